//! A letter as it is understood: the one place that has `letters/` read one, which knows mail and nothing of Tidings.

use tidings_letters::{Bounce, Envelope, Failure, Kind, Letter, Original, Photo, Reason, Severity, Verdict};

use super::secret_places::{without_addresses, without_links};
use crate::mail::{self, EmailAddress, IncomingAddress};

/// What a letter is.
#[derive(Debug)]
pub enum What {
    /// Mail of ours did not arrive: each address that it names, and what that means.
    Bounce(Vec<Failed>),
    /// Somebody wants no more mail; our addresses as the mail that it is about has them.
    Complaint(Vec<String>),
    /// Somebody wrote.
    Words(Box<Words>),
    /// Nothing that anybody waits for.
    Nothing(&'static str),
}

/// An address that mail did not reach.
#[derive(Debug)]
pub struct Failed {
    /// As the report has it; empty where it says nothing.
    pub recipient: String,
    /// What follows from it.
    pub means: Means,
    /// What the server said.
    pub said: String,
}

/// What follows from a mail that did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// The address does not work.
    Gone,
    /// It did not work for days, and may again: a mailbox that is full.
    Passing,
    /// They will not take mail from us, or not this one: nothing about the address.
    Ours,
}

/// What somebody wrote. None of the texts holds a link of ours with a secret in it: a quote that was not recognised as one, or a
/// mail that was passed on, would give it to whoever reads the page.
#[derive(Debug)]
pub struct Words {
    /// Whom it is from.
    pub sender: Sender,
    /// What it is about.
    pub subject: String,
    /// Their own words, without anything that they quoted: that may hold links which are one reader's alone.
    pub own: String,
    /// The same with what they quoted in between.
    pub text: String,
    /// All of its text.
    pub whole: String,
    /// The photos that came with it.
    pub photos: Vec<Vec<u8>>,
}

/// A longer Message-ID is not kept.
const LONGEST_ID: usize = 250;

/// Whom a letter is from, as far as that can be told.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The letter's own id, where it has a short one.
    pub message_id: Option<String>,
    /// The one address that it says, where it says one.
    pub from: Option<EmailAddress>,
    /// Whether our mail server says that it is likely not from there.
    pub is_spoken_against: bool,
    /// Whether it says that the domain that it is from stands by it.
    pub is_vouched_for: bool,
}

impl Sender {
    /// Their address, where our mail server vouches that it is theirs.
    pub fn known_for_certain(&self) -> Option<&EmailAddress> {
        self.from.as_ref().filter(|_| self.is_vouched_for && !self.is_spoken_against)
    }
}

impl What {
    /// Who wrote it, where somebody has.
    pub fn sender(&self) -> Option<Sender> {
        match self {
            Self::Words(words) => Some(words.sender.clone()),
            _ => None,
        }
    }
}

/// How many photos are taken out of a letter.
const MOST_PHOTOS: usize = 20;

/// Reads a letter. `has_sender`: whether its envelope named one; `authserv_id`: the name of the mail server whose word counts.
pub fn read(raw: &[u8], has_sender: bool, authserv_id: Option<&str>) -> What {
    let Some(letter) = Letter::parse(raw) else { return What::Nothing("it is no mail") };
    let envelope = Envelope { sender: (!has_sender).then_some(""), own_field: None };
    match letter.kind(&envelope) {
        Kind::Bounce(bounce) => What::Bounce(failed(bounce)),
        Kind::Delayed(_) => What::Nothing("a mail is late, and still tried"),
        Kind::Complaint(complaint) if complaint.wants_no_more() => What::Complaint(ours_in(complaint.original)),
        Kind::Complaint(_) => What::Nothing("a report that is no complaint"),
        Kind::Automatic(_) => What::Nothing("a machine wrote it"),
        Kind::Reply | Kind::Fresh => What::Words(Box::new(words(&letter, authserv_id))),
    }
}

/// What is sent back to whoever wrote it.
#[derive(Debug)]
pub struct SentBack {
    /// Whom it is from.
    pub from: EmailAddress,
    /// All of its text.
    pub words: String,
}

/// Reads a letter that is sent back.
pub fn read_to_send_back(raw: &[u8]) -> Option<SentBack> {
    let letter = Letter::parse(raw)?;
    Some(SentBack { from: from(&letter)?, words: letter.whole_text() })
}

/// Who has written a letter, where somebody has: all that is asked of one that cannot be read.
pub fn read_sender(raw: &[u8], has_sender: bool, authserv_id: Option<&str>) -> Option<Sender> {
    let letter = Letter::parse(raw)?;
    let envelope = Envelope { sender: (!has_sender).then_some(""), own_field: None };
    matches!(letter.kind(&envelope), Kind::Reply | Kind::Fresh).then(|| sender(&letter, authserv_id))
}

fn sender(letter: &Letter<'_>, authserv_id: Option<&str>) -> Sender {
    let said = authserv_id.map(|id| letter.authentication(id)).unwrap_or_default();
    let from = from(letter);
    Sender {
        message_id: letter.message_id().filter(|id| id.len() <= LONGEST_ID),
        is_spoken_against: said.speaks_against() || said.dkim == Verdict::Fail,
        is_vouched_for: from.as_ref().is_some_and(|from| said.vouches_for(from.domain())),
        from,
    }
}

fn from(letter: &Letter<'_>) -> Option<EmailAddress> {
    match letter.from().as_slice() {
        [one] => EmailAddress::parse(one).ok(),
        _ => None,
    }
}

fn words(letter: &Letter<'_>, authserv_id: Option<&str>) -> Words {
    let words = letter.words();
    Words {
        sender: sender(letter, authserv_id),
        subject: without_links(&letter.subject().unwrap_or_default()),
        own: without_links(words.own().trim()),
        text: without_links(words.text.trim()),
        whole: without_links(&letter.whole_text()),
        photos: letter.photos().filter(|photo| !is_our_own(photo)).take(MOST_PHOTOS).map(|photo| photo.bytes).collect(),
    }
}

impl Words {
    /// The same without addresses of ours that hold a key: they are one reader's alone, too.
    pub fn without_keys(self, ours: Option<&IncomingAddress>) -> Self {
        let Some(ours) = ours else { return self };
        let (subject, own) = (without_addresses(&self.subject, ours), without_addresses(&self.own, ours));
        let (text, whole) = (without_addresses(&self.text, ours), without_addresses(&self.whole, ours));
        Self { subject, own, text, whole, ..self }
    }
}

/// Some programs send the pictures of the mail back that they answer.
fn is_our_own(photo: &Photo) -> bool {
    photo.content_id.as_deref().is_some_and(mail::is_ours)
}

fn failed(bounce: Bounce) -> Vec<Failed> {
    let each = |failure: Failure| Failed {
        means: means(failure.severity, failure.reason),
        recipient: failure.recipient,
        said: failure.diagnostic,
    };
    bounce.failures.into_iter().map(each).collect()
}

/// A server that refuses us, or this mail, says nothing of whom it is to: nobody is condemned for that.
fn means(severity: Severity, reason: Reason) -> Means {
    match (reason, severity) {
        (Reason::Blocked | Reason::Refused | Reason::TooBig, _) => Means::Ours,
        (Reason::Full, _) | (_, Severity::Transient | Severity::Unknown) => Means::Passing,
        (Reason::NoSuchMailbox | Reason::Disabled | Reason::Host | Reason::Other, Severity::Permanent) => Means::Gone,
    }
}

fn ours_in(original: Original) -> Vec<String> {
    original.return_path.into_iter().chain(original.reply_to).collect()
}
