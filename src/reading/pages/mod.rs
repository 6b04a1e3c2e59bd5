//! The pages of this feature: finished values for the templates.

mod memorial;
mod months;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use askama::Template;

pub use memorial::MemorialPage;
pub use months::{MonthPage, MonthsPage};

use super::handlers::{Journal, WISHES_ON_PAGE};
use super::model::{Order, Place, Receipts};
use crate::clock::Timestamp;
use crate::db::ids::{DraftId, PersonId, SiteId, SubmissionKey, UpdateId};
use crate::error::FieldErrors;
use crate::error::Result;
use crate::glance::GlanceView;
use crate::journal::{self, Neighbour, Sending, UPDATES_A_PAGE, Update};
use crate::photos::{FaceHtml, Illustrated, OfWishes, Photo, Portrait};
use crate::sites::{Attention, MemberState, MySite, Role, SiteHead, SiteScope};
use crate::web::Layout;
use crate::wishes::{
    Answers, Book, COMMENTS_A_PAGE, COMMENTS_CLOSED, Extras, HeartForm, HeartsFor, Target, Thanked, VisitorForm,
    Waiting, Wish, WishInput, WishView, comments_closed, heart_form, wishes_closed,
};

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
    /// How the person is, in a few words.
    status: Option<String>,
    /// Whether everyone was told something since the viewer last looked.
    is_new: bool,
    /// The portrait of whom it is about, as safe HTML.
    portrait: String,
    /// Whether something on it waits for the viewer, who organizes it.
    waits: bool,
    id: SiteId,
}

#[derive(Template)]
#[template(path = "reading/home.html")]
pub struct Home {
    layout: Layout,
    sites: Vec<HomeSite>,
    /// Those in loving memory, which stand after the others.
    remembered: Vec<HomeSite>,
}

impl Home {
    pub fn new(
        layout: Layout,
        mine: Vec<MySite>,
        last: &HashMap<SiteId, Timestamp>,
        portraits: &HashMap<SiteId, Photo>,
        now: Timestamp,
    ) -> Result<Self> {
        let site = |it: MySite| {
            let shown = portraits.get(&it.site.id).filter(|_| it.state == MemberState::Active);
            Ok(HomeSite { portrait: Portrait::html(shown)?, ..HomeSite::new(it, last, now) })
        };
        let (remembered, others): (Vec<MySite>, Vec<MySite>) = mine.into_iter().partition(|it| it.site.is_memorial());
        let sites = others.into_iter().map(site).collect::<Result<_>>()?;
        let remembered = remembered.into_iter().map(site).collect::<Result<_>>()?;
        Ok(Self { layout, sites, remembered })
    }

    /// With what is said of the pages on which something waits for the viewer.
    pub fn where_something_waits(mut self, waited_on: &HashSet<SiteId>) -> Self {
        for site in self.sites.iter_mut().chain(&mut self.remembered) {
            site.waits = waited_on.contains(&site.id);
        }
        self
    }
}

impl HomeSite {
    fn new(it: MySite, last: &HashMap<SiteId, Timestamp>, now: Timestamp) -> Self {
        let is_active = it.state == MemberState::Active;
        let last_update = last.get(&it.site.id).copied().filter(|_| is_active);
        let since = it.position.map(|position| position.since(now));
        Self {
            path: it.site.path(),
            name: if it.site.is_memorial() { it.site.first_name.clone() } else { it.site.name() },
            note: match (it.state, it.role) {
                _ if it.site.closed_at.is_some() => "Closed: only its organizers see it",
                (MemberState::Invited, _) => "You are invited",
                (_, Role::Organizer) => "You organize it",
                (_, Role::CoAuthor) => "You write there",
                _ => "",
            },
            last_update,
            status: it.site.shown_glance().status.filter(|_| is_active).map(|status| status.words),
            portrait: String::new(),
            waits: false,
            id: it.site.id,
            is_new: last_update.zip(since).is_some_and(|(last, since)| last > since),
        }
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
    /// Whether a form for a comment is for them, also where they do not belong to the page.
    may_comment: bool,
    /// Comments that are not shown here.
    more_comments: i32,
    /// Whether it was posted by somebody else since the viewer was last here.
    is_new: bool,
    /// Whether it is the first below what is new.
    was_here: bool,
}

impl UpdateView {
    fn new(
        scope: &SiteScope,
        update: &Update,
        illustrated: Option<Arc<Illustrated>>,
        (comments, answers): (&[Wish], &Answers),
        hearts: &HeartsFor,
        from: &str,
    ) -> Self {
        let shown = i32::try_from(comments.len()).unwrap_or(i32::MAX);
        Self {
            path: format!("{}/updates/{}", scope.site.path(), update.id),
            illustrated,
            may_change: journal::may_change(&scope.access, scope.person_id, update.author_id),
            may_encourage: scope.access.may_encourage() && update.comments_closed.is_none(),
            may_comment: scope.access.may_leave_words() && update.comments_closed.is_none(),
            more_comments: update.comment_count - shown,
            hearts: heart_form(scope, hearts, Target::Update(update.id), from),
            comments: comments
                .iter()
                .map(|comment| {
                    let view = WishView::answered(scope, comment, answers, hearts, from);
                    view.closed_if(update.comments_closed.is_some())
                })
                .collect(),
            byline: scope.site.byline(update.author_id, &update.author),
            update: update.clone(),
            is_new: false,
            was_here: false,
        }
    }

    /// The same, with the photos that came with its comments.
    fn with_photos(mut self, scope: &SiteScope, comments: &[Wish], photos: &OfWishes) -> Self {
        let seen = self.comments.into_iter().zip(comments);
        self.comments = seen.map(|(view, comment)| view.with_photo(scope, comment, photos)).collect();
        self
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

/// Marks what was posted since the viewer was last here; answers how many that are, and the first of them to be read.
fn mark_new(updates: &mut [UpdateView], since: Timestamp, viewer: Option<PersonId>) -> Option<(usize, UpdateId)> {
    for it in updates.iter_mut() {
        it.is_new = it.update.published_at > since && Some(it.update.author_id) != viewer;
    }
    let first = updates.iter().rfind(|it| it.is_new)?.update.id;
    if let Some(seen) = updates.iter_mut().find(|it| it.update.published_at <= since) {
        seen.was_here = true;
    }
    Some((updates.iter().filter(|it| it.is_new).count(), first))
}

/// What is new, in words.
fn new_words(count: usize, and_more: bool) -> String {
    match (count, and_more) {
        (count, true) => format!("More than {count} new since you were last here"),
        (1, false) => "One new since you were last here".to_owned(),
        (count, false) => format!("{count} new since you were last here"),
    }
}

/// What stands above the updates: what is new, and where one can go in the journal.
#[derive(Default)]
struct Ways {
    /// What is new, and where that begins.
    new: Option<(String, String)>,
    /// Back to where one was.
    position: Option<String>,
    is_oldest_first: bool,
    /// Whether there is more than one update, so that an order means something.
    has_order: bool,
    /// Where the script says how far one has read; none for whoever is no member.
    records: Option<String>,
}

#[derive(Template)]
#[template(path = "reading/journal.html")]
pub struct JournalPage {
    layout: Layout,
    head: SiteHead,
    /// The cover and the portrait of the page.
    face: FaceHtml,
    glance: GlanceView,
    ways: Ways,
    updates: Vec<UpdateView>,
    /// Where the journal goes on, and what the way there is called.
    onwards: Option<(String, &'static str)>,
    is_first: bool,
    /// Where words are left on the page.
    book: Book,
    wishes: Vec<WishView>,
    more_wishes: bool,
    /// Whether there may be well wishes that are for the viewer and not for everyone.
    reads_private: bool,
    submission: String,
    extras: Extras,
    attention: Attention,
    waiting: Waiting,
    thanked: Option<Thanked>,
    /// What is said where no well wish can be left any more.
    closed: Option<String>,
    /// Where mail lies while none is sent.
    outbox: Option<String>,
    /// The viewer's own draft, and when they saved it.
    draft: Option<(DraftId, Timestamp)>,
    /// The update about which mail can still be stopped.
    stoppable: Option<UpdateId>,
    /// Whether it is only shown, and leads nowhere.
    is_preview: bool,
    /// The form for somebody who does not belong to the page.
    visitor: Option<VisitorForm>,
}

impl JournalPage {
    pub fn new(
        layout: Layout,
        scope: &SiteScope,
        journal: Journal,
        place: &Place,
        outbox: Option<String>,
        now: Timestamp,
    ) -> Self {
        let head = SiteHead::new(scope);
        let Journal { content, hearts, attention, waiting, thanked, draft, stoppable } = journal;
        let a_page = fits(UPDATES_A_PAGE);
        let from = head.path.clone();
        let mut updates: Vec<UpdateView> = content
            .updates
            .iter()
            .take(a_page)
            .map(|update| {
                let said = content.comments.get(&update.id).map(Vec::as_slice).unwrap_or_default();
                let illustrated = content.illustrated.get(&update.id).cloned();
                let view = UpdateView::new(scope, update, illustrated, (said, &content.answers), &hearts, &from);
                view.with_photos(scope, said, &content.of_wishes)
            })
            .collect();
        let has_more = content.updates.len() > a_page;
        let is_first = place.order() == Order::Newest && place.before().is_none();
        let last = updates.last().filter(|_| has_more).map(|last| (last.update.published_at, last.update.id));
        let onwards = last.map(|last| onwards(&head.path, place.order(), last));
        let ways = ways(scope, &mut updates, place, has_more, now);
        let more_wishes = content.wishes.len() > fits(WISHES_ON_PAGE);
        let wishes = content.wishes.iter().take(fits(WISHES_ON_PAGE));
        Self {
            glance: GlanceView::new(scope, &content.pinned, &layout.reader, now),
            face: content.face.clone(),
            layout,
            ways,
            updates,
            onwards,
            is_first,
            book: Book::of(&scope.site),
            wishes: wishes
                .map(|wish| {
                    let view = WishView::answered(scope, wish, &content.answers, &hearts, &from);
                    view.with_photo(scope, wish, &content.of_wishes)
                })
                .collect(),
            more_wishes,
            reads_private: scope.access.may_organize() || scope.is_person(),
            submission: SubmissionKey::generate().to_string(),
            extras: Extras::of_wish(scope, &WishInput::default(), &FieldErrors::default()),
            attention,
            waiting,
            thanked,
            closed: wishes_closed(scope),
            outbox: outbox.filter(|_| head.may_organize),
            draft,
            stoppable,
            visitor: None,
            head,
            is_preview: false,
        }
    }

    /// As it stands in a frame that it must not lead out of: its links want a window of their own, which the frame has none.
    pub fn into_preview(self) -> Self {
        Self { is_preview: true, ..self }
    }

    /// With the form for somebody who does not belong to the page.
    pub fn with_visitor(mut self, visitor: Option<VisitorForm>) -> Self {
        self.visitor = visitor;
        self
    }
}

fn onwards(path: &str, order: Order, (time, id): (Timestamp, UpdateId)) -> (String, &'static str) {
    let micros = time.as_micros();
    match order {
        Order::Newest => (format!("{path}?before={micros}&id={id}"), "Earlier updates"),
        Order::Oldest => (format!("{path}?order=oldest&after={micros}&id={id}"), "Later updates"),
    }
}

fn ways(scope: &SiteScope, updates: &mut [UpdateView], place: &Place, has_more: bool, now: Timestamp) -> Ways {
    let is_newest_first = place.order() == Order::Newest;
    let is_first = is_newest_first && place.before().is_none();
    let position = scope.position.filter(|_| is_first);
    let since = position.map(|position| position.since(now));
    let marked = since.and_then(|since| mark_new(updates, since, scope.person_id));
    let all_are_new = has_more && !updates.iter().any(|it| it.was_here);
    let newest = updates.first().map(|it| it.update.id);
    let at = position.and_then(|position| position.at).filter(|at| Some(*at) != newest);
    Ways {
        new: marked.map(|(count, first)| (new_words(count, all_are_new), format!("#update-{first}"))),
        position: at.map(|_| format!("{}/position", scope.site.path())),
        is_oldest_first: !is_newest_first,
        has_order: updates.len() > 1 || !is_first,
        records: scope
            .member_id
            .filter(|_| scope.access.is_member())
            .map(|_| format!("{}/position", scope.site.path())),
    }
}

fn fits(count: i64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// What stands around an update on its own page.
pub struct Around {
    /// How the mail about it stands, for whoever may change it.
    pub sending: Option<Sending>,
    /// The updates that were posted before and after it.
    pub beside: (Option<Neighbour>, Option<Neighbour>),
    /// Who has read it, for whoever wrote it.
    pub receipts: Option<Receipts>,
}

#[derive(Template)]
#[template(path = "reading/update.html")]
pub struct UpdatePage {
    layout: Layout,
    head: SiteHead,
    it: UpdateView,
    /// The comments as they were read, until their photos are put to them.
    comments: Vec<Wish>,
    submission: String,
    extras: Extras,
    /// Where the comments go on.
    more: Option<String>,
    /// The updates that were posted before and after it.
    before: Option<Neighbour>,
    after: Option<Neighbour>,
    /// Where the script says how far one has read.
    records: Option<String>,
    /// How the mail about it stands, for whoever may change it.
    sending: Option<Sending>,
    can_be_corrected: bool,
    /// Who has read it, for whoever wrote it; nothing where nobody has.
    receipts: Option<Receipts>,
    /// What is said where no comment can be left any more.
    closed: Option<String>,
    /// The form for somebody who does not belong to the page.
    visitor: Option<VisitorForm>,
}

impl UpdatePage {
    pub fn new(
        layout: Layout,
        scope: &SiteScope,
        update: Update,
        illustrated: Option<Arc<Illustrated>>,
        (mut comments, answers): (Vec<Wish>, Answers),
        hearts: &HeartsFor,
        Around { sending, beside: (before, after), receipts }: Around,
    ) -> Self {
        let can_be_corrected = sending.is_some_and(|sending| sending.can_be_corrected(update.edited_at));
        let head = SiteHead::new(scope);
        let path = format!("{}/updates/{}", head.path, update.id);
        let has_more = comments.len() > fits(COMMENTS_A_PAGE);
        comments.truncate(fits(COMMENTS_A_PAGE));
        let more = comments.last().filter(|_| has_more).map(|last| format!("{path}?before={}#comments", last.id));
        let it = UpdateView::new(scope, &update, illustrated, (&comments, &answers), hearts, &path);
        let records = scope.member_id.filter(|_| head.is_member).map(|_| format!("{}/position", head.path));
        let submission = SubmissionKey::generate().to_string();
        let receipts = receipts.filter(|it| it.count > 0);
        Self {
            layout,
            head,
            it,
            comments,
            submission,
            extras: Extras::of_comment(scope, &WishInput::default(), &FieldErrors::default()),
            more,
            before,
            after,
            records,
            sending,
            can_be_corrected,
            receipts,
            closed: comments_closed(&update),
            visitor: None,
        }
    }

    /// The same, with the photos that came with the comments.
    pub fn with_photos(mut self, scope: &SiteScope, photos: &OfWishes) -> Self {
        self.it = self.it.with_photos(scope, &self.comments, photos);
        self
    }

    /// With the form for somebody who does not belong to the page.
    pub fn with_visitor(mut self, visitor: Option<VisitorForm>) -> Self {
        self.visitor = visitor;
        self
    }

    /// What is offered to be said where comments are closed.
    fn usual_sentence(&self) -> &'static str {
        COMMENTS_CLOSED
    }
}
