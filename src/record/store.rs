//! The record's rows.

use std::collections::HashSet;

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
/// makes sure of that. Whoever has come to the page stands there by the name that they go by, somebody who has not by what
/// they are called here: what they call themselves elsewhere is not the family's to know.
pub fn list(conn: &mut Conn, site: SiteId, before: Option<EventId>, limit: i64) -> Result<Vec<Entry>> {
    let (actors, subjects) = diesel::alias!(people as actors, people as subjects);
    let mut query = events::table
        .left_join(actors.on(actors.field(people::id).nullable().eq(events::actor_id)))
        .left_join(subjects.on(subjects.field(people::id).nullable().eq(events::subject_id)))
        .left_join(
            members::table
                .on(members::site_id.eq(events::site_id).and(members::person_id.nullable().eq(events::subject_id))),
        )
        .filter(events::site_id.eq(site))
        .order(events::id.desc())
        .limit(limit)
        .select((
            events::id,
            events::kind,
            actors.field(people::name).nullable(),
            events::subject_id,
            subjects.field(people::name).nullable(),
            (members::called, members::state).nullable(),
            events::detail,
            events::created_at,
        ))
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(events::id.lt(before));
    }
    type Row = (
        EventId,
        What,
        Option<String>,
        Option<PersonId>,
        Option<String>,
        Option<(Option<String>, String)>,
        Option<String>,
        Timestamp,
    );
    let rows: Vec<Row> = query.load(conn)?;
    let subjects: Vec<PersonId> = rows.iter().filter_map(|row| row.3).collect();
    let came: HashSet<PersonId> = list_who_came(conn, site, subjects)?;
    Ok(rows
        .into_iter()
        .map(|(id, what, actor, subject_id, name, member, detail, at)| {
            let is_there = member.as_ref().is_some_and(|(called, _)| called.is_none());
            let has_come = is_there || subject_id.is_some_and(|id| came.contains(&id));
            let called = member.and_then(|(called, _)| called);
            let name = match (called, name) {
                (Some(called), Some(_)) => Some(called),
                (None, Some(name)) if has_come => Some(name),
                (None, Some(_)) => Some(NEVER_CAME.to_owned()),
                (_, None) => None,
            };
            Entry { id, what, actor, subject: name, detail, at }
        })
        .collect())
}

/// What stands for somebody who was written down here, has not come, and is not written down any more.
const NEVER_CAME: &str = "somebody who has not come";

/// Which of these people have ever come to a page, or started it.
fn list_who_came(conn: &mut Conn, site: SiteId, people: Vec<PersonId>) -> Result<HashSet<PersonId>> {
    let found: Vec<Option<PersonId>> = events::table
        .filter(events::site_id.eq(site))
        .filter(events::kind.eq_any([What::Joined, What::Started]))
        .filter(events::actor_id.eq_any(people))
        .select(events::actor_id)
        .load(conn)?;
    Ok(found.into_iter().flatten().collect())
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
