//! One `App`, built from one `Config`. Nothing of it is global: tests run many in one process.

use std::os::unix::fs::DirBuilderExt;
use std::sync::Arc;

use tokio::sync::Notify;

use crate::blobs::Blobs;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{self, Db};
use crate::mail::Mailer;
use crate::secrets::passkeys::Passkeys;
use crate::secrets::password::Hasher;
use crate::secrets::vault::Vault;
use crate::web::Limits;

/// What every request and every job works with. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of an [`App`].
pub struct Parts {
    /// The settings.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Where mail leaves.
    pub mailer: Mailer,
    /// Passwords.
    pub hasher: Hasher,
    /// What is sealed with the installation's key.
    pub vault: Vault,
    /// Passkeys, where the address people reach us by allows them.
    pub passkeys: Option<Passkeys>,
    /// The bytes of photos.
    pub blobs: Blobs,
    /// How often who may do what.
    pub limits: Limits,
    /// Rung when a job was enqueued.
    pub bell: Arc<Notify>,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Makes the folders, migrates the database and opens everything. The problem is a sentence for the operator.
    pub fn build(config: Config, clock: Clock) -> Result<Self, String> {
        make_data_dir(&config)?;
        let applied = db::migrate(&config.database_url).map_err(|error| format!("database_url: {error}"))?;
        if !applied.is_empty() {
            tracing::info!(migrations = applied.len(), "database migrated");
        }
        Self::open(config, clock)
    }

    /// Opens everything over a database that is up to date already.
    pub fn open(config: Config, clock: Clock) -> Result<Self, String> {
        let db = Db::open(&config.database_url).map_err(|error| format!("database_url: {error}"))?;
        let hasher = Hasher::new(config.password_cost)?;
        let vault = Vault::open(config.secret_key.as_ref(), &config.data_dir)
            .map_err(|error| format!("secret_key: {error}"))?;
        let passkeys = Passkeys::new(&config.public_url)?;
        let limits = Limits::default();
        let blobs = Blobs::open(&config.blobs)?;
        // Last: a pool of SMTP connections may only be dropped on the runtime that it ran on.
        let mailer = mailer(&config)?;
        Ok(Self(Arc::new(Parts { config, db, clock, mailer, hasher, vault, passkeys, blobs, limits, bell: Arc::default() })))
    }

    /// Tells the worker that there is something to do.
    pub fn ring(&self) {
        self.bell.notify_one();
    }
}

/// Makes the folder for everything of this installation, if it is not there: nobody else on the machine reads in it.
pub fn make_data_dir(config: &Config) -> Result<(), String> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&config.data_dir)
        .map_err(|error| format!("data_dir {}: {error}", config.data_dir.display()))
}

/// The way out for mail that the settings ask for.
pub fn mailer(config: &Config) -> Result<Mailer, String> {
    match &config.smtp {
        Some(url) => Mailer::smtp(url, config.mail_from.clone(), config.smtp_timeout)
            .map_err(|error| format!("smtp_url: {error}")),
        None => Ok(Mailer::outbox(config.outbox_dir(), config.mail_from.clone())),
    }
}
