//! Hiding what somebody wrote, and showing it again.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{PersonId, SiteId, UpdateId};
use crate::db::schema::{notices, reactions, wishes};
use crate::error::Result;

/// On how many updates of a page somebody commented, and how often on each: of their hidden comments or of the others.
/// Always in one order, so that two who do this at once never wait for each other.
pub fn count_comments_of(
    conn: &mut Conn,
    site: SiteId,
    person: PersonId,
    hidden: bool,
) -> Result<Vec<(UpdateId, i32)>> {
    let theirs = wishes::table
        .filter(wishes::site_id.eq(site))
        .filter(wishes::author_id.eq(person))
        .filter(wishes::update_id.is_not_null())
        .filter(wishes::hidden_at.is_not_null().eq(hidden));
    let rows: Vec<(Option<UpdateId>, i64)> = theirs
        .group_by(wishes::update_id)
        .order(wishes::update_id)
        .select((wishes::update_id, diesel::dsl::count(wishes::id)))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(update, count)| Some((update?, i32::try_from(count).ok()?))).collect())
}

/// Nobody sees any more what somebody left on a page, and no mail tells of it; their hearts are taken back.
pub fn hide_words_of(conn: &mut Conn, site: SiteId, person: PersonId, now: Timestamp) -> Result<()> {
    let theirs = wishes::table.filter(wishes::site_id.eq(site)).filter(wishes::author_id.eq(person));
    diesel::delete(notices::table.filter(notices::wish_id.eq_any(theirs.select(wishes::id.nullable()))))
        .execute(conn)?;
    diesel::update(theirs.filter(wishes::hidden_at.is_null())).set(wishes::hidden_at.eq(Some(now))).execute(conn)?;
    diesel::delete(reactions::table.filter(reactions::site_id.eq(site)).filter(reactions::person_id.eq(person)))
        .execute(conn)?;
    Ok(())
}

/// Everybody sees again what somebody left on a page.
pub fn show_words_of(conn: &mut Conn, site: SiteId, person: PersonId) -> Result<()> {
    let theirs = wishes::table.filter(wishes::site_id.eq(site)).filter(wishes::author_id.eq(person));
    diesel::update(theirs).set(wishes::hidden_at.eq(None::<Timestamp>)).execute(conn)?;
    Ok(())
}
