//! How the mail about an update stands.

use jiff::SignedDuration;

use super::publication::MailChoice;
use crate::clock::Timestamp;
use crate::db::ids::{PersonId, SiteId, UpdateId};
use crate::sites::Audience;

/// What a delivery is about.
#[derive(Clone, Copy, Debug)]
pub struct Delivery {
    /// The page.
    pub site: SiteId,
    /// The update.
    pub update: UpdateId,
    /// Who wrote it, and gets no mail about it.
    pub author: PersonId,
    /// Whom it is for.
    pub audience: Audience,
    /// Which of them hear of it.
    pub mail: MailChoice,
    /// 0, and one more each time that it was corrected and sent again.
    pub edition: i32,
}

/// How many mails of the newest edition have gone where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sending {
    /// The edition.
    pub edition: i32,
    /// Not in anybody's hands yet: they can be stopped.
    pub waiting: i64,
    /// When the first of those leaves.
    pub leaves_at: Option<Timestamp>,
    /// Left, or leaving just now.
    pub left: i64,
    /// From when on the first of those could have left, with the words that there were then.
    pub first_left_at: Option<Timestamp>,
    /// Stopped in time.
    pub stopped: i64,
    /// How many find it in their next digest.
    pub in_digests: i64,
    /// Refused, or come back.
    pub unreachable: i64,
    /// They may have left before the installation was restored.
    pub perhaps: i64,
}

impl Sending {
    /// Whether what waits leaves later than what is only held back for a moment: in the morning, where people want it quiet.
    pub fn leaves_later(&self) -> bool {
        let held_back = SignedDuration::from_mins(15);
        self.first_left_at.zip(self.leaves_at).is_some_and(|(first, next)| next > first + held_back)
    }

    /// How many were told and how many were not, in a line; nothing where nobody was to be told by mail.
    pub fn line(&self) -> Option<String> {
        let waiting = self.waiting + self.in_digests;
        let parts = [
            ("Told", self.left),
            ("Waiting", waiting),
            ("Could not be reached", self.unreachable),
            ("Perhaps told", self.perhaps),
        ];
        let said: Vec<String> =
            parts.iter().filter(|(_, count)| *count > 0).map(|(what, count)| format!("{what}: {count}.")).collect();
        (!said.is_empty()).then(|| said.join(" "))
    }

    /// Whether somebody has the update in their mail with words that were changed since.
    pub fn can_be_corrected(&self, edited_at: Option<Timestamp>) -> bool {
        self.waiting == 0 && self.first_left_at.zip(edited_at).is_some_and(|(left_at, edited_at)| edited_at > left_at)
    }
}
