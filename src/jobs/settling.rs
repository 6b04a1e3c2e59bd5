//! Writes down what became of jobs. What has left must not leave again: what cannot be written is tried until the lease is
//! nearly over, and what one job brings along undoes nothing of what is written of others.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;

use super::model::{Job, LEASE, Outcome, Settled};
use super::store;
use super::worker::Bench;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::hold_members;
use crate::db::ids::MemberId;
use crate::error::{AppError, Result};

/// How long before the end of its lease a job is left to it.
const MARGIN: Duration = Duration::from_secs(20);

/// How long is waited before the writing is tried again, at first and at most.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How often what belongs to an outcome may fail by itself, while the outcome could be written.
const TRIES_OF_THEN: u32 = 6;

/// What became of a job.
pub(super) enum Word {
    Settled(Settled),
    /// It was not begun, and is due at another time if one is named.
    NotBegun(Option<Timestamp>),
}

/// What is to be written of one job: all that is needed to try it again.
pub(super) struct Line {
    job: Job,
    word: Word,
    /// Given back when this is written, or nobody tries any more.
    _place: Option<OwnedSemaphorePermit>,
    thens_failed: AtomicU32,
    /// Whether it is written without what belongs to it.
    is_bare: AtomicBool,
}

impl Line {
    pub(super) fn new(job: Job, word: Word, place: Option<OwnedSemaphorePermit>) -> Self {
        Self { job, word, _place: place, thens_failed: AtomicU32::new(0), is_bare: AtomicBool::new(false) }
    }

    pub(super) fn job_id(&self) -> i64 {
        self.job.id
    }

    fn is_done(&self) -> bool {
        matches!(&self.word, Word::Settled(Settled { outcome: Outcome::Done, .. }))
    }

    /// Whom that concerns what follows from it.
    fn member(&self) -> Option<MemberId> {
        match &self.word {
            Word::Settled(Settled { then: Some(_), .. }) => self.job.member_id,
            Word::Settled(_) | Word::NotBegun(_) => None,
        }
    }

    /// Whether it is tried again after it could not be written by itself.
    fn goes_on(&self) -> bool {
        let is_over = self.job.held_since.elapsed() + MARGIN > LEASE.unsigned_abs();
        if !is_over && self.thens_failed.load(Ordering::Relaxed) < TRIES_OF_THEN {
            return true;
        }
        let (job, kind) = (self.job.id, self.job.kind.as_str());
        match &self.word {
            // Of these nothing has left: when they are done again, what belongs to them is tried again.
            Word::NotBegun(_) | Word::Settled(Settled { outcome: Outcome::Dropped(_) | Outcome::NotBefore(_), .. }) => {
                tracing::error!(job, kind, "job could not be settled; its lease will run out");
                false
            }
            Word::Settled(_) if !self.is_bare.swap(true, Ordering::Relaxed) => {
                tracing::error!(job, kind, "what follows from a job cannot be written; the job is settled without it");
                true
            }
            Word::Settled(_) if is_over => {
                tracing::error!(job, kind, "job could not be settled; its lease will run out, and it is done again");
                false
            }
            Word::Settled(_) => true,
        }
    }
}

/// Writes lines down together, if that can be done at the first try.
pub(super) async fn write<B: Bench>(bench: &B, lines: &[Arc<Line>]) -> Result<()> {
    let (lines, now) = (lines.to_vec(), bench.clock().now());
    let written = {
        let lines = lines.clone();
        bench.db().write(move |conn| write_lines(conn, &lines, now)).await?
    };
    for (Line { job, .. }, outcome) in lines.iter().map(Arc::as_ref).zip(written) {
        let (id, kind) = (job.id, job.kind.as_str());
        match outcome {
            Written::NotBegun => {}
            Written::Lost => tracing::warn!(job = id, kind, "job was taken over by another worker"),
            Written::Settled(outcome) if job.kind.is_many() => tracing::debug!(job = id, kind, outcome, "job settled"),
            Written::Settled(outcome) => tracing::info!(job = id, kind, outcome, "job settled"),
        }
    }
    Ok(())
}

/// Writes down what [`write`] could not: again and again, and each line by itself, so that one that cannot be written keeps back
/// no other.
pub(super) async fn insist<B: Bench>(bench: &B, mut left: Vec<Arc<Line>>) {
    let mut wait = FIRST_WAIT;
    while !left.is_empty() {
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
        left = write_each(bench, left).await;
        left.retain(|line| line.goes_on());
    }
}

/// Answers with those that could not be written.
async fn write_each<B: Bench>(bench: &B, lines: Vec<Arc<Line>>) -> Vec<Arc<Line>> {
    if lines.len() > 1 {
        match write(bench, &lines).await {
            Ok(()) => return Vec::new(),
            // Nobody is there who could take them one by one.
            Err(AppError::Unavailable(why)) => {
                tracing::error!(why, count = lines.len(), "could not settle jobs; trying again");
                return lines;
            }
            Err(_) => {}
        }
    }
    let (mut left, mut is_away) = (Vec::new(), false);
    for line in lines {
        if !is_away {
            let Err(error) = write(bench, std::slice::from_ref(&line)).await else { continue };
            is_away = matches!(error, AppError::Unavailable(_));
            tracing::error!(job = line.job.id, kind = line.job.kind.as_str(), %error, "could not settle job; trying again");
        }
        left.push(line);
    }
    left
}

/// What was written of a job.
enum Written {
    NotBegun,
    Settled(&'static str),
    /// Somebody else has it.
    Lost,
}

fn write_lines(conn: &mut Conn, lines: &[Arc<Line>], now: Timestamp) -> Result<Vec<Written>> {
    // Before any job, as everybody takes them: what follows from an outcome may be about its member.
    let members: Vec<MemberId> = lines.iter().filter_map(|line| line.member()).collect();
    hold_members(conn, &members)?;
    // Nearly always all of many are done, which is one statement then. Otherwise each is written by itself, in the order in which
    // everybody takes them.
    let is_alone = lines.len() == 1;
    let done = match lines.iter().all(|line| line.is_done()) {
        true => {
            let ids: Vec<i64> = lines.iter().map(|line| line.job.id).collect();
            Some(store::settle_done(conn, &ids, now)?)
        }
        false => None,
    };
    lines.iter().map(|line| write_one(conn, line, done.as_ref(), is_alone, now)).collect()
}

/// Writes down what became of a job, unless it is among what is done, and what follows from it.
fn write_one(
    conn: &mut Conn,
    line: &Line,
    done: Option<&HashSet<i64>>,
    is_alone: bool,
    now: Timestamp,
) -> Result<Written> {
    let Settled { outcome, then } = match &line.word {
        Word::NotBegun(at) => {
            store::give_back(conn, &line.job, at.filter(|at| *at > now), now)?;
            return Ok(Written::NotBegun);
        }
        Word::Settled(settled) => settled,
    };
    let settled = match done {
        Some(done) => done.contains(&line.job.id).then_some(Outcome::Done),
        None => store::settle(conn, &line.job, outcome.clone(), now)?,
    };
    let Some(outcome) = settled else { return Ok(Written::Lost) };
    if let Some(then) = then.as_ref().filter(|_| !line.is_bare.load(Ordering::Relaxed)) {
        // Counted before, since it may panic; and not among others, after which it is tried by itself.
        line.thens_failed.fetch_add(u32::from(is_alone), Ordering::Relaxed);
        then(conn, &outcome, now)?;
        line.thens_failed.fetch_sub(u32::from(is_alone), Ordering::Relaxed);
    }
    Ok(Written::Settled(outcome.word()))
}
