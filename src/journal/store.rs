//! Updates, always through the page as its viewer may see it.

mod own;

use std::collections::HashMap;

use diesel::prelude::*;

pub use own::{OwnUpdate, delete_updates_of, list_own_updates};

use super::model::{Draft, Update};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::{PersonId, SiteId, SubmissionKey, UpdateId};
use crate::db::schema::{jobs, members, people, updates};
use crate::error::{AppError, Result};
use crate::jobs::{JobState, Kind};
use crate::sites::{Audience, SiteScope, members_in};

/// How many updates stand on one page of the journal.
pub const UPDATES_A_PAGE: i64 = 10;

type UpdateRow = (UpdateId, PersonId, String, Option<String>, String, Audience, i32, Timestamp, Option<Timestamp>);

type UpdateColumns = (
    updates::id,
    updates::author_id,
    people::name,
    updates::title,
    updates::body_html,
    updates::audience,
    updates::comment_count,
    updates::published_at,
    updates::edited_at,
);

const UPDATE: UpdateColumns = (
    updates::id,
    updates::author_id,
    people::name,
    updates::title,
    updates::body_html,
    updates::audience,
    updates::comment_count,
    updates::published_at,
    updates::edited_at,
);

fn update(
    (id, author_id, author, title, body_html, audience, comment_count, published_at, edited_at): UpdateRow,
) -> Update {
    Update { id, author_id, author, title, body_html, audience, comment_count, published_at, edited_at }
}

/// The newest updates that the viewer may read, or those older than `before`; one more than a page holds, if there are
/// more.
pub fn list_updates(conn: &mut Conn, scope: &SiteScope, before: Option<(Timestamp, UpdateId)>) -> Result<Vec<Update>> {
    let mut query = updates::table
        .inner_join(people::table)
        .filter(updates::site_id.eq(scope.site.id))
        .filter(updates::audience.eq_any(scope.access.audiences()))
        .order((updates::published_at.desc(), updates::id.desc()))
        .limit(UPDATES_A_PAGE + 1)
        .select(UPDATE)
        .into_boxed();
    if let Some((time, id)) = before {
        let earlier = updates::published_at.lt(time);
        let same_time = updates::published_at.eq(time).and(updates::id.lt(id));
        query = query.filter(updates::published_at.le(time)).filter(earlier.or(same_time));
    }
    let rows: Vec<UpdateRow> = query.load(conn)?;
    Ok(rows.into_iter().map(update).collect())
}

/// One update, if it exists for the viewer.
pub fn get_update(conn: &mut Conn, scope: &SiteScope, id: UpdateId) -> Result<Update> {
    let row: Option<UpdateRow> = updates::table
        .inner_join(people::table)
        .filter(updates::id.eq(id))
        .filter(updates::site_id.eq(scope.site.id))
        .filter(updates::audience.eq_any(scope.access.audiences()))
        .select(UPDATE)
        .first(conn)
        .optional()?;
    row.map(update).ok_or(AppError::NotFound)
}

/// What an update says, as it was written. `get_update` must have said yes before.
pub fn get_body(conn: &mut Conn, id: UpdateId) -> Result<String> {
    Ok(updates::table.find(id).select(updates::body).first(conn)?)
}

/// Adds an update; `None` when this very form was sent before with the same words, so that a double tap posts once. The
/// same form with other words is another update: nothing that somebody wrote is passed over.
pub fn insert_update(
    conn: &mut Conn,
    site: SiteId,
    author: PersonId,
    draft: &Draft,
    now: Timestamp,
) -> Result<Option<UpdateId>> {
    if let Some(id) = try_insert_update(conn, site, author, draft, draft.submission, now)? {
        return Ok(Some(id));
    }
    let same = updates::table
        .filter(updates::site_id.eq(site))
        .filter(updates::submission_key.eq(draft.submission))
        .filter(updates::author_id.eq(author))
        .filter(updates::body.eq(&draft.body))
        .select(updates::title)
        .first::<Option<String>>(conn)
        .optional()?;
    if same == Some(draft.title.clone()) { Ok(None) } else { try_insert_update(conn, site, author, draft, None, now) }
}

fn try_insert_update(
    conn: &mut Conn,
    site: SiteId,
    author: PersonId,
    draft: &Draft,
    submission: Option<SubmissionKey>,
    now: Timestamp,
) -> Result<Option<UpdateId>> {
    let id = UpdateId::generate();
    let insert = diesel::insert_into(updates::table)
        .values((
            updates::id.eq(id),
            updates::site_id.eq(site),
            updates::author_id.eq(author),
            updates::title.eq(&draft.title),
            updates::body.eq(&draft.body),
            updates::body_html.eq(&draft.body_html),
            updates::audience.eq(draft.audience),
            updates::submission_key.eq(submission),
            updates::published_at.eq(now),
        ))
        .on_conflict_do_nothing();
    Ok((both(insert).execute(conn)? == 1).then_some(id))
}

/// Enqueues one delivery for each member who should hear, in one statement. The unique key on kind, update and member
/// lets nobody have a second one.
pub fn enqueue_deliveries(
    conn: &mut Conn,
    site: SiteId,
    update: UpdateId,
    author: PersonId,
    audience: Audience,
    now: Timestamp,
) -> Result<usize> {
    let deliveries = members_in(site, audience, author).select((
        Kind::NewUpdate.into_sql::<diesel::sql_types::Text>(),
        members::id.nullable(),
        Some(update).into_sql::<diesel::sql_types::Nullable<diesel::sql_types::Binary>>(),
        JobState::Queued.into_sql::<diesel::sql_types::Text>(),
        now.into_sql::<crate::db::types::Instant>(),
        now.into_sql::<crate::db::types::Instant>(),
    ));
    let insert = diesel::insert_into(jobs::table).values(deliveries).into_columns((
        jobs::kind,
        jobs::member_id,
        jobs::update_id,
        jobs::state,
        jobs::run_at,
        jobs::created_at,
    ));
    Ok(insert.execute(conn)?)
}

/// Changes an update, unless somebody else has done so since it was at `seen`: then nothing is overwritten.
pub fn update_update(
    conn: &mut Conn,
    id: UpdateId,
    draft: &Draft,
    seen: Option<Timestamp>,
    now: Timestamp,
) -> Result<()> {
    // Takes the row's lock, so that of two who save at once the second sees what the first has written.
    count_comments(conn, id, 0)?;
    let (published_at, edited_at): (Timestamp, Option<Timestamp>) =
        updates::table.find(id).select((updates::published_at, updates::edited_at)).first(conn)?;
    if seen.is_some_and(|seen| seen != edited_at.unwrap_or(published_at)) {
        return Err(AppError::Conflict(
            "This update was changed by somebody else while you were writing. Nothing of theirs was overwritten, and your \
             words are below. Open the update again to see what it says now.",
        ));
    }
    diesel::update(updates::table.find(id))
        .set((
            updates::title.eq(&draft.title),
            updates::body.eq(&draft.body),
            updates::body_html.eq(&draft.body_html),
            updates::audience.eq(draft.audience),
            updates::edited_at.eq(Some(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes the rows of these updates, and of those that somebody wrote on a page, in one statement, before the page's row that
/// a change to any of them takes: one after the other, two transactions could wait for each other.
pub fn hold_updates(conn: &mut Conn, site: SiteId, author: PersonId, others: Vec<UpdateId>) -> Result<()> {
    let all = updates::table.filter(updates::site_id.eq(site));
    let all = all.filter(updates::author_id.eq(author).or(updates::id.eq_any(others)));
    diesel::update(all).set(updates::comment_count.eq(updates::comment_count)).execute(conn)?;
    Ok(())
}

/// What somebody wrote on a page is for its organizers only from now on. In the order of their ids, as every write takes
/// several of them.
pub fn narrow_updates_of(conn: &mut Conn, site: SiteId, author: PersonId, now: Timestamp) -> Result<()> {
    let theirs: Vec<UpdateId> = updates::table
        .filter(updates::site_id.eq(site))
        .filter(updates::author_id.eq(author))
        .filter(updates::audience.ne(Audience::Organizers))
        .order(updates::id)
        .select(updates::id)
        .load(conn)?;
    for id in theirs {
        diesel::update(updates::table.find(id))
            .set((updates::audience.eq(Audience::Organizers), updates::edited_at.eq(Some(now))))
            .execute(conn)?;
    }
    Ok(())
}

/// Deletes an update with its comments, its hearts, its photos and the mail about it that has not left. Its own row is
/// taken first, and with it the page's, before its photos': the order of every write.
pub fn delete_update(conn: &mut Conn, id: UpdateId) -> Result<()> {
    count_comments(conn, id, 0)?;
    diesel::delete(updates::table.find(id)).execute(conn)?;
    Ok(())
}

/// Counts so many comments more on an update.
pub fn count_comments(conn: &mut Conn, id: UpdateId, more: i32) -> Result<()> {
    diesel::update(updates::table.find(id))
        .set(updates::comment_count.eq(updates::comment_count + more))
        .execute(conn)?;
    Ok(())
}

/// When each of these pages last told everyone something.
pub fn last_updates(conn: &mut Conn, sites: &[SiteId]) -> Result<HashMap<SiteId, Timestamp>> {
    let rows: Vec<(SiteId, Option<Timestamp>)> = updates::table
        .filter(updates::site_id.eq_any(sites.to_vec()))
        .filter(updates::audience.eq(Audience::Everyone))
        .group_by(updates::site_id)
        .select((updates::site_id, diesel::dsl::max(updates::published_at)))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(site, time)| Some((site, time?))).collect())
}

/// An update as a mail about it needs it.
pub struct Mailed {
    pub author_id: PersonId,
    pub author: String,
    pub title: Option<String>,
    pub body: String,
    pub body_html: String,
    pub audience: Audience,
}

/// An update, for whoever may hear of it; the caller makes sure of that.
pub fn find_mailed(conn: &mut Conn, id: UpdateId) -> Result<Option<Mailed>> {
    type Row = (PersonId, String, Option<String>, String, String, Audience);
    let row: Option<Row> = updates::table
        .inner_join(people::table)
        .filter(updates::id.eq(id))
        .select((
            updates::author_id,
            people::name,
            updates::title,
            updates::body,
            updates::body_html,
            updates::audience,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(author_id, author, title, body, body_html, audience)| Mailed {
        author_id,
        author,
        title,
        body,
        body_html,
        audience,
    }))
}
