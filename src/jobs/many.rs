//! Jobs that come in thousands: claimed, prepared and written down many at a time.
//!
//! What is in hand cannot be stopped any more, and what was looked at a while ago may no longer be so. So no more is claimed
//! than goes in about a second, and what has not begun two seconds after it was claimed is given back.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::model::{Class, Job, Kind, Outcome, Settled};
use super::settling::{self, Line, Word};
use super::store;
use super::worker::{Bench, LOOK_EVERY, as_limit};
use crate::clock::{Clock, Timestamp};
use crate::error::Result;

/// How many batches are in hand at once: while one is prepared, another is sent.
pub(super) const LANES: usize = 2;

/// How many jobs a batch has at first, and at most.
const FIRST: usize = 8;
const MOST: usize = 100;

/// How long after it was claimed a job may begin.
const FRESH: Duration = Duration::from_secs(2);

/// The same by the clock on the wall, which goes on while the machine sleeps; far from the end of a lease.
const FRESH_BY_CLOCK: SignedDuration = SignedDuration::from_secs(60);

/// What a batch is to take.
const AIM: Duration = Duration::from_millis(500);

/// How many jobs may be begun and not written down, in one process: the bound for what a sudden death repeats.
pub(super) const UNWRITTEN: usize = 64;

/// The one who writes down what became of jobs: what has come in since the last time, in one transaction.
#[derive(Clone)]
pub(super) struct Book {
    notes: mpsc::Sender<Line>,
    unwritten: Arc<Semaphore>,
}

impl Book {
    /// Opens it. The task ends when all who write in it are gone.
    pub(super) fn open<B: Bench>(bench: B) -> (Self, tokio::task::JoinHandle<()>) {
        let (notes, mut received) = mpsc::channel(MOST * LANES);
        let task = tokio::spawn(async move {
            let (mut some, mut troubled) = (Vec::new(), JoinSet::new());
            while received.recv_many(&mut some, MOST).await > 0 {
                // Always in one order, so that two who write at once never wait for each other.
                some.sort_by_key(Line::job_id);
                let lines: Vec<Arc<Line>> = some.drain(..).map(Arc::new).collect();
                while troubled.try_join_next().is_some() {}
                if let Err(error) = settling::write(&bench, &lines).await {
                    tracing::error!(%error, count = lines.len(), "could not settle jobs; trying again");
                    // The others need not wait for that.
                    let bench = bench.clone();
                    troubled.spawn(async move { settling::insist(&bench, lines).await });
                }
            }
            while troubled.join_next().await.is_some() {}
        });
        (Self { notes, unwritten: Arc::new(Semaphore::new(UNWRITTEN)) }, task)
    }
}

/// A batch in hand.
pub struct Desk {
    book: Book,
    /// Those of whom nothing was said yet.
    open: Mutex<HashMap<i64, Job>>,
    given_back: Mutex<usize>,
    since: Instant,
    claimed_at: Timestamp,
    stopped: Option<watch::Receiver<bool>>,
}

impl Desk {
    fn new(book: Book, jobs: &[Job], claimed_at: Timestamp, stopped: Option<watch::Receiver<bool>>) -> Self {
        Self {
            book,
            open: Mutex::new(jobs.iter().map(|job| (job.id, job.clone())).collect()),
            given_back: Mutex::default(),
            since: Instant::now(),
            claimed_at,
            stopped,
        }
    }

    /// Waits until not too much is begun that is not written down; the place is kept until this is.
    pub async fn place(&self) -> Option<OwnedSemaphorePermit> {
        self.book.unwritten.clone().acquire_owned().await.ok()
    }

    /// Whether a job may still begin: it was claimed just now, and nobody wants us to stop.
    pub fn may_begin(&self, clock: &Clock) -> bool {
        let stopped = self.stopped.as_ref().is_some_and(|stopped| *stopped.borrow());
        !stopped && self.since.elapsed() < FRESH && clock.now() < self.claimed_at + FRESH_BY_CLOCK
    }

    /// Says what became of a job.
    pub async fn settle(&self, job: &Job, settled: Settled, place: Option<OwnedSemaphorePermit>) {
        self.note(job, Word::Settled(settled), place).await;
    }

    /// Gives a job back that was not begun; with a time, it is due then.
    pub async fn give_back(&self, job: &Job, at: Option<Timestamp>) {
        *self.given_back.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.note(job, Word::NotBegun(at), None).await;
    }

    async fn note(&self, job: &Job, word: Word, place: Option<OwnedSemaphorePermit>) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&job.id);
        if let Some(job) = open
            && self.book.notes.send(Line::new(job, word, place)).await.is_err()
        {
            tracing::error!("nobody writes down any more what became of jobs; their leases will run out");
        }
    }

    /// What broke off without a word is tried again.
    async fn close(&self) -> usize {
        let left: Vec<Job> = self.open.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        for job in left {
            tracing::error!(job = job.id, kind = job.kind.as_str(), "job broke off; will be tried again");
            self.settle(&job, Outcome::Retry("something went wrong on this server".to_owned()).into(), None).await;
        }
        *self.given_back.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does a batch, and answers how many of it were given back. A panic in it ends it, and not the worker.
pub(super) async fn perform_batch<B: Bench>(
    bench: &B,
    book: &Book,
    jobs: Vec<Job>,
    stopped: Option<watch::Receiver<bool>>,
) -> usize {
    let desk = Arc::new(Desk::new(book.clone(), &jobs, bench.clock().now(), stopped));
    let doing = tokio::spawn({
        let (bench, desk) = (bench.clone(), desk.clone());
        async move { bench.perform_many(jobs, desk).await }
    });
    if let Err(error) = doing.await {
        tracing::error!(%error, "a batch broke off");
    }
    desk.close().await
}

/// Takes batches until told to stop.
pub(super) async fn run_lane<B: Bench>(
    bench: B,
    book: Book,
    mut bell: watch::Receiver<u64>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut size = FIRST;
    let mut stragglers = JoinSet::new();
    while !*stopped.borrow() {
        while stragglers.try_join_next().is_some() {}
        bell.mark_unchanged();
        let jobs = if bench.is_away() { Vec::new() } else { claim(&bench, size).await };
        if jobs.is_empty() {
            tokio::select! {
                rung = bell.changed() => if rung.is_err() { return },
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stopped.changed() => {}
            }
            continue;
        }
        let (count, since) = (jobs.len(), Instant::now());
        let (notify, given_back) = oneshot::channel();
        let (bench, book, stopped) = (bench.clone(), book.clone(), stopped.clone());
        stragglers.spawn(async move {
            let given_back = perform_batch(&bench, &book, jobs, Some(stopped)).await;
            // Nobody waits any more where it took long.
            let _ = notify.send(given_back);
        });
        // What is still on the wire then is as many as there are connections; the others need not wait for it.
        let given_back = match tokio::time::timeout(FRESH * 2, given_back).await {
            Ok(given_back) => given_back.unwrap_or_default(),
            Err(_) => count,
        };
        size = next_size(size, count, given_back, since.elapsed());
        if given_back == count {
            // Nothing of it could go just now.
            tokio::time::sleep(LOOK_EVERY / 10).await;
        }
    }
    while stragglers.join_next().await.is_some() {}
}

/// As many as go in the time that a batch is to take.
fn next_size(size: usize, count: usize, given_back: usize, took: Duration) -> usize {
    if took > AIM * 2 || given_back * 2 > count {
        (size / 2).max(FIRST)
    } else if took < AIM && count == size {
        (size * 2).min(MOST)
    } else {
        size
    }
}

async fn claim<B: Bench>(bench: &B, size: usize) -> Vec<Job> {
    let now = bench.clock().now();
    let claimed = async {
        // Looked for without the writer, which others may want.
        if !bench.db().read(move |conn| store::is_any_due(conn, &Kind::all_of(Class::Many), now)).await? {
            return Ok(Vec::new());
        }
        bench.db().write(move |conn| store::claim(conn, &Kind::all_of(Class::Many), now, as_limit(size))).await
    };
    let claimed: Result<Vec<Job>> = claimed.await;
    claimed.unwrap_or_else(|error| {
        tracing::error!(%error, "could not look for jobs");
        Vec::new()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_has_as_many_as_go_in_a_moment() {
        let quick = Duration::from_millis(50);
        let mut size = FIRST;
        for _ in 0..10 {
            size = next_size(size, size, 0, quick);
        }
        assert_eq!(size, MOST);
        assert_eq!(next_size(MOST, 20, 0, quick), MOST);
        assert_eq!(next_size(MOST, MOST, 80, FRESH), MOST / 2);
        assert_eq!(next_size(MOST, MOST, 0, Duration::from_millis(700)), MOST);
        assert_eq!(next_size(FIRST, FIRST, FIRST, FRESH), FIRST);
    }
}
