//! A rest that the family takes.

use actix_web::http::StatusCode;
use actix_web::web::Path;

use crate::accounts::Visit;
use crate::error::FieldErrors;
use crate::glance::model::RestInput;
use crate::glance::pages::RestPage;
use crate::glance::store;
use crate::sites::SiteScope;
use crate::web::{Answer, Flash, page, see_other};

pub async fn new(visit: Visit, slug: Path<String>) -> Answer {
    show(&visit, StatusCode::OK, slug.into_inner(), None, FieldErrors::default()).await
}

async fn show(
    visit: &Visit,
    status: StatusCode,
    slug: String,
    input: Option<RestInput>,
    errors: FieldErrors,
) -> Answer {
    let (viewer, scope) = visit.read(move |conn, viewer| SiteScope::load_to_organize(conn, viewer, &slug)).await?;
    let own_words = || scope.site.glance.rest.as_ref().and_then(|rest| rest.words.clone()).unwrap_or_default();
    let input = input.unwrap_or_else(|| RestInput { words: own_words() });
    page(status, &RestPage::new(visit.layout(&viewer), &scope, input, errors))
}

pub async fn create(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<RestInput>()?);
    let words = match input.parse() {
        Ok(words) => words,
        Err(errors) => return show(&visit, StatusCode::UNPROCESSABLE_ENTITY, slug, Some(input), errors).await,
    };
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}"));
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            super::require_shown(&scope)?;
            store::begin_rest(conn, scope.site.id, words.as_deref(), scope.actor()?, now)
        })
        .await?;
    visit.set_flash(Flash::RestBegun);
    see_other(back)
}

pub async fn end(visit: Visit, slug: Path<String>) -> Answer {
    let slug = slug.into_inner();
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}"));
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            store::end_rest(conn, scope.site.id, scope.actor()?, None, now)
        })
        .await?;
    visit.set_flash(Flash::RestEnded);
    see_other(back)
}
