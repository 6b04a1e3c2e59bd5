//! An SMTP server (RFC 5321) on a real socket, which behaves as it is told to.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::mailbox::Mail;

/// How the server treats a recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Takes the mail over.
    Accept,
    /// "Try again later."
    Temporary,
    /// "There is nobody here."
    Permanent,
    /// Refuses everybody at the door.
    RefuseConnection,
    /// Says nothing any more after DATA.
    Hang,
    /// Closes the connection in the middle of DATA.
    CutOff,
    /// Refuses our name and password, whoever we write to.
    RefuseLogin,
    /// Takes the mail over and closes the connection without a word.
    TakeAndCutOff,
    /// Takes mail, but from anybody at gmail.com only so fast.
    NotSoFast,
    /// Takes mail, but one command at a time (RFC 5321 without RFC 2920).
    OneAtATime,
    /// Takes mail, but says that it knows a receiver only when whoever names them with a patience of a second has given up.
    SlowToKnow,
    /// Answers this when a sender is named.
    AtSender(&'static str),
    /// Answers this when a receiver is named.
    AtReceiver(&'static str),
    /// Answers this when it has all of a mail.
    AtContent(&'static str),
}

/// Whether it speaks TLS.
#[derive(Clone, Default)]
pub enum Tls {
    #[default]
    Never,
    /// To whoever says STARTTLS (RFC 3207).
    Offered(Arc<ServerConfig>),
    /// From the first byte.
    FromTheFirst(Arc<ServerConfig>),
}

#[derive(Clone)]
pub struct SmtpServer {
    pub address: SocketAddr,
    tls: Tls,
    /// The first word of each command, with `TLS ` before it where nobody else could read it.
    said: Arc<Mutex<Vec<String>>>,
    behaviour: Arc<Mutex<Behaviour>>,
    taken: Arc<Mutex<Vec<Mail>>>,
    /// From where in the envelope, and to whom, of each mail that was taken.
    envelopes: Arc<Mutex<Vec<(String, String)>>>,
    connections: Arc<AtomicUsize>,
    hung: Arc<AtomicUsize>,
}

impl SmtpServer {
    pub fn start(behaviour: Behaviour) -> Self {
        Self::start_at(Ipv4Addr::LOCALHOST.into(), Tls::Never, behaviour)
    }

    /// At another address of this machine, or with TLS.
    pub fn start_at(address: IpAddr, tls: Tls, behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind((address, 0)).expect("a free port");
        let server = Self {
            address: listener.local_addr().expect("its number"),
            tls,
            said: Arc::default(),
            behaviour: Arc::new(Mutex::new(behaviour)),
            taken: Arc::default(),
            envelopes: Arc::default(),
            connections: Arc::default(),
            hung: Arc::default(),
        };
        let accepting = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let server = accepting.clone();
                std::thread::spawn(move || server.serve(stream));
            }
        });
        server
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    pub fn behave(&self, behaviour: Behaviour) {
        *self.behaviour.lock().expect("behaviour") = behaviour;
    }

    /// What was taken over.
    pub fn taken(&self) -> Vec<Mail> {
        self.taken.lock().expect("mails").clone()
    }

    pub fn taken_to(&self, address: &str) -> Vec<Mail> {
        self.taken().into_iter().filter(|mail| mail.to == address).collect()
    }

    pub fn envelopes(&self) -> Vec<(String, String)> {
        self.envelopes.lock().expect("envelopes").clone()
    }

    /// What it was told, command by command.
    pub fn said(&self) -> Vec<String> {
        self.said.lock().expect("commands").clone()
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// With how many mails in hand it said nothing any more.
    pub fn hung(&self) -> usize {
        self.hung.load(Ordering::SeqCst)
    }

    fn now(&self) -> Behaviour {
        *self.behaviour.lock().expect("behaviour")
    }

    /// One connection. The client may go away at any point, which ends it.
    fn serve(&self, stream: TcpStream) -> Option<()> {
        self.connections.fetch_add(1, Ordering::SeqCst);
        let (mut from, mut to) = (String::new(), String::new());
        let (mut has_sender, mut is_named) = (false, false);
        stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
        let line = match &self.tls {
            Tls::FromTheFirst(config) => Line::secret(stream, config)?,
            _ => Line::Open(stream),
        };
        let mut reader = BufReader::new(line);
        if self.now() == Behaviour::RefuseConnection {
            return say(&mut reader, "554 5.3.2 No service here");
        }
        say(&mut reader, "220 test ESMTP")?;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let path = line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(path, _)| path.to_owned());
            let verb = line.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
            let secretly = if matches!(reader.get_ref(), Line::Secret(_)) { "TLS " } else { "" };
            self.said.lock().expect("commands").push(format!("{secretly}{verb}"));
            match verb.as_str() {
                "MAIL" => (from, has_sender, is_named) = (path.unwrap_or_default(), false, false),
                "RCPT" => to = path.unwrap_or_default(),
                _ => {}
            }
            if self.now() == Behaviour::OneAtATime && !reader.buffer().is_empty() {
                return say(&mut reader, "421 4.5.0 One at a time");
            }
            match (verb.as_str(), self.now()) {
                // Those who are inside already are shown the door.
                (_, Behaviour::RefuseConnection) => return say(&mut reader, "421 4.3.2 Closing"),
                ("RCPT", Behaviour::NotSoFast) if to.ends_with("@gmail.com") => {
                    say(&mut reader, "450 4.7.28 Gmail has detected an unusual rate of mail")?;
                }
                ("EHLO", _) if matches!((&self.tls, reader.get_ref()), (Tls::Offered(_), Line::Open(_))) => {
                    say(&mut reader, "250-test\r\n250 STARTTLS")?;
                }
                ("STARTTLS", _) => {
                    let Tls::Offered(config) = &self.tls else { return say(&mut reader, "502 5.5.1 Not here") };
                    say(&mut reader, "220 2.0.0 Go on")?;
                    let Line::Open(stream) = reader.into_inner() else { return None };
                    reader = BufReader::new(Line::secret(stream, config)?);
                }
                ("EHLO" | "HELO", Behaviour::OneAtATime) => say(&mut reader, "250-test\r\n250 AUTH PLAIN LOGIN")?,
                ("EHLO" | "HELO", _) => say(&mut reader, "250-test\r\n250-PIPELINING\r\n250 AUTH PLAIN LOGIN")?,
                ("AUTH", Behaviour::RefuseLogin) => say(&mut reader, "535 5.7.8 Bad credentials")?,
                ("AUTH", _) => say(&mut reader, "235 2.7.0 Welcome")?,
                ("MAIL", Behaviour::AtSender(answer)) => say(&mut reader, answer)?,
                ("MAIL", _) => {
                    has_sender = true;
                    say(&mut reader, "250 Ok")?;
                }
                ("RCPT", _) if !has_sender => say(&mut reader, "503 5.5.1 From whom?")?,
                ("RCPT", Behaviour::AtReceiver(answer)) => say(&mut reader, answer)?,
                ("RCPT", Behaviour::Temporary) => say(&mut reader, "451 4.3.0 Later, please")?,
                ("RCPT", Behaviour::Permanent) => say(&mut reader, "550 5.1.1 No such person here")?,
                // As some do: they find out only when they have the message.
                ("DATA", Behaviour::Temporary) if !is_named => {
                    say(&mut reader, "354 Go on")?;
                    assert!(read_data(&mut reader)?.is_empty(), "a message to nobody");
                    say(&mut reader, "554 5.5.1 No valid recipients")?;
                }
                ("DATA", _) if !is_named => say(&mut reader, "554 5.5.1 No valid recipients")?,
                ("DATA", behaviour) => {
                    say(&mut reader, "354 Go on")?;
                    if behaviour == Behaviour::CutOff {
                        return None;
                    }
                    let mail = read_data(&mut reader)?;
                    if behaviour == Behaviour::Hang {
                        self.hung.fetch_add(1, Ordering::SeqCst);
                        std::thread::park_timeout(Duration::from_secs(30));
                        return None;
                    }
                    if let Behaviour::AtContent(answer) = behaviour {
                        say(&mut reader, answer)?;
                        continue;
                    }
                    self.taken.lock().expect("mails").push(Mail::parse(&mail));
                    self.envelopes.lock().expect("envelopes").push((from.clone(), to.clone()));
                    if behaviour == Behaviour::TakeAndCutOff {
                        return None;
                    }
                    say(&mut reader, "250 2.0.0 Taken")?;
                }
                ("QUIT", _) => return say(&mut reader, "221 Bye"),
                ("RCPT", behaviour) => {
                    if behaviour == Behaviour::SlowToKnow {
                        std::thread::sleep(Duration::from_millis(1500));
                    }
                    is_named = true;
                    say(&mut reader, "250 Ok")?;
                }
                _ => say(&mut reader, "250 Ok")?,
            }
        }
    }
}

/// A connection that others can read along, or not.
enum Line {
    Open(TcpStream),
    Secret(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Line {
    fn secret(stream: TcpStream, config: &Arc<ServerConfig>) -> Option<Self> {
        let connection = ServerConnection::new(config.clone()).ok()?;
        Some(Self::Secret(Box::new(StreamOwned::new(connection, stream))))
    }
}

impl Read for Line {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Open(stream) => stream.read(into),
            Self::Secret(stream) => stream.read(into),
        }
    }
}

impl Write for Line {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        match self {
            Self::Open(stream) => stream.write(from),
            Self::Secret(stream) => stream.write(from),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Open(stream) => stream.flush(),
            Self::Secret(stream) => stream.flush(),
        }
    }
}

fn say(reader: &mut BufReader<Line>, text: &str) -> Option<()> {
    let line = reader.get_mut();
    line.write_all(format!("{text}\r\n").as_bytes()).and_then(|()| line.flush()).ok()
}

fn read_data(reader: &mut BufReader<Line>) -> Option<Vec<u8>> {
    let mut mail = Vec::new();
    loop {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
        if line == b".\r\n" {
            return Some(mail);
        }
        let line = line.strip_prefix(b".").unwrap_or(&line);
        mail.extend_from_slice(line);
    }
}
