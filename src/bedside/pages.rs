//! The pages of this feature: finished values for the templates.

use askama::Template;

use super::handlers::{A_SHEET, MOMENTS};
use super::model::{Hearts, Listener, Way, Which, Word, address};
use crate::clock::Timestamp;
use crate::db::ids::WishId;
use crate::photos::Figure;
use crate::sites::SiteHead;
use crate::web::Layout;

/// Words as they stand on the screen or on paper.
struct WordView {
    id: WishId,
    author: String,
    /// Whether they do not belong to the page.
    by_visitor: bool,
    message_html: String,
    created_at: Timestamp,
    /// "yesterday".
    day: String,
    language: String,
    is_heard: bool,
    is_hearted: bool,
    /// The photo that came with it.
    photo: Option<Figure>,
    /// Where it is shown by itself.
    address: String,
}

impl WordView {
    fn new(layout: &Layout, path: &str, word: Word, way: Way, now: Timestamp) -> Self {
        Self {
            address: address(path, word.id, way),
            day: layout.reader.day_ago(&word.created_at, &now),
            id: word.id,
            author: word.author,
            by_visitor: word.by_visitor,
            message_html: word.message_html,
            created_at: word.created_at,
            language: word.language,
            is_heard: word.is_heard,
            is_hearted: word.is_hearted,
            photo: word.photo.map(|photo| Figure::new(path, &photo, true)),
        }
    }
}

/// One wish, and nothing else on the screen.
#[derive(Template)]
#[template(path = "bedside/show.html")]
pub struct Show {
    layout: Layout,
    head: SiteHead,
    it: WordView,
    /// The words before these.
    before: Option<String>,
    /// On which way somebody is, for the forms.
    on: &'static str,
    /// Whether the words are for whoever gives a heart here, and not only read out by them.
    is_person: bool,
}

impl Show {
    pub fn new(
        layout: Layout,
        listener: &Listener,
        word: Word,
        before: Option<WishId>,
        way: Way,
        now: Timestamp,
    ) -> Self {
        let head = SiteHead::new(&listener.scope);
        // Whoever has gone back goes on through what was heard, up to what was not.
        let way = if way == Way::New && word.is_heard { Way::Back } else { way };
        Self {
            it: WordView::new(&layout, &head.path, word, way, now),
            before: before.map(|id| address(&head.path, id, way)),
            on: way.as_str(),
            is_person: listener.scope.is_person(),
            layout,
            head,
        }
    }
}

/// The next few, for a script.
#[derive(Template)]
#[template(path = "bedside/words.html")]
pub struct Words {
    layout: Layout,
    words: Vec<WordView>,
}

impl Words {
    pub fn new(layout: Layout, listener: &Listener, words: Vec<Word>, way: Way, now: Timestamp) -> Self {
        let path = listener.scope.site.path();
        let words = words.into_iter().map(|word| WordView::new(&layout, &path, word, way, now)).collect();
        Self { layout, words }
    }
}

/// There is nothing left to hear.
#[derive(Template)]
#[template(path = "bedside/end.html")]
pub struct End {
    layout: Layout,
    head: SiteHead,
    /// When the newest words were written: the time, and the day in words.
    newest: Option<(Timestamp, String)>,
    /// How many people gave something without words, and who.
    hearts: Option<(i64, String)>,
}

impl End {
    pub fn new(
        layout: Layout,
        listener: &Listener,
        newest: Option<Timestamp>,
        hearts: &Hearts,
        now: Timestamp,
    ) -> Self {
        Self {
            head: SiteHead::new(&listener.scope),
            newest: newest.map(|at| (at, layout.reader.day_ago(&at, &now))),
            hearts: (hearts.count > 0).then(|| (hearts.count, hearts.givers())),
            layout,
        }
    }
}

/// A month in which something was written, and where that begins.
struct Month {
    name: String,
    first: WishId,
    address: String,
}

/// Everything once more.
#[derive(Template)]
#[template(path = "bedside/again.html")]
pub struct Again {
    layout: Layout,
    head: SiteHead,
    /// The very first words.
    first: Option<String>,
    /// Newest first.
    months: Vec<Month>,
    /// The months before these.
    more: Option<String>,
}

impl Again {
    /// The moments come newest first, one more of them than is looked at for one page where it goes on.
    pub fn new(layout: Layout, listener: &Listener, first: Option<WishId>, moments: &[(WishId, Timestamp)]) -> Self {
        let head = SiteHead::new(&listener.scope);
        let at_once = usize::try_from(MOMENTS).unwrap_or(usize::MAX);
        let mut months: Vec<Month> = Vec::new();
        for (id, at) in moments.iter().take(at_once) {
            let (name, address) = (layout.reader.month(at), address(&head.path, *id, Way::Again));
            match months.iter_mut().find(|month| month.name == name) {
                // Earlier in the month.
                Some(month) => (month.first, month.address) = (*id, address),
                None => months.push(Month { name, first: *id, address }),
            }
        }
        let has_more = moments.len() > at_once;
        // Where the last month begins is perhaps not known yet: it stands on the next page, unless it is all that there is.
        if has_more && months.len() > 1 {
            months.pop();
        }
        let more = months.last().filter(|_| has_more);
        let more = more.map(|month| format!("{}/bedside/again?before={}", head.path, month.first));
        Self { first: first.map(|id| address(&head.path, id, Way::Again)), layout, head, months, more }
    }
}

/// Large, on paper.
#[derive(Template)]
#[template(path = "bedside/print.html")]
pub struct Print {
    layout: Layout,
    head: SiteHead,
    words: Vec<WordView>,
    is_all: bool,
    /// The next sheet.
    next: Option<String>,
}

impl Print {
    pub fn new(layout: Layout, listener: &Listener, mut words: Vec<Word>, which: Which, now: Timestamp) -> Self {
        let head = SiteHead::new(&listener.scope);
        let a_sheet = usize::try_from(A_SHEET).unwrap_or(usize::MAX);
        let has_more = words.len() > a_sheet;
        words.truncate(a_sheet);
        let all = if which == Which::All { "&all" } else { "" };
        let last = words.last().filter(|_| has_more);
        let next = last.map(|word| format!("{}/bedside/print?after={}{all}", head.path, word.id));
        let words = words.into_iter().map(|word| WordView::new(&layout, &head.path, word, Way::New, now)).collect();
        Self { layout, head, words, is_all: which == Which::All, next }
    }
}
