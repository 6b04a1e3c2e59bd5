//! What published updates said before they were changed.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{PersonId, RevisionId, UpdateId};
use crate::db::schema::{update_revisions, updates};
use crate::error::Result;
use crate::journal::model::Words;
use crate::journal::revisions::Version;
use crate::sites::Audience;

/// Keeps what an update says, as whoever said it and when they did.
pub(super) fn insert_revision(conn: &mut Conn, id: UpdateId) -> Result<()> {
    let now = get_version(conn, id)?;
    diesel::insert_into(update_revisions::table)
        .values((
            update_revisions::id.eq(RevisionId::generate()),
            update_revisions::update_id.eq(id),
            update_revisions::title.eq(now.title),
            update_revisions::body.eq(now.body),
            update_revisions::audience.eq(now.audience),
            update_revisions::author_id.eq(now.by),
            update_revisions::said_at.eq(now.at),
        ))
        .execute(conn)?;
    Ok(())
}

/// What an update says now. `get_update` must have said yes before.
pub fn get_version(conn: &mut Conn, id: UpdateId) -> Result<Version> {
    type Row = (PersonId, Option<PersonId>, Option<String>, String, Audience, Timestamp, Option<Timestamp>);
    let (author, editor, title, body, audience, published_at, edited_at): Row = updates::table
        .find(id)
        .select((
            updates::author_id,
            updates::edited_by,
            updates::title,
            updates::body,
            updates::audience,
            updates::published_at,
            updates::edited_at,
        ))
        .get_result(conn)?;
    // Whoever changed it may have left since; then nobody is named for it.
    let by = if edited_at.is_some() { editor } else { Some(author) };
    Ok(Version { id: None, title, body, audience, by, at: edited_at.unwrap_or(published_at) })
}

type Row = (RevisionId, Option<String>, String, Audience, Option<PersonId>, Timestamp);

fn version((id, title, body, audience, by, at): Row) -> Version {
    Version { id: Some(id), title, body, audience, by, at }
}

type Columns = (
    update_revisions::id,
    update_revisions::title,
    update_revisions::body,
    update_revisions::audience,
    update_revisions::author_id,
    update_revisions::said_at,
);

const VERSION: Columns = (
    update_revisions::id,
    update_revisions::title,
    update_revisions::body,
    update_revisions::audience,
    update_revisions::author_id,
    update_revisions::said_at,
);

/// What an update said before, the newest first, from before `before` on.
pub fn list_revisions(
    conn: &mut Conn,
    update: UpdateId,
    before: Option<RevisionId>,
    limit: i64,
) -> Result<Vec<Version>> {
    let mut query = update_revisions::table
        .filter(update_revisions::update_id.eq(update))
        .order(update_revisions::id.desc())
        .limit(limit)
        .select(VERSION)
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(update_revisions::id.lt(before));
    }
    let rows: Vec<Row> = query.load(conn)?;
    Ok(rows.into_iter().map(version).collect())
}

/// One of them.
pub fn find_revision(conn: &mut Conn, update: UpdateId, id: RevisionId) -> Result<Option<Version>> {
    let row: Option<Row> = update_revisions::table
        .filter(update_revisions::update_id.eq(update))
        .filter(update_revisions::id.eq(id))
        .select(VERSION)
        .get_result(conn)
        .optional()?;
    Ok(row.map(version))
}

/// Whether an update says or has said this: to these people, if it matters, and in what it has been since `since`.
pub fn has_said(
    conn: &mut Conn,
    update: UpdateId,
    words: &Words,
    audience: Option<Audience>,
    since: Option<Timestamp>,
) -> Result<bool> {
    let now = get_version(conn, update)?;
    let is_for = audience.is_none_or(|audience| now.audience == audience);
    if is_for && now.title == words.title && now.body == words.body {
        return Ok(true);
    }
    let mut before = update_revisions::table
        .filter(update_revisions::update_id.eq(update))
        .filter(update_revisions::body.eq(&words.body))
        .select(update_revisions::id)
        .into_boxed();
    before = match &words.title {
        Some(title) => before.filter(update_revisions::title.eq(title)),
        None => before.filter(update_revisions::title.is_null()),
    };
    if let Some(audience) = audience {
        before = before.filter(update_revisions::audience.eq(audience));
    }
    if let Some(since) = since {
        before = before.filter(update_revisions::said_at.ge(since));
    }
    Ok(before.first::<RevisionId>(conn).optional()?.is_some())
}
