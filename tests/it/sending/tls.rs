//! Nobody on the way reads a mail: TLS to the relay, with a server that can prove who it is, or nothing is said to it.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};

use crate::program::{Place, wait_until};
use crate::support::smtp::{Behaviour, SmtpServer, Tls};
use crate::support::tls::Authority;
use crate::support::{Browser, skipped};

/// An address of this machine that is not its loopback, if it has one. Nothing is sent to find it.
fn away() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    let found = (!address.is_loopback() && !address.is_unspecified()).then_some(address);
    if found.is_none() {
        skipped("this machine has no address but its loopback, where no TLS is asked for");
    }
    found
}

/// The program, sending by a server and trusting an authority.
fn place(url: &str, trusted: &Authority) -> Place {
    Place::new(&[
        ("TIDINGS_SMTP_URL", url),
        ("TIDINGS_MAIL_FROM", "tidings@example.org"),
        ("TIDINGS_SMTP_TIMEOUT_SECONDS", "20"),
        ("SSL_CERT_FILE", &trusted.file()),
    ])
}

fn sign_up(place: &Place) {
    let fields = [("name", "Ann"), ("email", "ann@example.org"), ("password", "a lamp in the window")];
    Browser::new(place.address).post("/sign-up", &fields).assert_status(200);
}

/// What `tidings check` says, and whether everything is in order.
fn check(place: &Place) -> (bool, String) {
    let output = place.run(&["check"]);
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A mail goes, and after the greeting and STARTTLS nothing was said that others could read.
fn arrives(url: &str, server: &SmtpServer, trusted: &Authority) {
    let place = place(url, trusted);
    let running = place.serve();
    sign_up(&place);
    let mail = wait_until(|| server.taken_to("ann@example.org").pop());
    assert!(mail.text.contains("/email/confirm/"));
    running.signal("-TERM");
    assert_eq!(running.end().0, Some(0));
    let (in_order, said) = check(&place);
    assert!(in_order && said.contains("the mail server is reached and lets us in"), "{said}");
    let openly: Vec<String> = server.said().into_iter().filter(|it| !it.starts_with("TLS ")).collect();
    assert!(openly.iter().all(|it| it == "EHLO" || it == "STARTTLS"), "{openly:?}");
    for verb in ["TLS EHLO", "TLS AUTH", "TLS MAIL", "TLS DATA"] {
        assert!(server.said().iter().any(|it| it == verb), "{verb} not in {:?}", server.said());
    }
}

/// No mail goes, since the server is told nothing but this; it waits, and the check says why.
fn waits(url: &str, server: &SmtpServer, trusted: &Authority, told: &[&str], why: &[&str]) {
    let place = place(url, trusted);
    let running = place.serve();
    sign_up(&place);
    wait_until(|| (server.connections() > 0).then_some(()));
    // What is in hand is finished before it stops.
    running.signal("-TERM");
    let (_, log) = running.end();
    assert!(log.contains("a mail server cannot be reached, or does not let us in"), "{log}");
    let status = String::from_utf8_lossy(&place.run(&["sending", "status"]).stdout).into_owned();
    assert!(status.contains("One mail in the queue"), "{status}");
    let (in_order, said) = check(&place);
    assert!(!in_order, "{said}");
    let problem = said.lines().find(|it| it.starts_with("PROBLEM  mail: smtp_url: ")).expect("a problem");
    for part in why {
        assert!(problem.contains(part), "‘{part}’ not in {problem}");
    }
    assert!(server.said().iter().all(|it| told.contains(&it.as_str())), "{:?}", server.said());
    assert!(server.taken().is_empty());
}

#[test]
fn with_starttls_the_mail_goes_and_nobody_reads_along() {
    let Some(address) = away() else { return };
    let authority = Authority::new();
    let tls = Tls::Offered(authority.server_for(&address.to_string()));
    let server = SmtpServer::start_at(address, tls, Behaviour::Accept);
    arrives(&format!("smtp://us:secret@{}", server.address), &server, &authority);
}

#[test]
fn with_tls_from_the_first_byte_the_mail_goes() {
    let (address, authority) = (IpAddr::from(Ipv4Addr::LOCALHOST), Authority::new());
    let tls = Tls::FromTheFirst(authority.server_for("127.0.0.1"));
    let server = SmtpServer::start_at(address, tls, Behaviour::Accept);
    arrives(&format!("smtps://us:secret@{}", server.address), &server, &authority);
    assert!(!server.said().iter().any(|it| it == "EHLO"), "not a word in clear");
}

#[test]
fn a_server_without_starttls_is_told_nothing_and_the_mail_waits() {
    let Some(address) = away() else { return };
    let (server, authority) = (SmtpServer::start_at(address, Tls::Never, Behaviour::Accept), Authority::new());
    let url = format!("smtp://us:secret@{}", server.address);
    waits(&url, &server, &authority, &["EHLO"], &[&address.to_string(), "does not offer STARTTLS"]);
}

#[test]
fn a_server_that_nobody_vouches_for_is_told_nothing() {
    let Some(address) = away() else { return };
    let (authority, stranger) = (Authority::new(), Authority::new());
    let tls = Tls::Offered(stranger.server_for(&address.to_string()));
    let server = SmtpServer::start_at(address, tls, Behaviour::Accept);
    let url = format!("smtp://us:secret@{}", server.address);
    waits(&url, &server, &authority, &["EHLO", "STARTTLS"], &[&address.to_string(), "certificate"]);
}

#[test]
fn a_server_with_somebody_elses_certificate_is_told_nothing() {
    let (address, authority) = (IpAddr::from(Ipv4Addr::LOCALHOST), Authority::new());
    let tls = Tls::FromTheFirst(authority.server_for("mail.example.org"));
    let server = SmtpServer::start_at(address, tls, Behaviour::Accept);
    waits(&format!("smtps://us:secret@{}", server.address), &server, &authority, &[], &["127.0.0.1", "certificate"]);
}

#[test]
fn who_wants_no_tls_on_a_network_of_their_own_is_warned() {
    let Some(address) = away() else { return };
    let (server, authority) = (SmtpServer::start_at(address, Tls::Never, Behaviour::Accept), Authority::new());
    let place = place(&format!("smtp://{}?tls=none", server.address), &authority);
    let running = place.serve();
    sign_up(&place);
    wait_until(|| server.taken_to("ann@example.org").pop());
    running.signal("-TERM");
    let (_, log) = running.end();
    assert!(log.contains("without TLS, as ?tls=none says"), "{log}");
    let (in_order, said) = check(&place);
    let warning = format!("WARNING  mail: mail goes to {address} without TLS");
    assert!(in_order && said.contains(&warning), "{said}");
}
