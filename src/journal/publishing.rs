//! From the desk to the page: posting what was written, now or at its time. The one place where an update comes into being.

use jiff::SignedDuration;

use super::desk::{Content, DeskInput};
use super::drafts::{Draft, Unposted};
use super::model::{self, Words};
use super::publication::{self, Timing};
use super::saving::find_gone;
use super::sending::Delivery;
use super::store::{self, NewUpdate};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{DraftId, PersonId, SiteId, UpdateId};
use crate::error::{AppError, FieldErrors, Result};
use crate::glance;
use crate::jobs::{self, Job, Outcome};
use crate::photos;
use crate::sites::{self, Access, Audience, QuietHours, SiteScope};
use crate::web::Zone;

/// When and where somebody is at the desk.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Now.
    pub now: Timestamp,
    /// The zone of their account.
    pub zone: Zone,
    /// How long mail waits before it leaves.
    pub undo: SignedDuration,
    /// Whether a script sends this, by itself and perhaps again.
    pub by_script: bool,
}

impl Desk {
    /// The zone that a wall time is meant in: what the form says, or else the account.
    pub fn zone_of(&self, typed: &str) -> Zone {
        Zone::parse(typed).unwrap_or_else(|_| self.zone.clone())
    }
}

/// What became of an attempt to post.
#[derive(Debug)]
pub enum Submitted {
    /// It is on the page.
    Posted(UpdateId),
    /// It waits for its time.
    Scheduled(DraftId),
    /// It is hard news, and kept until somebody says that the closest people were told.
    AskTold(DraftId),
    /// Other words were saved under this draft meanwhile.
    Conflict(Box<Draft>),
    /// It waits for its time already, and is to be taken back before its words change.
    Waiting(Box<Draft>),
    /// This draft has become something else already, which stands here.
    Gone(String),
    /// Something in the form cannot be used.
    Refused(FieldErrors),
}

pub(super) fn check_audience(access: &Access, audience: Audience) -> Result<(), FieldErrors> {
    if model::may_write_for(access, audience) {
        Ok(())
    } else {
        Err(FieldErrors::default().with("audience", "Only organizers can write for organizers only."))
    }
}

/// Posts what is on the desk, or sees to it that it will be.
pub fn submit(conn: &mut Conn, scope: &SiteScope, input: &DeskInput, desk: &Desk) -> Result<Submitted> {
    let me = scope.actor()?;
    if !input.update.is_empty() {
        let problem = "This changes an update: please open it on its page and save it there.";
        return Ok(Submitted::Refused(FieldErrors::default().with("body", problem)));
    }
    let parsed = input.content().and_then(|content| {
        let words = input.words(Some(Audience::Everyone))?;
        check_audience(&scope.access, words.audience)?;
        // What is kept of it is what will be posted, without what was to be left out.
        let zone = desk.zone_of(&content.zone).name().to_owned();
        Ok((Content { body: words.body.clone(), zone, ..content }, words))
    });
    let (content, words) = match parsed {
        Ok(parsed) => parsed,
        Err(errors) => return Ok(Submitted::Refused(errors)),
    };
    let id = input.draft_id().unwrap_or_else(DraftId::generate);
    // Whoever else has this draft in hand is waited for, and waits from here on.
    let is_new = store::insert_draft(conn, scope, id, &content, input.seen_revision().saturating_add(1), desk.now)?;
    if !is_new {
        store::hold_draft(conn, id)?;
    }
    if let Some(gone) = find_gone(conn, scope, id)? {
        if is_new {
            store::delete_draft(conn, id)?;
        }
        return submit_again(conn, scope, id, &content, &words, gone, desk);
    }
    // Only now: what was posted at its time is sent once more when that time is over.
    let quiet = match content.timing {
        Timing::Morning => sites::get_quiet_hours(conn, scope.site.id)?,
        Timing::Now | Timing::At => QuietHours::default(),
    };
    let time = publication::time_of(content.timing, &content.at, &desk.zone_of(&content.zone), quiet, desk.now)
        .map_err(|problem| FieldErrors::default().with("at", problem));
    if !is_new {
        let draft = store::find_draft(conn, scope, id)?.ok_or(AppError::NotFound)?;
        if draft.content.update.is_some() {
            return Err(AppError::NotFound);
        }
        // It may be kept as it was typed, or as it was sent before.
        let (kept, typed) = (&draft.content, input.content().unwrap_or_else(|_| content.clone()));
        let same_words = kept.says_the_same(&typed);
        let same = kept.tells_the_same(&typed);
        if draft.publish_at.is_some() {
            let is_mine = draft.author_id == me;
            let same_plan = kept.plans_the_same(&typed, is_mine) || kept.plans_the_same(&content, is_mine);
            return Ok(if same_plan { Submitted::Scheduled(id) } else { Submitted::Waiting(Box::new(draft)) });
        }
        if draft.revision != input.seen_revision() && !same && input.keep != "mine" {
            return Ok(Submitted::Conflict(Box::new(draft)));
        }
        if let Err(errors) = time {
            return Ok(Submitted::Refused(errors));
        }
        if !same_words && input.keep == "mine" {
            store::insert_replaced(conn, id, &draft.content, draft.saved_by, draft.saved_at)?;
        }
        store::update_draft(conn, scope, &draft, &content, desk.now)?;
    }
    let time = match time {
        Ok(time) => time,
        Err(errors) => {
            store::delete_draft(conn, id)?;
            return Ok(Submitted::Refused(errors));
        }
    };
    if content.hard && !content.told {
        return Ok(Submitted::AskTold(id));
    }
    if let Some(time) = time {
        store::schedule_draft(conn, id, Some(time), None)?;
        jobs::enqueue_publication(conn, id, time, desk.now)?;
        return Ok(Submitted::Scheduled(id));
    }
    let new = NewUpdate { site: scope.site.id, author: me, words: &words, mail: content.mail, draft: Some(id) };
    match publish(conn, &new, desk.now, desk.undo)? {
        Some(update) => Ok(Submitted::Posted(update)),
        None => Err(AppError::Conflict("This was posted just now. Your words are below.")),
    }
}

/// The same draft once more, after it was posted: the same words are the same update. Other words are another update where a
/// person has pressed the button on a form that they came back to; a script is told instead.
fn submit_again(
    conn: &mut Conn,
    scope: &SiteScope,
    id: DraftId,
    content: &Content,
    words: &Words,
    gone: String,
    desk: &Desk,
) -> Result<Submitted> {
    let me = scope.actor()?;
    let Some(update) = store::find_posted(conn, scope.site.id, id)? else { return Ok(Submitted::Gone(gone)) };
    if store::has_said(conn, update, words, None, None)? {
        // Whom it is for now is not whom the sender meant: they must not take it for posted so.
        let is_for = store::get_version(conn, update)?.audience;
        return Ok(if is_for == words.audience { Submitted::Posted(update) } else { Submitted::Gone(gone) });
    }
    let is_mine = store::get_update(conn, scope, update).is_ok_and(|update| update.author_id == me);
    if desk.by_script || !is_mine {
        return Ok(Submitted::Gone(gone));
    }
    let new = NewUpdate { site: scope.site.id, author: me, words, mail: content.mail, draft: None };
    match publish(conn, &new, desk.now, desk.undo)? {
        Some(update) => Ok(Submitted::Posted(update)),
        None => Ok(Submitted::Gone(gone)),
    }
}

/// The update, every delivery of it, and the end of the draft that it was, in one transaction: all of it, or nothing.
fn publish(conn: &mut Conn, new: &NewUpdate<'_>, now: Timestamp, undo: SignedDuration) -> Result<Option<UpdateId>> {
    let Some(update) = store::insert_update(conn, new, now)? else { return Ok(None) };
    let about = Delivery {
        site: new.site,
        update,
        author: new.author,
        audience: new.words.audience,
        mail: new.mail,
        edition: 0,
    };
    store::enqueue_deliveries(conn, &about, now + undo, now)?;
    if let Some(draft) = new.draft {
        photos::attach(conn, new.site, draft, update, None)?;
        store::delete_draft(conn, draft)?;
    }
    glance::after_update(conn, new.site, new.author, new.words.audience, now)?;
    Ok(Some(update))
}

/// What is said with the button on a draft that is kept.
#[derive(Clone, Copy, Debug, Default)]
pub struct Go {
    /// The revision that the button stood under.
    pub revision: i32,
    /// The closest people have been told.
    pub told: bool,
    /// Not at its time, but at once.
    pub now: bool,
}

/// Posts a draft as it is kept.
pub fn submit_kept(conn: &mut Conn, scope: &SiteScope, id: DraftId, go: Go, desk: &Desk) -> Result<Submitted> {
    scope.actor()?;
    store::hold_draft(conn, id)?;
    let Some(draft) = store::find_draft(conn, scope, id)? else {
        return match store::find_posted(conn, scope.site.id, id)? {
            Some(update) => Ok(Submitted::Posted(update)),
            None => Err(AppError::NotFound),
        };
    };
    if draft.content.update.is_some() {
        return Err(AppError::NotFound);
    }
    if draft.revision != go.revision {
        return Ok(Submitted::Conflict(Box::new(draft)));
    }
    if draft.publish_at.is_some() && !go.now {
        return Ok(Submitted::Scheduled(id));
    }
    take_back(conn, &draft)?;
    let mut input = draft.input();
    if go.told {
        input.told = "yes".to_owned();
    }
    if go.now {
        input.when = "now".to_owned();
    }
    submit(conn, scope, &input, desk)
}

/// Takes a draft that waits for its time back to those that do not.
pub fn take_back(conn: &mut Conn, draft: &Draft) -> Result<()> {
    if draft.publish_at.is_some() {
        jobs::delete_publication(conn, draft.id)?;
        store::schedule_draft(conn, draft.id, None, None)?;
    }
    Ok(())
}

/// Posts a draft whose time has come, exactly once: the draft goes in the same transaction. Whoever has it posted must be able to
/// write there at this moment; otherwise it stays a draft, and says why.
pub fn publish_due(app: &App, conn: &mut Conn, job: &Job) -> Result<Outcome> {
    let now = app.clock.now();
    let Some(id) = job.draft_id else { return Ok(Outcome::Dropped("the draft is gone".to_owned())) };
    let Some((site, draft)) = store::find_due(conn, id, now)? else {
        return Ok(Outcome::Dropped("the draft was posted or taken back".to_owned()));
    };
    match may_be_published(conn, site, &draft)? {
        Ok((author, words)) => {
            let new = NewUpdate { site, author, words: &words, mail: draft.content.mail, draft: Some(id) };
            publish(conn, &new, now, app.config.undo_sending)?;
            // The job's own row stays, so that what became of it can be settled.
            store::delete_draft(conn, id)?;
            Ok(Outcome::Done)
        }
        Err(why) => {
            store::schedule_draft(conn, id, None, Some(why))?;
            Ok(Outcome::Dropped(format!("not posted: {}", why.as_str())))
        }
    }
}

fn may_be_published(conn: &mut Conn, site: SiteId, draft: &Draft) -> Result<Result<(PersonId, Words), Unposted>> {
    let author = draft.saved_by.unwrap_or(draft.author_id);
    let Some(site) = sites::find_site(conn, site)? else { return Ok(Err(Unposted::Closed)) };
    if site.closed_at.is_some() {
        return Ok(Err(Unposted::Closed));
    }
    let access = sites::find_access(conn, &site, author)?;
    let Some(access) = access.filter(|it| it.may_write()) else { return Ok(Err(Unposted::Role)) };
    let Ok(words) = draft.input().words(None) else { return Ok(Err(Unposted::Words)) };
    if check_audience(&access, words.audience).is_err() {
        return Ok(Err(Unposted::Role));
    }
    Ok(Ok((author, words)))
}
