//! What is a person's own in their account: how they read, a copy to take away, and its erasure.

use diesel::prelude::*;

use crate::accounts::model::SessionScope;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::PersonId;
use crate::db::schema::{ceremonies, email_changes, passkeys, people, recovery_codes, sessions, sign_ups};
use crate::error::Result;
use crate::web::{Language, Zone};
use crate::{jobs, mail};

/// Remembers in which language and time zone somebody reads.
pub fn update_reading(
    conn: &mut Conn,
    person: PersonId,
    language: Language,
    zone: &Zone,
    now: Timestamp,
) -> Result<()> {
    diesel::update(people::table.find(person))
        .set((people::language.eq(language), people::time_zone.eq(zone.name()), people::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Remembers in which time zone somebody's day is.
pub fn update_zone(conn: &mut Conn, person: PersonId, zone: &Zone, now: Timestamp) -> Result<()> {
    diesel::update(people::table.find(person))
        .set((people::time_zone.eq(zone.name()), people::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// What is kept of an account, without its secrets.
#[derive(Clone, Debug)]
pub struct AccountCopy {
    /// What they are called.
    pub name: String,
    /// Their address.
    pub email: String,
    /// When we first heard of them.
    pub created_at: Timestamp,
    /// The language that they read in (BCP 47).
    pub language: String,
    /// The time zone that they read in (IANA).
    pub time_zone: String,
    /// Their passkeys: each one's name, and when it was made and last used.
    pub passkeys: Vec<(String, Timestamp, Option<Timestamp>)>,
    /// Where they are signed in: the device, how far the session reaches, when it began and when it ends.
    pub sessions: Vec<(String, SessionScope, Timestamp, Timestamp)>,
}

/// The account of somebody who is there, to take away.
pub fn get_account_copy(conn: &mut Conn, person: PersonId) -> Result<AccountCopy> {
    type Row = (String, String, Timestamp, String, String);
    let row: Row = people::table
        .find(person)
        .select((people::name, people::email, people::created_at, people::language, people::time_zone))
        .get_result(conn)?;
    let passkeys = passkeys::table
        .filter(passkeys::person_id.eq(person))
        .order(passkeys::id)
        .select((passkeys::name, passkeys::created_at, passkeys::used_at))
        .load(conn)?;
    let sessions = sessions::table
        .filter(sessions::person_id.eq(person))
        .order(sessions::id)
        .select((sessions::device, sessions::scope, sessions::created_at, sessions::expires_at))
        .load(conn)?;
    let (name, email, created_at, language, time_zone) = row;
    Ok(AccountCopy { name, email, created_at, language, time_zone, passkeys, sessions })
}

/// Whether somebody can sign in with an account of theirs, rather than with a link in a mail only.
pub fn can_sign_in(conn: &mut Conn, person: PersonId) -> Result<bool> {
    let password: Option<String> = people::table.find(person).select(people::password_hash).get_result(conn)?;
    let passkeys: i64 = passkeys::table.filter(passkeys::person_id.eq(person)).count().get_result(conn)?;
    Ok(password.is_some() || passkeys > 0)
}

/// What stands where the name of somebody stood whose words stay.
const NAME_AFTERWARDS: &str = "A friend";

/// Erases an account: the person with it, or, where their words stay, all but a row without a name that these words hang
/// on. Their words and memberships must be seen to before. Answers with every address that was theirs.
pub fn erase_person(conn: &mut Conn, person: PersonId, words_stay: bool, now: Timestamp) -> Result<Vec<String>> {
    let (email, key): (String, String) =
        people::table.find(person).select((people::email, people::email_key)).get_result(conn)?;
    let changes = email_changes::table.filter(email_changes::person_id.eq(person));
    // An address that was only wished for is somebody else's as far as we know.
    let changed: Vec<(String, String)> = changes
        .filter(email_changes::confirmed_at.is_not_null())
        .select((email_changes::email, email_changes::old_email))
        .load(conn)?;
    let addresses = changed.into_iter().flat_map(|(new, old)| [new, old]).chain([email]).collect();

    diesel::delete(sign_ups::table.filter(sign_ups::email_key.eq(&key))).execute(conn)?;
    diesel::delete(changes).execute(conn)?;
    // Somebody else who has asked to have this address for theirs. What has happened stays, to be taken back.
    let wished = email_changes::table.filter(email_changes::email_key.eq(&key));
    diesel::delete(wished.filter(email_changes::confirmed_at.is_null())).execute(conn)?;
    jobs::delete_jobs_of(conn, person)?;
    mail::delete_all_tokens_of(conn, person)?;
    diesel::delete(sessions::table.filter(sessions::person_id.eq(person))).execute(conn)?;
    diesel::delete(passkeys::table.filter(passkeys::person_id.eq(person))).execute(conn)?;
    diesel::delete(recovery_codes::table.filter(recovery_codes::person_id.eq(person))).execute(conn)?;
    diesel::delete(ceremonies::table.filter(ceremonies::person_id.eq(person))).execute(conn)?;
    if words_stay {
        leave_nobody(conn, person, now)?;
    } else {
        diesel::delete(people::table.find(person)).execute(conn)?;
    }
    Ok(addresses)
}

/// The row stays for what hangs on it, and says of nobody who they were.
fn leave_nobody(conn: &mut Conn, person: PersonId, now: Timestamp) -> Result<()> {
    diesel::update(people::table.find(person))
        .set((
            people::name.eq(NAME_AFTERWARDS),
            people::email.eq(""),
            people::email_key.eq(format!("erased:{person}")),
            people::email_verified_at.eq(None::<Timestamp>),
            people::password_hash.eq(None::<String>),
            people::language.eq(Language::USUAL),
            people::time_zone.eq(Zone::default().name()),
            people::totp_sealed.eq(None::<Vec<u8>>),
            people::totp_step.eq(0),
            people::totp_at.eq(None::<Timestamp>),
            people::erased_at.eq(Some(now)),
            people::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}
