//! The journal: updates, written and changed by those who write, and mailed to everyone who should hear.

mod handlers;
mod mails;
mod model;
mod pages;
mod store;

pub use mails::prepare_new_update;
pub use model::{Update, may_change};
pub use store::{Neighbour, UPDATES_A_MONTH, find_neighbours, list_between, list_from_beginning, list_times};
pub use store::{OwnUpdate, delete_updates_of, list_own_updates};
pub use store::{
    UPDATES_A_PAGE, count_comments, get_update, hold_updates, last_updates, list_updates, narrow_updates_of,
};

use crate::web::{Entry, get, post};

/// The addresses of this feature.
pub fn routes() -> Vec<Entry> {
    vec![
        get("/p/{slug}/updates/new", handlers::new),
        post("/p/{slug}/updates", handlers::create),
        get("/p/{slug}/updates/{update}/edit", handlers::edit),
        post("/p/{slug}/updates/{update}/edit", handlers::update),
        get("/p/{slug}/updates/{update}/deletion", handlers::confirm_deletion),
        post("/p/{slug}/updates/{update}/deletion", handlers::destroy),
    ]
}
