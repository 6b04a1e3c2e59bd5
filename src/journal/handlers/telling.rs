//! Who was told of an update, for those who may change it; and sending it again to those whom it has not reached.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::sending::note;
use super::updates::load_to_change;
use crate::accounts::{self, MailStop, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::UpdateId;
use crate::error::{AppError, Result};
use crate::installation;
use crate::journal::pages::TellingPage;
use crate::journal::sending::Delivery;
use crate::journal::store;
use crate::journal::telling::Group;
use crate::record::What;
use crate::web::{Answer, Flash, page, see_other};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Place {
    who: String,
    after: String,
}

pub async fn show(visit: Visit, path: Path<(String, UpdateId)>, place: Query<Place>) -> Answer {
    let ((slug, id), place, now) = (path.into_inner(), place.into_inner(), visit.app.clock.now());
    let (viewer, (scope, update, about, counts, group, people, is_paused)) = visit
        .read(move |conn, viewer| {
            let (scope, update) = load_to_change(conn, viewer, &slug, id)?;
            let about = store::get_delivery(conn, id)?;
            let counts = store::count_told(conn, &about)?;
            let group = Group::from_word(&place.who).unwrap_or(counts.first());
            let people = store::list_told(conn, &about, group, &place.after, now)?;
            let is_paused = installation::is_sending_paused(conn)?;
            Ok((scope, update, about, counts, group, people, is_paused))
        })
        .await?;
    let shown = TellingPage::new(visit.layout(&viewer), &scope, &update, &about, counts);
    page(StatusCode::OK, &shown.with(group, people, is_paused, now))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AgainInput {
    who: String,
    /// One of them alone.
    job: Option<i64>,
}

/// Why it is not sent to somebody.
const LEFT_IN_PEACE: &str = "They have said that they do not want mail from here any more. Only they can change that: on the \
                             page, under “How I hear”. Nothing was sent.";

pub async fn send_again(visit: Visit, path: Path<(String, UpdateId)>) -> Answer {
    let ((slug, id), input) = (path.into_inner(), visit.form::<AgainInput>()?);
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}/updates/{id}/sending"));
    visit
        .write(move |conn, viewer| {
            let (scope, _) = load_to_change(conn, viewer, &slug, id)?;
            scope.actor()?;
            let group = Group::from_word(&input.who).filter(|group| group.may_be_sent_again());
            let group = group.unwrap_or(Group::Unreachable);
            store::hold_update(conn, id)?;
            let about = store::get_delivery(conn, id)?;
            if let Some(job) = input.job {
                let_through(conn, &about, job, now)?;
            }
            let sent = store::send_again(conn, &about, group, input.job, now)?;
            if sent > 0 {
                note(conn, &scope, What::MailAgain, sent, now)?;
            }
            Ok(())
        })
        .await?;
    visit.set_flash(Flash::SendingResumed);
    see_other(back)
}

/// Where mail to an address has stopped because it did not work, a press for this one tries it once more; if it still does
/// not work, mail stops again.
fn let_through(conn: &mut Conn, about: &Delivery, job: i64, now: Timestamp) -> Result<()> {
    let (person, stopped) = store::find_unreached(conn, about, job)?;
    match stopped {
        Some(MailStop::Complained) => Err(AppError::Conflict(LEFT_IN_PEACE)),
        Some(MailStop::Bounced) => accounts::resume_mail(conn, person, now),
        None => Ok(()),
    }
}
