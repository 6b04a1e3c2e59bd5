//! The queue's rows.

use diesel::prelude::*;
use jiff::SignedDuration;

use super::model::{Job, JobState, Kind, LEASE, Outcome};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::{DraftId, EmailChangeId, LeaseId, MemberId, PersonId, SignUpId, UpdateId};
use crate::db::schema::jobs;
use crate::error::Result;

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

/// Takes up to `limit` due jobs under a lease of our own. Of several workers that want the same job, the
/// conditional update lets exactly one have it, on either database.
///
/// What another version of the program has enqueued waits for that version, and holds up nothing else: it is of none of
/// these kinds.
pub(super) fn claim(conn: &mut Conn, kinds: &[Kind], now: Timestamp, limit: i64) -> Result<Vec<Job>> {
    let lease = LeaseId::generate();
    let free = jobs::leased_until.is_null().or(jobs::leased_until.lt(now));
    let due: Vec<i64> = jobs::table
        .filter(jobs::state.eq(JobState::Queued))
        .filter(jobs::run_at.le(now))
        .filter(free)
        .filter(jobs::kind.eq_any(kinds.to_vec()))
        .order((jobs::run_at, jobs::id))
        .limit(limit)
        .select(jobs::id)
        .load(conn)?;
    let mut claimed = Vec::with_capacity(due.len());
    for id in due {
        let taken = diesel::update(
            jobs::table
                .filter(jobs::id.eq(id))
                .filter(jobs::state.eq(JobState::Queued))
                .filter(jobs::run_at.le(now))
                .filter(free),
        )
        .set((
            jobs::lease.eq(Some(lease)),
            jobs::leased_until.eq(Some(now + LEASE)),
            jobs::attempts.eq(jobs::attempts + 1),
        ))
        .execute(conn)?;
        if taken == 1 {
            claimed.push(id);
        }
    }
    let rows: Vec<JobRow> = jobs::table
        .filter(jobs::id.eq_any(claimed))
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
            }
        })
        .collect())
}

/// Writes down what became of a job. Answers with the outcome as it finally is, or `None` when the lease was lost
/// to somebody else, who will settle it in our place.
pub(super) fn settle(conn: &mut Conn, job: &Job, outcome: Outcome, now: Timestamp) -> Result<Option<Outcome>> {
    let ours = jobs::table
        .filter(jobs::id.eq(job.id))
        .filter(jobs::state.eq(JobState::Queued))
        .filter(jobs::lease.eq(Some(job.lease)));
    let (outcome, retry_at) = match outcome {
        Outcome::Retry(why) => match job.retry_at(now) {
            Some(at) => (Outcome::Retry(why), Some(at)),
            None => (Outcome::Failed(format!("given up after five days: {why}")), None),
        },
        other => (other, None),
    };
    let (state, why) = match &outcome {
        Outcome::Done => (JobState::Done, None),
        Outcome::Dropped(why) => (JobState::Dropped, Some(why.as_str())),
        Outcome::Failed(why) => (JobState::Failed, Some(why.as_str())),
        Outcome::Retry(why) => (JobState::Queued, Some(why.as_str())),
    };
    let settled = match retry_at {
        Some(at) => diesel::update(ours)
            .set((
                jobs::run_at.eq(at),
                jobs::outcome.eq(why),
                jobs::lease.eq(None::<LeaseId>),
                jobs::leased_until.eq(None::<Timestamp>),
            ))
            .execute(conn)?,
        None => diesel::update(ours)
            .set((
                jobs::state.eq(state),
                jobs::outcome.eq(why),
                jobs::open_key.eq(None::<String>),
                jobs::lease.eq(None::<LeaseId>),
                jobs::leased_until.eq(None::<Timestamp>),
                jobs::finished_at.eq(Some(now)),
            ))
            .execute(conn)?,
    };
    Ok((settled == 1).then_some(outcome))
}

/// Deletes what is enqueued for a member, before the member goes: whoever settles a job takes its row first and the
/// member's after it, and the other way round the two could wait for each other.
pub fn delete_jobs_of_member(conn: &mut Conn, member: MemberId) -> Result<()> {
    diesel::delete(jobs::table.filter(jobs::member_id.eq(member))).execute(conn)?;
    Ok(())
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
