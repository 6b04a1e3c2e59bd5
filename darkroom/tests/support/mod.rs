//! What the tests of the darkroom share.
#![allow(dead_code)]

pub mod camera;
pub mod containers;
pub mod painting;
pub mod scan;

use std::fs;
use std::path::Path;

use image::RgbaImage;
use tidings_darkroom::{Developed, Print, Refusal, develop};

/// All that came of a photo.
#[derive(Debug)]
pub struct Album {
    pub developed: Developed,
    pub prints: Vec<(Print, Vec<u8>)>,
}

impl Album {
    pub fn bytes(&self, wanted: Print) -> &[u8] {
        self.prints.iter().find(|(print, _)| *print == wanted).map(|(_, bytes)| bytes.as_slice()).unwrap()
    }

    /// The print as a browser sees it.
    pub fn seen(&self, wanted: Print) -> RgbaImage {
        seen(self.bytes(wanted))
    }
}

/// Decoded by what is not used to make it.
pub fn seen(bytes: &[u8]) -> RgbaImage {
    image::load_from_memory(bytes).unwrap().to_rgba8()
}

/// Develops these bytes under the name of a JPEG, whatever they are. Whatever comes out has been looked through for
/// what it may not hold.
pub fn developed(bytes: &[u8]) -> Result<Album, Refusal> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("IMG_0001.jpg");
    fs::write(&path, bytes).unwrap();
    developed_from(&path)
}

pub fn developed_from(path: &Path) -> Result<Album, Refusal> {
    let mut prints = Vec::new();
    let developed = develop(path, &mut |print, bytes| {
        prints.push((print, bytes.to_vec()));
        Ok(())
    })?;
    assert_eq!(prints.iter().map(|(print, _)| *print).collect::<Vec<_>>(), Print::ALL);
    for (print, bytes) in &prints {
        scan::tells_nothing(*print, bytes);
    }
    let full = prints.iter().find(|(print, _)| *print == Print::Full).map(|(_, bytes)| seen(bytes)).unwrap();
    assert_eq!(full.dimensions(), (developed.width, developed.height));
    Ok(Album { developed, prints })
}

/// How far two pictures of one size are from each other: the mean over all samples.
pub fn distance(one: &RgbaImage, other: &RgbaImage) -> f64 {
    assert_eq!(one.dimensions(), other.dimensions());
    let total: u64 = one.as_raw().iter().zip(other.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    total as f64 / one.as_raw().len() as f64
}

/// Asserts that red, green, blue and yellow are where [`painting::corners`] put them.
pub fn assert_corners(picture: &RgbaImage, what: &str) {
    let (width, height) = picture.dimensions();
    let (left, right, top, bottom) = (width / 8, width - 1 - width / 8, height / 8, height - 1 - height / 8);
    let expected = [
        ((left, top), [220, 30, 30]),
        ((right, top), [30, 200, 30]),
        ((left, bottom), [30, 30, 220]),
        ((right, bottom), [220, 220, 30]),
    ];
    for ((x, y), colour) in expected {
        assert_colour(picture, (x, y), colour, 16, what);
    }
}

pub fn assert_colour(picture: &RgbaImage, (x, y): (u32, u32), expected: [u8; 3], tolerance: u8, what: &str) {
    let found = picture.get_pixel(x, y).0;
    let near = found.iter().zip(expected).all(|(found, expected)| found.abs_diff(expected) <= tolerance);
    assert!(near, "{what}: at {x}, {y} is {found:?}, not {expected:?}");
}
