//! The installation's one row.

use data_encoding::HEXLOWER;
use diesel::prelude::*;
use jiff::SignedDuration;

use super::model::{Doubtful, PERHAPS_TOLD, Pause, Resumed, Row, Why};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::{self, IsQueued};
use crate::db::ids::LeaseId;
use crate::db::schema::{digest_news, installation, jobs};
use crate::error::Result;
use crate::jobs::{JobState, Kind};
use crate::secrets::random;

/// The number of the only row.
const ONE: i32 = 1;

/// More than are given out between a backup and its restore.
const FURTHER_ON: i64 = 1_000_000;

/// What the database knows of itself; nothing before it was first served.
pub(super) fn find(conn: &mut Conn) -> Result<Option<Row>> {
    let row: Option<(String, i64)> = installation::table
        .find(ONE)
        .select((installation::name, installation::generation))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(name, generation)| Row { name, generation }))
}

/// Whether anything is still to be done.
pub(super) fn has_open_jobs(conn: &mut Conn) -> Result<bool> {
    let open = jobs::table.filter(IsQueued);
    Ok(diesel::select(diesel::dsl::exists(open)).get_result(conn)?)
}

/// Writes down that the database is served, and answers with its name, which is made the first time.
pub(super) fn note_arrival(conn: &mut Conn, name: Option<String>, generation: i64, now: Timestamp) -> Result<String> {
    if let Some(name) = name {
        diesel::update(installation::table.find(ONE))
            .set((installation::generation.eq(generation), installation::beat_at.eq(now)))
            .execute(conn)?;
        return Ok(name);
    }
    let name = HEXLOWER.encode(&random::<16>());
    diesel::insert_into(installation::table)
        .values((
            installation::id.eq(ONE),
            installation::name.eq(&name),
            installation::generation.eq(generation),
            installation::beat_at.eq(now),
        ))
        .execute(conn)?;
    Ok(name)
}

/// Counts on, and answers with the name and the count.
pub(super) fn beat(conn: &mut Conn, now: Timestamp) -> Result<(String, i64)> {
    diesel::update(installation::table.find(ONE))
        .set((installation::generation.eq(installation::generation + 1), installation::beat_at.eq(now)))
        .execute(conn)?;
    Ok(installation::table.find(ONE).select((installation::name, installation::generation)).get_result(conn)?)
}

/// Lets mail wait, since something was restored: what was due before `doubtful_before` may have left already. What was
/// doubtful before stays so. Addresses that name a row by its id are out there in mail that was sent after the backup: such an id
/// is not given out a second time, or a bounce would be taken for somebody else's.
pub(super) fn pause(conn: &mut Conn, why: Why, doubtful_before: Timestamp, now: Timestamp) -> Result<()> {
    diesel::update(installation::table.find(ONE))
        .set((
            installation::paused_at.eq(Some(now)),
            installation::paused_why.eq(Some(why)),
            installation::doubtful_before.eq(Some(doubtful_before)),
        ))
        .execute(conn)?;
    for table in ["jobs", "reply_keys"] {
        dialect::skip_ids(conn, table, FURTHER_ON)?;
    }
    Ok(())
}

/// Lets mail wait because somebody wants it so; a pause that there is already stays what it is.
pub(super) fn pause_by_hand(conn: &mut Conn, now: Timestamp) -> Result<()> {
    if find(conn)?.is_none() {
        note_arrival(conn, None, 0, now)?;
    }
    diesel::update(installation::table.find(ONE).filter(installation::paused_at.is_null()))
        .set((installation::paused_at.eq(Some(now)), installation::paused_why.eq(Some(Why::Asked))))
        .execute(conn)?;
    Ok(())
}

/// Since when mail waits and why, if it does.
pub fn find_pause(conn: &mut Conn) -> Result<Option<Pause>> {
    type Row = (Option<Timestamp>, Option<Why>, Option<Timestamp>);
    let row: Option<Row> = installation::table
        .find(ONE)
        .select((installation::paused_at, installation::paused_why, installation::doubtful_before))
        .get_result(conn)
        .optional()?;
    Ok(row.and_then(|(at, why, doubtful_before)| {
        Some(Pause { at: at?, why: why.unwrap_or(Why::Asked), doubtful_before })
    }))
}

/// Whether mail waits.
pub fn is_sending_paused(conn: &mut Conn) -> Result<bool> {
    let paused = installation::table.find(ONE).filter(installation::paused_at.is_not_null());
    Ok(diesel::select(diesel::dsl::exists(paused)).get_result(conn)?)
}

/// How many mails are to leave, now or later.
pub(super) fn count_waiting(conn: &mut Conn) -> Result<i64> {
    let mails: Vec<Kind> = Kind::ALL.iter().copied().filter(|kind| kind.is_mail()).collect();
    let waiting = jobs::table.filter(IsQueued).filter(jobs::kind.eq_any(mails));
    Ok(waiting.count().get_result(conn)?)
}

/// Lets mail go again.
pub(super) fn resume(conn: &mut Conn, doubtful: Doubtful, now: Timestamp) -> Result<Resumed> {
    let Some(pause) = find_pause(conn)? else {
        return Ok(Resumed { waiting: count_waiting(conn)?, ..Resumed::default() });
    };
    let dropped = match (doubtful, pause.doubtful_before) {
        (Doubtful::Drop(older_than), Some(before)) => drop_doubtful(conn, before, older_than, pause.at, now)?,
        _ => 0,
    };
    diesel::update(installation::table.find(ONE))
        .set((
            installation::paused_at.eq(None::<Timestamp>),
            installation::paused_why.eq(None::<Why>),
            installation::doubtful_before.eq(None::<Timestamp>),
        ))
        .execute(conn)?;
    Ok(Resumed { was_paused: true, dropped, waiting: count_waiting(conn)? })
}

/// News that may have been told is not told again. What asks somebody for something, such as an invitation, goes all the
/// same: twice does no harm there, and never does. What was enqueued after the restore is in no doubt.
fn drop_doubtful(
    conn: &mut Conn,
    before: Timestamp,
    older_than: SignedDuration,
    restored_at: Timestamp,
    now: Timestamp,
) -> Result<usize> {
    let due = before - older_than;
    let waiting = |kind: Kind| {
        jobs::table
            .filter(jobs::state.eq(JobState::Queued))
            .filter(jobs::kind.eq(kind))
            .filter(jobs::run_at.lt(due))
            .filter(jobs::created_at.lt(restored_at))
    };
    // What such a digest would have held is taken out of the next one, too; an organizer can put it back.
    let theirs = waiting(Kind::Digest).select(jobs::member_id.assume_not_null());
    diesel::update(
        digest_news::table
            .filter(digest_news::state.eq("waiting"))
            .filter(digest_news::tell_at.lt(due))
            .filter(digest_news::member_id.eq_any(theirs)),
    )
    .set(digest_news::state.eq("stopped"))
    .execute(conn)?;
    let mut dropped = 0;
    for kind in [Kind::NewUpdate, Kind::Digest] {
        dropped += diesel::update(waiting(kind))
            .set((
                jobs::state.eq(JobState::Dropped),
                jobs::outcome.eq(Some(PERHAPS_TOLD)),
                jobs::finished_at.eq(Some(now)),
                jobs::lease.eq(None::<LeaseId>),
                jobs::leased_until.eq(None::<Timestamp>),
            ))
            .execute(conn)?;
    }
    Ok(dropped)
}
