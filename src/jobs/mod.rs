//! The durable queue: rows in the same database, so that a job is enqueued in the transaction of the change
//! that asks for it. A job is claimed under a lease, done with no transaction open, and settled; what dies in
//! between is taken up by the next worker when the lease is over.

mod model;
mod store;
mod worker;

pub use model::{Job, JobState, Kind, Outcome, Settled, Then};
pub use store::{
    NewJob, delete_jobs_of, delete_jobs_of_member, delete_publication, enqueue, enqueue_alone, enqueue_once,
    enqueue_publication, purge_finished, was_enqueued_since,
};
pub use worker::{Bench, Worker, run_due};
