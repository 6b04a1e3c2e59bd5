//! The pages of this feature: finished values for the templates.

use askama::Template;

use super::model::ErasureInput;
use crate::accounts::Viewer;
use crate::error::FieldErrors;
use crate::sites::Site;
use crate::web::Layout;

#[derive(Template)]
#[template(path = "yours/data.html")]
pub struct Data {
    pub layout: Layout,
}

/// A page that would be without an organizer.
struct Alone {
    name: String,
    path: String,
}

/// Whose erasure it is, and where its form goes.
pub struct Place {
    pub email: String,
    pub action: String,
}

#[derive(Template)]
#[template(path = "yours/erasure.html")]
pub struct Erasure {
    layout: Layout,
    place: Place,
    alone: Vec<Alone>,
    input: ErasureInput,
    errors: FieldErrors,
}

impl Erasure {
    pub fn new(layout: Layout, place: Place, alone: &[Site], input: ErasureInput, errors: FieldErrors) -> Self {
        let alone = alone.iter().map(|site| Alone { name: site.name(), path: site.path() }).collect();
        Self { layout, place, alone, input, errors }
    }
}

#[derive(Template)]
#[template(path = "yours/erasure_by_mail.html")]
pub struct ErasureByMail {
    layout: Layout,
    email: String,
    sent: bool,
}

impl ErasureByMail {
    pub fn new(layout: Layout, viewer: &Viewer, sent: bool) -> Self {
        let email = viewer.person().map(|person| person.email.clone()).unwrap_or_default();
        Self { layout, email, sent }
    }
}

#[derive(Template)]
#[template(path = "yours/link_is_over.html")]
pub struct LinkIsOver {
    pub layout: Layout,
}
