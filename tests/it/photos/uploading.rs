//! Photos on their way in: what is taken, what is not, and that nothing is taken twice.

use super::support::{draft, id_of, png, stored, upload};
use crate::support::TestApp;

fn error_in(answer: &crate::support::Response) -> String {
    answer.assert_status(422);
    let json: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    json["errors"]["photos"].as_str().expect("a sentence").to_owned()
}

#[test]
fn an_upload_that_is_tried_again_makes_one_photo() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (draft, key, bytes) = (draft(), draft(), png(30, 20, 3));
    let first = id_of(&upload(&ann, &draft, &key, &bytes));
    let again = id_of(&upload(&ann, &draft, &key, &bytes));
    assert_eq!(first, again);
    app.run_jobs();
    let ready = upload(&ann, &draft, &key, &bytes);
    assert_eq!(id_of(&ready), first);
    assert!(ready.body.contains("\"ready\""), "{}", ready.body);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM photos"), 1);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM jobs WHERE kind = 'prepare_photo'"), 1);
    assert_eq!(stored(&app).len(), 7, "every size once, and nothing of what came");
    let state = ann.get_with(&format!("/p/maria/photos/{first}"), &[("accept", "application/json")]);
    assert!(state.body.contains("\"state\":\"ready\""), "{}", state.body);
}

#[test]
fn what_is_no_photo_is_refused_in_words_that_say_why() {
    let app = TestApp::new();
    let ann = app.organizer();
    let draft_id = draft();
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
    let mut bomb = png(1, 1, 0);
    // The size in the header of a PNG: 50,000 by 50,000.
    bomb[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
    let too_large = vec![0xff; 31 * 1024 * 1024];
    for (bytes, word) in [
        (svg.to_vec(), "SVG drawing"),
        (b"<!doctype html><script>alert(1)</script>".to_vec(), "web page"),
        (b"%PDF-1.7".to_vec(), "PDF"),
        (b"hello".to_vec(), "does not look like a photo"),
        (Vec::new(), "empty"),
        (too_large, "larger than 30 MB"),
        (bomb, "60 megapixels"),
    ] {
        let answer = upload(&ann, &draft_id, &draft(), &bytes);
        let sentence = error_in(&answer);
        assert!(sentence.contains(word) || sentence.contains("damaged"), "{word}: {sentence}");
    }
    assert_eq!(stored(&app), Vec::<String>::new());
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM photos"), 0);
    // The next good one is taken.
    id_of(&upload(&ann, &draft_id, &draft(), &png(10, 10, 1)));
}

#[test]
fn what_cannot_be_read_after_all_says_so_to_who_brought_it() {
    let app = TestApp::new();
    let ann = app.organizer();
    let draft_id = draft();
    // The header is in order; what should follow is not there.
    let mut cut = png(300, 300, 9);
    cut.truncate(cut.len() / 2);
    let photo = id_of(&upload(&ann, &draft_id, &draft(), &cut));
    app.run_jobs();
    let state = ann.get_with(&format!("/p/maria/photos/{photo}"), &[("accept", "application/json")]);
    assert!(state.body.contains("\"failed\"") && state.body.contains("photo"), "{}", state.body);
    assert_eq!(stored(&app), Vec::<String>::new(), "what could not be read does not stay");
    let page = ann.get(&format!("/p/maria/photos/{photo}"));
    page.assert_status(200).assert_sees("Remove this photo");
    ann.get(&format!("/photos/{photo}/320")).assert_status(404);
    ann.post(&format!("/p/maria/photos/{photo}/removal"), &[]).assert_status(303);
    ann.get(&format!("/p/maria/photos/{photo}")).assert_status(404);
    app.run_jobs();
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM discarded_photos"), 0);
}

#[test]
fn no_file_is_taken_before_its_sender_is_known() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let (draft_id, bytes) = (draft(), png(20, 20, 1));
    let files = [("photos", "x.png", bytes.as_slice())];
    let fields = [("draft", draft_id.as_str()), ("title", "Words that must not be lost")];
    // A stranger, with a token of their own browser's.
    app.visitor().post_files("/p/maria/photos", &fields, &files).assert_status(403);
    // Somebody signed in, without a token, with another's, with one that comes too late.
    let csrf = ann.get("/sign-in").csrf();
    let kept = ann.post_files_raw("/p/maria/updates", &fields, &files, &[]);
    kept.assert_status(403);
    assert!(kept.body.contains("Words that must not be lost"), "{}", kept.text());
    let other = [("csrf", "0".repeat(64))];
    let other = [(other[0].0, other[0].1.as_str()), fields[0]];
    ann.post_files_raw("/p/maria/photos", &other, &files, &[]).assert_status(403);
    // From another site's page.
    let ours = [("csrf", csrf.as_str()), fields[0]];
    ann.post_files_raw("/p/maria/photos", &ours, &files, &[("sec-fetch-site", "cross-site")]).assert_status(403);
    // The token may come in a header.
    let header = [("x-csrf-token", csrf.as_str()), ("accept", "application/json")];
    ann.post_files_raw("/p/maria/photos", &fields[..1], &files, &header).assert_status(201);
    // Somebody who may read and not write.
    jo.post_files("/p/maria/photos", &fields, &files).assert_status(404);
    // A cookie that fits a token and opens nothing.
    let forged = app.visitor();
    forged.set_cookie("tidings-session", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    forged.post_files("/p/maria/photos", &fields, &files).assert_status(403);
    // Files are for pages, not for the rest.
    ann.post_files("/account/name", &[("name", "Ann")], &files).assert_status(422);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM photos"), 1);
}

#[test]
fn a_key_of_somebody_else_gives_nothing_away() {
    let app = TestApp::new();
    let ann = app.organizer();
    let cleo = app.account("Cleo");
    ann.post("/p/maria/people/invitations", &[("addresses", &cleo.email), ("role", "co-author")]).assert_status(303);
    let link = app.last_mail_to(&cleo.email).link("/invitations/");
    cleo.submit(&link, &[]).assert_status(200);
    let key = draft();
    id_of(&upload(&ann, &draft(), &key, &png(20, 20, 1)));
    upload(&cleo, &draft(), &key, &png(20, 20, 2)).assert_status(404);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM photos"), 1);
    assert_eq!(stored(&app).len(), 1, "what was not taken in does not stay");
}
