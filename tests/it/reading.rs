//! Reading a journal: in either order, month by month, from one update to the next, and what is new.

use jiff::SignedDuration;

use crate::support::{Person, Response, TestApp};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Updates with these titles, a day apart.
fn writes_days(app: &TestApp, who: &Person, titles: &[&str]) -> Vec<String> {
    titles
        .iter()
        .map(|title| {
            app.pass(DAY);
            who.writes(title, &format!("Words of {title}."))
        })
        .collect()
}

fn titles(page: &Response) -> Vec<String> {
    page.texts(".update h2")
}

/// What the script tells when an update was on the screen.
fn sees(who: &Person, update: &str, keep: &str) -> Response {
    let id = update.rsplit('/').next().expect("an id");
    who.post("/p/maria/position", &[("update", id), ("keep", keep)])
}

fn many(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("Day {number}")).collect()
}

#[test]
fn a_journal_is_read_from_either_end_and_every_update_comes_once() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let expected = many(23);
    writes_days(&app, &ann, &expected.iter().map(String::as_str).collect::<Vec<_>>());
    ann.writes_for("Hidden", "Not for Jo.", "family");
    // Several at the very same moment.
    app.sql("UPDATE updates SET published_at = (SELECT MIN(published_at) FROM updates) WHERE title IN ('Day 1', 'Day 9', 'Day 12', 'Day 20')");
    for (first, is_forward) in [("/p/maria?order=oldest", true), ("/p/maria", false)] {
        let (mut address, mut read) = (first.to_owned(), Vec::new());
        loop {
            let page = jo.get(&address);
            read.extend(titles(page.assert_status(200)));
            match page.attribute(".journal + .actions a", "href") {
                Some(next) => address = next,
                None => break,
            }
        }
        let mut all = read.clone();
        all.sort();
        let mut wanted = expected.clone();
        wanted.sort();
        assert_eq!(all, wanted, "{first}");
        let second = read.iter().position(|it| it == "Day 2").expect("Day 2");
        let last = read.iter().position(|it| it == "Day 23").expect("Day 23");
        assert_eq!(second < last, is_forward, "{first}");
    }
}

#[test]
fn from_one_update_one_comes_to_the_next_and_never_to_a_hidden_one() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let first = writes_days(&app, &ann, &["First"]).remove(0);
    app.pass(DAY);
    let hidden = ann.writes_for("Hidden", "Not for Jo.", "organizers");
    let last = writes_days(&app, &ann, &["Last"]).remove(0);
    let page = jo.get(&first);
    assert_eq!(page.attribute("a[rel=next]", "href"), Some(last.clone()));
    assert_eq!(page.count("a[rel=prev]"), 0);
    page.assert_does_not_see("Hidden");
    assert_eq!(jo.get(&last).attribute("a[rel=prev]", "href"), Some(first.clone()));
    assert_eq!(ann.get(&first).attribute("a[rel=next]", "href"), Some(hidden));
}

#[test]
fn months_are_those_of_the_reader_and_count_what_they_may_see() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    writes_days(&app, &ann, &["Second of March"]);
    ann.writes_for("Hidden", "Not for Jo.", "family");
    // 1 April in Tokyo, and still March in UTC.
    app.pass(DAY * 29 + SignedDuration::from_hours(5));
    ann.writes("At the turn of the month", "Words.");
    let months = |who: &Person| who.get("/p/maria/updates").texts(".months li");
    assert_eq!(months(&jo), ["March 2 updates"]);
    assert_eq!(months(&ann), ["March 3 updates"]);
    ann.post("/account/language", &[("language", "en-GB"), ("time_zone", "Asia/Tokyo")]).assert_status(303);
    assert_eq!(months(&ann), ["April One update", "March 2 updates"]);
    assert_eq!(titles(&ann.get("/p/maria/updates?month=2026-04")), ["At the turn of the month"]);
    assert_eq!(titles(&jo.get("/p/maria/updates?month=2026-03")), ["Second of March", "At the turn of the month"]);
    // What is kept in memory follows the journal.
    writes_days(&app, &ann, &["One more"]);
    assert_eq!(months(&jo), ["April One update", "March 2 updates"]);
    jo.get("/p/maria/updates?month=2020-01").assert_status(200).assert_sees("Nothing was written in this month");
}

#[test]
fn absurd_addresses_lead_to_the_page_or_nowhere() {
    let app = TestApp::new();
    let ann = app.organizer();
    writes_days(&app, &ann, &["Home"]);
    let id = "00000000-0000-7000-8000-000000000000";
    for query in [
        "updates?month=9999-99".to_owned(),
        "updates?month=0000-01".to_owned(),
        "updates?month=%00".to_owned(),
        "updates?month=9000-12".to_owned(),
        format!("updates?month=2026-03&after=9223372036854775807&id={id}"),
        format!("?before=-9223372036854775808&id={id}"),
        format!("?before=9223372036854775807&id={id}"),
        format!("?before=99999999999999999999999&id={id}"),
        "?before=0&id=%00".to_owned(),
        format!("?order=oldest&after=-1&id={id}"),
        "?order=%00".to_owned(),
        "status?before=%00".to_owned(),
    ] {
        let address = if query.starts_with('?') { format!("/p/maria{query}") } else { format!("/p/maria/{query}") };
        ann.get(&address).assert_status(200);
    }
    for nowhere in ["/p/%00/updates", "/p/maria%00/status", "/p/maria/updates/%00", "/p/maria/notes/%00", "/feeds/%00"]
    {
        let status = ann.get(nowhere).status;
        assert_eq!(status, 404, "{nowhere}");
    }
    for duplicate in ["/p/maria?order=a&order=b", "/p/maria/updates?month=a&month=b"] {
        assert!(ann.get(duplicate).status < 500, "{duplicate}");
    }
}

#[test]
fn what_is_new_is_what_came_since_the_last_visit() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let seen = writes_days(&app, &ann, &["Old", "Seen"]).remove(1);
    // Whoever was never here finds nothing marked.
    jo.get("/p/maria").assert_does_not_see("since you were last here").assert_does_not_see("You were here last");
    sees(&jo, &seen, "").assert_status(204);
    jo.get("/").assert_does_not_see("New since");
    let new = writes_days(&app, &ann, &["New one", "New two"]);
    ann.writes_for("Hidden", "Not for Jo.", "family");
    jo.get("/").assert_sees("New since you were last here");
    let page = jo.get("/p/maria");
    page.assert_sees("2 new since you were last here");
    assert_eq!(page.attribute(".since a", "href"), Some(format!("#update-{}", new[0].rsplit('/').next().unwrap())));
    assert_eq!(page.count(".tag--new"), 2);
    let before = page.body.split("You were here last").next().expect("a marker");
    assert!(before.contains("New one") && !before.contains("Words of Seen"));
    // It stays marked for as long as they are there, also when they have seen it, and is old when they come again.
    sees(&jo, &new[1], "").assert_status(204);
    app.pass(SignedDuration::from_mins(20));
    jo.get("/p/maria").assert_sees("2 new since you were last here");
    jo.get("/p/maria").assert_sees("You were here last");
    app.pass(SignedDuration::from_mins(31));
    jo.get("/p/maria").assert_does_not_see("since you were last here");
    jo.get("/").assert_does_not_see("New since");
    // What one has written oneself is not news.
    sees(&ann, &seen, "");
    app.pass(DAY);
    ann.get("/p/maria").assert_does_not_see("since you were last here");
}

#[test]
fn an_older_update_that_is_read_again_makes_nothing_new() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let updates = writes_days(&app, &ann, &["One", "Two", "Three"]);
    sees(&jo, &updates[2], "");
    app.pass(DAY);
    sees(&jo, &updates[0], "");
    app.pass(DAY);
    jo.get("/p/maria").assert_does_not_see("since you were last here");
}

#[test]
fn more_than_a_page_of_news_is_said_so() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let seen = writes_days(&app, &ann, &["Seen"]).remove(0);
    sees(&jo, &seen, "");
    writes_days(&app, &ann, &many(12).iter().map(String::as_str).collect::<Vec<_>>());
    jo.get("/p/maria")
        .assert_sees("More than 10 new since you were last here")
        .assert_does_not_see("You were here last");
}

#[test]
fn one_comes_back_to_the_update_that_one_was_at_on_any_device() {
    let app = TestApp::new();
    let ann = app.organizer();
    let sam = app.account("Sam");
    ann.post("/p/maria/people/invitations", &[("addresses", &sam.email), ("role", "supporter")]).assert_status(303);
    sam.submit(&app.last_mail_to(&sam.email).link("/invitations/"), &[]);
    let updates = writes_days(&app, &ann, &["One", "Two", "Three"]);
    sees(&sam, &updates[1], "yes").assert_status(204);
    let phone = Person::again(&sam, &app);
    let page = phone.get("/p/maria");
    page.assert_sees("Back to the update you were at");
    assert_eq!(phone.get("/p/maria/position").location(), updates[1]);
    // It was narrowed meanwhile, and then deleted.
    let fields = [("body", "Not for Sam."), ("audience", "organizers")];
    ann.post(&format!("{}/edit", updates[1]), &fields).assert_status(303);
    assert_eq!(phone.get("/p/maria/position").location(), "/p/maria");
    sees(&phone, &updates[1], "yes").assert_status(404);
    ann.post(&format!("{}/deletion", updates[1]), &[]).assert_status(303);
    assert_eq!(phone.get("/p/maria/position").location(), "/p/maria");
    phone.get("/p/maria").assert_does_not_see("you were at");
    sees(&sam, &updates[0], "yes").assert_status(204);
    sees(&sam, &updates[2], "end").assert_status(204);
    phone.get("/p/maria").assert_does_not_see("you were at");
}

#[test]
fn how_far_somebody_has_read_is_nobody_elses_to_see() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = writes_days(&app, &ann, &["Home"]).remove(0);
    let member = ann.get("/p/maria/people").member_called("Jo");
    // Whoever wrote an update is told on its own page how many have read it, and that is all: see the receipts.
    let places = ["/p/maria", "/p/maria/people", "/p/maria/history", &format!("/p/maria/people/{member}"), "/"];
    let looks = |who: &Person| places.map(|place| who.get(place).text());
    let before = looks(&ann);
    sees(&jo, &update, "yes").assert_status(204);
    assert_eq!(looks(&ann), before);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM reading_positions"), 1);
    // It is written down for members only, and goes with the membership.
    ann.opens_to("public");
    let visitor = app.visitor();
    assert_eq!(visitor.get("/p/maria").count("[data-reading]"), 0);
    visitor.post("/p/maria/position", &[("update", update.rsplit('/').next().unwrap())]).assert_status(404);
    ann.post(&format!("/p/maria/people/{member}/removal"), &[]).assert_status(303);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM reading_positions"), 0);
}

#[test]
fn looking_changes_nothing() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = writes_days(&app, &ann, &["Home"]).remove(0);
    for place in ["/p/maria", &update, "/p/maria/updates?month=2026-03", "/p/maria/position", "/p/maria?order=oldest"] {
        jo.get(place);
    }
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM reading_positions"), 0);
}

#[test]
fn a_page_with_everything_on_it_asks_the_database_little() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = writes_days(&app, &ann, &["Home", "Soup"]).remove(0);
    jo.submit(&format!("{update}/comments"), &[("message", "Love")]);
    jo.submit(&format!("{update}/reactions"), &[("kind", "heart")]);
    jo.submit("/p/maria/wishes", &[("message", "Love")]);
    sees(&jo, &update, "");
    ann.post("/p/maria/status", &[("words", "Home")]).assert_status(303);
    let note = [("title", "Hours"), ("body", "Three to five"), ("audience", "everyone")];
    ann.post("/p/maria/notes", &note).assert_status(303);
    let queries = |address: &str| {
        let before = app.app.db.queries_run();
        jo.get(address).assert_status(200);
        app.app.db.queries_run() - before
    };
    assert!(queries("/p/maria") <= 8, "the first look");
    let again = queries("/p/maria");
    assert!(again <= 3, "{again} for what is kept in memory");
    assert!(queries("/p/maria/updates") <= 3);
    assert!(queries("/") <= 3);
    assert!(queries(&update) <= 8);
}
