//! How much of an update its mail holds.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::SiteId;
use crate::db::schema::sites;
use crate::error::Result;
use crate::sites::mail_holds::MailHolds;

/// Changes it, for mail that leaves from now on.
pub fn update_mail_holds(conn: &mut Conn, site: SiteId, holds: MailHolds, now: Timestamp) -> Result<()> {
    diesel::update(sites::table.find(site))
        .set((sites::mail_holds.eq(holds), sites::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}
