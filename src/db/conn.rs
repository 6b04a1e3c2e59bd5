//! One connection type over both databases, and the pool that hands it out.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, InstrumentationEvent, SimpleConnection, TransactionManager};
use diesel::r2d2::{ManageConnection, Pool};
use diesel::{Connection, PgConnection, SqliteConnection};

use super::DatabaseUrl;

/// A connection to whichever database the settings name.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// PostgreSQL.
    Postgres(PgConnection),
    /// SQLite.
    Sqlite(SqliteConnection),
}

/// Opens connections for a pool and sets each one up.
pub(super) struct Manager {
    pub url: DatabaseUrl,
    pub queries: Arc<AtomicU64>,
}

/// A connection, and whether its server has gone away.
pub(super) struct Slot {
    pub conn: Conn,
    pub lost: bool,
}

impl ManageConnection for Manager {
    type Connection = Slot;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Slot, Self::Error> {
        let mut conn = open(&self.url).map_err(diesel::r2d2::Error::ConnectionError)?;
        let queries = self.queries.clone();
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                queries.fetch_add(1, Ordering::Relaxed);
            }
        });
        Ok(Slot { conn, lost: false })
    }

    fn is_valid(&self, _slot: &mut Slot) -> Result<(), Self::Error> {
        Ok(())
    }

    fn has_broken(&self, slot: &mut Slot) -> bool {
        use diesel::r2d2::R2D2Connection;
        slot.lost || slot.conn.is_broken()
    }
}

/// How long is tried to switch a new file to the write-ahead log.
const LONGEST_SWITCH: Duration = Duration::from_secs(5);

/// Opens one connection outside any pool.
pub(super) fn open(url: &DatabaseUrl) -> diesel::ConnectionResult<Conn> {
    let as_connection_error = diesel::ConnectionError::CouldntSetupConfiguration;
    match url {
        DatabaseUrl::Sqlite(path) => {
            let mut conn = SqliteConnection::establish(&sqlite_target(path))?;
            // What is deleted is overwritten, so that the words of somebody who was erased do not stay behind in pages that
            // are free.
            conn.batch_execute(
                "PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
                 PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON;",
            )
            .and_then(|()| switch_to_wal(&mut conn))
            .map_err(as_connection_error)?;
            Ok(Conn::Sqlite(conn))
        }
        DatabaseUrl::Postgres(url) => {
            let mut conn = PgConnection::establish(url.reveal())?;
            conn.batch_execute("SET TIME ZONE 'UTC'; SET client_min_messages = warning")
                .map_err(as_connection_error)?;
            Ok(Conn::Postgres(conn))
        }
    }
}

/// Of several processes that switch a new file together, SQLite lets one do so and tells the others that the file is locked,
/// without waiting as `busy_timeout` has it: they could be waiting for each other.
fn switch_to_wal(conn: &mut SqliteConnection) -> diesel::QueryResult<()> {
    let since = std::time::Instant::now();
    loop {
        match conn.batch_execute("PRAGMA journal_mode = WAL") {
            Err(diesel::result::Error::DatabaseError(_, info))
                if info.message() == "database is locked" && since.elapsed() < LONGEST_SWITCH =>
            {
                std::thread::sleep(Duration::from_millis(5));
            }
            switched => return switched,
        }
    }
}

/// SQLite reads a leading `file:` as a URI; a path is always meant as a path here.
fn sqlite_target(path: &Path) -> String {
    let path = if path.is_absolute() { path.to_owned() } else { PathBuf::from(".").join(path) };
    path.to_string_lossy().into_owned()
}

pub(super) fn pool(manager: Manager, size: u32) -> Result<Pool<Manager>, String> {
    Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .idle_timeout(None)
        .max_lifetime(None)
        .test_on_check_out(false)
        .connection_timeout(Duration::from_secs(10))
        .build(manager)
        .map_err(|error| error.to_string())
}

impl Conn {
    /// Begins a transaction that may write. SQLite takes its write lock here and now: a transaction that
    /// first reads and then wants to write would fail at once when another has written in between.
    pub(super) fn begin_write(&mut self) -> diesel::QueryResult<()> {
        match self {
            Conn::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE"),
            Conn::Postgres(conn) => AnsiTransactionManager::begin_transaction(conn),
        }
    }

    pub(super) fn commit(&mut self) -> diesel::QueryResult<()> {
        <Self as Connection>::TransactionManager::commit_transaction(self)
    }

    pub(super) fn roll_back(&mut self) -> diesel::QueryResult<()> {
        <Self as Connection>::TransactionManager::rollback_transaction(self)
    }
}
