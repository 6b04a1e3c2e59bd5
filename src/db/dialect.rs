//! Queries that diesel's builder cannot write for both databases at once.

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::{QueryResult, RunQueryDsl};

use super::{Conn, MultiBackend};

/// A piece of hand-written SQL: text, or a value to bind.
pub enum Piece {
    /// SQL text, the same on both databases.
    Sql(&'static str),
    /// A bound sixteen-byte identifier.
    Id([u8; 16]),
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
