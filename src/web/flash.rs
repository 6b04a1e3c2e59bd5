//! What the next page says about what was just done. The cookie holds a word, never a text.

/// Something that was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flash {
    /// Signed in.
    SignedIn,
    /// Signed out.
    SignedOut,
    /// A page was started.
    SiteStarted,
    /// An update was posted.
    UpdatePosted,
    /// An update was changed.
    UpdateChanged,
    /// An update was deleted.
    UpdateDeleted,
    /// So many people were invited.
    Invited(u32),
    /// The invitation was sent once more.
    InvitedAgain,
    /// A well wish was left.
    WishLeft,
    /// Words were left in the book of condolence.
    CondolenceLeft,
    /// A page is in loving memory now.
    MemorialBegun,
    /// It is not any more.
    MemorialEnded,
    /// A well wish was left that is not for everyone.
    PrivateWishLeft,
    /// A comment was left.
    CommentLeft,
    /// A visitor has left words, whatever becomes of them.
    WordsArrived,
    /// What was held of a flood was thrown away, or shown.
    FloodRemoved,
    FloodShown,
    /// Somebody was let in.
    LetIn,
    /// Somebody who asked was declined.
    Declined,
    /// Somebody was taken off the page.
    Removed,
    /// Welcome to the page.
    Following,
    /// How one hears of updates was changed.
    DeliveryChanged,
    /// The password was changed.
    PasswordChanged,
    /// Some were let in; so many others could not be mailed to just now.
    LetInLater(u32),
    /// Somebody's role or circle was changed.
    MemberChanged,
    /// Somebody was blocked.
    Blocked,
    /// Somebody was unblocked.
    Unblocked,
    /// Somebody was named by a member.
    Suggested,
    /// Settings were changed.
    Saved,
    /// It was changed who may read.
    PrivacyChanged,
    /// There is a new secret link.
    LinkReplaced,
    /// The page has another organizer.
    HandedOver,
    /// One has left a page.
    LeftPage,
    /// The page was closed.
    SiteClosed,
    /// The page was opened again.
    SiteOpened,
    /// How dates are written was changed.
    ReadingChanged,
    /// Somebody was erased.
    Erased,
    /// A new password was set, and one is to sign in with it.
    PasswordSet,
    /// The password was removed.
    PasswordRemoved,
    /// The name was changed.
    NameSaved,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was renamed.
    PasskeyRenamed,
    /// A passkey was removed.
    PasskeyRemoved,
    /// The second factor was turned off.
    SecondFactorOff,
    /// Signed in with a recovery code.
    RecoveryCodeUsed,
    /// The address was changed.
    EmailChanged,
    /// A session was ended.
    SessionEnded,
    /// Signed out everywhere.
    SignedOutEverywhere,
    /// A photo was taken away.
    PhotoRemoved,
    /// Photos were added to an album.
    PhotosAdded(u32),
    /// An album was deleted.
    AlbumDeleted,
    /// The cover or the portrait of a page was taken away.
    CoverRemoved,
    /// A draft was saved.
    DraftSaved,
    /// A draft was thrown away.
    DraftDeleted,
    /// A draft that waited for its time was taken back.
    DraftTakenBack,
    /// An update waits for its time.
    UpdateScheduled,
    /// An update was posted without mail.
    UpdatePostedQuietly,
    /// An update has earlier words again.
    UpdateRestored,
    /// Mail about an update was stopped.
    SendingStopped,
    /// There was no mail to stop.
    NothingToStop,
    /// Mail that was stopped is sent.
    SendingResumed,
    /// A corrected update is sent again.
    CorrectionSent,
    /// The quiet hours were changed.
    QuietHoursChanged,
    /// The family takes a rest.
    RestBegun,
    /// The rest is over.
    RestEnded,
    /// There is a new address for a feed reader.
    FeedMade,
    /// The address for a feed reader is ended.
    FeedEnded,
    /// An answer was left.
    AnswerLeft,
    /// Words were changed.
    WordsChanged,
    /// Words were taken away.
    WordsRemoved,
    /// Words were hidden.
    WordsHidden,
    /// Words are shown again.
    WordsShown,
    /// Words that were sent wait for an organizer.
    WordsWait,
    /// Words that waited are shown.
    WordsAllowed,
    /// A reader has asked that somebody looks at words.
    Reported,
    /// Thanks were given.
    Thanked,
    /// There was nobody to thank.
    NobodyToThank,
    /// Comments on an update are closed.
    CommentsClosed,
    /// They are open again.
    CommentsOpened,
}

impl Flash {
    pub(super) fn to_cookie(self) -> String {
        match self {
            Self::Invited(count) => format!("invited-{count}"),
            Self::LetInLater(count) => format!("let-in-later-{count}"),
            Self::PhotosAdded(count) => format!("photos-added-{count}"),
            other => other.word().to_owned(),
        }
    }

    pub(super) fn from_cookie(text: &str) -> Option<Self> {
        if let Some(count) = text.strip_prefix("invited-") {
            return count.parse().ok().map(Self::Invited);
        }
        if let Some(count) = text.strip_prefix("let-in-later-") {
            return count.parse().ok().map(Self::LetInLater);
        }
        if let Some(count) = text.strip_prefix("photos-added-") {
            return count.parse().ok().map(Self::PhotosAdded);
        }
        const SIMPLE: &[Flash] = &[
            Flash::SignedIn,
            Flash::SignedOut,
            Flash::SiteStarted,
            Flash::UpdatePosted,
            Flash::UpdateChanged,
            Flash::UpdateDeleted,
            Flash::InvitedAgain,
            Flash::WishLeft,
            Flash::CondolenceLeft,
            Flash::MemorialBegun,
            Flash::MemorialEnded,
            Flash::PrivateWishLeft,
            Flash::CommentLeft,
            Flash::WordsArrived,
            Flash::FloodRemoved,
            Flash::FloodShown,
            Flash::LetIn,
            Flash::Declined,
            Flash::Removed,
            Flash::Following,
            Flash::DeliveryChanged,
            Flash::PasswordChanged,
            Flash::MemberChanged,
            Flash::Blocked,
            Flash::Unblocked,
            Flash::Suggested,
            Flash::Saved,
            Flash::PrivacyChanged,
            Flash::LinkReplaced,
            Flash::HandedOver,
            Flash::LeftPage,
            Flash::SiteClosed,
            Flash::SiteOpened,
            Flash::ReadingChanged,
            Flash::Erased,
            Flash::PasswordSet,
            Flash::PasswordRemoved,
            Flash::NameSaved,
            Flash::PasskeyAdded,
            Flash::PasskeyRenamed,
            Flash::PasskeyRemoved,
            Flash::SecondFactorOff,
            Flash::RecoveryCodeUsed,
            Flash::EmailChanged,
            Flash::SessionEnded,
            Flash::SignedOutEverywhere,
            Flash::PhotoRemoved,
            Flash::AlbumDeleted,
            Flash::CoverRemoved,
            Flash::DraftSaved,
            Flash::DraftDeleted,
            Flash::DraftTakenBack,
            Flash::UpdateScheduled,
            Flash::UpdatePostedQuietly,
            Flash::UpdateRestored,
            Flash::SendingStopped,
            Flash::NothingToStop,
            Flash::SendingResumed,
            Flash::CorrectionSent,
            Flash::QuietHoursChanged,
            Flash::RestBegun,
            Flash::RestEnded,
            Flash::FeedMade,
            Flash::FeedEnded,
            Flash::AnswerLeft,
            Flash::WordsChanged,
            Flash::WordsRemoved,
            Flash::WordsHidden,
            Flash::WordsShown,
            Flash::WordsWait,
            Flash::WordsAllowed,
            Flash::Reported,
            Flash::Thanked,
            Flash::NobodyToThank,
            Flash::CommentsClosed,
            Flash::CommentsOpened,
        ];
        SIMPLE.iter().copied().find(|flash| flash.word() == text)
    }

    fn word(self) -> &'static str {
        match self {
            Self::SignedIn => "signed-in",
            Self::SignedOut => "signed-out",
            Self::SiteStarted => "site-started",
            Self::UpdatePosted => "update-posted",
            Self::UpdateChanged => "update-changed",
            Self::UpdateDeleted => "update-deleted",
            Self::Invited(_) => "invited",
            Self::InvitedAgain => "invited-again",
            Self::WishLeft => "wish-left",
            Self::CondolenceLeft => "condolence-left",
            Self::MemorialBegun => "memorial-begun",
            Self::MemorialEnded => "memorial-ended",
            Self::PrivateWishLeft => "private-wish-left",
            Self::CommentLeft => "comment-left",
            Self::WordsArrived => "words-arrived",
            Self::FloodRemoved => "flood-removed",
            Self::FloodShown => "flood-shown",
            Self::LetIn => "let-in",
            Self::Declined => "declined",
            Self::Removed => "removed",
            Self::Following => "following",
            Self::DeliveryChanged => "delivery-changed",
            Self::PasswordChanged => "password-changed",
            Self::LetInLater(_) => "let-in-later",
            Self::MemberChanged => "member-changed",
            Self::Blocked => "blocked",
            Self::Unblocked => "unblocked",
            Self::Suggested => "suggested",
            Self::Saved => "saved",
            Self::PrivacyChanged => "privacy-changed",
            Self::LinkReplaced => "link-replaced",
            Self::HandedOver => "handed-over",
            Self::LeftPage => "left-page",
            Self::SiteClosed => "site-closed",
            Self::SiteOpened => "site-opened",
            Self::ReadingChanged => "reading-changed",
            Self::Erased => "erased",
            Self::PasswordSet => "password-set",
            Self::PasswordRemoved => "password-removed",
            Self::NameSaved => "name-saved",
            Self::PasskeyAdded => "passkey-added",
            Self::PasskeyRenamed => "passkey-renamed",
            Self::PasskeyRemoved => "passkey-removed",
            Self::SecondFactorOff => "second-factor-off",
            Self::RecoveryCodeUsed => "recovery-code-used",
            Self::EmailChanged => "email-changed",
            Self::SessionEnded => "session-ended",
            Self::SignedOutEverywhere => "signed-out-everywhere",
            Self::PhotoRemoved => "photo-removed",
            Self::PhotosAdded(_) => "photos-added",
            Self::AlbumDeleted => "album-deleted",
            Self::CoverRemoved => "cover-removed",
            Self::DraftSaved => "draft-saved",
            Self::DraftDeleted => "draft-deleted",
            Self::DraftTakenBack => "draft-taken-back",
            Self::UpdateScheduled => "update-scheduled",
            Self::UpdatePostedQuietly => "update-posted-quietly",
            Self::UpdateRestored => "update-restored",
            Self::SendingStopped => "sending-stopped",
            Self::NothingToStop => "nothing-to-stop",
            Self::SendingResumed => "sending-resumed",
            Self::CorrectionSent => "correction-sent",
            Self::QuietHoursChanged => "quiet-hours-changed",
            Self::RestBegun => "rest-begun",
            Self::RestEnded => "rest-ended",
            Self::FeedMade => "feed-made",
            Self::FeedEnded => "feed-ended",
            Self::AnswerLeft => "answer-left",
            Self::WordsChanged => "words-changed",
            Self::WordsRemoved => "words-removed",
            Self::WordsHidden => "words-hidden",
            Self::WordsShown => "words-shown",
            Self::WordsWait => "words-wait",
            Self::WordsAllowed => "words-allowed",
            Self::Reported => "reported",
            Self::Thanked => "thanked",
            Self::NobodyToThank => "nobody-to-thank",
            Self::CommentsClosed => "comments-closed",
            Self::CommentsOpened => "comments-opened",
        }
    }

    /// The sentence.
    pub fn sentence(self) -> String {
        match self {
            Self::SignedIn => "You are signed in.".to_owned(),
            Self::SignedOut => "You are signed out.".to_owned(),
            Self::SiteStarted => "The page is there. Write a first update, or invite people.".to_owned(),
            Self::UpdatePosted => {
                "Your update is posted, and is on its way to everyone who follows by e-mail.".to_owned()
            }
            Self::UpdateChanged => "Your changes are saved. No mail was sent about them.".to_owned(),
            Self::UpdateDeleted => "The update is deleted.".to_owned(),
            Self::Invited(1) => "One person is invited. Their invitation is on its way.".to_owned(),
            Self::Invited(count) => format!("{count} people are invited. Their invitations are on their way."),
            Self::InvitedAgain => "The invitation is on its way once more.".to_owned(),
            Self::WishLeft => "Thank you. Your well wish is on the page.".to_owned(),
            Self::CondolenceLeft => "Thank you. Your words are in the book of condolence.".to_owned(),
            Self::MemorialBegun => "The page is in loving memory. Everything that was written is there.".to_owned(),
            Self::MemorialEnded => "The page is as it was before. No word is lost.".to_owned(),
            Self::PrivateWishLeft => {
                "Thank you. Only those whom you have written to can read it, and you yourself.".to_owned()
            }
            Self::CommentLeft => "Thank you. Your comment is there.".to_owned(),
            Self::WordsArrived => "Thank you. Your words are with the family.".to_owned(),
            Self::FloodRemoved => "All of it is gone. Nobody has seen it, and nobody is told.".to_owned(),
            Self::FloodShown => "All of it is shown now.".to_owned(),
            Self::LetIn => "They are let in, and a mail tells them so.".to_owned(),
            Self::Declined => "Their request is gone. They are not told.".to_owned(),
            Self::Removed => "They are no longer on this page.".to_owned(),
            Self::Following => "Welcome. You will hear of each update by e-mail. Just reading is fine.".to_owned(),
            Self::DeliveryChanged => "Saved.".to_owned(),
            Self::PasswordChanged => "Your password is changed. Everywhere else, you are signed out.".to_owned(),
            Self::LetInLater(count) => {
                format!(
                    "{count} could not be let in just now: they were sent several mails this hour. Please try again later."
                )
            }
            Self::MemberChanged => "Saved. It holds from now on.".to_owned(),
            Self::Blocked => "They are blocked. They are not told.".to_owned(),
            Self::Unblocked => "They are not blocked any more, and not on the page. You can invite them.".to_owned(),
            Self::Suggested => "Thank you. The family has it.".to_owned(),
            Self::Saved => "Saved.".to_owned(),
            Self::PrivacyChanged => "Saved. It holds from now on, for everything on the page.".to_owned(),
            Self::LinkReplaced => "There is a new link. The one before opens nothing any more.".to_owned(),
            Self::HandedOver => "The page is in other hands now. A mail tells them so.".to_owned(),
            Self::LeftPage => "You have left the page.".to_owned(),
            Self::SiteClosed => "The page is closed. Only its organizers see it now, and nothing is lost.".to_owned(),
            Self::SiteOpened => "The page is open again, for the same people as before.".to_owned(),
            Self::ReadingChanged => "Saved. Dates and times are written your way from now on.".to_owned(),
            Self::Erased => "What was yours here is erased, and we will not write to you again. Go well.".to_owned(),
            Self::PasswordSet => "Your new password is set. Please sign in with it.".to_owned(),
            Self::PasswordRemoved => "Your password is gone. From now on you sign in with a passkey.".to_owned(),
            Self::NameSaved => "Your name is saved.".to_owned(),
            Self::PasskeyAdded => "The passkey is added. You can sign in with it from now on.".to_owned(),
            Self::PasskeyRenamed => "The name is saved.".to_owned(),
            Self::PasskeyRemoved => "The passkey is removed. Nobody can sign in with it any more.".to_owned(),
            Self::SecondFactorOff => "The second step is off. Your password is enough to sign in again.".to_owned(),
            Self::RecoveryCodeUsed => "You are signed in with a recovery code. It is used up now.".to_owned(),
            Self::EmailChanged => "Your new e-mail address is in use.".to_owned(),
            Self::SessionEnded => "That session is ended.".to_owned(),
            Self::SignedOutEverywhere => {
                "You are signed out everywhere, and the links in the mails you have no longer open anything.".to_owned()
            }
            Self::PhotoRemoved => "The photo is removed, in every size.".to_owned(),
            Self::PhotosAdded(1) => "The photo is added. It shows as soon as it is prepared.".to_owned(),
            Self::PhotosAdded(count) => format!("{count} photos are added. They show as soon as they are prepared."),
            Self::AlbumDeleted => "The album is deleted, with the photos in it.".to_owned(),
            Self::CoverRemoved => "It is removed from the page, in every size.".to_owned(),
            Self::DraftSaved => "Your draft is saved. Nobody but you sees it, unless you share it.".to_owned(),
            Self::DraftDeleted => "The draft is gone.".to_owned(),
            Self::DraftTakenBack => "It is a draft again, and will not be posted by itself.".to_owned(),
            Self::UpdateScheduled => "It is kept, and will be posted by itself at its time.".to_owned(),
            Self::UpdatePostedQuietly => "Your update is posted. No mail was sent about it.".to_owned(),
            Self::UpdateRestored => "The words are back. Nobody gets another mail.".to_owned(),
            Self::SendingStopped => "Stopped.".to_owned(),
            Self::NothingToStop => "There was nothing to stop any more.".to_owned(),
            Self::SendingResumed => "The mail is on its way.".to_owned(),
            Self::CorrectionSent => "The corrected update is on its way.".to_owned(),
            Self::QuietHoursChanged => "Saved. The quiet hours hold from now on.".to_owned(),
            Self::RestBegun => "People see that you are taking a rest. Take all the time you need.".to_owned(),
            Self::RestEnded => "The rest is over. People do not see it any more.".to_owned(),
            Self::FeedMade => {
                "There is a new address for your feed reader. One before it opens nothing any more.".to_owned()
            }
            Self::FeedEnded => "The address for your feed reader opens nothing any more.".to_owned(),
            Self::AnswerLeft => "Thank you. Your answer is there.".to_owned(),
            Self::WordsChanged => "Your words are changed.".to_owned(),
            Self::WordsRemoved => "They are removed, for everybody.".to_owned(),
            Self::WordsHidden => "They are hidden. Nobody but organizers sees them, and nobody is told.".to_owned(),
            Self::WordsShown => "They are shown again.".to_owned(),
            Self::WordsWait => "Thank you. It will be shown when the family has seen it.".to_owned(),
            Self::WordsAllowed => "Everybody can read it now.".to_owned(),
            Self::Reported => "Thank you. The family will look at it, and nobody else is told.".to_owned(),
            Self::Thanked => "Your thanks are on their way. Each of them hears it once.".to_owned(),
            Self::NobodyToThank => "Everybody who wrote has been thanked already.".to_owned(),
            Self::CommentsClosed => "Comments on this update are closed.".to_owned(),
            Self::CommentsOpened => "Comments on this update are open again.".to_owned(),
        }
    }
}
