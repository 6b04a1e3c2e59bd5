//! What can go wrong, in the words of the application. `web::errors` turns it into a page.

use std::error::Error;

/// Every failure that a handler or a store can answer with.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// It does not exist, or not for whoever asks: the two are never told apart.
    #[error("not found")]
    NotFound,
    /// The one thing in the way is that nobody is signed in.
    #[error("sign-in required")]
    SignInRequired,
    /// They are signed in, but for too long to change what guards their account without proving again that it is them.
    #[error("fresh proof required")]
    ProofRequired,
    /// What was sent cannot be used; each problem names its field.
    #[error("invalid input")]
    Invalid(FieldErrors),
    /// It no longer fits what is there, and the sentence says how.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// The form was made for another visit, or by another site.
    #[error("request not made from our own form")]
    ForeignForm,
    /// The form was ours but is from before a sign-in or sign-out.
    #[error("form from another session")]
    StaleForm,
    /// The body is larger than any form needs.
    #[error("request too large")]
    TooLarge,
    /// Too many tries; when to try again, in seconds.
    #[error("too many requests")]
    TooMany {
        /// Seconds to wait.
        retry_after_seconds: u64,
    },
    /// Something that we depend on cannot be reached just now.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A defect or a broken dependency; the cause is for the log.
    #[error("internal error: {0}")]
    Internal(#[source] Box<dyn Error + Send + Sync>),
}

impl AppError {
    /// Wraps a cause that no visitor can do anything about.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// One field, one problem.
    pub fn invalid(field: &'static str, problem: impl Into<String>) -> Self {
        Self::Invalid(FieldErrors::default().with(field, problem))
    }
}

/// The result of nearly everything here.
pub type Result<T, E = AppError> = std::result::Result<T, E>;

/// What is wrong with which field of a form, in the order in which it is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<(&'static str, String)>);

impl FieldErrors {
    /// Adds a problem.
    pub fn with(mut self, field: &'static str, problem: impl Into<String>) -> Self {
        self.add(field, problem);
        self
    }

    /// Adds a problem.
    pub fn add(&mut self, field: &'static str, problem: impl Into<String>) {
        self.0.push((field, problem.into()));
    }

    /// Takes the value out of a parsed field, or notes its problem.
    pub fn take<T>(&mut self, field: &'static str, parsed: std::result::Result<T, String>) -> Option<T> {
        parsed.map_err(|problem| self.add(field, problem)).ok()
    }

    /// The first problem of a field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| *name == field).map(|(_, problem)| problem.as_str())
    }

    /// Every problem with the field it belongs to.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(field, problem)| (*field, problem.as_str()))
    }

    /// Whether the form can be used.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
