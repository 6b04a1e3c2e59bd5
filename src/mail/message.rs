//! A message as the features hand it over: finished texts, and the headers that mean something.

use std::time::SystemTime;

use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};

use super::EmailAddress;
use crate::clock::Timestamp;
use crate::jobs::Then;

/// One mail to one person.
#[derive(Clone, Debug)]
pub struct Message {
    /// Who it goes to.
    pub to: EmailAddress,
    /// The name shown before the address it comes from, such as "Maria's page".
    pub from_name: String,
    /// One line.
    pub subject: String,
    /// The text part: everything that the HTML part says.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// The left part of the Message-ID: the same at every attempt, so that the one repeat that SMTP cannot
    /// exclude is recognised (RFC 5322, 3.6.4).
    pub id: String,
    /// The left part of the Message-ID of what this belongs to.
    pub thread: Option<String>,
    /// How to stop mail of this kind.
    pub unsubscribe: Option<Unsubscribe>,
}

/// How to stop mail of this kind with one press (RFC 2369, RFC 8058).
#[derive(Clone, Debug)]
pub struct Unsubscribe {
    /// The address that a mail client posts to.
    pub url: String,
    /// What the list is called (RFC 2919): the left part of its List-Id.
    pub list: String,
}

/// What a mail job found when its turn came.
pub enum Prepared {
    /// Send this, and then write down what came of it.
    Send(Box<Message>, Option<Then>),
    /// It is no longer wanted, and why.
    Drop(&'static str),
    /// The same, and then write something down.
    DropThen(&'static str, Then),
}

impl Prepared {
    /// A message with nothing to write down afterwards.
    pub fn send(message: Message) -> Self {
        Self::Send(Box::new(message), None)
    }
}

impl Message {
    /// The bytes to send, with their envelope.
    pub(super) fn build(&self, from: &EmailAddress, now: Timestamp) -> Result<lettre::Message, String> {
        let domain = from.as_str().rsplit('@').next().unwrap_or_default();
        let mailbox = |name: Option<String>, address: &EmailAddress| {
            address.as_str().parse().map(|it| Mailbox::new(name, it)).map_err(|error| format!("{address}: {error}"))
        };
        let mut builder = lettre::Message::builder()
            .from(mailbox(Some(header_text(&self.from_name)), from)?)
            .to(mailbox(None, &self.to)?)
            .subject(header_text(&self.subject))
            .date(SystemTime::from(now.to_jiff()))
            .message_id(Some(format!("<{}@{domain}>", self.id)))
            .raw_header(raw("Auto-Submitted", "auto-generated".to_owned()));
        if let Some(thread) = &self.thread {
            let root = format!("<{thread}@{domain}>");
            builder = builder.in_reply_to(root.clone()).references(root);
        }
        if let Some(unsubscribe) = &self.unsubscribe {
            builder = builder
                .raw_header(raw("List-Id", format!("<{}.{domain}>", unsubscribe.list)))
                .raw_header(raw("List-Unsubscribe", format!("<{}>", unsubscribe.url)))
                .raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
        }
        builder
            .multipart(
                MultiPart::alternative()
                    .singlepart(part(ContentType::TEXT_PLAIN, &self.text))
                    .singlepart(part(ContentType::TEXT_HTML, &self.html)),
            )
            .map_err(|error| error.to_string())
    }
}

/// Quoted-printable always: a body in 7bit or 8bit can end DATA early (RUSTSEC-2026-0561).
fn part(content_type: ContentType, body: &str) -> SinglePart {
    SinglePart::builder()
        .header(content_type)
        .header(ContentTransferEncoding::QuotedPrintable)
        .body(body.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n"))
}

fn raw(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

/// Nothing that breaks a line gets into a header.
fn header_text(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        Message {
            to: EmailAddress::parse("jo@example.org").unwrap(),
            from_name: "Maria’s page\r\nBcc: eve@example.org".to_owned(),
            subject: "Home\nX-Evil: yes".to_owned(),
            text: "one\n.\ntwo\r.\rthree".to_owned(),
            html: "<p>one</p>".to_owned(),
            id: "update-1".to_owned(),
            thread: Some("page-1".to_owned()),
            unsubscribe: Some(Unsubscribe { url: "https://t.example/unsubscribe/x".to_owned(), list: "p".to_owned() }),
        }
    }

    fn built() -> String {
        let from = EmailAddress::parse("tidings@example.org").unwrap();
        String::from_utf8(message().build(&from, Timestamp::from_micros(0)).unwrap().formatted()).unwrap()
    }

    #[test]
    fn no_header_can_be_smuggled_in() {
        let text = built();
        for line in text.lines() {
            assert!(!line.starts_with("Bcc:") && !line.starts_with("X-Evil:"), "{text}");
        }
    }

    #[test]
    fn bodies_are_quoted_printable_with_crlf_only() {
        let text = built();
        assert_eq!(text.matches("Content-Transfer-Encoding: quoted-printable").count(), 2);
        assert!(!text.contains("\n.\r\n") || text.contains("\r\n.\r\n"), "{text}");
        assert!(text.replace("\r\n", "").find(['\r', '\n']).is_none(), "bare line ends in {text:?}");
    }

    #[test]
    fn threading_and_one_click_headers_stand_there() {
        let text = built();
        for line in [
            "Message-ID: <update-1@example.org>",
            "References: <page-1@example.org>",
            "In-Reply-To: <page-1@example.org>",
            "List-Unsubscribe: <https://t.example/unsubscribe/x>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            "Auto-Submitted: auto-generated",
        ] {
            assert!(text.contains(&format!("{line}\r\n")), "{line} not in {text}");
        }
    }
}
