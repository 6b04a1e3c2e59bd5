//! How far a member has read on a page. It is theirs alone: nobody else is ever shown it.

use jiff::SignedDuration;

use crate::clock::Timestamp;
use crate::db::ids::UpdateId;

/// After so long a pause, coming back is another visit.
const VISIT_LASTS: SignedDuration = SignedDuration::from_mins(30);

/// How far a member has read.
#[derive(Clone, Copy, Debug)]
pub struct Position {
    /// When the newest update that they have seen was posted.
    pub seen_through: Timestamp,
    /// The same before the visit began in which they last saw one; nothing if that was their first.
    pub seen_before: Option<Timestamp>,
    /// When they last saw one.
    pub visited_at: Timestamp,
    /// Where they were, when they were reading on from somewhere.
    pub at: Option<UpdateId>,
}

impl Position {
    /// What was posted after this is new to them. It stays new for as long as a visit lasts, though they see it; on a first
    /// visit only what comes while it lasts is new.
    pub fn since(&self, now: Timestamp) -> Timestamp {
        let before = self.seen_before.filter(|_| !self.is_over(now));
        before.unwrap_or(self.seen_through)
    }

    /// Whether the visit is over in which they last saw something.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.visited_at + VISIT_LASTS < now
    }
}
