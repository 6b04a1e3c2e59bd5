//! Looks through the bytes of a print for what may not be there.

use std::io::Cursor;

use exif::{Error, Reader};
use tidings_darkroom::Print;

use super::camera::SECRET;

const NEEDLES: [&[u8]; 16] = [
    b"Exif",
    b"EXIF",
    b"http://ns.adobe.com",
    b"xmpmeta",
    b"XMP ",
    b"ICC_PROFILE",
    b"ICCP",
    b"acsp",
    b"Photoshop",
    b"8BIM",
    b"MPF\0",
    b"<html",
    b"<script",
    b"<svg",
    b"PK\x03\x04",
    b"%PDF",
];

/// Asserts that a print is a picture and nothing else.
pub fn tells_nothing(print: Print, bytes: &[u8]) {
    let name = print.name();
    for needle in NEEDLES.into_iter().chain([SECRET.as_bytes(), &SECRET.as_bytes()[..12]]) {
        let found = bytes.windows(needle.len()).any(|window| window == needle);
        assert!(!found, "{name} holds {}", String::from_utf8_lossy(needle));
    }
    match Reader::new().read_from_container(&mut Cursor::new(bytes)) {
        Err(Error::NotFound(_)) => {}
        found => panic!("{name}: {:?}", found.map(|exif| exif.fields().count())),
    }
    match print.media_type() {
        "image/jpeg" => jpeg_parts(bytes).unwrap_or_else(|why| panic!("{name}: {why}")),
        _ => webp_parts(bytes).unwrap_or_else(|why| panic!("{name}: {why}")),
    }
}

/// A JPEG is its marks, JFIF, tables, one scan, and nothing after its end.
fn jpeg_parts(bytes: &[u8]) -> Result<(), String> {
    assert_eq!(&bytes[..2], b"\xff\xd8");
    let mut at = 2;
    loop {
        let (marker, length) = (bytes[at + 1], usize::from(u16::from_be_bytes([bytes[at + 2], bytes[at + 3]])));
        assert_eq!(bytes[at], 0xff);
        match marker {
            0xe0 if bytes[at + 4..].starts_with(b"JFIF\0") && length == 16 => {}
            0xc0 | 0xc4 | 0xdb => {}
            0xda => break,
            other => return Err(format!("a segment {other:x}")),
        }
        at += 2 + length;
    }
    let scan = &bytes[at + 2..];
    let end = scan.windows(2).position(|pair| pair[0] == 0xff && pair[1] != 0).ok_or("no end")?;
    if scan[end..] == *b"\xff\xd9" { Ok(()) } else { Err(format!("{} bytes after the scan", scan.len() - end)) }
}

/// A WebP is its picture and, if need be, transparency.
fn webp_parts(bytes: &[u8]) -> Result<(), String> {
    let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    assert_eq!((&bytes[..4], &bytes[8..12], number(4) + 8), (b"RIFF".as_slice(), b"WEBP".as_slice(), bytes.len()));
    let mut at = 12;
    while at < bytes.len() {
        match &bytes[at..at + 4] {
            b"VP8 " | b"VP8L" | b"ALPH" => {}
            b"VP8X" if bytes[at + 8] & !0x10 == 0 => {}
            other => return Err(format!("a chunk {}", String::from_utf8_lossy(other))),
        }
        at += 8 + number(at + 4).next_multiple_of(2);
    }
    Ok(())
}
