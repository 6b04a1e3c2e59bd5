//! The secret addresses that pages take updates by mail at.

use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::{SiteId, TokenHash};
use crate::db::schema::post_addresses;
use crate::error::Result;

/// A page's posting address, still sealed.
pub struct PostAddress {
    /// The key in it.
    pub sealed: Vec<u8>,
    /// Whether what comes is posted at once.
    pub publishes: bool,
}

/// The page that a key belongs to.
pub fn find_site_by_post_key(conn: &mut Conn, hash: TokenHash) -> Result<Option<SiteId>> {
    Ok(post_addresses::table
        .filter(post_addresses::key_hash.eq(hash))
        .select(post_addresses::site_id)
        .get_result(conn)
        .optional()?)
}

/// A page's address, if it has one.
pub fn find_post_address(conn: &mut Conn, site: SiteId) -> Result<Option<PostAddress>> {
    let row: Option<(Vec<u8>, bool)> = post_addresses::table
        .find(site)
        .select((post_addresses::key_sealed, post_addresses::publishes))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(sealed, publishes)| PostAddress { sealed, publishes }))
}

/// Gives a page an address, in the place of the one that it may have; what is to become of what comes there stays.
pub fn upsert_post_address(
    conn: &mut Conn,
    site: SiteId,
    hash: TokenHash,
    sealed: &[u8],
    now: Timestamp,
) -> Result<()> {
    let insert = diesel::insert_into(post_addresses::table)
        .values((
            post_addresses::site_id.eq(site),
            post_addresses::key_hash.eq(hash),
            post_addresses::key_sealed.eq(sealed),
            post_addresses::created_at.eq(now),
        ))
        .on_conflict(post_addresses::site_id)
        .do_update()
        .set((
            post_addresses::key_hash.eq(excluded(post_addresses::key_hash)),
            post_addresses::key_sealed.eq(excluded(post_addresses::key_sealed)),
            post_addresses::created_at.eq(excluded(post_addresses::created_at)),
        ));
    both(insert).execute(conn)?;
    Ok(())
}

/// Whether what comes is posted at once; `false` where the page has no address.
pub fn update_publishes(conn: &mut Conn, site: SiteId, publishes: bool) -> Result<bool> {
    let changed =
        diesel::update(post_addresses::table.find(site)).set(post_addresses::publishes.eq(publishes)).execute(conn)?;
    Ok(changed == 1)
}

/// Takes a page's address away.
pub fn delete_post_address(conn: &mut Conn, site: SiteId) -> Result<()> {
    diesel::delete(post_addresses::table.find(site)).execute(conn)?;
    Ok(())
}
