//! The crate, with mails that the tests write themselves: as many programs and languages write them.

mod authentication;
mod bounds;
mod html;
mod kinds;
mod photos;
mod reports;
mod words;

use tidings_letters::{Envelope, Kind, Letter};

/// A mail with these fields and this text.
fn mail(fields: &str, text: &str) -> String {
    let fields: String = fields.lines().map(|line| format!("{line}\r\n")).collect();
    let charset = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n";
    let charset = if fields.to_lowercase().contains("content-type:") { "" } else { charset };
    format!("From: Ann Muster <ann@example.org>\r\nMessage-ID: <1@example.org>\r\n{charset}{fields}\r\n{text}")
}

/// A mail of several parts: each its fields, an empty line and its body.
fn mail_of(kind: &str, parts: &[&str]) -> String {
    let parts: String = parts.iter().map(|part| format!("--b0\r\n{part}\r\n")).collect();
    mail(
        &format!("MIME-Version: 1.0\nContent-Type: {kind}; boundary=\"b0\""),
        &format!("preamble\r\n{parts}--b0--\r\n"),
    )
}

fn kind_of(mail: &str) -> Kind {
    Letter::parse(mail.as_bytes()).unwrap().kind(&Envelope { sender: None, own_field: Some("X-Tidings") })
}
