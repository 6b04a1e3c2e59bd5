//! The command line.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing::Level;
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::prelude::*;

use crate::app::{self, App};
use crate::clock::Clock;
use crate::config::{Config, LogFormat};
use crate::installation::{self, Doubtful};
use crate::{checking, db, serve};

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
    /// Let mail wait or go, or say whether it waits: it does by itself after a restore from a backup.
    Sending {
        #[command(subcommand)]
        what: Sending,
    },
    /// Copy the database and the photos into a new folder, while all goes on.
    Backup {
        /// The folder, which must not be there yet.
        folder: PathBuf,
    },
    /// Look whether the settings, the folders, the database and the mail server are in order.
    Check,
}

#[derive(Subcommand)]
enum Sending {
    /// Say whether mail waits, since when and why, and how many mails do.
    Status,
    /// Let mail wait from now on.
    Pause,
    /// Let mail go. After a restore, news that may have been sent before it is not sent again, unless you say so: organizers
    /// see whom that concerns and can send it again.
    Resume {
        /// Count as perhaps sent only what was due so many minutes before the restore, or earlier.
        #[arg(long, value_name = "MINUTES", default_value_t = 0, conflicts_with = "send_all")]
        drop_older_than: u32,
        /// Send all of it, perhaps for the second time.
        #[arg(long)]
        send_all: bool,
    },
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
        Command::Sending { what } => sending(&config, &what),
        Command::Backup { folder } => backup(&config, &folder),
        Command::Check => checking::check(&config),
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

fn sending(config: &Config, what: &Sending) -> Result<(), String> {
    let clock = Clock::system();
    match what {
        Sending::Status => {
            let (pause, waiting) = installation::status(config)?;
            match pause {
                Some(pause) => println!("Mail waits since {}: {}.", pause.at.long(), pause.why.in_words()),
                None => println!("Mail is being sent."),
            }
            println!("{}", in_queue(waiting));
        }
        Sending::Pause => {
            installation::pause(config, &clock)?;
            println!("Mail waits from now on. What is on its way just now still leaves.");
        }
        Sending::Resume { drop_older_than, send_all } => {
            let doubtful = if *send_all {
                Doubtful::Send
            } else {
                Doubtful::Drop(jiff::SignedDuration::from_mins(i64::from(*drop_older_than)))
            };
            let done = installation::resume(config, &clock, doubtful)?;
            println!("{}", if done.was_paused { "Mail goes again." } else { "Mail did not wait." });
            if done.dropped > 0 {
                println!(
                    "{} that may have been sent before the restore: not sent again. The organizers see of each update whom \
                     that concerns, and can send it again there.",
                    mails(done.dropped)
                );
            }
            println!("{}", in_queue(done.waiting));
        }
    }
    Ok(())
}

fn mails(count: impl TryInto<u64>) -> String {
    match count.try_into().unwrap_or_default() {
        1 => "One mail".to_owned(),
        count => format!("{count} mails"),
    }
}

/// How many mails are in the queue, in a sentence.
pub(crate) fn in_queue(waiting: i64) -> String {
    if waiting == 0 { "No mail is in the queue.".to_owned() } else { format!("{} in the queue.", mails(waiting)) }
}

fn backup(config: &Config, folder: &Path) -> Result<(), String> {
    for line in installation::back_up(config, folder)? {
        println!("{line}");
    }
    Ok(())
}
