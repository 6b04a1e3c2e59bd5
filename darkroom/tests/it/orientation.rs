//! Every photo stands upright.

use tidings_darkroom::Print;

use crate::support::camera::{exif, exif_segment, plain, progressive, with_segments};
use crate::support::containers::{heic, heic_property, png, png_with, rgb, webp, webp_with};
use crate::support::painting::{corners, landscape, stored_as};
use crate::support::{assert_corners, developed, distance};

/// Sides that are no multiple of anything.
const SIZE: (u32, u32) = (397, 301);

#[test]
fn each_of_the_eight_orientations_comes_out_as_the_same_upright_picture() {
    let (width, height) = SIZE;
    let picture = corners(width, height);
    let reference = developed(&plain(width, height, &picture)).unwrap();
    for orientation in 1..=8 {
        let (stored_width, stored_height, stored) = stored_as(orientation, width, height, &picture);
        for encoder in [plain, progressive] {
            let jpeg = with_segments(&encoder(stored_width, stored_height, &stored), &[exif_segment(orientation)]);
            let album = developed(&jpeg).unwrap();
            assert_eq!((album.developed.width, album.developed.height), SIZE, "orientation {orientation}");
            for print in Print::ALL {
                let (seen, upright) = (album.seen(print), reference.seen(print));
                assert_corners(&seen, &format!("orientation {orientation}, {}", print.name()));
                assert!(distance(&seen, &upright) < 2.0, "orientation {orientation}, {}", print.name());
            }
        }
    }
}

#[test]
fn a_photo_that_is_larger_than_all_sizes_is_turned_in_all_of_them() {
    let picture = landscape(2300, 1500);
    let reference = developed(&plain(2300, 1500, &picture)).unwrap();
    for orientation in [3, 6, 7] {
        let (width, height, stored) = stored_as(orientation, 2300, 1500, &picture);
        let album = developed(&with_segments(&plain(width, height, &stored), &[exif_segment(orientation)])).unwrap();
        for print in Print::ALL {
            let distance = distance(&album.seen(print), &reference.seen(print));
            assert!(distance < 4.0, "orientation {orientation}, {}: {distance}", print.name());
        }
    }
}

#[test]
fn an_orientation_that_does_not_exist_is_none() {
    let picture = plain(200, 100, &corners(200, 100));
    for orientation in [0, 9, 255] {
        let album = developed(&with_segments(&picture, &[exif_segment(orientation)])).unwrap();
        assert_corners(&album.seen(Print::Full), "no orientation");
    }
}

#[test]
fn png_and_webp_are_turned_by_their_exif_too() {
    let (width, height) = SIZE;
    let picture = corners(width, height);
    for orientation in 1..=8 {
        let (stored_width, stored_height, stored) = stored_as(orientation, width, height, &picture);
        let exif = exif(orientation);
        let still = png_with(&png(&rgb(stored_width, stored_height, &stored)), &[(b"eXIf", &exif)]);
        let webp = webp_with(&webp(stored_width, stored_height, &stored), stored_width, stored_height, &exif, b"");
        for (kind, photo) in [("PNG", still), ("WebP", webp)] {
            let album = developed(&photo).unwrap();
            for print in Print::ALL {
                assert_corners(&album.seen(print), &format!("{kind}, orientation {orientation}, {}", print.name()));
            }
        }
    }
}

#[test]
fn heic_is_turned_by_its_own_properties_and_not_once_more_by_its_exif() {
    let (width, height) = (300, 200);
    let picture = corners(width, height);
    // As EXIF numbers them: what `irot` and `imir` say of the same.
    for (orientation, quarters) in [(1, 0), (3, 2), (6, 3), (8, 1)] {
        let (stored_width, stored_height, stored) = stored_as(orientation, width, height, &picture);
        let mut photo = heic(stored_width, stored_height, &stored, exif(1));
        let tag = b"\x12\x01\x03\0\x01\0\0\0\x01\0";
        let at = photo.windows(tag.len()).position(|window| window == tag).unwrap();
        photo[at + 8] = orientation;
        let album = developed(&heic_property(&photo, b"pixi", b"irot", quarters)).unwrap();
        assert_eq!((album.developed.width, album.developed.height), (width, height));
        for print in Print::ALL {
            assert_corners(&album.seen(print), &format!("{quarters} quarters, {}", print.name()));
        }
    }
    for (orientation, axis) in [(2, 1), (4, 0)] {
        let (stored_width, stored_height, stored) = stored_as(orientation, width, height, &picture);
        let photo = heic_property(&heic(stored_width, stored_height, &stored, exif(1)), b"pixi", b"imir", axis);
        assert_corners(&developed(&photo).unwrap().seen(Print::Full), &format!("mirrored by axis {axis}"));
    }
}
