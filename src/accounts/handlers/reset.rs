//! Setting a new password when the old one is forgotten.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::Deserialize;

use crate::accounts::model::{Notice, Viewer};
use crate::accounts::store::{self, Credentials};
use crate::accounts::{Visit, notices, pages};
use crate::db::Conn;
use crate::error::{AppError, FieldErrors, Result};
use crate::jobs::{self, Kind, NewJob};
use crate::mail::{self, EmailAddress, Purpose};
use crate::secrets::{Token, password};
use crate::web::{Answer, Flash, page, see_other};

pub async fn new(visit: Visit) -> Answer {
    request_page(&visit, StatusCode::OK, String::new(), FieldErrors::default())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct EmailInput {
    email: String,
}

/// The answer, and the work, are the same whether or not the address has an account: the worker finds out.
pub async fn create(visit: Visit) -> Answer {
    visit.app.limits.strangers.count_network(visit.client)?;
    let input: EmailInput = visit.form()?;
    let email = match EmailAddress::parse(&input.email) {
        Ok(email) => email,
        Err(problem) => {
            let errors = FieldErrors::default().with("email", problem);
            return request_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, input.email, errors);
        }
    };
    enqueue_for(&visit, Kind::PasswordReset, &email).await?;
    let layout = visit.layout(&Viewer::anonymous());
    page(StatusCode::OK, &pages::ResetSent { layout, email: email.to_string() })
}

/// Enqueues a mail for whoever has an address, if it has not had too many.
pub(super) async fn enqueue_for(visit: &Visit, kind: Kind, email: &EmailAddress) -> Result<()> {
    if visit.app.limits.unasked_mail.count(email.mailbox()).is_err() {
        return Ok(());
    }
    let (key, now) = (email.key().to_owned(), visit.app.clock.now());
    let work = move |conn: &mut Conn| {
        let person_id = store::find_person_id(conn, &key)?;
        jobs::enqueue(conn, kind, NewJob { person_id, ..NewJob::default() }, now)
    };
    visit.app.db.write(work).await?;
    visit.app.ring();
    Ok(())
}

fn request_page(visit: &Visit, status: StatusCode, email: String, errors: FieldErrors) -> Answer {
    page(status, &pages::ResetRequest { layout: visit.layout(&Viewer::anonymous()), email, errors })
}

pub async fn show(visit: Visit, token: Path<String>) -> Answer {
    match reset_for(&visit, &token).await? {
        Some(_) => new_password_page(&visit, StatusCode::OK, FieldErrors::default()),
        None => over(&visit),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PasswordInput {
    password: String,
}

/// Who reads the mail may set the password; but where a second factor is on, a mail alone lets nobody in.
pub async fn set(visit: Visit, token: Path<String>) -> Answer {
    visit.app.limits.sign_in_by_network.count_network(visit.client)?;
    let input: PasswordInput = visit.form()?;
    let Some(person) = reset_for(&visit, &token).await? else { return over(&visit) };
    let new = match password::parse_new(&input.password, &person.known_as()) {
        Ok(new) => new,
        Err(problem) => {
            let errors = FieldErrors::default().with("password", problem);
            return new_password_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, errors);
        }
    };
    let hash = visit.app.hasher.hash(new).await?;
    let token = Token::parse(&token).ok_or(AppError::NotFound)?;
    let (now, device, entrance) = (visit.app.clock.now(), visit.device.clone(), visit.entrance());
    let work = move |conn: &mut Conn| {
        let Some(about) = mail::take_token(conn, Purpose::PasswordReset, &token)? else { return Ok(None) };
        let id = about.person_id.ok_or(AppError::NotFound)?;
        let person = store::lock_person(conn, id, now)?;
        store::update_password(conn, id, &hash, now)?;
        store::mark_verified(conn, id, now)?;
        store::delete_sessions_of(conn, id)?;
        notices::tell(conn, id, Notice::PasswordChanged, &device, now)?;
        let session = if person.totp_sealed.is_none() { Some(entrance.admit(conn, id)?) } else { None };
        Ok(Some(session))
    };
    let done = visit.app.db.write(work).await?;
    visit.app.ring();
    match done {
        None => over(&visit),
        Some(None) => {
            visit.set_flash(Flash::PasswordSet);
            see_other("/sign-in")
        }
        Some(Some(session)) => {
            visit.keep_session(&session);
            visit.set_flash(Flash::PasswordChanged);
            see_other("/account")
        }
    }
}

fn over(visit: &Visit) -> Answer {
    page(StatusCode::GONE, &pages::LinkIsOver::reset(visit.layout(&Viewer::anonymous())))
}

fn new_password_page(visit: &Visit, status: StatusCode, errors: FieldErrors) -> Answer {
    page(status, &pages::NewPassword { layout: visit.layout(&Viewer::anonymous()), errors })
}

async fn reset_for(visit: &Visit, token: &str) -> Result<Option<Credentials>> {
    let token = Token::parse(token).ok_or(AppError::NotFound)?;
    let now = visit.app.clock.now();
    let work = move |conn: &mut Conn| {
        let found = mail::find_token(conn, Purpose::PasswordReset, &token)?.filter(|it| it.expires_at > now);
        let Some(id) = found.and_then(|it| it.person_id) else { return Ok(None) };
        store::find_person(conn, id)
    };
    visit.app.db.read(work).await
}
