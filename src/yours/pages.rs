//! The pages of this feature: finished values for the templates.

use askama::Template;

use super::model::ErasureInput;
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

#[derive(Template)]
#[template(path = "yours/erasure.html")]
pub struct Erasure {
    layout: Layout,
    email: String,
    alone: Vec<Alone>,
    input: ErasureInput,
    errors: FieldErrors,
}

impl Erasure {
    pub fn new(layout: Layout, email: String, alone: &[Site], input: ErasureInput, errors: FieldErrors) -> Self {
        let alone = alone.iter().map(|site| Alone { name: site.name(), path: site.path() }).collect();
        Self { layout, email, alone, input, errors }
    }
}
