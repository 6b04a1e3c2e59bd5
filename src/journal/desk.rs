//! The desk's form as it was sent, and what becomes of it: a draft, which may be anything, or words that can be posted.

use serde::Deserialize;

use super::model::Words;
use super::publication::{MailChoice, Timing};
use super::scaffolds;
use crate::clock::Timestamp;
use crate::db::ids::{DraftId, UpdateId};
use crate::error::FieldErrors;
use crate::sites::Audience;
use crate::text;

const TITLE_CHARS: usize = 200;
const BODY_CHARS: usize = 100_000;

/// A draft may be longer than what can be posted, so that nobody's words go unsaved for being too many.
const DRAFT_TITLE_CHARS: usize = 1_000;
const DRAFT_BODY_CHARS: usize = 200_000;

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DeskInput {
    pub title: String,
    pub body: String,
    pub audience: String,
    pub mail: String,
    pub when: String,
    /// Date and time on the wall, as typed.
    pub at: String,
    /// The zone that it is meant in, where the account has chosen none: a script fills it.
    pub zone: String,
    pub hard: String,
    pub told: String,
    pub shared: String,
    /// The draft's id, made with the form or by the device: the key that lets it be posted once.
    #[serde(alias = "submission")]
    pub draft: String,
    /// The draft's revision that the sender has seen last.
    pub revision: String,
    /// `mine` or `theirs`, where two texts were shown.
    pub keep: String,
    /// Where to go on after saving.
    pub next: String,
    /// `remove`: post without the lines of a scaffold that nobody wrote over.
    pub lines: String,
    /// The published update that is to be changed.
    pub update: String,
    /// When that update was last changed, in microseconds, as its form was shown.
    pub seen: String,
}

/// What a draft holds: the words as they were typed, and what is to become of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    pub title: String,
    pub body: String,
    pub audience: Audience,
    pub mail: MailChoice,
    pub hard: bool,
    pub told: bool,
    pub timing: Timing,
    pub at: String,
    pub zone: String,
    pub shared: bool,
    /// The published update that it changes, and as of when.
    pub update: Option<UpdateId>,
    pub seen: Option<Timestamp>,
}

impl Content {
    /// Whether there is nothing to keep.
    pub fn is_empty(&self) -> bool {
        self.title.is_empty() && self.body.is_empty()
    }

    /// Whether it says the same as another, whatever is to become of either.
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.title == other.title && self.body == other.body
    }

    /// Whether it says the same to the same people.
    pub fn tells_the_same(&self, other: &Self) -> bool {
        self.says_the_same(other) && self.audience == other.audience
    }

    /// Whether the same is to become of it. With whom a draft is shared is its author's alone to say.
    pub fn plans_the_same(&self, other: &Self, is_author: bool) -> bool {
        self.tells_the_same(other)
            && (self.mail, self.hard, self.timing, &self.at) == (other.mail, other.hard, other.timing, &other.at)
            && (!is_author || self.shared == other.shared)
    }
}

fn ticked(text: &str) -> bool {
    !matches!(text, "" | "no" | "false" | "0")
}

impl DeskInput {
    /// The draft that it is, if it says so.
    pub fn draft_id(&self) -> Option<DraftId> {
        DraftId::parse(&self.draft).filter(|id| *id != DraftId::nil())
    }

    /// The revision that the sender has seen; 0 where there was none.
    pub fn seen_revision(&self) -> i32 {
        self.revision.parse().unwrap_or(0).max(0)
    }

    /// The state of the published update that the sender has seen.
    pub fn seen_at(&self) -> Option<Timestamp> {
        Timestamp::parse_micros(&self.seen)
    }

    /// As a draft. Nothing has to be there, and what is not understood is as if it were not.
    pub fn content(&self) -> Result<Content, FieldErrors> {
        let mut errors = FieldErrors::default();
        let title = errors.take("title", text::optional_line(&self.title, "a title", DRAFT_TITLE_CHARS));
        let body = errors.take("body", text::optional_body(&self.body, "a few words", DRAFT_BODY_CHARS));
        let (Some(title), Some(body)) = (title, body) else { return Err(errors) };
        let short = |text: &str| text.chars().filter(|c| !c.is_control()).take(60).collect::<String>();
        Ok(Content {
            title: title.unwrap_or_default(),
            body,
            audience: Audience::from_word(&self.audience).unwrap_or(Audience::Everyone),
            mail: MailChoice::from_word(&self.mail).unwrap_or(MailChoice::Each),
            hard: ticked(&self.hard),
            told: ticked(&self.told),
            timing: Timing::from_word(&self.when).unwrap_or(Timing::Now),
            at: short(&self.at),
            zone: short(&self.zone),
            shared: ticked(&self.shared),
            update: UpdateId::parse(&self.update),
            seen: self.seen_at(),
        })
    }

    /// As words that can stand on the page. `silence` is the audience of a form that names none: a new update is for everyone
    /// then, while a change must never widen an update by being silent.
    pub fn words(&self, silence: Option<Audience>) -> Result<Words, FieldErrors> {
        let mut errors = FieldErrors::default();
        // No more is looked at than a draft can hold.
        let is_short = self.body.len() <= DRAFT_BODY_CHARS * 4;
        let without = (is_short && self.lines == "remove").then(|| scaffolds::without_prompts(&self.body));
        let typed = without.as_deref().unwrap_or(&self.body);
        let title = errors.take("title", text::optional_line(&self.title, "a title", TITLE_CHARS));
        let body = errors.take("body", text::body(typed, "a few words", BODY_CHARS));
        if errors.is_empty() {
            let left = scaffolds::prompts_left(typed);
            if !left.is_empty() {
                errors.add("body", scaffolds::problem(&left));
            }
        }
        let audience = match self.audience.as_str() {
            "" if silence.is_some() => silence,
            word => errors
                .take("audience", Audience::from_word(word).ok_or_else(|| "Please choose who this is for.".to_owned())),
        };
        match (title, body, audience) {
            (Some(title), Some(body), Some(audience)) if errors.is_empty() => {
                Ok(Words { title, body_html: text::markdown_to_html(&body), body, audience })
            }
            _ => Err(errors),
        }
    }

    /// The form with what a draft holds.
    pub fn of(content: &Content, id: DraftId, revision: i32) -> Self {
        let yes = |it: bool| if it { "yes".to_owned() } else { String::new() };
        Self {
            title: content.title.clone(),
            body: content.body.clone(),
            audience: content.audience.as_str().to_owned(),
            mail: content.mail.as_str().to_owned(),
            when: content.timing.as_str().to_owned(),
            at: content.at.clone(),
            zone: content.zone.clone(),
            hard: yes(content.hard),
            told: yes(content.told),
            shared: yes(content.shared),
            draft: id.to_string(),
            revision: revision.to_string(),
            update: content.update.map(|id| id.to_string()).unwrap_or_default(),
            seen: content.seen.map(|at| at.as_micros().to_string()).unwrap_or_default(),
            ..Self::default()
        }
    }
}
