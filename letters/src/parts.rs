//! The parts of a mail, walked within bounds: a mail is written by whoever likes, and one that is nested ten thousand
//! times is one too.

use std::borrow::Cow;

use mail_parser::{Message, MessageParser, MimeHeaders};

use crate::decoding;
use crate::fields::{Fields, bounded, split_head};

/// How many multiparts may stand inside each other; what lies deeper is not looked at.
const MAX_DEPTH: usize = 16;
/// How many parts are looked at; those after them are not.
const MAX_PARTS: usize = 500;
/// How many heads are read in search of them: those of multiparts as well.
const MAX_HEADS: usize = 1_000;
/// How much is read of a field that says what a part is. Its continuations (RFC 2231) are put together in a time that grows
/// with the square of it.
const MAX_CONTENT_FIELD: usize = 4 * 1024;
/// How much of one text is read. Nobody wrote more than this by hand, and what somebody wrote comes first.
const MAX_TEXT: usize = 2 * 1024 * 1024;

/// One part that is not a multipart.
#[derive(Debug, Clone)]
pub(crate) struct Part<'m> {
    /// `text/plain`, in small letters.
    pub kind: String,
    /// What stands after it, as it was sent.
    body: &'m [u8],
    encoding: String,
    charset: Option<String>,
    /// `format=flowed` of RFC 3676, and whether the spaces at the ends of lines are part of the text.
    pub flowed: bool,
    pub delete_spaces: bool,
    pub file_name: Option<String>,
    /// Sent to be kept, not to be read in its place.
    pub is_attachment: bool,
    /// Without its brackets.
    pub content_id: Option<String>,
}

impl<'m> Part<'m> {
    fn new(body: &'m [u8], parsed: Option<&Message<'_>>) -> Self {
        let content_type = parsed.and_then(|message| message.content_type());
        let kind = content_type.map_or_else(
            || "text/plain".to_owned(),
            |kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("plain")).to_ascii_lowercase(),
        );
        let says = |name: &str, value: &str| {
            content_type.and_then(|kind| kind.attribute(name)).is_some_and(|said| said.eq_ignore_ascii_case(value))
        };
        Self {
            kind,
            body,
            encoding: parsed
                .and_then(|message| message.content_transfer_encoding())
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase(),
            charset: content_type.and_then(|kind| kind.attribute("charset")).map(str::to_owned),
            flowed: says("format", "flowed"),
            delete_spaces: says("delsp", "yes"),
            file_name: parsed.and_then(|message| message.attachment_name()).map(str::to_owned),
            is_attachment: parsed
                .and_then(|message| message.content_disposition())
                .is_some_and(|disposition| disposition.is_attachment()),
            content_id: parsed
                .and_then(|message| message.content_id())
                .map(|id| id.trim_matches(['<', '>', ' ']).to_owned()),
        }
    }

    /// What was sent, with its transfer encoding undone.
    pub fn bytes(&self) -> Cow<'m, [u8]> {
        decoding::undo(&self.encoding, self.body)
    }

    /// What was sent, as text.
    pub fn text(&self) -> String {
        let bytes = self.bytes();
        let end = bytes.len().min(MAX_TEXT);
        decoding::text(self.charset.as_deref(), bytes.get(..end).unwrap_or_default())
    }

    /// Whether it is text that belongs to what somebody wrote.
    pub fn is_read(&self, kind: &str) -> bool {
        self.kind == kind && !self.is_attachment && (self.file_name.is_none() || self.kind == "text/html")
    }
}

/// All parts of the mail that has these fields, in their order. What is inside a forwarded mail is not walked: it is one
/// part.
pub(crate) fn walk<'m>(fields: &Fields, body: &'m [u8]) -> Vec<Part<'m>> {
    let mut walk = Walk { parts: Vec::new(), heads: 0 };
    walk.through(fields, body, 0);
    walk.parts
}

/// The fields that say what a part is, and nothing else of its head: bounded, each on one line.
fn content_fields(fields: &Fields) -> String {
    let names = ["content-type", "content-transfer-encoding", "content-disposition", "content-id"];
    let said = names.iter().filter_map(|name| Some((name, fields.last(name)?)));
    let lines: String =
        said.map(|(name, value)| format!("{name}: {}\r\n", bounded(value, MAX_CONTENT_FIELD))).collect();
    format!("{lines}\r\n")
}

struct Walk<'m> {
    parts: Vec<Part<'m>>,
    /// How many heads were read.
    heads: usize,
}

impl<'m> Walk<'m> {
    fn through(&mut self, fields: &Fields, body: &'m [u8], depth: usize) {
        if self.parts.len() >= MAX_PARTS || self.heads >= MAX_HEADS {
            return;
        }
        self.heads += 1;
        let head = content_fields(fields);
        let parsed = MessageParser::default().parse_headers(&head);
        let content_type = parsed.as_ref().and_then(|message| message.content_type());
        let boundary = content_type
            .filter(|kind| kind.ctype().eq_ignore_ascii_case("multipart"))
            .and_then(|kind| kind.attribute("boundary"))
            .filter(|boundary| !boundary.is_empty());
        if let Some(boundary) = boundary {
            if depth >= MAX_DEPTH {
                return;
            }
            let pieces = pieces_between(body, boundary.as_bytes());
            if !pieces.is_empty() {
                for piece in pieces {
                    let (head, body) = split_head(piece);
                    self.through(&Fields::parse(head), body, depth + 1);
                }
                return;
            }
        }
        let mut part = Part::new(body, parsed.as_ref());
        if part.kind.starts_with("multipart/") {
            // Said to have parts, and has none: what is there is read as it stands.
            "text/plain".clone_into(&mut part.kind);
        }
        self.parts.push(part);
    }
}

/// What stands between the lines of a boundary, at most as many pieces as parts are looked at.
fn pieces_between<'m>(body: &'m [u8], boundary: &[u8]) -> Vec<&'m [u8]> {
    let mut pieces = Vec::new();
    let mut begun = None;
    let mut at = 0;
    while at < body.len() {
        let rest = body.get(at..).unwrap_or_default();
        let length = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
        let line = rest.get(..length).unwrap_or_default();
        if let Some(after) = line.strip_prefix(b"--").and_then(|line| line.strip_prefix(boundary)) {
            let after = after.trim_ascii();
            if after.is_empty() || after == b"--" {
                if let Some(begun) = begun {
                    pieces.push(without_line_end(body.get(begun..at).unwrap_or_default()));
                }
                begun = (after.is_empty() && pieces.len() < MAX_PARTS).then_some(at + length);
                if begun.is_none() {
                    break;
                }
            }
        }
        at += length;
    }
    if let Some(begun) = begun.filter(|begun| *begun < body.len()) {
        pieces.push(body.get(begun..).unwrap_or_default());
    }
    pieces
}

/// The line break before a boundary belongs to the boundary.
fn without_line_end(piece: &[u8]) -> &[u8] {
    let piece = piece.strip_suffix(b"\n").unwrap_or(piece);
    piece.strip_suffix(b"\r").unwrap_or(piece)
}
