//! Puts messages on the wire over a pool of SMTP connections, or into a folder while no server is set.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use tokio::io::AsyncWriteExt;

use super::outbox;
use super::{EmailAddress, Message, SmtpTls, SmtpUrl};
use crate::clock::Timestamp;

type Smtp = AsyncSmtpTransport<Tokio1Executor>;

/// Where mail goes.
#[derive(Clone)]
pub enum Transport {
    /// To an SMTP server.
    Smtp(Box<Smtp>),
    /// Into this folder, a file a message.
    Outbox(PathBuf),
}

/// Sends messages. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    transport: Transport,
    from: EmailAddress,
    patience: Duration,
}

/// Why a message did not go.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Trying again later can help.
    #[error("{0}")]
    Temporary(String),
    /// The server has refused this message or this address for good.
    #[error("{0}")]
    Permanent(String),
}

/// Enhanced status codes (RFC 3463) of a 5xx answer that is about us and not about whom we write to.
const OUR_FAULT: [&str; 4] = ["5.1.7", "5.1.8", "5.7.8", "5.7.9"];

/// Answers to a log-in (RFC 4954): whom we write to has no part in them.
const LOGIN_REFUSED: [u16; 4] = [530, 534, 535, 538];

impl Mailer {
    /// Sends over SMTP. `patience` bounds every wait for the server's answer.
    pub fn smtp(url: &SmtpUrl, from: EmailAddress, patience: Duration) -> Result<Self, String> {
        let tls_parameters = || TlsParameters::new(url.host.clone()).map_err(|error| error.to_string());
        let tls = match url.tls {
            SmtpTls::None => Tls::None,
            SmtpTls::StartTls => Tls::Required(tls_parameters()?),
            SmtpTls::Implicit => Tls::Wrapper(tls_parameters()?),
        };
        let mut builder = Smtp::builder_dangerous(&url.host)
            .port(url.port)
            .tls(tls)
            .timeout(Some(patience))
            .pool_config(PoolConfig::new().max_size(4).idle_timeout(Duration::from_secs(30)));
        if let Some((user, password)) = &url.credentials {
            builder = builder.credentials(Credentials::new(user.clone(), password.reveal().to_owned()));
        }
        Ok(Self { transport: Transport::Smtp(Box::new(builder.build())), from, patience })
    }

    /// Writes each message into a file in `folder` instead.
    pub fn outbox(folder: PathBuf, from: EmailAddress) -> Self {
        Self { transport: Transport::Outbox(folder), from, patience: Duration::from_secs(30) }
    }

    /// The folder that mail is put into, while no server is set.
    pub fn outbox_folder(&self) -> Option<&Path> {
        match &self.transport {
            Transport::Outbox(folder) => Some(folder),
            Transport::Smtp(_) => None,
        }
    }

    /// Sends one message; `Ok` means that the server has taken it over.
    pub async fn send(&self, message: &Message, now: Timestamp) -> Result<(), SendError> {
        let built = message.build(&self.from, now).map_err(SendError::Permanent)?;
        match &self.transport {
            Transport::Outbox(folder) => write_file(folder, &message.id, now, &built.formatted())
                .await
                .map_err(|error| SendError::Temporary(format!("cannot write into the outbox: {error}"))),
            Transport::Smtp(smtp) => {
                // The whole exchange has a limit too, so that a server that answers a byte at a time cannot keep us.
                match tokio::time::timeout(self.patience * 4, smtp.send(built)).await {
                    Err(_) => Err(SendError::Temporary("the mail server did not answer in time".to_owned())),
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err(error)) => Err(self.judge(smtp, &error).await),
                }
            }
        }
    }

    /// Deletes what lies in the outbox folder for these addresses; what a mail server has taken over is out of our hands.
    pub async fn forget(&self, addresses: &[String]) -> std::io::Result<()> {
        match &self.transport {
            Transport::Outbox(folder) => outbox::forget(folder, addresses).await,
            Transport::Smtp(_) => Ok(()),
        }
    }

    /// Whether the server can be reached and lets us in.
    pub async fn check(&self) -> Result<(), String> {
        match &self.transport {
            Transport::Outbox(_) => Ok(()),
            Transport::Smtp(smtp) => match tokio::time::timeout(self.patience, smtp.test_connection()).await {
                Ok(Ok(true)) => Ok(()),
                Ok(Ok(false)) => Err("the server does not answer to NOOP".to_owned()),
                Ok(Err(error)) => Err(describe(&error)),
                Err(_) => Err("the server did not answer in time".to_owned()),
            },
        }
    }

    /// A refusal for good condemns an address, so it must be about the address: where the server refuses us
    /// altogether, the fault is in the settings, and the mail waits until they are mended.
    async fn judge(&self, smtp: &Smtp, error: &lettre::transport::smtp::Error) -> SendError {
        let why = describe(error);
        if !error.is_permanent() {
            return SendError::Temporary(why);
        }
        let code = error.status().map_or(0, |code| code.to_string().parse().unwrap_or(0));
        let about_us = LOGIN_REFUSED.contains(&code) || OUR_FAULT.iter().any(|status| why.contains(status));
        if about_us || !matches!(tokio::time::timeout(self.patience, smtp.test_connection()).await, Ok(Ok(true))) {
            tracing::error!(answer = code, "the mail server refuses us; mail waits until that is mended");
            return SendError::Temporary(why);
        }
        SendError::Permanent(why)
    }
}

fn describe(error: &lettre::transport::smtp::Error) -> String {
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

/// Complete or not there at all, and on the disk before anybody is told that it was sent. Names sort by time.
async fn write_file(folder: &Path, id: &str, now: Timestamp, bytes: &[u8]) -> std::io::Result<()> {
    tokio::fs::create_dir_all(folder).await?;
    let part = folder.join(format!(".{id}.part"));
    let mut file = tokio::fs::File::create(&part).await?;
    file.write_all(bytes).await?;
    file.sync_all().await?;
    let time = now.to_jiff().strftime("%Y%m%dT%H%M%S");
    tokio::fs::rename(&part, folder.join(format!("{time}-{id}.eml"))).await
}
