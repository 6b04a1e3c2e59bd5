//! Where words are left on the page itself, and what is said there: well wishes, or on a page in loving memory the book of
//! condolence, or nothing more where the family wants none. The words themselves are the same: a page that is in loving
//! memory by mistake has lost none when it is not any more.

use crate::sites::Site;

/// Where words are left on the page itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Book {
    /// Well wishes.
    Wishes,
    /// The book of condolence.
    Condolences,
    /// The well wishes from before the book was opened.
    Before,
    /// Everything that was left before words on the page were closed.
    Closed,
}

impl Book {
    /// Where words go now.
    pub fn of(site: &Site) -> Self {
        match (site.is_memorial(), site.has_book()) {
            (false, _) => Self::Wishes,
            (true, true) => Self::Condolences,
            (true, false) => Self::Closed,
        }
    }

    /// What stands under `/wishes`: never the book.
    pub fn of_wishes(site: &Site) -> Self {
        if site.has_book() { Self::Before } else { Self::of(site) }
    }

    /// Whether more can be left here.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Wishes | Self::Condolences)
    }

    /// Whether it is the book of condolence.
    pub fn is_condolences(self) -> bool {
        self == Self::Condolences
    }

    /// Where all of it is, below the page's address.
    pub fn path(self) -> &'static str {
        if self.is_condolences() { "/condolences" } else { "/wishes" }
    }

    /// The heading on the page.
    pub fn title(self, first_name: &str) -> String {
        match self {
            Self::Wishes | Self::Before => "Well wishes".to_owned(),
            Self::Condolences => "Book of condolence".to_owned(),
            Self::Closed => format!("Words for {first_name}"),
        }
    }

    /// The heading where there is nothing else.
    pub fn long_title(self, first_name: &str) -> String {
        match self {
            Self::Wishes => format!("Well wishes for {first_name}"),
            Self::Before => "Well wishes from before".to_owned(),
            Self::Condolences | Self::Closed => self.title(first_name),
        }
    }

    /// What the field is called.
    pub fn label(self) -> &'static str {
        if self.is_condolences() { "Your words" } else { "Your well wish" }
    }

    /// What is said beside the field, or where one can leave nothing more.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Wishes => "A word is enough. No reply expected.",
            Self::Condolences => {
                "Leave a few words. No reply expected. A memory, or only “I am thinking of you”: there is no right way to \
                 say it."
            }
            Self::Before => "They stay here. New words go to the book of condolence.",
            Self::Closed => {
                "No more can be left here, and everything that people wrote stays. The family thanks you for every word."
            }
        }
    }

    /// The button.
    pub fn button(self) -> &'static str {
        if self.is_condolences() { "Leave these words" } else { "Send well wish" }
    }

    /// What whoever only reads is told, before "follow by e-mail".
    pub fn invitation(self) -> &'static str {
        if self.is_condolences() { "To leave a few words," } else { "To leave one," }
    }

    /// What is said while there is nothing.
    pub fn empty(self) -> &'static str {
        match self {
            Self::Wishes => "Nobody has left one yet.",
            Self::Condolences => "The book is still empty.",
            Self::Before | Self::Closed => "There are none.",
        }
    }

    /// The way to all of it.
    pub fn all(self) -> &'static str {
        match self {
            Self::Wishes | Self::Before => "All well wishes",
            Self::Condolences => "All of the book",
            Self::Closed => "All of them",
        }
    }

    /// The way on.
    pub fn earlier(self) -> &'static str {
        if self.is_condolences() { "Earlier in the book" } else { "Earlier well wishes" }
    }
}

/// What is said to somebody who sends words when no more can be left.
pub const CLOSED: &str = "This page is in loving memory now, and no more words can be left on it. Yours were not sent, and \
                          nobody has seen them.";
