//! Our own way in for mail: a listener for LMTP or SMTP that takes what is for our addresses and nothing else.

mod guests;
mod lines;
mod session;

use std::io;
use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use self::guests::{Guests, Visit};
use self::session::{Reception, Taken};
use super::{addressing, intake};
use crate::app::App;
use crate::error::AppError;
use crate::mail::{Listen, Place, Protocol};
use crate::web::network_of;
pub use session::{LARGEST_LETTER, is_our_greeting};

/// How many conversations there are at once; more have to wait to be answered. How many of them one network has: `guests.rs`.
const MOST_CONVERSATIONS: usize = 50;

/// How many letters are in memory at once, each of at most 25 MB.
const LETTERS_IN_HAND: usize = 4;

/// How long a letter waits until one of those is kept.
const WAIT_FOR_A_TURN: Duration = Duration::from_secs(60);

/// How long one conversation may take, however much is said in it.
const LONGEST_CONVERSATION: Duration = Duration::from_secs(60 * 60);

/// How long somebody who is turned away has to hear it.
const TURN_AWAY_WITHIN: Duration = Duration::from_secs(5);

/// A listener that takes mail in, until it is dropped or stopped.
pub struct Listening {
    at: Listen,
    task: JoinHandle<()>,
}

enum Door {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Listening {
    /// Listens where the settings say, if they do.
    pub async fn start(app: &App) -> io::Result<Option<Self>> {
        let Some(listen) = app.config.incoming_listen.clone() else { return Ok(None) };
        if app.config.incoming.is_none() {
            tracing::warn!(
                "incoming_listen is set and incoming_address is not: no address is ours, and no mail is taken"
            );
        }
        let (door, place) = match &listen.place {
            Place::Tcp(address) => {
                let listener = TcpListener::bind(address).await?;
                let address = listener.local_addr()?;
                (Door::Tcp(listener), Place::Tcp(address))
            }
            Place::Unix(path) => (Door::Unix(bind_socket(path)?), listen.place.clone()),
        };
        let at = Listen { protocol: listen.protocol, place };
        tracing::info!(%at, "mail is taken in");
        let task = tokio::spawn(run(app.clone(), door, listen.protocol));
        Ok(Some(Self { at, task }))
    }

    /// Where it listens, with the port that it was given.
    pub fn at(&self) -> &Listen {
        &self.at
    }
}

/// Takes nothing more in. Whoever is cut off in the middle of a letter has no answer, and sends it again.
impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A socket that was left behind is no reason not to start. Who may connect is decided by the folder that it lies in.
fn bind_socket(path: &Path) -> io::Result<UnixListener> {
    use std::os::unix::fs::FileTypeExt;
    if std::fs::symlink_metadata(path).is_ok_and(|it| it.file_type().is_socket()) {
        std::fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o666))?;
    Ok(listener)
}

async fn run(app: App, door: Door, protocol: Protocol) {
    let conversations = Arc::new(Semaphore::new(MOST_CONVERSATIONS));
    let hall = Hall { app, turns: Arc::new(Semaphore::new(LETTERS_IN_HAND)), turns_of_network: None };
    let guests = Arc::new(Guests::default());
    // Ends with this task, and every conversation with it.
    let mut talking = JoinSet::new();
    loop {
        let Ok(place) = conversations.clone().acquire_owned().await else { return };
        let accepted = match &door {
            Door::Tcp(listener) => listener.accept().await.map(|(stream, peer)| {
                // An answer is small, and is waited for.
                let _ = stream.set_nodelay(true);
                // LMTP comes from a server of our own, which all mail comes through.
                if protocol == Protocol::Lmtp {
                    talking.spawn(talk(hall.clone(), protocol, stream, (place, None)));
                    return;
                }
                let network: IpAddr = network_of(peer.ip().to_canonical());
                match guests.enter(network) {
                    Some(visit) => {
                        let hall = Hall { turns_of_network: Some(visit.turns()), ..hall.clone() };
                        talking.spawn(talk(hall, protocol, stream, (place, Some(visit))));
                    }
                    None => {
                        talking.spawn(turn_away(stream, place));
                    }
                }
            }),
            Door::Unix(listener) => listener.accept().await.map(|(stream, _)| {
                talking.spawn(talk(hall.clone(), protocol, stream, (place, None)));
            }),
        };
        if let Err(error) = accepted {
            // Out of file descriptors, most likely: that passes.
            tracing::warn!(%error, "could not take a connection");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        while talking.try_join_next().is_some() {}
    }
}

/// Says that there is no room for another conversation, and hangs up.
async fn turn_away<S: AsyncWrite + Unpin>(mut stream: S, _place: OwnedSemaphorePermit) {
    let _ = timeout(TURN_AWAY_WITHIN, async {
        let _ = stream.write_all(b"421 4.7.0 Too many conversations from your network\r\n").await;
        let _ = stream.shutdown().await;
    })
    .await;
}

async fn talk<S>(hall: Hall, protocol: Protocol, stream: S, _place: (OwnedSemaphorePermit, Option<Visit>))
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let name = hall.app.config.public_url.host().to_owned();
    let (reader, writer) = tokio::io::split(stream);
    let conversation = session::converse(&hall, protocol, &name, BufReader::new(reader), writer);
    // What takes so long has been answered, or is sent again.
    let _ = timeout(LONGEST_CONVERSATION, conversation).await;
}

/// Where letters are handed over.
#[derive(Clone)]
struct Hall {
    app: App,
    turns: Arc<Semaphore>,
    /// Those of the network that talks, where they are counted.
    turns_of_network: Option<Arc<Semaphore>>,
}

impl Reception for Hall {
    type To = super::model::To;
    type Turn = (Option<OwnedSemaphorePermit>, OwnedSemaphorePermit);

    async fn recipient(&self, address: &str) -> Result<Option<Self::To>, ()> {
        let (app, address) = (self.app.clone(), address.to_owned());
        let found = self.app.db.read(move |conn| addressing::find(&app, conn, &address)).await;
        found.map_err(|error| tracing::error!(%error, "could not look up whose address it is"))
    }

    async fn turn(&self) -> Option<Self::Turn> {
        let turns = async {
            // First its own, so that it keeps nobody else waiting while it has none.
            let own = match &self.turns_of_network {
                Some(turns) => Some(turns.clone().acquire_owned().await.ok()?),
                None => None,
            };
            Some((own, self.turns.clone().acquire_owned().await.ok()?))
        };
        timeout(WAIT_FOR_A_TURN, turns).await.ok()?
    }

    async fn take(&self, sender: &str, to: Vec<Self::To>, raw: Vec<u8>) -> Taken {
        if intake::goes_round(&raw) {
            return Taken::Loops;
        }
        // Nothing is wrong where there are too many for an address just now.
        if intake::count(&self.app, &to).is_err() {
            return Taken::Later;
        }
        match intake::keep(&self.app, to, !sender.is_empty(), raw).await {
            Ok(()) => Taken::Kept,
            Err(AppError::Unavailable(why)) => {
                tracing::warn!(why, "a letter could not be kept just now; it will be sent again");
                Taken::Later
            }
            Err(error) => {
                tracing::error!(%error, "a letter could not be kept; it will be sent again");
                Taken::Later
            }
        }
    }
}
