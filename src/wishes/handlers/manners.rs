//! How a page wants to be encouraged, and closing the comments on an update.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::Deserialize;

use crate::accounts::Visit;
use crate::db::ids::UpdateId;
use crate::error::{AppError, FieldErrors};
use crate::journal;
use crate::record::{self, What};
use crate::sites::{Closed, Manners, SiteHead, SiteScope};
use crate::web::{Answer, Flash, page, see_other};
use crate::wishes::calm::{MannersInput, closed_words};
use crate::wishes::judging::COMMENTS_CLOSED;
use crate::wishes::{pages, store};

pub async fn edit(visit: Visit, slug: Path<String>) -> Answer {
    manners_page(&visit, StatusCode::OK, slug.into_inner(), None, FieldErrors::default()).await
}

async fn manners_page(
    visit: &Visit,
    status: StatusCode,
    slug: String,
    input: Option<MannersInput>,
    errors: FieldErrors,
) -> Answer {
    let (viewer, (scope, unwanted, hours)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            let unwanted = store::find_unwanted(conn, scope.site.id)?;
            let hours = store::get_gathers_hours(conn, scope.member_id.ok_or(AppError::NotFound)?)?;
            Ok((scope, unwanted, hours))
        })
        .await?;
    let input = input.unwrap_or_else(|| MannersInput::of(&scope.manners, &unwanted, hours));
    let head = SiteHead::new(&scope);
    page(status, &pages::MannersPage { layout: visit.layout(&viewer), head, input, errors })
}

pub async fn update(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<MannersInput>()?);
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}/encouragement"));
    let (again, asked_for) = (input.clone(), slug.clone());
    let saved = visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &asked_for)?;
            let chosen = match input.parse(&scope.manners, now) {
                Ok(chosen) => chosen,
                Err(errors) => return Ok(Err(errors)),
            };
            let (site, me) = (scope.site.id, scope.actor()?);
            store::update_gathers_hours(conn, scope.member_id.ok_or(AppError::NotFound)?, chosen.gathers_hours, now)?;
            let before = store::find_unwanted(conn, site)?;
            if chosen.manners != scope.manners || chosen.unwanted.lines() != before.lines() {
                store::upsert_manners(conn, site, &chosen.manners, &chosen.unwanted, now)?;
                let detail = Some(what_changed(&scope.manners, &chosen.manners).to_owned());
                record::note(conn, site, What::Settings, record::New { actor: Some(me), subject: None, detail }, now)?;
            }
            Ok(Ok(()))
        })
        .await?;
    if let Err(errors) = saved {
        return manners_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, slug, Some(again), errors).await;
    }
    visit.set_flash(Flash::Saved);
    see_other(back)
}

/// What stands of it in the record of what happened: that nothing more can be left is what others ask about later.
fn what_changed(before: &Manners, chosen: &Manners) -> &'static str {
    match (&before.closed, &chosen.closed) {
        (None, Some(_)) => "well wishes are closed",
        (Some(_), None) => "well wishes are open again",
        _ => "how the page is encouraged",
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ClosingInput {
    message: String,
}

pub async fn close_comments(visit: Visit, path: Path<(String, UpdateId)>) -> Answer {
    let input = visit.form::<ClosingInput>()?;
    let words =
        closed_words(&input.message, COMMENTS_CLOSED).map_err(|problem| AppError::invalid("message", problem))?;
    let closed = Closed { at: visit.app.clock.now(), words };
    change_comments(visit, path.into_inner(), Some(closed), Flash::CommentsClosed).await
}

pub async fn open_comments(visit: Visit, path: Path<(String, UpdateId)>) -> Answer {
    change_comments(visit, path.into_inner(), None, Flash::CommentsOpened).await
}

/// For those who wrote the update, and organizers.
async fn change_comments(
    visit: Visit,
    (slug, update): (String, UpdateId),
    closed: Option<Closed>,
    flash: Flash,
) -> Answer {
    let (back, now) = (format!("/p/{slug}/updates/{update}#comments"), visit.app.clock.now());
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_write(conn, viewer, &slug)?;
            let update = journal::get_update(conn, &scope, update)?;
            let me = scope.actor()?;
            if !journal::may_change(&scope.access, Some(me), update.author_id) {
                return Err(AppError::NotFound);
            }
            journal::update_comments_closed(conn, update.id, closed.as_ref())?;
            // Another sentence in its place, and a second press, are nothing to write down.
            if update.comments_closed.is_some() == closed.is_some() {
                return Ok(());
            }
            let what = if closed.is_some() { What::CommentsClosed } else { What::CommentsOpened };
            let new = record::New { actor: Some(me), ..record::New::default() };
            record::note(conn, scope.site.id, what, new, now)
        })
        .await?;
    visit.set_flash(flash);
    see_other(back)
}
