//! The account page, changing the password, and setting a new one when it is forgotten.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::Deserialize;

use crate::accounts::model::Viewer;
use crate::accounts::store;
use crate::accounts::{Visit, pages};
use crate::db::ids::PersonId;
use crate::error::{AppError, FieldErrors, Result};
use crate::jobs::{self, Kind, NewJob};
use crate::mail::{self, EmailAddress, Purpose};
use crate::secrets::password::{self, Verdict};
use crate::secrets::{Secret, Token};
use crate::web::{Answer, Flash, page, see_other};

pub async fn account(visit: Visit) -> Answer {
    let (viewer, email) = visit.read(|_, viewer| Ok(viewer.account()?.email.clone())).await?;
    page(StatusCode::OK, &pages::Account { layout: visit.layout(&viewer), email, errors: FieldErrors::default() })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PasswordInput {
    current_password: String,
    password: String,
}

/// Every session ends with the old password, also whatever a thief has open; this browser gets a new one.
pub async fn change(visit: Visit) -> Answer {
    let input: PasswordInput = visit.form()?;
    let (viewer, (id, email, stored)) = visit
        .read(|conn, viewer| {
            let person = viewer.account()?;
            let stored = store::find_person(conn, person.person_id)?.and_then(|it| it.password_hash);
            Ok((person.person_id, person.email.clone(), stored))
        })
        .await?;
    visit.app.limits.sign_in_by_address.count(email.to_lowercase())?;
    let mut errors = FieldErrors::default();
    if visit.app.hasher.verify(Secret::new(input.current_password), stored).await? == Verdict::Wrong {
        errors.add("current_password", "This is not your password now.");
    }
    let new = errors.take("password", password::parse_new(&input.password));
    match new {
        Some(new) if errors.is_empty() => set_password(&visit, id, new).await,
        _ => {
            let form = pages::Account { layout: visit.layout(&viewer), email, errors };
            page(StatusCode::UNPROCESSABLE_ENTITY, &form)
        }
    }
}

async fn set_password(visit: &Visit, person: PersonId, new: Secret) -> Answer {
    let hash = visit.app.hasher.hash(new).await?;
    let now = visit.app.clock.now();
    let work = move |conn: &mut crate::db::Conn| {
        store::update_password(conn, person, &hash, now)?;
        mail::delete_tokens_of(conn, Purpose::PasswordReset, person)?;
        store::delete_sessions_of(conn, person)
    };
    visit.app.db.write(work).await?;
    visit.sign_in(person).await?;
    visit.set_flash(Flash::PasswordChanged);
    see_other("/account")
}

pub async fn new_reset(visit: Visit) -> Answer {
    reset_request_page(&visit, StatusCode::OK, String::new(), FieldErrors::default())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct EmailInput {
    email: String,
}

/// The answer is the same whether or not the address has an account.
pub async fn create_reset(visit: Visit) -> Answer {
    visit.app.limits.strangers.count_network(visit.client)?;
    let input: EmailInput = visit.form()?;
    let email = match EmailAddress::parse(&input.email) {
        Ok(email) => email,
        Err(problem) => {
            let errors = FieldErrors::default().with("email", problem);
            return reset_request_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, input.email, errors);
        }
    };
    let (key, now) = (email.key().to_owned(), visit.app.clock.now());
    if visit.app.limits.unasked_mail.count(email.mailbox()).is_ok() {
        let work = move |conn: &mut crate::db::Conn| {
            let found = store::find_person_by_email(conn, &key)?.filter(|person| person.password_hash.is_some());
            let Some(person) = found else { return Ok(()) };
            let about = NewJob { person_id: Some(person.id), ..NewJob::default() };
            jobs::enqueue(conn, Kind::PasswordReset, about, now)
        };
        visit.app.db.write(work).await?;
        visit.app.ring();
    }
    let layout = visit.layout(&Viewer::anonymous());
    page(StatusCode::OK, &pages::ResetSent { layout, email: email.to_string() })
}

fn reset_request_page(visit: &Visit, status: StatusCode, email: String, errors: FieldErrors) -> Answer {
    page(status, &pages::ResetRequest { layout: visit.layout(&Viewer::anonymous()), email, errors })
}

pub async fn show_reset(visit: Visit, token: Path<String>) -> Answer {
    match reset_for(&visit, &token).await? {
        Some(_) => new_password_page(&visit, StatusCode::OK, FieldErrors::default()),
        None => page(StatusCode::GONE, &pages::LinkIsOver::reset(visit.layout(&Viewer::anonymous()))),
    }
}

pub async fn reset(visit: Visit, token: Path<String>) -> Answer {
    let input: PasswordInput = visit.form()?;
    let Some(person) = reset_for(&visit, &token).await? else {
        return page(StatusCode::GONE, &pages::LinkIsOver::reset(visit.layout(&Viewer::anonymous())));
    };
    match password::parse_new(&input.password) {
        Ok(new) => set_password(&visit, person, new).await,
        Err(problem) => {
            let errors = FieldErrors::default().with("password", problem);
            new_password_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, errors)
        }
    }
}

fn new_password_page(visit: &Visit, status: StatusCode, errors: FieldErrors) -> Answer {
    page(status, &pages::NewPassword { layout: visit.layout(&Viewer::anonymous()), errors })
}

async fn reset_for(visit: &Visit, token: &str) -> Result<Option<PersonId>> {
    let token = Token::parse(token).ok_or(AppError::NotFound)?;
    let now = visit.app.clock.now();
    visit
        .app
        .db
        .read(move |conn| {
            let found = mail::find_token(conn, Purpose::PasswordReset, &token)?;
            Ok(found.filter(|it| it.expires_at > now).and_then(|it| it.person_id))
        })
        .await
}
