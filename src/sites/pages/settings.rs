//! What organizers decide about a page.

use askama::Template;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::{ECL, QRBuilder};

use super::SiteHead;
use crate::error::{AppError, FieldErrors, Result};
use crate::record::{Entry, What};
use crate::sites::handlers::settings::{EVENTS_A_PAGE, SettingsInput};
use crate::sites::mail_holds::MailHolds;
use crate::sites::model::{Openness, Privacy};
use crate::sites::quiet_hours::QuietHours;
use crate::sites::store::{ListedMember, SiteScope};
use crate::web::{AsWhom, Layout};

#[derive(Template)]
#[template(path = "sites/settings.html")]
pub struct SettingsPage {
    layout: Layout,
    head: SiteHead,
    input: SettingsInput,
    errors: FieldErrors,
    privacy: Privacy,
    wants_indexing: bool,
    shown: Shown,
    holds: MailHolds,
}

/// What stands on the page of settings besides its own form.
pub struct Shown {
    /// The secret page link, where there is one that can be shown.
    pub link: Option<String>,
    pub quiet: QuietHours,
    /// Whether small photos stand in the mail.
    pub mail_photos: bool,
}

impl SettingsPage {
    pub fn new(layout: Layout, scope: &SiteScope, input: SettingsInput, errors: FieldErrors, shown: Shown) -> Self {
        Self {
            shown,
            holds: scope.site.mail_holds,
            layout,
            head: SiteHead::new(scope),
            input,
            errors,
            privacy: scope.site.privacy,
            wants_indexing: scope.site.wants_indexing,
        }
    }
}

/// Who could then read what, before it is so.
#[derive(Template)]
#[template(path = "sites/widening.html")]
pub struct WideningPage {
    layout: Layout,
    head: SiteHead,
    to: Openness,
    meaning: String,
}

impl WideningPage {
    pub fn new(layout: Layout, scope: &SiteScope, to: Openness, meaning: String) -> Self {
        Self { layout, head: SiteHead::new(scope), to, meaning }
    }
}

/// A card to print, A6, with a QR code (ISO/IEC 18004).
#[derive(Template)]
#[template(path = "sites/card.html")]
pub struct CardPage {
    layout: Layout,
    head: SiteHead,
    privacy: Privacy,
    /// The address and its QR code; none where it would lead strangers nowhere.
    code: Option<(String, String)>,
}

impl CardPage {
    pub fn new(layout: Layout, scope: &SiteScope, link: Option<String>) -> Result<Self> {
        let code = match link {
            Some(link) => {
                let svg = qr_svg(&link)?;
                Some((link, svg))
            }
            None => None,
        };
        Ok(Self { layout, head: SiteHead::new(scope), privacy: scope.site.privacy, code })
    }
}

/// A QR code that still reads when a quarter of it is soiled.
fn qr_svg(text: &str) -> Result<String> {
    let code = QRBuilder::new(text).ecl(ECL::Q).build().map_err(|error| AppError::internal(format!("{error:?}")))?;
    Ok(SvgBuilder::default().to_str(&code))
}

/// Something that happened, as a sentence.
struct Sentence {
    words: String,
    entry: Entry,
}

#[derive(Template)]
#[template(path = "sites/history.html")]
pub struct HistoryPage {
    layout: Layout,
    head: SiteHead,
    sentences: Vec<Sentence>,
    /// Where it goes on.
    more: Option<String>,
}

impl HistoryPage {
    pub fn new(layout: Layout, scope: &SiteScope, mut entries: Vec<Entry>) -> Self {
        let head = SiteHead::new(scope);
        let a_page = usize::try_from(EVENTS_A_PAGE).unwrap_or(usize::MAX);
        let has_more = entries.len() > a_page;
        entries.truncate(a_page);
        let more = entries.last().filter(|_| has_more).map(|last| format!("{}/history?before={}", head.path, last.id));
        let sentences = entries.into_iter().map(|entry| Sentence { words: sentence(&entry), entry }).collect();
        Self { layout, head, sentences, more }
    }
}

const GONE: &str = "somebody who has left Tidings";

fn sentence(entry: &Entry) -> String {
    let who = entry.actor.as_deref().unwrap_or(GONE);
    let whom = entry.subject.as_deref().unwrap_or(GONE);
    let detail = entry.detail.as_deref().map(|detail| format!(" ({detail})")).unwrap_or_default();
    let sentence = match entry.what {
        What::Started => format!("{who} started the page"),
        What::Invited => format!("{who} invited {whom}{detail}"),
        What::Suggested => format!("{who} named {whom} as somebody who should hear"),
        What::LetIn => format!("{who} let {whom} in{detail}"),
        What::Declined => format!("{who} declined {whom}"),
        What::Joined => format!("{who} joined"),
        What::Role => format!("{who} changed what {whom} does{detail}"),
        What::Circle => format!("{who} changed the circle of {whom}{detail}"),
        What::Removed => format!("{who} removed {whom}"),
        What::Left => format!("{who} left the page"),
        What::Blocked => format!("{who} blocked {whom}{detail}"),
        What::Unblocked => format!("{who} unblocked {whom}"),
        What::Privacy => format!("{who} changed who may read{detail}"),
        What::Indexing => format!("{who} decided about search engines{detail}"),
        What::Link => format!("{who} made a new secret link"),
        What::Settings => format!("{who} changed the settings{detail}"),
        What::Closed => format!("{who} closed the page"),
        What::Opened => format!("{who} opened the page again"),
        What::SignedIn => format!("{who} signed in"),
        What::Exported => format!("{who} took a copy of what is theirs"),
        What::MailStopped => format!("{who} stopped the mail about an update before it left{detail}"),
        What::MailResumed => format!("{who} sent the mail about an update after all{detail}"),
        What::MailCorrected => format!("{who} sent a corrected update again{detail}"),
        What::MailAgain => format!("{who} sent an update again to whom it had not reached{detail}"),
        What::Rested => format!("{who} told people that the family takes a rest"),
        What::RestEnded => format!("{who} ended the rest{detail}"),
        What::Promised => format!("{who} said when to expect the next update{detail}"),
        What::Memorial => format!("{who} keeps the page in loving memory{detail}"),
        What::MemorialEnded => format!("{who} made the page as it was before, no longer in loving memory"),
        What::Noted => format!("{who} changed the pinned notes{detail}"),
        What::WordsHidden => format!("{who} hid words of {whom}{detail}"),
        What::WordsReported => format!("words of {whom} are hidden, since readers asked you to look{detail}"),
        What::WordsAllowed => format!("{who} let words of {whom} be shown{detail}"),
        What::WordsShown => format!("{who} showed words of {whom} again{detail}"),
        What::WordsRemoved => format!("{who} removed words of {whom}{detail}"),
        What::CommentsClosed => format!("{who} closed the comments on an update"),
        What::CommentsOpened => format!("{who} opened the comments on an update again"),
        What::FloodShown => format!("{who} showed what many visitors wrote at once{detail}"),
        What::FloodRemoved => format!("{who} threw away what many visitors wrote at once{detail}"),
        What::PostAddress => format!("{who} changed how the page is written to by mail{detail}"),
    };
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Leaving a page, and handing it over before.
#[derive(Template)]
#[template(path = "sites/departure.html")]
pub struct DeparturePage {
    layout: Layout,
    head: SiteHead,
    /// Who could organize the page next; empty for those who do not organize.
    others: Vec<ListedMember>,
    is_last: bool,
}

impl DeparturePage {
    pub fn new(layout: Layout, scope: &SiteScope, others: Vec<ListedMember>, is_last: bool) -> Self {
        Self { layout, head: SiteHead::new(scope), others, is_last }
    }
}

#[derive(Template)]
#[template(path = "sites/closing.html")]
pub struct ClosingPage {
    layout: Layout,
    head: SiteHead,
}

impl ClosingPage {
    pub fn new(layout: Layout, scope: &SiteScope) -> Self {
        Self { layout, head: SiteHead::new(scope) }
    }
}
