//! The mail that asks somebody without an account whether they mean it.

use askama::Template;
use jiff::SignedDuration;

use crate::accounts;
use crate::app::App;
use crate::db::Conn;
use crate::error::{AppError, Result};
use crate::jobs::Job;
use crate::mail::{self, EmailAddress, MailToken, Message, Prepared, Purpose};

const ERASE_WITHIN: SignedDuration = SignedDuration::from_hours(24);

#[derive(Template)]
#[template(path = "mail/erasure.txt")]
struct ErasureText<'a> {
    name: &'a str,
    link: &'a str,
    origin: &'a str,
}

#[derive(Template)]
#[template(path = "mail/erasure.html")]
struct ErasureHtml<'a> {
    name: &'a str,
    link: &'a str,
    origin: &'a str,
}

/// The link to be erased by. Whoever has an account by now signs in instead.
pub fn prepare_erasure(app: &App, conn: &mut Conn, job: &Job) -> Result<Prepared> {
    let id = job.person_id.ok_or(AppError::NotFound)?;
    let Some(person) = accounts::find_person(conn, id)? else { return Ok(Prepared::Drop("nobody there any more")) };
    if accounts::can_sign_in(conn, id)? {
        return Ok(Prepared::Drop("they have an account by now"));
    }
    let about = MailToken { person_id: Some(id), ..MailToken::lasting(app.clock.now(), ERASE_WITHIN) };
    let token = mail::insert_token(conn, Purpose::Erasure, about)?;
    let link = app.config.public_url.link(&format!("/erasure/{}", token.reveal()));
    let origin = app.config.public_url.origin();
    let name = person.name.as_str();
    Ok(Prepared::send(Message {
        to: EmailAddress::parse(&person.email).map_err(AppError::internal)?,
        from_name: "Tidings".to_owned(),
        subject: "Erase what is yours".to_owned(),
        text: ErasureText { name, link: &link, origin }.render().map_err(AppError::internal)?,
        html: ErasureHtml { name, link: &link, origin }.render().map_err(AppError::internal)?,
        related: Vec::new(),
        id: format!("erasure-{}-{}", id, job.id),
        thread: None,
        unsubscribe: None,
        reply_to: None,
        return_path: None,
    }))
}
