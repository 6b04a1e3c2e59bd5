//! The mail about an update: one job for each member and edition.

use diesel::dsl::{count_star, min};
use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{LeaseId, PersonId, SiteId, UpdateId};
use crate::db::schema::{jobs, members, updates};
use crate::db::types::Instant;
use crate::error::Result;
use crate::jobs::{JobState, Kind};
use crate::journal::publication::MailChoice;
use crate::journal::sending::{Delivery, Sending};
use crate::sites::{Audience, members_in};

/// Enqueues one delivery for each member who should hear, in one statement. The unique key on kind, update, member and edition
/// lets nobody have a second one.
pub fn enqueue_deliveries(conn: &mut Conn, about: &Delivery, run_at: Timestamp, now: Timestamp) -> Result<usize> {
    if about.mail == MailChoice::None {
        return Ok(0);
    }
    let hearing = members_in(about.site, about.audience, about.mail == MailChoice::Big, about.author);
    let deliveries = hearing.select((
        Kind::NewUpdate.into_sql::<diesel::sql_types::Text>(),
        members::id.nullable(),
        Some(about.update).into_sql::<diesel::sql_types::Nullable<diesel::sql_types::Binary>>(),
        about.edition.into_sql::<diesel::sql_types::Integer>(),
        JobState::Queued.into_sql::<diesel::sql_types::Text>(),
        run_at.into_sql::<Instant>(),
        now.into_sql::<Instant>(),
    ));
    let insert = diesel::insert_into(jobs::table).values(deliveries).into_columns((
        jobs::kind,
        jobs::member_id,
        jobs::update_id,
        jobs::edition,
        jobs::state,
        jobs::run_at,
        jobs::created_at,
    ));
    Ok(insert.execute(conn)?)
}

/// To how many it would go.
pub fn count_hearing(conn: &mut Conn, about: &Delivery) -> Result<i64> {
    let hearing = members_in(about.site, about.audience, about.mail == MailChoice::Big, about.author);
    Ok(hearing.count().get_result(conn)?)
}

/// What a delivery of an update is about, as the update is now.
pub fn get_delivery(conn: &mut Conn, update: UpdateId) -> Result<Delivery> {
    let (site, author, audience, mail, edition): (SiteId, PersonId, Audience, MailChoice, i32) = updates::table
        .find(update)
        .select((updates::site_id, updates::author_id, updates::audience, updates::mail, updates::edition))
        .first(conn)?;
    Ok(Delivery { site, update, author, audience, mail, edition })
}

/// What stands beside a job that was stopped before its mail had left.
const STOPPED: &str = "sending was undone";

/// What stands beside a job in whose place a corrected mail goes.
const REPLACED: &str = "a corrected one goes in its place";

macro_rules! about {
    ($update:expr, $edition:expr) => {
        jobs::table
            .filter(jobs::update_id.eq($update))
            .filter(jobs::kind.eq(Kind::NewUpdate))
            .filter(jobs::edition.eq($edition))
    };
}

/// How the mail about an update stands.
pub fn get_sending(conn: &mut Conn, update: UpdateId) -> Result<Sending> {
    let edition: i32 = updates::table.find(update).select(updates::edition).first(conn)?;
    type Row = (JobState, Option<LeaseId>, Option<String>, i64, Option<Timestamp>);
    let rows: Vec<Row> = about!(update, edition)
        .group_by((jobs::state, jobs::lease, jobs::outcome))
        .select((jobs::state, jobs::lease, jobs::outcome, count_star(), min(jobs::run_at)))
        .load(conn)?;
    let mut sending = Sending { edition, ..Sending::default() };
    for (state, lease, outcome, count, run_at) in rows {
        match state {
            JobState::Queued if lease.is_none() => {
                sending.waiting += count;
                sending.leaves_at = earliest(sending.leaves_at, run_at);
            }
            JobState::Queued | JobState::Done => {
                sending.left += count;
                sending.first_left_at = earliest(sending.first_left_at, run_at);
            }
            JobState::Dropped if outcome.as_deref() == Some(STOPPED) => sending.stopped += count,
            JobState::Dropped | JobState::Failed => {}
        }
    }
    Ok(sending)
}

fn earliest(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Stops every mail about an update that nobody has in hand yet, and answers how many those were. Of this and a worker that
/// takes the same job, the conditional update lets exactly one have it.
pub fn stop_sending(conn: &mut Conn, update: UpdateId, edition: i32, now: Timestamp) -> Result<usize> {
    drop_waiting(conn, update, edition, STOPPED, now)
}

fn drop_waiting(conn: &mut Conn, update: UpdateId, edition: i32, why: &str, now: Timestamp) -> Result<usize> {
    let waiting = about!(update, edition).filter(jobs::state.eq(JobState::Queued)).filter(jobs::lease.is_null());
    Ok(diesel::update(waiting)
        .set((
            jobs::state.eq(JobState::Dropped),
            jobs::outcome.eq(Some(why)),
            jobs::finished_at.eq(Some(now)),
            jobs::leased_until.eq(None::<Timestamp>),
        ))
        .execute(conn)?)
}

/// Sends after all what was stopped. It is the same jobs, so that nobody can have a second mail.
pub fn resume_sending(conn: &mut Conn, update: UpdateId, edition: i32, now: Timestamp) -> Result<usize> {
    let stopped = about!(update, edition).filter(jobs::state.eq(JobState::Dropped)).filter(jobs::outcome.eq(STOPPED));
    Ok(diesel::update(stopped)
        .set((
            jobs::state.eq(JobState::Queued),
            jobs::outcome.eq(None::<String>),
            jobs::finished_at.eq(None::<Timestamp>),
            jobs::lease.eq(None::<LeaseId>),
            jobs::run_at.eq(now),
        ))
        .execute(conn)?)
}

/// Begins the next edition, if `seen` is the one that there is: of two who press at once, one does. What waits of the one before
/// goes out no more.
pub fn begin_edition(conn: &mut Conn, update: UpdateId, seen: i32, now: Timestamp) -> Result<bool> {
    let begun = diesel::update(updates::table.find(update).filter(updates::edition.eq(seen)))
        .set(updates::edition.eq(seen.saturating_add(1)))
        .execute(conn)?;
    if begun == 0 {
        return Ok(false);
    }
    drop_waiting(conn, update, seen, REPLACED, now)?;
    Ok(true)
}
