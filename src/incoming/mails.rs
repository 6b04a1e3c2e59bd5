//! What is told to whoever has written by mail: only where it did not become what they meant, or is still to be posted.

use std::sync::Arc;

use askama::Template;

use super::model::{Address, Answered, Letter, LetterState};
use super::reading::{self, SentBack};
use super::store;
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{DraftId, LetterId, UpdateId};
use crate::error::{AppError, Result};
use crate::jobs::{Job, Kind, Outcome, Then};
use crate::mail::keys::KeyKind;
use crate::mail::{EmailAddress, Message, Prepared, Thread};
use crate::sites::{self, MemberState, Recipient};

struct NotUsedWords {
    /// Empty where nobody knows who has this address.
    name: String,
    /// The page, where they belong to it.
    page: String,
    /// What is the matter.
    sentence: String,
    /// What they wrote, where it is nowhere else.
    words: String,
    origin: String,
}

#[derive(Template)]
#[template(path = "mail/reply_not_used.txt")]
struct NotUsedText<'a> {
    it: &'a NotUsedWords,
}

#[derive(Template)]
#[template(path = "mail/reply_not_used.html")]
struct NotUsedHtml<'a> {
    it: &'a NotUsedWords,
}

/// More than this is not sent back: it is what they have among their own sent mail.
const MOST_SENT_BACK: usize = 100_000;

/// Reads the letter that a job sends back, if it is one that does. Before the transaction that prepares the mail, which
/// everybody else waits for.
pub async fn read_what_is_sent_back(app: &App, job: &Job) -> Result<Option<SentBack>> {
    let id = job.detail.as_deref().and_then(Answered::parse).filter(|_| job.kind == Kind::ReplyNotUsed);
    let Some(id) = id.map(|answered| answered.letter) else { return Ok(None) };
    let Some(raw) = app.db.read(move |conn| store::find_raw(conn, id)).await? else { return Ok(None) };
    match tokio::task::spawn_blocking(move || reading::read_to_send_back(&raw)).await {
        // What cannot be read cannot be sent back either.
        Err(error) if error.is_panic() => Ok(None),
        read => read.map_err(AppError::internal),
    }
}

/// When a mail about a letter has left, or never will: they have its words again, or never will.
fn forget_letter(id: LetterId) -> Then {
    Arc::new(move |conn: &mut Conn, outcome: &Outcome, _: Timestamp| match outcome {
        Outcome::Retry(_) | Outcome::Deferred(_) | Outcome::NotBefore(_) => Ok(()),
        Outcome::Done | Outcome::Dropped(_) | Outcome::Failed(_) | Outcome::Lost(_) => store::forget_raw(conn, id),
    })
}

/// Tells whoever wrote a letter why it could not be used, or not all of it; with their words, so that none is lost. `sent`: what
/// was read of it.
pub fn prepare_reply_not_used(app: &App, conn: &mut Conn, job: &Job, sent: Option<SentBack>) -> Result<Prepared> {
    let Some((letter, thread)) = find_letter(conn, job)? else { return Ok(Prepared::Drop("the letter is gone")) };
    let recipient = find_recipient(conn, job)?;
    let is_used = matches!(letter.state, LetterState::Used | LetterState::Held);
    let id = letter.id;
    let nothing = |why: &'static str| Ok(Prepared::DropThen(why, forget_letter(id)));
    let (from, words) = match sent {
        Some(sent) => (Some(sent.from), sent.words),
        None if is_used || recipient.is_some() => (None, String::new()),
        None => return nothing("there is nothing to send back"),
    };
    // What they gave as theirs, which is where the mail went that they have answered.
    let known = recipient.as_ref().and_then(|it| EmailAddress::parse(&it.email).ok());
    let Some(to) = known.or(from) else { return nothing("nobody to tell") };
    if job.attempts == 1 {
        let has_no_key = matches!(letter.to.address, Address::Desk | Address::Return);
        let may_hear = !has_no_key || app.limits.letters_without_key.count(to.mailbox()).is_ok();
        if !may_hear || app.limits.unasked_mail.count(to.mailbox()).is_err() {
            return nothing("they were written to often enough lately");
        }
    }
    let page = recipient.filter(|it| it.state == MemberState::Active);
    let it = NotUsedWords {
        name: page.as_ref().map(|it| it.name.clone()).unwrap_or_default(),
        page: page.map(|it| it.site.name()).unwrap_or_default(),
        sentence: letter.outcome.clone().unwrap_or_default(),
        words: if is_used { String::new() } else { words.chars().take(MOST_SENT_BACK).collect() },
        origin: app.config.public_url.origin().to_owned(),
    };
    let message = Message {
        to,
        from_name: if it.page.is_empty() { "Tidings".to_owned() } else { it.page.clone() },
        subject: if is_used { "About your reply".to_owned() } else { "Your mail could not be used".to_owned() },
        text: NotUsedText { it: &it }.render().map_err(AppError::internal)?,
        html: NotUsedHtml { it: &it }.render().map_err(AppError::internal)?,
        related: Vec::new(),
        id: format!("letter-{id}"),
        thread: Some(thread),
        unsubscribe: None,
        reply_to: None,
        return_path: app.signed_address(KeyKind::Return, job.id),
    };
    Ok(Prepared::Send(Box::new(message), Some(forget_letter(id))))
}

struct PostTakenWords {
    name: String,
    page: String,
    /// Whether it is on the page, and its mail on the way.
    is_posted: bool,
    /// Why it was not posted, where it was to be; and of photos that could not be used.
    note: String,
    link: String,
    /// How long the mail about it can still be stopped.
    undo_seconds: i64,
    origin: String,
}

#[derive(Template)]
#[template(path = "mail/post_taken.txt")]
struct TakenText<'a> {
    it: &'a PostTakenWords,
}

#[derive(Template)]
#[template(path = "mail/post_taken.html")]
struct TakenHtml<'a> {
    it: &'a PostTakenWords,
}

/// Tells somebody who writes on a page what became of the update that they mailed.
pub fn prepare_post_taken(app: &App, conn: &mut Conn, job: &Job) -> Result<Prepared> {
    let Some((letter, thread)) = find_letter(conn, job)? else { return Ok(Prepared::Drop("the letter is gone")) };
    let Some(recipient) = find_recipient(conn, job)?.filter(|it| it.state == MemberState::Active) else {
        return Ok(Prepared::Drop("taken off the page"));
    };
    let is_posted = letter.state == LetterState::Used;
    let Some(path) = path_of(&letter, is_posted) else { return Ok(Prepared::Drop("nothing came of it")) };
    let to = EmailAddress::parse(&recipient.email).map_err(AppError::internal)?;
    if job.attempts == 1 && app.limits.posts_taken.count(to.mailbox()).is_err() {
        return Ok(Prepared::Drop("they were written to often enough lately"));
    }
    let url = &app.config.public_url;
    let it = PostTakenWords {
        name: recipient.name.clone(),
        page: recipient.site.name(),
        is_posted,
        note: letter.outcome.clone().unwrap_or_default(),
        // Writing takes an account, so this link is an ordinary one.
        link: url.link(&format!("{}/{path}", recipient.site.path())),
        undo_seconds: app.config.undo_sending.as_secs(),
        origin: url.origin().to_owned(),
    };
    Ok(Prepared::send(Message {
        to,
        from_name: it.page.clone(),
        subject: if is_posted {
            "Your update is posted".to_owned()
        } else {
            "Your update is kept as a draft".to_owned()
        },
        text: TakenText { it: &it }.render().map_err(AppError::internal)?,
        html: TakenHtml { it: &it }.render().map_err(AppError::internal)?,
        related: Vec::new(),
        id: format!("letter-{}", letter.id),
        thread: Some(thread),
        unsubscribe: None,
        reply_to: None,
        return_path: app.signed_address(KeyKind::Return, job.id),
    }))
}

/// Where that stands which a letter has become.
fn path_of(letter: &Letter, is_posted: bool) -> Option<String> {
    let id: [u8; 16] = letter.became_id.as_deref()?.try_into().ok()?;
    Some(if is_posted {
        format!("updates/{}", UpdateId::from_bytes(id))
    } else {
        format!("drafts/{}", DraftId::from_bytes(id))
    })
}

/// The letter that a job is about, and how a mail belongs to it: an answer to it, made by a machine.
fn find_letter(conn: &mut Conn, job: &Job) -> Result<Option<(Letter, Thread)>> {
    let Some(answered) = job.detail.as_deref().and_then(Answered::parse) else { return Ok(None) };
    let letter = store::find_letter(conn, answered.letter)?;
    Ok(letter.map(|letter| (letter, Thread::answering(answered.message_id.as_deref()))))
}

fn find_recipient(conn: &mut Conn, job: &Job) -> Result<Option<Recipient>> {
    match job.member_id {
        Some(member) => sites::find_recipient(conn, member),
        None => Ok(None),
    }
}
