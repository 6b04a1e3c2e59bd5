//! Thanks: each hears them once, and as they like to hear.

use jiff::SignedDuration;

use super::{chooses, id_of, joins};
use crate::support::mailbox::Mail;
use crate::support::{Person, TestApp};

fn thanked(app: &TestApp, who: &Person) -> Vec<Mail> {
    app.mails_to(&who.email).into_iter().filter(|mail| mail.subject.ends_with("thanks you")).collect()
}

fn writes(app: &TestApp, who: &Person, words: &str) {
    who.submit("/p/maria/wishes", &[("message", words)]).assert_status(200);
    app.pass(SignedDuration::from_secs(1));
}

#[test]
fn one_press_thanks_everyone_who_wrote_since_the_last_time_once() {
    let app = TestApp::new();
    let ann = app.organizer();
    let [jo, bill, cy] = ["Jo", "Bill", "Cy"].map(|name| app.supporter(&ann, name));
    writes(&app, &jo, "One");
    writes(&app, &jo, "Two");
    writes(&app, &bill, "Three");
    writes(&app, &ann, "Four");
    let page = ann.get("/p/maria/thanks");
    let key = page.attribute("input[name=submission]", "value").expect("a key");
    let fields = [("to", "all"), ("message", "We read them aloud."), ("submission", key.as_str())];
    ann.submit("/p/maria/thanks", &fields).assert_sees("Your thanks are on their way");
    // A retry, and another press, thank nobody a second time.
    ann.submit("/p/maria/thanks", &fields).assert_sees("Your thanks are on their way");
    ann.submit("/p/maria/thanks", &[("to", "all")]).assert_sees("has been thanked already");
    for who in [&jo, &bill] {
        let mails = thanked(&app, who);
        let [mail] = mails.as_slice() else { panic!("{} mails to {}", mails.len(), who.name) };
        assert_eq!((mail.subject.as_str(), mail.from_name.as_str()), ("Ann thanks you", "Maria’s page"));
        for part in [&mail.text, &mail.html] {
            assert!(part.contains("thanks you for your kind words") && part.contains("We read them aloud."), "{part}");
        }
        assert!(mail.raw.contains("List-Unsubscribe: <http") && mail.raw.contains("One-Click"), "{}", mail.raw);
        assert!(mail.text.contains("/unsubscribe/"), "{}", mail.text);
        who.submit(&mail.link("/sign-in/link/"), &[]).assert_sees("Maria’s page");
    }
    for who in [&cy, &ann] {
        assert!(thanked(&app, who).is_empty(), "{}", who.name);
    }
    app.pass(SignedDuration::from_secs(1));
    writes(&app, &bill, "Five");
    writes(&app, &cy, "Six");
    ann.submit("/p/maria/thanks", &[("to", "all")]);
    assert_eq!([&jo, &bill, &cy].map(|who| thanked(&app, who).len()), [1, 2, 1]);
}

#[test]
fn presses_at_the_same_moment_thank_once() {
    let app = TestApp::new();
    let ann = app.organizer();
    let dee = joins(&app, &ann, "Dee", "organizer");
    let jo = app.supporter(&ann, "Jo");
    writes(&app, &jo, "One");
    let tokens = [(&ann, ann.get("/sign-in").csrf()), (&dee, dee.get("/sign-in").csrf())];
    std::thread::scope(|scope| {
        for (who, csrf) in &tokens {
            for _ in 0..3 {
                scope.spawn(|| who.post_raw("/p/maria/thanks", &[("to", "all"), ("csrf", csrf)], &[]).status);
            }
        }
    });
    assert_eq!(thanked(&app, &jo).len(), 1);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM thanked"), 1);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM thanks"), 1, "thanks that reach nobody are none");
}

#[test]
fn some_are_chosen_and_one_can_be_thanked_alone() {
    let app = TestApp::new();
    let ann = app.organizer();
    let [jo, bill, cy] = ["Jo", "Bill", "Cy"].map(|name| app.supporter(&ann, name));
    for who in [&jo, &bill, &cy] {
        writes(&app, who, &format!("Words of {}", who.name));
    }
    let page = ann.get("/p/maria/encouragement/new");
    let id = |name: &str| id_of(&page, &format!("Words of {name}"));
    let (one, two) = (id("Jo"), id("Bill"));
    let fields = [("to", "chosen"), ("wishes", one.as_str()), ("wishes", two.as_str()), ("from", "news")];
    let page = ann.submit("/p/maria/thanks", &fields);
    assert_eq!(page.texts("li.wish > .hint"), ["Thanked.", "Thanked."]);
    assert_eq!([&jo, &bill, &cy].map(|who| thanked(&app, who).len()), [1, 1, 0]);
    ann.submit("/p/maria/thanks", &[("to", &id("Cy"))]).assert_sees("on their way");
    ann.submit("/p/maria/thanks", &[("to", &one)]).assert_sees("thanked already");
    assert_eq!([&jo, &bill, &cy].map(|who| thanked(&app, who).len()), [1, 1, 1]);
    let page = ann.post("/p/maria/thanks", &[("to", "chosen"), ("message", "Kept words"), ("from", "news")]);
    page.assert_status(422).assert_sees("at least one person");
    assert_eq!(page.attribute("#message", "value").as_deref(), Some("Kept words"));
}

#[test]
fn one_press_thanks_one_and_the_way_there_is_beside_the_words() {
    let app = TestApp::new();
    let ann = app.organizer();
    let [jo, bill] = ["Jo", "Bill"].map(|name| app.supporter(&ann, name));
    for n in 0..35 {
        app.app.limits.tidy();
        writes(&app, if n == 2 { &jo } else { &bill }, &format!("Words {n:02}"));
    }
    let mut list = ann.get("/p/maria/wishes");
    assert_eq!(jo.get("/p/maria/wishes").count("a[href*='/thanks?']"), 0);
    let more = list.attribute("a[href*=before]", "href").expect("more of them");
    list = ann.get(&more);
    let id = id_of(&list, "Words 02");
    let way = list.attribute(&format!("#wish-{id} a[href*='/thanks?']"), "href").expect("a way to thank");
    let page = ann.get(&way);
    // However long ago it was written, it is the first there, with a button of its own.
    assert_eq!(page.texts("li.wish .words")[0], "Words 02");
    let button = format!("#wish-{id} button[name=to][value='{id}']");
    assert_eq!(page.texts(&button), ["Thank Jo"]);
    assert_eq!(page.count(&format!("#wish-{id} input[name=wishes]")), 1, "and a box for several");
    page.assert_sees("Visitors have no place here");
    // The return key presses the first button of a form: nobody is thanked by that who was not chosen.
    assert_eq!(page.attribute("form.news button", "value").as_deref(), Some("chosen"));
    ann.submit("/p/maria/thanks", &[("to", &id)]).assert_sees("on their way");
    assert_eq!([&jo, &bill].map(|who| thanked(&app, who).len()), [1, 0]);
    let page = ann.get(&way);
    assert_eq!((page.count(&button), page.texts(&format!("#wish-{id} > .hint"))), (0, vec!["Thanked.".to_owned()]));
    assert!(ann.get("/p/maria/encouragement/new").count("button[name=to][value]") > 2);
}

#[test]
fn whoever_gets_no_mail_is_told_on_the_page_until_they_have_seen_it() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    writes(&app, &jo, "One");
    writes(&app, &bill, "Two");
    jo.submit("/p/maria/follow", &[("delivery", "none")]);
    ann.submit("/p/maria/thanks", &[("to", "all"), ("message", "From all of us.")]);
    // Bill wants none any more before the mail has left.
    bill.submit("/p/maria/follow", &[("delivery", "none")]);
    app.run_jobs();
    for who in [&jo, &bill] {
        assert!(thanked(&app, who).is_empty(), "{}", who.name);
        who.get("/p/maria").assert_sees("Ann thanks you for your kind words. From all of us.");
        // To look at it changes nothing.
        who.get("/p/maria").assert_sees("Ann thanks you");
        who.submit("/p/maria/thanks/seen", &[]).assert_does_not_see("Ann thanks you");
    }
    ann.get("/p/maria").assert_does_not_see("thanks you for your");
}

#[test]
fn only_words_that_were_shown_are_thanked_for_and_only_people_who_are_there() {
    let app = TestApp::new();
    let ann = app.organizer();
    let [jo, bill, cy] = ["Jo", "Bill", "Cy"].map(|name| app.supporter(&ann, name));
    chooses(&ann, &[("unwanted_words", "battle")]);
    writes(&app, &jo, "A battle");
    writes(&app, &bill, "Kind words");
    writes(&app, &cy, "Other words");
    let member = ann.get("/p/maria/people").member_called("Bill");
    ann.submit(&format!("/p/maria/people/{member}/block"), &[]);
    ann.submit("/p/maria/thanks", &[("to", "all")]);
    let member = ann.get("/p/maria/people").member_called("Cy");
    ann.submit(&format!("/p/maria/people/{member}/block"), &[]);
    app.run_jobs();
    for who in [&jo, &bill, &cy] {
        assert!(thanked(&app, who).is_empty(), "{}", who.name);
    }
}

#[test]
fn an_answer_under_hidden_words_is_none_to_thank_for() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    writes(&app, &jo, "Sharp words");
    let id = id_of(&bill.get("/p/maria/wishes"), "Sharp words");
    bill.submit(&format!("/p/maria/wishes/{id}/answers"), &[("message", "So they are")]);
    ann.submit(&format!("/p/maria/wishes/{id}/hiding"), &[]);
    ann.get("/p/maria/thanks").assert_does_not_see("So they are");
    ann.submit("/p/maria/thanks", &[("to", "all")]).assert_sees("has been thanked already");
    app.run_jobs();
    assert!(thanked(&app, &bill).is_empty());
}

#[test]
fn the_person_may_thank_too_and_nobody_else() {
    let app = TestApp::new();
    let ann = app.organizer();
    let [jo, maria, bill] = ["Jo", "Maria", "Bill"].map(|name| app.supporter(&ann, name));
    let member = ann.get("/p/maria/people").member_called("maria@example.org");
    let fields = [("role", "supporter"), ("circle", "everyone"), ("about", "yes")];
    ann.submit(&format!("/p/maria/people/{member}/role"), &fields);
    let family = ann.writes_for("For the family", "Only for us.", "family");
    ann.submit(&format!("{family}/comments"), &[("message", "A comment that is not hers to read")]);
    writes(&app, &jo, "Dear Maria");
    bill.get("/p/maria/thanks").assert_status(404);
    bill.post("/p/maria/thanks", &[("to", "all")]).assert_status(404);
    maria.get("/p/maria/wishes").assert_sees("Say thank you");
    let page = maria.get("/p/maria/thanks");
    page.assert_sees("Dear Maria").assert_does_not_see("not hers to read");
    maria.submit("/p/maria/thanks", &[("to", "all")]);
    assert_eq!(thanked(&app, &jo).pop().expect("a mail").subject, "Maria thanks you");
    assert!(thanked(&app, &ann).is_empty(), "Ann is thanked for what Maria cannot read");
    maria.get("/p/maria/encouragement/new").assert_status(404);
}

#[test]
fn what_somebody_reported_and_thanked_for_is_theirs_to_take_away_and_goes_with_them() {
    let app = TestApp::new();
    let ann = app.organizer();
    let dee = joins(&app, &ann, "Dee", "organizer");
    let jo = app.supporter(&ann, "Jo");
    writes(&app, &jo, "Sharp words");
    let id = id_of(&ann.get("/p/maria/wishes"), "Sharp words");
    dee.submit("/p/maria/thanks", &[("to", "all"), ("message", "Thanks from Dee Quill")]);
    dee.submit(&format!("/p/maria/wishes/{id}/report"), &[("message", "Why says Dee Quill")]);
    let copy = dee.post("/account/data", &[]);
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(copy.bytes.clone())).expect("a ZIP");
    let data: serde_json::Value = serde_json::from_reader(zip.by_name("data.json").expect("a file")).expect("JSON");
    assert_eq!(data["thanks_i_gave"][0]["text"], "Thanks from Dee Quill");
    assert_eq!(data["what_i_asked_to_be_looked_at"][0]["why"], "Why says Dee Quill");
    crate::yours::erasure::erase(&dee, "keep").assert_status(303);
    let left = crate::yours::erasure::every_text(&app);
    assert_eq!(left.into_iter().find(|text| text.contains("Quill")), None);
    // What was hidden for it still waits for somebody to decide, and the thanks that were on their way are gone.
    ann.get("/p/maria/encouragement/new").assert_sees("Sharp words");
    app.run_jobs();
    assert!(thanked(&app, &jo).is_empty());
}
