//! A function a request.

pub mod drafts;
pub mod preview;
pub mod publications;
pub mod revisions;
pub mod sending;
pub mod telling;
pub mod updates;

use actix_web::http::StatusCode;
use serde_json::json;

use super::desk::DeskInput;
use super::drafts::Draft;
use super::pages::{ConflictPage, DeskPage, Form, Mode, Theirs};
use super::publishing::Desk;
use super::store;
use crate::accounts::{self, Viewer, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{DraftId, PersonId, UpdateId};
use crate::error::{FieldErrors, Result};
use crate::photos;
use crate::sites::{self, QuietHours, SiteHead, SiteScope};
use crate::web::{self, Answer, Zone, page};

/// What stands around the form.
struct Around {
    scope: SiteScope,
    quiet: QuietHours,
    /// Another draft of theirs, which they may rather want to go on with.
    other: Option<(DraftId, Timestamp)>,
}

fn load_around(conn: &mut Conn, scope: SiteScope, update: Option<UpdateId>) -> Result<Around> {
    let quiet = sites::get_quiet_hours(conn, scope.site.id)?;
    let other = match update {
        None => store::find_latest_own(conn, &scope)?,
        Some(update) => store::find_change(conn, &scope, update)?,
    };
    Ok(Around { scope, quiet, other })
}

fn zone_of(viewer: &Viewer) -> Zone {
    viewer.person().and_then(|person| Zone::parse(&person.time_zone).ok()).unwrap_or_default()
}

/// When and where whoever asks is at the desk, to be said in the transaction that knows who asks.
fn desk(visit: &Visit) -> impl Fn(&Viewer) -> Desk + Send + use<> {
    let (now, undo, by_script) = (visit.app.clock.now(), visit.app.config.undo_sending, visit.wants_json);
    move |viewer| Desk { now, zone: zone_of(viewer), undo, by_script }
}

/// The desk with what is on it.
async fn desk_page(
    visit: &Visit,
    viewer: &Viewer,
    around: &Around,
    mode: Mode,
    mut input: DeskInput,
    errors: FieldErrors,
) -> Answer {
    let (zone, now) = (zone_of(viewer), visit.app.clock.now());
    if input.zone.is_empty() && zone.is_chosen() {
        input.zone = zone.name().to_owned();
    }
    let here = Zone::parse(&input.zone).unwrap_or(zone);
    // Where nobody knows what time it is for them, nothing is held back that they did not ask for.
    let is_quiet = here.is_chosen() && around.quiet.hold(now, &here);
    if input.when.is_empty() {
        input.when = if is_quiet { "morning" } else { "now" }.to_owned();
    }
    if input.draft_id().is_none() {
        input.draft = DraftId::generate().to_string();
    }
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let other = around.other.filter(|(id, _)| Some(*id) != input.draft_id());
    let update = UpdateId::parse(&input.update);
    let photos = photos::field(visit, &around.scope.site.slug, &input.draft, update).await?.with_problems(&errors);
    let form = Form {
        head: SiteHead::new(&around.scope),
        is_organizer: around.scope.access.may_organize(),
        person: around.scope.person_id.map(|id| id.to_string()).unwrap_or_default(),
        quiet: around.quiet,
        is_quiet,
        zone: here,
        other,
        photos,
        input,
        errors,
    };
    page(status, &DeskPage { layout: visit.layout(viewer), form, mode })
}

/// What somebody is called who may have left.
fn name_of(conn: &mut Conn, person: Option<PersonId>) -> Result<String> {
    let Some(person) = person else { return Ok(GONE.to_owned()) };
    let mut names = accounts::list_names(conn, vec![person])?;
    Ok(names.remove(&person).unwrap_or_else(|| GONE.to_owned()))
}

/// What stands for somebody who has left Tidings.
const GONE: &str = "somebody who has left";

/// What a device is told when other words were saved under the same draft.
fn conflict_json(draft: &Draft, by: &str) -> Answer {
    let mut answer = json!({
        "revision": draft.revision,
        "title": draft.content.title,
        "body": draft.content.body,
        "audience": draft.content.audience.as_str(),
        "by": by,
        "saved_at": draft.saved_at.rfc3339(),
    });
    if let Some(at) = draft.publish_at
        && let Some(fields) = answer.as_object_mut()
    {
        fields.insert("scheduled".to_owned(), at.rfc3339().into());
    }
    web::json(StatusCode::CONFLICT, &answer)
}

/// Both texts, beside each other, to choose from.
fn conflict_page(visit: &Visit, viewer: &Viewer, scope: &SiteScope, mine: DeskInput, theirs: Theirs) -> Answer {
    page(StatusCode::CONFLICT, &ConflictPage::new(visit.layout(viewer), scope, mine, theirs))
}
