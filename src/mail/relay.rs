//! One SMTP server that takes our mail: connections that stay open and carry one message after the other.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Noop, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use tokio::time::{Instant, timeout};

use super::message::Envelope;
use super::refusal::{self, About, REFUSES_US};
use super::{SmtpTls, SmtpUrl};
use crate::clock::Timestamp;

/// How long a connection may be idle and still be trusted; servers close theirs after a few minutes.
const IDLE: Duration = Duration::from_secs(20);

/// How many messages one connection carries; some servers grow suspicious of more.
const CARRIES: u32 = 500;

/// How long a relay that could not be reached is left alone.
const LEFT_ALONE: SignedDuration = SignedDuration::from_secs(60);

/// A server, and the connections to it that are idle.
pub(super) struct Relay {
    pub(super) url: SmtpUrl,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    hello: ClientId,
    patience: Duration,
    idle: Mutex<Idle>,
    /// Microseconds since 1970, as the clock of the application has them.
    away_until: AtomicI64,
}

/// The connections that nobody uses, and whether somebody sees to it that they are closed.
#[derive(Default)]
struct Idle {
    lines: Vec<Line>,
    is_watched: bool,
}

/// One connection.
struct Line {
    conn: AsyncSmtpConnection,
    /// Whether the server reads several commands at once (RFC 2920).
    pipelines: bool,
    since: Instant,
    carried: u32,
}

/// Why a relay has not taken a message.
#[derive(Debug)]
pub(super) enum Failure {
    /// It could not be reached, does not let us in or is closing: it has taken nothing, and another may take it.
    Unreached(String),
    /// It answered, and what it answered is about this receiver, or passes.
    Refused { code: u16, why: String },
    /// It answered for good, and what it answered is about this message, whoever it is for.
    RefusesMail { code: u16, why: String },
    /// It asks for patience before it knows whom we write to.
    Busy { code: u16, why: String },
    /// It answered for good, but about us: the fault is in the settings.
    RefusesUs { code: u16, why: String },
    /// It went silent after it was given the message: it may have taken it.
    Unclear(String),
}

/// What is wrong with a server that we would have to talk to in clear.
const NO_STARTTLS: &str = "it does not offer STARTTLS, and nothing is sent to it in clear (smtps:// is for one that speaks TLS \
                           from the first byte, ?tls=none for one on a network that you trust)";

/// Enhanced status codes (RFC 3463) of a 5xx answer that is about us and not about whom we write to.
const OUR_FAULT: [&str; 4] = ["5.1.7", "5.1.8", "5.7.8", "5.7.9"];

/// Answers to a log-in (RFC 4954): whom we write to has no part in them.
const LOGIN_REFUSED: [u16; 4] = [530, 534, 535, 538];

/// "I am closing the connection" (RFC 5321, 4.2.1).
const CLOSING: u16 = 421;

/// What is written in one piece: several commands, or a message with the dot that ends it. Written in two, the end of a message
/// would wait for an acknowledgement (RFC 896).
struct Whole<'a>(&'a str);

impl fmt::Display for Whole<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Relay {
    pub(super) fn new(url: SmtpUrl, patience: Duration) -> Result<Self, String> {
        let tls = match url.tls {
            SmtpTls::None | SmtpTls::Waived => None,
            SmtpTls::StartTls | SmtpTls::Implicit => {
                Some(TlsParameters::new(url.host.clone()).map_err(|error| error.to_string())?)
            }
        };
        let credentials = url
            .credentials
            .as_ref()
            .map(|(user, password)| Credentials::new(user.clone(), password.reveal().to_owned()));
        Ok(Self {
            url,
            tls,
            credentials,
            hello: ClientId::default(),
            patience,
            idle: Mutex::default(),
            away_until: AtomicI64::new(0),
        })
    }

    /// Whether it was not to be reached a moment ago.
    pub(super) fn is_away(&self, now: Timestamp) -> bool {
        now.as_micros() < self.away_until.load(Ordering::Relaxed)
    }

    pub(super) fn leave_alone(&self, now: Timestamp) {
        self.away_until.store((now + LEFT_ALONE).as_micros(), Ordering::Relaxed);
    }

    pub(super) fn is_back(&self) {
        self.away_until.store(0, Ordering::Relaxed);
    }

    /// Hands one message over. `Ok` means that the server has taken it.
    pub(super) async fn carry(self: &Arc<Self>, to: &Envelope, wire: &str) -> Result<(), Failure> {
        while let Some(line) = self.take_idle() {
            // One that has gone away meanwhile has taken nothing.
            match self.carry_on(line, to, wire).await {
                Err(Failure::Unreached(_)) => {}
                other => return other,
            }
        }
        let line = self.connect().await?;
        self.carry_on(line, to, wire).await
    }

    /// Whether it can be reached and lets us in.
    pub(super) async fn check(&self) -> Result<(), String> {
        let mut conn = self.connect().await.map_err(|failure| failure.why().to_owned())?.conn;
        let answer = timeout(self.patience, conn.command(Noop)).await;
        let _ = timeout(Duration::from_secs(1), conn.command(Quit)).await;
        match answer {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(describe(&error)),
            Err(_) => Err("the server did not answer in time".to_owned()),
        }
    }

    async fn carry_on(self: &Arc<Self>, mut line: Line, to: &Envelope, wire: &str) -> Result<(), Failure> {
        let done = self.exchange(&mut line, to, wire).await;
        line.carried += 1;
        line.since = Instant::now();
        let goes_on = match &done {
            Ok(()) => true,
            // Also shows whether it is this message that is refused, or we.
            Err(
                Failure::Refused { code, .. }
                | Failure::RefusesMail { code, .. }
                | Failure::RefusesUs { code, .. }
                | Failure::Busy { code, .. },
            ) if *code != CLOSING => {
                matches!(timeout(self.patience, line.conn.command(Rset)).await, Ok(Ok(_)))
            }
            Err(_) => false,
        };
        if goes_on && line.carried < CARRIES {
            self.park(line);
        } else if goes_on {
            let _ = timeout(Duration::from_secs(1), line.conn.command(Quit)).await;
        }
        match done {
            Err(Failure::Refused { code: code @ 500.., why }) if !goes_on => Err(Failure::RefusesUs { code, why }),
            other => other,
        }
    }

    async fn exchange(&self, line: &mut Line, to: &Envelope, wire: &str) -> Result<(), Failure> {
        let before = |error| match judge(error, refusal::at_receiver) {
            Failure::Unclear(why) => Failure::Unreached(why),
            other => other,
        };
        let greeting = Mail::new(Some(to.return_path.clone()), Vec::new());
        let naming = Rcpt::new(to.to.clone(), Vec::new());
        let conn = &mut line.conn;
        let together = line.pipelines.then(|| format!("{greeting}{naming}{Data}"));
        let greeted = match &together {
            Some(commands) => self.ask(conn, Whole(commands)).await,
            None => self.ask(conn, greeting).await,
        };
        // Whatever is said here is about us: the receiver was not named yet.
        let greeted = greeted.map_err(|error| match before(error) {
            Failure::Refused { code: CLOSING, why } => Failure::Unreached(why),
            Failure::Refused { code: code @ 500.., why } | Failure::RefusesMail { code, why } => {
                Failure::RefusesUs { code, why }
            }
            Failure::Refused { code, why } => Failure::Busy { code, why },
            other => other,
        });
        if together.is_none() {
            greeted?;
            self.ask(conn, naming).await.map_err(before)?;
            self.ask(conn, Data).await.map_err(before)?;
        } else if let Err(Failure::Unreached(why)) = greeted {
            return Err(Failure::Unreached(why));
        } else {
            let named = self.hear(conn).await.map_err(before);
            if let Err(Failure::Unreached(why)) = named {
                // It has refused nobody yet: what follows would end a message that it may still take.
                return Err(Failure::Unreached(why));
            }
            let begun = self.hear(conn).await.map_err(before);
            if let Err(failure) = greeted.and(named) {
                if begun.is_ok() {
                    // It waits for a message though it takes none: one that is empty and goes to nobody (RFC 2920, 3.1).
                    let _ = self.ask(conn, Whole(".\r\n")).await;
                }
                return Err(failure);
            }
            begun?;
        }
        self.ask(conn, Whole(wire)).await.map_err(|error| judge(error, refusal::at_content))
    }

    async fn ask<C: fmt::Display>(&self, conn: &mut AsyncSmtpConnection, command: C) -> Result<(), Option<Error>> {
        self.in_time(conn.command(command)).await
    }

    /// Another answer to what was asked together.
    async fn hear(&self, conn: &mut AsyncSmtpConnection) -> Result<(), Option<Error>> {
        self.in_time(conn.read_response()).await
    }

    async fn in_time(&self, answer: impl Future<Output = Result<Response, Error>>) -> Result<(), Option<Error>> {
        match timeout(self.patience, answer).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(Some(error)),
            Err(_) => Err(None),
        }
    }

    async fn connect(&self) -> Result<Line, Failure> {
        match timeout(self.patience, self.open()).await {
            Ok(Ok(Some(line))) => Ok(line),
            Ok(Ok(None)) => Err(Failure::Unreached(NO_STARTTLS.to_owned())),
            // It is there, and has said so.
            Ok(Err(error)) if error.status().is_some() => {
                Err(Failure::Unreached(format!("{REFUSES_US}: {}", describe(&error))))
            }
            Ok(Err(error)) => Err(Failure::Unreached(describe(&error))),
            Err(_) => Err(Failure::Unreached("the server did not answer in time".to_owned())),
        }
    }

    /// Nothing where the server does not offer the TLS that it is to have: then nothing is said to it.
    async fn open(&self) -> Result<Option<Line>, Error> {
        let server = (self.url.host.as_str(), self.url.port);
        let from_the_first = self.tls.clone().filter(|_| self.url.tls == SmtpTls::Implicit);
        let mut conn =
            AsyncSmtpConnection::connect_tokio1(server, Some(self.patience), &self.hello, from_the_first, None).await?;
        if let Some(tls) = self.tls.clone().filter(|_| self.url.tls == SmtpTls::StartTls) {
            if !conn.can_starttls() {
                return Ok(None);
            }
            conn.starttls(tls, &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            conn.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await?;
        }
        // Asked once more: of what a server offers, the library keeps what it uses itself.
        let offered = conn.command(Ehlo::new(self.hello.clone())).await?;
        let pipelines = offered.message().any(|offer| offer.eq_ignore_ascii_case("PIPELINING"));
        Ok(Some(Line { conn, pipelines, since: Instant::now(), carried: 0 }))
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_idle(&self) -> Option<Line> {
        let mut idle = self.idle();
        idle.lines.retain(|line| line.since.elapsed() < IDLE);
        idle.lines.pop()
    }

    /// Keeps a connection for the next message, and sees to it that it is closed if none comes.
    fn park(self: &Arc<Self>, line: Line) {
        let mut idle = self.idle();
        idle.lines.push(line);
        if std::mem::replace(&mut idle.is_watched, true) {
            return;
        }
        let relay = Arc::downgrade(self);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(IDLE).await;
                let Some(relay) = relay.upgrade() else { return };
                for mut line in relay.take_old() {
                    let _ = timeout(Duration::from_secs(1), line.conn.command(Quit)).await;
                }
                let mut idle = relay.idle();
                if idle.lines.is_empty() {
                    idle.is_watched = false;
                    return;
                }
            }
        });
    }

    fn take_old(&self) -> Vec<Line> {
        let mut idle = self.idle();
        let (young, old) = std::mem::take(&mut idle.lines).into_iter().partition(|it| it.since.elapsed() < IDLE / 2);
        idle.lines = young;
        old
    }
}

impl Failure {
    pub(super) fn why(&self) -> &str {
        match self {
            Self::Unreached(why) | Self::Unclear(why) => why,
            Self::Refused { why, .. } | Self::RefusesMail { why, .. } => why,
            Self::RefusesUs { why, .. } | Self::Busy { why, .. } => why,
        }
    }
}

/// What an answer, or its absence, means once the receiver was named. `None` is silence; `about` says what a refusal for good is
/// about at this point.
fn judge(error: Option<Error>, about: fn(&str) -> About) -> Failure {
    let Some(error) = error else { return Failure::Unclear("the mail server did not answer in time".to_owned()) };
    let why = describe(&error);
    let code = error.status().map_or(0, |code| code.to_string().parse().unwrap_or(0));
    if code == 0 {
        return Failure::Unclear(why);
    }
    if LOGIN_REFUSED.contains(&code) || (code >= 500 && OUR_FAULT.iter().any(|status| why.contains(status))) {
        return Failure::RefusesUs { code, why };
    }
    match about(&why) {
        About::Us if code >= 500 => Failure::RefusesUs { code, why },
        About::Mail if code >= 500 => Failure::RefusesMail { code, why },
        _ => Failure::Refused { code, why },
    }
}

fn describe(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text.chars().filter(|c| !c.is_control()).take(300).collect()
}
