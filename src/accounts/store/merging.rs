//! Two rows that turned out to be one person.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{PersonId, ReactionId, SiteId};
use crate::db::schema::{
    draft_revisions, drafts, events, members, people, reactions, sites, update_revisions, updates, wishes,
};
use crate::error::Result;

/// Makes what there is of `from`, who has no account, a part of `into`: memberships, where `into` has none on that page, and
/// everything that `from` wrote. The row of `from` goes, and what let its reader in goes with it.
pub(super) fn absorb(conn: &mut Conn, from: PersonId, into: PersonId, now: Timestamp) -> Result<()> {
    let own: Vec<SiteId> = members::table.filter(members::person_id.eq(into)).select(members::site_id).load(conn)?;
    diesel::update(members::table.filter(members::person_id.eq(from)).filter(members::site_id.ne_all(own)))
        .set((members::person_id.eq(into), members::updated_at.eq(now)))
        .execute(conn)?;
    diesel::update(updates::table.filter(updates::author_id.eq(from)))
        .set(updates::author_id.eq(into))
        .execute(conn)?;
    diesel::update(wishes::table.filter(wishes::author_id.eq(from))).set(wishes::author_id.eq(into)).execute(conn)?;
    absorb_hearts(conn, from, into)?;
    absorb_desk(conn, from, into)?;
    diesel::update(members::table.filter(members::invited_by.eq(from)))
        .set(members::invited_by.eq(Some(into)))
        .execute(conn)?;
    diesel::update(sites::table.filter(sites::about_id.eq(from))).set(sites::about_id.eq(Some(into))).execute(conn)?;
    diesel::update(events::table.filter(events::actor_id.eq(from)))
        .set(events::actor_id.eq(Some(into)))
        .execute(conn)?;
    diesel::update(events::table.filter(events::subject_id.eq(from)))
        .set(events::subject_id.eq(Some(into)))
        .execute(conn)?;
    diesel::delete(people::table.find(from)).execute(conn)?;
    Ok(())
}

/// What was written and not posted, and who changed what.
fn absorb_desk(conn: &mut Conn, from: PersonId, into: PersonId) -> Result<()> {
    diesel::update(drafts::table.filter(drafts::author_id.eq(from))).set(drafts::author_id.eq(into)).execute(conn)?;
    diesel::update(drafts::table.filter(drafts::saved_by.eq(from)))
        .set(drafts::saved_by.eq(Some(into)))
        .execute(conn)?;
    diesel::update(draft_revisions::table.filter(draft_revisions::saved_by.eq(from)))
        .set(draft_revisions::saved_by.eq(Some(into)))
        .execute(conn)?;
    diesel::update(update_revisions::table.filter(update_revisions::author_id.eq(from)))
        .set(update_revisions::author_id.eq(Some(into)))
        .execute(conn)?;
    diesel::update(updates::table.filter(updates::edited_by.eq(from)))
        .set(updates::edited_by.eq(Some(into)))
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
