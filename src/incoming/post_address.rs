//! The secret address that a page can be written to at: kept like its secret link, as a hash and sealed.

use super::addressing::hash_of_post_key;
use super::store;
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::error::{AppError, Result};
use crate::mail::keys;
use crate::sites::{Site, SiteScope};

/// What there is of a page's address.
#[derive(Clone, Debug, Default)]
pub struct PostAddress {
    /// Whether this installation takes mail at all.
    pub is_possible: bool,
    /// Whether there is one.
    pub exists: bool,
    /// The address; none if its key was sealed with another key.
    pub address: Option<String>,
    /// Whether what comes is posted at once.
    pub publishes: bool,
    /// Whether a mail server of ours says who has really sent what; otherwise nothing is posted at once.
    pub is_checked: bool,
}

/// What a sealed key is bound to.
fn purpose(site: &Site) -> String {
    format!("posting address of {}", site.id)
}

/// The address of the page in scope.
pub fn find(app: &App, conn: &mut Conn, scope: &SiteScope) -> Result<PostAddress> {
    let Some(incoming) = &app.config.incoming else { return Ok(PostAddress::default()) };
    let Some(kept) = store::find_post_address(conn, scope.site.id)? else {
        return Ok(PostAddress { is_possible: true, ..PostAddress::default() });
    };
    let key = app.vault.unseal(&purpose(&scope.site), &kept.sealed);
    Ok(PostAddress {
        is_possible: true,
        exists: true,
        address: key.map(|key| incoming.address(&key).to_string()),
        publishes: kept.publishes,
        is_checked: app.config.incoming_authserv_id.is_some(),
    })
}

/// A new address; one before it is dead with this.
pub fn replace(app: &App, conn: &mut Conn, scope: &SiteScope, now: Timestamp) -> Result<()> {
    scope.actor()?;
    if app.config.incoming.is_none() {
        return Err(AppError::Conflict("No mail comes in here yet, so a page cannot have an address."));
    }
    let key = keys::new_post_key();
    let sealed = app.vault.seal(&purpose(&scope.site), &key)?;
    store::upsert_post_address(conn, scope.site.id, hash_of_post_key(&key), &sealed, now)
}

/// What comes is posted at once from now on, or kept as a draft.
pub fn choose(conn: &mut Conn, scope: &SiteScope, publishes: bool) -> Result<()> {
    scope.actor()?;
    if store::update_publishes(conn, scope.site.id, publishes)? {
        return Ok(());
    }
    Err(AppError::Conflict("The page has no address to mail to just now. Make one first."))
}

/// The address leads nowhere any more.
pub fn remove(conn: &mut Conn, scope: &SiteScope) -> Result<()> {
    scope.actor()?;
    store::delete_post_address(conn, scope.site.id)
}
