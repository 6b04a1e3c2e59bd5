//! Photos with what they belong to: updates, a whole journal, a draft.

use std::collections::HashMap;

use diesel::prelude::*;

use super::one::is_shared;
use super::{Face, OfWishes, PHOTO, PhotoRow, photo};
use crate::db::Conn;
use crate::db::ids::{DraftId, UpdateId, WishId};
use crate::db::schema::photos;
use crate::error::Result;
use crate::photos::model::{Around, Photo, PhotoState, Place, may_change, may_see};
use crate::sites::{Audience, SiteScope};

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

/// What is around the updates of a journal: their photos, those that came with words under them, and the face of the page.
#[derive(Debug, Default)]
pub struct OfJournal {
    /// By update.
    pub updates: OfUpdates,
    /// By well wish or comment.
    pub wishes: OfWishes,
    /// The cover and the portrait.
    pub face: Face,
}

/// The same, with the photos of words that the viewer has been found to read, and the cover and the portrait of the page;
/// still one query.
pub fn list_of_journal(conn: &mut Conn, scope: &SiteScope, of: &[UpdateId], said: &[WishId]) -> Result<OfJournal> {
    if scope.site.glance.photo_count == 0 {
        return Ok(OfJournal::default());
    }
    let with_them = photos::update_id.eq_any(of.to_vec()).and(photos::state.ne(PhotoState::Failed));
    let with_words = photos::wish_id.eq_any(said.to_vec()).and(photos::place.eq(Place::Wish));
    let on_the_page = photos::site_id
        .eq(scope.site.id)
        .and(photos::place.eq_any([Place::Cover, Place::Portrait]))
        .and(photos::state.eq(PhotoState::Ready));
    let rows: Vec<(Option<WishId>, PhotoRow)> = photos::table
        .filter(with_them.or(with_words).or(on_the_page.nullable()))
        .order((photos::update_id, photos::position, photos::id))
        .select((photos::wish_id, PHOTO))
        .load(conn)?;
    let (mut wishes, mut face, mut others) = (OfWishes::new(), Vec::new(), Vec::new());
    for (wish, row) in rows {
        let found = photo(row);
        match (found.place, wish) {
            (Place::Wish, Some(wish)) => drop(wishes.insert(wish, found)),
            (Place::Cover | Place::Portrait, _) => face.push(found),
            _ => others.push(found),
        }
    }
    Ok(OfJournal { updates: by_update(scope, others.into_iter()), wishes, face: Face::newest(face) })
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

/// The photos that are with an update, ready or soon to be, for a mail to somebody who has these audiences. That the update
/// itself is for them is the caller's to know.
pub fn list_for_mail(conn: &mut Conn, update: UpdateId, audiences: &[Audience]) -> Result<Vec<Photo>> {
    let for_them = photos::audience.is_null().or(photos::audience.assume_not_null().eq_any(audiences.to_vec()));
    let rows: Vec<PhotoRow> = photos::table
        .filter(photos::update_id.eq(Some(update)))
        .filter(photos::place.eq(Place::Update))
        .filter(photos::state.ne(PhotoState::Failed))
        .filter(for_them)
        .order((photos::position, photos::id))
        .select(PHOTO)
        .load(conn)?;
    Ok(rows.into_iter().map(photo).collect())
}
