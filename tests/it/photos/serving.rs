//! Who sees the bytes of a photo, what is in them, and for how long.

use jiff::SignedDuration;

use super::support::{
    CAMERA, EVERY_SIZE, draft, id_of, jpeg_that_tells, metadata, photos_on, png, stored, upload, writes_with,
    writes_with_photo,
};
use crate::support::{Browser, TestApp};

fn sees(who: &Browser, photo: &str) -> bool {
    let statuses: Vec<u16> = EVERY_SIZE
        .iter()
        .map(|(size, kind)| who.get_with(&format!("/photos/{photo}/{size}"), &[("accept", kind)]).status)
        .collect();
    assert!(statuses.iter().all(|status| *status == statuses[0] && [200, 404].contains(status)), "{statuses:?}");
    statuses[0] == 200
}

#[test]
fn nothing_that_is_served_says_where_or_with_what_it_was_taken() {
    let app = TestApp::new();
    let ann = app.organizer();
    let original = jpeg_that_tells(1600, 1200);
    let update = writes_with(&ann, "By the lake", "everyone", &[&original]);
    ann.get(&update).assert_sees("A photo is being prepared");
    app.run_jobs();
    let page = ann.get(&update);
    let photo = photos_on(&page).pop().expect("a photo");
    // It lay on its side: 1600 by 1200 is 1200 by 1600 upright.
    assert_eq!(page.attribute("img.photo__image", "width").as_deref(), Some("768"));
    assert_eq!(page.attribute("img.photo__image", "height").as_deref(), Some("1024"));
    for (size, kind) in EVERY_SIZE {
        let answer = ann.get_with(&format!("/photos/{photo}/{size}"), &[("accept", kind)]);
        answer.assert_status(200);
        assert_eq!(answer.header("content-type"), Some(kind), "{size}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("content-security-policy"), Some("sandbox; default-src 'none'"));
        assert_eq!(answer.header("cache-control"), Some("private, no-cache"));
        assert_eq!(answer.header("vary"), Some("accept"));
        let found = metadata(&answer.bytes).map(|it| it.fields().count()).unwrap_or_default();
        assert_eq!(found, 0, "metadata in {size} {kind}");
        let words = [CAMERA.as_bytes(), b"Exif\0\0", b"GPS", b"http://ns.adobe.com"];
        for word in words {
            assert!(!answer.bytes.windows(word.len()).any(|part| part == word), "{word:?} in {size} {kind}");
        }
        let decoded = image::load_from_memory(&answer.bytes).expect("a picture");
        assert!(decoded.height() > decoded.width(), "{size} {kind} lies on its side");
    }
    // What was uploaded is gone, and with it what it said.
    for file in stored(&app) {
        assert!(!file.contains("incoming"), "{file}");
        let bytes = std::fs::read(&file).expect("a file");
        assert!(!bytes.windows(CAMERA.len()).any(|part| part == CAMERA.as_bytes()), "{file}");
    }
}

#[test]
fn no_address_of_a_photo_outlives_the_right_to_see_it() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let fay = app.member(&ann, "Fay", "supporter", "family");
    let (update, photo) = writes_with_photo(&app, &ann, "everyone");
    assert!(sees(&ann, &photo) && sees(&jo, &photo) && sees(&fay, &photo) && !sees(&app.visitor(), &photo));

    // The update is narrowed.
    let edit = ann.get(&format!("{update}/edit"));
    let seen = edit.attribute("input[name=seen]", "value").expect("a time");
    let fields = [("title", "With a photo"), ("body", "Look."), ("audience", "family"), ("seen", &seen)];
    ann.post(&format!("{update}/edit"), &fields).assert_status(303);
    assert!(!sees(&jo, &photo) && sees(&fay, &photo));
    let nothing = jo.get(&format!("/photos/{}/320", uuid::Uuid::nil()));
    let answer = jo.get(&format!("/photos/{photo}/320"));
    assert_eq!((nothing.status, &nothing.body), (404, &answer.body));
    assert_eq!(answer.header("etag"), None);

    // The photo itself is narrowed.
    app.sql("UPDATE photos SET audience = 'organizers'");
    assert!(!sees(&fay, &photo) && sees(&ann, &photo));
    assert_eq!(photos_on(&fay.get(&update)), Vec::<String>::new());
    app.sql("UPDATE photos SET audience = NULL");

    // Somebody is blocked.
    let id = ann.get("/p/maria/people").member_called("Fay");
    ann.post(&format!("/p/maria/people/{id}/block"), &[]).assert_status(303);
    assert!(!sees(&fay, &photo));

    // The page is closed: its organizers see it, nobody else does.
    ann.post("/p/maria/closing", &[]).assert_status(303);
    assert!(!sees(&jo, &photo) && sees(&ann, &photo));
    ann.post("/p/maria/opening", &[]).assert_status(303);

    // The update is deleted: at once for everybody, and its bytes soon after.
    ann.post(&format!("{update}/deletion"), &[]).assert_status(303);
    assert!(!sees(&ann, &photo));
    app.run_jobs();
    assert_eq!(stored(&app), Vec::<String>::new());
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM discarded_photos"), 0);
}

#[test]
fn who_has_it_already_is_looked_at_all_the_same() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let (_, photo) = writes_with_photo(&app, &ann, "everyone");
    let address = format!("/photos/{photo}/1024");
    let first = jo.get_with(&address, &[("accept", "image/webp,*/*")]);
    let tag = first.assert_status(200).header("etag").expect("a tag").to_owned();
    assert!(tag.starts_with('"'), "{tag} is weak");
    assert_eq!(first.header("content-disposition"), Some("inline; filename=\"photo.webp\""));
    let known = [("accept", "image/webp,*/*"), ("if-none-match", tag.as_str())];
    let again = jo.get_with(&address, &known);
    assert_eq!((again.status, again.bytes.len()), (304, 0));
    assert_eq!(again.header("etag"), Some(tag.as_str()));
    // The other kind of the same size is something else.
    let jpeg = jo.get_with(&address, &[("accept", "image/*"), ("if-none-match", tag.as_str())]);
    assert_eq!((jpeg.status, jpeg.header("content-type")), (200, Some("image/jpeg")));
    assert_eq!(jo.get(&format!("{address}?as=jpeg")).header("content-type"), Some("image/jpeg"));
    let file = jo.get(&format!("/photos/{photo}/full?download"));
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"photo.jpg\""));
    assert_eq!(jo.head(&address).header("content-length"), Some(jpeg.bytes.len().to_string().as_str()));
    // Whoever may not see it any more is told nothing by what they have.
    let id = ann.get("/p/maria/people").member_called("Jo");
    ann.post(&format!("/p/maria/people/{id}/removal"), &[]).assert_status(303);
    jo.get_with(&address, &known).assert_status(404);
    for bad in ["321", "full.jpg", "..", "%2e%2e", "original"] {
        ann.get(&format!("/photos/{photo}/{bad}")).assert_status(404);
    }
}

#[test]
fn what_is_with_a_draft_is_seen_by_who_brought_it_alone() {
    let app = TestApp::new();
    let ann = app.organizer();
    let cleo = app.account("Cleo");
    ann.post("/p/maria/people/invitations", &[("addresses", &cleo.email), ("role", "co-author")]).assert_status(303);
    let link = app.last_mail_to(&cleo.email).link("/invitations/");
    cleo.submit(&link, &[]).assert_status(200);
    let photo = id_of(&upload(&cleo, &draft(), &draft(), &png(20, 20, 1)));
    cleo.get(&format!("/photos/{photo}/320")).assert_status(404);
    app.run_jobs();
    assert!(sees(&cleo, &photo) && !sees(&ann, &photo));
    ann.get(&format!("/p/maria/photos/{photo}")).assert_status(404);
    ann.post(&format!("/p/maria/photos/{photo}/removal"), &[]).assert_status(404);
    // Whoever may not write any more sees nothing of what they did not post.
    let id = ann.get("/p/maria/people").member_called("Cleo");
    ann.post(&format!("/p/maria/people/{id}/role"), &[("role", "supporter"), ("circle", "everyone")])
        .assert_status(303);
    assert!(!sees(&cleo, &photo));
}

#[test]
fn what_is_never_posted_goes_and_what_is_nobodys_goes() {
    use tidings::jobs::Bench;
    let app = TestApp::new();
    let ann = app.organizer();
    let left = id_of(&upload(&ann, &draft(), &draft(), &png(20, 20, 1)));
    let nobodys = uuid::Uuid::now_v7().to_string();
    let (_, kept) = writes_with_photo(&app, &ann, "everyone");
    let folder = app.app.config.data_dir.join("blobs");
    std::fs::create_dir_all(folder.join("photos").join(&nobodys)).expect("a folder");
    for path in [format!("photos/{nobodys}/full.jpg"), format!("photos/{kept}/320.jpg#3"), format!("incoming/{kept}")] {
        std::fs::write(folder.join(path), b"left behind").expect("a file");
    }
    let tidy = || {
        app.wait_for(app.app.tidy()).expect("order");
        app.run_jobs();
    };
    tidy();
    // By the clock of the test, nothing of it is a day old: real files are from after it.
    assert!(stored(&app).iter().any(|file| file.contains(&nobodys)));
    // Until long after both today and the day of the test.
    app.pass(SignedDuration::from_hours(24 * 365 * 30));
    tidy();
    let files = stored(&app);
    assert!(files.iter().all(|file| file.contains(&kept) && !file.contains('#')), "{files:#?}");
    assert_eq!(files.len(), 7);
    assert!(!files.iter().any(|file| file.contains(&left)));
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM photos"), 1);
}
