//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing::Level;
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::prelude::*;

use crate::app::{self, App};
use crate::blobs::Blobs;
use crate::clock::Clock;
use crate::config::{Config, LogFormat};
use crate::{db, serve};

/// One private page that keeps everyone who cares in the know.
#[derive(Parser)]
#[command(name = "tidings", version, about, long_about = None)]
#[command(
    after_help = "Settings come from tidings.toml and from TIDINGS_… variables, which win. docs/operating.md lists them."
)]
struct Arguments {
    /// The file of settings; without this, ./tidings.toml if it is there.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Migrate the database, serve the pages and send the mail (what happens without a command, too).
    Serve,
    /// Bring the database up to date and stop.
    Migrate,
    /// Look whether the settings, the folders, the database and the mail server are in order.
    Check,
}

/// Does what the command line says.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let environment = std::env::vars_os()
        .filter_map(|(name, text)| Some((name.into_string().ok()?, text.to_string_lossy().into_owned())));
    let config = match Config::load(arguments.config.as_deref(), environment) {
        Ok(config) => config,
        Err(problem) => return fail(&problem.to_string()),
    };
    start_log(&config);
    let done = match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => serve(config),
        Command::Migrate => migrate(&config),
        Command::Check => check(&config),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => fail(&problem),
    }
}

fn fail(problem: &str) -> ExitCode {
    eprintln!("tidings: {problem}");
    ExitCode::FAILURE
}

fn start_log(config: &Config) {
    // The filter was parsed when the settings were read.
    let filter = EnvFilter::try_new(&config.log).unwrap_or_default();
    // What libraries say below info can hold what people wrote, whatever the filter asks for.
    let harmless = |it: &tracing::Metadata<'_>| it.target().starts_with("tidings") || *it.level() <= Level::INFO;
    let lines = tracing_subscriber::fmt::layer().with_target(false).with_writer(std::io::stderr);
    let lines = match config.log_format {
        LogFormat::Text => lines.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry().with(filter).with(lines.with_filter(filter_fn(harmless))).init();
}

fn serve(config: Config) -> Result<(), String> {
    // Inside the runtime from the first, since the pool of SMTP connections lives on it.
    actix_web::rt::System::new().block_on(async {
        let app = App::build(config, Clock::system())?;
        let listen = app.config.listen;
        serve::run(app).await.map_err(|error| format!("listen {listen}: {error}"))
    })
}

fn migrate(config: &Config) -> Result<(), String> {
    app::make_data_dir(config)?;
    let applied = db::migrate(&config.database_url).map_err(|error| format!("database_url: {error}"))?;
    match applied.len() {
        0 => println!("The database is up to date."),
        count => println!("The database is up to date: {count} migrations applied."),
    }
    Ok(())
}

/// Every part is looked at, so that one run shows all that is wrong.
fn check(config: &Config) -> Result<(), String> {
    let parts = [
        ("settings", Ok("in order".to_owned())),
        ("folder", check_folder(config)),
        ("database", check_database(config)),
        ("mail", check_mail(config)),
        ("photos", check_blobs(config)),
    ];
    let mut problems = 0;
    for (part, result) in parts {
        match result {
            Ok(text) => println!("ok       {part}: {text}"),
            Err(problem) => {
                problems += 1;
                println!("PROBLEM  {part}: {problem}");
            }
        }
    }
    if problems == 0 { Ok(()) } else { Err(format!("{problems} of 5 are not in order")) }
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

fn check_mail(config: &Config) -> Result<String, String> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let mailer = app::mailer(config)?;
        if let Some(folder) = mailer.outbox_folder() {
            return Ok(format!("smtp_url is not set; mail is not sent but put into {}", folder.display()));
        }
        mailer.check().await.map_err(|error| format!("smtp_url: {error}"))?;
        Ok("the mail server is reached and lets us in".to_owned())
    })
}

/// Writes something, reads it and takes it away.
fn check_blobs(config: &Config) -> Result<String, String> {
    app::make_data_dir(config)?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let blobs = Blobs::open(&config.blobs)?;
        blobs.check().await.map_err(|error| error.to_string())?;
        Ok(format!("{} can be written to and read from", blobs.described()))
    })
}
