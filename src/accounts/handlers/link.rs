//! Signing in with a link in a mail, for whoever has an account.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Query;
use serde::Deserialize;

use super::reset::enqueue_for;
use super::sign_in::{Next, signed_in};
use crate::accounts::codes::{self, Verdict};
use crate::accounts::model::{Viewer, safe_next};
use crate::accounts::store::{self, Credentials};
use crate::accounts::{Visit, pages};
use crate::db::Conn;
use crate::error::{AppError, FieldErrors, Result};
use crate::jobs::Kind;
use crate::mail::{self, EmailAddress, Purpose};
use crate::secrets::Token;
use crate::web::{Answer, page, see_other};

pub async fn new(visit: Visit, query: Query<Next>) -> Answer {
    let next = safe_next(&query.next).unwrap_or_default().to_owned();
    request_page(&visit, StatusCode::OK, String::new(), next, FieldErrors::default())
}

fn request_page(visit: &Visit, status: StatusCode, email: String, next: String, errors: FieldErrors) -> Answer {
    page(status, &pages::LinkRequest { layout: visit.layout(&Viewer::anonymous()), email, next, errors })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LinkInput {
    email: String,
    next: String,
}

/// The answer, and the work, are the same whoever has the address: the worker finds out.
pub async fn create(visit: Visit) -> Answer {
    visit.app.limits.strangers.count_network(visit.client)?;
    let input: LinkInput = visit.form()?;
    let next = safe_next(&input.next).unwrap_or_default().to_owned();
    let email = match EmailAddress::parse(&input.email) {
        Ok(email) => email,
        Err(problem) => {
            let errors = FieldErrors::default().with("email", problem);
            return request_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, input.email, next, errors);
        }
    };
    visit.app.limits.sign_in_by_address.count(email.key().to_owned())?;
    enqueue_for(&visit, Kind::SignInLink, &email).await?;
    let layout = visit.layout(&Viewer::anonymous());
    page(StatusCode::OK, &pages::LinkSent { layout, email: email.to_string(), next })
}

/// What a token turned out to be.
enum Found {
    /// None of ours.
    Other,
    /// One of ours whose time is over.
    Over,
    /// One that lets this person in.
    Person(Box<Credentials>),
}

fn find(conn: &mut Conn, token: &Token, now: crate::clock::Timestamp) -> Result<Found> {
    let Some(about) = mail::find_token(conn, Purpose::SignIn, token)? else { return Ok(Found::Other) };
    let person = match about.person_id.filter(|_| about.expires_at > now) {
        Some(id) => store::find_person(conn, id)?.filter(Credentials::has_account),
        None => None,
    };
    Ok(person.map_or(Found::Over, |person| Found::Person(Box::new(person))))
}

/// The page behind a link that signs somebody in with their account; `None` when the token is of another kind.
pub async fn show_sign_in_link(visit: &Visit, token: &str) -> Result<Option<HttpResponse>> {
    let (token, now) = (Token::parse(token).ok_or(AppError::NotFound)?, visit.app.clock.now());
    let (viewer, found) = visit.read(move |conn, _| find(conn, &token, now)).await?;
    match found {
        Found::Other => Ok(None),
        Found::Over => over(visit).map(Some),
        Found::Person(person) => link_page(visit, StatusCode::OK, &viewer, &person, FieldErrors::default()).map(Some),
    }
}

fn over(visit: &Visit) -> Answer {
    page(StatusCode::GONE, &pages::LinkIsOver::sign_in(visit.layout(&Viewer::anonymous())))
}

fn link_page(visit: &Visit, status: StatusCode, viewer: &Viewer, person: &Credentials, errors: FieldErrors) -> Answer {
    let other = viewer.person().filter(|it| it.person_id != person.id).map(|it| it.name.clone());
    let (name, has_code) = (person.name.clone(), person.totp_sealed.is_some());
    page(status, &pages::SignInLink { layout: visit.layout(viewer), name, other, has_code, errors })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CodeInput {
    code: String,
}

/// The press on that page; `None` when the token is of another kind. The link is used up with the session that it gives,
/// so that two presses give one; a wrong code does not use it up.
pub async fn use_sign_in_link(visit: &Visit, token: &str) -> Result<Option<HttpResponse>> {
    let token = Token::parse(token).ok_or(AppError::NotFound)?;
    let input: CodeInput = visit.form()?;
    let (viewer, ()) = visit.read(|_, _| Ok(())).await?;
    let (app, entrance, now) = (visit.app.clone(), visit.entrance(), visit.app.clock.now());
    let (client, code) = (visit.client, input.code);
    let work = move |conn: &mut Conn| {
        let person = match find(conn, &token, now)? {
            Found::Person(person) => person,
            other => return Ok((other, None)),
        };
        app.limits.sign_in_by_network.count_network(client)?;
        let verdict = codes::take(&app, conn, &person, &code, now)?;
        if verdict == Verdict::Wrong {
            return Ok((Found::Person(person), None));
        }
        if mail::take_token(conn, Purpose::SignIn, &token)?.is_none() {
            return Ok((Found::Over, None));
        }
        store::mark_verified(conn, person.id, now)?;
        let session = entrance.admit(conn, person.id)?;
        Ok((Found::Person(person), Some((session, verdict))))
    };
    match visit.app.db.write(work).await? {
        (Found::Other, _) => Ok(None),
        (Found::Over, _) => over(visit).map(Some),
        (Found::Person(_), Some((session, verdict))) => {
            visit.keep_session(&session);
            visit.set_flash(signed_in(verdict));
            see_other("/").map(Some)
        }
        (Found::Person(person), None) => {
            let errors = FieldErrors::default().with("code", codes::WRONG);
            link_page(visit, StatusCode::UNPROCESSABLE_ENTITY, &viewer, &person, errors).map(Some)
        }
    }
}
