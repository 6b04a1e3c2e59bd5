//! The second factor's secret, the last step that was used, and the recovery codes.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{PersonId, TokenHash};
use crate::db::schema::{people, recovery_codes};
use crate::error::Result;

/// Turns it on, unless it is on already. The code that showed it to work is used up with that.
pub fn insert_second_factor(
    conn: &mut Conn,
    person: PersonId,
    sealed: &[u8],
    step: i64,
    now: Timestamp,
) -> Result<bool> {
    let off = people::table.find(person).filter(people::totp_sealed.is_null());
    let turned_on = diesel::update(off)
        .set((
            people::totp_sealed.eq(Some(sealed)),
            people::totp_step.eq(step),
            people::totp_at.eq(Some(now)),
            people::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(turned_on == 1)
}

/// Turns it off; whether it was on.
pub fn delete_second_factor(conn: &mut Conn, person: PersonId, now: Timestamp) -> Result<bool> {
    let on = people::table.find(person).filter(people::totp_sealed.is_not_null());
    let turned_off =
        diesel::update(on).set((people::totp_sealed.eq(None::<Vec<u8>>), people::updated_at.eq(now))).execute(conn)?;
    diesel::delete(recovery_codes::table.filter(recovery_codes::person_id.eq(person))).execute(conn)?;
    Ok(turned_off == 1)
}

/// Uses up the code of a time step, and those before it (RFC 6238, 5.2). Of two who use it at once, one has it.
pub fn take_step(conn: &mut Conn, person: PersonId, sealed: &[u8], step: i64) -> Result<bool> {
    let unused =
        people::table.find(person).filter(people::totp_sealed.eq(Some(sealed))).filter(people::totp_step.lt(step));
    Ok(diesel::update(unused).set(people::totp_step.eq(step)).execute(conn)? == 1)
}

/// Uses up a recovery code. Of two who use it at once, one has it.
pub fn take_recovery_code(conn: &mut Conn, person: PersonId, code: TokenHash) -> Result<bool> {
    let theirs = recovery_codes::table.find(code).filter(recovery_codes::person_id.eq(person));
    Ok(diesel::delete(theirs).execute(conn)? == 1)
}

/// New recovery codes; those from before are worth nothing from now on.
pub fn replace_recovery_codes(conn: &mut Conn, person: PersonId, codes: &[TokenHash]) -> Result<()> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::person_id.eq(person))).execute(conn)?;
    for code in codes {
        diesel::insert_into(recovery_codes::table)
            .values((recovery_codes::code_hash.eq(*code), recovery_codes::person_id.eq(person)))
            .execute(conn)?;
    }
    Ok(())
}

pub fn count_recovery_codes(conn: &mut Conn, person: PersonId) -> Result<i64> {
    Ok(recovery_codes::table.filter(recovery_codes::person_id.eq(person)).count().get_result(conn)?)
}
