//! Members as mail to them needs to know them.

use diesel::prelude::*;

use super::members::{LISTED, ListedRow, listed};
use super::{SITE, SiteRow, site};
use crate::clock::Timestamp;
use crate::db::ids::{MemberId, PersonId, SiteId};
use crate::db::schema::{members, people, sites};
use crate::db::{Conn, MultiBackend};
use crate::error::Result;
use crate::jobs::Outcome;
use crate::sites::model::{Audience, Circle, Delivery, MemberState, Role, Site};

/// How members hear who are to hear of an update: of big news, more do.
fn heard_by(is_big: bool) -> &'static [Delivery] {
    if is_big { &[Delivery::Each, Delivery::Big] } else { &[Delivery::Each] }
}

/// The members who are to hear of an update for `audience`, leaving out who wrote it. `Audience::includes` says the same
/// of one member.
pub fn members_in(
    site: SiteId,
    audience: Audience,
    is_big: bool,
    author: PersonId,
) -> members::BoxedQuery<'static, MultiBackend> {
    let hearing = members::table
        .filter(members::site_id.eq(site))
        .filter(members::state.eq(MemberState::Active))
        .filter(members::delivery.eq_any(heard_by(is_big)))
        .filter(members::person_id.ne(author))
        .into_boxed();
    match audience {
        Audience::Everyone => hearing,
        Audience::Family => hearing.filter(members::circle.eq(Circle::Family).or(members::role.ne(Role::Supporter))),
        Audience::Organizers => hearing.filter(members::role.eq(Role::Organizer)),
    }
}

/// A member as a mail to them needs to know them, read at the moment of sending.
#[derive(Clone, Debug)]
pub struct Recipient {
    pub member_id: MemberId,
    pub person_id: PersonId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub state: MemberState,
    pub circle: Circle,
    pub delivery: Delivery,
    pub invited_by: Option<PersonId>,
    pub gathered_at: Option<Timestamp>,
    pub site: Site,
}

/// The member, if they are still on the page.
pub fn find_recipient(conn: &mut Conn, member: MemberId) -> Result<Option<Recipient>> {
    type Row = (ListedRow, Option<Timestamp>, SiteRow);
    let row: Option<Row> = members::table
        .inner_join(people::table)
        .inner_join(sites::table)
        .filter(members::id.eq(member))
        .select((LISTED, members::gathered_at, SITE))
        .first(conn)
        .optional()?;
    Ok(row.map(|(row, gathered_at, site_row)| {
        let member = listed(row);
        Recipient {
            member_id: member.id,
            person_id: member.person_id,
            name: member.name,
            email: member.email,
            role: member.role,
            state: member.state,
            circle: member.circle,
            delivery: member.delivery,
            invited_by: member.invited_by,
            gathered_at,
            site: site(site_row),
        }
    }))
}

impl Recipient {
    /// Whether mail from the page may go to them at all: a closed page writes to its organizers only, and nobody hears of
    /// a page that they were shut out of.
    pub fn may_hear(&self) -> bool {
        let organizes = self.role == Role::Organizer && self.state == MemberState::Active;
        self.delivery != Delivery::None
            && self.state != MemberState::Blocked
            && (self.site.closed_at.is_none() || organizes)
    }
}

/// Whether mail about updates is still wanted by and meant for this member.
pub fn follows(recipient: &Recipient, audience: Audience, is_big: bool) -> bool {
    recipient.may_hear()
        && recipient.state == MemberState::Active
        && heard_by(is_big).contains(&recipient.delivery)
        && audience.includes(recipient.role, recipient.circle)
}

/// Writes down of a member what came of a mail to them: refused for good, or got through.
pub fn note_outcome(conn: &mut Conn, member: MemberId, outcome: &Outcome, now: Timestamp) -> Result<()> {
    match outcome {
        Outcome::Failed(why) => recipient_failed(conn, member, why, now),
        Outcome::Done => recipient_reached(conn, member),
        Outcome::Retry(_) | Outcome::Dropped(_) => Ok(()),
    }
}

/// Writes down that mail to a member was refused for good.
fn recipient_failed(conn: &mut Conn, member: MemberId, why: &str, now: Timestamp) -> Result<()> {
    diesel::update(members::table.find(member))
        .set((members::unreachable_at.eq(Some(now)), members::unreachable_reason.eq(Some(why))))
        .execute(conn)?;
    Ok(())
}

/// Writes down that mail to a member got through.
fn recipient_reached(conn: &mut Conn, member: MemberId) -> Result<()> {
    diesel::update(members::table.find(member).filter(members::unreachable_at.is_not_null()))
        .set((members::unreachable_at.eq(None::<Timestamp>), members::unreachable_reason.eq(None::<String>)))
        .execute(conn)?;
    Ok(())
}

/// The memberships of a person whose pages they can read: the newest first.
pub fn list_readable(conn: &mut Conn, person: PersonId, limit: i64) -> Result<Vec<MemberId>> {
    Ok(members::table
        .inner_join(sites::table)
        .filter(members::person_id.eq(person))
        .filter(members::state.eq(MemberState::Active))
        .filter(sites::closed_at.is_null())
        .order(members::id.desc())
        .limit(limit)
        .select(members::id)
        .load(conn)?)
}
