//! PNG, WebP, GIF and HEIC, and more in them than a picture.

use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::{Delay, DynamicImage, Frame, ImageFormat, RgbImage, RgbaImage};

/// These pixels as a picture of the library that the tests look with.
pub fn rgb(width: u32, height: u32, pixels: &[u8]) -> DynamicImage {
    RgbImage::from_raw(width, height, pixels.to_vec()).unwrap().into()
}

pub fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, ImageFormat::Png).unwrap();
    out.into_inner()
}

/// A PNG with these chunks after its first.
pub fn png_with(png: &[u8], chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut out = png[..33].to_vec();
    for (kind, content) in chunks {
        let named = [kind.as_slice(), content].concat();
        out.extend_from_slice(&(content.len() as u32).to_be_bytes());
        out.extend_from_slice(&named);
        out.extend_from_slice(&crc(&named).to_be_bytes());
    }
    out.extend_from_slice(&png[33..]);
    out
}

pub fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    })
}

pub fn webp(width: u32, height: u32, pixels: &[u8]) -> Vec<u8> {
    webp::Encoder::from_rgb(pixels, width, height).encode(90.0).to_vec()
}

/// The WebP in its long form, with EXIF and XMP.
pub fn webp_with(webp: &[u8], width: u32, height: u32, exif: &[u8], xmp: &[u8]) -> Vec<u8> {
    let mut canvas = vec![0x0c, 0, 0, 0];
    canvas.extend_from_slice(&(width - 1).to_le_bytes()[..3]);
    canvas.extend_from_slice(&(height - 1).to_le_bytes()[..3]);
    let mut body = b"WEBP".to_vec();
    chunk(&mut body, b"VP8X", &canvas);
    body.extend_from_slice(&webp[12..]);
    chunk(&mut body, b"EXIF", exif);
    chunk(&mut body, b"XMP ", xmp);
    let mut out = b"RIFF".to_vec();
    out.extend_from_slice(&(body.len() as u32).to_le_bytes());
    out.extend_from_slice(&body);
    out
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) {
    out.extend_from_slice(kind);
    out.extend_from_slice(&(content.len() as u32).to_le_bytes());
    out.extend_from_slice(content);
    out.resize(out.len().next_multiple_of(2), 0);
}

/// A film of these pictures, as a GIF.
pub fn gif(pictures: Vec<RgbaImage>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = GifEncoder::new(&mut out);
    for picture in pictures {
        encoder.encode_frame(Frame::from_parts(picture, 0, 0, Delay::from_numer_denom_ms(100, 1))).unwrap();
    }
    drop(encoder);
    out
}

/// The GIF with a comment before its end.
pub fn gif_with(gif: &[u8], comment: &str) -> Vec<u8> {
    let mut out = gif[..gif.len() - 1].to_vec();
    out.extend_from_slice(&[0x21, 0xfe, comment.len() as u8]);
    out.extend_from_slice(comment.as_bytes());
    out.extend_from_slice(&[0, 0x3b]);
    out
}

/// A HEIC with EXIF that says this orientation.
pub fn heic(width: u32, height: u32, pixels: &[u8], exif: Vec<u8>) -> Vec<u8> {
    let samples: Vec<u16> =
        pixels.chunks_exact(3).flat_map(|one| [one[0], one[1], one[2], 255]).map(u16::from).collect();
    let image = heifer::Image { width, height, bit_depth: 8, has_alpha: false, data: samples };
    let metadata = heifer::Metadata { exif: Some(exif), ..Default::default() };
    let options = heifer::EncodeOptions { quality: 90, max_threads: 1 };
    heifer::encode_with_metadata(&image, &metadata, &options).unwrap()
}

/// The HEIC with one of its properties turned into another, which says `value`.
pub fn heic_property(heic: &[u8], from: &[u8; 4], to: &[u8; 4], value: u8) -> Vec<u8> {
    let mut out = heic.to_vec();
    let at = out.windows(4).position(|window| window == from).unwrap();
    out[at..at + 4].copy_from_slice(to);
    out[at + 4] = value;
    out
}
