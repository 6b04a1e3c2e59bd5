//! Passkeys.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::{PasskeyId, PersonId};
use crate::db::schema::passkeys;
use crate::error::{AppError, Result};
use crate::secrets::passkeys::NewPasskey;

/// A passkey as its owner sees it in their list.
pub struct PasskeyRow {
    pub id: PasskeyId,
    pub name: String,
    pub created_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

/// Keeps a new passkey; `false` if one with this id is somebody's already (Web Authentication, 7.1, step 26).
pub fn insert_passkey(conn: &mut Conn, person: PersonId, name: &str, new: &NewPasskey, now: Timestamp) -> Result<bool> {
    let insert = diesel::insert_into(passkeys::table)
        .values((
            passkeys::id.eq(PasskeyId::generate()),
            passkeys::person_id.eq(person),
            passkeys::name.eq(name),
            passkeys::credential_id.eq(&new.credential_id),
            passkeys::credential.eq(&new.credential),
            passkeys::created_at.eq(now),
        ))
        .on_conflict_do_nothing();
    Ok(both(insert).execute(conn)? == 1)
}

pub fn list_passkeys(conn: &mut Conn, person: PersonId) -> Result<Vec<PasskeyRow>> {
    type Row = (PasskeyId, String, Timestamp, Option<Timestamp>);
    let rows: Vec<Row> = passkeys::table
        .filter(passkeys::person_id.eq(person))
        .order(passkeys::id)
        .select((passkeys::id, passkeys::name, passkeys::created_at, passkeys::used_at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, name, created_at, used_at)| PasskeyRow { id, name, created_at, used_at }).collect())
}

/// What an authenticator is told so that it does not make a second one.
pub fn list_credentials(conn: &mut Conn, person: PersonId) -> Result<Vec<String>> {
    Ok(passkeys::table.filter(passkeys::person_id.eq(person)).select(passkeys::credential).load(conn)?)
}

/// Whose a passkey is, and what it is checked with.
pub fn find_passkey(conn: &mut Conn, credential_id: &[u8]) -> Result<Option<(PasskeyId, PersonId, String)>> {
    let found = passkeys::table.filter(passkeys::credential_id.eq(credential_id));
    Ok(found.select((passkeys::id, passkeys::person_id, passkeys::credential)).get_result(conn).optional()?)
}

/// A passkey was used: it may have counted on.
pub fn update_passkey(conn: &mut Conn, id: PasskeyId, credential: &str, now: Timestamp) -> Result<()> {
    diesel::update(passkeys::table.find(id))
        .set((passkeys::credential.eq(credential), passkeys::used_at.eq(Some(now))))
        .execute(conn)?;
    Ok(())
}

pub fn rename_passkey(conn: &mut Conn, person: PersonId, id: PasskeyId, name: &str) -> Result<()> {
    let theirs = passkeys::table.find(id).filter(passkeys::person_id.eq(person));
    let renamed = diesel::update(theirs).set(passkeys::name.eq(name)).execute(conn)?;
    if renamed == 1 { Ok(()) } else { Err(AppError::NotFound) }
}

pub fn delete_passkey(conn: &mut Conn, person: PersonId, id: PasskeyId) -> Result<()> {
    let theirs = passkeys::table.find(id).filter(passkeys::person_id.eq(person));
    let deleted = diesel::delete(theirs).execute(conn)?;
    if deleted == 1 { Ok(()) } else { Err(AppError::NotFound) }
}
