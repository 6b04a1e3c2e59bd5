//! The page as one viewer may see it: the way to everything on it.

use diesel::dsl::IsNotNull;
use diesel::prelude::*;

use super::manners::{MANNERS, MannersRow, manners};
use super::positions::{POSITION, PositionRow, position};
use super::{SITE, SiteRow, site};
use crate::accounts::{SessionScope, SignedIn, Viewer};
use crate::db::Conn;
use crate::db::ids::{MemberId, PersonId, SessionId, SiteId, ThanksId, TokenHash};
use crate::db::schema::{feeds, manners as manners_table, members, reading_positions, session_sites, sites, thanked};
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
    /// Whether they are thanked, no mail says so, and they have not seen it yet. The feature `wishes` is what thanks.
    pub has_thanks: bool,
    /// How the page wants to be encouraged.
    pub manners: Manners,
    /// Whether who they are is certain here: they are signed in with their account, or have pressed a link to this very page
    /// in their mail.
    pub is_proven: bool,
    /// What they could do if they signed in with their account, where a link in a mail has let them in.
    full: Access,
}

type MemberRow = (MemberId, Role, MemberState, Circle, Delivery, bool);

type MemberColumns =
    (members::id, members::role, members::state, members::circle, members::delivery, IsNotNull<members::message>);

/// What of a membership says what somebody may do; last, whether they have asked with a message.
fn member_columns() -> MemberColumns {
    (members::id, members::role, members::state, members::circle, members::delivery, members::message.is_not_null())
}

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
        type Row =
            (SiteRow, Option<MemberRow>, Option<SessionId>, Option<PositionRow>, Option<MannersRow>, Option<ThanksId>);
        let row: Option<Row> = sites::table
            .left_join(members::table.on(members::site_id.eq(sites::id).and(members::person_id.eq(person_id))))
            .left_join(
                session_sites::table
                    .on(session_sites::site_id.eq(sites::id).and(session_sites::session_id.eq(session_id))),
            )
            .left_join(reading_positions::table.on(reading_positions::member_id.nullable().eq(members::id.nullable())))
            .left_join(manners_table::table.on(manners_table::site_id.eq(sites::id)))
            // Any of those that the page is to tell of: the few who are thanked there cost everybody else one look at an index.
            .left_join(
                thanked::table.on(thanked::by_mail
                    .eq(false)
                    .and(thanked::seen_at.is_null())
                    .and(thanked::member_id.nullable().eq(members::id.nullable()))),
            )
            .filter(sites::slug.eq(slug))
            .select((
                SITE,
                member_columns().nullable(),
                session_sites::session_id.nullable(),
                POSITION.nullable(),
                MANNERS.nullable(),
                thanked::thanks_id.nullable(),
            ))
            .get_result(conn)
            .optional()?;
        let (site_row, member, opened, seen, manners_row, thanked) = row.ok_or(AppError::NotFound)?;
        let site = site(site_row);
        let has_link = site.link.is_some_and(|link| viewer.page_links.contains(&link));
        let door = Door::of(&site, has_link);
        let is_proven = person.is_some_and(|it| it.scope == SessionScope::Account) || opened.is_some();
        let member = member.filter(|_| is_proven);
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
            has_thanks: thanked.is_some() && member.is_some() && access.is_member(),
            manners: manners(manners_row),
            is_proven,
            full: may(door, full, circle),
        })
    }

    /// The page as somebody has it who left words there before, in whatever browser they come back: `link` is the hash of the
    /// secret page link that they had opened then. Of a place that they have on the page, no more than a supporter's counts.
    pub fn load_for_visitor(conn: &mut Conn, id: SiteId, person: PersonId, link: Option<TokenHash>) -> Result<Self> {
        type Row = (SiteRow, Option<MemberRow>, Option<MannersRow>);
        let row: Option<Row> = sites::table
            .left_join(members::table.on(members::site_id.eq(sites::id).and(members::person_id.eq(person))))
            .left_join(manners_table::table.on(manners_table::site_id.eq(sites::id)))
            .filter(sites::id.eq(id))
            .select((SITE, member_columns().nullable(), MANNERS.nullable()))
            .get_result(conn)
            .optional()?;
        let (site_row, member, manners_row) = row.ok_or(AppError::NotFound)?;
        let site = site(site_row);
        let has_link = site.link.is_some() && site.link == link;
        let (full, circle) = member.map_or((Standing::Stranger, Circle::Everyone), |(_, role, state, circle, ..)| {
            (without_account(place_of(state, role)), circle)
        });
        let access = may(Door::of(&site, has_link), full, circle);
        if !access.may_leave_words() {
            return Err(AppError::NotFound);
        }
        Ok(Self {
            site,
            access,
            member_id: member.map(|(id, ..)| id),
            person_id: Some(person),
            delivery: member.filter(|_| access.is_member()).map(|(.., delivery, _)| delivery),
            has_asked: full == Standing::Asked,
            is_perspective: false,
            position: None,
            has_thanks: false,
            manners: manners(manners_row),
            is_proven: true,
            full: access,
        })
    }

    /// The page that the secret address of a feed leads to, exactly as the member may read it whose address it is. A page
    /// that is closed leads nowhere, whoever had its address.
    pub fn load_by_feed(conn: &mut Conn, token: TokenHash) -> Result<Self> {
        let member: Option<MemberId> =
            feeds::table.filter(feeds::token_hash.eq(token)).select(feeds::member_id).get_result(conn).optional()?;
        Self::load_by_member(conn, member.ok_or(AppError::NotFound)?)
    }

    /// A page exactly as one of its members may read it, who is not asking just now: for what is mailed to them.
    pub fn load_by_member(conn: &mut Conn, member: MemberId) -> Result<Self> {
        type Row = (SiteRow, MemberRow, PersonId);
        let row: Option<Row> = members::table
            .inner_join(sites::table)
            .filter(members::id.eq(member))
            .filter(members::state.eq(MemberState::Active))
            .filter(sites::closed_at.is_null())
            .select((SITE, member_columns(), members::person_id))
            .get_result(conn)
            .optional()?;
        let (site_row, member, person) = row.ok_or(AppError::NotFound)?;
        let site = site(site_row);
        let (member_id, role, _, circle, delivery, _) = member;
        let access = may(Door::of(&site, false), of_role(role), circle);
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
            has_thanks: false,
            // Neither a feed nor a mail offers anything to react with.
            manners: Manners::default(),
            is_proven: false,
            full: access,
        })
    }

    /// A page as one of its members has it whose letter has come in. The key in its address was given to them alone, and whoever
    /// calls this has seen to it that it comes from their address: they can do there what they could with their account.
    pub fn load_by_letter(conn: &mut Conn, member: MemberId) -> Result<Self> {
        type Row = (SiteRow, MemberRow, PersonId, Option<MannersRow>);
        let row: Option<Row> = members::table
            .inner_join(sites::table)
            .left_join(manners_table::table.on(manners_table::site_id.eq(members::site_id)))
            .filter(members::id.eq(member))
            .select((SITE, member_columns(), members::person_id, MANNERS.nullable()))
            .get_result(conn)
            .optional()?;
        let (site_row, (member_id, role, state, circle, delivery, _), person, manners_row) =
            row.ok_or(AppError::NotFound)?;
        let site = site(site_row);
        let access = may(Door::of(&site, false), place_of(state, role), circle);
        if !access.is_member() {
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
            has_thanks: false,
            manners: manners(manners_row),
            is_proven: true,
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

    /// The page, for those who may leave words on it, whether or not they belong to it.
    pub fn load_to_leave_words(conn: &mut Conn, viewer: &Viewer, slug: &str) -> Result<Self> {
        Self::load_if(conn, viewer, slug, Access::may_leave_words)
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
            (false, true) if !scope.site.is_memorial() => Err(AppError::SignInRequired),
            (false, _) => Err(AppError::NotFound),
        }
    }

    /// Whether the bedside is for them. In loving memory nobody is read to, and there is none.
    pub fn may_listen(&self) -> bool {
        !self.site.is_memorial()
            && self.access.may_listen(self.person_id.is_some() && self.person_id == self.site.about)
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
        let door = Door::of(&self.site, false);
        let access = may(door, standing, circle);
        Self {
            access,
            member_id: None,
            person_id: None,
            delivery: access.is_member().then_some(Delivery::Each),
            has_asked: false,
            is_perspective: true,
            position: None,
            has_thanks: false,
            is_proven: false,
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
        .get_result(conn)
        .optional()?;
    let door = Door::of(site, false);
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
