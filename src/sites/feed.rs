//! The secret address under which a member's feed reader finds a page: theirs alone, and no more than they may read.

use super::store::{self, SiteScope};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::MemberId;
use crate::error::{AppError, Result};
use crate::secrets::Token;
use crate::secrets::vault::Vault;

/// What a sealed address is bound to.
fn purpose(member: MemberId) -> String {
    format!("feed of {member}")
}

/// What there is of somebody's address.
#[derive(Clone, Debug, Default)]
pub struct OwnFeed {
    /// Whether there is one.
    pub exists: bool,
    /// Its path; none if it was sealed with another key.
    pub path: Option<String>,
}

/// Whether they can have an address. It reads all that the member may read, and is therefore nothing for a link in a mail that
/// gives less than their account.
pub fn may_have(scope: &SiteScope) -> bool {
    scope.member_id.is_some() && scope.access.is_member() && !scope.gains_by_signing_in()
}

/// The address of whoever is asking, if they have one.
pub fn find(conn: &mut Conn, scope: &SiteScope, vault: &Vault) -> Result<OwnFeed> {
    let Some(member) = scope.member_id.filter(|_| may_have(scope)) else { return Ok(OwnFeed::default()) };
    let sealed = store::find_sealed_feed(conn, member)?;
    let path = sealed.as_ref().and_then(|sealed| vault.unseal(&purpose(member), sealed));
    Ok(OwnFeed { exists: sealed.is_some(), path: path.map(|token| format!("/feeds/{token}")) })
}

/// A new address; one before it is dead with this.
pub fn replace(conn: &mut Conn, scope: &SiteScope, vault: &Vault, now: Timestamp) -> Result<()> {
    let member = own_member(scope)?;
    let token = Token::generate();
    let sealed = vault.seal(&purpose(member), token.reveal())?;
    store::upsert_feed(conn, member, token.hash(), &sealed, now)
}

/// The address opens nothing any more.
pub fn end(conn: &mut Conn, scope: &SiteScope) -> Result<()> {
    store::delete_feed(conn, own_member(scope)?)
}

fn own_member(scope: &SiteScope) -> Result<MemberId> {
    scope.actor()?;
    if scope.gains_by_signing_in() {
        return Err(AppError::SignInRequired);
    }
    scope.member_id.ok_or(AppError::NotFound)
}
