//! How a page wants to be encouraged, as its organizers choose it, and what that makes of words that somebody sends.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::shown;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::{MemberId, PersonId, SiteId};
use crate::db::schema::{manners as table, members, wishes};
use crate::error::{AppError, Result};
use crate::jobs::{self, Kind};
use crate::sites::{self, Manners, MemberState, Role, SiteScope};
use crate::wishes::judging::{Unwanted, Writer, judge};
use crate::wishes::model::{WishAudience, Withheld};

/// The words that a page does not want to see shown.
pub fn find_unwanted(conn: &mut Conn, site: SiteId) -> Result<Unwanted> {
    let lines: Option<String> = table::table.find(site).select(table::unwanted_words).get_result(conn).optional()?;
    Unwanted::parse(&lines.unwrap_or_default()).map_err(AppError::internal)
}

/// How a page wants to be encouraged from now on.
pub fn upsert_manners(
    conn: &mut Conn,
    site: SiteId,
    manners: &Manners,
    unwanted: &Unwanted,
    now: Timestamp,
) -> Result<()> {
    let reactions = manners.reactions.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(" ");
    let (closed_at, closed_words) = match &manners.closed {
        Some(closed) => (Some(closed.at), closed.words.clone()),
        None => (None, None),
    };
    let chosen = (
        table::reactions.eq(reactions),
        table::prompts.eq(manners.prompts),
        table::hints.eq(manners.hints),
        table::holds_new.eq(manners.holds_new),
        table::closed_at.eq(closed_at),
        table::closed_words.eq(closed_words),
        table::unwanted_words.eq(unwanted.lines()),
        table::updated_at.eq(now),
    );
    let changed = diesel::update(table::table.find(site)).set(chosen.clone()).execute(conn)?;
    if changed == 0 {
        let insert =
            diesel::insert_into(table::table).values((table::site_id.eq(site), chosen)).on_conflict_do_nothing();
        both(insert).execute(conn)?;
    }
    Ok(())
}

/// How many hours lie between two of a member's gathered mails at least.
pub fn get_gathers_hours(conn: &mut Conn, member: MemberId) -> Result<i32> {
    Ok(members::table.find(member).select(members::gathers_hours).get_result(conn)?)
}

/// The same from now on, also for the mail that waits already.
pub fn update_gathers_hours(conn: &mut Conn, member: MemberId, hours: i32, now: Timestamp) -> Result<()> {
    // The member before the job, as whoever settles it takes them.
    diesel::update(members::table.find(member))
        .set((members::gathers_hours.eq(hours), members::updated_at.eq(now)))
        .execute(conn)?;
    let gathered_at: Option<Timestamp> = members::table.find(member).select(members::gathered_at).get_result(conn)?;
    jobs::reschedule(conn, Kind::Encouragement, member, sites::next_gathering(gathered_at, hours, now))?;
    Ok(())
}

/// Who somebody is to those who read what they write on this page.
pub fn find_writer(conn: &mut Conn, scope: &SiteScope, author: PersonId) -> Result<Writer> {
    let role: Option<Role> = members::table
        .filter(members::site_id.eq(scope.site.id))
        .filter(members::person_id.eq(author))
        .filter(members::state.eq(MemberState::Active))
        .select(members::role)
        .get_result(conn)
        .optional()?;
    if role.is_some_and(|role| role != Role::Supporter) {
        return Ok(Writer::Trusted);
    }
    let before = wishes::table.filter(wishes::site_id.eq(scope.site.id)).filter(wishes::author_id.eq(author));
    let is_known: bool = diesel::select(exists(before.filter(shown()))).get_result(conn)?;
    Ok(if is_known { Writer::Known } else { Writer::New })
}

/// Why words that somebody sends are not to be shown at once, if they are not: they, and what would be read beside
/// them. Whatever lets somebody write or change words
/// asks here, in the transaction that keeps them.
pub fn judge_words(
    conn: &mut Conn,
    scope: &SiteScope,
    author: PersonId,
    texts: &[&str],
    audience: WishAudience,
) -> Result<Option<Withheld>> {
    if scope.access.may_write() {
        return Ok(None);
    }
    let unwanted = find_unwanted(conn, scope.site.id)?;
    if !scope.manners.holds_new && texts.iter().all(|text| unwanted.first_in(text).is_none()) {
        return Ok(None);
    }
    let writer = find_writer(conn, scope, author)?;
    Ok(judge(texts, audience, writer, &scope.manners, &unwanted))
}
