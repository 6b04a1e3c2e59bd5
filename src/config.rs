//! The settings: an optional file, and variables of the environment that win over it. Nothing else in the program
//! reads either. A setting that is unknown or bad stops the start with its name.

mod public_url;
mod settings;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;
pub use public_url::PublicUrl;
use settings::{Setting, known, log_filter, networks, number, optional, read_file, setting, unknown};

use crate::blobs::{self, Location};
use crate::db::DatabaseUrl;
use crate::mail::{DkimSetting, EmailAddress, IncomingAddress, Listen, Mailbox, Pace, SmtpUrl};
use crate::secrets::{Secret, vault};

/// The settings, read and valid.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen for HTTP.
    pub listen: SocketAddr,
    /// The address under which people reach this installation; every link in a mail begins with it.
    pub public_url: PublicUrl,
    /// Where everything of this installation lies that is not in a database server.
    pub data_dir: PathBuf,
    /// The database.
    pub database_url: DatabaseUrl,
    /// The SMTP servers, in the order in which they are tried; without one, mail is put into the outbox folder.
    pub smtp: Vec<SmtpUrl>,
    /// How long to wait for each answer of the SMTP server.
    pub smtp_timeout: Duration,
    /// How many connections to them carry mail at once.
    pub smtp_connections: usize,
    /// How fast mail leaves.
    pub mail_pace: Pace,
    /// The keys that sign mail.
    pub dkim_keys: Vec<DkimSetting>,
    /// The address that mail comes from.
    pub mail_from: EmailAddress,
    /// How the addresses are made that answers and reports come to; without one, there are none.
    pub incoming: Option<IncomingAddress>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// What to log, in the syntax of `tracing`'s `EnvFilter`.
    pub log: String,
    /// How to write the log.
    pub log_format: LogFormat,
    /// What a password hash costs.
    pub password_cost: PasswordCost,
    /// The key that seals what must be read again; without one, it is made and kept in `data_dir`.
    pub secret_key: Option<Secret>,
    /// Where the bytes of photos lie.
    pub blobs: Location,
    /// How long mail about an update waits before it leaves, so that it can be stopped.
    pub undo_sending: jiff::SignedDuration,
    /// How many bytes of the disk that photos lie on stay free.
    pub disk_floor: u64,
    /// Where we take mail in ourselves.
    pub incoming_listen: Option<Listen>,
    /// The mailbox that we look into for mail to us.
    pub incoming_imap: Option<Mailbox>,
    /// How often we look into it.
    pub incoming_imap_every: Duration,
    /// The name under which our mail server writes down whether a sender is genuine (RFC 8601); what others write is not read.
    pub incoming_authserv_id: Option<String>,
    /// What `/metrics` is asked with; without one, nothing is there.
    pub metrics_token: Option<Secret>,
    /// Whom `tidings check` asks for DNS records, where it is not whom the machine asks.
    pub dns_server: Option<SocketAddr>,
}

/// How to write the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// An object a line, for machines.
    Json,
}

/// The cost of Argon2id: memory in KiB and passes over it, on one lane. The least allowed is OWASP's choice for
/// 2026: 19 MiB and two passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    /// KiB of memory for one hash.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
}

impl Default for PasswordCost {
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2 }
    }
}

/// What is wrong with the settings, naming the one at fault.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

impl Config {
    /// Reads the settings. A `file` that was asked for must be there; `./tidings.toml` may be.
    pub fn load(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let mut settings = match file {
            Some(path) => read_file(path)?,
            None if Path::new("tidings.toml").exists() => read_file(Path::new("tidings.toml"))?,
            None => BTreeMap::new(),
        };
        for (variable, text) in environment {
            let Some(name) = variable.strip_prefix("TIDINGS_") else { continue };
            let name = known(&name.to_ascii_lowercase()).ok_or_else(|| unknown(&variable))?;
            settings.insert(name, Setting { text, place: variable });
        }
        Self::from_settings(settings)
    }

    fn from_settings(mut all: BTreeMap<&'static str, Setting>) -> Result<Self, ConfigError> {
        let listen = setting(&mut all, "listen", "127.0.0.1:8080", |text| {
            text.parse::<SocketAddr>().map_err(|_| "is not an address and port like 127.0.0.1:8080".to_owned())
        })?;
        let public_url = setting(&mut all, "public_url", &format!("http://{listen}"), PublicUrl::parse)?;
        let data_dir = setting(&mut all, "data_dir", "data", |text| Ok(PathBuf::from(text)))?;
        let default_database = format!("sqlite:{}", data_dir.join("tidings.db").display());
        let database_url = setting(&mut all, "database_url", &default_database, DatabaseUrl::parse)?;
        let smtp = optional(&mut all, "smtp_url", SmtpUrl::parse_list)?.unwrap_or_default();
        if !smtp.is_empty() && !all.contains_key("mail_from") {
            return Err(ConfigError(
                "mail_from (TIDINGS_MAIL_FROM) is missing: with smtp_url set, say which address mail comes from"
                    .to_owned(),
            ));
        }
        let blobs = blobs_location(&mut all, &data_dir)?;
        let default_from = format!("tidings@{}", mail_domain(public_url.host()));
        Ok(Self {
            listen,
            data_dir,
            database_url,
            smtp,
            smtp_timeout: Duration::from_secs(setting(&mut all, "smtp_timeout_seconds", "30", number(1, 50))?.into()),
            smtp_connections: setting(&mut all, "smtp_connections", "4", number(1, 100))? as usize,
            mail_pace: Pace {
                per_second: Some(setting(&mut all, "mail_per_second", "0", number(0, 100_000))?).filter(|it| *it > 0),
                pauses: setting(&mut all, "mail_pauses", "", Pace::parse_pauses)?,
            },
            dkim_keys: setting(&mut all, "dkim_keys", "", DkimSetting::parse_list)?,
            incoming: optional(&mut all, "incoming_address", IncomingAddress::parse)?,
            mail_from: setting(&mut all, "mail_from", &default_from, EmailAddress::parse)?,
            trusted_proxies: setting(&mut all, "trusted_proxies", "", networks)?,
            log: setting(&mut all, "log", "info", log_filter)?,
            log_format: setting(&mut all, "log_format", "text", |text| match text {
                "text" => Ok(LogFormat::Text),
                "json" => Ok(LogFormat::Json),
                _ => Err("must be text or json".to_owned()),
            })?,
            password_cost: PasswordCost {
                memory_kib: setting(&mut all, "password_memory_kib", "19456", number(19_456, 1_048_576))?,
                passes: setting(&mut all, "password_passes", "2", number(2, 20))?,
            },
            secret_key: optional(&mut all, "secret_key", |text| {
                vault::parse_key(text).map(|_| Secret::new(text.to_owned()))
            })?,
            blobs,
            undo_sending: jiff::SignedDuration::from_secs(
                setting(&mut all, "undo_sending_seconds", "60", number(0, 600))?.into(),
            ),
            disk_floor: u64::from(setting(&mut all, "disk_floor_megabytes", "200", number(0, 1_000_000))?) * 1_000_000,
            incoming_listen: optional(&mut all, "incoming_listen", Listen::parse)?,
            incoming_imap: optional(&mut all, "incoming_imap", Mailbox::parse)?,
            incoming_imap_every: Duration::from_secs(
                setting(&mut all, "incoming_imap_seconds", "60", number(5, 86_400))?.into(),
            ),
            incoming_authserv_id: optional(&mut all, "incoming_authserv_id", authserv_id)?,
            metrics_token: optional(&mut all, "metrics_token", |text| match text.len() {
                16.. => Ok(Secret::new(text.to_owned())),
                _ => Err("must have at least 16 characters, such as `openssl rand -hex 16` makes".to_owned()),
            })?,
            dns_server: optional(&mut all, "dns_server", |text| {
                text.parse::<SocketAddr>().map_err(|_| "is not an address and port like 192.0.2.1:53".to_owned())
            })?,
            public_url,
        })
    }

    /// The folder for mail while no SMTP server is set.
    pub fn outbox_dir(&self) -> PathBuf {
        self.data_dir.join("outbox")
    }
}

/// Where bytes lie, from the five settings that say it. What is about S3 without `s3://` is a mistake that would be found
/// out too late.
fn blobs_location(all: &mut BTreeMap<&'static str, Setting>, data_dir: &Path) -> Result<Location, ConfigError> {
    let folder = data_dir.join("blobs").display().to_string();
    let endpoint = optional(all, "s3_endpoint", blobs::parse_endpoint)?;
    let region = optional(all, "s3_region", blobs::parse_region)?;
    let access_key = optional(all, "s3_access_key", |text| Ok(text.to_owned()))?;
    let secret_key = optional(all, "s3_secret_key", |text| Ok(Secret::new(text.to_owned())))?;
    let mut bucket = match setting(all, "blobs", &folder, Location::parse)? {
        Location::S3(bucket) => bucket,
        folder @ Location::Folder(_) => {
            let stray = ["s3_endpoint", "s3_region", "s3_access_key", "s3_secret_key"].into_iter();
            return match stray.filter_map(|name| all.get(name)).find(|it| !it.text.trim().is_empty()) {
                Some(it) => Err(ConfigError(format!("{} says something of S3, but blobs is not s3://…", it.place))),
                None => Ok(folder),
            };
        }
    };
    bucket.keys = match (access_key, secret_key) {
        (Some(id), Some(secret)) => Some((id, secret)),
        (None, None) => None,
        (Some(_), None) => return Err(ConfigError("s3_secret_key (TIDINGS_S3_SECRET_KEY) is missing".to_owned())),
        (None, Some(_)) => return Err(ConfigError("s3_access_key (TIDINGS_S3_ACCESS_KEY) is missing".to_owned())),
    };
    bucket.endpoint = endpoint;
    bucket.region = region.unwrap_or(bucket.region);
    Ok(Location::S3(bucket))
}

/// A name without anything that a header gives a meaning to.
fn authserv_id(text: &str) -> Result<String, String> {
    if text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("must be a name like mail.example.org".to_owned())
    }
}

/// A domain that a From address can have while mail only goes into the outbox.
fn mail_domain(host: &str) -> &str {
    if host.contains('.') && host.parse::<std::net::IpAddr>().is_err() { host } else { "tidings.invalid" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(pairs: &[(&str, &str)]) -> Result<Config, String> {
        let pairs = pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Config::load(None, pairs).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_set_is_a_working_installation() {
        let config = load(&[("PATH", "/bin")]).unwrap();
        assert_eq!(config.public_url.origin(), "http://127.0.0.1:8080");
        assert!(matches!(config.database_url, DatabaseUrl::Sqlite(path) if path == Path::new("data/tidings.db")));
    }

    #[test]
    fn a_bad_or_unknown_setting_names_itself() {
        for (name, text) in [
            ("TIDINGS_LISTEN", "8080"),
            ("TIDINGS_PUBLIC_URL", "https://example.org/tidings"),
            ("TIDINGS_DATABASE_URL", "mysql://localhost/tidings"),
            ("TIDINGS_SMTP_URL", "mail.example.org"),
            ("TIDINGS_SMTP_URL", "smtp://us:secret@relay?tls=none"),
            ("TIDINGS_SMTP_CONNECTIONS", "0"),
            ("TIDINGS_MAIL_PER_SECOND", "fast"),
            ("TIDINGS_MAIL_PAUSES", "gmail.com"),
            ("TIDINGS_DKIM_KEYS", "mail2026"),
            ("TIDINGS_INCOMING_ADDRESS", "tidings"),
            ("TIDINGS_MAIL_FROM", "tidings"),
            ("TIDINGS_TRUSTED_PROXIES", "10.0.0.0/99"),
            ("TIDINGS_LOG_FORMAT", "xml"),
            ("TIDINGS_PASSWORD_MEMORY_KIB", "64"),
            ("TIDINGS_SECRET_KEY", "hunter2"),
            ("TIDINGS_LISTN", "127.0.0.1:8080"),
            ("TIDINGS_BLOBS", "ftp://example.org/photos"),
            ("TIDINGS_BLOBS", "s3://"),
            ("TIDINGS_BLOBS", "s3://bucket/../other"),
            ("TIDINGS_S3_ENDPOINT", "example.org"),
            ("TIDINGS_S3_REGION", "here, there"),
            ("TIDINGS_S3_SECRET_KEY", "stray"),
            ("TIDINGS_INCOMING_LISTEN", "127.0.0.1:25"),
            ("TIDINGS_INCOMING_IMAP", "imaps://mail.example.org"),
            ("TIDINGS_INCOMING_AUTHSERV_ID", "mail; dkim"),
            ("TIDINGS_METRICS_TOKEN", "short"),
            ("TIDINGS_DNS_SERVER", "dns.example.org"),
        ] {
            let problem = load(&[(name, text)]).unwrap_err();
            assert!(problem.contains(name), "{name}={text}: {problem}");
        }
        let half = load(&[("TIDINGS_BLOBS", "s3://family/x"), ("TIDINGS_S3_ACCESS_KEY", "me")]).unwrap_err();
        assert!(half.contains("TIDINGS_S3_SECRET_KEY"), "{half}");
        assert!(load(&[("TIDINGS_SMTP_URL", "smtps://mail.example.org")]).unwrap_err().contains("TIDINGS_MAIL_FROM"));
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let folder = std::env::temp_dir().join(format!("tidings-config-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("tidings.toml");
        std::fs::write(&file, "listen = \"127.0.0.1:1\"\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n").unwrap();
        let environment = [("TIDINGS_LISTEN".to_owned(), "127.0.0.1:2".to_owned())];
        let config = Config::load(Some(&file), environment.into_iter()).unwrap();
        assert_eq!(config.listen.port(), 2);
        assert_eq!(config.trusted_proxies.len(), 2);
        std::fs::write(&file, "listne = \"127.0.0.1:1\"\n").unwrap();
        let problem = Config::load(Some(&file), std::iter::empty()).unwrap_err().to_string();
        assert!(problem.contains("listne in "), "{problem}");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
