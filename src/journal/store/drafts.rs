//! What is being written and not posted yet. A draft is its author's alone until they share it; a shared one is for those who
//! write on the page and may read what it is to be.

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::{DraftId, PersonId, RevisionId, SiteId, SubmissionKey, UpdateId};
use crate::db::schema::{draft_revisions, drafts, people, spent_drafts, updates};
use crate::error::{AppError, Result};
use crate::journal::desk::Content;
use crate::journal::drafts::{Draft, Replaced, Unposted};
use crate::journal::publication::{MailChoice, Timing};
use crate::sites::{Audience, SiteScope};

type Head = (
    DraftId,
    PersonId,
    i32,
    Option<Timestamp>,
    Option<Unposted>,
    Option<PersonId>,
    Timestamp,
    Option<UpdateId>,
    Option<Timestamp>,
);
type Said = (String, String, Audience, MailChoice, bool, bool, Timing, String, String, bool);

type HeadColumns = (
    drafts::id,
    drafts::author_id,
    drafts::revision,
    drafts::publish_at,
    drafts::unposted,
    drafts::saved_by,
    drafts::updated_at,
    drafts::update_id,
    drafts::seen_at,
);
type SaidColumns = (
    drafts::title,
    drafts::body,
    drafts::audience,
    drafts::mail,
    drafts::hard,
    drafts::told,
    drafts::timing,
    drafts::at_local,
    drafts::zone,
    drafts::shared,
);

const HEAD: HeadColumns = (
    drafts::id,
    drafts::author_id,
    drafts::revision,
    drafts::publish_at,
    drafts::unposted,
    drafts::saved_by,
    drafts::updated_at,
    drafts::update_id,
    drafts::seen_at,
);
const SAID: SaidColumns = (
    drafts::title,
    drafts::body,
    drafts::audience,
    drafts::mail,
    drafts::hard,
    drafts::told,
    drafts::timing,
    drafts::at_local,
    drafts::zone,
    drafts::shared,
);

fn draft((head, said, author): (Head, Said, String)) -> Draft {
    let (id, author_id, revision, publish_at, unposted, saved_by, saved_at, update, seen) = head;
    let (title, body, audience, mail, hard, told, timing, at, zone, shared) = said;
    let content = Content { title, body, audience, mail, hard, told, timing, at, zone, shared, update, seen };
    Draft { id, author_id, author, content, revision, publish_at, unposted, saved_by, saved_at }
}

/// A draft, if it exists for the viewer.
pub fn find_draft(conn: &mut Conn, scope: &SiteScope, id: DraftId) -> Result<Option<Draft>> {
    let me = scope.person_id.ok_or(AppError::NotFound)?;
    let shared = drafts::shared.eq(true).and(drafts::audience.eq_any(scope.access.audiences()));
    let row: Option<(Head, Said, String)> = drafts::table
        .inner_join(people::table.on(people::id.eq(drafts::author_id)))
        .filter(drafts::id.eq(id))
        .filter(drafts::site_id.eq(scope.site.id))
        .filter(drafts::author_id.eq(me).or(shared))
        .select((HEAD, SAID, people::name))
        .get_result(conn)
        .optional()?;
    Ok(row.map(draft))
}

/// The drafts that the viewer may see on the page: the newest first.
pub fn list_drafts(conn: &mut Conn, scope: &SiteScope) -> Result<Vec<Draft>> {
    let me = scope.person_id.ok_or(AppError::NotFound)?;
    let shared = drafts::shared.eq(true).and(drafts::audience.eq_any(scope.access.audiences()));
    let rows: Vec<(Head, Said, String)> = drafts::table
        .inner_join(people::table.on(people::id.eq(drafts::author_id)))
        .filter(drafts::site_id.eq(scope.site.id))
        .filter(drafts::author_id.eq(me).or(shared))
        .order((drafts::updated_at.desc(), drafts::id.desc()))
        .limit(200)
        .select((HEAD, SAID, people::name))
        .load(conn)?;
    Ok(rows.into_iter().map(draft).collect())
}

/// The viewer's own draft that they saved last, and when; those that wait for their time need no reminder.
pub fn find_latest_own(conn: &mut Conn, scope: &SiteScope) -> Result<Option<(DraftId, Timestamp)>> {
    let Some(me) = scope.person_id else { return Ok(None) };
    Ok(drafts::table
        .filter(drafts::site_id.eq(scope.site.id))
        .filter(drafts::author_id.eq(me))
        .filter(drafts::publish_at.is_null())
        .order((drafts::updated_at.desc(), drafts::id.desc()))
        .select((drafts::id, drafts::updated_at))
        .first(conn)
        .optional()?)
}

/// The viewer's own draft of a change to an update.
pub fn find_change(conn: &mut Conn, scope: &SiteScope, update: UpdateId) -> Result<Option<(DraftId, Timestamp)>> {
    let Some(me) = scope.person_id else { return Ok(None) };
    Ok(drafts::table
        .filter(drafts::update_id.eq(update))
        .filter(drafts::author_id.eq(me))
        .order(drafts::updated_at.desc())
        .select((drafts::id, drafts::updated_at))
        .first(conn)
        .optional()?)
}

/// How many drafts somebody has on a page.
pub fn count_drafts(conn: &mut Conn, site: SiteId, author: PersonId) -> Result<i64> {
    let theirs = drafts::table.filter(drafts::site_id.eq(site)).filter(drafts::author_id.eq(author));
    Ok(theirs.count().get_result(conn)?)
}

/// Until the transaction ends, nobody else saves, posts or throws away this draft. Whether it is there.
pub fn hold_draft(conn: &mut Conn, id: DraftId) -> Result<bool> {
    let held = diesel::update(drafts::table.find(id)).set(drafts::revision.eq(drafts::revision)).execute(conn)?;
    Ok(held == 1)
}

/// Adds a draft; `false` when there is one with this id, whoever's it is.
pub fn insert_draft(
    conn: &mut Conn,
    scope: &SiteScope,
    id: DraftId,
    content: &Content,
    revision: i32,
    now: Timestamp,
) -> Result<bool> {
    let me = scope.actor()?;
    let insert = diesel::insert_into(drafts::table)
        .values((
            (
                drafts::id.eq(id),
                drafts::site_id.eq(scope.site.id),
                drafts::author_id.eq(me),
                drafts::revision.eq(revision),
                drafts::saved_by.eq(Some(me)),
                drafts::created_at.eq(now),
                drafts::updated_at.eq(now),
                drafts::update_id.eq(content.update),
                drafts::seen_at.eq(content.seen),
            ),
            (
                drafts::title.eq(&content.title),
                drafts::body.eq(&content.body),
                drafts::audience.eq(content.audience),
                drafts::mail.eq(content.mail),
                drafts::hard.eq(content.hard),
                drafts::told.eq(content.told),
                drafts::timing.eq(content.timing),
                drafts::at_local.eq(&content.at),
                drafts::zone.eq(&content.zone),
                drafts::shared.eq(content.shared),
            ),
        ))
        .on_conflict_do_nothing();
    Ok(both(insert).execute(conn)? == 1)
}

/// Puts new words in. Who it is shared with is its author's to say; what it changes, and as of when, stays as it began.
pub fn update_draft(
    conn: &mut Conn,
    scope: &SiteScope,
    before: &Draft,
    content: &Content,
    now: Timestamp,
) -> Result<i32> {
    let me = scope.actor()?;
    let shared = if before.author_id == me { content.shared } else { before.content.shared };
    let revision = before.revision.saturating_add(1);
    diesel::update(drafts::table.find(before.id))
        .set((
            drafts::title.eq(&content.title),
            drafts::body.eq(&content.body),
            drafts::audience.eq(content.audience),
            drafts::mail.eq(content.mail),
            drafts::hard.eq(content.hard),
            drafts::told.eq(content.told),
            drafts::timing.eq(content.timing),
            drafts::at_local.eq(&content.at),
            drafts::zone.eq(&content.zone),
            drafts::shared.eq(shared),
            drafts::seen_at.eq(content.seen.or(before.content.seen)),
            drafts::revision.eq(revision),
            drafts::unposted.eq(None::<Unposted>),
            drafts::saved_by.eq(Some(me)),
            drafts::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(revision)
}

/// Throws a draft away, with the words of it that others took the place of.
pub fn delete_draft(conn: &mut Conn, id: DraftId) -> Result<()> {
    diesel::delete(drafts::table.find(id)).execute(conn)?;
    Ok(())
}

/// Keeps words of a draft that others take the place of.
pub fn insert_replaced(
    conn: &mut Conn,
    id: DraftId,
    content: &Content,
    saved_by: Option<PersonId>,
    saved_at: Timestamp,
) -> Result<()> {
    diesel::insert_into(draft_revisions::table)
        .values((
            draft_revisions::id.eq(RevisionId::generate()),
            draft_revisions::draft_id.eq(id),
            draft_revisions::title.eq(&content.title),
            draft_revisions::body.eq(&content.body),
            draft_revisions::saved_by.eq(saved_by),
            draft_revisions::saved_at.eq(saved_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whether others took the place of words of a draft before.
pub fn has_replaced(conn: &mut Conn, id: DraftId) -> Result<bool> {
    let replaced = draft_revisions::table.filter(draft_revisions::draft_id.eq(id));
    Ok(diesel::select(exists(replaced)).get_result(conn)?)
}

/// The viewer's own words of a draft that others took the place of: the newest first. `find_draft` must have said yes before.
/// What somebody else had in it may be from before they shared it.
pub fn list_replaced(conn: &mut Conn, scope: &SiteScope, id: DraftId) -> Result<Vec<Replaced>> {
    let me = scope.person_id.ok_or(AppError::NotFound)?;
    let rows: Vec<(String, String, Timestamp)> = draft_revisions::table
        .filter(draft_revisions::draft_id.eq(id))
        .filter(draft_revisions::saved_by.eq(me))
        .order(draft_revisions::id.desc())
        .limit(20)
        .select((draft_revisions::title, draft_revisions::body, draft_revisions::saved_at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(title, body, saved_at)| Replaced { title, body, saved_at }).collect())
}

/// What a draft has become on this page: the update, if it is still there.
pub fn find_posted(conn: &mut Conn, site: SiteId, id: DraftId) -> Result<Option<UpdateId>> {
    Ok(updates::table
        .filter(updates::site_id.eq(site))
        .filter(updates::submission_key.eq(SubmissionKey::from(id)))
        .select(updates::id)
        .get_result(conn)
        .optional()?)
}

/// Whether a draft has become something that is not there any more, or a change that was made.
pub fn is_spent(conn: &mut Conn, id: DraftId) -> Result<bool> {
    Ok(diesel::select(exists(spent_drafts::table.find(id))).get_result(conn)?)
}

/// Writes down that a draft has become something.
pub fn spend_draft(conn: &mut Conn, id: DraftId) -> Result<()> {
    let insert =
        diesel::insert_into(spent_drafts::table).values(spent_drafts::draft_id.eq(id)).on_conflict_do_nothing();
    both(insert).execute(conn)?;
    Ok(())
}

/// Says when a draft is to be posted by itself, or that it is not any more, and why.
pub fn schedule_draft(
    conn: &mut Conn,
    id: DraftId,
    publish_at: Option<Timestamp>,
    unposted: Option<Unposted>,
) -> Result<()> {
    diesel::update(drafts::table.find(id))
        .set((drafts::publish_at.eq(publish_at), drafts::unposted.eq(unposted)))
        .execute(conn)?;
    Ok(())
}

/// A draft whose time has come, with its page, for whoever posts it; the caller looks whether they may.
pub fn find_due(conn: &mut Conn, id: DraftId, now: Timestamp) -> Result<Option<(SiteId, Draft)>> {
    if !hold_draft(conn, id)? {
        return Ok(None);
    }
    let row: Option<(SiteId, (Head, Said, String))> = drafts::table
        .inner_join(people::table.on(people::id.eq(drafts::author_id)))
        .filter(drafts::id.eq(id))
        .filter(drafts::publish_at.le(now))
        .select((drafts::site_id, (HEAD, SAID, people::name)))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(site, row)| (site, draft(row))))
}
