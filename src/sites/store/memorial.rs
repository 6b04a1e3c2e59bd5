//! Whether a page is in loving memory.

use diesel::prelude::*;

use super::enqueue_planning;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::SiteId;
use crate::db::schema::sites;
use crate::error::Result;

/// Since when a page is in loving memory, if it is, and whether it has a book of condolence then. The row is taken first:
/// of two organizers who press at once, the second sees what the first has done. Answers whether anything has changed.
pub fn update_memorial(
    conn: &mut Conn,
    site: SiteId,
    memorial_at: Option<Timestamp>,
    has_condolences: bool,
    now: Timestamp,
) -> Result<bool> {
    diesel::update(sites::table.find(site)).set(sites::updated_at.eq(sites::updated_at)).execute(conn)?;
    let (since, has_book): (Option<Timestamp>, bool) =
        sites::table.find(site).select((sites::memorial_at, sites::has_condolences)).get_result(conn)?;
    // Pressed twice, it stays since when it was.
    let until_now = memorial_at.map(|at| since.unwrap_or(at));
    if (until_now, has_condolences) == (since, has_book) {
        return Ok(false);
    }
    diesel::update(sites::table.find(site))
        .set((sites::memorial_at.eq(until_now), sites::has_condolences.eq(has_condolences), sites::updated_at.eq(now)))
        .execute(conn)?;
    if until_now.is_none() && since.is_some() {
        // What was kept for digests is told after all.
        enqueue_planning(conn, site, now)?;
    }
    Ok(true)
}
