//! The one place that makes secrets, and the only form in which they are stored.

pub mod new_password;
pub mod passkeys;
pub mod password;
pub mod second_factor;
pub mod vault;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::db::ids::TokenHash;
use crate::mail::SignedLink;

/// So many bytes from the operating system's seeded generator.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0u8; N];
    rand::fill(&mut bytes);
    bytes
}

/// The operating system's generator, for libraries that want one in their hands.
pub fn system_random() -> ring::rand::SystemRandom {
    ring::rand::SystemRandom::new()
}

/// A random secret that leaves the house in a cookie or a link: 192 bits, base64url.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    const BYTES: usize = 24;

    /// A new secret from the operating system's seeded generator.
    pub fn generate() -> Self {
        Self(BASE64URL_NOPAD.encode(&random::<{ Self::BYTES }>()))
    }

    /// What came back in a cookie or a link, if it has the shape of a token at all: of one of these, or of a signed link,
    /// which is longer and none of the secrets that are stored.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        matches!(bytes.len(), Self::BYTES | SignedLink::BYTES).then(|| Self(text.to_owned()))
    }

    /// The secret itself, for the cookie or the link.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.as_bytes()).into())
    }

    /// A second secret made from this one; who knows only the second learns nothing of the first.
    pub fn derive(&self, purpose: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(purpose.as_bytes());
        hash.update([0]);
        hash.update(self.0.as_bytes());
        HEXLOWER.encode(&hash.finalize())
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Compares two texts in a time that does not depend on where they differ.
pub fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

/// The same for bytes.
pub fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// A setting that must never be printed.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Wraps what must not be printed.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
