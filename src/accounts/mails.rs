//! The mails about an account.

use askama::Template;
use jiff::SignedDuration;

use super::handlers::sign_up::CONFIRM_WITHIN;
use super::store;
use crate::app::App;
use crate::db::Conn;
use crate::error::{AppError, Result};
use crate::jobs::Job;
use crate::mail::{self, EmailAddress, MailToken, Message, Prepared, Purpose};

const RESET_WITHIN: SignedDuration = SignedDuration::from_hours(1);

#[derive(Template)]
#[template(path = "mail/confirm_email.txt")]
struct ConfirmEmailText<'a> {
    link: &'a str,
    origin: &'a str,
}

#[derive(Template)]
#[template(path = "mail/confirm_email.html")]
struct ConfirmEmailHtml<'a> {
    link: &'a str,
    origin: &'a str,
}

/// Asks the owner of an address to confirm the account made with it. Nothing that was typed into the form stands in the
/// mail: it may go to somebody who has nothing to do with it.
pub fn prepare_confirm_email(app: &App, conn: &mut Conn, job: &Job) -> Result<Prepared> {
    let id = job.sign_up_id.ok_or(AppError::NotFound)?;
    let Some(sign_up) = store::find_sign_up(conn, id)? else {
        return Ok(Prepared::Drop("already confirmed, or too late"));
    };
    let now = app.clock.now();
    let about = MailToken { sign_up_id: Some(id), ..MailToken::lasting(now, CONFIRM_WITHIN) };
    let token = mail::insert_token(conn, Purpose::ConfirmEmail, about)?;
    let link = app.config.public_url.link(&format!("/email/confirm/{}", token.reveal()));
    let origin = app.config.public_url.origin();
    Ok(Prepared::send(Message {
        to: EmailAddress::parse(&sign_up.email).map_err(AppError::internal)?,
        from_name: "Tidings".to_owned(),
        subject: "Please confirm your e-mail address".to_owned(),
        text: ConfirmEmailText { link: &link, origin }.render().map_err(AppError::internal)?,
        html: ConfirmEmailHtml { link: &link, origin }.render().map_err(AppError::internal)?,
        id: format!("confirm-{id}"),
        thread: None,
        unsubscribe: None,
    }))
}

#[derive(Template)]
#[template(path = "mail/already_signed_up.txt")]
struct AlreadySignedUpText<'a> {
    name: &'a str,
    sign_in: &'a str,
    reset: &'a str,
    origin: &'a str,
}

#[derive(Template)]
#[template(path = "mail/already_signed_up.html")]
struct AlreadySignedUpHtml<'a> {
    name: &'a str,
    sign_in: &'a str,
    reset: &'a str,
    origin: &'a str,
}

/// Tells the owner of an address that there is an account with it already.
pub fn prepare_already_signed_up(app: &App, conn: &mut Conn, job: &Job) -> Result<Prepared> {
    let id = job.person_id.ok_or(AppError::NotFound)?;
    let Some(person) = store::find_person(conn, id)? else { return Ok(Prepared::Drop("nobody there any more")) };
    let public_url = &app.config.public_url;
    let (sign_in, reset, origin) =
        (public_url.link("/sign-in"), public_url.link("/password/reset"), public_url.origin());
    let name = person.name.as_str();
    Ok(Prepared::send(Message {
        to: EmailAddress::parse(&person.email).map_err(AppError::internal)?,
        from_name: "Tidings".to_owned(),
        subject: "You have an account already".to_owned(),
        text: AlreadySignedUpText { name, sign_in: &sign_in, reset: &reset, origin }
            .render()
            .map_err(AppError::internal)?,
        html: AlreadySignedUpHtml { name, sign_in: &sign_in, reset: &reset, origin }
            .render()
            .map_err(AppError::internal)?,
        id: format!("already-{}-{}", id, job.id),
        thread: None,
        unsubscribe: None,
    }))
}

#[derive(Template)]
#[template(path = "mail/password_reset.txt")]
struct PasswordResetText<'a> {
    name: &'a str,
    link: &'a str,
    origin: &'a str,
}

#[derive(Template)]
#[template(path = "mail/password_reset.html")]
struct PasswordResetHtml<'a> {
    name: &'a str,
    link: &'a str,
    origin: &'a str,
}

/// Helps somebody back in who has forgotten their password.
pub fn prepare_password_reset(app: &App, conn: &mut Conn, job: &Job) -> Result<Prepared> {
    let id = job.person_id.ok_or(AppError::NotFound)?;
    let Some(person) = store::find_person(conn, id)? else { return Ok(Prepared::Drop("nobody there any more")) };
    let about = MailToken { person_id: Some(id), ..MailToken::lasting(app.clock.now(), RESET_WITHIN) };
    let token = mail::insert_token(conn, Purpose::PasswordReset, about)?;
    let link = app.config.public_url.link(&format!("/password/reset/{}", token.reveal()));
    let origin = app.config.public_url.origin();
    let name = person.name.as_str();
    Ok(Prepared::send(Message {
        to: EmailAddress::parse(&person.email).map_err(AppError::internal)?,
        from_name: "Tidings".to_owned(),
        subject: "Set a new password".to_owned(),
        text: PasswordResetText { name, link: &link, origin }.render().map_err(AppError::internal)?,
        html: PasswordResetHtml { name, link: &link, origin }.render().map_err(AppError::internal)?,
        id: format!("reset-{}-{}", id, job.id),
        thread: None,
        unsubscribe: None,
    }))
}
