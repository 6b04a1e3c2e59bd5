//! Transfer encodings and charsets, forgiving: what is a little broken is read as far as it goes.

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;

/// Undoes a transfer encoding.
pub(crate) fn undo<'m>(encoding: &str, body: &'m [u8]) -> Cow<'m, [u8]> {
    match encoding {
        "base64" => Cow::Owned(from_base64(body)),
        "quoted-printable" => Cow::Owned(from_quoted_printable(body)),
        _ => Cow::Borrowed(body),
    }
}

/// Text in the charset that was named; where none was, or an unknown one, as UTF-8 or else as what Windows writes.
pub(crate) fn text(charset: Option<&str>, bytes: &[u8]) -> String {
    let named = charset.and_then(|name| charset_decoder(name.trim_matches(['"', '\'', ' ']).as_bytes()));
    let is_utf8 = std::str::from_utf8(bytes);
    match (named, is_utf8) {
        (_, Ok(text)) if charset.is_none_or(|name| name.to_ascii_lowercase().contains("utf")) => text.to_owned(),
        (Some(decode), _) => decode(bytes),
        (None, Ok(text)) => text.to_owned(),
        (None, Err(_)) => match charset_decoder(b"windows-1252") {
            Some(decode) if !charset.is_some_and(|name| name.to_ascii_lowercase().contains("utf")) => decode(bytes),
            _ => String::from_utf8_lossy(bytes).into_owned(),
        },
    }
}

fn from_base64(body: &[u8]) -> Vec<u8> {
    let mut clean = Vec::with_capacity(body.len());
    for byte in body {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => clean.push(*byte),
            // What follows the end is somebody's footer, put there without looking.
            b'=' => break,
            _ => {}
        }
    }
    if clean.len() % 4 == 1 {
        clean.pop();
    }
    while !clean.len().is_multiple_of(4) {
        clean.push(b'=');
    }
    base64_decode(&clean).unwrap_or_default()
}

fn from_quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let (text, ended) = match line.strip_suffix(b"\n") {
            Some(text) => (text.trim_ascii_end(), true),
            None => (line, false),
        };
        let (text, soft) = match text.strip_suffix(b"=") {
            Some(text) => (text, true),
            None => (text, false),
        };
        let mut bytes = text.iter();
        while let Some(byte) = bytes.next() {
            let hex = |index: usize| bytes.as_slice().get(index).and_then(|digit| (*digit as char).to_digit(16));
            match (byte, hex(0), hex(1)) {
                (b'=', Some(high), Some(low)) => {
                    decoded.push((high * 16 + low) as u8);
                    bytes.next();
                    bytes.next();
                }
                _ => decoded.push(*byte),
            }
        }
        if ended && !soft {
            decoded.push(b'\n');
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_quoted_printable_is_read_as_far_as_it_goes() {
        assert_eq!(from_quoted_printable(b"caf=C3=A9 =\r\nau lait\t \r\n1=2 =Z=\n"), "café au lait\n1=2 =Z".as_bytes());
    }

    #[test]
    fn broken_base64_is_read_as_far_as_it_goes() {
        assert_eq!(from_base64(b"SGVs\r\nbG8=\r\n--footer"), b"Hello");
        assert_eq!(from_base64(b"SGVsbG8"), b"Hello");
        assert_eq!(from_base64(b"S"), b"");
    }

    #[test]
    fn unknown_charsets_are_guessed() {
        assert_eq!(text(Some("x-nobody"), b"caf\xe9"), "café");
        assert_eq!(text(None, "café".as_bytes()), "café");
        assert_eq!(text(Some("iso-8859-1"), b"caf\xe9"), "café");
        assert_eq!(text(Some("iso-2022-jp"), b"\x1b$B$\"\x1b(B"), "あ");
    }
}
