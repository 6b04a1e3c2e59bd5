//! Well wishes, comments and answers; hearts and the other reactions.

mod reactions;

use data_encoding::HEXLOWER;
use serde::Deserialize;
use sha2::{Digest, Sha256};

pub use reactions::*;

use crate::clock::Timestamp;
use crate::db::ids::{PersonId, PhotoId, SubmissionKey, UpdateId, WishId};
use crate::error::FieldErrors;
use crate::photos::Kept;
use crate::sites::{Site, SiteScope};
pub use crate::sites::{WishAudience, Withheld};
use crate::text;

pub(super) const MESSAGE_CHARS: usize = 5_000;

/// What words are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The page itself: they are a well wish.
    Page,
    /// An update: they are a comment.
    Update(UpdateId),
    /// A photo: they are a comment.
    Photo(PhotoId),
}

impl About {
    /// What words are about that name this update or photo, or neither.
    pub fn of(update: Option<UpdateId>, photo: Option<PhotoId>) -> Self {
        match (update, photo) {
            (Some(update), _) => Self::Update(update),
            (None, Some(photo)) => Self::Photo(photo),
            (None, None) => Self::Page,
        }
    }

    /// The update, if it is one.
    pub fn update(self) -> Option<UpdateId> {
        if let Self::Update(id) = self { Some(id) } else { None }
    }

    /// The photo, if it is one.
    pub fn photo(self) -> Option<PhotoId> {
        if let Self::Photo(id) = self { Some(id) } else { None }
    }
}

/// A reader who belongs to the page and has asked organizers to look at words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reporter {
    /// Somebody who follows.
    Member,
    /// Family, or somebody who writes here.
    Close,
}

/// A well wish, a comment, or an answer to either.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Its row.
    pub id: WishId,
    /// The update that it is a comment on, itself or as an answer to one.
    pub update_id: Option<UpdateId>,
    /// The photo that it is a comment on, itself or as an answer to one.
    pub photo_id: Option<PhotoId>,
    /// The wish or the comment that it answers.
    pub answers_id: Option<WishId>,
    /// Who wrote it.
    pub author_id: PersonId,
    /// What they are called.
    pub author: String,
    /// Safe HTML.
    pub message_html: String,
    /// Who it is for.
    pub audience: WishAudience,
    /// Why it is not shown, where it is not.
    pub withheld: Option<Withheld>,
    /// How many answers to it are shown.
    pub answer_count: i32,
    /// When.
    pub created_at: Timestamp,
    /// When it was last changed, if it was.
    pub edited_at: Option<Timestamp>,
    /// Whether they did not belong to the page then, nor have come to it since.
    pub by_visitor: bool,
}

impl Wish {
    /// What it is about.
    pub fn about(&self) -> About {
        About::of(self.update_id, self.photo_id)
    }

    /// Where it stands on a page with this address.
    pub fn stands_at(&self, site_path: &str) -> String {
        let place = match (self.answers_id, self.about()) {
            (Some(answered), _) => format!("wishes/{answered}"),
            (None, About::Update(update)) => format!("updates/{update}"),
            (None, About::Photo(photo)) => format!("photos/{photo}/comments"),
            // Which list they are in by now, and how far down, is another matter: their own page is always there.
            (None, About::Page) => format!("wishes/{}", self.id),
        };
        format!("{site_path}/{place}#wish-{}", self.id)
    }

    /// The list in which it stands, if it still does, on this page.
    pub fn list_at(&self, site: &Site) -> String {
        let path = site.path();
        match (self.answers_id, self.about(), self.audience) {
            (Some(answered), ..) => format!("{path}/wishes/{answered}#answers"),
            (None, About::Update(update), _) => format!("{path}/updates/{update}#comments"),
            (None, About::Photo(photo), _) => format!("{path}/photos/{photo}/comments#comments"),
            (None, About::Page, WishAudience::Everyone) if site.has_book() => format!("{path}/condolences"),
            (None, About::Page, WishAudience::Everyone) => format!("{path}/wishes"),
            (None, About::Page, _) => format!("{path}/wishes/private"),
        }
    }

    /// What it is called.
    pub fn kind(&self) -> &'static str {
        kind_of(self.about(), self.answers_id.is_some())
    }

    /// Whether readers see it: it is for everyone, and not withheld.
    pub fn is_shown(&self) -> bool {
        self.withheld.is_none() && self.audience == WishAudience::Everyone
    }
}

/// What words are called.
pub fn kind_of(about: About, is_answer: bool) -> &'static str {
    match (about, is_answer) {
        (_, true) => "answer",
        (About::Page, false) => "well wish",
        (About::Update(_) | About::Photo(_), false) => "comment",
    }
}

/// What words are called in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Called {
    /// "A comment".
    pub one: &'static str,
    /// "your comment".
    pub yours: &'static str,
    /// "this comment".
    pub this: &'static str,
}

impl Wish {
    /// What it is called in a sentence. In loving memory nobody is wished well any more, also not by what was left before.
    pub fn called(&self, in_memory: bool) -> Called {
        let called = |one, yours, this| Called { one, yours, this };
        match (self.answers_id, self.about()) {
            (Some(_), _) => called("An answer", "your answer", "this answer"),
            (None, About::Update(_) | About::Photo(_)) => called("A comment", "your comment", "this comment"),
            (None, About::Page) if in_memory => called("Words", "your words", "these words"),
            (None, About::Page) => called("A well wish", "your well wish", "this well wish"),
        }
    }
}

/// Who sees words by themselves. An answer is for whom that is for which it answers, and is found through that.
pub fn may_see(scope: &SiteScope, wish: &Wish) -> bool {
    let audience = if wish.answers_id.is_some() { WishAudience::Everyone } else { wish.audience };
    scope.may_read_words(audience, wish.withheld, wish.author_id)
}

/// Who reacts to words: whoever sees them, where they are not withheld.
pub fn may_react(scope: &SiteScope, wish: &Wish) -> bool {
    wish.withheld.is_none() && may_see(scope, wish)
}

/// Whether somebody may change words: whoever wrote them, as long as they belong to the page, or it is certain here who they
/// are. Whoever is shut out may not; whether that is so under another address of theirs is asked besides.
pub fn may_edit(scope: &SiteScope, wish: &Wish) -> bool {
    scope.person_id == Some(wish.author_id) && (scope.access.may_encourage() || scope.is_known_visitor())
}

/// Whether somebody may take words away: whoever wrote them, and organizers.
pub fn may_remove(scope: &SiteScope, wish: &Wish) -> bool {
    may_edit(scope, wish) || scope.access.may_organize()
}

/// Where words are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// What they are about.
    pub about: About,
    /// What they answer: never an answer.
    pub answers: Option<WishId>,
}

impl Place {
    /// On a page, an update or a photo.
    pub fn on(about: About) -> Self {
        Self { about, answers: None }
    }

    /// Under a wish or a comment.
    pub fn under(wish: &Wish) -> Self {
        Self { about: wish.about(), answers: Some(wish.id) }
    }
}

/// The form as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct WishInput {
    pub message: String,
    pub submission: String,
    /// Who may read it; a form that does not ask is for everyone.
    pub audience: String,
    /// What can be seen on the photo that comes with it.
    pub photo_alt: String,
}

/// The form, valid.
#[derive(Clone, Debug)]
pub struct NewWish {
    pub message: String,
    pub message_html: String,
    /// The language that they are read aloud in, where that is known.
    pub language: Option<text::Tag>,
    pub submission: Option<SubmissionKey>,
    pub audience: WishAudience,
    /// The photo that came with it, put away already.
    pub photo: Option<Kept>,
    /// Why they are not shown at once: nothing that a form says, but how they came, or what the page's manners make of them.
    pub withheld: Option<Withheld>,
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
        Self { submission: SubmissionKey::generate().to_string(), ..Self::default() }
    }

    pub fn parse(&self) -> Result<NewWish, FieldErrors> {
        let mut errors = FieldErrors::default();
        let message = errors.take("message", text::body(&self.message, "a few words", MESSAGE_CHARS));
        // What was meant for few must never be for everyone because a word was not understood.
        let audience = match self.audience.as_str() {
            "" => Ok(WishAudience::Everyone),
            word => WishAudience::from_word(word).ok_or_else(|| "Please choose who may read this.".to_owned()),
        };
        match (message, errors.take("audience", audience)) {
            (Some(message), Some(audience)) => Ok(NewWish {
                message_html: text::plain_to_html(&message),
                language: text::spoken(&message, None),
                message,
                submission: SubmissionKey::parse(&self.submission),
                audience,
                photo: None,
                withheld: None,
            }),
            _ => Err(errors),
        }
    }
}

/// The form that changes words, as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct EditInput {
    pub message: String,
    /// The print of the words that the form was filled with.
    pub before: String,
}

impl EditInput {
    /// A form with the words as they are.
    pub fn of(message: &str) -> Self {
        Self { message: message.to_owned(), before: print(message) }
    }

    pub fn parse(&self) -> Result<NewWish, FieldErrors> {
        WishInput { message: self.message.clone(), ..WishInput::default() }.parse()
    }

    /// Whether nobody has changed the words since the form was filled with them.
    pub fn is_about(&self, message: &str) -> bool {
        self.before == print(message)
    }
}

/// Something short that only the same words have.
pub fn print(message: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(message.as_bytes()))
}
