//! Addresses that are to become somebody's.

use diesel::prelude::*;
use jiff::SignedDuration;

use super::merging::absorb;
use super::people::forget_what_was_begun;
use super::{
    delete_other_sessions, delete_second_factor, delete_sessions_of, find_person_by_email, resume_mail, update_password,
};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{EmailChangeId, PersonId, SessionId};
use crate::db::schema::{email_changes, passkeys, people};
use crate::error::Result;
use crate::mail::{self, EmailAddress};

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

/// Asks for a new address. What was asked for before can be confirmed no longer; but it can still be stopped, and with it
/// whatever came after: a link in an older mail is not made worthless by asking once more.
pub fn insert_email_change(
    conn: &mut Conn,
    person: PersonId,
    new: &EmailAddress,
    now: Timestamp,
) -> Result<EmailChangeId> {
    let (old_email, old_email_key): (String, String) =
        people::table.find(person).select((people::email, people::email_key)).get_result(conn)?;
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
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(person_id, email, email_key, old_email, old_email_key, created_at, confirmed_at, expires_at)| {
        EmailChange { id, person_id, email, email_key, old_email, old_email_key, created_at, confirmed_at, expires_at }
    }))
}

/// Whether something else was asked for since: then this can be confirmed no longer, also not by a link that waited for a
/// mail server meanwhile.
pub fn is_superseded(conn: &mut Conn, change: &EmailChange) -> Result<bool> {
    let later = email_changes::table
        .filter(email_changes::person_id.eq(change.person_id))
        .filter(email_changes::id.gt(change.id));
    Ok(later.count().get_result::<i64>(conn)? > 0)
}

/// Makes the new address theirs: `false` if another account has it by now. Other sessions end, and so does everything that
/// was mailed to the old address to get in with.
pub fn confirm_email_change(
    conn: &mut Conn,
    change: &EmailChange,
    this: Option<SessionId>,
    now: Timestamp,
) -> Result<bool> {
    if !free_address(conn, change.person_id, &change.email_key, now)? {
        return Ok(false);
    }
    set_email(conn, change.person_id, &change.email, &change.email_key, now)?;
    diesel::update(email_changes::table.find(change.id))
        .set(email_changes::confirmed_at.eq(Some(now)))
        .execute(conn)?;
    delete_other_sessions(conn, change.person_id, this)?;
    Ok(true)
}

/// What came of stopping a change.
pub enum Stopped {
    /// It had not happened yet, nor had any that came after.
    Before,
    /// The old address was put back.
    PutBack,
    /// The old address is another account's by now.
    Taken,
}

/// Stops a change, or takes it back with all that came after it, so that nobody can take those back in turn. After a
/// change everybody is signed out, the password is another that nobody knows (`closed`), and what was added since to get
/// in with is gone: only the mailbox of the old address leads in.
pub fn stop_email_change(conn: &mut Conn, change: &EmailChange, closed: &str, now: Timestamp) -> Result<Stopped> {
    let since = email_changes::table
        .filter(email_changes::person_id.eq(change.person_id))
        .filter(email_changes::created_at.ge(change.created_at));
    let happened: i64 = since.filter(email_changes::confirmed_at.is_not_null()).count().get_result(conn)?;
    if happened == 0 {
        diesel::delete(since).execute(conn)?;
        return Ok(Stopped::Before);
    }
    delete_sessions_of(conn, change.person_id)?;
    mail::delete_ways_in_of(conn, change.person_id)?;
    if !free_address(conn, change.person_id, &change.old_email_key, now)? {
        return Ok(Stopped::Taken);
    }
    diesel::delete(since).execute(conn)?;
    set_email(conn, change.person_id, &change.old_email, &change.old_email_key, now)?;
    update_password(conn, change.person_id, closed, now)?;
    let added = passkeys::table.filter(passkeys::person_id.eq(change.person_id));
    diesel::delete(added.filter(passkeys::created_at.ge(change.created_at))).execute(conn)?;
    let turned_on: Option<Timestamp> = people::table.find(change.person_id).select(people::totp_at).get_result(conn)?;
    if turned_on.is_some_and(|at| at >= change.created_at) {
        delete_second_factor(conn, change.person_id, now)?;
    }
    Ok(Stopped::PutBack)
}

/// Whether an address can become a person's. Somebody without an account who has it is whoever reads that mailbox, who has
/// just shown that they are this person: what there is of them here becomes this person's.
fn free_address(conn: &mut Conn, person: PersonId, email_key: &str, now: Timestamp) -> Result<bool> {
    match find_person_by_email(conn, email_key)? {
        Some(other) if other.id == person => Ok(true),
        Some(other) if other.has_account() => Ok(false),
        Some(other) => absorb(conn, other.id, person, now).map(|()| true),
        None => Ok(true),
    }
}

fn set_email(conn: &mut Conn, person: PersonId, email: &str, key: &str, now: Timestamp) -> Result<()> {
    diesel::update(people::table.find(person))
        .set((
            people::email.eq(email),
            people::email_key.eq(key),
            people::email_verified_at.eq(Some(now)),
            people::email_set_at.eq(Some(now)),
            people::updated_at.eq(now),
        ))
        .execute(conn)?;
    resume_mail(conn, person, now)?;
    forget_what_was_begun(conn, person)?;
    mail::delete_ways_in_of(conn, person)
}
