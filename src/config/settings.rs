//! The settings as texts: where they stand, what they are called, and what their texts must be.

use std::collections::BTreeMap;
use std::path::Path;

use ipnet::IpNet;

use super::ConfigError;

/// Every setting, by the name it has in the file; in the environment it is `TIDINGS_` and the name in capitals.
const NAMES: [&str; 31] = [
    "listen",
    "public_url",
    "data_dir",
    "database_url",
    "smtp_url",
    "smtp_timeout_seconds",
    "smtp_connections",
    "mail_per_second",
    "mail_pauses",
    "dkim_keys",
    "mail_from",
    "incoming_address",
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
    "incoming_listen",
    "incoming_imap",
    "incoming_imap_seconds",
    "incoming_authserv_id",
    "metrics_token",
    "dns_server",
];

/// A setting's text and where it stood.
pub(super) struct Setting {
    pub text: String,
    pub place: String,
}

pub(super) fn read_file(path: &Path) -> Result<BTreeMap<&'static str, Setting>, ConfigError> {
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

pub(super) fn known(name: &str) -> Option<&'static str> {
    NAMES.into_iter().find(|known| *known == name)
}

pub(super) fn unknown(place: &str) -> ConfigError {
    ConfigError(format!("{place} is not a setting of Tidings. There are: {}", NAMES.join(", ")))
}

pub(super) fn optional<T>(
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

pub(super) fn setting<T>(
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

pub(super) fn number(least: u32, most: u32) -> impl Fn(&str) -> Result<u32, String> {
    move |text| match text.parse::<u32>() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(format!("must be a whole number from {least} to {most}")),
    }
}

pub(super) fn networks(text: &str) -> Result<Vec<IpNet>, String> {
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

pub(super) fn log_filter(text: &str) -> Result<String, String> {
    match tracing_subscriber::EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(format!("is not a log filter ({error})")),
    }
}
