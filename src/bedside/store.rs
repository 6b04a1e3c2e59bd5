//! Words as they are heard: found by one condition, whoever asks and whatever for.

use std::collections::HashSet;

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};

use super::model::{Hearts, Listener, Side, Which, Word};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::WishId;
use crate::db::schema::{people, reactions, wishes};
use crate::error::Result;
use crate::photos::{self, PhotoState};
use crate::sites::{Audience, ReactionKind, WishAudience};

/// The audiences in the words of SQL. They are words of an enum, so that there is nothing to escape.
fn listed(audiences: impl Iterator<Item = &'static str>) -> String {
    let words: Vec<String> = audiences.map(|word| format!("'{word}'")).collect();
    // Nothing is for nobody.
    if words.is_empty() { "('')".to_owned() } else { format!("({})", words.join(", ")) }
}

/// What may be heard: shown on the page or for the person's eyes, never what was written to organizers alone; about
/// nothing that the person may not see; and no answer to something that is not there.
fn is_for(audiences: &[Audience]) -> SqlLiteral<Bool> {
    let words = listed(WishAudience::FOR_THE_PERSON.iter().map(|it| it.as_str()));
    let listed = listed(audiences.iter().map(|it| it.as_str()));
    sql(&format!(
        "(wishes.withheld IS NULL AND wishes.audience IN {words} \
         AND (wishes.update_id IS NULL OR EXISTS (SELECT 1 FROM updates AS news \
           WHERE news.id = wishes.update_id AND news.audience IN {listed})) \
         AND (wishes.photo_id IS NULL OR EXISTS (SELECT 1 FROM photos AS picture \
           LEFT JOIN updates AS with_news ON with_news.id = picture.update_id \
           LEFT JOIN albums AS within ON within.id = picture.album_id \
           WHERE picture.id = wishes.photo_id AND picture.state = 'ready' \
           AND (picture.audience IS NULL OR picture.audience IN {listed}) \
           AND CASE picture.place WHEN 'update' THEN with_news.audience WHEN 'album' THEN within.audience END IN {listed})) \
         AND (wishes.answers_id IS NULL OR EXISTS (SELECT 1 FROM wishes AS asked \
           WHERE asked.id = wishes.answers_id AND asked.withheld IS NULL AND asked.audience IN {words})))"
    ))
}

/// The words that may be heard on a page, in some of their columns: everything here is made of it.
macro_rules! audible {
    ($listener:expr, $columns:expr) => {{
        let listener: &Listener = $listener;
        wishes::table
            .inner_join(people::table)
            .filter(wishes::site_id.eq(listener.scope.site.id))
            .filter(is_for(&listener.audiences))
            .filter(wishes::author_id.ne_all(listener.passed_over()))
            .select($columns)
            .into_boxed()
    }};
}

type WordRow = (WishId, String, String, Timestamp, Option<String>, String, Option<Timestamp>, bool);

type WordColumns = (
    wishes::id,
    people::name,
    wishes::message_html,
    wishes::created_at,
    wishes::language,
    people::language,
    wishes::heard_at,
    wishes::by_visitor,
);

const WORD: WordColumns = (
    wishes::id,
    people::name,
    wishes::message_html,
    wishes::created_at,
    wishes::language,
    people::language,
    wishes::heard_at,
    wishes::by_visitor,
);

/// Up to `limit` words from one side, always in the order in which they were written.
pub fn list_words(conn: &mut Conn, listener: &Listener, which: Which, side: Side, limit: i64) -> Result<Vec<Word>> {
    let query = audible!(listener, WORD).limit(limit);
    let query = match which {
        Which::Unheard => query.filter(wishes::heard_at.is_null()),
        Which::All => query,
    };
    let query = match side {
        Side::After(id) => query.filter(wishes::id.gt(id)).order(wishes::id.asc()),
        Side::Before(id) => query.filter(wishes::id.lt(id)).order(wishes::id.desc()),
    };
    let mut rows: Vec<WordRow> = query.load(conn)?;
    if matches!(side, Side::Before(_)) {
        rows.reverse();
    }
    with_hearts(conn, listener, rows)
}

/// One of them, if it is there.
pub fn find_word(conn: &mut Conn, listener: &Listener, id: WishId) -> Result<Option<Word>> {
    let row: Option<WordRow> = audible!(listener, WORD).filter(wishes::id.eq(id)).get_result(conn).optional()?;
    Ok(with_hearts(conn, listener, row.into_iter().collect())?.pop())
}

/// The words of these rows, with the hearts that the listener has given to them.
fn with_hearts(conn: &mut Conn, listener: &Listener, rows: Vec<WordRow>) -> Result<Vec<Word>> {
    let ids: Vec<Option<WishId>> = rows.iter().map(|(id, ..)| Some(*id)).collect();
    let hearted: HashSet<Option<WishId>> = match listener.scope.person_id {
        Some(person) if !ids.is_empty() => {
            let given: Vec<Option<WishId>> = reactions::table
                .filter(reactions::person_id.eq(person))
                .filter(reactions::kind.eq(ReactionKind::Heart))
                .filter(reactions::wish_id.eq_any(ids.clone()))
                .select(reactions::wish_id)
                .load(conn)?;
            given.into_iter().collect()
        }
        _ => HashSet::new(),
    };
    let mut photos = photos::list_of_wishes(conn, &listener.scope, &ids.iter().copied().flatten().collect::<Vec<_>>())?;
    let word = |(id, author, message_html, created_at, language, of_author, heard, by_visitor): WordRow| Word {
        id,
        author,
        by_visitor,
        message_html,
        created_at,
        language: language.unwrap_or(of_author),
        is_heard: heard.is_some(),
        is_hearted: hearted.contains(&Some(id)),
        photo: photos.remove(&id).filter(|photo| photo.state == PhotoState::Ready),
    };
    Ok(rows.into_iter().map(word).collect())
}

/// When each of them was written, newest first, or of what came before `before`; up to `limit`.
pub fn list_moments(
    conn: &mut Conn,
    listener: &Listener,
    before: Option<WishId>,
    limit: i64,
) -> Result<Vec<(WishId, Timestamp)>> {
    let query = audible!(listener, (wishes::id, wishes::created_at)).order(wishes::id.desc()).limit(limit);
    let query = match before {
        Some(before) => query.filter(wishes::id.lt(before)),
        None => query,
    };
    Ok(query.load(conn)?)
}

/// The very first of them.
pub fn find_first(conn: &mut Conn, listener: &Listener) -> Result<Option<WishId>> {
    Ok(audible!(listener, wishes::id).order(wishes::id).first(conn).optional()?)
}

/// When the newest of them was written.
pub fn find_newest(conn: &mut Conn, listener: &Listener) -> Result<Option<Timestamp>> {
    Ok(audible!(listener, wishes::created_at).order(wishes::id.desc()).first(conn).optional()?)
}

/// Writes down that these were heard. Those that were heard before keep the time of the first hearing, and those that may
/// not be heard (any more) are passed over: whoever tells late what they have heard has done nothing wrong.
pub fn mark_heard(conn: &mut Conn, listener: &Listener, ids: &[WishId], now: Timestamp) -> Result<()> {
    let found: Vec<WishId> = audible!(listener, wishes::id)
        .filter(wishes::id.eq_any(ids.to_vec()))
        .filter(wishes::heard_at.is_null())
        .order(wishes::id)
        .load(conn)?;
    for id in found {
        // One after the other and in their order: two devices that tell of the same words at once wait for each other, and
        // for nothing else.
        diesel::update(wishes::table.find(id).filter(wishes::heard_at.is_null()))
            .set(wishes::heard_at.eq(Some(now)))
            .execute(conn)?;
    }
    Ok(())
}

/// How many names are said.
const NAMED: i64 = 3;

/// Who has given something to an update since `since` without a word: the newest few of them by name.
pub fn count_hearts(conn: &mut Conn, listener: &Listener, since: Timestamp) -> Result<Hearts> {
    let listed = listed(listener.audiences.iter().map(|it| it.as_str()));
    let given = || {
        let on_news: SqlLiteral<Bool> = sql(&format!(
            "EXISTS (SELECT 1 FROM updates AS news WHERE news.id = reactions.update_id AND news.audience IN {listed})"
        ));
        reactions::table
            .inner_join(people::table)
            .filter(reactions::site_id.eq(listener.scope.site.id))
            .filter(reactions::created_at.gt(since))
            .filter(reactions::person_id.ne_all(listener.passed_over()))
            .filter(on_news)
    };
    let count: i64 = given().select(sql::<BigInt>("COUNT(DISTINCT reactions.person_id)")).get_result(conn)?;
    let first: Vec<String> = given()
        .group_by((people::id, people::name))
        .order(sql::<BigInt>("MAX(reactions.created_at) DESC, people.id"))
        .limit(NAMED)
        .select(people::name)
        .load(conn)?;
    Ok(Hearts { count, first })
}
