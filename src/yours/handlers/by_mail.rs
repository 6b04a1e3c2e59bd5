//! The erasure of somebody without an account, confirmed by a link in a mail to their address.

use actix_web::http::StatusCode;
use actix_web::web::Path;

use super::erasure::goodbye;
use crate::accounts::{self, Viewer, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::PersonId;
use crate::error::{AppError, FieldErrors, Result};
use crate::jobs::{self, Kind, NewJob};
use crate::mail::{self, EmailAddress, Purpose};
use crate::secrets::Token;
use crate::sites::{self, Site};
use crate::web::{Answer, page};
use crate::yours::erasure::{self, Outcome};
use crate::yours::model::ErasureInput;
use crate::yours::pages;

/// Sends the mail.
pub async fn ask(visit: &Visit, viewer: &Viewer, person: PersonId) -> Answer {
    let address = viewer.person().map(|person| person.email.clone()).unwrap_or_default();
    let address = EmailAddress::parse(&address).map_err(AppError::internal)?;
    visit.app.limits.unasked_mail.count(address.mailbox())?;
    let now = visit.app.clock.now();
    visit
        .write(move |conn, _| {
            let about = NewJob { person_id: Some(person), ..NewJob::default() };
            jobs::enqueue(conn, Kind::Erasure, about, now)
        })
        .await?;
    page(StatusCode::OK, &pages::ErasureByMail::new(visit.layout(viewer), viewer, true))
}

/// Whom a link is about, if its time is not over and they still have no account: otherwise they are to sign in.
fn find(conn: &mut Conn, token: &Token, now: Timestamp) -> Result<Option<PersonId>> {
    let found = mail::find_token(conn, Purpose::Erasure, token)?.filter(|it| it.expires_at > now);
    match found.and_then(|it| it.person_id) {
        Some(person) if !accounts::can_sign_in(conn, person)? => Ok(Some(person)),
        _ => Ok(None),
    }
}

pub async fn show(visit: Visit, token: Path<String>) -> Answer {
    form(&visit, StatusCode::OK, &token, ErasureInput::default(), FieldErrors::default()).await
}

async fn form(visit: &Visit, status: StatusCode, token: &str, input: ErasureInput, errors: FieldErrors) -> Answer {
    let (action, now) = (format!("/erasure/{token}"), visit.app.clock.now());
    let token = Token::parse(token).ok_or(AppError::NotFound)?;
    let found: Option<(String, Vec<Site>)> = visit
        .app
        .db
        .read(move |conn| {
            let Some(person) = find(conn, &token, now)? else { return Ok(None) };
            let email = accounts::find_person(conn, person)?.map(|it| it.email).unwrap_or_default();
            Ok(Some((email, sites::list_solely_organized(conn, person)?)))
        })
        .await?;
    let layout = visit.layout(&Viewer::anonymous());
    match found {
        Some((email, alone)) => {
            page(status, &pages::Erasure::new(layout, pages::Place { email, action }, &alone, input, errors))
        }
        None => page(StatusCode::GONE, &pages::LinkIsOver { layout }),
    }
}

/// The link is used up with whom it is about.
pub async fn erase(visit: Visit, token: Path<String>) -> Answer {
    let input: ErasureInput = visit.form()?;
    let words = match input.parse() {
        Ok(words) => words,
        Err(errors) => return form(&visit, StatusCode::UNPROCESSABLE_ENTITY, &token, input, errors).await,
    };
    let (secret, now) = (Token::parse(&token).ok_or(AppError::NotFound)?, visit.app.clock.now());
    let outcome = visit
        .app
        .db
        .write(move |conn| match find(conn, &secret, now)? {
            Some(person) => erasure::erase(conn, person, words, now).map(Some),
            None => Ok(None),
        })
        .await?;
    match outcome {
        Some(Outcome::Erased(addresses)) => goodbye(&visit, &addresses).await,
        // Says which pages, or that the link is over.
        _ => form(&visit, StatusCode::CONFLICT, &token, input, FieldErrors::default()).await,
    }
}
