//! Accounts that wait for their address to be confirmed.

use diesel::prelude::*;

use super::people::{find_person_by_email, mark_verified};
use super::{delete_sessions_of, update_password};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::{PersonId, SignUpId, TokenHash};
use crate::db::schema::{people, sign_ups};
use crate::error::Result;
use crate::mail;

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
        .get_result(conn)
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

/// Withdraws an account that was asked for, and with it the link that would confirm it.
pub fn delete_sign_up(conn: &mut Conn, id: SignUpId) -> Result<bool> {
    Ok(diesel::delete(sign_ups::table.find(id)).execute(conn)? == 1)
}

/// Makes the account whose address was just confirmed. Whoever was invited before keeps their memberships; but whoever
/// got in before with a link did not prove that the account is theirs, so their sessions and links end. `None` where the
/// sign-up was used already, or where the address has an account by now: that one stays as it is.
pub fn complete_sign_up(conn: &mut Conn, sign_up: &SignUp, now: Timestamp) -> Result<Option<PersonId>> {
    if !delete_sign_up(conn, sign_up.id)? {
        return Ok(None);
    }
    diesel::delete(sign_ups::table.filter(sign_ups::email_key.eq(&sign_up.email_key))).execute(conn)?;
    if find_person_by_email(conn, &sign_up.email_key)?.is_some_and(|person| person.has_account()) {
        return Ok(None);
    }
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
    let id: PersonId = person.select(people::id).get_result(conn)?;
    diesel::update(people::table.find(id)).set(people::name.eq(&sign_up.name)).execute(conn)?;
    update_password(conn, id, &sign_up.password_hash, now)?;
    mark_verified(conn, id, now)?;
    delete_sessions_of(conn, id)?;
    mail::delete_ways_in_of(conn, id)?;
    Ok(Some(id))
}
