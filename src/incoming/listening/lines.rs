//! Lines of a conversation and of a letter, read with a ceiling for each.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufRead, AsyncBufReadExt};
use tokio::time::timeout;

/// The longest line of a command, with its end (RFC 5321, 4.5.3.1.4, and room for the extensions).
const LONGEST_COMMAND: usize = 2_000;

/// The longest line of a letter. 1000 is the rule (RFC 5321, 4.5.3.1.6); many servers send longer ones.
const LONGEST_LINE: usize = 256 * 1024;

/// More than this is not even read past: the connection ends.
const MOST_READ_PAST: usize = 100 * 1024 * 1024;

/// How long we wait for the next command (RFC 5321, 4.5.3.2.7).
pub const COMMAND_WITHIN: Duration = Duration::from_secs(5 * 60);

/// How long we wait for the next line of a letter (RFC 5321, 4.5.3.2.5).
const LINE_WITHIN: Duration = Duration::from_secs(3 * 60);

/// How long a whole letter may take: from a server of our own, and from anybody.
pub const LETTER_WITHIN: Duration = Duration::from_secs(15 * 60);
pub const STRANGERS_LETTER_WITHIN: Duration = Duration::from_secs(5 * 60);

/// Why there is no line.
#[derive(Debug)]
pub enum Broken {
    /// The other side is gone, or says nothing any more.
    Gone,
    /// A line end that is none: servers that disagree about where a letter ends can be made to take one for two.
    BareLineEnd,
    /// A line without an end.
    TooLong,
}

impl From<io::Error> for Broken {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

/// The next command, without its line end.
pub async fn command<R: AsyncBufRead + Unpin>(reader: &mut R) -> Result<Vec<u8>, Broken> {
    let mut line = Vec::new();
    within(COMMAND_WITHIN, line_into(reader, &mut line, LONGEST_COMMAND)).await?;
    Ok(line)
}

/// The letter up to the line with nothing but a dot, with the dots that were added taken off; `None` where it has more than
/// `most` bytes, of which the rest was read past.
pub async fn letter<R: AsyncBufRead + Unpin>(
    reader: &mut R,
    most: usize,
    patience: Duration,
) -> Result<Option<Vec<u8>>, Broken> {
    within(patience, async {
        let (mut letter, mut line, mut read) = (Vec::new(), Vec::new(), 0_usize);
        loop {
            line.clear();
            within(LINE_WITHIN, line_into(reader, &mut line, LONGEST_LINE)).await?;
            read += line.len() + 2;
            if read > MOST_READ_PAST {
                return Err(Broken::TooLong);
            }
            let rest = match line.strip_prefix(b".") {
                Some([]) => return Ok((read - 3 <= most).then_some(letter)),
                Some(rest) => rest,
                None => line.as_slice(),
            };
            if read > most.saturating_add(3) {
                // What is not taken is not kept either.
                letter = Vec::new();
            } else {
                letter.extend_from_slice(rest);
                letter.extend_from_slice(b"\r\n");
            }
        }
    })
    .await
}

async fn within<T>(patience: Duration, reading: impl Future<Output = Result<T, Broken>>) -> Result<T, Broken> {
    timeout(patience, reading).await.unwrap_or(Err(Broken::Gone))
}

/// One line up to CR LF, which is left away. A CR or LF by itself stands in no line; a NUL may, in a letter.
async fn line_into<R: AsyncBufRead + Unpin>(reader: &mut R, line: &mut Vec<u8>, most: usize) -> Result<(), Broken> {
    loop {
        let available = reader.fill_buf().await?;
        if available.is_empty() {
            return Err(Broken::Gone);
        }
        let end = available.iter().position(|byte| *byte == b'\n');
        let (piece, used) = match end {
            Some(at) => (available.get(..at).unwrap_or_default(), at + 1),
            None => (available, available.len()),
        };
        if line.len() + piece.len() > most {
            return Err(Broken::TooLong);
        }
        line.extend_from_slice(piece);
        reader.consume(used);
        if end.is_none() {
            continue;
        }
        if line.pop() != Some(b'\r') || line.contains(&b'\r') {
            return Err(Broken::BareLineEnd);
        }
        return Ok(());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], most: usize) -> Result<Option<Vec<u8>>, Broken> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(letter(&mut tokio::io::BufReader::with_capacity(7, bytes), most, LETTER_WITHIN))
    }

    #[test]
    fn a_letter_ends_with_a_dot_and_loses_the_dots_that_were_added() {
        assert_eq!(read(b"one\r\n..two\r\n.\r\nQUIT\r\n", 100).unwrap().unwrap(), b"one\r\n.two\r\n");
        assert_eq!(read(b".\r\n", 100).unwrap().unwrap(), b"");
        assert_eq!(read(b"123456\r\n.\r\n", 8).unwrap().unwrap(), b"123456\r\n");
        assert_eq!(read(b"1234567\r\n.\r\n", 8).unwrap(), None);
    }

    #[test]
    fn a_line_end_that_is_none_ends_nothing() {
        for bytes in
            [&b"one\n.\nMAIL FROM:<x>\r\n.\r\n"[..], b"one\r\n.\nx\r\n.\r\n", b"one\r.\r\n.\r\n", b"one\n.\r\n.\r\n"]
        {
            assert!(matches!(read(bytes, 100), Err(Broken::BareLineEnd)), "{bytes:?}");
        }
        assert!(matches!(read(b"one\r\ntwo", 100), Err(Broken::Gone)));
        assert!(matches!(read(b"one\r\n.\r", 100), Err(Broken::Gone)));
    }
}
