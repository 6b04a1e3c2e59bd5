//! What changes what people see first. A page's row is taken before any row that hangs on it, as every other write takes
//! them.

mod notes;
mod own;

use diesel::prelude::*;

pub use notes::*;
pub use own::{OwnNote, OwnStatus, forget_words_of, list_own_notes, list_own_statuses};

use super::model::{PastStatus, Pinned};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{PersonId, SiteId, StatusId};
use crate::db::schema::{people, sites, statuses};
use crate::error::Result;
use crate::record::{self, What};
use crate::sites::{Audience, NextUpdate, SiteScope};

/// Says how the person is, or takes the line away.
pub fn insert_status(conn: &mut Conn, site: SiteId, words: Option<&str>, by: PersonId, now: Timestamp) -> Result<()> {
    let row = sites::table.find(site);
    if words.is_none() {
        let has_none = row.filter(sites::status_words.is_null());
        if has_none.select(sites::id).get_result::<SiteId>(conn).optional()?.is_some() {
            return Ok(());
        }
    }
    diesel::update(row)
        .set((
            sites::status_words.eq(words),
            sites::status_by_id.eq(words.map(|_| by)),
            sites::status_at.eq(words.map(|_| now)),
        ))
        .execute(conn)?;
    diesel::insert_into(statuses::table)
        .values((
            statuses::id.eq(StatusId::generate()),
            statuses::site_id.eq(site),
            statuses::author_id.eq(by),
            statuses::words.eq(words),
            statuses::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// How many lines stand on one page of their history.
pub const STATUSES_A_PAGE: i64 = 50;

/// The status lines that a page has had, newest first, or those before `before`.
pub fn list_statuses(conn: &mut Conn, scope: &SiteScope, before: Option<StatusId>) -> Result<Vec<PastStatus>> {
    let mut query = statuses::table
        .left_join(people::table)
        .filter(statuses::site_id.eq(scope.site.id))
        .order(statuses::id.desc())
        .limit(STATUSES_A_PAGE + 1)
        .select((statuses::id, statuses::words, people::name.nullable(), statuses::created_at))
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(statuses::id.lt(before));
    }
    let rows: Vec<(StatusId, Option<String>, Option<String>, Timestamp)> = query.load(conn)?;
    Ok(rows.into_iter().map(|(id, words, author, at)| PastStatus { id, words, author, at }).collect())
}

/// Says when the next update is to be expected, or that nothing is said of it any more.
pub fn update_next_update(
    conn: &mut Conn,
    site: SiteId,
    next: Option<&NextUpdate>,
    by: PersonId,
    now: Timestamp,
) -> Result<()> {
    set_next_update(conn, site, next)?;
    let detail = next.map_or_else(|| "no day any more".to_owned(), |next| format!("by {}", next.on));
    let new = record::New { actor: Some(by), subject: None, detail: Some(detail) };
    record::note(conn, site, What::Promised, new, now)
}

fn set_next_update(conn: &mut Conn, site: SiteId, next: Option<&NextUpdate>) -> Result<()> {
    diesel::update(sites::table.find(site))
        .set((
            sites::due_on.eq(next.map(|next| next.on.to_string())),
            sites::due_part.eq(next.and_then(|next| next.part)),
            sites::due_until.eq(next.map(|next| next.until)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The family takes a rest from now on, and says so in these words, or in the usual ones.
pub fn begin_rest(conn: &mut Conn, site: SiteId, words: Option<&str>, by: PersonId, now: Timestamp) -> Result<()> {
    let begun = diesel::update(sites::table.find(site).filter(sites::resting_since.is_null()))
        .set(sites::resting_since.eq(Some(now)))
        .execute(conn)?;
    diesel::update(sites::table.find(site))
        .set((sites::resting_words.eq(words), sites::resting_by_id.eq(words.map(|_| by))))
        .execute(conn)?;
    if begun == 0 {
        return Ok(());
    }
    record::note(conn, site, What::Rested, record::New { actor: Some(by), ..record::New::default() }, now)
}

/// The rest is over.
pub fn end_rest(conn: &mut Conn, site: SiteId, by: PersonId, how: Option<&str>, now: Timestamp) -> Result<()> {
    let ended = diesel::update(sites::table.find(site).filter(sites::resting_since.is_not_null()))
        .set((
            sites::resting_since.eq(None::<Timestamp>),
            sites::resting_words.eq(None::<String>),
            sites::resting_by_id.eq(None::<PersonId>),
        ))
        .execute(conn)?;
    if ended == 0 {
        return Ok(());
    }
    let new = record::New { actor: Some(by), subject: None, detail: how.map(str::to_owned) };
    record::note(conn, site, What::RestEnded, new, now)
}

/// What follows from an update being published: one that everyone can read keeps what was said of the next one, and ends
/// a rest. `site` is one that the caller may publish on.
pub fn after_update(conn: &mut Conn, site: SiteId, by: PersonId, audience: Audience, now: Timestamp) -> Result<()> {
    if audience != Audience::Everyone {
        return Ok(());
    }
    let waits = sites::table.find(site).filter(sites::due_on.is_not_null().or(sites::resting_since.is_not_null()));
    // In loving memory neither is shown, and both are kept as they were.
    let waits = waits.filter(sites::memorial_at.is_null());
    if waits.select(sites::id).get_result::<SiteId>(conn).optional()?.is_none() {
        return Ok(());
    }
    set_next_update(conn, site, None)?;
    end_rest(conn, site, by, Some("by writing an update"), now)
}

/// What stands beside the journal for whoever is asking, and by whom the status line is. One query; none where there is
/// neither.
pub fn load_pinned(conn: &mut Conn, scope: &SiteScope) -> Result<Pinned> {
    let glance = &scope.site.glance;
    if glance.note_count == 0 && glance.status.is_none() {
        return Ok(Pinned::default());
    }
    let rows = list_with_status_author(conn, scope)?;
    let status_by = rows.first().and_then(|(name, _)| name.clone());
    Ok(Pinned { status_by, notes: rows.into_iter().filter_map(|(_, note)| note).collect() })
}
