//! The pages of this feature: finished values for the templates.

mod reactions;

use askama::Template;

pub use reactions::{BelowPhoto, GiversPage, HeartForm, heart_form};

use super::model::{Target, Wish, WishInput};
use super::store::{HeartsFor, WISHES_A_PAGE};
use crate::clock::Timestamp;
use crate::error::FieldErrors;
use crate::journal::Update;
use crate::sites::{ListedMember, SiteHead, SiteScope};
use crate::web::Layout;

/// A wish or a comment with its hearts.
#[derive(Clone, Debug)]
pub struct WishView {
    pub id: String,
    pub author: String,
    pub message_html: String,
    pub created_at: Timestamp,
    pub hearts: HeartForm,
}

impl WishView {
    /// Puts a wish and the hearts on it together.
    pub fn new(scope: &SiteScope, wish: &Wish, hearts: &HeartsFor, from: &str) -> Self {
        Self {
            id: wish.id.to_string(),
            author: wish.author.clone(),
            message_html: wish.message_html.clone(),
            created_at: wish.created_at,
            hearts: heart_form(scope, hearts, Target::Wish(wish.id), from),
        }
    }
}

#[derive(Template)]
#[template(path = "wishes/index.html")]
pub struct WishesPage {
    layout: Layout,
    head: SiteHead,
    wishes: Vec<WishView>,
    input: WishInput,
    errors: FieldErrors,
    /// Where the list goes on.
    more: Option<String>,
}

impl WishesPage {
    pub fn new(
        layout: Layout,
        scope: &SiteScope,
        mut wishes: Vec<Wish>,
        hearts: HeartsFor,
        input: WishInput,
        errors: FieldErrors,
    ) -> Self {
        let head = SiteHead::new(scope);
        let a_page = usize::try_from(WISHES_A_PAGE).unwrap_or(usize::MAX);
        let has_more = wishes.len() > a_page;
        wishes.truncate(a_page);
        let more = wishes.last().filter(|_| has_more).map(|wish| format!("{}/wishes?before={}", head.path, wish.id));
        let from = format!("{}/wishes", head.path);
        let wishes = wishes.iter().map(|wish| WishView::new(scope, wish, &hearts, &from)).collect();
        Self { layout, head, wishes, input, errors, more }
    }
}

#[derive(Template)]
#[template(path = "wishes/comment.html")]
pub struct CommentPage {
    pub layout: Layout,
    pub head: SiteHead,
    pub update: Update,
    pub input: WishInput,
    pub errors: FieldErrors,
}

/// Blocking somebody, before it is done.
#[derive(Template)]
#[template(path = "wishes/block.html")]
pub struct Block {
    pub layout: Layout,
    pub head: SiteHead,
    pub member: ListedMember,
    /// Whether they may still have a link that opens the page.
    pub has_link: bool,
}
