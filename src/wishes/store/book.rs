//! What was left on the page itself: well wishes, and the book of condolence, which are wishes that were left while it was open.

use diesel::prelude::*;

use super::{WISH, WishRow, shown, wish};
use crate::db::Conn;
use crate::db::ids::WishId;
use crate::db::schema::{people, wishes};
use crate::error::Result;
use crate::sites::SiteScope;
use crate::wishes::model::Wish;

/// How many wishes stand on one page of them.
pub const WISHES_A_PAGE: i64 = 30;

/// From where on.
#[derive(Clone, Copy)]
enum Side {
    /// The newest, or those before one, newest first.
    Before(Option<WishId>),
    /// The first, or those after one, oldest first.
    After(Option<WishId>),
}

/// The newest wishes on the page, or those before `before`; up to `limit`. While a book of condolence is open, what is in it
/// is not among them.
pub fn list_wishes(conn: &mut Conn, scope: &SiteScope, before: Option<WishId>, limit: i64) -> Result<Vec<Wish>> {
    list_on_page(conn, scope, scope.site.has_book().then_some(false), Side::Before(before), limit)
}

/// What stands in the book, newest first, or what is older than `before`; up to `limit`.
pub fn list_book(conn: &mut Conn, scope: &SiteScope, before: Option<WishId>, limit: i64) -> Result<Vec<Wish>> {
    list_on_page(conn, scope, Some(true), Side::Before(before), limit)
}

/// The same from its first page on, to be printed: from after `after`, up to `limit`.
pub fn list_book_from(conn: &mut Conn, scope: &SiteScope, after: Option<WishId>, limit: i64) -> Result<Vec<Wish>> {
    list_on_page(conn, scope, Some(true), Side::After(after), limit)
}

/// What readers find on the page itself: in the book, outside it, or, with `None`, wherever it is.
fn list_on_page(
    conn: &mut Conn,
    scope: &SiteScope,
    in_book: Option<bool>,
    side: Side,
    limit: i64,
) -> Result<Vec<Wish>> {
    let query = wishes::table
        .inner_join(people::table)
        .filter(wishes::site_id.eq(scope.site.id))
        .filter(wishes::update_id.is_null())
        .filter(wishes::photo_id.is_null())
        .filter(wishes::answers_id.is_null())
        .filter(shown())
        .limit(limit)
        .select(WISH)
        .into_boxed();
    let query = match in_book {
        Some(in_book) => query.filter(wishes::in_book.eq(in_book)),
        None => query,
    };
    let query = match side {
        Side::Before(Some(id)) => query.filter(wishes::id.lt(id)).order(wishes::id.desc()),
        Side::Before(None) => query.order(wishes::id.desc()),
        Side::After(id) => query.filter(wishes::id.gt(id.unwrap_or(WishId::nil()))).order(wishes::id.asc()),
    };
    let rows: Vec<WishRow> = query.load(conn)?;
    Ok(rows.into_iter().map(wish).collect())
}
