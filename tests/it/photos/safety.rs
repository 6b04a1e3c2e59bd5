//! What must never go, what must not come in without end, and what comes late.

use std::time::{Duration, UNIX_EPOCH};

use super::support::{draft, id_of, photos_on, png, stored, upload, writes_with_photo};
use crate::support::TestApp;

#[test]
fn whoever_floods_has_to_wait_and_nobody_else_does() {
    let app = TestApp::new();
    let ann = app.organizer();
    let cleo = app.member(&ann, "Cleo", "co-author", "everyone");
    app.sql("UPDATE sessions SET scope = 'account'");
    let one_more = || upload(&ann, &draft(), &draft(), b"hello").status;
    let taken = (0..5000).take_while(|_| one_more() == 422).count();
    assert!((120..5000).contains(&taken), "{taken}");
    upload(&cleo, &draft(), &draft(), b"hello").assert_status(422);
    // Forms without files are not counted.
    ann.post("/p/maria/updates", &[("draft", &draft()), ("title", "Words"), ("body", "Only words.")])
        .assert_status(303);
}

#[test]
fn the_sweep_leaves_what_is_newer_than_the_database() {
    let app = TestApp::new();
    let ann = app.organizer();
    writes_with_photo(&app, &ann, "everyone");
    let stray = |id: &str| {
        let folder = app.app.config.data_dir.join("blobs/photos").join(id);
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("full.jpg");
        std::fs::write(&path, b"bytes").expect("a file");
        // 1 January 2026, long before the clock of this test.
        let file = std::fs::File::options().append(true).open(&path).expect("the file");
        file.set_modified(UNIX_EPOCH + Duration::from_secs(1_767_225_600)).expect("its time");
        path
    };
    let older = stray("018f0000-0000-7000-8000-000000000000");
    let newer = stray("ffffffff-ffff-7fff-bfff-ffffffffffff");
    app.sql("DELETE FROM jobs WHERE kind = 'sweep_photos'");
    let now = app.clock.now();
    app.database(move |conn| tidings::photos::purge(conn, now));
    app.run_jobs();
    assert_eq!((older.exists(), newer.exists()), (false, true));
    assert_eq!(stored(&app).len(), 8, "the photo has every size");
}

#[test]
fn a_photo_that_is_prepared_once_more_keeps_its_sizes() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (_, photo) = writes_with_photo(&app, &ann, "everyone");
    // As after a lease that ran out while the first worker was still at it.
    app.sql("UPDATE jobs SET state = 'queued', attempts = 50, finished_at = NULL, lease = NULL WHERE kind = 'prepare_photo'");
    assert!(app.run_jobs() > 0);
    assert_eq!(stored(&app).len(), 7);
    ann.get(&format!("/photos/{photo}/full")).assert_status(200);
}

#[test]
fn a_late_photo_follows_the_draft_whoever_posted_it() {
    let app = TestApp::new();
    let ann = app.organizer();
    let cleo = app.member(&ann, "Cleo", "co-author", "everyone");
    app.sql("UPDATE sessions SET scope = 'account'");
    let key = draft();
    ann.post("/p/maria/updates", &[("draft", &key), ("title", "Together"), ("body", "We wrote this.")])
        .assert_status(303);
    let photo = id_of(&upload(&cleo, &key, &draft(), &png(20, 20, 1)));
    app.run_jobs();
    assert_eq!(photos_on(&ann.get("/p/maria")), [photo]);
}

#[test]
fn an_upload_that_failed_can_be_tried_again() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (draft_id, key) = (draft(), draft());
    let mut cut = png(300, 300, 9);
    cut.truncate(cut.len() / 2);
    let failed = id_of(&upload(&ann, &draft_id, &key, &cut));
    app.run_jobs();
    let again = id_of(&upload(&ann, &draft_id, &key, &png(30, 20, 9)));
    assert_ne!(failed, again);
    app.run_jobs();
    let state = ann.get_with(&format!("/p/maria/photos/{again}"), &[("accept", "application/json")]);
    assert!(state.body.contains("\"ready\""), "{}", state.body);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM photos"), 1);
    assert_eq!(stored(&app).len(), 7);
}

#[test]
fn files_that_do_not_say_where_they_belong_come_back_in_words() {
    let app = TestApp::new();
    let ann = app.organizer();
    let photo = png(20, 20, 1);
    let fields = [("title", "By the lake"), ("body", "We all went.")];
    let form = ann.post_files("/p/maria/updates", &fields, &[("photos", "lake.png", &photo)]);
    form.assert_status(422).assert_sees("lake.png: It did not say where it belongs.");
    assert!(form.body.contains("We all went."));
    assert_eq!(stored(&app), Vec::<String>::new());
}

#[test]
fn an_address_from_beyond_the_calendar_leads_to_the_first_photos() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (_, photo) = writes_with_photo(&app, &ann, "everyone");
    for at in [i64::MAX, i64::MIN, -1] {
        let page = ann.get(&format!("/p/maria/photos?at={at}&position=0&id={photo}"));
        page.assert_status(200);
        assert!(page.body.contains(&photo));
    }
}
