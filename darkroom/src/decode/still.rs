//! PNG, WebP and GIF.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use image::codecs::gif::GifDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{ColorType, ImageDecoder, ImageError, Limits};

use crate::colour::Profile;
use crate::header::{MAX_SIDE, memory_needed};
use crate::orientation::Turn;
use crate::picture::Picture;
use crate::{Header, Kind, Refusal};

pub(super) fn decode(path: &Path, header: &Header) -> Result<(Picture, Profile), Refusal> {
    let open = || File::open(path).map(BufReader::new);
    match header.kind {
        Kind::Png => {
            PngDecoder::with_limits(open()?, limits(header)).map_err(refusal).and_then(|one| pixels(one, header))
        }
        Kind::WebP => WebPDecoder::new(open()?).map_err(refusal).and_then(|one| pixels(one, header)),
        Kind::Gif => GifDecoder::new(open()?).map_err(refusal).and_then(|one| pixels(one, header)),
        Kind::Jpeg | Kind::Heic => Err(Refusal::Unreadable),
    }
}

fn limits(header: &Header) -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(memory_needed(header));
    limits
}

fn pixels(mut decoder: impl ImageDecoder, header: &Header) -> Result<(Picture, Profile), Refusal> {
    decoder.set_limits(limits(header)).map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    if (width, height) != (header.width, header.height) {
        return Err(Refusal::Damaged);
    }
    let turn = decoder.orientation().map(|orientation| Turn::from_exif(orientation.to_exif())).unwrap_or_default();
    let profile = decoder.icc_profile().ok().flatten().map_or(Profile::None, Profile::Icc);
    let colour = decoder.color_type();
    let length = usize::try_from(decoder.total_bytes()).map_err(|_| Refusal::TooManyPixels)?;
    let mut bytes = vec![0; length];
    decoder.read_image(&mut bytes).map_err(refusal)?;
    let wide = matches!(colour, ColorType::L16 | ColorType::La16 | ColorType::Rgb16 | ColorType::Rgba16);
    if wide {
        narrow(&mut bytes);
    }
    let picture = match colour {
        ColorType::Rgb8 | ColorType::Rgb16 => Picture { width, height, alpha: false, pixels: bytes, turn },
        ColorType::Rgba8 | ColorType::Rgba16 => Picture::from_rgba(width, height, bytes, turn),
        ColorType::L8 | ColorType::L16 => {
            let rgb = bytes.iter().flat_map(|&grey| [grey; 3]).collect();
            Picture { width, height, alpha: false, pixels: rgb, turn }
        }
        ColorType::La8 | ColorType::La16 => {
            let rgba = bytes.chunks_exact(2).flat_map(|one| [one[0], one[0], one[0], one[1]]).collect();
            Picture::from_rgba(width, height, rgba, turn)
        }
        _ => return Err(Refusal::Unreadable),
    };
    Ok((picture, profile))
}

/// Sixteen bits a sample to eight, in place.
fn narrow(bytes: &mut Vec<u8>) {
    let count = bytes.len() / 2;
    for at in 0..count {
        let wide = u32::from(u16::from_ne_bytes([bytes[at * 2], bytes[at * 2 + 1]]));
        bytes[at] = ((wide * 255 + 32_767) / 65_535) as u8;
    }
    bytes.truncate(count);
    bytes.shrink_to_fit();
}

fn refusal(error: ImageError) -> Refusal {
    match error {
        ImageError::IoError(cause) => cause.into(),
        ImageError::Limits(_) => Refusal::TooManyPixels,
        ImageError::Unsupported(_) => Refusal::Unreadable,
        _ => Refusal::Damaged,
    }
}
