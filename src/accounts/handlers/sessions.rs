//! Where one is signed in.

use actix_web::http::StatusCode;
use actix_web::web::Path;

use crate::accounts::{Visit, pages, store};
use crate::db::ids::SessionId;
use crate::error::AppError;
use crate::mail;
use crate::web::{Answer, Flash, page, see_other};

pub async fn index(visit: Visit) -> Answer {
    let now = visit.app.clock.now();
    let (viewer, (this, sessions)) = visit
        .read(move |conn, viewer| {
            let person = viewer.account()?;
            Ok((person.session_id, store::list_sessions(conn, person.person_id, now)?))
        })
        .await?;
    page(StatusCode::OK, &pages::Sessions { layout: visit.layout(&viewer), this, sessions })
}

pub async fn end(visit: Visit, session: Path<String>) -> Answer {
    let id = SessionId::parse(&session).ok_or(AppError::NotFound)?;
    let this = visit
        .write(move |conn, viewer| {
            let person = viewer.account()?;
            if !store::delete_session_of(conn, person.person_id, id)? {
                return Err(AppError::NotFound);
            }
            Ok(person.session_id == id)
        })
        .await?;
    if this {
        visit.forget_session();
        visit.set_flash(Flash::SignedOut);
        return see_other("/");
    }
    visit.set_flash(Flash::SessionEnded);
    see_other("/account/sessions")
}

/// For everybody who is in, also by a link in a mail: every session ends, and the links in the mails they have are dead.
/// Whoever came by a link ends what began with one; an account that they may not be the owner of stays signed in.
pub async fn end_all(visit: Visit) -> Answer {
    visit
        .write(|conn, viewer| {
            let Some(person) = viewer.person() else { return Ok(()) };
            if viewer.has_account() {
                store::delete_sessions_of(conn, person.person_id)?;
                store::delete_feeds_of(conn, person.person_id)?;
                return mail::delete_ways_in_of(conn, person.person_id);
            }
            store::delete_sessions_by_link(conn, person.person_id)?;
            if !store::can_sign_in(conn, person.person_id)? {
                store::delete_feeds_of(conn, person.person_id)?;
            }
            mail::delete_links_to_pages_of(conn, person.person_id)
        })
        .await?;
    visit.forget_session();
    visit.set_flash(Flash::SignedOutEverywhere);
    see_other("/")
}
