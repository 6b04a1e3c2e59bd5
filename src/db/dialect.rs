//! Queries that diesel's builder cannot write for both databases at once.

use diesel::expression::{AppearsOnTable, ValidGrouping};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

use super::ids::MemberId;
use super::schema::{jobs, members};
use super::types::Instant;
use super::{Conn, MultiBackend};
use crate::clock::Timestamp;

/// A piece of hand-written SQL: text, or a value to bind.
pub enum Piece {
    /// SQL text, the same on both databases.
    Sql(&'static str),
    /// A bound sixteen-byte identifier.
    Id([u8; 16]),
    /// A bound text.
    Text(String),
    /// A bound number.
    Number(i32),
    /// A bound point in time.
    Time(Timestamp),
}

/// Hand-written SQL of type `ST` whose prepared statement is cached by its text, which `sql_query` never does.
pub struct Handwritten<ST> {
    pieces: Vec<Piece>,
    sql_type: std::marker::PhantomData<ST>,
}

impl<ST> Handwritten<ST> {
    /// The statement, piece by piece.
    pub fn new(pieces: Vec<Piece>) -> Self {
        Self { pieces, sql_type: std::marker::PhantomData }
    }
}

impl<ST> QueryFragment<MultiBackend> for Handwritten<ST> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        for piece in &self.pieces {
            match piece {
                Piece::Sql(text) => out.push_sql(text),
                Piece::Id(bytes) => out.push_bind_param::<diesel::sql_types::Binary, [u8]>(bytes)?,
                Piece::Text(text) => out.push_bind_param::<diesel::sql_types::Text, str>(text)?,
                Piece::Number(number) => out.push_bind_param::<diesel::sql_types::Integer, i32>(number)?,
                Piece::Time(at) => out.push_bind_param::<Instant, Timestamp>(at)?,
            }
        }
        Ok(())
    }
}

impl<ST> QueryId for Handwritten<ST> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST> Query for Handwritten<ST> {
    type SqlType = ST;
}

impl<ST> RunQueryDsl<Conn> for Handwritten<ST> {}

/// A statement that each database accepts by itself but diesel's enum of the two does not, such as one with
/// `ON CONFLICT`.
pub struct Both<S>(S);

/// Wraps a statement so that it runs on either database.
pub fn both<S>(statement: S) -> Both<S> {
    Both(statement)
}

impl<S> QueryFragment<MultiBackend> for Both<S>
where
    S: QueryFragment<diesel::pg::Pg> + QueryFragment<diesel::sqlite::Sqlite>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(&self.0, out)
    }
}

impl<S: QueryId> QueryId for Both<S> {
    type QueryId = S::QueryId;
    const HAS_STATIC_QUERY_ID: bool = S::HAS_STATIC_QUERY_ID;
}

impl<S: Query> Query for Both<S> {
    type SqlType = S::SqlType;
}

impl<S> RunQueryDsl<Conn> for Both<S> {}

/// Whether a job is queued, in the words of the index of what is due (`jobs_due_by_kind`). With the state as a value that is bound,
/// PostgreSQL cannot take that index in a plan that it keeps, and reads past everything that waits; SQLite would parse the statement
/// anew each time that it runs.
#[derive(Clone, Copy, Debug, QueryId, ValidGrouping)]
pub struct IsQueued;

impl Expression for IsQueued {
    type SqlType = diesel::sql_types::Bool;
}

impl<QS> AppearsOnTable<QS> for IsQueued where jobs::state: AppearsOnTable<QS> {}

impl<DB: diesel::backend::Backend> QueryFragment<DB> for IsQueued {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(r#""jobs"."state" = 'queued'"#);
        Ok(())
    }
}

/// The ids of up to `limit` jobs of these kinds that are due and that nobody has in hand, the longest due first. On PostgreSQL
/// those that somebody is just taking are passed over, so that several workers never wait for each other; on SQLite there is
/// one writer at a time anyway.
pub fn due_jobs(conn: &mut Conn, kinds: &[&str], now: Timestamp, limit: i32) -> QueryResult<Vec<i64>> {
    match conn {
        Conn::Postgres(_) => due_of_each_kind(kinds, now, limit).load(conn),
        Conn::Sqlite(conn) => jobs::table
            .filter(IsQueued)
            .filter(jobs::run_at.le(now))
            .filter(jobs::leased_until.is_null().or(jobs::leased_until.lt(now)))
            .filter(jobs::kind.eq_any(kinds.to_vec()))
            .order((jobs::run_at, jobs::id))
            .limit(i64::from(limit))
            .select(jobs::id)
            .load(conn),
    }
}

/// One look into the index for each kind, which has it in order. Of a list of kinds, PostgreSQL would read all that waits, of
/// whatever kind: it takes the index for nearly empty while ten thousand are new in it.
fn due_of_each_kind(kinds: &[&str], now: Timestamp, limit: i32) -> Handwritten<diesel::sql_types::BigInt> {
    let mut pieces = vec![Piece::Sql("SELECT due.id FROM (VALUES ")];
    for (place, kind) in kinds.iter().enumerate() {
        pieces.push(Piece::Sql(if place == 0 { "(" } else { ", (" }));
        pieces.push(Piece::Text((*kind).to_owned()));
        pieces.push(Piece::Sql("::text)"));
    }
    pieces.extend([
        Piece::Sql(
            ") AS wanted (kind) CROSS JOIN LATERAL (SELECT id, run_at FROM jobs WHERE jobs.kind = wanted.kind AND \
             state = 'queued' AND run_at <= ",
        ),
        Piece::Time(now),
        Piece::Sql(" AND (leased_until IS NULL OR leased_until < "),
        Piece::Time(now),
        Piece::Sql(") ORDER BY run_at, id LIMIT "),
        Piece::Number(limit),
        Piece::Sql(" FOR UPDATE SKIP LOCKED) AS due ORDER BY due.run_at, due.id LIMIT "),
        Piece::Number(limit),
    ]);
    Handwritten::new(pieces)
}

/// Lets the ids of a table that are given out from now on begin so much further on, so that none is given out that was before a
/// database was turned back.
pub fn skip_ids(conn: &mut Conn, table: &str, by: i64) -> QueryResult<()> {
    match conn {
        Conn::Postgres(conn) => {
            let skip =
                "SELECT setval(s, nextval(s) + $2) FROM (SELECT pg_get_serial_sequence($1, 'id')::regclass AS s) AS it";
            diesel::sql_query(skip)
                .bind::<diesel::sql_types::Text, _>(table)
                .bind::<diesel::sql_types::BigInt, _>(by)
                .execute(conn)?;
        }
        Conn::Sqlite(conn) => {
            // Where nothing was ever written into it, there is no row yet.
            let begin = "INSERT INTO sqlite_sequence (name, seq) \
                         SELECT ?1, 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?1)";
            diesel::sql_query(begin).bind::<diesel::sql_types::Text, _>(table).execute(conn)?;
            diesel::sql_query("UPDATE sqlite_sequence SET seq = seq + ? WHERE name = ?")
                .bind::<diesel::sql_types::BigInt, _>(by)
                .bind::<diesel::sql_types::Text, _>(table)
                .execute(conn)?;
        }
    }
    Ok(())
}

/// Whether a statement sees what others have committed since the one before it in the same transaction: on SQLite nobody else
/// writes meanwhile.
pub fn sees_others_between_statements(conn: &Conn) -> bool {
    matches!(conn, Conn::Postgres(_))
}

/// Until the transaction ends, nobody else changes these members, and always in one order: who writes a member and a job takes
/// the members first. SQLite has one writer at a time anyway.
pub fn hold_members(conn: &mut Conn, ids: &[MemberId]) -> QueryResult<()> {
    match conn {
        Conn::Postgres(conn) if !ids.is_empty() => {
            let those = members::table.filter(members::id.eq_any(ids.to_vec())).order(members::id).select(members::id);
            those.for_no_key_update().load::<MemberId>(conn).map(drop)
        }
        Conn::Postgres(_) | Conn::Sqlite(_) => Ok(()),
    }
}
