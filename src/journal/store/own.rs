//! The updates that one person has written, on every page at once: for a copy to take away, and for their erasure.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{PersonId, SiteId, UpdateId};
use crate::db::schema::updates;
use crate::error::Result;
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
