//! Addresses that are to become somebody's.

use diesel::prelude::*;
use jiff::SignedDuration;

use super::people::{delete_if_nobody, forget_what_was_begun};
use super::{delete_other_sessions, delete_sessions_of, find_person_by_email};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{EmailChangeId, PersonId, SessionId};
use crate::db::schema::{email_changes, people};
use crate::error::Result;
use crate::mail::EmailAddress;

/// For how long the old address can stop a change, or take it back.
pub const STOP_WITHIN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// An address that is to become somebody's, and the one that it takes the place of.
pub struct EmailChange {
    pub id: EmailChangeId,
    pub person_id: PersonId,
    pub email: String,
    pub email_key: String,
    pub old_email: String,
    pub old_email_key: String,
    pub created_at: Timestamp,
    pub confirmed_at: Option<Timestamp>,
    pub expires_at: Timestamp,
}

/// Asks for a new address. One that was asked for before and is not confirmed yet is forgotten.
pub fn insert_email_change(
    conn: &mut Conn,
    person: PersonId,
    new: &EmailAddress,
    now: Timestamp,
) -> Result<EmailChangeId> {
    delete_unconfirmed(conn, person)?;
    let (old_email, old_email_key): (String, String) =
        people::table.find(person).select((people::email, people::email_key)).first(conn)?;
    let id = EmailChangeId::generate();
    diesel::insert_into(email_changes::table)
        .values((
            email_changes::id.eq(id),
            email_changes::person_id.eq(person),
            email_changes::email.eq(new.as_str()),
            email_changes::email_key.eq(new.key()),
            email_changes::old_email.eq(old_email),
            email_changes::old_email_key.eq(old_email_key),
            email_changes::created_at.eq(now),
            email_changes::expires_at.eq(now + STOP_WITHIN),
        ))
        .execute(conn)?;
    Ok(id)
}

pub fn find_email_change(conn: &mut Conn, id: EmailChangeId) -> Result<Option<EmailChange>> {
    type Row = (PersonId, String, String, String, String, Timestamp, Option<Timestamp>, Timestamp);
    let row: Option<Row> = email_changes::table
        .find(id)
        .select((
            email_changes::person_id,
            email_changes::email,
            email_changes::email_key,
            email_changes::old_email,
            email_changes::old_email_key,
            email_changes::created_at,
            email_changes::confirmed_at,
            email_changes::expires_at,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(person_id, email, email_key, old_email, old_email_key, created_at, confirmed_at, expires_at)| {
        EmailChange { id, person_id, email, email_key, old_email, old_email_key, created_at, confirmed_at, expires_at }
    }))
}

/// Makes the new address theirs: `false` if it is another person's by now. Other sessions end, and so does what was
/// mailed to the old address to get in with.
pub fn confirm_email_change(
    conn: &mut Conn,
    change: &EmailChange,
    this: Option<SessionId>,
    now: Timestamp,
) -> Result<bool> {
    if find_person_by_email(conn, &change.email_key)?.is_some_and(|other| other.id != change.person_id) {
        return Ok(false);
    }
    set_email(conn, change.person_id, &change.email, &change.email_key, now)?;
    diesel::update(email_changes::table.find(change.id))
        .set(email_changes::confirmed_at.eq(Some(now)))
        .execute(conn)?;
    delete_other_sessions(conn, change.person_id, this)?;
    Ok(true)
}

/// Gives somebody their old address back, and signs everybody out of their account: `false` if the address is another
/// person's by now. Changes that came after are undone with this one, so that nobody can take those back in turn.
pub fn put_email_back(conn: &mut Conn, change: &EmailChange, now: Timestamp) -> Result<bool> {
    let since = email_changes::table
        .filter(email_changes::person_id.eq(change.person_id))
        .filter(email_changes::created_at.ge(change.created_at));
    diesel::delete(since).execute(conn)?;
    delete_unconfirmed(conn, change.person_id)?;
    delete_sessions_of(conn, change.person_id)?;
    forget_what_was_begun(conn, change.person_id)?;
    // Whoever took the account may have invited the old address somewhere, to keep it occupied.
    delete_if_nobody(conn, &change.old_email_key)?;
    if find_person_by_email(conn, &change.old_email_key)?.is_some_and(|other| other.id != change.person_id) {
        return Ok(false);
    }
    set_email(conn, change.person_id, &change.old_email, &change.old_email_key, now)?;
    Ok(true)
}

fn set_email(conn: &mut Conn, person: PersonId, email: &str, key: &str, now: Timestamp) -> Result<()> {
    diesel::update(people::table.find(person))
        .set((
            people::email.eq(email),
            people::email_key.eq(key),
            people::email_verified_at.eq(Some(now)),
            people::updated_at.eq(now),
        ))
        .execute(conn)?;
    forget_what_was_begun(conn, person)
}

pub fn delete_email_change(conn: &mut Conn, id: EmailChangeId) -> Result<()> {
    diesel::delete(email_changes::table.find(id)).execute(conn)?;
    Ok(())
}

/// Forgets an address that was asked for and not confirmed.
fn delete_unconfirmed(conn: &mut Conn, person: PersonId) -> Result<()> {
    let theirs =
        email_changes::table.filter(email_changes::person_id.eq(person)).filter(email_changes::confirmed_at.is_null());
    diesel::delete(theirs).execute(conn)?;
    Ok(())
}
