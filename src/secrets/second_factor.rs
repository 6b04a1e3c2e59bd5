//! The second factor: codes that change every half minute (TOTP, RFC 6238), and codes on paper for the day when the phone
//! is gone.

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use fast_qr::QRBuilder;
use sha2::{Digest, Sha256};
use totp_rs::{Algorithm, Builder, Totp};

use super::random;
use super::vault::Vault;
use crate::clock::Timestamp;
use crate::db::ids::{PersonId, TokenHash};
use crate::error::{AppError, Result};

/// 160 bits, as RFC 4226, section 4 (R6), recommends.
const SECRET_BYTES: usize = 20;

const DIGITS: u8 = 6;
const STEP_SECONDS: u64 = 30;

/// One step early or late: clocks differ (RFC 6238, 5.2).
const SKEW: u16 = 1;

/// How many recovery codes there are at first.
pub const RECOVERY_CODES: usize = 10;

/// 80 bits each.
const RECOVERY_BYTES: usize = 10;

/// The secret that an app on somebody's phone shares with us.
pub struct Authenticator(Totp);

impl Authenticator {
    /// A new secret, for an account that the app shows under this address.
    pub fn generate(email: &str) -> Result<Self> {
        Self::new(&random::<SECRET_BYTES>(), email)
    }

    fn new(secret: &[u8], email: &str) -> Result<Self> {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(DIGITS)
            .with_skew(SKEW)
            .with_step_duration(STEP_SECONDS)
            .with_secret(secret.to_vec())
            .with_issuer(Some("Tidings"))
            .with_account_name(email.replace(':', ""))
            .build()
            .map(Self)
            .map_err(|error| AppError::internal(error.to_string()))
    }

    /// The time step whose code this is, if it is one of now.
    pub fn step_of(&self, code: &str, now: Timestamp) -> Option<i64> {
        let seconds = u64::try_from(now.as_micros() / 1_000_000).ok()?;
        i64::try_from(self.0.check(&tidy(code), seconds)?).ok()
    }

    /// The secret in groups of four, to be typed where no picture can be taken.
    pub fn in_groups(&self) -> String {
        grouped(&self.text(), " ")
    }

    /// The shape of the QR code that the app reads: an SVG path on a grid, and how many squares the grid is wide.
    pub fn qr(&self) -> Result<(String, usize)> {
        let url = self.0.to_url().map_err(|error| AppError::internal(error.to_string()))?;
        let code = QRBuilder::new(url).build().map_err(|error| AppError::internal(error.to_string()))?;
        let mut path = String::new();
        for y in 0..code.size {
            for (x, square) in code[y].iter().enumerate() {
                if square.value() {
                    path.push_str(&format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET));
                }
            }
        }
        Ok((path, code.size + 2 * QUIET))
    }

    /// For the table: only this installation can open it, and only as this person's.
    pub fn seal(&self, vault: &Vault, person: PersonId) -> Result<Vec<u8>> {
        vault.seal(&format!("second factor of {person}"), &self.text())
    }

    /// Out of the table.
    pub fn unseal(vault: &Vault, person: PersonId, sealed: &[u8], email: &str) -> Result<Option<Self>> {
        vault.unseal(&format!("second factor of {person}"), sealed).map(|text| Self::parse(&text, email)).transpose()
    }

    /// For the form in which it is shown the first time. Nothing is stored before the first code is right.
    pub fn seal_for_form(&self, vault: &Vault, person: PersonId) -> Result<String> {
        Ok(BASE64URL_NOPAD.encode(&vault.seal(&format!("new second factor of {person}"), &self.text())?))
    }

    /// Out of the form, if it is one that this person was given.
    pub fn unseal_from_form(vault: &Vault, person: PersonId, text: &str, email: &str) -> Result<Option<Self>> {
        let sealed = BASE64URL_NOPAD.decode(text.as_bytes()).unwrap_or_default();
        let text = vault.unseal(&format!("new second factor of {person}"), &sealed);
        text.map(|text| Self::parse(&text, email)).transpose()
    }

    fn parse(text: &str, email: &str) -> Result<Self> {
        Self::new(&BASE32_NOPAD.decode(text.as_bytes()).map_err(AppError::internal)?, email)
    }

    fn text(&self) -> String {
        BASE32_NOPAD.encode(self.0.secret().as_ref())
    }
}

/// The white around a QR code, in squares (ISO/IEC 18004, 9.1).
const QUIET: usize = 4;

/// A code for the day when the phone is gone.
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// A new one.
    pub fn generate() -> Self {
        Self(BASE32_NOPAD.encode(&random::<RECOVERY_BYTES>()))
    }

    /// What somebody typed, if it has the shape of one: spaces, hyphens and capitals do not matter.
    pub fn parse(text: &str) -> Option<Self> {
        let text = tidy(text).to_uppercase();
        let bytes = BASE32_NOPAD.decode(text.as_bytes()).ok()?;
        (bytes.len() == RECOVERY_BYTES).then_some(Self(text))
    }

    /// As it is shown, once.
    pub fn in_groups(&self) -> String {
        grouped(&self.0.to_lowercase(), "-")
    }

    /// What is kept of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.as_bytes()).into())
    }
}

fn tidy(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn grouped(text: &str, between: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::Secret;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    /// RFC 6238, appendix B, for SHA-1; ours are the last six of its eight digits.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let it = Authenticator::new(b"12345678901234567890", "ann@example.org").unwrap();
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")]
        {
            assert_eq!(it.step_of(code, at(seconds)), Some(seconds / 30), "{seconds}");
            assert_eq!(it.step_of(&format!("{} {}", &code[..3], &code[3..]), at(seconds)), Some(seconds / 30));
        }
        assert_eq!(it.step_of("94287082", at(59)), None, "eight digits are not ours");
    }

    #[test]
    fn a_code_is_good_one_step_early_and_one_late() {
        let it = Authenticator::new(b"12345678901234567890", "ann@example.org").unwrap();
        // 287082 is the code of the seconds 30 to 59.
        let found = |seconds| it.step_of("287082", at(seconds));
        assert_eq!((found(0), found(29), found(89)), (Some(1), Some(1), Some(1)));
        assert_eq!((found(90), found(119)), (None, None));
    }

    #[test]
    fn a_sealed_secret_is_one_persons_and_for_one_place() {
        let vault = Vault::open(Some(&Secret::new("00".repeat(32))), std::path::Path::new("/nowhere")).unwrap();
        let (ann, bill) = (PersonId::generate(), PersonId::generate());
        let it = Authenticator::generate("ann@example.org").unwrap();
        let sealed = it.seal(&vault, ann).unwrap();
        let open = |person, sealed: &[u8]| Authenticator::unseal(&vault, person, sealed, "x@example.org").unwrap();
        assert_eq!(open(ann, &sealed).map(|it| it.in_groups()), Some(it.in_groups()));
        assert!(open(bill, &sealed).is_none());
        let form = it.seal_for_form(&vault, ann).unwrap();
        let from_form = |person| Authenticator::unseal_from_form(&vault, person, &form, "x@example.org").unwrap();
        assert!(from_form(ann).is_some() && from_form(bill).is_none());
        assert!(open(ann, &BASE64URL_NOPAD.decode(form.as_bytes()).unwrap()).is_none(), "a form's is not a table's");
    }

    #[test]
    fn a_recovery_code_is_read_however_it_is_typed() {
        let code = RecoveryCode::generate();
        let shown = code.in_groups();
        assert_eq!(shown.len(), 19, "{shown}");
        for typed in [shown.clone(), shown.to_uppercase(), shown.replace('-', " "), shown.replace('-', "")] {
            assert_eq!(RecoveryCode::parse(&typed).map(|it| it.hash()), Some(code.hash()), "{typed}");
        }
        assert!(RecoveryCode::parse("123456").is_none() && RecoveryCode::parse("").is_none());
    }
}
