//! Photos, always through the page as its viewer may see it. Rows are locked in the order in which every write takes them:
//! members, updates, the page, its photos.

mod album;
mod changing;
mod cover;
mod discarded;
mod gallery;
mod lists;
mod one;
mod own;
mod preparing;
mod words;

use diesel::prelude::*;

pub use album::*;
pub use changing::{attach, delete_of_draft, delete_photo, describe, insert_photo, update_words};
pub use cover::*;
pub use discarded::{
    delete_discarded, delete_stale_drafts, enqueue_discarding, enqueue_sweep, find_newest_photo, known_photos,
    list_discarded,
};
pub use gallery::{find_neighbours, get_shown, list_photos, move_photo, update_photo};
pub use lists::{OfUpdates, list_for_mail, list_of_draft, list_of_journal, list_of_updates, list_to_change};
pub use one::{count_beside, find_by_upload, find_posted, get_photo, get_photo_anywhere, get_photo_to_change};
pub use own::{OwnPhoto, audiences_of, delete_photos_of, list_own_photos};
pub use preparing::{find_preparing, update_failed, update_ready};
pub use words::{Beside, OfWishes, find_words, list_of_wishes, may_read_wish};

use super::model::{Crop, Photo, PhotoState, Place};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{AlbumId, DraftId, PersonId, PhotoId, SiteId, UpdateId};
use crate::db::schema::{photos, sites};
use crate::error::Result;
use crate::sites::Audience;

type CropRow = (Option<i32>, Option<i32>, Option<i32>, Option<i32>);

type PhotoRow = (
    (PhotoId, SiteId, PersonId, Place, Option<DraftId>, Option<UpdateId>, Option<AlbumId>, i32),
    (Option<Audience>, Option<String>, Option<String>, PhotoState, Option<String>),
    (i32, i32, Option<Vec<u8>>, CropRow, i64, i32, Timestamp),
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
        photos::comment_count,
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
        photos::comment_count,
        photos::created_at,
    ),
);

fn photo(row: PhotoRow) -> Photo {
    let (
        (id, site_id, uploader_id, place, draft_id, update_id, album_id, position),
        (audience, caption, alt, state, problem),
        (width, height, placeholder, (left, top, crop_width, crop_height), size_bytes, comment_count, created_at),
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
        comment_count,
        created_at,
    }
}

/// Takes the page's row before any of its photos': whoever changes a photo changes the page's version as well.
pub fn hold_site(conn: &mut Conn, site: SiteId) -> Result<()> {
    diesel::update(sites::table.find(site)).set(sites::version.eq(sites::version)).execute(conn)?;
    Ok(())
}
