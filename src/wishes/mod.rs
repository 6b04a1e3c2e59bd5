//! Encouragement: well wishes on the page, comments on an update or a photo, answers to either, hearts (and what else the family
//! offers) on these and on photos, and the one gathered mail that tells organizers of it, and whoever is answered.

mod book;
mod calm;
mod deciding;
mod handlers;
mod hints;
mod judging;
mod letters;
mod mails;
mod model;
mod pages;
mod prompts;
mod store;
mod thanks;
mod visitors;

pub use book::Book;
pub use judging::{COMMENTS_CLOSED, comments_closed, wishes_closed};
pub use letters::{
    Answers as LetterAnswers, FromLetter, LeftByLetter, closed_for_letter, leave_by_letter, takes_photo,
};
pub use mails::prepare_encouragement;
pub use model::{About, AllHearts, Place, Target, Wish, WishInput};
pub use pages::{Extras, HeartForm, WishView, heart_form};
pub use store::{
    Answers, COMMENTS_A_PAGE, HeartsFor, Mine, WISHES_A_PAGE, all_hearts, hearts_for, latest_answers, latest_comments,
    list_book, list_comments, list_wishes, with_mine,
};
pub use store::{
    News, OwnReport, OwnThanks, Thanked, Waiting, add_own_held, delete_reports_of, delete_thanks_of,
    find_thanks_to_tell, find_waiting, judge_words, list_own_reports, list_own_thanks, list_waited_on,
};
pub use store::{OwnHeart, OwnWish, delete_hearts_of, delete_wishes_of, list_own_hearts, list_own_wishes};
pub use store::{delete_reaction, insert_reaction};
pub use thanks::prepare_thanks;
pub use visitors::{VisitorForm, about_page, delete_unconfirmed_of, prepare_confirm_words, prepare_flood, purge};

use crate::db::ids::{PhotoId, UpdateId, WishId};
use crate::web::{Entry, get, post};

/// The addresses of this feature.
pub fn routes() -> Vec<Entry> {
    vec![
        get("/p/{slug}/people/{member}/block", handlers::confirm_block),
        post("/p/{slug}/people/{member}/block", handlers::block),
        post("/p/{slug}/people/{member}/unblocking", handlers::unblock),
        get("/p/{slug}/encouragement", handlers::manners::edit),
        post("/p/{slug}/encouragement", handlers::manners::update),
        get("/p/{slug}/encouragement/new", handlers::news::index),
        post("/p/{slug}/encouragement/new", handlers::news::decide),
        post("/p/{slug}/encouragement/new/seen", handlers::news::seen),
        get("/p/{slug}/wishes/{wish}/block", handlers::news::block_writer),
        get("/p/{slug}/wishes/{wish}/report", handlers::news::confirm_report),
        post("/p/{slug}/wishes/{wish}/report", handlers::news::report),
        get("/p/{slug}/thanks", handlers::thanks::index),
        post("/p/{slug}/thanks", handlers::thanks::create),
        post("/p/{slug}/thanks/seen", handlers::thanks::seen),
        post("/p/{slug}/updates/{update}/comments/closing", handlers::manners::close_comments),
        post("/p/{slug}/updates/{update}/comments/opening", handlers::manners::open_comments),
        get("/p/{slug}/wishes", handlers::index),
        // Before any `{wish}`, which would take the word for itself.
        get("/p/{slug}/wishes/private", handlers::private),
        get("/hints/{language}/{version}", handlers::hints),
        post("/p/{slug}/wishes", handlers::create_wish),
        get("/p/{slug}/condolences", handlers::condolences::index),
        // Before `{wish}`, which would take the word for itself.
        get("/p/{slug}/wishes/hidden", handlers::changing::hidden),
        get("/p/{slug}/wishes/{wish}", handlers::one::show),
        get("/p/{slug}/wishes/{wish}/answers", handlers::one::show),
        post("/p/{slug}/wishes/{wish}/answers", handlers::one::create_answer),
        get("/p/{slug}/wishes/{wish}/edit", handlers::changing::edit),
        post("/p/{slug}/wishes/{wish}/edit", handlers::changing::update),
        get("/p/{slug}/wishes/{wish}/removal", handlers::changing::confirm_removal),
        post("/p/{slug}/wishes/{wish}/removal", handlers::changing::destroy),
        post("/p/{slug}/wishes/{wish}/hiding", handlers::changing::hide),
        post("/p/{slug}/wishes/{wish}/showing", handlers::changing::show_again),
        get("/p/{slug}/wishes/{wish}/reactions", handlers::reactions::index::<WishId>),
        post("/p/{slug}/wishes/{wish}/reactions", handlers::reactions::create::<WishId>),
        post("/p/{slug}/wishes/{wish}/reactions/removal", handlers::reactions::destroy::<WishId>),
        post("/p/{slug}/updates/{update}/comments", handlers::create_comment),
        get("/p/{slug}/visits", visitors::handlers::new),
        post("/p/{slug}/visits", visitors::handlers::create),
        get("/visits/{token}", visitors::handlers::show),
        post("/visits/{token}", visitors::handlers::confirm),
        post("/visits/{token}/renewal", visitors::handlers::renew),
        get("/visits/{token}/refusal", visitors::handlers::show_refusal),
        post("/visits/{token}/refusal", visitors::handlers::refuse),
        get("/p/{slug}/wishes/{wish}/visitor", visitors::handlers::visitor),
        post("/p/{slug}/wishes/{wish}/visitor/block", visitors::handlers::block),
        get("/p/{slug}/encouragement/flood", visitors::handlers::flood),
        post("/p/{slug}/encouragement/flood", visitors::handlers::settle_flood),
        get("/p/{slug}/updates/{update}/reactions", handlers::reactions::index::<UpdateId>),
        post("/p/{slug}/updates/{update}/reactions", handlers::reactions::create::<UpdateId>),
        post("/p/{slug}/updates/{update}/reactions/removal", handlers::reactions::destroy::<UpdateId>),
        // Here and not with the photos, since what people say to one stands below it.
        get("/p/{slug}/photos/{photo}", handlers::photo::show),
        post("/p/{slug}/photos/{photo}", handlers::photo::update),
        get("/p/{slug}/photos/{photo}/comments", handlers::photo::index),
        post("/p/{slug}/photos/{photo}/comments", handlers::photo::create),
        get("/p/{slug}/photos/{photo}/reactions", handlers::reactions::index::<PhotoId>),
        post("/p/{slug}/photos/{photo}/reactions", handlers::reactions::create::<PhotoId>),
        post("/p/{slug}/photos/{photo}/reactions/removal", handlers::reactions::destroy::<PhotoId>),
    ]
}
