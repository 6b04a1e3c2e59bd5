//! Who has read an update: a number for whoever wrote it, names of those who chose so, and nothing for anybody else.

use jiff::SignedDuration;

use crate::support::{Person, Response, TestApp};

/// What the script tells of what was on the screen.
fn sees(who: &Person, updates: &[&str]) -> Response {
    let ids: Vec<&str> = updates.iter().filter_map(|update| update.rsplit('/').next()).collect();
    let fields: Vec<(&str, &str)> = ids.iter().map(|id| ("seen", *id)).collect();
    who.post("/p/maria/position", &fields)
}

/// The line about readers on an update's page, if there is one for this viewer.
fn summary(who: &Person, update: &str) -> Option<String> {
    who.get(update).assert_status(200).texts(".receipts summary").into_iter().next()
}

fn names(who: &Person, update: &str) -> Vec<String> {
    who.get(update).texts(".receipts__names li")
}

fn rows(app: &TestApp) -> i64 {
    app.count("SELECT COUNT(*) AS count FROM readings")
}

fn shows(who: &Person, shows: bool) {
    let fields: &[(&str, &str)] = if shows { &[("shows", "yes")] } else { &[] };
    who.post("/p/maria/follow/receipts", fields).assert_status(303);
}

#[test]
fn the_author_sees_how_many_and_by_name_only_those_who_chose_so() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let update = ann.writes("Home", "She is home.");
    assert_eq!(summary(&ann, &update), None, "nobody is told that nobody has come");
    sees(&jo, &[&update]).assert_status(204);
    assert_eq!(summary(&ann, &update).as_deref(), Some("Read by one person"));
    sees(&bill, &[&update]).assert_status(204);
    assert_eq!(summary(&ann, &update).as_deref(), Some("Read by 2 people"));
    assert!(names(&ann, &update).is_empty(), "nobody is named unasked");
    ann.get(&update).assert_sees("Who they are stays with them").assert_does_not_see("Bill");
    // The choice holds for what was read before, and is as easily taken back.
    jo.get("/p/maria/follow").assert_sees("Let whoever writes see by name what I have read");
    assert_eq!(jo.get("/p/maria/follow").count("#shows[checked]"), 0, "off until somebody chooses");
    shows(&jo, true);
    assert_eq!(jo.get("/p/maria/follow").count("#shows[checked]"), 1);
    assert_eq!(names(&ann, &update), ["Jo"]);
    ann.get(&update).assert_sees("And one other.");
    shows(&jo, false);
    assert!(names(&ann, &update).is_empty());
    assert_eq!(summary(&ann, &update).as_deref(), Some("Read by 2 people"));
}

#[test]
fn nobody_but_the_author_sees_numbers_anywhere() {
    let app = TestApp::new();
    let ann = app.organizer();
    let cleo = {
        let cleo = app.account("Cleo");
        let fields = [("addresses", cleo.email.as_str()), ("role", "co-author")];
        ann.post("/p/maria/people/invitations", &fields).assert_status(303);
        cleo.submit(&app.last_mail_to(&cleo.email).link("/invitations/"), &[]);
        cleo
    };
    let dora = app.account("Dora");
    ann.post("/p/maria/people/invitations", &[("addresses", dora.email.as_str()), ("role", "organizer")])
        .assert_status(303);
    dora.submit(&app.last_mail_to(&dora.email).link("/invitations/"), &[]);
    let jo = app.supporter(&ann, "Jo");
    let (of_ann, of_cleo) = (ann.writes("Home", "She is home."), cleo.writes("Soup", "She had soup."));
    for reader in [&ann, &cleo, &dora, &jo] {
        shows(reader, true);
        sees(reader, &[&of_ann, &of_cleo]).assert_status(204);
    }
    assert_eq!(summary(&ann, &of_ann).as_deref(), Some("Read by 3 people"));
    assert_eq!(names(&ann, &of_ann), ["Cleo", "Dora", "Jo"]);
    assert_eq!(names(&cleo, &of_cleo), ["Ann", "Dora", "Jo"], "never whoever wrote it");
    for (other, update) in [(&cleo, &of_ann), (&dora, &of_ann), (&jo, &of_ann), (&ann, &of_cleo), (&dora, &of_cleo)] {
        assert_eq!(summary(other, update), None, "{} at {update}", other.name);
        other.get(update).assert_does_not_see("Read by");
    }
    for place in ["/p/maria", "/p/maria/people", "/p/maria/history", "/", "/p/maria/updates"] {
        ann.get(place).assert_does_not_see("Read by").assert_does_not_see("3 people");
    }
    app.run_jobs();
    assert!(app.mails().iter().all(|mail| !mail.text.contains("Read by")));
    // With other eyes, the author sees what others do, and nothing is written down.
    ann.post("/p/maria/perspective", &[("as", "supporter")]).assert_status(303);
    assert_eq!(summary(&ann, &of_ann), None);
    let before = rows(&app);
    sees(&ann, &[&of_cleo]).assert_status(409);
    assert_eq!(rows(&app), before);
}

#[test]
fn a_link_from_a_mail_does_not_show_an_author_who_has_read() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    sees(&jo, &[&update]).assert_status(204);
    jo.submit("/p/maria/wishes", &[("message", "Love")]);
    let link = app.last_mail_to(&ann.email).link("/sign-in/link/");
    let phone = app.visitor();
    phone.submit(&link, &[]).assert_status(200);
    phone.get(&update).assert_status(200).assert_sees("She is home.").assert_does_not_see("Read by");
}

#[test]
fn only_what_one_may_see_is_written_down_and_each_once() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let all = ann.writes("Home", "She is home.");
    let again = ann.writes("Soup", "She had soup.");
    let family = ann.writes_for("Family", "Please come.", "family");
    let nowhere = format!("/p/maria/updates/{}", uuid::Uuid::now_v7());
    sees(&jo, &[&all, &family, &nowhere, &again]).assert_status(204);
    assert_eq!(rows(&app), 2);
    assert_eq!(summary(&ann, &family), None);
    // Retries, a double tap, two tabs.
    let csrf = jo.get("/sign-in").csrf();
    let id = all.rsplit('/').next().expect("an id").to_owned();
    std::thread::scope(|scope| {
        for _ in 0..5 {
            scope.spawn(|| {
                let fields = [("seen", id.as_str()), ("csrf", csrf.as_str())];
                jo.post_raw("/p/maria/position", &fields, &[]).assert_status(204);
            });
        }
    });
    assert_eq!(rows(&app), 2);
    assert_eq!(summary(&ann, &all).as_deref(), Some("Read by one person"));
    // What leads nowhere is refused, and an update of another page is nowhere.
    jo.post("/p/maria/position", &[("seen", "nonsense")]).assert_status(422);
    jo.post("/p/maria/position", &[]).assert_status(422);
    ann.post("/pages", &[("first_name", "Bea"), ("relationship", "a friend"), ("privacy", "public"), ("slug", "bea")])
        .assert_status(303);
    ann.post("/p/bea/position", &[("seen", id.as_str())]).assert_status(204);
    assert_eq!(rows(&app), 2);
    // An author's own is not.
    sees(&ann, &[&all]).assert_status(204);
    assert_eq!(rows(&app), 2);
}

#[test]
fn a_telling_of_many_is_bounded() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    let nothing = uuid::Uuid::nil().to_string();
    let mut fields = vec![("seen", nothing.as_str()); 50];
    fields.push(("seen", update.rsplit('/').next().expect("an id")));
    jo.post("/p/maria/position", &fields).assert_status(204);
    assert_eq!(rows(&app), 0, "the fifty-first");
}

#[test]
fn mail_and_feeds_tell_nothing_of_who_reads() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    let mail = app.last_mail_to(&jo.email);
    let link = mail.link("/sign-in/link/");
    assert!(!mail.html.contains("<img"), "no picture that tells that it was looked at");
    let feed = jo.submit("/p/maria/feed", &[]).texts("#feed-address").remove(0);
    let feed = feed.split_once("/feeds/").expect("an address").1.to_owned();
    app.visitor().get(&format!("/feeds/{feed}")).assert_status(200);
    // Opening the link, and reading without a script, say nothing either.
    app.visitor().submit(&link, &[]).assert_status(200);
    jo.get(&update).assert_status(200);
    jo.get("/p/maria").assert_status(200);
    assert_eq!(rows(&app), 0);
}

#[test]
fn whoever_is_shut_out_or_leaves_is_neither_counted_nor_named() {
    let app = TestApp::new();
    let ann = app.organizer();
    let update = ann.writes("Home", "She is home.");
    let people: Vec<Person> = ["Jo", "Bill", "Cy"].iter().map(|name| app.supporter(&ann, name)).collect();
    for person in &people {
        sees(person, &[&update]).assert_status(204);
        shows(person, true);
    }
    assert_eq!(names(&ann, &update), ["Bill", "Cy", "Jo"]);
    let jo = ann.get("/p/maria/people").member_called("Jo");
    ann.post(&format!("/p/maria/people/{jo}/block"), &[]).assert_status(303);
    assert_eq!(names(&ann, &update), ["Bill", "Cy"]);
    assert_eq!(summary(&ann, &update).as_deref(), Some("Read by 2 people"));
    people[1].post("/p/maria/departure", &[]).assert_status(303);
    assert_eq!(names(&ann, &update), ["Cy"]);
    assert_eq!(summary(&ann, &update).as_deref(), Some("Read by one person"));
    // Whoever is shut out tells nothing more.
    sees(&people[0], &[&update]).assert_status(404);
}

#[test]
fn what_one_has_read_goes_with_an_erasure_and_into_ones_own_copy() {
    use std::io::{Cursor, Read};
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.account("Jo");
    ann.post("/p/maria/people/invitations", &[("addresses", &jo.email)]).assert_status(303);
    jo.submit(&app.last_mail_to(&jo.email).link("/invitations/"), &[]);
    let update = ann.writes("Words of the family", "She is home.");
    app.pass(SignedDuration::from_mins(1));
    sees(&jo, &[&update]).assert_status(204);
    shows(&jo, true);
    let copy = |who: &Person| {
        let answer = who.post("/account/data", &[]);
        let mut zip = zip::ZipArchive::new(Cursor::new(answer.bytes.clone())).expect("a ZIP");
        let mut text = String::new();
        zip.by_name("data.json").expect("data").read_to_string(&mut text).expect("text");
        serde_json::from_str::<serde_json::Value>(&text).expect("JSON")
    };
    let mine = copy(&jo);
    assert_eq!(mine["pages"][0]["is_seen_reading_by_name"], true);
    assert_eq!(mine["read"][0], serde_json::json!({ "page": "Maria’s page", "at": "2026-03-01T12:01:00Z" }));
    assert_eq!(mine["read"].as_array().expect("a list").len(), 1);
    // Nothing of it is in what somebody else takes away.
    assert!(copy(&ann)["read"].as_array().expect("a list").is_empty());
    jo.post("/account/erasure", &[("words", "keep"), ("confirmation", "erase")]).assert_status(303);
    assert_eq!(rows(&app), 0);
    assert_eq!(summary(&ann, &update), None);
}
