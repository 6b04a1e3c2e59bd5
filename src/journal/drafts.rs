//! What is being written and not posted yet.

use super::desk::{Content, DeskInput};
use crate::clock::Timestamp;
use crate::db::ids::{DraftId, PersonId};

/// How many drafts somebody can have on one page.
pub const MOST_DRAFTS: i64 = 100;

/// A draft, as one of those who may see it sees it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its row.
    pub id: DraftId,
    /// Whose it is.
    pub author_id: PersonId,
    /// What they are called.
    pub author: String,
    /// What it holds.
    pub content: Content,
    /// Counts every save.
    pub revision: i32,
    /// When it will be posted by itself.
    pub publish_at: Option<Timestamp>,
    /// Why it was not posted at its time.
    pub unposted: Option<Unposted>,
    /// Who has saved it last.
    pub saved_by: Option<PersonId>,
    /// When.
    pub saved_at: Timestamp,
}

impl Draft {
    /// The form with it in.
    pub fn input(&self) -> DeskInput {
        DeskInput::of(&self.content, self.id, self.revision)
    }

    /// What it is called on a list.
    pub fn called(&self) -> String {
        if self.content.title.is_empty() {
            crate::text::excerpt(&crate::text::markdown_to_text(&self.content.body), 80)
        } else {
            self.content.title.clone()
        }
    }
}

crate::words! {
    /// Why a draft was not posted at its time.
    pub enum Unposted {
        /// The page was closed.
        Closed = "closed",
        /// Whoever wrote it could not write there any more.
        Role = "role",
        /// Its words could not stand so.
        Words = "words",
    }
}

impl Unposted {
    /// In a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Closed => "It was not posted at its time, because the page was closed then.",
            Self::Role => "It was not posted at its time, because whoever wrote it could not write here any more.",
            Self::Words => {
                "It was not posted at its time, because something in it could not stand so. Please look at it once more."
            }
        }
    }
}

/// Words of a draft that others took the place of.
#[derive(Clone, Debug)]
pub struct Replaced {
    /// Its title.
    pub title: String,
    /// Light Markdown.
    pub body: String,
    /// When it was saved.
    pub saved_at: Timestamp,
}

/// What became of an attempt to save.
#[derive(Debug)]
pub enum Saved {
    /// It is kept, as this revision; 0 where there was nothing to keep.
    Kept(i32),
    /// Other words were saved meanwhile; these are they.
    Conflict(Box<Draft>),
    /// It waits for its time to be posted, and is not changed until it is taken back.
    Scheduled(Box<Draft>),
    /// It has become something already, which stands here.
    Gone(String),
}
