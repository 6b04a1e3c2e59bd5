//! Encouragement: well wishes on the page, comments on an update, hearts (and what else the family offers) on these and on
//! photos, and the one gathered mail that tells organizers of it.

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
    HeartsFor, Mine, WISHES_A_PAGE, all_hearts, hearts_for, latest_comments, list_book, list_comments, list_wishes,
    with_mine,
};
pub use store::{OwnHeart, OwnWish, delete_hearts_of, delete_wishes_of, list_own_hearts, list_own_wishes};
pub use store::{delete_reaction, insert_reaction};

use crate::db::ids::{PhotoId, UpdateId, WishId};
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
        get("/p/{slug}/wishes/{wish}/reactions", handlers::reactions::index::<WishId>),
        post("/p/{slug}/wishes/{wish}/reactions", handlers::reactions::create::<WishId>),
        post("/p/{slug}/wishes/{wish}/reactions/removal", handlers::reactions::destroy::<WishId>),
        post("/p/{slug}/updates/{update}/comments", handlers::create_comment),
        get("/p/{slug}/updates/{update}/reactions", handlers::reactions::index::<UpdateId>),
        post("/p/{slug}/updates/{update}/reactions", handlers::reactions::create::<UpdateId>),
        post("/p/{slug}/updates/{update}/reactions/removal", handlers::reactions::destroy::<UpdateId>),
        // Here and not with the photos, since what people say to one stands below it.
        get("/p/{slug}/photos/{photo}", handlers::photo),
        get("/p/{slug}/photos/{photo}/reactions", handlers::reactions::index::<PhotoId>),
        post("/p/{slug}/photos/{photo}/reactions", handlers::reactions::create::<PhotoId>),
        post("/p/{slug}/photos/{photo}/reactions/removal", handlers::reactions::destroy::<PhotoId>),
    ]
}
