//! What people see first: the status line, the next update, pinned notes, and a rest.

use jiff::SignedDuration;

use crate::support::{Person, TestApp};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

fn says(who: &Person, words: &str) {
    who.post("/p/maria/status", &[("words", words)]).assert_status(303);
}

fn pins(who: &Person, title: &str, body: &str, audience: &str) {
    let fields = [("title", title), ("body", body), ("audience", audience)];
    who.post("/p/maria/notes", &fields).assert_status(303);
}

#[test]
fn a_few_words_say_how_somebody_is_and_since_when() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    // Kept in memory before, so that a change must be seen through it.
    jo.get("/p/maria").assert_does_not_see("since");
    let page = ann.submit("/p/maria/status", &[("words", "  Home,\r\nresting well ")]);
    assert_eq!(page.texts(".glance__status"), ["Home, resting well"]);
    app.pass(DAY);
    let page = jo.get("/p/maria");
    page.assert_sees("since Sunday, 12:00 UTC").assert_sees("says Ann");
    assert_eq!(page.attribute(".glance time", "datetime").as_deref(), Some("2026-03-01T12:00:00Z"));
    says(&ann, "A good day");
    jo.get("/p/maria").assert_sees("A good day").assert_does_not_see("resting well");
    assert_eq!(jo.get("/p/maria/status").texts(".history li p:first-child"), ["A good day", "Home, resting well"]);
    ann.submit("/p/maria/status/removal", &[]);
    assert_eq!(jo.get("/p/maria").count(".glance"), 0);
    jo.get("/p/maria/status").assert_sees("The line was taken away");
    // Taken away twice is taken away once.
    ann.submit("/p/maria/status/removal", &[]);
    assert_eq!(jo.get("/p/maria/status").count(".history li"), 3);
}

#[test]
fn one_tap_is_enough_and_too_many_words_come_back() {
    let app = TestApp::new();
    let ann = app.organizer();
    let page = ann.get("/p/maria");
    let words = page.attribute(".glance-desk__taps button", "value").expect("a suggestion");
    says(&ann, &words);
    assert_eq!(ann.get("/p/maria").texts(".glance__status"), [words]);
    let long = "very ".repeat(20);
    let page = ann.post("/p/maria/status", &[("words", &long)]);
    page.assert_status(422).assert_sees("there is room for 80");
    assert_eq!(page.attribute("#words", "value"), Some(long));
    ann.post("/p/maria/status", &[("words", " \u{200b} ")]).assert_status(422);
    says(&ann, "<b>1 < 2</b> مرحبا");
    assert_eq!(ann.get("/p/maria").texts(".glance__status"), ["<b>1 < 2</b> مرحبا"]);
}

#[test]
fn somebody_who_only_reads_says_nothing_for_the_family() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    says(&ann, "Home");
    for (address, fields) in [
        ("/p/maria/status", [("words", "Gone")]),
        ("/p/maria/status/removal", [("", "")]),
        ("/p/maria/next-update", [("next_on", "2026-03-05")]),
        ("/p/maria/rest", [("words", "")]),
        ("/p/maria/notes", [("title", "Send money")]),
    ] {
        jo.post(address, &fields).assert_status(404);
    }
    jo.get("/p/maria").assert_sees("Home").assert_does_not_see("Take a rest").assert_does_not_see("in a few words how");
}

#[test]
fn the_next_update_is_expected_until_it_comes_or_the_day_has_passed() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let page = ann.submit("/p/maria/next-update", &[("next_on", "2026-03-05"), ("next_part", "evening")]);
    page.assert_sees("Next update by Thursday evening");
    jo.get("/p/maria").assert_sees("Next update by Thursday evening");
    assert_eq!(ann.get("/p/maria/next-update").attribute("#next_on", "value").as_deref(), Some("2026-03-05"));
    app.pass(DAY * 5);
    jo.get("/p/maria").assert_does_not_see("Thursday").assert_does_not_see("late");
    ann.get("/p/maria").assert_sees("You said you would write by Thursday evening. It is all right to be late.");
    ann.writes_for("For us", "Only for the organizers.", "organizers");
    ann.get("/p/maria").assert_sees("It is all right to be late");
    ann.writes("Home", "She is home.");
    ann.get("/p/maria").assert_does_not_see("all right to be late");
    ann.submit("/p/maria/next-update", &[("next_on", "2026-04-20")]);
    jo.get("/p/maria").assert_sees("Next update by Monday 20 April");
    ann.submit("/p/maria/next-update/removal", &[]);
    jo.get("/p/maria").assert_does_not_see("Next update");
}

#[test]
fn a_day_ends_in_the_zone_of_whoever_names_it() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    // It is noon of 1 March in London, and eight in the evening in Manila, whose day is over four hours later.
    let fields = [("next_on", "2026-03-01"), ("next_zone", "Asia/Manila")];
    ann.submit("/p/maria/next-update", &fields).assert_sees("Next update by Sunday");
    app.pass(HOUR * 4 + SignedDuration::from_mins(1));
    jo.get("/p/maria").assert_does_not_see("Next update");
    // What they have chosen goes before what their device says.
    ann.post("/account/language", &[("language", "en-GB"), ("time_zone", "Europe/London")]).assert_status(303);
    ann.submit("/p/maria/next-update", &fields);
    jo.get("/p/maria").assert_sees("Next update by Sunday");
    for day in ["2026-02-28", "2028-01-01", "9999-12-31", "31.3.2026", "\0"] {
        let page = ann.post("/p/maria/next-update", &[("next_on", day), ("next_zone", "Mars/Olympus")]);
        page.assert_status(422);
        assert!(page.count(".field__error") == 1, "{day}");
    }
    ann.post("/p/maria/next-update", &[("next_on", "")]).assert_status(422).assert_sees("Please choose a day.");
}

#[test]
fn notes_stay_beside_the_journal_for_whom_they_are() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let fay = app.member(&ann, "Fay", "supporter", "family");
    jo.get("/p/maria");
    pins(&ann, "Start here", "It began in **May**. <script>alert(1)</script>", "everyone");
    pins(&ann, "The key", "Under the *stone*.", "family");
    pins(&ann, "Between us", "Ask about the will.", "organizers");
    let page = jo.get("/p/maria");
    page.assert_sees("Start here").assert_does_not_see("The key").assert_does_not_see("the will");
    assert_eq!((page.texts(".pinned strong"), page.count(".pinned script")), (vec!["May".to_owned()], 0));
    fay.get("/p/maria").assert_sees("The key").assert_does_not_see("the will");
    assert_eq!(ann.get("/p/maria").texts(".pinned h2"), ["Start here", "The key", "Between us"]);
    let last = ann.get("/p/maria/notes").attribute("li.card:last-child", "id").expect("a note").replace("note-", "");
    ann.submit(&format!("/p/maria/notes/{last}/place"), &[]);
    assert_eq!(ann.get("/p/maria").texts(".pinned h2"), ["Start here", "Between us", "The key"]);
    let note = format!("/p/maria/notes/{last}");
    assert_eq!(ann.get(&note).texts("#body"), ["Ask about the will."]);
    let fields = [("title", "Cards"), ("body", "12 Elm Street"), ("audience", "everyone")];
    ann.submit(&note, &fields);
    jo.get("/p/maria").assert_sees("12 Elm Street");
    ann.submit(&format!("{note}/removal"), &[]);
    jo.get("/p/maria").assert_does_not_see("12 Elm Street").assert_sees("Start here");
    ann.get(&note).assert_status(404);
    ann.get("/p/maria/history")
        .assert_sees("changed the pinned notes (one was taken away)")
        .assert_does_not_see("will");
}

#[test]
fn a_note_that_cannot_be_used_comes_back_and_a_double_tap_pins_one() {
    let app = TestApp::new();
    let ann = app.organizer();
    let page = ann.post("/p/maria/notes", &[("title", ""), ("body", "From three to five."), ("audience", "family")]);
    page.assert_status(422).assert_sees("Please write a title.");
    assert_eq!(page.texts("#body"), ["From three to five."]);
    assert!(page.attribute("#audience-family", "checked").is_some());
    let key = ann.get("/p/maria/notes/new").attribute("input[name=submission]", "value").expect("a key");
    let fields = [("title", "Hours"), ("body", "Three to five"), ("audience", "everyone"), ("submission", &key)];
    ann.post("/p/maria/notes", &fields).assert_status(303);
    ann.post("/p/maria/notes", &fields).assert_status(303);
    assert_eq!(ann.get("/p/maria").count(".pinned__note"), 1);
    for number in 1..12 {
        pins(&ann, &format!("Note {number}"), "Words", "everyone");
    }
    let page = ann.post("/p/maria/notes", &[("title", "One more"), ("body", "Words"), ("audience", "everyone")]);
    page.assert_status(422).assert_sees("Take one away first.");
    assert_eq!(app.count("SELECT CAST(note_count AS BIGINT) AS count FROM sites"), 12);
}

#[test]
fn a_rest_is_said_kindly_and_ends_with_a_tap_or_an_update() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let usual = "We are taking a rest. No news is no bad news.";
    ann.submit("/p/maria/rest", &[]).assert_sees(usual).assert_sees("End the rest");
    jo.get("/p/maria").assert_sees(usual).assert_does_not_see("End the rest");
    ann.submit("/p/maria/rest", &[("words", "We sleep. Thank you.")]);
    jo.get("/p/maria").assert_sees("We sleep. Thank you.").assert_does_not_see(usual);
    ann.submit("/p/maria/rest/end", &[]);
    jo.get("/p/maria").assert_does_not_see("We sleep");
    ann.submit("/p/maria/rest", &[]).assert_sees("It also ends when you post an update for everyone.");
    ann.writes_for("For us", "Only for the organizers.", "organizers");
    jo.get("/p/maria").assert_sees(usual);
    ann.writes("Back", "We are back.");
    jo.get("/p/maria").assert_does_not_see(usual);
    let record = ann.get("/p/maria/history");
    record
        .assert_sees("Ann told people that the family takes a rest")
        .assert_sees("Ann ended the rest (by writing an update)");
    record.assert_does_not_see("We sleep");
}

#[test]
fn what_is_said_at_a_glance_stands_at_the_end_of_a_mail() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    says(&ann, "Home, <resting> well");
    ann.writes("First", "She slept.");
    ann.submit("/p/maria/next-update", &[("next_on", "2026-03-05")]);
    let mail = app.last_mail_to(&jo.email);
    assert!(mail.text.contains("Maria now: Home, <resting> well"), "{}", mail.text);
    assert!(mail.text.contains("Next update by Thursday."), "{}", mail.text);
    assert!(mail.html.contains("Home, &#60;resting&#62; well"), "{}", mail.html);
    ann.writes("Second", "She ate.");
    ann.submit("/p/maria/rest", &[]);
    let mail = app.last_mail_to(&jo.email);
    assert_eq!(mail.subject, "Second");
    assert!(!mail.text.contains("Maria now") && !mail.text.contains("Next update"), "{}", mail.text);
}

#[test]
fn a_stranger_at_the_door_learns_nothing_of_it() {
    let app = TestApp::new();
    let ann = app.organizer_of("ask");
    says(&ann, "In hospital");
    pins(&ann, "Ward nine", "Third floor", "everyone");
    ann.submit("/p/maria/rest", &[("words", "We are tired")]);
    let door = app.visitor().get("/p/maria");
    door.assert_status(200).assert_does_not_see("hospital").assert_does_not_see("Ward").assert_does_not_see("tired");
    app.visitor().get("/p/maria/status").assert_status(404);
    // With somebody else's eyes nothing is changed.
    ann.submit("/p/maria/perspective", &[("as", "supporter")]).assert_does_not_see("Change how Maria is");
    ann.post("/p/maria/status", &[("words", "Gone")]).assert_status(404);
}

#[test]
fn a_changed_name_shows_at_once() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    says(&ann, "Home");
    jo.get("/p/maria").assert_sees("says Ann");
    ann.post("/account/name", &[("name", "Anna Lee")]).assert_status(303);
    jo.get("/p/maria").assert_sees("says Anna Lee");
}

#[test]
fn the_home_page_says_how_everybody_is() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    says(&ann, "Home, resting well");
    for reader in [&ann, &jo] {
        assert_eq!(reader.get("/").texts(".site-card__status"), ["Home, resting well"]);
    }
    let ivy = app.invited(&ann, "Ivy", "supporter", "everyone");
    ivy.get("/").assert_does_not_see("resting");
}
