//! The mails about belonging to a page.

use askama::Template;

use super::links::MemberLinks;
use super::model::{Delivery, MemberState, Role};
use super::store;
use crate::accounts;
use crate::app::App;
use crate::db::Conn;
use crate::error::{AppError, Result};
use crate::jobs::{Job, Outcome};
use crate::mail::{EmailAddress, Message, Prepared};

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
    let url = &app.config.public_url;
    let links = MemberLinks::insert_invitation(conn, url, member, app.clock.now())?;
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
    let then = move |conn: &mut Conn, outcome: &Outcome, now| store::note_outcome(conn, member, outcome, now);
    Ok(Prepared::Send(Box::new(message), Some(Box::new(then))))
}
