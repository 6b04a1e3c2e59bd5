//! The mail that tells somebody that they are thanked.

use std::sync::Arc;

use askama::Template;

use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::ThanksId;
use crate::error::{AppError, Result};
use crate::jobs::{Job, Outcome};
use crate::mail::keys::KeyKind;
use crate::mail::{EmailAddress, Message, Prepared};
use crate::sites::{self, MemberLinks, MemberState};
use crate::wishes::store;

/// What both parts of the mail say.
struct Words {
    name: String,
    giver: String,
    page: String,
    message: Option<String>,
    link: String,
    unsubscribe: String,
    origin: String,
}

#[derive(Template)]
#[template(path = "mail/thanks.txt")]
struct Text<'a> {
    it: &'a Words,
}

#[derive(Template)]
#[template(path = "mail/thanks.html")]
struct Html<'a> {
    it: &'a Words,
}

/// Tells a member that somebody thanks them. Whoever is to get no mail by now, or whom it cannot reach, is told on the page.
pub fn prepare_thanks(app: &App, conn: &mut Conn, job: &Job) -> Result<Prepared> {
    let member = job.member_id.ok_or(AppError::NotFound)?;
    let id = job.detail.as_deref().and_then(ThanksId::parse).ok_or(AppError::NotFound)?;
    let Some(recipient) = sites::find_recipient(conn, member)? else {
        return Ok(Prepared::Drop("taken off the page"));
    };
    let Some(thanked) = store::find_thanked(conn, id, member)? else {
        return Ok(Prepared::Drop("taken back"));
    };
    if recipient.state != MemberState::Active || !recipient.may_hear() {
        let then = move |conn: &mut Conn, _: &Outcome, _: Timestamp| store::tell_on_page(conn, id, member);
        return Ok(Prepared::DropThen("not to hear of the page by mail", Arc::new(then)));
    }
    if let Some(until) = recipient.quiet_until(app.clock.now()) {
        return Ok(Prepared::NotBefore(until));
    }
    let url = &app.config.public_url;
    let links = MemberLinks::insert(conn, url, member, "", app.clock.now())?;
    let words = Words {
        name: recipient.name.clone(),
        giver: thanked.giver,
        page: recipient.site.name(),
        message: thanked.message,
        link: links.open.clone(),
        unsubscribe: links.unsubscribe.clone(),
        origin: url.origin().to_owned(),
    };
    let message = Message {
        to: EmailAddress::parse(&recipient.email).map_err(AppError::internal)?,
        from_name: words.page.clone(),
        subject: format!("{} thanks you", words.giver),
        text: Text { it: &words }.render().map_err(AppError::internal)?,
        html: Html { it: &words }.render().map_err(AppError::internal)?,
        related: Vec::new(),
        id: format!("thanks-{id}-{member}"),
        thread: None,
        unsubscribe: Some(links.headers(&recipient.site)),
        reply_to: app.no_reply_address(job.id, recipient.links_generation),
        return_path: app.signed_address(KeyKind::Return, job.id),
    };
    let then = move |conn: &mut Conn, outcome: &Outcome, now: Timestamp| {
        sites::note_outcome(conn, member, outcome, now)?;
        match outcome {
            Outcome::Failed(_) | Outcome::Lost(_) | Outcome::Dropped(_) => store::tell_on_page(conn, id, member),
            Outcome::Done | Outcome::Retry(_) | Outcome::Deferred(_) | Outcome::NotBefore(_) => Ok(()),
        }
    };
    Ok(Prepared::Send(Box::new(message), Some(Arc::new(then))))
}
