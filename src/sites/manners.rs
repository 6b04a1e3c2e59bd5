//! How a page wants to be encouraged. It is read with the page; the feature `wishes` is what changes it.

use crate::clock::Timestamp;

crate::words! {
    /// A reaction, in the order in which they are offered. None of them is sad.
    pub enum ReactionKind {
        /// A heart: always there.
        Heart = "heart",
        /// A hug.
        Hug = "hug",
        /// A candle.
        Candle = "candle",
        /// Strength.
        Strength = "strength",
        /// Thanks.
        Thanks = "thanks",
        /// Praying, where the family has chosen it.
        Praying = "praying",
        /// A smile.
        Smile = "smile",
    }
}

/// How a page wants to be encouraged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manners {
    /// The reactions that are offered; the heart is the first of them.
    pub reactions: Vec<ReactionKind>,
    /// Whether a writer is offered words to begin with.
    pub prompts: bool,
    /// Whether a writer is told of phrases that are known to hurt.
    pub hints: bool,
    /// Whether the first words of new people wait for an organizer.
    pub holds_new: bool,
    /// Whether well wishes are closed, and what is said instead.
    pub closed: Option<Closed>,
}

/// Since when nothing more can be left somewhere, and the sentence that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Since when.
    pub at: Timestamp,
    /// The family's own sentence, where they wrote one.
    pub words: Option<String>,
}

impl Default for Manners {
    fn default() -> Self {
        Self { reactions: vec![ReactionKind::Heart], prompts: true, hints: true, holds_new: false, closed: None }
    }
}
