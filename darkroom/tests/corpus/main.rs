//! The darkroom, with photos of other people's phones and cameras. They are not part of the project: `TIDINGS_CORPUS`
//! says where they are, or they lie beside the repository.

#[path = "../support/mod.rs"]
mod support;

use std::fs;
use std::path::{Path, PathBuf};

use heifer::heifer_isobmff::HeifFile;
use support::{developed_from, distance};
use tidings_darkroom::{Kind, Print, inspect};

/// The folder of photos, or a line that says that it is not here.
fn photos(folder: &str) -> Option<Vec<PathBuf>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let root = std::env::var_os("TIDINGS_CORPUS").map_or(beside, PathBuf::from);
    let folder = root.join("photos").join(folder);
    let Ok(entries) = fs::read_dir(&folder) else {
        println!("not run: there are no photos in {}", folder.display());
        return None;
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    Some(paths)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

#[test]
fn all_orientations_come_out_as_one_upright_picture() {
    let Some(paths) = photos("orientation") else { return };
    let albums: Vec<_> = paths.iter().map(|path| (name(path), developed_from(path).unwrap())).collect();
    let (_, reference) = albums.iter().find(|(name, _)| name.contains("_1.")).unwrap();
    for (name, album) in &albums {
        for print in Print::ALL {
            // Each has its number written on it, and was encoded once more to be turned.
            let (seen, upright) = (album.seen(print), reference.seen(print));
            assert!(seen.width() > seen.height(), "{name}, {}", print.name());
            let distance = distance(&seen, &upright);
            assert!(distance < 6.0, "{name}, {}: {distance}", print.name());
        }
    }
}

#[test]
fn photos_with_a_position_lose_it_and_all_else() {
    let Some(paths) = photos("gps") else { return };
    for path in paths {
        let mut file = std::io::BufReader::new(fs::File::open(&path).unwrap());
        let told = exif::Reader::new().read_from_container(&mut file).unwrap();
        assert!(told.get_field(exif::Tag::GPSLatitude, exif::In::PRIMARY).is_some(), "{}", name(&path));
        // Every print has been looked through.
        developed_from(&path).unwrap();
    }
}

#[test]
fn heic_comes_out_as_large_and_as_upright_as_it_says() {
    let Some(paths) = photos("heic") else { return };
    for path in paths {
        let header = inspect(&path).unwrap();
        assert_eq!(header.kind, Kind::Heic);
        // Another way through the same decoder: it turns the picture itself, and changes its colours itself. Where there
        // is no profile it would go by the video stream in the photo, as no program that shows photos does.
        let bytes = fs::read(&path).unwrap();
        let file = HeifFile::parse(&bytes).unwrap();
        let expected = match file.icc_profile(file.primary_id).unwrap() {
            Some(_) => heifer::decode_srgb_rgba8(&bytes, &Default::default()),
            None => heifer::decode_rgba8(&bytes, &Default::default()),
        }
        .unwrap();
        let album = developed_from(&path).unwrap();
        assert_eq!((album.developed.width, album.developed.height), (expected.width, expected.height));
        let seen = album.seen(Print::Full);
        let expected = image::RgbaImage::from_raw(expected.width, expected.height, expected.data).unwrap();
        let distance = distance(&seen, &expected);
        assert!(distance < 4.0, "{}: {distance}", name(&path));
    }
}

#[test]
fn every_photo_has_prints_or_a_reason() {
    for folder in ["other", "gps", "heic", "orientation"] {
        let Some(paths) = photos(folder) else { return };
        for path in paths {
            let name = name(&path);
            match developed_from(&path) {
                Ok(_) => assert!(!name.contains("corrupted"), "{name}"),
                Err(refusal) => {
                    assert!(name.contains("corrupted"), "{name}: {refusal}");
                    assert_eq!(refusal.word(), "damaged");
                }
            }
        }
    }
}

/// Cut off at each sixteenth, and with bytes changed all over: an answer, and nothing told.
#[test]
fn photos_that_were_hurt_on_the_way_are_answered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo.jpg");
    for kind in ["gps", "other"] {
        let Some(paths) = photos(kind) else { return };
        for photo in paths.iter().filter(|path| fs::metadata(path).unwrap().len() < 400_000) {
            let bytes = fs::read(photo).unwrap();
            for part in 1..16 {
                fs::write(&path, &bytes[..bytes.len() * part / 16]).unwrap();
                assert!(developed_from(&path).is_err(), "{}, {part} sixteenths", name(photo));
            }
            let mut hurt = bytes.clone();
            for at in (700..hurt.len()).step_by(hurt.len() / 5) {
                hurt[at] ^= 0x55;
            }
            fs::write(&path, &hurt).unwrap();
            let _ = developed_from(&path);
        }
    }
}
