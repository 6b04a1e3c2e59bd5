//! What becomes of a visitor's words as soon as it is certain whose they are.

use super::model::{FLOOD, FLOOD_MAIL_EVERY, FLOOD_WITHIN, Words};
use super::store;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{PersonId, SiteId, UpdateId};
use crate::error::{AppError, Result};
use crate::jobs::{self, Kind};
use crate::journal;
use crate::photos;
use crate::sites::{self, Notice, SiteScope, Standing};
use crate::wishes::deciding;
use crate::wishes::model::{WishAudience, Withheld};
use crate::wishes::store::{hold_wish, judge_words, list_commented};

/// The page, if it takes these words now: for as long as it is as open as it was when they were left.
pub fn find_page(conn: &mut Conn, words: &Words) -> Result<Option<SiteScope>> {
    let found = SiteScope::load_for_visitor(conn, words.site_id, words.author_id, words.link).and_then(|scope| {
        let is_closed = deciding::closed(conn, &scope, words.about)?.is_some();
        if is_closed { Err(AppError::NotFound) } else { Ok(scope) }
    });
    match found {
        Ok(scope) => Ok(Some(scope)),
        Err(AppError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Takes the rows that come before somebody's words, as every write takes them: their own place on the page, the updates that
/// they comment on, of which those change that they commented on before where they come to belong to the page, and the page's.
/// Before anything else is written of theirs.
pub fn hold(conn: &mut Conn, site: SiteId, author: PersonId, update: Option<UpdateId>) -> Result<()> {
    sites::hold_place_of(conn, site, author)?;
    let mut updates = list_commented(conn, site, author)?;
    updates.extend(update);
    journal::hold_updates(conn, site, PersonId::nil(), updates)?;
    photos::hold_site(conn, site)
}

/// Shows confirmed words, or withholds them for what [`judge`] finds. What [`hold`] takes must be held: then they themselves are,
/// and only then it is asked who is shut out, so that a blocking at the same moment is seen.
pub fn publish(conn: &mut Conn, words: &Words, now: Timestamp) -> Result<()> {
    hold_wish(conn, words.id)?;
    let scope = find_page(conn, words)?.ok_or(AppError::NotFound)?;
    let withheld = judge(conn, &scope, words, now)?;
    store::release(conn, words.id, withheld, !scope.access.is_member())?;
    match withheld {
        // Of what waits the mail says only that something does.
        None | Some(Withheld::New | Withheld::Words) => {
            sites::notify_organizers(conn, scope.site.id, words.author_id, Notice::Wish(words.id), now)
        }
        Some(Withheld::Flood) => note_flood(conn, &scope, words, now),
        Some(_) => Ok(()),
    }
}

/// Why words are not to be shown, if there is a reason. Whoever is shut out is answered as everybody is, and what they write is
/// hidden by itself: nobody has looked at it, so that it does not come back with the words that they are let in with again. What
/// comes in a flood can be thrown away at once; everything else is judged as the words of those are who belong to the page.
fn judge(conn: &mut Conn, scope: &SiteScope, words: &Words, now: Timestamp) -> Result<Option<Withheld>> {
    if scope.access.standing == Standing::Blocked || sites::is_shut_out(conn, scope, words.author_id)? {
        return Ok(Some(Withheld::Hidden));
    }
    let is_flood =
        !scope.access.is_member() && store::count_confirmed(conn, scope.site.id, now - FLOOD_WITHIN)? > FLOOD;
    if is_flood {
        return Ok(Some(Withheld::Flood));
    }
    judge_words(conn, scope, words.author_id, &[&words.message, &words.author], WishAudience::Everyone)
}

/// Tells each organizer once, when it begins; afterwards the page itself says how much is held.
fn note_flood(conn: &mut Conn, scope: &SiteScope, words: &Words, now: Timestamp) -> Result<()> {
    if store::is_flooded(conn, scope.site.id, words.id)? {
        return Ok(());
    }
    for member in sites::list_hearing_organizers(conn, scope.site.id)? {
        if !jobs::was_enqueued_for(conn, Kind::Flood, member, now - FLOOD_MAIL_EVERY)? {
            jobs::enqueue_once(conn, Kind::Flood, member, now, now)?;
        }
    }
    Ok(())
}

/// They want to hear of news, and have confirmed that with the same press. What [`hold`] takes must be held: whoever follows is
/// no visitor any more, and that is written beside all of their words.
pub fn follow(conn: &mut Conn, words: &Words, now: Timestamp) -> Result<()> {
    let scope = find_page(conn, words)?.ok_or(AppError::NotFound)?;
    sites::follow(conn, &scope, words.author_id, &words.author, now)
}
