//! The page as one viewer may see it: the way to everything on it.

use diesel::prelude::*;

use super::{SITE, SiteRow, site};
use crate::accounts::{SessionScope, SignedIn, Viewer};
use crate::db::Conn;
use crate::db::ids::{MemberId, PersonId, SessionId};
use crate::db::schema::{members, session_sites, sites};
use crate::error::{AppError, Result};
use crate::sites::model::{Access, Circle, Delivery, MemberState, Role, Sight, Site, Standing, may};

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
}

type MemberRow = (MemberId, Role, MemberState, Circle, Delivery);

impl SiteScope {
    /// The page, or `NotFound` for whom it does not exist. One query, whoever asks.
    pub fn load(conn: &mut Conn, viewer: &Viewer, slug: &str) -> Result<Self> {
        let person = viewer.person();
        let (person_id, session_id) =
            person.map_or((PersonId::nil(), SessionId::nil()), |it| (it.person_id, it.session_id));
        type Row = (SiteRow, Option<MemberRow>, Option<SessionId>);
        let row: Option<Row> = sites::table
            .left_join(members::table.on(members::site_id.eq(sites::id).and(members::person_id.eq(person_id))))
            .left_join(
                session_sites::table
                    .on(session_sites::site_id.eq(sites::id).and(session_sites::session_id.eq(session_id))),
            )
            .filter(sites::slug.eq(slug))
            .select((
                SITE,
                (members::id, members::role, members::state, members::circle, members::delivery).nullable(),
                session_sites::session_id.nullable(),
            ))
            .first(conn)
            .optional()?;
        let (site_row, member, opened) = row.ok_or(AppError::NotFound)?;
        let site = site(site_row);
        let (standing, circle) = standing(person, member, opened.is_some());
        let access = may(site.privacy, standing, circle);
        if access.sight == Sight::Nothing {
            return Err(AppError::NotFound);
        }
        let known = standing != Standing::Stranger;
        Ok(Self {
            site,
            access,
            member_id: member.filter(|_| known).map(|(id, ..)| id),
            person_id: person.map(|it| it.person_id),
            delivery: member.filter(|_| access.is_member()).map(|(.., delivery)| delivery),
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

    fn load_if(conn: &mut Conn, viewer: &Viewer, slug: &str, allowed: fn(&Access) -> bool) -> Result<Self> {
        let scope = Self::load(conn, viewer, slug)?;
        if allowed(&scope.access) { Ok(scope) } else { Err(AppError::NotFound) }
    }

    /// Whoever acts; only for what nobody unknown may do.
    pub fn actor(&self) -> Result<PersonId> {
        self.person_id.ok_or(AppError::NotFound)
    }
}

/// A session from a link in a mail opens the pages whose links were pressed, and gives nobody more than a supporter has.
fn standing(person: Option<&SignedIn>, member: Option<MemberRow>, opened: bool) -> (Standing, Circle) {
    let Some(person) = person else { return (Standing::Anonymous, Circle::Everyone) };
    let by_link = person.scope == SessionScope::Pages;
    let Some((_, role, state, circle, _)) = member.filter(|_| opened || !by_link) else {
        return (Standing::Stranger, Circle::Everyone);
    };
    let standing = match (state, role) {
        (MemberState::Invited, _) => Standing::Invited,
        (MemberState::Asked, _) => Standing::Asked,
        (MemberState::Blocked, _) => Standing::Blocked,
        (MemberState::Active, _) if by_link => Standing::Supporter,
        (MemberState::Active, Role::Supporter) => Standing::Supporter,
        (MemberState::Active, Role::CoAuthor) => Standing::CoAuthor,
        (MemberState::Active, Role::Organizer) => Standing::Organizer,
    };
    (standing, circle)
}
