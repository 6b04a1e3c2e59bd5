//! Photos in the form of an update, without a script.

use super::support::{draft, id_of, photos_on, png, stored, upload, writes_with};
use crate::support::TestApp;

#[test]
fn one_bad_photo_costs_neither_the_words_nor_the_others() {
    let app = TestApp::new();
    let ann = app.organizer();
    let key = draft();
    let (one, two, large) = (png(40, 30, 1), png(30, 40, 2), vec![1; 31 * 1024 * 1024]);
    let files = [
        ("photos", "one.png", one.as_slice()),
        ("photos", "film.mov", b"\0\0\0\x14ftypqt  \0\0\0\0qt  ".as_slice()),
        ("photos", "huge.jpg", large.as_slice()),
        ("photos", "two.png", two.as_slice()),
    ];
    let fields = [("draft", key.as_str()), ("title", "By the lake"), ("body", "We *all* went.")];
    let form = ann.post_files("/p/maria/updates", &fields, &files);
    form.assert_status(422);
    form.assert_sees("film.mov: This is a video.").assert_sees("huge.jpg: This photo is larger than 30 MB.");
    assert_eq!(form.attribute("input[name=title]", "value").as_deref(), Some("By the lake"));
    assert!(form.body.contains("We *all* went."));
    let there = form.count("li.photo-item");
    assert_eq!(there, 2, "the good ones are with the form");
    ann.get("/p/maria").assert_does_not_see("By the lake");
    // Sent again, as it is shown now, with the words about the photos in another order.
    let ids: Vec<String> = form
        .body
        .split("name=\"photo\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().expect("an id").to_owned())
        .collect();
    let mut fields = fields.to_vec();
    for (id, alt, caption) in [(&ids[1], "Ann on the bridge", "The bridge"), (&ids[0], "", "The \"lake\" <b>")] {
        fields.extend([("photo", id.as_str()), ("photo_alt", alt), ("photo_caption", caption)]);
    }
    ann.post("/p/maria/updates", &fields).assert_status(303);
    app.run_jobs();
    let page = ann.get("/p/maria");
    assert_eq!(photos_on(&page), [ids[1].clone(), ids[0].clone()]);
    assert_eq!(page.texts("figcaption"), ["The bridge", "The \"lake\" <b>"]);
    assert_eq!(page.attribute("img.photo__image", "alt").as_deref(), Some("Ann on the bridge"));
    assert!(page.attribute("img.photo__placeholder", "src").expect("a blur").starts_with("data:image/"));
    assert_eq!(page.attribute("img.photo__image", "srcset").expect("sizes").matches("w").count(), 3);
}

#[test]
fn the_same_form_sent_twice_has_each_photo_once() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (key, photo) = (draft(), png(40, 30, 1));
    let fields = [("draft", key.as_str()), ("title", "Twice"), ("body", "Tapped twice.")];
    for _ in 0..2 {
        ann.post_files("/p/maria/updates", &fields, &[("photos", "a.png", &photo)]).assert_status(303);
    }
    app.run_jobs();
    assert_eq!(ann.get("/p/maria").count("article.update"), 1);
    assert_eq!(photos_on(&ann.get("/p/maria")).len(), 1);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM photos"), 1);
    assert_eq!(stored(&app).len(), 7);
    // A photo that arrives when its draft was posted already goes where the draft has gone.
    let late = id_of(&upload(&ann, &key, &draft(), &png(10, 10, 7)));
    app.run_jobs();
    assert!(photos_on(&ann.get("/p/maria")).contains(&late));
}

#[test]
fn more_than_twenty_at_once_are_told_which_must_come_later() {
    let app = TestApp::new();
    let ann = app.organizer();
    let key = draft();
    let photos: Vec<Vec<u8>> = (0..22).map(|seed| png(8, 8, seed)).collect();
    let names: Vec<String> = (0..22).map(|n| format!("{n}.png")).collect();
    let files: Vec<_> = photos.iter().zip(&names).map(|(it, name)| ("photos", name.as_str(), it.as_slice())).collect();
    let fields = [("draft", key.as_str()), ("body", "All of them")];
    let form = ann.post_files("/p/maria/updates", &fields, &files);
    form.assert_status(422).assert_sees("20.png: Only 20 photos").assert_sees("21.png: Only 20 photos");
    assert_eq!(form.count("li.photo-item"), 20);
}

#[test]
fn photos_of_a_posted_update_can_be_changed_and_removed() {
    let app = TestApp::new();
    let ann = app.organizer();
    let update = writes_with(&ann, "Two photos", "everyone", &[&png(20, 20, 1), &png(20, 20, 2)]);
    app.run_jobs();
    let ids = photos_on(&ann.get(&update));
    let form = ann.get(&format!("{update}/edit"));
    assert_eq!(form.count("li.photo-item"), 2);
    let value = |name: &str| form.attribute(&format!("input[name={name}]"), "value").expect("a value");
    let (seen, key) = (value("seen"), value("draft"));
    let fields = [
        ("seen", seen.as_str()),
        ("draft", &key),
        ("title", "Two photos"),
        ("body", "Look."),
        ("audience", "everyone"),
        ("photo", &ids[0]),
        ("photo_alt", "First"),
        ("photo_caption", ""),
        ("photo", &ids[1]),
        ("photo_alt", ""),
        ("photo_caption", ""),
        ("photo_removed", &ids[1]),
    ];
    let third = png(20, 20, 3);
    ann.post_files(&format!("{update}/edit"), &fields, &[("photos", "third.png", &third)]).assert_status(303);
    app.run_jobs();
    let page = ann.get(&update);
    let now = photos_on(&page);
    assert_eq!((now.len(), &now[0]), (2, &ids[0]));
    assert!(!now.contains(&ids[1]));
    ann.get(&format!("/photos/{}/320", ids[1])).assert_status(404);
    assert!(!stored(&app).iter().any(|file| file.contains(&ids[1])), "its bytes are gone");
    // One at a time, on its own page.
    let own = format!("/p/maria/photos/{}", ids[0]);
    ann.get(&own).assert_status(200).assert_sees("Keep a copy");
    ann.post(&own, &[("alt", "She waves"), ("caption", "Home")]).assert_status(303);
    assert_eq!(ann.get(&update).attribute("img.photo__image", "alt").as_deref(), Some("She waves"));
    ann.post(&own, &[("alt", &"x".repeat(501))]).assert_status(422);
}

#[test]
fn where_the_family_wants_no_photos_in_mail_it_says_how_many_are_with_an_update_and_holds_none() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.submit("/p/maria/mail-photos", &[]).assert_sees("Saved.");
    writes_with(&ann, "Two photos", "everyone", &[&png(20, 20, 1), &png(20, 20, 2)]);
    let mail = app.last_mail_to(&jo.email);
    assert!(mail.text.contains("2 photos are with this update."), "{}", mail.text);
    assert!(mail.html.contains("2 photos are with this update."));
    assert!(!mail.html.contains("<img"), "{}", mail.html);
    ann.writes("None", "No photo.");
    assert!(!app.last_mail_to(&jo.email).text.contains("photo is"));
}

#[test]
fn who_goes_takes_their_photos_along() {
    let app = TestApp::new();
    let ann = app.organizer();
    let cleo = app.account("Cleo");
    ann.post("/p/maria/people/invitations", &[("addresses", &cleo.email), ("role", "co-author")]).assert_status(303);
    let link = app.last_mail_to(&cleo.email).link("/invitations/");
    cleo.submit(&link, &[]).assert_status(200);
    writes_with(&cleo, "From Cleo", "everyone", &[&png(60, 40, 1)]);
    id_of(&upload(&cleo, &draft(), &draft(), &png(20, 20, 2)));
    app.run_jobs();
    let copy = cleo.post("/account/data", &[]);
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(copy.bytes.clone())).expect("a ZIP");
    let names: Vec<String> = zip.file_names().map(|name| name.expect("a name").into_owned()).collect();
    let photos: Vec<&String> = names.iter().filter(|name| name.starts_with("photos/")).collect();
    assert_eq!(photos.len(), 2, "{names:?}");
    for name in photos {
        let mut bytes = Vec::new();
        std::io::copy(&mut zip.by_name(name).expect("a photo"), &mut bytes).expect("its bytes");
        image::load_from_memory(&bytes).expect("a picture");
    }
    cleo.post("/account/erasure", &[("words", "remove"), ("confirmation", "erase")]).assert_status(303);
    app.run_jobs();
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM photos"), 0);
    assert_eq!(stored(&app), Vec::<String>::new());
}
