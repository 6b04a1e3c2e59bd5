//! What digests are to tell their members, and have told them; and the jobs that send them, one open for each member.

use diesel::dsl::{count_star, exists, min, not};
use diesel::prelude::*;
use diesel::sql_types::{Binary, Integer, Text};

use super::recipients::digest_members_in;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::{Handwritten, Piece, both};
use crate::db::ids::{MemberId, PersonId, SiteId, UpdateId};
use crate::db::schema::{digest_news, jobs, members, people};
use crate::db::types::Instant;
use crate::error::Result;
use crate::jobs::{self as queue, JobState, Kind, NewJob, Outcome};
use crate::sites::hearing::{Hearing, NewsState};
use crate::sites::model::{Audience, Delivery};
use crate::web::Zone;

/// An edition of an update, as digests are to tell of it.
#[derive(Clone, Copy, Debug)]
pub struct DigestNews {
    /// The update.
    pub update: UpdateId,
    /// 0, and one more each time that it was corrected and sent again.
    pub edition: i32,
    /// Not before: until then it can be undone.
    pub tell_at: Timestamp,
}

/// How many digests tell of an edition.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewsCount {
    /// Not yet.
    pub waiting: i64,
    /// They have.
    pub told: i64,
    /// When the first did.
    pub first_told_at: Option<Timestamp>,
    /// No more: it was taken out again.
    pub stopped: i64,
}

macro_rules! waiting_for {
    ($member:expr) => {
        digest_news::table.filter(digest_news::member_id.eq($member)).filter(digest_news::state.eq(NewsState::Waiting))
    };
}

/// Puts an update into the next digest of everyone who hears by digests and for whom it is, in one statement; to how many.
pub fn add_news(
    conn: &mut Conn,
    site: SiteId,
    audience: Audience,
    author: PersonId,
    news: DigestNews,
) -> Result<usize> {
    let theirs = digest_members_in(site, audience, author).select((
        members::id,
        news.update.into_sql::<Binary>(),
        news.edition.into_sql::<Integer>(),
        NewsState::Waiting.into_sql::<Text>(),
        news.tell_at.into_sql::<Instant>(),
    ));
    let insert = diesel::insert_into(digest_news::table).values(theirs).into_columns((
        digest_news::member_id,
        digest_news::update_id,
        digest_news::edition,
        digest_news::state,
        digest_news::tell_at,
    ));
    Ok(insert.execute(conn)?)
}

/// The same for one member, who has chosen digests after the update was posted.
pub fn add_news_for(conn: &mut Conn, member: MemberId, news: DigestNews) -> Result<()> {
    let insert = diesel::insert_into(digest_news::table)
        .values((
            digest_news::member_id.eq(member),
            digest_news::update_id.eq(news.update),
            digest_news::edition.eq(news.edition),
            digest_news::state.eq(NewsState::Waiting),
            digest_news::tell_at.eq(news.tell_at),
        ))
        .on_conflict_do_nothing();
    both(insert).execute(conn)?;
    Ok(())
}

/// To how many an update would go by digests.
pub fn count_digests_in(conn: &mut Conn, site: SiteId, audience: Audience, author: PersonId) -> Result<i64> {
    Ok(digest_members_in(site, audience, author).count().get_result(conn)?)
}

/// What a digest holds: whatever waits when it is begun, and exactly that when it has to be sent again.
pub fn take_news(conn: &mut Conn, member: MemberId, digest: i64, now: Timestamp) -> Result<Vec<(UpdateId, i32)>> {
    let held: i64 = waiting_for!(member).filter(digest_news::job_id.eq(Some(digest))).count().get_result(conn)?;
    if held == 0 {
        diesel::update(waiting_for!(member).filter(digest_news::tell_at.le(now)))
            .set(digest_news::job_id.eq(Some(digest)))
            .execute(conn)?;
    }
    Ok(waiting_for!(member)
        .filter(digest_news::job_id.eq(Some(digest)))
        .order((digest_news::update_id, digest_news::edition))
        .select((digest_news::update_id, digest_news::edition))
        .load(conn)?)
}

/// An update is not theirs to hear of any more.
pub fn forget_news(conn: &mut Conn, member: MemberId, update: UpdateId) -> Result<()> {
    diesel::delete(waiting_for!(member).filter(digest_news::update_id.eq(update))).execute(conn)?;
    Ok(())
}

/// They hear of nothing any more.
pub fn forget_all_news(conn: &mut Conn, member: MemberId) -> Result<()> {
    diesel::delete(waiting_for!(member)).execute(conn)?;
    Ok(())
}

/// Writes down what came of a digest, and sees to the next. What a digest could not tell is kept for the one after it, which
/// comes when there is more to tell: an address that was refused is not tried day by day.
pub fn note_digest(
    conn: &mut Conn,
    member: MemberId,
    digest: i64,
    outcome: &Outcome,
    hearing: &Hearing,
    zone: &Zone,
    now: Timestamp,
) -> Result<()> {
    match outcome {
        Outcome::Done => {
            diesel::update(waiting_for!(member).filter(digest_news::job_id.eq(Some(digest))))
                .set((digest_news::state.eq(NewsState::Told), digest_news::told_at.eq(Some(now))))
                .execute(conn)?;
            plan_digest(conn, member, hearing, zone, now)
        }
        Outcome::Failed(_) => {
            let newer = digest_news::job_id.is_null().or(digest_news::job_id.ne(Some(digest)));
            let is_more: bool = diesel::select(exists(waiting_for!(member).filter(newer))).get_result(conn)?;
            if is_more { plan_digest(conn, member, hearing, zone, now) } else { Ok(()) }
        }
        // Their address is not to blame: it is told with the next one.
        Outcome::Lost(_) => plan_digest(conn, member, hearing, zone, now),
        Outcome::Dropped(_) | Outcome::Retry(_) | Outcome::Deferred(_) | Outcome::NotBefore(_) => Ok(()),
    }
}

/// Sees to it that what waits for a member is told at their next time, if anything does.
pub fn plan_digest(conn: &mut Conn, member: MemberId, hearing: &Hearing, zone: &Zone, now: Timestamp) -> Result<()> {
    let first: Option<Timestamp> = waiting_for!(member).select(min(digest_news::tell_at)).get_result(conn)?;
    let Some(first) = first else { return Ok(()) };
    let at = hearing.next_digest(zone, first.max(now));
    let insert = diesel::insert_into(jobs::table)
        .values((
            jobs::kind.eq(Kind::Digest),
            jobs::member_id.eq(Some(member)),
            jobs::state.eq(JobState::Queued),
            jobs::run_at.eq(at),
            // The days in which it is tried begin when it is due.
            jobs::created_at.eq(at),
        ))
        .on_conflict_do_nothing();
    both(insert).execute(conn)?;
    Ok(())
}

/// Moves the digest that is open for a member to another time, unless somebody has it in hand.
pub(super) fn put_off_digest(conn: &mut Conn, member: MemberId, to: Timestamp) -> Result<()> {
    let open = jobs::table
        .filter(jobs::member_id.eq(Some(member)))
        .filter(jobs::kind.eq(Kind::Digest))
        .filter(jobs::state.eq(JobState::Queued))
        .filter(jobs::lease.is_null());
    diesel::update(open).set((jobs::run_at.eq(to), jobs::created_at.eq(to))).execute(conn)?;
    Ok(())
}

/// Has digests planned for whom something waits on a page, soon and apart from what is written now, which is to be over soon.
pub fn enqueue_planning(conn: &mut Conn, site: SiteId, now: Timestamp) -> Result<()> {
    queue::enqueue(conn, Kind::PlanDigests, NewJob { detail: Some(site.to_string()), ..NewJob::default() }, now)
}

/// The same as [`plan_digest`] for everyone on a page for whom something waits: one statement for all who have the same hour
/// in the same zone, however many they are.
pub fn plan_digests(conn: &mut Conn, site: SiteId, now: Timestamp) -> Result<()> {
    type Group = (String, Delivery, i32, i32);
    let waits = exists(
        digest_news::table
            .filter(digest_news::member_id.eq(members::id))
            .filter(digest_news::state.eq(NewsState::Waiting)),
    );
    let groups: Vec<Group> = members::table
        .inner_join(people::table)
        .filter(members::site_id.eq(site))
        .filter(waits)
        .select((people::time_zone, members::delivery, members::digest_hour, members::digest_day))
        .distinct()
        .load(conn)?;
    for (zone, delivery, hour, weekday) in groups {
        let hearing = Hearing { delivery, hour, weekday, ..Hearing::default() };
        let at = hearing.next_digest(&Zone::parse(&zone).unwrap_or_default(), now);
        enqueue_digests(conn, site, zone, &hearing, at)?;
    }
    Ok(())
}

fn enqueue_digests(conn: &mut Conn, site: SiteId, zone: String, hearing: &Hearing, at: Timestamp) -> Result<()> {
    let pieces = vec![
        Piece::Sql("INSERT INTO jobs (kind, member_id, state, run_at, created_at) SELECT 'digest', m.id, 'queued', "),
        Piece::Time(at),
        Piece::Sql(", "),
        Piece::Time(at),
        Piece::Sql(" FROM members m JOIN people p ON p.id = m.person_id WHERE m.site_id = "),
        Piece::Id(*site.as_bytes()),
        Piece::Sql(" AND p.time_zone = "),
        Piece::Text(zone),
        Piece::Sql(" AND m.delivery = "),
        Piece::Text(hearing.delivery.as_str().to_owned()),
        Piece::Sql(" AND m.digest_hour = "),
        Piece::Number(hearing.hour),
        Piece::Sql(" AND m.digest_day = "),
        Piece::Number(hearing.weekday),
        Piece::Sql(
            " AND EXISTS (SELECT 1 FROM digest_news n WHERE n.member_id = m.id AND n.state = 'waiting') \
             ON CONFLICT DO NOTHING",
        ),
    ];
    Handwritten::<()>::new(pieces).execute(conn)?;
    Ok(())
}

/// How the digests stand that tell of an edition.
pub fn count_news(conn: &mut Conn, update: UpdateId, edition: i32) -> Result<NewsCount> {
    let rows: Vec<(NewsState, i64, Option<Timestamp>)> = digest_news::table
        .filter(digest_news::update_id.eq(update))
        .filter(digest_news::edition.eq(edition))
        .group_by(digest_news::state)
        .select((digest_news::state, count_star(), min(digest_news::told_at)))
        .load(conn)?;
    let mut news = NewsCount::default();
    for (state, count, told_at) in rows {
        match state {
            NewsState::Waiting => news.waiting = count,
            NewsState::Told => (news.told, news.first_told_at) = (count, told_at),
            NewsState::Stopped => news.stopped = count,
        }
    }
    Ok(news)
}

/// Whether an edition waits in any digest.
pub fn has_news(conn: &mut Conn, update: UpdateId, edition: i32) -> Result<bool> {
    let waiting = digest_news::table
        .filter(digest_news::update_id.eq(update))
        .filter(digest_news::edition.eq(edition))
        .filter(digest_news::state.eq(NewsState::Waiting));
    Ok(diesel::select(exists(waiting)).get_result(conn)?)
}

/// Takes an edition out of every digest that nobody has in hand, and answers of how many.
pub fn stop_news(conn: &mut Conn, update: UpdateId, edition: i32) -> Result<usize> {
    let in_hand = exists(
        jobs::table
            .filter(jobs::id.nullable().eq(digest_news::job_id))
            .filter(jobs::state.eq(JobState::Queued))
            .filter(jobs::lease.is_not_null()),
    );
    let waiting = digest_news::table
        .filter(digest_news::update_id.eq(update))
        .filter(digest_news::edition.eq(edition))
        .filter(digest_news::state.eq(NewsState::Waiting))
        .filter(not(in_hand));
    Ok(diesel::update(waiting).set(digest_news::state.eq(NewsState::Stopped)).execute(conn)?)
}

/// Puts back what was taken out: whoever calls this sees to it that digests are planned.
pub fn resume_news(conn: &mut Conn, update: UpdateId, edition: i32, now: Timestamp) -> Result<usize> {
    let stopped = digest_news::table
        .filter(digest_news::update_id.eq(update))
        .filter(digest_news::edition.eq(edition))
        .filter(digest_news::state.eq(NewsState::Stopped));
    Ok(diesel::update(stopped)
        .set((
            digest_news::state.eq(NewsState::Waiting),
            digest_news::job_id.eq(None::<i64>),
            digest_news::tell_at.eq(now),
        ))
        .execute(conn)?)
}
