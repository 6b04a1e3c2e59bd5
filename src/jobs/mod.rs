//! The durable queue: rows in the same database, so that a job is enqueued in the transaction of the change
//! that asks for it. A job is claimed under a lease, done with no transaction open, and settled; what dies in
//! between is taken up by the next worker when the lease is over.

mod many;
mod model;
mod settling;
mod store;
mod worker;

pub use many::Desk;
pub use model::{Job, JobState, Kind, Outcome, Queue, Settled, Standing, Then};
pub use store::{
    NewJob, delete_jobs_of, delete_publication, enqueue, enqueue_alone, enqueue_once, enqueue_publication,
    fail_afterwards, look_at_queue, purge_finished, reschedule, was_enqueued_for, was_enqueued_since,
};
pub use worker::{Bench, Worker, run_due};
