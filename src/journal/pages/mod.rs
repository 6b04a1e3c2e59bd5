//! The pages of this feature: finished values for the templates.

mod conflict;
mod desk;
mod history;
mod telling;

pub use conflict::{ConflictPage, Theirs};
pub use desk::{
    CorrectionPage, DeskPage, DraftsPage, Form, Kept, Mode, NothingToPreview, PreviewPage, QuestionPage, ScheduledPage,
};
pub use history::RevisionsPage;
pub use telling::TellingPage;

use askama::Template;

use super::model::Update;
use crate::sites::SiteHead;
use crate::web::Layout;

#[derive(Template)]
#[template(path = "journal/deletion.html")]
pub struct Deletion {
    pub layout: Layout,
    pub head: SiteHead,
    pub update: Update,
}
