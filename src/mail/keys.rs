//! The addresses of ours that others write to: each has a key before or behind its `@` that says what it is about, and
//! that nobody else can make.

use data_encoding::BASE32_NOPAD;

use super::EmailAddress;
use crate::secrets::vault::Vault;
use crate::secrets::{random, same_bytes};

/// How many bytes of the code stand in a key: 80 bits, which nobody guesses over SMTP.
const CODE_BYTES: usize = 10;

/// How many random bytes a page's posting address is made of.
const POST_BYTES: usize = 16;

/// What an address of ours is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Where mail servers report that a mail did not arrive; the number is that of the job that sent it.
    Return,
    /// The reply to the mail about an update; the number is that of the job that sent it, with a generation.
    Reply,
    /// The reply to a gathered mail; the number is that of a row of `reply_keys`, with a generation.
    Thread,
    /// The reply to a mail that takes none; the number is that of the job that sent it, with a generation. Whoever presses Reply all
    /// the same is told where to write.
    NoReply,
    /// Where a page is written to by mail. It has no number: the key is a secret, which is stored hashed and sealed.
    Post,
}

impl KeyKind {
    const ALL: [Self; 5] = [Self::Return, Self::Reply, Self::Thread, Self::NoReply, Self::Post];

    const fn letter(self) -> char {
        match self {
            Self::Return => 'b',
            Self::Reply => 'u',
            Self::Thread => 'k',
            Self::NoReply => 'n',
            Self::Post => 'p',
        }
    }

    /// What its code is made for; a key of one kind never does for another.
    const fn purpose(self) -> &'static str {
        match self {
            Self::Return => "mail key return",
            Self::Reply => "mail key reply",
            Self::Thread => "mail key thread",
            Self::NoReply => "mail key no reply",
            Self::Post => "mail key post",
        }
    }
}

/// A key that came back, and was right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// One of ours with a code, about the row with this number.
    Signed(KeyKind, i64),
    /// The shape of a page's posting address, in lower case; whether there is such a page is for its hash to say.
    Post(String),
}

/// Above so many bits of a number stands the generation of the member's links that it was made with; no table has as many rows.
const ROW_BITS: u32 = 48;

/// The number of a row together with the generation of a member's links, which is counted up when they are taken back: so a key
/// that is older is known by itself. In generation 0 it is the row's own.
pub fn number(row: i64, generation: i32) -> i64 {
    (generation_bits(generation) << ROW_BITS) | (row & ((1 << ROW_BITS) - 1))
}

/// The row that such a number names.
pub fn row_of(number: i64) -> i64 {
    number & ((1 << ROW_BITS) - 1)
}

/// Whether such a number was made with this generation.
pub fn is_of(number: i64, generation: i32) -> bool {
    number >> ROW_BITS == generation_bits(generation)
}

/// What of a generation there is room for.
fn generation_bits(generation: i32) -> i64 {
    i64::from(generation) & 0x7fff
}

/// The key of a kind about the row with this number.
pub fn signed(vault: &Vault, kind: KeyKind, id: i64) -> String {
    let id = id.to_be_bytes();
    let mut bytes = id.to_vec();
    bytes.extend(vault.mac(kind.purpose(), &id).iter().take(CODE_BYTES));
    written(kind, &bytes)
}

/// A new secret posting address's key.
pub fn new_post_key() -> String {
    written(KeyKind::Post, &random::<POST_BYTES>())
}

fn written(kind: KeyKind, bytes: &[u8]) -> String {
    format!("{}{}", kind.letter(), BASE32_NOPAD.encode(bytes).to_ascii_lowercase())
}

/// Reads a key, in whatever case it comes back: mail servers change that.
pub fn read(vault: &Vault, key: &str) -> Option<Key> {
    let key = key.to_ascii_lowercase();
    let kind = KeyKind::ALL.into_iter().find(|kind| key.starts_with(kind.letter()))?;
    let bytes = BASE32_NOPAD.decode(key.get(1..)?.to_ascii_uppercase().as_bytes()).ok()?;
    if kind == KeyKind::Post {
        return (bytes.len() == POST_BYTES).then_some(Key::Post(key));
    }
    let (id, code) = bytes.split_first_chunk::<8>()?;
    let right = vault.mac(kind.purpose(), id);
    same_bytes(right.get(..CODE_BYTES)?, code).then_some(Key::Signed(kind, i64::from_be_bytes(*id)))
}

/// How our addresses are made: a mailbox with a tag for the key (RFC 5233), or a domain that is ours altogether.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncomingAddress {
    /// What stands before the tag; nothing where the whole domain is ours.
    mailbox: Option<String>,
    domain: String,
}

impl IncomingAddress {
    /// Reads the setting: `tidings@example.org`, or `@in.example.org`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let whole = text.starts_with('@');
        let probe = if whole { format!("x{text}") } else { text.to_owned() };
        let address = EmailAddress::parse(&probe).map_err(|_| {
            "is neither an address like tidings@example.org nor a domain like @in.example.org".to_owned()
        })?;
        let (mailbox, domain) = address.key().rsplit_once('@').unwrap_or_default();
        // A tag takes up to thirty letters more, and there is room for 64 before the @ (RFC 5321, 4.5.3.1.1).
        if mailbox.len() > 30 || mailbox.contains('+') {
            return Err("needs a name of at most 30 letters before the @, without a +".to_owned());
        }
        Ok(Self { mailbox: (!whole).then(|| mailbox.to_owned()), domain: domain.to_owned() })
    }

    /// The address with this key.
    pub fn address(&self, key: &str) -> EmailAddress {
        EmailAddress::known(
            &match &self.mailbox {
                Some(mailbox) => format!("{mailbox}+{key}"),
                None => key.to_owned(),
            },
            &self.domain,
        )
    }

    /// The key in an address that something came to, if the address is one of ours.
    pub fn key_of<'a>(&self, recipient: &'a str) -> Option<&'a str> {
        let recipient = recipient.trim().trim_start_matches('<').trim_end_matches('>');
        let (local, domain) = recipient.rsplit_once('@')?;
        if !domain.trim_end_matches('.').eq_ignore_ascii_case(&self.domain) {
            return None;
        }
        match &self.mailbox {
            None => Some(local),
            Some(mailbox) => {
                let (name, tag) = local.split_once('+')?;
                name.eq_ignore_ascii_case(mailbox).then_some(tag)
            }
        }
    }

    /// The domain that mail comes in for.
    pub fn domain(&self) -> &str {
        &self.domain
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::Secret;

    fn vault(digit: &str) -> Vault {
        Vault::open(Some(&Secret::new(digit.repeat(64))), std::path::Path::new("/nowhere")).unwrap()
    }

    #[test]
    fn a_key_leads_back_in_any_case_and_to_its_own_kind_only() {
        for kind in [KeyKind::Return, KeyKind::Reply, KeyKind::Thread, KeyKind::NoReply] {
            for id in [1, 12_345, i64::MAX] {
                let key = signed(&vault("0"), kind, id);
                assert_eq!(key.len(), 30, "{key}");
                assert!(key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()), "{key}");
                for back in [key.clone(), key.to_ascii_uppercase()] {
                    assert_eq!(read(&vault("0"), &back), Some(Key::Signed(kind, id)));
                }
                assert_eq!(read(&vault("1"), &key), None);
                for letter in ["b", "u", "k", "n", "x"].into_iter().filter(|letter| !key.starts_with(letter)) {
                    assert_eq!(read(&vault("0"), &format!("{letter}{}", &key[1..])), None);
                }
            }
        }
    }

    #[test]
    fn a_number_says_which_row_and_which_generation() {
        for (row, generation) in [(1, 0), (1, 1), (12_345, 0x7fff), ((1 << 48) - 1, 7)] {
            let number = number(row, generation);
            assert_eq!(row_of(number), row);
            assert!(number > 0 && is_of(number, generation) && !is_of(number, generation + 1));
        }
        assert_eq!(number(12_345, 0), 12_345);
    }

    #[test]
    fn what_was_touched_or_made_up_is_no_key() {
        let key = signed(&vault("0"), KeyKind::Reply, 7);
        for at in 1..key.len() {
            let other = if key.as_bytes()[at] == b'a' { "b" } else { "a" };
            let touched = format!("{}{other}{}", &key[..at], &key[at + 1..]);
            assert_eq!(read(&vault("0"), &touched), None, "{touched}");
        }
        for text in ["", "u", "uaaaa", "u0189", "ü", "bounces", "postmaster", &key[..29], &format!("{key}a")] {
            assert_eq!(read(&vault("0"), text), None, "{text}");
        }
    }

    #[test]
    fn a_posting_key_is_its_letter_and_a_secret() {
        let key = new_post_key();
        assert_eq!(key.len(), 27);
        assert_eq!(read(&vault("0"), &key.to_ascii_uppercase()), Some(Key::Post(key.clone())));
        assert_ne!(new_post_key(), key);
        assert_eq!(read(&vault("0"), &key[..20]), None);
    }

    #[test]
    fn addresses_are_made_and_read_with_a_tag_or_with_a_domain() {
        let tagged = IncomingAddress::parse("Tidings@Example.org").unwrap();
        assert_eq!(tagged.address("babc").as_str(), "tidings+babc@example.org");
        assert_eq!(tagged.key_of("<TIDINGS+babc@example.ORG>"), Some("babc"));
        for other in ["tidings@example.org", "babc@example.org", "eve+babc@example.org", "tidings+babc@example.com", ""]
        {
            assert_eq!(tagged.key_of(other), None, "{other}");
        }
        let whole = IncomingAddress::parse("@in.example.org").unwrap();
        assert_eq!(whole.address("babc").as_str(), "babc@in.example.org");
        assert_eq!(whole.key_of("babc@in.example.org"), Some("babc"));
        for bad in ["", "@", "tidings", "tidings@", "@localhost", "a b@example.org", "a+b@example.org"] {
            assert!(IncomingAddress::parse(bad).is_err(), "{bad}");
        }
    }
}
