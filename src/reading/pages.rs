//! The pages of this feature: finished values for the templates.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;

use super::handlers::{COMMENTS_A_PAGE, Journal, WISHES_ON_PAGE};
use crate::clock::Timestamp;
use crate::db::ids::{DraftId, SiteId, SubmissionKey, UpdateId};
use crate::journal::{self, Sending, UPDATES_A_PAGE, Update};
use crate::photos::Illustrated;
use crate::sites::{Attention, MemberState, MySite, Role, SiteHead, SiteScope};
use crate::web::Layout;
use crate::wishes::{HeartForm, HeartsFor, Target, Wish, WishView, heart_form};

#[derive(Template)]
#[template(path = "reading/welcome.html")]
pub struct Welcome {
    pub layout: Layout,
}

/// A page on the home page.
struct HomeSite {
    path: String,
    name: String,
    note: &'static str,
    last_update: Option<Timestamp>,
}

#[derive(Template)]
#[template(path = "reading/home.html")]
pub struct Home {
    layout: Layout,
    sites: Vec<HomeSite>,
}

impl Home {
    pub fn new(layout: Layout, mine: Vec<MySite>, last: &HashMap<SiteId, Timestamp>) -> Self {
        let sites = mine
            .into_iter()
            .map(|it| HomeSite {
                path: it.site.path(),
                name: it.site.name(),
                note: match (it.state, it.role) {
                    _ if it.site.closed_at.is_some() => "Closed: only its organizers see it",
                    (MemberState::Invited, _) => "You are invited",
                    (_, Role::Organizer) => "You organize it",
                    (_, Role::CoAuthor) => "You write there",
                    _ => "",
                },
                last_update: last.get(&it.site.id).copied().filter(|_| it.state == MemberState::Active),
            })
            .collect();
        Self { layout, sites }
    }
}

/// An update with what was said to it.
pub struct UpdateView {
    path: String,
    update: Update,
    /// Its words with its photos, if it has any.
    illustrated: Option<Arc<Illustrated>>,
    /// Who wrote it: "Jo, for Maria".
    byline: String,
    comments: Vec<WishView>,
    hearts: HeartForm,
    may_change: bool,
    may_encourage: bool,
    /// Comments that are not shown here.
    more_comments: i32,
}

impl UpdateView {
    fn new(
        scope: &SiteScope,
        update: &Update,
        illustrated: Option<Arc<Illustrated>>,
        comments: &[Wish],
        hearts: &HeartsFor,
        from: &str,
    ) -> Self {
        let shown = i32::try_from(comments.len()).unwrap_or(i32::MAX);
        Self {
            path: format!("{}/updates/{}", scope.site.path(), update.id),
            illustrated,
            may_change: journal::may_change(&scope.access, scope.person_id, update.author_id),
            may_encourage: scope.access.may_encourage(),
            more_comments: update.comment_count - shown,
            hearts: heart_form(scope, hearts, Target::Update(update.id), from),
            comments: comments.iter().map(|comment| WishView::new(scope, comment, hearts, from)).collect(),
            byline: scope.site.byline(update.author_id, &update.author),
            update: update.clone(),
        }
    }
}

impl UpdateView {
    /// Its words, with the photos that are named in them. Safe HTML.
    fn html(&self) -> &str {
        self.illustrated.as_ref().map_or(&self.update.body_html, |body| &body.html)
    }

    /// Its other photos. Safe HTML.
    fn below(&self) -> &str {
        self.illustrated.as_ref().map_or("", |body| &body.below)
    }
}

#[derive(Template)]
#[template(path = "reading/journal.html")]
pub struct JournalPage {
    layout: Layout,
    head: SiteHead,
    updates: Vec<UpdateView>,
    earlier: Option<String>,
    is_first: bool,
    wishes: Vec<WishView>,
    more_wishes: bool,
    submission: String,
    attention: Attention,
    /// Where mail lies while none is sent.
    outbox: Option<String>,
    /// The viewer's own draft, and when they saved it.
    draft: Option<(DraftId, Timestamp)>,
    /// The update about which mail can still be stopped.
    stoppable: Option<UpdateId>,
}

impl JournalPage {
    pub fn new(layout: Layout, scope: &SiteScope, journal: Journal, continued: bool, outbox: Option<String>) -> Self {
        let head = SiteHead::new(scope);
        let Journal { content, hearts, attention, draft, stoppable } = journal;
        let a_page = fits(UPDATES_A_PAGE);
        let updates = content.updates.get(..a_page).unwrap_or(&content.updates);
        let has_earlier = content.updates.len() > a_page;
        let earlier = updates
            .last()
            .filter(|_| has_earlier)
            .map(|last| format!("{}?before={}&id={}", head.path, last.published_at.as_micros(), last.id));
        let more_wishes = content.wishes.len() > fits(WISHES_ON_PAGE);
        let wishes = content.wishes.iter().take(fits(WISHES_ON_PAGE));
        let from = head.path.clone();
        Self {
            layout,
            updates: updates
                .iter()
                .map(|update| {
                    let said = content.comments.get(&update.id).map(Vec::as_slice).unwrap_or_default();
                    let illustrated = content.illustrated.get(&update.id).cloned();
                    UpdateView::new(scope, update, illustrated, said, &hearts, &from)
                })
                .collect(),
            earlier,
            is_first: !continued,
            wishes: wishes.map(|wish| WishView::new(scope, wish, &hearts, &from)).collect(),
            more_wishes,
            submission: SubmissionKey::generate().to_string(),
            attention,
            outbox: outbox.filter(|_| head.may_organize),
            draft,
            stoppable,
            head,
        }
    }
}

fn fits(count: i64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

#[derive(Template)]
#[template(path = "reading/update.html")]
pub struct UpdatePage {
    layout: Layout,
    head: SiteHead,
    it: UpdateView,
    submission: String,
    /// Where the comments go on.
    more: Option<String>,
    /// How the mail about it stands, for whoever may change it.
    sending: Option<Sending>,
    can_be_corrected: bool,
}

impl UpdatePage {
    pub fn new(
        layout: Layout,
        scope: &SiteScope,
        update: Update,
        illustrated: Option<Arc<Illustrated>>,
        mut comments: Vec<Wish>,
        hearts: &HeartsFor,
        sending: Option<Sending>,
    ) -> Self {
        let can_be_corrected = sending.is_some_and(|sending| sending.can_be_corrected(update.edited_at));
        let head = SiteHead::new(scope);
        let path = format!("{}/updates/{}", head.path, update.id);
        let has_more = comments.len() > fits(COMMENTS_A_PAGE);
        comments.truncate(fits(COMMENTS_A_PAGE));
        let more = comments.last().filter(|_| has_more).map(|last| format!("{path}?after={}#comments", last.id));
        let it = UpdateView::new(scope, &update, illustrated, &comments, hearts, &path);
        let submission = SubmissionKey::generate().to_string();
        Self { layout, head, it, submission, more, sending, can_be_corrected }
    }
}
