//! The mails about an account.

use std::sync::Arc;

use askama::Template;
use jiff::SignedDuration;

use super::handlers::sign_up::CONFIRM_WITHIN;
use super::model::Notice;
use super::store::{self, Credentials, SignUp};
use crate::app::App;
use crate::db::Conn;
use crate::error::{AppError, Result};
use crate::jobs::{Job, Outcome};
use crate::mail::{self, EmailAddress, MailToken, Message, Prepared, Purpose};

const RESET_WITHIN: SignedDuration = SignedDuration::from_hours(1);
const SIGN_IN_WITHIN: SignedDuration = SignedDuration::from_mins(10);
const CHANGE_WITHIN: SignedDuration = SignedDuration::from_hours(24);

fn message(to: &str, subject: &str, id: String, text: &impl Template, html: &impl Template) -> Result<Message> {
    Ok(Message {
        to: EmailAddress::parse(to).map_err(AppError::internal)?,
        from_name: "Tidings".to_owned(),
        subject: subject.to_owned(),
        text: text.render().map_err(AppError::internal)?,
        html: html.render().map_err(AppError::internal)?,
        related: Vec::new(),
        id,
        thread: None,
        unsubscribe: None,
        reply_to: None,
        return_path: None,
    })
}

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

/// Asks the owner of an address to confirm the account made with it; or tells them that they have one already, in which
/// case what was asked for is forgotten. Nothing that was typed into the form stands in either mail: it may go to somebody
/// who has nothing to do with it.
pub fn prepare_confirm_email(app: &App, conn: &mut Conn, job: &Job) -> Result<Prepared> {
    let id = job.sign_up_id.ok_or(AppError::NotFound)?;
    let Some(sign_up) = store::find_sign_up(conn, id)? else {
        return Ok(Prepared::Drop("already confirmed, or too late"));
    };
    if let Some(person) = store::find_person_by_email(conn, &sign_up.email_key)?.filter(Credentials::has_account) {
        return already_signed_up(app, job, &person, sign_up);
    }
    let about = MailToken { sign_up_id: Some(id), ..MailToken::lasting(app.clock.now(), CONFIRM_WITHIN) };
    let token = mail::insert_token(conn, Purpose::ConfirmEmail, about)?;
    let link = app.config.public_url.link(&format!("/email/confirm/{}", token.reveal()));
    let (link, origin) = (link.as_str(), app.config.public_url.origin());
    let (text, html) = (ConfirmEmailText { link, origin }, ConfirmEmailHtml { link, origin });
    let subject = "Please confirm your e-mail address";
    Ok(Prepared::send(message(&sign_up.email, subject, format!("confirm-{id}"), &text, &html)?))
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

fn already_signed_up(app: &App, job: &Job, person: &Credentials, sign_up: SignUp) -> Result<Prepared> {
    let url = &app.config.public_url;
    let (name, origin, sign_in, reset) =
        (person.name.as_str(), url.origin(), &url.link("/sign-in"), &url.link("/password/reset"));
    let text = AlreadySignedUpText { name, sign_in, reset, origin };
    let html = AlreadySignedUpHtml { name, sign_in, reset, origin };
    let id = format!("already-{}-{}", person.id, job.id);
    let message = message(&person.email, "You have an account already", id, &text, &html)?;
    let then = move |conn: &mut Conn, outcome: &Outcome, _now| match outcome {
        outcome if outcome.is_open() => Ok(()),
        _ => store::delete_sign_up(conn, sign_up.id).map(|_| ()),
    };
    Ok(Prepared::Send(Box::new(message), Some(Arc::new(then))))
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

/// The account that a mail is for, if there is one.
fn account_of(conn: &mut Conn, job: &Job) -> Result<Option<Credentials>> {
    let Some(id) = job.person_id else { return Ok(None) };
    Ok(store::find_person(conn, id)?.filter(Credentials::has_account))
}

/// Helps somebody back in who has forgotten their password.
pub fn prepare_password_reset(app: &App, conn: &mut Conn, job: &Job) -> Result<Prepared> {
    let Some(person) = account_of(conn, job)? else {
        return Ok(Prepared::Drop("nobody has an account with this address"));
    };
    let about = MailToken { person_id: Some(person.id), ..MailToken::lasting(app.clock.now(), RESET_WITHIN) };
    let token = mail::insert_token(conn, Purpose::PasswordReset, about)?;
    let link = app.config.public_url.link(&format!("/password/reset/{}", token.reveal()));
    let (name, link, origin) = (person.name.as_str(), link.as_str(), app.config.public_url.origin());
    let (text, html) = (PasswordResetText { name, link, origin }, PasswordResetHtml { name, link, origin });
    let id = format!("reset-{}-{}", person.id, job.id);
    Ok(Prepared::send(message(&person.email, "Set a new password", id, &text, &html)?))
}

#[derive(Template)]
#[template(path = "mail/sign_in_link.txt")]
struct SignInLinkText<'a> {
    name: &'a str,
    link: &'a str,
    origin: &'a str,
}

#[derive(Template)]
#[template(path = "mail/sign_in_link.html")]
struct SignInLinkHtml<'a> {
    name: &'a str,
    link: &'a str,
    origin: &'a str,
}

/// Lets somebody in with a link; `None` when nobody has an account with the address.
pub fn prepare_sign_in_link(app: &App, conn: &mut Conn, job: &Job) -> Result<Option<Prepared>> {
    let Some(person) = account_of(conn, job)? else { return Ok(None) };
    let about = MailToken { person_id: Some(person.id), ..MailToken::lasting(app.clock.now(), SIGN_IN_WITHIN) };
    let token = mail::insert_token(conn, Purpose::SignIn, about)?;
    let link = app.config.public_url.link(&format!("/sign-in/link/{}", token.reveal()));
    let (name, link, origin) = (person.name.as_str(), link.as_str(), app.config.public_url.origin());
    let (text, html) = (SignInLinkText { name, link, origin }, SignInLinkHtml { name, link, origin });
    let id = format!("sign-in-{}-{}", person.id, job.id);
    Ok(Some(Prepared::send(message(&person.email, "Your link to sign in", id, &text, &html)?)))
}

#[derive(Template)]
#[template(path = "mail/email_change.txt")]
struct EmailChangeText<'a> {
    link: &'a str,
    origin: &'a str,
}

#[derive(Template)]
#[template(path = "mail/email_change.html")]
struct EmailChangeHtml<'a> {
    link: &'a str,
    origin: &'a str,
}

/// Asks the owner of a new address whether it is to be used. It names nobody: it may go to a stranger.
pub fn prepare_email_change(app: &App, conn: &mut Conn, job: &Job) -> Result<Prepared> {
    let id = job.email_change_id.ok_or(AppError::NotFound)?;
    let Some(change) = store::find_email_change(conn, id)?.filter(|it| it.confirmed_at.is_none()) else {
        return Ok(Prepared::Drop("confirmed already, or stopped"));
    };
    if store::is_superseded(conn, &change)? {
        return Ok(Prepared::Drop("something else was asked for since"));
    }
    let about = MailToken { email_change_id: Some(id), ..MailToken::lasting(change.created_at, CHANGE_WITHIN) };
    let token = mail::insert_token(conn, Purpose::EmailChange, about)?;
    let link = app.config.public_url.link(&format!("/email/change/{}", token.reveal()));
    let (link, origin) = (link.as_str(), app.config.public_url.origin());
    let (text, html) = (EmailChangeText { link, origin }, EmailChangeHtml { link, origin });
    let subject = "Please confirm your new e-mail address";
    Ok(Prepared::send(message(&change.email, subject, format!("email-change-{id}"), &text, &html)?))
}

#[derive(Template)]
#[template(path = "mail/email_change_notice.txt")]
struct EmailChangeNoticeText<'a> {
    name: &'a str,
    new: &'a str,
    link: &'a str,
    origin: &'a str,
}

#[derive(Template)]
#[template(path = "mail/email_change_notice.html")]
struct EmailChangeNoticeHtml<'a> {
    name: &'a str,
    new: &'a str,
    link: &'a str,
    origin: &'a str,
}

/// Tells the old address, with a link that stops the change or takes it back.
pub fn prepare_email_change_notice(app: &App, conn: &mut Conn, job: &Job) -> Result<Prepared> {
    let id = job.email_change_id.ok_or(AppError::NotFound)?;
    let Some(change) = store::find_email_change(conn, id)? else { return Ok(Prepared::Drop("stopped")) };
    let Some(person) = store::find_person(conn, change.person_id)? else {
        return Ok(Prepared::Drop("nobody there any more"));
    };
    let expires_at = change.expires_at;
    let about = MailToken {
        email_change_id: Some(id),
        expires_at,
        ..MailToken::lasting(change.created_at, SignedDuration::ZERO)
    };
    let token = mail::insert_token(conn, Purpose::EmailStop, about)?;
    let link = app.config.public_url.link(&format!("/email/stop/{}", token.reveal()));
    let (name, new, link, origin) =
        (person.name.as_str(), change.email.as_str(), link.as_str(), app.config.public_url.origin());
    let text = EmailChangeNoticeText { name, new, link, origin };
    let html = EmailChangeNoticeHtml { name, new, link, origin };
    let subject = "Your e-mail address is to be changed";
    Ok(Prepared::send(message(&change.old_email, subject, format!("email-notice-{id}"), &text, &html)?))
}

#[derive(Template)]
#[template(path = "mail/security_notice.txt")]
struct SecurityNoticeText<'a> {
    name: &'a str,
    sentence: &'a str,
    when: &'a str,
    device: &'a str,
    reset: &'a str,
    origin: &'a str,
}

#[derive(Template)]
#[template(path = "mail/security_notice.html")]
struct SecurityNoticeHtml<'a> {
    name: &'a str,
    sentence: &'a str,
    when: &'a str,
    device: &'a str,
    reset: &'a str,
    origin: &'a str,
}

/// Tells somebody that what guards their account has changed. No link in it acts.
pub fn prepare_security_notice(app: &App, conn: &mut Conn, job: &Job) -> Result<Prepared> {
    let Some(person) = account_of(conn, job)? else { return Ok(Prepared::Drop("nobody there any more")) };
    let Some((what, device)) = job.detail.as_deref().and_then(Notice::and_device) else {
        return Ok(Prepared::Drop("nothing to say"));
    };
    let url = &app.config.public_url;
    let (name, sentence, origin) = (person.name.as_str(), what.sentence(), url.origin());
    let (when, reset) = (&job.created_at.long(), &url.link("/password/reset"));
    let text = SecurityNoticeText { name, sentence, when, device, reset, origin };
    let html = SecurityNoticeHtml { name, sentence, when, device, reset, origin };
    let id = format!("security-{}-{}", person.id, job.id);
    Ok(Prepared::send(message(&person.email, "Your account was changed", id, &text, &html)?))
}
