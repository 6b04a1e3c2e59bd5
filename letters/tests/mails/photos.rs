use tidings_letters::{Letter, Photo};

use super::mail_of;

/// So many bytes, as base64 writes them.
fn bytes(count: usize) -> String {
    "QUJD".repeat(count / 3)
}

fn part(fields: &str, count: usize) -> String {
    format!("{fields}\r\nContent-Transfer-Encoding: base64\r\n\r\n{}", bytes(count))
}

fn photos(mail: &str) -> Vec<Photo> {
    Letter::parse(mail.as_bytes()).unwrap().photos().collect()
}

#[test]
fn attached_photos_are_found_whatever_they_are_called() {
    let mail = mail_of(
        "multipart/mixed",
        &[
            "Content-Type: text/plain\r\n\r\nLook",
            &part("Content-Type: image/jpeg; name=\"../IMG_1.jpg\"\r\nContent-Disposition: attachment", 30_000),
            &part(
                "Content-Type: application/octet-stream; name=IMG_2.HEIC\r\nContent-Disposition: attachment; filename=IMG_2.HEIC",
                30_000,
            ),
            &part("Content-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment", 30_000),
            &part("Content-Type: image/svg+xml; name=a.svg\r\nContent-Disposition: attachment", 30_000),
            &part("Content-Type: image/heic\r\nContent-Disposition: inline", 30_000),
        ],
    );
    let found = photos(&mail);
    let told: Vec<_> = found.iter().map(|photo| (photo.name.as_deref(), photo.content_type.as_str())).collect();
    assert_eq!(told, [(Some("IMG_1.jpg"), "image/jpeg"), (Some("IMG_2.HEIC"), "image/heic"), (None, "image/heic")]);
    assert!(found.iter().all(|photo| photo.bytes.len() == 30_000 && photo.bytes.starts_with(b"ABCABC")));
}

#[test]
fn pictures_of_the_quoted_mail_and_of_signatures_are_no_photos() {
    let html = "Content-Type: text/html\r\n\r\n<div>Look <img src=\"cid:mine\"></div><div class=\"gmail_signature\"><img \
                src=\"cid:logo\"></div><div class=\"gmail_quote\"><blockquote class=\"gmail_quote\"><img src=\"cid:theirs\">\
                </blockquote></div>";
    let inline = |id: &str, size| {
        part(
            &format!("Content-Type: image/png; name={id}.png\r\nContent-Disposition: inline\r\nContent-ID: <{id}>"),
            size,
        )
    };
    let mail = mail_of(
        "multipart/related",
        &[html, &inline("mine", 30_000), &inline("logo", 30_000), &inline("theirs", 30_000), &inline("dot", 60)],
    );
    let names: Vec<_> = photos(&mail).into_iter().filter_map(|photo| photo.name).collect();
    assert_eq!(names, ["mine.png"]);
}

#[test]
fn a_photo_alone_is_a_photo_without_words() {
    let html = "Content-Type: text/html\r\n\r\n<div><img src=\"cid:mine\"></div><div class=\"gmail_quote\"><div class=\"gmail_attr\">\
                On Monday</div><blockquote class=\"gmail_quote\">We are home</blockquote></div>";
    let photo = part("Content-Type: image/jpeg\r\nContent-ID: <mine>", 30_000);
    let mail = mail_of("multipart/related", &[html, &photo]);
    assert_eq!(Letter::parse(mail.as_bytes()).unwrap().words().text, "");
    assert_eq!(photos(&mail).len(), 1);
}
