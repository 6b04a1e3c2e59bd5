//! Keeping what comes in: acknowledged only when it is in the database, with the job that reads it.

use sha2::{Digest, Sha256};
use tidings_letters::Letter;

use super::model::{Address, To};
use super::store::{self, NewLetter};
use crate::app::App;
use crate::db::Conn;
use crate::db::ids::PersonId;
use crate::error::{AppError, Result};
use crate::mail;

/// A letter that has been on its way over more servers than this goes round in circles (RFC 5321, 6.3).
const MOST_HOPS: usize = 100;

/// Whether it does.
pub fn goes_round(raw: &[u8]) -> bool {
    let head = raw.split(|byte| *byte == b'\n').take_while(|line| !matches!(line, [] | [b'\r']));
    head.filter(|line| line.get(..9).is_some_and(|name| name.eq_ignore_ascii_case(b"Received:"))).count() > MOST_HOPS
}

/// The most that lies here unread, or until it is sent back, in letters and in bytes: the disk is everybody's.
const MOST_KEPT: i32 = 20_000;
const MOST_BYTES_KEPT: i64 = 1024 * 1024 * 1024;

/// Counts a letter for each of our addresses that it came to. Too many at one are to come later.
pub fn count(app: &App, to: &[To]) -> Result<()> {
    to.iter().try_for_each(|to| app.limits.letters.count(format!("{to:?}")))
}

/// Keeps a letter that was counted for each of our addresses that it came to, or for none of them.
pub async fn keep(app: &App, to: Vec<To>, has_sender: bool, raw: Vec<u8>) -> Result<()> {
    let (letters, bytes) = app.db.read(|conn| store::count_raw(conn, MOST_KEPT)).await?;
    if letters >= i64::from(MOST_KEPT) || bytes >= MOST_BYTES_KEPT {
        return Err(AppError::Unavailable(format!("{letters} letters wait to be read, {bytes} bytes in all")));
    }
    let now = app.clock.now();
    // Read before the database waits for it.
    let read = tokio::task::spawn_blocking(move || {
        let (message_id, from) = match Letter::parse(&raw) {
            Some(letter) => (letter.message_id(), letter.from()),
            None => (None, Vec::new()),
        };
        (raw, message_id, from)
    });
    let (raw, message_id, from) = read.await.map_err(AppError::internal)?;
    app.db
        .write(move |conn| {
            for to in to {
                let new = NewLetter {
                    to,
                    person_id: find_person(conn, to, &from)?,
                    digest: digest(to, message_id.as_deref(), &raw),
                    has_sender,
                    raw: &raw,
                };
                store::insert_letter(conn, &new, now)?;
            }
            Ok(())
        })
        .await?;
    app.ring();
    Ok(())
}

/// The same for the same letter at the same address, however it comes there. What has no Message-ID is known by all of it.
fn digest(to: To, message_id: Option<&str>, raw: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(to.address.as_str());
    hash.update([0]);
    hash.update(to.key_id.unwrap_or_default().to_be_bytes());
    hash.update(to.site_id.as_ref().map_or(&[0; 16], |site| site.as_bytes()));
    match message_id {
        Some(id) => hash.update(id),
        None => hash.update(raw),
    }
    hash.finalize().into()
}

/// Whom a letter is from or about, as far as its address says; for a page's posting address, and for one without a key, what it
/// says of itself. So that it goes with them when they are erased.
fn find_person(conn: &mut Conn, to: To, from: &[String]) -> Result<Option<PersonId>> {
    match (to.address, to.row()) {
        (Address::Return | Address::Reply | Address::NoReply, Some(job)) => {
            Ok(store::find_sent(conn, job)?.and_then(|sent| sent.person_id))
        }
        (Address::Thread, Some(key)) => match mail::find_reply_key(conn, key)? {
            Some(key) => store::find_person_of(conn, key.member_id),
            None => Ok(None),
        },
        _ => match from.first().and_then(|from| mail::EmailAddress::parse(from).ok()) {
            Some(from) => store::find_person_by_email(conn, from.key()),
            None => Ok(None),
        },
    }
}

/// Whether what went wrong is nothing that the letter could do anything about.
pub fn is_for_the_moment(error: &AppError) -> bool {
    matches!(error, AppError::Unavailable(_) | AppError::Internal(_) | AppError::TooMany { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_known_by_its_id_and_its_address() {
        let to = |address, id| To { address, key_id: Some(id), site_id: None };
        let one = digest(to(Address::Reply, 1), Some("x@example.org"), b"one");
        assert_eq!(one, digest(to(Address::Reply, 1), Some("x@example.org"), b"two"));
        for other in [
            digest(to(Address::Reply, 2), Some("x@example.org"), b"one"),
            digest(to(Address::Thread, 1), Some("x@example.org"), b"one"),
            digest(to(Address::Reply, 1), Some("y@example.org"), b"one"),
            digest(to(Address::Reply, 1), None, b"one"),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn a_letter_that_goes_round_is_seen() {
        let letter =
            |hops: usize| format!("{}Subject: x\r\n\r\nReceived: in the text\r\n", "Received: from a\r\n".repeat(hops));
        assert!(!goes_round(letter(100).as_bytes()));
        assert!(goes_round(letter(101).as_bytes()));
    }
}
