//! Encouragement: well wishes on the page, comments on an update, hearts on either, and the one gathered mail an hour
//! that tells organizers of it.

mod book;
mod handlers;
mod mails;
mod model;
mod pages;
mod store;

pub use book::Book;
pub use mails::prepare_encouragement;
pub use model::{AllHearts, Target, Wish};
pub use pages::{HeartForm, WishView, heart_form};
pub use store::{
    HeartsFor, WISHES_A_PAGE, all_hearts, hearts_for, latest_comments, list_book, list_comments, list_wishes, with_mine,
};
pub use store::{OwnHeart, OwnWish, delete_hearts_of, delete_wishes_of, list_own_hearts, list_own_wishes};
pub use store::{delete_reaction, insert_reaction};

use crate::web::{Entry, get, post};

/// The addresses of this feature.
pub fn routes() -> Vec<Entry> {
    vec![
        get("/p/{slug}/people/{member}/block", handlers::confirm_block),
        post("/p/{slug}/people/{member}/block", handlers::block),
        post("/p/{slug}/people/{member}/unblocking", handlers::unblock),
        get("/p/{slug}/wishes", handlers::index),
        post("/p/{slug}/wishes", handlers::create_wish),
        get("/p/{slug}/condolences", handlers::condolences::index),
        post("/p/{slug}/wishes/{wish}/reactions", handlers::react_to_wish),
        post("/p/{slug}/wishes/{wish}/reactions/removal", handlers::take_back_from_wish),
        post("/p/{slug}/updates/{update}/comments", handlers::create_comment),
        post("/p/{slug}/updates/{update}/reactions", handlers::react_to_update),
        post("/p/{slug}/updates/{update}/reactions/removal", handlers::take_back_from_update),
    ]
}
