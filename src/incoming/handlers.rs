//! Where organizers have the address that updates can be mailed to.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::Deserialize;

use super::pages::PostByMailPage;
use super::post_address;
use crate::accounts::Visit;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::error::{AppError, Result};
use crate::record::{self, What};
use crate::sites::SiteScope;
use crate::web::{Answer, Flash, page, see_other};

fn note(conn: &mut Conn, scope: &SiteScope, detail: &str, now: Timestamp) -> Result<()> {
    let new = record::New { actor: Some(scope.actor()?), subject: None, detail: Some(detail.to_owned()) };
    record::note(conn, scope.site.id, What::PostAddress, new, now)
}

pub async fn show(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, app) = (slug.into_inner(), visit.app.clone());
    let (viewer, (scope, address)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            let address = post_address::find(&app, conn, &scope)?;
            Ok((scope, address))
        })
        .await?;
    page(StatusCode::OK, &PostByMailPage::new(visit.layout(&viewer), &scope, address))
}

/// What is to become of what comes, as it was sent.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ChoiceInput {
    publishes: String,
}

pub async fn update(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input, now) = (slug.into_inner(), visit.form::<ChoiceInput>()?, visit.app.clock.now());
    let back = format!("/p/{slug}/post-by-mail");
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            let (publishes, detail) = match input.publishes.as_str() {
                "yes" => (true, "what is mailed is posted at once"),
                "no" => (false, "what is mailed is a draft"),
                _ => return Err(AppError::invalid("publishes", "Please choose what is to become of what you mail.")),
            };
            post_address::choose(conn, &scope, publishes)?;
            note(conn, &scope, detail, now)
        })
        .await?;
    visit.set_flash(Flash::Saved);
    see_other(back)
}

pub async fn replace(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, app, now) = (slug.into_inner(), visit.app.clone(), visit.app.clock.now());
    let back = format!("/p/{slug}/post-by-mail");
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            post_address::replace(&app, conn, &scope, now)?;
            note(conn, &scope, "a new address", now)
        })
        .await?;
    visit.set_flash(Flash::Saved);
    see_other(back)
}

pub async fn remove(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, now) = (slug.into_inner(), visit.app.clock.now());
    let back = format!("/p/{slug}/post-by-mail");
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            post_address::remove(conn, &scope)?;
            note(conn, &scope, "the address was taken away", now)
        })
        .await?;
    visit.set_flash(Flash::Saved);
    see_other(back)
}
