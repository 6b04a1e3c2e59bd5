//! From a file to all its prints.

use std::io;
use std::path::Path;

use crate::decode::decode;
use crate::inspect::inspect;
use crate::orientation::upright;
use crate::picture::Picture;
use crate::{Print, Refusal, placeholder, prints, resize};

/// What is known of a photo once it is developed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Developed {
    /// The width of the full size, upright.
    pub width: u32,
    /// The height of the full size, upright.
    pub height: u32,
    /// Some 25 bytes for [`placeholder_data_uri`](crate::placeholder_data_uri).
    pub thumbhash: Vec<u8>,
}

/// Decodes the photo at `path` once, and hands each [`Print`] to `sink` as it is made: every one exactly once, in the
/// order of [`Print::ALL`]. A photo that is smaller than a print keeps its own size there.
///
/// # Errors
///
/// A [`Refusal`] if it is not a photo, over the limits, or cannot be read; [`Refusal::Trouble`] with the error of
/// `sink` if that fails. Some prints may have been handed out by then.
pub fn develop(path: &Path, sink: &mut dyn FnMut(Print, &[u8]) -> io::Result<()>) -> Result<Developed, Refusal> {
    let header = inspect(path)?;
    let decoded = decode(path, &header)?;
    print(decoded, sink).map_err(Refusal::Trouble)
}

fn print(decoded: Picture, sink: &mut dyn FnMut(Print, &[u8]) -> io::Result<()>) -> io::Result<Developed> {
    let (width, height) = decoded.upright_size();
    sink(Print::Full, &prints::full(&decoded)?)?;
    // Made smaller first and turned then; the decoded picture is let go of before anything else is made.
    let mut picture = shrunk(decoded, 2048)?;
    picture = upright(picture);
    sink(Print::Large, &prints::small_webp(&picture)?)?;
    sink(Print::LargeJpeg, &prints::small_jpeg(&picture)?)?;
    picture = shrunk(picture, 1024)?;
    sink(Print::Medium, &prints::small_webp(&picture)?)?;
    sink(Print::MediumJpeg, &prints::small_jpeg(&picture)?)?;
    picture = shrunk(picture, 320)?;
    sink(Print::Small, &prints::small_webp(&picture)?)?;
    sink(Print::SmallJpeg, &prints::small_jpeg(&picture)?)?;
    let thumbhash = placeholder::thumbhash(&picture)?;
    Ok(Developed { width, height, thumbhash })
}

fn shrunk(picture: Picture, edge: u32) -> io::Result<Picture> {
    Ok(resize::smaller(&picture, edge)?.unwrap_or(picture))
}
