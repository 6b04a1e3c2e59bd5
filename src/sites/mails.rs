//! The mails about belonging to a page.

use std::sync::Arc;

use askama::Template;

use super::links::MemberLinks;
use super::mail_holds::MailHolds;
use super::model::{MemberState, Role};
use super::store;
use crate::accounts;
use crate::app::App;
use crate::db::Conn;
use crate::db::ids::MemberId;
use crate::error::{AppError, Result};
use crate::jobs::{Job, Outcome};
use crate::mail::keys::KeyKind;
use crate::mail::{EmailAddress, Message, Prepared};

/// What both parts of an invitation say.
struct InvitationWords {
    name: String,
    confirms: bool,
    inviter: String,
    page: String,
    first_name: String,
    in_memory: bool,
    writes: bool,
    /// How much of an update its mail holds here.
    holds: MailHolds,
    link: String,
    unsubscribe: String,
    origin: String,
}

impl InvitationWords {
    /// What whoever follows the page gets by e-mail.
    fn hears(&self) -> &'static str {
        match (self.holds, self.in_memory) {
            (MailHolds::Whole, false) => "you get each update by e-mail, the whole of it.",
            (MailHolds::Whole, true) => "you get by e-mail what the family writes.",
            (MailHolds::FirstLines, false) => {
                "you get the first lines of each update by e-mail, with a link to the rest."
            }
            (MailHolds::FirstLines, true) => {
                "you get by e-mail the first lines of what the family writes, with a link to the rest."
            }
            (MailHolds::OnlyNews, false) => "you get an e-mail when there is news, with a link to read it on the page.",
            (MailHolds::OnlyNews, true) => {
                "you get an e-mail when the family has written something, with a link to read it on the page."
            }
        }
    }
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
    if recipient.state != MemberState::Invited || !recipient.may_hear() {
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
        // Whoever gave this address themselves is the only one who knows what they have typed.
        confirms: inviter.is_none(),
        inviter: inviter.unwrap_or_default(),
        page: recipient.site.name(),
        first_name: recipient.site.first_name.clone(),
        in_memory: recipient.site.is_memorial(),
        writes: recipient.role != Role::Supporter,
        holds: recipient.site.mail_holds,
        link: links.open.clone(),
        unsubscribe: links.unsubscribe.clone(),
        origin: url.origin().to_owned(),
    };
    let message = Message {
        to: EmailAddress::parse(&recipient.email).map_err(AppError::internal)?,
        from_name: words.page.clone(),
        subject: if words.confirms {
            format!("Please confirm: follow {}", words.page)
        } else {
            format!("{} invites you to {}", words.inviter, words.page)
        },
        text: InvitationText { it: &words }.render().map_err(AppError::internal)?,
        html: InvitationHtml { it: &words }.render().map_err(AppError::internal)?,
        related: Vec::new(),
        id: format!("invitation-{member}-{}", job.id),
        thread: None,
        unsubscribe: Some(links.headers(&recipient.site)),
        reply_to: app.no_reply_address(job.id, recipient.links_generation),
        return_path: app.signed_address(KeyKind::Return, job.id),
    };
    let then = move |conn: &mut Conn, outcome: &Outcome, now| store::note_outcome(conn, member, outcome, now);
    Ok(Prepared::Send(Box::new(message), Some(Arc::new(then))))
}

/// What both parts of a mail with fresh links say.
struct LinksWords {
    name: String,
    /// Each page's name, and the link that opens it.
    pages: Vec<(String, String)>,
    origin: String,
}

#[derive(Template)]
#[template(path = "mail/page_links.txt")]
struct LinksText<'a> {
    it: &'a LinksWords,
}

#[derive(Template)]
#[template(path = "mail/page_links.html")]
struct LinksHtml<'a> {
    it: &'a LinksWords,
}

/// How many pages one mail with links names.
const PAGES_AT_MOST: i64 = 20;

/// Mails a member a link in the place of one that is too old.
pub fn prepare_fresh_link(app: &App, conn: &mut Conn, job: &Job) -> Result<Prepared> {
    let member = job.member_id.ok_or(AppError::NotFound)?;
    prepare_links(app, conn, &[member], job)
}

/// Mails a person who has no account the links to the pages that they read; the job is about nobody where nobody has the
/// address that was given.
pub fn prepare_page_links(app: &App, conn: &mut Conn, job: &Job) -> Result<Prepared> {
    let Some(person) = job.person_id else { return Ok(Prepared::Drop("nobody has this address")) };
    let members = store::list_readable(conn, person, PAGES_AT_MOST)?;
    prepare_links(app, conn, &members, job)
}

fn prepare_links(app: &App, conn: &mut Conn, members: &[MemberId], job: &Job) -> Result<Prepared> {
    let url = &app.config.public_url;
    let (mut pages, mut to) = (Vec::new(), None);
    for member in members {
        let Some(recipient) = store::find_recipient(conn, *member)? else { continue };
        let is_open = recipient.site.closed_at.is_none() || recipient.role == Role::Organizer;
        if recipient.state != MemberState::Active || !is_open {
            continue;
        }
        let link = MemberLinks::insert_open(conn, url, *member, app.clock.now())?;
        pages.push((recipient.site.name(), link));
        to = Some((recipient.email, recipient.name));
    }
    let Some((email, name)) = to else { return Ok(Prepared::Drop("there is no page that they read")) };
    let words = LinksWords { name, pages, origin: url.origin().to_owned() };
    let subject = match words.pages.as_slice() {
        [(page, _)] => format!("Your link to {page}"),
        _ => "Your links".to_owned(),
    };
    Ok(Prepared::send(Message {
        to: EmailAddress::parse(&email).map_err(AppError::internal)?,
        from_name: "Tidings".to_owned(),
        subject,
        text: LinksText { it: &words }.render().map_err(AppError::internal)?,
        html: LinksHtml { it: &words }.render().map_err(AppError::internal)?,
        related: Vec::new(),
        id: format!("links-{}", job.id),
        thread: None,
        unsubscribe: None,
        reply_to: None,
        return_path: app.signed_address(KeyKind::Return, job.id),
    }))
}

/// What both parts of the mail about a new role say.
struct RoleWords {
    name: String,
    page: String,
    organizes: bool,
    link: String,
    sign_up: String,
    unsubscribe: String,
    origin: String,
}

#[derive(Template)]
#[template(path = "mail/role_given.txt")]
struct RoleText<'a> {
    it: &'a RoleWords,
}

#[derive(Template)]
#[template(path = "mail/role_given.html")]
struct RoleHtml<'a> {
    it: &'a RoleWords,
}

/// Tells a member that they may write or decide from now on.
pub fn prepare_role_given(app: &App, conn: &mut Conn, job: &Job) -> Result<Prepared> {
    let member = job.member_id.ok_or(AppError::NotFound)?;
    let Some(recipient) = store::find_recipient(conn, member)? else {
        return Ok(Prepared::Drop("taken off the page"));
    };
    if recipient.state != MemberState::Active || recipient.role == Role::Supporter || !recipient.may_hear() {
        return Ok(Prepared::Drop("no longer so, or not to hear"));
    }
    let url = &app.config.public_url;
    let links = MemberLinks::insert(conn, url, member, "", app.clock.now())?;
    let words = RoleWords {
        name: recipient.name.clone(),
        page: recipient.site.name(),
        organizes: recipient.role == Role::Organizer,
        link: url.link(&format!("/sign-in?next={}", recipient.site.path())),
        sign_up: url.link("/sign-up"),
        unsubscribe: links.unsubscribe.clone(),
        origin: url.origin().to_owned(),
    };
    let what = if words.organizes { "organize" } else { "write on" };
    let message = Message {
        to: EmailAddress::parse(&recipient.email).map_err(AppError::internal)?,
        from_name: words.page.clone(),
        subject: format!("You can {what} {} now", words.page),
        text: RoleText { it: &words }.render().map_err(AppError::internal)?,
        html: RoleHtml { it: &words }.render().map_err(AppError::internal)?,
        related: Vec::new(),
        id: format!("role-{member}-{}", job.id),
        thread: None,
        unsubscribe: Some(links.headers(&recipient.site)),
        reply_to: app.no_reply_address(job.id, recipient.links_generation),
        return_path: app.signed_address(KeyKind::Return, job.id),
    };
    let then = move |conn: &mut Conn, outcome: &Outcome, now| store::note_outcome(conn, member, outcome, now);
    Ok(Prepared::Send(Box::new(message), Some(Arc::new(then))))
}
