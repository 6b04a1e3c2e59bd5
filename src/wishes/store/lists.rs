//! Words in their order: comments on an update or a photo, and what organizers have hidden.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{SHOWN_BY_HAND, WISH, WISH_BY_HAND, WishByHand, WishRow, shown, wish};
use crate::db::Conn;
use crate::db::dialect::{Handwritten, Piece};
use crate::db::ids::{UpdateId, WishId};
use crate::db::schema::{people, wishes};
use crate::error::Result;
use crate::journal::Update;
use crate::photos::Photo;
use crate::sites::SiteScope;
use crate::wishes::model::{Wish, Withheld};

/// How many comments on a photo stand on one page of them.
pub const COMMENTS_A_PAGE: i64 = 100;

/// How many of the newest comments stand under an update in the journal.
const LATEST: &str = "3";

/// The comments that readers find on one thing, newest first, from before one on.
macro_rules! comments {
    ($on:expr, $before:expr) => {{
        let query = wishes::table
            .inner_join(people::table)
            .filter($on)
            .filter(wishes::answers_id.is_null())
            .filter(shown())
            .order(wishes::id.desc())
            .select(WISH)
            .into_boxed();
        match $before {
            Some(before) => query.filter(wishes::id.lt(before)),
            None => query,
        }
    }};
}

/// The comments on an update that the viewer may read, newest first, from before `before` on; up to `limit`.
pub fn list_comments(conn: &mut Conn, update: &Update, before: Option<WishId>, limit: i64) -> Result<Vec<Wish>> {
    let rows: Vec<WishRow> = comments!(wishes::update_id.eq(update.id), before).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(wish).collect())
}

/// The comments on a photo that the viewer has found, in the order of those on an update.
pub fn list_photo_comments(conn: &mut Conn, photo: &Photo, before: Option<WishId>, limit: i64) -> Result<Vec<Wish>> {
    let rows: Vec<WishRow> = comments!(wishes::photo_id.eq(photo.id), before).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(wish).collect())
}

/// The newest few comments on each of these updates, newest first: one query, and as many looks at the index as there are
/// updates, however many comments there are.
pub fn latest_comments(conn: &mut Conn, updates: &[Update]) -> Result<HashMap<UpdateId, Vec<Wish>>> {
    let mut pieces = Vec::new();
    for update in updates.iter().filter(|update| update.comment_count > 0) {
        let joint = if pieces.is_empty() { "SELECT * FROM (" } else { " UNION ALL SELECT * FROM (" };
        pieces.extend([
            Piece::Sql(joint),
            Piece::Sql(WISH_BY_HAND),
            Piece::Sql("WHERE w.update_id = "),
            Piece::Id(*update.id.as_bytes()),
            Piece::Sql(" AND w.answers_id IS NULL AND "),
            Piece::Sql(SHOWN_BY_HAND),
            Piece::Sql(" ORDER BY w.id DESC LIMIT "),
            Piece::Sql(LATEST),
            Piece::Sql(") AS latest"),
        ]);
    }
    let mut found: HashMap<UpdateId, Vec<Wish>> = HashMap::new();
    if pieces.is_empty() {
        return Ok(found);
    }
    let rows: Vec<WishRow> = Handwritten::<WishByHand>::new(pieces).load(conn)?;
    for row in rows {
        let wish = wish(row);
        if let Some(update) = wish.update_id {
            found.entry(update).or_default().push(wish);
        }
    }
    Ok(found)
}

/// What organizers have hidden on a page, the newest first, or what is before `before`. Only for organizers: the caller
/// makes sure of that.
pub fn list_hidden(conn: &mut Conn, scope: &SiteScope, before: Option<WishId>, limit: i64) -> Result<Vec<Wish>> {
    let mut query = wishes::table
        .inner_join(people::table)
        .filter(wishes::site_id.eq(scope.site.id))
        .filter(wishes::withheld.eq(Some(Withheld::Hidden)))
        .order(wishes::id.desc())
        .limit(limit)
        .select(WISH)
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(wishes::id.lt(before));
    }
    let rows: Vec<WishRow> = query.load(conn)?;
    Ok(rows.into_iter().map(wish).collect())
}
