//! Photos that are not whole: a clear answer, whatever is done to them.

use proptest::prelude::*;
use tidings_darkroom::{Print, Refusal};

use crate::support::camera::{exif, exif_segment, plain, progressive, with_segments};
use crate::support::containers::{gif, heic, png, rgb, webp};
use crate::support::painting::{corners, landscape};
use crate::support::{assert_colour, developed, distance};

fn one_of_each(width: u32, height: u32) -> Vec<(&'static str, Vec<u8>)> {
    let pixels = landscape(width, height);
    let picture = rgb(width, height, &pixels);
    vec![
        ("JPEG", with_segments(&plain(width, height, &pixels), &[exif_segment(6)])),
        ("progressive JPEG", progressive(width, height, &pixels)),
        ("PNG", png(&picture)),
        ("WebP", webp(width, height, &pixels)),
        ("GIF", gif(vec![picture.to_rgba8()])),
        ("HEIC", heic(width, height, &pixels, exif(1))),
    ]
}

#[test]
fn a_photo_that_ends_too_early_is_refused_wherever_it_ends() {
    for (kind, photo) in one_of_each(320, 240) {
        developed(&photo).unwrap_or_else(|refusal| panic!("{kind}: {refusal}"));
        for part in 1..16 {
            let cut = &photo[..photo.len() * part / 16];
            match developed(cut) {
                Err(Refusal::CutOff) => {}
                // These cannot be told from others that are damaged.
                Err(Refusal::Damaged) if matches!(kind, "WebP" | "GIF" | "HEIC") => {}
                other => panic!("{kind}, {part} sixteenths: {:?}", other.map(|album| album.developed)),
            }
        }
    }
}

#[test]
fn a_jpeg_that_lacks_nothing_but_its_end_mark_is_kept() {
    let photo = plain(320, 240, &landscape(320, 240));
    let whole = developed(&photo).unwrap();
    let cut = developed(&photo[..photo.len() - 2]).unwrap();
    assert!(distance(&whole.seen(Print::Full), &cut.seen(Print::Full)) < 0.01);
}

#[test]
fn a_jpeg_that_is_grey_from_its_middle_on_is_refused() {
    let photo = plain(640, 480, &landscape(640, 480));
    let mut torn = photo[..photo.len() / 3].to_vec();
    torn.extend_from_slice(b"\xff\xd9");
    assert!(matches!(developed(&torn), Err(Refusal::Damaged)));
}

#[test]
fn a_photo_that_ends_in_grey_or_black_by_itself_is_kept() {
    for colour in [0, 128] {
        let mut pixels = landscape(320, 240);
        pixels[320 * 100 * 3..].fill(colour);
        let photo = plain(320, 240, &pixels);
        for photo in [photo.as_slice(), &photo[..photo.len() - 2]] {
            let album = developed(photo).unwrap();
            assert_colour(&album.seen(Print::Full), (160, 230), [colour; 3], 2, "the lower half");
        }
    }
}

#[test]
fn the_decoder_of_a_photo_that_panics_is_nobody_elses_trouble() {
    // The same thread goes on to develop another.
    for (_, photo) in one_of_each(64, 48) {
        let mut torn = photo.clone();
        let middle = torn.len() / 2;
        torn[middle..].reverse();
        let _ = developed(&torn);
        developed(&photo).unwrap();
    }
}

const STARTS: [&[u8]; 7] = [
    b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    b"GIF89a",
    b"RIFF\xff\0\0\0WEBPVP8 ",
    b"RIFF\xff\0\0\0WEBPVP8L",
    b"\0\0\0\x18ftypheic\0\0\0\0heicmif1",
    b"",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_after_a_good_beginning_is_answered(start in 0..STARTS.len(), noise in prop::collection::vec(any::<u8>(), 0..600)) {
        let bytes = [STARTS[start], &noise].concat();
        if let Ok(album) = developed(&bytes) {
            prop_assert!(u64::from(album.developed.width) * u64::from(album.developed.height) <= 60_000_000);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_bits_of_a_photo_are_flipped_it_is_answered(
        flips in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..8), 1..12),
    ) {
        for (_, mut photo) in small_ones() {
            for (at, bit) in &flips {
                let at = at.index(photo.len());
                photo[at] ^= 1 << bit;
            }
            let _ = developed(&photo);
        }
    }
}

/// Made once: encoding them takes longer than developing them.
fn small_ones() -> Vec<(&'static str, Vec<u8>)> {
    static SMALL: std::sync::OnceLock<Vec<(&'static str, Vec<u8>)>> = std::sync::OnceLock::new();
    SMALL
        .get_or_init(|| {
            let mut all = one_of_each(48, 40);
            all.push(("corners", plain(48, 40, &corners(48, 40))));
            all
        })
        .clone()
}
