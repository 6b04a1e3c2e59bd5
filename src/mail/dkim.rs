//! Signs what leaves (DKIM: RFC 6376, RFC 8301, RFC 8463), with every key that is set, so that receivers take the one that
//! they understand.
//!
//! Written on `ring`, which is here for TLS: the library that carries our mail keeps one signature a message, reads the
//! system's clock and takes RSA from a crate with an open advisory.

use std::fmt::Write;
use std::path::PathBuf;

use data_encoding::BASE64;
use ring::signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use sha2::{Digest, Sha256};

use crate::clock::Timestamp;
use crate::secrets::system_random;

/// A key as the settings name it: `selector:domain:/path/to/key.pem`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DkimSetting {
    /// Which of the domain's keys it is.
    pub selector: String,
    /// The domain that signs.
    pub domain: String,
    /// Where the key lies.
    pub path: PathBuf,
}

impl DkimSetting {
    /// Reads a list of them, with commas between.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, String> {
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(Self::parse).collect()
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.splitn(3, ':');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(selector), Some(domain), Some(path))
                if is_name(selector) && is_name(domain) && domain.contains('.') && !path.is_empty() =>
            {
                Ok(Self {
                    selector: selector.to_ascii_lowercase(),
                    domain: domain.to_ascii_lowercase(),
                    path: PathBuf::from(path),
                })
            }
            _ => Err(format!("has '{text}', which is not like mail2026:example.org:/etc/tidings/dkim.pem")),
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

/// A key that signs.
pub struct DkimKey {
    selector: String,
    domain: String,
    pair: Pair,
}

enum Pair {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Ed25519KeyPair),
}

/// What is signed, where it is there. RFC 8058 wants the two of `List-Unsubscribe` among them.
const SIGNED: [&str; 17] = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "reply-to",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "feedback-id",
    "auto-submitted",
    "sender",
];

/// What nobody may add a second one of on the way.
const ONCE: [&str; 5] = ["from", "to", "subject", "date", "reply-to"];

impl DkimKey {
    /// Reads the key: PEM, RSA (PKCS#8 or PKCS#1, at least 2048 bits) or Ed25519.
    pub fn load(setting: &DkimSetting) -> Result<Self, String> {
        let shown = setting.path.display();
        let key = PrivateKeyDer::from_pem_file(&setting.path)
            .map_err(|error| format!("{shown} is not a private key in PEM ({error})"))?;
        let bits = |_| format!("{shown} is neither an RSA key of 2048 to 4096 bits nor an Ed25519 key");
        let pair = match &key {
            PrivateKeyDer::Pkcs1(der) => {
                Pair::Rsa(Box::new(RsaKeyPair::from_der(der.secret_pkcs1_der()).map_err(bits)?))
            }
            PrivateKeyDer::Pkcs8(der) => {
                let der = der.secret_pkcs8_der();
                match Ed25519KeyPair::from_pkcs8_maybe_unchecked(der) {
                    Ok(pair) => Pair::Ed25519(pair),
                    Err(_) => Pair::Rsa(Box::new(RsaKeyPair::from_pkcs8(der).map_err(bits)?)),
                }
            }
            _ => return Err(format!("{shown} is a key of another kind: RSA or Ed25519 is needed")),
        };
        Ok(Self { selector: setting.selector.clone(), domain: setting.domain.clone(), pair })
    }

    /// The domain that signs.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// What has to stand in the DNS for it: the name of a TXT record, and its text.
    pub fn record(&self) -> (String, String) {
        let (kind, key) = match &self.pair {
            Pair::Rsa(pair) => ("rsa", subject_public_key_info(pair.public_key().as_ref())),
            Pair::Ed25519(pair) => ("ed25519", pair.public_key().as_ref().to_vec()),
        };
        let name = format!("{}._domainkey.{}", self.selector, self.domain);
        (name, format!("v=DKIM1; k={kind}; p={}", BASE64.encode(&key)))
    }

    /// The header for a message whose headers and body are these.
    fn header(&self, headers: &[(String, String)], body_hash: &str, now: Timestamp) -> Result<String, String> {
        let there = |name: &&str| headers.iter().any(|(found, _)| found == name);
        let mut names: Vec<&str> = SIGNED.into_iter().filter(there).collect();
        // Named once more than they are there: one more would break the signature.
        names.extend(ONCE);
        let mut signed = String::new();
        for name in SIGNED {
            if let Some((name, value)) = headers.iter().rfind(|(found, _)| found == name) {
                let _ = write!(signed, "{name}:{value}\r\n");
            }
        }
        let kind = match &self.pair {
            Pair::Rsa(_) => "rsa",
            Pair::Ed25519(_) => "ed25519",
        };
        let mut header = format!(
            "v=1; a={kind}-sha256; c=relaxed/relaxed; d={};\r\n s={}; t={};\r\n h={};\r\n bh={body_hash};\r\n b=",
            self.domain,
            self.selector,
            now.as_micros() / 1_000_000,
            names.chunks(5).map(|some| some.join(":")).collect::<Vec<_>>().join(":\r\n "),
        );
        let _ = write!(signed, "dkim-signature:{}", relaxed(&header));
        let signature = BASE64.encode(&self.sign(signed.as_bytes())?);
        for part in signature.as_bytes().chunks(72) {
            let _ = write!(header, "\r\n {}", String::from_utf8_lossy(part));
        }
        Ok(format!("DKIM-Signature: {header}\r\n"))
    }

    fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &system_random(), bytes, &mut signature)
                    .map_err(|_| "the DKIM key does not sign".to_owned())?;
                Ok(signature)
            }
            // RFC 8463: what is signed is the hash.
            Pair::Ed25519(pair) => Ok(pair.sign(&Sha256::digest(bytes)).as_ref().to_vec()),
        }
    }
}

/// The signatures of a message, one a key, to stand before it.
pub(super) fn signatures(keys: &[DkimKey], message: &str, now: Timestamp) -> Result<String, String> {
    if keys.is_empty() {
        return Ok(String::new());
    }
    let (head, body) = message.split_once("\r\n\r\n").ok_or("a message without a body")?;
    let body_hash = BASE64.encode(&Sha256::digest(relaxed_body(body)));
    let headers = headers(head);
    keys.iter().map(|key| key.header(&headers, &body_hash, now)).collect()
}

/// Every header with its value, both in the relaxed form (RFC 6376, 3.4.2).
fn headers(head: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in head.split("\r\n") {
        match (line.starts_with([' ', '\t']), found.last_mut()) {
            (true, Some((_, value))) => value.push_str(line),
            _ => {
                let (name, value) = line.split_once(':').unwrap_or((line, ""));
                found.push((name.trim().to_ascii_lowercase(), value.to_owned()));
            }
        }
    }
    found.into_iter().map(|(name, value)| (name, relaxed(&value))).collect()
}

/// One line, single spaces, none at the ends.
fn relaxed(value: &str) -> String {
    let words: Vec<&str> = value.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// Single spaces, none at the ends of lines, no empty lines at the end (RFC 6376, 3.4.4).
fn relaxed_body(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let mut empty = 0;
    for line in body.split("\r\n") {
        let line = line.trim_end_matches([' ', '\t']);
        if line.is_empty() {
            empty += 1;
            continue;
        }
        out.extend(std::iter::repeat_n("\r\n", empty));
        empty = 0;
        let mut was_space = false;
        for c in line.chars() {
            let is_space = matches!(c, ' ' | '\t');
            if !(is_space && was_space) {
                out.push(if is_space { ' ' } else { c });
            }
            was_space = is_space;
        }
        out.push_str("\r\n");
    }
    out
}

/// An RSA public key as DNS records have it (RFC 5280, 4.1.2.7): the key in its envelope, which names the kind.
fn subject_public_key_info(key: &[u8]) -> Vec<u8> {
    const RSA_ENCRYPTION: [u8; 15] = [0x30, 13, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 0x05, 0];
    let bits = der(0x03, &[&[0], key].concat());
    der(0x30, &[&RSA_ENCRYPTION, bits.as_slice()].concat())
}

/// One value in DER: its tag, its length, itself.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let short: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    let mut out = vec![tag];
    match short.as_slice() {
        [] => out.push(0),
        [one] if *one < 128 => out.push(*one),
        // At most eight bytes of length.
        many => {
            out.push(0x80 | u8::try_from(many.len()).unwrap_or(8));
            out.extend(many);
        }
    }
    out.extend(content);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_relaxed_forms_are_those_of_the_rfc() {
        // RFC 6376, 3.4.5.
        let head = "A: X\r\nB : Y\t\r\n\tZ  ";
        assert_eq!(headers(head), [("a".to_owned(), "X".to_owned()), ("b".to_owned(), "Y Z".to_owned())]);
        assert_eq!(relaxed_body(" C \r\nD \t E\r\n\r\n\r\n"), " C\r\nD E\r\n");
        assert_eq!(relaxed_body("one\r\n\r\n \r\ntwo"), "one\r\n\r\n\r\ntwo\r\n");
        assert_eq!(relaxed_body("\r\n"), "");
    }

    #[test]
    fn a_setting_names_its_parts() {
        let keys = DkimSetting::parse_list("a:example.org:/k.pem, b:Example.org:C:/k.pem").unwrap();
        assert_eq!(keys.iter().map(|it| it.selector.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!((keys[1].domain.as_str(), keys[1].path.to_str()), ("example.org", Some("C:/k.pem")));
        for bad in ["a", "a:b", "a:example.org:", ":example.org:/k", "a b:example.org:/k", "a:localhost:/k"] {
            assert!(DkimSetting::parse_list(bad).is_err(), "{bad}");
        }
    }
}
