//! Complaints (ARF, RFC 5965): somebody pressed “this is spam”.

use crate::fields::Fields;
use crate::letter::Letter;

use super::MAX_FAILURES;
use super::original::{self, Original};

/// What somebody complained of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// What kind of complaint it is.
    pub feedback: Feedback,
    /// Whose complaint it is, where the report tells: many leave it out or hide it.
    pub recipients: Vec<String>,
    /// What is known of the mail that was sent.
    pub original: Original,
}

/// What kind of complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feedback {
    /// They do not want it.
    Abuse,
    /// They want no more of it.
    OptOut,
    /// It looks like a fraud or has a virus.
    Fraud,
    /// It was taken for spam and is none: no complaint at all.
    NotSpam,
    /// A server says that a mail in our name failed its checks. Nobody complained.
    Authentication,
    /// Something else.
    Other,
}

impl Complaint {
    /// Whether somebody wants no more mail.
    pub fn wants_no_more(&self) -> bool {
        matches!(self.feedback, Feedback::Abuse | Feedback::OptOut | Feedback::Fraud)
    }
}

/// The complaint that a letter is.
pub(super) fn read(letter: &Letter<'_>) -> Option<Complaint> {
    let report = letter.parts.iter().find(|part| part.kind == "message/feedback-report");
    let Some(report) = report else { return read_unmarked(letter) };
    let bytes = report.bytes();
    let text = bytes.trim_ascii_start();
    let fields = Fields::parse(text);
    let feedback = match fields.get("feedback-type").unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "abuse" | "complaint" => Feedback::Abuse,
        "opt-out" | "opt-out-list" | "unsubscribe" => Feedback::OptOut,
        "fraud" | "virus" | "phish" => Feedback::Fraud,
        "not-spam" => Feedback::NotSpam,
        "auth-failure" | "dkim" | "dmarc" => Feedback::Authentication,
        "" if fields.get("abuse-type").is_some() => Feedback::Abuse,
        _ => Feedback::Other,
    };
    let mut original = original::attached(letter, "");
    if let Some(path) = fields.addresses(&["original-mail-from"]).into_iter().next() {
        original.return_path = original.return_path.or(Some(path));
    }
    original.envelope_id = fields.get("original-envelope-id").map(str::to_owned);
    let mut recipients =
        fields.addresses(&["original-rcpt-to", "removal-recipient", "x-original-recipient", "original-recipient"]);
    if recipients.is_empty() {
        recipients.clone_from(&original.to);
    }
    recipients.truncate(MAX_FAILURES);
    Some(Complaint { feedback, recipients, original })
}

/// Hotmail's, which come without a report: a subject, and the mail itself.
fn read_unmarked(letter: &Letter<'_>) -> Option<Complaint> {
    let subject = letter.subject()?.to_ascii_lowercase();
    let from = letter.from().into_iter().next()?.to_ascii_lowercase();
    let is_theirs = ["staff@hotmail.com", "staff@outlook.com"].contains(&from.as_str());
    let has_mail = letter.parts.iter().any(|part| part.kind == "message/rfc822");
    if !is_theirs || !has_mail || !subject.starts_with("complaint about message from") {
        return None;
    }
    let original = original::attached(letter, "");
    Some(Complaint { feedback: Feedback::Abuse, recipients: original.to.clone(), original })
}
