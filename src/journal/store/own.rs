//! The updates that one person has written, on every page at once: for a copy to take away, and for their erasure.

use diesel::prelude::*;

use super::drafts::schedule_draft;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{DraftId, PersonId, SiteId, UpdateId};
use crate::db::schema::{draft_revisions, drafts, update_revisions, updates};
use crate::error::Result;
use crate::jobs;
use crate::journal::drafts::Unposted;
use crate::sites::Audience;

/// An update as it was written.
#[derive(Clone, Debug)]
pub struct OwnUpdate {
    /// Its row.
    pub id: UpdateId,
    /// The page.
    pub site_id: SiteId,
    /// Its title, if it has one.
    pub title: Option<String>,
    /// Light Markdown.
    pub body: String,
    /// Who it is for.
    pub audience: Audience,
    /// When it was posted.
    pub published_at: Timestamp,
    /// When it was last changed, if it was.
    pub edited_at: Option<Timestamp>,
}

/// What somebody has written, by page and then by the order in which it was written, from after `after` on.
pub fn list_own_updates(
    conn: &mut Conn,
    author: PersonId,
    after: (SiteId, UpdateId),
    limit: i64,
) -> Result<Vec<OwnUpdate>> {
    let (site, id) = after;
    type Row = (UpdateId, SiteId, Option<String>, String, Audience, Timestamp, Option<Timestamp>);
    let rows: Vec<Row> = updates::table
        .filter(updates::author_id.eq(author))
        .filter(updates::site_id.gt(site).or(updates::site_id.eq(site).and(updates::id.gt(id))))
        .order((updates::site_id, updates::id))
        .limit(limit)
        .select((
            updates::id,
            updates::site_id,
            updates::title,
            updates::body,
            updates::audience,
            updates::published_at,
            updates::edited_at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, site_id, title, body, audience, published_at, edited_at)| OwnUpdate {
            id,
            site_id,
            title,
            body,
            audience,
            published_at,
            edited_at,
        })
        .collect())
}

/// Deletes what somebody has written, with all that was said to it.
pub fn delete_updates_of(conn: &mut Conn, author: PersonId) -> Result<()> {
    diesel::delete(updates::table.filter(updates::author_id.eq(author))).execute(conn)?;
    Ok(())
}

/// A draft as it was typed.
#[derive(Clone, Debug)]
pub struct OwnDraft {
    /// Its row.
    pub id: DraftId,
    /// The page.
    pub site_id: SiteId,
    /// Its title; empty where it has none.
    pub title: String,
    /// Light Markdown.
    pub body: String,
    /// When it was last saved.
    pub saved_at: Timestamp,
}

/// What somebody has not posted yet, on every page.
pub fn list_own_drafts(conn: &mut Conn, author: PersonId, after: DraftId, limit: i64) -> Result<Vec<OwnDraft>> {
    type Row = (DraftId, SiteId, String, String, Timestamp);
    let rows: Vec<Row> = drafts::table
        .filter(drafts::author_id.eq(author))
        .filter(drafts::id.gt(after))
        .order(drafts::id)
        .limit(limit)
        .select((drafts::id, drafts::site_id, drafts::title, drafts::body, drafts::updated_at))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, site_id, title, body, saved_at)| OwnDraft { id, site_id, title, body, saved_at })
        .collect())
}

/// Deletes what somebody has not posted yet. A draft that was shared and that somebody else has gone on with becomes theirs: it
/// holds their words too.
pub fn delete_drafts_of(conn: &mut Conn, author: PersonId) -> Result<()> {
    let theirs = drafts::table.filter(drafts::author_id.eq(author));
    let continued: Vec<(DraftId, Option<PersonId>)> = theirs
        .filter(drafts::shared.eq(true))
        .filter(drafts::saved_by.is_not_null())
        .filter(drafts::saved_by.ne(author))
        .order(drafts::id)
        .select((drafts::id, drafts::saved_by))
        .load(conn)?;
    for (id, saver) in continued {
        if let Some(saver) = saver {
            diesel::update(drafts::table.find(id)).set(drafts::author_id.eq(saver)).execute(conn)?;
        }
    }
    diesel::delete(draft_revisions::table.filter(draft_revisions::saved_by.eq(author))).execute(conn)?;
    diesel::delete(theirs).execute(conn)?;
    Ok(())
}

/// Takes somebody out of what says who has changed whose words. With `words`, what updates of others said when they had changed
/// them goes too.
pub fn forget_editor(conn: &mut Conn, person: PersonId, words: bool) -> Result<()> {
    let said = update_revisions::table.filter(update_revisions::author_id.eq(person));
    if words {
        diesel::delete(said).execute(conn)?;
    } else {
        diesel::update(said).set(update_revisions::author_id.eq(None::<PersonId>)).execute(conn)?;
    }
    let edited: Vec<UpdateId> =
        updates::table.filter(updates::edited_by.eq(person)).order(updates::id).select(updates::id).load(conn)?;
    for id in edited {
        diesel::update(updates::table.find(id)).set(updates::edited_by.eq(None::<PersonId>)).execute(conn)?;
    }
    // Nothing is posted later in the name of somebody else than who meant it to be.
    let planned: Vec<DraftId> = drafts::table
        .filter(drafts::saved_by.eq(person))
        .filter(drafts::publish_at.is_not_null())
        .order(drafts::id)
        .select(drafts::id)
        .load(conn)?;
    for id in planned {
        jobs::delete_publication(conn, id)?;
        schedule_draft(conn, id, None, Some(Unposted::Role))?;
    }
    diesel::update(drafts::table.filter(drafts::saved_by.eq(person)))
        .set(drafts::saved_by.eq(None::<PersonId>))
        .execute(conn)?;
    Ok(())
}
