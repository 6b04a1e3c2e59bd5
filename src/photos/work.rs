//! What the worker does with photos: makes their sizes, takes away the bytes of those that are gone, and looks for bytes
//! that no photo names. Each can be done twice without harm, so that what a crash broke off is simply done again: bytes are
//! written under the same names, and a photo is ready only when all of them are there.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::Seek;
use std::sync::Arc;

use futures_util::StreamExt;
use jiff::SignedDuration;
use tempfile::NamedTempFile;
use tidings_darkroom::{Developed, Print, Refusal, memory_needed};

use super::model::{PhotoState, Prepared};
use super::store;
use crate::app::{App, DARKROOM_MIB};
use crate::blobs::{Key, Stored};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{PhotoId, SiteId};
use crate::error::{AppError, Result};
use crate::jobs::{Job, Kind, Outcome, Settled};

/// How often a photo is begun before it is given up: one that brings the program down must not do so for ever. More often
/// than the queue tries again in its five days, so that a store that is out of reach that long loses nothing.
const TRIES: i32 = 40;

/// What is said of a photo that could not be prepared by no fault of its own.
const GIVEN_UP: &str = "This photo could not be prepared. Please remove it and choose it again.";

/// Does one job of this feature.
pub async fn perform(app: &App, job: &Job) -> Result<Settled> {
    match job.kind {
        Kind::DiscardPhotos => discard(app).await,
        Kind::SweepPhotos => sweep(app).await,
        _ => match job.detail.as_deref().and_then(PhotoId::parse) {
            Some(id) => Ok(or_later(id, prepare(app, id, job.attempts).await)),
            None => Ok(Outcome::Failed("no photo named".to_owned()).into()),
        },
    }
}

/// What could not be done just now is tried again; when the queue gives it up for good, the photo says so.
fn or_later(id: PhotoId, done: Result<Outcome>) -> Settled {
    let outcome = done.unwrap_or_else(|error| {
        tracing::error!(photo = %id, %error, "a photo could not be prepared; will be tried again");
        Outcome::Retry("something went wrong on this server".to_owned())
    });
    if !matches!(outcome, Outcome::Retry(_)) {
        return outcome.into();
    }
    let then = move |conn: &mut Conn, outcome: &Outcome, _: Timestamp| match (outcome, store::find_preparing(conn, id)?)
    {
        (Outcome::Failed(_) | Outcome::Lost(_), Some(site)) => {
            store::update_failed(conn, site, id, GIVEN_UP).map(|_| ())
        }
        _ => Ok(()),
    };
    Settled { outcome, then: Some(Arc::new(then)) }
}

async fn prepare(app: &App, id: PhotoId, attempts: i32) -> Result<Outcome> {
    let Some(site) = app.db.read(move |conn| store::find_preparing(conn, id)).await? else {
        clear_away(app, id).await?;
        return Ok(Outcome::Dropped("nothing to prepare".to_owned()));
    };
    if attempts > TRIES {
        return give_up(app, site, id, GIVEN_UP).await;
    }
    let folder = app.temporary_folder()?;
    let file = NamedTempFile::with_prefix_in("photo-", folder).map_err(AppError::internal)?;
    if !app.blobs.get_into(Key::Incoming(id), file.as_file()).await? {
        tracing::error!(photo = %id, "a photo that was taken in has no bytes");
        return give_up(app, site, id, GIVEN_UP).await;
    }
    match develop(app, id, file).await? {
        Ok((developed, size_bytes)) => finish(app, site, id, developed, size_bytes).await,
        Err(refusal) if refusal.may_pass() => {
            tracing::warn!(photo = %id, %refusal, "a photo could not be prepared just now");
            Ok(Outcome::Retry("could not be prepared just now".to_owned()))
        }
        Err(refusal) => give_up(app, site, id, &refusal.to_string()).await,
    }
}

/// Makes every size and puts it away as it is made. Waits for its share of memory first, so that however many photos
/// come at once, the process stays small.
async fn develop(
    app: &App,
    id: PhotoId,
    file: NamedTempFile,
) -> Result<std::result::Result<(Developed, i64), Refusal>> {
    let (file, header) = off_the_async_threads(move || {
        let header = tidings_darkroom::inspect(file.path());
        (file, header)
    })
    .await?;
    let header = match header {
        Ok(header) => header,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let share = u32::try_from(memory_needed(&header).div_ceil(1024 * 1024)).unwrap_or(u32::MAX).min(DARKROOM_MIB);
    let _share = Arc::clone(&app.darkroom).acquire_many_owned(share).await.map_err(AppError::internal)?;
    let (blobs, runtime) = (app.blobs.clone(), tokio::runtime::Handle::current());
    off_the_async_threads(move || {
        let mut size = 0i64;
        let developed = tidings_darkroom::develop(file.path(), &mut |print, bytes| {
            size += i64::try_from(bytes.len()).unwrap_or_default();
            let bytes = bytes::Bytes::copy_from_slice(bytes);
            runtime.block_on(blobs.put(Key::Print(id, print.name()), bytes)).map_err(std::io::Error::other)
        });
        developed.map(|developed| (developed, size))
    })
    .await
}

async fn finish(app: &App, site: SiteId, id: PhotoId, developed: Developed, size_bytes: i64) -> Result<Outcome> {
    let pixels = |side: u32| i32::try_from(side).unwrap_or(i32::MAX);
    let prepared = Prepared {
        width: pixels(developed.width),
        height: pixels(developed.height),
        placeholder: developed.thumbhash,
        size_bytes,
    };
    if app.db.write(move |conn| store::update_ready(conn, site, id, &prepared)).await? {
        // Only now: until the row says that it is ready, this is all there is of it.
        app.blobs.delete(Key::Incoming(id)).await?;
        return Ok(Outcome::Done);
    }
    clear_away(app, id).await?;
    Ok(Outcome::Dropped("nothing to prepare any more".to_owned()))
}

/// Takes away what is left of a photo that is no longer to be prepared. Another worker may have been first: what is ready
/// keeps its sizes, and only where there is no row may they go.
async fn clear_away(app: &App, id: PhotoId) -> Result<()> {
    match app.db.read(move |conn| store::known_photos(conn, &[id])).await?.get(&id) {
        None => app.blobs.delete_photo(id).await,
        Some(PhotoState::Ready | PhotoState::Failed) => app.blobs.delete(Key::Incoming(id)).await,
        Some(PhotoState::Preparing) => Ok(()),
    }
}

async fn give_up(app: &App, site: SiteId, id: PhotoId, sentence: &str) -> Result<Outcome> {
    let said = sentence.to_owned();
    if !app.db.write(move |conn| store::update_failed(conn, site, id, &said)).await? {
        clear_away(app, id).await?;
        return Ok(Outcome::Dropped("nothing to prepare any more".to_owned()));
    }
    // What could not be read is of no use to anybody, and may still say where it was taken.
    app.blobs.delete_photo(id).await?;
    Ok(Outcome::Failed(sentence.to_owned()))
}

/// How many photos' bytes are taken away before that is written down.
const BATCH: i64 = 100;

async fn discard(app: &App) -> Result<Settled> {
    loop {
        let gone = app.db.read(|conn| store::list_discarded(conn, BATCH)).await?;
        if gone.is_empty() {
            break;
        }
        for id in &gone {
            app.blobs.delete_photo(*id).await?;
        }
        app.db.write(move |conn| store::delete_discarded(conn, &gone)).await?;
    }
    // Whatever was taken away since is seen to by a job of its own.
    Ok(Settled { outcome: Outcome::Done, then: Some(Arc::new(|conn, _, now| store::enqueue_discarding(conn, now))) })
}

/// How long bytes may lie without a row: an upload is written down seconds after it was put away.
const NOBODYS_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// The most photos whose bytes one sweep takes away.
const MOST_SWEPT: usize = 10_000;

async fn sweep(app: &App) -> Result<Settled> {
    let before = app.clock.now() - NOBODYS_AFTER;
    let mut sweep = Sweep::default();
    let mut batch: Vec<Stored> = Vec::new();
    let mut all = app.blobs.list();
    while let Some(stored) = all.next().await {
        let stored = stored?;
        if stored.at < before {
            batch.push(stored);
        }
        if batch.len() >= 500 {
            sweep.compare(app, std::mem::take(&mut batch)).await?;
        }
    }
    sweep.compare(app, batch).await?;
    sweep.clean(app).await?;
    app.blobs.sweep_halves(before).await?;
    app.remove_old_temporary_files(before)?;
    Ok(Outcome::Done.into())
}

/// What was found in the store, against what the database knows.
#[derive(Default)]
struct Sweep {
    known: HashSet<PhotoId>,
    nobodys: HashSet<PhotoId>,
    leftover: HashSet<PhotoId>,
}

impl Sweep {
    async fn compare(&mut self, app: &App, batch: Vec<Stored>) -> Result<()> {
        let ids: Vec<PhotoId> = batch.iter().map(|it| it.photo).collect::<HashSet<_>>().into_iter().collect();
        if ids.is_empty() {
            return Ok(());
        }
        let rows: HashMap<PhotoId, PhotoState> = app.db.read(move |conn| store::known_photos(conn, &ids)).await?;
        for stored in batch {
            match rows.get(&stored.photo) {
                Some(state) => {
                    self.known.insert(stored.photo);
                    if stored.is_incoming && *state != PhotoState::Preparing {
                        self.leftover.insert(stored.photo);
                    }
                }
                None if self.nobodys.len() < MOST_SWEPT => {
                    self.nobodys.insert(stored.photo);
                }
                None => {}
            }
        }
        Ok(())
    }

    /// Takes away what is nobody's. Where that is most of what there is, the store belongs to another database than this
    /// one, or this one was restored from before: then nothing goes, and the log says so.
    async fn clean(&self, app: &App) -> Result<()> {
        for id in &self.leftover {
            app.blobs.delete(Key::Incoming(*id)).await?;
        }
        if self.nobodys.len() > 100 && self.nobodys.len() > self.known.len() {
            tracing::error!(
                nobodys = self.nobodys.len(),
                known = self.known.len(),
                "most of what lies in blobs belongs to no photo of this database: nothing was taken away. Is it the right one?"
            );
            return Ok(());
        }
        // What came after everything that this database knows may be of a later state of it.
        let newest = app.db.read(store::find_newest_photo).await?;
        let gone: Vec<PhotoId> = self.nobodys.iter().copied().filter(|id| Some(*id) < newest).collect();
        for id in &gone {
            app.blobs.delete_photo(*id).await?;
        }
        if !gone.is_empty() {
            tracing::info!(photos = gone.len(), "took away bytes that no photo names");
        }
        Ok(())
    }
}

/// The bytes of a photo at its full size, in a file without a name that stands at its start. The caller makes sure that they
/// may be had.
pub async fn full_size(app: &App, id: PhotoId) -> Result<Option<File>> {
    let mut file = tempfile::tempfile_in(app.temporary_folder()?).map_err(AppError::internal)?;
    if !app.blobs.get_into(Key::Print(id, Print::Full.name()), &file).await? {
        return Ok(None);
    }
    file.rewind().map_err(AppError::internal)?;
    Ok(Some(file))
}

/// Throws away what is out of date, and sees to it that the store is looked through once a day.
pub fn purge(conn: &mut Conn, now: Timestamp) -> Result<()> {
    store::delete_stale_drafts(conn, now, 500)?;
    store::enqueue_discarding(conn, now)?;
    store::enqueue_sweep(conn, now)
}

async fn off_the_async_threads<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(AppError::internal)
}
