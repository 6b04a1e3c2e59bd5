//! Photos that came with a well wish or a comment. What decides who sees those words is read here, in one place, for whatever
//! leads to them: the words themselves stand above photos, and what came with them is asked for on its own.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{PHOTO, PhotoRow, get_photo, photo};
use crate::db::Conn;
use crate::db::ids::{PersonId, PhotoId, UpdateId, WishId};
use crate::db::schema::{photos, updates, wishes};
use crate::error::{AppError, Result};
use crate::photos::model::{Photo, Place};
use crate::sites::{Audience, SiteScope, WishAudience, Withheld};

/// Whether words exist for the viewer: through what they are about and what they answer, each time. An answer is there for
/// whom that is there which it answers.
pub fn may_read_wish(conn: &mut Conn, scope: &SiteScope, id: WishId) -> Result<bool> {
    type Row = (
        (WishAudience, Option<Withheld>, PersonId),
        (Option<WishId>, Option<PhotoId>, Option<UpdateId>),
        Option<Audience>,
    );
    let row: Option<Row> = wishes::table
        .left_join(updates::table)
        .filter(wishes::id.eq(id))
        .filter(wishes::site_id.eq(scope.site.id))
        .select((
            (wishes::audience, wishes::withheld, wishes::author_id),
            (wishes::answers_id, wishes::photo_id, wishes::update_id),
            updates::audience.nullable(),
        ))
        .get_result(conn)
        .optional()?;
    let Some(((audience, withheld, author), (answers, on_photo, on_update), of_update)) = row else {
        return Ok(false);
    };
    let audience = if answers.is_some() { WishAudience::Everyone } else { audience };
    let update_is_there = on_update.is_none() || of_update.is_some_and(|it| scope.access.audiences().contains(&it));
    if !update_is_there || !scope.may_read_words(audience, withheld, author) {
        return Ok(false);
    }
    if let Some(on_photo) = on_photo {
        match get_photo(conn, scope, on_photo) {
            Err(AppError::NotFound) => return Ok(false),
            found => drop(found?),
        }
    }
    match answers {
        Some(answered) => may_read_wish(conn, scope, answered),
        None => Ok(true),
    }
}

/// The photo of each of some words, by these.
pub type OfWishes = HashMap<WishId, Photo>;

/// The photos of these words, which the viewer has been found to read; one query for all of them.
pub fn list_of_wishes(conn: &mut Conn, scope: &SiteScope, of: &[WishId]) -> Result<OfWishes> {
    if scope.site.glance.photo_count == 0 || of.is_empty() {
        return Ok(OfWishes::new());
    }
    let rows: Vec<(Option<WishId>, PhotoRow)> = photos::table
        .filter(photos::wish_id.eq_any(of.to_vec()))
        .filter(photos::site_id.eq(scope.site.id))
        .filter(photos::place.eq(Place::Wish))
        .select((photos::wish_id, PHOTO))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(wish, row)| Some((wish?, photo(row)))).collect())
}

/// The words that a photo came with.
#[derive(Clone, Copy, Debug)]
pub struct Beside {
    /// Their row.
    pub wish_id: WishId,
    /// The update that they are a comment on.
    pub update_id: Option<UpdateId>,
}

impl Beside {
    /// Where they stand.
    pub fn address(&self, site_path: &str) -> String {
        match self.update_id {
            Some(update) => format!("{site_path}/updates/{update}#wish-{}", self.wish_id),
            None => format!("{site_path}/wishes/{0}#wish-{0}", self.wish_id),
        }
    }
}

/// The words that a photo came with, if it came with some. Says nothing of who may read them.
pub fn find_words(conn: &mut Conn, id: PhotoId) -> Result<Option<Beside>> {
    let row: Option<(WishId, Option<UpdateId>)> = photos::table
        .inner_join(wishes::table.on(photos::wish_id.eq(wishes::id.nullable())))
        .filter(photos::id.eq(id))
        .filter(photos::place.eq(Place::Wish))
        .select((wishes::id, wishes::update_id))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(wish_id, update_id)| Beside { wish_id, update_id }))
}
