//! What must be kept and read again, though nobody who reads the database may: sealed with the installation's own key.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use data_encoding::HEXLOWER_PERMISSIVE;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;

use super::{Secret, random};
use crate::error::{AppError, Result};

/// The name of the file with the key, in `data_dir`.
const FILE: &str = "secret.key";

const KEY_BYTES: usize = 32;

/// What the key for codes is made from the installation's key with, so that it is none of those that seal.
const FOR_CODES: &[u8] = b"tidings codes v1";

/// Seals and opens (ChaCha20-Poly1305, RFC 8439), and makes codes that nobody else can make (HMAC-SHA256, RFC 2104).
/// Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    seals: Arc<LessSafeKey>,
    codes: hmac::Key,
}

impl Vault {
    /// With the key that is set, or the one in the folder, which is made there the first time.
    pub fn open(key: Option<&Secret>, folder: &Path) -> Result<Self, String> {
        let text = match key {
            Some(key) => key.reveal().to_owned(),
            None => read_or_make(&folder.join(FILE))?,
        };
        let bytes = parse_key(&text)?;
        let key = UnboundKey::new(&CHACHA20_POLY1305, &bytes).map_err(|_| "is not a key".to_owned())?;
        let for_codes = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &bytes), FOR_CODES);
        let codes = hmac::Key::new(hmac::HMAC_SHA256, for_codes.as_ref());
        Ok(Self { seals: Arc::new(LessSafeKey::new(key)), codes })
    }

    /// Seals a text. `purpose` says what it is and whose: only with the same words it can be opened again, so that no
    /// sealed text can be put in the place of another.
    pub fn seal(&self, purpose: &str, text: &str) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE_LEN] = random();
        let mut sealed = text.as_bytes().to_vec();
        self.seals
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(purpose), &mut sealed)
            .map_err(|_| AppError::internal("could not seal"))?;
        sealed.splice(0..0, nonce);
        Ok(sealed)
    }

    /// Opens what was sealed for this purpose; `None` if it was not, or with another key.
    pub fn unseal(&self, purpose: &str, sealed: &[u8]) -> Option<String> {
        let (nonce, rest) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut rest = rest.to_vec();
        let text = self.seals.open_in_place(nonce, Aad::from(purpose), &mut rest).ok()?;
        String::from_utf8(text.to_vec()).ok()
    }

    /// A code over these bytes that only whoever has the key can make. With another purpose it is another code.
    pub fn mac(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.codes);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(bytes);
        let mut code = [0; 32];
        code.copy_from_slice(context.sign().as_ref());
        code
    }
}

/// A key as it stands in the settings or the file: 32 bytes as 64 hexadecimal digits.
pub fn parse_key(text: &str) -> Result<Vec<u8>, String> {
    let bytes = HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).unwrap_or_default();
    if bytes.len() == KEY_BYTES {
        Ok(bytes)
    } else {
        Err("must be 64 hexadecimal digits, as `openssl rand -hex 32` makes them".to_owned())
    }
}

fn read_or_make(path: &Path) -> Result<String, String> {
    let problem = |error: std::io::Error| format!("{}: {error}", path.display());
    let fresh = HEXLOWER_PERMISSIVE.encode(&random::<KEY_BYTES>());
    // Written whole beside its place and then linked into it: of two processes that start at once, both read the same.
    let beside = path.with_extension(format!("{}.new", HEXLOWER_PERMISSIVE.encode(&random::<8>())));
    if !path.exists() {
        let mut file =
            std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside).map_err(problem)?;
        file.write_all(format!("{fresh}\n").as_bytes()).and_then(|()| file.sync_all()).map_err(problem)?;
        let linked = std::fs::hard_link(&beside, path);
        std::fs::remove_file(&beside).map_err(problem)?;
        match linked {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(problem(error)),
            _ => {}
        }
    }
    std::fs::read_to_string(path).map_err(problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault() -> Vault {
        Vault::open(Some(&Secret::new("00".repeat(32))), Path::new("/nowhere")).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_for_its_purpose_only() {
        let sealed = vault().seal("totp of Jo", "a secret").unwrap();
        assert!(!sealed.windows(8).any(|part| part == b"a secret"));
        assert_eq!(vault().unseal("totp of Jo", &sealed).as_deref(), Some("a secret"));
        assert_eq!(vault().unseal("totp of Bill", &sealed), None);
        let mut broken = sealed.clone();
        broken[15] ^= 1;
        assert_eq!(vault().unseal("totp of Jo", &broken), None);
        assert_eq!(vault().unseal("totp of Jo", b"short"), None);
        assert_ne!(vault().seal("totp of Jo", "a secret").unwrap(), sealed);
    }

    #[test]
    fn a_code_is_for_its_purpose_its_bytes_and_its_key_only() {
        let code = vault().mac("reply", b"12");
        assert_eq!(vault().mac("reply", b"12"), code);
        assert_ne!(vault().mac("return", b"12"), code);
        assert_ne!(vault().mac("reply1", b"2"), code);
        let other = Vault::open(Some(&Secret::new("01".repeat(32))), Path::new("/nowhere")).unwrap();
        assert_ne!(other.mac("reply", b"12"), code);
    }

    #[test]
    fn the_key_is_made_once_and_only_its_owner_reads_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let sealed = Vault::open(None, folder).unwrap().seal("x", "kept").unwrap();
        assert_eq!(Vault::open(None, folder).unwrap().unseal("x", &sealed).as_deref(), Some("kept"));
        let mode = std::fs::metadata(folder.join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1);
    }
}
