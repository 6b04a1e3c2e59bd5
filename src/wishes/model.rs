//! Well wishes, comments and hearts.

use serde::Deserialize;

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

/// What a heart is given to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// An update.
    Update(UpdateId),
    /// A well wish or a comment.
    Wish(WishId),
}

/// The hearts on one thing, the same for every viewer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllHearts {
    /// How many there are.
    pub count: i64,
    /// The first few of those who gave one.
    pub first: Vec<(PersonId, String)>,
}

/// How many names stand beside a heart.
const NAMES: usize = 3;

impl AllHearts {
    /// As one viewer sees them, who has given one or not.
    pub fn seen_by(&self, viewer: Option<PersonId>, mine: bool) -> Hearts {
        let others = self.first.iter().filter(|(person, _)| Some(*person) != viewer);
        Hearts { count: self.count, mine, names: others.take(NAMES).map(|(_, name)| name.clone()).collect() }
    }
}

/// The hearts on one thing, as one viewer sees them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hearts {
    /// How many there are.
    pub count: i64,
    /// Whether the viewer gave one of them.
    pub mine: bool,
    /// The first of those who gave one, by name, without the viewer.
    pub names: Vec<String>,
}

impl Hearts {
    /// Who gave one: "You, Jo, Bill and 12 others".
    pub fn givers(&self) -> String {
        let named = i64::try_from(self.names.len()).unwrap_or(0) + i64::from(self.mine);
        let mut parts: Vec<String> =
            self.mine.then(|| "You".to_owned()).into_iter().chain(self.names.clone()).collect();
        match self.count - named {
            ..=0 => {}
            1 => parts.push("one more".to_owned()),
            others => parts.push(format!("{others} others")),
        }
        match parts.split_last() {
            None => String::new(),
            Some((last, [])) => last.clone(),
            Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        }
    }
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
    pub fn from_browser_in(mut self, language: Option<&text::Tag>) -> Self {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hearts_are_given_by_name() {
        let hearts = |count, mine, names: &[&str]| {
            Hearts { count, mine, names: names.iter().map(|name| (*name).to_owned()).collect() }.givers()
        };
        assert_eq!(hearts(0, false, &[]), "");
        assert_eq!(hearts(1, true, &[]), "You");
        assert_eq!(hearts(2, true, &["Jo"]), "You and Jo");
        assert_eq!(hearts(14, false, &["Jo", "Bill"]), "Jo, Bill and 12 others");
        assert_eq!(hearts(3, false, &["Jo", "Bill"]), "Jo, Bill and one more");
    }
}
