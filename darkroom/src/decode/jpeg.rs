//! JPEG.

use std::fs;
use std::path::Path;

use image::metadata::Orientation;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::whole::is_whole;
use crate::colour::Profile;
use crate::header::MAX_SIDE;
use crate::orientation::Turn;
use crate::picture::Picture;
use crate::{Header, Refusal};

/// What the decoder paints where it found nothing.
const PAINTED: [u8; 2] = [0, 128];

type Decoder<'a> = JpegDecoder<ZCursor<&'a [u8]>>;

pub(super) fn decode(path: &Path, header: &Header) -> Result<(Picture, Profile), Refusal> {
    let bytes = fs::read(path)?;
    let whole = is_whole(&bytes);
    decode_bytes(&bytes, whole, header).map_err(|refusal| match refusal {
        Refusal::Damaged if !whole => Refusal::CutOff,
        refusal => refusal,
    })
}

fn decode_bytes(bytes: &[u8], whole: bool, header: &Header) -> Result<(Picture, Profile), Refusal> {
    let mut decoder = decoder(bytes, ColorSpace::RGB);
    decoder.decode_headers().map_err(refusal)?;
    if decoder.dimensions() != Some((header.width as usize, header.height as usize)) {
        return Err(Refusal::Damaged);
    }
    let stored = decoder.input_colorspace().ok_or(Refusal::Damaged)?;
    if stored == ColorSpace::Luma {
        decoder.set_options(options(ColorSpace::Luma));
    }
    let turn = decoder
        .exif()
        .and_then(|exif| Orientation::from_exif_chunk(exif))
        .map(|orientation| Turn::from_exif(orientation.to_exif()))
        .unwrap_or_default();
    let profile = match stored {
        // The decoder makes red, green and blue of inks, of which the profile knows nothing.
        ColorSpace::CMYK | ColorSpace::YCCK => Profile::None,
        _ => decoder.icc_profile().map_or(Profile::None, Profile::Icc),
    };
    let mut pixels = decoder.decode().map_err(refusal)?;
    drop(decoder);
    if stored == ColorSpace::Luma {
        pixels = pixels.iter().flat_map(|&grey| [grey; 3]).collect();
    }
    if pixels.len() as u64 != header.pixels() * 3 {
        return Err(Refusal::Damaged);
    }
    let mut picture = Picture { width: header.width, height: header.height, alpha: false, pixels, turn };
    if !whole && header.coefficients {
        // It comes in several scans and has all its rows early: what is missing without its end cannot be told.
        return Err(Refusal::CutOff);
    }
    if stored != ColorSpace::RGB && seems_painted(&picture) {
        let seen = picture.pixels.len();
        picture.pixels = Vec::new();
        let Look { read, pixels } = look_again(bytes, header)?;
        // The whole photo is elsewhere if its end is missing here. Otherwise this may be all there is of it, and a
        // strip at its lower edge, as some old cameras left it, is not what one looks at.
        let enough = if whole { header.height - header.height / 32 } else { header.height };
        if read < enough as usize {
            return Err(Refusal::Damaged);
        }
        picture = Picture::without_alpha(header.width, header.height, pixels, turn);
        debug_assert_eq!(picture.pixels.len(), seen);
    }
    Ok((picture, profile))
}

/// Whether the last row looks as if it was not read from the file: in one of the colours that the decoder paints.
fn seems_painted(picture: &Picture) -> bool {
    let last = picture.pixels.len().saturating_sub(picture.stride());
    PAINTED.iter().any(|colour| picture.pixels[last..].iter().all(|sample| sample == colour))
}

struct Look {
    /// Rows that were read from the file.
    read: usize,
    pixels: Vec<u8>,
}

/// Decodes once more with a channel that no JPEG has: where something was read it is opaque, and where nothing was,
/// it is painted like the others.
fn look_again(bytes: &[u8], header: &Header) -> Result<Look, Refusal> {
    let pixels = decoder(bytes, ColorSpace::RGBA).decode().map_err(refusal)?;
    if pixels.len() as u64 != header.pixels() * 4 {
        return Err(Refusal::Damaged);
    }
    let rows = pixels.chunks_exact(header.width as usize * 4);
    let read = rows.take_while(|row| row.last() == Some(&255)).count();
    Ok(Look { read, pixels })
}

fn options(colour: ColorSpace) -> DecoderOptions {
    DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(MAX_SIDE as usize)
        .set_max_height(MAX_SIDE as usize)
        .jpeg_set_out_colorspace(colour)
}

fn decoder(bytes: &[u8], colour: ColorSpace) -> Decoder<'_> {
    JpegDecoder::new_with_options(ZCursor::new(bytes), options(colour))
}

fn refusal(error: DecodeErrors) -> Refusal {
    match error {
        DecodeErrors::Unsupported(_) => Refusal::Unreadable,
        DecodeErrors::LargeDimensions(_) => Refusal::TooManyPixels,
        _ => Refusal::Damaged,
    }
}
