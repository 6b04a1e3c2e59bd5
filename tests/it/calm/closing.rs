//! What organizers choose: the form, closing with a kind sentence, and how often the gathered mail comes.

use jiff::SignedDuration;

use super::{chooses, gathered, joins};
use crate::support::TestApp;

#[test]
fn the_form_keeps_what_was_chosen_and_gives_back_what_it_cannot_keep() {
    let app = TestApp::new();
    let ann = app.organizer();
    let page = ann.get("/p/maria/encouragement");
    assert_eq!(page.count("input[name=prompts][checked]") + page.count("input[name=hints][checked]"), 2);
    assert_eq!(page.count("input[name=reactions][checked]") + page.count("input[name=holds_new][checked]"), 0);
    chooses(
        &ann,
        &[
            ("reactions", "candle"),
            ("reactions", "hug"),
            ("reactions", "sad"),
            ("hints", "yes"),
            ("unwanted_words", "battle\r\n\r\nfight"),
            ("gathers_hours", "24"),
        ],
    );
    let page = ann.get("/p/maria/encouragement");
    assert_eq!(page.count("input[name=reactions][checked]"), 2);
    assert_eq!((page.count("input[name=prompts][checked]"), page.count("input[name=hints][checked]")), (0, 1));
    assert_eq!(page.texts("#unwanted_words"), ["battle fight"]);
    assert_eq!(page.attribute("#gathers_hours option[selected]", "value").as_deref(), Some("24"));
    let long = format!("a kind word\n{}", "x".repeat(99));
    let page =
        ann.post("/p/maria/encouragement", &[("unwanted_words", &long), ("gathers_hours", "6"), ("closed", "yes")]);
    page.assert_status(422).assert_sees("is too long for a word");
    assert!(page.texts("#unwanted_words").join("").contains("a kind word"));
    // Nothing of it holds.
    assert_eq!(ann.get("/p/maria/encouragement").texts("#unwanted_words"), ["battle fight"]);
    let mut many: Vec<String> = (0..101).map(|n| format!("word{n}")).collect();
    let form = |words: &[String]| {
        ann.post("/p/maria/encouragement", &[("unwanted_words", &words.join("\n")), ("gathers_hours", "6")])
    };
    form(&many).assert_status(422).assert_sees("room for 100");
    many.pop();
    form(&many).assert_status(303);
}

#[test]
fn closed_well_wishes_say_so_kindly_and_lose_no_word() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    jo.submit("/p/maria/wishes", &[("message", "Before")]);
    chooses(&ann, &[("closed", "yes"), ("closed_words", "")]);
    for place in ["/p/maria", "/p/maria/wishes"] {
        let page = jo.get(place);
        page.assert_sees("Well wishes are closed for now.").assert_sees("Before");
        assert_eq!(page.count("form[action$='/wishes']"), 0);
    }
    let page = jo.post("/p/maria/wishes", &[("message", "I wrote this for an hour")]);
    page.assert_status(422).assert_sees("Well wishes are closed for now.");
    assert!(page.texts("textarea").join("").contains("I wrote this for an hour"));
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes"), 1);
    chooses(&ann, &[("closed", "yes"), ("closed_words", "We are all asleep. <b>Thank you</b>.")]);
    jo.get("/p/maria").assert_sees("We are all asleep. <b>Thank you</b>.").assert_does_not_see("closed for now");
    chooses(&ann, &[]);
    jo.submit("/p/maria/wishes", &[("message", "After")]).assert_sees("is on the page");
    let record = ann.get("/p/maria/history");
    record.assert_sees("Ann changed the settings (well wishes are closed)");
    record.assert_sees("Ann changed the settings (well wishes are open again)");
    record.assert_sees("(how the page is encouraged)").assert_does_not_see("asleep");
}

#[test]
fn comments_on_one_update_can_be_closed_by_whoever_wrote_it_and_by_organizers() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, cy) = (app.supporter(&ann, "Jo"), joins(&app, &ann, "Cy", "co-author"));
    let (home, other) = (ann.writes("Home", "She is home."), ann.writes("Other", "And well."));
    jo.submit(&format!("{home}/comments"), &[("message", "Before")]);
    for nobody in [&jo, &cy] {
        nobody.post(&format!("{home}/comments/closing"), &[("message", "Shut")]).assert_status(404);
    }
    jo.get("/p/maria").assert_does_not_see("Shut");
    ann.submit(&format!("{home}/comments/closing"), &[("message", "Let us keep this one quiet.")])
        .assert_sees("Comments on this update are closed.");
    let page = jo.get(&home);
    page.assert_sees("Let us keep this one quiet.").assert_sees("Before");
    assert_eq!(page.count("form[action$=comments]"), 0);
    let page = jo.post(&format!("{home}/comments"), &[("message", "A long comment")]);
    page.assert_status(422).assert_sees("Let us keep this one quiet.");
    assert!(page.texts("textarea").join("").contains("A long comment"));
    assert_eq!(jo.get("/p/maria").count("a[href$='#comment']"), 1, "the other update only");
    jo.submit(&format!("{other}/comments"), &[("message", "Here")]).assert_sees("Your comment is there");
    for _ in 0..2 {
        ann.submit(&format!("{home}/comments/opening"), &[]);
    }
    let record = ann.get("/p/maria/history");
    record.assert_does_not_see("keep this one quiet");
    for line in ["Ann closed the comments on an update", "Ann opened the comments on an update again"] {
        assert_eq!(record.texts(".history p").iter().filter(|it| *it == line).count(), 1, "{line}");
    }
    jo.submit(&format!("{home}/comments"), &[("message", "After")]).assert_sees("Your comment is there");
}

#[test]
fn the_gathered_mail_comes_as_seldom_as_each_organizer_wants() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    chooses(&ann, &[("gathers_hours", "24")]);
    jo.submit("/p/maria/wishes", &[("message", "First wish")]);
    let mails = gathered(&app, &ann);
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains("at most once a day") && mails[0].html.contains("at most once a day"));
    jo.submit("/p/maria/wishes", &[("message", "Second wish")]);
    app.pass(SignedDuration::from_hours(23));
    assert_eq!(gathered(&app, &ann).len(), 1);
    app.pass(SignedDuration::from_hours(2));
    assert_eq!(gathered(&app, &ann).len(), 2);
    // What waits already comes sooner, too, for whoever wants it sooner, and later for whoever does not.
    jo.submit("/p/maria/wishes", &[("message", "Third wish")]);
    app.pass(SignedDuration::from_hours(2));
    assert_eq!(gathered(&app, &ann).len(), 2);
    chooses(&ann, &[("gathers_hours", "1")]);
    assert_eq!(gathered(&app, &ann).len(), 3);
    jo.submit("/p/maria/wishes", &[("message", "Fourth wish")]);
    chooses(&ann, &[("gathers_hours", "168")]);
    app.pass(SignedDuration::from_hours(100));
    assert_eq!(gathered(&app, &ann).len(), 3);
    app.pass(SignedDuration::from_hours(69));
    assert_eq!(gathered(&app, &ann).len(), 4);
}
