//! How the mail about an update stands.

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
    /// When the first of those had left.
    pub first_left_at: Option<Timestamp>,
    /// Stopped in time.
    pub stopped: i64,
}

impl Sending {
    /// Whether mail waits that was not tried yet, so that there is something to undo.
    pub fn can_be_stopped(&self) -> bool {
        self.waiting > 0
    }

    /// Whether somebody has the update in their mail with words that were changed since.
    pub fn can_be_corrected(&self, edited_at: Option<Timestamp>) -> bool {
        self.waiting == 0 && self.first_left_at.zip(edited_at).is_some_and(|(left_at, edited_at)| edited_at >= left_at)
    }
}
