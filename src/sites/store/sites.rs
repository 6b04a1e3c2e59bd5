//! Pages themselves.

use diesel::prelude::*;

use super::{NewMember, SITE, SiteRow, insert_member, site};
use crate::accounts::{SessionScope, Viewer};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::{PersonId, SiteId};
use crate::db::schema::{members, session_sites, sites};
use crate::error::Result;
use crate::sites::model::{Circle, MemberState, NewSite, Role, Site};

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
    Ok(Some(Site { id, slug: slug.to_owned(), first_name: new.first_name.clone(), privacy: new.privacy, version: 0 }))
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
