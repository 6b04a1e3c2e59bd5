//! The gathered mail to an organizer.

use askama::Template;

use super::model::join;
use super::store::{self, What};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{MemberId, NoticeId};
use crate::error::{AppError, Result};
use crate::jobs::{self, Job, Kind, Outcome};
use crate::mail::{EmailAddress, Message, Prepared};
use crate::sites::{self, Delivery, MemberLinks, MemberState, ReactionKind, Role};
use crate::text;

/// One line of the mail.
struct Line {
    name: String,
    what: &'static str,
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
    link: String,
    unsubscribe: String,
    origin: String,
    /// "once an hour": how often this mail comes at most.
    each: &'static str,
}

impl Words {
    /// "Jo, Bill and Cy".
    fn all(&self, names: &[String]) -> String {
        join(names)
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

/// How much of each wish stands in the mail.
const WORDS_OF_EACH: usize = 400;

/// Tells an organizer of what has come in since the last time.
pub fn prepare_encouragement(app: &App, conn: &mut Conn, job: &Job) -> Result<Prepared> {
    let member = job.member_id.ok_or(AppError::NotFound)?;
    let Some(recipient) = sites::find_recipient(conn, member)? else {
        return Ok(Prepared::Drop("taken off the page"));
    };
    let organizes = recipient.role == Role::Organizer && recipient.state == MemberState::Active;
    if !organizes || recipient.delivery == Delivery::None {
        return Ok(Prepared::Drop("not to hear of this any more"));
    }
    let site = &recipient.site;
    if let Some(at) = site.gathers_from(recipient.gathered_at).filter(|at| *at > app.clock.now()) {
        let then = move |conn: &mut Conn, _: &Outcome, now: Timestamp| gather_again(conn, member, &[], at, now);
        return Ok(Prepared::DropThen("not yet: the page is in loving memory", Box::new(then)));
    }
    let (in_memory, in_book) = (site.is_memorial(), site.has_book());
    let gathered = store::list_gathered(conn, member)?;
    if gathered.is_empty() {
        // Something may have come in since we looked.
        let then = move |conn: &mut Conn, _: &Outcome, now: Timestamp| gather_again(conn, member, &[], now, now);
        return Ok(Prepared::DropThen("what there was to tell is gone", Box::new(then)));
    }
    let told: Vec<NoticeId> = gathered.iter().map(|it| it.notice).collect();
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
        link,
        unsubscribe: links.unsubscribe.clone(),
        origin: app.config.public_url.origin().to_owned(),
        each: if in_memory { "once a day" } else { "once an hour" },
    };
    for it in gathered {
        let text = it.message.map(|message| text::excerpt(&message, WORDS_OF_EACH)).unwrap_or_default();
        match it.what {
            What::Wish if in_book => {
                words.lines.push(Line { name: it.name, what: "wrote in the book of condolence", words: text });
            }
            What::Wish => words.lines.push(Line { name: it.name, what: "left a well wish", words: text }),
            What::Comment => words.lines.push(Line { name: it.name, what: "commented on an update", words: text }),
            What::Asked => words.lines.push(Line { name: it.name, what: "asks to join", words: text }),
            What::Reaction(kind) => words.tell_of(kind, it.name),
        }
    }
    let first = told.first().copied().map(|id| id.to_string()).unwrap_or_default();
    let message = Message {
        to: EmailAddress::parse(&recipient.email).map_err(AppError::internal)?,
        from_name: words.page.clone(),
        subject: subject(&words.page, asking, in_memory),
        text: Text { it: &words }.render().map_err(AppError::internal)?,
        html: Html { it: &words }.render().map_err(AppError::internal)?,
        id: format!("gathered-{member}-{first}"),
        thread: None,
        unsubscribe: Some(links.headers(&recipient.site)),
    };
    let then = move |conn: &mut Conn, outcome: &Outcome, now: Timestamp| {
        sites::note_outcome(conn, member, outcome, now)?;
        match outcome {
            Outcome::Done => {
                store::gathered_at(conn, member, now)?;
                gather_again(conn, member, &told, sites::next_gathering(Some(now), now), now)
            }
            // What was not told is kept for another day.
            Outcome::Failed(_) => gather_again(conn, member, &[], now + REFUSED_FOR, now),
            Outcome::Retry(_) | Outcome::Dropped(_) => Ok(()),
        }
    };
    Ok(Prepared::Send(Box::new(message), Some(Box::new(then))))
}

fn subject(page: &str, asking: bool, in_memory: bool) -> String {
    let what = match (asking, in_memory) {
        (true, false) => "Somebody asks to join, and encouragement",
        (false, false) => "Encouragement",
        (true, true) => "Somebody asks to join, and words for you",
        (false, true) => "Words for you",
    };
    format!("{what} on {page}")
}

/// How long to wait after the organizer's own address was refused for good.
const REFUSED_FOR: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// Takes what was told off the list, and sees to it that what is left is gathered again. The job that was settled just
/// before in this transaction holds the row that whoever adds to the list has to wait for, so nothing can slip between.
fn gather_again(conn: &mut Conn, member: MemberId, told: &[NoticeId], at: Timestamp, now: Timestamp) -> Result<()> {
    if store::settle_gathered(conn, member, told)? {
        jobs::enqueue_once(conn, Kind::Encouragement, member, at, now)?;
    }
    Ok(())
}
