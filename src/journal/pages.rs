//! The pages of this feature: finished values for the templates.

use askama::Template;

use super::model::{Update, UpdateInput};
use crate::db::ids::UpdateId;
use crate::error::FieldErrors;
use crate::photos::Field;
use crate::sites::SiteHead;
use crate::web::Layout;

/// What the forms to write and to change an update share.
pub struct Form {
    pub head: SiteHead,
    pub input: UpdateInput,
    pub errors: FieldErrors,
    pub is_organizer: bool,
    pub photos: Field,
}

impl Form {
    fn audience_is(&self, word: &str) -> bool {
        let chosen = self.input.audience.as_str();
        chosen == word || (chosen.is_empty() && word == "everyone")
    }
}

#[derive(Template)]
#[template(path = "journal/new.html")]
pub struct New {
    pub layout: Layout,
    pub form: Form,
}

#[derive(Template)]
#[template(path = "journal/edit.html")]
pub struct Edit {
    pub layout: Layout,
    pub form: Form,
    pub id: UpdateId,
}

#[derive(Template)]
#[template(path = "journal/deletion.html")]
pub struct Deletion {
    pub layout: Layout,
    pub head: SiteHead,
    pub update: Update,
}
