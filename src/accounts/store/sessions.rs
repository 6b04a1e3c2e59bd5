//! Sessions.

use diesel::prelude::*;

use super::resume_mail;
use crate::accounts::SESSION_LIFETIME;
use crate::accounts::model::{SessionScope, SignedIn};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::{PersonId, SessionId, SiteId};
use crate::db::schema::{feeds, members, people, session_sites, sessions};
use crate::error::Result;
use crate::record::{self, What};
use crate::secrets::Token;

/// A session as its owner sees it in their list.
pub struct SessionRow {
    pub id: SessionId,
    pub scope: SessionScope,
    pub device: String,
    pub created_at: Timestamp,
}

pub fn find_session(conn: &mut Conn, token: &Token, now: Timestamp) -> Result<Option<SignedIn>> {
    type Row = (Timestamp, SessionId, PersonId, String, String, SessionScope, Option<Timestamp>, String, String);
    let row: Option<Row> = sessions::table
        .inner_join(people::table)
        .filter(sessions::token_hash.eq(token.hash()))
        .select((
            sessions::expires_at,
            sessions::id,
            people::id,
            people::name,
            people::email,
            sessions::scope,
            sessions::proved_at,
            people::time_zone,
            people::language,
        ))
        .get_result(conn)
        .optional()?;
    // Compared here: with a time that is another in every request, SQLite (STAT4) prepares the statement anew each time.
    let row = row.filter(|(expires_at, ..)| *expires_at > now);
    Ok(row.map(|(_, session_id, person_id, name, email, scope, proved_at, time_zone, language)| SignedIn {
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
            sessions::expires_at.eq(now + SESSION_LIFETIME),
        ))
        .execute(conn)?;
    // Whoever comes in reads what we mail, or has come in spite of what became of it.
    resume_mail(conn, person, now)?;
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

/// Every session that a link in a mail began.
pub fn delete_sessions_by_link(conn: &mut Conn, person: PersonId) -> Result<()> {
    let theirs = sessions::table.filter(sessions::person_id.eq(person));
    diesel::delete(theirs.filter(sessions::scope.eq(SessionScope::Pages))).execute(conn)?;
    Ok(())
}

/// Every address for a feed reader, on every page: it reads without a session.
pub fn delete_feeds_of(conn: &mut Conn, person: PersonId) -> Result<()> {
    let theirs = members::table.filter(members::person_id.eq(person)).select(members::id);
    diesel::delete(feeds::table.filter(feeds::member_id.eq_any(theirs))).execute(conn)?;
    Ok(())
}

/// Every session but this one.
pub fn delete_other_sessions(conn: &mut Conn, person: PersonId, this: Option<SessionId>) -> Result<()> {
    let this = this.unwrap_or(SessionId::nil());
    let others = sessions::table.filter(sessions::person_id.eq(person)).filter(sessions::id.ne(this));
    diesel::delete(others).execute(conn)?;
    Ok(())
}

/// Ends one of somebody's sessions; whether there was one.
pub fn delete_session_of(conn: &mut Conn, person: PersonId, id: SessionId) -> Result<bool> {
    let theirs = sessions::table.find(id).filter(sessions::person_id.eq(person));
    Ok(diesel::delete(theirs).execute(conn)? == 1)
}

/// The newest first.
pub fn list_sessions(conn: &mut Conn, person: PersonId, now: Timestamp) -> Result<Vec<SessionRow>> {
    type Row = (SessionId, SessionScope, String, Timestamp);
    let rows: Vec<Row> = sessions::table
        .filter(sessions::person_id.eq(person))
        .filter(sessions::expires_at.gt(now))
        .order((sessions::created_at.desc(), sessions::id.desc()))
        .select((sessions::id, sessions::scope, sessions::device, sessions::created_at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, scope, device, created_at)| SessionRow { id, scope, device, created_at }).collect())
}

/// In this session they have just proved that it is them.
pub fn prove(conn: &mut Conn, session: SessionId, now: Timestamp) -> Result<()> {
    diesel::update(sessions::table.find(session)).set(sessions::proved_at.eq(Some(now))).execute(conn)?;
    Ok(())
}
