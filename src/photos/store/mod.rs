//! Photos, always through the page as its viewer may see it. Rows are locked in the order in which every write takes them:
//! members, updates, the page, its photos.

mod album;
mod cover;
mod discarded;
mod gallery;
mod own;
mod preparing;

use std::collections::HashMap;

use diesel::prelude::*;

pub use album::*;
pub use cover::*;
pub use discarded::{
    delete_discarded, delete_stale_drafts, enqueue_discarding, enqueue_sweep, find_newest_photo, known_photos,
    list_discarded,
};
pub use gallery::{find_neighbours, get_shown, list_photos, move_photo, update_photo};
pub use own::{OwnPhoto, delete_photos_of, list_own_photos};
pub use preparing::{find_preparing, update_failed, update_ready};

use super::model::{Around, Belongs, Crop, NewPhoto, Photo, PhotoState, PhotoWords, Place, may_change, may_see};
use crate::accounts::Viewer;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::{AlbumId, DraftId, PersonId, PhotoId, SiteId, SubmissionKey, UpdateId};
use crate::db::schema::{albums, drafts, photos, sites, updates};
use crate::error::{AppError, Result};
use crate::sites::{Audience, SiteScope};

type CropRow = (Option<i32>, Option<i32>, Option<i32>, Option<i32>);

type PhotoRow = (
    (PhotoId, SiteId, PersonId, Place, Option<DraftId>, Option<UpdateId>, Option<AlbumId>, i32),
    (Option<Audience>, Option<String>, Option<String>, PhotoState, Option<String>),
    (i32, i32, Option<Vec<u8>>, CropRow, i64, Timestamp),
);

type PhotoColumns = (
    (
        photos::id,
        photos::site_id,
        photos::uploader_id,
        photos::place,
        photos::draft_id,
        photos::update_id,
        photos::album_id,
        photos::position,
    ),
    (photos::audience, photos::caption, photos::alt, photos::state, photos::problem),
    (
        photos::width,
        photos::height,
        photos::placeholder,
        (photos::crop_left, photos::crop_top, photos::crop_width, photos::crop_height),
        photos::size_bytes,
        photos::created_at,
    ),
);

const PHOTO: PhotoColumns = (
    (
        photos::id,
        photos::site_id,
        photos::uploader_id,
        photos::place,
        photos::draft_id,
        photos::update_id,
        photos::album_id,
        photos::position,
    ),
    (photos::audience, photos::caption, photos::alt, photos::state, photos::problem),
    (
        photos::width,
        photos::height,
        photos::placeholder,
        (photos::crop_left, photos::crop_top, photos::crop_width, photos::crop_height),
        photos::size_bytes,
        photos::created_at,
    ),
);

fn photo(row: PhotoRow) -> Photo {
    let (
        (id, site_id, uploader_id, place, draft_id, update_id, album_id, position),
        (audience, caption, alt, state, problem),
        (width, height, placeholder, (left, top, crop_width, crop_height), size_bytes, created_at),
    ) = row;
    let crop = match (left, top, crop_width, crop_height) {
        (Some(left), Some(top), Some(width), Some(height)) => Some(Crop { left, top, width, height }),
        _ => None,
    };
    Photo {
        id,
        site_id,
        uploader_id,
        place,
        draft_id,
        update_id,
        album_id,
        position,
        audience,
        caption,
        alt,
        state,
        problem,
        width,
        height,
        placeholder,
        crop,
        size_bytes,
        created_at,
    }
}

/// One photo, if it exists for the viewer of the page: through what it belongs to, each time.
pub fn get_photo(conn: &mut Conn, scope: &SiteScope, id: PhotoId) -> Result<Photo> {
    let row: Option<(PhotoRow, Option<Audience>, Option<Audience>)> = photos::table
        .left_join(updates::table)
        .left_join(albums::table)
        .filter(photos::id.eq(id))
        .filter(photos::site_id.eq(scope.site.id))
        .select((PHOTO, updates::audience.nullable(), albums::audience.nullable()))
        .first(conn)
        .optional()?;
    let (row, of_update, of_album) = row.ok_or(AppError::NotFound)?;
    let found = photo(row);
    let around = match (found.place, of_update, of_album) {
        (Place::Draft, ..) => Around::Draft { is_shared: is_shared(conn, scope, found.draft_id)? },
        (Place::Update, Some(audience), _) | (Place::Album, _, Some(audience)) => Around::For(audience),
        (Place::Cover | Place::Portrait, ..) => Around::Page,
        // What it belonged to is gone, and it goes too.
        (Place::Update | Place::Album, ..) => return Err(AppError::NotFound),
    };
    if around == Around::Page && !scope.access.may_organize() && !is_shown(conn, &found)? {
        return Err(AppError::NotFound);
    }
    if may_see(&scope.access, scope.person_id, &found, around) { Ok(found) } else { Err(AppError::NotFound) }
}

/// Whether those who write on the page write this draft together. It is the journal's to say: this only reads it.
fn is_shared(conn: &mut Conn, scope: &SiteScope, draft: Option<DraftId>) -> Result<bool> {
    let Some(draft) = draft else { return Ok(false) };
    let shared = drafts::table
        .find(draft)
        .filter(drafts::site_id.eq(scope.site.id))
        .filter(drafts::shared.eq(true))
        .filter(drafts::audience.eq_any(scope.access.audiences()));
    Ok(diesel::select(diesel::dsl::exists(shared)).get_result(conn)?)
}

/// One photo by its address alone: the page that it is on is looked up first, as this viewer may see it.
pub fn get_photo_anywhere(conn: &mut Conn, viewer: &Viewer, id: PhotoId) -> Result<(SiteScope, Photo)> {
    let slug: Option<String> =
        photos::table.inner_join(sites::table).filter(photos::id.eq(id)).select(sites::slug).first(conn).optional()?;
    let scope = SiteScope::load(conn, viewer, &slug.ok_or(AppError::NotFound)?)?;
    let photo = get_photo(conn, &scope, id)?;
    Ok((scope, photo))
}

/// One photo that the viewer may change.
pub fn get_photo_to_change(conn: &mut Conn, scope: &SiteScope, id: PhotoId) -> Result<Photo> {
    let photo = get_photo(conn, scope, id)?;
    if may_change(&scope.access, scope.person_id, photo.uploader_id) { Ok(photo) } else { Err(AppError::NotFound) }
}

/// The photos of these updates, which the viewer may read, in their order; one query for all of them. What is narrower than
/// its update is left out for those whom it is not for, and what could not be read for everybody.
pub fn list_of_updates(conn: &mut Conn, scope: &SiteScope, of: &[UpdateId]) -> Result<OfUpdates> {
    if scope.site.glance.photo_count == 0 {
        return Ok(OfUpdates::new());
    }
    let rows: Vec<PhotoRow> = photos::table
        .filter(photos::update_id.eq_any(of.to_vec()))
        .filter(photos::place.eq(Place::Update))
        .filter(photos::state.ne(PhotoState::Failed))
        .order((photos::update_id, photos::position, photos::id))
        .select(PHOTO)
        .load(conn)?;
    Ok(by_update(scope, rows.into_iter().map(photo)))
}

/// The same, and the cover and the portrait of the page; still one query.
pub fn list_of_journal(conn: &mut Conn, scope: &SiteScope, of: &[UpdateId]) -> Result<(OfUpdates, Face)> {
    if scope.site.glance.photo_count == 0 {
        return Ok((OfUpdates::new(), Face::default()));
    }
    let with_them = photos::update_id.eq_any(of.to_vec()).and(photos::state.ne(PhotoState::Failed));
    let on_the_page = photos::site_id
        .eq(scope.site.id)
        .and(photos::place.eq_any([Place::Cover, Place::Portrait]))
        .and(photos::state.eq(PhotoState::Ready));
    let rows: Vec<PhotoRow> = photos::table
        .filter(with_them.or(on_the_page.nullable()))
        .order((photos::update_id, photos::position, photos::id))
        .select(PHOTO)
        .load(conn)?;
    let (face, others): (Vec<Photo>, Vec<Photo>) =
        rows.into_iter().map(photo).partition(|it| matches!(it.place, Place::Cover | Place::Portrait));
    Ok((by_update(scope, others.into_iter()), Face::newest(face)))
}

/// The photos of each of some updates, in their order.
pub type OfUpdates = HashMap<UpdateId, Vec<Photo>>;

fn by_update(scope: &SiteScope, found: impl Iterator<Item = Photo>) -> OfUpdates {
    let audiences = scope.access.audiences();
    let mut all = OfUpdates::new();
    for found in found {
        let is_theirs = found.audience.is_none_or(|narrower| audiences.contains(&narrower));
        if let (Some(update), true) = (found.update_id, is_theirs) {
            all.entry(update).or_default().push(found);
        }
    }
    all
}

/// What is with a draft and the viewer sees, in its order.
pub fn list_of_draft(conn: &mut Conn, scope: &SiteScope, draft: DraftId) -> Result<Vec<Photo>> {
    let around = Around::Draft { is_shared: is_shared(conn, scope, Some(draft))? };
    let rows: Vec<PhotoRow> = photos::table
        .filter(photos::draft_id.eq(Some(draft)))
        .filter(photos::site_id.eq(scope.site.id))
        .filter(photos::place.eq(Place::Draft))
        .order((photos::position, photos::id))
        .select(PHOTO)
        .load(conn)?;
    let all = rows.into_iter().map(photo);
    Ok(all.filter(|photo| may_see(&scope.access, scope.person_id, photo, around)).collect())
}

/// What is with an update that the viewer may change, whether or not it could be read.
pub fn list_to_change(conn: &mut Conn, scope: &SiteScope, update: UpdateId) -> Result<Vec<Photo>> {
    let rows: Vec<PhotoRow> = photos::table
        .filter(photos::update_id.eq(Some(update)))
        .filter(photos::site_id.eq(scope.site.id))
        .filter(photos::place.eq(Place::Update))
        .order((photos::position, photos::id))
        .select(PHOTO)
        .load(conn)?;
    Ok(rows.into_iter().map(photo).filter(|it| may_change(&scope.access, scope.person_id, it.uploader_id)).collect())
}

/// How many photos are with an update, ready or soon to be, for a mail that goes to an audience.
pub fn count_of_update(conn: &mut Conn, update: UpdateId, audiences: &[Audience]) -> Result<i64> {
    let for_them = photos::audience.is_null().or(photos::audience.assume_not_null().eq_any(audiences.to_vec()));
    Ok(photos::table
        .filter(photos::update_id.eq(Some(update)))
        .filter(photos::state.ne(PhotoState::Failed))
        .filter(for_them)
        .count()
        .get_result(conn)?)
}

/// The photo that an upload has made already, if it has.
pub fn find_by_upload(
    conn: &mut Conn,
    scope: &SiteScope,
    uploader: PersonId,
    upload: SubmissionKey,
) -> Result<Option<Photo>> {
    let row: Option<PhotoRow> = photos::table
        .filter(photos::site_id.eq(scope.site.id))
        .filter(photos::upload_key.eq(Some(upload)))
        .filter(photos::uploader_id.eq(uploader))
        .select(PHOTO)
        .first(conn)
        .optional()?;
    Ok(row.map(photo))
}

/// How many photos are where another one is to go.
pub fn count_beside(conn: &mut Conn, site: SiteId, belongs: Belongs) -> Result<i64> {
    let there = photos::table.filter(photos::site_id.eq(site)).filter(photos::place.eq(belongs.place())).into_boxed();
    let there = match belongs {
        Belongs::Draft(draft) => there.filter(photos::draft_id.eq(Some(draft))),
        Belongs::Album(album) => there.filter(photos::album_id.eq(Some(album))),
        Belongs::Cover | Belongs::Portrait => there,
    };
    Ok(there.count().get_result(conn)?)
}

/// The update that a draft has become, whoever of those who write it together has posted it.
pub fn find_posted(conn: &mut Conn, scope: &SiteScope, draft: DraftId) -> Result<Option<UpdateId>> {
    let key = SubmissionKey::parse(&draft.to_string());
    Ok(updates::table
        .filter(updates::site_id.eq(scope.site.id))
        .filter(updates::submission_key.eq(key))
        .select(updates::id)
        .first(conn)
        .optional()?)
}

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

/// Takes the page's row before any of its photos': whoever changes a photo changes the page's version as well.
pub fn hold_site(conn: &mut Conn, site: SiteId) -> Result<()> {
    diesel::update(sites::table.find(site)).set(sites::version.eq(sites::version)).execute(conn)?;
    Ok(())
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
        .first(conn)?;
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
