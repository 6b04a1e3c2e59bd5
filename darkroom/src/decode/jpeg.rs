//! JPEG.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::Path;

use image::metadata::Orientation;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::whole::end_mark;
use crate::colour::Profile;
use crate::header::MAX_SIDE;
use crate::orientation::Turn;
use crate::picture::Picture;
use crate::{Header, Refusal};

/// What the decoder paints where it found nothing.
const PAINTED: [u8; 2] = [0, 128];

/// More than the decoder reads ahead.
const PADDING: usize = 16;

type Decoder<'a> = JpegDecoder<ZCursor<&'a [u8]>>;

pub(super) fn decode(path: &Path, header: &Header) -> Result<(Picture, Profile), Refusal> {
    let mut bytes = fs::read(path)?;
    let end = end_mark(&bytes);
    // A JPEG in several scans has all its rows early and gets sharper: what is missing without its end cannot be told.
    if !header.coefficients {
        prepare(&mut bytes, end);
    } else if end.is_none() {
        return Err(Refusal::CutOff);
    }
    decode_bytes(&mut bytes, end.is_some(), header).map_err(|refusal| match refusal {
        Refusal::Damaged if end.is_none() => Refusal::CutOff,
        refusal => refusal,
    })
}

/// Takes the end mark off. If the decoder meets it too early it makes rows of nothing up to the last; but where the
/// bytes end it paints the rest, which [`look_again`] sees. The padding is for what it reads ahead.
fn prepare(bytes: &mut Vec<u8>, end: Option<usize>) {
    match end {
        Some(end) => bytes.truncate(end),
        // Half a mark would make one with what comes next.
        None => while bytes.pop_if(|last| *last == 0xff).is_some() {},
    }
    bytes.extend_from_slice(&[0; PADDING]);
}

fn decode_bytes(bytes: &mut [u8], whole: bool, header: &Header) -> Result<(Picture, Profile), Refusal> {
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
    if !header.coefficients && (!whole || seems_painted(&picture)) && stored != ColorSpace::RGB {
        picture.pixels = Vec::new();
        let mut look = look_again(bytes, header)?;
        // The whole photo is elsewhere if its end is missing here. Otherwise this may be all there is of it, and a
        // strip at its lower edge, as some old cameras left it, is not what one looks at.
        let enough = if whole { header.height - header.height / 32 } else { header.height };
        if look.read < enough as usize {
            return Err(Refusal::Damaged);
        }
        if !whole {
            look = same_with_other_padding(bytes, header, look)?;
        }
        picture = Picture::without_alpha(header.width, header.height, look.pixels, turn);
    }
    Ok((picture, profile))
}

/// Whether anything of the last rows was made of the padding: then it is another picture with another padding.
fn same_with_other_padding(bytes: &mut [u8], header: &Header, look: Look) -> Result<Look, Refusal> {
    let before = digest(look);
    let padding = bytes.len() - PADDING;
    bytes[padding..].fill(0x55);
    let look = look_again(bytes, header)?;
    if digest_of(&look.pixels) == before { Ok(look) } else { Err(Refusal::CutOff) }
}

/// Of two large pictures only one is held.
fn digest(look: Look) -> u64 {
    digest_of(&look.pixels)
}

fn digest_of(pixels: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(pixels);
    hasher.finish()
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
