//! Answers: under the wish or comment that they answer, and nowhere else.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{SHOWN_BY_HAND, WISH, WISH_BY_HAND, WishByHand, WishRow, shown, wish};
use crate::db::Conn;
use crate::db::dialect::{Handwritten, Piece};
use crate::db::ids::WishId;
use crate::db::schema::{people, wishes};
use crate::error::Result;
use crate::wishes::model::Wish;

/// How many answers stand on one page of them.
pub const ANSWERS_A_PAGE: i64 = 100;

/// How many of the newest answers stand under a wish or comment in a list.
const LATEST: &str = "2";

/// The newest few answers to each of some words, oldest first.
pub type Answers = HashMap<WishId, Vec<Wish>>;

/// The answers to words that the viewer has found, oldest first, from after `after` on; up to `limit`.
pub fn list_answers(conn: &mut Conn, to: &Wish, after: Option<WishId>, limit: i64) -> Result<Vec<Wish>> {
    let rows: Vec<WishRow> = wishes::table
        .inner_join(people::table)
        .filter(wishes::answers_id.eq(to.id))
        .filter(shown())
        .filter(wishes::id.gt(after.unwrap_or(WishId::nil())))
        .order(wishes::id)
        .limit(limit)
        .select(WISH)
        .load(conn)?;
    Ok(rows.into_iter().map(wish).collect())
}

/// The newest few answers to each of these words, which the viewer has found: no query where nothing is answered, and
/// otherwise one, with as many looks at the index as there are words with answers.
pub fn latest_answers<'a>(conn: &mut Conn, to: impl IntoIterator<Item = &'a Wish>) -> Result<Answers> {
    let mut ids: Vec<[u8; 16]> =
        to.into_iter().filter(|wish| wish.answer_count > 0).map(|wish| *wish.id.as_bytes()).collect();
    let mut found = Answers::new();
    if ids.is_empty() {
        return Ok(found);
    }
    // Up to a power of two, so that few different statements are prepared; nothing answers nobody.
    ids.resize(ids.len().next_power_of_two(), *WishId::nil().as_bytes());
    let mut pieces = Vec::new();
    for id in ids {
        let joint = if pieces.is_empty() { "SELECT * FROM (" } else { " UNION ALL SELECT * FROM (" };
        pieces.extend([
            Piece::Sql(joint),
            Piece::Sql(WISH_BY_HAND),
            Piece::Sql("WHERE w.answers_id = "),
            Piece::Id(id),
            Piece::Sql(" AND "),
            Piece::Sql(SHOWN_BY_HAND),
            Piece::Sql(" ORDER BY w.id DESC LIMIT "),
            Piece::Sql(LATEST),
            Piece::Sql(") AS latest"),
        ]);
    }
    let rows: Vec<WishRow> = Handwritten::<WishByHand>::new(pieces).load(conn)?;
    for row in rows {
        let answer = wish(row);
        if let Some(to) = answer.answers_id {
            found.entry(to).or_default().insert(0, answer);
        }
    }
    Ok(found)
}
