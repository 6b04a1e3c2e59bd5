//! Keeping what is being written.

use super::desk::{Content, DeskInput};
use super::drafts::{MOST_DRAFTS, Saved};
use super::model::{self, Update};
use super::store;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{DraftId, UpdateId};
use crate::error::{AppError, Result};
use crate::sites::SiteScope;

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
        let is_new = store::insert_draft(conn, scope, id, content, seen.saturating_add(1), now)?;
        // It may have been posted while this waited for it.
        if let Some(path) = find_gone(conn, scope, id)? {
            if is_new {
                store::delete_draft(conn, id)?;
            }
            return Ok(Saved::Gone(path));
        }
        if is_new {
            return Ok(Saved::Kept(seen.saturating_add(1)));
        }
    }
    let draft = store::find_draft(conn, scope, id)?.ok_or(AppError::NotFound)?;
    if let Some(update) = draft.content.update {
        load_to_change(conn, scope, update)?;
    }
    let (same_words, same) = (draft.content.says_the_same(content), draft.content.tells_the_same(content));
    let is_mine = draft.author_id == me;
    if draft.publish_at.is_some() {
        return Ok(if draft.content.plans_the_same(content, is_mine) {
            Saved::Kept(draft.revision)
        } else {
            Saved::Scheduled(Box::new(draft))
        });
    }
    if input.keep == "theirs" {
        if !same_words {
            store::insert_replaced(conn, id, content, Some(me), now)?;
        }
        return Ok(Saved::Kept(draft.revision));
    }
    if draft.revision != seen && !same {
        return Ok(Saved::Conflict(Box::new(draft)));
    }
    // An empty draft is none, unless words of others would go with it.
    let is_kept_by_choice = input.keep == "mine" && !same_words;
    let is_emptied = content.is_empty() && !draft.content.is_empty();
    if content.is_empty() && is_mine && !is_kept_by_choice && !store::has_replaced(conn, id)? {
        store::delete_draft(conn, id)?;
        return Ok(Saved::Kept(0));
    }
    if is_kept_by_choice || is_emptied {
        store::insert_replaced(conn, id, &draft.content, draft.saved_by, draft.saved_at)?;
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
