//! Pages themselves.

use diesel::prelude::*;

use super::positions::{POSITION, PositionRow, position};
use super::{NewMember, SITE, SiteRow, insert_member, site};
use crate::accounts::{SessionScope, Viewer};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::{PersonId, SiteId, TokenHash};
use crate::db::schema::{members, reading_positions, session_sites, sites};
use crate::error::Result;
use crate::record::{self, What};
use crate::sites::model::{Circle, MemberState, NewSite, Openness, Privacy, Role, Site, SupporterInvitations};
use crate::sites::position::Position;

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
        called: String::new(),
        message: None,
        invited_by: None,
    };
    insert_member(conn, &membership, now)?;
    record::note(conn, id, What::Started, record::New { actor: Some(organizer), ..record::New::default() }, now)?;
    let row: SiteRow = sites::table.find(id).select(SITE).get_result(conn)?;
    Ok(Some(site(row)))
}

/// What can be changed about a page beside who may read it.
#[derive(Clone, Debug)]
pub struct Settings {
    pub first_name: String,
    pub supporter_invitations: SupporterInvitations,
}

pub fn update_settings(conn: &mut Conn, site: SiteId, settings: &Settings, now: Timestamp) -> Result<()> {
    diesel::update(sites::table.find(site))
        .set((
            sites::first_name.eq(&settings.first_name),
            sites::supporter_invitations.eq(settings.supporter_invitations),
            sites::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn update_openness(conn: &mut Conn, site: SiteId, openness: Openness, now: Timestamp) -> Result<()> {
    diesel::update(sites::table.find(site))
        .set((sites::privacy.eq(openness.privacy), sites::indexable.eq(openness.indexable), sites::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Whom the page is about, where they have a place on it.
pub fn update_about(conn: &mut Conn, site: SiteId, about: Option<PersonId>, now: Timestamp) -> Result<()> {
    diesel::update(sites::table.find(site))
        .set((sites::about_id.eq(about), sites::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Gives the page a secret link; the one before, if there was one, is dead with this.
pub fn update_link(conn: &mut Conn, site: SiteId, link: TokenHash, sealed: &[u8], now: Timestamp) -> Result<()> {
    diesel::update(sites::table.find(site))
        .set((sites::link_hash.eq(Some(link)), sites::link_sealed.eq(Some(sealed)), sites::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// The secret link of the page in scope, still sealed.
pub fn find_sealed_link(conn: &mut Conn, site: SiteId) -> Result<Option<Vec<u8>>> {
    Ok(sites::table.find(site).select(sites::link_sealed).get_result(conn)?)
}

/// The page that a secret link opens, if it opens one now.
pub fn find_by_link(conn: &mut Conn, link: TokenHash) -> Result<Option<Site>> {
    let row: Option<SiteRow> = sites::table
        .filter(sites::link_hash.eq(Some(link)))
        .filter(sites::privacy.eq(Privacy::Link))
        .filter(sites::closed_at.is_null())
        .select(SITE)
        .get_result(conn)
        .optional()?;
    Ok(row.map(site))
}

/// Closes a page, or opens it again: then what was kept for digests is told after all.
pub fn update_closed(conn: &mut Conn, site: SiteId, closed_at: Option<Timestamp>, now: Timestamp) -> Result<()> {
    diesel::update(sites::table.find(site))
        .set((sites::closed_at.eq(closed_at), sites::updated_at.eq(now)))
        .execute(conn)?;
    if closed_at.is_none() { super::enqueue_planning(conn, site, now) } else { Ok(()) }
}

/// How long a closed page is kept that no organizer belongs to any more.
const ABANDONED_FOR: jiff::SignedDuration = jiff::SignedDuration::from_hours(30 * 24);

/// Deletes pages that were closed a month ago and that nobody can open again, with everything on them.
pub fn purge(conn: &mut Conn, now: Timestamp) -> Result<()> {
    let organized = members::table
        .filter(members::site_id.eq(sites::id))
        .filter(members::role.eq(Role::Organizer))
        .filter(members::state.eq(MemberState::Active));
    let abandoned: Vec<SiteId> = sites::table
        .filter(sites::closed_at.lt(now - ABANDONED_FOR))
        .filter(diesel::dsl::not(diesel::dsl::exists(organized)))
        .limit(20)
        .select(sites::id)
        .load(conn)?;
    for id in abandoned {
        diesel::delete(sites::table.find(id)).execute(conn)?;
    }
    Ok(())
}

/// The addresses of the pages that search engines may list, newest first, and when each was last changed.
pub fn list_indexable(conn: &mut Conn, limit: i64) -> Result<Vec<(String, Timestamp)>> {
    Ok(sites::table
        .filter(sites::indexable)
        .filter(sites::privacy.eq(Privacy::Public))
        .filter(sites::closed_at.is_null())
        .order(sites::id.desc())
        .limit(limit)
        .select((sites::slug, sites::updated_at))
        .load(conn)?)
}

/// Which of the addresses that begin so are taken.
pub fn list_slugs_like(conn: &mut Conn, slug: &str) -> Result<Vec<String>> {
    Ok(sites::table
        .filter(sites::slug.eq(slug).or(sites::slug.like(format!("{slug}-%"))))
        .select(sites::slug)
        .limit(1_000)
        .load(conn)?)
}

/// A page on somebody's own list.
#[derive(Clone, Debug)]
pub struct MySite {
    pub site: Site,
    pub state: MemberState,
    pub role: Role,
    /// How far they have read on it, if that is known.
    pub position: Option<Position>,
}

/// The pages that somebody belongs to or is invited to, as far as their session reaches.
pub fn list_my_sites(conn: &mut Conn, viewer: &Viewer) -> Result<Vec<MySite>> {
    let Some(person) = viewer.person() else { return Ok(Vec::new()) };
    let mine = members::table
        .inner_join(sites::table)
        .left_join(reading_positions::table)
        .filter(members::person_id.eq(person.person_id))
        .filter(members::state.eq_any([MemberState::Active, MemberState::Invited]))
        .filter(sites::closed_at.is_null().or(members::role.eq(Role::Organizer)))
        .order(members::id.desc())
        .limit(100)
        .select((SITE, members::state, members::role, POSITION.nullable()))
        .into_boxed();
    let opened =
        session_sites::table.filter(session_sites::session_id.eq(person.session_id)).select(session_sites::site_id);
    type Row = (SiteRow, MemberState, Role, Option<PositionRow>);
    let rows: Vec<Row> = match person.scope {
        SessionScope::Account => mine.load(conn)?,
        SessionScope::Pages => mine.filter(members::site_id.eq_any(opened)).load(conn)?,
    };
    Ok(rows
        .into_iter()
        .map(|(row, state, role, seen)| MySite { site: site(row), state, role, position: seen.map(position) })
        .collect())
}
