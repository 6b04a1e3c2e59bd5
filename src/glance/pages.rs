//! The pages of this feature, and what stands at the head of the journal: finished values for the templates.

use askama::Template;

use super::model::{NextUpdateInput, Note, NoteInput, PastStatus, Pinned, RestInput, SUGGESTIONS, StatusInput};
use super::store::STATUSES_A_PAGE;
use crate::clock::Timestamp;
use crate::db::ids::NoteId;
use crate::error::FieldErrors;
use crate::sites::{Rest, SiteHead, SiteScope, Status};
use crate::web::{Layout, Reader};

/// What people see first on a page, for one viewer.
pub struct GlanceView {
    /// How the person is.
    pub status: Option<Status>,
    /// Who said so.
    pub status_by: Option<String>,
    /// "Thursday evening", as long as it has not passed.
    pub next_update: Option<String>,
    /// The same where it has passed, for whoever writes.
    pub overdue: Option<String>,
    /// What the family says about its rest.
    pub rest: Option<String>,
    /// What is pinned beside the journal.
    pub notes: Vec<Note>,
    /// Whether the viewer may change the status line and the day.
    pub may_write: bool,
    /// Whether they may begin and end a rest, and pin notes.
    pub may_organize: bool,
    /// What can be said with one tap.
    pub suggestions: &'static [&'static str],
    /// Whether the page is in loving memory: then the notes are all that is shown of it, and the rest is only kept.
    pub in_memory: bool,
    now: Timestamp,
}

impl GlanceView {
    /// For whoever sees the page in this scope, in the words that they read in.
    pub fn new(scope: &SiteScope, pinned: &Pinned, reader: &Reader, now: Timestamp) -> Self {
        let glance = scope.site.shown_glance();
        let in_memory = scope.site.is_memorial();
        // Whoever rests has not said when they will write.
        let next = glance.next_update.as_ref().filter(|_| glance.rest.is_none());
        let said = next.map(|next| (next.is_over(now), next.words(reader, now)));
        let may_write = scope.access.may_write();
        let (overdue, next_update) = match said {
            Some((true, words)) => (Some(words).filter(|_| may_write), None),
            Some((false, words)) => (None, Some(words)),
            None => (None, None),
        };
        Self {
            status: glance.status.clone(),
            status_by: pinned.status_by.clone(),
            next_update,
            overdue,
            rest: glance.rest.as_ref().map(|rest| rest.sentence().to_owned()),
            notes: pinned.notes.clone(),
            may_write,
            may_organize: scope.access.may_organize(),
            suggestions: &SUGGESTIONS,
            in_memory,
            now,
        }
    }

    /// When the status line was set, as one speaks of it.
    pub fn since(&self, status: &Status, reader: &Reader) -> String {
        reader.lately(&status.at, &self.now)
    }
}

#[derive(Template)]
#[template(path = "glance/status.html")]
pub struct StatusPage {
    layout: Layout,
    head: SiteHead,
    lines: Vec<PastStatus>,
    input: StatusInput,
    errors: FieldErrors,
    has_status: bool,
    more: Option<String>,
    now: Timestamp,
}

impl StatusPage {
    pub fn new(
        layout: Layout,
        scope: &SiteScope,
        mut lines: Vec<PastStatus>,
        input: StatusInput,
        errors: FieldErrors,
        now: Timestamp,
    ) -> Self {
        let head = SiteHead::new(scope);
        let a_page = usize::try_from(STATUSES_A_PAGE).unwrap_or(usize::MAX);
        let has_more = lines.len() > a_page;
        lines.truncate(a_page);
        let more = lines.last().filter(|_| has_more).map(|last| format!("{}/status?before={}", head.path, last.id));
        Self { layout, head, lines, input, errors, has_status: scope.site.glance.status.is_some(), more, now }
    }
}

#[derive(Template)]
#[template(path = "glance/next_update.html")]
pub struct NextUpdatePage {
    layout: Layout,
    head: SiteHead,
    next: NextUpdateInput,
    errors: FieldErrors,
    is_said: bool,
}

impl NextUpdatePage {
    pub fn new(layout: Layout, scope: &SiteScope, next: NextUpdateInput, errors: FieldErrors) -> Self {
        let is_said = scope.site.glance.next_update.is_some();
        Self { layout, head: SiteHead::new(scope), next, errors, is_said }
    }
}

#[derive(Template)]
#[template(path = "glance/rest.html")]
pub struct RestPage {
    layout: Layout,
    head: SiteHead,
    input: RestInput,
    errors: FieldErrors,
    rests: bool,
    usual: &'static str,
}

impl RestPage {
    pub fn new(layout: Layout, scope: &SiteScope, input: RestInput, errors: FieldErrors) -> Self {
        let rests = scope.site.glance.rest.is_some();
        Self { layout, head: SiteHead::new(scope), input, errors, rests, usual: Rest::USUAL }
    }
}

#[derive(Template)]
#[template(path = "glance/notes.html")]
pub struct NotesPage {
    layout: Layout,
    head: SiteHead,
    notes: Vec<Note>,
}

impl NotesPage {
    pub fn new(layout: Layout, scope: &SiteScope, notes: Vec<Note>) -> Self {
        Self { layout, head: SiteHead::new(scope), notes }
    }
}

#[derive(Template)]
#[template(path = "glance/note.html")]
pub struct NotePage {
    layout: Layout,
    head: SiteHead,
    /// The note that is changed; none for a new one.
    note: Option<NoteId>,
    input: NoteInput,
    errors: FieldErrors,
}

impl NotePage {
    pub fn new(layout: Layout, scope: &SiteScope, note: Option<NoteId>, input: NoteInput, errors: FieldErrors) -> Self {
        Self { layout, head: SiteHead::new(scope), note, input, errors }
    }
}
