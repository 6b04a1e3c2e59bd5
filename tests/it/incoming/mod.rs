//! Mail that comes in, over a real socket: a reply is there, a bounce counts, an update is posted, and nothing else.

mod bounces;
mod checking;
mod imap;
mod listening;
mod postfix;
mod posting;
mod replies;

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use data_encoding::BASE64;
use mail_parser::MessageParser;
use tidings::incoming::Listening;
use tidings::mail::Place;
use tidings::mail::keys::{self, KeyKind};

use crate::support::TestApp;
use crate::support::mailbox::Mail;

/// Our mail server, whose word counts.
pub const SERVER: &str = "mx.example.org";

/// An installation that mail comes in to over LMTP.
pub fn takes_mail() -> (TestApp, Door) {
    takes_mail_with("lmtp", &[])
}

pub fn takes_mail_with(protocol: &str, settings: &[(&str, &str)]) -> (TestApp, Door) {
    let listen = format!("{protocol}://127.0.0.1:0");
    let mut all = vec![
        ("TIDINGS_INCOMING_ADDRESS", "@in.example.org"),
        ("TIDINGS_INCOMING_LISTEN", listen.as_str()),
        ("TIDINGS_INCOMING_AUTHSERV_ID", SERVER),
    ];
    all.extend_from_slice(settings);
    let app = TestApp::with(&all);
    let door = Door::open(&app, if protocol == "lmtp" { "LHLO" } else { "EHLO" });
    (app, door)
}

/// The way in, open for as long as the test holds it.
pub struct Door {
    address: SocketAddr,
    hello: &'static str,
    _stop: tokio::sync::oneshot::Sender<()>,
}

impl Door {
    fn open(app: &TestApp, hello: &'static str) -> Self {
        let (send, receive) = std::sync::mpsc::channel();
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let app = app.app.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                let listening = Listening::start(&app).await.expect("a listener").expect("a setting");
                let Place::Tcp(address) = listening.at().place.clone() else { panic!("a port") };
                send.send(address).expect("the test waits for it");
                // Ends with the test, however it ends.
                let _ = stopped.await;
            });
        });
        Self { address: receive.recv().expect("an address"), hello, _stop: stop }
    }

    /// A conversation that has been begun.
    pub fn talk(&self) -> Talk {
        let mut talk = Talk::begin(self.address);
        assert!(talk.answer().starts_with("220 "));
        assert!(talk.ask(&format!("{} mx.example.org", self.hello)).starts_with("250"));
        talk
    }

    /// Hands a letter over, and answers with what was said last.
    pub fn hand_over(&self, from: &str, to: &str, letter: &str) -> String {
        let mut talk = self.talk();
        assert!(talk.ask(&format!("MAIL FROM:<{from}>")).starts_with("250"));
        let said = talk.ask(&format!("RCPT TO:<{to}>"));
        if !said.starts_with("250") {
            return said;
        }
        assert!(talk.ask("DATA").starts_with("354"));
        talk.letter(letter)
    }
}

/// One side of a conversation.
pub struct Talk {
    reader: BufReader<TcpStream>,
    writer: TcpStream,
}

impl Talk {
    pub fn begin(address: SocketAddr) -> Self {
        let writer = TcpStream::connect(address).expect("a connection");
        writer.set_read_timeout(Some(Duration::from_secs(60))).expect("a limit");
        Self { reader: BufReader::new(writer.try_clone().expect("its other half")), writer }
    }

    /// The next answer, with all its lines; empty where the other side has gone.
    pub fn answer(&mut self) -> String {
        let mut all = String::new();
        loop {
            let mut line = String::new();
            if self.reader.read_line(&mut line).unwrap_or(0) == 0 {
                return all;
            }
            let is_last = line.as_bytes().get(3) != Some(&b'-');
            all.push_str(&line);
            if is_last {
                return all;
            }
        }
    }

    pub fn say(&mut self, bytes: &[u8]) {
        // Who has been hung up on cannot be told anything.
        let _ = self.writer.write_all(bytes).and_then(|()| self.writer.flush());
    }

    pub fn ask(&mut self, line: &str) -> String {
        self.say(format!("{line}\r\n").as_bytes());
        self.answer()
    }

    /// The letter, with dots before the lines that begin with one, and its end.
    pub fn letter(&mut self, letter: &str) -> String {
        let lines: String =
            letter.lines().map(|line| format!("{}{line}\r\n", if line.starts_with('.') { "." } else { "" })).collect();
        self.say(lines.as_bytes());
        self.ask(".")
    }
}

/// What our server writes on mail that its sender's domain stands by.
pub fn vouched() -> String {
    format!("Authentication-Results: {SERVER}; dmarc=pass header.from=example.org")
}

/// The secret of a mail's first link of a kind.
#[track_caller]
pub fn secret_in(mail: &Mail, place: &str) -> String {
    let link = mail.link(place);
    let (_, secret) = link.split_once(place).expect("a secret");
    secret.split(['?', '#']).next().expect("its beginning").to_owned()
}

/// A letter of plain text.
pub fn letter(from: &str, to: &str, id: &str, more: &[&str], words: &str) -> String {
    let more: String = more.iter().map(|line| format!("{line}\n")).collect();
    format!(
        "{more}From: {from}\nTo: {to}\nSubject: Re: Home\nMessage-ID: <{id}@example.org>\n\
         Date: Sun, 1 Mar 2026 12:00:00 +0000\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{words}\n"
    )
}

/// The same with photos.
pub fn letter_with_photos(from: &str, to: &str, id: &str, subject: &str, words: &str, photos: &[Vec<u8>]) -> String {
    let mut all = format!(
        "From: {from}\nTo: {to}\nSubject: {subject}\nMessage-ID: <{id}@example.org>\nMIME-Version: 1.0\n\
         Content-Type: multipart/mixed; boundary=\"between\"\n\n--between\nContent-Type: text/plain; charset=utf-8\n\n{words}\n"
    );
    for (number, photo) in photos.iter().enumerate() {
        let lines: Vec<String> =
            BASE64.encode(photo).as_bytes().chunks(76).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
        all.push_str(&format!(
            "--between\nContent-Type: image/png; name=\"{number}.png\"\nContent-Transfer-Encoding: base64\n\
             Content-Disposition: attachment; filename=\"{number}.png\"\n\n{}\n",
            lines.join("\n")
        ));
    }
    all.push_str("--between--\n");
    all
}

/// Where the newest mail to an address wants to be answered.
#[track_caller]
pub fn reply_to(app: &TestApp, email: &str) -> String {
    let mail = app.last_mail_to(email);
    let message = MessageParser::default().parse(mail.raw.as_bytes()).expect("a mail");
    let address = message.reply_to().and_then(|it| it.first()).and_then(|it| it.address());
    address.unwrap_or_else(|| panic!("no Reply-To in {}", mail.raw)).to_owned()
}

/// The address of ours with the key of a kind about a row.
pub fn address_of(app: &TestApp, kind: KeyKind, id: i64) -> String {
    let incoming = app.app.config.incoming.as_ref().expect("a setting");
    incoming.address(&keys::signed(&app.app.vault, kind, id)).to_string()
}

/// Where a report is sent to of the newest mail about an update to somebody.
pub fn return_path(app: &TestApp, email: &str) -> String {
    address_of(app, KeyKind::Return, newest_delivery(app, email))
}

/// Where the newest mail about an update to somebody is answered.
pub fn address_of_update(app: &TestApp, email: &str) -> String {
    address_of(app, KeyKind::Reply, newest_delivery(app, email))
}

fn newest_delivery(app: &TestApp, email: &str) -> i64 {
    app.count(&format!(
        "SELECT MAX(j.id) AS count FROM jobs j JOIN members m ON m.id = j.member_id JOIN people p ON p.id = m.person_id \
         WHERE j.kind = 'new_update' AND p.email = '{email}'"
    ))
}

/// How many letters stand so.
pub fn letters(app: &TestApp, state: &str) -> i64 {
    app.count(&format!("SELECT COUNT(*) AS count FROM incoming_letters WHERE state = '{state}'"))
}
