//! Sends what comes in thousands: prepared in one read, over several connections, each on its own. And when what comes in hundreds
//! may go.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::jobs::{Desk, Job, Outcome, Settled, Then};
use crate::journal;
use crate::mail::{Addressed, EmailAddress, Prepared, SendError, Turn};
use crate::metrics::Handed;
use crate::sites;

/// Sends the mail of a batch of jobs about updates, as far as it is still wanted now.
pub async fn deliver(app: &App, jobs: Vec<Job>, desk: &Arc<Desk>) {
    let Some(prepared) = prepare(app, jobs).await else { return };
    let (mut ready, mut once_more) = (Vec::with_capacity(prepared.len()), Vec::new());
    for (job, prepared) in prepared {
        match prepared {
            Ok(Prepared::After(first)) => {
                first.await;
                once_more.push(job);
            }
            prepared => ready.push((job, prepared)),
        }
    }
    if !once_more.is_empty() {
        ready.extend(prepare(app, once_more).await.unwrap_or_default());
    }
    let mut under_way = JoinSet::new();
    for (job, prepared) in ready {
        match prepared {
            Ok(Prepared::Letter(letter, then)) => {
                under_way.spawn(send(app.clone(), job, letter, then, desk.clone()));
            }
            Ok(Prepared::Drop(why)) => desk.settle(&job, Outcome::Dropped(why.to_owned()).into(), None).await,
            Ok(Prepared::DropThen(why, then)) => {
                let outcome = Outcome::Dropped(why.to_owned());
                desk.settle(&job, Settled { outcome, then: Some(then) }, None).await;
            }
            Ok(Prepared::After(_)) => {
                let outcome = Outcome::Retry("what it needs could not be kept".to_owned());
                desk.settle(&job, outcome.into(), None).await;
            }
            Ok(Prepared::NotBefore(at)) => desk.settle(&job, Outcome::NotBefore(at).into(), None).await,
            Ok(Prepared::Send(message, then)) => {
                let outcome = hand_over(app, app.mailer.send(&message, app.clock.now())).await;
                desk.settle(&job, Settled { outcome, then }, None).await;
            }
            Err(error) => tracing::error!(job = job.id, %error, "could not prepare a mail"),
        }
    }
    while under_way.join_next().await.is_some() {}
}

/// What is to be sent, in one read.
async fn prepare(app: &App, jobs: Vec<Job>) -> Option<Vec<(Job, Result<Prepared>)>> {
    let reading = app.clone();
    match app.db.read(move |conn| journal::prepare_new_updates(&reading, conn, jobs)).await {
        Ok(prepared) => Some(prepared),
        Err(error) => {
            // Of what nothing is said, the desk says that it is tried again.
            tracing::error!(%error, "could not prepare mail about updates");
            None
        }
    }
}

async fn send(app: App, job: Job, letter: Box<Addressed>, then: Option<Then>, desk: Arc<Desk>) {
    match app.mailer.turn(&letter.to, app.clock.now()) {
        Turn::At(at) => return desk.give_back(&job, Some(at)).await,
        Turn::In(wait) if wait.is_zero() => {}
        Turn::In(wait) => tokio::time::sleep(wait).await,
    }
    let place = app.mailer.place().await;
    let unwritten = desk.place().await;
    // Looked at a while ago: who may hear of it, and whether anybody wants it stopped, is looked at anew.
    if !desk.may_begin(&app.clock) || app.mailer.is_away(app.clock.now()) {
        return desk.give_back(&job, None).await;
    }
    let outcome = hand_over(&app, app.mailer.send_letter(&letter, app.clock.now())).await;
    drop(place);
    let then = then.filter(|_| outcome != Outcome::Done || !letter.is_reached);
    desk.settle(&job, Settled { outcome, then }, unwritten).await;
}

/// Whether a mail may go.
pub enum Go {
    /// It may, and keeps this place until it is sent.
    Now(Option<OwnedSemaphorePermit>),
    /// It is to come again then.
    At(Timestamp),
}

/// How long one of those that come in hundreds waits for a place, and then comes again.
const LONGEST_WAIT: Duration = Duration::from_secs(15);
const COME_AGAIN: SignedDuration = SignedDuration::from_secs(10);

/// What comes in hundreds takes its turn as mail about updates does, before anything is looked at or written down for it. What
/// somebody may be waiting for goes at once.
pub async fn wait_for_turn(app: &App, job: &Job) -> Result<Go> {
    let (Some(member), true) = (job.member_id, job.kind.is_bulk()) else { return Ok(Go::Now(None)) };
    let recipient = app.db.read(move |conn| sites::find_recipient(conn, member)).await?;
    // No turn is spent on what will not go now.
    let Some(recipient) = recipient.filter(|it| it.may_hear() && it.quiet_until(app.clock.now()).is_none()) else {
        return Ok(Go::Now(None));
    };
    let Ok(to) = EmailAddress::parse(&recipient.email) else { return Ok(Go::Now(None)) };
    match app.mailer.turn(&to, app.clock.now()) {
        Turn::At(at) => return Ok(Go::At(at)),
        Turn::In(wait) => tokio::time::sleep(wait).await,
    }
    match tokio::time::timeout(LONGEST_WAIT, app.mailer.place()).await {
        Ok(place) => Ok(Go::Now(place)),
        Err(_) => Ok(Go::At(app.clock.now() + COME_AGAIN)),
    }
}

/// Hands a mail over, counts it and how long that took, and says what the answer of the mail server means for the job.
pub async fn hand_over(app: &App, sending: impl Future<Output = std::result::Result<(), SendError>>) -> Outcome {
    let begun = Instant::now();
    let (handed, outcome) = match sending.await {
        Ok(()) => (Handed::Sent, Outcome::Done),
        Err(SendError::Temporary(why)) => (Handed::Deferred, Outcome::Retry(why)),
        Err(SendError::Deferred(why)) => (Handed::Deferred, Outcome::Deferred(why)),
        Err(SendError::Permanent(why)) => (Handed::Refused, Outcome::Failed(why)),
        Err(SendError::Unfit(why)) => (Handed::Refused, Outcome::Lost(why)),
    };
    app.metrics.note_mail(handed, begun.elapsed());
    outcome
}
