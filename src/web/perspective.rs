//! Seeing a page as somebody else does. The wish lies in a cookie of the organizer's browser; what it means is decided
//! where access is.

use crate::words;

words! {
    /// As whom an organizer sees their page.
    pub enum AsWhom {
        /// Somebody who does not belong to it.
        Stranger = "stranger",
        /// A friend who follows it.
        Supporter = "supporter",
        /// Somebody of the family.
        Family = "family",
    }
}

impl AsWhom {
    /// For the sentence "You see this page as … does."
    pub fn name(self) -> &'static str {
        match self {
            Self::Stranger => "a stranger",
            Self::Supporter => "a friend who follows it",
            Self::Family => "somebody of the family",
        }
    }
}

/// Which page an organizer sees with somebody else's eyes, and whose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Perspective {
    /// The page's address under `/p/`.
    pub slug: String,
    /// Whose eyes.
    pub as_whom: AsWhom,
}

impl Perspective {
    /// The page's address.
    pub fn path(&self) -> String {
        format!("/p/{}", self.slug)
    }

    pub(super) fn to_cookie(&self) -> String {
        format!("{}.{}", self.as_whom.as_str(), self.slug)
    }

    pub(super) fn from_cookie(text: &str) -> Option<Self> {
        let (word, slug) = text.split_once('.')?;
        let plain = slug.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let as_whom = AsWhom::from_word(word)?;
        (plain && !slug.is_empty()).then(|| Self { slug: slug.to_owned(), as_whom })
    }
}
