//! A message as the features hand it over: finished texts, and the headers that mean something.

use std::pin::Pin;
use std::time::SystemTime;

use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, SinglePart};

use super::letter::Addressed;
use super::look::dress;
use super::{DkimKey, EmailAddress, Inline, dkim, flowed, inline};
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
    /// The HTML part; its plain tags are dressed when it is built.
    pub html: String,
    /// The pictures that the HTML part names.
    pub related: Vec<Inline>,
    /// The left part of the Message-ID: the same at every attempt, so that the one repeat that SMTP cannot
    /// exclude is recognised (RFC 5322, 3.6.4).
    pub id: String,
    /// What this belongs to.
    pub thread: Option<Thread>,
    /// How to stop mail of this kind.
    pub unsubscribe: Option<Unsubscribe>,
    /// Where an answer goes, if not to where it comes from.
    pub reply_to: Option<EmailAddress>,
    /// Where mail servers report that it did not arrive (the sender in its envelope), if not to where it comes from.
    pub return_path: Option<EmailAddress>,
}

/// What a mail belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Thread {
    /// A conversation of ours: the left part of the Message-ID that all of it names.
    Ours(String),
    /// The mail of somebody that it answers by itself (RFC 3834): its Message-ID without brackets, where it has one that can be
    /// named.
    Answers(Option<String>),
}

impl Thread {
    /// An answer to a mail with this Message-ID, as it came in: anybody may have written it.
    pub fn answering(message_id: Option<&str>) -> Self {
        let can_be_named = |id: &&str| {
            let is_plain = id.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>' | ','));
            id.len() <= LONGEST_ID
                && is_plain
                && id.split_once('@').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty())
        };
        Self::Answers(message_id.filter(can_be_named).map(str::to_owned))
    }

    fn root(&self, domain: &str) -> Option<String> {
        match self {
            Self::Ours(thread) => Some(format!("<{thread}@{domain}>")),
            Self::Answers(id) => id.as_ref().map(|id| format!("<{id}>")),
        }
    }
}

/// A longer Message-ID of somebody else's is not repeated.
const LONGEST_ID: usize = 250;

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
    /// The same, where many are sent alike.
    Letter(Box<Addressed>, Option<Then>),
    /// It is no longer wanted, and why.
    Drop(&'static str),
    /// The same, and then write something down.
    DropThen(&'static str, Then),
    /// Nothing was written down yet: do this first, with no transaction open, and prepare it again.
    After(Pin<Box<dyn Future<Output = ()> + Send>>),
    /// It waits until then, and is looked at anew.
    NotBefore(Timestamp),
}

impl Prepared {
    /// A message with nothing to write down afterwards.
    pub fn send(message: Message) -> Self {
        Self::Send(Box::new(message), None)
    }
}

/// From whom to whom, as mail servers see it.
#[derive(Clone, Debug)]
pub(super) struct Envelope {
    pub return_path: lettre::Address,
    pub to: lettre::Address,
}

/// A message as it leaves: its envelope, and its lines.
pub(super) struct Built {
    pub envelope: Envelope,
    pub text: String,
}

impl Built {
    /// As SMTP carries it (RFC 5321, 4.5.2): a dot before each line that begins with one, and a dot alone at the end.
    pub fn wire(&self) -> String {
        let mut wire =
            if self.text.contains("\r\n.") { self.text.replace("\r\n.", "\r\n..") } else { self.text.clone() };
        if !wire.ends_with("\r\n") {
            wire.push_str("\r\n");
        }
        wire.push_str(".\r\n");
        wire
    }
}

/// What the headers of a message need to know besides it.
#[derive(Clone, Copy)]
pub(super) struct Sender<'a> {
    pub from: &'a EmailAddress,
    pub dkim: &'a [DkimKey],
    pub now: Timestamp,
}

impl Message {
    /// The lines to send, signed, with their envelope.
    pub(super) fn build(&self, sender: Sender<'_>) -> Result<Built, String> {
        self.assemble(sender, encoded(&flowed::flow(&self.text)), encoded(&dress(&self.html)))
    }

    /// The same with bodies that are encoded already.
    pub(super) fn assemble(&self, sender: Sender<'_>, text: Body, html: Body) -> Result<Built, String> {
        let from = sender.from;
        let domain = from.as_str().rsplit('@').next().unwrap_or_default();
        let mailbox =
            |name: Option<String>, address: &EmailAddress| lettre_address(address).map(|it| Mailbox::new(name, it));
        let mut builder = lettre::Message::builder()
            .from(mailbox(Some(header_text(&self.from_name)), from)?)
            // In brackets, as people's own programs write it: without, it counts as a sign of unwanted mail.
            .raw_header(raw("To", format!("<{}>", self.to)))
            .subject(header_text(&self.subject))
            .date(SystemTime::from(sender.now.to_jiff()))
            .message_id(Some(format!("<{}@{domain}>", self.id)))
            .raw_header(raw("Auto-Submitted", self.auto_submitted().to_owned()))
            // Exchange goes by this where it answers by itself. `Precedence` would add nothing: whoever goes by that goes by
            // List-Id and Auto-Submitted too (RFC 3834).
            .raw_header(raw("X-Auto-Response-Suppress", "OOF, AutoReply".to_owned()))
            .raw_header(raw("Feedback-ID", self.feedback_id()));
        if let Some(root) = self.thread.as_ref().and_then(|thread| thread.root(domain)) {
            builder = builder.in_reply_to(root.clone()).references(root);
        }
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(mailbox(Some(header_text(&self.from_name)), reply_to)?);
        }
        if let Some(unsubscribe) = &self.unsubscribe {
            builder = builder
                .raw_header(raw("List-Id", format!("<{}.{domain}>", unsubscribe.list)))
                .raw_header(raw("List-Unsubscribe", format!("<{}>", unsubscribe.url)))
                .raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
        }
        let (text, html) = (part(flowed::content_type()?, text), part(ContentType::TEXT_HTML, html));
        let built =
            builder.multipart(inline::alternative(text, html, &self.related)?).map_err(|error| error.to_string())?;
        let text = String::from_utf8(built.formatted()).map_err(|error| error.to_string())?;
        if !text.is_ascii() || has_other_line_ends(text.as_bytes()) {
            return Err("a message with a line end of its own".to_owned());
        }
        let signatures = dkim::signatures(sender.dkim, &text, sender.now)?;
        let return_path = lettre_address(self.return_path.as_ref().unwrap_or(from))?;
        let envelope = Envelope { return_path, to: lettre_address(&self.to)? };
        Ok(Built { envelope, text: if signatures.is_empty() { text } else { signatures + &text } })
    }

    /// What machines are told that get it: that no person has written it (RFC 3834, 5).
    fn auto_submitted(&self) -> &'static str {
        if matches!(self.thread, Some(Thread::Answers(_))) { "auto-replied" } else { "auto-generated" }
    }

    /// What providers count complaints by: which page, what kind of mail, and that it is ours. The kind is what the id of the
    /// message begins with.
    fn feedback_id(&self) -> String {
        let kind = self.id.split('-').next().unwrap_or_default();
        match &self.unsubscribe {
            Some(unsubscribe) => format!("{}:{kind}:tidings", unsubscribe.list),
            None => format!("{kind}:tidings"),
        }
    }
}

/// Whether there is a CR without an LF behind it, or an LF without a CR before it.
fn has_other_line_ends(text: &[u8]) -> bool {
    let mut before = 0;
    let alone = text.iter().any(|byte| {
        let is_alone = (before == b'\r') != (*byte == b'\n');
        before = *byte;
        is_alone
    });
    alone || before == b'\r'
}

fn lettre_address(address: &EmailAddress) -> Result<lettre::Address, String> {
    address.as_str().parse().map_err(|error| format!("{address}: {error}"))
}

fn part(content_type: ContentType, body: Body) -> SinglePart {
    SinglePart::builder().header(content_type).header(ContentTransferEncoding::QuotedPrintable).body(body)
}

/// Quoted-printable always: a body in 7bit or 8bit can end DATA early (RUSTSEC-2026-0561).
fn encoded(body: &str) -> Body {
    Body::dangerous_pre_encoded(super::letter::quoted_printable(body), ContentTransferEncoding::QuotedPrintable)
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
            related: Vec::new(),
            id: "update-1".to_owned(),
            thread: Some(Thread::Ours("page-1".to_owned())),
            unsubscribe: Some(Unsubscribe { url: "https://t.example/unsubscribe/x".to_owned(), list: "p".to_owned() }),
            reply_to: Some(EmailAddress::parse("in+ukey@example.org").unwrap()),
            return_path: Some(EmailAddress::parse("in+bkey@example.org").unwrap()),
        }
    }

    #[test]
    fn it_goes_to_whom_it_says() {
        assert_eq!(sent().envelope.to.to_string(), "jo@example.org");
    }

    fn sent() -> Built {
        let from = EmailAddress::parse("tidings@example.org").unwrap();
        message().build(Sender { from: &from, dkim: &[], now: Timestamp::from_micros(0) }).unwrap()
    }

    fn built() -> String {
        sent().text
    }

    #[test]
    fn bounces_go_to_the_return_path_and_answers_to_reply_to() {
        let sent = sent();
        assert_eq!(sent.envelope.return_path.to_string(), "in+bkey@example.org");
        assert!(sent.text.contains("<in+ukey@example.org>\r\n"), "{}", sent.text);
        assert!(!sent.text.contains("bkey"), "{}", sent.text);
    }

    #[test]
    fn lines_that_begin_with_a_dot_get_another_on_the_wire() {
        let sent = Built { text: "A: b\r\n\r\n.\r\n..x\r\ny.".to_owned(), ..sent() };
        assert_eq!(sent.wire(), "A: b\r\n\r\n..\r\n...x\r\ny.\r\n.\r\n");
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
    fn pictures_are_with_the_html_and_the_text_flows() {
        let from = EmailAddress::parse("tidings@example.org").unwrap();
        let inline = Inline::new("photo", "image/jpeg", &[255; 300]);
        let message = Message { related: vec![inline.clone(), inline], ..message() };
        let text = message.build(Sender { from: &from, dkim: &[], now: Timestamp::from_micros(0) }).unwrap().text;
        let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("no {part} in {text}"));
        assert!(at("multipart/alternative") < at("format=flowed") && at("format=flowed") < at("multipart/related"));
        assert!(at("multipart/related") < at("text/html") && at("text/html") < at("image/jpeg"));
        assert_eq!(text.matches("Content-ID: <photo@pictures.tidings>\r\n").count(), 2);
        assert_eq!(text.matches("Content-Transfer-Encoding: base64\r\n").count(), 2);
        assert!(text.lines().all(|line| line.len() <= 200), "{text}");
        assert!(text.contains("<p style=3D"), "{text}");
    }

    #[test]
    fn an_answer_names_the_mail_that_it_answers_and_nothing_that_breaks_a_line() {
        let from = EmailAddress::parse("tidings@example.org").unwrap();
        let built = |id: Option<&str>| {
            let message = Message { thread: Some(Thread::answering(id)), ..message() };
            message.build(Sender { from: &from, dkim: &[], now: Timestamp::from_micros(0) }).unwrap().text
        };
        let text = built(Some("abc.1@mail.example.com"));
        for line in ["In-Reply-To: <abc.1@mail.example.com>", "References: <abc.1@mail.example.com>"] {
            assert!(text.contains(&format!("{line}\r\n")), "{line} not in {text}");
        }
        assert!(text.contains("Auto-Submitted: auto-replied\r\n"), "{text}");
        let long = format!("{}@example.com", "x".repeat(250));
        for bad in
            [None, Some("a b@c"), Some("a@b>\r\nBcc: eve@example.org"), Some("ä@b"), Some("ab"), Some(&long), Some("@")]
        {
            let text = built(bad);
            assert!(!text.contains("In-Reply-To") && !text.contains("References:"), "{bad:?}: {text}");
            assert!(text.contains("Auto-Submitted: auto-replied\r\n"), "{bad:?}: {text}");
        }
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
            "Feedback-ID: p:update:tidings",
            "To: <jo@example.org>",
        ] {
            assert!(text.contains(&format!("{line}\r\n")), "{line} not in {text}");
        }
    }
}
