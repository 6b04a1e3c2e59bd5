//! The pages that keep encouragement calm for those who get it.

use std::collections::HashMap;

use askama::Template;

use crate::clock::Timestamp;
use crate::db::ids::WishId;
use crate::error::FieldErrors;
use crate::photos::{Figure, OfWishes, PhotoState};
use crate::sites::{ReactionKind, SiteHead, SiteScope};
use crate::web::Layout;
use crate::wishes::calm::{GATHERINGS, MannersInput};
use crate::wishes::judging::Unwanted;
use crate::wishes::model::{Wish, WishAudience, Withheld, print};
use crate::wishes::store::{NEWS_A_PAGE, News, ReportedBy};
use crate::wishes::thanks::ThanksInput;

/// How the page wants to be encouraged, to be chosen.
#[derive(Template)]
#[template(path = "wishes/manners.html")]
pub struct MannersPage {
    pub layout: Layout,
    pub head: SiteHead,
    pub input: MannersInput,
    pub errors: FieldErrors,
}

impl MannersPage {
    /// What a reaction is called where it is chosen.
    fn label(&self, kind: &ReactionKind) -> &'static str {
        match kind {
            ReactionKind::Heart => "A heart",
            ReactionKind::Hug => "A hug",
            ReactionKind::Candle => "A candle",
            ReactionKind::Strength => "Strength",
            ReactionKind::Thanks => "Thanks",
            ReactionKind::Praying => "Praying",
            ReactionKind::Smile => "A smile",
        }
    }
}

/// A part of a list, and whether it goes on.
pub struct Listed<T> {
    items: Vec<T>,
    has_more: bool,
}

impl Listed<News> {
    /// From one more than a page holds.
    pub fn new(mut items: Vec<News>) -> Self {
        let a_page = usize::try_from(NEWS_A_PAGE).unwrap_or(usize::MAX);
        let has_more = items.len() > a_page;
        items.truncate(a_page);
        Self { items, has_more }
    }

    fn last(&self) -> Option<WishId> {
        self.items.last().map(|it| it.id).filter(|_| self.has_more)
    }
}

/// Everything that is new on a page.
pub struct NewsLists {
    pub reported: Listed<News>,
    pub waiting: Listed<News>,
    pub news: Listed<News>,
    /// Whether all of the lists are shown from their beginning.
    pub is_first: bool,
    /// By whom, and why.
    pub reports: HashMap<WishId, Vec<ReportedBy>>,
    pub unwanted: Unwanted,
    /// For which words their writers were thanked.
    pub thanked: Vec<WishId>,
    pub is_anybody_due: bool,
    /// Whether something is held of a flood.
    pub is_flooded: bool,
    /// How many ask to join.
    pub asking: i64,
    /// The photos that came with them.
    pub photos: OfWishes,
}

/// Words, and what those who decide about them should know.
pub struct NewsView {
    id: WishId,
    author: String,
    message_html: String,
    created_at: Timestamp,
    /// What they were left on, and where that is.
    place: &'static str,
    title: Option<String>,
    link: String,
    /// Who they are for, where that is not everyone.
    note: &'static str,
    /// Why they wait, as a sentence each.
    reasons: Vec<String>,
    /// Whether anybody sees them just now.
    is_shown: bool,
    is_thanked: bool,
    /// Whether whoever wrote it does not belong to the page, and so hears of no thanks.
    by_visitor: bool,
    /// The photo that came with them.
    photo: Option<Figure>,
    /// What whoever decides about them says that they have seen.
    print: String,
}

impl NewsView {
    fn new(head: &SiteHead, it: &News) -> Self {
        let alone = format!("{}/wishes/{}", head.path, it.id);
        let (place, title, link) = match (&it.update, it.photo_id, it.audience) {
            _ if it.answers_id.is_some() => ("answered", None, alone.clone()),
            (Some((update, title)), ..) => (
                "commented on",
                Some(title.clone().unwrap_or_else(|| "an update".to_owned())),
                format!("{}/updates/{update}", head.path),
            ),
            (None, Some(photo), _) => ("commented on a photo", None, format!("{}/photos/{photo}/comments", head.path)),
            (None, None, _) => (if head.in_memory { "left words" } else { "left a well wish" }, None, alone.clone()),
        };
        // Among what others see, what waits is not to be found.
        let link = if it.withheld.is_some() { alone } else { link };
        Self {
            id: it.id,
            author: it.author.clone(),
            message_html: it.message_html.clone(),
            created_at: it.created_at,
            place,
            title,
            link,
            note: match it.audience {
                WishAudience::Everyone => "",
                WishAudience::Person => "Not for everyone",
                WishAudience::Organizers => "For organizers only",
            },
            reasons: Vec::new(),
            is_shown: it.withheld.is_none(),
            is_thanked: false,
            by_visitor: it.by_visitor,
            photo: None,
            print: print(&it.message),
        }
    }

    /// With the photo that came with them: nobody decides about what they have not seen.
    fn with_photo(mut self, head: &SiteHead, photos: &OfWishes) -> Self {
        let photo = photos.get(&self.id).filter(|photo| photo.state != PhotoState::Failed);
        self.photo = photo.map(|photo| Figure::new(&head.path, photo, false));
        self
    }

    /// With the reasons for which they wait.
    fn waiting(head: &SiteHead, it: &News, lists: &NewsLists) -> Self {
        // All that is judged: the words, what a visitor calls themselves, and what is said of the photo.
        let name = if it.by_visitor { it.author.as_str() } else { "" };
        let said_of_photo = lists.photos.get(&it.id).and_then(|photo| photo.alt.as_deref()).unwrap_or_default();
        let texts = [it.message.as_str(), name, said_of_photo];
        let mut reasons = Vec::new();
        match it.withheld {
            Some(Withheld::New) => reasons.push(format!("The first words of {} here.", it.author)),
            Some(Withheld::Flood) => reasons.push("They came in a flood.".to_owned()),
            Some(Withheld::Reported) => reasons.push("A reader has reported them.".to_owned()),
            Some(Withheld::Letter) => reasons.push(format!(
                "They came by mail from another address than {}’s, or it is not certain from whom.",
                it.author
            )),
            _ => {}
        }
        match texts.into_iter().find_map(|text| lists.unwanted.first_in(text)) {
            Some(word) => reasons.push(format!("They hold “{word}”, which you do not want to see shown.")),
            None if it.withheld == Some(Withheld::Words) => {
                reasons.push("They held a word that you did not want to see shown then.".to_owned());
            }
            None => {}
        }
        Self { reasons, ..Self::new(head, it) }
    }

    /// With who has reported them.
    fn reported(head: &SiteHead, it: &News, lists: &NewsLists) -> Self {
        let mut view = Self::waiting(head, it, lists);
        view.reasons.retain(|reason| it.withheld != Some(Withheld::Reported) || !reason.starts_with("A reader"));
        let by = lists.reports.get(&it.id).map(Vec::as_slice).unwrap_or_default();
        view.reasons.extend(by.iter().map(|(name, reason)| {
            let name = name.as_deref().unwrap_or("Somebody who reads the page");
            match reason {
                Some(reason) => format!("{name} asks you to look: “{reason}”"),
                None => format!("{name} asks you to look."),
            }
        }));
        view
    }
}

#[derive(Template)]
#[template(path = "wishes/news.html")]
pub struct NewsPage {
    layout: Layout,
    head: SiteHead,
    reported: Vec<NewsView>,
    waiting: Vec<NewsView>,
    news: Vec<NewsView>,
    /// Whether there is more to decide about than stands here.
    more_reported: bool,
    more_waiting: Option<String>,
    more_news: Option<String>,
    /// The newest words of all that stand here.
    through: Option<WishId>,
    asking: i64,
    is_first: bool,
    is_flooded: bool,
    is_anybody_due: bool,
    thanks: ThanksInput,
    errors: FieldErrors,
}

impl NewsPage {
    pub fn new(layout: Layout, scope: &SiteScope, lists: NewsLists, thanks: ThanksInput, errors: FieldErrors) -> Self {
        let head = SiteHead::new(scope);
        let here = format!("{}/encouragement/new", head.path);
        let with_photo = |view: NewsView| view.with_photo(&head, &lists.photos);
        let reported = |it: &News| with_photo(NewsView::reported(&head, it, &lists));
        let waiting = |it: &News| with_photo(NewsView::waiting(&head, it, &lists));
        let news =
            |it: &News| with_photo(NewsView { is_thanked: lists.thanked.contains(&it.id), ..NewsView::new(&head, it) });
        Self {
            reported: lists.reported.items.iter().map(reported).collect(),
            waiting: lists.waiting.items.iter().map(waiting).collect(),
            news: lists.news.items.iter().map(news).collect(),
            more_reported: lists.reported.has_more,
            more_waiting: lists.waiting.last().map(|last| format!("{here}?after={last}#waiting")),
            more_news: lists.news.last().map(|last| format!("{here}?before={last}#news")),
            // Further down the list, what is newer was passed by already.
            through: lists.news.items.first().map(|it| it.id).filter(|_| lists.is_first),
            asking: lists.asking,
            is_first: lists.is_first,
            is_flooded: lists.is_flooded,
            is_anybody_due: lists.is_anybody_due,
            layout,
            head,
            thanks,
            errors,
        }
    }

    /// Whether there is nothing to decide.
    fn needs_nobody(&self) -> bool {
        self.reported.is_empty() && self.waiting.is_empty() && self.asking == 0
    }
}

/// Thanking those who wrote.
#[derive(Template)]
#[template(path = "wishes/thanks.html")]
pub struct ThanksPage {
    layout: Layout,
    head: SiteHead,
    words: Vec<NewsView>,
    more: Option<String>,
    is_anybody_due: bool,
    thanks: ThanksInput,
    errors: FieldErrors,
}

impl ThanksPage {
    pub fn new(
        layout: Layout,
        scope: &SiteScope,
        words: Listed<News>,
        (thanked, photos): (&[WishId], &OfWishes),
        is_anybody_due: bool,
        thanks: ThanksInput,
        errors: FieldErrors,
    ) -> Self {
        let head = SiteHead::new(scope);
        let view = |it: &News| {
            let view = NewsView { is_thanked: thanked.contains(&it.id), ..NewsView::new(&head, it) };
            view.with_photo(&head, photos)
        };
        Self {
            words: words.items.iter().map(view).collect(),
            more: words.last().map(|last| format!("{}/thanks?before={last}", head.path)),
            layout,
            head,
            is_anybody_due,
            thanks,
            errors,
        }
    }
}

/// Asking the family to look at words, before it is done.
#[derive(Template)]
#[template(path = "wishes/report.html")]
pub struct ReportPage {
    layout: Layout,
    head: SiteHead,
    wish: Wish,
    back: String,
    /// Whether they are asked why: whoever is nobody could say anything to the family with it.
    takes_reason: bool,
}

impl ReportPage {
    pub fn new(layout: Layout, scope: &SiteScope, wish: Wish) -> Self {
        let head = SiteHead::new(scope);
        let back = wish.stands_at(&head.path);
        Self { layout, head, wish, back, takes_reason: scope.person_id.is_some() }
    }
}
