//! One conversation with a server that has mail for us: LMTP (RFC 2033) or SMTP (RFC 5321), without TLS and without signing
//! in, since nothing is passed on that is not ours.

use tokio::io::{AsyncBufRead, AsyncWrite, AsyncWriteExt};

use super::lines::{self, Broken};
use crate::mail::Protocol;

/// The most that one letter may have, in bytes.
pub const LARGEST_LETTER: usize = 25 * 1024 * 1024;

/// How many of our addresses one letter may go to: it is kept for each of them.
const MOST_RECIPIENTS: usize = 5;

/// How many letters come in one conversation, and how much that we do not understand is answered.
const MOST_LETTERS: usize = 100;
const MOST_MISTAKES: usize = 10;

/// How many commands are answered to anybody who brings no letter meanwhile.
const MOST_COMMANDS: usize = 200;

/// What became of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is on the disk.
    Kept,
    /// It could not be kept just now.
    Later,
    /// It has been on its way for too long.
    Loops,
}

/// Who takes letters in.
pub trait Reception: Send + Sync {
    /// One of our addresses.
    type To: Send;
    /// Whether a letter may come in at all just now; it has this in hand until it is kept.
    type Turn: Send;

    /// The address, if it is ours; an error where that cannot be told just now.
    fn recipient(&self, address: &str) -> impl Future<Output = Result<Option<Self::To>, ()>> + Send;
    /// Room in memory for one letter, if there is some soon.
    fn turn(&self) -> impl Future<Output = Option<Self::Turn>> + Send;
    /// Keeps a letter: for all whom it is to, or for none.
    fn take(&self, sender: &str, to: Vec<Self::To>, raw: Vec<u8>) -> impl Future<Output = Taken> + Send;
}

/// A letter whose envelope is being said.
struct Envelope<T> {
    sender: String,
    to: Vec<T>,
}

/// How a conversation stands.
struct Session<'a, R, T> {
    reception: &'a R,
    protocol: Protocol,
    greeted: bool,
    envelope: Option<Envelope<T>>,
    mistakes: usize,
    letters: usize,
    /// Since the last letter.
    commands: usize,
}

enum Next {
    Say(&'static str),
    Capabilities,
    Data,
    Quit,
}

fn greeting(protocol: Protocol, name: &str) -> String {
    let kind = if protocol == Protocol::Lmtp { "LMTP" } else { "ESMTP" };
    format!("220 {name} {kind} Tidings")
}

/// Whether a listener that greets so is one of ours.
pub fn is_our_greeting(line: &str) -> bool {
    let line = line.trim_end();
    line.starts_with("220 ") && [" LMTP Tidings", " ESMTP Tidings"].iter().any(|end| line.ends_with(end))
}

/// Speaks until the other side has said goodbye or does not understand.
pub async fn converse<R, I, O>(reception: &R, protocol: Protocol, name: &str, mut reader: I, mut writer: O)
where
    R: Reception,
    I: AsyncBufRead + Unpin + Send,
    O: AsyncWrite + Unpin + Send,
{
    let mut session =
        Session { reception, protocol, greeted: false, envelope: None, mistakes: 0, letters: 0, commands: 0 };
    if say(&mut writer, &greeting(protocol, name)).await.is_err() {
        return;
    }
    let broken = loop {
        let line = match lines::command(&mut reader).await {
            Ok(line) => line,
            Err(broken) => break broken,
        };
        let said = match session.understand(&line).await {
            Next::Say(answer) => say(&mut writer, answer).await,
            Next::Capabilities => {
                let text = format!(
                    "250-{name}\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SIZE {LARGEST_LETTER}\r\n250 ENHANCEDSTATUSCODES"
                );
                say(&mut writer, &text).await
            }
            Next::Data => match session.data(&mut reader, &mut writer).await {
                Ok(()) => Ok(()),
                Err(broken) => break broken,
            },
            Next::Quit => {
                // Whoever says goodbye may be gone before we have.
                let _ = say(&mut writer, "221 2.0.0 Goodbye").await;
                return;
            }
        };
        if said.is_err() {
            return;
        }
        session.commands += 1;
        if protocol == Protocol::Smtp && session.commands >= MOST_COMMANDS {
            let _ = say(&mut writer, "421 4.7.0 Much was said, and no letter has come").await;
            return;
        }
        if session.mistakes > MOST_MISTAKES {
            let _ = say(&mut writer, "421 4.7.0 Too many mistakes").await;
            return;
        }
    };
    let last = match broken {
        Broken::Gone => "421 4.4.2 Nothing more was heard",
        Broken::BareLineEnd => "550 5.5.2 A line ends with CR and LF, and with nothing else",
        Broken::TooLong => "500 5.5.6 Line too long",
    };
    let _ = say(&mut writer, last).await;
}

async fn say<O: AsyncWrite + Unpin>(writer: &mut O, answer: &str) -> std::io::Result<()> {
    writer.write_all(answer.as_bytes()).await?;
    writer.write_all(b"\r\n").await?;
    writer.flush().await
}

impl<R: Reception> Session<'_, R, R::To> {
    async fn understand(&mut self, line: &[u8]) -> Next {
        let Ok(line) = std::str::from_utf8(line) else { return self.mistake("500 5.5.2 That is not UTF-8") };
        if line.contains('\0') {
            return self.mistake("500 5.5.2 That is no command");
        }
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match (verb.to_ascii_uppercase().as_str(), self.protocol) {
            ("LHLO", Protocol::Lmtp) | ("EHLO", Protocol::Smtp) => {
                (self.greeted, self.envelope) = (true, None);
                Next::Capabilities
            }
            ("HELO", Protocol::Smtp) => {
                (self.greeted, self.envelope) = (true, None);
                Next::Say("250 Tidings")
            }
            ("MAIL", _) => self.mail(rest),
            ("RCPT", _) => self.rcpt(rest).await,
            ("DATA", _) if !rest.trim().is_empty() => self.mistake("501 5.5.4 DATA stands alone"),
            ("DATA", _) => match &self.envelope {
                Some(envelope) if !envelope.to.is_empty() => Next::Data,
                Some(_) => Next::Say("554 5.5.1 There is nobody here to take it"),
                None => self.mistake("503 5.5.1 MAIL and RCPT come first"),
            },
            ("RSET", _) => {
                self.envelope = None;
                Next::Say("250 2.0.0 Forgotten")
            }
            ("NOOP", _) => Next::Say("250 2.0.0 Still here"),
            ("QUIT", _) => Next::Quit,
            ("VRFY", _) => Next::Say("252 2.5.0 Send it, and see"),
            ("AUTH" | "STARTTLS" | "EXPN" | "HELP" | "BDAT" | "TURN" | "ETRN", _) => {
                self.mistake("502 5.5.1 That is not done here")
            }
            _ => self.mistake("500 5.5.1 That is no command here"),
        }
    }

    fn mistake(&mut self, answer: &'static str) -> Next {
        self.mistakes += 1;
        Next::Say(answer)
    }

    fn mail(&mut self, rest: &str) -> Next {
        if !self.greeted {
            return self.mistake("503 5.5.1 Say hello first");
        }
        if self.envelope.is_some() {
            return self.mistake("503 5.5.1 There is a letter in hand already");
        }
        let Some((sender, parameters)) = path(rest, "FROM:") else {
            return self.mistake("501 5.5.4 MAIL FROM:<address>");
        };
        for parameter in parameters {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            match name.to_ascii_uppercase().as_str() {
                "SIZE" => match value.parse::<u64>() {
                    Ok(size) if size > LARGEST_LETTER as u64 => {
                        return Next::Say("552 5.3.4 That is more than 25 MB");
                    }
                    Ok(_) => {}
                    Err(_) => return self.mistake("501 5.5.4 SIZE is a number"),
                },
                "BODY" if ["7BIT", "8BITMIME"].contains(&value.to_ascii_uppercase().as_str()) => {}
                _ => return self.mistake("555 5.5.4 That parameter is not known here"),
            }
        }
        if self.letters >= MOST_LETTERS {
            return Next::Say("452 4.5.3 Enough for one conversation");
        }
        self.envelope = Some(Envelope { sender: sender.to_owned(), to: Vec::new() });
        Next::Say("250 2.1.0 Go on")
    }

    async fn rcpt(&mut self, rest: &str) -> Next {
        let Some(count) = self.envelope.as_ref().map(|it| it.to.len()) else {
            return self.mistake("503 5.5.1 MAIL comes first");
        };
        let found = path(rest, "TO:").map(|(address, mut parameters)| (address, parameters.next().is_some()));
        let Some((address, has_parameters)) = found.filter(|(address, _)| !address.is_empty()) else {
            return self.mistake("501 5.5.4 RCPT TO:<address>");
        };
        if has_parameters {
            return self.mistake("555 5.5.4 That parameter is not known here");
        }
        if count >= MOST_RECIPIENTS {
            return Next::Say("452 4.5.3 Too many recipients");
        }
        match self.reception.recipient(address).await {
            Ok(Some(to)) => {
                if let Some(envelope) = &mut self.envelope {
                    envelope.to.push(to);
                }
                Next::Say("250 2.1.5 That is ours")
            }
            // Guessing at addresses is a mistake, too.
            Ok(None) => self.mistake("550 5.1.1 Nobody has this address here"),
            Err(()) => Next::Say("451 4.3.0 That cannot be looked up just now"),
        }
    }

    /// The letter itself. In LMTP each recipient is answered; all of them are kept, or none.
    async fn data<I, O>(&mut self, reader: &mut I, writer: &mut O) -> Result<(), Broken>
    where
        I: AsyncBufRead + Unpin + Send,
        O: AsyncWrite + Unpin + Send,
    {
        let Some(envelope) = self.envelope.take() else { return Ok(()) };
        let Some(turn) = self.reception.turn().await else {
            return Ok(say(writer, "452 4.3.1 Many letters come in just now").await?);
        };
        say(writer, "354 Go on, and end with a dot").await?;
        let answers = if self.protocol == Protocol::Lmtp { envelope.to.len() } else { 1 };
        let patience = match self.protocol {
            Protocol::Lmtp => lines::LETTER_WITHIN,
            Protocol::Smtp => lines::STRANGERS_LETTER_WITHIN,
        };
        let answer = match lines::letter(reader, LARGEST_LETTER, patience).await? {
            None => "552 5.3.4 That is more than 25 MB",
            Some(raw) => match self.reception.take(&envelope.sender, envelope.to, raw).await {
                Taken::Kept => "250 2.0.0 Kept",
                Taken::Later => "451 4.3.0 It could not be kept just now",
                Taken::Loops => "554 5.4.6 It goes round in circles",
            },
        };
        drop(turn);
        self.letters += 1;
        self.commands = 0;
        for _ in 0..answers {
            say(writer, answer).await?;
        }
        Ok(())
    }
}

/// The address in `FROM:<…>` or `TO:<…>`, and the parameters behind it. A route before the address is left away, as it is to be
/// (RFC 5321, appendix C).
fn path<'a>(rest: &'a str, word: &str) -> Option<(&'a str, std::str::SplitAsciiWhitespace<'a>)> {
    let rest = rest.trim_start();
    let (head, rest) = rest.split_at_checked(word.len())?;
    if !head.eq_ignore_ascii_case(word) {
        return None;
    }
    let rest = rest.trim_start().strip_prefix('<')?;
    let (address, parameters) = rest.split_once('>')?;
    if !parameters.is_empty() && !parameters.starts_with(' ') {
        return None;
    }
    let address = match address.strip_prefix('@') {
        Some(route) => route.split_once(':')?.1,
        None => address,
    };
    if address.len() > 254 || address.chars().any(|c| c.is_whitespace() || c.is_control() || c == '<') {
        return None;
    }
    Some((address, parameters.split_ascii_whitespace()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<'a>(rest: &'a str, word: &str) -> Option<(&'a str, Vec<&'a str>)> {
        path(rest, word).map(|(address, parameters)| (address, parameters.collect()))
    }

    #[test]
    fn envelopes() {
        assert_eq!(read("FROM:<>", "FROM:"), Some(("", vec![])));
        assert_eq!(
            read("from: <jo@example.org> SIZE=10 BODY=8BITMIME", "FROM:"),
            Some(("jo@example.org", vec!["SIZE=10", "BODY=8BITMIME"]))
        );
        assert_eq!(read("TO:<@a,@b:jo@example.org>", "TO:"), Some(("jo@example.org", vec![])));
        for bad in ["jo@example.org", "TO:jo@example.org", "TO:<jo@example.org", "TO:<a b>", "TO:<a>x", "TO:<a<b>"] {
            assert_eq!(read(bad, "TO:"), None, "{bad}");
        }
    }
}
