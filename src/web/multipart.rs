//! Forms with files: read piece by piece, the fields into the same form that every handler reads, the files into temporary
//! files that have no name and are gone with the request, also after a crash.

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::HttpMessage;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::HeaderMap;
use actix_web::web::Data;
use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use super::Request;
use super::guard::check_token;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::error::{AppError, Result};
use crate::secrets::Token;

/// The most that one file may have.
pub const LARGEST_FILE: u64 = 30 * 1024 * 1024;

/// The most files that are taken from one form.
pub const MOST_FILES: usize = 20;

/// The most that all fields together may have.
const LARGEST_TEXT: usize = 2 * 1024 * 1024;

/// More fields than any form of ours has.
const MOST_FIELDS: usize = 250;

/// The most that is read of one request, whatever becomes of it.
const LARGEST_REQUEST: u64 = MOST_FILES as u64 * LARGEST_FILE + 16 * 1024 * 1024;

/// The most that is read and thrown away of a request that is refused, so that the browser gets to read why.
const MOST_THROWN_AWAY: u64 = 64 * 1024 * 1024;

/// How long reading one request may take, waiting for a turn included.
const LONGEST_READING: Duration = Duration::from_secs(15 * 60);

/// How long a form waits until one of those that are read is through.
const LONGEST_WAIT: Duration = Duration::from_secs(2 * 60);

/// How long the rest of a request that is refused is read.
const LONGEST_REST: Duration = Duration::from_secs(60);

/// Whether a session cookie opens anything; which only a feature knows.
#[derive(Clone, Copy)]
pub struct KnowsSession(pub fn(&mut Conn, &Token, Timestamp) -> Result<bool>);

/// A file that came with a form.
pub struct SentFile {
    /// The field that it came in.
    pub field: String,
    /// What it is called where it came from: for a sentence to whoever sent it, and for nothing else.
    pub name: String,
    /// Its bytes, from the start.
    pub content: std::result::Result<File, NotTaken>,
}

/// Why a file was read past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// It has more than [`LARGEST_FILE`].
    TooLarge,
    /// It came after [`MOST_FILES`] others, or after too much altogether.
    TooMany,
}

/// Whether a form with files may be sent to an address at all.
pub(super) fn takes_files(path: &str) -> bool {
    path.starts_with("/p/")
}

/// Reads the form. Whoever has no session, or no token that fits it, has none of their files taken; the words that came
/// before the first file are kept either way, for the page that says what was wrong.
pub(super) async fn read(incoming: &mut ServiceRequest, request: &Request) -> Result<()> {
    let knows = incoming.app_data::<Data<KnowsSession>>().map(|data| *data.get_ref());
    let payload = incoming.take_payload();
    let mut reading =
        Reading { fields: Vec::new(), text: 0, files: Vec::new(), read: 0, admitted: None, is_over: false };
    let mut parts = Multipart::new(incoming.headers(), payload);
    let done = timeout(LONGEST_READING, reading.all(&mut parts, incoming.headers(), request, knows)).await;
    let in_time = done.is_ok();
    let done = done.unwrap_or_else(|_| Err(broken_off()));
    request.set_body(serde_html_form::to_string(&reading.fields).map_err(AppError::internal)?.into());
    if done.is_err() && in_time {
        // However much of it there still is, nobody waits longer for it.
        let _ = timeout(LONGEST_REST, throw_away_rest(parts)).await;
    }
    done?;
    match reading.admitted {
        // Until the answer is made, the files are still there.
        Some(turn) => drop(incoming.extensions_mut().insert(turn)),
        None => check_token(incoming.headers(), request)?,
    }
    request.set_files(reading.files);
    Ok(())
}

struct Reading {
    fields: Vec<(String, String)>,
    text: usize,
    files: Vec<SentFile>,
    read: u64,
    /// The turn that it has among the forms with files, from its first file on.
    admitted: Option<OwnedSemaphorePermit>,
    /// More came than one request may have.
    is_over: bool,
}

impl Reading {
    async fn all(
        &mut self,
        parts: &mut Multipart,
        headers: &HeaderMap,
        request: &Request,
        knows: Option<KnowsSession>,
    ) -> Result<()> {
        while let Some(part) = parts.next().await {
            let mut part = part.map_err(unreadable)?;
            let disposition = part.content_disposition();
            let name = disposition.and_then(|it| it.get_name()).unwrap_or_default().to_owned();
            let file_name = disposition.and_then(|it| it.get_filename()).map(str::to_owned);
            match file_name {
                None => self.field(name, &mut part).await?,
                // A field for files in which nothing was chosen.
                Some(file_name) if file_name.is_empty() => self.pass_over(&mut part).await?,
                Some(file_name) => {
                    if self.admitted.is_none() {
                        self.admit(headers, request, knows).await?;
                    }
                    self.file(name, file_name, &mut part, request).await?;
                }
            }
            if self.is_over {
                break;
            }
        }
        Ok(())
    }

    /// The token first, then the session and how much it has sent lately, then a turn, and only then a file.
    async fn admit(&mut self, headers: &HeaderMap, request: &Request, knows: Option<KnowsSession>) -> Result<()> {
        request.set_body(serde_html_form::to_string(&self.fields).map_err(AppError::internal)?.into());
        check_token(headers, request)?;
        let (Some(KnowsSession(knows)), Some(token)) = (knows, request.session.clone()) else {
            return Err(AppError::SignInRequired);
        };
        let (now, sender) = (request.app.clock.now(), token.derive("forms with files"));
        if !request.app.db.read(move |conn| knows(conn, &token, now)).await? {
            return Err(AppError::SignInRequired);
        }
        request.app.limits.forms_with_files.count(sender)?;
        let turn = timeout(LONGEST_WAIT, Arc::clone(&request.app.forms_with_files).acquire_owned()).await;
        let turn = turn.map_err(|_| AppError::TooMany { retry_after_seconds: LONGEST_WAIT.as_secs() })?;
        self.admitted = Some(turn.map_err(AppError::internal)?);
        Ok(())
    }

    async fn field(&mut self, name: String, part: &mut Field) -> Result<()> {
        let mut bytes = Vec::new();
        while let Some(piece) = part.next().await {
            let piece = piece.map_err(unreadable)?;
            self.text += piece.len();
            self.read += piece.len() as u64;
            if self.text > LARGEST_TEXT {
                return Err(AppError::TooLarge);
            }
            bytes.extend_from_slice(&piece);
        }
        self.text += name.len();
        if self.fields.len() >= MOST_FIELDS {
            return Err(AppError::TooLarge);
        }
        self.fields.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        Ok(())
    }

    async fn file(&mut self, field: String, name: String, part: &mut Field, request: &Request) -> Result<()> {
        let name: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
        let taken = self.files.iter().filter(|it| it.content.is_ok()).count();
        let content = if taken >= MOST_FILES {
            self.pass_over(part).await?;
            Err(NotTaken::TooMany)
        } else {
            self.take(part, request).await?
        };
        let content = if self.is_over { Err(NotTaken::TooMany) } else { content };
        self.files.push(SentFile { field, name, content });
        Ok(())
    }

    async fn take(&mut self, part: &mut Field, request: &Request) -> Result<std::result::Result<File, NotTaken>> {
        let folder = request.app.config.data_dir.clone();
        let made = tokio::task::spawn_blocking(move || tempfile::tempfile_in(folder)).await;
        let file = made.map_err(AppError::internal)?.map_err(AppError::internal)?;
        let mut writer = tokio::fs::File::from_std(file.try_clone().map_err(AppError::internal)?);
        let mut size = 0;
        while let Some(piece) = part.next().await {
            let piece = piece.map_err(unreadable)?;
            size += piece.len() as u64;
            if self.counts_too_much(piece.len()) {
                break;
            }
            if size > LARGEST_FILE {
                self.pass_over(part).await?;
                return Ok(Err(NotTaken::TooLarge));
            }
            writer.write_all(&piece).await.map_err(AppError::internal)?;
        }
        writer.flush().await.map_err(AppError::internal)?;
        Ok(Ok(file))
    }

    async fn pass_over(&mut self, part: &mut Field) -> Result<()> {
        while let Some(piece) = part.next().await {
            if self.counts_too_much(piece.map_err(unreadable)?.len()) {
                break;
            }
        }
        Ok(())
    }

    fn counts_too_much(&mut self, more: usize) -> bool {
        self.read += more as u64;
        self.is_over |= self.read > LARGEST_REQUEST;
        self.is_over
    }
}

/// A browser that is still sending does not read an answer: some of the rest is read first.
async fn throw_away_rest(mut parts: Multipart) {
    let mut thrown = 0;
    while let Some(Ok(mut part)) = parts.next().await {
        while let Some(Ok(piece)) = part.next().await {
            thrown += piece.len() as u64;
            if thrown > MOST_THROWN_AWAY {
                return;
            }
        }
    }
}

fn unreadable(error: actix_multipart::MultipartError) -> AppError {
    tracing::debug!(%error, "a form with files broke off");
    broken_off()
}

fn broken_off() -> AppError {
    AppError::invalid("form", "This form did not arrive whole. Please go back and send it again.")
}
