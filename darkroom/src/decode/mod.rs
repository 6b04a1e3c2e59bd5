//! From a file to pixels.

mod heic;
mod jpeg;
mod still;
mod whole;

use std::path::Path;

use crate::caught::caught;
use crate::picture::Picture;
use crate::{Header, Kind, Refusal, colour};

/// The picture in the file, in sRGB.
pub(crate) fn decode(path: &Path, header: &Header) -> Result<Picture, Refusal> {
    let (mut picture, profile) = caught(|| match header.kind {
        Kind::Jpeg => jpeg::decode(path, header),
        Kind::Heic => heic::decode(path, header),
        _ => still::decode(path, header),
    })?;
    // A profile that trips its reader is as good as none.
    let _ = caught(|| {
        colour::to_srgb(&mut picture, &profile);
        Ok(())
    });
    Ok(picture)
}
