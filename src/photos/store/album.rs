//! Albums, always through the page as its viewer may see it.

use std::collections::HashMap;

use diesel::prelude::*;

use super::gallery::{list_album_photos, list_by_ids};
use super::hold_site;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::{AlbumId, PersonId, PhotoId, SiteId};
use crate::db::schema::{albums, members, photos};
use crate::error::{AppError, Result};
use crate::photos::model::{Album, AlbumDraft, ListedAlbum, MOST_ALBUMS, Move, moved};
use crate::sites::{Audience, MemberState, Role, SiteScope};

type AlbumRow = (AlbumId, SiteId, String, Audience, PersonId);

type AlbumColumns = (albums::id, albums::site_id, albums::title, albums::audience, albums::created_by);

const ALBUM: AlbumColumns = (albums::id, albums::site_id, albums::title, albums::audience, albums::created_by);

fn album((id, site_id, title, audience, created_by): AlbumRow) -> Album {
    Album { id, site_id, title, audience, created_by }
}

/// The albums that exist for a viewer, in their order.
pub fn list_albums(conn: &mut Conn, scope: &SiteScope) -> Result<Vec<Album>> {
    let rows: Vec<AlbumRow> = albums::table
        .filter(albums::site_id.eq(scope.site.id))
        .filter(albums::audience.eq_any(scope.access.audiences()))
        .order((albums::position, albums::id))
        .limit(MOST_ALBUMS)
        .select(ALBUM)
        .load(conn)?;
    Ok(rows.into_iter().map(album).collect())
}

/// The same, each with how many photos there are in it for this viewer, and the first of them.
pub fn list_albums_with_photos(conn: &mut Conn, scope: &SiteScope) -> Result<Vec<ListedAlbum>> {
    let all = list_albums(conn, scope)?;
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let mut counts: HashMap<AlbumId, (usize, PhotoId)> = HashMap::new();
    for (album, photo) in list_album_photos(conn, scope)? {
        counts.entry(album).or_insert((0, photo)).0 += 1;
    }
    let firsts: Vec<PhotoId> = counts.values().map(|(_, first)| *first).collect();
    let firsts = list_by_ids(conn, &firsts)?;
    let listed = all.into_iter().map(|album| {
        let found = counts.get(&album.id);
        let first = found.and_then(|(_, id)| firsts.iter().find(|it| it.id == *id)).cloned();
        ListedAlbum { count: found.map_or(0, |(count, _)| *count), first, album }
    });
    Ok(listed.collect())
}

/// One album, if it exists for the viewer.
pub fn get_album(conn: &mut Conn, scope: &SiteScope, id: AlbumId) -> Result<Album> {
    let row: Option<AlbumRow> = albums::table
        .filter(albums::id.eq(id))
        .filter(albums::site_id.eq(scope.site.id))
        .filter(albums::audience.eq_any(scope.access.audiences()))
        .select(ALBUM)
        .get_result(conn)
        .optional()?;
    row.map(album).ok_or(AppError::NotFound)
}

/// One album that the viewer may change.
pub fn get_album_to_change(conn: &mut Conn, scope: &SiteScope, id: AlbumId) -> Result<Album> {
    let found = get_album(conn, scope, id)?;
    if found.may_change(&scope.access, scope.person_id) { Ok(found) } else { Err(AppError::NotFound) }
}

/// Makes an album behind those that are there; the one that this very form has made before, if it has.
pub fn insert_album(
    conn: &mut Conn,
    scope: &SiteScope,
    by: PersonId,
    draft: &AlbumDraft,
    now: Timestamp,
) -> Result<AlbumId> {
    hold_site(conn, scope.site.id)?;
    let count: i64 = albums::table.filter(albums::site_id.eq(scope.site.id)).count().get_result(conn)?;
    if count >= MOST_ALBUMS {
        return Err(AppError::invalid(
            "title",
            format!("There are {MOST_ALBUMS} albums here already, which is all that fits."),
        ));
    }
    let last: Option<i32> = albums::table
        .filter(albums::site_id.eq(scope.site.id))
        .select(diesel::dsl::max(albums::position))
        .get_result(conn)?;
    let id = AlbumId::generate();
    let insert = diesel::insert_into(albums::table)
        .values((
            albums::id.eq(id),
            albums::site_id.eq(scope.site.id),
            albums::title.eq(&draft.title),
            albums::audience.eq(draft.audience),
            albums::created_by.eq(by),
            albums::position.eq(last.map_or(0, |last| last.saturating_add(1))),
            albums::submission_key.eq(draft.submission),
            albums::created_at.eq(now),
        ))
        .on_conflict_do_nothing();
    if both(insert).execute(conn)? == 1 {
        return Ok(id);
    }
    let known: Option<AlbumId> = albums::table
        .filter(albums::site_id.eq(scope.site.id))
        .filter(albums::submission_key.eq(draft.submission))
        .filter(albums::created_by.eq(by))
        .select(albums::id)
        .get_result(conn)
        .optional()?;
    known.ok_or(AppError::NotFound)
}

/// Renames an album, and says who it is for. `get_album_to_change` must have said yes before.
pub fn update_album(conn: &mut Conn, it: &Album, draft: &AlbumDraft) -> Result<()> {
    hold_site(conn, it.site_id)?;
    diesel::update(albums::table.find(it.id))
        .set((albums::title.eq(&draft.title), albums::audience.eq(draft.audience)))
        .execute(conn)?;
    Ok(())
}

/// Puts an album one place further among the others, past what its viewer can see.
pub fn move_album(conn: &mut Conn, scope: &SiteScope, id: AlbumId, step: Move) -> Result<()> {
    hold_site(conn, scope.site.id)?;
    let all: Vec<(AlbumId, Audience, i32)> = albums::table
        .filter(albums::site_id.eq(scope.site.id))
        .order((albums::position, albums::id))
        .select((albums::id, albums::audience, albums::position))
        .load(conn)?;
    let ids: Vec<(AlbumId, bool)> =
        all.iter().map(|(id, audience, _)| (*id, scope.access.audiences().contains(audience))).collect();
    for (position, id) in (0i32..).zip(moved(&ids, id, step)) {
        if all.iter().any(|(known, _, at)| *known == id && *at == position) {
            continue;
        }
        diesel::update(albums::table.find(id)).set(albums::position.eq(position)).execute(conn)?;
    }
    Ok(())
}

/// How many photos are in an album, whoever may see them, and how many of them are not this person's.
pub fn count_in_album(conn: &mut Conn, id: AlbumId, person: PersonId) -> Result<(i64, i64)> {
    let all: i64 = photos::table.filter(photos::album_id.eq(Some(id))).count().get_result(conn)?;
    let theirs: i64 = photos::table
        .filter(photos::album_id.eq(Some(id)))
        .filter(photos::uploader_id.eq(person))
        .count()
        .get_result(conn)?;
    Ok((all, all - theirs))
}

/// Deletes an album with the photos in it; a trigger sees to their bytes. `get_album_to_change` must have said yes before.
pub fn delete_album(conn: &mut Conn, it: &Album) -> Result<()> {
    hold_site(conn, it.site_id)?;
    // By itself, so that the trigger of each photo sees its row go, on either database.
    diesel::delete(photos::table.filter(photos::album_id.eq(Some(it.id)))).execute(conn)?;
    diesel::delete(albums::table.find(it.id)).execute(conn)?;
    Ok(())
}

/// Albums that somebody made outlive them, since others have photos in them: an organizer of the page has them from now on.
/// Those of pages without another organizer go with the page.
pub fn hand_over_albums_of(conn: &mut Conn, person: PersonId) -> Result<()> {
    let theirs: Vec<(AlbumId, SiteId)> = albums::table
        .filter(albums::created_by.eq(person))
        .order(albums::id)
        .select((albums::id, albums::site_id))
        .load(conn)?;
    for (id, site) in theirs {
        let heir: Option<PersonId> = members::table
            .filter(members::site_id.eq(site))
            .filter(members::role.eq(Role::Organizer))
            .filter(members::state.eq(MemberState::Active))
            .filter(members::person_id.ne(person))
            .order(members::id)
            .select(members::person_id)
            .first(conn)
            .optional()?;
        match heir {
            Some(heir) => diesel::update(albums::table.find(id)).set(albums::created_by.eq(heir)).execute(conn)?,
            None => diesel::delete(albums::table.find(id)).execute(conn)?,
        };
    }
    Ok(())
}
