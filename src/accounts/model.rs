//! Who somebody is, and what they may write about themselves.

use serde::Deserialize;

use crate::db::ids::{PersonId, SessionId};
use crate::error::{AppError, FieldErrors, Result};
use crate::mail::EmailAddress;
use crate::secrets::{Secret, password};
use crate::text;

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
}

/// Who is asking.
#[derive(Clone, Debug)]
pub enum Viewer {
    /// Nobody we know.
    Anonymous,
    /// Somebody with a session.
    Person(SignedIn),
}

impl Viewer {
    /// The person, if there is one.
    pub fn person(&self) -> Option<&SignedIn> {
        match self {
            Self::Anonymous => None,
            Self::Person(person) => Some(person),
        }
    }

    /// The person, if they are signed in with their account; a link in a mail is not enough.
    pub fn account(&self) -> Result<&SignedIn> {
        match self {
            Self::Person(person) if person.scope == SessionScope::Account => Ok(person),
            _ => Err(AppError::SignInRequired),
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
        let password = errors.take("password", password::parse_new(&self.password));
        match (name, email, password) {
            (Some(name), Some(email), Some(password)) => Ok(NewSignUp { name, email, password }),
            _ => Err(errors),
        }
    }
}

/// Where to go after signing in: an address of ours or nowhere.
pub fn safe_next(next: &str) -> Option<&str> {
    let ours = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n', '\t']);
    (ours && !next.starts_with("/sign-")).then_some(next)
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
