//! How far members have read.

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::SiteScope;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::{MemberId, UpdateId};
use crate::db::schema::{members, reading_positions as table};
use crate::error::Result;
use crate::sites::position::Position;

pub(super) type PositionRow = (Timestamp, Option<Timestamp>, Timestamp, Option<UpdateId>);

pub(super) type PositionColumns = (table::seen_through, table::seen_before, table::visited_at, table::update_id);

pub(super) const POSITION: PositionColumns =
    (table::seen_through, table::seen_before, table::visited_at, table::update_id);

pub(super) fn position((seen_through, seen_before, visited_at, at): PositionRow) -> Position {
    Position { seen_through, seen_before, visited_at, at }
}

/// Writes down for whoever is asking that they have seen an update that was posted at `seen`, and, where `at` names one,
/// that this is where they were. Nothing for somebody who is no member.
pub fn note_position(
    conn: &mut Conn,
    scope: &SiteScope,
    seen: Timestamp,
    at: Option<Option<UpdateId>>,
    now: Timestamp,
) -> Result<()> {
    let (Some(member), true) = (scope.member_id, scope.access.is_member()) else { return Ok(()) };
    let old = scope.position;
    let seen_before = match old {
        Some(old) if old.is_over(now) => Some(old.seen_through),
        Some(old) => old.seen_before,
        None => None,
    };
    let seen_through = old.map_or(seen, |old| old.seen_through.max(seen));
    let at = at.unwrap_or(old.and_then(|old| old.at));
    upsert(conn, member, Position { seen_through, seen_before, visited_at: now, at })
}

/// Whether a member has chosen that whoever writes sees by name what they have read.
pub fn shows_reading(conn: &mut Conn, member: MemberId) -> Result<bool> {
    Ok(members::table.find(member).select(members::shows_reading).get_result(conn)?)
}

/// Chooses that.
pub fn update_shows_reading(conn: &mut Conn, member: MemberId, shows: bool, now: Timestamp) -> Result<()> {
    diesel::update(members::table.find(member))
        .set((members::shows_reading.eq(shows), members::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

fn upsert(conn: &mut Conn, member: MemberId, position: Position) -> Result<()> {
    let insert = diesel::insert_into(table::table)
        .values((
            table::member_id.eq(member),
            table::seen_through.eq(position.seen_through),
            table::seen_before.eq(position.seen_before),
            table::visited_at.eq(position.visited_at),
            table::update_id.eq(position.at),
        ))
        .on_conflict(table::member_id)
        .do_update()
        .set((
            table::seen_through.eq(excluded(table::seen_through)),
            table::seen_before.eq(excluded(table::seen_before)),
            table::visited_at.eq(excluded(table::visited_at)),
            table::update_id.eq(excluded(table::update_id)),
        ));
    both(insert).execute(conn)?;
    Ok(())
}
