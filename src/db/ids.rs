//! Identifiers: sixteen bytes of UUID version 7, one type a table so that they cannot be mixed up.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Binary;
use sha2::{Digest, Sha256};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
        #[derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = Binary)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new one, later in order than those made before it.
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }

            /// The one that an address names, if it names one.
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }

            /// The one that no row has.
            pub const fn nil() -> Self {
                Self(Uuid::nil())
            }

            /// The one with these sixteen bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// Its sixteen bytes.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl<DB> ToSql<Binary, DB> for $name
        where
            DB: Backend,
            [u8]: ToSql<Binary, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                <[u8] as ToSql<Binary, DB>>::to_sql(self.0.as_bytes(), out)
            }
        }

        impl<DB> FromSql<Binary, DB> for $name
        where
            DB: Backend,
            Vec<u8>: FromSql<Binary, DB>,
        {
            fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
                let bytes = <Vec<u8> as FromSql<Binary, DB>>::from_sql(value)?;
                Ok(Self(Uuid::from_slice(&bytes)?))
            }
        }
    )*};
}

ids! {
    /// A person.
    PersonId,
    /// An account that waits for its address to be confirmed.
    SignUpId,
    /// A signed-in browser.
    SessionId,
    /// A page.
    SiteId,
    /// A person's membership of a page.
    MemberId,
    /// An update in a page's journal.
    UpdateId,
    /// An update that is being written; what it becomes keeps it as the key that lets it be posted once.
    DraftId,
    /// A photo.
    PhotoId,
    /// An album of photos.
    AlbumId,
    /// A well wish or a comment.
    WishId,
    /// A heart, or another reaction.
    ReactionId,
    /// What a reaction is given to: the id of an update, of a well wish or comment, or of a photo.
    ThingId,
    /// Something an organizer has not been told of yet.
    NoticeId,
    /// A passkey.
    PasskeyId,
    /// An address that is to become somebody's.
    EmailChangeId,
    /// Something that happened on a page.
    EventId,
    /// One worker's hold on a job.
    LeaseId,
    /// Made with a form, so that sending it twice does its work once.
    SubmissionKey,
    /// What a draft or an update said before.
    RevisionId,
    /// A status line that a page has or had.
    StatusId,
    /// A note that is pinned beside a page's journal.
    NoteId,
    /// What a reader asks organizers to look at.
    ReportId,
    /// Thanks, given once to one or many.
    ThanksId,
    /// A letter that has come in by mail.
    LetterId,
}

impl SubmissionKey {
    /// The key of something else that came with the same form, as it does when somebody goes back and changes what they wrote:
    /// always the same for the same.
    pub fn of_other(self, what: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0.as_bytes());
        hash.update(what.as_bytes());
        let digest: [u8; 32] = hash.finalize().into();
        Self(Uuid::from_bytes(digest.first_chunk().copied().unwrap_or_default()))
    }
}

impl From<DraftId> for SubmissionKey {
    fn from(draft: DraftId) -> Self {
        Self(draft.0)
    }
}

impl SubmissionKey {
    /// The one that follows from what is sent: the same for the same.
    pub fn from_digest(digest: &[u8; 32]) -> Self {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        Self(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

impl DraftId {
    /// The one that follows from what is sent: the same for the same.
    pub fn from_digest(digest: &[u8; 32]) -> Self {
        Self(SubmissionKey::from_digest(digest).0)
    }
}

/// SHA-256 of a secret: the only form in which a token is stored.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = Binary)]
pub struct TokenHash(pub [u8; 32]);

impl<DB> ToSql<Binary, DB> for TokenHash
where
    DB: Backend,
    [u8]: ToSql<Binary, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        <[u8] as ToSql<Binary, DB>>::to_sql(&self.0, out)
    }
}

impl<DB> FromSql<Binary, DB> for TokenHash
where
    DB: Backend,
    Vec<u8>: FromSql<Binary, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<Binary, DB>>::from_sql(value)?;
        Ok(Self(bytes.as_slice().try_into()?))
    }
}

impl ThingId {
    /// The same id, whatever it is that it names.
    pub const fn of(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }
}
