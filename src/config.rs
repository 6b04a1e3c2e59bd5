//! The settings: an optional file, and variables of the environment that win over it. Nothing else in the program
//! reads either. A setting that is unknown or bad stops the start with its name.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;
use url::Url;

use crate::blobs::{self, Location};
use crate::db::DatabaseUrl;
use crate::mail::{EmailAddress, SmtpUrl};
use crate::secrets::{Secret, vault};

/// Every setting, by the name it has in the file; in the environment it is `TIDINGS_` and the name in capitals.
const NAMES: [&str; 20] = [
    "listen",
    "public_url",
    "data_dir",
    "database_url",
    "smtp_url",
    "smtp_timeout_seconds",
    "mail_from",
    "trusted_proxies",
    "log",
    "log_format",
    "password_memory_kib",
    "password_passes",
    "secret_key",
    "blobs",
    "s3_endpoint",
    "s3_region",
    "s3_access_key",
    "s3_secret_key",
    "undo_sending_seconds",
    "disk_floor_megabytes",
];

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
    /// The SMTP server; without one, mail is put into the outbox folder.
    pub smtp: Option<SmtpUrl>,
    /// How long to wait for each answer of the SMTP server.
    pub smtp_timeout: Duration,
    /// The address that mail comes from.
    pub mail_from: EmailAddress,
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

/// The origin that people see: scheme, host and port, nothing behind them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    host: String,
}

impl PublicUrl {
    /// Reads the setting.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("is not a URL ({error})"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("must begin with http:// or https://".to_owned());
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
            return Err("must be scheme, host and port only, like https://tidings.example.org".to_owned());
        }
        let host = url.host_str().unwrap_or_default().to_owned();
        Ok(Self { origin: url.origin().ascii_serialization(), host })
    }

    /// `https://tidings.example.org`, without a slash at its end.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The host alone.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether people reach us over TLS.
    pub fn is_https(&self) -> bool {
        self.origin.starts_with("https:")
    }

    /// The whole address of a path.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

/// What is wrong with the settings, naming the one at fault.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

/// A setting's text and where it stood.
struct Setting {
    text: String,
    place: String,
}

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
        let smtp = optional(&mut all, "smtp_url", SmtpUrl::parse)?;
        if smtp.is_some() && !all.contains_key("mail_from") {
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
            public_url,
        })
    }

    /// The folder for mail while no SMTP server is set.
    pub fn outbox_dir(&self) -> PathBuf {
        self.data_dir.join("outbox")
    }
}

fn read_file(path: &Path) -> Result<BTreeMap<&'static str, Setting>, ConfigError> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| ConfigError(format!("{shown}: {error}")))?;
    let table: toml::Table = text.parse().map_err(|error| ConfigError(format!("{shown}: {error}")))?;
    let mut settings = BTreeMap::new();
    for (name, value) in table {
        let place = format!("{name} in {shown}");
        let name = known(&name).ok_or_else(|| unknown(&place))?;
        let text = as_text(value)
            .ok_or_else(|| ConfigError(format!("{place} must be a text, a number or a list of texts")))?;
        settings.insert(name, Setting { text, place });
    }
    Ok(settings)
}

fn as_text(value: toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Array(items) => {
            let texts: Option<Vec<String>> = items.into_iter().map(as_text).collect();
            texts.map(|texts| texts.join(","))
        }
        _ => None,
    }
}

fn known(name: &str) -> Option<&'static str> {
    NAMES.into_iter().find(|known| *known == name)
}

fn unknown(place: &str) -> ConfigError {
    ConfigError(format!("{place} is not a setting of Tidings. There are: {}", NAMES.join(", ")))
}

fn optional<T>(
    all: &mut BTreeMap<&'static str, Setting>,
    name: &'static str,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Option<T>, ConfigError> {
    match all.get(name) {
        Some(setting) if !setting.text.trim().is_empty() => {
            parse(setting.text.trim()).map(Some).map_err(|problem| ConfigError(format!("{} {problem}", setting.place)))
        }
        _ => Ok(None),
    }
}

fn setting<T>(
    all: &mut BTreeMap<&'static str, Setting>,
    name: &'static str,
    default: &str,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<T, ConfigError> {
    match optional(all, name, &parse)? {
        Some(value) => Ok(value),
        None => parse(default).map_err(|problem| ConfigError(format!("{name} {problem}"))),
    }
}

fn number(least: u32, most: u32) -> impl Fn(&str) -> Result<u32, String> {
    move |text| match text.parse::<u32>() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(format!("must be a whole number from {least} to {most}")),
    }
}

fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| {
            part.parse::<IpNet>()
                .or_else(|_| part.parse::<std::net::IpAddr>().map(IpNet::from))
                .map_err(|_| format!("has '{part}', which is not an address or a network like 10.0.0.0/8"))
        })
        .collect()
}

fn log_filter(text: &str) -> Result<String, String> {
    match tracing_subscriber::EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(format!("is not a log filter ({error})")),
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
