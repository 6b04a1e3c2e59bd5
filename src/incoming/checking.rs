//! What `tidings check` asks about the ways in, without taking anything.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::time::timeout;

use super::listening::is_our_greeting;
use super::polling;
use crate::config::Config;
use crate::mail::Place;

/// How long somebody who listens at our place may take to say who they are.
const GREETED_WITHIN: Duration = Duration::from_secs(5);

/// The longest greeting that is listened to, in bytes.
const LONGEST_GREETING: u64 = 1_000;

/// Looks at every way in that is set: what is in order, or what is wrong with it.
pub async fn check(config: &Config) -> Vec<Result<String, String>> {
    let mut found = Vec::new();
    if let Some(listen) = &config.incoming_listen {
        found.push(match check_place(&listen.place).await {
            Ok(Standing::Free) => Ok(format!("{listen} can be listened at")),
            Ok(Standing::Ours) => Ok(format!("Tidings listens at {listen}")),
            Ok(Standing::Others) => Err(format!("incoming_listen: at {listen} another program listens already")),
            Err(error) => Err(format!("incoming_listen: {listen}: {error}")),
        });
    }
    if let Some(mailbox) = &config.incoming_imap {
        let (folder, host) = (&mailbox.folder, &mailbox.host);
        found.push(match polling::check(mailbox).await {
            Ok(()) => Ok(format!("the mailbox {folder} on {host} can be looked into")),
            Err(error) => Err(format!("incoming_imap: {folder} on {host}: {error}")),
        });
    }
    found
}

/// Who is at the place where we listen.
enum Standing {
    Free,
    Ours,
    Others,
}

async fn check_place(place: &Place) -> io::Result<Standing> {
    match place {
        Place::Tcp(address) => match TcpListener::bind(address).await {
            Ok(_) => Ok(Standing::Free),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => match TcpStream::connect(near(*address)).await {
                Ok(stream) => Ok(who_greets(stream).await),
                Err(_) => Ok(Standing::Others),
            },
            Err(error) => Err(error),
        },
        Place::Unix(path) => match UnixStream::connect(path).await {
            Ok(stream) => Ok(who_greets(stream).await),
            // Not there, or left behind: it will be made anew.
            Err(error) if [io::ErrorKind::NotFound, io::ErrorKind::ConnectionRefused].contains(&error.kind()) => {
                can_be_made(path).map(|()| Standing::Free)
            }
            Err(error) => Err(error),
        },
    }
}

/// Where somebody who listens at all addresses can be asked.
fn near(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        let here = if address.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() };
        address.set_ip(here);
    }
    address
}

async fn who_greets(stream: impl AsyncRead + Unpin) -> Standing {
    let mut greeting = String::new();
    let mut reader = BufReader::new(stream.take(LONGEST_GREETING));
    match timeout(GREETED_WITHIN, reader.read_line(&mut greeting)).await {
        Ok(Ok(_)) if is_our_greeting(&greeting) => Standing::Ours,
        _ => Standing::Others,
    }
}

/// Makes a socket beside it and takes it away again.
fn can_be_made(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::FileTypeExt;
    if std::fs::symlink_metadata(path).is_ok_and(|it| !it.file_type().is_socket()) {
        return Err(io::Error::other("something else than a socket lies there"));
    }
    let probe = path.with_extension(format!("check-{}", std::process::id()));
    drop(UnixListener::bind(&probe)?);
    std::fs::remove_file(&probe)
}
