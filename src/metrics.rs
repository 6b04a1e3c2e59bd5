//! What whoever runs the server measures: how long the queue is, how old, and how fast it goes. Nobody's name or address
//! is in it.

use std::time::Duration;

use metrics::{Key, KeyName, Label, Level, Metadata, Recorder, Unit};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};

use crate::clock::Timestamp;
use crate::jobs::{Kind, Queue};

const ABOUT: Metadata<'static> = Metadata::new("tidings", Level::INFO, None);

const MAILS: &str = "tidings_mails_total";
const SECONDS: &str = "tidings_mail_send_seconds";
const JOBS: &str = "tidings_jobs";
const OLDEST: &str = "tidings_jobs_oldest_due_seconds";
const PAUSED: &str = "tidings_sending_paused";

/// The bounds of the durations that are counted, in seconds: from a server next door to one that lets us wait.
const BOUNDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 15.0, 60.0];

/// What became of one mail that was handed to a mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handed {
    /// It was taken over.
    Sent,
    /// It is to be tried again.
    Deferred,
    /// It was refused for good.
    Refused,
}

impl Handed {
    const fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Deferred => "deferred",
            Self::Refused => "refused",
        }
    }
}

/// What this process has counted since it began. Nothing of it is global.
pub struct Metrics(PrometheusRecorder);

impl Metrics {
    /// With everything at nought.
    pub fn new() -> Result<Self, String> {
        let builder = PrometheusBuilder::new().set_buckets(&BOUNDS).map_err(|error| error.to_string())?;
        let recorder = builder.build_recorder();
        let name = KeyName::from_const_str;
        recorder.describe_counter(name(MAILS), None, "Mails handed to a mail server by this process.".into());
        recorder.describe_histogram(name(SECONDS), Some(Unit::Seconds), "How long handing over a mail took.".into());
        recorder.describe_gauge(name(JOBS), None, "Jobs in the queue: due, or to be done later.".into());
        recorder.describe_gauge(name(OLDEST), Some(Unit::Seconds), "How long the oldest due job has waited.".into());
        recorder.describe_gauge(name(PAUSED), None, "Whether mail waits until it is let go.".into());
        let metrics = Self(recorder);
        for outcome in [Handed::Sent, Handed::Deferred, Handed::Refused] {
            metrics.count(outcome, 0);
        }
        Ok(metrics)
    }

    /// Counts a mail that was handed over, or was not.
    pub fn note_mail(&self, outcome: Handed, took: Duration) {
        self.count(outcome, 1);
        self.0.register_histogram(&Key::from_static_name(SECONDS), &ABOUT).record(took.as_secs_f64());
    }

    fn count(&self, outcome: Handed, by: u64) {
        let key = Key::from_parts(MAILS, vec![Label::from_static_parts("outcome", outcome.word())]);
        self.0.register_counter(&key, &ABOUT).increment(by);
    }

    /// Puts together what was measured, which would otherwise be kept until somebody asks.
    pub fn tidy(&self) {
        self.0.handle().run_upkeep();
    }

    /// Everything, in the text format of Prometheus, with the queue as it is.
    pub fn render(&self, queue: &Queue, is_paused: bool, now: Timestamp) -> String {
        for kind in Kind::ALL {
            let standing = queue.kinds.get(kind.as_str()).copied().unwrap_or_default();
            for (state, count) in [("due", standing.due), ("later", standing.later)] {
                let labels =
                    vec![Label::from_static_parts("kind", kind.as_str()), Label::from_static_parts("state", state)];
                self.set(Key::from_parts(JOBS, labels), as_number(count));
            }
        }
        let oldest = queue.oldest_due_at.map_or(0, |at| now.as_micros().saturating_sub(at.as_micros()).max(0));
        self.set(Key::from_static_name(OLDEST), as_number(oldest / 1_000_000));
        self.set(Key::from_static_name(PAUSED), if is_paused { 1.0 } else { 0.0 });
        self.0.handle().render()
    }

    fn set(&self, key: Key, to: f64) {
        self.0.register_gauge(&key, &ABOUT).set(to);
    }
}

/// Exact for whatever a queue can hold.
fn as_number(count: i64) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}
