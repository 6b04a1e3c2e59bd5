//! The mail about an update: the whole of it, or as much as the family has chosen.

use std::collections::{HashMap, HashSet};
use std::pin::Pin;
use std::sync::Arc;

use askama::Template;

use super::held::Held;
use super::publication::MailChoice;
use super::store::Mailed;
use super::{model, store};
use crate::app::App;
use crate::clock::Timestamp;
use crate::config::Config;
use crate::db::Conn;
use crate::db::ids::{MemberId, PersonId, UpdateId};
use crate::error::{AppError, Result};
use crate::glance;
use crate::jobs::{Job, Outcome};
use crate::mail::keys::KeyKind;
use crate::mail::{Addressed, Blanks, EmailAddress, Letter, Message, Prepared, Thread, dress};
use crate::photos::{self, ForMail, InMail, MailPhotos};
use crate::sites::{self, Audience, DigestNews, MailHolds, MemberLinks, Recipient, Site};
use crate::text;

/// How much of the words a list of mails shows beside the subject, in characters.
const WORDS_BESIDE_SUBJECT: usize = 120;

/// What both parts of the mail say.
struct Words {
    page: String,
    /// What stands above the words: the page's name, or that it is in loving memory.
    heading: String,
    first_name: String,
    in_memory: bool,
    has_book: bool,
    author: String,
    /// What of the update stands in the mail.
    held: Held,
    /// Its photos, and what is said of those that the mail does not show.
    photos: InMail,
    audience_note: &'static str,
    link: String,
    unsubscribe: String,
    origin: String,
    /// Whether they may have it in their mail already, with other words.
    corrected: bool,
    /// How the person is, and when to expect the next update.
    glance: Vec<String>,
    /// Whether a reply to it becomes a comment.
    takes_replies: bool,
}

impl Words {
    fn subject(&self) -> String {
        let says_nothing = self.held.is_only_news || !self.in_memory;
        let untitled = || if says_nothing { format!("News on {}", self.page) } else { self.heading.clone() };
        let subject = self.held.title.clone().unwrap_or_else(untitled);
        if self.corrected { format!("Corrected: {subject}") } else { subject }
    }

    /// What a list of mails shows beside the subject.
    fn first_words(&self) -> String {
        text::excerpt(&self.held.text, WORDS_BESIDE_SUBJECT)
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

/// What is to be sent, for each of these jobs: each tells one member of one update, if at this moment it is still there and
/// still meant for them. What many are told alike is made once. Nothing is written.
pub fn prepare_new_updates(app: &App, conn: &mut Conn, jobs: Vec<Job>) -> Result<Vec<(Job, Result<Prepared>)>> {
    let ids: Vec<i64> = jobs.iter().map(|job| job.id).collect();
    let taken_back = store::list_taken_back(conn, &ids)?;
    let mut news = News { app, taken_back, mailed: HashMap::new(), letters: HashMap::new(), awaited: HashSet::new() };
    for job in &jobs {
        if let Some(update) = job.update_id.filter(|update| !news.mailed.contains_key(update)) {
            news.mailed.insert(update, store::find_mailed(conn, update)?);
        }
    }
    // Last, so that who may hear of it is what is so now.
    let members: Vec<MemberId> = jobs.iter().filter_map(|job| job.member_id).collect();
    let recipients: HashMap<MemberId, Recipient> =
        sites::find_recipients(conn, &members)?.into_iter().map(|it| (it.member_id, it)).collect();
    let prepared = jobs.into_iter().map(|job| {
        let recipient = job.member_id.and_then(|member| recipients.get(&member));
        let prepared = news.prepare(conn, &job, recipient);
        (job, prepared)
    });
    Ok(prepared.collect())
}

/// Who is told alike: the update, its edition, and which audiences somebody is of.
type Alike = (UpdateId, i32, Vec<Audience>);

/// What a batch of jobs tells of.
struct News<'a> {
    app: &'a App,
    /// What was stopped or replaced while it was in hand, and why.
    taken_back: HashMap<i64, &'static str>,
    /// The updates, where they are still there.
    mailed: HashMap<UpdateId, Option<Mailed>>,
    /// What is told alike.
    letters: HashMap<Alike, Arc<Letter>>,
    /// For whom bytes of photos are to be read first: once, however many of the batch wait for them.
    awaited: HashSet<Alike>,
}

/// What becomes of a letter.
enum Made {
    Letter(Arc<Letter>),
    /// It can be made after this.
    After(Pin<Box<dyn Future<Output = ()> + Send>>),
}

/// What is in the blanks of a letter.
const LINK: usize = 0;
const UNSUBSCRIBE: usize = 1;

impl News<'_> {
    fn prepare(&mut self, conn: &mut Conn, job: &Job, recipient: Option<&Recipient>) -> Result<Prepared> {
        let update_id = job.update_id.ok_or(AppError::NotFound)?;
        if let Some(why) = self.taken_back.get(&job.id) {
            return Ok(Prepared::Drop(why));
        }
        let Some(recipient) = recipient else { return Ok(Prepared::Drop("taken off the page")) };
        let Some(Some(update)) = self.mailed.get(&update_id) else {
            return Ok(Prepared::Drop("the update was deleted"));
        };
        let (is_big, now) = (update.mail == MailChoice::Big, self.app.clock.now());
        if recipient.gets_digests() && sites::digest_tells(recipient, update.audience, is_big) {
            let news = DigestNews { update: update_id, edition: job.edition, tell_at: now };
            return Ok(put_into_digest(recipient, news));
        }
        if !sites::follows(recipient, update.audience, is_big) {
            return Ok(Prepared::Drop("not to hear of this any more"));
        }
        if let Some(until) = recipient.quiet_until(now) {
            return Ok(Prepared::NotBefore(until));
        }
        let letter = match self.letter(conn, update_id, job.edition, recipient)? {
            Made::Letter(letter) => letter,
            Made::After(first) => return Ok(Prepared::After(first)),
        };
        let (config, vault, member) = (&self.app.config, &self.app.vault, recipient.member_id);
        let to = format!("updates/{update_id}");
        let links = MemberLinks::signed(vault, &config.public_url, recipient, &to, now);
        let addressed = Addressed {
            letter,
            to: EmailAddress::parse(&recipient.email).map_err(AppError::internal)?,
            is_reached: recipient.is_reached,
            id: match job.edition {
                0 => format!("update-{update_id}-{member}"),
                edition => format!("update-{update_id}-{member}-{edition}"),
            },
            unsubscribe: Some(links.headers(&recipient.site)),
            reply_to: self.app.members_address(KeyKind::Reply, job.id, recipient.links_generation),
            return_path: self.app.signed_address(KeyKind::Return, job.id),
            fills: vec![links.open, links.unsubscribe],
        };
        let then = move |conn: &mut Conn, outcome: &Outcome, now| sites::note_outcome(conn, member, outcome, now);
        Ok(Prepared::Letter(Box::new(addressed), Some(Arc::new(then))))
    }

    /// What everybody is told who is of the same audiences.
    fn letter(&mut self, conn: &mut Conn, id: UpdateId, edition: i32, recipient: &Recipient) -> Result<Made> {
        let theirs: Vec<Audience> =
            Audience::ALL.iter().copied().filter(|it| it.includes(recipient.role, recipient.circle)).collect();
        let key = (id, edition, theirs);
        if let Some(letter) = self.letters.get(&key) {
            return Ok(Made::Letter(letter.clone()));
        }
        let (app, site, blanks) = (self.app, &recipient.site, Blanks::default());
        if self.awaited.contains(&key) {
            return Ok(Made::After(Box::pin(std::future::ready(()))));
        }
        let found = match find_photos(app, conn, site, id, &key.2)? {
            ForMail::Photos(found) => found,
            ForMail::After(first) => {
                self.awaited.insert(key);
                return Ok(Made::After(first));
            }
        };
        let Some(Some(update)) = self.mailed.get(&id) else { return Err(AppError::NotFound) };
        let (title, body) = (update.title.clone(), (update.body.as_str(), update.body_html.as_str()));
        let (held, photos) = hold(site.mail_holds, title, body, &blanks.mark(LINK), &found)?;
        let words = Words {
            page: site.name(),
            heading: site.title(),
            first_name: site.first_name.clone(),
            in_memory: site.is_memorial(),
            has_book: site.has_book(),
            author: site.byline(update.author_id, &update.author),
            photos,
            audience_note: update.audience.note(),
            link: blanks.mark(LINK),
            unsubscribe: blanks.mark(UNSUBSCRIBE),
            origin: app.config.public_url.origin().to_owned(),
            corrected: edition > 0,
            glance: if held.is_only_news { Vec::new() } else { glance::mail_lines(site, app.clock.now()) },
            held,
            takes_replies: app.config.incoming.is_some(),
        };
        let model = Message {
            // Each copy has its own.
            to: EmailAddress::parse(&recipient.email).map_err(AppError::internal)?,
            from_name: words.page.clone(),
            subject: words.subject(),
            text: Text { it: &words }.render().map_err(AppError::internal)?,
            html: Html { it: &words }.render().map_err(AppError::internal)?,
            related: found.shown.into_iter().map(|it| it.inline).collect(),
            id: String::new(),
            thread: Some(Thread::Ours(format!("page-{}", site.id))),
            unsubscribe: None,
            reply_to: None,
            return_path: None,
        };
        let letter = Arc::new(Letter::new(model, &blanks));
        self.letters.insert(key, letter.clone());
        Ok(Made::Letter(letter))
    }
}

/// They have chosen digests after it was posted: it is told in the next one, and not lost on the way.
fn put_into_digest(recipient: &Recipient, news: DigestNews) -> Prepared {
    let (member, hearing, zone) = (recipient.member_id, recipient.hearing, recipient.zone.clone());
    let then = move |conn: &mut Conn, _: &Outcome, now: Timestamp| {
        sites::add_news_for(conn, member, news)?;
        sites::plan_digest(conn, member, &hearing, &zone, now)
    };
    Prepared::DropThen("told in their digest", Arc::new(then))
}

/// The photos of an update for somebody who gets it, where there is any photo on the page at all. They stand in mail that holds
/// the whole update, and nowhere else.
fn find_photos(app: &App, conn: &mut Conn, site: &Site, update: UpdateId, theirs: &[Audience]) -> Result<ForMail> {
    if site.glance.photo_count == 0 {
        return Ok(ForMail::Photos(MailPhotos::default()));
    }
    let with_pictures = site.mail_holds == MailHolds::Whole && sites::get_mail_photos(conn, site.id)?;
    photos::for_mail(app, conn, update, theirs, with_pictures)
}

/// As much of an update as its mail may say, with its photos. What of these somebody may not see leaves no trace.
pub(super) fn hold(
    holds: MailHolds,
    title: Option<String>,
    (body, body_html): (&str, &str),
    link: &str,
    found: &MailPhotos,
) -> Result<(Held, InMail)> {
    let body_text = text::markdown_to_text_with(body, |id| found.all.iter().any(|photo| photo.id.to_string() == id));
    let mut photos = photos::illustrate_mail(body_html, link, found)?;
    let held = Held::of(holds, title, body_text, std::mem::take(&mut photos.body_html));
    Ok((held, if holds == MailHolds::OnlyNews { InMail::default() } else { photos }))
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
        held: Held::of(
            site.mail_holds,
            draft.title,
            text::markdown_to_text(&draft.body),
            text::without_photos(&draft.body_html),
        ),
        photos: InMail::default(),
        audience_note: draft.audience.note(),
        link: config.public_url.link(&site.path()),
        unsubscribe: config.public_url.link(&format!("{}/follow", site.path())),
        origin: config.public_url.origin().to_owned(),
        corrected: false,
        glance: Vec::new(),
        takes_replies: config.incoming.is_some(),
    };
    Ok(Preview {
        from_name: words.page.clone(),
        subject: words.subject(),
        text: Text { it: &words }.render().map_err(AppError::internal)?,
        html: dress(&Html { it: &words }.render().map_err(AppError::internal)?),
    })
}
