//! Members as mail to them needs to know them.

use diesel::prelude::*;

use super::hearing::{HEARING, HearingRow, hearing};
use super::members::{LISTED, ListedRow, listed};
use super::{SITE, SiteRow, forget_all_news, site};
use crate::accounts::{self, MailStop};
use crate::clock::Timestamp;
use crate::db::dialect::hold_members;
use crate::db::ids::{MemberId, PersonId, SiteId};
use crate::db::schema::{members, people, sites};
use crate::db::{Conn, MultiBackend};
use crate::error::{AppError, Result};
use crate::jobs::Outcome;
use crate::mail::refusal;
use crate::sites::hearing::Hearing;
use crate::sites::model::{Audience, Circle, Delivery, MemberState, Role, Site};
use crate::web::Zone;

/// How members hear who are to hear of an update at once: of big news, more do.
fn heard_by(is_big: bool) -> &'static [Delivery] {
    if is_big { &[Delivery::Each, Delivery::Big] } else { &[Delivery::Each] }
}

/// The members who are to hear at once of an update for `audience`, leaving out who wrote it; [`follows`] says the same of one
/// member. A page in loving memory makes no digests: what is written there is told to everyone by itself.
pub fn members_in(
    site: SiteId,
    audience: Audience,
    is_big: bool,
    author: PersonId,
) -> members::BoxedQuery<'static, MultiBackend> {
    let in_memory = sites::table.filter(sites::id.eq(site)).filter(sites::memorial_at.is_not_null()).select(sites::id);
    let gathers = members::delivery.eq_any(Delivery::DIGESTS).and(members::site_id.eq_any(in_memory));
    let at_once = members::table.filter(members::delivery.eq_any(heard_by(is_big)).or(gathers));
    hearing_in(at_once.into_boxed(), site, audience, author)
}

/// Those who are to find it in their digest.
pub(super) fn digest_members_in(
    site: SiteId,
    audience: Audience,
    author: PersonId,
) -> members::BoxedQuery<'static, MultiBackend> {
    let alive = sites::table.filter(sites::id.eq(site)).filter(sites::memorial_at.is_null()).select(sites::id);
    let gathering =
        members::table.filter(members::delivery.eq_any(Delivery::DIGESTS)).filter(members::site_id.eq_any(alive));
    hearing_in(gathering.into_boxed(), site, audience, author)
}

/// Of some members, those on a page for whom an update is. `Audience::includes` says the same of one.
fn hearing_in(
    some: members::BoxedQuery<'static, MultiBackend>,
    site: SiteId,
    audience: Audience,
    author: PersonId,
) -> members::BoxedQuery<'static, MultiBackend> {
    let hearing = some
        .filter(members::site_id.eq(site))
        .filter(members::state.eq(MemberState::Active))
        .filter(members::person_id.ne(author));
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
    /// How and when they hear.
    pub hearing: Hearing,
    /// Why no mail goes to their address any more.
    pub mail_stopped: Option<MailStop>,
    /// Whether nothing is written down of mail that did not reach them.
    pub is_reached: bool,
    /// The time zone of their day.
    pub zone: Zone,
    /// The language that they read in (BCP 47).
    pub language: String,
    pub invited_by: Option<PersonId>,
    pub gathered_at: Option<Timestamp>,
    /// How many hours lie between two gathered mails at least.
    pub gathers_hours: i32,
    /// Which generation of signed links is good.
    pub links_generation: i32,
    pub site: Site,
}

/// The member, if they are still on the page.
pub fn find_recipient(conn: &mut Conn, member: MemberId) -> Result<Option<Recipient>> {
    Ok(find_recipients(conn, &[member])?.pop())
}

/// Those of these members who are still on their pages.
pub fn find_recipients(conn: &mut Conn, among: &[MemberId]) -> Result<Vec<Recipient>> {
    type Row = (ListedRow, Option<Timestamp>, (i32, i32), HearingRow, (String, String), SiteRow);
    let rows: Vec<Row> = members::table
        .inner_join(people::table)
        .inner_join(sites::table)
        .filter(members::id.eq_any(among.to_vec()))
        .select((
            LISTED,
            members::gathered_at,
            (members::gathers_hours, members::links_generation),
            HEARING,
            (people::time_zone, people::language),
            SITE,
        ))
        .load(conn)?;
    let recipient = |(row, gathered_at, (gathers_hours, links_generation), times, (zone, language), site_row): Row| {
        let member = listed(row);
        Recipient {
            member_id: member.id,
            person_id: member.person_id,
            name: member.name,
            email: member.email,
            role: member.role,
            state: member.state,
            circle: member.circle,
            hearing: hearing(member.delivery, times),
            mail_stopped: member.mail_stopped,
            is_reached: member.unreachable_reason.is_none(),
            zone: Zone::parse(&zone).unwrap_or_default(),
            language,
            invited_by: member.invited_by,
            gathered_at,
            gathers_hours,
            links_generation,
            site: site(site_row),
        }
    };
    Ok(rows.into_iter().map(recipient).collect())
}

impl Recipient {
    /// Whether mail from the page may go to them at all: a closed page writes to its organizers only, nobody hears of a page
    /// that they were shut out of, and to an address that does not work, or where mail of ours is unwanted, none goes. What
    /// somebody has just asked for, a link or a code, goes all the same.
    pub fn may_hear(&self) -> bool {
        let organizes = self.role == Role::Organizer && self.state == MemberState::Active;
        self.hearing.delivery != Delivery::None
            && self.mail_stopped.is_none()
            && self.state != MemberState::Blocked
            && (self.site.closed_at.is_none() || organizes)
    }

    /// Until when no mail is to come to them, if it is one of their quiet hours now.
    pub fn quiet_until(&self, now: Timestamp) -> Option<Timestamp> {
        let quiet = self.hearing.quiet;
        quiet.hold(now, &self.zone).then(|| quiet.over_at(now, &self.zone))
    }

    /// Whether what is new is gathered for them.
    pub fn gets_digests(&self) -> bool {
        self.hearing.delivery.is_digest() && !self.site.is_memorial()
    }
}

/// Whether mail about updates is still wanted at once by and meant for this member.
pub fn follows(recipient: &Recipient, audience: Audience, is_big: bool) -> bool {
    let delivery = recipient.hearing.delivery;
    let at_once = heard_by(is_big).contains(&delivery) || (delivery.is_digest() && recipient.site.is_memorial());
    recipient.may_hear()
        && recipient.state == MemberState::Active
        && at_once
        && audience.includes(recipient.role, recipient.circle)
}

/// Whether a digest of theirs may tell of an update. Whoever has just chosen to hear otherwise is told what was left.
pub fn digest_tells(recipient: &Recipient, audience: Audience, is_big: bool) -> bool {
    let wanted = match recipient.hearing.delivery {
        Delivery::Each | Delivery::Daily | Delivery::Weekly => true,
        Delivery::Big => is_big,
        Delivery::None => false,
    };
    let is_active = recipient.state == MemberState::Active;
    wanted && is_active && recipient.may_hear() && audience.includes(recipient.role, recipient.circle)
}

/// Writes down of a member what came of a mail to them: refused for good, lost without their having a part in that, or got
/// through.
pub fn note_outcome(conn: &mut Conn, member: MemberId, outcome: &Outcome, now: Timestamp) -> Result<()> {
    match outcome {
        Outcome::Failed(why) => recipient_failed(conn, member, why, now),
        Outcome::Lost(why) => unreachable(conn, member, why, now),
        Outcome::Done => recipient_reached(conn, member),
        Outcome::Retry(_) | Outcome::Deferred(_) | Outcome::Dropped(_) | Outcome::NotBefore(_) => Ok(()),
    }
}

/// Writes down that mail to a member was refused for good. Where it is said that nobody is there, mail stops at once; a server
/// that refuses somebody otherwise may mean this mail and not them: it counts, and does not condemn them at once.
fn recipient_failed(conn: &mut Conn, member: MemberId, why: &str, now: Timestamp) -> Result<()> {
    let person: Option<PersonId> =
        members::table.find(member).select(members::person_id).get_result(conn).optional()?;
    let Some(person) = person else { return Ok(()) };
    let stops = if refusal::is_nobody_there(why) {
        accounts::stop_mail(conn, person, MailStop::Bounced, now)?;
        true
    } else {
        accounts::note_soft_failure(conn, person, now)?
    };
    if stops { unreachable_everywhere(conn, person, why, now) } else { unreachable(conn, member, why, now) }
}

/// Writes down that a mail did not reach a member, for the organizers of their page.
pub fn unreachable(conn: &mut Conn, member: MemberId, why: &str, now: Timestamp) -> Result<()> {
    diesel::update(members::table.find(member))
        .set((members::unreachable_at.eq(Some(now)), members::unreachable_reason.eq(Some(why))))
        .execute(conn)?;
    Ok(())
}

/// Writes down, on every page that somebody belongs to, that mail does not reach them, in words for their organizers.
pub fn unreachable_everywhere(conn: &mut Conn, person: PersonId, why: &str, now: Timestamp) -> Result<()> {
    let theirs = members::table.filter(members::person_id.eq(person)).filter(members::state.ne(MemberState::Blocked));
    diesel::update(theirs)
        .set((members::unreachable_at.eq(Some(now)), members::unreachable_reason.eq(Some(why))))
        .execute(conn)?;
    Ok(())
}

/// A member wants no mail from their page, if they are still on it.
pub fn hear_nothing(conn: &mut Conn, member: MemberId, now: Timestamp) -> Result<()> {
    match super::update_delivery(conn, member, Delivery::None, now) {
        Err(AppError::NotFound) => Ok(()),
        other => other,
    }
}

/// Somebody wants no mail, from whatever page. They choose anew where they want some again.
pub fn hear_nothing_anywhere(conn: &mut Conn, person: PersonId, now: Timestamp) -> Result<()> {
    let theirs: Vec<MemberId> = members::table.filter(members::person_id.eq(person)).select(members::id).load(conn)?;
    hold_members(conn, &theirs)?;
    diesel::update(members::table.filter(members::person_id.eq(person)))
        .set((members::delivery.eq(Delivery::None), members::updated_at.eq(now)))
        .execute(conn)?;
    for member in theirs {
        forget_all_news(conn, member)?;
    }
    Ok(())
}

/// Writes down that mail to a member got through. Where mail to their address has stopped meanwhile, that one was on its way
/// before, and says nothing.
fn recipient_reached(conn: &mut Conn, member: MemberId) -> Result<()> {
    let stopped = people::table.filter(people::mail_stopped_at.is_not_null()).select(people::id);
    let unreached = members::table
        .find(member)
        .filter(members::unreachable_at.is_not_null())
        .filter(members::person_id.ne_all(stopped));
    diesel::update(unreached)
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
