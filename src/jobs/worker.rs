//! Takes jobs from the queue and has them done, several at a time, in this process or in many.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};

use super::model::{Job, Kind, Outcome, Settled};
use super::store;
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;

/// How many jobs are in hand at once, in one process.
const AT_ONCE: usize = 8;

/// How many of them may keep the machine busy for seconds.
const HEAVY_AT_ONCE: usize = 2;

/// How often to look for jobs that nobody told us of: those of other processes, and those that have come due.
const LOOK_EVERY: Duration = Duration::from_secs(1);

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
    let heavy = Arc::new(Semaphore::new(HEAVY_AT_ONCE));
    let mut tidied: Option<tokio::time::Instant> = None;
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
        let jobs = if free == 0 { Vec::new() } else { claim(&bench, free, heavy.available_permits()).await };
        let found_none = jobs.is_empty();
        for job in jobs {
            let place = if job.kind.is_heavy() { heavy.clone().try_acquire_owned().ok() } else { None };
            in_hand.spawn(perform_and_settle(bench.clone(), job, place));
        }
        if !in_hand.is_empty() && (found_none || in_hand.len() >= AT_ONCE) {
            tokio::select! {
                _ = in_hand.join_next() => {}
                () = rung, if found_none => {}
                _ = stopped.changed() => {}
            }
        } else if found_none {
            tokio::select! {
                () = rung => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stopped.changed() => {}
            }
        }
    }
    while in_hand.join_next().await.is_some() {}
}

/// Takes what is due: what is soon done first, so that it never waits behind what is not.
async fn claim<B: Bench>(bench: &B, limit: usize, heavy: usize) -> Vec<Job> {
    let now = bench.clock().now();
    let claimed = bench.db().write(move |conn| {
        let mut jobs = store::claim(conn, &Kind::all_heavy(false), now, as_limit(limit))?;
        let heavy = heavy.min(limit.saturating_sub(jobs.len()));
        if heavy > 0 {
            jobs.extend(store::claim(conn, &Kind::all_heavy(true), now, as_limit(heavy))?);
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

fn as_limit(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(1)
}

/// Does every job that is due, one after the other, and answers how many there were. For tests and for tools.
pub async fn run_due<B: Bench>(bench: &B) -> usize {
    let mut count = 0;
    loop {
        let jobs = claim(bench, AT_ONCE, AT_ONCE).await;
        if jobs.is_empty() {
            return count;
        }
        for job in jobs {
            perform_and_settle(bench.clone(), job, None).await;
            count += 1;
        }
    }
}

/// A heavy job holds its place among the few until it is settled.
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
    let now = bench.clock().now();
    let Settled { outcome, then } = settled;
    let written = bench
        .db()
        .write(move |conn| {
            let outcome = store::settle(conn, &job, outcome, now)?;
            if let (Some(outcome), Some(then)) = (&outcome, then) {
                then(conn, outcome, now)?;
            }
            Ok(outcome)
        })
        .await;
    match written {
        Ok(Some(outcome)) => tracing::info!(job = id, kind, outcome = outcome.word(), "job settled"),
        Ok(None) => tracing::warn!(job = id, kind, "job was taken over by another worker"),
        Err(error) => tracing::error!(job = id, kind, %error, "could not settle job; its lease will run out"),
    }
}
