//! Everything of one person, taken out of every feature in one transaction.

use super::model::Words;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::PersonId;
use crate::error::Result;
use crate::{accounts, glance, incoming, journal, photos, record, sites, wishes};

/// What became of the wish to be erased.
pub enum Outcome {
    /// It is done; these addresses were theirs.
    Erased(Vec<String>),
    /// Nothing was: a page would be without an organizer.
    Alone,
}

/// Erases a person. The words go first: their rows are taken in the order in which every other write takes them, an
/// update's before its page's, and the memberships after both.
pub fn erase(conn: &mut Conn, person: PersonId, words: Words, now: Timestamp) -> Result<Outcome> {
    sites::hold_organizers(conn, person)?;
    if !sites::list_solely_organized(conn, person)?.is_empty() {
        return Ok(Outcome::Alone);
    }
    if words == Words::Remove {
        wishes::delete_wishes_of(conn, person)?;
        journal::delete_updates_of(conn, person)?;
        glance::forget_words_of(conn, person)?;
    }
    journal::delete_drafts_of(conn, person)?;
    journal::forget_editor(conn, person, words == Words::Remove)?;
    // What was never posted goes either way. Their bytes go soon after, by the job that this enqueues.
    photos::delete_photos_of(conn, person, words == Words::Keep)?;
    photos::enqueue_discarding(conn, now)?;
    photos::hand_over_albums_of(conn, person)?;
    wishes::delete_unconfirmed_of(conn, person)?;
    wishes::delete_hearts_of(conn, person)?;
    wishes::delete_reports_of(conn, person)?;
    wishes::delete_thanks_of(conn, person)?;
    sites::delete_memberships_of(conn, person)?;
    record::take_out(conn, person)?;
    incoming::delete_letters_of(conn, person)?;
    accounts::erase_person(conn, person, words == Words::Keep, now).map(Outcome::Erased)
}
