//! A wish, a comment or an answer on a page of its own.

use askama::Template;

use super::{Extras, WishView};
use crate::error::FieldErrors;
use crate::photos::OfWishes;
use crate::sites::{SiteHead, SiteScope};
use crate::web::Layout;
use crate::wishes::model::{Called, Wish, WishInput};
use crate::wishes::store::{ANSWERS_A_PAGE, Found, HeartsFor};

#[derive(Template)]
#[template(path = "wishes/one.html")]
pub struct OnePage {
    layout: Layout,
    head: SiteHead,
    item: WishView,
    called: Called,
    /// The update or the photo that it is about: what that is, its address, what it is called.
    about: Option<(&'static str, String, String)>,
    /// What it answers, if it is an answer.
    answered: Option<String>,
    answers: Vec<WishView>,
    /// Where the answers go on.
    more: Option<String>,
    input: WishInput,
    errors: FieldErrors,
    extras: Extras,
    /// What is said where nothing more can be left.
    closed: Option<String>,
}

impl OnePage {
    pub fn new(
        layout: Layout,
        scope: &SiteScope,
        (wish, about): (&Wish, &Found),
        mut answers: Vec<Wish>,
        hearts: &HeartsFor,
        input: WishInput,
        errors: FieldErrors,
    ) -> Self {
        let head = SiteHead::new(scope);
        let path = format!("{}/wishes/{}", head.path, wish.id);
        let a_page = usize::try_from(ANSWERS_A_PAGE).unwrap_or(usize::MAX);
        let has_more = answers.len() > a_page;
        answers.truncate(a_page);
        let more = answers.last().filter(|_| has_more).map(|last| format!("{path}?after={}#answers", last.id));
        Self {
            item: WishView::new(scope, wish, hearts, &path),
            called: wish.called(head.in_memory),
            about: about_words(&head, about),
            answered: wish.answers_id.map(|id| format!("{}/wishes/{id}#wish-{}", head.path, wish.id)),
            answers: answers.iter().map(|answer| WishView::new(scope, answer, hearts, &path)).collect(),
            more,
            extras: Extras::of_words_alone(scope),
            closed: None,
            layout,
            head,
            input,
            errors,
        }
    }

    /// The same, with the photo that came with the words.
    pub fn with_photo(mut self, scope: &SiteScope, wish: &Wish, photos: &OfWishes) -> Self {
        self.item = self.item.with_photo(scope, wish, photos);
        self
    }

    /// With what is said where nothing more can be left, if nothing can.
    pub fn closed_with(mut self, closed: Option<String>) -> Self {
        self.item = self.item.closed_if(closed.is_some());
        self.closed = closed;
        self
    }
}

fn about_words(head: &SiteHead, about: &Found) -> Option<(&'static str, String, String)> {
    match about {
        Found::Page => None,
        Found::Update(update) => {
            let title = update.title.clone().unwrap_or_else(|| head.untitled.clone());
            Some(("On the update", format!("{}/updates/{}", head.path, update.id), title))
        }
        Found::Photo(shown) => {
            let title = shown.photo.caption.clone().unwrap_or_else(|| "A photo".to_owned());
            Some(("On the photo", format!("{}/photos/{}/comments", head.path, shown.photo.id), title))
        }
    }
}
