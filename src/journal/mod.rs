//! The journal: updates, written at the desk, kept as drafts until they are posted, changed by those who write, and mailed to
//! everyone who should hear.

mod changing;
mod desk;
mod differences;
mod digests;
mod drafts;
mod handlers;
mod held;
mod letters;
mod mails;
mod model;
mod pages;
mod publication;
mod publishing;
mod revisions;
mod saving;
mod scaffolds;
mod sending;
mod store;
mod telling;

pub use digests::{plan_digests, prepare_digest};
pub use letters::{Became, FromLetter, keep_letter};
pub use mails::prepare_new_updates;
pub use model::{Update, may_change};
pub use publishing::publish_due;
pub use sending::Sending;
pub use store::{Neighbour, UPDATES_A_MONTH, find_neighbours, list_between, list_from_beginning, list_times};
pub use store::{
    OwnDraft, OwnUpdate, can_be_stopped, delete_drafts_of, delete_updates_of, find_latest_own, forget_editor,
    get_sending, list_own_drafts, list_own_updates,
};
pub use store::{
    UPDATES_A_PAGE, get_update, hold_update, hold_updates, last_updates, list_updates, narrow_updates_of,
    update_comments_closed,
};

use crate::web::{Entry, get, post};

/// The addresses of this feature.
pub fn routes() -> Vec<Entry> {
    use handlers::{drafts, preview, publications, revisions, sending, telling, updates};
    vec![
        get("/p/{slug}/updates/new", updates::new),
        post("/p/{slug}/updates", publications::create),
        get("/p/{slug}/updates/{update}/edit", updates::edit),
        post("/p/{slug}/updates/{update}/edit", updates::update),
        get("/p/{slug}/updates/{update}/deletion", updates::confirm_deletion),
        post("/p/{slug}/updates/{update}/deletion", updates::destroy),
        get("/p/{slug}/drafts", drafts::index),
        get("/p/{slug}/drafts/{draft}", drafts::show),
        post("/p/{slug}/drafts/{draft}", drafts::save),
        post("/p/{slug}/drafts/{draft}/deletion", drafts::destroy),
        get("/p/{slug}/drafts/{draft}/publication", publications::ask),
        post("/p/{slug}/drafts/{draft}/publication", publications::create_from_draft),
        post("/p/{slug}/drafts/{draft}/publication/end", publications::take_back),
        get("/p/{slug}/drafts/{draft}/preview", preview::show),
        get("/p/{slug}/drafts/{draft}/preview/mail", preview::mail),
        get("/p/{slug}/updates/{update}/revisions", revisions::index),
        post("/p/{slug}/updates/{update}/revisions/{revision}/restoration", revisions::restore),
        post("/p/{slug}/updates/{update}/mail", sending::resume),
        post("/p/{slug}/updates/{update}/mail/end", sending::stop),
        get("/p/{slug}/updates/{update}/sending", telling::show),
        post("/p/{slug}/updates/{update}/sending", telling::send_again),
        get("/p/{slug}/updates/{update}/correction", sending::confirm_correction),
        post("/p/{slug}/updates/{update}/correction", sending::correct),
    ]
}
