//! The queue's rows.

use std::collections::HashSet;

use diesel::dsl::{IsNull, case_when, count_star, min};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use jiff::SignedDuration;

use super::model::{Job, JobState, Kind, LEASE, Outcome, Queue, Standing};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::{IsQueued, both, due_jobs};
use crate::db::ids::{DraftId, EmailChangeId, LeaseId, MemberId, PersonId, SignUpId, UpdateId};
use crate::db::schema::jobs;
use crate::db::types::Instant;
use crate::error::Result;
use crate::installation;

/// A job to enqueue; what it is about is whatever is set.
#[derive(Clone, Default, Debug)]
pub struct NewJob {
    /// The person it is about.
    pub person_id: Option<PersonId>,
    /// The membership it is about.
    pub member_id: Option<MemberId>,
    /// The unconfirmed account it is about.
    pub sign_up_id: Option<SignUpId>,
    /// The change of address it is about.
    pub email_change_id: Option<EmailChangeId>,
    /// What else it says: words of ours, never what somebody wrote.
    pub detail: Option<String>,
}

/// Enqueues a job to be done as soon as may be.
pub fn enqueue(conn: &mut Conn, kind: Kind, about: NewJob, now: Timestamp) -> Result<()> {
    diesel::insert_into(jobs::table)
        .values((
            jobs::kind.eq(kind),
            jobs::person_id.eq(about.person_id),
            jobs::member_id.eq(about.member_id),
            jobs::sign_up_id.eq(about.sign_up_id),
            jobs::email_change_id.eq(about.email_change_id),
            jobs::detail.eq(about.detail),
            jobs::state.eq(JobState::Queued),
            jobs::run_at.eq(now),
            jobs::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Enqueues a job for a member unless one of this kind is open for them already. Either way the open job's row is
/// locked until the transaction ends, so that whoever settles it sees what this transaction has added.
pub fn enqueue_once(conn: &mut Conn, kind: Kind, member: MemberId, run_at: Timestamp, now: Timestamp) -> Result<()> {
    enqueue_unless_open(conn, kind, Some(member), format!("{}/{member}", kind.as_str()), run_at, now)
}

/// Moves the job of a kind that is open for a member to another time, unless somebody has it in hand.
pub fn reschedule(conn: &mut Conn, kind: Kind, member: MemberId, run_at: Timestamp) -> Result<()> {
    let open = jobs::table.filter(jobs::open_key.eq(format!("{}/{member}", kind.as_str())));
    diesel::update(open.filter(jobs::state.eq(JobState::Queued)).filter(jobs::lease.is_null()))
        .set(jobs::run_at.eq(run_at))
        .execute(conn)?;
    Ok(())
}

/// Enqueues a job of which one at a time is enough, unless one is open already; that one's row is locked then, as with
/// [`enqueue_once`].
pub fn enqueue_alone(conn: &mut Conn, kind: Kind, now: Timestamp) -> Result<()> {
    enqueue_unless_open(conn, kind, None, kind.as_str().to_owned(), now, now)
}

/// The row of the job that holds this key is locked, whether it was there or is new.
fn enqueue_unless_open(
    conn: &mut Conn,
    kind: Kind,
    member: Option<MemberId>,
    open_key: String,
    run_at: Timestamp,
    now: Timestamp,
) -> Result<()> {
    let insert = diesel::insert_into(jobs::table)
        .values((
            jobs::kind.eq(kind),
            jobs::member_id.eq(member),
            jobs::open_key.eq(Some(open_key)),
            jobs::state.eq(JobState::Queued),
            jobs::run_at.eq(run_at),
            jobs::created_at.eq(now),
        ))
        .on_conflict(jobs::open_key)
        .do_update()
        .set(jobs::run_at.eq(jobs::run_at));
    both(insert).execute(conn)?;
    Ok(())
}

/// Whether a job of a kind was enqueued since then, whatever became of it.
pub fn was_enqueued_since(conn: &mut Conn, kind: Kind, since: Timestamp) -> Result<bool> {
    let any = jobs::table.filter(jobs::kind.eq(kind)).filter(jobs::created_at.gt(since));
    Ok(diesel::select(diesel::dsl::exists(any)).get_result(conn)?)
}

/// The same, of a kind that is about members, for one of them.
pub fn was_enqueued_for(conn: &mut Conn, kind: Kind, member: MemberId, since: Timestamp) -> Result<bool> {
    let any = jobs::table
        .filter(jobs::kind.eq(kind))
        .filter(jobs::member_id.eq(Some(member)))
        .filter(jobs::created_at.gt(since));
    Ok(diesel::select(diesel::dsl::exists(any)).get_result(conn)?)
}

type JobRow = (
    i64,
    Kind,
    Option<PersonId>,
    Option<MemberId>,
    Option<UpdateId>,
    Option<SignUpId>,
    Option<EmailChangeId>,
    Option<String>,
    Option<DraftId>,
    i32,
    i32,
    Timestamp,
);

/// Whether a job that is asked for by its id has not ended: exactly those are queued. Where `state = 'queued'` is said, PostgreSQL
/// finds a job by the index of what is due, and reads past all that wait: it takes that index for empty while ten thousand are new
/// in it.
fn is_open() -> IsNull<jobs::finished_at> {
    jobs::finished_at.is_null()
}

/// Takes up to `limit` due jobs under a lease of our own. Of several workers that want the same job, the
/// conditional update lets exactly one have it, on either database.
///
/// What another version of the program has enqueued waits for that version, and holds up nothing else: it is of none of
/// these kinds.
pub(super) fn claim(conn: &mut Conn, kinds: &[Kind], now: Timestamp, limit: i32) -> Result<Vec<Job>> {
    // While sending is paused, mail waits, whoever would take it in hand.
    let is_paused = installation::is_sending_paused(conn)?;
    let kinds: Vec<Kind> = kinds.iter().copied().filter(|kind| !is_paused || !kind.is_mail()).collect();
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    let (lease, held_since) = (LeaseId::generate(), std::time::Instant::now());
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let due = due_jobs(conn, &kinds, now, limit)?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let free = jobs::leased_until.is_null().or(jobs::leased_until.lt(now));
    diesel::update(
        jobs::table.filter(jobs::id.eq_any(due.clone())).filter(is_open()).filter(jobs::run_at.le(now)).filter(free),
    )
    .set((jobs::lease.eq(Some(lease)), jobs::leased_until.eq(Some(now + LEASE)), jobs::attempts.eq(jobs::attempts + 1)))
    .execute(conn)?;
    let rows: Vec<JobRow> = jobs::table
        .filter(jobs::id.eq_any(due))
        .filter(jobs::lease.eq(Some(lease)))
        .order((jobs::run_at, jobs::id))
        .select((
            jobs::id,
            jobs::kind,
            jobs::person_id,
            jobs::member_id,
            jobs::update_id,
            jobs::sign_up_id,
            jobs::email_change_id,
            jobs::detail,
            jobs::draft_id,
            jobs::edition,
            jobs::attempts,
            jobs::created_at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let (id, kind, person_id, member_id, update_id, sign_up_id, email_change_id, ..) = row;
            let (.., detail, draft_id, edition, attempts, created_at) = row;
            Job {
                id,
                kind,
                person_id,
                member_id,
                update_id,
                sign_up_id,
                email_change_id,
                detail,
                draft_id,
                edition,
                attempts,
                created_at,
                lease,
                held_since,
            }
        })
        .collect())
}

/// Whether there is anything of these kinds to do.
pub(super) fn is_any_due(conn: &mut Conn, kinds: &[Kind], now: Timestamp) -> Result<bool> {
    let due = jobs::table
        .filter(IsQueued)
        .filter(jobs::run_at.le(now))
        .filter(jobs::leased_until.is_null().or(jobs::leased_until.lt(now)))
        .filter(jobs::kind.eq_any(kinds.to_vec()));
    Ok(diesel::select(diesel::dsl::exists(due)).get_result(conn)?)
}

/// What becomes of a job that is put back into the queue. Of what comes in thousands, what was in hand while it was taken back
/// has the reason for that in its detail, and ends with it: each statement looks at the row as it is when its turn comes, so that
/// nothing slips between the two.
macro_rules! queued_unless_taken_back {
    ($why:expr, $now:expr) => {{
        let is_taken_back = || jobs::kind.eq(Kind::NewUpdate).and(jobs::detail.is_not_null());
        (
            jobs::state.eq(case_when(is_taken_back(), JobState::Dropped.into_sql::<Text>()).otherwise(jobs::state)),
            jobs::outcome.eq(case_when(is_taken_back(), jobs::detail).otherwise($why)),
            jobs::finished_at.eq(case_when(is_taken_back(), Some($now).into_sql::<Nullable<Instant>>())
                .otherwise(None::<Timestamp>.into_sql::<Nullable<Instant>>())),
            jobs::lease.eq(None::<LeaseId>),
            jobs::leased_until.eq(None::<Timestamp>),
        )
    }};
}

/// Why a job was taken back that has just been put back into the queue, if it was.
fn find_taken_back(conn: &mut Conn, job: &Job) -> Result<Option<Outcome>> {
    if job.kind != Kind::NewUpdate {
        return Ok(None);
    }
    let dropped = jobs::table.find(job.id).filter(jobs::state.eq(JobState::Dropped)).select(jobs::outcome);
    let why: Option<Option<String>> = dropped.get_result(conn).optional()?;
    Ok(why.map(|why| Outcome::Dropped(why.unwrap_or_default())))
}

/// Gives back a job that was claimed and not begun: it is as it was, or due at another time, unless it was taken back meanwhile.
/// Answers whether it was ours.
pub(super) fn give_back(conn: &mut Conn, job: &Job, run_at: Option<Timestamp>, now: Timestamp) -> Result<bool> {
    let ours = jobs::table.filter(jobs::id.eq(job.id)).filter(is_open()).filter(jobs::lease.eq(Some(job.lease)));
    let given_back = diesel::update(ours)
        .set((
            queued_unless_taken_back!(jobs::outcome, now),
            jobs::attempts.eq(jobs::attempts - 1),
            run_at.map(|at| jobs::run_at.eq(at)),
        ))
        .execute(conn)?;
    Ok(given_back == 1)
}

/// What becomes of a job that has ended: nobody holds it any more, and another of its kind may be opened.
macro_rules! ended {
    ($state:expr, $why:expr, $now:expr) => {
        (
            jobs::state.eq($state),
            jobs::outcome.eq($why),
            jobs::open_key.eq(None::<String>),
            jobs::lease.eq(None::<LeaseId>),
            jobs::leased_until.eq(None::<Timestamp>),
            jobs::finished_at.eq(Some($now)),
        )
    };
}

/// Writes down of jobs that they are done. What was sent is sent, whoever has the job by now. Answers with those of them that had
/// not ended before.
pub(super) fn settle_done(conn: &mut Conn, ids: &[i64], now: Timestamp) -> Result<HashSet<i64>> {
    let done = diesel::update(jobs::table.filter(jobs::id.eq_any(ids)).filter(is_open()))
        .set(ended!(JobState::Done, None::<String>, now))
        .returning(jobs::id);
    Ok(both(done).load(conn)?.into_iter().collect())
}

/// Writes down what became of a job. Answers with the outcome as it finally is, or `None` when the lease was lost
/// to somebody else, who will settle it in our place.
pub(super) fn settle(conn: &mut Conn, job: &Job, outcome: Outcome, now: Timestamp) -> Result<Option<Outcome>> {
    if outcome == Outcome::Done {
        return Ok(settle_done(conn, &[job.id], now)?.contains(&job.id).then_some(outcome));
    }
    let ours = jobs::table.filter(jobs::id.eq(job.id)).filter(is_open()).filter(jobs::lease.eq(Some(job.lease)));
    if let Outcome::NotBefore(at) = outcome {
        if !give_back(conn, job, Some(at), now)? {
            return Ok(None);
        }
        return Ok(Some(find_taken_back(conn, job)?.unwrap_or(outcome)));
    }
    let retry_at = if outcome.is_open() { job.retry_at(now) } else { None };
    let outcome = match outcome {
        Outcome::Retry(why) if retry_at.is_none() => Outcome::Lost(format!("given up after five days: {why}")),
        Outcome::Deferred(why) if retry_at.is_none() => Outcome::Failed(format!("given up after five days: {why}")),
        other => other,
    };
    let (state, why) = match &outcome {
        Outcome::Done => (JobState::Done, None),
        Outcome::Dropped(why) => (JobState::Dropped, Some(why.as_str())),
        Outcome::Failed(why) | Outcome::Lost(why) => (JobState::Failed, Some(why.as_str())),
        Outcome::Retry(why) | Outcome::Deferred(why) => (JobState::Queued, Some(why.as_str())),
        Outcome::NotBefore(_) => (JobState::Queued, None),
    };
    let settled = match retry_at {
        Some(at) => diesel::update(ours)
            .set((queued_unless_taken_back!(why.into_sql::<Nullable<Text>>(), now), jobs::run_at.eq(at)))
            .execute(conn)?,
        None => diesel::update(ours).set(ended!(state, why, now)).execute(conn)?,
    };
    if settled == 0 {
        return Ok(None);
    }
    let taken_back = if retry_at.is_some() { find_taken_back(conn, job)? } else { None };
    Ok(Some(taken_back.unwrap_or(outcome)))
}

/// A mail that was taken over has not arrived: what is written down of its job says so from now on.
pub fn fail_afterwards(conn: &mut Conn, id: i64, why: &str) -> Result<()> {
    diesel::update(jobs::table.filter(jobs::id.eq(id)).filter(jobs::state.eq(JobState::Done)))
        .set((jobs::state.eq(JobState::Failed), jobs::outcome.eq(Some(why))))
        .execute(conn)?;
    Ok(())
}

/// How many jobs are due and how many come later, by kind: one walk over the index of those that are open. What is done is
/// not looked at, however much that has become.
pub fn look_at_queue(conn: &mut Conn, now: Timestamp) -> Result<Queue> {
    type Row = (String, i64, Option<Timestamp>);
    let open = || jobs::table.filter(IsQueued);
    let all: Vec<(String, i64)> = open().group_by(jobs::kind).select((jobs::kind, count_star())).load(conn)?;
    let due: Vec<Row> = open()
        .filter(jobs::run_at.le(now))
        .group_by(jobs::kind)
        .select((jobs::kind, count_star(), min(jobs::run_at)))
        .load(conn)?;
    let mut queue = Queue::default();
    for (kind, later) in all {
        queue.kinds.insert(kind, Standing { due: 0, later });
    }
    for (kind, count, oldest) in due {
        let standing = queue.kinds.entry(kind).or_default();
        (standing.due, standing.later) = (count, (standing.later - count).max(0));
        queue.oldest_due_at = match (queue.oldest_due_at, oldest) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }
    Ok(queue)
}

/// Enqueues what is to be done with a draft at its time. One such job is open for a draft.
pub fn enqueue_publication(conn: &mut Conn, draft: DraftId, run_at: Timestamp, now: Timestamp) -> Result<()> {
    delete_publication(conn, draft)?;
    let kind = Kind::PublishDraft;
    diesel::insert_into(jobs::table)
        .values((
            jobs::kind.eq(kind),
            jobs::draft_id.eq(Some(draft)),
            jobs::open_key.eq(Some(format!("{}/{draft}", kind.as_str()))),
            jobs::state.eq(JobState::Queued),
            jobs::run_at.eq(run_at),
            jobs::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes that back.
pub fn delete_publication(conn: &mut Conn, draft: DraftId) -> Result<()> {
    let open = jobs::table.filter(jobs::kind.eq(Kind::PublishDraft)).filter(jobs::draft_id.eq(draft));
    diesel::delete(open.filter(jobs::state.eq(JobState::Queued))).execute(conn)?;
    Ok(())
}

/// Deletes finished jobs that nobody will ask about again. Deliveries of updates stay: they are what keeps an
/// update from being sent twice.
pub fn purge_finished(conn: &mut Conn, now: Timestamp) -> Result<()> {
    let old = now - SignedDuration::from_hours(30 * 24);
    diesel::delete(jobs::table.filter(jobs::finished_at.lt(old)).filter(jobs::update_id.is_null())).execute(conn)?;
    Ok(())
}

/// Deletes every job about a person's account; what is about a membership of theirs goes with the membership.
pub fn delete_jobs_of(conn: &mut Conn, person: PersonId) -> Result<()> {
    diesel::delete(jobs::table.filter(jobs::person_id.eq(person))).execute(conn)?;
    Ok(())
}
