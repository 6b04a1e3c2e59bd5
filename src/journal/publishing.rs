//! From the desk to the page: saving what is being written, posting it now or at its time, and changing what is posted. The one
//! place where an update comes into being.

use jiff::SignedDuration;

use super::desk::{Content, DeskInput};
use super::drafts::{Draft, MOST_DRAFTS, Saved, Unposted};
use super::model::{self, Update, Words};
use super::publication::{self, MailChoice};
use super::sending::Delivery;
use super::store::{self, NewUpdate};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{DraftId, PersonId, UpdateId};
use crate::error::{AppError, FieldErrors, Result};
use crate::glance;
use crate::jobs::{self, Job, Outcome};
use crate::photos;
use crate::sites::{self, Access, Audience, SiteScope};
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

/// The address of an update.
pub fn update_path(scope: &SiteScope, id: UpdateId) -> String {
    format!("{}/updates/{id}", scope.site.path())
}

/// What a draft has become, if it has become something: the address to look at.
pub fn find_gone(conn: &mut Conn, scope: &SiteScope, id: DraftId) -> Result<Option<String>> {
    if let Some(update) = store::find_posted(conn, scope.site.id, id)? {
        let visible = store::get_update(conn, scope, update).is_ok();
        return Ok(Some(if visible { update_path(scope, update) } else { scope.site.path() }));
    }
    Ok(store::is_spent(conn, id)?.then(|| scope.site.path()))
}

/// Saves a draft. Words that the sender has not seen are never overwritten without being asked for.
pub fn save(
    conn: &mut Conn,
    scope: &SiteScope,
    id: DraftId,
    input: &DeskInput,
    content: &Content,
    now: Timestamp,
) -> Result<Saved> {
    let me = scope.actor()?;
    let seen = input.seen_revision();
    if !store::hold_draft(conn, id)? {
        if let Some(path) = find_gone(conn, scope, id)? {
            return Ok(Saved::Gone(path));
        }
        if content.is_empty() {
            return Ok(Saved::Kept(0));
        }
        if let Some(update) = content.update {
            load_to_change(conn, scope, update)?;
        }
        if store::count_drafts(conn, scope.site.id, me)? >= MOST_DRAFTS {
            let problem = format!("You have {MOST_DRAFTS} drafts here. Please post or throw away one of them first.");
            return Err(AppError::invalid("draft", problem));
        }
        let is_new = store::insert_draft(conn, scope, id, content, seen + 1, now)?;
        // It may have been posted while this waited for it.
        if let Some(path) = find_gone(conn, scope, id)? {
            if is_new {
                store::delete_draft(conn, id)?;
            }
            return Ok(Saved::Gone(path));
        }
        if is_new {
            return Ok(Saved::Kept(seen + 1));
        }
    }
    let draft = store::find_draft(conn, scope, id)?.ok_or(AppError::NotFound)?;
    if let Some(update) = draft.content.update {
        load_to_change(conn, scope, update)?;
    }
    let same = draft.content.says_the_same(content);
    if draft.publish_at.is_some() {
        return Ok(if same { Saved::Kept(draft.revision) } else { Saved::Scheduled(Box::new(draft)) });
    }
    if draft.revision != seen && !same {
        return Ok(Saved::Conflict(Box::new(draft)));
    }
    if input.keep == "theirs" {
        if !same {
            store::insert_replaced(conn, id, content, Some(me), now)?;
        }
        return Ok(Saved::Kept(draft.revision));
    }
    if input.keep == "mine" && !same {
        store::insert_replaced(conn, id, &draft.content, draft.saved_by, draft.saved_at)?;
    }
    if content.is_empty() {
        store::delete_draft(conn, id)?;
        return Ok(Saved::Kept(0));
    }
    let kept = Content { update: draft.content.update, seen: draft.content.seen, ..content.clone() };
    if same && draft.content == kept {
        return Ok(Saved::Kept(draft.revision));
    }
    Ok(Saved::Kept(store::update_draft(conn, scope, &draft, content, now)?))
}

/// An update that the viewer may change.
pub fn load_to_change(conn: &mut Conn, scope: &SiteScope, id: UpdateId) -> Result<Update> {
    let update = store::get_update(conn, scope, id)?;
    if model::may_change(&scope.access, scope.person_id, update.author_id) {
        Ok(update)
    } else {
        Err(AppError::NotFound)
    }
}

fn check_audience(access: &Access, audience: Audience) -> Result<(), FieldErrors> {
    if model::may_write_for(access, audience) {
        Ok(())
    } else {
        Err(FieldErrors::default().with("audience", "Only organizers can write for organizers only."))
    }
}

/// Posts what is on the desk, or sees to it that it will be.
pub fn submit(conn: &mut Conn, scope: &SiteScope, input: &DeskInput, desk: &Desk) -> Result<Submitted> {
    let me = scope.actor()?;
    let quiet = sites::get_quiet_hours(conn, scope.site.id)?;
    let parsed = input.content().and_then(|content| {
        let words = input.words(Some(Audience::Everyone))?;
        check_audience(&scope.access, words.audience)?;
        let zone = desk.zone_of(&content.zone);
        let time = publication::time_of(content.timing, &content.at, &zone, quiet, desk.now)
            .map_err(|problem| FieldErrors::default().with("at", problem))?;
        // What is kept of it is what will be posted, without what was to be left out.
        Ok((Content { body: words.body.clone(), zone: zone.name().to_owned(), ..content }, words, time))
    });
    let (content, words, time) = match parsed {
        Ok(parsed) => parsed,
        Err(errors) => return Ok(Submitted::Refused(errors)),
    };
    let id = input.draft_id().unwrap_or_else(DraftId::generate);
    // Whoever else has this draft in hand is waited for, and waits from here on.
    let is_new = store::insert_draft(conn, scope, id, &content, input.seen_revision() + 1, desk.now)?;
    if !is_new {
        store::hold_draft(conn, id)?;
    }
    if let Some(gone) = find_gone(conn, scope, id)? {
        if is_new {
            store::delete_draft(conn, id)?;
        }
        return submit_again(conn, scope, id, &content, &words, gone, desk);
    }
    if !is_new {
        let draft = store::find_draft(conn, scope, id)?.ok_or(AppError::NotFound)?;
        if draft.content.update.is_some() {
            return Err(AppError::NotFound);
        }
        let same = draft.content.says_the_same(&input.content().unwrap_or_else(|_| content.clone()));
        if draft.publish_at.is_some() {
            return Ok(if same { Submitted::Scheduled(id) } else { Submitted::Waiting(Box::new(draft)) });
        }
        if draft.revision != input.seen_revision() && !same && input.keep != "mine" {
            return Ok(Submitted::Conflict(Box::new(draft)));
        }
        if !same && input.keep == "mine" {
            store::insert_replaced(conn, id, &draft.content, draft.saved_by, draft.saved_at)?;
        }
        store::update_draft(conn, scope, &draft, &content, desk.now)?;
    }
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
    if store::has_said(conn, update, words.title.as_deref(), &words.body)? {
        return Ok(Submitted::Posted(update));
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
    let update = appear(conn, new, now, undo)?;
    if let (Some(_), Some(draft)) = (update, new.draft) {
        jobs::delete_publication(conn, draft)?;
        store::delete_draft(conn, draft)?;
    }
    Ok(update)
}

/// The update, every delivery of it, and what follows from there being one.
fn appear(conn: &mut Conn, new: &NewUpdate<'_>, now: Timestamp, undo: SignedDuration) -> Result<Option<UpdateId>> {
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
        photos::attach(conn, new.site, draft, update)?;
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
            appear(conn, &new, now, app.config.undo_sending)?;
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

fn may_be_published(
    conn: &mut Conn,
    site: crate::db::ids::SiteId,
    draft: &Draft,
) -> Result<Result<(PersonId, Words), Unposted>> {
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

/// What became of an attempt to change an update.
#[derive(Debug)]
pub enum Changed {
    /// It is changed.
    Done,
    /// Somebody else has changed it meanwhile; this is what it says now.
    Conflict(Box<super::revisions::Version>),
    /// Something in the form cannot be used.
    Refused(FieldErrors),
}

/// Changes an update, and keeps what it said before. What the sender has not seen is never overwritten.
pub fn change(conn: &mut Conn, scope: &SiteScope, id: UpdateId, input: &DeskInput, now: Timestamp) -> Result<Changed> {
    let me = scope.actor()?;
    load_to_change(conn, scope, id)?;
    let words = match input.words(None).and_then(|words| check_audience(&scope.access, words.audience).map(|()| words))
    {
        Ok(words) => words,
        Err(errors) => return Ok(Changed::Refused(errors)),
    };
    let draft = input.draft_id();
    let changed_at = store::hold_update(conn, id)?;
    let version = store::get_version(conn, id)?;
    let is_there = version.title == words.title && version.body == words.body && version.audience == words.audience;
    // The same form once more, perhaps after others have gone on from there.
    let was_there = match draft {
        Some(draft) if store::is_spent(conn, draft)? => store::has_said(conn, id, words.title.as_deref(), &words.body)?,
        _ => false,
    };
    if is_there || was_there {
        spend(conn, scope, id, draft)?;
        return Ok(Changed::Done);
    }
    let seen = input.seen.parse().ok().map(Timestamp::from_micros);
    if seen.is_some_and(|seen| seen != changed_at) {
        return Ok(Changed::Conflict(Box::new(version)));
    }
    store::update_update(conn, id, &words, me, now)?;
    spend(conn, scope, id, draft)?;
    Ok(Changed::Done)
}

/// The draft of a change that is made is over.
fn spend(conn: &mut Conn, scope: &SiteScope, update: UpdateId, draft: Option<DraftId>) -> Result<()> {
    let Some(draft) = draft else { return Ok(()) };
    store::spend_draft(conn, draft)?;
    if store::find_draft(conn, scope, draft)?.is_some_and(|it| it.content.update == Some(update)) {
        store::delete_draft(conn, draft)?;
    }
    Ok(())
}

/// Brings words back that an update had before. Who may read it stays as it is: nobody is let in by an old revision.
pub fn restore(
    conn: &mut Conn,
    scope: &SiteScope,
    id: UpdateId,
    version: &super::revisions::Version,
    now: Timestamp,
) -> Result<()> {
    let me = scope.actor()?;
    let update = load_to_change(conn, scope, id)?;
    store::hold_update(conn, id)?;
    let words = Words {
        title: version.title.clone(),
        body: version.body.clone(),
        body_html: crate::text::markdown_to_html(&version.body),
        audience: update.audience,
    };
    store::update_update(conn, id, &words, me, now)
}

/// Who of those who hear is to have mail about an update, in words.
pub fn mail_note(mail: MailChoice) -> &'static str {
    match mail {
        MailChoice::Each => "to those who hear of each update",
        MailChoice::Big => "to everyone who gets mail, as big news",
        MailChoice::None => "to nobody",
    }
}
