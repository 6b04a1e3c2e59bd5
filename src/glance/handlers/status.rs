//! How the person is, in a few words.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use crate::accounts::Visit;
use crate::db::ids::StatusId;
use crate::error::FieldErrors;
use crate::glance::model::StatusInput;
use crate::glance::pages::StatusPage;
use crate::glance::store;
use crate::sites::SiteScope;
use crate::web::{Answer, Flash, page, see_other};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Place {
    before: String,
}

pub async fn index(visit: Visit, slug: Path<String>, place: Query<Place>) -> Answer {
    let before = StatusId::parse(&place.before);
    let input = StatusInput::default();
    show(&visit, StatusCode::OK, slug.into_inner(), before, input, FieldErrors::default()).await
}

async fn show(
    visit: &Visit,
    status: StatusCode,
    slug: String,
    before: Option<StatusId>,
    input: StatusInput,
    errors: FieldErrors,
) -> Answer {
    let has_errors = !errors.is_empty();
    let (viewer, (scope, lines)) = visit
        .read(move |conn, viewer| {
            let load = if has_errors { SiteScope::load_to_write } else { SiteScope::load_to_read };
            let scope = load(conn, viewer, &slug)?;
            let lines = store::list_statuses(conn, &scope, before)?;
            Ok((scope, lines))
        })
        .await?;
    page(status, &StatusPage::new(visit.layout(&viewer), &scope, lines, input, errors, visit.app.clock.now()))
}

/// Sets the line, in one tap where a suggestion was pressed.
pub async fn create(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<StatusInput>()?);
    let words = match input.parse() {
        Ok(words) => words,
        Err(errors) => return show(&visit, StatusCode::UNPROCESSABLE_ENTITY, slug, None, input, errors).await,
    };
    set(visit, slug, Some(words)).await
}

pub async fn remove(visit: Visit, slug: Path<String>) -> Answer {
    set(visit, slug.into_inner(), None).await
}

async fn set(visit: Visit, slug: String, words: Option<String>) -> Answer {
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}"));
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_write(conn, viewer, &slug)?;
            super::require_shown(&scope)?;
            store::insert_status(conn, scope.site.id, words.as_deref(), scope.actor()?, now)
        })
        .await?;
    visit.set_flash(Flash::Saved);
    see_other(back)
}
