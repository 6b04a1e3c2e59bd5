//! Colours stay what they were meant to be.

use image::{DynamicImage, Luma, Rgb};
use moxcms::ColorProfile;
use tidings_darkroom::Print;

use crate::support::camera::{icc_segment, plain, with_segments};
use crate::support::containers::png;
use crate::support::{Album, assert_colour, developed};

/// What Display P3 is in sRGB, by its definition: both have the same curve and white, and the primaries differ.
fn p3_in_srgb(colour: [u8; 3]) -> [u8; 3] {
    let linear = colour.map(|sample| {
        let level = f64::from(sample) / 255.0;
        if level <= 0.04045 { level / 12.92 } else { ((level + 0.055) / 1.055).powf(2.4) }
    });
    let matrix =
        [[1.224_940_2, -0.224_940_2, 0.0], [-0.042_056_9, 1.042_056_9, 0.0], [-0.019_637_6, -0.078_636_1, 1.098_273_7]];
    matrix.map(|row| {
        let level: f64 = row.iter().zip(linear).map(|(factor, level)| factor * level).sum();
        let level = level.clamp(0.0, 1.0);
        let curved = if level <= 0.003_130_8 { level * 12.92 } else { 1.055 * level.powf(1.0 / 2.4) - 0.055 };
        (curved * 255.0).round() as u8
    })
}

fn assert_all_prints(album: &Album, colour: [u8; 3], tolerance: u8, what: &str) {
    for print in Print::ALL {
        let seen = album.seen(print);
        let middle = (seen.width() / 2, seen.height() / 2);
        assert_colour(&seen, middle, colour, tolerance, &format!("{what}, {}", print.name()));
    }
}

fn with_profile(colour: [u8; 3], profile: &[u8]) -> Album {
    developed(&with_segments(&plain(64, 64, &colour.repeat(64 * 64)), &[icc_segment(profile)])).unwrap()
}

#[test]
fn the_colours_of_an_iphone_are_as_bright_as_they_were() {
    let profile = ColorProfile::new_display_p3().encode().unwrap();
    for colour in [[200, 100, 50], [60, 180, 90], [40, 60, 190], [128, 128, 128], [255, 0, 0]] {
        let expected = p3_in_srgb(colour);
        assert_all_prints(&with_profile(colour, &profile), expected, 5, &format!("{colour:?}"));
    }
}

#[test]
fn the_colours_of_a_camera_in_adobe_rgb_are_not_dull() {
    let profile = ColorProfile::new_adobe_rgb().encode().unwrap();
    let album = with_profile([150, 120, 60], &profile);
    // By Adobe's definition: a curve of 2.2 and its primaries.
    assert_all_prints(&album, [163, 120, 55], 5, "Adobe RGB");
}

#[test]
fn srgb_and_no_profile_and_a_broken_one_leave_the_colours_alone() {
    let srgb = ColorProfile::new_srgb().encode().unwrap();
    let broken = &srgb[..srgb.len() / 2];
    for profile in
        [&srgb, broken, b"no profile at all", &ColorProfile::new_gray_with_gamma(2.2).encode().unwrap()[..100]]
    {
        assert_all_prints(&with_profile([200, 100, 50], profile), [200, 100, 50], 5, "unchanged");
    }
    assert_all_prints(&developed(&plain(64, 64, &[200, 100, 50].repeat(64 * 64))).unwrap(), [200, 100, 50], 5, "none");
}

#[test]
fn grey_photos_and_sixteen_bits_come_out_as_they_are() {
    let grey = image::ImageBuffer::from_pixel(64, 64, Luma([90_u8]));
    let wide_grey = image::ImageBuffer::from_pixel(64, 64, Luma([90_u16 * 257]));
    let wide = image::ImageBuffer::from_pixel(64, 64, Rgb([200_u16 * 257, 100 * 257, 50 * 257]));
    assert_all_prints(&developed(&png(&DynamicImage::from(grey.clone()))).unwrap(), [90; 3], 3, "grey");
    assert_all_prints(&developed(&png(&DynamicImage::from(wide_grey))).unwrap(), [90; 3], 3, "grey in sixteen bits");
    assert_all_prints(&developed(&png(&DynamicImage::from(wide))).unwrap(), [200, 100, 50], 5, "sixteen bits");
    let mut jpeg = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut jpeg, 90);
    encoder.encode(grey.as_raw(), 64, 64, jpeg_encoder::ColorType::Luma).unwrap();
    assert_all_prints(&developed(&jpeg).unwrap(), [90; 3], 3, "a grey JPEG");
}

#[test]
fn inks_are_shown_as_colours() {
    let mut jpeg = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut jpeg, 95);
    // Cyan, magenta, yellow, black, as much of each as there can be being 255.
    encoder.encode(&[0, 255, 255, 0].repeat(64 * 64), 64, 64, jpeg_encoder::ColorType::Cmyk).unwrap();
    let seen = developed(&jpeg).unwrap().seen(Print::Full);
    let found = seen.get_pixel(32, 32).0;
    assert!(found[0] > 200 && found[1] < 60 && found[2] < 60, "{found:?}");
}
