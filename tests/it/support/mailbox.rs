//! The mail that was sent, as its receivers have it.

use mail_parser::{MessageParser, MimeHeaders};

use super::TestApp;

/// One mail, parsed by somebody else's parser.
#[derive(Clone, Debug)]
pub struct Mail {
    pub to: String,
    pub from_name: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub message_id: String,
    pub raw: String,
}

impl Mail {
    pub fn parse(raw: &[u8]) -> Self {
        let message = MessageParser::default().parse(raw).expect("a mail");
        assert!(message.parts.iter().all(|part| part.content_type().is_some()), "every part has a type");
        let to = message.to().and_then(|it| it.first()).and_then(|it| it.address()).unwrap_or_default();
        let from = message.from().and_then(|it| it.first()).and_then(|it| it.name()).unwrap_or_default();
        Self {
            to: to.to_owned(),
            from_name: from.to_owned(),
            subject: message.subject().unwrap_or_default().to_owned(),
            text: unflowed(&message.body_text(0).unwrap_or_default().replace("\r\n", "\n")),
            html: message.body_html(0).unwrap_or_default().into_owned(),
            message_id: message.message_id().unwrap_or_default().to_owned(),
            raw: String::from_utf8_lossy(raw).into_owned(),
        }
    }

    /// The first address in the text that holds `part`.
    #[track_caller]
    pub fn link(&self, part: &str) -> String {
        let found = self.text.split_whitespace().find(|word| word.starts_with("http") && word.contains(part));
        found.unwrap_or_else(|| panic!("no link with {part} in {}", self.text)).to_owned()
    }
}

/// Lines as they were before they were broken, as a program reads them that knows `format=flowed` (RFC 3676).
fn unflowed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut goes_on: Option<String> = None;
    for line in text.lines() {
        let words = line.trim_start_matches('>');
        let quote = line.strip_suffix(words).unwrap_or_default().to_owned();
        let words = words.strip_prefix(' ').unwrap_or(words);
        let goes_on_here = goes_on.take().is_some_and(|before| before == quote);
        if !goes_on_here {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(&">".repeat(quote.len()));
            out.push_str(if quote.is_empty() { "" } else { " " });
        }
        if words == "-- " && quote.is_empty() {
            out.push_str("--");
            continue;
        }
        out.push_str(words);
        if words.ends_with(' ') && !words.trim().is_empty() {
            goes_on = Some(quote);
        }
    }
    out.push('\n');
    out
}

impl TestApp {
    /// Every mail in the outbox, in the order in which it was sent.
    pub fn mails(&self) -> Vec<Mail> {
        let Ok(entries) = std::fs::read_dir(self.app.config.outbox_dir()) else { return Vec::new() };
        let mut files: Vec<_> = entries
            .map(|entry| entry.expect("a file").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
            .map(|path| (path.metadata().and_then(|it| it.modified()).expect("its time"), path))
            .collect();
        files.sort();
        files.iter().map(|(_, path)| Mail::parse(&std::fs::read(path).expect("a mail"))).collect()
    }

    /// Does what is due, and answers with the mails to one address.
    pub fn mails_to(&self, address: &str) -> Vec<Mail> {
        self.run_jobs();
        self.mails().into_iter().filter(|mail| mail.to == address).collect()
    }

    /// The newest mail to an address.
    #[track_caller]
    pub fn last_mail_to(&self, address: &str) -> Mail {
        self.mails_to(address).pop().unwrap_or_else(|| panic!("no mail to {address}"))
    }
}
