//! People, sign-ups and sessions.

mod own;

use std::collections::HashMap;

use diesel::prelude::*;

pub use own::{AccountCopy, can_sign_in, erase_person, get_account_copy, update_reading};

use super::model::{SessionScope, SignedIn};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::{PersonId, SessionId, SignUpId, SiteId, TokenHash};
use crate::db::schema::{people, session_sites, sessions, sign_ups};
use crate::error::Result;
use crate::mail::EmailAddress;
use crate::record::{self, What};
use crate::secrets::Token;

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
}

/// An account that waits for its address to be confirmed.
pub struct SignUp {
    pub id: SignUpId,
    pub name: String,
    pub email: String,
    pub email_key: String,
    pub password_hash: String,
    pub browser_hash: TokenHash,
    pub expires_at: Timestamp,
}

type CredentialsRow = (PersonId, String, String, Option<String>);

const CREDENTIALS: (people::id, people::name, people::email, people::password_hash) =
    (people::id, people::name, people::email, people::password_hash);

fn credentials((id, name, email, password_hash): CredentialsRow) -> Credentials {
    Credentials { id, name, email, password_hash }
}

pub fn find_session(conn: &mut Conn, token: &Token, now: Timestamp) -> Result<Option<SignedIn>> {
    type Row = (SessionId, PersonId, String, String, SessionScope, Option<Timestamp>, String, String);
    let row: Option<Row> = sessions::table
        .inner_join(people::table)
        .filter(sessions::token_hash.eq(token.hash()))
        .filter(sessions::expires_at.gt(now))
        .select((
            sessions::id,
            people::id,
            people::name,
            people::email,
            sessions::scope,
            sessions::proved_at,
            people::time_zone,
            people::language,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(session_id, person_id, name, email, scope, proved_at, time_zone, language)| SignedIn {
        session_id,
        person_id,
        name,
        email,
        scope,
        proved_at,
        time_zone,
        language,
    }))
}

/// Starts a session and answers with its id and the secret for the cookie.
pub fn insert_session(
    conn: &mut Conn,
    person: PersonId,
    scope: SessionScope,
    device: &str,
    now: Timestamp,
) -> Result<(SessionId, Token)> {
    let (id, token) = (SessionId::generate(), Token::generate());
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(id),
            sessions::token_hash.eq(token.hash()),
            sessions::person_id.eq(person),
            sessions::scope.eq(scope),
            sessions::device.eq(device),
            sessions::proved_at.eq((scope == SessionScope::Account).then_some(now)),
            sessions::created_at.eq(now),
            sessions::expires_at.eq(now + super::SESSION_LIFETIME),
        ))
        .execute(conn)?;
    if scope == SessionScope::Account {
        record::note_where_organizing(conn, person, What::SignedIn, now)?;
    }
    Ok((id, token))
}

/// Lets a session of scope "pages" open one more page.
pub fn allow_site(conn: &mut Conn, session: SessionId, site: SiteId) -> Result<()> {
    let insert = diesel::insert_into(session_sites::table)
        .values((session_sites::session_id.eq(session), session_sites::site_id.eq(site)))
        .on_conflict_do_nothing();
    both(insert).execute(conn)?;
    Ok(())
}

/// Ends a session.
pub fn delete_session(conn: &mut Conn, token: &Token) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::token_hash.eq(token.hash()))).execute(conn)?;
    Ok(())
}

pub fn delete_sessions_of(conn: &mut Conn, person: PersonId) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::person_id.eq(person))).execute(conn)?;
    Ok(())
}

/// A person by their id.
pub fn find_person(conn: &mut Conn, id: PersonId) -> Result<Option<Credentials>> {
    let row: Option<CredentialsRow> = people::table.find(id).select(CREDENTIALS).first(conn).optional()?;
    Ok(row.map(credentials))
}

pub fn find_person_by_email(conn: &mut Conn, email_key: &str) -> Result<Option<Credentials>> {
    let row: Option<CredentialsRow> =
        people::table.filter(people::email_key.eq(email_key)).select(CREDENTIALS).first(conn).optional()?;
    Ok(row.map(credentials))
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
    Ok(people::table.filter(people::email_key.eq(email.key())).select(people::id).first(conn)?)
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
    Ok(())
}

pub fn insert_sign_up(conn: &mut Conn, sign_up: &SignUp, now: Timestamp) -> Result<()> {
    diesel::insert_into(sign_ups::table)
        .values((
            sign_ups::id.eq(sign_up.id),
            sign_ups::name.eq(&sign_up.name),
            sign_ups::email.eq(&sign_up.email),
            sign_ups::email_key.eq(&sign_up.email_key),
            sign_ups::password_hash.eq(&sign_up.password_hash),
            sign_ups::browser_hash.eq(sign_up.browser_hash),
            sign_ups::created_at.eq(now),
            sign_ups::expires_at.eq(sign_up.expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn find_sign_up(conn: &mut Conn, id: SignUpId) -> Result<Option<SignUp>> {
    type Row = (String, String, String, String, TokenHash, Timestamp);
    let row: Option<Row> = sign_ups::table
        .find(id)
        .select((
            sign_ups::name,
            sign_ups::email,
            sign_ups::email_key,
            sign_ups::password_hash,
            sign_ups::browser_hash,
            sign_ups::expires_at,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(name, email, email_key, password_hash, browser_hash, expires_at)| SignUp {
        id,
        name,
        email,
        email_key,
        password_hash,
        browser_hash,
        expires_at,
    }))
}

/// Makes the account whose address was just confirmed. Whoever was invited before keeps their memberships; an account
/// that has a password already keeps it.
pub fn complete_sign_up(conn: &mut Conn, sign_up: &SignUp, now: Timestamp) -> Result<PersonId> {
    let insert = diesel::insert_into(people::table)
        .values((
            people::id.eq(PersonId::generate()),
            people::name.eq(&sign_up.name),
            people::email.eq(&sign_up.email),
            people::email_key.eq(&sign_up.email_key),
            people::created_at.eq(now),
            people::updated_at.eq(now),
        ))
        .on_conflict_do_nothing();
    both(insert).execute(conn)?;
    let person = people::table.filter(people::email_key.eq(&sign_up.email_key));
    diesel::update(person.filter(people::password_hash.is_null()))
        .set((
            people::name.eq(&sign_up.name),
            people::password_hash.eq(Some(&sign_up.password_hash)),
            people::updated_at.eq(now),
        ))
        .execute(conn)?;
    let id: PersonId = person.select(people::id).first(conn)?;
    mark_verified(conn, id, now)?;
    diesel::delete(sign_ups::table.filter(sign_ups::email_key.eq(&sign_up.email_key))).execute(conn)?;
    Ok(id)
}

pub fn update_password(conn: &mut Conn, person: PersonId, hash: &str, now: Timestamp) -> Result<()> {
    diesel::update(people::table.find(person))
        .set((people::password_hash.eq(Some(hash)), people::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// The same password, hashed at today's cost, unless it was changed in the meantime.
pub fn update_password_hash(conn: &mut Conn, person: PersonId, old: &str, new: &str) -> Result<()> {
    diesel::update(people::table.find(person).filter(people::password_hash.eq(Some(old))))
        .set(people::password_hash.eq(Some(new)))
        .execute(conn)?;
    Ok(())
}

/// Deletes what is out of date.
pub fn purge(conn: &mut Conn, now: Timestamp) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::expires_at.lt(now))).execute(conn)?;
    diesel::delete(sign_ups::table.filter(sign_ups::expires_at.lt(now))).execute(conn)?;
    Ok(())
}
