//! What is no photo, or too much of one, is refused at once and in words.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};

use tidings_darkroom::{MAX_BYTES, NotAPhoto, Refusal, inspect_from};

use crate::support::camera::{exif, plain, with_segments};
use crate::support::containers::{crc, gif, heic, png, rgb, webp, webp_with};
use crate::support::developed;
use crate::support::painting::corners;

/// Counts what is read of a file.
struct Counting {
    file: Cursor<Vec<u8>>,
    read: usize,
}

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.read += read;
        Ok(read)
    }
}

impl Seek for Counting {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

fn small() -> (u32, u32, Vec<u8>) {
    (64, 48, corners(64, 48))
}

/// A photo of each kind that claims to be 50,000 pixels wide and high, where it can.
fn bombs() -> Vec<(&'static str, Vec<u8>)> {
    let (width, height, pixels) = small();
    let large = 50_000_u32.to_be_bytes();
    let mut still = png(&rgb(width, height, &pixels));
    still[16..20].copy_from_slice(&large);
    still[20..24].copy_from_slice(&large);
    let sum = crc(&still[12..29]).to_be_bytes();
    still[29..33].copy_from_slice(&sum);
    let mut film = gif(vec![rgb(width, height, &pixels).to_rgba8()]);
    film[6..8].copy_from_slice(&50_000_u16.to_le_bytes());
    film[8..10].copy_from_slice(&50_000_u16.to_le_bytes());
    let mut jpeg = plain(width, height, &pixels);
    let frame = jpeg.windows(2).position(|pair| pair == b"\xff\xc0").unwrap();
    jpeg[frame + 5..frame + 7].copy_from_slice(&large[2..]);
    jpeg[frame + 7..frame + 9].copy_from_slice(&large[2..]);
    let short = webp(width, height, &pixels);
    let long = webp_with(&short, 50_000, 50_000, b"", b"");
    let mut short = short;
    short[26..30].copy_from_slice(&[0xff, 0x3f, 0xff, 0x3f]);
    let mut phone = heic(width, height, &pixels, exif(1));
    let mut at = 0;
    while let Some(found) = phone[at..].windows(4).position(|window| window == b"ispe") {
        at += found + 8;
        phone[at..at + 4].copy_from_slice(&large);
        phone[at + 4..at + 8].copy_from_slice(&large);
    }
    vec![("PNG", still), ("GIF", film), ("JPEG", jpeg), ("WebP", long), ("short WebP", short), ("HEIC", phone)]
}

#[test]
fn a_bomb_is_refused_before_anything_of_it_is_decoded() {
    for (kind, bomb) in bombs() {
        let mut padded = bomb.clone();
        padded.resize(4_000_000, 0);
        for bytes in [bomb, padded] {
            let mut file = Counting { file: Cursor::new(bytes.clone()), read: 0 };
            let refusal = inspect_from(&mut file).unwrap_err();
            assert!(matches!(refusal, Refusal::TooManyPixels), "{kind}: {refusal:?}");
            assert!(file.read < 16_384, "{kind}: {} bytes were read", file.read);
            assert!(matches!(developed(&bytes), Err(Refusal::TooManyPixels)), "{kind}");
        }
    }
}

#[test]
fn no_side_may_be_without_pixels_or_endless() {
    let (width, height, pixels) = small();
    let sized = |wide: u32, high: u32| {
        let mut still = png(&rgb(width, height, &pixels));
        still[16..20].copy_from_slice(&wide.to_be_bytes());
        still[20..24].copy_from_slice(&high.to_be_bytes());
        let sum = crc(&still[12..29]).to_be_bytes();
        still[29..33].copy_from_slice(&sum);
        developed(&still).unwrap_err()
    };
    assert!(matches!(sized(0, 48), Refusal::Damaged));
    assert!(matches!(sized(64, 0), Refusal::Damaged));
    assert!(matches!(sized(1, 70_000), Refusal::TooManyPixels));
    assert!(matches!(sized(u32::MAX, u32::MAX), Refusal::TooManyPixels));
    assert!(matches!(sized(60_000, 1_001), Refusal::TooManyPixels));
    // As large as is allowed, and not there.
    assert!(!matches!(sized(60_000, 1_000), Refusal::TooManyPixels));
}

#[test]
fn metadata_before_the_picture_costs_nothing_either() {
    let (width, height, pixels) = small();
    let filling: Vec<_> = (0..100).map(|_| (0xe5, vec![7; 60_000])).collect();
    let photo = with_segments(&plain(width, height, &pixels), &filling);
    let mut file = Counting { file: Cursor::new(photo), read: 0 };
    assert_eq!(inspect_from(&mut file).unwrap().width, width);
    assert!(file.read < 16_384, "{} bytes were read", file.read);
}

#[test]
fn a_file_over_thirty_megabytes_is_refused_and_one_of_thirty_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo.jpg");
    let (width, height, pixels) = small();
    let mut file = File::create(&path).unwrap();
    file.write_all(&plain(width, height, &pixels)).unwrap();
    file.set_len(MAX_BYTES).unwrap();
    assert!(tidings_darkroom::inspect(&path).is_ok());
    file.set_len(MAX_BYTES + 1).unwrap();
    let refusal = tidings_darkroom::inspect(&path).unwrap_err();
    assert!(matches!(refusal, Refusal::TooLarge));
    assert!(refusal.to_string().contains("30 MB"));
}

#[test]
fn what_is_no_photo_is_called_by_its_name() {
    let cases: [(&[u8], NotAPhoto); 15] = [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", NotAPhoto::Svg),
        (b"<?xml version='1.0'?>\n<!-- a drawing -->\n<svg/>", NotAPhoto::Svg),
        (b"<!DOCTYPE html><p>", NotAPhoto::WebPage),
        (b"\n\n<HTML><body>", NotAPhoto::WebPage),
        (b"%PDF-1.7 and so on", NotAPhoto::Pdf),
        (b"BM\x8a\0\0\0\0\0\0\0\x8a\0\0\0\x7c\0\0\0\x10\0\0\0\x10\0\0\0\x01", NotAPhoto::Bmp),
        (b"II*\0\x08\0\0\0", NotAPhoto::Tiff),
        (b"MM\0*\0\0\0\x08", NotAPhoto::Tiff),
        (b"PK\x03\x04\x14\0", NotAPhoto::Archive),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", NotAPhoto::Avif),
        (b"\0\0\0\x1cftypmif1\0\0\0\0avifmif1miaf", NotAPhoto::Avif),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", NotAPhoto::Video),
        (b"\0\0\0\x0cJXL \r\n\x87\n", NotAPhoto::JpegXl),
        (b"Dear all, she is home.", NotAPhoto::Unknown),
        (b"\xff\xd8", NotAPhoto::Unknown),
    ];
    for (bytes, expected) in cases {
        match developed(bytes) {
            Err(refusal @ Refusal::NotAPhoto(found)) => {
                assert_eq!(found, expected, "{}", String::from_utf8_lossy(bytes));
                assert!(refusal.to_string().ends_with("Photos can be JPEG, PNG, WebP, GIF or HEIC."), "{refusal}");
            }
            other => panic!("{}: {other:?}", String::from_utf8_lossy(bytes)),
        }
    }
    assert!(matches!(developed(b""), Err(Refusal::Empty)));
}

#[test]
fn every_refusal_is_a_calm_sentence() {
    let all = [
        Refusal::Empty,
        Refusal::TooLarge,
        Refusal::TooManyPixels,
        Refusal::NotAPhoto(NotAPhoto::Unknown),
        Refusal::Unreadable,
        Refusal::CutOff,
        Refusal::Damaged,
        Refusal::Trouble(io::Error::other("disk")),
    ];
    for refusal in &all {
        let said = refusal.to_string();
        assert!(said.ends_with('.') && !said.contains('!') && said.len() < 160, "{said}");
        assert!(!said.contains("disk"));
        assert_eq!(refusal.may_pass(), refusal.word() == "trouble");
    }
}
