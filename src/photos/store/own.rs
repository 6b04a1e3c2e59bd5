//! The photos that one person has brought, on every page at once: for a copy to take away, and for their erasure.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use super::hold_site;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{PersonId, PhotoId, SiteId};
use crate::db::schema::{albums, photos, updates};
use crate::error::Result;
use crate::photos::model::{PhotoState, Place, is_narrower};
use crate::sites::Audience;

/// A photo as its owner takes it away.
#[derive(Clone, Debug)]
pub struct OwnPhoto {
    /// Its row.
    pub id: PhotoId,
    /// The page.
    pub site_id: SiteId,
    /// Where it belongs.
    pub place: Place,
    /// What stands under it.
    pub caption: Option<String>,
    /// What can be seen on it.
    pub alt: Option<String>,
    /// Whether its bytes can be had.
    pub state: PhotoState,
    /// When it was taken in.
    pub created_at: Timestamp,
}

/// What somebody has brought, by page, from after `after` on.
pub fn list_own_photos(conn: &mut Conn, uploader: PersonId, after: PhotoId, limit: i64) -> Result<Vec<OwnPhoto>> {
    type Row = (PhotoId, SiteId, Place, Option<String>, Option<String>, PhotoState, Timestamp);
    let rows: Vec<Row> = photos::table
        .filter(photos::uploader_id.eq(uploader))
        .filter(photos::id.gt(after))
        .order(photos::id)
        .limit(limit)
        .select((
            photos::id,
            photos::site_id,
            photos::place,
            photos::caption,
            photos::alt,
            photos::state,
            photos::created_at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, site_id, place, caption, alt, state, created_at)| OwnPhoto {
            id,
            site_id,
            place,
            caption,
            alt,
            state,
            created_at,
        })
        .collect())
}

/// Who each of these photos is for: those whom its update or album is for, or fewer.
pub fn audiences_of(conn: &mut Conn, of: &[PhotoId]) -> Result<HashMap<PhotoId, Audience>> {
    if of.is_empty() {
        return Ok(HashMap::new());
    }
    type Row = (PhotoId, Option<Audience>, Option<Audience>, Option<Audience>);
    let rows: Vec<Row> = photos::table
        .left_join(updates::table)
        .left_join(albums::table)
        .filter(photos::id.eq_any(of.to_vec()))
        .select((photos::id, photos::audience, updates::audience.nullable(), albums::audience.nullable()))
        .load(conn)?;
    let narrowest = |(id, own, update, album): Row| {
        let around = update.or(album).unwrap_or(Audience::Everyone);
        (id, own.filter(|own| is_narrower(*own, around)).unwrap_or(around))
    };
    Ok(rows.into_iter().map(narrowest).collect())
}

/// Takes the rows of several pages, in the one order in which everybody takes them.
pub(super) fn hold_sites(conn: &mut Conn, sites: impl Iterator<Item = SiteId>) -> Result<()> {
    sites.collect::<BTreeSet<_>>().into_iter().try_for_each(|site| hold_site(conn, site))
}

/// Takes away what somebody has brought: everything, or only what was never posted.
pub fn delete_photos_of(conn: &mut Conn, uploader: PersonId, only_drafts: bool) -> Result<()> {
    let theirs = photos::table.filter(photos::uploader_id.eq(uploader)).into_boxed();
    let theirs = if only_drafts { theirs.filter(photos::place.eq(Place::Draft)) } else { theirs };
    let all: Vec<(PhotoId, SiteId)> = theirs.order(photos::id).select((photos::id, photos::site_id)).load(conn)?;
    hold_sites(conn, all.iter().map(|(_, site)| *site))?;
    for some in all.chunks(500) {
        let ids: Vec<PhotoId> = some.iter().map(|(id, _)| *id).collect();
        diesel::delete(photos::table.filter(photos::id.eq_any(ids))).execute(conn)?;
    }
    Ok(())
}
