//! What waits for organizers, and what they are to be told of.

use diesel::prelude::*;

use super::SiteScope;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{MemberId, NoticeId, PersonId, ReactionId, SiteId, WishId};
use crate::db::schema::{members, notices, people};
use crate::error::Result;
use crate::jobs::{self, Kind};
use crate::sites::model::{Delivery, MemberState, Role};

/// What waits for an organizer: who could not be reached, and how many ask to join.
#[derive(Clone, Debug, Default)]
pub struct Attention {
    pub unreachable: Vec<String>,
    pub asking: i64,
}

/// What waits for the organizers of the page in scope; nothing for anybody else.
pub fn attention(conn: &mut Conn, scope: &SiteScope) -> Result<Attention> {
    if !scope.access.may_organize() {
        return Ok(Attention::default());
    }
    let unreachable = members::table
        .inner_join(people::table)
        .filter(members::site_id.eq(scope.site.id))
        .filter(members::unreachable_at.is_not_null())
        .order(members::unreachable_at.desc())
        .limit(5)
        .select(people::email)
        .load(conn)?;
    let asking = members::table
        .filter(members::site_id.eq(scope.site.id))
        .filter(members::state.eq(MemberState::Asked))
        .count()
        .get_result(conn)?;
    Ok(Attention { unreachable, asking })
}

/// Something organizers are to be told of.
#[derive(Clone, Copy, Debug)]
pub enum Notice {
    /// A well wish or a comment.
    Wish(WishId),
    /// A heart.
    Reaction(ReactionId),
    /// Somebody asks to join.
    Asker(MemberId),
}

/// An organizer's gathered mail goes out at most this often.
const GATHER: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);

/// When an organizer may be written to again.
pub fn next_gathering(gathered_at: Option<Timestamp>, now: Timestamp) -> Timestamp {
    gathered_at.map_or(now, |at| now.max(at + GATHER))
}

/// Puts something on every organizer's list, leaving out who did it, and sees to it that a mail will gather the list.
pub fn notify_organizers(conn: &mut Conn, site: SiteId, by: PersonId, notice: Notice, now: Timestamp) -> Result<()> {
    let organizers: Vec<(MemberId, Option<Timestamp>)> = members::table
        .filter(members::site_id.eq(site))
        .filter(members::role.eq(Role::Organizer))
        .filter(members::state.eq(MemberState::Active))
        .filter(members::delivery.ne(Delivery::None))
        .filter(members::person_id.ne(by))
        // Always in one order, so that two who do this at once never wait for each other.
        .order(members::id)
        .select((members::id, members::gathered_at))
        .load(conn)?;
    let (wish, reaction, asker) = match notice {
        Notice::Wish(id) => (Some(id), None, None),
        Notice::Reaction(id) => (None, Some(id), None),
        Notice::Asker(id) => (None, None, Some(id)),
    };
    for (member, gathered_at) in organizers {
        diesel::insert_into(notices::table)
            .values((
                notices::id.eq(NoticeId::generate()),
                notices::member_id.eq(member),
                notices::wish_id.eq(wish),
                notices::reaction_id.eq(reaction),
                notices::asker_id.eq(asker),
                notices::created_at.eq(now),
            ))
            .execute(conn)?;
        jobs::enqueue_once(conn, Kind::Encouragement, member, next_gathering(gathered_at, now), now)?;
    }
    Ok(())
}
