//! Photos as one looks through them. One query finds what a viewer may see, and everything here is made of it: the pages of the
//! gallery and of albums, the next one and the one before, what an archive holds.

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;

use super::{PHOTO, PhotoColumns, PhotoRow, hold_site, photo};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{AlbumId, PhotoId};
use crate::db::schema::{albums, people, photos, updates};
use crate::db::types::Instant;
use crate::error::{AppError, Result};
use crate::photos::model::{Move, Photo, PhotoChange, PhotoState, Place, Shown, Side, Spot, Within, moved};
use crate::sites::{Audience, SiteScope};

type ShownRow = (PhotoRow, Timestamp, String, Option<String>, Option<String>, Option<Audience>, Option<Audience>);

/// When the update of a photo was posted; in an album, when it was added.
fn moment() -> SqlLiteral<Instant> {
    sql("COALESCE(updates.published_at, photos.created_at)")
}

/// The photos of updates and albums that exist for a viewer. Those that cannot be shown, or not yet, exist for those who
/// write.
macro_rules! visible {
    ($scope:expr) => {{
        let scope: &SiteScope = $scope;
        let audiences = scope.access.audiences().to_vec();
        let with_update = photos::place.eq(Place::Update).and(updates::audience.eq_any(audiences.clone()));
        let in_album = photos::place.eq(Place::Album).and(albums::audience.eq_any(audiences.clone()));
        let for_them = photos::audience.is_null().or(photos::audience.assume_not_null().eq_any(audiences));
        let query = photos::table
            .inner_join(people::table)
            .left_join(updates::table)
            .left_join(albums::table)
            .filter(photos::site_id.eq(scope.site.id))
            .filter(with_update.assume_not_null().or(in_album.assume_not_null()))
            .filter(for_them)
            .select((
                PHOTO,
                moment(),
                people::name,
                updates::title.nullable(),
                albums::title.nullable(),
                updates::audience.nullable(),
                albums::audience.nullable(),
            ))
            .into_boxed();
        if scope.access.may_write() { query } else { query.filter(photos::state.eq(PhotoState::Ready)) }
    }};
}

fn shown((row, moment, uploader, update_title, album_title, of_update, of_album): ShownRow) -> Shown {
    // The query has found it through one of the two.
    let around = of_update.or(of_album).unwrap_or(Audience::Organizers);
    Shown { photo: photo(row), moment, uploader, update_title, album_title, around }
}

/// So many photos of what one is looking through, from one side; always in the order in which they are looked at.
pub fn list_photos(conn: &mut Conn, scope: &SiteScope, within: Within, side: Side, limit: i64) -> Result<Vec<Shown>> {
    let query = visible!(scope).limit(limit);
    let query = match within {
        Within::Gallery => query,
        Within::Update(update) => query.filter(photos::update_id.eq(Some(update))),
        Within::Album(album) => query.filter(photos::album_id.eq(Some(album))),
    };
    // What is with one update has one moment; in an album it is the place alone that counts.
    let by_time = !matches!(within, Within::Album(_));
    let after =
        |it: Spot| photos::position.gt(it.position).or(photos::position.eq(it.position).and(photos::id.gt(it.id)));
    let before =
        |it: Spot| photos::position.lt(it.position).or(photos::position.eq(it.position).and(photos::id.lt(it.id)));
    let query = match (side, by_time) {
        (Side::Start, _) => query,
        (Side::After(it), true) => query.filter(moment().lt(it.moment).or(moment().eq(it.moment).and(after(it)))),
        (Side::After(it), false) => query.filter(after(it)),
        (Side::Before(it), true) => query.filter(moment().gt(it.moment).or(moment().eq(it.moment).and(before(it)))),
        (Side::Before(it), false) => query.filter(before(it)),
    };
    let is_backwards = matches!(side, Side::Before(_));
    let query = match (is_backwards, by_time) {
        (false, true) => query.order((moment().desc(), photos::position.asc(), photos::id.asc())),
        (false, false) => query.order((photos::position.asc(), photos::id.asc())),
        (true, true) => query.order((moment().asc(), photos::position.desc(), photos::id.desc())),
        (true, false) => query.order((photos::position.desc(), photos::id.desc())),
    };
    let rows: Vec<ShownRow> = query.load(conn)?;
    let mut all: Vec<Shown> = rows.into_iter().map(shown).collect();
    if is_backwards {
        all.reverse();
    }
    Ok(all)
}

/// One photo of an update or an album, if it exists for the viewer.
pub fn get_shown(conn: &mut Conn, scope: &SiteScope, id: PhotoId) -> Result<Shown> {
    let row: Option<ShownRow> = visible!(scope).filter(photos::id.eq(id)).get_result(conn).optional()?;
    row.map(shown).ok_or(AppError::NotFound)
}

/// The photo before one and the one after it.
pub fn find_neighbours(
    conn: &mut Conn,
    scope: &SiteScope,
    within: Within,
    spot: Spot,
) -> Result<(Option<PhotoId>, Option<PhotoId>)> {
    let mut one = |side| Ok(list_photos(conn, scope, within, side, 1)?.first().map(|it| it.photo.id));
    let before: Result<Option<PhotoId>> = one(Side::Before(spot));
    Ok((before?, one(Side::After(spot))?))
}

/// Changes what is said of a photo, who sees it and which album it is in. Both albums must have been found for the viewer.
pub fn update_photo(conn: &mut Conn, it: &Photo, change: &PhotoChange) -> Result<()> {
    hold_site(conn, it.site_id)?;
    diesel::update(photos::table.find(it.id))
        .set((
            photos::alt.eq(&change.words.alt),
            photos::caption.eq(&change.words.caption),
            photos::audience.eq(change.audience),
        ))
        .execute(conn)?;
    let Some(album) = change.album else { return Ok(()) };
    let last: Option<i32> = photos::table
        .filter(photos::album_id.eq(Some(album)))
        .select(diesel::dsl::max(photos::position))
        .get_result(conn)?;
    diesel::update(photos::table.find(it.id).filter(photos::place.eq(Place::Album)))
        .set((photos::album_id.eq(Some(album)), photos::position.eq(last.map_or(0, |last| last.saturating_add(1)))))
        .execute(conn)?;
    Ok(())
}

/// Puts a photo one place further among those that it stands with, past what its viewer can see.
pub fn move_photo(conn: &mut Conn, scope: &SiteScope, it: &Photo, step: Move) -> Result<()> {
    hold_site(conn, scope.site.id)?;
    let beside =
        photos::table.filter(photos::site_id.eq(scope.site.id)).filter(photos::place.eq(it.place)).into_boxed();
    let beside = match (it.update_id, it.album_id) {
        (Some(update), _) => beside.filter(photos::update_id.eq(Some(update))),
        (None, Some(album)) => beside.filter(photos::album_id.eq(Some(album))),
        (None, None) => return Err(AppError::NotFound),
    };
    let all: Vec<(PhotoId, Option<Audience>, i32)> = beside
        .order((photos::position, photos::id))
        .select((photos::id, photos::audience, photos::position))
        .load(conn)?;
    let is_seen = |audience: Option<Audience>| audience.is_none_or(|it| scope.access.audiences().contains(&it));
    let ids: Vec<(PhotoId, bool)> = all.iter().map(|(id, audience, _)| (*id, is_seen(*audience))).collect();
    for (position, id) in (0i32..).zip(moved(&ids, it.id, step)) {
        if all.iter().any(|(known, _, at)| *known == id && *at == position) {
            continue;
        }
        diesel::update(photos::table.find(id)).set(photos::position.eq(position)).execute(conn)?;
    }
    Ok(())
}

/// The photos that exist for a viewer in any album, by album and in their order; no more than their ids.
pub fn list_album_photos(conn: &mut Conn, scope: &SiteScope) -> Result<Vec<(AlbumId, PhotoId)>> {
    let audiences = scope.access.audiences().to_vec();
    let for_them = photos::audience.is_null().or(photos::audience.assume_not_null().eq_any(audiences.clone()));
    Ok(photos::table
        .inner_join(albums::table)
        .filter(photos::site_id.eq(scope.site.id))
        .filter(photos::place.eq(Place::Album))
        .filter(photos::state.eq(PhotoState::Ready))
        .filter(albums::audience.eq_any(audiences))
        .filter(for_them)
        .order((photos::album_id, photos::position, photos::id))
        .select((albums::id, photos::id))
        .load(conn)?)
}

/// Photos by their ids, which a query of this viewer's has found.
pub fn list_by_ids(conn: &mut Conn, ids: &[PhotoId]) -> Result<Vec<Photo>> {
    let rows: Vec<PhotoRow> =
        photos::table.filter(photos::id.eq_any(ids.to_vec())).select::<PhotoColumns>(PHOTO).load(conn)?;
    Ok(rows.into_iter().map(photo).collect())
}
