//! The house keeps its walls: what may use what, read from the `use` lines.

use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every source file by its path inside `src`, without its comments.
fn house() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    paths
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&root).expect("inside src").display().to_string();
            let text = std::fs::read_to_string(&path).expect("a source file");
            let code: String = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .map(|line| format!("{line}\n"))
                .collect();
            (name, code)
        })
        .collect()
}

fn offenders(word: &str, allowed: impl Fn(&str) -> bool) -> Vec<String> {
    house().into_iter().filter(|(name, code)| code.contains(word) && !allowed(name)).map(|(name, _)| name).collect()
}

fn is_store(name: &str) -> bool {
    name.ends_with("/store.rs") || name.contains("/store/")
}

fn is_handlers(name: &str) -> bool {
    name.ends_with("/handlers.rs") || name.contains("/handlers/")
}

/// The features, each above those that it may call.
const FEATURES: [&str; 10] =
    ["accounts", "sites", "glance", "photos", "journal", "wishes", "bedside", "reading", "incoming", "yours"];

#[test]
fn diesel_is_in_stores_and_in_db_only() {
    assert_eq!(offenders("diesel", |name| is_store(name) || name.starts_with("db/")), Vec::<String>::new());
}

#[test]
fn what_differs_between_the_databases_is_in_db_only() {
    for word in ["PgConnection", "SqliteConnection", "Conn::Postgres", "Conn::Sqlite"] {
        assert_eq!(offenders(word, |name| name.starts_with("db/")), Vec::<String>::new(), "{word}");
    }
}

#[test]
fn actix_is_in_web_handlers_and_the_server_only() {
    let allowed = |name: &str| {
        name.starts_with("web/") || is_handlers(name) || ["serve.rs", "cli.rs", "accounts/visit.rs"].contains(&name)
    };
    assert_eq!(offenders("actix", allowed), Vec::<String>::new());
}

#[test]
fn templates_are_in_pages_and_mails_only() {
    let allowed = |name: &str| {
        ["/pages.rs", "/mails.rs"].iter().any(|end| name.ends_with(end))
            || name.contains("/pages/")
            || name.starts_with("web/")
    };
    assert_eq!(offenders("askama", allowed), Vec::<String>::new());
}

#[test]
fn features_call_each_other_through_the_front_and_never_in_circles() {
    for (name, code) in house() {
        let home = FEATURES.iter().position(|feature| name.starts_with(&format!("{feature}/")));
        for (level, feature) in FEATURES.iter().enumerate() {
            if home == Some(level) {
                continue;
            }
            let uses = code.contains(&format!("crate::{feature}"));
            if let Some(home) = home {
                assert!(!uses || level < home, "{name} uses {feature}, which stands above it");
            }
            for inside in ["store", "model", "access", "handlers", "pages", "mails", "links"] {
                let deep = format!("crate::{feature}::{inside}::");
                assert!(!code.contains(&deep), "{name} reaches into {feature}/{inside}.rs");
            }
        }
    }
}

#[test]
fn plumbing_knows_no_feature() {
    for plumbing in [
        "db/",
        "web/",
        "mail/",
        "jobs/",
        "installation/",
        "dns/",
        "metrics.rs",
        "blobs/",
        "record/",
        "text/",
        "secrets/",
        "clock.rs",
        "error.rs",
        "app.rs",
        "config.rs",
        "config/",
    ] {
        for feature in FEATURES {
            let allowed = |name: &str| !name.starts_with(plumbing);
            assert_eq!(
                offenders(&format!("crate::{feature}"), allowed),
                Vec::<String>::new(),
                "{plumbing} uses {feature}"
            );
        }
    }
}

#[test]
fn one_reader_each_of_time_and_environment() {
    for word in ["Timestamp::now()", "SystemTime::now", "Zoned::now"] {
        assert_eq!(offenders(word, |name| name == "clock.rs"), Vec::<String>::new(), "{word}");
    }
    assert_eq!(offenders("std::env", |name| ["config.rs", "cli.rs"].contains(&name)), Vec::<String>::new());
    assert_eq!(offenders("rand::", |name| name == "secrets/mod.rs"), Vec::<String>::new());
}

#[test]
fn mail_leaves_from_one_place() {
    assert_eq!(offenders("mailer.send", |name| ["serve.rs", "sending.rs"].contains(&name)), Vec::<String>::new());
}

#[test]
fn nothing_panics_on_purpose() {
    for (name, code) in house() {
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        for word in [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!(", "unsafe "] {
            assert!(!code.contains(word), "{name} has {word}");
        }
    }
}

/// What a mail server says of a mail names whom it was to, and where they read their mail.
#[test]
fn what_servers_say_of_bounces_is_in_no_log() {
    for (name, code) in house().into_iter().filter(|(name, _)| name.starts_with("incoming/")) {
        for call in code.split("tracing::").skip(1) {
            let call = call.split_once(';').map_or(call, |(call, _)| call);
            // Without the sentences of ours in it.
            let code: String = call.split('"').step_by(2).collect();
            let mut words = code.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
            let told = words.find(|word| ["said", "recipient", "sender", "email", "address", "to"].contains(word));
            assert_eq!(told, None, "{name}: {call}");
        }
    }
}

/// There is one write transaction at a time on SQLite: nothing of a letter is read in one, whose bytes may be 25 MB.
#[test]
fn no_letter_is_read_in_a_transaction_that_others_wait_for() {
    for word in ["find_raw(", "read_to_send_back("] {
        assert_eq!(
            offenders(word, |name| [
                "incoming/store/letters.rs",
                "incoming/handling.rs",
                "incoming/mails.rs",
                "incoming/reading.rs"
            ]
            .contains(&name)),
            Vec::<String>::new(),
            "{word}"
        );
    }
    for (name, code) in house().into_iter().filter(|(name, _)| name.starts_with("incoming/")) {
        for (at, _) in code.match_indices("reading::read") {
            let before = code.get(..at).unwrap_or_default();
            let opened = before.rfind("spawn_blocking(").unwrap_or_default();
            assert!(
                !before.get(opened..).unwrap_or_default().contains(';') && opened > 0,
                "{name} reads a letter on the spot"
            );
        }
        for at in code.match_indices(".write(").map(|(at, _)| at) {
            let call = code.get(at..).unwrap_or_default();
            let end = call.find(".await").unwrap_or(call.len());
            assert!(
                !call.get(..end).unwrap_or_default().contains("find_raw"),
                "{name} reads a letter's bytes in a write"
            );
        }
        for body in code.split("\npub fn prepare_").skip(1) {
            let end = body.find("\n}").unwrap_or(body.len());
            assert!(
                !body.get(..end).unwrap_or_default().contains("find_raw"),
                "{name} reads a letter's bytes in a write"
            );
        }
    }
}
