//! The book of condolence: wishes that were left while it was open.

use diesel::prelude::*;

use super::{WISH, WishRow, shown, wish};
use crate::db::Conn;
use crate::db::ids::WishId;
use crate::db::schema::{people, wishes};
use crate::error::Result;
use crate::sites::SiteScope;
use crate::wishes::model::Wish;

/// What stands in the book, newest first, or what is older than `before`; up to `limit`.
pub fn list_book(conn: &mut Conn, scope: &SiteScope, before: Option<WishId>, limit: i64) -> Result<Vec<Wish>> {
    let mut query = wishes::table
        .inner_join(people::table)
        .filter(wishes::site_id.eq(scope.site.id))
        .filter(wishes::in_book.eq(true))
        .filter(wishes::update_id.is_null())
        .filter(wishes::photo_id.is_null())
        .filter(wishes::answers_id.is_null())
        .filter(shown())
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

/// The same from its first page on, to be printed: from after `after`, up to `limit`.
pub fn list_book_from(conn: &mut Conn, scope: &SiteScope, after: Option<WishId>, limit: i64) -> Result<Vec<Wish>> {
    let rows: Vec<WishRow> = wishes::table
        .inner_join(people::table)
        .filter(wishes::site_id.eq(scope.site.id))
        .filter(wishes::in_book.eq(true))
        .filter(wishes::update_id.is_null())
        .filter(wishes::photo_id.is_null())
        .filter(wishes::answers_id.is_null())
        .filter(shown())
        .filter(wishes::id.gt(after.unwrap_or(WishId::nil())))
        .order(wishes::id)
        .limit(limit)
        .select(WISH)
        .load(conn)?;
    Ok(rows.into_iter().map(wish).collect())
}
