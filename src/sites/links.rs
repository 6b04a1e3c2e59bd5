//! The links in mail to a member, each with a secret of its own.

use jiff::SignedDuration;

use crate::clock::Timestamp;
use crate::config::PublicUrl;
use crate::db::Conn;
use crate::db::ids::MemberId;
use crate::error::Result;
use crate::mail::{self, MailToken, Purpose, Unsubscribe};

use super::model::Site;

/// How long a link in a mail opens the page.
const LINK_LIFETIME: SignedDuration = SignedDuration::from_hours(90 * 24);

/// How long a link in a mail stops mail: as good as for ever.
const UNSUBSCRIBE_LIFETIME: SignedDuration = SignedDuration::from_hours(10 * 365 * 24);

/// What a mail to a member leads to.
pub struct MemberLinks {
    /// Lets the member in, after one press.
    pub open: String,
    /// Stops mail, after one press.
    pub unsubscribe: String,
}

impl MemberLinks {
    /// Makes the secrets for one mail. `to` is where the page is to open: the rest of an address behind the page's own.
    pub fn insert(conn: &mut Conn, url: &PublicUrl, member: MemberId, to: &str, now: Timestamp) -> Result<Self> {
        let to = if to.is_empty() { String::new() } else { format!("?to={to}") };
        Self::with(conn, url, member, Purpose::Open, now, |secret| format!("/sign-in/link/{secret}{to}"))
    }

    /// The same for an invitation, whose link takes it up.
    pub fn insert_invitation(conn: &mut Conn, url: &PublicUrl, member: MemberId, now: Timestamp) -> Result<Self> {
        Self::with(conn, url, member, Purpose::Invitation, now, |secret| format!("/invitations/{secret}"))
    }

    /// A link that opens the page, and nothing else: for a mail that was asked for.
    pub fn insert_open(conn: &mut Conn, url: &PublicUrl, member: MemberId, now: Timestamp) -> Result<String> {
        let about = MailToken { member_id: Some(member), ..MailToken::lasting(now, LINK_LIFETIME) };
        let secret = mail::insert_token(conn, Purpose::Open, about)?;
        Ok(url.link(&format!("/sign-in/link/{}", secret.reveal())))
    }

    fn with(
        conn: &mut Conn,
        url: &PublicUrl,
        member: MemberId,
        purpose: Purpose,
        now: Timestamp,
        open: impl FnOnce(&str) -> String,
    ) -> Result<Self> {
        let about = |lifetime| MailToken { member_id: Some(member), ..MailToken::lasting(now, lifetime) };
        let secret = mail::insert_token(conn, purpose, about(LINK_LIFETIME))?;
        let unsubscribe = mail::insert_token(conn, Purpose::Unsubscribe, about(UNSUBSCRIBE_LIFETIME))?;
        Ok(Self {
            open: url.link(&open(secret.reveal())),
            unsubscribe: url.link(&format!("/unsubscribe/{}", unsubscribe.reveal())),
        })
    }

    /// The headers that let a mail client stop mail by itself.
    pub fn headers(&self, site: &Site) -> Unsubscribe {
        Unsubscribe { url: self.unsubscribe.clone(), list: site.slug.clone() }
    }
}
