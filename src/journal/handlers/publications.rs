//! Posting: now or at its time, from the desk or from a draft that is kept.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::Deserialize;
use serde_json::json;

use super::drafts::{GONE, WAITS, load_draft};
use super::{conflict_json, conflict_page, desk, desk_page, load_around, name_of};
use crate::accounts::{Viewer, Visit};
use crate::db::Conn;
use crate::db::ids::DraftId;
use crate::error::{AppError, FieldErrors, Result};
use crate::journal::desk::DeskInput;
use crate::journal::pages::{Mode, QuestionPage, Theirs};
use crate::journal::publishing::{self, Go, Submitted};
use crate::journal::{saving, store};
use crate::photos::WithForm;
use crate::sites::{SiteHead, SiteScope};
use crate::web::{self, Answer, Flash, page, see_other};

/// What came of pressing the button, with all that it takes to say so.
struct Came {
    viewer: Viewer,
    scope: SiteScope,
    submitted: Submitted,
    /// Who has saved the other words, where there are some.
    by: String,
}

impl Came {
    fn new(conn: &mut Conn, viewer: &Viewer, scope: SiteScope, submitted: Submitted) -> Result<Self> {
        let by = match &submitted {
            Submitted::Conflict(draft) | Submitted::Waiting(draft) => name_of(conn, draft.saved_by)?,
            _ => String::new(),
        };
        Ok(Self { viewer: viewer.clone(), scope, submitted, by })
    }
}

/// Posts what is on the desk.
pub async fn create(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input, desk) = (slug.into_inner(), visit.form::<DeskInput>()?, desk(&visit));
    let brought = WithForm::take_in(&visit, &slug).await?;
    if !brought.is_whole() {
        return with_problems(&visit, slug, input, &brought).await;
    }
    let (sent, now) = (input.clone(), visit.app.clock.now());
    let came = visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_write(conn, viewer, &slug)?;
            let submitted = publishing::submit(conn, &scope, &sent, &desk(viewer))?;
            match &submitted {
                Submitted::Posted(_) | Submitted::Scheduled(_) | Submitted::AskTold(_) => {
                    brought.describe(conn, &scope, now)?;
                }
                _ => {}
            }
            Came::new(conn, viewer, scope, submitted)
        })
        .await?;
    answer(&visit, came, input).await
}

/// Photos that could not be taken bring the desk back, with the words, the other photos, and a sentence for each.
async fn with_problems(visit: &Visit, slug: String, input: DeskInput, brought: &WithForm) -> Answer {
    let mut errors = FieldErrors::default();
    brought.add_problems(&mut errors);
    if visit.wants_json {
        return Err(AppError::Invalid(errors));
    }
    let (viewer, around) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_write(conn, viewer, &slug)?;
            load_around(conn, scope, None)
        })
        .await?;
    desk_page(visit, &viewer, &around, Mode::New, input, errors).await
}

/// The button on a draft that is kept, as it was sent.
#[derive(Default, Deserialize)]
#[serde(default)]
struct GoInput {
    revision: String,
    told: String,
    now: String,
}

/// Posts a draft as it is kept: at once, or when it was to be.
pub async fn create_from_draft(visit: Visit, path: Path<(String, DraftId)>) -> Answer {
    let ((slug, id), typed, desk) = (path.into_inner(), visit.form::<GoInput>()?, desk(&visit));
    let revision = typed.revision.parse().unwrap_or(0);
    let go = Go { revision, told: typed.told == "yes", now: typed.now == "yes" };
    let (came, input) = visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_write(conn, viewer, &slug)?;
            let input = store::find_draft(conn, &scope, id)?.map(|draft| draft.input()).unwrap_or_default();
            let submitted = publishing::submit_kept(conn, &scope, id, go, &desk(viewer))?;
            Ok((Came::new(conn, viewer, scope, submitted)?, input))
        })
        .await?;
    if let (Submitted::Conflict(_), false) = (&came.submitted, visit.wants_json) {
        return Err(AppError::Conflict(
            "Somebody has changed this draft since you saw it, so it was not posted. Read it once more first.",
        ));
    }
    answer(&visit, came, input).await
}

async fn answer(visit: &Visit, came: Came, input: DeskInput) -> Answer {
    let Came { viewer, scope, submitted, by } = came;
    let site = scope.site.path();
    match (submitted, visit.wants_json) {
        (Submitted::Posted(update), true) => {
            // The script goes on to the page, which says so as it would have without one.
            visit.set_flash(posted(&input));
            web::json(StatusCode::CREATED, &json!({ "path": saving::update_path(&scope, update) }))
        }
        (Submitted::Posted(_), false) => {
            visit.set_flash(posted(&input));
            see_other(site)
        }
        (Submitted::Scheduled(id), true) => {
            web::json(StatusCode::ACCEPTED, &json!({ "path": format!("{site}/drafts/{id}") }))
        }
        (Submitted::Scheduled(id), false) => {
            visit.set_flash(Flash::UpdateScheduled);
            see_other(format!("{site}/drafts/{id}"))
        }
        (Submitted::AskTold(_), true) => Err(AppError::invalid("told", "Have the closest people been told?")),
        (Submitted::AskTold(id), false) => see_other(format!("{site}/drafts/{id}/publication")),
        (Submitted::Conflict(draft) | Submitted::Waiting(draft), true) => conflict_json(&draft, &by),
        (Submitted::Conflict(draft), false) => {
            let theirs = Theirs::of_draft(&scope, &draft, by);
            conflict_page(visit, &viewer, &scope, input, theirs)
        }
        (Submitted::Waiting(_), false) => Err(AppError::Conflict(WAITS)),
        (Submitted::Gone(path), true) => web::json(StatusCode::GONE, &json!({ "published": path })),
        (Submitted::Gone(_), false) => Err(AppError::Conflict(GONE)),
        (Submitted::Refused(errors), true) => Err(AppError::Invalid(errors)),
        (Submitted::Refused(errors), false) => {
            let (viewer, around) = visit.read(move |conn, _| load_around(conn, scope, None)).await?;
            desk_page(visit, &viewer, &around, Mode::New, input, errors).await
        }
    }
}

fn posted(input: &DeskInput) -> Flash {
    if input.mail == "none" { Flash::UpdatePostedQuietly } else { Flash::UpdatePosted }
}

/// Before hard news is posted: have the closest people been told?
pub async fn ask(visit: Visit, path: Path<(String, DraftId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (viewer, (scope, draft)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_write(conn, viewer, &slug)?;
            let draft = load_draft(conn, &scope, id)?;
            Ok((scope, draft))
        })
        .await?;
    if draft.publish_at.is_some() || draft.content.update.is_some() {
        return see_other(format!("{}/drafts/{id}", scope.site.path()));
    }
    page(StatusCode::OK, &QuestionPage { layout: visit.layout(&viewer), head: SiteHead::new(&scope), draft })
}

/// Takes a draft that waits for its time back to those that do not.
pub async fn take_back(visit: Visit, path: Path<(String, DraftId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let back = format!("/p/{slug}/drafts/{id}");
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_write(conn, viewer, &slug)?;
            scope.actor()?;
            store::hold_draft(conn, id)?;
            let draft = load_draft(conn, &scope, id)?;
            publishing::take_back(conn, &draft)
        })
        .await?;
    visit.set_flash(Flash::DraftTakenBack);
    see_other(back)
}
