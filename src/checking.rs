//! What `tidings check` looks at, and what it says of it.

use std::net::IpAddr;

use crate::blobs::Blobs;
use crate::cli::in_queue;
use crate::config::Config;
use crate::dns::{Advice, Dns, MailDomains, Standing, Unasked};
use crate::mail::{DkimKey, SmtpTls};
use crate::{app, db, dns, incoming, installation};

/// What was found of one part.
enum Found {
    InOrder(String),
    /// It works, or may be meant so; but whoever runs this should know.
    Warning(String),
    Problem(String),
}

impl From<Result<String, String>> for Found {
    fn from(result: Result<String, String>) -> Self {
        result.map_or_else(Self::Problem, Self::InOrder)
    }
}

/// Every part is looked at, so that one run shows all that is wrong.
pub fn check(config: &Config) -> Result<(), String> {
    let mut parts = vec![
        ("settings", Found::InOrder("in order".to_owned())),
        ("folder", check_folder(config).into()),
        ("database", check_database(config).into()),
        ("sending", check_sending(config).into()),
        ("mail", check_mail(config).into()),
    ];
    parts.extend(unprotected(config).map(|it| ("mail", it)));
    parts.extend(check_incoming(config).into_iter().map(|it| ("incoming", it)));
    parts.push(("photos", check_blobs(config).into()));
    let mut problems = 0;
    for (part, found) in parts {
        match found {
            Found::InOrder(text) => println!("ok       {part}: {text}"),
            Found::Warning(text) => println!("WARNING  {part}: {text}"),
            Found::Problem(problem) => {
                problems += 1;
                println!("PROBLEM  {part}: {problem}");
            }
        }
    }
    problems += check_records(config);
    match problems {
        0 => Ok(()),
        1 => Err("one part is not in order".to_owned()),
        problems => Err(format!("{problems} parts are not in order")),
    }
}

fn check_folder(config: &Config) -> Result<String, String> {
    app::make_data_dir(config)?;
    let probe = config.data_dir.join(".tidings-check");
    std::fs::write(&probe, b"ok")
        .and_then(|()| std::fs::remove_file(&probe))
        .map_err(|error| format!("data_dir {} cannot be written to: {error}", config.data_dir.display()))?;
    Ok(format!("{} can be written to", config.data_dir.display()))
}

fn check_database(config: &Config) -> Result<String, String> {
    let pending = db::pending_migrations(&config.database_url).map_err(|error| format!("database_url: {error}"))?;
    Ok(match pending.len() {
        0 => "reached, and up to date".to_owned(),
        count => format!("reached; {count} migrations will be applied at the next start"),
    })
}

/// Says which records are to stand in the DNS for our mail to arrive, and answers how many do not. Where the DNS cannot be
/// asked, that is said, and is no fault of the settings.
fn check_records(config: &Config) -> usize {
    let domains = match mail_domains(config) {
        Ok(Some(domains)) => domains,
        Ok(None) => {
            println!("ok       dns: nothing to ask, as long as no mail leaves or its address can be nobody’s");
            return 0;
        }
        // Said of the mail already.
        Err(_) => return 0,
    };
    let asked = in_runtime(async {
        let dns = Dns::open(config.dns_server).map_err(|Unasked(why)| why)?;
        Ok((dns::advise(&dns, &domains).await, dns::alignment(&dns, &domains).await))
    });
    let (advice, alignment) = match asked {
        Ok(asked) => asked,
        Err(why) => {
            println!("unknown  dns: could not be asked ({why})");
            return 0;
        }
    };
    let mut problems = advice.iter().map(say).filter(|in_order| !in_order).count();
    match alignment {
        Ok(text) => println!("ok       dns: {text}"),
        Err(text) => {
            problems += 1;
            println!("PROBLEM  dns: {text}");
        }
    }
    problems
}

/// Says of a record whether it is in order, and answers the same.
fn say(it: &Advice) -> bool {
    let to_set = format!("set at {}, {}: {}", it.name, it.kind, it.text);
    match &it.standing {
        Standing::There => println!("ok       dns: {} of {} is set", it.about, it.name),
        Standing::Missing => println!("MISSING  dns: {}: {to_set}", it.about),
        Standing::Differs(how) => println!("DIFFERS  dns: {}: {how}; {to_set}", it.about),
        Standing::Unasked(why) => println!("unknown  dns: {}: could not be asked ({why}); {to_set}", it.about),
    }
    !matches!(it.standing, Standing::Missing | Standing::Differs(_))
}

/// What mail of ours has to do with; nothing while none leaves, or where its domain can be nobody's.
fn mail_domains(config: &Config) -> Result<Option<MailDomains>, String> {
    let from = domain_of(config.mail_from.as_str());
    if config.smtp.is_empty() || dns::is_reserved(&from) {
        return Ok(None);
    }
    let incoming = config.incoming.as_ref().map(|it| it.domain().to_owned());
    let mut keys = Vec::new();
    for setting in &config.dkim_keys {
        let key = DkimKey::load(setting)?;
        let (name, text) = key.record();
        keys.push((key.domain().to_owned(), name, text));
    }
    let away = |host: &&str| *host != "localhost" && host.parse::<IpAddr>().is_err();
    let relays = config.smtp.iter().map(|url| url.host.as_str()).filter(away).map(str::to_owned).collect();
    Ok(Some(MailDomains {
        return_path: incoming.clone().unwrap_or_else(|| from.clone()),
        from,
        incoming,
        keys,
        relays,
        host: config.public_url.host().to_owned(),
    }))
}

fn domain_of(address: &str) -> String {
    address.rsplit('@').next().unwrap_or_default().to_ascii_lowercase()
}

fn in_runtime<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?
        .block_on(work)
}

/// A database that is not up to date cannot be asked, and sends nothing before it is.
fn check_sending(config: &Config) -> Result<String, String> {
    if db::pending_migrations(&config.database_url).map_or(true, |pending| !pending.is_empty()) {
        return Ok("not asked: the database is not up to date yet".to_owned());
    }
    match installation::status(config)? {
        (None, _) => Ok("mail is not held back".to_owned()),
        (Some(pause), waiting) => Err(format!(
            "mail waits since {}: {}. {} Let it go with: tidings sending resume",
            pause.at.long(),
            pause.why.in_words(),
            in_queue(waiting)
        )),
    }
}

fn check_mail(config: &Config) -> Result<String, String> {
    in_runtime(async {
        let mailer = app::mailer(config)?;
        if let Some(folder) = mailer.outbox_folder() {
            return Ok(format!("smtp_url is not set; mail is not sent but put into {}", folder.display()));
        }
        mailer.check().await.map_err(|error| format!("smtp_url: {error}"))?;
        Ok("the mail server is reached and lets us in".to_owned())
    })
}

/// The relays that mail goes to in clear.
fn unprotected(config: &Config) -> impl Iterator<Item = Found> {
    config.smtp.iter().filter(|url| url.tls == SmtpTls::Waived).map(|url| {
        Found::Warning(format!(
            "mail goes to {} without TLS, as ?tls=none says: only for a network that you trust",
            url.host
        ))
    })
}

/// The ways in for mail, and whether there is anything to come in by them.
fn check_incoming(config: &Config) -> Vec<Found> {
    let ways =
        [("incoming_listen", config.incoming_listen.is_some()), ("incoming_imap", config.incoming_imap.is_some())];
    let set: Vec<&str> = ways.into_iter().filter_map(|(name, is_set)| is_set.then_some(name)).collect();
    let mut found = Vec::new();
    match (&config.incoming, set.as_slice()) {
        (None, []) => found.push(Found::InOrder("not set; mail has no way in".to_owned())),
        (None, names) => found.push(Found::Warning(format!(
            "{} is set and incoming_address is not: no address is ours, and no mail is taken",
            names.join(" and ")
        ))),
        (Some(_), []) => found.push(Found::Warning(
            "incoming_address is set, and neither incoming_listen nor incoming_imap: this process takes no mail in"
                .to_owned(),
        )),
        (Some(_), _) => {}
    }
    match in_runtime(async { Ok(incoming::check(config).await) }) {
        Ok(ways) => found.extend(ways.into_iter().map(Found::from)),
        Err(error) => found.push(Found::Problem(error)),
    }
    found
}

/// Writes something, reads it and takes it away.
fn check_blobs(config: &Config) -> Result<String, String> {
    app::make_data_dir(config)?;
    in_runtime(async {
        let blobs = Blobs::open(&config.blobs)?;
        blobs.check().await.map_err(|error| error.to_string())?;
        Ok(format!("{} can be written to and read from", blobs.described()))
    })
}
