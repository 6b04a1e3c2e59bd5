//! The notes beside the journal, for organizers.

use actix_web::http::StatusCode;
use actix_web::web::Path;

use crate::accounts::{Viewer, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{NoteId, SubmissionKey};
use crate::error::{AppError, FieldErrors, Result};
use crate::glance::model::NoteInput;
use crate::glance::pages::{NotePage, NotesPage};
use crate::glance::store;
use crate::record::{self, What};
use crate::sites::SiteScope;
use crate::web::{Answer, Flash, page, see_other};

pub async fn index(visit: Visit, slug: Path<String>) -> Answer {
    let slug = slug.into_inner();
    let (viewer, (scope, notes)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            let notes = store::list_notes(conn, &scope)?;
            Ok((scope, notes))
        })
        .await?;
    page(StatusCode::OK, &NotesPage::new(visit.layout(&viewer), &scope, notes))
}

pub async fn new(visit: Visit, slug: Path<String>) -> Answer {
    let input = NoteInput { submission: SubmissionKey::generate().to_string(), ..NoteInput::default() };
    form(&visit, StatusCode::OK, slug.into_inner(), None, input, FieldErrors::default()).await
}

async fn form(
    visit: &Visit,
    status: StatusCode,
    slug: String,
    note: Option<NoteId>,
    input: NoteInput,
    errors: FieldErrors,
) -> Answer {
    let (viewer, scope) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            if let Some(note) = note {
                store::get_note(conn, &scope, note)?;
            }
            Ok(scope)
        })
        .await?;
    page(status, &NotePage::new(visit.layout(&viewer), &scope, note, input, errors))
}

pub async fn edit(visit: Visit, path: Path<(String, NoteId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (viewer, (scope, input)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            let input = store::get_note(conn, &scope, id)?;
            Ok((scope, input))
        })
        .await?;
    page(StatusCode::OK, &NotePage::new(visit.layout(&viewer), &scope, Some(id), input, FieldErrors::default()))
}

pub async fn create(visit: Visit, slug: Path<String>) -> Answer {
    save(visit, slug.into_inner(), None).await
}

pub async fn update(visit: Visit, path: Path<(String, NoteId)>) -> Answer {
    let (slug, id) = path.into_inner();
    save(visit, slug, Some(id)).await
}

async fn save(visit: Visit, slug: String, id: Option<NoteId>) -> Answer {
    let (input, now, asked_for) = (visit.form::<NoteInput>()?, visit.app.clock.now(), slug.clone());
    let sent = input.clone();
    let work = move |conn: &mut Conn, viewer: &Viewer| {
        let scope = SiteScope::load_to_organize(conn, viewer, &asked_for)?;
        let by = scope.actor()?;
        if let Some(id) = id {
            store::get_note(conn, &scope, id)?;
        }
        let new = sent.parse().map_err(AppError::Invalid)?;
        match id {
            Some(id) => store::update_note(conn, scope.site.id, id, &new, by, now)?,
            None if !store::insert_note(conn, scope.site.id, &new, by, now)? => return Ok(()),
            None => (),
        }
        note(conn, &scope, if id.is_some() { "one was changed" } else { "one was added" }, now)
    };
    match visit.write(work).await {
        Ok(()) => {
            visit.set_flash(Flash::Saved);
            see_other(format!("/p/{slug}/notes"))
        }
        Err(AppError::Invalid(errors)) => form(&visit, StatusCode::UNPROCESSABLE_ENTITY, slug, id, input, errors).await,
        Err(error) => Err(error),
    }
}

fn note(conn: &mut Conn, scope: &SiteScope, what: &str, now: Timestamp) -> Result<()> {
    let new = record::New { actor: Some(scope.actor()?), subject: None, detail: Some(what.to_owned()) };
    record::note(conn, scope.site.id, What::Noted, new, now)
}

/// Puts a note one place further up.
pub async fn place(visit: Visit, path: Path<(String, NoteId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let back = format!("/p/{slug}/notes");
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            scope.actor()?;
            store::raise_note(conn, &scope, id)
        })
        .await?;
    see_other(back)
}

pub async fn remove(visit: Visit, path: Path<(String, NoteId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}/notes"));
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            store::get_note(conn, &scope, id)?;
            note(conn, &scope, "one was taken away", now)?;
            store::delete_note(conn, scope.site.id, id)
        })
        .await?;
    visit.set_flash(Flash::Saved);
    see_other(back)
}
