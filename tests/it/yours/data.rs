//! The copy that somebody takes away.

use std::io::{Cursor, Read};

use jiff::SignedDuration;
use serde_json::Value;

use crate::support::{Person, Response, TestApp};

/// The two files in a copy.
fn unpack(answer: &Response) -> (Value, String) {
    let mut zip = zip::ZipArchive::new(Cursor::new(answer.bytes.clone())).expect("a ZIP");
    assert_eq!(zip.len(), 2, "two files");
    let mut read = |name: &str| {
        let mut text = String::new();
        zip.by_name(name).expect(name).read_to_string(&mut text).expect("text");
        text
    };
    (serde_json::from_str(&read("data.json")).expect("JSON"), read("what-i-wrote.md"))
}

/// Somebody with an account, taken into Maria's page.
fn joined(app: &TestApp, ann: &Person, name: &str, role: &str) -> Person {
    let person = app.account(name);
    ann.post("/p/maria/people/invitations", &[("addresses", &person.email), ("role", role)]).assert_status(303);
    let link = app.last_mail_to(&person.email).link("/invitations/");
    person.submit(&link, &[]);
    person
}

#[test]
fn a_copy_holds_what_is_ones_own_and_nothing_else() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = joined(&app, &ann, "Jo", "co-author");
    let update = ann.writes("Secret of Ann", "Words of Ann.");
    ann.submit("/p/maria/wishes", &[("message", "A wish of Ann")]);
    app.pass(SignedDuration::from_mins(1));
    let own = jo.writes_for("From *me*", "She **sleeps**.", "family");
    ann.submit(&format!("{own}/comments"), &[("message", "An answer of Ann")]);
    jo.submit(&format!("{update}/comments"), &[("message", "My \"comment\"\nover two lines")]);
    jo.submit("/p/maria/wishes", &[("message", "My wish")]);
    jo.submit(&format!("{update}/reactions"), &[("kind", "heart")]);
    jo.get("/account/data").assert_status(200).assert_sees("Download my copy");
    let answer = jo.post("/account/data", &[]);
    answer.assert_status(200);
    assert_eq!(answer.header("content-type"), Some("application/zip"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"tidings-2026-03-01.zip\""));
    assert_eq!(answer.header("content-length"), Some(answer.bytes.len().to_string().as_str()));
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    let (data, text) = unpack(&answer);
    assert_eq!(data["account"]["name"], "Jo");
    assert_eq!(data["account"]["email"], "jo@example.org");
    assert_eq!(data["account"]["time_zone"], "UTC");
    assert_eq!(data["account"]["sessions"].as_array().expect("sessions").len(), 1);
    let page = &data["pages"][0];
    assert_eq!(
        (&page["page"], &page["role"], &page["state"]),
        (&"Maria’s page".into(), &"co-author".into(), &"active".into())
    );
    let words = data["words"].as_array().expect("words");
    let brief: Vec<_> = words.iter().map(|it| (it["kind"].as_str(), it["for"].as_str(), it["text"].as_str())).collect();
    assert_eq!(
        brief,
        [
            (Some("update"), Some("family"), Some("She **sleeps**.")),
            (Some("comment"), Some("everyone"), Some("My \"comment\"\nover two lines")),
            (Some("well wish"), Some("everyone"), Some("My wish")),
        ]
    );
    assert_eq!(words[0]["at"], "2026-03-01T12:01:00Z");
    assert_eq!(data["hearts"].as_array().expect("hearts").len(), 1);
    assert_eq!((&data["hearts"][0]["kind"], &data["hearts"][0]["to"]), (&"heart".into(), &"an update".into()));
    assert!(text.contains("## Maria’s page\n"), "{text}");
    assert!(text.contains("### 1 March 2026, 12:01 UTC, update: From *me*\n\nShe **sleeps**.\n"), "{text}");
    for words in ["Ann", "ann@example.org"] {
        assert!(!data.to_string().contains(words) && !text.contains(words), "{words} in {data} {text}");
    }
}

#[test]
fn what_was_said_at_a_glance_and_how_far_one_has_read_is_in_it() {
    let app = TestApp::new();
    let ann = app.organizer();
    let update = ann.writes("Home", "Words of Ann.");
    ann.post("/p/maria/status", &[("words", "Resting")]).assert_status(303);
    let note = [("title", "Hours"), ("body", "Three to *five*"), ("audience", "family")];
    ann.post("/p/maria/notes", &note).assert_status(303);
    let (before, _) = unpack(&ann.post("/account/data", &[]));
    assert!(before["pages"][0]["read_through"].is_null() && before["pages"][0]["feed_address_since"].is_null());
    let id = update.rsplit('/').next().expect("an id");
    ann.post("/p/maria/position", &[("update", id)]).assert_status(204);
    ann.submit("/p/maria/feed", &[]);
    let (data, _) = unpack(&ann.post("/account/data", &[]));
    assert_eq!(data["pages"][0]["read_through"], "2026-03-01T12:00:00Z");
    assert_eq!(data["pages"][0]["feed_address_since"], "2026-03-01T12:00:00Z");
    assert_eq!(data["status_lines"][0]["text"], "Resting");
    assert_eq!(data["pinned_notes"][0]["text"], "Three to *five*");
}

#[test]
fn of_a_page_that_is_closed_to_somebody_only_their_own_words_are_in_it() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = joined(&app, &ann, "Jo", "supporter");
    jo.submit("/p/maria/wishes", &[("message", "My wish")]);
    let block = "UPDATE members SET state = 'blocked' \
                 WHERE person_id = (SELECT id FROM people WHERE email = 'jo@example.org')";
    app.sql(block);
    let (data, text) = unpack(&jo.post("/account/data", &[]));
    assert_eq!(data["words"][0]["text"], "My wish");
    assert!(data["words"][0]["page"].is_null() && data["words"][0]["for"].is_null());
    assert!(data["pages"].as_array().expect("pages").is_empty());
    assert!(text.contains("A page that I can no longer read") && text.contains("My wish"));
    assert!(!data.to_string().to_lowercase().contains("maria") && !text.to_lowercase().contains("maria"));
}

#[test]
fn a_large_copy_is_whole_and_in_order() {
    let app = TestApp::new();
    let ann = app.organizer();
    ann.submit("/p/maria/wishes", &[("message", "Wish 0")]);
    // More than two batches, doubled from the first one: random ids at the end of a time-ordered one.
    let fresh = if crate::support::database::postgres_server().is_some() {
        "substring(id from 1 for 6) || decode(substring(md5(random()::text) from 1 for 20), 'hex')"
    } else {
        "CAST(substr(id, 1, 6) || randomblob(10) AS BLOB)"
    };
    for _ in 0..11 {
        app.sql(&format!(
            "INSERT INTO wishes (id, site_id, author_id, message, message_html, created_at) \
             SELECT {fresh}, site_id, author_id, message, message_html, created_at FROM wishes"
        ));
    }
    let (data, text) = unpack(&ann.post("/account/data", &[]));
    assert_eq!(data["words"].as_array().expect("words").len(), 2_048);
    assert_eq!(text.matches("Wish 0").count(), 2_048);
    assert_eq!(text.matches("## Maria’s page").count(), 1);
}

#[test]
fn a_copy_is_for_whoever_has_just_proved_that_it_is_them_and_three_times_an_hour() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    assert!(jo.get("/account/data").location().starts_with("/sign-in"));
    jo.post("/account/data", &[]).assert_status(403);
    for _ in 0..3 {
        ann.post("/account/data", &[]).assert_status(200);
    }
    ann.post("/account/data", &[]).assert_status(429).assert_sees("One moment, please");
    app.pass(SignedDuration::from_mins(16));
    ann.get("/account/data").assert_status(200);
    ann.post("/account/data", &[]).assert_status(403).assert_sees("Is it still you?");
}

#[test]
fn other_organizers_can_see_that_a_copy_was_taken() {
    let app = TestApp::new();
    let ann = app.organizer();
    ann.post("/account/data", &[]).assert_status(200);
    let noted = app.database(|conn| {
        use diesel::prelude::*;
        use tidings::db::schema::{events, people};
        let noted = events::table
            .inner_join(people::table.on(people::id.nullable().eq(events::actor_id)))
            .filter(events::kind.eq("exported"))
            .select(people::name);
        Ok(noted.load::<String>(conn)?)
    });
    assert_eq!(noted, ["Ann"]);
}
