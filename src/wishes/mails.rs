//! The gathered mail to an organizer, and to whoever is answered.

use std::sync::Arc;

use askama::Template;

use super::calm;
use super::store::{self, Gathered, List, What};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{MemberId, NoticeId, WishId};
use crate::error::{AppError, Result};
use crate::jobs::{self, Job, Kind, Outcome};
use crate::mail::keys::KeyKind;
use crate::mail::{self, EmailAddress, Message, Prepared, ReplyKey};
use crate::sites::{self, MemberLinks, MemberState, ReactionKind, Recipient, Role, WishAudience};
use crate::text;

/// One line of the mail.
struct Line {
    name: String,
    /// Whether they do not belong to the page.
    by_visitor: bool,
    what: String,
    words: String,
}

/// What both parts of the mail say.
struct Words {
    name: String,
    page: String,
    lines: Vec<Line>,
    hearts: Vec<String>,
    /// The other reactions: what was done, and by whom.
    others: Vec<(&'static str, Vec<String>)>,
    asking: bool,
    /// Whether they organize the page; otherwise it is about them.
    organizes: bool,
    /// Whether words wait until somebody has decided, and whether a reader has asked that somebody looks at some.
    waits: bool,
    reported: bool,
    link: String,
    /// Where one decides about words.
    news: String,
    /// How often such a mail comes at most.
    often: &'static str,
    /// How the words in it are answered, where mail comes in here at all.
    answering: &'static str,
    unsubscribe: String,
    origin: String,
}

impl Words {
    /// "Jo, Bill and Cy".
    fn all(&self, names: &[String]) -> String {
        text::join(names)
    }

    /// Somebody is named once for each kind, however many things they gave it to.
    fn tell_of(&mut self, kind: ReactionKind, name: String) {
        let names = match (kind, self.others.iter().position(|(what, _)| *what == kind.was_given())) {
            (ReactionKind::Heart, _) => Some(&mut self.hearts),
            (_, Some(place)) => self.others.get_mut(place).map(|(_, names)| names),
            (_, None) => {
                self.others.push((kind.was_given(), Vec::new()));
                self.others.last_mut().map(|(_, names)| names)
            }
        };
        if let Some(names) = names.filter(|names| !names.contains(&name)) {
            names.push(name);
        }
    }

    /// Whether there is something to read, and not only something to decide.
    fn has_words(&self) -> bool {
        !self.lines.is_empty() || !self.hearts.is_empty() || !self.others.is_empty()
    }

    fn subject(&self, in_memory: bool) -> String {
        let what = match (self.asking, self.has_words(), in_memory) {
            (true, _, false) => "Somebody asks to join, and encouragement",
            (true, _, true) => "Somebody asks to join, and words for you",
            (false, true, false) => "Encouragement",
            (false, true, true) => "Words for you",
            (false, false, _) => "Something waits for you",
        };
        format!("{what} on {}", self.page)
    }
}

#[derive(Template)]
#[template(path = "mail/encouragement.txt")]
struct Text<'a> {
    it: &'a Words,
}

#[derive(Template)]
#[template(path = "mail/encouragement.html")]
struct Html<'a> {
    it: &'a Words,
}

/// What both parts of the mail to somebody who is answered say.
struct AnswerWords {
    name: String,
    page: String,
    lines: Vec<Line>,
    link: String,
    unsubscribe: String,
    origin: String,
    /// How often such a mail comes at most.
    often: &'static str,
    /// How the words in it are answered, where mail comes in here at all.
    answering: &'static str,
}

#[derive(Template)]
#[template(path = "mail/answered.txt")]
struct AnsweredText<'a> {
    it: &'a AnswerWords,
}

#[derive(Template)]
#[template(path = "mail/answered.html")]
struct AnsweredHtml<'a> {
    it: &'a AnswerWords,
}

/// How much of each wish stands in the mail.
const WORDS_OF_EACH: usize = 400;

/// Tells an organizer of what has come in since the last time; anybody else of what answers them, and whoever the page is about
/// of what is for their eyes. Whether they may know of it is asked now.
pub fn prepare_encouragement(app: &App, conn: &mut Conn, job: &Job) -> Result<Prepared> {
    let member = job.member_id.ok_or(AppError::NotFound)?;
    let Some(recipient) = sites::find_recipient(conn, member)? else {
        return Ok(Prepared::Drop("taken off the page"));
    };
    if recipient.state != MemberState::Active || !recipient.may_hear() {
        return Ok(Prepared::Drop("not to hear of this any more"));
    }
    if let Some(until) = recipient.quiet_until(app.clock.now()) {
        return Ok(Prepared::NotBefore(until));
    }
    if let Some(at) = recipient.site.gathers_from(recipient.gathered_at).filter(|at| *at > app.clock.now()) {
        let then = move |conn: &mut Conn, _: &Outcome, now: Timestamp| gather_again(conn, member, &[], at, now);
        return Ok(Prepared::DropThen("not yet: the page is in loving memory", Arc::new(then)));
    }
    let organizes = recipient.role == Role::Organizer;
    let List { tell, gone } = if organizes {
        store::list_gathered(conn, member, recipient.person_id)?
    } else {
        store::list_told(conn, member, recipient.person_id)?
    };
    if tell.is_empty() {
        // Something may have come in since we looked.
        let then = move |conn: &mut Conn, _: &Outcome, now: Timestamp| gather_again(conn, member, &gone, now, now);
        return Ok(Prepared::DropThen("what there was to tell is gone", Arc::new(then)));
    }
    let mut told: Vec<NoticeId> = tell.iter().map(|it| it.notice).collect();
    let id = message_id(member, &told);
    told.extend(gone);
    let hours = recipient.gathers_hours;
    let reply = Answering::find(app, conn, &recipient, &tell)?;
    let only_answers = tell.iter().all(|it| it.what.answered().is_some());
    let message = if !organizes && only_answers {
        tell_answered(app, conn, &recipient, tell, id, reply.words)?
    } else {
        tell_all(app, conn, &recipient, tell, id, reply.words)?
    };
    let return_path = app.signed_address(KeyKind::Return, job.id);
    let reply_to = reply.to.or_else(|| app.no_reply_address(job.id, recipient.links_generation));
    let message = Message { reply_to, return_path, ..message };
    let then = move |conn: &mut Conn, outcome: &Outcome, now: Timestamp| {
        sites::note_outcome(conn, member, outcome, now)?;
        match outcome {
            Outcome::Done => {
                store::gathered_at(conn, member, now)?;
                gather_again(conn, member, &told, sites::next_gathering(Some(now), hours, now), now)
            }
            // What was not told is kept for another day.
            Outcome::Failed(_) | Outcome::Lost(_) => gather_again(conn, member, &[], now + REFUSED_FOR, now),
            Outcome::Retry(_) | Outcome::Deferred(_) | Outcome::Dropped(_) | Outcome::NotBefore(_) => Ok(()),
        }
    };
    Ok(Prepared::Send(Box::new(message), Some(Arc::new(then))))
}

/// The same for the same news, and for other news another: a mail that is sent again after an unclear end may hold more than
/// before, or less.
fn message_id(member: MemberId, told: &[NoticeId]) -> String {
    let (first, last) = (told.iter().min(), told.iter().max());
    let word = |id: Option<&NoticeId>| id.map(ToString::to_string).unwrap_or_default();
    format!("gathered-{member}-{}-{}-{}", word(first), word(last), told.len())
}

/// How the words that a gathered mail tells of are answered by mail.
struct Answering {
    to: Option<EmailAddress>,
    words: &'static str,
}

impl Answering {
    /// Words that stand alone in it are answered by a reply. Of several, nobody could say which of them a reply answers, and what
    /// is for few is read and not answered.
    fn find(app: &App, conn: &mut Conn, recipient: &Recipient, tell: &[Gathered]) -> Result<Self> {
        let told: Vec<&Gathered> = tell.iter().filter(|it| it.wish.is_some()).collect();
        let (to, words) = match told.as_slice() {
            _ if app.config.incoming.is_none() => (None, ""),
            [] => (None, ""),
            [one] if one.audience == WishAudience::Everyone => {
                let key = ReplyKey { member_id: recipient.member_id, update_id: None, wish_id: one.wish };
                let id = mail::get_or_insert_reply_key(conn, key, app.clock.now())?;
                let to = app.members_address(KeyKind::Thread, id, recipient.links_generation);
                (to, "Reply to this mail to answer. No reply expected.")
            }
            [_] => (None, ""),
            _ => (
                None,
                "To answer one of them, open it on the page: a reply to this mail could not say which it answers.",
            ),
        };
        Ok(Self { to, words })
    }
}

/// Tells of everything: an organizer, or whoever the page is about.
fn tell_all(
    app: &App,
    conn: &mut Conn,
    recipient: &Recipient,
    gathered: Vec<Gathered>,
    id: String,
    answering: &'static str,
) -> Result<Message> {
    let member = recipient.member_id;
    let organizes = recipient.role == Role::Organizer;
    let is_person = recipient.site.about == Some(recipient.person_id);
    let (in_memory, in_book) = (recipient.site.is_memorial(), recipient.site.has_book());
    let asking = gathered.iter().any(|it| matches!(it.what, What::Asked));
    let to = if asking { "people" } else { "" };
    let links = MemberLinks::insert(conn, &app.config.public_url, member, to, app.clock.now())?;
    // Deciding about people takes an account, so that link is an ordinary one.
    let link = if asking {
        app.config.public_url.link(&format!("{}/people", recipient.site.path()))
    } else {
        links.open.clone()
    };
    let mut words = Words {
        name: recipient.name.clone(),
        page: recipient.site.name(),
        lines: Vec::new(),
        hearts: Vec::new(),
        others: Vec::new(),
        asking,
        organizes,
        waits: gathered.iter().any(|it| matches!(it.what, What::Waits)),
        reported: gathered.iter().any(|it| matches!(it.what, What::Reported)),
        link,
        news: app.config.public_url.link(&format!("{}/encouragement/new", recipient.site.path())),
        often: how_often(recipient),
        answering,
        unsubscribe: links.unsubscribe.clone(),
        origin: app.config.public_url.origin().to_owned(),
    };
    for it in gathered {
        let text = it.message.map(|message| text::excerpt(&message, WORDS_OF_EACH)).unwrap_or_default();
        match it.what {
            What::Reaction(kind) => words.tell_of(kind, it.name),
            What::Waits | What::Reported => {}
            What::Wish if in_book && it.audience == WishAudience::Everyone => {
                words.lines.push(Line {
                    name: it.name,
                    by_visitor: it.by_visitor,
                    what: "wrote in the book of condolence".to_owned(),
                    words: text,
                });
            }
            what => {
                let what = did(&what, it.audience, is_person, &recipient.site.first_name);
                words.lines.push(Line { name: it.name, by_visitor: it.by_visitor, what, words: text });
            }
        }
    }
    Ok(Message {
        to: EmailAddress::parse(&recipient.email).map_err(AppError::internal)?,
        from_name: words.page.clone(),
        subject: words.subject(in_memory),
        text: Text { it: &words }.render().map_err(AppError::internal)?,
        html: Html { it: &words }.render().map_err(AppError::internal)?,
        related: Vec::new(),
        id,
        thread: None,
        unsubscribe: Some(links.headers(&recipient.site)),
        reply_to: None,
        return_path: None,
    })
}

/// Tells somebody of what answers them.
fn tell_answered(
    app: &App,
    conn: &mut Conn,
    recipient: &Recipient,
    gathered: Vec<Gathered>,
    id: String,
    answering: &'static str,
) -> Result<Message> {
    let member = recipient.member_id;
    let mut answered: Vec<WishId> = gathered.iter().filter_map(|it| it.what.answered()).collect();
    answered.sort();
    answered.dedup();
    // Where all is in one place, that is where the link leads.
    let to = match answered.as_slice() {
        [one] => format!("wishes/{one}"),
        _ => String::new(),
    };
    let links = MemberLinks::insert(conn, &app.config.public_url, member, &to, app.clock.now())?;
    let line = |it: Gathered| {
        let words = it.message.map(|message| text::excerpt(&message, WORDS_OF_EACH)).unwrap_or_default();
        Line { name: it.name, by_visitor: it.by_visitor, what: "answered you".to_owned(), words }
    };
    let words = AnswerWords {
        name: recipient.name.clone(),
        page: recipient.site.name(),
        lines: gathered.into_iter().map(line).collect(),
        link: links.open.clone(),
        unsubscribe: links.unsubscribe.clone(),
        origin: app.config.public_url.origin().to_owned(),
        often: how_often(recipient),
        answering,
    };
    let what = if words.lines.len() == 1 { "An answer to you" } else { "Answers to you" };
    Ok(Message {
        to: EmailAddress::parse(&recipient.email).map_err(AppError::internal)?,
        from_name: words.page.clone(),
        subject: format!("{what} on {}", words.page),
        text: AnsweredText { it: &words }.render().map_err(AppError::internal)?,
        html: AnsweredHtml { it: &words }.render().map_err(AppError::internal)?,
        related: Vec::new(),
        id,
        thread: None,
        unsubscribe: Some(links.headers(&recipient.site)),
        reply_to: None,
        return_path: None,
    })
}

/// How often such a mail comes at most: as they have chosen, and from a page in loving memory no more than daily.
fn how_often(recipient: &Recipient) -> &'static str {
    let hours = recipient.gathers_hours;
    calm::often(if recipient.site.is_memorial() { hours.max(24) } else { hours })
}

/// What somebody did, in words that say who else reads it.
fn did(what: &What, audience: WishAudience, is_person: bool, first_name: &str) -> String {
    let words = match (what, audience, is_person) {
        (What::Wish, WishAudience::Person, true) => "left a well wish that only you and the organizers see",
        (What::Wish, WishAudience::Person, false) => {
            return format!("left a well wish that only {first_name} and the organizers see");
        }
        (What::Wish, WishAudience::Organizers, _) => "left a private note to the organizers",
        (What::Wish, WishAudience::Everyone, _) => "left a well wish",
        (What::Comment, ..) => "commented on an update",
        (What::PhotoComment, ..) => "commented on a photo",
        (What::Answer { is_theirs: true, .. }, ..) => "answered you",
        (What::Answer { is_theirs: false, .. }, ..) => "answered",
        (What::Asked, ..) => "asks to join",
        (What::Reaction(kind), ..) => kind.was_given(),
        (What::Waits, ..) => "wrote words that wait",
        (What::Reported, ..) => "asks you to look at something",
    };
    words.to_owned()
}

/// How long to wait after a mail was refused for good, or given up.
const REFUSED_FOR: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// Takes what was told off the list, and sees to it that what is left is gathered again. The job that was settled just
/// before in this transaction holds the row that whoever adds to the list has to wait for, so nothing can slip between.
fn gather_again(conn: &mut Conn, member: MemberId, told: &[NoticeId], at: Timestamp, now: Timestamp) -> Result<()> {
    if store::settle_gathered(conn, member, told)? {
        jobs::enqueue_once(conn, Kind::Encouragement, member, at, now)?;
    }
    Ok(())
}
