//! The migrations, which are inside the binary.

use diesel::connection::{AnsiTransactionManager, SimpleConnection};
use diesel::migration::{Migration, MigrationVersion};
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::DatabaseUrl;
use super::conn::{self, Conn};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Any number will do, so long as every Tidings uses the same.
const POSTGRES_LOCK: i64 = 0x0074_6964_696e_6773;

type Problem = Box<dyn std::error::Error + Send + Sync>;

/// Brings the database up to date, creating a SQLite file that is not there yet, and answers with the names
/// of what was done. Several processes that start together wait for each other.
pub fn migrate(url: &DatabaseUrl) -> Result<Vec<String>, Problem> {
    locked(url, run_pending)
}

/// Undoes every migration and does it again: for the test of the migrations themselves.
pub fn migrate_down_and_up(url: &DatabaseUrl) -> Result<Vec<String>, Problem> {
    locked(url, |conn| {
        match conn {
            Conn::Sqlite(conn) => conn.revert_all_migrations(SQLITE)?,
            Conn::Postgres(conn) => conn.revert_all_migrations(POSTGRES)?,
        };
        run_pending(conn)
    })
}

/// The migrations that this program knows and the database has not seen.
pub fn pending_migrations(url: &DatabaseUrl) -> Result<Vec<String>, Problem> {
    fn names<DB: diesel::backend::Backend>(pending: Vec<Box<dyn Migration<DB>>>) -> Vec<String> {
        pending.iter().map(|migration| migration.name().to_string()).collect()
    }
    match &mut conn::open(url)? {
        Conn::Sqlite(conn) => Ok(names::<Sqlite>(conn.pending_migrations(SQLITE)?)),
        Conn::Postgres(conn) => Ok(names::<Pg>(conn.pending_migrations(POSTGRES)?)),
    }
}

fn run_pending(conn: &mut Conn) -> Result<Vec<String>, Problem> {
    fn names(versions: Vec<MigrationVersion<'_>>) -> Vec<String> {
        versions.iter().map(ToString::to_string).collect()
    }
    match conn {
        Conn::Sqlite(conn) => Ok(names(conn.run_pending_migrations(SQLITE)?)),
        Conn::Postgres(conn) => Ok(names(conn.run_pending_migrations(POSTGRES)?)),
    }
}

fn locked<T>(url: &DatabaseUrl, work: impl FnOnce(&mut Conn) -> Result<T, Problem>) -> Result<T, Problem> {
    let mut conn = conn::open(url)?;
    match &mut conn {
        // Held until the connection closes; a second process waits for it.
        Conn::Postgres(conn) => conn.batch_execute(&format!("SELECT pg_advisory_lock({POSTGRES_LOCK})"))?,
        // Every migration then runs in a savepoint of this transaction.
        Conn::Sqlite(conn) => {
            conn.batch_execute("PRAGMA busy_timeout = 60000")?;
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")?;
        }
    }
    let done = work(&mut conn)?;
    if let Conn::Sqlite(_) = &conn {
        conn.commit()?;
    }
    Ok(done)
}
