//! The journal as it is read: onwards and backwards, month by month, always from one place to the next and never by
//! counting how much lies before it.

use diesel::prelude::*;

use super::{UPDATE, UPDATES_A_PAGE, UpdateRow, update};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::UpdateId;
use crate::db::schema::{people, updates};
use crate::error::Result;
use crate::journal::model::Update;
use crate::sites::SiteScope;

/// A place in the journal: when an update was posted, and which one it was.
pub type Place = (Timestamp, UpdateId);

/// The updates that the viewer may read from the beginning on, or those later than `after`; one more than a page holds, if
/// there are more.
pub fn list_from_beginning(conn: &mut Conn, scope: &SiteScope, after: Option<Place>) -> Result<Vec<Update>> {
    let mut query = updates::table
        .inner_join(people::table)
        .filter(updates::site_id.eq(scope.site.id))
        .filter(updates::audience.eq_any(scope.access.audiences()))
        .order((updates::published_at.asc(), updates::id.asc()))
        .limit(UPDATES_A_PAGE + 1)
        .select(UPDATE)
        .into_boxed();
    if let Some((time, id)) = after {
        let later = updates::published_at.gt(time);
        let same_time = updates::published_at.eq(time).and(updates::id.gt(id));
        query = query.filter(updates::published_at.ge(time)).filter(later.or(same_time));
    }
    let rows: Vec<UpdateRow> = query.load(conn)?;
    Ok(rows.into_iter().map(update).collect())
}

/// How many updates of a month stand on one page: all of nearly every month, so that it can be printed in one go.
pub const UPDATES_A_MONTH: i64 = 62;

/// The updates that the viewer may read between two points in time, oldest first, from after `after` on; one more than a
/// page of a month holds, if there are more.
pub fn list_between(
    conn: &mut Conn,
    scope: &SiteScope,
    (from, to): (Timestamp, Timestamp),
    after: Option<Place>,
) -> Result<Vec<Update>> {
    let mut query = updates::table
        .inner_join(people::table)
        .filter(updates::site_id.eq(scope.site.id))
        .filter(updates::published_at.ge(from))
        .filter(updates::published_at.lt(to))
        .filter(updates::audience.eq_any(scope.access.audiences()))
        .order((updates::published_at.asc(), updates::id.asc()))
        .limit(UPDATES_A_MONTH + 1)
        .select(UPDATE)
        .into_boxed();
    if let Some((time, id)) = after {
        let later = updates::published_at.gt(time);
        query = query.filter(later.or(updates::published_at.eq(time).and(updates::id.gt(id))));
    }
    let rows: Vec<UpdateRow> = query.load(conn)?;
    Ok(rows.into_iter().map(update).collect())
}

/// When each update was posted that the viewer may read, from the first on. It is answered from the index alone.
pub fn list_times(conn: &mut Conn, scope: &SiteScope) -> Result<Vec<Timestamp>> {
    Ok(updates::table
        .filter(updates::site_id.eq(scope.site.id))
        .filter(updates::audience.eq_any(scope.access.audiences()))
        .order(updates::published_at)
        .select(updates::published_at)
        .load(conn)?)
}

/// An update that lies next to another.
#[derive(Clone, Debug)]
pub struct Neighbour {
    /// Its row.
    pub id: UpdateId,
    /// Its title, if it has one.
    pub title: Option<String>,
    /// When it was posted.
    pub published_at: Timestamp,
}

/// The updates before and after one, as far as the viewer may read them.
pub fn find_neighbours(
    conn: &mut Conn,
    scope: &SiteScope,
    (time, id): Place,
) -> Result<(Option<Neighbour>, Option<Neighbour>)> {
    let visible = || {
        updates::table
            .filter(updates::site_id.eq(scope.site.id))
            .filter(updates::audience.eq_any(scope.access.audiences()))
            .select((updates::id, updates::title, updates::published_at))
    };
    type Row = (UpdateId, Option<String>, Timestamp);
    let neighbour = |(id, title, published_at): Row| Neighbour { id, title, published_at };
    let before: Option<Row> = visible()
        .filter(updates::published_at.le(time))
        .filter(updates::published_at.lt(time).or(updates::id.lt(id)))
        .order((updates::published_at.desc(), updates::id.desc()))
        .first(conn)
        .optional()?;
    let after: Option<Row> = visible()
        .filter(updates::published_at.ge(time))
        .filter(updates::published_at.gt(time).or(updates::id.gt(id)))
        .order((updates::published_at.asc(), updates::id.asc()))
        .first(conn)
        .optional()?;
    Ok((before.map(neighbour), after.map(neighbour)))
}
