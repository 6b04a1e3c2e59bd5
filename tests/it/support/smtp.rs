//! An SMTP server (RFC 5321) on a real socket, which behaves as it is told to.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

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
}

#[derive(Clone)]
pub struct SmtpServer {
    pub address: SocketAddr,
    behaviour: Arc<Mutex<Behaviour>>,
    taken: Arc<Mutex<Vec<Mail>>>,
}

impl SmtpServer {
    pub fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its number");
        let server = Self { address, behaviour: Arc::new(Mutex::new(behaviour)), taken: Arc::default() };
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

    fn now(&self) -> Behaviour {
        *self.behaviour.lock().expect("behaviour")
    }

    /// One connection. The client may go away at any point, which ends it.
    fn serve(&self, stream: TcpStream) -> Option<()> {
        stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
        let mut writer = stream.try_clone().ok()?;
        let mut reader = BufReader::new(stream);
        let mut say = |text: &str| writer.write_all(format!("{text}\r\n").as_bytes()).ok();
        if self.now() == Behaviour::RefuseConnection {
            return say("554 5.3.2 No service here");
        }
        say("220 test ESMTP")?;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let verb = line.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
            match (verb.as_str(), self.now()) {
                ("EHLO" | "HELO", _) => say("250-test\r\n250 AUTH PLAIN LOGIN")?,
                ("AUTH", Behaviour::RefuseLogin) => say("535 5.7.8 Bad credentials")?,
                ("AUTH", _) => say("235 2.7.0 Welcome")?,
                ("RCPT", Behaviour::Temporary) => say("451 4.3.0 Later, please")?,
                ("RCPT", Behaviour::Permanent) => say("550 5.1.1 No such person here")?,
                ("DATA", behaviour) => {
                    say("354 Go on")?;
                    if behaviour == Behaviour::CutOff {
                        return None;
                    }
                    let mail = read_data(&mut reader)?;
                    if behaviour == Behaviour::Hang {
                        std::thread::park_timeout(Duration::from_secs(30));
                        return None;
                    }
                    self.taken.lock().expect("mails").push(Mail::parse(&mail));
                    say("250 2.0.0 Taken")?;
                }
                ("QUIT", _) => return say("221 Bye"),
                _ => say("250 Ok")?,
            }
        }
    }
}

fn read_data(reader: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
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
