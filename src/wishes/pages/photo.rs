//! A photo with the comments on it.

use askama::Template;

use super::{Extras, WishView};
use crate::error::FieldErrors;
use crate::photos::{Figure, Shown};
use crate::sites::{SiteHead, SiteScope};
use crate::web::Layout;
use crate::wishes::model::{Wish, WishInput};
use crate::wishes::store::{Answers, COMMENTS_A_PAGE, HeartsFor};
use crate::wishes::visitors::VisitorForm;

#[derive(Template)]
#[template(path = "wishes/photo.html")]
pub struct PhotoPage {
    layout: Layout,
    head: SiteHead,
    /// The photo on its own page.
    path: String,
    figure: Figure,
    note: &'static str,
    comments: Vec<WishView>,
    /// Where the comments go on.
    more: Option<String>,
    input: WishInput,
    errors: FieldErrors,
    extras: Extras,
    /// What is said where nothing more can be left.
    closed: Option<String>,
    /// The form for somebody who does not belong to the page.
    visitor: Option<VisitorForm>,
}

impl PhotoPage {
    pub fn new(
        layout: Layout,
        scope: &SiteScope,
        shown: &Shown,
        mut comments: Vec<Wish>,
        (answers, hearts): (&Answers, &HeartsFor),
        input: WishInput,
        errors: FieldErrors,
    ) -> Self {
        let head = SiteHead::new(scope);
        let path = format!("{}/photos/{}", head.path, shown.photo.id);
        let here = format!("{path}/comments");
        let a_page = usize::try_from(COMMENTS_A_PAGE).unwrap_or(usize::MAX);
        let has_more = comments.len() > a_page;
        comments.truncate(a_page);
        let more = comments.last().filter(|_| has_more).map(|last| format!("{here}?before={}#comments", last.id));
        let view = |comment| WishView::answered(scope, comment, answers, hearts, &here);
        Self {
            figure: Figure::new(&head.path, &shown.photo, true),
            note: shown.audience().note(),
            comments: comments.iter().map(view).collect(),
            path,
            more,
            extras: Extras::of_words_alone(scope),
            closed: None,
            visitor: None,
            layout,
            head,
            input,
            errors,
        }
    }

    /// With the form for somebody who does not belong to the page.
    pub fn with_visitor(mut self, visitor: Option<VisitorForm>) -> Self {
        self.visitor = visitor;
        self
    }

    /// With what is said where nothing more can be left, if nothing can.
    pub fn closed_with(mut self, closed: Option<String>) -> Self {
        let is_closed = closed.is_some();
        self.comments = self.comments.into_iter().map(|it| it.closed_if(is_closed)).collect();
        self.closed = closed;
        self
    }
}
