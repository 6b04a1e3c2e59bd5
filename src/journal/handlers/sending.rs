//! The mail about an update: stopped before it leaves, sent after all, or sent once more because it was corrected.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::Deserialize;

use super::updates::load_to_change;
use crate::accounts::Visit;
use crate::db::Conn;
use crate::db::ids::UpdateId;
use crate::error::{AppError, Result};
use crate::journal::pages::CorrectionPage;
use crate::journal::store;
use crate::record::{self, What};
use crate::sites::{SiteHead, SiteScope};
use crate::web::{Answer, Flash, page, see_other};

pub(super) fn note(
    conn: &mut Conn,
    scope: &SiteScope,
    what: What,
    count: usize,
    now: crate::clock::Timestamp,
) -> Result<()> {
    let detail = if count == 1 { "one mail".to_owned() } else { format!("{count} mails") };
    let new = record::New { actor: Some(scope.actor()?), subject: None, detail: Some(detail) };
    record::note(conn, scope.site.id, what, new, now)
}

/// Stops what has not left. The page then says how many that were, and how many had gone.
pub async fn stop(visit: Visit, path: Path<(String, UpdateId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}/updates/{id}"));
    let stopped = visit
        .write(move |conn, viewer| {
            let (scope, _) = load_to_change(conn, viewer, &slug, id)?;
            scope.actor()?;
            store::hold_update(conn, id)?;
            let edition = store::get_delivery(conn, id)?.edition;
            let stopped = store::stop_sending(conn, id, edition, now)?;
            if stopped > 0 {
                note(conn, &scope, What::MailStopped, stopped, now)?;
            }
            Ok(stopped)
        })
        .await?;
    visit.set_flash(if stopped > 0 { Flash::SendingStopped } else { Flash::NothingToStop });
    see_other(back)
}

/// Sends what was stopped.
pub async fn resume(visit: Visit, path: Path<(String, UpdateId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}/updates/{id}"));
    visit
        .write(move |conn, viewer| {
            let (scope, _) = load_to_change(conn, viewer, &slug, id)?;
            scope.actor()?;
            store::hold_update(conn, id)?;
            let edition = store::get_delivery(conn, id)?.edition;
            let sent = store::resume_sending(conn, id, edition, now)?;
            if sent > 0 {
                note(conn, &scope, What::MailResumed, sent, now)?;
            }
            Ok(())
        })
        .await?;
    visit.set_flash(Flash::SendingResumed);
    see_other(back)
}

/// Why a correction is not sent.
const NOTHING_TO_CORRECT: &str = "There is nothing to correct: nobody has this update in their mail with other words than it \
                                  has now. Nothing was sent.";

pub async fn confirm_correction(visit: Visit, path: Path<(String, UpdateId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (viewer, (scope, update, about, receivers)) = visit
        .read(move |conn, viewer| {
            let (scope, update) = load_to_change(conn, viewer, &slug, id)?;
            let about = store::get_delivery(conn, id)?;
            let can = store::get_sending(conn, id)?.can_be_corrected(update.edited_at);
            let receivers = if can { Some(store::count_hearing(conn, &about)?) } else { None };
            Ok((scope, update, about, receivers))
        })
        .await?;
    let (layout, head) = (visit.layout(&viewer), SiteHead::new(&scope));
    page(StatusCode::OK, &CorrectionPage { layout, head, update, edition: about.edition, receivers })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CorrectionInput {
    /// The edition that the form was shown for: it lets a correction be sent once.
    edition: String,
}

pub async fn correct(visit: Visit, path: Path<(String, UpdateId)>) -> Answer {
    let ((slug, id), input) = (path.into_inner(), visit.form::<CorrectionInput>()?);
    let seen: Option<i32> = input.edition.parse().ok();
    let (now, undo) = (visit.app.clock.now(), visit.app.config.undo_sending);
    let back = format!("/p/{slug}/updates/{id}");
    visit
        .write(move |conn, viewer| {
            let (scope, update) = load_to_change(conn, viewer, &slug, id)?;
            scope.actor()?;
            let seen = seen.ok_or(AppError::Conflict(NOTHING_TO_CORRECT))?;
            store::hold_update(conn, id)?;
            let about = store::get_delivery(conn, id)?;
            // The same form once more: it is on its way already.
            if about.edition == seen.saturating_add(1) {
                return Ok(());
            }
            let can = store::get_sending(conn, id)?.can_be_corrected(update.edited_at);
            if !can || !store::begin_edition(conn, id, seen, now)? {
                return Err(AppError::Conflict(NOTHING_TO_CORRECT));
            }
            let about = store::get_delivery(conn, id)?;
            let sent = store::enqueue_deliveries(conn, &about, now + undo, now)?;
            note(conn, &scope, What::MailCorrected, sent, now)
        })
        .await?;
    visit.set_flash(Flash::CorrectionSent);
    see_other(back)
}
