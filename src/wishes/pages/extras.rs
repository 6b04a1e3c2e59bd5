//! What stands below the words in the form of a well wish or a comment: words to begin with, where hints come, the photo, and
//! who may read it. A whole of its own, to be put into the form as it is.

use askama::Template;

use crate::error::FieldErrors;
use crate::photos::ACCEPT;
use crate::sites::{SiteScope, WishAudience};
use crate::web::LARGEST_FILE;
use crate::wishes::hints;
use crate::wishes::model::WishInput;
use crate::wishes::prompts::{Prompt, prompts};

/// Who may read it, as it is chosen.
#[derive(Clone, Debug)]
struct Choice {
    word: &'static str,
    label: String,
    hint: &'static str,
    is_chosen: bool,
}

#[derive(Clone, Debug, Template)]
#[template(path = "wishes/extras.html")]
pub struct Extras {
    prompts: &'static [Prompt],
    /// Where a script finds the phrases that are known to hurt; nowhere where the family wants no hints.
    hints: Option<String>,
    /// Nothing to choose under a comment.
    choices: Vec<Choice>,
    photo_alt: String,
    accept: &'static str,
    largest_megabytes: u64,
    is_open: bool,
    takes_photo: bool,
    errors: FieldErrors,
}

impl Extras {
    /// Below a well wish.
    pub fn of_wish(scope: &SiteScope, input: &WishInput, errors: &FieldErrors) -> Self {
        let prompts = if scope.manners.prompts { prompts(scope.site.is_memorial()) } else { &[] };
        let choices = choices(scope, WishAudience::from_word(&input.audience).unwrap_or(WishAudience::Everyone));
        let is_chosen = choices.iter().any(|it| it.is_chosen && it.word != WishAudience::Everyone.as_str());
        Self { prompts, choices, is_open: is_chosen, ..Self::of_comment(scope, input, errors) }.opened()
    }

    /// Below a comment.
    pub fn of_comment(scope: &SiteScope, input: &WishInput, errors: &FieldErrors) -> Self {
        let extras = Self {
            prompts: &[],
            hints: scope.manners.hints.then(hints::address),
            choices: Vec::new(),
            photo_alt: input.photo_alt.clone(),
            accept: ACCEPT,
            largest_megabytes: LARGEST_FILE / (1024 * 1024),
            is_open: false,
            takes_photo: true,
            errors: errors.clone(),
        };
        extras.opened()
    }

    /// Below an answer or a comment on a photo, which come without one: where hints come, and nothing else.
    pub fn of_words_alone(scope: &SiteScope) -> Self {
        let (input, errors) = (WishInput::default(), FieldErrors::default());
        Self { takes_photo: false, ..Self::of_comment(scope, &input, &errors) }
    }

    /// Below a visitor's words: words to begin with where they are left on the page itself, and where hints come.
    pub fn of_visitor(scope: &SiteScope, is_wish: bool) -> Self {
        let prompts = if is_wish && scope.manners.prompts { prompts(scope.site.is_memorial()) } else { &[] };
        Self { prompts, ..Self::of_words_alone(scope) }
    }

    /// What somebody has chosen or has to look at again is not folded away.
    fn opened(mut self) -> Self {
        let is_wrong = ["photo", "audience"].iter().any(|field| self.errors.of(field).is_some());
        self.is_open |= is_wrong || !self.photo_alt.is_empty();
        self
    }
}

fn choices(scope: &SiteScope, chosen: WishAudience) -> Vec<Choice> {
    let name = &scope.site.first_name;
    // Whoever it is about says to the organizers what is for them alone; in loving memory, nobody reads it to them.
    let has_person = !scope.is_person() && !scope.site.is_memorial();
    // What was chosen for few is never for all because the choice is gone.
    let chosen = if chosen == WishAudience::Person && !has_person { WishAudience::Organizers } else { chosen };
    let choice = |audience: WishAudience, label: String, hint: &'static str| Choice {
        word: audience.as_str(),
        label,
        hint,
        is_chosen: audience == chosen,
    };
    let mut all = vec![choice(WishAudience::Everyone, "Everyone on the page".to_owned(), "")];
    let out_of_sight = "It stands on no list that others see.";
    if has_person {
        let label = match scope.site.about {
            Some(_) => format!("Only {name} and the organizers"),
            None => format!("Only the organizers, to read to {name}"),
        };
        all.push(choice(WishAudience::Person, label, out_of_sight));
    }
    let private = "A private note to the organizers only".to_owned();
    all.push(choice(WishAudience::Organizers, private, "For what only they need to know. No reply expected."));
    all
}
