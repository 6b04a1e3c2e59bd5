//! The desk, and what is kept on it.

use std::collections::HashMap;

use askama::Template;

use crate::clock::Timestamp;
use crate::db::ids::{DraftId, PersonId, UpdateId};
use crate::error::FieldErrors;
use crate::journal::desk::DeskInput;
use crate::journal::drafts::{Draft, Replaced};
use crate::journal::mails::Preview;
use crate::journal::model::{Update, Words};
use crate::journal::publication::{self, Timing};
use crate::journal::scaffolds::{self, Scaffold};
use crate::photos::Field;
use crate::sites::{QuietHours, SiteHead, SiteScope};
use crate::text;
use crate::web::{Layout, Zone};

/// The form, with what it needs to know.
pub struct Form {
    pub head: SiteHead,
    pub input: DeskInput,
    pub errors: FieldErrors,
    pub is_organizer: bool,
    /// Who writes, for the device: what one person has written is never sent as another.
    pub person: String,
    pub quiet: QuietHours,
    pub is_quiet: bool,
    pub zone: Zone,
    /// Another draft of theirs.
    pub other: Option<(DraftId, Timestamp)>,
    pub photos: Field,
}

impl Form {
    fn audience_is(&self, word: &str) -> bool {
        chosen(&self.input.audience, word, "everyone")
    }

    fn mail_is(&self, word: &str) -> bool {
        chosen(&self.input.mail, word, "each")
    }

    fn when_is(&self, word: &str) -> bool {
        chosen(&self.input.when, word, "now")
    }

    fn is_hard(&self) -> bool {
        !self.input.hard.is_empty()
    }

    fn is_shared(&self) -> bool {
        !self.input.shared.is_empty()
    }

    fn zone_name(&self) -> String {
        self.zone.name().replace('_', " ")
    }

    fn quiet_hint(&self) -> &'static str {
        if self.is_quiet {
            "It is late. Nobody is woken, and you can sleep on it."
        } else {
            "When the quiet hours of this page are over."
        }
    }

    /// Whether lines of a scaffold still stand in a form that was refused.
    fn has_prompts(&self) -> bool {
        self.errors.of("body").is_some() && !scaffolds::prompts_left(&self.input.body).is_empty()
    }

    fn slug(&self) -> &str {
        self.head.path.trim_start_matches("/p/")
    }
}

fn chosen(sent: &str, word: &str, usual: &str) -> bool {
    sent == word || (sent.is_empty() && word == usual)
}

/// What the desk is for just now.
pub enum Mode {
    /// A new update.
    New,
    /// A draft that is kept.
    Draft(Box<Kept>),
    /// A published update.
    Change(UpdateId),
}

/// A draft that is kept, with what is to be said about it.
pub struct Kept {
    draft: Draft,
    /// Who has saved it last, where that was not the viewer.
    by: Option<String>,
    is_mine: bool,
    replaced: Vec<Replaced>,
}

impl Kept {
    pub fn new(scope: &SiteScope, draft: Draft, by: String, replaced: Vec<Replaced>) -> Self {
        let by = Some(by).filter(|_| draft.saved_by != scope.person_id);
        Self { is_mine: Some(draft.author_id) == scope.person_id, by, draft, replaced }
    }
}

#[derive(Template)]
#[template(path = "journal/desk.html")]
pub struct DeskPage {
    pub layout: Layout,
    pub form: Form,
    pub mode: Mode,
}

impl DeskPage {
    /// The published update that is changed, if one is.
    fn change(&self) -> Option<UpdateId> {
        match &self.mode {
            Mode::Change(id) => Some(*id),
            Mode::Draft(kept) => kept.draft.content.update,
            Mode::New => None,
        }
    }

    fn kept(&self) -> Option<&Kept> {
        match &self.mode {
            Mode::Draft(kept) => Some(kept),
            Mode::New | Mode::Change(_) => None,
        }
    }

    fn title(&self) -> &'static str {
        match (&self.mode, self.change()) {
            (_, Some(_)) => "Change an update",
            (Mode::Draft(_), None) => "Your draft",
            _ => "Write an update",
        }
    }

    fn title_hint(&self) -> &'static str {
        if self.change().is_some() { "" } else { "It is also the subject of the mail." }
    }

    /// Where the form goes.
    fn action(&self) -> String {
        match self.change() {
            Some(id) => format!("{}/updates/{id}/edit", self.form.head.path),
            None => format!("{}/updates", self.form.head.path),
        }
    }

    fn scaffolds(&self) -> &'static [Scaffold] {
        if self.form.head.in_memory { Scaffold::IN_MEMORY } else { Scaffold::ALL }
    }
}

/// A draft on the list.
struct Listed {
    path: String,
    called: String,
    draft: Draft,
    is_mine: bool,
    /// Who has saved it last, where that was somebody else.
    by: Option<String>,
}

#[derive(Template)]
#[template(path = "journal/drafts.html")]
pub struct DraftsPage {
    layout: Layout,
    head: SiteHead,
    drafts: Vec<Listed>,
}

impl DraftsPage {
    pub fn new(layout: Layout, scope: &SiteScope, drafts: Vec<Draft>, names: &HashMap<PersonId, String>) -> Self {
        let head = SiteHead::new(scope);
        let drafts = drafts
            .into_iter()
            .map(|draft| Listed {
                path: format!("{}/drafts/{}", head.path, draft.id),
                called: draft.called(),
                is_mine: Some(draft.author_id) == scope.person_id,
                by: draft.saved_by.filter(|by| Some(*by) != scope.person_id).and_then(|by| names.get(&by).cloned()),
                draft,
            })
            .collect();
        Self { layout, head, drafts }
    }
}

/// A draft that waits for its time.
#[derive(Template)]
#[template(path = "journal/scheduled.html")]
pub struct ScheduledPage {
    layout: Layout,
    head: SiteHead,
    at: Timestamp,
    /// The time as its author wrote it, and what is to be said about it.
    wall: Option<(String, Option<String>)>,
    body_html: String,
    mail: &'static str,
    draft: Draft,
}

impl ScheduledPage {
    pub fn new(layout: Layout, scope: &SiteScope, draft: Draft) -> Self {
        let zone = Zone::parse(&draft.content.zone).unwrap_or_default();
        let wall = match draft.content.timing {
            Timing::At => {
                let note = publication::wall_time(&draft.content.at, &zone).ok().and_then(|moment| moment.note);
                Some((format!("{} ({})", draft.content.at.replace('T', ", "), zone.name().replace('_', " ")), note))
            }
            Timing::Now | Timing::Morning => None,
        };
        Self {
            layout,
            head: SiteHead::new(scope),
            at: draft.publish_at.unwrap_or(draft.saved_at),
            wall,
            body_html: text::markdown_to_html(&draft.content.body),
            mail: draft.content.mail.note(),
            draft,
        }
    }
}

/// Before hard news: have the closest people been told?
#[derive(Template)]
#[template(path = "journal/question.html")]
pub struct QuestionPage {
    pub layout: Layout,
    pub head: SiteHead,
    pub draft: Draft,
}

#[derive(Template)]
#[template(path = "journal/preview.html")]
pub struct PreviewPage {
    pub layout: Layout,
    pub head: SiteHead,
    pub draft: Draft,
    pub words: Words,
    pub byline: String,
    pub mail: Preview,
    /// Whom the mail comes from.
    pub from: String,
    /// Why it could not be posted so.
    pub problems: FieldErrors,
}

#[derive(Template)]
#[template(path = "journal/nothing_to_preview.html")]
pub struct NothingToPreview {
    pub layout: Layout,
    pub head: SiteHead,
    pub draft: Draft,
}

#[derive(Template)]
#[template(path = "journal/correction.html")]
pub struct CorrectionPage {
    pub layout: Layout,
    pub head: SiteHead,
    pub update: Update,
    pub edition: i32,
    /// To how many it would go; none where there is nothing to correct.
    pub receivers: Option<i64>,
}
