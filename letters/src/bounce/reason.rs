//! Why a mail did not arrive, out of codes and of what servers say in many words.

use super::said::SAID;
use super::status::{self, Status};

/// Why a mail did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Nobody has this address.
    NoSuchMailbox,
    /// There was a mailbox, and it was closed or put to rest.
    Disabled,
    /// The mailbox is full.
    Full,
    /// The mail is too large.
    TooBig,
    /// The server of the address cannot be found or does not answer.
    Host,
    /// The server will not take mail from us: a block list, our reputation, a signature that is missing.
    Blocked,
    /// The server will not take this mail: its content, its rules, or too much at once.
    Refused,
    /// Something else, or nothing that could be understood.
    Other,
}

/// Why, from the code and what was said. A code that is clear counts more than words; words more than one that servers
/// give for anything.
pub(super) fn tell(status: Option<Status>, diagnostic: &str) -> Reason {
    let clear = status.and_then(by_code);
    if let Some(reason) = clear {
        return reason;
    }
    let said = diagnostic.to_lowercase();
    let by_words =
        SAID.iter().find(|(_, words)| words.iter().any(|word| said.contains(word))).map(|(reason, _)| *reason);
    if let Some(reason) = by_words {
        return reason;
    }
    match (status, status::reply_code(diagnostic)) {
        (Some(Status { subject: 7, .. }), _) | (_, Some(554 | 571)) => Reason::Refused,
        (Some(Status { subject: 1, detail: 0 | 10, .. }), _) | (_, Some(550 | 551 | 553)) => Reason::NoSuchMailbox,
        (Some(Status { subject: 4, .. }), _) => Reason::Host,
        (Some(Status { subject: 6, .. }), _) => Reason::Refused,
        (_, Some(552)) => Reason::Full,
        _ => Reason::Other,
    }
}

/// Codes that mean one thing wherever they are given.
fn by_code(status: Status) -> Option<Reason> {
    Some(match (status.subject, status.detail) {
        (1, 1 | 3 | 6) => Reason::NoSuchMailbox,
        (1, 2) => Reason::Host,
        // It is our own address that they do not like.
        (1, 7 | 8) => Reason::Blocked,
        (2, 2) => Reason::Full,
        (2, 3) | (3, 4) => Reason::TooBig,
        (7, 13) => Reason::Disabled,
        (7, 20..=27) => Reason::Blocked,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_told_by_clear_codes_then_by_words() {
        let told = |text: &str| tell(Status::find(text), text);
        assert_eq!(told("550 5.1.1 whatever"), Reason::NoSuchMailbox);
        assert_eq!(told("552 5.2.2 quota"), Reason::Full);
        assert_eq!(told("550 5.7.1 <a@b.de>: Recipient address rejected: User unknown"), Reason::NoSuchMailbox);
        assert_eq!(told("554 5.7.1 blocked using zen.spamhaus.org"), Reason::Blocked);
        assert_eq!(told("550 5.2.1 The email account that you tried to reach is disabled"), Reason::Disabled);
        assert_eq!(told("Host or domain name not found. Name service error"), Reason::Host);
        assert_eq!(told("552 message size exceeds fixed maximum"), Reason::TooBig);
        assert_eq!(told("554 Message rejected for its content"), Reason::Refused);
        assert_eq!(told("501 5.1.8 Sender address rejected: Domain not found"), Reason::Blocked);
        assert_eq!(told("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found"), Reason::NoSuchMailbox);
        assert_eq!(told("556 5.1.10 Recipient address has null MX"), Reason::Host);
        assert_eq!(told("550 5.7.1 Relaying is not for you"), Reason::Refused);
        assert_eq!(told(""), Reason::Other);
    }
}
