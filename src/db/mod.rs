//! The database: SQLite or PostgreSQL, chosen by the URL when the program starts. Everything that differs
//! between the two is in this folder; stores write their queries once, on [`Conn`].

mod conn;
pub mod dialect;
pub mod ids;
mod migrations;
pub mod schema;
pub mod types;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use diesel::r2d2::Pool;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use tokio::sync::Semaphore;

pub use conn::{Conn, MultiBackend};
pub use migrations::{migrate, migrate_down_and_up, pending_migrations};

use crate::error::{AppError, Result};
use crate::secrets::Secret;
use conn::{Manager, Slot};

/// Which database, and where.
#[derive(Clone, Debug)]
pub enum DatabaseUrl {
    /// A file.
    Sqlite(PathBuf),
    /// A server, by its connection URL, which may hold a password.
    Postgres(Secret),
}

impl DatabaseUrl {
    /// Reads `sqlite:path` or `postgres://…`.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err("needs the path of a file after 'sqlite:'".to_owned());
            }
            Ok(Self::Sqlite(PathBuf::from(path)))
        } else if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Ok(Self::Postgres(Secret::new(text.to_owned())))
        } else {
            let scheme = text.split(':').next().unwrap_or_default();
            Err(format!("'{scheme}' is not a database that Tidings knows: use sqlite:… or postgres://…"))
        }
    }
}

/// The pools. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    readers: Lane,
    writers: Lane,
    queries: Arc<AtomicU64>,
}

/// A pool with a fair queue before it: waiting happens outside the blocking threads, so that those who wait
/// for the writer never keep readers from a thread.
#[derive(Clone)]
struct Lane {
    pool: Pool<Manager>,
    gate: Arc<Semaphore>,
}

impl Lane {
    fn new(url: &DatabaseUrl, queries: &Arc<AtomicU64>, size: u32) -> Result<Self, String> {
        let manager = Manager { url: url.clone(), queries: queries.clone() };
        Ok(Self { pool: conn::pool(manager, size)?, gate: Arc::new(Semaphore::new(size as usize)) })
    }

    async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let permit = self.gate.clone().acquire_owned().await.map_err(AppError::internal)?;
        let pool = self.pool.clone();
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let mut slot = pool.get().map_err(|error| AppError::Unavailable(format!("database: {error}")))?;
            let slot: &mut Slot = &mut slot;
            let result = work(&mut slot.conn);
            slot.lost = matches!(&result, Err(error) if connection_lost(error));
            result
        })
        .await
        .map_err(AppError::internal)?
    }
}

impl Db {
    /// Opens the pools; the database must exist and be migrated. Readers: four, the number that served most
    /// requests on two cores. Writers: one on SQLite, which has one writer anyhow, four on PostgreSQL.
    pub fn open(url: &DatabaseUrl) -> Result<Self, String> {
        let writers = match url {
            DatabaseUrl::Sqlite(_) => 1,
            DatabaseUrl::Postgres(_) => 4,
        };
        let queries = Arc::new(AtomicU64::new(0));
        Ok(Self { readers: Lane::new(url, &queries, 4)?, writers: Lane::new(url, &queries, writers)?, queries })
    }

    /// Runs reads on a connection of their own, off the async threads.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        self.readers.run(work).await
    }

    /// Runs one write transaction: all of it is committed when `work` answers `Ok`, none of it otherwise.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        self.writers
            .run(|conn| {
                conn.begin_write()?;
                match work(conn) {
                    Ok(value) => {
                        conn.commit()?;
                        Ok(value)
                    }
                    Err(error) => {
                        // The first error is the one to report; a connection that cannot even roll back
                        // is found broken when it returns to the pool.
                        if let Err(cause) = conn.roll_back() {
                            tracing::warn!(%cause, "could not roll back");
                        }
                        Err(error)
                    }
                }
            })
            .await
    }

    /// How many queries ran since the start.
    pub fn queries_run(&self) -> u64 {
        self.queries.load(Ordering::Relaxed)
    }
}

/// Runs one write transaction on a connection of its own, where nothing else runs: at the start, and for the command line.
pub fn once<T>(url: &DatabaseUrl, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    let mut conn = conn::open(url).map_err(AppError::internal)?;
    conn.begin_write()?;
    let value = work(&mut conn)?;
    conn.commit()?;
    Ok(value)
}

/// Copies a SQLite database as it is at this moment into a file that is not there yet, while others read and write it.
/// Answers `false` for a database that is not a file.
pub fn copy(url: &DatabaseUrl, to: &Path) -> Result<bool> {
    use diesel::connection::SimpleConnection;
    let DatabaseUrl::Sqlite(_) = url else { return Ok(false) };
    let mut conn = conn::open(url).map_err(AppError::internal)?;
    let to = to.to_str().ok_or_else(|| AppError::internal("the name of the folder is not UTF-8"))?;
    conn.batch_execute(&format!("VACUUM INTO '{}'", to.replace('\'', "''")))?;
    Ok(true)
}

/// Asks the database for nothing, to see that it answers.
pub fn answers(conn: &mut Conn) -> Result<()> {
    use diesel::connection::SimpleConnection;
    Ok(conn.batch_execute("SELECT 1")?)
}

impl From<DieselError> for AppError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound,
            other => Self::internal(other),
        }
    }
}

/// The error of an insert that hangs on a row which its transaction has looked at but not locked. Where somebody has removed that
/// row meanwhile, as PostgreSQL lets them, there is nothing more to hang on: its foreign key refuses, or what a trigger copies from
/// it is null.
pub fn unless_removed(error: DieselError) -> AppError {
    use DatabaseErrorKind::{ForeignKeyViolation, NotNullViolation};
    match error {
        DieselError::DatabaseError(ForeignKeyViolation | NotNullViolation, _) => AppError::NotFound,
        other => other.into(),
    }
}

fn database_error(error: &AppError) -> Option<&DieselError> {
    match error {
        AppError::Internal(cause) => cause.downcast_ref(),
        _ => None,
    }
}

fn connection_lost(error: &AppError) -> bool {
    matches!(
        database_error(error),
        Some(
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, _) | DieselError::BrokenTransactionManager
        )
    )
}
