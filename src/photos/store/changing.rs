//! Photos that come, change and go. Whoever calls has found them for the viewer.

use diesel::prelude::*;

use super::{count_beside, get_photo_to_change, hold_site};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::{DraftId, PersonId, PhotoId, SiteId, UpdateId};
use crate::db::schema::photos;
use crate::error::{AppError, Result};
use crate::photos::model::{NewPhoto, Photo, PhotoState, PhotoWords, Place};
use crate::sites::SiteScope;

/// Adds a photo whose bytes are put away already, behind those that are there. `false` when this very upload has made one
/// before.
pub fn insert_photo(conn: &mut Conn, new: &NewPhoto, now: Timestamp) -> Result<bool> {
    hold_site(conn, new.site_id)?;
    let position = i32::try_from(count_beside(conn, new.site_id, new.belongs)?).unwrap_or(i32::MAX);
    let insert = diesel::insert_into(photos::table)
        .values((
            photos::id.eq(new.id),
            photos::site_id.eq(new.site_id),
            photos::uploader_id.eq(new.uploader_id),
            photos::place.eq(new.belongs.place()),
            photos::draft_id.eq(new.belongs.draft()),
            photos::album_id.eq(new.belongs.album()),
            photos::wish_id.eq(new.belongs.wish()),
            photos::position.eq(position),
            photos::caption.eq(&new.caption),
            photos::alt.eq(&new.alt),
            photos::state.eq(PhotoState::Preparing),
            photos::upload_key.eq(new.upload),
            photos::created_at.eq(now),
        ))
        .on_conflict_do_nothing();
    Ok(both(insert).execute(conn)? == 1)
}

/// What was with a draft is with the update that it has become, behind what is there already. For whoever posts it, in the
/// transaction that posts it. Photos that somebody else has brought to the same draft come along, unless only those of `by` are
/// meant.
pub fn attach(conn: &mut Conn, site: SiteId, draft: DraftId, update: UpdateId, by: Option<PersonId>) -> Result<usize> {
    let mut waits = photos::table
        .filter(photos::draft_id.eq(Some(draft)))
        .filter(photos::site_id.eq(site))
        .filter(photos::place.eq(Place::Draft))
        .select(photos::id)
        .into_boxed();
    if let Some(by) = by {
        waits = waits.filter(photos::uploader_id.eq(by));
    }
    let waits: Vec<PhotoId> = waits.load(conn)?;
    if waits.is_empty() {
        return Ok(0);
    }
    hold_site(conn, site)?;
    let there: Option<i32> = photos::table
        .filter(photos::update_id.eq(Some(update)))
        .select(diesel::dsl::max(photos::position))
        .get_result(conn)?;
    let behind = there.map_or(0, |last| last.saturating_add(1));
    let moved = diesel::update(
        photos::table
            .filter(photos::id.eq_any(waits))
            .filter(photos::draft_id.eq(Some(draft)))
            .filter(photos::site_id.eq(site))
            .filter(photos::place.eq(Place::Draft)),
    )
    .set((
        photos::place.eq(Place::Update),
        photos::draft_id.eq(None::<DraftId>),
        photos::update_id.eq(Some(update)),
        photos::position.eq(photos::position + behind),
    ))
    .execute(conn)?;
    Ok(moved)
}

/// Says what a photo shows. `get_photo_to_change` must have said yes before.
pub fn update_words(conn: &mut Conn, photo: &Photo, words: &PhotoWords) -> Result<()> {
    hold_site(conn, photo.site_id)?;
    diesel::update(photos::table.find(photo.id))
        .set((photos::alt.eq(&words.alt), photos::caption.eq(&words.caption)))
        .execute(conn)?;
    Ok(())
}

/// Puts photos into the order in which they are named, with what is said of each; those that are not the viewer's to change
/// stay as they are, and so do those whose words and place are these already.
pub fn describe(conn: &mut Conn, scope: &SiteScope, all: &[(PhotoId, PhotoWords)]) -> Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    hold_site(conn, scope.site.id)?;
    for (position, (id, words)) in (0i32..).zip(all) {
        let found = match get_photo_to_change(conn, scope, *id) {
            Err(AppError::NotFound) => continue,
            found => found?,
        };
        if found.position == position && found.alt == words.alt && found.caption == words.caption {
            continue;
        }
        diesel::update(photos::table.find(id))
            .set((photos::alt.eq(&words.alt), photos::caption.eq(&words.caption), photos::position.eq(position)))
            .execute(conn)?;
    }
    Ok(())
}

/// Takes away what is with a draft that is thrown away.
pub fn delete_of_draft(conn: &mut Conn, scope: &SiteScope, draft: DraftId) -> Result<()> {
    hold_site(conn, scope.site.id)?;
    let with_it = photos::table.filter(photos::draft_id.eq(Some(draft))).filter(photos::site_id.eq(scope.site.id));
    diesel::delete(with_it.filter(photos::place.eq(Place::Draft))).execute(conn)?;
    Ok(())
}

/// Takes a photo away; a trigger sees to its bytes. `get_photo_to_change` must have said yes before.
pub fn delete_photo(conn: &mut Conn, photo: &Photo) -> Result<()> {
    hold_site(conn, photo.site_id)?;
    diesel::delete(photos::table.find(photo.id)).execute(conn)?;
    Ok(())
}
