//! Whether photos stand in the mail of a page.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::SiteId;
use crate::db::schema::sites;
use crate::error::Result;

/// Whether small photos stand in the mail about an update.
pub fn get_mail_photos(conn: &mut Conn, site: SiteId) -> Result<bool> {
    Ok(sites::table.find(site).select(sites::mail_photos).get_result(conn)?)
}

/// Changes it.
pub fn update_mail_photos(conn: &mut Conn, site: SiteId, shown: bool, now: Timestamp) -> Result<()> {
    diesel::update(sites::table.find(site))
        .set((sites::mail_photos.eq(shown), sites::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}
