//! The secrets in the links of mail to members: signed, not stored, so that ten thousand mails need no row.

use data_encoding::BASE64URL_NOPAD;

use crate::clock::Timestamp;
use crate::db::ids::MemberId;
use crate::secrets::same_bytes;
use crate::secrets::vault::Vault;

/// What a signed link does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// Opens the page as the member it was mailed to.
    Open,
    /// Stops mail to the member it was mailed to.
    Unsubscribe,
}

/// What a signed link says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedLink {
    /// What it does.
    pub kind: LinkKind,
    /// Whose it is.
    pub member: MemberId,
    /// Which generation of the member's links it is of: earlier ones were taken back.
    pub generation: i32,
    /// When it was mailed, to the second.
    pub issued_at: Timestamp,
}

const PURPOSE: &str = "mailed link";

/// Version 1 in the upper half of the first byte, the kind in the lower.
const OPEN: u8 = 0x11;
const UNSUBSCRIBE: u8 = 0x12;

const SAID: usize = 26;
const CODE: usize = 16;

impl SignedLink {
    /// How many bytes it is: the kind, the member, the generation, the second, the code.
    pub const BYTES: usize = SAID + CODE;

    /// As it stands in a link.
    pub fn written(&self, vault: &Vault) -> String {
        let mut bytes = Vec::with_capacity(Self::BYTES);
        bytes.push(match self.kind {
            LinkKind::Open => OPEN,
            LinkKind::Unsubscribe => UNSUBSCRIBE,
        });
        bytes.extend(self.member.as_bytes());
        bytes.extend(self.generation.to_be_bytes());
        // Five bytes of seconds are enough for 34,000 years.
        bytes.extend((self.issued_at.as_micros() / 1_000_000).to_be_bytes().iter().skip(3));
        let code = vault.mac(PURPOSE, &bytes);
        bytes.extend(code.iter().take(CODE));
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// What came back, if it was ours.
    pub fn read(vault: &Vault, text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let (said, code) = bytes.split_at_checked(SAID)?;
        if !same_bytes(vault.mac(PURPOSE, said).get(..CODE)?, code) {
            return None;
        }
        let (kind, rest) = said.split_first()?;
        let kind = match *kind {
            OPEN => LinkKind::Open,
            UNSUBSCRIBE => LinkKind::Unsubscribe,
            _ => return None,
        };
        let (member, rest) = rest.split_first_chunk::<16>()?;
        let (generation, seconds) = rest.split_first_chunk::<4>()?;
        let seconds = seconds.iter().fold(0, |sum, byte| sum << 8 | i64::from(*byte));
        Some(Self {
            kind,
            member: MemberId::from_bytes(*member),
            generation: i32::from_be_bytes(*generation),
            issued_at: Timestamp::from_micros(seconds * 1_000_000),
        })
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
    fn a_link_says_what_was_signed_and_nothing_that_was_touched() {
        let link = SignedLink {
            kind: LinkKind::Open,
            member: MemberId::generate(),
            generation: 3,
            issued_at: Timestamp::from_micros(1_795_442_700_000_000),
        };
        let text = link.written(&vault("0"));
        assert_eq!(text.len(), 56);
        assert_eq!(SignedLink::read(&vault("0"), &text), Some(link));
        assert_eq!(SignedLink::read(&vault("1"), &text), None);
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
        for at in 0..bytes.len() {
            let mut touched = bytes.clone();
            touched[at] ^= 1;
            assert_eq!(SignedLink::read(&vault("0"), &BASE64URL_NOPAD.encode(&touched)), None, "byte {at}");
        }
        for text in ["", "x", &text[..55], &format!("{text}AA"), &"A".repeat(32)] {
            assert_eq!(SignedLink::read(&vault("0"), text), None, "{text}");
        }
    }
}
