//! The rows of this feature.

mod ceremonies;
mod email_changes;
mod mail_stops;
mod merging;
mod own;
mod passkeys;
mod people;
mod second_factor;
mod sessions;
mod sign_ups;

pub use ceremonies::{find_ceremony, insert_ceremony, take_ceremony, update_ceremony};
pub use email_changes::{
    EmailChange, Stopped, confirm_email_change, find_email_change, insert_email_change, is_superseded,
    stop_email_change,
};
pub use mail_stops::{has_other_address_since, has_resumed_since, note_soft_failure, resume_mail, stop_mail};
pub use own::{AccountCopy, can_sign_in, erase_person, get_account_copy, update_reading, update_zone};
pub use passkeys::{
    PasskeyRow, delete_passkey, find_passkey, insert_passkey, list_credentials, list_passkeys, rename_passkey,
    update_passkey,
};
pub use people::{
    Credentials, delete_password, find_person, find_person_by_email, find_person_id, forget_unknown,
    get_or_insert_person, list_names, lock_person, mark_verified, rename, rename_unverified, update_password,
    update_password_hash,
};
pub use second_factor::{
    count_recovery_codes, delete_second_factor, insert_second_factor, replace_recovery_codes, take_recovery_code,
    take_step,
};
pub use sessions::{
    SessionRow, allow_site, delete_feeds_of, delete_other_sessions, delete_session, delete_session_of,
    delete_sessions_by_link, delete_sessions_of, find_session, insert_session, list_sessions, prove,
};
pub use sign_ups::{SignUp, complete_sign_up, delete_sign_up, find_sign_up, insert_sign_up};

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::schema;
use crate::error::Result;

/// Deletes what is out of date.
pub fn purge(conn: &mut Conn, now: Timestamp) -> Result<()> {
    use schema::{ceremonies, email_changes, sessions, sign_ups};
    people::purge(conn, now)?;
    diesel::delete(sessions::table.filter(sessions::expires_at.lt(now))).execute(conn)?;
    diesel::delete(sign_ups::table.filter(sign_ups::expires_at.lt(now))).execute(conn)?;
    diesel::delete(ceremonies::table.filter(ceremonies::expires_at.lt(now))).execute(conn)?;
    diesel::delete(email_changes::table.filter(email_changes::expires_at.lt(now))).execute(conn)?;
    Ok(())
}
