//! `tidings check` says which DNS records mail needs, and which are not there.

use std::collections::HashMap;
use std::net::{SocketAddr, UdpSocket};

use crate::program::Place;
use crate::support::smtp::{Behaviour, SmtpServer};

const TXT: u16 = 16;
const MX: u16 = 15;

/// A DNS server (RFC 1035) that knows a few names, and says of all others that there are none.
fn dns(records: &[(&str, u16, &str)]) -> SocketAddr {
    let mut known: HashMap<(String, u16), Vec<Vec<u8>>> = HashMap::new();
    for (name, kind, text) in records {
        let data = if *kind == TXT { in_pieces(text) } else { exchange(text) };
        known.entry(((*name).to_owned(), *kind)).or_default().push(data);
    }
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let address = socket.local_addr().expect("its number");
    std::thread::spawn(move || {
        let mut question = [0; 1500];
        while let Ok((length, asker)) = socket.recv_from(&mut question) {
            let (name, kind, end) = parse(&question[..length]);
            let answers = known.get(&(name, kind)).map(Vec::as_slice).unwrap_or_default();
            let mut answer = question[..2].to_vec();
            answer.extend([0x81, if answers.is_empty() { 0x83 } else { 0x80 }, 0, 1, 0]);
            answer.extend([u8::try_from(answers.len()).expect("a few"), 0, 0, 0, 0]);
            answer.extend(&question[12..end]);
            for data in answers {
                answer.extend([0xc0, 12]);
                answer.extend(kind.to_be_bytes());
                answer.extend([0, 1, 0, 0, 0, 60]);
                answer.extend(u16::try_from(data.len()).expect("a short record").to_be_bytes());
                answer.extend(data);
            }
            socket.send_to(&answer, asker).expect("an answer");
        }
    });
    address
}

/// The name that is asked for, the kind, and where the question ends.
fn parse(question: &[u8]) -> (String, u16, usize) {
    let (mut at, mut labels) = (12, Vec::new());
    while question[at] != 0 {
        let length = usize::from(question[at]);
        labels.push(String::from_utf8_lossy(&question[at + 1..=at + length]).to_ascii_lowercase());
        at += length + 1;
    }
    (labels.join("."), u16::from_be_bytes([question[at + 1], question[at + 2]]), at + 5)
}

/// A long text stands there in pieces.
fn in_pieces(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(60)
        .flat_map(|piece| [&[u8::try_from(piece.len()).expect("short")], piece].concat())
        .collect()
}

fn exchange(host: &str) -> Vec<u8> {
    let labels =
        host.split('.').flat_map(|label| [&[u8::try_from(label.len()).expect("short")], label.as_bytes()].concat());
    [0, 10].into_iter().chain(labels).chain([0]).collect()
}

/// An Ed25519 key (RFC 8410) as `openssl genpkey -algorithm ed25519` writes it, and its public half: RFC 8463, A.2.
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
const PUBLIC: &str = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

fn check(settings: &[(&str, &str)], server: SocketAddr) -> (bool, String) {
    let smtp = SmtpServer::start(Behaviour::Accept);
    let (url, server) = (smtp.url(), server.to_string());
    let mut all = vec![
        ("TIDINGS_SMTP_URL", url.as_str()),
        ("TIDINGS_MAIL_FROM", "tidings@tidings.care"),
        ("TIDINGS_PUBLIC_URL", "https://pages.tidings.care"),
        ("TIDINGS_DNS_SERVER", server.as_str()),
        ("TIDINGS_DKIM_KEYS", "m1:tidings.care:dkim.pem"),
        ("TIDINGS_INCOMING_ADDRESS", "@in.tidings.care"),
    ];
    all.extend_from_slice(settings);
    let place = Place::new(&all);
    std::fs::write(place.folder.path().join("dkim.pem"), KEY).expect("a key");
    let output = place.run(&["check"]);
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn what_is_there_is_in_order() {
    let server = dns(&[
        ("in.tidings.care", TXT, "v=spf1 a:pages.tidings.care ~all"),
        ("in.tidings.care", MX, "pages.tidings.care"),
        ("m1._domainkey.tidings.care", TXT, PUBLIC),
        ("_dmarc.tidings.care", TXT, "v=DMARC1; p=reject"),
    ]);
    let (in_order, said) = check(&[], server);
    assert!(in_order, "{said}");
    for line in [
        "ok       dns: SPF of in.tidings.care is set",
        "ok       dns: DKIM of m1._domainkey.tidings.care is set",
        "ok       dns: DMARC of _dmarc.tidings.care is set",
        "ok       dns: MX of in.tidings.care is set",
        "the signature of tidings.care, and the return path at in.tidings.care belongs to tidings.care",
    ] {
        assert!(said.contains(line), "‘{line}’ not in {said}");
    }
}

#[test]
fn what_is_missing_or_wrong_is_said_with_what_to_set() {
    let server = dns(&[
        ("in.tidings.care", TXT, "v=spf1 -all"),
        ("m1._domainkey.tidings.care", TXT, "v=DKIM1; k=ed25519; p=AAAA"),
    ]);
    let (in_order, said) = check(&[], server);
    assert!(!in_order, "{said}");
    let key = format!("DIFFERS  dns: DKIM: another key stands there; set at m1._domainkey.tidings.care, TXT: {PUBLIC}");
    for line in [
        "DIFFERS  dns: SPF: it says that no mail comes from there; set at in.tidings.care, TXT: v=spf1 a:pages.tidings.care ~all",
        &key,
        "MISSING  dns: DMARC: set at _dmarc.tidings.care, TXT: v=DMARC1; p=quarantine",
        "MISSING  dns: MX: set at in.tidings.care, MX: 10 pages.tidings.care.",
    ] {
        assert!(said.contains(line), "‘{line}’ not in {said}");
    }
}

#[test]
fn mail_that_proves_nothing_of_its_sender_is_a_problem() {
    let server = dns(&[]);
    let elsewhere = [("TIDINGS_DKIM_KEYS", "m1:other.care:dkim.pem"), ("TIDINGS_INCOMING_ADDRESS", "@in.other.care")];
    let (_, said) = check(&elsewhere, server);
    assert!(said.contains("PROBLEM  dns: neither a signature nor the return path is of tidings.care"), "{said}");
}

#[test]
fn where_nobody_answers_nothing_is_known_and_nothing_is_wrong() {
    let nobody = UdpSocket::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number");
    let (in_order, said) = check(&[], nobody);
    assert!(in_order, "{said}");
    assert!(said.contains("unknown  dns: DKIM: could not be asked") && said.contains(PUBLIC), "{said}");
}

#[test]
fn nothing_is_asked_of_a_domain_that_can_be_nobodys() {
    let nobody = UdpSocket::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number");
    let (in_order, said) = check(&[("TIDINGS_MAIL_FROM", "tidings@example.org")], nobody);
    assert!(in_order && said.contains("ok       dns: nothing to ask"), "{said}");
}
