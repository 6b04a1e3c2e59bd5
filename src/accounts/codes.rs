//! Whether a code of somebody's second factor is right, and its being used up with that.

use super::store::{self, Credentials};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::error::Result;
use crate::secrets::second_factor::{Authenticator, RecoveryCode};

/// What a code turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Wrong, used already, or too old.
    Wrong,
    /// The code of this half minute.
    Right,
    /// A recovery code.
    Recovery,
}

/// Looks at a code and uses it up. Who has no second factor needs none. Tries are counted by the person.
pub fn take(app: &App, conn: &mut Conn, person: &Credentials, code: &str, now: Timestamp) -> Result<Verdict> {
    let Some(sealed) = &person.totp_sealed else { return Ok(Verdict::Right) };
    app.limits.codes.count(person.id.to_string())?;
    if let Some(code) = RecoveryCode::parse(code) {
        let taken = store::take_recovery_code(conn, person.id, code.hash())?;
        return Ok(if taken { Verdict::Recovery } else { Verdict::Wrong });
    }
    let authenticator = Authenticator::unseal(&app.vault, person.id, sealed, &person.email)?;
    if authenticator.is_none() {
        tracing::error!("a second factor was sealed with another key: only recovery codes work for it");
    }
    let step = authenticator.and_then(|it| it.step_of(code, now));
    Ok(match step {
        Some(step) if store::take_step(conn, person.id, sealed, step)? => Verdict::Right,
        _ => Verdict::Wrong,
    })
}

/// What stands beside the field.
pub const WRONG: &str =
    "This code is not right, or it was used before. Wait for the next one in your app, or use a recovery code.";
