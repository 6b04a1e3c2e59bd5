//! Two rows that turned out to be one person.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{MemberId, PersonId, ReactionId, SiteId, ThanksId, UpdateId, WishId};
use crate::db::schema::{
    albums, draft_revisions, drafts, events, incoming_letters, members, notes, people, photos, reactions, readings,
    reply_keys, reports, sites, statuses, thanked, thanks, update_revisions, updates, wishes,
};
use crate::error::Result;

/// Makes what there is of `from`, who has no account, a part of `into`: memberships, where `into` has none on that page, and
/// everything that `from` wrote, brought or decided. The row of `from` goes, and what let its reader in goes with it.
/// `tests/it/addresses.rs` has every column that names a person. The rows are taken in the order of every write: members,
/// updates, pages, photos, what was said.
pub(super) fn absorb(conn: &mut Conn, from: PersonId, into: PersonId, now: Timestamp) -> Result<()> {
    absorb_memberships(conn, from, into, now)?;
    absorb_updates(conn, from, into)?;
    absorb_pages(conn, from, into)?;
    absorb_photos(conn, from, into)?;
    absorb_words(conn, from, into)?;
    absorb_letters(conn, from, into)?;
    absorb_hearts(conn, from, into)?;
    absorb_reports(conn, from, into)?;
    diesel::update(thanks::table.filter(thanks::giver_id.eq(from))).set(thanks::giver_id.eq(into)).execute(conn)?;
    absorb_desk(conn, from, into)?;
    diesel::update(events::table.filter(events::actor_id.eq(from)))
        .set(events::actor_id.eq(Some(into)))
        .execute(conn)?;
    diesel::update(events::table.filter(events::subject_id.eq(from)))
        .set(events::subject_id.eq(Some(into)))
        .execute(conn)?;
    diesel::delete(people::table.find(from)).execute(conn)?;
    Ok(())
}

fn absorb_memberships(conn: &mut Conn, from: PersonId, into: PersonId, now: Timestamp) -> Result<()> {
    let theirs = diesel::alias!(members as theirs);
    let both: Vec<(MemberId, MemberId)> = members::table
        .inner_join(theirs.on(theirs.field(members::site_id).eq(members::site_id)))
        .filter(members::person_id.eq(from))
        .filter(theirs.field(members::person_id).eq(into))
        .order(members::id)
        .select((members::id, theirs.field(members::id)))
        .load(conn)?;
    for (gone, stays) in both {
        absorb_membership(conn, gone, stays)?;
    }
    let own: Vec<SiteId> = members::table.filter(members::person_id.eq(into)).select(members::site_id).load(conn)?;
    diesel::update(members::table.filter(members::person_id.eq(from)).filter(members::site_id.ne_all(own)))
        .set((members::person_id.eq(into), members::updated_at.eq(now)))
        .execute(conn)?;
    diesel::update(members::table.filter(members::invited_by.eq(from)))
        .set(members::invited_by.eq(Some(into)))
        .execute(conn)?;
    Ok(())
}

/// Two places on one page: what one of them has read and was thanked for, the other has as well, so that nobody is thanked
/// twice and nobody counts as two readers; and an answer to a gathered mail that either has got finds its way. How they hear, what is on its way to them and their feed is that of the one that
/// stays.
fn absorb_membership(conn: &mut Conn, gone: MemberId, stays: MemberId) -> Result<()> {
    let own: Vec<UpdateId> =
        readings::table.filter(readings::member_id.eq(stays)).select(readings::update_id).load(conn)?;
    diesel::update(readings::table.filter(readings::member_id.eq(gone)).filter(readings::update_id.ne_all(own)))
        .set(readings::member_id.eq(stays))
        .execute(conn)?;
    let own: Vec<ThanksId> =
        thanked::table.filter(thanked::member_id.eq(stays)).select(thanked::thanks_id).load(conn)?;
    diesel::update(thanked::table.filter(thanked::member_id.eq(gone)).filter(thanked::thanks_id.ne_all(own)))
        .set(thanked::member_id.eq(stays))
        .execute(conn)?;
    diesel::update(reply_keys::table.filter(reply_keys::member_id.eq(gone)))
        .set(reply_keys::member_id.eq(stays))
        .execute(conn)?;
    Ok(())
}

/// What was posted, who changed what of it, and what it said before.
fn absorb_updates(conn: &mut Conn, from: PersonId, into: PersonId) -> Result<()> {
    diesel::update(updates::table.filter(updates::author_id.eq(from)))
        .set(updates::author_id.eq(into))
        .execute(conn)?;
    diesel::update(updates::table.filter(updates::edited_by.eq(from)))
        .set(updates::edited_by.eq(Some(into)))
        .execute(conn)?;
    diesel::update(update_revisions::table.filter(update_revisions::author_id.eq(from)))
        .set(update_revisions::author_id.eq(Some(into)))
        .execute(conn)?;
    Ok(())
}

/// Whom a page is about, and what somebody said on it at a glance.
fn absorb_pages(conn: &mut Conn, from: PersonId, into: PersonId) -> Result<()> {
    diesel::update(sites::table.filter(sites::about_id.eq(from))).set(sites::about_id.eq(Some(into))).execute(conn)?;
    diesel::update(sites::table.filter(sites::status_by_id.eq(from)))
        .set(sites::status_by_id.eq(Some(into)))
        .execute(conn)?;
    diesel::update(sites::table.filter(sites::resting_by_id.eq(from)))
        .set(sites::resting_by_id.eq(Some(into)))
        .execute(conn)?;
    diesel::update(statuses::table.filter(statuses::author_id.eq(from)))
        .set(statuses::author_id.eq(Some(into)))
        .execute(conn)?;
    diesel::update(notes::table.filter(notes::author_id.eq(from))).set(notes::author_id.eq(into)).execute(conn)?;
    Ok(())
}

fn absorb_photos(conn: &mut Conn, from: PersonId, into: PersonId) -> Result<()> {
    diesel::update(albums::table.filter(albums::created_by.eq(from))).set(albums::created_by.eq(into)).execute(conn)?;
    diesel::update(photos::table.filter(photos::uploader_id.eq(from)))
        .set(photos::uploader_id.eq(into))
        .execute(conn)?;
    Ok(())
}

/// What was said. Where they belong to the page, it is a visitor's no longer.
fn absorb_words(conn: &mut Conn, from: PersonId, into: PersonId) -> Result<()> {
    diesel::update(wishes::table.filter(wishes::author_id.eq(from))).set(wishes::author_id.eq(into)).execute(conn)?;
    let there: Vec<SiteId> = members::table
        .filter(members::person_id.eq(into))
        .filter(members::state.eq("active"))
        .select(members::site_id)
        .load(conn)?;
    let theirs = wishes::table.filter(wishes::author_id.eq(into)).filter(wishes::site_id.eq_any(there));
    diesel::update(theirs.filter(wishes::by_visitor.eq(true))).set(wishes::by_visitor.eq(false)).execute(conn)?;
    Ok(())
}

/// Letters that wait to be read, and what is remembered of those that were.
fn absorb_letters(conn: &mut Conn, from: PersonId, into: PersonId) -> Result<()> {
    diesel::update(incoming_letters::table.filter(incoming_letters::person_id.eq(from)))
        .set(incoming_letters::person_id.eq(Some(into)))
        .execute(conn)?;
    Ok(())
}

/// Words are reported once by one person: what both have reported stays once, and the other goes with its row.
fn absorb_reports(conn: &mut Conn, from: PersonId, into: PersonId) -> Result<()> {
    let own: Vec<WishId> = reports::table.filter(reports::reporter_id.eq(into)).select(reports::wish_id).load(conn)?;
    diesel::update(reports::table.filter(reports::reporter_id.eq(from)).filter(reports::wish_id.ne_all(own)))
        .set(reports::reporter_id.eq(Some(into)))
        .execute(conn)?;
    Ok(())
}

/// What was written and not posted.
fn absorb_desk(conn: &mut Conn, from: PersonId, into: PersonId) -> Result<()> {
    diesel::update(drafts::table.filter(drafts::author_id.eq(from))).set(drafts::author_id.eq(into)).execute(conn)?;
    diesel::update(drafts::table.filter(drafts::saved_by.eq(from)))
        .set(drafts::saved_by.eq(Some(into)))
        .execute(conn)?;
    diesel::update(draft_revisions::table.filter(draft_revisions::saved_by.eq(from)))
        .set(draft_revisions::saved_by.eq(Some(into)))
        .execute(conn)?;
    Ok(())
}

/// Hearts are given once: those that both gave stay once.
fn absorb_hearts(conn: &mut Conn, from: PersonId, into: PersonId) -> Result<()> {
    let theirs = diesel::alias!(reactions as theirs);
    let twice: Vec<ReactionId> = reactions::table
        .inner_join(theirs.on(theirs.field(reactions::thing_id).eq(reactions::thing_id)))
        .filter(reactions::person_id.eq(from))
        .filter(theirs.field(reactions::person_id).eq(into))
        .filter(theirs.field(reactions::kind).eq(reactions::kind))
        .select(reactions::id)
        .load(conn)?;
    for id in twice {
        diesel::delete(reactions::table.find(id)).execute(conn)?;
    }
    diesel::update(reactions::table.filter(reactions::person_id.eq(from)))
        .set(reactions::person_id.eq(into))
        .execute(conn)?;
    Ok(())
}
