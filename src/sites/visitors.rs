//! Visitors who have left words on a page and have shown that their address is theirs: how one of them comes to follow it, and
//! how an organizer shuts one out who never belonged to it.

use super::handlers::follow::join;
use super::model::{Delivery, MemberState, Privacy};
use super::store::{self, NewMember, Notice, SiteScope};
use crate::accounts;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{MemberId, PersonId};
use crate::error::{AppError, Result};
use crate::mail::EmailAddress;
use crate::record::{self, What};

/// A visitor wants to hear of news. Where the secret link is enough to read, they follow from now on; elsewhere the family is
/// asked. Whoever was invited has said yes with this.
pub fn follow(conn: &mut Conn, scope: &SiteScope, person: PersonId, name: &str, now: Timestamp) -> Result<()> {
    let at_once = scope.site.privacy == Privacy::Link;
    let state = if at_once { MemberState::Active } else { MemberState::Asked };
    let new = NewMember::supporter(scope.site.id, person, state, name.to_owned());
    if let Some(member) = store::insert_member(conn, &new, now)? {
        if at_once {
            let joined = record::New { actor: Some(person), ..record::New::default() };
            return record::note(conn, scope.site.id, What::Joined, joined, now);
        }
        return store::notify_organizers(conn, scope.site.id, person, Notice::Asker(member), now);
    }
    match store::find_member_of(conn, scope, person)? {
        Some((member, MemberState::Invited)) => join(conn, scope.site.id, member, person, now),
        Some((member, MemberState::Active)) => hear_again(conn, member, now),
        Some((member, MemberState::Blocked)) => store::note_unheard(conn, member, None, now),
        Some((_, MemberState::Asked)) | None => Ok(()),
    }
}

/// Somebody who had stopped all mail and asks for it.
fn hear_again(conn: &mut Conn, member: MemberId, now: Timestamp) -> Result<()> {
    match store::find_recipient(conn, member)? {
        Some(recipient) if recipient.hearing.delivery == Delivery::None => {
            store::update_delivery(conn, member, Delivery::Each, now)
        }
        _ => Ok(()),
    }
}

/// Shuts out somebody who has no place on the page: from now on they have one, among the blocked.
pub fn block_visitor(conn: &mut Conn, scope: &SiteScope, person: PersonId, name: &str, now: Timestamp) -> Result<()> {
    let actor = scope.actor()?;
    if actor == person {
        return Err(AppError::Conflict("Nobody can block themselves."));
    }
    let new = NewMember::supporter(scope.site.id, person, MemberState::Blocked, name.to_owned());
    if store::insert_member(conn, &new, now)?.is_none() {
        return match store::find_member_of(conn, scope, person)? {
            Some((_, MemberState::Blocked)) => Ok(()),
            _ => {
                Err(AppError::Conflict("They have a place on the page by now. Please block them from their own entry."))
            }
        };
    }
    let what = record::New { actor: Some(actor), subject: Some(person), ..record::New::default() };
    record::note(conn, scope.site.id, What::Blocked, what, now)
}

/// Whether somebody is shut out of the page: they themselves, or their mailbox under another way of writing its address.
pub fn is_shut_out(conn: &mut Conn, scope: &SiteScope, person: PersonId) -> Result<bool> {
    let blocked = store::list_shut_out(conn, scope.site.id)?;
    if blocked.is_empty() {
        return Ok(false);
    }
    let mailbox = |email: &str| EmailAddress::parse(email).ok().map(|address| address.mailbox());
    let own = accounts::find_person(conn, person)?.and_then(|it| mailbox(&it.email));
    Ok(blocked.iter().any(|(id, email)| *id == person || (own.is_some() && mailbox(email) == own)))
}
