//! How large the prints are, and what stands for them until they are there.

use std::io;

use tidings_darkroom::{Kind, Print, Refusal, develop, develop_only, inspect, memory_needed, placeholder_data_uri};

use crate::support::camera::{plain, progressive};
use crate::support::containers::{png, rgb};
use crate::support::painting::{corners, landscape};
use crate::support::{developed, distance};

#[test]
fn the_longer_side_is_as_long_as_the_size_says() {
    let album = developed(&plain(1700, 2500, &landscape(1700, 2500))).unwrap();
    assert_eq!((album.developed.width, album.developed.height), (1700, 2500));
    for (print, size) in [
        (Print::Full, (1700, 2500)),
        (Print::Large, (1393, 2048)),
        (Print::LargeJpeg, (1393, 2048)),
        (Print::Medium, (696, 1024)),
        (Print::MediumJpeg, (696, 1024)),
        (Print::Small, (218, 320)),
        (Print::SmallJpeg, (218, 320)),
    ] {
        let seen = album.seen(print).dimensions();
        assert!(seen.0.abs_diff(size.0) <= 1 && seen.1 == size.1, "{}: {seen:?}", print.name());
        assert_eq!(print.long_edge().unwrap_or(2500), seen.1);
    }
}

#[test]
fn a_small_photo_is_never_made_larger() {
    let album = developed(&plain(200, 150, &corners(200, 150))).unwrap();
    for print in Print::ALL {
        assert_eq!(album.seen(print).dimensions(), (200, 150), "{}", print.name());
    }
    let tiny = developed(&png(&rgb(1, 1, &[200, 100, 50]))).unwrap();
    assert_eq!((tiny.developed.width, tiny.developed.height), (1, 1));
    let strip = developed(&png(&rgb(5000, 2, &landscape(5000, 2)))).unwrap();
    assert_eq!(strip.seen(Print::Small).dimensions(), (320, 1));
}

#[test]
fn the_prints_of_a_size_look_alike() {
    let album = developed(&plain(1200, 900, &corners(1200, 900))).unwrap();
    for (webp, jpeg) in
        [(Print::Large, Print::LargeJpeg), (Print::Medium, Print::MediumJpeg), (Print::Small, Print::SmallJpeg)]
    {
        assert!(distance(&album.seen(webp), &album.seen(jpeg)) < 3.0, "{}", webp.name());
    }
}

#[test]
fn only_what_is_asked_for_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo");
    std::fs::write(&path, plain(400, 300, &corners(400, 300))).unwrap();
    let mut made = Vec::new();
    let wanted = [Print::Small, Print::Medium];
    let developed = develop_only(&path, &wanted, &mut |print, _| {
        made.push(print);
        Ok(())
    });
    assert_eq!(made, [Print::Medium, Print::Small]);
    assert_eq!(developed.unwrap().width, 400);
}

#[test]
fn names_and_prints_belong_together() {
    for print in Print::ALL {
        assert_eq!(Print::from_name(print.name()), Some(print));
        assert_eq!(print.media_type() == "image/webp", print.name().ends_with(".webp"));
    }
    assert_eq!(Print::from_name("../full.jpg"), None);
}

#[test]
fn the_placeholder_is_a_tiny_picture_of_the_photo() {
    let album = developed(&plain(400, 300, &corners(400, 300))).unwrap();
    assert!(album.developed.thumbhash.len() < 40);
    let address = placeholder_data_uri(&album.developed.thumbhash);
    assert!(address.len() < 1000, "{}", address.len());
    let encoded = address.strip_prefix("data:image/webp;base64,").unwrap();
    let seen = crate::support::seen(&data_encoding::BASE64.decode(encoded.as_bytes()).unwrap());
    assert!(seen.width() == 32 && seen.height() < 32, "{:?}", seen.dimensions());
    let corner = seen.get_pixel(3, 3).0;
    assert!(corner[0] > corner[1] && corner[0] > corner[2], "{corner:?}");
}

#[test]
fn no_placeholder_is_made_of_what_is_no_thumbhash() {
    for length in 0..64 {
        for byte in [0, 1, 127, 128, 255] {
            let address = placeholder_data_uri(&vec![byte; length]);
            assert!(address.is_empty() || address.starts_with("data:image/webp;base64,"));
        }
    }
    assert_eq!(placeholder_data_uri(b""), "");
    assert_eq!(placeholder_data_uri(b"abc"), "");
}

#[test]
fn what_cannot_be_kept_is_no_fault_of_the_photo() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo");
    std::fs::write(&path, plain(40, 30, &corners(40, 30))).unwrap();
    let refusal = develop(&path, &mut |_, _| Err(io::Error::other("the disk is full"))).unwrap_err();
    assert!(matches!(refusal, Refusal::Trouble(_)) && refusal.may_pass());
    let refusal = develop(&folder.path().join("gone"), &mut |_, _| Ok(())).unwrap_err();
    assert!(refusal.may_pass(), "{refusal}");
}

#[test]
fn what_memory_is_needed_is_known_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo");
    let pixels = landscape(2000, 1000);
    let needed = |bytes: Vec<u8>| {
        std::fs::write(&path, bytes).unwrap();
        let header = inspect(&path).unwrap();
        assert_eq!((header.width, header.height), (2000, 1000));
        (header.kind, memory_needed(&header))
    };
    let (kind, at_once) = needed(plain(2000, 1000, &pixels));
    assert_eq!(kind, Kind::Jpeg);
    let (_, in_scans) = needed(progressive(2000, 1000, &pixels));
    assert!(in_scans >= at_once + 2 * 2_000_000, "{in_scans} {at_once}");
    let (kind, _) = needed(png(&rgb(2000, 1000, &pixels)));
    assert_eq!(kind, Kind::Png);
}
