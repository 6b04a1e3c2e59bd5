//! What waits for those who decide, and how much of it there is.

use std::collections::HashSet;

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::ids::SiteId;
use crate::db::schema::{members, reports, wishes};
use crate::error::Result;
use crate::sites::{MemberState, SiteScope};
use crate::wishes::model::Withheld;

/// What waits for an organizer.
pub(super) const WAITING: [Withheld; 5] =
    [Withheld::New, Withheld::Words, Withheld::Flood, Withheld::Reported, Withheld::Letter];

/// What of it is looked at one by one; a flood can be seen to in one step.
const ONE_BY_ONE: [Withheld; 4] = [Withheld::New, Withheld::Words, Withheld::Reported, Withheld::Letter];

/// Whoever was blocked waits for nothing.
macro_rules! of_somebody_blocked {
    () => {
        exists(
            members::table
                .filter(members::site_id.eq(wishes::site_id))
                .filter(members::person_id.eq(wishes::author_id))
                .filter(members::state.eq(MemberState::Blocked)),
        )
    };
}

macro_rules! reported {
    () => {
        exists(reports::table.filter(reports::wish_id.eq(wishes::id)))
    };
}

macro_rules! withheld_in {
    ($reasons:expr) => {
        wishes::withheld.assume_not_null().eq_any($reasons.to_vec())
    };
}

pub(super) use of_somebody_blocked;
pub(super) use reported;
pub(super) use withheld_in;

/// What waits on a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Words that nobody sees until somebody has decided, but for those of a flood.
    pub held: bool,
    /// Words that a reader has asked to be looked at.
    pub reported: bool,
    /// How much is held of a flood.
    pub flooded: i64,
}

/// What waits for the organizers of the page in scope; nothing for anybody else.
pub fn find_waiting(conn: &mut Conn, scope: &SiteScope) -> Result<Waiting> {
    if !scope.access.may_organize() {
        return Ok(Waiting::default());
    }
    let held = wishes::table
        .filter(wishes::site_id.eq(scope.site.id))
        .filter(wishes::withheld.is_not_null())
        .filter(withheld_in!(ONE_BY_ONE))
        .filter(not(of_somebody_blocked!()));
    let reported = reports::table.filter(reports::site_id.eq(scope.site.id));
    let flood =
        || wishes::table.filter(wishes::site_id.eq(scope.site.id)).filter(wishes::withheld.eq(Some(Withheld::Flood)));
    let (held, reported, is_flooded): (bool, bool, bool) =
        diesel::select((exists(held), exists(reported), exists(flood()))).get_result(conn)?;
    let flooded = if is_flooded { flood().count().get_result(conn)? } else { 0 };
    Ok(Waiting { held, reported, flooded })
}

/// On which of these pages something waits for their organizers: words, a report, or somebody who asks.
pub fn list_waited_on(conn: &mut Conn, sites: &[SiteId]) -> Result<HashSet<SiteId>> {
    let held: Vec<SiteId> = wishes::table
        .filter(wishes::site_id.eq_any(sites.to_vec()))
        .filter(wishes::withheld.is_not_null())
        .filter(withheld_in!(WAITING))
        .filter(not(of_somebody_blocked!()))
        .select(wishes::site_id)
        .distinct()
        .load(conn)?;
    let reported: Vec<SiteId> = reports::table
        .filter(reports::site_id.eq_any(sites.to_vec()))
        .select(reports::site_id)
        .distinct()
        .load(conn)?;
    let asked: Vec<SiteId> = members::table
        .filter(members::site_id.eq_any(sites.to_vec()))
        .filter(members::state.eq(MemberState::Asked))
        .select(members::site_id)
        .distinct()
        .load(conn)?;
    Ok(held.into_iter().chain(reported).chain(asked).collect())
}
