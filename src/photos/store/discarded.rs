//! Photos whose rows are gone and whose bytes are to go after them, and bytes that no row names.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::SignedDuration;

use super::own::hold_sites;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{PhotoId, SiteId};
use crate::db::schema::{discarded_photos, drafts, photos};
use crate::error::Result;
use crate::jobs::{self, Kind};
use crate::photos::model::{PhotoState, Place};

/// Photos that were taken away and whose bytes may still be there.
pub fn list_discarded(conn: &mut Conn, limit: i64) -> Result<Vec<PhotoId>> {
    let all = discarded_photos::table.order(discarded_photos::photo_id).limit(limit);
    Ok(all.select(discarded_photos::photo_id).load(conn)?)
}

/// Their bytes are gone.
pub fn delete_discarded(conn: &mut Conn, gone: &[PhotoId]) -> Result<()> {
    diesel::delete(discarded_photos::table.filter(discarded_photos::photo_id.eq_any(gone.to_vec()))).execute(conn)?;
    Ok(())
}

/// Has the bytes of what was taken away in this transaction, or before it, go soon after it.
pub fn enqueue_discarding(conn: &mut Conn, now: Timestamp) -> Result<()> {
    if list_discarded(conn, 1)?.is_empty() {
        return Ok(());
    }
    jobs::enqueue_alone(conn, Kind::DiscardPhotos, now)
}

/// Has the whole store looked through, once a day.
pub fn enqueue_sweep(conn: &mut Conn, now: Timestamp) -> Result<()> {
    let a_day_ago = now - SignedDuration::from_hours(23);
    if jobs::was_enqueued_since(conn, Kind::SweepPhotos, a_day_ago)? {
        return Ok(());
    }
    jobs::enqueue_alone(conn, Kind::SweepPhotos, now)
}

/// Which of these there is a row of, and how each stands.
pub fn known_photos(conn: &mut Conn, ids: &[PhotoId]) -> Result<HashMap<PhotoId, PhotoState>> {
    let rows: Vec<(PhotoId, PhotoState)> =
        photos::table.filter(photos::id.eq_any(ids.to_vec())).select((photos::id, photos::state)).load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The photo of this database that was taken in last.
pub fn find_newest_photo(conn: &mut Conn) -> Result<Option<PhotoId>> {
    Ok(photos::table.order(photos::id.desc()).select(photos::id).first(conn).optional()?)
}

/// How long photos wait with a draft that never became an update.
const DRAFT_DAYS: i64 = 30;

/// Takes away photos of drafts that never became anything, some at a time.
pub fn delete_stale_drafts(conn: &mut Conn, now: Timestamp, limit: i64) -> Result<usize> {
    let before = now - SignedDuration::from_hours(DRAFT_DAYS * 24);
    let stale: Vec<(PhotoId, SiteId)> = photos::table
        .filter(photos::place.eq(Place::Draft))
        .filter(photos::created_at.lt(before))
        // As long as the words are kept, so are the photos.
        .filter(photos::draft_id.assume_not_null().ne_all(drafts::table.select(drafts::id)))
        .order(photos::id)
        .limit(limit)
        .select((photos::id, photos::site_id))
        .load(conn)?;
    hold_sites(conn, stale.iter().map(|(_, site)| *site))?;
    let stale: Vec<PhotoId> = stale.into_iter().map(|(id, _)| id).collect();
    // One that was posted in between stays.
    let still = photos::table.filter(photos::id.eq_any(stale)).filter(photos::place.eq(Place::Draft));
    Ok(diesel::delete(still).execute(conn)?)
}
