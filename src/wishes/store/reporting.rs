//! What readers ask organizers to look at.

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::{PersonId, ReportId, SiteId, UpdateId, WishId};
use crate::db::schema::{members, reports, wishes};
use crate::error::Result;
use crate::sites::{Circle, MemberState, Role, SiteScope};
use crate::wishes::model::{Reporter, Withheld};

/// Takes the row of words, and waits for whoever has it; whether an organizer has decided that they stay.
pub fn hold_wish(conn: &mut Conn, id: WishId) -> Result<bool> {
    diesel::update(wishes::table.find(id)).set(wishes::kept_at.eq(wishes::kept_at)).execute(conn)?;
    let kept: Option<Timestamp> = wishes::table.find(id).select(wishes::kept_at).get_result(conn)?;
    Ok(kept.is_some())
}

/// Keeps a report of words whose row is held; `None` when the same person has reported them before, or somebody whom nobody
/// knows has.
pub fn insert_report(
    conn: &mut Conn,
    scope: &SiteScope,
    wish: WishId,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<Option<ReportId>> {
    let id = ReportId::generate();
    if scope.person_id.is_none() {
        let nobodys = reports::table.filter(reports::wish_id.eq(wish)).filter(reports::reporter_id.is_null());
        if diesel::select(exists(nobodys)).get_result::<bool>(conn)? {
            return Ok(None);
        }
    }
    let insert = diesel::insert_into(reports::table)
        .values((
            reports::id.eq(id),
            reports::site_id.eq(scope.site.id),
            reports::wish_id.eq(wish),
            reports::reporter_id.eq(scope.person_id),
            reports::reason.eq(reason),
            reports::created_at.eq(now),
        ))
        .on_conflict_do_nothing();
    Ok((both(insert).execute(conn)? == 1).then_some(id))
}

/// Those who have reported words and belong to the page.
pub fn list_reporters(conn: &mut Conn, scope: &SiteScope, wish: WishId) -> Result<Vec<Reporter>> {
    let rows: Vec<(Role, Circle)> = reports::table
        .inner_join(members::table.on(reports::reporter_id.eq(members::person_id.nullable())))
        .filter(reports::wish_id.eq(wish))
        .filter(members::site_id.eq(scope.site.id))
        .filter(members::state.eq(MemberState::Active))
        .select((members::role, members::circle))
        .load(conn)?;
    let close = |(role, circle)| {
        if role != Role::Supporter || circle == Circle::Family { Reporter::Close } else { Reporter::Member }
    };
    Ok(rows.into_iter().map(close).collect())
}

/// Nobody sees them until an organizer has decided. `false` where they were withheld already.
pub fn withhold_reported(conn: &mut Conn, wish: WishId) -> Result<bool> {
    let withheld = diesel::update(wishes::table.find(wish).filter(wishes::withheld.is_null()))
        .set(wishes::withheld.eq(Some(Withheld::Reported)))
        .execute(conn)?;
    Ok(withheld == 1)
}

/// They are seen again: nobody who counts has reported them.
pub fn show_reported(conn: &mut Conn, wish: WishId) -> Result<()> {
    diesel::update(wishes::table.find(wish).filter(wishes::withheld.eq(Some(Withheld::Reported))))
        .set(wishes::withheld.eq(None::<Withheld>))
        .execute(conn)?;
    Ok(())
}

/// The words on a page that somebody has reported, with who wrote them and the update that they are about.
pub fn list_reported_by(
    conn: &mut Conn,
    site: SiteId,
    person: PersonId,
) -> Result<Vec<(WishId, PersonId, Option<UpdateId>)>> {
    Ok(reports::table
        .inner_join(wishes::table)
        .filter(reports::site_id.eq(site))
        .filter(reports::reporter_id.eq(person))
        .order(wishes::id)
        .select((wishes::id, wishes::author_id, wishes::update_id))
        .load(conn)?)
}

/// What they have reported on a page counts no more.
pub fn delete_reports_on(conn: &mut Conn, site: SiteId, person: PersonId) -> Result<()> {
    let theirs = reports::table.filter(reports::site_id.eq(site)).filter(reports::reporter_id.eq(person));
    diesel::delete(theirs).execute(conn)?;
    Ok(())
}

/// A report as whoever made it may take it away.
#[derive(Clone, Debug)]
pub struct OwnReport {
    pub id: ReportId,
    pub site_id: SiteId,
    pub reason: Option<String>,
    pub created_at: Timestamp,
}

/// What somebody has reported that nobody has decided about yet, oldest first, from after `after` on.
pub fn list_own_reports(conn: &mut Conn, person: PersonId, after: ReportId, limit: i64) -> Result<Vec<OwnReport>> {
    let rows: Vec<(ReportId, SiteId, Option<String>, Timestamp)> = reports::table
        .filter(reports::reporter_id.eq(person))
        .filter(reports::id.gt(after))
        .order(reports::id)
        .limit(limit)
        .select((reports::id, reports::site_id, reports::reason, reports::created_at))
        .load(conn)?;
    let one = |(id, site_id, reason, created_at)| OwnReport { id, site_id, reason, created_at };
    Ok(rows.into_iter().map(one).collect())
}

/// Takes back what somebody has reported. What was hidden for it stays hidden until an organizer has decided.
pub fn delete_reports_of(conn: &mut Conn, person: PersonId) -> Result<()> {
    diesel::delete(reports::table.filter(reports::reporter_id.eq(person))).execute(conn)?;
    Ok(())
}
