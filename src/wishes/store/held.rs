//! What somebody has written that waits: it stands in its place for their own eyes, as if it were shown.

use diesel::prelude::*;

use super::waiting::{WAITING, withheld_in};
use super::{WISH, WishRow, wish};
use crate::db::Conn;
use crate::db::ids::WishId;
use crate::db::schema::{people, wishes};
use crate::error::Result;
use crate::sites::SiteScope;
use crate::wishes::model::{About, Place, Wish};

/// Puts what the viewer has written in a place that waits among what readers find there: one page of it, read from `from` on,
/// in the order in which that place is read. `in_book` says which of the page's two books is read, while there are two. Nothing
/// is added of what an organizer has hidden.
pub fn add_own_held(
    conn: &mut Conn,
    scope: &SiteScope,
    (place, in_book): (&Place, Option<bool>),
    from: Option<WishId>,
    list: &mut Vec<Wish>,
    limit: i64,
) -> Result<()> {
    // Whoever came by a link for another page is a stranger on this one.
    let Some(me) = scope.person_id.filter(|_| scope.is_proven) else { return Ok(()) };
    let mut query = wishes::table
        .inner_join(people::table)
        .filter(wishes::site_id.eq(scope.site.id))
        .filter(wishes::author_id.eq(me))
        .filter(wishes::withheld.is_not_null())
        .filter(withheld_in!(WAITING))
        .limit(limit)
        .select(WISH)
        .into_boxed();
    query = match place.answers {
        Some(answered) => query.filter(wishes::answers_id.eq(answered)).order(wishes::id),
        None => query.filter(wishes::answers_id.is_null()).order(wishes::id.desc()),
    };
    query = match place.about {
        About::Page => query.filter(wishes::update_id.is_null()).filter(wishes::photo_id.is_null()),
        About::Update(update) => query.filter(wishes::update_id.eq(update)),
        About::Photo(photo) => query.filter(wishes::photo_id.eq(photo)),
    };
    if let Some(in_book) = in_book {
        query = query.filter(wishes::in_book.eq(in_book));
    }
    query = match (from, place.answers) {
        (Some(from), Some(_)) => query.filter(wishes::id.gt(from)),
        (Some(from), None) => query.filter(wishes::id.lt(from)),
        (None, _) => query,
    };
    let rows: Vec<WishRow> = query.load(conn)?;
    list.extend(rows.into_iter().map(wish));
    list.sort_by_key(|wish| wish.id);
    if place.answers.is_none() {
        list.reverse();
    }
    Ok(())
}
