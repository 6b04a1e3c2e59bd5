//! Changing what is posted, and keeping what it said before.

use super::desk::DeskInput;
use super::model::Words;
use super::publishing::check_audience;
use super::revisions::Version;
use super::saving::load_to_change;
use super::store;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{DraftId, UpdateId};
use crate::error::{AppError, FieldErrors, Result};
use crate::photos;
use crate::sites::SiteScope;
use crate::text;

/// What became of an attempt to change an update.
#[derive(Debug)]
pub enum Changed {
    /// It is changed.
    Done,
    /// Somebody else has changed it meanwhile; this is what it says now.
    Conflict(Box<Version>),
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
    let (draft, seen) = (input.draft_id(), input.seen_at());
    // Nobody takes in what belongs to a draft of something else.
    if let Some(draft) = draft
        && store::hold_draft(conn, draft)?
        && store::find_draft(conn, scope, draft)?.is_none_or(|it| it.content.update != Some(id))
    {
        return Err(AppError::NotFound);
    }
    let changed_at = store::hold_update(conn, id)?;
    let version = store::get_version(conn, id)?;
    let is_there = version.title == words.title && version.body == words.body && version.audience == words.audience;
    // The same form once more, perhaps after others have gone on from there.
    let was_there = match draft {
        Some(draft) if store::is_spent(conn, draft)? => store::has_said(conn, id, &words, Some(words.audience), seen)?,
        _ => false,
    };
    if is_there || was_there {
        spend(conn, scope, id, draft)?;
        return Ok(Changed::Done);
    }
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
        photos::attach(conn, scope.site.id, draft, update, None)?;
        store::delete_draft(conn, draft)?;
    }
    Ok(())
}

/// Brings words back that an update had before. Who may read it stays as it is: nobody is let in by an old revision.
pub fn restore(conn: &mut Conn, scope: &SiteScope, id: UpdateId, version: &Version, now: Timestamp) -> Result<()> {
    let me = scope.actor()?;
    let update = load_to_change(conn, scope, id)?;
    store::hold_update(conn, id)?;
    let words = Words {
        title: version.title.clone(),
        body: version.body.clone(),
        body_html: text::markdown_to_html(&version.body),
        audience: update.audience,
    };
    store::update_update(conn, id, &words, me, now)
}
