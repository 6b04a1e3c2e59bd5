//! Pages and memberships, always as somebody may see them.

use diesel::prelude::*;

use super::model::{
    Access, Audience, Circle, Delivery, MemberState, NewSite, Privacy, Role, Sight, Site, Standing, may,
};
use crate::accounts::{SessionScope, SignedIn, Viewer};
use crate::clock::Timestamp;
use crate::db::dialect::both;
use crate::db::ids::{MemberId, NoticeId, PersonId, ReactionId, SessionId, SiteId, WishId};
use crate::db::schema::{members, notices, people, session_sites, sites};
use crate::db::{Conn, MultiBackend};
use crate::error::{AppError, Result};
use crate::jobs::{self, Kind};

type SiteRow = (SiteId, String, String, Privacy);

const SITE: (sites::id, sites::slug, sites::first_name, sites::privacy) =
    (sites::id, sites::slug, sites::first_name, sites::privacy);

fn site((id, slug, first_name, privacy): SiteRow) -> Site {
    Site { id, slug, first_name, privacy }
}

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

/// Starts a page with its first organizer. `None` when the address is taken.
pub fn insert_site(
    conn: &mut Conn,
    new: &NewSite,
    slug: &str,
    organizer: PersonId,
    now: Timestamp,
) -> Result<Option<Site>> {
    let id = SiteId::generate();
    let insert = diesel::insert_into(sites::table)
        .values((
            sites::id.eq(id),
            sites::slug.eq(slug),
            sites::first_name.eq(&new.first_name),
            sites::relationship.eq(&new.relationship),
            sites::privacy.eq(new.privacy),
            sites::created_at.eq(now),
            sites::updated_at.eq(now),
        ))
        .on_conflict_do_nothing();
    if both(insert).execute(conn)? == 0 {
        return Ok(None);
    }
    let membership = NewMember {
        site_id: id,
        person_id: organizer,
        role: Role::Organizer,
        state: MemberState::Active,
        circle: Circle::Family,
        message: None,
        invited_by: None,
    };
    insert_member(conn, &membership, now)?;
    Ok(Some(Site { id, slug: slug.to_owned(), first_name: new.first_name.clone(), privacy: new.privacy }))
}

/// Which of the addresses that begin so are taken.
pub fn list_slugs_like(conn: &mut Conn, slug: &str) -> Result<Vec<String>> {
    Ok(sites::table
        .filter(sites::slug.eq(slug).or(sites::slug.like(format!("{slug}-%"))))
        .select(sites::slug)
        .limit(1_000)
        .load(conn)?)
}

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

type ListedRow =
    (MemberId, PersonId, String, String, Role, MemberState, Circle, Delivery, Option<String>, Option<String>);

fn listed(row: ListedRow) -> ListedMember {
    let (id, person_id, name, email, role, state, circle, delivery, message, unreachable_reason) = row;
    ListedMember { id, person_id, name, email, role, state, circle, delivery, message, unreachable_reason }
}

type ListedColumns = (
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

const LISTED: ListedColumns = (
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

pub fn update_state(conn: &mut Conn, member: MemberId, state: MemberState, now: Timestamp) -> Result<()> {
    diesel::update(members::table.find(member))
        .set((members::state.eq(state), members::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
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

/// The members who are to hear of an update for `audience`, leaving out who wrote it. `Audience::includes` says the same
/// of one member.
pub fn members_in(site: SiteId, audience: Audience, author: PersonId) -> members::BoxedQuery<'static, MultiBackend> {
    let hearing = members::table
        .filter(members::site_id.eq(site))
        .filter(members::state.eq(MemberState::Active))
        .filter(members::delivery.eq(Delivery::Each))
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
    type Row = (ListedRow, Option<PersonId>, Option<Timestamp>, SiteRow);
    let row: Option<Row> = members::table
        .inner_join(people::table)
        .inner_join(sites::table)
        .filter(members::id.eq(member))
        .select((LISTED, members::invited_by, members::gathered_at, SITE))
        .first(conn)
        .optional()?;
    Ok(row.map(|(row, invited_by, gathered_at, site_row)| {
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
            invited_by,
            gathered_at,
            site: site(site_row),
        }
    }))
}

/// Whether mail about updates is still wanted by and meant for this member.
pub fn follows(recipient: &Recipient, audience: Audience) -> bool {
    recipient.state == MemberState::Active
        && recipient.delivery == Delivery::Each
        && audience.includes(recipient.role, recipient.circle)
}

/// Writes down that mail to a member was refused for good.
pub fn recipient_failed(conn: &mut Conn, member: MemberId, why: &str, now: Timestamp) -> Result<()> {
    diesel::update(members::table.find(member))
        .set((members::unreachable_at.eq(Some(now)), members::unreachable_reason.eq(Some(why))))
        .execute(conn)?;
    Ok(())
}

/// Writes down that mail to a member got through.
pub fn recipient_reached(conn: &mut Conn, member: MemberId) -> Result<()> {
    diesel::update(members::table.find(member).filter(members::unreachable_at.is_not_null()))
        .set((members::unreachable_at.eq(None::<Timestamp>), members::unreachable_reason.eq(None::<String>)))
        .execute(conn)?;
    Ok(())
}

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

/// A page on somebody's own list.
#[derive(Clone, Debug)]
pub struct MySite {
    pub site: Site,
    pub state: MemberState,
    pub role: Role,
}

/// The pages that somebody belongs to or is invited to, as far as their session reaches.
pub fn list_my_sites(conn: &mut Conn, viewer: &Viewer) -> Result<Vec<MySite>> {
    let Some(person) = viewer.person() else { return Ok(Vec::new()) };
    let mine = members::table
        .inner_join(sites::table)
        .filter(members::person_id.eq(person.person_id))
        .filter(members::state.eq_any([MemberState::Active, MemberState::Invited]))
        .order(members::id.desc())
        .limit(100)
        .select((SITE, members::state, members::role))
        .into_boxed();
    let opened =
        session_sites::table.filter(session_sites::session_id.eq(person.session_id)).select(session_sites::site_id);
    let rows: Vec<(SiteRow, MemberState, Role)> = match person.scope {
        SessionScope::Account => mine.load(conn)?,
        SessionScope::Pages => mine.filter(members::site_id.eq_any(opened)).load(conn)?,
    };
    Ok(rows.into_iter().map(|(row, state, role)| MySite { site: site(row), state, role }).collect())
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
