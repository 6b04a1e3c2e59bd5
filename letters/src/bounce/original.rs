//! The mail that a report is about, as far as the report brings it along.

use crate::fields::{Fields, split_head};
use crate::letter::Letter;

/// What is known of the mail that a report is about. A report can say of it what it likes: only what nobody but us can
/// have written in it proves anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Original {
    /// Its id, without brackets.
    pub message_id: Option<String>,
    /// Its sender in the SMTP dialogue.
    pub return_path: Option<String>,
    /// Whom it was from.
    pub from: Vec<String>,
    /// Where answers were to go.
    pub reply_to: Vec<String>,
    /// Whom it was to.
    pub to: Vec<String>,
    /// Its subject.
    pub subject: Option<String>,
    /// The id that its sender gave it in the SMTP dialogue (`ENVID` of RFC 3461).
    pub envelope_id: Option<String>,
}

impl Original {
    fn from_fields(fields: &Fields) -> Self {
        let path = fields.get("return-path").map(|path| path.trim_matches(['<', '>', ' ']).to_owned());
        let named = || fields.addresses(&["x-envelope-from", "x-mail-from"]).into_iter().next();
        Self {
            message_id: fields.ids("message-id").into_iter().next(),
            return_path: path.filter(|path| !path.is_empty()).or_else(named),
            from: fields.addresses(&["from"]),
            reply_to: fields.addresses(&["reply-to"]),
            to: fields.addresses(&["to", "cc", "x-hmxmroriginalrecipient", "x-original-to"]),
            subject: fields.text("subject"),
            envelope_id: None,
        }
    }

    /// Takes what it does not know from another.
    pub(super) fn or(self, other: Self) -> Self {
        let either = |one: Vec<String>, other: Vec<String>| if one.is_empty() { other } else { one };
        Self {
            message_id: self.message_id.or(other.message_id),
            return_path: self.return_path.or(other.return_path),
            from: either(self.from, other.from),
            reply_to: either(self.reply_to, other.reply_to),
            to: either(self.to, other.to),
            subject: self.subject.or(other.subject),
            envelope_id: self.envelope_id.or(other.envelope_id),
        }
    }
}

/// The mail that a report has among its parts, or at the end of its text.
pub(super) fn attached(letter: &Letter<'_>, text: &str) -> Original {
    let in_parts = letter.parts.iter().find_map(|part| {
        let fields = match part.kind.as_str() {
            "message/rfc822"
            | "message/global"
            | "text/rfc822-headers"
            | "message/rfc822-headers"
            | "text/rfc822-header"
            | "message/global-headers"
            | "text/rfc822"
            | "message/partial" => {
                let bytes = part.bytes();
                Fields::parse(split_head(bytes.trim_ascii_start()).0)
            }
            _ => return None,
        };
        Some(Original::from_fields(&fields)).filter(|_| !fields.is_empty())
    });
    in_parts.unwrap_or_default().or(in_text(text))
}

/// The head that stands in a text, told by fields that follow each other.
fn in_text(text: &str) -> Original {
    const FIELDS: [&str; 10] = [
        "return-path:",
        "received:",
        "message-id:",
        "from:",
        "to:",
        "date:",
        "subject:",
        "delivered-to:",
        "mime-version:",
        "content-type:",
    ];
    let names_field = |line: &str| {
        let line = line.trim_start().to_ascii_lowercase();
        FIELDS.iter().any(|field| line.starts_with(field))
    };
    let mut at = 0;
    let mut begun = None;
    let mut named = 0;
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            if named >= 3 {
                break;
            }
            (begun, named) = (None, 0);
        } else if names_field(line) {
            begun = begun.or(Some(at));
            named += 1;
        }
        at += line.len();
    }
    let head = begun.filter(|_| named >= 3).and_then(|begun| text.get(begun..)).unwrap_or_default();
    // Some indent the whole mail; then nothing is folded that could be told apart from it.
    let indented = head.lines().next().is_some_and(|line| line.starts_with([' ', '\t']));
    let straight: String = if indented {
        head.lines().take(200).map(|line| format!("{}\n", line.trim_start())).collect()
    } else {
        head.to_owned()
    };
    Original::from_fields(&Fields::parse(straight.as_bytes()))
}
