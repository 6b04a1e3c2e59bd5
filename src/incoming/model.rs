//! What comes in: letters, the addresses that they come to, and what becomes of them.

use jiff::SignedDuration;

use crate::db::ids::{LetterId, SiteId};
use crate::mail::keys;

/// The longest that anything which is left of a letter is kept.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// From when on the bytes of a letter are looked for that nothing is to be done with any more. They go at once as a rule; a job
/// that could not be done is given up after five days.
pub const BYTES_KEPT_FOR: SignedDuration = SignedDuration::from_hours(6 * 24);

crate::words! {
    /// What an address of ours is for.
    pub enum Address {
        /// Reports that a mail did not arrive.
        Return = "return",
        /// A reply to the mail about an update.
        Reply = "reply",
        /// A reply to a gathered mail.
        Thread = "thread",
        /// A reply to a mail that takes none.
        NoReply = "no_reply",
        /// An update for a page.
        Post = "post",
        /// No key is in it: for whoever runs this, and for complaints that mail providers pass on.
        Desk = "desk",
    }
}

crate::words! {
    /// How a letter stands.
    pub enum LetterState {
        /// Nobody has read it yet.
        Waiting = "waiting",
        /// What it says is where it belongs.
        Used = "used",
        /// Its words wait until an organizer has looked at them.
        Held = "held",
        /// It could not be used, and whoever wrote it is told.
        Answered = "answered",
        /// It says nothing to anybody.
        Dropped = "dropped",
    }
}

/// One of our addresses that a letter has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct To {
    /// What it is for.
    pub address: Address,
    /// The number in its key: that of a job or of a row of `reply_keys`, with a generation where it is a member's alone.
    pub key_id: Option<i64>,
    /// The page whose posting address it is.
    pub site_id: Option<SiteId>,
}

impl To {
    /// An address without a key.
    pub const DESK: Self = Self { address: Address::Desk, key_id: None, site_id: None };

    /// The row that its key names: a job, or a row of `reply_keys`.
    pub fn row(&self) -> Option<i64> {
        self.key_id.map(keys::row_of)
    }

    /// Whether its key was made with this generation of a member's links.
    pub fn is_of(&self, generation: i32) -> bool {
        self.key_id.is_some_and(|number| keys::is_of(number, generation))
    }
}

/// What the job of a mail about a letter is about: the letter and its Message-ID, which is known while it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    pub letter: LetterId,
    pub message_id: Option<String>,
}

impl Answered {
    /// As it stands in the job.
    pub fn written(&self) -> String {
        match &self.message_id {
            Some(id) => format!("{} {id}", self.letter),
            None => self.letter.to_string(),
        }
    }

    /// What stands in a job.
    pub fn parse(detail: &str) -> Option<Self> {
        let (letter, id) = detail.split_once(' ').unwrap_or((detail, ""));
        let message_id = Some(id.to_owned()).filter(|id| !id.is_empty());
        LetterId::parse(letter).map(|letter| Self { letter, message_id })
    }
}

/// A letter that was taken in.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Its row.
    pub id: LetterId,
    /// Where it came to.
    pub to: To,
    /// The same for the same letter at the same address.
    pub digest: [u8; 32],
    /// Whether its envelope named a sender.
    pub has_sender: bool,
    /// How it stands.
    pub state: LetterState,
    /// Why, in words of ours.
    pub outcome: Option<String>,
    /// What it has become.
    pub became_id: Option<Vec<u8>>,
    /// Its own id, once it was read: what is answered names it.
    pub message_id: Option<String>,
}
