//! Who was told of an update by mail, and who was not: counted and listed from one index, however many they are.

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::sending::STOPPED;
use crate::accounts::MailStop;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{LeaseId, MemberId, PersonId};
use crate::db::schema::{digest_news, jobs, members, people};
use crate::error::{AppError, Result};
use crate::installation::PERHAPS_TOLD;
use crate::jobs::{JobState, Kind};
use crate::journal::publication::MailChoice;
use crate::journal::sending::Delivery;
use crate::journal::telling::{Addressee, Counts, Group, PEOPLE_A_PAGE};
use crate::sites::{self, MemberState, NewsState};

/// How many there are of each group. No job but a delivery names an update, so that the index alone answers.
pub fn count_told(conn: &mut Conn, about: &Delivery) -> Result<Counts> {
    let deliveries = || jobs::table.filter(jobs::update_id.eq(about.update)).filter(jobs::edition.eq(about.edition));
    let rows: Vec<(JobState, i64)> =
        deliveries().group_by(jobs::state).select((jobs::state, count_star())).load(conn)?;
    let mut counts = Counts::default();
    for (state, count) in rows {
        match state {
            JobState::Queued => counts.waiting = count,
            JobState::Done => counts.told = count,
            JobState::Failed => counts.unreachable = count,
            JobState::Dropped => {}
        }
    }
    let dropped: Vec<(Option<String>, i64)> = deliveries()
        .filter(jobs::state.eq(JobState::Dropped))
        .group_by(jobs::outcome)
        .select((jobs::outcome, count_star()))
        .load(conn)?;
    for (why, count) in dropped {
        match why.as_deref() {
            Some(PERHAPS_TOLD) => counts.perhaps = count,
            Some(STOPPED) => counts.stopped = count,
            _ => {}
        }
    }
    let news = sites::count_news(conn, about.update, about.edition)?;
    (counts.digest, counts.digested) = (news.waiting, news.told);
    counts.stopped += news.stopped;
    let is_big = about.mail == MailChoice::Big;
    counts.not_by_mail = sites::count_not_by_mail(conn, about.site, about.audience, is_big, about.author)?;
    Ok(counts)
}

/// Those of a group, from after `after` on; one more than a page holds, if there are more.
pub fn list_told(
    conn: &mut Conn,
    about: &Delivery,
    group: Group,
    after: &str,
    now: Timestamp,
) -> Result<Vec<Addressee>> {
    match group {
        Group::Unreachable => list_jobs(conn, about, JobState::Failed, after, now),
        Group::Perhaps => list_jobs(conn, about, JobState::Dropped, after, now),
        Group::Waiting => list_jobs(conn, about, JobState::Queued, after, now),
        Group::Told => list_jobs(conn, about, JobState::Done, after, now),
        Group::Digest => list_news(conn, about, NewsState::Waiting, after),
        Group::Digested => list_news(conn, about, NewsState::Told, after),
    }
}

/// What somebody is called here: what they call themselves elsewhere is not the family's to know before they have come.
type Called = (MemberId, String, Option<String>, String, Option<MailStop>);

const CALLED: (members::id, people::name, members::called, people::email, people::mail_stopped_why) =
    (members::id, people::name, members::called, people::email, people::mail_stopped_why);

fn list_jobs(
    conn: &mut Conn,
    about: &Delivery,
    state: JobState,
    after: &str,
    now: Timestamp,
) -> Result<Vec<Addressee>> {
    type Times = (Timestamp, Timestamp, Option<Timestamp>, Option<Timestamp>);
    type Row = (i64, i32, Option<String>, Times, Called);
    let mut query = jobs::table
        .inner_join(members::table.on(jobs::member_id.eq(members::id.nullable())))
        .inner_join(people::table.on(people::id.eq(members::person_id)))
        .filter(jobs::update_id.eq(about.update))
        .filter(jobs::edition.eq(about.edition))
        .filter(jobs::state.eq(state))
        .filter(jobs::id.gt(after.parse::<i64>().unwrap_or_default()))
        .order(jobs::id)
        .limit(PEOPLE_A_PAGE + 1)
        .select((
            jobs::id,
            jobs::attempts,
            jobs::outcome,
            (jobs::created_at, jobs::run_at, jobs::leased_until, jobs::finished_at),
            CALLED,
        ))
        .into_boxed();
    if state == JobState::Dropped {
        query = query.filter(jobs::outcome.eq(PERHAPS_TOLD));
    }
    let rows: Vec<Row> = query.load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, attempts, said, (since, run_at, leased_until, finished_at), who)| {
            let (member, name, called, email, stopped) = who;
            Addressee {
                key: id.to_string(),
                job: Some(id),
                member,
                name: called.unwrap_or(name),
                email,
                at: finished_at.or(Some(run_at)),
                since,
                attempts,
                said,
                is_in_hand: leased_until.is_some_and(|until| until >= now),
                stopped,
            }
        })
        .collect())
}

fn list_news(conn: &mut Conn, about: &Delivery, state: NewsState, after: &str) -> Result<Vec<Addressee>> {
    type Row = (Option<Timestamp>, Timestamp, Called);
    let rows: Vec<Row> = digest_news::table
        .inner_join(members::table.on(members::id.eq(digest_news::member_id)))
        .inner_join(people::table.on(people::id.eq(members::person_id)))
        .filter(digest_news::update_id.eq(about.update))
        .filter(digest_news::edition.eq(about.edition))
        .filter(digest_news::state.eq(state))
        .filter(digest_news::member_id.gt(MemberId::parse(after).unwrap_or(MemberId::nil())))
        .order(digest_news::member_id)
        .limit(PEOPLE_A_PAGE + 1)
        .select((digest_news::told_at, digest_news::tell_at, CALLED))
        .load(conn)?;
    let theirs: Vec<Option<MemberId>> = rows.iter().map(|(.., (member, ..))| Some(*member)).collect();
    let planned: Vec<(Option<MemberId>, Timestamp)> = jobs::table
        .filter(jobs::member_id.eq_any(theirs))
        .filter(jobs::kind.eq(Kind::Digest))
        .filter(jobs::state.eq(JobState::Queued))
        .select((jobs::member_id, jobs::run_at))
        .load(conn)?;
    let planned: HashMap<MemberId, Timestamp> =
        planned.into_iter().filter_map(|(member, at)| Some((member?, at))).collect();
    Ok(rows
        .into_iter()
        .map(|(told_at, since, (member, name, called, email, stopped))| Addressee {
            key: member.to_string(),
            job: None,
            member,
            name: called.unwrap_or(name),
            email,
            at: told_at.or(planned.get(&member).copied()),
            since,
            attempts: 0,
            said: None,
            is_in_hand: false,
            stopped,
        })
        .collect())
}

/// Whose mail a job is that did not arrive, on the page in hand.
pub fn find_unreached(conn: &mut Conn, about: &Delivery, job: i64) -> Result<(PersonId, Option<MailStop>)> {
    let row: Option<(PersonId, Option<MailStop>)> = jobs::table
        .inner_join(members::table.on(jobs::member_id.eq(members::id.nullable())))
        .inner_join(people::table.on(people::id.eq(members::person_id)))
        .filter(jobs::id.eq(job))
        .filter(jobs::update_id.eq(about.update))
        .filter(jobs::edition.eq(about.edition))
        .select((people::id, people::mail_stopped_why))
        .get_result(conn)
        .optional()?;
    row.ok_or(AppError::NotFound)
}

/// Sends to all of a group, or to one of it, once more: by the jobs that there are, so that nobody can have it twice, and
/// nobody who was told. To an address that does not work, nothing is sent with all the others. Answers how many those are.
pub fn send_again(conn: &mut Conn, about: &Delivery, group: Group, only: Option<i64>, now: Timestamp) -> Result<usize> {
    let reached = members::table
        .inner_join(people::table)
        .filter(members::site_id.eq(about.site))
        .filter(members::state.eq(MemberState::Active))
        .filter(people::mail_stopped_at.is_null())
        .select(members::id.nullable());
    let state = if group == Group::Perhaps { JobState::Dropped } else { JobState::Failed };
    let (first, last) = only.map_or((0, i64::MAX), |job| (job, job));
    let these = jobs::table
        .filter(jobs::update_id.eq(about.update))
        .filter(jobs::edition.eq(about.edition))
        .filter(jobs::state.eq(state))
        // Of what was dropped, this alone.
        .filter(jobs::state.eq(JobState::Failed).or(jobs::outcome.eq(PERHAPS_TOLD)))
        .filter(jobs::id.ge(first))
        .filter(jobs::id.le(last))
        .filter(jobs::member_id.eq_any(reached));
    Ok(diesel::update(these)
        .set((
            jobs::state.eq(JobState::Queued),
            jobs::outcome.eq(None::<String>),
            jobs::detail.eq(None::<String>),
            jobs::finished_at.eq(None::<Timestamp>),
            jobs::lease.eq(None::<LeaseId>),
            jobs::leased_until.eq(None::<Timestamp>),
            jobs::attempts.eq(0),
            jobs::run_at.eq(now),
            // The days in which it is tried begin anew.
            jobs::created_at.eq(now),
        ))
        .execute(conn)?)
}
