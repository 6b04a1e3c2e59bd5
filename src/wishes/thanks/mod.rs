//! Thanks, as a form says them.

mod mails;

use serde::Deserialize;

pub use mails::prepare_thanks;

use crate::db::ids::{SubmissionKey, WishId};
use crate::error::FieldErrors;
use crate::text;

/// How long a sentence of one's own may be.
const MESSAGE_CHARS: usize = 500;

/// How many words can be chosen at once: as many as stand on a page, and some more.
const MOST_CHOSEN: usize = 200;

/// Who is thanked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToWhom {
    /// Everybody who wrote since they were thanked last.
    All,
    /// Those who wrote these words.
    Writers(Vec<WishId>),
}

/// The form as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ThanksInput {
    pub to: String,
    pub wishes: Vec<WishId>,
    pub message: String,
    pub submission: String,
}

/// The form, valid.
#[derive(Clone, Debug)]
pub struct NewThanks {
    pub to: ToWhom,
    pub message: Option<String>,
    pub submission: Option<SubmissionKey>,
}

impl ThanksInput {
    /// An empty form.
    pub fn fresh() -> Self {
        Self { submission: SubmissionKey::generate().to_string(), ..Self::default() }
    }

    /// Reads the form. Whoever presses a button is thanked for one thing alone; the boxes are for several.
    pub fn parse(&self) -> Result<NewThanks, FieldErrors> {
        let mut errors = FieldErrors::default();
        let message = errors.take("message", text::optional_line(&self.message, "a sentence", MESSAGE_CHARS));
        let to = match (self.to.as_str(), WishId::parse(&self.to)) {
            ("all", _) => Some(ToWhom::All),
            (_, Some(one)) => Some(ToWhom::Writers(vec![one])),
            _ if self.wishes.is_empty() => {
                errors.add("wishes", "Please choose at least one person to thank.");
                None
            }
            _ => Some(ToWhom::Writers(self.wishes.iter().copied().take(MOST_CHOSEN).collect())),
        };
        match (to, message) {
            (Some(to), Some(message)) => {
                Ok(NewThanks { to, message, submission: SubmissionKey::parse(&self.submission) })
            }
            _ => Err(errors),
        }
    }

    /// Whether words are chosen, in a form that comes back.
    pub fn has(&self, id: &WishId) -> bool {
        self.wishes.contains(id)
    }
}
