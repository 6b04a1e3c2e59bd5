//! What is being written and not posted yet.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde_json::json;

use super::{conflict_json, conflict_page, desk_page, load_around, name_of};
use crate::accounts::{self, Visit};
use crate::db::Conn;
use crate::db::ids::DraftId;
use crate::error::{AppError, FieldErrors, Result};
use crate::journal::desk::DeskInput;
use crate::journal::drafts::{Draft, Saved};
use crate::journal::pages::{DraftsPage, Kept, Mode, ScheduledPage, Theirs};
use crate::journal::{publishing, saving, store};
use crate::photos::{self, WithForm};
use crate::sites::SiteScope;
use crate::web::{self, Answer, Flash, page, see_other};

/// A draft that the viewer may see, on a page that they may write on.
pub(super) fn load_draft(conn: &mut Conn, scope: &SiteScope, id: DraftId) -> Result<Draft> {
    let draft = store::find_draft(conn, scope, id)?.ok_or(AppError::NotFound)?;
    if let Some(update) = draft.content.update {
        saving::load_to_change(conn, scope, update)?;
    }
    Ok(draft)
}

pub async fn index(visit: Visit, slug: Path<String>) -> Answer {
    let slug = slug.into_inner();
    let (viewer, (scope, drafts, names)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_write(conn, viewer, &slug)?;
            let drafts = store::list_drafts(conn, &scope)?;
            let names = accounts::list_names(conn, drafts.iter().filter_map(|draft| draft.saved_by).collect())?;
            Ok((scope, drafts, names))
        })
        .await?;
    page(StatusCode::OK, &DraftsPage::new(visit.layout(&viewer), &scope, drafts, &names))
}

/// The desk with a draft on it; one that waits for its time as it will be posted; one that was posted where it stands now.
pub async fn show(visit: Visit, path: Path<(String, DraftId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (viewer, (around, found, by)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_write(conn, viewer, &slug)?;
            if store::find_draft(conn, &scope, id)?.is_none() {
                let gone = saving::find_gone(conn, &scope, id)?.ok_or(AppError::NotFound)?;
                return Ok((load_around(conn, scope, None)?, Err(gone), String::new()));
            }
            let draft = load_draft(conn, &scope, id)?;
            let replaced = store::list_replaced(conn, &scope, id)?;
            let by = name_of(conn, draft.saved_by)?;
            Ok((load_around(conn, scope, draft.content.update)?, Ok((draft, replaced)), by))
        })
        .await?;
    let (draft, replaced) = match found {
        Ok(found) => found,
        Err(gone) => return see_other(gone),
    };
    if draft.publish_at.is_some() {
        return page(StatusCode::OK, &ScheduledPage::new(visit.layout(&viewer), &around.scope, draft));
    }
    let input = draft.input();
    let kept = Kept::new(&around.scope, draft, by, replaced);
    desk_page(&visit, &viewer, &around, Mode::Draft(Box::new(kept)), input, FieldErrors::default()).await
}

/// Saves what is on the desk. A script does so by itself while somebody writes; without one, there is a button.
pub async fn save(visit: Visit, path: Path<(String, DraftId)>) -> Answer {
    let ((slug, id), mut input) = (path.into_inner(), visit.form::<DeskInput>()?);
    input.draft = id.to_string();
    let back = format!("/p/{slug}/drafts/{id}");
    let brought = WithForm::take_in(&visit, &slug).await?;
    let mut problems = FieldErrors::default();
    brought.add_problems(&mut problems);
    let (now, app, content, sent) = (visit.app.clock.now(), visit.app.clone(), input.content(), input.clone());
    let (viewer, scope, saved, by) = visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_write(conn, viewer, &slug)?;
            app.limits.drafts.count(scope.actor()?.to_string())?;
            let content = content.map_err(AppError::Invalid)?;
            let saved = saving::save(conn, &scope, id, &sent, &content, now)?;
            if let Saved::Kept(_) = &saved {
                brought.describe(conn, &scope, now)?;
            }
            let by = match &saved {
                Saved::Conflict(draft) | Saved::Scheduled(draft) => name_of(conn, draft.saved_by)?,
                Saved::Kept(_) | Saved::Gone(_) => String::new(),
            };
            Ok((viewer.clone(), scope, saved, by))
        })
        .await?;
    match (saved, visit.wants_json) {
        (Saved::Kept(revision), true) => {
            web::json(StatusCode::OK, &json!({ "revision": revision, "saved_at": now.rfc3339() }))
        }
        (Saved::Gone(path), true) => web::json(StatusCode::GONE, &json!({ "published": path })),
        (Saved::Conflict(draft) | Saved::Scheduled(draft), true) => conflict_json(&draft, &by),
        (Saved::Kept(revision), false) if !problems.is_empty() => {
            let (viewer, around) = visit.read(move |conn, _| load_around(conn, scope, None)).await?;
            input.revision = revision.to_string();
            desk_page(&visit, &viewer, &around, Mode::New, input, problems).await
        }
        (Saved::Kept(0), false) => see_other(format!("{}/updates/new", scope.site.path())),
        (Saved::Kept(_), false) if input.next == "preview" => see_other(format!("{back}/preview")),
        (Saved::Kept(_), false) => {
            visit.set_flash(Flash::DraftSaved);
            see_other(back)
        }
        (Saved::Conflict(draft), false) => {
            conflict_page(&visit, &viewer, &scope, input, Theirs::of_draft(&scope, &draft, by))
        }
        (Saved::Scheduled(_), false) => Err(AppError::Conflict(WAITS)),
        (Saved::Gone(_), false) => Err(AppError::Conflict(GONE)),
    }
}

/// Why words are not changed while they wait for their time.
pub(super) const WAITS: &str = "This update waits for its time to be posted, so nothing of it was changed. Take it back to the drafts \
                                first. Your words are below.";

/// What became of a draft that somebody still writes in.
pub(super) const GONE: &str = "This draft was posted meanwhile, so nothing was saved into it. Look at the page first: your words are below, \
                               should they be others.";

pub async fn destroy(visit: Visit, path: Path<(String, DraftId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (back, now) = (format!("/p/{slug}/drafts"), visit.app.clock.now());
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_write(conn, viewer, &slug)?;
            store::hold_draft(conn, id)?;
            let draft = store::find_draft(conn, &scope, id)?.ok_or(AppError::NotFound)?;
            // Somebody else's is not to be thrown away, only to be gone on with.
            if draft.author_id != scope.actor()? {
                return Err(AppError::NotFound);
            }
            publishing::take_back(conn, &draft)?;
            photos::delete_of_draft(conn, &scope, id)?;
            photos::enqueue_discarding(conn, now)?;
            store::delete_draft(conn, id)
        })
        .await?;
    visit.set_flash(Flash::DraftDeleted);
    see_other(back)
}
