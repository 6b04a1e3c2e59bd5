//! Takes jobs from the queue and has them done, several at a time, in this process or in many.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};

use super::many::{self, Book, Desk};
use super::model::{Class, Job, Kind, Outcome, Settled};
use super::settling::{self, Line, Word};
use super::store;
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;

/// How many jobs are in hand at once, in one process.
const AT_ONCE: usize = 8;

/// How many of them may keep the machine busy for seconds.
const HEAVY_AT_ONCE: usize = 2;

/// How many of them may be mail that comes in hundreds at one hour: what somebody waits for always finds a place.
const BULK_AT_ONCE: usize = 4;

/// How often to look for jobs that nobody told us of: those of other processes, and those that have come due.
pub(super) const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What a worker stands at: where jobs come from, and who knows how to do them.
pub trait Bench: Clone + Send + Sync + 'static {
    /// The database that holds the queue.
    fn db(&self) -> &Db;
    /// The time by which jobs come due.
    fn clock(&self) -> &Clock;
    /// Rung when a job was enqueued here.
    fn bell(&self) -> &Arc<Notify>;
    /// Does one job. An error counts as a failure for the moment.
    fn perform(&self, job: Job) -> impl Future<Output = Result<Settled>> + Send;
    /// Does many jobs of a kind that comes in thousands, and says at the desk of each what became of it.
    fn perform_many(&self, jobs: Vec<Job>, desk: Arc<Desk>) -> impl Future<Output = ()> + Send;
    /// Whether there is no sense in beginning now with mail that nobody waits for.
    fn is_away(&self) -> bool;
    /// Throws away what is out of date; called about once an hour.
    fn tidy(&self) -> impl Future<Output = Result<()>> + Send;
}

/// A worker in the background.
pub struct Worker {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Worker {
    /// Starts it.
    pub fn start<B: Bench>(bench: B) -> Self {
        let (stop, stopped) = watch::channel(false);
        Self { stop, task: tokio::spawn(run(bench, stopped)) }
    }

    /// Lets it finish what it has in hand, and waits at most `patience` for that. What is then still unfinished
    /// is done again when its lease is over.
    pub async fn stop(self, patience: Duration) {
        // Nobody listens any more only when the worker has ended by itself.
        let _ = self.stop.send(true);
        if tokio::time::timeout(patience, self.task).await.is_err() {
            tracing::warn!("stopped with mail still in hand; it will be tried again");
        }
    }
}

async fn run<B: Bench>(bench: B, mut stopped: watch::Receiver<bool>) {
    let mut in_hand = JoinSet::new();
    let (heavy, bulk) = (Arc::new(Semaphore::new(HEAVY_AT_ONCE)), Arc::new(Semaphore::new(BULK_AT_ONCE)));
    let mut tidied: Option<tokio::time::Instant> = None;
    let (book, writing) = Book::open(bench.clone());
    let bell_of_many = watch::Sender::new(0u64);
    let mut lanes = JoinSet::new();
    for _ in 0..many::LANES {
        lanes.spawn(many::run_lane(bench.clone(), book.clone(), bell_of_many.subscribe(), stopped.clone()));
    }
    drop(book);
    while !*stopped.borrow() {
        if tidied.is_none_or(|at| at.elapsed() > Duration::from_secs(3600)) {
            if let Err(error) = bench.tidy().await {
                tracing::error!(%error, "could not tidy up");
            }
            tidied = Some(tokio::time::Instant::now());
        }
        // Asked for before looking, so that a bell that rings while we look is heard.
        let bell = bench.bell().clone();
        let rung = bell.notified();
        let free = AT_ONCE.saturating_sub(in_hand.len());
        let bulk_free = if bench.is_away() { 0 } else { bulk.available_permits() };
        let jobs = if free == 0 { Vec::new() } else { claim(&bench, free, bulk_free, heavy.available_permits()).await };
        let found_none = jobs.is_empty();
        for job in jobs {
            let place = match job.kind.class() {
                Class::Heavy => heavy.clone().try_acquire_owned().ok(),
                Class::Bulk => bulk.clone().try_acquire_owned().ok(),
                Class::Awaited | Class::Invitation | Class::Many => None,
            };
            in_hand.spawn(perform_and_settle(bench.clone(), job, place));
        }
        if !in_hand.is_empty() && (found_none || in_hand.len() >= AT_ONCE) {
            tokio::select! {
                _ = in_hand.join_next() => {}
                () = rung, if found_none => bell_of_many.send_modify(|rings| *rings += 1),
                // What comes due by time rings nowhere.
                () = tokio::time::sleep(LOOK_EVERY), if in_hand.len() < AT_ONCE => {}
                _ = stopped.changed() => {}
            }
        } else if found_none {
            tokio::select! {
                () = rung => bell_of_many.send_modify(|rings| *rings += 1),
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stopped.changed() => {}
            }
        }
    }
    while in_hand.join_next().await.is_some() {}
    while lanes.join_next().await.is_some() {}
    if let Err(error) = writing.await {
        tracing::error!(%error, "not everything was written down");
    }
}

/// Takes what is due: what somebody may be waiting for first, so that it never waits behind what nobody does.
async fn claim<B: Bench>(bench: &B, limit: usize, bulk: usize, heavy: usize) -> Vec<Job> {
    let now = bench.clock().now();
    let claimed = bench.db().write(move |conn| {
        let mut jobs: Vec<Job> = Vec::new();
        let classes = [(Class::Awaited, limit), (Class::Invitation, limit), (Class::Bulk, bulk), (Class::Heavy, heavy)];
        for (class, most) in classes {
            let most = most.min(limit.saturating_sub(jobs.len()));
            if most > 0 {
                jobs.extend(store::claim(conn, &Kind::all_of(class), now, as_limit(most))?);
            }
        }
        Ok(jobs)
    });
    match claimed.await {
        Ok(jobs) => jobs,
        Err(error) => {
            tracing::error!(%error, "could not look for jobs");
            Vec::new()
        }
    }
}

pub(super) fn as_limit(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(1)
}

/// Does every job that is due, in the order in which they came due, and answers how many there were. For tests and for tools.
pub async fn run_due<B: Bench>(bench: &B) -> usize {
    let mut count = 0;
    loop {
        let jobs = claim_any(bench).await;
        if jobs.is_empty() {
            return count;
        }
        let mut jobs = jobs.into_iter().peekable();
        while let Some(job) = jobs.next() {
            if !job.kind.is_many() {
                perform_and_settle(bench.clone(), job, None).await;
                count += 1;
                continue;
            }
            let mut batch = vec![job];
            while let Some(next) = jobs.next_if(|next| next.kind.is_many()) {
                batch.push(next);
            }
            let begun = batch.len();
            let (book, writing) = Book::open(bench.clone());
            count += begun - many::perform_batch(bench, &book, batch, None).await.min(begun);
            drop(book);
            // What was done must stand in the database before anything else is looked for.
            let _ = writing.await;
        }
    }
}

async fn claim_any<B: Bench>(bench: &B) -> Vec<Job> {
    let (now, away) = (bench.clock().now(), bench.is_away());
    let kinds: Vec<Kind> =
        Kind::ALL.iter().copied().filter(|kind| !away || !(kind.is_many() || kind.is_bulk())).collect();
    let claimed = bench.db().write(move |conn| store::claim(conn, &kinds, now, as_limit(AT_ONCE)));
    claimed.await.unwrap_or_else(|error| {
        tracing::error!(%error, "could not look for jobs");
        Vec::new()
    })
}

/// A job of which there are few at a time holds its place among them until it is settled.
async fn perform_and_settle<B: Bench>(bench: B, job: Job, _place: Option<OwnedSemaphorePermit>) {
    let id = job.id;
    let kind = job.kind.as_str();
    // A task of its own, so that a panic in one job is that job's failure and not the worker's.
    let doing = tokio::spawn({
        let (bench, job) = (bench.clone(), job.clone());
        async move { bench.perform(job).await }
    });
    let settled = match doing.await {
        Ok(Ok(settled)) => settled,
        Ok(Err(error)) => {
            tracing::error!(job = id, kind, %error, "job failed; will be tried again");
            Outcome::Retry("something went wrong on this server".to_owned()).into()
        }
        Err(error) => {
            tracing::error!(job = id, kind, %error, "job broke off; will be tried again");
            Outcome::Retry("something went wrong on this server".to_owned()).into()
        }
    };
    let lines = vec![Arc::new(Line::new(job, Word::Settled(settled), None))];
    if let Err(error) = settling::write(&bench, &lines).await {
        tracing::error!(job = id, kind, %error, "could not settle job; trying again");
        settling::insist(&bench, lines).await;
    }
}
