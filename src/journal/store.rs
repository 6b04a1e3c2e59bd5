//! Updates, always through the page as its viewer may see it.

mod drafts;
mod own;
mod reading;
mod revisions;
mod sending;
mod telling;

use std::collections::HashMap;

use diesel::prelude::*;

pub use drafts::*;
pub use own::{
    OwnDraft, OwnUpdate, delete_drafts_of, delete_updates_of, forget_editor, list_own_drafts, list_own_updates,
};
pub use reading::{Neighbour, UPDATES_A_MONTH, find_neighbours, list_between, list_from_beginning, list_times};
pub use revisions::*;
pub use sending::*;
pub use telling::*;

use super::model::{Update, Words};
use super::publication::MailChoice;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::{DraftId, PersonId, SiteId, SubmissionKey, UpdateId};
use crate::db::schema::{people, updates};
use crate::error::{AppError, Result};
use crate::sites::{Audience, Closed, SiteScope};

/// How many updates stand on one page of the journal.
pub const UPDATES_A_PAGE: i64 = 10;

type UpdateRow = (
    UpdateId,
    PersonId,
    String,
    Option<String>,
    String,
    Audience,
    i32,
    Timestamp,
    Option<Timestamp>,
    (Option<Timestamp>, Option<String>),
);

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
    (updates::comments_closed_at, updates::comments_closed_words),
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
    (updates::comments_closed_at, updates::comments_closed_words),
);

fn update(
    (id, author_id, author, title, body_html, audience, comment_count, published_at, edited_at, closed): UpdateRow,
) -> Update {
    let comments_closed = closed.0.map(|at| Closed { at, words: closed.1 });
    Update {
        id,
        author_id,
        author,
        title,
        body_html,
        audience,
        comment_count,
        published_at,
        edited_at,
        comments_closed,
    }
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
        .get_result(conn)
        .optional()?;
    row.map(update).ok_or(AppError::NotFound)
}

/// An update to be.
pub struct NewUpdate<'a> {
    /// The page.
    pub site: SiteId,
    /// Who posts it.
    pub author: PersonId,
    /// What it says.
    pub words: &'a Words,
    /// Who hears of it by mail.
    pub mail: MailChoice,
    /// The draft that it was: it is posted once.
    pub draft: Option<DraftId>,
}

/// Adds an update; `None` when this very draft was posted before.
pub fn insert_update(conn: &mut Conn, new: &NewUpdate<'_>, now: Timestamp) -> Result<Option<UpdateId>> {
    let id = UpdateId::generate();
    let insert = diesel::insert_into(updates::table)
        .values((
            updates::id.eq(id),
            updates::site_id.eq(new.site),
            updates::author_id.eq(new.author),
            updates::title.eq(&new.words.title),
            updates::body.eq(&new.words.body),
            updates::body_html.eq(&new.words.body_html),
            updates::audience.eq(new.words.audience),
            updates::mail.eq(new.mail),
            updates::submission_key.eq(new.draft.map(SubmissionKey::from)),
            updates::published_at.eq(now),
        ))
        .on_conflict_do_nothing();
    Ok((both(insert).execute(conn)? == 1).then_some(id))
}

/// When an update was last changed, or posted. Takes the row's lock, so that of two who save at once the second sees what the
/// first has written.
pub fn hold_update(conn: &mut Conn, id: UpdateId) -> Result<Timestamp> {
    hold(conn, id)?;
    let (published_at, edited_at): (Timestamp, Option<Timestamp>) =
        updates::table.find(id).select((updates::published_at, updates::edited_at)).get_result(conn)?;
    Ok(edited_at.unwrap_or(published_at))
}

/// Changes an update that is held, and keeps what it said before.
pub fn update_update(conn: &mut Conn, id: UpdateId, words: &Words, by: PersonId, now: Timestamp) -> Result<()> {
    insert_revision(conn, id)?;
    diesel::update(updates::table.find(id))
        .set((
            updates::title.eq(&words.title),
            updates::body.eq(&words.body),
            updates::body_html.eq(&words.body_html),
            updates::audience.eq(words.audience),
            updates::edited_at.eq(Some(now)),
            updates::edited_by.eq(Some(by)),
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
    hold(conn, id)?;
    diesel::delete(updates::table.find(id)).execute(conn)?;
    Ok(())
}

/// Closes the comments on an update with a sentence, or opens them again.
pub fn update_comments_closed(conn: &mut Conn, id: UpdateId, closed: Option<&Closed>) -> Result<()> {
    diesel::update(updates::table.find(id))
        .set((
            updates::comments_closed_at.eq(closed.map(|it| it.at)),
            updates::comments_closed_words.eq(closed.and_then(|it| it.words.clone())),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes an update's row, and waits for whoever has it.
fn hold(conn: &mut Conn, id: UpdateId) -> Result<()> {
    diesel::update(updates::table.find(id)).set(updates::comment_count.eq(updates::comment_count)).execute(conn)?;
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
    pub mail: MailChoice,
    pub published_at: Timestamp,
}

/// An update, for whoever may hear of it; the caller makes sure of that.
pub fn find_mailed(conn: &mut Conn, id: UpdateId) -> Result<Option<Mailed>> {
    type Row = (PersonId, String, Option<String>, String, String, Audience, MailChoice, Timestamp);
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
            updates::mail,
            updates::published_at,
        ))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(author_id, author, title, body, body_html, audience, mail, published_at)| Mailed {
        author_id,
        author,
        title,
        body,
        body_html,
        audience,
        mail,
        published_at,
    }))
}
