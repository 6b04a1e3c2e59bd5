//! Memberships, as organizers see and change them.

use diesel::prelude::*;

use super::SiteScope;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::{MemberId, PersonId, SiteId};
use crate::db::schema::{members, people};
use crate::error::{AppError, Result};
use crate::sites::model::{Circle, Delivery, MemberState, Role};

/// A membership to be.
pub struct NewMember {
    pub site_id: SiteId,
    pub person_id: PersonId,
    pub role: Role,
    pub state: MemberState,
    pub circle: Circle,
    pub message: Option<String>,
    pub invited_by: Option<PersonId>,
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
}

pub(super) type ListedRow =
    (MemberId, PersonId, String, String, Role, MemberState, Circle, Delivery, Option<String>, Option<String>);

pub(super) fn listed(row: ListedRow) -> ListedMember {
    let (id, person_id, name, email, role, state, circle, delivery, message, unreachable_reason) = row;
    ListedMember { id, person_id, name, email, role, state, circle, delivery, message, unreachable_reason }
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
    members::message,
    members::unreachable_reason,
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
    members::message,
    members::unreachable_reason,
);

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
        .first(conn)
        .optional()?;
    row.map(listed).ok_or(AppError::NotFound)
}

/// The membership of a person on the page in scope.
pub fn find_member_of(conn: &mut Conn, scope: &SiteScope, person: PersonId) -> Result<Option<(MemberId, MemberState)>> {
    Ok(members::table
        .filter(members::site_id.eq(scope.site.id))
        .filter(members::person_id.eq(person))
        .select((members::id, members::state))
        .first(conn)
        .optional()?)
}

/// Whether a person belongs to, or is invited to, any other page.
pub fn is_known_elsewhere(conn: &mut Conn, scope: &SiteScope, person: PersonId) -> Result<bool> {
    let elsewhere = members::table
        .filter(members::person_id.eq(person))
        .filter(members::site_id.ne(scope.site.id))
        .filter(members::state.eq_any([MemberState::Active, MemberState::Invited]));
    Ok(diesel::select(diesel::dsl::exists(elsewhere)).get_result(conn)?)
}

pub fn update_state(conn: &mut Conn, member: MemberId, state: MemberState, now: Timestamp) -> Result<()> {
    diesel::update(members::table.find(member))
        .set((members::state.eq(state), members::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Says yes to an invitation: that is a wish to hear of updates, too, whatever was said to the invitation's mail before.
pub fn activate(conn: &mut Conn, member: MemberId, now: Timestamp) -> Result<()> {
    update_delivery(conn, member, Delivery::Each, now)?;
    update_state(conn, member, MemberState::Active, now)
}

pub fn update_delivery(conn: &mut Conn, member: MemberId, delivery: Delivery, now: Timestamp) -> Result<()> {
    diesel::update(members::table.find(member))
        .set((members::delivery.eq(delivery), members::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Takes somebody off the page; links in mails that they have are dead with this.
pub fn delete_member(conn: &mut Conn, scope: &SiteScope, member: MemberId) -> Result<()> {
    let theirs = members::table.filter(members::id.eq(member)).filter(members::site_id.eq(scope.site.id));
    diesel::delete(theirs).execute(conn)?;
    Ok(())
}
