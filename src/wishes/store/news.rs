//! What is new on a page, for those who decide about it: what waits, what was reported, and what has come in.

use diesel::dsl::{exists, not, sql};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::waiting::{WAITING, of_somebody_blocked, reported, withheld_in};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{MemberId, PersonId, PhotoId, UpdateId, WishId};
use crate::db::schema::{members, people, reports, updates, wishes};
use crate::error::Result;
use crate::sites::{MemberState, SiteScope};
use crate::wishes::model::{WishAudience, Withheld};

/// How much of each list stands on one page.
pub const NEWS_A_PAGE: i64 = 30;

/// Where a list of what others have said begins.
#[derive(Clone, Copy, Debug)]
pub enum Start {
    /// With the newest.
    Newest,
    /// With what came before these words.
    Before(WishId),
    /// With these words themselves.
    At(WishId),
}

impl Start {
    /// Where the next page of a list begins, or its first.
    pub fn before(id: Option<WishId>) -> Self {
        id.map_or(Self::Newest, Self::Before)
    }
}

/// Words as those who decide about them see them.
#[derive(Clone, Debug)]
pub struct News {
    pub id: WishId,
    /// The update that they are a comment on, and its title, if it has one.
    pub update: Option<(UpdateId, Option<String>)>,
    /// The photo that they are a comment on.
    pub photo_id: Option<PhotoId>,
    /// What they answer.
    pub answers_id: Option<WishId>,
    pub author_id: PersonId,
    pub author: String,
    pub message: String,
    /// Safe HTML.
    pub message_html: String,
    pub audience: WishAudience,
    pub withheld: Option<Withheld>,
    pub created_at: Timestamp,
    /// Whether whoever wrote it does not belong to the page.
    pub by_visitor: bool,
}

type Row = (
    (WishId, Option<UpdateId>, Option<String>, Option<PhotoId>, Option<WishId>),
    (PersonId, String, String, String),
    (WishAudience, Option<Withheld>, Timestamp, bool),
);

fn news(row: Row) -> News {
    let (
        (id, update, title, photo_id, answers_id),
        (author_id, author, message, message_html),
        (audience, withheld, created_at, by_visitor),
    ) = row;
    News {
        id,
        update: update.map(|id| (id, title)),
        photo_id,
        answers_id,
        author_id,
        author,
        message,
        message_html,
        audience,
        withheld,
        created_at,
        by_visitor,
    }
}

/// Words on the page in scope: every list here is made of it.
macro_rules! said {
    ($scope:expr) => {{
        let scope: &SiteScope = $scope;
        wishes::table
            .inner_join(people::table)
            .left_join(updates::table)
            .filter(wishes::site_id.eq(scope.site.id))
            .select((
                (wishes::id, wishes::update_id, updates::title.nullable(), wishes::photo_id, wishes::answers_id),
                (wishes::author_id, people::name, wishes::message, wishes::message_html),
                (wishes::audience, wishes::withheld, wishes::created_at, wishes::by_visitor),
            ))
    }};
}

/// What others have said and is not withheld, newest first, from some of it on.
macro_rules! said_by_others {
    ($scope:expr, $start:expr) => {{
        let scope: &SiteScope = $scope;
        let query = said!(scope)
            .filter(wishes::withheld.is_null())
            .filter(answers_nothing_withheld())
            .filter(wishes::author_id.ne(scope.actor()?))
            .order(wishes::id.desc())
            .into_boxed();
        match $start {
            Start::Newest => query,
            Start::Before(id) => query.filter(wishes::id.lt(id)),
            Start::At(id) => query.filter(wishes::id.le(id)),
        }
    }};
}

/// An answer is there as long as what it answers is.
fn answers_nothing_withheld() -> SqlLiteral<Bool> {
    sql("(wishes.answers_id IS NULL OR EXISTS (SELECT 1 FROM wishes AS asked \
         WHERE asked.id = wishes.answers_id AND asked.withheld IS NULL))")
}

/// What waits and was not reported, oldest first, from after `after` on.
pub fn list_waiting(conn: &mut Conn, scope: &SiteScope, after: Option<WishId>, limit: i64) -> Result<Vec<News>> {
    let rows: Vec<Row> = said!(scope)
        .filter(wishes::withheld.is_not_null())
        .filter(withheld_in!(WAITING))
        .filter(not(reported!()))
        .filter(not(of_somebody_blocked!()))
        .filter(wishes::id.gt(after.unwrap_or(WishId::nil())))
        .order(wishes::id)
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(news).collect())
}

/// What readers have asked to be looked at, oldest first. A decision about these makes room for more.
pub fn list_reported(conn: &mut Conn, scope: &SiteScope, limit: i64) -> Result<Vec<News>> {
    let ids = reports::table.filter(reports::site_id.eq(scope.site.id)).select(reports::wish_id);
    let rows: Vec<Row> = said!(scope)
        .filter(wishes::id.eq_any(ids))
        .filter(wishes::withheld.is_null().or(withheld_in!(WAITING)))
        .order(wishes::id)
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(news).collect())
}

/// What others have left since `through`, newest first, from `start` on; also what is not for everyone.
pub fn list_news(
    conn: &mut Conn,
    scope: &SiteScope,
    through: Option<WishId>,
    start: Start,
    limit: i64,
) -> Result<Vec<News>> {
    let rows: Vec<Row> = said_by_others!(scope, start)
        .filter(wishes::id.gt(through.unwrap_or(WishId::nil())))
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(news).collect())
}

/// What somebody reads of the same who may not decide: what is for everyone or for them, on what they may read.
pub fn list_news_for_person(conn: &mut Conn, scope: &SiteScope, start: Start, limit: i64) -> Result<Vec<News>> {
    let rows: Vec<Row> = said_by_others!(scope, start)
        .filter(wishes::photo_id.is_null())
        .filter(wishes::audience.eq_any(scope.audiences_of_words()))
        .filter(wishes::update_id.is_null().or(updates::audience.eq_any(scope.access.audiences()).assume_not_null()))
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(news).collect())
}

/// Up to which words an organizer has looked.
pub fn find_through(conn: &mut Conn, member: MemberId) -> Result<Option<WishId>> {
    Ok(members::table.find(member).select(members::news_through).get_result(conn)?)
}

/// They have looked up to here; never back.
pub fn update_through(conn: &mut Conn, scope: &SiteScope, member: MemberId, through: WishId) -> Result<()> {
    let on_page = wishes::table.filter(wishes::site_id.eq(scope.site.id)).filter(wishes::id.eq(through));
    if !diesel::select(exists(on_page)).get_result::<bool>(conn)? {
        return Ok(());
    }
    let before = members::news_through.is_null().or(members::news_through.lt(through));
    diesel::update(members::table.find(member).filter(before.assume_not_null()))
        .set(members::news_through.eq(Some(through)))
        .execute(conn)?;
    Ok(())
}
