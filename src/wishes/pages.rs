//! The pages of this feature: finished values for the templates.

mod reactions;

use askama::Template;

pub use reactions::{BelowPhoto, GiversPage, HeartForm, heart_form};

use super::book::Book;
use super::handlers::condolences::ON_PAPER;
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
    /// Which words they are, and whether more can be left among them.
    book: Book,
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
        book: Book,
        mut wishes: Vec<Wish>,
        hearts: HeartsFor,
        input: WishInput,
        errors: FieldErrors,
    ) -> Self {
        let head = SiteHead::new(scope);
        let a_page = usize::try_from(WISHES_A_PAGE).unwrap_or(usize::MAX);
        let has_more = wishes.len() > a_page;
        wishes.truncate(a_page);
        let more =
            wishes.last().filter(|_| has_more).map(|wish| format!("{}{}?before={}", head.path, book.path(), wish.id));
        let from = format!("{}{}", head.path, book.path());
        let wishes = wishes.iter().map(|wish| WishView::new(scope, wish, &hearts, &from)).collect();
        Self { layout, head, book, wishes, input, errors, more }
    }

    fn hint(&self) -> &'static str {
        match self.book {
            Book::Wishes => "A word is enough. No reply expected, from you or from them.",
            other => other.hint(),
        }
    }

    fn empty(&self) -> &'static str {
        match self.book {
            Book::Wishes => "Nobody has left a well wish yet.",
            other => other.empty(),
        }
    }

    /// Whether it is the book of condolence that is shown.
    pub fn is_condolences(&self) -> bool {
        self.book.is_condolences()
    }
}

/// The book of condolence as it is printed: from its first page, large, and nothing beside the words.
#[derive(Template)]
#[template(path = "wishes/book.html")]
pub struct BookOnPaper {
    layout: Layout,
    head: SiteHead,
    wishes: Vec<Wish>,
    is_first: bool,
    more: Option<String>,
}

impl BookOnPaper {
    pub fn new(layout: Layout, scope: &SiteScope, mut wishes: Vec<Wish>, is_first: bool) -> Self {
        let head = SiteHead::new(scope);
        let at_once = usize::try_from(ON_PAPER).unwrap_or(usize::MAX);
        let has_more = wishes.len() > at_once;
        wishes.truncate(at_once);
        let more = wishes.last().filter(|_| has_more);
        let more = more.map(|last| format!("{}/condolences?paper=yes&after={}", head.path, last.id));
        Self { layout, head, wishes, is_first, more }
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
