//! Mail that comes in: taken by a listener of our own or from a mailbox, kept before it is acknowledged, and read by the worker.
//! A report of a mail that did not arrive stops mail, a reply becomes a comment or an answer, and who writes on a page can do so
//! by mail.

mod addressing;
mod bounces;
mod checking;
mod handlers;
mod handling;
mod intake;
mod listening;
mod mails;
mod model;
mod pages;
mod polling;
mod post_address;
mod posting;
mod reading;
mod replies;
mod secret_places;
mod store;

pub use checking::check;
pub use handling::perform;
pub use listening::Listening;
pub use mails::{prepare_post_taken, prepare_reply_not_used, read_what_is_sent_back};
pub use polling::{Known, Polling, look};
pub use store::{delete_letters_of, purge};

use crate::web::{Entry, get, post};

/// The addresses of this feature.
pub fn routes() -> Vec<Entry> {
    vec![
        get("/p/{slug}/post-by-mail", handlers::show),
        post("/p/{slug}/post-by-mail", handlers::update),
        post("/p/{slug}/post-by-mail/address", handlers::replace),
        post("/p/{slug}/post-by-mail/removal", handlers::remove),
    ]
}
