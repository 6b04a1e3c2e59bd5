//! What mail servers say of mail of ours: that it did not arrive, that it is late, that somebody complained.

mod complaint;
mod dsn;
mod original;
mod phrases;
mod plain;
mod reason;
mod said;
mod status;

use crate::fields::bounded;
use crate::kind::Envelope;
use crate::letter::Letter;

pub use complaint::{Complaint, Feedback};
pub use original::Original;
pub use reason::Reason;
pub use status::Status;

/// How many recipients of one report are looked at.
const MAX_FAILURES: usize = 1_000;
/// How much of what a server said is kept.
const MAX_DIAGNOSTIC: usize = 500;

/// Mail that did not arrive, or not yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// Whom it did not reach; at least one.
    pub failures: Vec<Failure>,
    /// What is known of the mail that was sent.
    pub original: Original,
}

/// Somebody whom a mail did not reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The address as the report has it, the one that was written to where it tells that apart. A report may name
    /// another one than ours, where mail is passed on.
    pub recipient: String,
    /// The last address that the mail was passed on to, where that is another one.
    pub passed_on_to: Option<String>,
    /// The code of RFC 3463.
    pub status: Option<Status>,
    /// Whether trying again later may help.
    pub severity: Severity,
    /// Why, as far as it can be told.
    pub reason: Reason,
    /// What the server said, in one line of at most 500 bytes.
    pub diagnostic: String,
}

/// Whether trying again later may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// It will not: the server says so.
    Permanent,
    /// It may.
    Transient,
    /// Nothing was said.
    Unknown,
}

/// What a report says.
pub(crate) enum Report {
    Failed(Bounce),
    Late(Bounce),
    Complained(Complaint),
    /// That a mail has arrived.
    Arrived,
}

/// What is reported, where the letter is a report at all.
pub(crate) fn report(letter: &Letter<'_>, envelope: &Envelope<'_>) -> Option<Report> {
    if let Some(complaint) = complaint::read(letter) {
        return Some(Report::Complained(complaint));
    }
    if let Some(report) = dsn::read(letter) {
        return Some(report);
    }
    plain::read(letter, envelope)
}

impl Failure {
    /// What a mail server means that answers us with this, to our face.
    pub fn answered(said: &str) -> Self {
        Self::new(String::new(), None, said, None)
    }

    /// What a server said about an address. `said_transient` is what the report says besides the codes.
    fn new(recipient: String, status: Option<Status>, diagnostic: &str, said: Option<Severity>) -> Self {
        let diagnostic = one_line(diagnostic);
        let status = status::sharper(status, &diagnostic);
        let severity = said.unwrap_or_else(|| status::severity(status, &diagnostic));
        let reason = reason::tell(status, &diagnostic);
        Self { recipient, passed_on_to: None, status, severity, reason, diagnostic }
    }
}

/// One line without control characters, of bounded length.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = bounded(text, 4 * MAX_DIAGNOSTIC).split_whitespace().collect();
    let line: String = words.join(" ").chars().filter(|letter| !letter.is_control()).collect();
    bounded(&line, MAX_DIAGNOSTIC).trim_end().to_owned()
}
