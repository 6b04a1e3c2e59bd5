//! Which installation this is, and whether its mail leaves. The database and the folder beside it both know how far the
//! installation has come; where they do not agree, one of them was restored from a backup or copied, and mail waits until
//! whoever runs the server lets it go: what a restored queue holds may have been sent already.

mod backup;
mod mark;
mod model;
mod store;

use jiff::SignedDuration;

use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::db::{self, Db};
use crate::error::{AppError, Result};

pub use backup::back_up;
pub use model::{Arrival, Doubtful, PERHAPS_TOLD, Pause, Resumed, Why};
pub use store::{find_pause, is_sending_paused};

/// How often a running installation writes down that it lives. A backup that is older than that is recognised when it is
/// restored.
pub const BEAT_EVERY: std::time::Duration = std::time::Duration::from_secs(60);

/// For how long after the last sign of life mail may still have left.
const LAST_BREATH: SignedDuration = SignedDuration::from_mins(2);

/// Looks, before anything is served or sent, whether the database and the folder belong together. The problem is a sentence
/// for the operator.
pub fn arrive(config: &Config, clock: &Clock) -> Result<Arrival, String> {
    let now = clock.now();
    let mark = mark::read(&config.data_dir).map_err(|error| in_folder(config, &error))?;
    let (arrival, name, generation) = db::once(&config.database_url, |conn| {
        let row = store::find(conn)?;
        let arrival = match (&row, &mark) {
            // What was never served with this program, over a folder that was: only what waits to be sent is in danger.
            (None, Some(_)) if !store::has_open_jobs(conn)? => Arrival::New,
            (row, mark) => model::judge(row.as_ref(), mark.as_ref()),
        };
        let generation =
            row.as_ref().map_or(0, |it| it.generation).max(mark.as_ref().map_or(0, |it| it.generation)) + 1;
        let name = store::note_arrival(conn, row.map(|it| it.name), generation, now)?;
        if let Arrival::Restored(why) = arrival {
            let alive = mark.as_ref().filter(|_| why == Why::Older).map(|it| it.written_at + LAST_BREATH);
            store::pause(conn, why, alive.map_or(now, |alive| alive.min(now)), now)?;
        }
        Ok((arrival, name, generation))
    })
    .map_err(|error| format!("database_url: {error}"))?;
    mark::write(&config.data_dir, &name, generation, now).map_err(|error| in_folder(config, &error))?;
    Ok(arrival)
}

fn in_folder(config: &Config, error: &std::io::Error) -> String {
    format!("data_dir {}: {error}", config.data_dir.display())
}

/// Writes down that the installation lives: first in the database, and then in the folder, which is never ahead of it.
pub async fn beat(db: &Db, config: &Config, now: Timestamp) -> Result<()> {
    let (name, generation) = db.write(move |conn| store::beat(conn, now)).await?;
    mark::write(&config.data_dir, &name, generation, now).map_err(AppError::internal)
}

/// Lets mail wait from now on.
pub fn pause(config: &Config, clock: &Clock) -> Result<(), String> {
    let now = clock.now();
    on(config, |conn| store::pause_by_hand(conn, now))
}

/// Lets mail go again, but for what may have left already, if so asked.
pub fn resume(config: &Config, clock: &Clock, doubtful: Doubtful) -> Result<Resumed, String> {
    let now = clock.now();
    on(config, |conn| store::resume(conn, doubtful, now))
}

/// Whether mail waits, since when and why; and how many mails do.
pub fn status(config: &Config) -> Result<(Option<Pause>, i64), String> {
    on(config, |conn| Ok((find_pause(conn)?, store::count_waiting(conn)?)))
}

fn on<T>(config: &Config, work: impl FnOnce(&mut db::Conn) -> Result<T>) -> Result<T, String> {
    db::once(&config.database_url, work).map_err(|error| format!("database_url: {error}"))
}
