//! The hours in which a page would rather wake nobody.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::SiteId;
use crate::db::schema::sites;
use crate::error::Result;
use crate::sites::quiet_hours::QuietHours;

/// Those of a page.
pub fn get_quiet_hours(conn: &mut Conn, site: SiteId) -> Result<QuietHours> {
    let (from, until): (i32, i32) =
        sites::table.find(site).select((sites::quiet_from, sites::quiet_until)).get_result(conn)?;
    Ok(QuietHours { from, until })
}

/// Changes them.
pub fn update_quiet_hours(conn: &mut Conn, site: SiteId, hours: QuietHours, now: Timestamp) -> Result<()> {
    diesel::update(sites::table.find(site))
        .set((sites::quiet_from.eq(hours.from), sites::quiet_until.eq(hours.until), sites::updated_at.eq(now)))
        .execute(conn)?;
    Ok(())
}
