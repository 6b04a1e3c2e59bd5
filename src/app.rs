//! One `App`, built from one `Config`. Nothing of it is global: tests run many in one process.

use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{Notify, Semaphore};

use crate::blobs::Blobs;
use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::db::{self, Db};
use crate::error::{AppError, Result};
use crate::installation::{self, Arrival};
use crate::mail::keys::{self, KeyKind};
use crate::mail::{DkimKey, EmailAddress, Inlines, Mailer, MailerSettings};
use crate::metrics::Metrics;
use crate::secrets::passkeys::Passkeys;
use crate::secrets::password::Hasher;
use crate::secrets::vault::Vault;
use crate::web::Limits;

/// What preparing photos may take of memory together, in MiB: one photo of 48 megapixels, or several small ones.
pub const DARKROOM_MIB: u32 = 400;

/// How many forms with files are read at once: each may take up as much of the disk as a form may have.
const FORMS_WITH_FILES: usize = 12;

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
    /// Photos that went with mail lately.
    pub inlines: Inlines,
    /// What preparing photos may take of memory, in permits of a MiB: a large photo takes most of them, and waits for them.
    pub darkroom: Arc<Semaphore>,
    /// Forms with files that are read just now, a permit each.
    pub forms_with_files: Arc<Semaphore>,
    /// What whoever runs the server measures.
    pub metrics: Metrics,
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
        if let Arrival::Restored(why) = installation::arrive(&config, &clock)? {
            tracing::warn!(
                "mail waits: {}; `tidings sending status` says more, `tidings sending resume` lets it go",
                why.in_words()
            );
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
        let metrics = Metrics::new()?;
        let blobs = Blobs::open(&config.blobs)?.with_floor(config.disk_floor);
        let darkroom = Arc::new(Semaphore::new(DARKROOM_MIB as usize));
        let forms_with_files = Arc::new(Semaphore::new(FORMS_WITH_FILES));
        let mailer = mailer(&config)?;
        Ok(Self(Arc::new(Parts {
            config,
            db,
            clock,
            mailer,
            hasher,
            vault,
            passkeys,
            blobs,
            inlines: Inlines::default(),
            darkroom,
            forms_with_files,
            metrics,
            limits,
            bell: Arc::default(),
        })))
    }

    /// The folder for files that are in work; nobody else reads in it, and what a crash leaves there goes after a day.
    pub fn temporary_folder(&self) -> Result<PathBuf> {
        let folder = self.config.data_dir.join("tmp");
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(AppError::internal)?;
        Ok(folder)
    }

    /// Takes away what a crash has left in it before `before`.
    pub fn remove_old_temporary_files(&self, before: Timestamp) -> Result<()> {
        let since_1970 = std::time::Duration::from_micros(u64::try_from(before.as_micros()).unwrap_or_default());
        let before = std::time::UNIX_EPOCH + since_1970;
        for entry in std::fs::read_dir(self.temporary_folder()?).map_err(AppError::internal)? {
            let path = entry.map_err(AppError::internal)?.path();
            let is_old = path.metadata().and_then(|it| it.modified()).is_ok_and(|at| at < before);
            if is_old && let Err(error) = std::fs::remove_file(&path) {
                tracing::warn!(%error, "could not remove an old temporary file");
            }
        }
        Ok(())
    }

    /// The address of ours that says what it is about by the number of a row, where there are such addresses.
    pub fn signed_address(&self, kind: KeyKind, id: i64) -> Option<EmailAddress> {
        self.config.incoming.as_ref().map(|incoming| incoming.address(&keys::signed(&self.vault, kind, id)))
    }

    /// The same for a key that is a member's alone: it holds the generation of their links, and is over when that is.
    pub fn members_address(&self, kind: KeyKind, id: i64, generation: i32) -> Option<EmailAddress> {
        self.signed_address(kind, keys::number(id, generation))
    }

    /// Where the reply to a mail to a member goes that takes none. Without it, it would go to the address that mail comes from, which
    /// nobody may read.
    pub fn no_reply_address(&self, job: i64, generation: i32) -> Option<EmailAddress> {
        self.members_address(KeyKind::NoReply, job, generation)
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
    let dkim: Result<Vec<DkimKey>, String> = config.dkim_keys.iter().map(DkimKey::load).collect();
    let settings = MailerSettings {
        from: config.mail_from.clone(),
        patience: config.smtp_timeout,
        connections: config.smtp_connections,
        pace: config.mail_pace.clone(),
        dkim: dkim.map_err(|error| format!("dkim_keys: {error}"))?,
    };
    if config.smtp.is_empty() {
        return Ok(Mailer::outbox(config.outbox_dir(), settings));
    }
    Mailer::smtp(&config.smtp, settings).map_err(|error| format!("smtp_url: {error}"))
}
