//! What waits to be finished with one more form: an authenticator's answer, or the code after the password.

use diesel::prelude::*;
use jiff::SignedDuration;

use crate::accounts::model::Step;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::PersonId;
use crate::db::schema::ceremonies;
use crate::error::{AppError, Result};
use crate::secrets::Token;

/// How long it waits.
const WITHIN: SignedDuration = SignedDuration::from_mins(5);

/// Keeps what is half done, and answers with the secret for the form that finishes it.
pub fn insert_ceremony(conn: &mut Conn, person: Option<PersonId>, step: &Step, now: Timestamp) -> Result<Token> {
    let token = Token::generate();
    diesel::insert_into(ceremonies::table)
        .values((
            ceremonies::token_hash.eq(token.hash()),
            ceremonies::person_id.eq(person),
            ceremonies::state.eq(step.to_text()?),
            ceremonies::expires_at.eq(now + WITHIN),
        ))
        .execute(conn)?;
    Ok(token)
}

/// Takes it out, whatever the answer turns out to be: of two answers at once, one has it.
pub fn take_ceremony(conn: &mut Conn, token: &Token, now: Timestamp) -> Result<Option<(Option<PersonId>, Step)>> {
    let found = find_ceremony(conn, token, now)?;
    let taken = diesel::delete(ceremonies::table.find(token.hash())).execute(conn)?;
    Ok(found.filter(|_| taken == 1))
}

/// Looks at it and leaves it there. The row is held until the transaction ends, so that tries are counted one by one.
pub fn find_ceremony(conn: &mut Conn, token: &Token, now: Timestamp) -> Result<Option<(Option<PersonId>, Step)>> {
    let live = ceremonies::table.find(token.hash()).filter(ceremonies::expires_at.gt(now));
    diesel::update(live).set(ceremonies::expires_at.eq(ceremonies::expires_at)).execute(conn)?;
    let row: Option<(Option<PersonId>, String)> =
        live.select((ceremonies::person_id, ceremonies::state)).get_result(conn).optional()?;
    row.map(|(person, state)| Ok((person, Step::from_text(&state)?))).transpose()
}

/// One more try; its time does not become longer.
pub fn update_ceremony(conn: &mut Conn, token: &Token, step: &Step) -> Result<()> {
    let updated = diesel::update(ceremonies::table.find(token.hash()))
        .set(ceremonies::state.eq(step.to_text()?))
        .execute(conn)?;
    if updated == 1 { Ok(()) } else { Err(AppError::NotFound) }
}
