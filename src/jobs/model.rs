//! What a job is and what may become of it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

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
        /// Tell one member of all that they have not been told of yet; it is due from when it was created.
        Digest = "digest",
        /// See to it that each of those on a page who hear by digests has one at their time; the detail names the page.
        PlanDigests = "plan_digests",
        /// Tell an organizer of the encouragement that has come in.
        Encouragement = "encouragement",
        /// Tell somebody that they are thanked.
        Thanks = "thanks",
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
        /// Ask the owner of an address whether words that were left with it are theirs; the detail names the words.
        ConfirmWords = "confirm_words",
        /// Tell an organizer that so many visitors write at once that what they write is held.
        Flood = "flood",
        /// Read a letter that has come in; the detail names it.
        Incoming = "incoming",
        /// Tell whoever wrote a letter that it could not be used, with their words; the detail names it.
        ReplyNotUsed = "reply_not_used",
        /// Tell somebody who writes on a page what became of the update that they mailed; the detail names the letter.
        PostTaken = "post_taken",
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
    /// How urgent it is, and how much of it there may be.
    pub(super) fn class(self) -> Class {
        match self {
            Self::PreparePhoto | Self::DiscardPhotos | Self::SweepPhotos | Self::Incoming => Class::Heavy,
            Self::NewUpdate => Class::Many,
            Self::Digest | Self::Thanks | Self::Encouragement => Class::Bulk,
            // Most of them, and one of them may be waited for: whoever asks to follow a page gets one.
            Self::Invitation => Class::Invitation,
            _ => Class::Awaited,
        }
    }

    /// Whether it is mail that comes in hundreds at one hour, and that nobody waits for: it takes its turn, and leaves room to
    /// what somebody waits for.
    pub fn is_bulk(self) -> bool {
        self.class() == Class::Bulk
    }

    /// Whether a mail comes of it, which waits while sending is paused.
    pub fn is_mail(self) -> bool {
        !matches!(
            self,
            Self::PreparePhoto
                | Self::DiscardPhotos
                | Self::SweepPhotos
                | Self::PublishDraft
                | Self::PlanDigests
                | Self::Incoming
        )
    }

    /// Whether it comes in thousands: many at a time are claimed, prepared and written down together.
    pub(super) fn is_many(self) -> bool {
        self.class() == Class::Many
    }

    /// All of a class.
    pub(super) fn all_of(class: Class) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|kind| kind.class() == class).collect()
    }
}

/// What jobs have in common that are taken in hand alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Somebody may be waiting for it.
    Awaited,
    /// The same, behind all others of these: there may be hundreds.
    Invitation,
    /// Mail that comes in hundreds at one hour, and that nobody waits for.
    Bulk,
    /// It keeps the machine busy for seconds, or takes much memory: a few of these at a time, so that mail never waits for photos,
    /// and letters of many megabytes are read two at a time.
    Heavy,
    /// It comes in thousands.
    Many,
}

/// How long a worker may hold a job before others take it for lost.
pub(super) const LEASE: SignedDuration = SignedDuration::from_mins(5);

/// For how long a job that fails for the moment is tried again.
const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(5 * 24);

/// How often it is tried in these days, when it is tried from the first of them.
const TRIES: i32 = 36;

/// How many jobs of a kind are in the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// To be done now, or being done.
    pub due: i64,
    /// To be done later.
    pub later: i64,
}

/// How the queue stands.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    /// By the words of the kinds that are in it.
    pub kinds: HashMap<String, Standing>,
    /// Since when the oldest of those that are due is.
    pub oldest_due_at: Option<Timestamp>,
}

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
    /// Since when we have it in hand.
    pub(super) held_since: Instant,
}

/// What became of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// It is no longer wanted, and why.
    Dropped(String),
    /// It failed for the moment, and why; whom it is for has no part in that.
    Retry(String),
    /// Whoever it is for cannot take it at the moment, and why.
    Deferred(String),
    /// It failed for good, and why: whoever it is for does not take it.
    Failed(String),
    /// It will not arrive, and why; whom it is for has no part in that.
    Lost(String),
    /// It is not to be done before then. That counts as no attempt.
    NotBefore(Timestamp),
}

/// Work that belongs into the transaction that settles a job. Where that transaction fails, it is done again in the next.
pub type Then = Arc<dyn Fn(&mut Conn, &Outcome, Timestamp) -> Result<()> + Send + Sync>;

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
    /// When to try again after this attempt, or `None` when it was tried for five days. What was due long after it was enqueued, or
    /// was kept back by a pause, has them too.
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
        if now < end {
            return Some((now + wait).min(end));
        }
        (self.attempts < TRIES).then(|| now + wait)
    }
}

impl Outcome {
    /// Whether the job is still to be done.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Retry(_) | Self::Deferred(_) | Self::NotBefore(_))
    }

    /// One word for the log, where reasons do not belong: they can hold an address.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Dropped(_) => "dropped",
            Self::Retry(_) => "retry",
            Self::Deferred(_) => "deferred",
            Self::Failed(_) => "failed",
            Self::Lost(_) => "lost",
            Self::NotBefore(_) => "waits",
        }
    }
}
