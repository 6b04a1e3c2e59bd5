//! Wishes, comments and reactions, always through the page (and the update) as the viewer may see it.

mod book;
mod hearts;
mod moderation;
mod own;

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Bool, Nullable, Text};

pub use book::{list_book, list_book_from};
pub use hearts::*;
pub use moderation::*;
pub use own::{OwnHeart, OwnWish, delete_hearts_of, delete_wishes_of, list_own_hearts, list_own_wishes};

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::{Handwritten, Piece, both};
use crate::db::ids::{MemberId, NoticeId, PersonId, SubmissionKey, UpdateId, WishId};
use crate::db::schema::{members, notices, people, reactions, wishes};
use crate::db::types::Instant;
use crate::error::{AppError, Result};
use crate::journal::{self, Update};
use crate::sites::{ReactionKind, SiteScope};
use crate::text;
use crate::wishes::model::{NewWish, Wish};

/// How many wishes stand on one page of them.
pub const WISHES_A_PAGE: i64 = 30;

/// How many of the newest comments stand under an update in the journal.
const LATEST: &str = "3";

type WishRow = (WishId, Option<UpdateId>, PersonId, String, String, Timestamp);

type WishColumns =
    (wishes::id, wishes::update_id, wishes::author_id, people::name, wishes::message_html, wishes::created_at);

const WISH: WishColumns =
    (wishes::id, wishes::update_id, wishes::author_id, people::name, wishes::message_html, wishes::created_at);

fn wish((id, update_id, author_id, author, message_html, created_at): WishRow) -> Wish {
    Wish { id, update_id, author_id, author, message_html, created_at }
}

/// What readers find: for everyone, and not withheld. Written out, so that the partial indexes are used.
fn shown() -> SqlLiteral<Bool> {
    sql("(wishes.withheld IS NULL AND wishes.audience = 'everyone')")
}

/// The newest wishes on the page, or those before `before`; up to `limit`. While a book of condolence is open, what is in it
/// is not among them.
pub fn list_wishes(conn: &mut Conn, scope: &SiteScope, before: Option<WishId>, limit: i64) -> Result<Vec<Wish>> {
    let mut query = wishes::table
        .inner_join(people::table)
        .filter(wishes::site_id.eq(scope.site.id))
        .filter(wishes::update_id.is_null())
        .filter(wishes::photo_id.is_null())
        .filter(wishes::answers_id.is_null())
        .filter(shown())
        .order(wishes::id.desc())
        .limit(limit)
        .select(WISH)
        .into_boxed();
    if scope.site.has_book() {
        query = query.filter(wishes::in_book.eq(false));
    }
    if let Some(before) = before {
        query = query.filter(wishes::id.lt(before));
    }
    let rows: Vec<WishRow> = query.load(conn)?;
    Ok(rows.into_iter().map(wish).collect())
}

/// The comments on an update that the viewer may read, oldest first, from after `after` on; up to `limit`.
pub fn list_comments(conn: &mut Conn, update: &Update, after: Option<WishId>, limit: i64) -> Result<Vec<Wish>> {
    let rows: Vec<WishRow> = wishes::table
        .inner_join(people::table)
        .filter(wishes::update_id.eq(update.id))
        .filter(wishes::answers_id.is_null())
        .filter(shown())
        .filter(wishes::id.gt(after.unwrap_or(WishId::nil())))
        .order(wishes::id)
        .limit(limit)
        .select(WISH)
        .load(conn)?;
    Ok(rows.into_iter().map(wish).collect())
}

/// The newest few comments on each of these updates, oldest first: one query, and as many looks at the index as there are
/// updates, however many comments there are.
pub fn latest_comments(conn: &mut Conn, updates: &[Update]) -> Result<HashMap<UpdateId, Vec<Wish>>> {
    let mut pieces = Vec::new();
    for update in updates.iter().filter(|update| update.comment_count > 0) {
        let joint = if pieces.is_empty() { "SELECT * FROM (" } else { " UNION ALL SELECT * FROM (" };
        pieces.extend([
            Piece::Sql(joint),
            Piece::Sql(
                "SELECT w.id, w.update_id, w.author_id, p.name, w.message_html, w.created_at \
                 FROM wishes w JOIN people p ON p.id = w.author_id WHERE w.update_id = ",
            ),
            Piece::Id(*update.id.as_bytes()),
            Piece::Sql(" AND w.answers_id IS NULL AND w.withheld IS NULL AND w.audience = 'everyone' ORDER BY w.id DESC LIMIT "),
            Piece::Sql(LATEST),
            Piece::Sql(") AS latest"),
        ]);
    }
    let mut found: HashMap<UpdateId, Vec<Wish>> = HashMap::new();
    if pieces.is_empty() {
        return Ok(found);
    }
    type Sql = (Binary, Nullable<Binary>, Binary, Text, Text, Instant);
    let rows: Vec<WishRow> = Handwritten::<Sql>::new(pieces).load(conn)?;
    for row in rows {
        let wish = wish(row);
        if let Some(update) = wish.update_id {
            found.entry(update).or_default().insert(0, wish);
        }
    }
    Ok(found)
}

/// One wish or comment, if it exists for the viewer; a comment only through its update.
pub fn get_wish(conn: &mut Conn, scope: &SiteScope, id: WishId) -> Result<Wish> {
    let row: Option<WishRow> = wishes::table
        .inner_join(people::table)
        .filter(wishes::id.eq(id))
        .filter(wishes::site_id.eq(scope.site.id))
        .filter(shown())
        .select(WISH)
        .first(conn)
        .optional()?;
    let wish = row.map(wish).ok_or(AppError::NotFound)?;
    if let Some(update) = wish.update_id {
        journal::get_update(conn, scope, update)?;
    }
    Ok(wish)
}

/// Adds a wish, or a comment on an update; `None` when this very form was sent before with the same words.
pub fn insert_wish(
    conn: &mut Conn,
    scope: &SiteScope,
    update: Option<UpdateId>,
    new: &NewWish,
    now: Timestamp,
) -> Result<Option<WishId>> {
    if let Some(id) = try_insert_wish(conn, scope, update, new, new.submission, now)? {
        return Ok(Some(id));
    }
    let same = wishes::table
        .filter(wishes::site_id.eq(scope.site.id))
        .filter(wishes::submission_key.eq(new.submission))
        .filter(wishes::author_id.eq(scope.actor()?))
        .filter(wishes::message.eq(&new.message))
        .select(wishes::update_id)
        .first::<Option<UpdateId>>(conn)
        .optional()?;
    if same == Some(update) { Ok(None) } else { try_insert_wish(conn, scope, update, new, None, now) }
}

fn try_insert_wish(
    conn: &mut Conn,
    scope: &SiteScope,
    update: Option<UpdateId>,
    new: &NewWish,
    submission: Option<SubmissionKey>,
    now: Timestamp,
) -> Result<Option<WishId>> {
    let id = WishId::generate();
    let insert = diesel::insert_into(wishes::table)
        .values((
            wishes::id.eq(id),
            wishes::site_id.eq(scope.site.id),
            wishes::update_id.eq(update),
            wishes::author_id.eq(scope.actor()?),
            wishes::message.eq(&new.message),
            wishes::message_html.eq(&new.message_html),
            wishes::language.eq(new.language.as_ref().map(text::Tag::as_str)),
            wishes::submission_key.eq(submission),
            wishes::created_at.eq(now),
        ))
        .on_conflict_do_nothing();
    Ok((both(insert).execute(conn)? == 1).then_some(id))
}

/// Something an organizer is told of in a gathered mail.
pub struct Gathered {
    pub notice: NoticeId,
    /// Who did it.
    pub name: String,
    /// What they wrote, where they wrote something.
    pub message: Option<String>,
    pub what: What,
}

/// What was done.
pub enum What {
    Wish,
    Comment,
    Reaction(ReactionKind),
    Asked,
}

/// How much one gathered mail holds at most.
pub const GATHERED_AT_MOST: i64 = 200;

/// What an organizer has not been told of yet, oldest first.
pub fn list_gathered(conn: &mut Conn, member: MemberId) -> Result<Vec<Gathered>> {
    let mine = || notices::table.filter(notices::member_id.eq(member)).order(notices::id).limit(GATHERED_AT_MOST);
    let written: Vec<(NoticeId, Option<UpdateId>, String, String)> = mine()
        .inner_join(wishes::table.on(notices::wish_id.eq(wishes::id.nullable())))
        .inner_join(people::table.on(people::id.eq(wishes::author_id)))
        .select((notices::id, wishes::update_id, wishes::message, people::name))
        .load(conn)?;
    let given: Vec<(NoticeId, String, ReactionKind)> = mine()
        .inner_join(reactions::table.on(notices::reaction_id.eq(reactions::id.nullable())))
        .inner_join(people::table.on(people::id.eq(reactions::person_id)))
        .select((notices::id, people::name, reactions::kind))
        .load(conn)?;
    let askers: Vec<(NoticeId, Option<String>, Option<String>, String)> = mine()
        .inner_join(members::table.on(notices::asker_id.eq(members::id.nullable())))
        .inner_join(people::table.on(people::id.eq(members::person_id)))
        .select((notices::id, members::message, members::called, people::name))
        .load(conn)?;
    let written = written.into_iter().map(|(notice, update, message, name)| {
        let what = if update.is_some() { What::Comment } else { What::Wish };
        Gathered { notice, name, message: Some(message), what }
    });
    let given = given.into_iter().map(|(notice, name, kind)| {
        let what = What::Reaction(kind);
        Gathered { notice, name, message: None, what }
    });
    let askers = askers.into_iter().map(|(notice, message, called, name)| {
        let name = called.unwrap_or(name);
        Gathered { notice, name, message, what: What::Asked }
    });
    let mut all: Vec<Gathered> = askers.chain(written).chain(given).collect();
    all.sort_by_key(|it| it.notice);
    Ok(all)
}

/// Takes what was told off the list; answers whether more is on it.
pub fn settle_gathered(conn: &mut Conn, member: MemberId, told: &[NoticeId]) -> Result<bool> {
    diesel::delete(notices::table.filter(notices::id.eq_any(told.to_vec()))).execute(conn)?;
    let left: i64 = notices::table.filter(notices::member_id.eq(member)).count().get_result(conn)?;
    Ok(left > 0)
}

/// Writes down when an organizer's last gathered mail went.
pub fn gathered_at(conn: &mut Conn, member: MemberId, now: Timestamp) -> Result<()> {
    diesel::update(members::table.find(member)).set(members::gathered_at.eq(Some(now))).execute(conn)?;
    Ok(())
}
