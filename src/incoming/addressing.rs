//! Which of our addresses something came to. What the keys in them look like is told in `mail/keys.rs`.

use sha2::{Digest, Sha256};

use super::model::{Address, To};
use super::store;
use crate::app::App;
use crate::db::Conn;
use crate::db::ids::TokenHash;
use crate::error::Result;
use crate::mail::EmailAddress;
use crate::mail::keys::{self, Key, KeyKind};

/// Names that lead to whoever runs this where a whole domain is ours (RFC 2142), and that complaints are passed on to.
const DESKS: [&str; 3] = ["postmaster", "abuse", "complaints"];

/// What is kept of the key in a page's posting address.
pub fn hash_of_post_key(key: &str) -> TokenHash {
    TokenHash(Sha256::digest(key.as_bytes()).into())
}

/// The address, if it is one of ours. A key that we have not made is in none.
pub fn find(app: &App, conn: &mut Conn, recipient: &str) -> Result<Option<To>> {
    let Some(ours) = &app.config.incoming else { return Ok(None) };
    let key = ours.key_of(recipient).and_then(|key| keys::read(&app.vault, key));
    Ok(match key {
        Some(Key::Signed(kind, id)) => address_of(kind).map(|address| To { address, key_id: Some(id), site_id: None }),
        Some(Key::Post(key)) => store::find_site_by_post_key(conn, hash_of_post_key(&key))?.map(|site| To {
            address: Address::Post,
            key_id: None,
            site_id: Some(site),
        }),
        None => is_desk(&ours.address("x"), recipient).then_some(To::DESK),
    })
}

fn address_of(kind: KeyKind) -> Option<Address> {
    match kind {
        KeyKind::Return => Some(Address::Return),
        KeyKind::Reply => Some(Address::Reply),
        KeyKind::Thread => Some(Address::Thread),
        KeyKind::NoReply => Some(Address::NoReply),
        // It has no number, and is never signed.
        KeyKind::Post => None,
    }
}

/// Whether it is the mailbox without a tag or, where the whole domain is ours, one of the names that every domain has. `tagged`
/// is one of our addresses, with the key `x`.
fn is_desk(tagged: &EmailAddress, recipient: &str) -> bool {
    let recipient = recipient.trim().to_ascii_lowercase();
    match tagged.key().strip_prefix("x@") {
        Some(domain) => recipient
            .rsplit_once('@')
            .is_some_and(|(local, at)| at.trim_end_matches('.') == domain && DESKS.contains(&local)),
        None => recipient == tagged.key().replacen("+x@", "@", 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap()
    }

    #[test]
    fn what_has_no_key_is_for_whoever_runs_this() {
        let (tagged, whole) = (parse("tidings+x@example.org"), parse("x@in.example.org"));
        assert!(is_desk(&tagged, "Tidings@example.org") && is_desk(&whole, "Postmaster@in.example.org"));
        for other in ["tidings+x@example.org", "jo@example.org", "postmaster@example.org", "tidings@example.com", ""] {
            assert!(!is_desk(&tagged, other), "{other}");
        }
        for other in ["x@in.example.org", "jo@in.example.org", "postmaster@example.org"] {
            assert!(!is_desk(&whole, other), "{other}");
        }
    }
}
