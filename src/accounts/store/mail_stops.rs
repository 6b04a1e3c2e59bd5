//! Whether mail may still go to somebody's address, on whatever page.

use diesel::prelude::*;
use jiff::SignedDuration;

use crate::accounts::model::MailStop;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::PersonId;
use crate::db::schema::{members, people};
use crate::error::Result;

/// How many failures that may pass by themselves are too many, each on a day of its own.
const MOST_SOFT_FAILURES: i32 = 3;

/// One of them is forgiven in this time.
const FORGIVEN_IN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// From now on, no mail that was not asked for just then goes to their address. Who does not want mail is not said to have an
/// address that does not work, whatever comes back later: then nothing changes, and the answer is no.
pub fn stop_mail(conn: &mut Conn, person: PersonId, why: MailStop, now: Timestamp) -> Result<bool> {
    let stronger = match why {
        MailStop::Bounced => vec![MailStop::Complained],
        MailStop::Complained => Vec::new(),
    };
    let weaker = people::mail_stopped_why.is_null().or(people::mail_stopped_why.ne_all(stronger));
    let stopped = diesel::update(people::table.find(person).filter(weaker))
        .set((people::mail_stopped_at.eq(Some(now)), people::mail_stopped_why.eq(Some(why))))
        .execute(conn)?;
    Ok(stopped == 1)
}

/// Mail to their address has failed in a way that may pass. A day counts once, and each week that goes by takes one back; at the
/// third, mail stops. Answers whether it has stopped with this.
pub fn note_soft_failure(conn: &mut Conn, person: PersonId, now: Timestamp) -> Result<bool> {
    type Row = (i32, Option<Timestamp>, Option<Timestamp>);
    let row: Option<Row> = people::table
        .find(person)
        .select((people::soft_failures, people::soft_failed_at, people::mail_stopped_at))
        .get_result(conn)
        .optional()?;
    let Some((before, last, stopped)) = row else { return Ok(false) };
    if last.is_some_and(|last| day(last) == day(now)) {
        return Ok(false);
    }
    let count = left_of(before, last, now) + 1;
    diesel::update(people::table.find(person))
        .set((people::soft_failures.eq(count), people::soft_failed_at.eq(Some(now))))
        .execute(conn)?;
    let stops = count >= MOST_SOFT_FAILURES && stopped.is_none();
    if stops {
        stop_mail(conn, person, MailStop::Bounced, now)?;
    }
    Ok(stops)
}

/// They were here, or their address is another: mail goes to it again. What organizers were told of it is not so any more.
pub fn resume_mail(conn: &mut Conn, person: PersonId, now: Timestamp) -> Result<()> {
    let troubled =
        people::table.find(person).filter(people::mail_stopped_at.is_not_null().or(people::soft_failures.gt(0)));
    let resumed = diesel::update(troubled)
        .set((
            people::mail_stopped_at.eq(None::<Timestamp>),
            people::mail_stopped_why.eq(None::<MailStop>),
            people::soft_failures.eq(0),
            people::soft_failed_at.eq(None::<Timestamp>),
            people::mail_resumed_at.eq(Some(now)),
        ))
        .execute(conn)?;
    if resumed == 1 {
        diesel::update(members::table.filter(members::person_id.eq(person)))
            .set((members::unreachable_at.eq(None::<Timestamp>), members::unreachable_reason.eq(None::<String>)))
            .execute(conn)?;
    }
    Ok(())
}

/// Whether mail to somebody had stopped, or failed, and began again only after a mail left that went at `sent`.
pub fn has_resumed_since(conn: &mut Conn, person: PersonId, sent: Timestamp) -> Result<bool> {
    let later = people::table.find(person).filter(people::mail_resumed_at.gt(sent));
    Ok(later.count().get_result::<i64>(conn)? > 0)
}

/// Whether the address of somebody was another one when a mail left that went at `sent`.
pub fn has_other_address_since(conn: &mut Conn, person: PersonId, sent: Timestamp) -> Result<bool> {
    let later = people::table.find(person).filter(people::email_set_at.gt(sent));
    Ok(later.count().get_result::<i64>(conn)? > 0)
}

fn day(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(86_400_000_000)
}

/// How much of what was counted is not forgiven yet.
fn left_of(before: i32, last: Option<Timestamp>, now: Timestamp) -> i32 {
    let Some(last) = last else { return 0 };
    let weeks =
        (now.as_micros() - last.as_micros()).max(0) / i64::try_from(FORGIVEN_IN.as_micros()).unwrap_or(i64::MAX);
    before.saturating_sub(i32::try_from(weeks).unwrap_or(i32::MAX)).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many are counted after failures on these days.
    fn counted(days: &[i64]) -> i32 {
        let at = |day: i64| Timestamp::from_micros(day * 86_400_000_000);
        let (mut count, mut last) = (0, None);
        for day in days {
            count = left_of(count, last, at(*day)) + 1;
            last = Some(at(*day));
        }
        count
    }

    #[test]
    fn failures_are_forgiven_as_time_goes_by() {
        for (days, count) in [
            (&[100][..], 1),
            (&[100, 101, 102], 3),
            (&[100, 106, 112], 3),
            (&[100, 101, 108, 109], 3),
            (&[100, 107, 114, 121], 1),
            (&[100, 101, 130], 1),
        ] {
            assert_eq!(counted(days), count, "{days:?}");
        }
    }
}
