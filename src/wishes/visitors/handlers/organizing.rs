//! What organizers do about visitors: who one of them is, shutting one out, and a flood.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::Deserialize;

use crate::accounts::{Viewer, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{PersonId, WishId};
use crate::error::{AppError, FieldErrors, Result};
use crate::journal;
use crate::photos;
use crate::sites::{self, SiteHead, SiteScope};
use crate::web::{Answer, Flash, page, see_other};
use crate::wishes::deciding;
use crate::wishes::store::{hide_words_of, list_commented, list_reported_by};
use crate::wishes::visitors::flood::{self, Decision};
use crate::wishes::visitors::model::Flood;
use crate::wishes::visitors::pages::{FloodPage, VisitorPage};
use crate::wishes::visitors::store;

/// Who has left these words. Whoever has a place on the page has an entry of their own.
pub async fn visitor(visit: Visit, path: Path<(String, WishId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (viewer, (scope, found, member)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            let (person, name, email) = store::get_author(conn, &scope, id)?;
            let member = sites::find_member_of(conn, &scope, person)?;
            let count = store::count_words_of(conn, scope.site.id, person)?;
            Ok((scope, (name, email, count), member))
        })
        .await?;
    let head = SiteHead::new(&scope);
    if let Some((member, _)) = member {
        return see_other(format!("{}/people/{member}", head.path));
    }
    let ((name, email, count), action) = (found, format!("{}/wishes/{id}/visitor/block", head.path));
    page(StatusCode::OK, &VisitorPage { layout: visit.layout(&viewer), head, action, name, email, count })
}

/// From now on nothing of theirs is shown, and they are told nothing. They stand among the blocked people of the page.
pub async fn block(visit: Visit, path: Path<(String, WishId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (back, now) = (format!("/p/{slug}/people"), visit.app.clock.now());
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            let (person, name, _) = store::get_author(conn, &scope, id)?;
            sites::block_visitor(conn, &scope, person, &name, now)?;
            let mut updates = list_commented(conn, scope.site.id, person)?;
            let reported = list_reported_by(conn, scope.site.id, person)?;
            updates.extend(reported.into_iter().filter_map(|(.., update)| update));
            journal::hold_updates(conn, scope.site.id, PersonId::nil(), updates)?;
            photos::hold_site(conn, scope.site.id)?;
            deciding::take_back_reports(conn, &scope, person)?;
            hide_words_of(conn, scope.site.id, person)
        })
        .await?;
    visit.set_flash(Flash::Blocked);
    see_other(back)
}

fn load_flood(conn: &mut Conn, viewer: &Viewer, slug: &str, now: Timestamp) -> Result<(SiteScope, Flood)> {
    let scope = SiteScope::load_to_organize(conn, viewer, slug)?;
    let flood = store::get_flood(conn, scope.site.id, now)?;
    Ok((scope, flood))
}

pub async fn flood(visit: Visit, slug: Path<String>) -> Answer {
    flood_page(&visit, StatusCode::OK, slug.into_inner(), FieldErrors::default()).await
}

async fn flood_page(visit: &Visit, status: StatusCode, slug: String, errors: FieldErrors) -> Answer {
    let now = visit.app.clock.now();
    let (viewer, (scope, flood)) = visit.read(move |conn, viewer| load_flood(conn, viewer, &slug, now)).await?;
    let seen = now.as_micros();
    page(status, &FloodPage { layout: visit.layout(&viewer), head: SiteHead::new(&scope), flood, seen, errors })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct FloodInput {
    decision: String,
    seen: String,
    /// Whether what came just before goes with it.
    before: String,
}

/// Throws away all that was held when the organizer looked, or shows it.
pub async fn settle_flood(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<FloodInput>()?);
    let decision = match input.decision.as_str() {
        "remove" => Decision::Remove { with_before: input.before == "yes" },
        "show" => Decision::Show,
        _ => {
            let errors = FieldErrors::default().with("decision", "Please choose what becomes of it.");
            return flood_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, slug, errors).await;
        }
    };
    let until = Timestamp::parse_micros(&input.seen)
        .ok_or_else(|| AppError::invalid("seen", "This form could not be read. Please go back and try again."))?;
    let (back, now) = (format!("/p/{slug}"), visit.app.clock.now());
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            flood::settle(conn, &scope, decision, until, now)
        })
        .await?;
    visit.set_flash(if decision == Decision::Show { Flash::FloodShown } else { Flash::FloodRemoved });
    see_other(back)
}
