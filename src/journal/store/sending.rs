//! The mail about an update: one job for each member and edition.

use std::collections::HashMap;

use diesel::dsl::{case_when, count_star, exists, min, not};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

use crate::clock::Timestamp;
use crate::db::dialect;
use crate::db::ids::{LeaseId, PersonId, SiteId, UpdateId};
use crate::db::schema::{digest_news, jobs, members, updates};
use crate::db::types::Instant;
use crate::db::{Conn, MultiBackend};
use crate::error::Result;
use crate::installation::PERHAPS_TOLD;
use crate::jobs::{JobState, Kind};
use crate::journal::publication::MailChoice;
use crate::journal::sending::{Delivery, Sending};
use crate::sites::{self, Audience, DigestNews, members_in};

macro_rules! about {
    ($update:expr, $edition:expr) => {
        jobs::table
            .filter(jobs::update_id.eq($update))
            .filter(jobs::kind.eq(Kind::NewUpdate))
            .filter(jobs::edition.eq($edition))
    };
}

/// Enqueues one delivery for each member who should hear at once, in one statement, and puts the update into the digests of
/// those who hear by digests, in another. The unique keys on update, member and edition let nobody have a second one.
pub fn enqueue_deliveries(conn: &mut Conn, about: &Delivery, run_at: Timestamp, now: Timestamp) -> Result<usize> {
    if about.mail == MailChoice::None {
        return Ok(0);
    }
    let mut enqueued = enqueue_to(conn, about, members_in_of(about), run_at, now)?;
    let news = DigestNews { update: about.update, edition: about.edition, tell_at: run_at };
    let gathered = sites::add_news(conn, about.site, about.audience, about.author, news)?;
    if dialect::sees_others_between_statements(conn) {
        // Whoever has chosen to hear at once between the two is in neither. Each is looked up in a set that is read once: with what
        // this transaction has written there are no statistics yet, and PostgreSQL would join ten thousand with ten thousand one
        // by one.
        let with_mail = about!(about.update, about.edition).filter(jobs::member_id.is_not_null());
        let with_news = digest_news::table
            .filter(digest_news::update_id.eq(about.update))
            .filter(digest_news::edition.eq(about.edition));
        let left_out = members_in_of(about)
            .filter(not(members::id.eq_any(with_mail.select(jobs::member_id.assume_not_null()))))
            .filter(not(members::id.eq_any(with_news.select(digest_news::member_id))));
        enqueued += enqueue_to(conn, about, left_out, run_at, now)?;
    }
    if gathered > 0 {
        sites::enqueue_planning(conn, about.site, now)?;
    }
    Ok(enqueued + gathered)
}

fn members_in_of(about: &Delivery) -> members::BoxedQuery<'static, MultiBackend> {
    members_in(about.site, about.audience, about.mail == MailChoice::Big, about.author)
}

/// One delivery for each of these members.
fn enqueue_to(
    conn: &mut Conn,
    about: &Delivery,
    to: members::BoxedQuery<'static, MultiBackend>,
    run_at: Timestamp,
    now: Timestamp,
) -> Result<usize> {
    let deliveries = to.select((
        Kind::NewUpdate.into_sql::<Text>(),
        members::id.nullable(),
        Some(about.update).into_sql::<Nullable<diesel::sql_types::Binary>>(),
        about.edition.into_sql::<diesel::sql_types::Integer>(),
        JobState::Queued.into_sql::<Text>(),
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
    let at_once: i64 = members_in_of(about).count().get_result(conn)?;
    Ok(at_once + sites::count_digests_in(conn, about.site, about.audience, about.author)?)
}

/// What a delivery of an update is about, as the update is now.
pub fn get_delivery(conn: &mut Conn, update: UpdateId) -> Result<Delivery> {
    let (site, author, audience, mail, edition): (SiteId, PersonId, Audience, MailChoice, i32) = updates::table
        .find(update)
        .select((updates::site_id, updates::author_id, updates::audience, updates::mail, updates::edition))
        .get_result(conn)?;
    Ok(Delivery { site, update, author, audience, mail, edition })
}

/// What stands beside a job that was stopped before its mail had left.
pub(super) const STOPPED: &str = "sending was undone";

/// What stands beside a job in whose place a corrected mail goes.
const REPLACED: &str = "a corrected one goes in its place";

/// How the mail about an update stands.
pub fn get_sending(conn: &mut Conn, update: UpdateId) -> Result<Sending> {
    let edition: i32 = updates::table.find(update).select(updates::edition).get_result(conn)?;
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
            JobState::Dropped if outcome.as_deref() == Some(PERHAPS_TOLD) => sending.perhaps += count,
            JobState::Failed => sending.unreachable += count,
            JobState::Dropped => {}
        }
    }
    let news = sites::count_news(conn, update, edition)?;
    sending.in_digests = news.waiting;
    sending.left += news.told;
    sending.first_left_at = earliest(sending.first_left_at, news.first_told_at);
    sending.stopped += news.stopped;
    Ok(sending)
}

/// Whether mail waits that was not tried yet, so that there is something to undo. Nothing is counted: an organizer looks at the
/// page while ten thousand wait.
pub fn can_be_stopped(conn: &mut Conn, update: UpdateId) -> Result<bool> {
    let edition: i32 = updates::table.find(update).select(updates::edition).get_result(conn)?;
    let waiting = about!(update, edition).filter(jobs::state.eq(JobState::Queued)).filter(jobs::lease.is_null());
    Ok(diesel::select(exists(waiting)).get_result(conn)? || sites::has_news(conn, update, edition)?)
}

fn earliest(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Stops every mail about an update that nobody has in hand yet, and answers how many those were; what is in hand is stopped
/// when it comes back. Of this and a worker that takes the same job, the conditional update lets exactly one have it.
pub fn stop_sending(conn: &mut Conn, update: UpdateId, edition: i32, now: Timestamp) -> Result<usize> {
    let dropped = drop_waiting(conn, update, edition, STOPPED, now)?;
    Ok(dropped + sites::stop_news(conn, update, edition)?)
}

/// One statement, which looks at each row as it is when its turn comes: what nobody has in hand is dropped, and of the rest it is
/// written down why it is not to come back.
fn drop_waiting(conn: &mut Conn, update: UpdateId, edition: i32, why: &str, now: Timestamp) -> Result<usize> {
    let open = || about!(update, edition).filter(jobs::state.eq(JobState::Queued));
    let dropped = JobState::Dropped.into_sql::<Text>();
    let touched = diesel::update(open())
        .set((
            jobs::state.eq(case_when(jobs::lease.is_null(), dropped).otherwise(jobs::state)),
            jobs::outcome
                .eq(case_when(jobs::lease.is_null(), Some(why).into_sql::<Nullable<Text>>()).otherwise(jobs::outcome)),
            jobs::finished_at.eq(case_when(jobs::lease.is_null(), Some(now).into_sql::<Nullable<Instant>>())
                .otherwise(jobs::finished_at)),
            jobs::detail.eq(Some(why)),
        ))
        .execute(conn)?;
    let in_hand: i64 = open().filter(jobs::detail.eq(why)).count().get_result(conn)?;
    Ok(touched.saturating_sub(usize::try_from(in_hand).unwrap_or(0)))
}

/// Which of these jobs were taken back while somebody had them in hand, and why.
pub fn list_taken_back(conn: &mut Conn, among: &[i64]) -> Result<HashMap<i64, &'static str>> {
    let rows: Vec<(i64, Option<String>)> = jobs::table
        .filter(jobs::id.eq_any(among.to_vec()))
        .filter(jobs::detail.is_not_null())
        .select((jobs::id, jobs::detail))
        .load(conn)?;
    let why = |detail: Option<String>| if detail.as_deref() == Some(REPLACED) { REPLACED } else { STOPPED };
    Ok(rows.into_iter().map(|(id, detail)| (id, why(detail))).collect())
}

/// Sends after all what was stopped. It is the same jobs, so that nobody can have a second mail.
pub fn resume_sending(conn: &mut Conn, update: UpdateId, edition: i32, now: Timestamp) -> Result<usize> {
    // First what is still in hand: what comes back in between is among what was stopped.
    diesel::update(about!(update, edition).filter(jobs::state.eq(JobState::Queued)).filter(jobs::detail.eq(STOPPED)))
        .set(jobs::detail.eq(None::<String>))
        .execute(conn)?;
    let stopped = about!(update, edition).filter(jobs::state.eq(JobState::Dropped)).filter(jobs::outcome.eq(STOPPED));
    let sent = diesel::update(stopped)
        .set((
            jobs::state.eq(JobState::Queued),
            jobs::outcome.eq(None::<String>),
            jobs::detail.eq(None::<String>),
            jobs::finished_at.eq(None::<Timestamp>),
            jobs::lease.eq(None::<LeaseId>),
            jobs::leased_until.eq(None::<Timestamp>),
            jobs::run_at.eq(now),
        ))
        .execute(conn)?;
    let gathered = sites::resume_news(conn, update, edition, now)?;
    if gathered > 0 {
        let site: SiteId = updates::table.find(update).select(updates::site_id).get_result(conn)?;
        sites::enqueue_planning(conn, site, now)?;
    }
    Ok(sent + gathered)
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
