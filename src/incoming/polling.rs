//! The other way in: a mailbox on somebody's mail server, which is looked into now and then. What is ours is kept here and
//! marked as read there; everything else is left as it is, and nothing is ever deleted.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use async_imap::types::Fetch;
use async_imap::{Client, Session};
use futures_util::{StreamExt, TryStreamExt};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tidings_letters::Letter;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::listening::LARGEST_LETTER;
use super::model::To;
use super::{addressing, intake};
use crate::app::App;
use crate::error::Result;
use crate::mail::Mailbox;

/// How long connecting may take, signing in to see whether that works, and one whole look.
const CONNECT_WITHIN: Duration = Duration::from_secs(30);
const CHECK_WITHIN: Duration = Duration::from_secs(60);
const LOOK_WITHIN: Duration = Duration::from_secs(15 * 60);

/// How many letters one look takes, of how many it reads the head, and after how many that could not be taken it ends.
const MOST_AT_ONCE: usize = 200;
const MOST_HEADS: usize = 2_000;
const MOST_FAILED: usize = 20;

/// How many of our addresses one letter goes to.
const MOST_RECIPIENTS: usize = 5;

type Problem = Box<dyn std::error::Error + Send + Sync>;

/// What is known of the mailbox from the looks before.
#[derive(Debug, Default)]
pub struct Known {
    /// While this stays the same, so do the numbers of letters (RFC 3501, 2.3.1.1).
    validity: Option<u32>,
    /// Letters that are not ours, or that cannot be taken: nobody has to look at them again.
    passed_over: HashSet<u32>,
    /// Letters of ours that are still there.
    waiting: BTreeMap<u32, Waiting>,
}

/// A letter of ours that was not taken yet.
#[derive(Clone, Debug)]
struct Waiting {
    /// Which of our addresses it came to.
    to: Vec<To>,
    /// Whether its envelope named a sender, as far as its head says.
    has_sender: bool,
    /// How often it could not be taken.
    failures: u32,
}

impl Known {
    /// The letters of ours, the oldest first: those that could not be taken after all others, and those that only came to the
    /// mailbox itself after those with a key.
    fn in_turn(&self) -> Vec<(u32, Waiting)> {
        let mut all: Vec<(u32, Waiting)> = self.waiting.iter().map(|(uid, it)| (*uid, it.clone())).collect();
        all.sort_by_key(|(_, it)| (it.failures, it.to == [To::DESK]));
        all
    }
}

/// Looks into the mailbox for as long as it is kept.
pub struct Polling(JoinHandle<()>);

impl Polling {
    /// Begins, if a mailbox is set.
    pub fn start(app: &App) -> Option<Self> {
        let mailbox = app.config.incoming_imap.clone()?;
        if app.config.incoming.is_none() {
            tracing::warn!(
                "incoming_imap is set and incoming_address is not: no address is ours, and no mail is taken"
            );
        }
        let app = app.clone();
        Some(Self(tokio::spawn(async move {
            let mut known = Known::default();
            loop {
                match look(&app, &mailbox, &mut known).await {
                    Ok(0) => {}
                    Ok(count) => tracing::info!(count, "letters were taken from the mailbox"),
                    Err(error) => tracing::error!(%error, host = mailbox.host, "could not look into the mailbox"),
                }
                tokio::time::sleep(app.config.incoming_imap_every).await;
            }
        })))
    }
}

/// A letter that was kept and not yet marked is known when it is found again.
impl Drop for Polling {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Looks once, and answers how many letters were taken.
pub async fn look(app: &App, mailbox: &Mailbox, known: &mut Known) -> Result<usize, Problem> {
    let looking = async { look_through(app, mailbox, open(mailbox).await?, known).await };
    timeout(LOOK_WITHIN, looking).await?
}

/// Whether we are let in and the folder is there; nothing in it is touched.
pub(super) async fn check(mailbox: &Mailbox) -> Result<(), Problem> {
    let checking = async {
        let mut session = open(mailbox).await?;
        session.select(&mailbox.folder).await?;
        Ok(session.logout().await?)
    };
    timeout(CHECK_WITHIN, checking).await?
}

/// A connection, with TLS or without.
trait Line: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Line for T {}

/// Signs in.
async fn open(mailbox: &Mailbox) -> Result<Session<Box<dyn Line>>, Problem> {
    let stream = timeout(CONNECT_WITHIN, TcpStream::connect((mailbox.host.as_str(), mailbox.port))).await??;
    let stream: Box<dyn Line> = if mailbox.tls {
        let name = ServerName::try_from(mailbox.host.clone())?;
        Box::new(timeout(CONNECT_WITHIN, connector()?.connect(name, stream)).await??)
    } else {
        Box::new(stream)
    };
    let mut client = Client::new(stream);
    client.read_response().await?.ok_or("the server says nothing")?;
    client.login(&mailbox.user, mailbox.password.reveal()).await.map_err(|(error, _)| error.into())
}

/// TLS with the certificates that the machine trusts.
fn connector() -> Result<TlsConnector, Problem> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

async fn look_through(
    app: &App,
    mailbox: &Mailbox,
    mut session: Session<Box<dyn Line>>,
    known: &mut Known,
) -> Result<usize, Problem> {
    let folder = session.select(&mailbox.folder).await?;
    if known.validity != folder.uid_validity {
        *known = Known { validity: folder.uid_validity, ..Known::default() };
    }
    let unseen = session.uid_search("UNSEEN").await?;
    // What somebody has read meanwhile, or taken away, need not be remembered.
    known.passed_over.retain(|uid| unseen.contains(uid));
    known.waiting.retain(|uid, _| unseen.contains(uid));
    let is_new = |uid: &u32| !known.passed_over.contains(uid) && !known.waiting.contains_key(uid);
    let mut new: Vec<u32> = unseen.iter().copied().filter(is_new).collect();
    new.sort_unstable();
    for uid in new.into_iter().take(MOST_HEADS) {
        match look_at(app, &mut session, uid).await? {
            Seen::Ours(waiting) => {
                known.waiting.insert(uid, waiting);
            }
            Seen::NotOurs => {
                known.passed_over.insert(uid);
            }
            Seen::Not => {}
        }
    }
    let (mut taken, mut failed) = (0, 0);
    for (uid, letter) in known.in_turn() {
        if taken == MOST_AT_ONCE || failed == MOST_FAILED {
            break;
        }
        // Of an address that has had enough for now nothing is fetched, and nothing else waits for it.
        if intake::count(app, &letter.to).is_err() {
            continue;
        }
        match take(app, &mut session, uid, letter).await? {
            Taken::Kept => taken += 1,
            Taken::Later => {
                failed += 1;
                if let Some(letter) = known.waiting.get_mut(&uid) {
                    letter.failures += 1;
                }
                continue;
            }
            Taken::TooLarge => {
                known.passed_over.insert(uid);
            }
        }
        known.waiting.remove(&uid);
    }
    session.logout().await?;
    Ok(taken)
}

/// What the head of a letter says.
enum Seen {
    Ours(Waiting),
    NotOurs,
    /// It could not be looked at this time.
    Not,
}

/// Looks at the head of a letter: whether it is ours.
async fn look_at(app: &App, session: &mut Session<Box<dyn Line>>, uid: u32) -> Result<Seen, Problem> {
    let found = fetch(session, uid, "(UID RFC822.SIZE BODY.PEEK[HEADER])", |it| it.header().is_some()).await?;
    let Some((size, head)) = found.as_ref().and_then(|it| Some((it.size, it.header()?))) else {
        return Ok(Seen::Not);
    };
    if head.len() > LARGEST_LETTER || intake::goes_round(head) {
        return Ok(Seen::NotOurs);
    }
    let Some(letter) = Letter::parse(head) else { return Ok(Seen::NotOurs) };
    let has_sender = letter.return_path().is_none_or(|path| !path.is_empty());
    let to = match ours(app, letter.recipients()).await {
        Ok(to) if to.is_empty() => return Ok(Seen::NotOurs),
        Ok(to) => to,
        Err(error) => {
            tracing::error!(uid, %error, "could not look up whether a letter in the mailbox is ours");
            return Ok(Seen::Not);
        }
    };
    if size.is_some_and(|size| size as usize > LARGEST_LETTER) {
        tracing::warn!(uid, size, "a letter to us has more than 25 MB, and stays where it is");
        return Ok(Seen::NotOurs);
    }
    Ok(Seen::Ours(Waiting { to, has_sender, failures: 0 }))
}

/// What became of a letter of ours.
enum Taken {
    Kept,
    /// It could not be taken this time.
    Later,
    TooLarge,
}

/// Takes one letter that is ours: kept here first, and only then marked as read there.
async fn take(app: &App, session: &mut Session<Box<dyn Line>>, uid: u32, letter: Waiting) -> Result<Taken, Problem> {
    let whole = fetch(session, uid, "(UID BODY.PEEK[])", |it| it.body().is_some()).await?;
    let Some(raw) = whole.as_ref().and_then(|it| it.body()).map(<[u8]>::to_vec) else {
        tracing::warn!(uid, "the mail server has not given out a letter of ours; it will be asked again");
        return Ok(Taken::Later);
    };
    if raw.len() > LARGEST_LETTER {
        return Ok(Taken::TooLarge);
    }
    drop(whole);
    if let Err(error) = intake::keep(app, letter.to, letter.has_sender, raw).await {
        tracing::error!(uid, %error, "a letter in the mailbox could not be kept; it will be taken later");
        return Ok(Taken::Later);
    }
    let mut marked = session.uid_store(uid.to_string(), "+FLAGS.SILENT (\\Seen)").await?;
    while marked.next().await.transpose()?.is_some() {}
    Ok(Taken::Kept)
}

/// What the server tells of a letter, with what was asked for in it. Where it says no there is nothing, and that can change.
async fn fetch(
    session: &mut Session<Box<dyn Line>>,
    uid: u32,
    what: &str,
    has_it: impl Fn(&Fetch) -> bool,
) -> Result<Option<Fetch>, Problem> {
    let all: Vec<Fetch> = session.uid_fetch(uid.to_string(), what).await?.try_collect().await?;
    // The server may tell of other letters in between.
    Ok(all.into_iter().find(|it| it.uid == Some(uid) && has_it(it)))
}

/// Which of our addresses a letter came to, as far as its head says: what the servers on its way noted, and whom it names.
async fn ours(app: &App, recipients: Vec<String>) -> Result<Vec<To>> {
    let looking = app.clone();
    let found = app.db.read(move |conn| {
        let mut found: Vec<To> = Vec::new();
        for recipient in recipients.iter().take(100) {
            match addressing::find(&looking, conn, recipient)? {
                Some(to) if !found.contains(&to) && found.len() < MOST_RECIPIENTS => found.push(to),
                _ => {}
            }
        }
        // The address without a key is the mailbox itself, in which everything else lies as well.
        if found.len() > 1 {
            found.retain(|to| *to != To::DESK);
        }
        Ok(found)
    });
    found.await
}
