//! People, and what proves who they are.

use std::collections::HashMap;

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use jiff::SignedDuration;

use super::resume_mail;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::PersonId;
use crate::db::schema::{ceremonies, members, passkeys, people, updates, wishes};
use crate::error::{AppError, Result};
use crate::mail::{self, EmailAddress};

/// A person and what proves who they are.
pub struct Credentials {
    /// The person.
    pub id: PersonId,
    /// What they are called.
    pub name: String,
    /// Their address.
    pub email: String,
    /// The hash of their password, if they have one.
    pub password_hash: Option<String>,
    /// The sealed secret of their second factor, if it is on.
    pub totp_sealed: Option<Vec<u8>>,
    /// Whether they have a passkey.
    pub has_passkey: bool,
}

impl Credentials {
    /// Whether they can sign in by themselves, and not only read through links in mail.
    pub fn has_account(&self) -> bool {
        self.password_hash.is_some() || self.has_passkey
    }

    /// What others may know of them.
    pub fn known_as(&self) -> [&str; 2] {
        [&self.name, &self.email]
    }
}

type Row = (PersonId, String, String, Option<String>, Option<Vec<u8>>, bool);

/// One query, whether or not there is anybody, so that looking takes as long.
macro_rules! columns {
    () => {
        (
            people::id,
            people::name,
            people::email,
            people::password_hash,
            people::totp_sealed,
            exists(passkeys::table.filter(passkeys::person_id.eq(people::id))),
        )
    };
}

fn credentials((id, name, email, password_hash, totp_sealed, has_passkey): Row) -> Credentials {
    Credentials { id, name, email, password_hash, totp_sealed, has_passkey }
}

/// A person by their id.
pub fn find_person(conn: &mut Conn, id: PersonId) -> Result<Option<Credentials>> {
    let row: Option<Row> = people::table.find(id).select(columns!()).get_result(conn).optional()?;
    Ok(row.map(credentials))
}

pub fn find_person_by_email(conn: &mut Conn, email_key: &str) -> Result<Option<Credentials>> {
    let row: Option<Row> =
        people::table.filter(people::email_key.eq(email_key)).select(columns!()).get_result(conn).optional()?;
    Ok(row.map(credentials))
}

/// Who has an address.
pub fn find_person_id(conn: &mut Conn, email_key: &str) -> Result<Option<PersonId>> {
    Ok(people::table.filter(people::email_key.eq(email_key)).select(people::id).get_result(conn).optional()?)
}

/// Whoever else changes what guards this person's account waits until this transaction is over.
pub fn lock_person(conn: &mut Conn, id: PersonId, now: Timestamp) -> Result<Credentials> {
    diesel::update(people::table.find(id)).set(people::updated_at.eq(now)).execute(conn)?;
    find_person(conn, id)?.ok_or(AppError::NotFound)
}

/// What these people are called.
pub fn list_names(conn: &mut Conn, ids: Vec<PersonId>) -> Result<HashMap<PersonId, String>> {
    let rows: Vec<(PersonId, String)> =
        people::table.filter(people::id.eq_any(ids)).select((people::id, people::name)).load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The person of an address; one that is new to us is called `name` until they say otherwise.
pub fn get_or_insert_person(conn: &mut Conn, email: &EmailAddress, name: &str, now: Timestamp) -> Result<PersonId> {
    let insert = diesel::insert_into(people::table)
        .values((
            people::id.eq(PersonId::generate()),
            people::name.eq(name),
            people::email.eq(email.as_str()),
            people::email_key.eq(email.key()),
            people::created_at.eq(now),
            people::updated_at.eq(now),
        ))
        .on_conflict_do_nothing();
    both(insert).execute(conn)?;
    Ok(people::table.filter(people::email_key.eq(email.key())).select(people::id).get_result(conn)?)
}

pub fn rename(conn: &mut Conn, person: PersonId, name: &str, now: Timestamp) -> Result<()> {
    diesel::update(people::table.find(person))
        .set((people::name.eq(name), people::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Until somebody has pressed a link in their mail, they are called what whoever invites them calls them, and not what a
/// stranger may have typed into a form.
pub fn rename_unverified(conn: &mut Conn, person: PersonId, name: &str, now: Timestamp) -> Result<()> {
    diesel::update(people::table.find(person).filter(people::email_verified_at.is_null()))
        .set((people::name.eq(name), people::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// A link that was mailed to the address was opened and acted on: the address is theirs.
pub fn mark_verified(conn: &mut Conn, person: PersonId, now: Timestamp) -> Result<()> {
    diesel::update(people::table.find(person).filter(people::email_verified_at.is_null()))
        .set(people::email_verified_at.eq(Some(now)))
        .execute(conn)?;
    resume_mail(conn, person, now)
}

/// Sets a password, and makes dead whatever was begun with the old one.
pub fn update_password(conn: &mut Conn, person: PersonId, hash: &str, now: Timestamp) -> Result<()> {
    diesel::update(people::table.find(person))
        .set((people::password_hash.eq(Some(hash)), people::updated_at.eq(now)))
        .execute(conn)?;
    forget_what_was_begun(conn, person)
}

pub fn delete_password(conn: &mut Conn, person: PersonId, now: Timestamp) -> Result<()> {
    diesel::update(people::table.find(person))
        .set((people::password_hash.eq(None::<String>), people::updated_at.eq(now)))
        .execute(conn)?;
    forget_what_was_begun(conn, person)
}

/// Sign-ins that are half done, and links that sign in or set a password.
pub(super) fn forget_what_was_begun(conn: &mut Conn, person: PersonId) -> Result<()> {
    diesel::delete(ceremonies::table.filter(ceremonies::person_id.eq(Some(person)))).execute(conn)?;
    mail::delete_tokens_of(conn, mail::Purpose::PasswordReset, person)?;
    mail::delete_tokens_of(conn, mail::Purpose::SignIn, person)
}

/// How long somebody is remembered who is on no page, has no account and has left no word.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Those who are nowhere here: on no page, without an account, and with no word left.
macro_rules! nobodies {
    () => {
        people::table
            .filter(people::password_hash.is_null())
            .filter(people::erased_at.is_null())
            .filter(not(exists(passkeys::table.filter(passkeys::person_id.eq(people::id)))))
            .filter(not(exists(members::table.filter(members::person_id.eq(people::id)))))
            .filter(not(exists(updates::table.filter(updates::author_id.eq(people::id)))))
            .filter(not(exists(wishes::table.filter(wishes::author_id.eq(people::id)))))
    };
}

/// Forgets one whom somebody has written down, if they are nowhere here and have never shown that their address is theirs.
pub fn forget_unknown(conn: &mut Conn, id: PersonId) -> Result<()> {
    let unknown = nobodies!().filter(people::id.eq(id)).filter(people::email_verified_at.is_null());
    let found: Option<PersonId> = unknown.select(people::id).get_result(conn).optional()?;
    if let Some(id) = found {
        diesel::delete(people::table.find(id)).execute(conn)?;
    }
    Ok(())
}

/// Forgets those whom others have written down and who are nowhere here, some at a time.
pub(super) fn purge(conn: &mut Conn, now: Timestamp) -> Result<()> {
    let nobody = nobodies!().filter(people::updated_at.lt(now - FORGOTTEN_AFTER)).limit(1_000).select(people::id);
    let nobody: Vec<PersonId> = nobody.load(conn)?;
    for id in nobody {
        diesel::delete(people::table.find(id)).execute(conn)?;
    }
    Ok(())
}

/// The same password, hashed at today's cost, unless it was changed in the meantime.
pub fn update_password_hash(conn: &mut Conn, person: PersonId, old: &str, new: &str) -> Result<()> {
    diesel::update(people::table.find(person).filter(people::password_hash.eq(Some(old))))
        .set(people::password_hash.eq(Some(new)))
        .execute(conn)?;
    Ok(())
}
