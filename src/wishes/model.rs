//! Well wishes and comments; hearts and the other reactions.

mod reactions;

use serde::Deserialize;

pub use reactions::*;

use crate::clock::Timestamp;
use crate::db::ids::{PersonId, SubmissionKey, UpdateId, WishId};
use crate::error::FieldErrors;
use crate::text;

const MESSAGE_CHARS: usize = 5_000;

crate::words! {
    /// Who words are for.
    pub enum WishAudience {
        /// Everyone who may read what they are about.
        Everyone = "everyone",
        /// The person whom the page is about, and its organizers.
        Person = "person",
        /// Organizers: a private note.
        Organizers = "organizers",
    }
}

crate::words! {
    /// Why words are not shown.
    pub enum Withheld {
        /// They are the first of somebody new, and wait for an organizer.
        New = "new",
        /// They hold a word that the family does not want to see, and wait for an organizer.
        Words = "words",
        /// They came in a flood, and wait for an organizer.
        Flood = "flood",
        /// A reader has reported them, and they wait for an organizer.
        Reported = "reported",
        /// Somebody without an account has written them, and has not yet pressed the link in their mail.
        Unconfirmed = "unconfirmed",
        /// An organizer has hidden them.
        Hidden = "hidden",
        /// They were hidden when whoever wrote them was blocked.
        Blocked = "blocked",
    }
}

/// A well wish, or a comment where it names an update.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Its row.
    pub id: WishId,
    /// The update that it is a comment on.
    pub update_id: Option<UpdateId>,
    /// Who wrote it.
    pub author_id: PersonId,
    /// What they are called.
    pub author: String,
    /// Safe HTML.
    pub message_html: String,
    /// When.
    pub created_at: Timestamp,
}

/// The form as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct WishInput {
    pub message: String,
    pub submission: String,
}

/// The form, valid.
#[derive(Clone, Debug)]
pub struct NewWish {
    pub message: String,
    pub message_html: String,
    /// The language that they are read aloud in, where that is known.
    pub language: Option<text::Tag>,
    pub submission: Option<SubmissionKey>,
}

impl NewWish {
    /// The same, written in a browser that is used in this language.
    pub fn written_in(mut self, language: Option<&text::Tag>) -> Self {
        self.language = text::spoken(&self.message, language);
        self
    }
}

impl WishInput {
    /// An empty form.
    pub fn fresh() -> Self {
        Self { message: String::new(), submission: SubmissionKey::generate().to_string() }
    }

    pub fn parse(&self) -> Result<NewWish, FieldErrors> {
        let mut errors = FieldErrors::default();
        match errors.take("message", text::body(&self.message, "a few words", MESSAGE_CHARS)) {
            Some(message) => Ok(NewWish {
                message_html: text::plain_to_html(&message),
                language: text::spoken(&message, None),
                message,
                submission: SubmissionKey::parse(&self.submission),
            }),
            None => Err(errors),
        }
    }
}
