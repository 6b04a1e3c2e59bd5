//! Who somebody is, and what they may write about themselves.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::db::ids::{PersonId, SessionId, TokenHash};
use crate::error::{AppError, FieldErrors, Result};
use crate::mail::EmailAddress;
use crate::secrets::{Secret, password};
use crate::text;
use crate::web::{Language, Perspective, Zone};

/// How long a name may be.
pub const NAME_CHARS: usize = 100;

crate::words! {
    /// How far a session reaches.
    pub enum SessionScope {
        /// Signed in with a password: everything the person may do.
        Account = "account",
        /// Let in by a link in a mail: reading and encouragement, on the pages whose links were opened.
        Pages = "pages",
    }
}

crate::words! {
    /// Why no mail goes to an address any more.
    pub enum MailStop {
        /// It does not work.
        Bounced = "bounced",
        /// Whoever reads it has told their mail provider that our mail is unwanted.
        Complained = "complained",
    }
}

/// Somebody with a session.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session.
    pub session_id: SessionId,
    /// The person.
    pub person_id: PersonId,
    /// What they are called.
    pub name: String,
    /// Their address.
    pub email: String,
    /// How far the session reaches.
    pub scope: SessionScope,
    /// When they last proved in this session that it is them.
    pub proved_at: Option<Timestamp>,
    /// The time zone that they read in (IANA).
    pub time_zone: String,
    /// The language that they read in (BCP 47).
    pub language: String,
}

/// Who is asking, and with what in hand.
#[derive(Clone, Debug, Default)]
pub struct Viewer {
    person: Option<SignedIn>,
    /// The hashes of the secret page links that were opened in this browser.
    pub page_links: Vec<TokenHash>,
    /// As whom an organizer wants to see their page just now.
    pub perspective: Option<Perspective>,
    now: Option<Timestamp>,
}

/// For how long a proof that it is really them lets somebody change what guards their account.
pub const PROOF_LASTS: SignedDuration = SignedDuration::from_mins(15);

impl Viewer {
    /// Nobody we know.
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// Whoever the request says, at this time.
    pub fn new(
        person: Option<SignedIn>,
        page_links: Vec<TokenHash>,
        perspective: Option<Perspective>,
        now: Timestamp,
    ) -> Self {
        Self { person, page_links, perspective, now: Some(now) }
    }

    /// The person, if there is one.
    pub fn person(&self) -> Option<&SignedIn> {
        self.person.as_ref()
    }

    /// The person, if they are signed in with their account; a link in a mail is not enough.
    pub fn account(&self) -> Result<&SignedIn> {
        match &self.person {
            Some(person) if person.scope == SessionScope::Account => Ok(person),
            _ => Err(AppError::SignInRequired),
        }
    }

    /// The same, if they have proved a short while ago that it is them: what guards an account is not changed by somebody
    /// who finds it open.
    pub fn proven_account(&self) -> Result<&SignedIn> {
        let person = self.account()?;
        let since = self.now.map(|now| now - PROOF_LASTS);
        match (person.proved_at, since) {
            (Some(at), Some(since)) if at > since => Ok(person),
            _ => Err(AppError::ProofRequired),
        }
    }

    /// Whether an account is signed in.
    pub fn has_account(&self) -> bool {
        self.account().is_ok()
    }
}

/// The sign-up form as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SignUpInput {
    pub name: String,
    pub email: String,
    pub password: String,
}

/// The sign-up form, valid.
pub struct NewSignUp {
    pub name: String,
    pub email: EmailAddress,
    pub password: Secret,
}

impl SignUpInput {
    pub fn parse(&self) -> Result<NewSignUp, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", text::name(&self.name, "your name", NAME_CHARS));
        let email = errors.take("email", EmailAddress::parse(&self.email));
        let password = errors.take("password", password::parse_new(&self.password, &[&self.name, &self.email]));
        match (name, email, password) {
            (Some(name), Some(email), Some(password)) => Ok(NewSignUp { name, email, password }),
            _ => Err(errors),
        }
    }
}

/// How somebody wants to read, as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReadingInput {
    pub language: String,
    pub time_zone: String,
}

impl ReadingInput {
    pub fn parse(&self) -> Result<(Language, Zone), FieldErrors> {
        let mut errors = FieldErrors::default();
        let language = Language::from_word(&self.language).ok_or_else(|| "Please choose a language.".to_owned());
        let language = errors.take("language", language);
        let zone = errors.take("time_zone", Zone::parse(&self.time_zone));
        language.zip(zone).ok_or(errors)
    }
}

/// What is half done until one more form comes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// The password was right; the code is missing. How many codes were wrong so far.
    Code { wrong: u8 },
    /// An authenticator was asked for a new passkey.
    NewPasskey { state: String },
    /// An authenticator was asked who is there.
    Who { state: String },
}

impl Step {
    /// For the table.
    pub fn to_text(&self) -> Result<String> {
        serde_json::to_string(self).map_err(AppError::internal)
    }

    /// Out of the table.
    pub fn from_text(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(AppError::internal)
    }
}

/// How many wrong codes end a sign-in that has the right password.
pub const MOST_WRONG_CODES: u8 = 5;

crate::words! {
    /// What somebody is told of by mail, because it changes who can get into their account.
    pub enum Notice {
        /// The password was changed, or set anew.
        PasswordChanged = "password_changed",
        /// The password was removed.
        PasswordRemoved = "password_removed",
        /// A passkey was added.
        PasskeyAdded = "passkey_added",
        /// A passkey was removed.
        PasskeyRemoved = "passkey_removed",
        /// The second factor was turned on.
        SecondFactorOn = "second_factor_on",
        /// The second factor was turned off.
        SecondFactorOff = "second_factor_off",
        /// There are new recovery codes.
        RecoveryCodes = "recovery_codes",
    }
}

impl Notice {
    /// A sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::PasswordChanged => "The password of your account was changed.",
            Self::PasswordRemoved => "The password of your account was removed: it opens with a passkey only.",
            Self::PasskeyAdded => "A passkey was added to your account: from now on one can sign in with it.",
            Self::PasskeyRemoved => "A passkey was removed from your account.",
            Self::SecondFactorOn => "The second step was turned on: signing in now asks for a code as well.",
            Self::SecondFactorOff => "The second step was turned off: the password is enough to sign in.",
            Self::RecoveryCodes => "New recovery codes were made for your account. The old ones no longer work.",
        }
    }

    /// With the device where it happened, for the job that tells of it.
    pub fn with_device(self, device: &str) -> String {
        format!("{} {device}", self.as_str())
    }

    /// The same, read again.
    pub fn and_device(text: &str) -> Option<(Self, &str)> {
        let (word, device) = text.split_once(' ')?;
        Some((Self::from_word(word)?, device))
    }
}

/// Where to go after signing in: an address of ours or nowhere.
pub fn safe_next(next: &str) -> Option<&str> {
    let ours = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n', '\t']);
    (ours && !next.starts_with("/sign-") && !next.starts_with("/account/proof")).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere_after_signing_in() {
        assert_eq!(safe_next("/p/maria?x=1"), Some("/p/maria?x=1"));
        for elsewhere in
            ["https://example.org", "//example.org", "/\\example.org", "javascript:alert(1)", "", "/\t/x", "/sign-out"]
        {
            assert_eq!(safe_next(elsewhere), None, "{elsewhere}");
        }
    }
}
