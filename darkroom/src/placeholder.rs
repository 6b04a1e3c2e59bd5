//! What stands where a photo will be until it is there.

use std::io;
use std::panic::catch_unwind;

use data_encoding::BASE64;

use crate::orientation::Turn;
use crate::picture::Picture;
use crate::{prints, resize};

/// The longest side that a ThumbHash is made from.
const HASHED_EDGE: u32 = 100;

/// Good enough for a blur of 32 pixels.
const QUALITY: f32 = 30.0;

/// The ThumbHash of an upright picture: some 25 bytes that hold its shape and a blur of its colours.
pub(crate) fn thumbhash(picture: Picture) -> io::Result<Vec<u8>> {
    let (picture, _) = resize::smaller(picture, HASHED_EDGE)?;
    let rgba = if picture.alpha {
        picture.pixels
    } else {
        picture.pixels.chunks_exact(3).flat_map(|rgb| [rgb[0], rgb[1], rgb[2], 255]).collect()
    };
    Ok(thumbhash::rgba_to_thumb_hash(picture.width as usize, picture.height as usize, &rgba))
}

/// A `data:` address of the tiny picture that a ThumbHash holds, a few hundred characters long, for `img` in a page.
/// Empty if it is no ThumbHash.
pub fn placeholder_data_uri(thumbhash: &[u8]) -> String {
    blur(thumbhash)
        .and_then(|picture| prints::webp(&picture, QUALITY).ok())
        .map(|bytes| format!("data:image/webp;base64,{}", BASE64.encode(&bytes)))
        .unwrap_or_default()
}

fn blur(thumbhash: &[u8]) -> Option<Picture> {
    let (width, height, rgba) = catch_unwind(|| thumbhash::thumb_hash_to_rgba(thumbhash)).ok()?.ok()?;
    let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    if width == 0 || height == 0 {
        return None;
    }
    Some(Picture::from_rgba(width, height, rgba, Turn::default()))
}
