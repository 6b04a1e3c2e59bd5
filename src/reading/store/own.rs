//! What one person has read, on every page at once, for a copy to take away. It goes with their memberships.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{PersonId, SiteId, UpdateId};
use crate::db::schema::{members, readings};
use crate::error::Result;
use crate::sites::MemberState;

/// That somebody has had an update on their screen.
#[derive(Clone, Debug)]
pub struct OwnReading {
    /// The update.
    pub update_id: UpdateId,
    /// The page.
    pub site_id: SiteId,
    /// When.
    pub created_at: Timestamp,
}

/// What somebody has read, by update, from after `after` on. That somebody was shut out is not told.
pub fn list_own_readings(conn: &mut Conn, person: PersonId, after: UpdateId, limit: i64) -> Result<Vec<OwnReading>> {
    let rows: Vec<(UpdateId, SiteId, Timestamp)> = readings::table
        .inner_join(members::table.on(members::id.eq(readings::member_id)))
        .filter(members::person_id.eq(person))
        .filter(members::state.ne(MemberState::Blocked))
        .filter(readings::update_id.gt(after))
        .order(readings::update_id)
        .limit(limit)
        .select((readings::update_id, members::site_id, readings::created_at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(update_id, site_id, created_at)| OwnReading { update_id, site_id, created_at }).collect())
}
