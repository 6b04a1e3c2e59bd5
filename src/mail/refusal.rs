//! What the answer of a mail server is about that does not take a mail: the address, this mail, or us.

use tidings_letters::{Failure, Reason, Status};

/// What stands before what a server says that refuses us altogether.
pub const REFUSES_US: &str = "the mail server does not let us in";

/// Whether a server says, by a code that means nothing else (RFC 3463, RFC 7505), that nobody has this address or that their
/// mailbox is closed.
pub fn is_nobody_there(said: &str) -> bool {
    let status = Failure::answered(said).status;
    matches!(
        status,
        Some(Status { class: 5, subject: 1, detail: 1 | 2 | 3 | 6 | 10 } | Status { class: 5, subject: 2, detail: 1 })
    )
}

/// What a refusal for good is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// Whom the mail is for.
    Receiver,
    /// This mail, whoever it is for.
    Mail,
    /// Us: the fault is in the settings, or with whoever carries our mail.
    Us,
}

/// How servers say that they do not carry mail for us, or not from this address, in small letters.
const NOT_FOR_US: [&str; 20] = [
    "relay access denied",
    "relaying denied",
    "relay denied",
    "denied relay",
    "relay not permitted",
    "relaying not permitted",
    "not permitted to relay",
    "relay not allowed",
    "relaying not allowed",
    "not allowed to relay",
    "relaying is not",
    "unable to relay",
    "cannot relay",
    "authentication required",
    "authentication is required",
    "sender address rejected",
    "client host rejected",
    "helo command rejected",
    "sending limit",
    "sending quota",
];

/// What a refusal is about when the receiver was just named: nothing of the mail was seen yet but its sender.
pub(super) fn at_receiver(said: &str) -> About {
    let Failure { status, reason, .. } = Failure::answered(said);
    match (reason, status) {
        _ if is_about_us(said) => About::Us,
        // A block list, our reputation: whoever they would be.
        (Reason::Blocked, _) => About::Us,
        (Reason::TooBig, _) | (Reason::Refused, Some(_)) => About::Mail,
        _ => About::Receiver,
    }
}

/// The same when all of it was handed over: it is about what was written, unless it names the address or the mailbox.
pub(super) fn at_content(said: &str) -> About {
    let Failure { status, reason, .. } = Failure::answered(said);
    match (reason, status) {
        _ if is_about_us(said) => About::Us,
        (Reason::Blocked | Reason::TooBig | Reason::Refused, _) => About::Mail,
        (_, Some(Status { subject: 1 | 2, .. })) => About::Receiver,
        _ => About::Mail,
    }
}

fn is_about_us(said: &str) -> bool {
    let said = said.to_lowercase();
    NOT_FOR_US.iter().any(|words| said.contains(words))
}

/// Whether it is their mailbox or their address that is in the way: a mailbox that is full, or closed.
pub(super) fn is_of_receiver(said: &str) -> bool {
    let Failure { status, reason, .. } = Failure::answered(said);
    match reason {
        Reason::NoSuchMailbox | Reason::Disabled | Reason::Full => true,
        Reason::Blocked | Reason::TooBig => false,
        Reason::Host | Reason::Refused | Reason::Other => matches!(status, Some(Status { subject: 1 | 2, .. })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_about_the_receiver_the_mail_or_us() {
        for (said, when_named, when_read) in [
            ("permanent error (550): 5.1.1 No such person here", About::Receiver, About::Receiver),
            ("permanent error (552): 5.2.2 Over quota", About::Receiver, About::Receiver),
            ("permanent error (550): No such user", About::Receiver, About::Mail),
            ("permanent error (554): No", About::Receiver, About::Mail),
            ("permanent error (554): 5.7.1 <jo@example.org>: Relay access denied", About::Us, About::Us),
            (
                "permanent error (550): 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
                About::Us,
                About::Us,
            ),
            ("permanent error (550): 5.7.1 Sender address rejected: not yours", About::Us, About::Us),
            ("permanent error (550): 5.4.5 Daily user sending limit exceeded", About::Us, About::Us),
            ("permanent error (554): 5.7.1 Client host blocked using zen.spamhaus.org", About::Us, About::Mail),
            ("permanent error (554): 5.7.1 Looks like spam", About::Mail, About::Mail),
            ("permanent error (552): 5.3.4 Message too big", About::Mail, About::Mail),
        ] {
            assert_eq!((at_receiver(said), at_content(said)), (when_named, when_read), "{said}");
        }
    }

    #[test]
    fn only_a_code_that_means_nothing_else_says_that_nobody_is_there() {
        for said in ["550 5.1.1 x", "permanent error (556): 5.1.10 null MX", "550 5.2.1 disabled", "553 5.1.3 bad"] {
            assert!(is_nobody_there(said), "{said}");
        }
        for said in ["550 No such user", "550 5.1.0 no", "552 5.2.2 full", "450 4.1.1 later", "554 5.7.1 User unknown"]
        {
            assert!(!is_nobody_there(said), "{said}");
        }
    }

    #[test]
    fn a_mailbox_that_is_full_is_theirs_and_a_server_with_trouble_is_not() {
        for said in ["transient error (452): 4.2.2 Mailbox full", "450 4.2.1 not just now", "450 4.1.1 unverified"] {
            assert!(is_of_receiver(said), "{said}");
        }
        for said in
            ["transient error (451): 4.3.0 Later, please", "450 4.1.8 Sender address rejected", "451 4.4.1 busy"]
        {
            assert!(!is_of_receiver(said), "{said}");
        }
    }
}
