//! The notes beside the journal.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::{NoteId, PersonId, SiteId};
use crate::db::schema::{notes, people, sites};
use crate::error::{AppError, Result};
use crate::glance::model::{MOST_NOTES, NewNote, Note, NoteInput};
use crate::sites::{Audience, SiteScope};

type NoteRow = (NoteId, String, String, Audience);

fn note((id, title, body_html, audience): NoteRow) -> Note {
    Note { id, title, body_html, audience }
}

/// The notes that the viewer may read, in their order, each with the name of whoever set the status line; a row without a
/// note where there is none.
pub(super) fn list_with_status_author(
    conn: &mut Conn,
    scope: &SiteScope,
) -> Result<Vec<(Option<String>, Option<Note>)>> {
    let mine = notes::site_id.eq(sites::id).and(notes::audience.eq_any(scope.access.audiences()));
    let rows: Vec<(Option<String>, Option<NoteRow>)> = sites::table
        .left_join(people::table.on(people::id.nullable().eq(sites::status_by_id)))
        .left_join(notes::table.on(mine))
        .filter(sites::id.eq(scope.site.id))
        .order((notes::position, notes::id))
        .limit(MOST_NOTES)
        .select((people::name.nullable(), (notes::id, notes::title, notes::body_html, notes::audience).nullable()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(name, row)| (name, row.map(note))).collect())
}

/// Every note of a page, for its organizers.
pub fn list_notes(conn: &mut Conn, scope: &SiteScope) -> Result<Vec<Note>> {
    let rows: Vec<NoteRow> = notes::table
        .filter(notes::site_id.eq(scope.site.id))
        .filter(notes::audience.eq_any(scope.access.audiences()))
        .order((notes::position, notes::id))
        .limit(MOST_NOTES)
        .select((notes::id, notes::title, notes::body_html, notes::audience))
        .load(conn)?;
    Ok(rows.into_iter().map(note).collect())
}

/// A note as it was written, to be changed.
pub fn get_note(conn: &mut Conn, scope: &SiteScope, id: NoteId) -> Result<NoteInput> {
    let row: Option<(String, String, Audience)> = notes::table
        .filter(notes::id.eq(id))
        .filter(notes::site_id.eq(scope.site.id))
        .filter(notes::audience.eq_any(scope.access.audiences()))
        .select((notes::title, notes::body, notes::audience))
        .get_result(conn)
        .optional()?;
    let (title, body, audience) = row.ok_or(AppError::NotFound)?;
    Ok(NoteInput { title, body, audience: audience.as_str().to_owned(), submission: String::new() })
}

/// Takes the page's row, so that of two who change its notes at once the second sees what the first has done.
fn hold_site(conn: &mut Conn, site: SiteId) -> Result<()> {
    diesel::update(sites::table.find(site)).set(sites::version.eq(sites::version)).execute(conn)?;
    Ok(())
}

/// Pins a note behind the others; answers whether it is a new one, and not the same form sent twice.
pub fn insert_note(conn: &mut Conn, site: SiteId, new: &NewNote, by: PersonId, now: Timestamp) -> Result<bool> {
    hold_site(conn, site)?;
    let theirs = notes::table.filter(notes::site_id.eq(site));
    if theirs.count().get_result::<i64>(conn)? >= MOST_NOTES {
        return Err(AppError::invalid(
            "title",
            format!("There are {MOST_NOTES} notes already, and with more nobody reads any. Take one away first."),
        ));
    }
    let last: Option<i32> = theirs.select(diesel::dsl::max(notes::position)).get_result(conn)?;
    let insert = diesel::insert_into(notes::table)
        .values((
            notes::id.eq(NoteId::generate()),
            notes::site_id.eq(site),
            notes::author_id.eq(by),
            notes::title.eq(&new.title),
            notes::body.eq(&new.body),
            notes::body_html.eq(&new.body_html),
            notes::audience.eq(new.audience),
            notes::position.eq(last.unwrap_or(0) + 1),
            notes::submission_key.eq(new.submission),
            notes::created_at.eq(now),
            notes::updated_at.eq(now),
        ))
        .on_conflict_do_nothing();
    Ok(both(insert).execute(conn)? == 1)
}

/// Changes a note.
pub fn update_note(
    conn: &mut Conn,
    site: SiteId,
    id: NoteId,
    new: &NewNote,
    by: PersonId,
    now: Timestamp,
) -> Result<()> {
    hold_site(conn, site)?;
    diesel::update(notes::table.find(id).filter(notes::site_id.eq(site)))
        .set((
            notes::author_id.eq(by),
            notes::title.eq(&new.title),
            notes::body.eq(&new.body),
            notes::body_html.eq(&new.body_html),
            notes::audience.eq(new.audience),
            notes::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Puts a note one place further up.
pub fn raise_note(conn: &mut Conn, scope: &SiteScope, id: NoteId) -> Result<()> {
    hold_site(conn, scope.site.id)?;
    let mut order: Vec<NoteId> = list_notes(conn, scope)?.iter().map(|note| note.id).collect();
    let at = order.iter().position(|it| *it == id).ok_or(AppError::NotFound)?;
    if at > 0 {
        order.swap(at - 1, at);
    }
    for (position, id) in (1i32..).zip(order) {
        diesel::update(notes::table.find(id).filter(notes::position.ne(position)))
            .set(notes::position.eq(position))
            .execute(conn)?;
    }
    Ok(())
}

/// Takes a note away.
pub fn delete_note(conn: &mut Conn, site: SiteId, id: NoteId) -> Result<()> {
    hold_site(conn, site)?;
    diesel::delete(notes::table.find(id).filter(notes::site_id.eq(site))).execute(conn)?;
    Ok(())
}
