//! Who was told of an update by mail, who was not, and why, in words for those who wrote it.

use crate::accounts::MailStop;
use crate::clock::Timestamp;
use crate::db::ids::MemberId;
use crate::mail::refusal::REFUSES_US;

/// How many people stand on one page of a list.
pub const PEOPLE_A_PAGE: i64 = 50;

crate::words! {
    /// Those of whom the same is to be said.
    pub enum Group {
        /// It did not reach them.
        Unreachable = "unreachable",
        /// They may have been told before the installation was restored.
        Perhaps = "perhaps",
        /// Their mail has not left yet.
        Waiting = "waiting",
        /// It stands in their next digest.
        Digest = "digest",
        /// They were told.
        Told = "told",
        /// They were told by a digest.
        Digested = "digested",
    }
}

impl Group {
    /// What stands before how many they are.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Unreachable => "Could not be reached",
            Self::Perhaps => "Perhaps told",
            Self::Waiting => "Waiting",
            Self::Digest => "Waiting for their digest",
            Self::Told => "Told",
            Self::Digested => "Told in a digest",
        }
    }

    /// Whether it can be sent to them again: never to anybody who was told.
    pub const fn may_be_sent_again(self) -> bool {
        matches!(self, Self::Unreachable | Self::Perhaps)
    }
}

/// How many there are of each, of the newest edition of an update.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub unreachable: i64,
    pub perhaps: i64,
    pub waiting: i64,
    pub digest: i64,
    pub told: i64,
    pub digested: i64,
    /// Stopped before it left.
    pub stopped: i64,
    /// Who hear nothing of its kind by mail, by their own choice.
    pub not_by_mail: i64,
}

impl Counts {
    /// How many are in a group.
    pub const fn of(&self, group: Group) -> i64 {
        match group {
            Group::Unreachable => self.unreachable,
            Group::Perhaps => self.perhaps,
            Group::Waiting => self.waiting,
            Group::Digest => self.digest,
            Group::Told => self.told,
            Group::Digested => self.digested,
        }
    }

    /// The group that is to be looked at first: those whom somebody can do something for.
    pub fn first(&self) -> Group {
        Group::ALL.iter().copied().find(|group| self.of(*group) > 0).unwrap_or(Group::Told)
    }
}

/// Somebody to whom an update was or is to be mailed.
#[derive(Clone, Debug)]
pub struct Addressee {
    /// What the list goes on after: a job, or a member where digests are listed.
    pub key: String,
    /// The job, where there is one of this update for them alone.
    pub job: Option<i64>,
    pub member: MemberId,
    pub name: String,
    pub email: String,
    /// When they were told, or are to be.
    pub at: Option<Timestamp>,
    /// Since when their mail waits.
    pub since: Timestamp,
    pub attempts: i32,
    /// What a mail server said.
    pub said: Option<String>,
    /// Whether it is leaving just now.
    pub is_in_hand: bool,
    /// Why no mail goes to their address any more.
    pub stopped: Option<MailStop>,
}

/// A sentence in which times are written as its reader likes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bit {
    /// What it says.
    Words(String),
    /// A time in it.
    Time(Timestamp),
}

fn words(words: impl Into<String>) -> Bit {
    Bit::Words(words.into())
}

/// Why a mail was not taken, as far as what the server said lets us know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    NobodyThere,
    Full,
    SwitchedOff,
    TooLarge,
    NotWanted,
    TheirServerAway,
    Later,
    OurServerAway,
    OurServerRefuses,
    Unknown,
}

/// Reads the answer of a mail server: its enhanced status code (RFC 3463) where it has one, its words and its code
/// (RFC 5321, 4.2.3) where it has not.
fn understand(said: &str) -> Trouble {
    if said.contains(REFUSES_US) {
        return Trouble::OurServerRefuses;
    }
    if let Some((class, subject, detail)) = status(said) {
        return match (subject, detail) {
            (1, 0..=4 | 6 | 10) => Trouble::NobodyThere,
            (2, 2) => Trouble::Full,
            (2, 1) => Trouble::SwitchedOff,
            (2, 3) | (3, 4) => Trouble::TooLarge,
            (4, _) => Trouble::TheirServerAway,
            (7, _) => Trouble::NotWanted,
            _ if class == 4 => Trouble::Later,
            _ => Trouble::Unknown,
        };
    }
    let lower = said.to_lowercase();
    let says = |all: &[&str]| all.iter().any(|words| lower.contains(words));
    match code(said) {
        _ if says(&["mailbox full", "mailbox is full", "over quota", "quota exceeded"]) => Trouble::Full,
        Some(500..) if says(&["no such", "unknown", "does not exist", "not found", "invalid", "no mailbox"]) => {
            Trouble::NobodyThere
        }
        Some(552) => Trouble::TooLarge,
        Some(550 | 551 | 553) => Trouble::NobodyThere,
        Some(554) => Trouble::NotWanted,
        Some(400..500) => Trouble::Later,
        Some(_) => Trouble::Unknown,
        None if says(&["connect", "timed out", "in time", "outbox", "network", "tls", "broken pipe", "reset"]) => {
            Trouble::OurServerAway
        }
        None => Trouble::Unknown,
    }
}

/// The first `5.1.1` in a text.
fn status(text: &str) -> Option<(u16, u16, u16)> {
    text.split(|c: char| !c.is_ascii_digit() && c != '.').find_map(|token| {
        let mut parts = token.trim_matches('.').split('.').map(|part| part.parse::<u16>().ok().filter(|it| *it < 1000));
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(Some(class @ (4 | 5))), Some(Some(subject)), Some(Some(detail)), None) => {
                Some((class, subject, detail))
            }
            _ => None,
        }
    })
}

/// The first number of three digits that a server can answer a refusal with.
fn code(text: &str) -> Option<u16> {
    text.split(|c: char| !c.is_ascii_digit())
        .filter(|token| token.len() == 3)
        .find_map(|token| token.parse().ok().filter(|code| (400..600).contains(code)))
}

impl Addressee {
    /// Why it did not reach them.
    pub fn why_not(&self) -> String {
        let name = &self.name;
        let said = self.said.as_deref().unwrap_or_default();
        match (self.stopped, understand(said)) {
            (Some(MailStop::Complained), _) => format!("{name} does not want mail any more."),
            (Some(MailStop::Bounced), _) | (None, Trouble::NobodyThere) => {
                format!("{name}’s address does not work any more.")
            }
            (None, Trouble::Full) => format!("{name}’s mailbox is full."),
            (None, Trouble::SwitchedOff) => format!("{name}’s mailbox is switched off at the moment."),
            (None, Trouble::TooLarge) => format!("{name}’s mailbox does not take a mail of this size."),
            (None, Trouble::NotWanted) => format!("{name}’s mail server did not want this mail."),
            (None, Trouble::TheirServerAway | Trouble::Later) => {
                format!("{name}’s mail server could not be reached for days, or did not take the mail.")
            }
            (None, Trouble::OurServerAway) => {
                "The mail server that sends our mail could not be reached for days.".to_owned()
            }
            (None, Trouble::OurServerRefuses) => "The mail server that sends our mail did not let us in.".to_owned(),
            (None, Trouble::Unknown) => format!("{name}’s mail server did not take this mail."),
        }
    }

    /// Why it waits, and until when.
    pub fn why_it_waits(&self, is_paused: bool, now: Timestamp) -> Vec<Bit> {
        let next = self.at.filter(|at| *at > now);
        match (next, self.attempts) {
            _ if self.is_in_hand => vec![words("It is leaving just now.")],
            _ if is_paused => vec![words("All mail waits just now.")],
            (_, 1..) => self.why_again(next),
            (Some(at), _) if is_on_the_quarter(at) => {
                vec![words("It comes when their quiet hours are over: "), Bit::Time(at), words(".")]
            }
            (Some(at), _) => vec![words("It leaves "), Bit::Time(at), words(".")],
            (None, _) => {
                vec![
                    words("It leaves as soon as the mail server takes it. It waits since "),
                    Bit::Time(self.since),
                    words("."),
                ]
            }
        }
    }

    fn why_again(&self, next: Option<Timestamp>) -> Vec<Bit> {
        let why = match understand(self.said.as_deref().unwrap_or_default()) {
            Trouble::OurServerAway => "The mail server cannot be reached".to_owned(),
            Trouble::OurServerRefuses => "The mail server does not let us in".to_owned(),
            Trouble::Full => format!("{}’s mailbox is full", self.name),
            Trouble::TheirServerAway => format!("{}’s mail server cannot be reached", self.name),
            _ => format!("{}’s mail server wants to be asked again later", self.name),
        };
        let tries = if self.attempts == 1 { "once".to_owned() } else { format!("{} times", self.attempts) };
        let mut bits = vec![words(format!("{why}. It was tried {tries} since ")), Bit::Time(self.since)];
        match next {
            Some(at) => bits.extend([words(", and is again "), Bit::Time(at), words(".")]),
            None => bits.push(words(", and is again in a moment.")),
        }
        bits
    }

    /// Whether a press can send it to them again: whoever wants no mail is left in peace.
    pub fn can_be_tried(&self) -> bool {
        self.job.is_some() && self.stopped != Some(MailStop::Complained)
    }
}

/// Quiet hours end on the hour, everywhere on a quarter of one in UTC; what is only held back for a moment does not.
fn is_on_the_quarter(at: Timestamp) -> bool {
    at.as_micros() % (15 * 60 * 1_000_000) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jo(said: &str, stopped: Option<MailStop>) -> Addressee {
        Addressee {
            key: "1".to_owned(),
            job: Some(1),
            member: MemberId::nil(),
            name: "Jo".to_owned(),
            email: "jo@example.org".to_owned(),
            at: None,
            since: Timestamp::from_micros(0),
            attempts: 0,
            said: Some(said.to_owned()),
            is_in_hand: false,
            stopped,
        }
    }

    #[test]
    fn what_a_server_says_is_said_in_plain_words() {
        for (said, plain) in [
            ("permanent error (550): 5.1.1 No such person here", "Jo’s address does not work any more."),
            ("permanent error (550): <jo@example.org>: user unknown", "Jo’s address does not work any more."),
            ("550 5.2.2 The email account is over quota", "Jo’s mailbox is full."),
            ("given up after five days: 452 4.2.2 Mailbox full", "Jo’s mailbox is full."),
            (
                "given up after five days: transient error (451): try later",
                "Jo’s mail server could not be reached for days",
            ),
            ("554 5.7.1 Message rejected as spam by 5.9.12.13", "Jo’s mail server did not want this mail."),
            ("552 message size exceeds limit", "does not take a mail of this size"),
            (
                "given up after five days: Connection error: connection refused",
                "that sends our mail could not be reached",
            ),
            (
                "given up after five days: the mail server does not let us in: permanent error (535): 5.7.8 Bad credentials",
                "that sends our mail did not let us in",
            ),
            ("something", "Jo’s mail server did not take this mail."),
            ("", "Jo’s mail server did not take this mail."),
        ] {
            let words = jo(said, None).why_not();
            assert!(words.contains(plain), "{said}: {words}");
            assert!(!words.contains(|c: char| c.is_ascii_digit()), "{words}");
        }
        assert_eq!(jo("x", Some(MailStop::Complained)).why_not(), "Jo does not want mail any more.");
        assert_eq!(jo("x", Some(MailStop::Bounced)).why_not(), "Jo’s address does not work any more.");
    }

    #[test]
    fn an_address_is_no_status() {
        assert_eq!(status("by 5.9.12.13 and 4.4"), None);
        assert_eq!(status("smtp; 421-4.7.0 later"), Some((4, 7, 0)));
    }

    #[test]
    fn what_waits_says_why() {
        let now = Timestamp::from_micros(1_000_000);
        let said = |it: &Addressee, paused: bool| {
            let bits = it.why_it_waits(paused, now);
            let text = bits.into_iter().map(|bit| match bit {
                Bit::Words(words) => words,
                Bit::Time(at) => format!("@{}", at.as_micros() / 1_000_000),
            });
            text.collect::<String>()
        };
        let fresh = Addressee { said: None, ..jo("", None) };
        assert!(said(&fresh, true).contains("All mail waits"));
        assert!(said(&fresh, false).contains("as soon as the mail server takes it"));
        let soon = Addressee { at: Some(Timestamp::from_micros(61_000_000)), ..fresh.clone() };
        assert_eq!(said(&soon, false), "It leaves @61.");
        let quiet = Addressee { at: Some(Timestamp::from_micros(3_600_000_000)), ..fresh.clone() };
        assert_eq!(said(&quiet, false), "It comes when their quiet hours are over: @3600.");
        let again = Addressee { attempts: 2, ..Addressee { at: soon.at, ..jo("Connection error: refused", None) } };
        assert_eq!(
            said(&again, false),
            "The mail server cannot be reached. It was tried 2 times since @0, and is again @61."
        );
        assert_eq!(said(&Addressee { is_in_hand: true, ..again }, true), "It is leaving just now.");
    }
}
