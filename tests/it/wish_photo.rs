//! One photo with a well wish or a comment: seen by whoever reads the words, and by nobody else.

use tidings::jobs::Bench;

use crate::calm::chooses;
use crate::photos::support::{EVERY_SIZE, photos_on, png, stored};
use crate::support::{Browser, Response, TestApp};

fn leaves(who: &Browser, address: &str, audience: &str, photo: &[u8]) -> Response {
    let fields = [("message", "A walk by the sea"), ("audience", audience), ("photo_alt", "Waves")];
    who.post_files(address, &fields, &[("photo", "from my phone.jpg", photo)])
}

fn sees(who: &Browser, photo: &str) -> bool {
    let mut statuses: Vec<u16> = EVERY_SIZE
        .iter()
        .map(|(size, kind)| who.get_with(&format!("/photos/{photo}/{size}"), &[("accept", kind)]).status)
        .collect();
    statuses.push(who.get(&format!("/p/maria/photos/{photo}")).status);
    assert!(statuses.iter().all(|status| *status == statuses[0] && [200, 404].contains(status)), "{statuses:?}");
    statuses[0] == 200
}

#[track_caller]
fn the_one_on(page: &Response) -> String {
    let all = photos_on(page);
    assert_eq!(all.len(), 1, "{}", page.body);
    all[0].clone()
}

#[test]
fn a_supporter_sends_a_photo_with_their_words() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let update = ann.writes("Home", "She is home.");
    assert_eq!(leaves(&jo, "/p/maria/wishes", "everyone", &png(60, 40, 1)).location(), "/p/maria#wishes");
    leaves(&jo, &format!("{update}/comments"), "", &png(40, 60, 2)).assert_status(303);
    bill.get("/p/maria/wishes").assert_sees("A photo is being prepared");
    bill.get(&update).assert_sees("A photo is being prepared");
    app.run_jobs();
    let wish = the_one_on(&bill.get("/p/maria/wishes"));
    let comment = the_one_on(&bill.get(&update));
    assert_eq!(photos_on(&bill.get("/p/maria")), [comment.clone(), wish.clone()]);
    let page = bill.get("/p/maria/wishes");
    assert_eq!(page.attribute("img.photo__image", "alt").as_deref(), Some("Waves"));
    assert_eq!(page.attribute("a.photo__frame", "href"), Some(format!("/p/maria/photos/{wish}")));
    for who in [&ann as &Browser, &jo, &bill] {
        assert!(sees(who, &wish) && sees(who, &comment));
    }
    assert!(!sees(&app.visitor(), &wish));
    let own = bill.get(&format!("/p/maria/photos/{wish}"));
    assert_eq!(own.count("form[action$=removal]"), 0);
    assert!(own.attribute("p.actions a", "href").expect("a way back").contains("#wish-"));
    bill.post(&format!("/p/maria/photos/{wish}/removal"), &[]).assert_status(404);
    bill.post(&format!("/p/maria/photos/{wish}"), &[("alt", "Mine")]).assert_status(404);
    // Whoever brought it says what can be seen, and takes it away; the words stay.
    jo.submit(&format!("/p/maria/photos/{wish}"), &[("alt", "The sea in March")]).assert_status(200);
    assert_eq!(bill.get("/p/maria/wishes").attribute("img.photo__image", "alt").as_deref(), Some("The sea in March"));
    jo.post(&format!("/p/maria/photos/{wish}/removal"), &[]).assert_status(303);
    ann.post(&format!("/p/maria/photos/{comment}/removal"), &[]).assert_status(303);
    app.run_jobs();
    assert_eq!(stored(&app), Vec::<String>::new());
    bill.get("/p/maria/wishes").assert_sees("A walk by the sea");
    bill.get(&update).assert_sees("A walk by the sea");
}

#[test]
fn what_is_said_of_it_is_judged_with_the_words() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    chooses(&ann, &[("unwanted_words", "battle")]);
    let fields = [("message", "Kind words"), ("photo_alt", "Win this battle")];
    jo.post_files("/p/maria/wishes", &fields, &[("photo", "a.png", &png(60, 40, 1))]).assert_status(303);
    leaves(&jo, "/p/maria/wishes", "everyone", &png(60, 40, 2)).assert_status(303);
    app.run_jobs();
    let list = bill.get("/p/maria/wishes");
    list.assert_sees("A walk by the sea").assert_does_not_see("Kind words");
    let news = "/p/maria/encouragement/new";
    ann.get(news).assert_sees("Kind words").assert_sees("They hold “battle”");
    // What is said of it later is judged, too; and nothing is written under it, since the words stand there.
    let photo = the_one_on(&list);
    let address = format!("/p/maria/photos/{photo}");
    assert_eq!(jo.get(&address).count("input[name=caption]"), 0);
    jo.submit(&address, &[("alt", "The sea"), ("caption", "A battle")]).assert_does_not_see("battle");
    bill.get("/p/maria/wishes").assert_sees("A walk by the sea");
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM photos WHERE caption IS NOT NULL"), 0);
    for how in [Browser::post, Browser::script] {
        app.sql("UPDATE wishes SET withheld = NULL");
        let answer = how(&jo, &address, &[("alt", "A battle")]);
        assert!([200, 303].contains(&answer.status), "{}", answer.body);
        bill.get("/p/maria/wishes").assert_does_not_see("A walk by the sea");
        ann.get(news).assert_sees("A walk by the sea");
    }
    // Whoever is shut out says nothing of it any more.
    let member = ann.get("/p/maria/people").member_called("Jo");
    ann.submit(&format!("/p/maria/people/{member}/block"), &[]);
    jo.post(&address, &[("alt", "Still here")]).assert_status(404);
}

#[test]
fn it_is_not_among_the_photos_of_the_family() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    leaves(&jo, "/p/maria/wishes", "everyone", &png(60, 40, 1)).assert_status(303);
    app.run_jobs();
    let photo = the_one_on(&ann.get("/p/maria/wishes"));
    ann.post("/p/maria/albums", &[("title", "In the garden"), ("audience", "everyone")]).assert_status(303);
    for page in ["/p/maria/photos", "/p/maria/cover", "/p/maria/portrait", "/p/maria/updates/new"] {
        assert!(!ann.get(page).body.contains(&photo), "{page}");
    }
    assert!(
        !ann.get(&ann.get("/p/maria/photos").attribute("a[href*=albums]", "href").expect("an album"))
            .body
            .contains(&photo)
    );
    ann.get(&format!("/p/maria/photos/{photo}/edit")).assert_status(404);
    ann.post(&format!("/p/maria/photos/{photo}/order"), &[("step", "earlier")]).assert_status(404);
    let archive = ann.post("/p/maria/photos/archive", &[]);
    let zip = zip::ZipArchive::new(std::io::Cursor::new(archive.bytes)).expect("a ZIP");
    let names: Vec<String> = zip.file_names().map(|name| name.expect("a name").into_owned()).collect();
    assert_eq!(names, ["captions.txt"]);
}

#[test]
fn no_size_of_it_outlives_the_right_to_read_the_words() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let (her, jo, bill) = (app.supporter(&ann, "Maria Lee"), app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let id = ann.get("/p/maria/people").member_called("Maria Lee");
    let fields = [("role", "supporter"), ("circle", "everyone"), ("about", "yes")];
    ann.post(&format!("/p/maria/people/{id}/role"), &fields).assert_status(303);
    leaves(&jo, "/p/maria/wishes", "organizers", &png(60, 40, 1)).assert_status(303);
    app.run_jobs();
    let photo = the_one_on(&ann.get("/p/maria/wishes/private"));
    let visitor = app.visitor();
    let seen = || [&ann as &Browser, &her, &jo, &bill, &visitor].map(|who| sees(who, &photo));
    assert_eq!(seen(), [true, false, true, false, false], "a private note");
    bill.post(&format!("/p/maria/photos/{photo}/removal"), &[]).assert_status(404);
    let nothing = bill.get(&format!("/photos/{}/320", uuid::Uuid::nil()));
    assert_eq!(nothing.body, bill.get(&format!("/photos/{photo}/320")).body);
    app.sql("UPDATE wishes SET audience = 'person'");
    assert_eq!(seen(), [true, true, true, false, false], "for her eyes");
    app.sql("UPDATE wishes SET audience = 'everyone'");
    assert_eq!(seen(), [true; 5]);
    // As the words themselves: what waits is there for its writer, too, and what was not confirmed for nobody.
    for (why, who) in [
        ("new", [true, false, true, false, false]),
        ("words", [true, false, true, false, false]),
        ("flood", [true, false, true, false, false]),
        ("reported", [true, false, true, false, false]),
        ("unconfirmed", [false; 5]),
        ("hidden", [true, false, false, false, false]),
        ("blocked", [true, false, false, false, false]),
    ] {
        app.sql(&format!("UPDATE wishes SET withheld = '{why}'"));
        assert_eq!(seen(), who, "{why}");
    }
    app.sql("UPDATE wishes SET withheld = NULL");
    // With its writer blocked, and what they wrote hidden.
    let id = ann.get("/p/maria/people").member_called("Jo");
    ann.post(&format!("/p/maria/people/{id}/block"), &[("hide", "yes")]).assert_status(303);
    assert_eq!(seen(), [true, false, false, false, false]);
    // Gone with the words.
    app.sql("DELETE FROM wishes");
    assert_eq!(seen(), [false; 5]);
    app.wait_for(app.app.tidy()).expect("order");
    app.run_jobs();
    assert_eq!(stored(&app), Vec::<String>::new());
}

#[test]
fn the_photo_of_a_comment_is_seen_by_who_reads_the_update() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, fay) = (app.supporter(&ann, "Jo"), app.member(&ann, "Fay", "supporter", "family"));
    let update = ann.writes_for("For us", "Please come on Sunday.", "family");
    leaves(&fay, &format!("{update}/comments"), "", &png(60, 40, 1)).assert_status(303);
    leaves(&jo, &format!("{update}/comments"), "", &png(60, 40, 2)).assert_status(404);
    app.run_jobs();
    let photo = the_one_on(&fay.get(&update));
    assert!(sees(&fay, &photo) && sees(&ann, &photo) && !sees(&jo, &photo));
    assert_eq!(stored(&app).len(), 7, "what nobody may leave is not kept");
    ann.post(&format!("{update}/deletion"), &[]).assert_status(303);
    assert!(!sees(&ann, &photo));
    app.run_jobs();
    assert_eq!(stored(&app), Vec::<String>::new());
}

#[test]
fn a_bad_file_costs_no_words() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    let huge = vec![1; 31 * 1024 * 1024];
    let bad: [(&[u8], &str); 4] = [
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "This is a video."),
        (b"Dear Maria", "Photos can be JPEG, PNG, WebP, GIF or HEIC."),
        (b"", "This file is empty."),
        (&huge, "larger than 30 MB"),
    ];
    for address in ["/p/maria/wishes".to_owned(), format!("{update}/comments")] {
        for (bytes, sentence) in bad {
            let audience = if address.ends_with("wishes") { "organizers" } else { "" };
            let form = leaves(&jo, &address, audience, bytes);
            form.assert_status(422).assert_sees(sentence).assert_sees("JPEG, PNG, WebP, GIF or HEIC");
            assert_eq!(form.texts("textarea#message"), ["A walk by the sea"]);
            assert_eq!(form.attribute("input[name=photo_alt]", "value").as_deref(), Some("Waves"));
            assert_eq!(form.count("details.wish-more[open] #photo-error"), 1);
            let chosen = form.attribute("input[name=audience][checked]", "value").unwrap_or_default();
            assert_eq!(chosen, audience);
        }
    }
    let photo = png(20, 20, 1);
    let form = jo.post_files("/p/maria/wishes", &[("message", " ")], &[("photo", "a.png", &photo)]);
    form.assert_status(422).assert_sees("Please choose your photo once more");
    let two = [("photo", "a.png", photo.as_slice()), ("photo", "b.png", photo.as_slice())];
    jo.post_files("/p/maria/wishes", &[("message", "Two")], &two).assert_status(422).assert_sees("One photo can come");
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes"), 0);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM photos"), 0);
    assert_eq!(stored(&app), Vec::<String>::new());
}

#[test]
fn a_double_tap_leaves_one_photo() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let key = uuid::Uuid::now_v7().to_string();
    let photo = png(60, 40, 1);
    let fields = [("message", "Love"), ("submission", key.as_str())];
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                jo.post_files("/p/maria/wishes", &fields, &[("photo", "a.png", &photo)]).assert_status(303).status
            });
        }
    });
    app.run_jobs();
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM photos"), 1);
    assert_eq!(stored(&app).len(), 7, "the bytes of the others are gone");
    assert_eq!(photos_on(&ann.get("/p/maria/wishes")).len(), 1);
}

#[test]
fn there_is_an_end_to_how_many_one_person_can_send() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let photo = png(8, 8, 1);
    let sent = (0..22).map(|_| leaves(&jo, "/p/maria/wishes", "everyone", &photo)).collect::<Vec<_>>();
    let refused = sent.iter().find(|it| it.status != 303).expect("an end");
    refused.assert_status(422).assert_sees("That was a lot of photos at once.").assert_sees("A walk by the sea");
    // Words alone are not held up, and neither is anybody else.
    jo.post("/p/maria/wishes", &[("message", "Only words")]).assert_status(303);
    leaves(&bill, "/p/maria/wishes", "everyone", &photo).assert_status(303);
}

#[test]
fn who_goes_takes_it_along() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.account("Jo");
    ann.post("/p/maria/people/invitations", &[("addresses", &jo.email), ("role", "supporter")]).assert_status(303);
    let link = app.last_mail_to(&jo.email).link("/invitations/");
    jo.submit(&link, &[]);
    leaves(&jo, "/p/maria/wishes", "organizers", &png(60, 40, 1)).assert_status(303);
    app.run_jobs();
    let copy = jo.post("/account/data", &[]);
    let zip = zip::ZipArchive::new(std::io::Cursor::new(copy.bytes)).expect("a ZIP");
    let names: Vec<String> = zip.file_names().map(|name| name.expect("a name").into_owned()).collect();
    assert_eq!(names.iter().filter(|name| name.starts_with("photos/")).count(), 1, "{names:?}");
    jo.post("/account/erasure", &[("words", "remove"), ("confirmation", "erase")]).assert_status(303);
    app.run_jobs();
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM photos"), 0);
    assert_eq!(stored(&app), Vec::<String>::new());
}

#[test]
fn it_stands_with_the_words_on_their_own_page_and_among_what_is_hidden() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    leaves(&jo, "/p/maria/wishes", "organizers", &png(60, 40, 1)).assert_status(303);
    app.run_jobs();
    let private = ann.get("/p/maria/wishes/private");
    let photo = the_one_on(&private);
    let words = private.attribute("a.byline__time", "href").expect("a page of its own");
    for who in [&ann, &jo] {
        assert_eq!(the_one_on(&who.get(&words)), photo);
    }
    ann.post(&format!("{words}/hiding"), &[]).assert_status(303);
    assert_eq!(the_one_on(&ann.get("/p/maria/wishes/hidden")), photo);
    jo.get(&words).assert_status(404);
    assert!(sees(&ann, &photo) && !sees(&jo, &photo));
}
