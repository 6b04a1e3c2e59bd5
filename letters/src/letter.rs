//! The mail as a type: its head as it is asked for, and its parts.

use mail_parser::MessageParser;

use crate::fields::{Fields, split_head};
use crate::parts::{self, Part};

/// The longest mail that is read.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// When a mail says that it was written, in seconds since 1970.
pub type Date = i64;

/// A mail that came in.
#[derive(Debug, Clone)]
pub struct Letter<'m> {
    pub(crate) fields: Fields,
    pub(crate) parts: Vec<Part<'m>>,
}

impl<'m> Letter<'m> {
    /// Reads a mail as it came over the wire. There is none where nothing looks like the head of a mail, or where there
    /// are more than [`MAX_BYTES`].
    pub fn parse(bytes: &'m [u8]) -> Option<Self> {
        if bytes.len() > MAX_BYTES {
            return None;
        }
        let (head, body) = split_head(without_envelope_line(bytes));
        let fields = Fields::parse(head);
        (!fields.is_empty()).then(|| {
            let parts = parts::walk(&fields, body);
            Self { fields, parts }
        })
    }

    /// Its own id, without brackets.
    pub fn message_id(&self) -> Option<String> {
        self.fields.ids("message-id").into_iter().next()
    }

    /// The addresses that it says it is from, as they were written. More than one is allowed, and suspicious.
    pub fn from(&self) -> Vec<String> {
        self.fields.addresses(&["from"])
    }

    /// What it is about, decoded.
    pub fn subject(&self) -> Option<String> {
        self.fields.text("subject").map(|subject| subject.trim().to_owned()).filter(|subject| !subject.is_empty())
    }

    /// When it says that it was written.
    pub fn date(&self) -> Option<Date> {
        let head = format!("Date: {}\r\n\r\n", self.fields.last("date")?);
        let message = MessageParser::default().parse_headers(head.as_bytes())?;
        message.date().filter(|date| date.is_valid()).map(|date| date.to_timestamp())
    }

    /// The ids of the mails that it answers.
    pub fn in_reply_to(&self) -> Vec<String> {
        self.fields.ids("in-reply-to")
    }

    /// The ids of the conversation that it belongs to, oldest first.
    pub fn references(&self) -> Vec<String> {
        self.fields.ids("references")
    }

    /// Every address that it may have been sent to: what the servers on its way noted, then `To` and `Cc`.
    pub fn recipients(&self) -> Vec<String> {
        self.fields.addresses(&["delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc"])
    }

    /// Where bounces of it were to go, as the delivering server noted it; empty for mail that has no sender.
    pub fn return_path(&self) -> Option<&str> {
        self.fields.get("return-path").map(|path| path.trim_matches(['<', '>', ' ']))
    }

    /// A field of its head by name, in any case, unfolded and as it was sent.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(&name.to_ascii_lowercase())
    }
}

/// Without the line that a mailbox file begins each of its mails with.
fn without_envelope_line(bytes: &[u8]) -> &[u8] {
    if !bytes.starts_with(b"From ") && !bytes.starts_with(b">From ") {
        return bytes;
    }
    let end = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| end + 1);
    bytes.get(end..).unwrap_or_default()
}
