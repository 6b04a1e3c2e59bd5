//! The page as one viewer may see it: the way to everything on it.

use diesel::prelude::*;

use super::manners::{MANNERS, MannersRow, manners};
use super::positions::{POSITION, PositionRow, position};
use super::{SITE, SiteRow, site};
use crate::accounts::{SessionScope, SignedIn, Viewer};
use crate::db::Conn;
use crate::db::ids::{MemberId, PersonId, SessionId, TokenHash};
use crate::db::schema::{feeds, manners as manners_table, members, reading_positions, session_sites, sites};
use crate::error::{AppError, Result};
use crate::sites::access::{Access, Door, Sight, Standing, may};
use crate::sites::manners::Manners;
use crate::sites::model::{Circle, Delivery, MemberState, Role, Site};
use crate::sites::position::Position;
use crate::web::AsWhom;

/// A page as one viewer may see it: the only way to anything on it.
#[derive(Clone, Debug)]
pub struct SiteScope {
    /// The page.
    pub site: Site,
    /// What the viewer may do.
    pub access: Access,
    /// Their membership, if they have one.
    pub member_id: Option<MemberId>,
    /// Who they are, if that is known.
    pub person_id: Option<PersonId>,
    /// How they hear of updates.
    pub delivery: Option<Delivery>,
    /// Whether they have asked to join. Somebody who is blocked may have, of which nobody has heard.
    pub has_asked: bool,
    /// Whether an organizer sees the page with somebody else's eyes just now: then nothing can be done.
    pub is_perspective: bool,
    /// How far they have read, if that is known: for their own eyes only.
    pub position: Option<Position>,
    /// How the page wants to be encouraged.
    pub manners: Manners,
    /// What they could do if they signed in with their account, where a link in a mail has let them in.
    full: Access,
}

type MemberRow = (MemberId, Role, MemberState, Circle, Delivery, bool);

impl SiteScope {
    /// The page, or `NotFound` for whom it does not exist. One query, whoever asks.
    pub fn load(conn: &mut Conn, viewer: &Viewer, slug: &str) -> Result<Self> {
        let scope = Self::find(conn, viewer, slug)?;
        let perspective = viewer.perspective.as_ref().filter(|it| it.slug == slug).map(|it| it.as_whom);
        let scope = match perspective {
            Some(as_whom) if scope.access.may_organize() => scope.seen_as(as_whom),
            _ => scope,
        };
        if scope.access.sight == Sight::Nothing { Err(AppError::NotFound) } else { Ok(scope) }
    }

    fn find(conn: &mut Conn, viewer: &Viewer, slug: &str) -> Result<Self> {
        // PostgreSQL refuses to be asked for it.
        if slug.contains('\0') {
            return Err(AppError::NotFound);
        }
        let person = viewer.person();
        let (person_id, session_id) =
            person.map_or((PersonId::nil(), SessionId::nil()), |it| (it.person_id, it.session_id));
        type Row = (SiteRow, Option<MemberRow>, Option<SessionId>, Option<PositionRow>, Option<MannersRow>);
        let row: Option<Row> = sites::table
            .left_join(members::table.on(members::site_id.eq(sites::id).and(members::person_id.eq(person_id))))
            .left_join(
                session_sites::table
                    .on(session_sites::site_id.eq(sites::id).and(session_sites::session_id.eq(session_id))),
            )
            .left_join(reading_positions::table.on(reading_positions::member_id.nullable().eq(members::id.nullable())))
            .left_join(manners_table::table.on(manners_table::site_id.eq(sites::id)))
            .filter(sites::slug.eq(slug))
            .select((
                SITE,
                (
                    members::id,
                    members::role,
                    members::state,
                    members::circle,
                    members::delivery,
                    members::message.is_not_null(),
                )
                    .nullable(),
                session_sites::session_id.nullable(),
                POSITION.nullable(),
                MANNERS.nullable(),
            ))
            .first(conn)
            .optional()?;
        let (site_row, member, opened, seen, manners_row) = row.ok_or(AppError::NotFound)?;
        let site = site(site_row);
        let has_link = site.link.is_some_and(|link| viewer.page_links.contains(&link));
        let door = Door { privacy: site.privacy, closed: site.closed_at.is_some(), has_link };
        let member = member.filter(|_| person.is_some_and(|it| it.scope == SessionScope::Account) || opened.is_some());
        let (full, circle) = standing(person, member);
        let by_link = person.is_some_and(|it| it.scope == SessionScope::Pages);
        let access = may(door, if by_link { without_account(full) } else { full }, circle);
        Ok(Self {
            site,
            access,
            member_id: member.map(|(id, ..)| id),
            person_id: person.map(|it| it.person_id),
            delivery: member.filter(|_| access.is_member()).map(|(.., delivery, _)| delivery),
            has_asked: match (full, member) {
                (Standing::Asked, _) => true,
                (Standing::Blocked, Some((.., has_message))) => has_message,
                _ => false,
            },
            is_perspective: false,
            position: seen.filter(|_| member.is_some() && access.is_member()).map(position),
            manners: manners(manners_row),
            full: may(door, full, circle),
        })
    }

    /// The page that the secret address of a feed leads to, exactly as the member may read it whose address it is. A page
    /// that is closed leads nowhere, whoever had its address.
    pub fn load_by_feed(conn: &mut Conn, token: TokenHash) -> Result<Self> {
        type Row = (SiteRow, MemberRow, PersonId);
        let row: Option<Row> = feeds::table
            .inner_join(members::table.inner_join(sites::table))
            .filter(feeds::token_hash.eq(token))
            .filter(members::state.eq(MemberState::Active))
            .filter(sites::closed_at.is_null())
            .select((
                SITE,
                (
                    members::id,
                    members::role,
                    members::state,
                    members::circle,
                    members::delivery,
                    members::message.is_not_null(),
                ),
                members::person_id,
            ))
            .first(conn)
            .optional()?;
        let (site_row, member, person) = row.ok_or(AppError::NotFound)?;
        let site = site(site_row);
        let (member_id, role, _, circle, delivery, _) = member;
        let access = may(Door { privacy: site.privacy, closed: false, has_link: false }, of_role(role), circle);
        if !access.may_read() {
            return Err(AppError::NotFound);
        }
        Ok(Self {
            site,
            access,
            member_id: Some(member_id),
            person_id: Some(person),
            delivery: Some(delivery),
            has_asked: false,
            is_perspective: false,
            position: None,
            // A feed offers nothing to react with.
            manners: Manners::default(),
            full: access,
        })
    }

    /// The page, for those who may read it.
    pub fn load_to_read(conn: &mut Conn, viewer: &Viewer, slug: &str) -> Result<Self> {
        Self::load_if(conn, viewer, slug, Access::may_read)
    }

    /// The page, for those who may leave encouragement.
    pub fn load_to_encourage(conn: &mut Conn, viewer: &Viewer, slug: &str) -> Result<Self> {
        Self::load_if(conn, viewer, slug, Access::may_encourage)
    }

    /// The page, for those who may write.
    pub fn load_to_write(conn: &mut Conn, viewer: &Viewer, slug: &str) -> Result<Self> {
        Self::load_if(conn, viewer, slug, Access::may_write)
    }

    /// The page, for its organizers.
    pub fn load_to_organize(conn: &mut Conn, viewer: &Viewer, slug: &str) -> Result<Self> {
        Self::load_if(conn, viewer, slug, Access::may_organize)
    }

    /// The page, for those who sit at the bedside: its organizers, and the person whom it is about.
    pub fn load_to_listen(conn: &mut Conn, viewer: &Viewer, slug: &str) -> Result<Self> {
        let scope = Self::load(conn, viewer, slug)?;
        match (scope.may_listen(), scope.full.may_organize()) {
            (true, _) => Ok(scope),
            (false, true) => Err(AppError::SignInRequired),
            (false, false) => Err(AppError::NotFound),
        }
    }

    /// Whether the bedside is for them.
    pub fn may_listen(&self) -> bool {
        self.access.may_listen(self.person_id.is_some() && self.person_id == self.site.about)
    }

    /// Somebody whom a link in a mail has let in, and who may do this with their account, is asked to sign in.
    fn load_if(conn: &mut Conn, viewer: &Viewer, slug: &str, allowed: fn(&Access) -> bool) -> Result<Self> {
        let scope = Self::load(conn, viewer, slug)?;
        match (allowed(&scope.access), allowed(&scope.full)) {
            (true, _) => Ok(scope),
            (false, true) => Err(AppError::SignInRequired),
            (false, false) => Err(AppError::NotFound),
        }
    }

    /// Whoever acts; only for what nobody unknown may do.
    pub fn actor(&self) -> Result<PersonId> {
        if self.is_perspective {
            return Err(AppError::Conflict(
                "You see this page with somebody else’s eyes just now, so nothing was sent. See it as yourself again first.",
            ));
        }
        self.person_id.ok_or(AppError::NotFound)
    }

    /// Whether they could do more here by signing in with their account.
    pub fn gains_by_signing_in(&self) -> bool {
        self.access != self.full
    }

    /// The page with somebody else's eyes: nothing of the organizer's own is left in it.
    fn seen_as(self, as_whom: AsWhom) -> Self {
        let (standing, circle) = match as_whom {
            AsWhom::Stranger => (Standing::Anonymous, Circle::Everyone),
            AsWhom::Supporter => (Standing::Supporter, Circle::Everyone),
            AsWhom::Family => (Standing::Supporter, Circle::Family),
        };
        let door = Door { privacy: self.site.privacy, closed: self.site.closed_at.is_some(), has_link: false };
        let access = may(door, standing, circle);
        Self {
            access,
            member_id: None,
            person_id: None,
            delivery: access.is_member().then_some(Delivery::Each),
            has_asked: false,
            is_perspective: true,
            position: None,
            full: access,
            ..self
        }
    }
}

/// What somebody may do on a page with their account, when nobody is asking: for what is done by itself at its time. `None`
/// where they have no place there.
pub fn find_access(conn: &mut Conn, site: &Site, person: PersonId) -> Result<Option<Access>> {
    let member: Option<(Role, MemberState, Circle)> = members::table
        .filter(members::site_id.eq(site.id))
        .filter(members::person_id.eq(person))
        .select((members::role, members::state, members::circle))
        .first(conn)
        .optional()?;
    let door = Door { privacy: site.privacy, closed: site.closed_at.is_some(), has_link: false };
    Ok(member.map(|(role, state, circle)| may(door, place_of(state, role), circle)))
}

fn standing(person: Option<&SignedIn>, member: Option<MemberRow>) -> (Standing, Circle) {
    if person.is_none() {
        return (Standing::Anonymous, Circle::Everyone);
    }
    let Some((_, role, state, circle, ..)) = member else { return (Standing::Stranger, Circle::Everyone) };
    (place_of(state, role), circle)
}

fn place_of(state: MemberState, role: Role) -> Standing {
    match (state, role) {
        (MemberState::Invited, _) => Standing::Invited,
        (MemberState::Asked, _) => Standing::Asked,
        (MemberState::Blocked, _) => Standing::Blocked,
        (MemberState::Active, role) => of_role(role),
    }
}

/// How an active member stands to the page.
fn of_role(role: Role) -> Standing {
    match role {
        Role::Supporter => Standing::Supporter,
        Role::CoAuthor => Standing::CoAuthor,
        Role::Organizer => Standing::Organizer,
    }
}

/// A session from a link in a mail opens the pages whose links were pressed, and gives nobody more than a supporter has.
fn without_account(standing: Standing) -> Standing {
    match standing {
        Standing::CoAuthor | Standing::Organizer => Standing::Supporter,
        other => other,
    }
}
