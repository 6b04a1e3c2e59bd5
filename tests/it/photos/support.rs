//! Photos to try with, made here.

use std::io::Cursor;

use exif::experimental::Writer;
use exif::{Field, In, Rational, Tag, Value};
use image::{ImageFormat, Rgb, RgbImage};

use crate::support::{Browser, Person, Response, TestApp};

/// Where it was taken, and by whom: words that must be in nothing that is served.
pub const CAMERA: &str = "Camera of the family";

fn picture(width: u32, height: u32, seed: u8) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let part = |value: u32, of: u32| u8::try_from(value * 255 / of.max(1)).unwrap_or(255);
        Rgb([part(x, width), part(y, height), seed])
    })
}

fn encoded(image: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).expect("a picture");
    bytes.into_inner()
}

/// A photo unlike those with another seed.
pub fn png(width: u32, height: u32, seed: u8) -> Vec<u8> {
    encoded(&picture(width, height, seed), ImageFormat::Png)
}

/// A photo that says where it was taken, lying on its side.
pub fn jpeg_that_tells(width: u32, height: u32) -> Vec<u8> {
    let text = |tag, words: &str| Field { tag, ifd_num: In::PRIMARY, value: Value::Ascii(vec![words.into()]) };
    let place = |degrees| Value::Rational(vec![degrees, Rational { num: 30, denom: 1 }, Rational { num: 0, denom: 1 }]);
    let degrees = |num| Rational { num, denom: 1 };
    let fields = [
        text(Tag::Make, CAMERA),
        Field { tag: Tag::Orientation, ifd_num: In::PRIMARY, value: Value::Short(vec![6]) },
        text(Tag::GPSLatitudeRef, "N"),
        Field { tag: Tag::GPSLatitude, ifd_num: In::PRIMARY, value: place(degrees(47)) },
        text(Tag::GPSLongitudeRef, "E"),
        Field { tag: Tag::GPSLongitude, ifd_num: In::PRIMARY, value: place(degrees(8)) },
    ];
    let mut writer = Writer::new();
    for field in &fields {
        writer.push_field(field);
    }
    let mut tiff = Cursor::new(Vec::new());
    writer.write(&mut tiff, false).expect("metadata");
    let tiff = tiff.into_inner();
    let plain = encoded(&picture(width, height, 40), ImageFormat::Jpeg);
    let length = u16::try_from(tiff.len() + 8).expect("a short segment").to_be_bytes();
    let mut bytes = plain[..2].to_vec();
    bytes.extend_from_slice(&[0xff, 0xe1]);
    bytes.extend_from_slice(&length);
    bytes.extend_from_slice(b"Exif\0\0");
    bytes.extend_from_slice(&tiff);
    bytes.extend_from_slice(&plain[2..]);
    assert!(metadata(&bytes).is_some(), "the test's own photo says nothing");
    bytes
}

/// What an EXIF reader other than ours finds in a file.
pub fn metadata(bytes: &[u8]) -> Option<exif::Exif> {
    exif::Reader::new().read_from_container(&mut Cursor::new(bytes)).ok()
}

/// Everything that is served of a photo.
pub const EVERY_SIZE: [(&str, &str); 7] = [
    ("320", "image/webp"),
    ("1024", "image/webp"),
    ("2048", "image/webp"),
    ("320", "image/jpeg"),
    ("1024", "image/jpeg"),
    ("2048", "image/jpeg"),
    ("full", "image/jpeg"),
];

/// A new draft's id.
pub fn draft() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// Sends one photo as the script does.
pub fn upload(who: &Browser, draft: &str, upload: &str, bytes: &[u8]) -> Response {
    let csrf = who.get("/sign-in").csrf();
    let fields = [("csrf", csrf.as_str()), ("draft", draft), ("upload", upload)];
    who.post_files_raw("/p/maria/photos", &fields, &[("photos", "photo.jpg", bytes)], &[("accept", "application/json")])
}

/// The id in the answer to an upload.
#[track_caller]
pub fn id_of(answer: &Response) -> String {
    answer.assert_status(201);
    let json: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    json["id"].as_str().expect("an id").to_owned()
}

/// Posts an update with photos by the plain form, and answers with its address.
pub fn writes_with(who: &Person, title: &str, audience: &str, photos: &[&[u8]]) -> String {
    let key = draft();
    let fields = [("draft", key.as_str()), ("title", title), ("body", "Look."), ("audience", audience)];
    let files: Vec<_> = photos.iter().map(|bytes| ("photos", "from my phone.jpg", *bytes)).collect();
    let answer = who.post_files("/p/maria/updates", &fields, &files);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let page = who.get("/p/maria");
    page.attribute("article.update .byline a", "href").expect("the newest update")
}

/// Posts an update with one photo that is ready, and answers with the update's address and the photo's id.
pub fn writes_with_photo(app: &TestApp, who: &Person, audience: &str) -> (String, String) {
    let seed = uuid::Uuid::now_v7().as_bytes()[15];
    let update = writes_with(who, "With a photo", audience, &[&png(40, 30, seed)]);
    app.run_jobs();
    let photo = photos_on(&who.get(&update)).pop().expect("a photo with the update");
    (update, photo)
}

/// The ids of the photos that stand on a page.
pub fn photos_on(page: &Response) -> Vec<String> {
    page.body
        .split("<img class=\"photo__image\" src=\"/photos/")
        .skip(1)
        .map(|rest| rest.split('/').next().expect("an id").to_owned())
        .collect()
}

/// The files that lie in the folder of blobs, by their path in it.
pub fn stored(app: &TestApp) -> Vec<String> {
    fn walk(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.path() {
                path if path.is_dir() => walk(&path, found),
                path => found.push(path.display().to_string()),
            }
        }
    }
    let mut found = Vec::new();
    walk(&app.app.config.data_dir.join("blobs"), &mut found);
    found
}
