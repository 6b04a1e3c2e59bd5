//! The mail about an update: the whole of it.

use askama::Template;

use super::publication::MailChoice;
use super::{model, store};
use crate::app::App;
use crate::config::Config;
use crate::db::Conn;
use crate::db::ids::PersonId;
use crate::error::{AppError, Result};
use crate::glance;
use crate::jobs::{Job, Outcome};
use crate::mail::{EmailAddress, Message, Prepared};
use crate::photos;
use crate::sites::{self, Audience, MemberLinks, Site};
use crate::text;

/// What both parts of the mail say.
struct Words {
    page: String,
    /// What stands above the words: the page's name, or that it is in loving memory.
    heading: String,
    first_name: String,
    in_memory: bool,
    has_book: bool,
    author: String,
    title: Option<String>,
    body_text: String,
    body_html: String,
    /// "2 photos are with this update.", if there are any.
    photos_note: String,
    audience_note: &'static str,
    link: String,
    unsubscribe: String,
    origin: String,
    /// Whether they may have it in their mail already, with other words.
    corrected: bool,
    /// How the person is, and when to expect the next update.
    glance: Vec<String>,
}

impl Words {
    fn subject(&self) -> String {
        let untitled = || if self.in_memory { self.heading.clone() } else { format!("News on {}", self.page) };
        let subject = self.title.clone().unwrap_or_else(untitled);
        if self.corrected { format!("Corrected: {subject}") } else { subject }
    }

    /// What one may do there, and need not.
    fn closing(&self) -> &'static str {
        match (self.in_memory, self.has_book) {
            (false, _) => "You can leave a well wish there. No reply expected: just reading is fine.",
            (true, true) => {
                "You can leave a few words in the book of condolence there. No reply expected: just reading is fine."
            }
            (true, false) => "No reply expected: just reading is fine.",
        }
    }
}

#[derive(Template)]
#[template(path = "mail/new_update.txt")]
struct Text<'a> {
    it: &'a Words,
}

#[derive(Template)]
#[template(path = "mail/new_update.html")]
struct Html<'a> {
    it: &'a Words,
}

/// Tells one member of one update, if at this moment it is still there and still meant for them.
pub fn prepare_new_update(app: &App, conn: &mut Conn, job: &Job) -> Result<Prepared> {
    let (member, update_id) = (job.member_id.ok_or(AppError::NotFound)?, job.update_id.ok_or(AppError::NotFound)?);
    let Some(recipient) = sites::find_recipient(conn, member)? else {
        return Ok(Prepared::Drop("taken off the page"));
    };
    let Some(update) = store::find_mailed(conn, update_id)? else {
        return Ok(Prepared::Drop("the update was deleted"));
    };
    if !sites::follows(&recipient, update.audience, update.mail == MailChoice::Big) {
        return Ok(Prepared::Drop("not to hear of this any more"));
    }
    let site = &recipient.site;
    let links =
        MemberLinks::insert(conn, &app.config.public_url, member, &format!("updates/{update_id}"), app.clock.now())?;
    let theirs: Vec<Audience> =
        Audience::ALL.iter().copied().filter(|it| it.includes(recipient.role, recipient.circle)).collect();
    let words = Words {
        page: site.name(),
        heading: site.title(),
        first_name: site.first_name.clone(),
        in_memory: site.is_memorial(),
        has_book: site.has_book(),
        author: site.byline(update.author_id, &update.author),
        title: update.title,
        body_text: text::markdown_to_text(&update.body),
        body_html: text::without_photos(&update.body_html),
        photos_note: photos_note(photos::count_of_update(conn, update_id, &theirs)?),
        audience_note: update.audience.note(),
        link: links.open.clone(),
        unsubscribe: links.unsubscribe.clone(),
        origin: app.config.public_url.origin().to_owned(),
        corrected: job.edition > 0,
        glance: glance::mail_lines(site, app.clock.now()),
    };
    let message = Message {
        to: EmailAddress::parse(&recipient.email).map_err(AppError::internal)?,
        from_name: words.page.clone(),
        subject: words.subject(),
        text: Text { it: &words }.render().map_err(AppError::internal)?,
        html: Html { it: &words }.render().map_err(AppError::internal)?,
        id: match job.edition {
            0 => format!("update-{update_id}-{member}"),
            edition => format!("update-{update_id}-{member}-{edition}"),
        },
        thread: Some(format!("page-{}", site.id)),
        unsubscribe: Some(links.headers(site)),
    };
    let then = move |conn: &mut Conn, outcome: &Outcome, now| sites::note_outcome(conn, member, outcome, now);
    Ok(Prepared::Send(Box::new(message), Some(Box::new(then))))
}

/// What a mail says of the photos that are with an update: they are on the page, where it is looked at who sees them.
fn photos_note(count: i64) -> String {
    match count {
        0 => String::new(),
        1 => "A photo is with this update.".to_owned(),
        count => format!("{count} photos are with this update."),
    }
}

/// A mail as it will be, before there is anything to send: its links lead to the page, and open nothing.
pub struct Preview {
    pub from_name: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// The mail about an update that is still a draft.
pub fn preview(config: &Config, site: &Site, author: PersonId, name: &str, draft: model::Words) -> Result<Preview> {
    let words = Words {
        page: site.name(),
        heading: site.title(),
        first_name: site.first_name.clone(),
        in_memory: site.is_memorial(),
        has_book: site.has_book(),
        author: site.byline(author, name),
        title: draft.title,
        body_text: text::markdown_to_text(&draft.body),
        body_html: text::without_photos(&draft.body_html),
        audience_note: draft.audience.note(),
        link: config.public_url.link(&site.path()),
        unsubscribe: config.public_url.link(&format!("{}/follow", site.path())),
        origin: config.public_url.origin().to_owned(),
        corrected: false,
        photos_note: String::new(),
        glance: Vec::new(),
    };
    Ok(Preview {
        from_name: words.page.clone(),
        subject: words.subject(),
        text: Text { it: &words }.render().map_err(AppError::internal)?,
        html: Html { it: &words }.render().map_err(AppError::internal)?,
    })
}
