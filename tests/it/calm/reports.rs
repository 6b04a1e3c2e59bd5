//! What readers ask the family to look at.

use jiff::SignedDuration;

use super::{chooses, decides, gathered, id_of, joins};
use crate::support::{Person, TestApp};

fn reports(who: &Person, id: &str) {
    who.submit(&format!("/p/maria/wishes/{id}/report"), &[("message", "It hurts")])
        .assert_sees("Thank you. The family will look at it");
}

#[test]
fn one_report_hides_nothing_and_two_do_until_an_organizer_has_decided() {
    let app = TestApp::new();
    let ann = app.organizer();
    let [jo, bill, cy, di] = ["Jo", "Bill", "Cy", "Di"].map(|name| app.supporter(&ann, name));
    let update = ann.writes("Home", "She is home.");
    jo.submit(&format!("{update}/comments"), &[("message", "Sharp words")]);
    app.run_jobs();
    let id = id_of(&bill.get(&update), "Sharp words");
    bill.get(&format!("/p/maria/wishes/{id}/report")).assert_status(200).assert_sees("Sharp words");
    reports(&bill, &id);
    reports(&bill, &id);
    cy.get(&update).assert_sees("Sharp words");
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM reports"), 1);
    let news = ann.get("/p/maria/encouragement/new");
    news.assert_sees("Bill asks you to look: “It hurts”").assert_sees("Everybody can read it.");
    ann.get("/p/maria").assert_sees("A reader asks you to look at something.");
    reports(&cy, &id);
    for reader in [&bill, &cy, &di, &ann] {
        reader.get(&update).assert_does_not_see("Sharp words");
        reader.get("/p/maria").assert_does_not_see("Sharp words");
    }
    assert_eq!(app.count("SELECT SUM(comment_count) AS count FROM updates"), 0);
    // It is written down that it is hidden, and not who asked for it; once.
    let record = ann.get("/p/maria/history");
    let line = "Words of Jo are hidden, since readers asked you to look (comment)";
    assert_eq!(record.texts(".history p").iter().filter(|it| *it == line).count(), 1, "{}", record.text());
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM events WHERE kind = 'words_reported' AND actor_id IS NULL"), 1);
    // Whoever wrote it notices nothing.
    jo.get(&update).assert_sees("Sharp words").assert_does_not_see("Bill").assert_does_not_see("look");
    app.pass(SignedDuration::from_hours(2));
    let mail = gathered(&app, &ann).pop().expect("a mail");
    assert!(mail.text.contains("A reader asks you to look") && !mail.text.contains("Bill"), "{}", mail.text);
    assert!(!mail.raw.contains("Sharp") && !mail.raw.contains("It hurts"));
    let before = app.mails_to(&jo.email).len();
    decides(&ann, "show", "Sharp words");
    di.get(&update).assert_sees("Sharp words");
    // What was decided to stay is not hidden again.
    reports(&di, &id);
    reports(&cy, &id);
    bill.get(&update).assert_sees("Sharp words");
    ann.get("/p/maria/encouragement/new").assert_sees("Nothing needs you.");
    app.pass(SignedDuration::from_hours(2));
    assert_eq!(app.mails_to(&jo.email).len(), before);
    assert_eq!(gathered(&app, &ann).len(), 2, "it was told of before");
}

#[test]
fn one_who_is_close_is_enough_and_what_the_family_wrote_stays() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let (fay, cy) = (app.member(&ann, "Fay", "supporter", "family"), app.member(&ann, "Cy", "co-author", "everyone"));
    for (reporter, words) in [(&fay, "First sharp words"), (&cy, "Second sharp words")] {
        jo.submit("/p/maria/wishes", &[("message", words)]);
        reports(reporter, &id_of(&bill.get("/p/maria/wishes"), words));
        assert!(!bill.get("/p/maria/wishes").texts("li.wish .words").contains(&words.to_owned()), "{words}");
        decides(&ann, "hide", words);
    }
    for writer in [&ann, &cy] {
        writer.submit("/p/maria/wishes", &[("message", &format!("From {}", writer.name))]);
        let id = id_of(&bill.get("/p/maria/wishes"), &format!("From {}", writer.name));
        for reporter in [&bill, &jo, &fay] {
            reports(reporter, &id);
        }
        bill.get("/p/maria/wishes").assert_sees(&format!("From {}", writer.name));
    }
    ann.get("/p/maria/encouragement/new").assert_sees("Fay asks you to look");
    // Nobody reports themselves.
    jo.submit("/p/maria/wishes", &[("message", "Mine")]);
    let id = id_of(&jo.get("/p/maria/wishes"), "Mine");
    jo.post(&format!("/p/maria/wishes/{id}/report"), &[]).assert_status(409);
}

#[test]
fn two_who_report_at_once_both_count() {
    let app = TestApp::new();
    let ann = app.organizer();
    let [jo, bill, cy] = ["Jo", "Bill", "Cy"].map(|name| app.supporter(&ann, name));
    jo.submit("/p/maria/wishes", &[("message", "Sharp words")]);
    let id = id_of(&bill.get("/p/maria/wishes"), "Sharp words");
    let address = format!("/p/maria/wishes/{id}/report");
    let tokens = [(&bill, bill.get("/sign-in").csrf()), (&cy, cy.get("/sign-in").csrf())];
    std::thread::scope(|scope| {
        for (who, csrf) in &tokens {
            for _ in 0..3 {
                scope.spawn(|| who.post_raw(&address, &[("csrf", csrf)], &[]).status);
            }
        }
    });
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM reports"), 2);
    bill.get("/p/maria/wishes").assert_does_not_see("Sharp words");
}

#[test]
fn somebody_whom_nobody_knows_can_ask_but_hides_nothing() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let stranger = app.account("Stan");
    jo.submit("/p/maria/wishes", &[("message", "Sharp words")]);
    let passer_by = app.visitor();
    let id = id_of(&passer_by.get("/p/maria/wishes"), "Sharp words");
    for _ in 0..3 {
        passer_by.submit(&format!("/p/maria/wishes/{id}/report"), &[]).assert_sees("The family will look at it");
    }
    reports(&stranger, &id);
    reports(&bill, &id);
    app.visitor().get("/p/maria/wishes").assert_sees("Sharp words");
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM reports"), 3);
    ann.get("/p/maria/encouragement/new").assert_sees("Somebody who reads the page asks you to look.");
    decides(&ann, "remove", "Sharp words");
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM reports"), 0);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes"), 0);
}

#[test]
fn whoever_is_shut_out_writes_to_nobody_by_reporting() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let (jo, eve) = (app.supporter(&ann, "Jo"), joins(&app, &ann, "Eve", "supporter"));
    jo.submit("/p/maria/wishes", &[("message", "Sharp words")]);
    let id = id_of(&eve.get("/p/maria/wishes"), "Sharp words");
    let member = ann.get("/p/maria/people").member_called("eve@example.org");
    ann.submit(&format!("/p/maria/people/{member}/block"), &[]);
    app.pass(SignedDuration::from_hours(2));
    let before = gathered(&app, &ann).len();
    reports(&eve, &id);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM reports"), 0);
    // Without a name they are anybody, whom the family hears of and not from.
    let nobody = app.visitor();
    let form = nobody.get(&format!("/p/maria/wishes/{id}/report"));
    assert_eq!(form.assert_status(200).count("input[name=message]"), 0);
    nobody
        .submit(&format!("/p/maria/wishes/{id}/report"), &[("message", "Eve says hello")])
        .assert_sees("The family will look at it");
    ann.get("/p/maria/encouragement/new")
        .assert_sees("Somebody who reads the page asks you to look.")
        .assert_does_not_see("Eve says hello")
        .assert_does_not_see("It hurts");
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM reports WHERE reason IS NOT NULL"), 0);
    app.pass(SignedDuration::from_hours(2));
    assert_eq!(gathered(&app, &ann).len(), before + 1);
}

#[test]
fn with_whoever_is_blocked_go_their_reports_and_what_nothing_else_hides_is_back() {
    let app = TestApp::new();
    let ann = app.organizer();
    let [jo, bill, eve, mal] = ["Jo", "Bill", "Eve", "Mal"].map(|name| app.supporter(&ann, name));
    let fay = app.member(&ann, "Fay", "supporter", "family");
    let update = ann.writes("Home", "She is home.");
    jo.submit("/p/maria/wishes", &[("message", "Kind words")]);
    jo.submit(&format!("{update}/comments"), &[("message", "Kind comment")]);
    jo.submit("/p/maria/wishes", &[("message", "Sharp words")]);
    let list = bill.get("/p/maria/wishes");
    let ids = [id_of(&list, "Kind words"), id_of(&bill.get(&update), "Kind comment"), id_of(&list, "Sharp words")];
    ids.iter().for_each(|id| reports(&eve, id));
    reports(&fay, &ids[2]);
    ids[..2].iter().for_each(|id| reports(&mal, id));
    let hidden = || {
        let [list, update] = ["/p/maria/wishes", update.as_str()].map(|place| bill.get(place));
        [list.sees("Kind words"), update.sees("Kind comment"), list.sees("Sharp words")]
    };
    assert_eq!(hidden(), [false; 3]);
    let page = ann.get("/p/maria/encouragement/new");
    assert_eq!(page.count("#reported ~ ul input[name=wishes]"), 3);
    page.assert_sees("Show those I chose");
    let member = ann.get("/p/maria/people").member_called("Eve");
    ann.submit(&format!("/p/maria/people/{member}/block"), &[]);
    assert_eq!(hidden(), [true, true, false], "one who is close still asks");
    assert_eq!(app.count("SELECT SUM(comment_count) AS count FROM updates"), 1);
    // Mal alone hides nothing, and is still heard.
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM reports"), 3);
}

#[test]
fn nobody_but_organizers_learns_who_has_reported_what() {
    let app = TestApp::new();
    let ann = app.organizer();
    let cy = app.member(&ann, "Cy", "co-author", "family");
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    jo.submit("/p/maria/wishes", &[("message", "Sharp words")]);
    let id = id_of(&bill.get("/p/maria/wishes"), "Sharp words");
    reports(&bill, &id);
    cy.get("/p/maria/encouragement/new").assert_status(404);
    for reader in [&jo, &cy] {
        for place in ["/p/maria", "/p/maria/wishes", "/"] {
            reader.get(place).assert_does_not_see("It hurts").assert_does_not_see("waits for you");
        }
    }
    app.pass(SignedDuration::from_hours(30));
    assert!(
        app.mails_to(&jo.email)
            .iter()
            .chain(&app.mails_to(&cy.email))
            .all(|mail| !mail.text.contains("asks you to look"))
    );
    chooses(&ann, &[]);
}
