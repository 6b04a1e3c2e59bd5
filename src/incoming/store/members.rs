//! Whom a key is about.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{MemberId, PersonId, SiteId, UpdateId};
use crate::db::schema::{jobs, members, people};
use crate::error::Result;

/// A mail of ours that a key names.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    /// The membership that it went to, if it was to one.
    pub member_id: Option<MemberId>,
    /// The person that it went to.
    pub person_id: Option<PersonId>,
    /// The update that it told of.
    pub update_id: Option<UpdateId>,
    /// When it went; none where that is not written down, or not yet.
    pub sent_at: Option<Timestamp>,
}

/// The mail that a job has sent.
pub fn find_sent(conn: &mut Conn, job: i64) -> Result<Option<Sent>> {
    type Row = (Option<MemberId>, Option<PersonId>, Option<UpdateId>, Option<Timestamp>);
    let row: Option<Row> = jobs::table
        .find(job)
        .select((jobs::member_id, jobs::person_id, jobs::update_id, jobs::finished_at))
        .get_result(conn)
        .optional()?;
    let Some((member_id, person_id, update_id, sent_at)) = row else { return Ok(None) };
    let person_id = match (person_id, member_id) {
        (None, Some(member)) => find_person_of(conn, member)?,
        (person, _) => person,
    };
    Ok(Some(Sent { member_id, person_id, update_id, sent_at }))
}

/// Whose membership it is.
pub fn find_person_of(conn: &mut Conn, member: MemberId) -> Result<Option<PersonId>> {
    Ok(members::table.find(member).select(members::person_id).get_result(conn).optional()?)
}

/// Which generation of a member's links is good.
pub fn find_links_generation(conn: &mut Conn, member: MemberId) -> Result<Option<i32>> {
    Ok(members::table.find(member).select(members::links_generation).get_result(conn).optional()?)
}

/// The membership of whoever has an address, on a page.
pub fn find_member_by_email(conn: &mut Conn, site: SiteId, email_key: &str) -> Result<Option<(MemberId, PersonId)>> {
    Ok(members::table
        .inner_join(people::table)
        .filter(members::site_id.eq(site))
        .filter(people::email_key.eq(email_key))
        .select((members::id, people::id))
        .get_result(conn)
        .optional()?)
}

/// Who has an address.
pub fn find_person_by_email(conn: &mut Conn, email_key: &str) -> Result<Option<PersonId>> {
    Ok(people::table.filter(people::email_key.eq(email_key)).select(people::id).get_result(conn).optional()?)
}
