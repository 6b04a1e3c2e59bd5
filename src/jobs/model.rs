//! What a job is and what may become of it.

use jiff::SignedDuration;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{DraftId, EmailChangeId, LeaseId, MemberId, PersonId, SignUpId, UpdateId};
use crate::error::Result;

crate::words! {
    /// What there is to do.
    pub enum Kind {
        /// Ask the owner of an address to confirm a new account.
        ConfirmEmail = "confirm_email",
        /// Invite somebody to a page.
        Invitation = "invitation",
        /// Tell one member of one update.
        NewUpdate = "new_update",
        /// Tell an organizer of the encouragement that has come in.
        Encouragement = "encouragement",
        /// Help somebody back in who has forgotten their password.
        PasswordReset = "password_reset",
        /// Mail a member a link to their page in the place of one that is too old.
        FreshLink = "fresh_link",
        /// Tell a member that they may write or decide from now on.
        RoleGiven = "role_given",
        /// Ask somebody without an account whether everything of theirs is to be erased.
        Erasure = "erasure",
        /// Mail a link to sign in with to whoever has an address.
        SignInLink = "sign_in_link",
        /// Ask the owner of an address whether it is to become theirs here.
        EmailChange = "email_change",
        /// Tell the owner of an address that it is to be theirs here no longer.
        EmailChangeNotice = "email_change_notice",
        /// Tell somebody that what guards their account has changed.
        SecurityNotice = "security_notice",
        /// Make the sizes of a photo that was taken in.
        PreparePhoto = "prepare_photo",
        /// Take away the bytes of photos that were taken away.
        DiscardPhotos = "discard_photos",
        /// Look for bytes that no photo names.
        SweepPhotos = "sweep_photos",
        /// Post an update at the time that was chosen for it.
        PublishDraft = "publish_draft",
    }
}

crate::words! {
    /// Where a job stands.
    pub enum JobState {
        /// To be done, or being done.
        Queued = "queued",
        /// Done.
        Done = "done",
        /// No longer wanted when its turn came.
        Dropped = "dropped",
        /// Given up, with the reason.
        Failed = "failed",
    }
}

impl Kind {
    /// Whether it keeps the machine busy for seconds: a few of these at a time, so that mail never waits for photos.
    pub(super) fn is_heavy(self) -> bool {
        matches!(self, Self::PreparePhoto | Self::DiscardPhotos | Self::SweepPhotos)
    }

    /// Those that are heavy, or those that are not.
    pub(super) fn all_heavy(heavy: bool) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|kind| kind.is_heavy() == heavy).collect()
    }
}

/// How long a worker may hold a job before others take it for lost.
pub(super) const LEASE: SignedDuration = SignedDuration::from_mins(5);

/// For how long a job that fails for the moment is tried again.
const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(5 * 24);

/// A job in hand.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its row.
    pub id: i64,
    /// What there is to do.
    pub kind: Kind,
    /// The person it is about.
    pub person_id: Option<PersonId>,
    /// The membership it is about.
    pub member_id: Option<MemberId>,
    /// The update it is about.
    pub update_id: Option<UpdateId>,
    /// The unconfirmed account it is about.
    pub sign_up_id: Option<SignUpId>,
    /// The change of address it is about.
    pub email_change_id: Option<EmailChangeId>,
    /// What else it says, in words of ours.
    pub detail: Option<String>,
    /// The draft it is about.
    pub draft_id: Option<DraftId>,
    /// Which edition of the update it is about: above 0, the update was corrected and is sent again on purpose.
    pub edition: i32,
    /// How often it was begun, this time included.
    pub attempts: i32,
    /// When it was enqueued.
    pub created_at: Timestamp,
    pub(super) lease: LeaseId,
}

/// What became of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// It is no longer wanted, and why.
    Dropped(String),
    /// It failed for the moment, and why.
    Retry(String),
    /// It failed for good, and why.
    Failed(String),
}

/// Work that belongs into the transaction that settles a job.
pub type Then = Box<dyn FnOnce(&mut Conn, &Outcome, Timestamp) -> Result<()> + Send>;

/// An outcome, and what to write down with it.
pub struct Settled {
    /// What became of the attempt.
    pub outcome: Outcome,
    /// Runs in the settling transaction with the outcome as it finally is.
    pub then: Option<Then>,
}

impl From<Outcome> for Settled {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, then: None }
    }
}

impl Job {
    /// When to try again after this attempt, or `None` when five days are over.
    pub(super) fn retry_at(&self, now: Timestamp) -> Option<Timestamp> {
        let wait = match self.attempts {
            ..=1 => SignedDuration::from_mins(1),
            2 => SignedDuration::from_mins(5),
            3 => SignedDuration::from_mins(15),
            4 => SignedDuration::from_hours(1),
            5 => SignedDuration::from_hours(2),
            _ => SignedDuration::from_hours(4),
        };
        let end = self.created_at + GIVE_UP_AFTER;
        (now < end).then(|| (now + wait).min(end))
    }
}

impl Outcome {
    /// One word for the log, where reasons do not belong: they can hold an address.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Dropped(_) => "dropped",
            Self::Retry(_) => "retry",
            Self::Failed(_) => "failed",
        }
    }
}
