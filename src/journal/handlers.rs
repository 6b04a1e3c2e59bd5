//! A function a request.

use actix_web::http::StatusCode;
use actix_web::web::Path;

use super::model::{self, Draft, Update, UpdateInput};
use super::{pages, store};
use crate::accounts::{Viewer, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{DraftId, SubmissionKey, UpdateId};
use crate::error::{AppError, FieldErrors, Result};
use crate::photos::{self, WithForm};
use crate::sites::{Audience, SiteHead, SiteScope};
use crate::web::{Answer, Flash, page, see_other};

/// An update that the viewer may change, on a page that they may write on.
fn load_to_change(conn: &mut Conn, viewer: &Viewer, slug: &str, id: UpdateId) -> Result<(SiteScope, Update)> {
    let scope = SiteScope::load_to_write(conn, viewer, slug)?;
    let update = store::get_update(conn, &scope, id)?;
    if model::may_change(&scope.access, scope.person_id, update.author_id) {
        Ok((scope, update))
    } else {
        Err(AppError::NotFound)
    }
}

pub async fn new(visit: Visit, slug: Path<String>) -> Answer {
    let input = UpdateInput { submission: SubmissionKey::generate().to_string(), ..UpdateInput::default() };
    new_form(&visit, StatusCode::OK, slug.into_inner(), input, FieldErrors::default()).await
}

async fn new_form(visit: &Visit, status: StatusCode, slug: String, input: UpdateInput, errors: FieldErrors) -> Answer {
    let (viewer, scope) = visit.read(move |conn, viewer| SiteScope::load_to_write(conn, viewer, &slug)).await?;
    let photos = photos::field(visit, &scope.site.slug, &input.submission, None).await?.with_problems(&errors);
    let head = SiteHead::new(&scope);
    let form = pages::Form { head, input, errors, is_organizer: scope.access.may_organize(), photos };
    page(status, &pages::New { layout: visit.layout(&viewer), form })
}

/// The update and every delivery of it are one transaction: either all of it is there, or nothing.
pub async fn create(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<UpdateInput>()?);
    let brought = WithForm::take_in(&visit, &slug).await?;
    let draft = match parse(&input, Some(Audience::Everyone), &brought) {
        Ok(draft) => draft,
        Err(errors) => return new_form(&visit, StatusCode::UNPROCESSABLE_ENTITY, slug, input, errors).await,
    };
    let (now, path) = (visit.app.clock.now(), format!("/p/{slug}"));
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_write(conn, viewer, &slug)?;
            let author = scope.actor()?;
            check_audience(&scope, &draft)?;
            if let Some(id) = store::insert_update(conn, scope.site.id, author, &draft, now)? {
                brought.attach(conn, &scope, id)?;
                store::enqueue_deliveries(conn, scope.site.id, id, author, draft.audience, now)?;
            }
            Ok(())
        })
        .await?;
    visit.set_flash(Flash::UpdatePosted);
    see_other(path)
}

/// The form, and the photos that came with it: one that could not be taken brings the form back, with the words and the
/// others.
fn parse(
    input: &UpdateInput,
    silence: Option<Audience>,
    brought: &WithForm,
) -> std::result::Result<Draft, FieldErrors> {
    let parsed = input.parse(silence);
    if brought.is_whole() {
        return parsed;
    }
    let mut errors = parsed.err().unwrap_or_default();
    brought.add_problems(&mut errors);
    Err(errors)
}

fn check_audience(scope: &SiteScope, draft: &Draft) -> Result<()> {
    if model::may_write_for(&scope.access, draft.audience) {
        Ok(())
    } else {
        Err(AppError::invalid("audience", "Only organizers can write for organizers only."))
    }
}

pub async fn edit(visit: Visit, path: Path<(String, UpdateId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (viewer, (scope, update, body)) = visit
        .read(move |conn, viewer| {
            let (scope, update) = load_to_change(conn, viewer, &slug, id)?;
            let body = store::get_body(conn, id)?;
            Ok((scope, update, body))
        })
        .await?;
    let input = UpdateInput {
        title: update.title.unwrap_or_default(),
        body,
        audience: update.audience.as_str().to_owned(),
        submission: DraftId::generate().to_string(),
        seen: update.edited_at.unwrap_or(update.published_at).as_micros().to_string(),
    };
    edit_page(&visit, &viewer, StatusCode::OK, &scope, id, input, FieldErrors::default()).await
}

async fn edit_page(
    visit: &Visit,
    viewer: &Viewer,
    status: StatusCode,
    scope: &SiteScope,
    id: UpdateId,
    input: UpdateInput,
    errors: FieldErrors,
) -> Answer {
    let photos = photos::field(visit, &scope.site.slug, &input.submission, Some(id)).await?.with_problems(&errors);
    let head = SiteHead::new(scope);
    let form = pages::Form { head, input, errors, is_organizer: scope.access.may_organize(), photos };
    page(status, &pages::Edit { layout: visit.layout(viewer), form, id })
}

pub async fn update(visit: Visit, path: Path<(String, UpdateId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let input: UpdateInput = visit.form()?;
    let seen = input.seen.parse().ok().map(Timestamp::from_micros);
    let brought = WithForm::take_in(&visit, &slug).await?;
    let draft = match parse(&input, None, &brought) {
        Ok(draft) => draft,
        Err(errors) => {
            let (viewer, (scope, _)) = visit.read(move |conn, viewer| load_to_change(conn, viewer, &slug, id)).await?;
            return edit_page(&visit, &viewer, StatusCode::UNPROCESSABLE_ENTITY, &scope, id, input, errors).await;
        }
    };
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}/updates/{id}"));
    visit
        .write(move |conn, viewer| {
            let (scope, _) = load_to_change(conn, viewer, &slug, id)?;
            check_audience(&scope, &draft)?;
            store::update_update(conn, id, &draft, seen, now)?;
            brought.attach(conn, &scope, id)?;
            photos::enqueue_discarding(conn, now)
        })
        .await?;
    visit.set_flash(Flash::UpdateChanged);
    see_other(back)
}

pub async fn confirm_deletion(visit: Visit, path: Path<(String, UpdateId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (viewer, (scope, update)) = visit.read(move |conn, viewer| load_to_change(conn, viewer, &slug, id)).await?;
    page(StatusCode::OK, &pages::Deletion { layout: visit.layout(&viewer), head: SiteHead::new(&scope), update })
}

pub async fn destroy(visit: Visit, path: Path<(String, UpdateId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (back, now) = (format!("/p/{slug}"), visit.app.clock.now());
    visit
        .write(move |conn, viewer| {
            let (_, update) = load_to_change(conn, viewer, &slug, id)?;
            store::delete_update(conn, update.id)?;
            photos::enqueue_discarding(conn, now)
        })
        .await?;
    visit.set_flash(Flash::UpdateDeleted);
    see_other(back)
}
