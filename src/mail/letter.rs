//! What many are sent alike: encoded once, with a blank wherever each copy says something of its own.

use std::sync::Arc;

use data_encoding::HEXLOWER;
use lettre::message::Body;
use lettre::message::header::ContentTransferEncoding;

use super::look::dress;
use super::message::{Built, Sender};
use super::{EmailAddress, Message, Unsubscribe, flowed};
use crate::secrets::random;

/// What stands in a text where a copy's own words are to be. Nobody who writes a text can know it.
pub struct Blanks {
    secret: String,
}

impl Default for Blanks {
    fn default() -> Self {
        Self { secret: HEXLOWER.encode(&random::<12>()) }
    }
}

impl Blanks {
    /// The blank with this number: letters and digits only, so that no template changes it.
    pub fn mark(&self, number: usize) -> String {
        format!("blank{}x{number}x", self.secret)
    }

    /// A text cut at its blanks.
    fn cut(&self, text: &str) -> Pieces {
        let start = format!("blank{}x", self.secret);
        let mut parts = text.split(&start);
        let first = quoted_printable(parts.next().unwrap_or_default());
        let rest = parts.map(|part| {
            let (number, words) = part.split_once('x').unwrap_or_default();
            (number.parse().unwrap_or(usize::MAX), quoted_printable(words))
        });
        Pieces { first, rest: rest.collect() }
    }
}

/// A text that is encoded, in the pieces between its blanks.
struct Pieces {
    first: Vec<u8>,
    rest: Vec<(usize, Vec<u8>)>,
}

/// A line break that is none (RFC 2045, 6.7): what stands before it and behind it is encoded by itself.
const SOFT_BREAK: &[u8] = b"=\r\n";

impl Pieces {
    fn filled(&self, fills: &[String]) -> Body {
        let fills: Vec<Vec<u8>> = fills.iter().map(|text| quoted_printable(text)).collect();
        let mut whole = self.first.clone();
        for (number, piece) in &self.rest {
            whole.extend_from_slice(SOFT_BREAK);
            whole.extend_from_slice(fills.get(*number).map_or(&[], Vec::as_slice));
            whole.extend_from_slice(SOFT_BREAK);
            whole.extend_from_slice(piece);
        }
        Body::dangerous_pre_encoded(whole, ContentTransferEncoding::QuotedPrintable)
    }
}

/// Text as quoted-printable, with CRLF at the end of every line.
pub(super) fn quoted_printable(text: &str) -> Vec<u8> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
    // Never fails for this encoding; if it did, what it hands back is the text as it was, which is refused before it is sent.
    match Body::new_with_encoding(text, ContentTransferEncoding::QuotedPrintable) {
        Ok(body) => body.into_vec(),
        Err(text) => text,
    }
}

/// What is the same in all copies.
pub struct Letter {
    model: Message,
    text: Pieces,
    html: Pieces,
}

impl Letter {
    /// From a message in whose texts the blanks stand. What of it is each copy's own is not looked at.
    pub fn new(mut model: Message, blanks: &Blanks) -> Self {
        let (text, html) = (std::mem::take(&mut model.text), std::mem::take(&mut model.html));
        Self { model, text: blanks.cut(&flowed::flow(&text)), html: blanks.cut(&dress(&html)) }
    }
}

/// One copy, and what is its own.
pub struct Addressed {
    /// What it is a copy of.
    pub letter: Arc<Letter>,
    /// Who it goes to.
    pub to: EmailAddress,
    /// Whether mail reached them so far: that this one does is then nothing to write down of them.
    pub is_reached: bool,
    /// As [`Message::id`].
    pub id: String,
    /// As [`Message::unsubscribe`].
    pub unsubscribe: Option<Unsubscribe>,
    /// As [`Message::reply_to`].
    pub reply_to: Option<EmailAddress>,
    /// As [`Message::return_path`].
    pub return_path: Option<EmailAddress>,
    /// What comes into the blanks, by their number: addresses of ours, which are the same in text and in HTML.
    pub fills: Vec<String>,
}

impl Addressed {
    pub(super) fn build(&self, sender: Sender<'_>) -> Result<Built, String> {
        let own = Message {
            to: self.to.clone(),
            id: self.id.clone(),
            unsubscribe: self.unsubscribe.clone(),
            reply_to: self.reply_to.clone(),
            return_path: self.return_path.clone(),
            ..self.letter.model.clone()
        };
        own.assemble(sender, self.letter.text.filled(&self.fills), self.letter.html.filled(&self.fills))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    #[test]
    fn a_copy_says_what_a_message_of_its_own_would_say() {
        let blanks = Blanks::default();
        let long = "Sie schläft viel und isst wieder ein wenig; wir sind dankbar für jeden Tag. ".repeat(9);
        // Links stand alone on their lines, as in every template: what fills a blank does not move the words around it.
        let words = |link: &str| format!("{long}\n.\n{link}\n--\nStop:\n{link}#how\nÄ=3D\n");
        let html = |link: &str| format!("<p>{long}</p><a href=\"{link}\">Read</a>");
        let message = |text, html| Message {
            to: EmailAddress::parse("nobody@example.org").unwrap(),
            from_name: "Maria’s page".to_owned(),
            subject: "Home".to_owned(),
            text,
            html,
            related: Vec::new(),
            id: "none".to_owned(),
            thread: None,
            unsubscribe: None,
            reply_to: None,
            return_path: None,
        };
        let letter = Arc::new(Letter::new(message(words(&blanks.mark(0)), html(&blanks.mark(0))), &blanks));
        let from = EmailAddress::parse("tidings@example.org").unwrap();
        let sender = Sender { from: &from, dkim: &[], now: Timestamp::from_micros(0) };
        for name in ["jo", "bill"] {
            let link = format!("https://example.org/sign-in/link/{}?to=updates/{name}", "x".repeat(90));
            let copy = Addressed {
                letter: letter.clone(),
                to: EmailAddress::parse(&format!("{name}@example.org")).unwrap(),
                is_reached: true,
                id: format!("update-{name}"),
                unsubscribe: None,
                reply_to: None,
                return_path: None,
                fills: vec![link.clone()],
            };
            let built = copy.build(sender).unwrap();
            assert!(built.text.lines().all(|line| line.len() <= 78), "{}", built.text);
            let parsed = mail_parser::MessageParser::default().parse(built.text.as_bytes()).unwrap();
            let text = parsed.body_text(0).unwrap().replace("\r\n", "\n");
            assert_eq!(text.trim_end(), flowed::flow(&words(&link)).trim_end());
            assert_eq!(parsed.body_html(0).unwrap().trim_end(), dress(&html(&link)));
            assert!(built.text.contains(&format!("To: <{name}@example.org>\r\n")), "{}", built.text);
        }
    }
}
