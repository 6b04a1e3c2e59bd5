//! What visitors leave, and by what it is told from what nobody wants.

use jiff::SignedDuration;
use serde::Deserialize;

use super::stamp::Age;
use crate::accounts::{NAME_CHARS, SignedIn};
use crate::clock::Timestamp;
use crate::db::ids::{PersonId, SiteId, SubmissionKey, TokenHash, WishId};
use crate::error::FieldErrors;
use crate::mail::EmailAddress;
use crate::text;
use crate::wishes::model::{About, MESSAGE_CHARS, Withheld};

/// How long the link in the mail confirms words.
pub const CONFIRM_WITHIN: SignedDuration = SignedDuration::from_hours(48);

/// How long words wait for that; afterwards they are thrown away.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// When more than this many visitors confirm words on one page …
pub const FLOOD: i64 = 20;

/// … within this time, those that are too many are held. Of a page that is widely read, that is a good day's words in ten
/// minutes.
pub const FLOOD_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// An organizer gets one mail about a flood, and about the next one not within this time.
pub const FLOOD_MAIL_EVERY: SignedDuration = SignedDuration::from_hours(24);

/// How many addresses a visitor's words may hold.
const MOST_LINKS: usize = 2;

/// The form as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct VisitInput {
    pub message: String,
    pub name: String,
    pub email: String,
    /// The update that it is a comment on; a well wish names none.
    pub update: String,
    /// The photo that it is a comment on.
    pub photo: String,
    pub follow: String,
    /// The field that nobody sees, and that whoever fills in everything fills in.
    pub website: String,
    pub stamp: String,
    pub submission: String,
}

/// The form, valid.
#[derive(Clone, Debug)]
pub struct NewVisit {
    pub message: String,
    pub message_html: String,
    /// The language that they are read aloud in, where that is known.
    pub language: Option<text::Tag>,
    pub name: String,
    pub email: EmailAddress,
    pub follows: bool,
    pub submission: Option<SubmissionKey>,
}

impl NewVisit {
    /// The same, written in a browser that is used in this language.
    pub fn written_in(mut self, language: Option<&text::Tag>) -> Self {
        self.language = text::spoken(&self.message, language);
        self
    }
}

impl VisitInput {
    /// An empty form.
    pub fn fresh(stamp: String) -> Self {
        Self { submission: SubmissionKey::generate().to_string(), stamp, ..Self::default() }
    }

    /// Whoever is known says neither name nor address again.
    pub fn parse(&self, known: Option<&SignedIn>, age: Age) -> Result<NewVisit, FieldErrors> {
        let mut errors = FieldErrors::default();
        let (name, email) = known.map_or((&self.name, &self.email), |it| (&it.name, &it.email));
        let message = errors.take("message", text::body(&self.message, "a few words", MESSAGE_CHARS));
        let message = message.and_then(|message| {
            let checked = with_few_links(&message).map(|()| message);
            errors.take("message", checked)
        });
        let name = match known {
            Some(known) => Some(known.name.clone()),
            None => errors.take("name", text::name(name, "your name", NAME_CHARS)),
        };
        let email = errors.take("email", EmailAddress::parse(email));
        if !self.website.is_empty() {
            errors.add(
                "website",
                "One field is for machines only, and something stands in it. Please empty it, and press once more.",
            );
        }
        match age {
            Age::Right => {}
            // Whoever mends something else presses once more anyway.
            Age::TooYoung | Age::TooOld if !errors.is_empty() => {}
            Age::TooYoung => {
                errors.add("message", "That was very quick. Nothing was lost: please press the button once more.")
            }
            Age::TooOld => errors
                .add("message", "This form was open for long. Nothing was lost: please press the button once more."),
        }
        match (message, name, email) {
            (Some(message), Some(name), Some(email)) if errors.is_empty() => Ok(NewVisit {
                message_html: text::plain_to_html(&message),
                language: text::spoken(&message, None),
                message,
                name,
                email,
                follows: self.follow == "yes",
                submission: SubmissionKey::parse(&self.submission),
            }),
            _ => Err(errors),
        }
    }
}

/// Whether a visitor's words hold no more addresses than people write; otherwise the sentence that says so.
pub fn with_few_links(message: &str) -> Result<(), String> {
    if text::count_links(message) > MOST_LINKS {
        Err(format!("There is room for {MOST_LINKS} web or e-mail addresses. Nothing was lost: please take some out."))
    } else {
        Ok(())
    }
}

/// Words that a visitor has left, whatever has become of them.
#[derive(Clone, Debug)]
pub struct Words {
    pub id: WishId,
    pub site_id: SiteId,
    /// What they are about.
    pub about: About,
    pub author_id: PersonId,
    /// The name that they stand under.
    pub author: String,
    pub email: String,
    pub message: String,
    pub message_html: String,
    /// Whether they want to hear of news by mail.
    pub follows: bool,
    /// SHA-256 of the page's secret link, as it was when they were left.
    pub link: Option<TokenHash>,
    pub confirmed_at: Option<Timestamp>,
    /// Why they are not shown, if they are not.
    pub withheld: Option<Withheld>,
}

/// What is held of a flood.
#[derive(Clone, Debug, Default)]
pub struct Flood {
    pub count: i64,
    /// How many visitors' words came just before it, and are shown.
    pub before: i64,
    /// The first names of some of those who wrote it, and the beginning of what each wrote.
    pub some: Vec<(String, String)>,
}

/// "Jo" of "Jo Smith".
pub fn first_name(name: &str) -> String {
    name.split_whitespace().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input() -> VisitInput {
        VisitInput {
            message: "Get well".to_owned(),
            name: "Jo".to_owned(),
            email: "jo@example.org".to_owned(),
            ..VisitInput::default()
        }
    }

    #[test]
    fn what_a_machine_does_is_asked_about_and_what_people_do_is_not() {
        assert!(input().parse(None, Age::Right).is_ok());
        let two = VisitInput { message: "https://a.example and https://b.example".to_owned(), ..input() };
        assert!(two.parse(None, Age::Right).is_ok());
        let three = VisitInput { message: "https://a.example www.b.example c@d.example".to_owned(), ..input() };
        assert!(three.parse(None, Age::Right).unwrap_err().of("message").is_some());
        let filled = VisitInput { website: "https://a.example".to_owned(), ..input() };
        assert!(filled.parse(None, Age::Right).unwrap_err().of("website").is_some());
        for age in [Age::TooYoung, Age::TooOld] {
            assert!(input().parse(None, age).unwrap_err().of("message").is_some());
        }
    }
}
