//! What waits for organizers, and what they are to be told of.

use diesel::prelude::*;

use super::SiteScope;
use crate::accounts::MailStop;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{MemberId, NoticeId, PersonId, ReactionId, ReportId, SiteId, WishId};
use crate::db::schema::{members, notices, people};
use crate::error::Result;
use crate::installation;
use crate::jobs::{self, Kind};
use crate::sites::model::{Delivery, MemberState, Role};

/// What waits for an organizer: who could not be reached, and how many ask to join.
#[derive(Clone, Debug, Default)]
pub struct Attention {
    /// A sentence for each.
    pub unreachable: Vec<String>,
    pub asking: i64,
    /// Whether no mail leaves until whoever runs the server lets it go.
    pub mail_waits: bool,
}

/// What waits for the organizers of the page in scope; nothing for anybody else.
pub fn attention(conn: &mut Conn, scope: &SiteScope) -> Result<Attention> {
    if !scope.access.may_organize() {
        return Ok(Attention::default());
    }
    type Row = (String, String, Option<String>, MemberState, Option<MailStop>);
    let unreachable: Vec<Row> = members::table
        .inner_join(people::table)
        .filter(members::site_id.eq(scope.site.id))
        .filter(members::unreachable_at.is_not_null())
        .order(members::unreachable_at.desc())
        .limit(5)
        .select((people::email, people::name, members::called, members::state, people::mail_stopped_why))
        .load(conn)?;
    let unreachable = unreachable
        .into_iter()
        .map(|(email, name, called, state, stopped)| {
            trouble(stopped, state, called.as_deref().unwrap_or(&name), &email)
        })
        .collect();
    let asking = members::table
        .filter(members::site_id.eq(scope.site.id))
        .filter(members::state.eq(MemberState::Asked))
        .count()
        .get_result(conn)?;
    Ok(Attention { unreachable, asking, mail_waits: installation::is_sending_paused(conn)? })
}

/// What organizers are told of somebody whom mail does not reach.
pub fn trouble(stopped: Option<MailStop>, state: MemberState, name: &str, email: &str) -> String {
    match stopped {
        None => format!("Could not reach {email}."),
        // Nobody knows that it ever did; it may be mistyped.
        Some(MailStop::Bounced) if state == MemberState::Invited => format!("Could not reach {email}."),
        Some(MailStop::Bounced) => format!("{name}’s address does not work any more: {email}."),
        Some(MailStop::Complained) => format!("{name} does not want mail any more."),
    }
}

/// Something organizers, or whom it concerns, are to be told of.
#[derive(Clone, Copy, Debug)]
pub enum Notice {
    /// A well wish, a comment or an answer.
    Wish(WishId),
    /// A heart.
    Reaction(ReactionId),
    /// Somebody asks to join.
    Asker(MemberId),
    /// A reader has asked them to look at words.
    Report(ReportId),
}

/// When an organizer may be written to again who wants at least so many hours between two gathered mails.
pub fn next_gathering(gathered_at: Option<Timestamp>, hours: i32, now: Timestamp) -> Timestamp {
    gathered_at.map_or(now, |at| now.max(at + jiff::SignedDuration::from_hours(i64::from(hours))))
}

/// The organizers of a page who hear of what happens on it.
pub fn list_hearing_organizers(conn: &mut Conn, site: SiteId) -> Result<Vec<MemberId>> {
    Ok(members::table
        .filter(members::site_id.eq(site))
        .filter(members::role.eq(Role::Organizer))
        .filter(members::state.eq(MemberState::Active))
        .filter(members::delivery.ne(Delivery::None))
        .order(members::id)
        .select(members::id)
        .load(conn)?)
}

/// Puts something on every organizer's list, leaving out who did it, and sees to it that a mail will gather the list.
pub fn notify_organizers(conn: &mut Conn, site: SiteId, by: PersonId, notice: Notice, now: Timestamp) -> Result<()> {
    notify_organizers_and(conn, site, by, &[], notice, now)
}

/// The same, and on the lists of those members, organizers or not, whom it concerns; each of them once.
pub fn notify_organizers_and(
    conn: &mut Conn,
    site: SiteId,
    by: PersonId,
    concerned: &[PersonId],
    notice: Notice,
    now: Timestamp,
) -> Result<()> {
    let told: Vec<(MemberId, Option<Timestamp>, i32)> = members::table
        .filter(members::site_id.eq(site))
        .filter(members::role.eq(Role::Organizer).or(members::person_id.eq_any(concerned.to_vec())))
        .filter(members::state.eq(MemberState::Active))
        .filter(members::delivery.ne(Delivery::None))
        .filter(members::person_id.ne(by))
        // Always in one order, so that two who do this at once never wait for each other.
        .order(members::id)
        .select((members::id, members::gathered_at, members::gathers_hours))
        .load(conn)?;
    let (wish, reaction, asker, report) = match notice {
        Notice::Wish(id) => (Some(id), None, None, None),
        Notice::Reaction(id) => (None, Some(id), None, None),
        Notice::Asker(id) => (None, None, Some(id), None),
        Notice::Report(id) => (None, None, None, Some(id)),
    };
    for (member, gathered_at, hours) in told {
        diesel::insert_into(notices::table)
            .values((
                notices::id.eq(NoticeId::generate()),
                notices::member_id.eq(member),
                notices::wish_id.eq(wish),
                notices::reaction_id.eq(reaction),
                notices::asker_id.eq(asker),
                notices::report_id.eq(report),
                notices::created_at.eq(now),
            ))
            .execute(conn)?;
        jobs::enqueue_once(conn, Kind::Encouragement, member, next_gathering(gathered_at, hours, now), now)?;
    }
    Ok(())
}
