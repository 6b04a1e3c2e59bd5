//! Changing and removing words, and the list of what is hidden.

use askama::Template;

use super::{Extras, WishView};
use crate::error::FieldErrors;
use crate::photos::OfWishes;
use crate::sites::{SiteHead, SiteScope};
use crate::web::Layout;
use crate::wishes::model::{Called, EditInput, Wish};
use crate::wishes::store::{HeartsFor, WISHES_A_PAGE};

/// The form that changes words.
#[derive(Template)]
#[template(path = "wishes/edit.html")]
pub struct EditPage {
    layout: Layout,
    head: SiteHead,
    path: String,
    called: Called,
    /// What it says now, where somebody has changed it meanwhile. Safe HTML.
    meanwhile: Option<String>,
    input: EditInput,
    errors: FieldErrors,
    /// Where hints come.
    extras: Extras,
}

impl EditPage {
    pub fn new(
        layout: Layout,
        scope: &SiteScope,
        wish: &Wish,
        input: EditInput,
        errors: FieldErrors,
        is_changed_meanwhile: bool,
    ) -> Self {
        let head = SiteHead::new(scope);
        let path = format!("{}/wishes/{}", head.path, wish.id);
        let meanwhile = is_changed_meanwhile.then(|| wish.message_html.clone());
        let extras = Extras::of_words_alone(scope);
        Self { called: wish.called(head.in_memory), layout, head, path, meanwhile, input, errors, extras }
    }
}

/// Whether words are to go.
#[derive(Template)]
#[template(path = "wishes/removal.html")]
pub struct RemovalPage {
    layout: Layout,
    head: SiteHead,
    path: String,
    wish: Wish,
    called: Called,
    is_own: bool,
    /// How many answers others have written, which go with it.
    of_others: i64,
}

impl RemovalPage {
    pub fn new(layout: Layout, scope: &SiteScope, wish: Wish, of_others: i64) -> Self {
        let head = SiteHead::new(scope);
        let path = format!("{}/wishes/{}", head.path, wish.id);
        let is_own = scope.person_id == Some(wish.author_id);
        Self { called: wish.called(head.in_memory), layout, head, path, wish, is_own, of_others }
    }
}

/// What organizers have hidden.
#[derive(Template)]
#[template(path = "wishes/hidden.html")]
pub struct HiddenPage {
    layout: Layout,
    head: SiteHead,
    wishes: Vec<WishView>,
    /// Where the list goes on.
    more: Option<String>,
}

impl HiddenPage {
    pub fn new(layout: Layout, scope: &SiteScope, mut wishes: Vec<Wish>, photos: &OfWishes) -> Self {
        let head = SiteHead::new(scope);
        let a_page = usize::try_from(WISHES_A_PAGE).unwrap_or(usize::MAX);
        let has_more = wishes.len() > a_page;
        wishes.truncate(a_page);
        let more = wishes.last().filter(|_| has_more);
        let more = more.map(|last| format!("{}/wishes/hidden?before={}", head.path, last.id));
        let hearts = HeartsFor::default();
        let view = |wish| WishView::new(scope, wish, &hearts, &head.path).with_photo(scope, wish, photos);
        let wishes = wishes.iter().map(view).collect();
        Self { layout, head, wishes, more }
    }
}
