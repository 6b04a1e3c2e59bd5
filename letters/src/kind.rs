//! What a mail is.

use crate::automatic::{Automatic, automatic};
use crate::bounce::{self, Bounce, Complaint, Report};
use crate::letter::Letter;

/// What is known of a mail besides itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Envelope<'a> {
    /// Its sender in the SMTP dialogue; empty for mail that must not be answered. Where it is not known, what the
    /// delivering server noted in `Return-Path` is taken.
    pub sender: Option<&'a str>,
    /// The name of a field that all our own mail carries, by which it is known when it comes back to us.
    pub own_field: Option<&'a str>,
}

/// What a mail is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Mail of ours did not arrive.
    Bounce(Bounce),
    /// Mail of ours has not arrived yet, and is tried again by whoever says so.
    Delayed(Bounce),
    /// Somebody complained of mail of ours, or a server speaks of one.
    Complaint(Complaint),
    /// A machine wrote it, and nobody waits for an answer.
    Automatic(Automatic),
    /// Somebody answered a mail.
    Reply,
    /// Somebody wrote.
    Fresh,
}

impl Letter<'_> {
    /// What it is. Nothing of it is proven: a bounce counts where it came to an address that only our mail knew.
    pub fn kind(&self, envelope: &Envelope<'_>) -> Kind {
        match bounce::report(self, envelope) {
            Some(Report::Failed(bounce)) => return Kind::Bounce(bounce),
            Some(Report::Late(bounce)) => return Kind::Delayed(bounce),
            Some(Report::Complained(complaint)) => return Kind::Complaint(complaint),
            Some(Report::Arrived) => return Kind::Automatic(Automatic::Report),
            None => {}
        }
        match automatic(self, envelope) {
            Some(why) => Kind::Automatic(why),
            None if self.answers() => Kind::Reply,
            None => Kind::Fresh,
        }
    }

    /// Whether it answers a mail, by its fields or by its subject.
    fn answers(&self) -> bool {
        const PREFIXES: [&str; 16] =
            ["re", "aw", "sv", "antw", "ant", "odp", "rép", "ré", "rif", "r", "vs", "vá", "res", "atb", "回复", "答复"];
        let by_subject = || {
            let subject = self.subject()?.to_lowercase();
            let (prefix, _) = subject.split_once([':', '：'])?;
            let prefix = prefix.split(['[', '(']).next().unwrap_or_default().trim();
            Some(PREFIXES.contains(&prefix))
        };
        !self.in_reply_to().is_empty() || !self.references().is_empty() || by_subject().unwrap_or(false)
    }
}
