//! What can happen on a page.

use crate::clock::Timestamp;
use crate::db::ids::EventId;

crate::words! {
    /// Something that happened.
    pub enum What {
        /// The page was started.
        Started = "started",
        /// Somebody was invited.
        Invited = "invited",
        /// A supporter has named somebody who should be let in.
        Suggested = "suggested",
        /// Somebody who asked was let in.
        LetIn = "let_in",
        /// Somebody who asked was declined.
        Declined = "declined",
        /// Somebody has taken up their invitation.
        Joined = "joined",
        /// Somebody's role was changed.
        Role = "role",
        /// Somebody's circle was changed.
        Circle = "circle",
        /// Somebody was taken off the page.
        Removed = "removed",
        /// Somebody has left the page.
        Left = "left",
        /// Somebody was blocked.
        Blocked = "blocked",
        /// Somebody was unblocked.
        Unblocked = "unblocked",
        /// It was changed who may read.
        Privacy = "privacy",
        /// It was changed whether search engines may list the page.
        Indexing = "indexing",
        /// The secret page link was made or replaced.
        Link = "link",
        /// The page's settings were changed.
        Settings = "settings",
        /// The page was closed.
        Closed = "closed",
        /// The page was opened again.
        Opened = "opened",
        /// An organizer has signed in.
        SignedIn = "signed_in",
        /// An organizer has taken a copy of what is theirs.
        Exported = "exported",
        /// Mail about an update was stopped before it had left.
        MailStopped = "mail_stopped",
        /// It was sent after all.
        MailResumed = "mail_resumed",
        /// A corrected update was sent again.
        MailCorrected = "mail_corrected",
        /// Mail about an update was sent again to those whom it had not reached.
        MailAgain = "mail_again",
        /// The family takes a rest.
        Rested = "rested",
        /// The rest is over.
        RestEnded = "rest_ended",
        /// Somebody has said by when to expect the next update, or taken it back.
        Promised = "promised",
        /// The page is in loving memory, or what belongs to that was changed.
        Memorial = "memorial",
        /// It is not in loving memory any more.
        MemorialEnded = "memorial_ended",
        /// A pinned note was added, changed or taken away.
        Noted = "noted",
        /// Somebody's words were hidden.
        WordsHidden = "words_hidden",
        /// Somebody's words were hidden because readers have reported them, until an organizer decides.
        WordsReported = "words_reported",
        /// Somebody's words that waited are shown.
        WordsAllowed = "words_allowed",
        /// Somebody's words are shown again.
        WordsShown = "words_shown",
        /// Somebody's words were taken away.
        WordsRemoved = "words_removed",
        /// The comments on an update were closed.
        CommentsClosed = "comments_closed",
        /// They were opened again.
        CommentsOpened = "comments_opened",
        /// What many visitors wrote at once is shown.
        FloodShown = "flood_shown",
        /// What many visitors wrote at once was thrown away.
        FloodRemoved = "flood_removed",
        /// The address that the page is written to by mail was made, replaced or taken away, or what becomes of what comes there.
        PostAddress = "post_address",
    }
}

/// Something that happened, with the names of those in it; nobody's where they have left Tidings.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its row.
    pub id: EventId,
    /// What it was.
    pub what: What,
    /// Who did it.
    pub actor: Option<String>,
    /// To whom.
    pub subject: Option<String>,
    /// From what to what, in words of ours.
    pub detail: Option<String>,
    /// When.
    pub at: Timestamp,
}
