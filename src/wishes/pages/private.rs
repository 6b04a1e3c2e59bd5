//! Words that are not for everyone.

use askama::Template;

use super::WishView;
use crate::photos::OfWishes;
use crate::sites::{SiteHead, SiteScope};
use crate::web::Layout;
use crate::wishes::model::Wish;
use crate::wishes::store::{Answers, HeartsFor, WISHES_A_PAGE};

#[derive(Template)]
#[template(path = "wishes/private.html")]
pub struct PrivatePage {
    layout: Layout,
    head: SiteHead,
    /// Each of them says who may read it.
    wishes: Vec<WishView>,
    /// Whether the viewer is one of those for whom they are, and has not only written them.
    is_reader: bool,
    /// Where the list goes on.
    more: Option<String>,
}

/// What is shown of them.
pub struct Found {
    pub wishes: Vec<Wish>,
    pub answers: Answers,
    pub hearts: HeartsFor,
    pub photos: OfWishes,
}

impl PrivatePage {
    pub fn new(layout: Layout, scope: &SiteScope, mut found: Found) -> Self {
        let head = SiteHead::new(scope);
        let from = format!("{}/wishes/private", head.path);
        let a_page = usize::try_from(WISHES_A_PAGE).unwrap_or(usize::MAX);
        let has_more = found.wishes.len() > a_page;
        found.wishes.truncate(a_page);
        let more = found.wishes.last().filter(|_| has_more).map(|last| format!("{from}?before={}", last.id));
        let view = |wish: &Wish| {
            let view = WishView::answered(scope, wish, &found.answers, &found.hearts, &from);
            view.with_photo(scope, wish, &found.photos)
        };
        let wishes = found.wishes.iter().map(view).collect();
        Self { layout, head, wishes, is_reader: scope.access.may_organize() || scope.is_person(), more }
    }
}
