//! The mail that tells of all that is new.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use jiff::SignedDuration;

use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::UpdateId;
use crate::error::{AppError, Result};
use crate::glance;
use crate::jobs::{Job, Outcome};
use crate::journal::held::Held;
use crate::journal::mails::hold;
use crate::journal::publication::MailChoice;
use crate::journal::store::{self, Mailed};
use crate::mail::keys::KeyKind;
use crate::mail::{self, EmailAddress, Message, Prepared, ReplyKey, Thread};
use crate::photos::{self, InMail};
use crate::sites::{self, Audience, Delivery, MailHolds, MemberLinks, MemberState, Recipient};
use crate::web::Reader;

/// One update in the mail.
struct News {
    held: Held,
    author: String,
    /// When it was posted, as its receiver writes it.
    at: String,
    /// Whether they may have it in their mail already, with other words.
    corrected: bool,
    audience_note: &'static str,
    photos: InMail,
    link: String,
}

/// What both parts of the mail say.
struct Words {
    page: String,
    first_name: String,
    news: Vec<News>,
    /// How the person is, and when to expect the next update.
    glance: Vec<String>,
    /// What becomes of a reply, where mail comes in here at all.
    answering: &'static str,
    /// "once a day".
    often: &'static str,
    link: String,
    unsubscribe: String,
    origin: String,
}

impl Words {
    fn subject(&self) -> String {
        match self.news.len() {
            1 => format!("News on {}: one update", self.page),
            count => format!("News on {}: {count} updates", self.page),
        }
    }
}

#[derive(Template)]
#[template(path = "mail/digest.txt")]
struct Text<'a> {
    it: &'a Words,
}

#[derive(Template)]
#[template(path = "mail/digest.html")]
struct Html<'a> {
    it: &'a Words,
}

/// Of more than this, a mail has the first lines only: it is to stay one that can be opened.
const MOST_WHOLE: usize = 20;

/// An update that the digest tells of.
type Told = (UpdateId, i32, Mailed);

/// Tells a member of what is new, each once and in the order in which it was posted. What is not theirs to hear any more is
/// left out, and what was changed is told as it is now.
pub fn prepare_digest(app: &App, conn: &mut Conn, job: &Job) -> Result<Prepared> {
    let member = job.member_id.ok_or(AppError::NotFound)?;
    let Some(recipient) = sites::find_recipient(conn, member)? else {
        return Ok(Prepared::Drop("taken off the page"));
    };
    if !recipient.site.wants_reminders() {
        // It is kept, in case that is taken back.
        return Ok(Prepared::Drop("the page is closed or in loving memory"));
    }
    if !recipient.may_hear() || recipient.state != MemberState::Active {
        sites::forget_all_news(conn, member)?;
        return Ok(Prepared::Drop("not to hear of this any more"));
    }
    let now = app.clock.now();
    if let Some(until) = recipient.quiet_until(now) {
        return Ok(Prepared::NotBefore(until));
    }
    // Their day may begin at another time by now than when it was planned.
    let since = job.created_at - SignedDuration::from_micros(1);
    let due = recipient.hearing.next_digest(&recipient.zone, since);
    if due > now {
        return Ok(Prepared::NotBefore(due));
    }
    let told = list_told(conn, &recipient, job.id, now)?;
    let (id, hearing, zone) = (job.id, recipient.hearing, recipient.zone.clone());
    if told.is_empty() {
        // What can still be undone waits for the next one.
        let then =
            move |conn: &mut Conn, _: &Outcome, now: Timestamp| sites::plan_digest(conn, member, &hearing, &zone, now);
        return Ok(Prepared::DropThen("nothing is new", Arc::new(then)));
    }
    let message = write(app, conn, &recipient, told, job.id)?;
    let then = move |conn: &mut Conn, outcome: &Outcome, now: Timestamp| {
        sites::note_digest(conn, member, id, outcome, &hearing, &zone, now)?;
        sites::note_outcome(conn, member, outcome, now)
    };
    Ok(Prepared::Send(Box::new(message), Some(Arc::new(then))))
}

/// What the digest holds that is theirs to hear at this moment, in its order; of several editions of one update, the update.
fn list_told(conn: &mut Conn, recipient: &Recipient, digest: i64, now: Timestamp) -> Result<Vec<Told>> {
    let mut first_editions: BTreeMap<UpdateId, i32> = BTreeMap::new();
    for (update, edition) in sites::take_news(conn, recipient.member_id, digest, now)? {
        let first = first_editions.entry(update).or_insert(edition);
        *first = edition.min(*first);
    }
    let mut told = Vec::with_capacity(first_editions.len());
    for (update, edition) in first_editions {
        let found = store::find_mailed(conn, update)?.filter(|it| {
            it.author_id != recipient.person_id
                && sites::digest_tells(recipient, it.audience, it.mail == MailChoice::Big)
        });
        match found {
            Some(found) => told.push((update, edition, found)),
            None => sites::forget_news(conn, recipient.member_id, update)?,
        }
    }
    told.sort_by_key(|(update, _, found)| (found.published_at, *update));
    Ok(told)
}

/// Where a reply goes, and what becomes of it: of one update a comment on it; of several nobody could say which of them it
/// answers, and it is a well wish.
fn find_answering(
    app: &App,
    conn: &mut Conn,
    recipient: &Recipient,
    told: &[Told],
) -> Result<(Option<EmailAddress>, &'static str)> {
    if app.config.incoming.is_none() {
        return Ok((None, ""));
    }
    let (update_id, answering) = match told {
        [(update, ..)] => (Some(*update), "Or reply to this mail to leave a comment."),
        _ => (None, "Or reply to this mail to leave a well wish."),
    };
    let key = ReplyKey { member_id: recipient.member_id, update_id, wish_id: None };
    let id = mail::get_or_insert_reply_key(conn, key, app.clock.now())?;
    Ok((app.members_address(KeyKind::Thread, id, recipient.links_generation), answering))
}

fn write(app: &App, conn: &mut Conn, recipient: &Recipient, told: Vec<Told>, digest: i64) -> Result<Message> {
    let (site, member, now) = (&recipient.site, recipient.member_id, app.clock.now());
    let links = MemberLinks::insert(conn, &app.config.public_url, member, "", now)?;
    let reader = Reader::of(&recipient.language, recipient.zone.name());
    let theirs: Vec<Audience> =
        Audience::ALL.iter().copied().filter(|it| it.includes(recipient.role, recipient.circle)).collect();
    let holds = match site.mail_holds {
        MailHolds::Whole if told.len() > MOST_WHOLE => MailHolds::FirstLines,
        holds => holds,
    };
    let (reply_to, answering) = find_answering(app, conn, recipient, &told)?;
    let mut news = Vec::with_capacity(told.len());
    for (update, edition, found) in told {
        let link = format!("{}?to=updates/{update}", links.open);
        let all = photos::without_pictures(conn, update, &theirs)?;
        let (held, photos) = hold(holds, found.title, (&found.body, &found.body_html), &link, &all)?;
        news.push(News {
            author: site.byline(found.author_id, &found.author),
            at: reader.long(&found.published_at),
            corrected: edition > 0,
            audience_note: found.audience.note(),
            photos,
            link,
            held,
        });
    }
    let words = Words {
        page: site.name(),
        first_name: site.first_name.clone(),
        news,
        glance: if holds == MailHolds::OnlyNews { Vec::new() } else { glance::mail_lines(site, now) },
        answering,
        often: if recipient.hearing.delivery == Delivery::Weekly { "once a week" } else { "once a day" },
        link: links.open.clone(),
        unsubscribe: links.unsubscribe.clone(),
        origin: app.config.public_url.origin().to_owned(),
    };
    Ok(Message {
        to: EmailAddress::parse(&recipient.email).map_err(AppError::internal)?,
        from_name: words.page.clone(),
        subject: words.subject(),
        text: Text { it: &words }.render().map_err(AppError::internal)?,
        html: Html { it: &words }.render().map_err(AppError::internal)?,
        related: Vec::new(),
        id: format!("digest-{member}-{digest}"),
        thread: Some(Thread::Ours(format!("page-{}", site.id))),
        unsubscribe: Some(links.headers(site)),
        reply_to,
        return_path: app.signed_address(KeyKind::Return, digest),
    })
}
