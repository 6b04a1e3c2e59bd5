//! A page in loving memory of the person whom it is about: what it is called then, and what it no longer does. Nothing of it
//! is deleted, and all of it can be taken back.

use jiff::SignedDuration;

use super::glance::Glance;
use super::model::Site;
use crate::clock::Timestamp;

impl Site {
    /// Whether it is in loving memory.
    pub fn is_memorial(&self) -> bool {
        self.memorial_at.is_some()
    }

    /// Whether a book of condolence is open on it: what people leave on the page goes there.
    pub fn has_book(&self) -> bool {
        self.is_memorial() && self.has_condolences
    }

    /// Whether words can be left on the page itself: in loving memory only where the family wants a book.
    pub fn takes_words(&self) -> bool {
        !self.is_memorial() || self.has_condolences
    }

    /// Whether anybody is to be reminded of anything on it. Whoever makes reminders, digests and tasks asks this when their
    /// time comes, and makes none where the answer is no.
    pub fn wants_reminders(&self) -> bool {
        !self.is_memorial() && self.closed_at.is_none()
    }

    /// What is shown of what it says at a glance: in loving memory nothing but the notes; the rest is kept.
    pub fn shown_glance(&self) -> Glance {
        let glance = self.glance.clone();
        if self.is_memorial() { Glance { status: None, next_update: None, rest: None, ..glance } } else { glance }
    }

    /// What stands at its head.
    pub fn title(&self) -> String {
        if self.is_memorial() { format!("In loving memory of {}", self.first_name) } else { self.name() }
    }

    /// What an update is called that has no title.
    pub fn untitled(&self) -> String {
        if self.is_memorial() { format!("About {}", self.first_name) } else { format!("News of {}", self.first_name) }
    }

    /// From when on an organizer may have another gathered mail, whatever they have chosen: in loving memory, they are left
    /// in peace for a day at least.
    pub fn gathers_from(&self, gathered_at: Option<Timestamp>) -> Option<Timestamp> {
        gathered_at.filter(|_| self.is_memorial()).map(|at| at + CALM)
    }
}

/// How long lies between two gathered mails from a page in loving memory, at least.
const CALM: SignedDuration = SignedDuration::from_hours(24);
