//! The mails about belonging to a page.

use askama::Template;

use super::links::{LINK_LIFETIME, MemberLinks, UNSUBSCRIBE_LIFETIME};
use super::model::{Delivery, MemberState, Role};
use super::store;
use crate::accounts;
use crate::app::App;
use crate::db::Conn;
use crate::error::{AppError, Result};
use crate::jobs::{Job, Outcome};
use crate::mail::{self, EmailAddress, MailToken, Message, Prepared, Purpose};

/// What both parts of an invitation say.
struct InvitationWords {
    name: String,
    inviter: String,
    page: String,
    first_name: String,
    writes: bool,
    link: String,
    unsubscribe: String,
    origin: String,
}

#[derive(Template)]
#[template(path = "mail/invitation.txt")]
struct InvitationText<'a> {
    it: &'a InvitationWords,
}

#[derive(Template)]
#[template(path = "mail/invitation.html")]
struct InvitationHtml<'a> {
    it: &'a InvitationWords,
}

/// Invites somebody to a page, if they still are to be.
pub fn prepare_invitation(app: &App, conn: &mut Conn, job: &Job) -> Result<Prepared> {
    let member = job.member_id.ok_or(AppError::NotFound)?;
    let Some(recipient) = store::find_recipient(conn, member)? else {
        return Ok(Prepared::Drop("taken off the page"));
    };
    if recipient.state != MemberState::Invited || recipient.delivery == Delivery::None {
        return Ok(Prepared::Drop("no longer to be invited"));
    }
    let inviter = match recipient.invited_by {
        Some(id) => accounts::find_person(conn, id)?.map(|person| person.name),
        None => None,
    };
    let now = app.clock.now();
    let url = &app.config.public_url;
    let token = |conn: &mut Conn, purpose, lifetime| {
        mail::insert_token(conn, purpose, MailToken { member_id: Some(member), ..MailToken::lasting(now, lifetime) })
    };
    let link = token(conn, Purpose::Invitation, LINK_LIFETIME)?;
    let unsubscribe = token(conn, Purpose::Unsubscribe, UNSUBSCRIBE_LIFETIME)?;
    let links = MemberLinks {
        open: url.link(&format!("/invitations/{}", link.reveal())),
        unsubscribe: url.link(&format!("/unsubscribe/{}", unsubscribe.reveal())),
    };
    let words = InvitationWords {
        name: recipient.name.clone(),
        inviter: inviter.unwrap_or_else(|| "The family".to_owned()),
        page: recipient.site.name(),
        first_name: recipient.site.first_name.clone(),
        writes: recipient.role != Role::Supporter,
        link: links.open.clone(),
        unsubscribe: links.unsubscribe.clone(),
        origin: url.origin().to_owned(),
    };
    let message = Message {
        to: EmailAddress::parse(&recipient.email).map_err(AppError::internal)?,
        from_name: words.page.clone(),
        subject: format!("{} invites you to {}", words.inviter, words.page),
        text: InvitationText { it: &words }.render().map_err(AppError::internal)?,
        html: InvitationHtml { it: &words }.render().map_err(AppError::internal)?,
        id: format!("invitation-{member}-{}", job.id),
        thread: None,
        unsubscribe: Some(links.headers(&recipient.site)),
    };
    let then = move |conn: &mut Conn, outcome: &Outcome, now| match outcome {
        Outcome::Failed(why) => store::recipient_failed(conn, member, why, now),
        Outcome::Done => store::recipient_reached(conn, member),
        Outcome::Retry(_) | Outcome::Dropped(_) => Ok(()),
    };
    Ok(Prepared::Send(Box::new(message), Some(Box::new(then))))
}
