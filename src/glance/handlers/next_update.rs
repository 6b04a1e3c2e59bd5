//! When the next update is to be expected.

use actix_web::http::StatusCode;
use actix_web::web::Path;

use super::chosen_zone;
use crate::accounts::Visit;
use crate::error::{AppError, FieldErrors};
use crate::glance::model::NextUpdateInput;
use crate::glance::pages::NextUpdatePage;
use crate::glance::store;
use crate::sites::SiteScope;
use crate::web::{Answer, Flash, page, see_other};

pub async fn edit(visit: Visit, slug: Path<String>) -> Answer {
    show(&visit, StatusCode::OK, slug.into_inner(), None, FieldErrors::default()).await
}

async fn show(
    visit: &Visit,
    status: StatusCode,
    slug: String,
    input: Option<NextUpdateInput>,
    errors: FieldErrors,
) -> Answer {
    let (viewer, scope) = visit.read(move |conn, viewer| SiteScope::load_to_write(conn, viewer, &slug)).await?;
    let input = input.unwrap_or_else(|| NextUpdateInput::of(scope.site.glance.next_update.as_ref()));
    page(status, &NextUpdatePage::new(visit.layout(&viewer), &scope, input, errors))
}

pub async fn update(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<NextUpdateInput>()?);
    let (now, back, asked_for, sent) = (visit.app.clock.now(), format!("/p/{slug}"), slug.clone(), input.clone());
    let done = visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_write(conn, viewer, &asked_for)?;
            super::require_shown(&scope)?;
            let next = sent.parse(chosen_zone(viewer), now).map_err(AppError::Invalid)?;
            let next = next.ok_or_else(|| AppError::invalid("next_on", "Please choose a day."))?;
            store::update_next_update(conn, scope.site.id, Some(&next), scope.actor()?, now)
        })
        .await;
    match done {
        Err(AppError::Invalid(errors)) => {
            show(&visit, StatusCode::UNPROCESSABLE_ENTITY, slug, Some(input), errors).await
        }
        Err(error) => Err(error),
        Ok(()) => {
            visit.set_flash(Flash::Saved);
            see_other(back)
        }
    }
}

pub async fn remove(visit: Visit, slug: Path<String>) -> Answer {
    let slug = slug.into_inner();
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}"));
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_write(conn, viewer, &slug)?;
            let by = scope.actor()?;
            if scope.site.glance.next_update.is_none() {
                return Ok(());
            }
            store::update_next_update(conn, scope.site.id, None, by, now)
        })
        .await?;
    visit.set_flash(Flash::Saved);
    see_other(back)
}
