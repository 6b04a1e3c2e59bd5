//! The pages about visitors' words: finished values for the templates.

use askama::Template;

use super::model::{Flood, VisitInput, Words};
use super::stamp;
use crate::accounts::SignedIn;
use crate::clock::Timestamp;
use crate::db::ids::SubmissionKey;
use crate::error::{FieldErrors, Result};
use crate::secrets::vault::Vault;
use crate::sites::{Privacy, Site, SiteHead, SiteScope};
use crate::web::Layout;
use crate::wishes::book::Book;
use crate::wishes::judging::takes_wishes;
use crate::wishes::model::About;
use crate::wishes::pages::Extras;

/// The form for somebody who may read and does not belong to the page.
#[derive(Clone, Debug)]
pub struct VisitorForm {
    /// Where it is sent.
    pub action: String,
    /// The update or the photo that it is for a comment on, or the page.
    pub about: About,
    /// Where their words go otherwise.
    pub book: Book,
    /// What they are called, where that is known already.
    pub known: Option<String>,
    /// Whether a press in a mail is asked for.
    pub asks_mail: bool,
    /// What comes of asking for news, where that is offered.
    pub follow: Option<&'static str>,
    /// Words to begin with, and where hints come.
    pub extras: Extras,
    /// What stands in it.
    pub input: VisitInput,
    /// What is wrong with that.
    pub errors: FieldErrors,
}

impl VisitorForm {
    /// An empty form, if one is for them here, and what it is about is not closed.
    pub fn find(
        vault: &Vault,
        scope: &SiteScope,
        viewer: Option<&SignedIn>,
        (about, is_closed): (About, bool),
        now: Timestamp,
    ) -> Result<Option<Self>> {
        if !scope.access.may_leave_words_as_visitor() || is_closed {
            return Ok(None);
        }
        let input = VisitInput::fresh(stamp::new(vault, scope.site.id, now)?);
        Ok(Some(Self::with(scope, viewer, about, input, FieldErrors::default())))
    }

    /// What was sent, with what is wrong with it.
    pub fn with(
        scope: &SiteScope,
        viewer: Option<&SignedIn>,
        about: About,
        input: VisitInput,
        errors: FieldErrors,
    ) -> Self {
        let at_once = scope.site.privacy == Privacy::Link;
        let offers = scope.access.may_ask() && !scope.has_asked;
        Self {
            action: format!("{}/visits", scope.site.path()),
            about,
            book: Book::of(&scope.site),
            // An organizer sees the form that somebody else sees.
            known: viewer.filter(|_| !scope.is_perspective).map(|it| it.name.clone()),
            asks_mail: !scope.is_proven,
            follow: offers.then_some(if at_once { "" } else { "The family says yes first." }),
            extras: Extras::of_visitor(scope, about == About::Page),
            input,
            errors,
        }
    }

    /// What the words are called.
    pub fn label(&self) -> &'static str {
        if self.about != About::Page { "Your comment" } else { self.book.label() }
    }

    /// What is pressed.
    pub fn button(&self) -> &'static str {
        if self.about != About::Page { "Send comment" } else { self.book.button() }
    }

    /// Whether news is asked for.
    pub fn wants_news(&self) -> bool {
        self.input.follow == "yes"
    }

    /// The same words, to be sent with another address.
    fn once_more(self, stamp: String) -> Self {
        let submission = SubmissionKey::generate().to_string();
        Self { input: VisitInput { stamp, submission, ..self.input }, ..self }
    }
}

/// The form once more, with what is wrong beside it.
#[derive(Template)]
#[template(path = "wishes/visitors/form.html")]
pub struct FormPage {
    pub layout: Layout,
    pub head: SiteHead,
    pub form: VisitorForm,
}

impl FormPage {
    fn errors(&self) -> &FieldErrors {
        &self.form.errors
    }

    fn back(&self) -> String {
        match self.form.about {
            About::Update(update) => format!("{}/updates/{update}", self.head.path),
            About::Photo(photo) => format!("{}/photos/{photo}/comments", self.head.path),
            About::Page => self.head.path.clone(),
        }
    }
}

/// A mail is on its way, whoever has the address.
#[derive(Template)]
#[template(path = "wishes/visitors/sent.html")]
pub struct SentPage {
    layout: Layout,
    head: SiteHead,
    email: String,
    message_html: String,
    /// To send them with another address.
    form: VisitorForm,
    /// In how many minutes a mail can go to the address again, where none went now.
    wait: Option<u64>,
}

impl SentPage {
    pub fn new(
        layout: Layout,
        scope: &SiteScope,
        email: String,
        message_html: String,
        form: VisitorForm,
        stamp: String,
    ) -> Self {
        Self { layout, head: SiteHead::new(scope), email, message_html, form: form.once_more(stamp), wait: None }
    }

    /// The same, where no mail can go for so many seconds.
    pub fn after(self, seconds: Option<u64>) -> Self {
        Self { wait: seconds.map(|it| it.div_ceil(60)), ..self }
    }
}

/// Words, before their writer has said that they are theirs.
#[derive(Template)]
#[template(path = "wishes/visitors/confirm.html")]
pub struct ConfirmPage {
    pub layout: Layout,
    pub path: String,
    pub page: String,
    pub words: Words,
    /// Whether following takes the family's yes.
    pub is_asked: bool,
}

/// Words whose writer has said so.
#[derive(Template)]
#[template(path = "wishes/visitors/done.html")]
pub struct DonePage {
    pub layout: Layout,
    pub site: Site,
    pub words: Words,
    /// Whether the page opens in this browser.
    pub is_readable: bool,
    /// Whether their words wait until the family has looked.
    pub waits: bool,
}

impl DonePage {
    fn is_asked(&self) -> bool {
        self.site.privacy != Privacy::Link
    }

    fn place(&self) -> String {
        place_of(&self.site, self.words.about)
    }
}

/// That words are to be left on the page itself, and whether it takes none.
pub fn about_page(scope: &SiteScope) -> (About, bool) {
    (About::Page, !takes_wishes(scope))
}

/// Where words about something stand.
pub fn place_of(site: &Site, about: About) -> String {
    let path = site.path();
    match about {
        About::Page => format!("{path}#wishes"),
        About::Update(update) => format!("{path}/updates/{update}#comments"),
        About::Photo(photo) => format!("{path}/photos/{photo}/comments#comments"),
    }
}

/// A link that confirms nothing any more, with the words as long as there are any.
#[derive(Template)]
#[template(path = "wishes/visitors/over.html")]
pub struct OverPage {
    pub layout: Layout,
    pub words: Option<Words>,
    /// Where a fresh link is asked for, while the words still wait.
    pub renewal: Option<String>,
}

/// "This was not me", before it is pressed and afterwards.
#[derive(Template)]
#[template(path = "wishes/visitors/refusal.html")]
pub struct RefusalPage {
    pub layout: Layout,
    pub path: String,
    pub email: String,
    pub is_done: bool,
}

/// A fresh link is on its way.
#[derive(Template)]
#[template(path = "wishes/visitors/renewed.html")]
pub struct RenewedPage {
    pub layout: Layout,
    pub email: String,
}

/// A visitor, for the organizers.
#[derive(Template)]
#[template(path = "wishes/visitors/visitor.html")]
pub struct VisitorPage {
    pub layout: Layout,
    pub head: SiteHead,
    pub action: String,
    pub name: String,
    pub email: String,
    pub count: i64,
}

/// What is held of a flood, for the organizers.
#[derive(Template)]
#[template(path = "wishes/visitors/flood.html")]
pub struct FloodPage {
    pub layout: Layout,
    pub head: SiteHead,
    pub flood: Flood,
    /// Until when what came is meant.
    pub seen: i64,
    pub errors: FieldErrors,
}

impl FloodPage {
    fn names(&self) -> String {
        self.flood.some.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
    }

    fn others(&self) -> i64 {
        self.flood.count - i64::try_from(self.flood.some.len()).unwrap_or(self.flood.count)
    }
}
