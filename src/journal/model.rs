//! Updates, and what may stand in one.

use serde::Deserialize;

use crate::clock::Timestamp;
use crate::db::ids::{PersonId, SubmissionKey, UpdateId};
use crate::error::FieldErrors;
use crate::sites::{Access, Audience, Role};
use crate::text;

const TITLE_CHARS: usize = 200;
const BODY_CHARS: usize = 100_000;

/// An update as somebody reads it.
#[derive(Clone, Debug)]
pub struct Update {
    /// Its row.
    pub id: UpdateId,
    /// Who wrote it.
    pub author_id: PersonId,
    /// What they are called.
    pub author: String,
    /// Its title, if it has one.
    pub title: Option<String>,
    /// Safe HTML.
    pub body_html: String,
    /// Who it is for.
    pub audience: Audience,
    /// How many comments it has.
    pub comment_count: i32,
    /// When it was posted.
    pub published_at: Timestamp,
    /// When it was last changed, if it was.
    pub edited_at: Option<Timestamp>,
}

/// Whether somebody may change or delete an update: those who wrote it and may still write, and organizers.
pub fn may_change(access: &Access, viewer: Option<PersonId>, author: PersonId) -> bool {
    access.may_organize() || (access.may_write() && viewer == Some(author))
}

/// The form as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct UpdateInput {
    pub title: String,
    pub body: String,
    pub audience: String,
    #[serde(alias = "draft")]
    pub submission: String,
    /// When the update was last changed, in microseconds, as its form was shown.
    pub seen: String,
}

/// The form, valid, and rendered once for all who will read it.
#[derive(Clone, Debug)]
pub struct Draft {
    pub title: Option<String>,
    pub body: String,
    pub body_html: String,
    pub audience: Audience,
    pub submission: Option<SubmissionKey>,
}

impl UpdateInput {
    /// `silence` is the audience of a form that names none: a new update is for everyone then, while a change must never
    /// widen an update by being silent.
    pub fn parse(&self, silence: Option<Audience>) -> Result<Draft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let title = errors.take("title", text::optional_line(&self.title, "a title", TITLE_CHARS));
        let body = errors.take("body", text::body(&self.body, "a few words", BODY_CHARS));
        let audience = match self.audience.as_str() {
            "" if silence.is_some() => silence,
            word => errors
                .take("audience", Audience::from_word(word).ok_or_else(|| "Please choose who this is for.".to_owned())),
        };
        match (title, body, audience) {
            (Some(title), Some(body), Some(audience)) => Ok(Draft {
                title,
                body_html: text::markdown_to_html(&body),
                body,
                audience,
                submission: SubmissionKey::parse(&self.submission),
            }),
            _ => Err(errors),
        }
    }
}

/// Whether a writer may choose an audience: never one that would hide the update from themselves.
pub fn may_write_for(access: &Access, audience: Audience) -> bool {
    let role = if access.may_organize() { Role::Organizer } else { Role::CoAuthor };
    audience.includes(role, crate::sites::Circle::Family)
}
