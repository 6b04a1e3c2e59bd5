//! How members hear of updates.

use diesel::prelude::*;

use super::{find_recipient, forget_all_news, plan_digest, put_off_digest};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::MemberId;
use crate::db::schema::members;
use crate::error::{AppError, Result};
use crate::sites::hearing::Hearing;
use crate::sites::model::Delivery;
use crate::web::Zone;

pub(super) type HearingRow = (i32, i32, i32, i32);

pub(super) type HearingColumns = (members::digest_hour, members::digest_day, members::quiet_from, members::quiet_until);

pub(super) const HEARING: HearingColumns =
    (members::digest_hour, members::digest_day, members::quiet_from, members::quiet_until);

pub(super) fn hearing(delivery: Delivery, (hour, weekday, from, until): HearingRow) -> Hearing {
    use crate::sites::quiet_hours::QuietHours;
    Hearing { delivery, hour, weekday, quiet: QuietHours { from, until } }
}

/// Keeps what a member has chosen. What waits for their digest follows them: whoever has another time for it gets it then,
/// whoever hears of each update from now on gets it at once, and whoever wants no mail gets nothing. The member's row comes
/// before those of the job: as whoever settles the job takes them.
pub fn update_hearing(conn: &mut Conn, member: MemberId, to: &Hearing, zone: &Zone, now: Timestamp) -> Result<()> {
    diesel::update(members::table.find(member))
        .set((
            members::delivery.eq(to.delivery),
            members::digest_hour.eq(to.hour),
            members::digest_day.eq(to.weekday),
            members::quiet_from.eq(to.quiet.from),
            members::quiet_until.eq(to.quiet.until),
            members::updated_at.eq(now),
        ))
        .execute(conn)?;
    if to.delivery == Delivery::None {
        forget_all_news(conn, member)?;
    } else {
        put_off_digest(conn, member, to.next_digest(zone, now))?;
        plan_digest(conn, member, to, zone, now)?;
    }
    Ok(())
}

/// Changes how a member hears, and nothing of when.
pub fn update_delivery(conn: &mut Conn, member: MemberId, delivery: Delivery, now: Timestamp) -> Result<()> {
    let recipient = find_recipient(conn, member)?.ok_or(AppError::NotFound)?;
    update_hearing(conn, member, &Hearing { delivery, ..recipient.hearing }, &recipient.zone, now)
}
