//! JPEGs as cameras write them, with all that a photo should not tell.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// What no byte of a print may hold; in the maker's note, the position and all the other places.
pub const SECRET: &str = "52.5163N 13.3777E home of Maria";

/// A JPEG of these pixels with nothing else in it.
pub fn plain(width: u32, height: u32, pixels: &[u8]) -> Vec<u8> {
    encoded(width, height, pixels, false)
}

/// The same in several scans, each of which sharpens it.
pub fn progressive(width: u32, height: u32, pixels: &[u8]) -> Vec<u8> {
    encoded(width, height, pixels, true)
}

fn encoded(width: u32, height: u32, pixels: &[u8], progressive: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, 90);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_progressive(progressive);
    encoder.encode(pixels, width as u16, height as u16, ColorType::Rgb).unwrap();
    out
}

/// A JPEG with these segments, by marker, after its first mark.
pub fn with_segments(jpeg: &[u8], segments: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut out = jpeg[..2].to_vec();
    for (marker, content) in segments {
        out.extend_from_slice(&[0xff, *marker]);
        out.extend_from_slice(&(content.len() as u16 + 2).to_be_bytes());
        out.extend_from_slice(content);
    }
    out.extend_from_slice(&jpeg[2..]);
    out
}

/// EXIF with this orientation, a position, a maker's note and a camera.
pub fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    let position = 200_u32;
    let entries: [(u16, u16, u32, u32); 5] = [
        (0x010f, 2, SECRET.len() as u32, 120),
        (0x0112, 3, 1, u32::from(orientation)),
        (0x013b, 2, SECRET.len() as u32, 120),
        (0x8769, 4, 1, 300),
        (0x8825, 4, 1, position),
    ];
    directory(&mut tiff, &entries);
    tiff.resize(120, 0);
    tiff.extend_from_slice(SECRET.as_bytes());
    tiff.resize(position as usize, 0);
    let gps = [(1, 2, 2, u32::from(b'N')), (2, 5, 3, 260), (3, 2, 2, u32::from(b'E')), (4, 5, 3, 260)];
    directory(&mut tiff, &gps);
    tiff.resize(260, 0);
    for number in [52_u32, 1, 30, 1, 59, 1] {
        tiff.extend_from_slice(&number.to_le_bytes());
    }
    tiff.resize(300, 0);
    directory(&mut tiff, &[(0x927c, 7, SECRET.len() as u32, 120)]);
    tiff
}

fn directory(tiff: &mut Vec<u8>, entries: &[(u16, u16, u32, u32)]) {
    tiff.extend_from_slice(&(entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        tiff.extend_from_slice(&tag.to_le_bytes());
        tiff.extend_from_slice(&kind.to_le_bytes());
        tiff.extend_from_slice(&count.to_le_bytes());
        tiff.extend_from_slice(&value.to_le_bytes());
    }
    tiff.extend_from_slice(&[0; 4]);
}

/// The segment that EXIF comes in.
pub fn exif_segment(orientation: u8) -> (u8, Vec<u8>) {
    (0xe1, [b"Exif\0\0".as_slice(), &exif(orientation)].concat())
}

/// The segments that a profile comes in.
pub fn icc_segment(profile: &[u8]) -> (u8, Vec<u8>) {
    (0xe2, [b"ICC_PROFILE\0\x01\x01".as_slice(), profile].concat())
}

/// All that a camera and a program after it can leave in a JPEG.
pub fn everything(orientation: u8, profile: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let xmp =
        format!("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><exif:GPSLatitude>{SECRET}</exif:GPSLatitude></x:xmpmeta>");
    let iptc = [b"Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0\x26\x1c\x02\x5a\0\x1f".as_slice(), SECRET.as_bytes()].concat();
    vec![
        exif_segment(orientation),
        (0xe1, xmp.into_bytes()),
        (0xed, iptc),
        icc_segment(profile),
        (0xee, [b"Adobe\0\x64\0\0\0\0\x01".as_slice()].concat()),
        (0xe4, SECRET.as_bytes().to_vec()),
        (0xfe, SECRET.as_bytes().to_vec()),
    ]
}
