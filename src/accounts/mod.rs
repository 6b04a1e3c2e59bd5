//! People and how they get in: signing up with a confirmed address, signing in and out, passwords, sessions, and
//! [`Visit`], which tells every other feature who is asking.

mod handlers;
mod mails;
mod model;
mod pages;
mod store;
mod visit;

pub use mails::{prepare_already_signed_up, prepare_confirm_email, prepare_password_reset};
pub use model::{NAME_CHARS, PROOF_LASTS, SessionScope, SignedIn, Viewer};
pub use store::{AccountCopy, can_sign_in, erase_person, get_account_copy};
pub use store::{
    Credentials, allow_site, delete_session, find_person, get_or_insert_person, insert_session, list_names,
    mark_verified, purge, rename_unverified,
};
pub use visit::{SESSION_LIFETIME, Visit};

use crate::web::{Entry, get, post};

/// The addresses of this feature.
pub fn routes() -> Vec<Entry> {
    vec![
        get("/sign-up", handlers::sign_up::new),
        post("/sign-up", handlers::sign_up::create),
        get("/email/confirm/{token}", handlers::sign_up::show_confirmation),
        post("/email/confirm/{token}", handlers::sign_up::confirm),
        get("/sign-in", handlers::sign_in::new),
        post("/sign-in", handlers::sign_in::create),
        post("/sign-out", handlers::sign_in::destroy),
        get("/account", handlers::password::account),
        post("/account/password", handlers::password::change),
        get("/password/reset", handlers::password::new_reset),
        post("/password/reset", handlers::password::create_reset),
        get("/password/reset/{token}", handlers::password::show_reset),
        post("/password/reset/{token}", handlers::password::reset),
        get("/account/language", handlers::language::edit),
        post("/account/language", handlers::language::update),
    ]
}
