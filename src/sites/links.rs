//! The links in mail to a member, each with a secret of its own.

use jiff::SignedDuration;

use crate::clock::Timestamp;
use crate::config::PublicUrl;
use crate::db::Conn;
use crate::db::ids::MemberId;
use crate::error::Result;
use crate::mail::{self, LinkKind, MailToken, Purpose, SignedLink, Unsubscribe};
use crate::secrets::Token;
use crate::secrets::vault::Vault;

use super::model::Site;
use super::store::Recipient;

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
    /// Signs the links for one mail, which needs no row. `to` is where the page is to open: the rest of an address behind the
    /// page's own.
    pub fn signed(vault: &Vault, url: &PublicUrl, recipient: &Recipient, to: &str, now: Timestamp) -> Self {
        let to = if to.is_empty() { String::new() } else { format!("?to={to}") };
        let secret = |kind| {
            let (member, generation) = (recipient.member_id, recipient.links_generation);
            SignedLink { kind, member, generation, issued_at: now }.written(vault)
        };
        Self {
            open: url.link(&format!("/sign-in/link/{}{to}", secret(LinkKind::Open))),
            unsubscribe: url.link(&format!("/unsubscribe/{}", secret(LinkKind::Unsubscribe))),
        }
    }

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

/// Whom a link was mailed to, and how it stands.
pub(super) struct Mailed {
    pub member: MemberId,
    /// Of which generation the member's links have to be for it to be good; none where it is good for any.
    pub generation: Option<i32>,
    pub expires_at: Timestamp,
}

/// What a link in a mail says, signed or stored; nothing if it is of another kind or so old that nobody knows it any more.
pub(super) fn find_mailed(
    conn: &mut Conn,
    vault: &Vault,
    purpose: Purpose,
    link: &Token,
    now: Timestamp,
) -> Result<Option<Mailed>> {
    let Some(signed) = SignedLink::read(vault, link.reveal()) else {
        let found = mail::find_token(conn, purpose, link)?;
        return Ok(found.and_then(|found| {
            found.member_id.map(|member| Mailed { member, generation: None, expires_at: found.expires_at })
        }));
    };
    let (generation, lifetime) = match (signed.kind, purpose) {
        (LinkKind::Open, Purpose::Open) => (Some(signed.generation), LINK_LIFETIME),
        // What stops mail stays alive, whatever else was taken back.
        (LinkKind::Unsubscribe, Purpose::Unsubscribe) => (None, UNSUBSCRIBE_LIFETIME),
        _ => return Ok(None),
    };
    let expires_at = signed.issued_at + lifetime;
    let is_known = now < expires_at + mail::RECOGNISED_FOR;
    Ok(is_known.then_some(Mailed { member: signed.member, generation, expires_at }))
}
