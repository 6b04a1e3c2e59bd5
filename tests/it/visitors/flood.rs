//! More visitors at once than anybody can read.

use jiff::SignedDuration;

use super::{confirmed, rows};
use crate::calm::{chooses, decides, gathered, joins};
use crate::support::{Browser, Person, TestApp};

/// So many visitors one after the other, each in a moment.
fn flood(app: &TestApp, from: usize, to: usize) {
    for n in from..=to {
        confirmed(app, &format!("Vis{n:02} Itor"), &format!("v{n}@example.org"), &format!("Words of {n:02}"));
    }
}

fn notes(app: &TestApp, ann: &Person) -> usize {
    app.mails_to(&ann.email).iter().filter(|mail| mail.subject.starts_with("Many visitors")).count()
}

#[test]
fn what_is_too_much_is_held_and_thrown_away_in_one_step() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let jo = app.supporter(&ann, "Jo");
    flood(&app, 1, 20);
    assert_eq!(app.visitor().get("/p/maria/wishes").count("li.wish"), 20);
    assert_eq!(notes(&app, &ann), 0);
    flood(&app, 21, 24);
    for reader in [&*ann, &*jo, &app.visitor()] {
        reader.get("/p/maria/wishes").assert_sees("Words of 20").assert_does_not_see("Words of 21");
    }
    // Members are no flood.
    jo.submit("/p/maria/wishes", &[("message", "From Jo")]).assert_sees("From Jo");
    assert_eq!(notes(&app, &ann), 1, "one calm note");
    let note = app.mails_to(&ann.email).into_iter().find(|mail| mail.subject.starts_with("Many")).expect("a note");
    assert!(!note.text.contains("Words of") && !note.text.contains("Vis2"), "{}", note.text);
    app.pass(SignedDuration::from_hours(2));
    app.run_jobs();
    assert!(
        app.mails_to(&ann.email).iter().all(|mail| !mail.text.contains("Words of 21")),
        "no mail about what is held"
    );
    ann.get("/p/maria").assert_sees("4 messages are held");
    jo.get("/p/maria").assert_does_not_see("messages are held");
    let page = ann.get("/p/maria/encouragement/flood");
    page.assert_sees("4 messages are held").assert_sees("From Vis21, Vis22, Vis23, Vis24").assert_does_not_see("Itor");
    assert!(!page.body.contains("v21@example.org"));
    let seen = page.attribute("input[name=seen]", "value").expect("a time");
    // What comes while the organizer looks is not thrown away unseen.
    flood(&app, 25, 46);
    let held = "SELECT COUNT(*) AS count FROM wishes WHERE withheld = 'flood'";
    assert_eq!(app.count(held), 6);
    ann.post("/p/maria/encouragement/flood", &[("seen", &seen)]).assert_status(422);
    let fields = [("seen", seen.as_str()), ("decision", "remove")];
    ann.submit("/p/maria/encouragement/flood", &fields).assert_sees("All of it is gone");
    ann.submit("/p/maria/encouragement/flood", &fields).assert_sees("2 messages are held");
    assert_eq!(app.count(held), 2);
    assert_eq!(rows(&app, "wishes"), 20 + 1 + 20 + 2);
    let seen = ann.get("/p/maria/encouragement/flood").attribute("input[name=seen]", "value").expect("a time");
    ann.submit("/p/maria/encouragement/flood", &[("seen", &seen), ("decision", "show")]).assert_sees("shown now");
    app.visitor().get("/p/maria/wishes").assert_sees("Words of 46");
    ann.get("/p/maria/encouragement/flood").assert_sees("Nothing is held");
    for other in [&*jo, &app.visitor()] {
        other.get("/p/maria/encouragement/flood").assert_status(404);
        other.post("/p/maria/encouragement/flood", &fields).assert_status(404);
    }
    assert_eq!(notes(&app, &ann), 1, "not a second one on the same day");
}

/// Somebody who is known on the page writes more than anybody else does.
fn writes_much(app: &TestApp, who: &Browser, words: &str) {
    let form = who.get("/p/maria");
    app.pass(SignedDuration::from_secs(20));
    for n in 0..24 {
        super::send(who, &form, &[("message", &format!("{words} {n:02}"))]).assert_status(303);
    }
}

#[test]
fn whoever_is_shut_out_holds_nobody_elses_words() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let eve = confirmed(&app, "Eve", "eve@example.org", "Words of Eve");
    let entry = ann.get("/p/maria").attribute("a.byline__visitor", "href").expect("who that is");
    ann.submit(&format!("{entry}/block"), &[]);
    writes_much(&app, &eve, "Unseen");
    confirmed(&app, "Vera", "vera@example.org", "Words of Vera");
    app.visitor().get("/p/maria/wishes").assert_sees("Words of Vera").assert_does_not_see("Unseen");
    // However many they are.
    flood(&app, 1, 20);
    app.sql("UPDATE wishes SET withheld = 'blocked' WHERE message <> 'Words of Vera'");
    confirmed(&app, "Bea", "bea@example.org", "Words of Bea");
    app.visitor().get("/p/maria/wishes").assert_sees("Words of Bea");
}

#[test]
fn one_who_has_much_to_say_is_one_visitor() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let vera = confirmed(&app, "Vera", "vera@example.org", "Words of Vera");
    writes_much(&app, &vera, "More of Vera");
    confirmed(&app, "Bea", "bea@example.org", "Words of Bea");
    app.visitor().get("/p/maria/wishes").assert_sees("More of Vera 23").assert_sees("Words of Bea");
    assert_eq!(notes(&app, &ann), 0);
}

#[test]
fn its_beginning_can_be_thrown_away_with_it_and_nothing_from_before() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let update = ann.writes("Home", "She is home.");
    let vera = confirmed(&app, "Vera", "vera@example.org", "A kind word from yesterday");
    app.pass(SignedDuration::from_hours(24));
    super::leaves(&app, &vera, &update, &[("message", "Comment of the same minutes")]).assert_status(303);
    flood(&app, 1, 22);
    let page = ann.get("/p/maria/encouragement/flood");
    page.assert_sees("3 messages are held").assert_sees("20 messages of visitors, shown just now");
    let seen = page.attribute("input[name=seen]", "value").expect("a time");
    let fields = [("seen", seen.as_str()), ("decision", "remove"), ("before", "yes")];
    ann.submit("/p/maria/encouragement/flood", &fields);
    let left = app.visitor().get("/p/maria/wishes").texts("li.wish .words");
    assert_eq!(left, ["A kind word from yesterday"]);
    assert_eq!(app.count("SELECT CAST(SUM(comment_count) AS BIGINT) AS count FROM updates"), 0);
    assert_eq!(rows(&app, "wishes"), 1);
}

#[test]
fn what_an_organizer_has_shown_is_not_thrown_away_with_a_flood() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    chooses(&ann, &[("holds_new", "yes")]);
    confirmed(&app, "Vera", "vera@example.org", "Looked at and shown");
    decides(&ann, "show", "Looked at and shown");
    chooses(&ann, &[]);
    flood(&app, 1, 21);
    let page = ann.get("/p/maria/encouragement/flood");
    page.assert_sees("2 messages are held").assert_sees("19 messages of visitors, shown just now");
    let seen = page.attribute("input[name=seen]", "value").expect("a time");
    ann.submit("/p/maria/encouragement/flood", &[("seen", &seen), ("decision", "show")]);
    // What was shown in one step was shown, too, and what came after the look was not looked at.
    flood(&app, 22, 22);
    let fields = [("seen", seen.as_str()), ("decision", "remove"), ("before", "yes")];
    ann.submit("/p/maria/encouragement/flood", &fields);
    let left = app.visitor().get("/p/maria/wishes");
    left.assert_sees("Looked at and shown").assert_sees("Words of 20").assert_sees("Words of 21");
    ann.get("/p/maria/encouragement/flood").assert_sees("One message is held");
}

#[test]
fn what_becomes_of_a_flood_is_written_down_and_what_is_shown_is_told_once() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let dee = joins(&app, &ann, "Dee", "organizer");
    flood(&app, 1, 23);
    app.pass(SignedDuration::from_hours(2));
    app.run_jobs();
    let settles = |decision: &str| {
        let seen = ann.get("/p/maria/encouragement/flood").attribute("input[name=seen]", "value").expect("a time");
        ann.submit("/p/maria/encouragement/flood", &[("seen", &seen), ("decision", decision)]);
    };
    let mails = gathered(&app, &dee).len();
    settles("show");
    app.pass(SignedDuration::from_hours(2));
    let told = gathered(&app, &dee);
    assert_eq!(told.len(), mails + 1, "one mail for all of them");
    assert!(["Words of 21", "Words of 22", "Words of 23"].iter().all(|it| told[mails].text.contains(it)));
    assert!(!gathered(&app, &ann).iter().any(|mail| mail.text.contains("Words of 23")), "she has shown them");
    ann.get("/p/maria/history").assert_sees("Ann showed what many visitors wrote at once (3 messages)");
    flood(&app, 31, 51);
    settles("remove");
    ann.get("/p/maria/history").assert_sees("Ann threw away what many visitors wrote at once (one message)");
}

#[test]
fn a_flood_of_comments_counts_on_no_update_until_it_is_shown() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let update = ann.writes("Home", "She is home.");
    let vera = confirmed(&app, "Vera", "vera@example.org", "Before");
    flood(&app, 1, 20);
    super::leaves(&app, &vera, &update, &[("message", "A held comment")]).assert_status(303);
    let count = "SELECT CAST(SUM(comment_count) AS BIGINT) AS count FROM updates";
    assert_eq!(app.count(count), 0);
    app.visitor().get(&update).assert_does_not_see("A held comment");
    // Whoever wrote it has it before their eyes, as with everything that waits.
    vera.get(&update).assert_sees("A held comment");
    let seen = ann.get("/p/maria/encouragement/flood").attribute("input[name=seen]", "value").expect("a time");
    ann.submit("/p/maria/encouragement/flood", &[("seen", &seen), ("decision", "show")]);
    assert_eq!(app.count(count), 1);
    app.visitor().get(&update).assert_sees("A held comment");
}

#[test]
fn a_flood_that_is_shown_keeps_back_what_is_never_to_be_shown() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    chooses(&ann, &[("unwanted_words", "battle")]);
    let vera = confirmed(&app, "Vera", "vera@example.org", "Before");
    flood(&app, 1, 20);
    super::leaves(&app, &vera, "/p/maria", &[("message", "A battle of ours")]).assert_status(303);
    ann.get("/p/maria/encouragement/new").assert_sees("See to all of it in one step");
    ann.get("/p/maria").assert_sees("2 messages are held").assert_does_not_see("Some words wait for you");
    let seen = ann.get("/p/maria/encouragement/flood").attribute("input[name=seen]", "value").expect("a time");
    ann.submit("/p/maria/encouragement/flood", &[("seen", &seen), ("decision", "show")]);
    app.visitor().get("/p/maria/wishes").assert_sees("Words of 20").assert_does_not_see("A battle");
    ann.get("/p/maria").assert_sees("Some words wait for you");
    ann.get("/p/maria/encouragement/new").assert_sees("They hold “battle”");
}
