//! People and how they get in: signing up with a confirmed address, signing in and out, passwords, sessions, and
//! [`Visit`], which tells every other feature who is asking.

mod codes;
mod handlers;
mod mails;
mod model;
mod notices;
mod pages;
mod store;
mod visit;

pub use handlers::link::{show_sign_in_link, use_sign_in_link};
pub use mails::{
    prepare_confirm_email, prepare_email_change, prepare_email_change_notice, prepare_password_reset,
    prepare_security_notice, prepare_sign_in_link,
};
pub use model::{MailStop, NAME_CHARS, PROOF_LASTS, SessionScope, SignedIn, Viewer};
pub use pages::{ListedZone, Region, zone_regions};
pub use store::{AccountCopy, can_sign_in, erase_person, get_account_copy, update_zone};
pub use store::{
    Credentials, allow_site, delete_session, find_person, forget_unknown, get_or_insert_person, insert_session,
    list_names, mark_verified, purge, rename, rename_unverified,
};
pub use store::{has_other_address_since, has_resumed_since, note_soft_failure, resume_mail, stop_mail};
pub use visit::{SESSION_LIFETIME, Visit};

use crate::web::{Entry, get, post};

/// The addresses of this feature.
pub fn routes() -> Vec<Entry> {
    use handlers::{
        account, csrf, email, language, link, passkeys, password, proof, reset, second_factor, sessions, sign_in,
        sign_up,
    };
    vec![
        get("/sign-up", sign_up::new),
        post("/sign-up", sign_up::create),
        get("/email/confirm/{token}", sign_up::show_confirmation),
        post("/email/confirm/{token}", sign_up::confirm),
        get("/sign-in", sign_in::new),
        post("/sign-in", sign_in::create),
        post("/sign-in/passkey/options", passkeys::ask_who),
        post("/sign-in/passkey", passkeys::sign_in),
        get("/sign-in/link", link::new),
        post("/sign-in/link", link::create),
        post("/sign-out", sign_in::destroy),
        post("/sign-out/everywhere", sessions::end_all),
        get("/password/reset", reset::new),
        post("/password/reset", reset::create),
        get("/password/reset/{token}", reset::show),
        post("/password/reset/{token}", reset::set),
        get("/account", account::show),
        post("/account/name", account::rename),
        get("/account/proof", proof::show),
        post("/account/proof", proof::create),
        get("/account/password", password::edit),
        post("/account/password", password::change),
        post("/account/password/removal", password::remove),
        get("/account/passkeys", passkeys::index),
        post("/account/passkeys", passkeys::create),
        post("/account/passkeys/options", passkeys::ask_for_new),
        post("/account/passkeys/{passkey}/name", passkeys::rename),
        post("/account/passkeys/{passkey}/removal", passkeys::remove),
        get("/account/second-factor", second_factor::show),
        post("/account/second-factor", second_factor::turn_on),
        post("/account/second-factor/recovery-codes", second_factor::new_codes),
        post("/account/second-factor/removal", second_factor::turn_off),
        get("/account/email", email::edit),
        post("/account/email", email::create),
        get("/email/change/{token}", email::show_change),
        post("/email/change/{token}", email::confirm),
        get("/email/stop/{token}", email::show_stop),
        post("/email/stop/{token}", email::stop),
        get("/account/sessions", sessions::index),
        post("/account/sessions/{session}/end", sessions::end),
        get("/account/language", language::edit),
        post("/account/language", language::update),
        get("/csrf", csrf::show),
    ]
}

/// Whether a session cookie opens anything, for what is decided before a request is read to its end.
pub fn knows_session(
    conn: &mut crate::db::Conn,
    token: &crate::secrets::Token,
    now: crate::clock::Timestamp,
) -> crate::error::Result<bool> {
    Ok(store::find_session(conn, token, now)?.is_some())
}
