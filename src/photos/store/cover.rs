//! The cover of a page, and the portrait of whom it is about.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{PHOTO, PhotoRow, hold_site, photo};
use crate::db::Conn;
use crate::db::ids::{PhotoId, SiteId};
use crate::db::schema::photos;
use crate::error::Result;
use crate::photos::model::{Crop, Photo, PhotoState, Place};
use crate::sites::{Sight, SiteScope};

/// What stands at the head of a page.
#[derive(Clone, Debug, Default)]
pub struct Face {
    /// The wide one above everything.
    pub cover: Option<Photo>,
    /// The round one beside the name.
    pub portrait: Option<Photo>,
}

impl Face {
    /// Of each the newest that is ready.
    pub(super) fn newest(mut found: Vec<Photo>) -> Self {
        found.sort_by_key(|it| std::cmp::Reverse(it.id));
        let mut face = Self::default();
        for it in found {
            let place = if it.place == Place::Cover { &mut face.cover } else { &mut face.portrait };
            place.get_or_insert(it);
        }
        face
    }
}

/// The cover and the portrait of a page, for whoever sees at least its front door: of each the newest that is ready.
pub fn find_face(conn: &mut Conn, scope: &SiteScope) -> Result<Face> {
    if scope.access.sight == Sight::Nothing || scope.site.glance.photo_count == 0 {
        return Ok(Face::default());
    }
    let rows: Vec<PhotoRow> = photos::table
        .filter(photos::site_id.eq(scope.site.id))
        .filter(photos::place.eq_any([Place::Cover, Place::Portrait]))
        .filter(photos::state.eq(PhotoState::Ready))
        .select(PHOTO)
        .load(conn)?;
    Ok(Face::newest(rows.into_iter().map(photo).collect()))
}

/// Whether this is the cover, or the portrait, that the page shows: the newest that is ready. What it
/// shows no more, or not yet, is for those who choose it.
pub(super) fn is_shown(conn: &mut Conn, it: &Photo) -> Result<bool> {
    let shown: Option<PhotoId> = photos::table
        .filter(photos::site_id.eq(it.site_id))
        .filter(photos::place.eq(it.place))
        .filter(photos::state.eq(PhotoState::Ready))
        .order(photos::id.desc())
        .select(photos::id)
        .first(conn)
        .optional()?;
    Ok(shown == Some(it.id))
}

/// The portraits of pages that somebody belongs to.
pub fn find_portraits(conn: &mut Conn, sites: &[SiteId]) -> Result<HashMap<SiteId, Photo>> {
    if sites.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<PhotoRow> = photos::table
        .filter(photos::site_id.eq_any(sites.to_vec()))
        .filter(photos::place.eq(Place::Portrait))
        .filter(photos::state.eq(PhotoState::Ready))
        .order(photos::id.asc())
        .select(PHOTO)
        .load(conn)?;
    // The newest of a page comes last, and stays.
    Ok(rows.into_iter().map(photo).map(|it| (it.site_id, it)).collect())
}

/// Everything that was brought as the cover, or as the portrait, of a page that the viewer organizes; the newest first.
pub fn list_of_place(conn: &mut Conn, scope: &SiteScope, place: Place) -> Result<Vec<Photo>> {
    let rows: Vec<PhotoRow> = photos::table
        .filter(photos::site_id.eq(scope.site.id))
        .filter(photos::place.eq(place))
        .order(photos::id.desc())
        .select(PHOTO)
        .load(conn)?;
    Ok(rows.into_iter().map(photo).collect())
}

/// Which part of it shows, and what is said of it to those who cannot see it.
pub fn update_crop(conn: &mut Conn, it: &Photo, crop: Crop, alt: Option<String>) -> Result<()> {
    hold_site(conn, it.site_id)?;
    diesel::update(photos::table.find(it.id))
        .set((
            photos::crop_left.eq(Some(crop.left)),
            photos::crop_top.eq(Some(crop.top)),
            photos::crop_width.eq(Some(crop.width)),
            photos::crop_height.eq(Some(crop.height)),
            photos::alt.eq(alt),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes away what was the cover, or the portrait, but for those that are to stay.
pub fn delete_of_place(conn: &mut Conn, scope: &SiteScope, place: Place, keep: &[PhotoId]) -> Result<usize> {
    hold_site(conn, scope.site.id)?;
    let there = photos::table.filter(photos::site_id.eq(scope.site.id)).filter(photos::place.eq(place));
    Ok(diesel::delete(there.filter(photos::id.ne_all(keep.to_vec()))).execute(conn)?)
}
