//! The secret addresses of feeds.

use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::{MemberId, TokenHash};
use crate::db::schema::feeds;
use crate::error::Result;

/// A member's address, still sealed.
pub fn find_sealed_feed(conn: &mut Conn, member: MemberId) -> Result<Option<Vec<u8>>> {
    Ok(feeds::table.find(member).select(feeds::token_sealed).get_result(conn).optional()?)
}

/// Gives a member an address, in the place of the one that they may have.
pub fn upsert_feed(conn: &mut Conn, member: MemberId, hash: TokenHash, sealed: &[u8], now: Timestamp) -> Result<()> {
    let insert = diesel::insert_into(feeds::table)
        .values((
            feeds::member_id.eq(member),
            feeds::token_hash.eq(hash),
            feeds::token_sealed.eq(sealed),
            feeds::created_at.eq(now),
        ))
        .on_conflict(feeds::member_id)
        .do_update()
        .set((
            feeds::token_hash.eq(excluded(feeds::token_hash)),
            feeds::token_sealed.eq(excluded(feeds::token_sealed)),
            feeds::created_at.eq(excluded(feeds::created_at)),
        ));
    both(insert).execute(conn)?;
    Ok(())
}

/// Takes a member's address away.
pub fn delete_feed(conn: &mut Conn, member: MemberId) -> Result<()> {
    diesel::delete(feeds::table.find(member)).execute(conn)?;
    Ok(())
}
