//! What one person has said at a glance, on every page at once: for a copy to take away, and for their erasure.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{NoteId, PersonId, SiteId, StatusId};
use crate::db::schema::{notes, sites, statuses};
use crate::error::Result;

/// A status line that somebody set.
#[derive(Clone, Debug)]
pub struct OwnStatus {
    /// Its row.
    pub id: StatusId,
    /// The page.
    pub site_id: SiteId,
    /// What it says.
    pub words: String,
    /// When they set it.
    pub created_at: Timestamp,
}

/// The status lines that somebody set, from after `after` on.
pub fn list_own_statuses(conn: &mut Conn, person: PersonId, after: StatusId, limit: i64) -> Result<Vec<OwnStatus>> {
    let rows: Vec<(StatusId, SiteId, String, Timestamp)> = statuses::table
        .filter(statuses::author_id.eq(person))
        .filter(statuses::words.is_not_null())
        .filter(statuses::id.gt(after))
        .order(statuses::id)
        .limit(limit)
        .select((statuses::id, statuses::site_id, statuses::words.assume_not_null(), statuses::created_at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, site_id, words, created_at)| OwnStatus { id, site_id, words, created_at }).collect())
}

/// A pinned note that somebody wrote, or changed last.
#[derive(Clone, Debug)]
pub struct OwnNote {
    /// Its row.
    pub id: NoteId,
    /// The page.
    pub site_id: SiteId,
    /// Its title.
    pub title: String,
    /// Light Markdown.
    pub body: String,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// The notes that are somebody's words, from after `after` on.
pub fn list_own_notes(conn: &mut Conn, person: PersonId, after: NoteId, limit: i64) -> Result<Vec<OwnNote>> {
    let rows: Vec<(NoteId, SiteId, String, String, Timestamp)> = notes::table
        .filter(notes::author_id.eq(person))
        .filter(notes::id.gt(after))
        .order(notes::id)
        .limit(limit)
        .select((notes::id, notes::site_id, notes::title, notes::body, notes::updated_at))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, site_id, title, body, updated_at)| OwnNote { id, site_id, title, body, updated_at })
        .collect())
}

/// Takes away what somebody has said. A line that was taken away stays behind without words, so that an older one does
/// not come to be true again.
pub fn forget_words_of(conn: &mut Conn, person: PersonId) -> Result<()> {
    // The rows of the pages first, and in one statement.
    let theirs = notes::table.filter(notes::author_id.eq(person)).select(notes::site_id);
    let said = sites::table
        .filter(sites::status_by_id.eq(person).or(sites::resting_by_id.eq(person)).or(sites::id.eq_any(theirs)));
    diesel::update(said).set(sites::version.eq(sites::version + 1)).execute(conn)?;
    diesel::update(sites::table.filter(sites::status_by_id.eq(person)))
        .set((
            sites::status_words.eq(None::<String>),
            sites::status_at.eq(None::<Timestamp>),
            sites::status_by_id.eq(None::<PersonId>),
        ))
        .execute(conn)?;
    diesel::update(sites::table.filter(sites::resting_by_id.eq(person)))
        .set((sites::resting_words.eq(None::<String>), sites::resting_by_id.eq(None::<PersonId>)))
        .execute(conn)?;
    diesel::update(statuses::table.filter(statuses::author_id.eq(person)))
        .set((statuses::words.eq(None::<String>), statuses::author_id.eq(None::<PersonId>)))
        .execute(conn)?;
    diesel::delete(notes::table.filter(notes::author_id.eq(person))).execute(conn)?;
    Ok(())
}
