//! The secret link of a page that anyone who has it may read.

use super::model::Site;
use super::store;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::PersonId;
use crate::error::Result;
use crate::record::{self, What};
use crate::secrets::Token;
use crate::secrets::vault::Vault;

/// What a sealed link is bound to.
fn purpose(site: &Site) -> String {
    format!("page link of {}", site.id)
}

/// The link, as a path; `None` if there is none, or if it was sealed with another key.
pub fn find(conn: &mut Conn, site: &Site, vault: &Vault) -> Result<Option<String>> {
    let sealed = store::find_sealed_link(conn, site.id)?;
    let link = sealed.and_then(|sealed| vault.unseal(&purpose(site), &sealed));
    Ok(link.map(|link| format!("/links/{link}")))
}

/// A new link; the one before, if there was one, is dead with this.
pub fn replace(conn: &mut Conn, site: &Site, vault: &Vault, by: PersonId, now: Timestamp) -> Result<()> {
    let token = Token::generate();
    let sealed = vault.seal(&purpose(site), token.reveal())?;
    store::update_link(conn, site.id, token.hash(), &sealed, now)?;
    record::note(conn, site.id, What::Link, record::New { actor: Some(by), ..record::New::default() }, now)
}
