//! Who has had an update on their screen.

mod own;

use std::collections::HashSet;

use diesel::prelude::*;

pub use own::{OwnReading, list_own_readings};

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::{MemberId, PersonId, UpdateId};
use crate::db::schema::{members, people, readings, updates};
use crate::error::Result;
use crate::journal::Update;
use crate::reading::model::Receipts;
use crate::sites::{MemberState, SiteScope};

/// How many people are named at most beside an update: more than a family knows, and no more than a page can hold.
const NAMED_AT_MOST: i64 = 200;

/// Writes down that whoever is asking has had these updates on their screen: only what they may see, nothing that they wrote
/// themselves, and each once. Nothing for somebody who is no member.
pub fn insert_readings(conn: &mut Conn, scope: &SiteScope, seen: &HashSet<UpdateId>, now: Timestamp) -> Result<()> {
    let (Some(member), true) = (scope.member_id, scope.access.is_member()) else { return Ok(()) };
    let reader = scope.actor()?;
    let theirs: Vec<UpdateId> = updates::table
        .filter(updates::id.eq_any(seen.iter().copied().collect::<Vec<_>>()))
        .filter(updates::site_id.eq(scope.site.id))
        .filter(updates::audience.eq_any(scope.access.audiences()))
        .filter(updates::author_id.ne(reader))
        .order(updates::id)
        .select(updates::id)
        .load(conn)?;
    for update in theirs {
        insert(conn, update, member, now)?;
    }
    Ok(())
}

fn insert(conn: &mut Conn, update: UpdateId, member: MemberId, now: Timestamp) -> Result<()> {
    let insert = diesel::insert_into(readings::table)
        .values((readings::update_id.eq(update), readings::member_id.eq(member), readings::created_at.eq(now)))
        .on_conflict_do_nothing();
    both(insert).execute(conn)?;
    Ok(())
}

/// Who has read an update, for whoever wrote it and may still write here; for nobody else there is nothing to find, whatever
/// they may decide about the page. Those who are shut out or have left are not counted. Counted over the beginning of the
/// primary key, when its author looks at it and at no other time: some thousand rows at most.
pub fn find_receipts(conn: &mut Conn, scope: &SiteScope, update: &Update) -> Result<Option<Receipts>> {
    let is_author = scope.person_id == Some(update.author_id) && scope.access.may_write() && !scope.is_perspective;
    if !is_author {
        return Ok(None);
    }
    let readers = || {
        readings::table
            .inner_join(members::table.on(members::id.eq(readings::member_id)))
            .filter(readings::update_id.eq(update.id))
            .filter(members::state.eq(MemberState::Active))
            // Two who turned out to be one person may have been reader and author.
            .filter(members::person_id.ne(update.author_id))
    };
    let count: i64 = readers().count().get_result(conn)?;
    let names: Vec<(PersonId, String)> = readers()
        .inner_join(people::table.on(people::id.eq(members::person_id)))
        .filter(members::shows_reading)
        .order((people::name, people::id))
        .limit(NAMED_AT_MOST)
        .select((people::id, people::name))
        .load(conn)?;
    Ok(Some(Receipts { count, names: names.into_iter().map(|(_, name)| name).collect() }))
}
