//! Memberships, as organizers see and change them.

use diesel::prelude::*;

use super::{SiteScope, forget_all_news};
use crate::accounts::{self, MailStop};
use crate::clock::Timestamp;
use crate::db::dialect::both;
use crate::db::ids::{MemberId, PersonId, SiteId};
use crate::db::schema::{members, notices, passkeys, people, session_sites, sessions};
use crate::db::{Conn, MultiBackend};
use crate::error::{AppError, Result};
use crate::sites::model::{Circle, Delivery, MemberState, Role};

/// A membership to be.
pub struct NewMember {
    pub site_id: SiteId,
    pub person_id: PersonId,
    pub role: Role,
    pub state: MemberState,
    pub circle: Circle,
    /// What they are called here until they have pressed a link themselves.
    pub called: String,
    pub message: Option<String>,
    pub invited_by: Option<PersonId>,
}

impl NewMember {
    /// Somebody who is to come to a page as most do: to read.
    pub fn supporter(site_id: SiteId, person_id: PersonId, state: MemberState, called: String) -> Self {
        Self {
            site_id,
            person_id,
            role: Role::Supporter,
            state,
            circle: Circle::Everyone,
            called,
            message: None,
            invited_by: None,
        }
    }
}

/// Ties a person to a page; `None` when they are tied already, in whatever way.
pub fn insert_member(conn: &mut Conn, new: &NewMember, now: Timestamp) -> Result<Option<MemberId>> {
    let id = MemberId::generate();
    let insert = diesel::insert_into(members::table)
        .values((
            members::id.eq(id),
            members::site_id.eq(new.site_id),
            members::person_id.eq(new.person_id),
            members::role.eq(new.role),
            members::state.eq(new.state),
            members::circle.eq(new.circle),
            members::delivery.eq(Delivery::Each),
            members::called.eq((new.state != MemberState::Active).then_some(&new.called)),
            members::message.eq(&new.message),
            members::invited_by.eq(new.invited_by),
            members::created_at.eq(now),
            members::updated_at.eq(now),
        ))
        .on_conflict_do_nothing();
    Ok((both(insert).execute(conn)? == 1).then_some(id))
}

/// A member as organizers see them.
#[derive(Clone, Debug)]
pub struct ListedMember {
    pub id: MemberId,
    pub person_id: PersonId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub state: MemberState,
    pub circle: Circle,
    pub delivery: Delivery,
    pub message: Option<String>,
    pub unreachable_reason: Option<String>,
    /// Why no mail goes to their address any more.
    pub mail_stopped: Option<MailStop>,
    pub invited_by: Option<PersonId>,
    pub created_at: Timestamp,
}

pub(super) type ListedRow = (
    MemberId,
    PersonId,
    String,
    String,
    Role,
    MemberState,
    Circle,
    Delivery,
    Option<String>,
    Option<String>,
    (Option<String>, Option<MailStop>),
    Option<PersonId>,
    Timestamp,
);

/// What somebody calls themselves stays between them and the pages that they have come to.
pub(super) fn listed(row: ListedRow) -> ListedMember {
    let (id, person_id, name, email, role, state, circle, delivery, called, message, unreachable, by, at) = row;
    let (unreachable_reason, mail_stopped) = unreachable;
    ListedMember {
        id,
        person_id,
        name: called.unwrap_or(name),
        email,
        role,
        state,
        circle,
        delivery,
        message,
        unreachable_reason,
        mail_stopped,
        invited_by: by,
        created_at: at,
    }
}

pub(super) type ListedColumns = (
    members::id,
    members::person_id,
    people::name,
    people::email,
    members::role,
    members::state,
    members::circle,
    members::delivery,
    members::called,
    members::message,
    (members::unreachable_reason, people::mail_stopped_why),
    members::invited_by,
    members::created_at,
);

pub(super) const LISTED: ListedColumns = (
    members::id,
    members::person_id,
    people::name,
    people::email,
    members::role,
    members::state,
    members::circle,
    members::delivery,
    members::called,
    members::message,
    (members::unreachable_reason, people::mail_stopped_why),
    members::invited_by,
    members::created_at,
);

/// Whoever leaves something on a page belongs to it until that is done: of this and a blocking at the same moment, the
/// second sees what the first has done. Before any update or page, as every write takes them.
pub fn hold_active(conn: &mut Conn, member: MemberId) -> Result<()> {
    let active = members::table.find(member).filter(members::state.eq(MemberState::Active));
    let held = diesel::update(active).set(members::updated_at.eq(members::updated_at)).execute(conn)?;
    if held == 1 { Ok(()) } else { Err(AppError::NotFound) }
}

/// Takes the place that somebody has on a page, if they have one, before any update or page.
pub fn hold_place_of(conn: &mut Conn, site: SiteId, person: PersonId) -> Result<()> {
    let theirs = members::table.filter(members::site_id.eq(site)).filter(members::person_id.eq(person));
    diesel::update(theirs).set(members::updated_at.eq(members::updated_at)).execute(conn)?;
    Ok(())
}

/// A blocked person has asked, of which nobody hears: they are shown what anybody is shown who has asked.
pub fn note_unheard(conn: &mut Conn, member: MemberId, message: Option<String>, now: Timestamp) -> Result<()> {
    let blocked = members::table.find(member).filter(members::state.eq(MemberState::Blocked));
    diesel::update(blocked)
        .set((members::message.eq(Some(message.unwrap_or_default())), members::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// How many people the list of a page shows at once.
pub const PEOPLE_A_PAGE: i64 = 200;

/// The people on a page in one state, by the order in which they came, from after `after` on.
pub fn list_members(
    conn: &mut Conn,
    scope: &SiteScope,
    state: MemberState,
    after: Option<MemberId>,
) -> Result<Vec<ListedMember>> {
    let rows: Vec<ListedRow> = members::table
        .inner_join(people::table)
        .filter(members::site_id.eq(scope.site.id))
        .filter(members::state.eq(state))
        .filter(members::id.gt(after.unwrap_or(MemberId::nil())))
        .order(members::id)
        .limit(PEOPLE_A_PAGE)
        .select(LISTED)
        .load(conn)?;
    Ok(rows.into_iter().map(listed).collect())
}

/// One member of the page in scope.
pub fn get_member(conn: &mut Conn, scope: &SiteScope, id: MemberId) -> Result<ListedMember> {
    let row: Option<ListedRow> = members::table
        .inner_join(people::table)
        .filter(members::id.eq(id))
        .filter(members::site_id.eq(scope.site.id))
        .select(LISTED)
        .get_result(conn)
        .optional()?;
    row.map(listed).ok_or(AppError::NotFound)
}

/// The membership of a person on the page in scope.
pub fn find_member_of(conn: &mut Conn, scope: &SiteScope, person: PersonId) -> Result<Option<(MemberId, MemberState)>> {
    Ok(members::table
        .filter(members::site_id.eq(scope.site.id))
        .filter(members::person_id.eq(person))
        .select((members::id, members::state))
        .get_result(conn)
        .optional()?)
}

/// The active organizers who can organize: a link in a mail is not enough for it, so they have an account.
pub(super) fn organizers() -> members::BoxedQuery<'static, MultiBackend> {
    let has_passkey = diesel::dsl::exists(passkeys::table.filter(passkeys::person_id.eq(people::id)));
    let with_account = people::table.filter(people::password_hash.is_not_null().or(has_passkey)).select(people::id);
    members::table
        .filter(members::role.eq(Role::Organizer))
        .filter(members::state.eq(MemberState::Active))
        .filter(members::person_id.eq_any(with_account))
        .into_boxed()
}

/// Everybody who is shut out of a page, with their address.
pub fn list_shut_out(conn: &mut Conn, site: SiteId) -> Result<Vec<(PersonId, String)>> {
    Ok(members::table
        .inner_join(people::table.on(people::id.eq(members::person_id)))
        .filter(members::site_id.eq(site))
        .filter(members::state.eq(MemberState::Blocked))
        .select((people::id, people::email))
        .load(conn)?)
}

/// Until the transaction ends, none of those who can organize the page leaves it unseen: of two who leave at once, the
/// second sees that the first has gone. One row after the other and always in one order, as an erasure takes them, and
/// before any update or page.
pub fn hold_organizers_of(conn: &mut Conn, scope: &SiteScope) -> Result<()> {
    let theirs = organizers().filter(members::site_id.eq(scope.site.id)).order(members::id).select(members::id);
    for member in theirs.load::<MemberId>(conn)? {
        diesel::update(members::table.find(member)).set(members::updated_at.eq(members::updated_at)).execute(conn)?;
    }
    Ok(())
}

/// Whether somebody is the only one who can organize the page.
pub fn is_sole_organizer(conn: &mut Conn, scope: &SiteScope, member: MemberId) -> Result<bool> {
    let others = organizers().filter(members::site_id.eq(scope.site.id)).filter(members::id.ne(member));
    Ok(others.count().get_result::<i64>(conn)? == 0)
}

/// Whoever asked is invited now, by whoever said yes, into a circle.
pub fn admit(conn: &mut Conn, member: MemberId, circle: Circle, by: PersonId, now: Timestamp) -> Result<()> {
    let asked = members::table.find(member).filter(members::state.eq(MemberState::Asked));
    let admitted = diesel::update(asked)
        .set((
            members::state.eq(MemberState::Invited),
            members::circle.eq(circle),
            members::invited_by.eq(Some(by)),
            members::updated_at.eq(now),
        ))
        .execute(conn)?;
    if admitted == 1 { Ok(()) } else { Err(AppError::Conflict("Somebody else has just decided about them.")) }
}

/// What somebody is called here, who has not come yet.
pub fn update_called(conn: &mut Conn, member: MemberId, called: &str, now: Timestamp) -> Result<()> {
    diesel::update(members::table.find(member))
        .set((members::called.eq(Some(called)), members::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// What somebody does on the page, and how close they are.
pub fn update_role(conn: &mut Conn, member: MemberId, role: Role, circle: Circle, now: Timestamp) -> Result<()> {
    let changed = diesel::update(members::table.find(member))
        .set((members::role.eq(role), members::circle.eq(circle), members::updated_at.eq(now)))
        .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(AppError::NotFound) }
}

/// Shuts somebody out: they see what a stranger sees, hear nothing, and what organizers have not been told of them yet is
/// not told any more.
pub fn block(conn: &mut Conn, member: MemberId, now: Timestamp) -> Result<()> {
    shut_open_browsers(conn, member)?;
    diesel::update(members::table.find(member))
        .set((
            members::state.eq(MemberState::Blocked),
            members::message.eq(None::<String>),
            members::role.eq(Role::Supporter),
            members::circle.eq(Circle::Everyone),
            members::updated_at.eq(now),
        ))
        .execute(conn)?;
    diesel::delete(notices::table.filter(notices::asker_id.eq(member).or(notices::member_id.eq(member))))
        .execute(conn)?;
    forget_all_news(conn, member)?;
    Ok(())
}

/// Says yes to an invitation: that is a wish to hear of updates, too, whatever was said to the invitation's mail before.
/// From now on they are called what they call themselves; somebody who never said is called what they were called here.
pub fn activate(conn: &mut Conn, member: MemberId, now: Timestamp) -> Result<()> {
    let (person, called): (PersonId, Option<String>) =
        members::table.find(member).select((members::person_id, members::called)).get_result(conn)?;
    if let Some(called) = called {
        accounts::rename_unverified(conn, person, &called, now)?;
    }
    let invited = members::table.find(member).filter(members::state.eq(MemberState::Invited));
    let activated = diesel::update(invited)
        .set((
            members::state.eq(MemberState::Active),
            members::delivery.eq(Delivery::Each),
            members::called.eq(None::<String>),
            members::updated_at.eq(now),
        ))
        .execute(conn)?;
    // Taken back, or blocked, at this very moment.
    if activated == 1 { Ok(()) } else { Err(AppError::NotFound) }
}

/// Browsers that a link has let in stay out, also when the same person comes to the page again later.
fn shut_open_browsers(conn: &mut Conn, member: MemberId) -> Result<()> {
    let (site, person): (SiteId, PersonId) =
        members::table.find(member).select((members::site_id, members::person_id)).get_result(conn)?;
    let theirs = sessions::table.filter(sessions::person_id.eq(person)).select(sessions::id);
    let open = session_sites::table.filter(session_sites::site_id.eq(site));
    diesel::delete(open.filter(session_sites::session_id.eq_any(theirs))).execute(conn)?;
    Ok(())
}

/// Takes somebody off the page, and with them what is enqueued for them; links in mails that they have are dead with this.
pub fn delete_member(conn: &mut Conn, scope: &SiteScope, member: MemberId) -> Result<()> {
    shut_open_browsers(conn, member)?;
    let theirs = members::table.filter(members::id.eq(member)).filter(members::site_id.eq(scope.site.id));
    diesel::delete(theirs).execute(conn)?;
    Ok(())
}
