//! The mail that asks whether words are really from the owner of the address that was left with them, and the one that tells an
//! organizer of a flood.

use std::sync::Arc;

use askama::Template;

use super::model::{CONFIRM_WITHIN, FLOOD};
use super::publishing::find_page;
use super::store;
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::WishId;
use crate::error::{AppError, Result};
use crate::jobs::{Job, Outcome};
use crate::mail::keys::KeyKind;
use crate::mail::{self, EmailAddress, MailToken, Message, Prepared, Purpose};
use crate::sites::{self, MemberLinks, MemberState, Role};

#[derive(Template)]
#[template(path = "mail/confirm_words.txt")]
struct ConfirmText<'a> {
    it: &'a Confirm,
}

#[derive(Template)]
#[template(path = "mail/confirm_words.html")]
struct ConfirmHtml<'a> {
    it: &'a Confirm,
}

/// What both parts say: nothing that was typed into the form, since the mail may go to somebody who has nothing to do with it.
struct Confirm {
    page: String,
    link: String,
    refusal: String,
    origin: String,
}

/// Asks the owner of an address whether words are theirs. Whoever has the address, they are asked alike.
pub fn prepare_confirm_words(app: &App, conn: &mut Conn, job: &Job) -> Result<Prepared> {
    let id = job.detail.as_deref().and_then(WishId::parse).ok_or(AppError::NotFound)?;
    let Some(words) = store::find_words(conn, id)? else { return Ok(Prepared::Drop("thrown away")) };
    if words.confirmed_at.is_some() {
        return Ok(Prepared::Drop("confirmed already"));
    }
    let to = EmailAddress::parse(&words.email).map_err(AppError::internal)?;
    if store::has_refused(conn, &to)? {
        return Ok(Prepared::Drop("the owner of this address does not want to be asked"));
    }
    let Some(scope) = find_page(conn, &words)? else { return Ok(Prepared::Drop("the page takes them no longer")) };
    let about = MailToken { wish_id: Some(id), ..MailToken::lasting(app.clock.now(), CONFIRM_WITHIN) };
    let token = mail::insert_token(conn, Purpose::ConfirmWords, about)?;
    let link = app.config.public_url.link(&format!("/visits/{}", token.reveal()));
    let it = Confirm {
        page: scope.site.name(),
        refusal: format!("{link}/refusal"),
        link,
        origin: app.config.public_url.origin().to_owned(),
    };
    Ok(Prepared::send(Message {
        to,
        from_name: it.page.clone(),
        subject: format!("Please confirm: words for {}", it.page),
        text: ConfirmText { it: &it }.render().map_err(AppError::internal)?,
        html: ConfirmHtml { it: &it }.render().map_err(AppError::internal)?,
        related: Vec::new(),
        id: format!("words-{id}-{}", job.id),
        thread: None,
        unsubscribe: None,
        reply_to: None,
        return_path: None,
    }))
}

#[derive(Template)]
#[template(path = "mail/flood.txt")]
struct FloodText<'a> {
    it: &'a FloodWords,
}

#[derive(Template)]
#[template(path = "mail/flood.html")]
struct FloodHtml<'a> {
    it: &'a FloodWords,
}

struct FloodWords {
    name: String,
    page: String,
    most: i64,
    link: String,
    unsubscribe: String,
    origin: String,
}

/// Tells an organizer that more is written than anybody can read, and that it waits.
pub fn prepare_flood(app: &App, conn: &mut Conn, job: &Job) -> Result<Prepared> {
    let member = job.member_id.ok_or(AppError::NotFound)?;
    let Some(recipient) = sites::find_recipient(conn, member)? else { return Ok(Prepared::Drop("taken off the page")) };
    if recipient.role != Role::Organizer || recipient.state != MemberState::Active || !recipient.may_hear() {
        return Ok(Prepared::Drop("not to hear of this any more"));
    }
    if store::get_flood(conn, recipient.site.id, app.clock.now())?.count == 0 {
        return Ok(Prepared::Drop("seen to already"));
    }
    let url = &app.config.public_url;
    let links = MemberLinks::insert(conn, url, member, "", app.clock.now())?;
    let it = FloodWords {
        name: recipient.name.clone(),
        page: recipient.site.name(),
        most: FLOOD,
        // Deciding about it takes an account, so this link is an ordinary one.
        link: url.link(&format!("{}/encouragement/flood", recipient.site.path())),
        unsubscribe: links.unsubscribe.clone(),
        origin: url.origin().to_owned(),
    };
    let message = Message {
        to: EmailAddress::parse(&recipient.email).map_err(AppError::internal)?,
        from_name: it.page.clone(),
        subject: format!("Many visitors are writing on {}", it.page),
        text: FloodText { it: &it }.render().map_err(AppError::internal)?,
        html: FloodHtml { it: &it }.render().map_err(AppError::internal)?,
        related: Vec::new(),
        id: format!("flood-{member}-{}", job.id),
        thread: None,
        unsubscribe: Some(links.headers(&recipient.site)),
        reply_to: app.no_reply_address(job.id, recipient.links_generation),
        return_path: app.signed_address(KeyKind::Return, job.id),
    };
    let then =
        move |conn: &mut Conn, outcome: &Outcome, now: Timestamp| sites::note_outcome(conn, member, outcome, now);
    Ok(Prepared::Send(Box::new(message), Some(Arc::new(then))))
}
