//! What people see first: how the person is in a few words, when to expect the next update, the notes pinned beside the
//! journal, and whether the family takes a rest. What of it stands in the page's own row is read with the page
//! ([`crate::sites::Glance`]); this changes it.

mod handlers;
mod model;
mod pages;
mod store;

pub use model::{NextUpdateInput, Note, Pinned, SUGGESTIONS, mail_lines};
pub use pages::GlanceView;
pub use store::{
    OwnNote, OwnStatus, after_update, forget_words_of, list_own_notes, list_own_statuses, load_pinned,
    update_next_update,
};

use crate::web::{Entry, get, post};

/// The addresses of this feature.
pub fn routes() -> Vec<Entry> {
    vec![
        get("/p/{slug}/status", handlers::status::index),
        post("/p/{slug}/status", handlers::status::create),
        post("/p/{slug}/status/removal", handlers::status::remove),
        get("/p/{slug}/next-update", handlers::next_update::edit),
        post("/p/{slug}/next-update", handlers::next_update::update),
        post("/p/{slug}/next-update/removal", handlers::next_update::remove),
        get("/p/{slug}/rest", handlers::rest::new),
        post("/p/{slug}/rest", handlers::rest::create),
        post("/p/{slug}/rest/end", handlers::rest::end),
        get("/p/{slug}/notes", handlers::notes::index),
        post("/p/{slug}/notes", handlers::notes::create),
        get("/p/{slug}/notes/new", handlers::notes::new),
        get("/p/{slug}/notes/{note}", handlers::notes::edit),
        post("/p/{slug}/notes/{note}", handlers::notes::update),
        post("/p/{slug}/notes/{note}/place", handlers::notes::place),
        post("/p/{slug}/notes/{note}/removal", handlers::notes::remove),
    ]
}
