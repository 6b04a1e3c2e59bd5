//! What a file is and how large its picture, from a few bytes of it and without decoding any.

mod heic;
mod jpeg;
mod simple;

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use crate::caught::caught;
use crate::header::{MAX_BYTES, MAX_PIXELS, MAX_SIDE};
use crate::{Header, Kind, NotAPhoto, Refusal};

pub(crate) use heic::transforms as heic_transforms;

/// How much of a file is looked at to tell what it is.
const HEAD: u64 = 512;

/// The size of a picture as its file claims it, and what decoding it takes.
pub(crate) struct Claim {
    pub width: u32,
    pub height: u32,
    /// Tenths of bytes that decoding holds for each pixel.
    pub tenths_per_pixel: u64,
    /// Whether it is a JPEG of which all coefficients are held before the first pixel is made.
    pub coefficients: bool,
}

/// Says what the file at `path` is, by its content, and how large its picture.
///
/// # Errors
///
/// A [`Refusal`] if it is not a photo that [`develop`](crate::develop) takes, or is over its limits.
pub fn inspect(path: &Path) -> Result<Header, Refusal> {
    inspect_from(&mut BufReader::new(File::open(path)?))
}

/// Like [`inspect`], from the beginning of anything that can be read and searched: only the parts of it that say how
/// large the picture is are read.
pub fn inspect_from(file: &mut (impl Read + Seek)) -> Result<Header, Refusal> {
    let bytes = file.seek(SeekFrom::End(0))?;
    if bytes == 0 {
        return Err(Refusal::Empty);
    }
    file.rewind()?;
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head)?;
    let kind = kind_of(&head).map_err(Refusal::NotAPhoto)?;
    if bytes > MAX_BYTES {
        return Err(Refusal::TooLarge);
    }
    file.rewind()?;
    let claim = caught(|| match kind {
        Kind::Jpeg => jpeg::claim(file),
        Kind::Png => simple::png(&head),
        Kind::Gif => simple::gif(&head),
        Kind::WebP => simple::webp(&head),
        Kind::Heic => heic::claim(file, bytes),
    })?;
    let Claim { width, height, tenths_per_pixel, coefficients } = claim;
    if width == 0 || height == 0 {
        return Err(Refusal::Damaged);
    }
    if u64::from(width) * u64::from(height) > MAX_PIXELS || width > MAX_SIDE || height > MAX_SIDE {
        return Err(Refusal::TooManyPixels);
    }
    Ok(Header { kind, width, height, bytes, tenths_per_pixel, coefficients })
}

fn kind_of(head: &[u8]) -> Result<Kind, NotAPhoto> {
    let brand = head.get(8..12).unwrap_or_default();
    if head.starts_with(b"\xff\xd8\xff") {
        Ok(Kind::Jpeg)
    } else if head.starts_with(b"\x89PNG\r\n\x1a\n") {
        Ok(Kind::Png)
    } else if head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a") {
        Ok(Kind::Gif)
    } else if head.starts_with(b"RIFF") && brand == b"WEBP" {
        Ok(Kind::WebP)
    } else if head.get(4..8) == Some(b"ftyp") {
        heic::brand(head)
    } else {
        Err(something_else(head))
    }
}

fn something_else(head: &[u8]) -> NotAPhoto {
    let starts = |prefix: &[u8]| head.starts_with(prefix);
    if starts(b"%PDF") {
        return NotAPhoto::Pdf;
    }
    if starts(b"BM") && head.len() > 26 {
        return NotAPhoto::Bmp;
    }
    if starts(b"II*\0") || starts(b"MM\0*") {
        return NotAPhoto::Tiff;
    }
    if starts(b"PK\x03\x04") {
        return NotAPhoto::Archive;
    }
    if starts(b"\0\0\0\x0cJXL ") || starts(b"\xff\x0a") {
        return NotAPhoto::JpegXl;
    }
    if head.get(4..8).is_some_and(|kind| matches!(kind, b"moov" | b"mdat" | b"wide")) || starts(b"\x1a\x45\xdf\xa3") {
        return NotAPhoto::Video;
    }
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    if text.contains("<svg") {
        NotAPhoto::Svg
    } else if text.contains("<html") || text.contains("<!doctype") || text.contains("<script") {
        NotAPhoto::WebPage
    } else {
        NotAPhoto::Unknown
    }
}
