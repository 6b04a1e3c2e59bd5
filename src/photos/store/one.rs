//! One photo, through what it belongs to; and what is asked of the place that one goes to.

use diesel::prelude::*;

use super::cover::is_shown;
use super::{PHOTO, PhotoRow, may_read_wish, photo};
use crate::accounts::Viewer;
use crate::db::Conn;
use crate::db::ids::{DraftId, PersonId, PhotoId, SiteId, SubmissionKey, UpdateId, WishId};
use crate::db::schema::{albums, drafts, photos, sites, updates};
use crate::error::{AppError, Result};
use crate::photos::model::{Around, Belongs, Photo, Place, may_change_photo, may_see};
use crate::sites::{Audience, SiteScope};

/// One photo, if it exists for the viewer of the page: through what it belongs to, each time.
pub fn get_photo(conn: &mut Conn, scope: &SiteScope, id: PhotoId) -> Result<Photo> {
    type Row = (PhotoRow, Option<Audience>, Option<Audience>, Option<WishId>);
    let row: Option<Row> = photos::table
        .left_join(updates::table)
        .left_join(albums::table)
        .filter(photos::id.eq(id))
        .filter(photos::site_id.eq(scope.site.id))
        .select((PHOTO, updates::audience.nullable(), albums::audience.nullable(), photos::wish_id))
        .get_result(conn)
        .optional()?;
    let (row, of_update, of_album, wish) = row.ok_or(AppError::NotFound)?;
    let found = photo(row);
    let around = match (found.place, of_update, of_album) {
        (Place::Draft, ..) => Around::Draft { is_shared: is_shared(conn, scope, found.draft_id)? },
        (Place::Update, Some(audience), _) | (Place::Album, _, Some(audience)) => Around::For(audience),
        (Place::Cover | Place::Portrait, ..) => Around::Page,
        (Place::Wish, ..) => Around::Words {
            readable: match wish {
                Some(wish) => may_read_wish(conn, scope, wish)?,
                None => false,
            },
        },
        // What it belonged to is gone, and it goes too.
        (Place::Update | Place::Album, ..) => return Err(AppError::NotFound),
    };
    if around == Around::Page && !scope.access.may_organize() && !is_shown(conn, &found)? {
        return Err(AppError::NotFound);
    }
    if may_see(&scope.access, scope.person_id, &found, around) { Ok(found) } else { Err(AppError::NotFound) }
}

/// Whether those who write on the page write this draft together. It is the journal's to say: this only reads it.
pub(super) fn is_shared(conn: &mut Conn, scope: &SiteScope, draft: Option<DraftId>) -> Result<bool> {
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
    let slug: Option<String> = photos::table
        .inner_join(sites::table)
        .filter(photos::id.eq(id))
        .select(sites::slug)
        .get_result(conn)
        .optional()?;
    let scope = SiteScope::load(conn, viewer, &slug.ok_or(AppError::NotFound)?)?;
    let photo = get_photo(conn, &scope, id)?;
    Ok((scope, photo))
}

/// One photo that the viewer may change.
pub fn get_photo_to_change(conn: &mut Conn, scope: &SiteScope, id: PhotoId) -> Result<Photo> {
    let photo = get_photo(conn, scope, id)?;
    if may_change_photo(&scope.access, scope.person_id, &photo) { Ok(photo) } else { Err(AppError::NotFound) }
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
        .get_result(conn)
        .optional()?;
    Ok(row.map(photo))
}

/// How many photos are where another one is to go.
pub fn count_beside(conn: &mut Conn, site: SiteId, belongs: Belongs) -> Result<i64> {
    let there = photos::table.filter(photos::site_id.eq(site)).filter(photos::place.eq(belongs.place())).into_boxed();
    let there = match belongs {
        Belongs::Draft(draft) => there.filter(photos::draft_id.eq(Some(draft))),
        Belongs::Album(album) => there.filter(photos::album_id.eq(Some(album))),
        Belongs::Wish(wish) => there.filter(photos::wish_id.eq(Some(wish))),
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
        .get_result(conn)
        .optional()?)
}
