//! Words that are not for everyone: found for whom they are for, and for who wrote them.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::{Answers, WISH, WishRow, wish};
use crate::db::Conn;
use crate::db::ids::{PersonId, WishId};
use crate::db::schema::{people, wishes};
use crate::error::Result;
use crate::sites::SiteScope;
use crate::wishes::model::Wish;

/// What of them exists for a viewer: `SiteScope::may_read_words` of what is not withheld, as a query.
macro_rules! private {
    ($scope:expr) => {{
        let scope: &SiteScope = $scope;
        // Whoever does not belong to the page has written nothing that they still see.
        let author = scope.person_id.filter(|_| scope.access.is_member()).unwrap_or(PersonId::nil());
        wishes::table
            .filter(wishes::site_id.eq(scope.site.id))
            // Written so that only the index of private words fits, and not that of all words on the page: without statistics,
            // SQLite would take the latter, and read everything that is for everyone.
            .filter(sql::<Bool>("(wishes.audience <> 'everyone' AND COALESCE(wishes.withheld, '') = '')"))
            .filter(wishes::answers_id.is_null())
            .filter(wishes::audience.eq_any(scope.audiences_of_words()).or(wishes::author_id.eq(author)))
    }};
}

/// The newest of them for the viewer, or those before `before`; up to `limit`.
pub fn list_private(conn: &mut Conn, scope: &SiteScope, before: Option<WishId>, limit: i64) -> Result<Vec<Wish>> {
    let mut query =
        private!(scope).inner_join(people::table).order(wishes::id.desc()).limit(limit).select(WISH).into_boxed();
    if let Some(before) = before {
        query = query.filter(wishes::id.lt(before));
    }
    let rows: Vec<WishRow> = query.load(conn)?;
    Ok(rows.into_iter().map(wish).collect())
}

/// Where counting ends: so many or more.
pub const MOST_COUNTED: usize = 100;

/// How many of them there are for the viewer, up to [`MOST_COUNTED`].
pub fn count_private(conn: &mut Conn, scope: &SiteScope) -> Result<usize> {
    if !scope.access.is_member() || scope.is_perspective {
        return Ok(0);
    }
    let most = i64::try_from(MOST_COUNTED).unwrap_or(i64::MAX);
    let found: Vec<WishId> = private!(scope).limit(most).select(wishes::id).load(conn)?;
    Ok(found.len())
}

/// What was answered to words that the viewer has been found to read, oldest first.
pub fn list_private_answers(conn: &mut Conn, to: &[Wish]) -> Result<Answers> {
    let ids: Vec<WishId> = to.iter().map(|it| it.id).collect();
    let mut found = Answers::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let rows: Vec<WishRow> = wishes::table
        .inner_join(people::table)
        .filter(wishes::answers_id.eq_any(ids))
        .filter(wishes::withheld.is_null())
        .order(wishes::id)
        .limit(MOST_ANSWERS)
        .select(WISH)
        .load(conn)?;
    for row in rows {
        let answer = wish(row);
        if let Some(answered) = answer.answers_id {
            found.entry(answered).or_default().push(answer);
        }
    }
    Ok(found)
}

/// More answers than anybody gives to one page of private words.
const MOST_ANSWERS: i64 = 500;
