//! Words that wait: who sees them, who hears of them, and what becomes of them.

use jiff::SignedDuration;

use super::{button_of, chooses, decides, gathered, id_of, joins};
use crate::support::TestApp;

#[test]
fn the_first_words_of_somebody_new_wait_until_an_organizer_shows_them() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    bill.submit("/p/maria/wishes", &[("message", "From Bill before")]);
    app.run_jobs();
    chooses(&ann, &[("holds_new", "yes")]);
    let page = jo.submit("/p/maria/wishes", &[("message", "Pale blue words")]);
    page.assert_sees("It will be shown when the family has seen it").assert_sees("Only you see this yet");
    assert_eq!(page.texts("li.wish .words"), ["Pale blue words", "From Bill before"]);
    for reader in [&bill, &ann] {
        for place in ["/p/maria", "/p/maria/wishes"] {
            reader.get(place).assert_does_not_see("Pale blue");
        }
    }
    // Somebody whose words were shown before is known.
    bill.submit("/p/maria/wishes", &[("message", "Bill again")]).assert_sees("is on the page");
    ann.get("/p/maria").assert_sees("Some words wait for you.");
    ann.get("/").assert_sees("Something waits for you");
    bill.get("/").assert_does_not_see("waits for you");
    let news = ann.get("/p/maria/encouragement/new");
    news.assert_sees("Pale blue words")
        .assert_sees("The first words of Jo here.")
        .assert_does_not_see("Nothing needs you");
    decides(&ann, "show", "Pale blue words");
    // In the place that they would have had.
    assert_eq!(
        bill.get("/p/maria/wishes").texts("li.wish .words"),
        ["Bill again", "Pale blue words", "From Bill before"]
    );
    jo.get("/p/maria/wishes").assert_does_not_see("Only you");
    jo.submit("/p/maria/wishes", &[("message", "Not new any more")]).assert_sees("is on the page");
    ann.get("/p/maria/encouragement/new").assert_sees("Nothing needs you.");
    ann.get("/").assert_does_not_see("Something waits");
}

#[test]
fn a_word_that_is_not_wanted_waits_and_nobody_is_told() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let update = ann.writes("Home", "She is home.");
    chooses(&ann, &[("unwanted_words", "battle\nrest in peace")]);
    let usual = bill.submit("/p/maria/wishes", &[("message", "You are a rock")]);
    let page = jo.submit("/p/maria/wishes", &[("message", "Win this B.Á.T.T.L.E")]);
    assert_eq!(page.texts(".flash"), usual.texts(".flash"));
    page.assert_sees("Win this B.Á.T.T.L.E").assert_does_not_see("Only you");
    let comment = jo.submit(&format!("{update}/comments"), &[("message", "Rest in Peace")]);
    comment.assert_sees("Thank you. Your comment is there.").assert_sees("Rest in Peace");
    for place in ["/p/maria", "/p/maria/wishes", &update] {
        bill.get(place).assert_does_not_see("Win this").assert_does_not_see("Rest in");
    }
    assert_eq!(app.count("SELECT SUM(comment_count) AS count FROM updates"), 0);
    // It cannot be reached by its address either.
    let id = id_of(&jo.get("/p/maria/wishes"), "Win this");
    for act in ["reactions", "report"] {
        bill.post(&format!("/p/maria/wishes/{id}/{act}"), &[("kind", "heart")]).assert_status(404);
    }
    bill.get(&format!("/p/maria/wishes/{id}/report")).assert_status(404);
    let news = ann.get("/p/maria/encouragement/new");
    news.assert_sees("They hold “battle”").assert_sees("They hold “rest in peace”");
    assert_eq!(news.count("#waiting ~ ul > li.wish"), 2);
    // Those who write here are never held.
    let cy = app.member(&ann, "Cy", "co-author", "family");
    cy.submit("/p/maria/wishes", &[("message", "What a battle")]).assert_sees("is on the page");
    bill.get("/p/maria/wishes").assert_sees("What a battle");
}

#[test]
fn what_waits_stands_in_no_mail_no_feed_and_no_copy_until_it_is_shown() {
    let app = TestApp::new();
    let ann = app.organizer();
    let dee = joins(&app, &ann, "Dee", "organizer");
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    chooses(&ann, &[("holds_new", "yes"), ("unwanted_words", "battle")]);
    jo.submit(&format!("{update}/comments"), &[("message", "Pale blue words")]);
    app.run_jobs();
    for who in [&ann, &dee] {
        let mails = gathered(&app, who);
        let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
        assert!(mail.subject.starts_with("Something waits for you on Maria"), "{}", mail.subject);
        assert!(mail.text.contains("nobody sees until you have looked"), "{}", mail.text);
        assert!(mail.text.contains("/p/maria/encouragement/new"), "{}", mail.text);
    }
    assert!(app.mails().iter().all(|mail| !mail.raw.contains("Pale blue")));
    let feed = ann.submit("/p/maria/feed", &[]).texts("#feed-address").pop().expect("an address");
    assert!(!ann.get(&feed).body.contains("Pale blue"));
    app.pass(SignedDuration::from_hours(2));
    let show = button_of(&ann.get("/p/maria/encouragement/new"), "show", "Pale blue words");
    decides(&ann, "show", "Pale blue words");
    assert_eq!(gathered(&app, &ann).len(), 1, "whoever has shown them has read them");
    let told = gathered(&app, &dee);
    assert_eq!(told.len(), 2);
    assert!(told[1].text.contains("Pale blue words") && !told[1].text.contains("nobody sees"), "{}", told[1].text);
    assert_eq!(app.count("SELECT SUM(comment_count) AS count FROM updates"), 1);
    // Told once, however often it is pressed.
    ann.post("/p/maria/encouragement/new", &[("one", &show)]).assert_status(303);
    app.pass(SignedDuration::from_hours(2));
    assert_eq!(gathered(&app, &dee).len(), 2);
}

#[test]
fn words_that_are_hidden_before_the_mail_leaves_are_told_of_no_more() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    chooses(&ann, &[("unwanted_words", "battle")]);
    jo.submit("/p/maria/wishes", &[("message", "A battle")]);
    decides(&ann, "hide", "A battle");
    assert!(gathered(&app, &ann).is_empty());
    // Also where the row of the notice is still there.
    jo.submit("/p/maria/wishes", &[("message", "Gone again")]);
    app.sql("UPDATE wishes SET withheld = 'hidden'");
    assert!(gathered(&app, &ann).is_empty());
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM notices"), 0);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM jobs WHERE state = 'queued'"), 0);
}

#[test]
fn several_are_decided_about_at_once() {
    let app = TestApp::new();
    let ann = app.organizer();
    let update = ann.writes("Home", "She is home.");
    chooses(&ann, &[("holds_new", "yes")]);
    let names = ["Jo", "Bill", "Cy", "Di"];
    let people: Vec<_> = names.iter().map(|name| app.supporter(&ann, name)).collect();
    for (person, name) in people.iter().zip(names) {
        person.submit(&format!("{update}/comments"), &[("message", &format!("Words of {name}"))]);
    }
    let page = ann.get("/p/maria/encouragement/new");
    let id = |name: &str| id_of(&page, &format!("Words of {name}"));
    let choice = |name: &str| page.attribute(&format!("#choose-{}", id(name)), "value").expect("a choice");
    let fields = [("wishes", choice("Jo")), ("wishes", choice("Bill")), ("decision", "show".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (*name, text.as_str())).collect();
    ann.submit("/p/maria/encouragement/new", &fields).assert_sees("Everybody can read it now.");
    decides(&ann, "hide", "Words of Cy");
    decides(&ann, "remove", "Words of Di");
    assert_eq!(people[0].get(&update).texts("li.wish .words"), ["Words of Bill", "Words of Jo"]);
    assert_eq!(app.count("SELECT SUM(comment_count) AS count FROM updates"), 2);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes"), 3);
    // Of what was hidden nothing is said, not to whoever wrote it either.
    people[2].get(&update).assert_does_not_see("Words of Cy");
    ann.get("/p/maria/encouragement/new").assert_sees("Nothing needs you.");
    ann.post("/p/maria/encouragement/new", &[("decision", "show")]).assert_status(422).assert_sees("at least one");
    // What is on another page is on another page.
    ann.post("/pages", &[("first_name", "Bea"), ("relationship", "a friend"), ("privacy", "invited"), ("slug", "bea")])
        .assert_status(303);
    ann.post("/p/bea/encouragement/new", &[("one", &format!("remove/{}", id("Jo")))]).assert_status(404);
}

#[test]
fn what_is_shown_is_what_an_organizer_has_looked_at() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    chooses(&ann, &[("holds_new", "yes")]);
    jo.submit("/p/maria/wishes", &[("message", "Kind words")]);
    bill.submit("/p/maria/wishes", &[("message", "Words of Bill")]);
    let page = ann.get("/p/maria/encouragement/new");
    let (show, id) = (button_of(&page, "show", "Kind words"), id_of(&page, "Kind words"));
    let choice = |words: &str| page.attribute(&format!("#choose-{}", id_of(&page, words)), "value").expect("a choice");
    let chosen = [choice("Kind words"), choice("Words of Bill")];
    let edit = format!("/p/maria/wishes/{id}/edit");
    let before = jo.get(&edit).attribute("input[name=before]", "value").expect("a print");
    jo.post(&edit, &[("message", "Sharp words"), ("before", &before)]).assert_status(303);
    let again = ann.post("/p/maria/encouragement/new", &[("one", &show)]);
    again.assert_status(409).assert_sees("please look once more").assert_sees("Sharp words");
    bill.get("/p/maria/wishes").assert_does_not_see("Sharp words");
    // Chosen with others, it waits alone.
    let fields = [("wishes", chosen[0].as_str()), ("wishes", chosen[1].as_str()), ("decision", "show")];
    ann.post("/p/maria/encouragement/new", &fields).assert_status(409).assert_sees("please look once more");
    bill.get("/p/maria/wishes").assert_sees("Words of Bill").assert_does_not_see("Sharp words");
    // Looked at, it is decided about.
    decides(&ann, "show", "Sharp words");
    bill.get("/p/maria/wishes").assert_sees("Sharp words");
}

#[test]
fn what_nobody_has_seen_does_not_come_back_with_whoever_was_blocked() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    jo.submit("/p/maria/wishes", &[("message", "Shown before")]);
    chooses(&ann, &[("unwanted_words", "battle")]);
    jo.submit("/p/maria/wishes", &[("message", "A battle it is")]);
    let id = id_of(&ann.get("/p/maria/encouragement/new"), "A battle it is");
    let block = ann.get(&format!("/p/maria/wishes/{id}/block")).assert_status(303).location();
    // Whoever comes from the words wants them gone, too; from the list of people, that is not said.
    assert_eq!(ann.get(&block).assert_sees("Block Jo?").count("input[name=hide][checked]"), 1);
    let from_people = block.split('?').next().expect("an address");
    assert_eq!(ann.get(from_people).assert_sees("Block Jo?").count("input[name=hide][checked]"), 0);
    ann.submit(&block, &[("hide", "yes")]);
    ann.get("/p/maria/encouragement/new").assert_sees("Nothing needs you.").assert_does_not_see("A battle");
    ann.get("/p/maria").assert_does_not_see("wait for you");
    ann.submit(&block.replace("/block", "/unblocking"), &[("show", "yes")]);
    bill.get("/p/maria/wishes").assert_sees("Shown before").assert_does_not_see("A battle it is");
}

#[test]
fn what_is_new_is_new_until_somebody_has_read_it() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    ann.get("/p/maria/encouragement/new").assert_sees("Nothing needs you.").assert_sees("Nothing has come in.");
    jo.submit("/p/maria/wishes", &[("message", "First words")]);
    jo.submit(&format!("{update}/comments"), &[("message", "Second words")]);
    ann.submit("/p/maria/wishes", &[("message", "My own words")]);
    let page = ann.get("/p/maria/encouragement/new");
    page.assert_sees("Nothing needs you.");
    assert_eq!(page.texts("li.wish .words"), ["Second words", "First words"]);
    // To look at it changes nothing.
    assert_eq!(ann.get("/p/maria/encouragement/new").count("li.wish"), 2);
    // What can be done about words can be done from here, too.
    let id = id_of(&page, "Second words");
    let way = |end: &str| page.attribute(&format!("#wish-{id} .wish__menu a[href$='{end}']"), "href").expect("a way");
    ann.get(&way("#ways")).assert_sees("Second words").assert_sees("Hide");
    ann.get(&way("/removal")).assert_sees("this comment from Jo?");
    assert!(ann.get(&way("/block")).assert_status(303).location().contains("/people/"));
    let through = page.attribute("input[name=through]", "value").expect("how far");
    jo.submit("/p/maria/wishes", &[("message", "Third words")]);
    let page = ann.submit("/p/maria/encouragement/new/seen", &[("through", &through)]);
    assert_eq!(page.texts("li.wish .words"), ["Third words"]);
    let third = page.attribute("input[name=through]", "value").expect("how far");
    ann.submit("/p/maria/encouragement/new/seen", &[("through", &third)]).assert_sees("Nothing has come in.");
    // Never back.
    ann.submit("/p/maria/encouragement/new/seen", &[("through", &through)]).assert_sees("Nothing has come in.");
}

#[test]
fn the_lists_go_on_page_by_page() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    jo.submit("/p/maria/wishes", &[("message", "Wish")]);
    // Seventy that wait and seventy that do not, without waiting for the limit on how much one person sends.
    for (offset, withheld) in [(0, "'words'"), (70, "NULL")] {
        for n in offset..offset + 70 {
            let id = if crate::support::database::postgres_server().is_some() {
                format!("decode('{:032x}', 'hex')", n + 1)
            } else {
                format!("X'{:032x}'", n + 1)
            };
            app.sql(&format!(
                "INSERT INTO wishes (id, site_id, author_id, message, message_html, created_at, withheld) \
                 SELECT {id}, site_id, author_id, 'w', 'Words {n:03}', created_at, {withheld} FROM wishes \
                 WHERE message = 'Wish'"
            ));
        }
    }
    for (section, link, first, descending) in
        [("#waiting ~ ul", "after", 0, false), (".news .wishes", "before", 70, true)]
    {
        let mut seen = Vec::new();
        let mut address = Some("/p/maria/encouragement/new".to_owned());
        while let Some(here) = address {
            let page = ann.get(&here);
            seen.extend(page.texts(&format!("{section} .words")).into_iter().filter(|it| it.starts_with("Words")));
            address = page.attribute(&format!("a[href*='?{link}=']"), "href");
        }
        let mut expected: Vec<String> = (first..first + 70).map(|n| format!("Words {n:03}")).collect();
        if descending {
            expected.reverse();
            seen.retain(|it| expected.contains(it));
        }
        assert_eq!(seen, expected, "{section}");
    }
}

#[test]
fn a_double_tap_and_a_retry_hold_one_wish_and_tell_once() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    chooses(&ann, &[("holds_new", "yes")]);
    let key = jo.get("/p/maria").attribute("input[name=submission]", "value").expect("a key");
    for _ in 0..3 {
        jo.submit("/p/maria/wishes", &[("message", "Love"), ("submission", &key)]).assert_sees("It will be shown when");
    }
    assert_eq!(ann.get("/p/maria/encouragement/new").count("#waiting ~ ul > li.wish"), 1);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM notices"), 1);
    // Gone back and said better, it is there once more, and once.
    for _ in 0..3 {
        jo.submit("/p/maria/wishes", &[("message", "Much love"), ("submission", &key)]);
    }
    assert_eq!(ann.get("/p/maria/encouragement/new").count("#waiting ~ ul > li.wish"), 2);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM notices"), 2);
}
