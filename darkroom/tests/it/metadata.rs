//! Nothing of what a photo tells beside its picture is in any print. `developed` looks through each of them.

use image::{DynamicImage, Rgba, RgbaImage};
use tidings_darkroom::Print;

use crate::support::camera::{SECRET, everything, exif, plain, with_segments};
use crate::support::containers::{gif, gif_with, heic, png, png_with, rgb, webp, webp_with};
use crate::support::painting::corners;
use crate::support::{assert_colour, assert_corners, developed};

const HTML: &[u8] = b"<html><script>alert(1)</script></html>";
const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\0\0";

fn display_p3() -> Vec<u8> {
    moxcms::ColorProfile::new_display_p3().encode().unwrap()
}

#[test]
fn the_test_itself_sees_what_it_looks_for() {
    let photo = with_segments(&plain(64, 48, &corners(64, 48)), &everything(1, &display_p3()));
    let read = exif::Reader::new().read_from_container(&mut std::io::Cursor::new(&photo)).unwrap();
    assert!(read.get_field(exif::Tag::GPSLatitude, exif::In::PRIMARY).is_some());
    assert!(read.get_field(exif::Tag::MakerNote, exif::In::PRIMARY).is_some());
    let looked = std::panic::catch_unwind(|| crate::support::scan::tells_nothing(Print::Full, &photo));
    assert!(looked.is_err());
}

#[test]
fn a_jpeg_loses_exif_position_maker_note_xmp_iptc_profile_and_comments() {
    let photo = with_segments(&plain(640, 480, &corners(640, 480)), &everything(1, &display_p3()));
    let told = photo.windows(SECRET.len()).filter(|window| *window == SECRET.as_bytes()).count();
    assert_eq!(told, 5);
    developed(&photo).unwrap();
}

#[test]
fn a_jpeg_loses_what_hangs_behind_it() {
    let photo = plain(200, 100, &corners(200, 100));
    let second = with_segments(&photo, &everything(1, &display_p3()));
    for tail in [HTML, ZIP, &second, SECRET.as_bytes()] {
        let album = developed(&[&photo, tail].concat()).unwrap();
        assert_corners(&album.seen(Print::Full), "a photo with something behind it");
    }
}

#[test]
fn a_jpeg_that_is_a_web_page_as_well_loses_the_page() {
    let photo = with_segments(&plain(200, 100, &corners(200, 100)), &[(0xfe, HTML.to_vec()), (0xe5, ZIP.to_vec())]);
    developed(&photo).unwrap();
}

#[test]
fn a_png_loses_its_texts_its_exif_and_what_hangs_behind_it() {
    let text = format!("Comment\0{SECRET}");
    let international = format!("XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta>{SECRET}</x:xmpmeta>");
    let chunks: [(&[u8; 4], &[u8]); 3] =
        [(b"tEXt", text.as_bytes()), (b"iTXt", international.as_bytes()), (b"eXIf", &exif(1))];
    let photo = png_with(&png(&rgb(200, 100, &corners(200, 100))), &chunks);
    developed(&[&photo, HTML].concat()).unwrap();
}

#[test]
fn a_webp_loses_its_exif_and_xmp() {
    let xmp = format!("<x:xmpmeta>{SECRET}</x:xmpmeta>");
    developed(&webp_with(&webp(200, 100, &corners(200, 100)), 200, 100, &exif(1), xmp.as_bytes())).unwrap();
}

#[test]
fn a_heic_loses_its_exif() {
    let photo = heic(200, 100, &corners(200, 100), exif(1));
    assert!(photo.windows(SECRET.len()).any(|window| window == SECRET.as_bytes()));
    developed(&photo).unwrap();
}

#[test]
fn of_a_gif_the_first_picture_stays_and_its_comments_go() {
    let picture: RgbaImage = rgb(200, 100, &corners(200, 100)).to_rgba8();
    let other = RgbaImage::from_pixel(200, 100, Rgba([10, 10, 10, 255]));
    let photo = gif_with(&gif(vec![picture, other]), &format!("{SECRET}<script>"));
    let album = developed(&photo).unwrap();
    for print in Print::ALL {
        assert_corners(&album.seen(print), print.name());
    }
}

#[test]
fn what_can_be_seen_through_stays_so_in_webp_and_is_white_in_jpeg() {
    let mut picture = RgbaImage::from_pixel(400, 300, Rgba([200, 40, 40, 255]));
    for (x, _, pixel) in picture.enumerate_pixels_mut() {
        if x < 200 {
            *pixel = Rgba([0, 0, 0, 0]);
        }
    }
    let wide = DynamicImage::ImageRgba8(picture.clone()).to_rgba16();
    for photo in [png(&picture.into()), png(&wide.into())] {
        let album = developed(&photo).unwrap();
        for print in Print::ALL {
            let seen = album.seen(print);
            let (width, height) = seen.dimensions();
            let clear = seen.get_pixel(width / 4, height / 2).0;
            if print.is_webp() {
                assert!(clear[3] < 8, "{}: {clear:?}", print.name());
            } else {
                assert_colour(&seen, (width / 4, height / 2), [255; 3], 4, print.name());
            }
            assert_colour(&seen, (width * 3 / 4, height / 2), [200, 40, 40], 8, print.name());
        }
    }
}
