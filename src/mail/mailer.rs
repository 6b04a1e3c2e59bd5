//! Puts messages on the wire, by the first relay that can be reached, or into a folder while no server is set.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::letter::Addressed;
use super::message::{Built, Sender};
use super::pacing::{self, Pacing};
use super::relay::{Failure, Relay};
use super::{DkimKey, EmailAddress, Message, Pace, SmtpUrl, Turn, outbox, refusal};
use crate::clock::Timestamp;

/// How long a mail waits at most for one of the connections. It and the longest exchange together are shorter than a lease, so
/// that no mail leaves under one that is over.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Where mail goes.
enum Transport {
    /// To the first of these SMTP servers that can be reached.
    Smtp(Vec<Arc<Relay>>),
    /// Into this folder, a file a message.
    Outbox(PathBuf),
}

/// Sends messages. Cheap to clone.
#[derive(Clone)]
pub struct Mailer(Arc<Parts>);

struct Parts {
    transport: Transport,
    from: EmailAddress,
    patience: Duration,
    dkim: Vec<DkimKey>,
    pacing: Pacing,
    /// A place for each connection.
    places: Arc<Semaphore>,
    /// What comes in thousands asks for one of these first: so a mail that somebody waits for has at most this many before
    /// it, and not thousands.
    places_of_many: Arc<Semaphore>,
}

/// What the settings say of how mail leaves.
pub struct MailerSettings {
    /// The address that mail comes from.
    pub from: EmailAddress,
    /// What bounds every wait for a server's answer.
    pub patience: Duration,
    /// How many connections there are at most.
    pub connections: usize,
    /// How fast mail leaves.
    pub pace: Pace,
    /// The keys that sign.
    pub dkim: Vec<DkimKey>,
}

/// Why a message did not go.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Trying again later can help; whom it is for has no part in that.
    #[error("{0}")]
    Temporary(String),
    /// Their mailbox or their address does not take it at the moment.
    #[error("{0}")]
    Deferred(String),
    /// Their address was refused for good.
    #[error("{0}")]
    Permanent(String),
    /// This message goes nowhere, whoever it is for.
    #[error("{0}")]
    Unfit(String),
}

impl Mailer {
    /// Sends over SMTP, by the first of these servers that can be reached.
    pub fn smtp(urls: &[SmtpUrl], settings: MailerSettings) -> Result<Self, String> {
        let relays: Result<Vec<_>, String> =
            urls.iter().map(|url| Relay::new(url.clone(), settings.patience).map(Arc::new)).collect();
        Ok(Self::new(Transport::Smtp(relays?), settings))
    }

    /// Writes each message into a file in `folder` instead.
    pub fn outbox(folder: PathBuf, settings: MailerSettings) -> Self {
        Self::new(Transport::Outbox(folder), settings)
    }

    fn new(transport: Transport, settings: MailerSettings) -> Self {
        let connections = settings.connections.max(1);
        Self(Arc::new(Parts {
            transport,
            from: settings.from,
            patience: settings.patience,
            dkim: settings.dkim,
            pacing: Pacing::new(settings.pace),
            places: Arc::new(Semaphore::new(connections)),
            places_of_many: Arc::new(Semaphore::new(connections)),
        }))
    }

    /// The folder that mail is put into, while no server is set.
    pub fn outbox_folder(&self) -> Option<&Path> {
        match &self.0.transport {
            Transport::Outbox(folder) => Some(folder),
            Transport::Smtp(_) => None,
        }
    }

    /// The keys that sign.
    pub fn dkim(&self) -> &[DkimKey] {
        &self.0.dkim
    }

    /// Sends one message that somebody may be waiting for; `Ok` means that the server has taken it over.
    pub async fn send(&self, message: &Message, now: Timestamp) -> Result<(), SendError> {
        if let Turn::In(wait) = self.0.pacing.turn(message.to.domain(), true, now) {
            tokio::time::sleep(wait).await;
        }
        self.send_in_turn(message, now).await
    }

    /// Sends one message for which [`Mailer::turn`] and [`Mailer::place`] were asked.
    pub async fn send_in_turn(&self, message: &Message, now: Timestamp) -> Result<(), SendError> {
        let built = message.build(self.sender(now)).map_err(SendError::Unfit)?;
        self.carry(&message.to, &message.id, built, now).await
    }

    /// When one of many to this address may leave. A place that is given is kept.
    pub fn turn(&self, to: &EmailAddress, now: Timestamp) -> Turn {
        self.0.pacing.turn(to.domain(), false, now)
    }

    /// Waits until one of many may be on the wire.
    pub async fn place(&self) -> Option<OwnedSemaphorePermit> {
        // Never closed; and without it, nothing worse happens than that a hurried mail waits longer.
        self.0.places_of_many.clone().acquire_owned().await.ok()
    }

    /// Sends one of many, for which [`Mailer::turn`] and [`Mailer::place`] were asked.
    pub async fn send_letter(&self, letter: &Addressed, now: Timestamp) -> Result<(), SendError> {
        let built = letter.build(self.sender(now)).map_err(SendError::Unfit)?;
        self.carry(&letter.to, &letter.id, built, now).await
    }

    /// Whether no relay could be reached a moment ago, so that there is no sense in beginning with many.
    pub fn is_away(&self, now: Timestamp) -> bool {
        match &self.0.transport {
            Transport::Outbox(_) => false,
            Transport::Smtp(relays) => relays.iter().all(|relay| relay.is_away(now)),
        }
    }

    /// Deletes what lies in the outbox folder for these addresses; what a mail server has taken over is out of our hands.
    pub async fn forget(&self, addresses: &[String]) -> std::io::Result<()> {
        match &self.0.transport {
            Transport::Outbox(folder) => outbox::forget(folder, addresses).await,
            Transport::Smtp(_) => Ok(()),
        }
    }

    /// Whether every server can be reached and lets us in.
    pub async fn check(&self) -> Result<(), String> {
        let Transport::Smtp(relays) = &self.0.transport else { return Ok(()) };
        let mut problems = Vec::new();
        for relay in relays {
            if let Err(problem) = relay.check().await {
                problems.push(format!("{}: {problem}", relay.url.host));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems.join("; ")) }
    }

    fn sender(&self, now: Timestamp) -> Sender<'_> {
        Sender { from: &self.0.from, dkim: &self.0.dkim, now }
    }

    async fn carry(&self, to: &EmailAddress, id: &str, built: Built, now: Timestamp) -> Result<(), SendError> {
        let waiting = tokio::time::timeout((self.0.patience * 2).min(LONGEST_WAIT), self.0.places.acquire());
        let Ok(_place) = waiting.await else {
            return Err(SendError::Temporary("all connections to the mail server are busy".to_owned()));
        };
        match &self.0.transport {
            Transport::Outbox(folder) => outbox::write(folder, id, now, built.text.as_bytes())
                .await
                .map_err(|error| SendError::Temporary(format!("cannot write into the outbox: {error}"))),
            Transport::Smtp(relays) => {
                // The whole exchange has a limit too, so that a server that answers a byte at a time cannot keep us.
                let exchange = self.carry_by_first(relays, to, &built, now);
                match tokio::time::timeout(self.0.patience * 4, exchange).await {
                    Err(_) => Err(SendError::Temporary("the mail server did not answer in time".to_owned())),
                    Ok(result) => result,
                }
            }
        }
    }

    /// By the first relay that can be reached and carries our mail. Only what has taken nothing is followed by another: what it
    /// refuses of whom we write to, or of what we write, stands, and a server that went silent with the message in its hands may
    /// have it.
    async fn carry_by_first(
        &self,
        relays: &[Arc<Relay>],
        to: &EmailAddress,
        built: &Built,
        now: Timestamp,
    ) -> Result<(), SendError> {
        let wire = built.wire();
        let mut problem = Failure::Unreached("there is no mail server".to_owned());
        let (away, here): (Vec<_>, Vec<_>) = relays.iter().partition(|relay| relay.is_away(now));
        // Those that were away are asked when nobody else is left.
        for relay in here.into_iter().chain(away) {
            match relay.carry(&built.envelope, &wire).await {
                Ok(()) => {
                    relay.is_back();
                    self.0.pacing.goes_on(to.domain(), now);
                    return Ok(());
                }
                Err(failure @ Failure::Unreached(_)) => {
                    tracing::warn!(
                        relay = relay.url.host,
                        "a mail server cannot be reached, or does not let us in: `tidings check` says why"
                    );
                    relay.leave_alone(now);
                    problem = failure;
                }
                Err(failure @ Failure::RefusesUs { .. }) => {
                    tracing::warn!(relay = relay.url.host, "a mail server does not carry our mail");
                    relay.leave_alone(now);
                    problem = failure;
                }
                // It has seen nothing but our sender: another may have room for it.
                Err(failure @ Failure::Busy { .. }) if relays.len() > 1 => {
                    tracing::warn!(relay = relay.url.host, "a mail server is too busy for our mail");
                    relay.leave_alone(now);
                    problem = failure;
                }
                Err(failure) => {
                    relay.is_back();
                    return Err(self.judged(failure, to, now));
                }
            }
        }
        Err(self.judged(problem, to, now))
    }

    /// A refusal for good condemns an address, so it must be about the address: where the server refuses us
    /// altogether, the fault is in the settings, and the mail waits until they are mended.
    fn judged(&self, failure: Failure, to: &EmailAddress, now: Timestamp) -> SendError {
        match failure {
            Failure::Refused { code: 500.., why } => SendError::Permanent(why),
            Failure::RefusesMail { why, .. } => SendError::Unfit(why),
            Failure::Refused { code, why } => {
                if pacing::is_about_pace(code, &why) {
                    self.0.pacing.rest(to.domain(), now);
                    return SendError::Temporary(why);
                }
                if refusal::is_of_receiver(&why) { SendError::Deferred(why) } else { SendError::Temporary(why) }
            }
            Failure::Busy { code, why } => {
                if pacing::is_about_pace(code, &why) {
                    self.0.pacing.rest_all(now);
                }
                SendError::Temporary(why)
            }
            Failure::RefusesUs { code, why } => {
                tracing::error!(answer = code, "the mail server refuses us; mail waits until that is mended");
                SendError::Temporary(format!("{}: {why}", refusal::REFUSES_US))
            }
            Failure::Unclear(why) | Failure::Unreached(why) => SendError::Temporary(why),
        }
    }
}
