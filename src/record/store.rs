//! The record's rows.

use diesel::prelude::*;

use super::model::{Entry, What};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{EventId, PersonId, SiteId};
use crate::db::schema::{events, members, people};
use crate::error::Result;

/// Something to write down.
#[derive(Clone, Debug, Default)]
pub struct New {
    /// Who did it, if that is known.
    pub actor: Option<PersonId>,
    /// To whom.
    pub subject: Option<PersonId>,
    /// From what to what, in words of ours.
    pub detail: Option<String>,
}

/// Writes down what happened on a page.
pub fn note(conn: &mut Conn, site: SiteId, what: What, new: New, now: Timestamp) -> Result<()> {
    diesel::insert_into(events::table)
        .values((
            events::id.eq(EventId::generate()),
            events::site_id.eq(site),
            events::kind.eq(what),
            events::actor_id.eq(new.actor),
            events::subject_id.eq(new.subject),
            events::detail.eq(new.detail),
            events::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Writes down what somebody did on every page that they organize.
pub fn note_where_organizing(conn: &mut Conn, person: PersonId, what: What, now: Timestamp) -> Result<()> {
    let sites: Vec<SiteId> = members::table
        .filter(members::person_id.eq(person))
        .filter(members::role.eq("organizer"))
        .filter(members::state.eq("active"))
        .select(members::site_id)
        .load(conn)?;
    for site in sites {
        note(conn, site, what, New { actor: Some(person), ..New::default() }, now)?;
    }
    Ok(())
}

/// The newest of what happened on a page, or what was before `before`; up to `limit`. Only for its organizers: the caller
/// makes sure of that.
pub fn list(conn: &mut Conn, site: SiteId, before: Option<EventId>, limit: i64) -> Result<Vec<Entry>> {
    let (actors, subjects) = diesel::alias!(people as actors, people as subjects);
    let mut query = events::table
        .left_join(actors.on(actors.field(people::id).nullable().eq(events::actor_id)))
        .left_join(subjects.on(subjects.field(people::id).nullable().eq(events::subject_id)))
        .filter(events::site_id.eq(site))
        .order(events::id.desc())
        .limit(limit)
        .select((
            events::id,
            events::kind,
            actors.field(people::name).nullable(),
            subjects.field(people::name).nullable(),
            events::detail,
            events::created_at,
        ))
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(events::id.lt(before));
    }
    type Row = (EventId, What, Option<String>, Option<String>, Option<String>, Timestamp);
    let rows: Vec<Row> = query.load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, what, actor, subject, detail, at)| Entry { id, what, actor, subject, detail, at })
        .collect())
}

/// Takes somebody who is erased out of everything that happened: it stays, and nobody is named in it.
pub fn take_out(conn: &mut Conn, person: PersonId) -> Result<()> {
    diesel::update(events::table.filter(events::actor_id.eq(person)))
        .set(events::actor_id.eq(None::<PersonId>))
        .execute(conn)?;
    diesel::update(events::table.filter(events::subject_id.eq(person)))
        .set(events::subject_id.eq(None::<PersonId>))
        .execute(conn)?;
    Ok(())
}
