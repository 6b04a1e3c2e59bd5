//! The pages of this feature: finished values for the templates.

mod calm;
mod changing;
mod extras;
mod one;
mod photo;
mod private;
mod reactions;

use std::collections::HashMap;

use askama::Template;

pub use calm::*;
pub use changing::{EditPage, HiddenPage, RemovalPage};
pub use extras::Extras;
pub use one::OnePage;
pub use photo::PhotoPage;
pub use private::{Found, PrivatePage};
pub use reactions::{BelowPhoto, GiversPage, HeartForm, heart_form};

use super::book::Book;
use super::handlers::condolences::ON_PAPER;
use super::judging::{takes_wishes, wishes_closed};
use super::model::{About, Target, Wish, WishAudience, WishInput, Withheld, may_edit, may_react, may_remove};
use super::store::{Answers, HeartsFor, MOST_COUNTED, WISHES_A_PAGE};
use super::visitors::VisitorForm;
use crate::clock::Timestamp;
use crate::db::ids::WishId;
use crate::error::FieldErrors;
use crate::journal::Update;
use crate::photos::{Figure, OfWishes, PhotoState};
use crate::sites::{ListedMember, SiteHead, SiteScope};
use crate::web::Layout;

/// What a viewer may do with words besides answering them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tools {
    pub edits: bool,
    pub removes: bool,
    pub hides: bool,
    pub shows_again: bool,
}

/// A wish, a comment or an answer with its hearts, and the newest answers to it.
#[derive(Clone, Debug)]
pub struct WishView {
    pub id: String,
    /// Its own page.
    pub path: String,
    pub author: String,
    pub message_html: String,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    pub hearts: HeartForm,
    pub tools: Tools,
    /// Who sees it, where that is not everyone.
    pub note: String,
    pub may_answer: bool,
    pub answers: Vec<WishView>,
    /// How many answers there are in all.
    pub answer_count: i32,
    /// The photo that came with it.
    pub photo: Option<Figure>,
    /// Whether it could not be read, for whoever can do something about it.
    pub photo_is_lost: bool,
    /// What else can be done about it: where, and what that is called.
    pub menu: Vec<(String, &'static str)>,
    /// Whether it was left by somebody who does not belong to the page.
    pub by_visitor: bool,
    /// Where organizers see who that is.
    pub visitor_path: Option<String>,
}

/// Whoever may thank finds the way to that; a reader can ask the family to look at it, and organizers can shut out whoever
/// wrote it.
fn menu(scope: &SiteScope, wish: &Wish) -> Vec<(String, &'static str)> {
    if scope.person_id == Some(wish.author_id) {
        return Vec::new();
    }
    let (site, organizes) = (scope.site.path(), scope.access.may_organize());
    let path = format!("{site}/wishes/{}", wish.id);
    let mut menu = Vec::new();
    // A visitor would not hear of it. Comments on photos are not among what the person is shown to thank for.
    let may_thank = organizes || (scope.is_person() && wish.photo_id.is_none());
    if may_thank && wish.withheld.is_none() && !wish.by_visitor {
        menu.push((format!("{site}/thanks?at={}#wish-{}", wish.id, wish.id), "Thank whoever wrote this"));
    }
    menu.push(if organizes {
        (format!("{path}/block"), "Block whoever wrote this")
    } else {
        (format!("{path}/report"), "Ask the family to look at this")
    });
    menu
}

impl WishView {
    /// Puts a wish and the hearts on it together.
    pub fn new(scope: &SiteScope, wish: &Wish, hearts: &HeartsFor, from: &str) -> Self {
        let mut hearts = heart_form(scope, hearts, Target::Wish(wish.id), from);
        hearts.action = hearts.action.filter(|_| may_react(scope, wish));
        let organizes = scope.access.may_organize();
        Self {
            id: wish.id.to_string(),
            path: format!("{}/wishes/{}", scope.site.path(), wish.id),
            author: wish.author.clone(),
            message_html: wish.message_html.clone(),
            created_at: wish.created_at,
            edited_at: wish.edited_at,
            hearts,
            tools: Tools {
                edits: may_edit(scope, wish),
                removes: may_remove(scope, wish),
                hides: organizes && !matches!(wish.withheld, Some(Withheld::Hidden | Withheld::Blocked)),
                shows_again: organizes && wish.withheld == Some(Withheld::Hidden),
            },
            note: note(scope, wish),
            may_answer: scope.access.may_encourage()
                && wish.is_shown()
                && (wish.about() != About::Page || takes_wishes(scope)),
            answers: Vec::new(),
            answer_count: wish.answer_count,
            photo: None,
            photo_is_lost: false,
            menu: menu(scope, wish),
            by_visitor: wish.by_visitor,
            visitor_path: (wish.by_visitor && organizes)
                .then(|| format!("{}/wishes/{}/visitor", scope.site.path(), wish.id)),
        }
    }

    /// The same, with the newest answers to it below.
    pub fn answered(scope: &SiteScope, wish: &Wish, answers: &Answers, hearts: &HeartsFor, from: &str) -> Self {
        let below = answers.get(&wish.id).map(Vec::as_slice).unwrap_or_default();
        let answers = below.iter().map(|answer| Self::new(scope, answer, hearts, from)).collect();
        Self { answers, ..Self::new(scope, wish, hearts, from) }
    }

    /// The same, where perhaps nothing more can be said about what it is about.
    pub fn closed_if(mut self, is_closed: bool) -> Self {
        self.may_answer &= !is_closed;
        self
    }

    /// The same, with the photo that came with it.
    pub fn with_photo(mut self, scope: &SiteScope, wish: &Wish, photos: &OfWishes) -> Self {
        let Some(photo) = photos.get(&wish.id) else { return self };
        if photo.state == PhotoState::Failed {
            self.photo_is_lost = scope.access.may_organize() || scope.person_id == Some(wish.author_id);
        } else {
            self.photo = Some(Figure::new(&scope.site.path(), photo, false));
        }
        self
    }

    /// Whether there are answers that are not shown here.
    pub fn has_more_answers(&self) -> bool {
        usize::try_from(self.answer_count).is_ok_and(|count| count > self.answers.len())
    }
}

/// Who sees words, where that is not everyone. Why they are withheld is for organizers to know; somebody new is told that theirs
/// wait, and of everything else nothing is said.
fn note(scope: &SiteScope, wish: &Wish) -> String {
    match (wish.withheld, wish.audience) {
        (Some(why), _) if scope.access.may_organize() => match why {
            Withheld::Hidden | Withheld::Blocked => "Hidden: only organizers see it".to_owned(),
            _ => "It waits for an organizer".to_owned(),
        },
        (Some(Withheld::New), _) => "Only you see this yet".to_owned(),
        (_, WishAudience::Organizers) => "For organizers only".to_owned(),
        (_, WishAudience::Person) => format!("For {} and the organizers only", scope.site.first_name),
        (_, WishAudience::Everyone) => String::new(),
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
    extras: Extras,
    /// The way to what is not for everyone, for those who may read some of it.
    private: Option<PrivateLink>,
    /// Where the list goes on.
    more: Option<String>,
    /// What is said where nothing more can be left.
    closed: Option<String>,
    /// Whether the viewer may thank those who wrote.
    may_thank: bool,
    /// The form for somebody who does not belong to the page.
    visitor: Option<VisitorForm>,
}

/// The way to private words, with how many there are for the viewer.
struct PrivateLink {
    path: String,
    words: String,
}

impl PrivateLink {
    fn new(scope: &SiteScope, count: usize) -> Option<Self> {
        let is_reader = scope.access.may_organize() || scope.is_person();
        let words = match (is_reader, count) {
            (_, 0) => return None,
            (true, _) if scope.site.is_memorial() => "Words that are not for everyone".to_owned(),
            (true, 1) => "One well wish that is not for everyone".to_owned(),
            (true, MOST_COUNTED..) => format!("More than {} well wishes that are not for everyone", MOST_COUNTED - 1),
            (true, count) => format!("{count} well wishes that are not for everyone"),
            (false, _) => "What you have written that is not for everyone".to_owned(),
        };
        Some(Self { path: format!("{}/wishes/private", scope.site.path()), words })
    }
}

/// What stands around the list of well wishes.
pub struct Around {
    /// The newest answers to them.
    pub answers: Answers,
    /// The hearts on all of them.
    pub hearts: HeartsFor,
    /// The photos that came with them.
    pub photos: OfWishes,
    /// How many there are for the viewer that are not for everyone.
    pub private: usize,
}

impl WishesPage {
    pub fn new(
        layout: Layout,
        scope: &SiteScope,
        book: Book,
        mut wishes: Vec<Wish>,
        around: Around,
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
        let view = |wish: &Wish| {
            let view = WishView::answered(scope, wish, &around.answers, &around.hearts, &from);
            view.with_photo(scope, wish, &around.photos)
        };
        Self {
            wishes: wishes.iter().map(view).collect(),
            extras: Extras::of_wish(scope, &input, &errors),
            private: PrivateLink::new(scope, around.private),
            closed: wishes_closed(scope),
            may_thank: head.may_organize || scope.is_person(),
            visitor: None,
            layout,
            head,
            book,
            input,
            errors,
            more,
        }
    }

    /// With the form for somebody who does not belong to the page.
    pub fn with_visitor(mut self, visitor: Option<VisitorForm>) -> Self {
        self.visitor = visitor;
        self
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

/// The book of condolence as it is printed: from its first page, large, and nothing beside the words and their photos.
#[derive(Template)]
#[template(path = "wishes/book.html")]
pub struct BookOnPaper {
    layout: Layout,
    head: SiteHead,
    wishes: Vec<Wish>,
    /// The photos that came with them and can be shown.
    photos: HashMap<WishId, Figure>,
    is_first: bool,
    more: Option<String>,
}

impl BookOnPaper {
    pub fn new(layout: Layout, scope: &SiteScope, mut wishes: Vec<Wish>, photos: &OfWishes, is_first: bool) -> Self {
        let head = SiteHead::new(scope);
        let at_once = usize::try_from(ON_PAPER).unwrap_or(usize::MAX);
        let has_more = wishes.len() > at_once;
        wishes.truncate(at_once);
        let more = wishes.last().filter(|_| has_more);
        let more = more.map(|last| format!("{}/condolences?paper=yes&after={}", head.path, last.id));
        let ready = photos.iter().filter(|(_, photo)| photo.state == PhotoState::Ready);
        let photos = ready.map(|(id, photo)| (*id, Figure::new(&head.path, photo, true))).collect();
        Self { layout, head, wishes, photos, is_first, more }
    }

    fn photo(&self, wish: &Wish) -> Option<&Figure> {
        self.photos.get(&wish.id)
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
    pub extras: Extras,
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
    /// Whether hiding what they wrote is chosen already: for whoever comes from words that they do not want to see.
    pub hides: bool,
}
