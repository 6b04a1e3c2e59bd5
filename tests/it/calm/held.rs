//! Words that are changed after they were shown, words where nothing more is taken, and what waits, for whoever wrote it.

use jiff::SignedDuration;

use super::{chooses, gathered, id_of};
use crate::photos::support::{photos_on, png, writes_with_photo};
use crate::support::database::postgres_server;
use crate::support::{Person, Response, TestApp};

/// Changes words in the form as it stands there now.
fn edits(who: &Person, id: &str, to: &str) -> Response {
    let edit = format!("/p/maria/wishes/{id}/edit");
    let before = who.get(&edit).attribute("input[name=before]", "value").expect("a form");
    who.post(&edit, &[("message", to), ("before", &before)])
}

#[test]
fn words_that_are_changed_into_something_unwanted_are_hidden_quietly_and_told_of_once() {
    let app = TestApp::new();
    let ann = app.organizer();
    let [jo, bill, cy] = ["Jo", "Bill", "Cy"].map(|name| app.supporter(&ann, name));
    jo.submit("/p/maria/wishes", &[("message", "Kind words")]);
    let id = id_of(&bill.get("/p/maria/wishes"), "Kind words");
    assert_eq!(gathered(&app, &ann).len(), 1);
    chooses(&ann, &[("unwanted_words", "battle")]);
    let usual = edits(&jo, &id, "Kinder words").location();
    let usual = jo.get(&usual).texts(".flash");
    let changed = edits(&jo, &id, "You lost the battle").location();
    let page = jo.get(&changed);
    // Whoever wrote them sees what they see of any other words.
    assert_eq!(page.texts(".flash"), usual);
    page.assert_sees("You lost the battle").assert_does_not_see("Only you").assert_does_not_see("waits");
    jo.get("/p/maria/wishes").assert_sees("You lost the battle");
    for place in ["/p/maria", "/p/maria/wishes"] {
        bill.get(place).assert_does_not_see("battle").assert_does_not_see("Kind");
    }
    bill.get(&changed).assert_status(404);
    ann.get("/p/maria/encouragement/new").assert_sees("They hold “battle”");
    app.pass(SignedDuration::from_hours(2));
    let mails = gathered(&app, &ann);
    assert_eq!(mails.len(), 2);
    assert!(mails[1].subject.starts_with("Something waits") && !mails[1].raw.contains("lost"), "{}", mails[1].text);
    // What waits waits on, whatever it becomes, and nobody is told again.
    for words in ["Another battle", "Kind words again"] {
        edits(&jo, &id, words).assert_status(303);
        app.pass(SignedDuration::from_hours(2));
        assert_eq!(gathered(&app, &ann).len(), 2, "{words}");
        bill.get(&changed).assert_status(404);
    }
    ann.get("/p/maria/encouragement/new").assert_sees("Kind words again").assert_sees("They held a word");
    // The first words of somebody new wait as such, also where they are said better.
    chooses(&ann, &[("holds_new", "yes"), ("unwanted_words", "battle")]);
    cy.submit("/p/maria/wishes", &[("message", "First try of Cy")]).assert_sees("Only you see this yet");
    let first = id_of(&cy.get("/p/maria/wishes"), "First try of Cy");
    for words in ["Second try of Cy", "A battle of Cy", "Third try of Cy"] {
        edits(&cy, &first, words).assert_status(303);
        cy.get("/p/maria/wishes").assert_sees(words).assert_sees("Only you see this yet");
        bill.get("/p/maria/wishes").assert_does_not_see("of Cy");
    }
    ann.get("/p/maria/encouragement/new").assert_sees("Third try of Cy").assert_sees("The first words of Cy here.");
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes WHERE withheld = 'new'"), 1);
}

#[test]
fn where_nothing_more_is_taken_nothing_is_answered_and_what_was_said_can_be_said_better() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let (update, photo) = writes_with_photo(&app, &ann, "everyone");
    let on_photo = format!("/p/maria/photos/{photo}/comments");
    jo.submit(&format!("{update}/comments"), &[("message", "A comment of Jo")]);
    jo.submit(&on_photo, &[("message", "On the photo, of Jo")]);
    jo.submit("/p/maria/wishes", &[("message", "A wish of Jo")]);
    let comment = id_of(&bill.get(&update), "A comment of Jo");
    let of_photo = id_of(&bill.get(&on_photo), "On the photo, of Jo");
    let wish = id_of(&bill.get("/p/maria/wishes"), "A wish of Jo");
    ann.submit(&format!("{update}/comments/closing"), &[("message", "Let us keep this quiet.")]);
    let answers = |id: &str| format!("/p/maria/wishes/{id}/answers");
    let refused = |address: &str, sentence: &str| {
        let page = bill.post(address, &[("message", "I wrote this for an hour")]);
        page.assert_status(422).assert_sees(sentence);
        assert!(page.texts("textarea").join("").contains("I wrote this for an hour"), "{address}");
    };
    // A photo of an update goes with the update, and an answer with what it answers.
    for address in [on_photo.clone(), answers(&comment), answers(&of_photo)] {
        refused(&address, "Let us keep this quiet.");
    }
    let page = bill.get(&on_photo);
    page.assert_sees("Let us keep this quiet.");
    assert_eq!(page.count("form[action$='/comments']") + page.count("a[href$='#answer']"), 0);
    assert_eq!(bill.get(&format!("/p/maria/wishes/{comment}")).count("form[action$='/answers']"), 0);
    bill.submit(&answers(&wish), &[("message", "Well wishes are open")]).assert_sees("Your answer is there");
    chooses(&ann, &[("closed", "yes"), ("closed_words", "We are all asleep.")]);
    refused(&answers(&wish), "We are all asleep.");
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes"), 4);
    for id in [&comment, &of_photo, &wish] {
        edits(&jo, id, "Said better").assert_status(303);
        bill.get(&format!("/p/maria/wishes/{id}")).assert_status(200).assert_sees("Said better");
    }
}

#[test]
fn pictures_of_letters_and_addresses_arrive_as_they_were_meant() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let words = "Thinking of you 🌷👩‍👩‍👧 <3 see https://example.org/lake?a=1&b=2 or write to jo@example.org.";
    jo.submit("/p/maria/wishes", &[("message", words)]);
    for place in ["/p/maria", "/p/maria/wishes"] {
        let page = bill.get(place);
        assert_eq!(page.texts("li.wish > .words"), [words], "{place}");
        assert_eq!(page.count(".words a[href='https://example.org/lake?a=1&b=2']"), 1, "{place}");
        assert_eq!(page.count(".words a[href='mailto:jo@example.org']"), 1, "{place}");
        let rel = page.attribute(".words a[href^='https:']", "rel").unwrap_or_default();
        assert!(rel.contains("noopener") && rel.contains("nofollow"), "{rel}");
    }
    let mail = gathered(&app, &ann).pop().expect("a mail");
    assert!(mail.text.contains("🌷👩‍👩‍👧") && mail.html.contains("🌷👩‍👩‍👧"), "{}", mail.text);
}

#[test]
fn comments_are_read_from_the_newest_page_by_page_with_ones_own_that_wait_in_their_place() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let update = ann.writes("Home", "She is home.");
    bill.submit(&format!("{update}/comments"), &[("message", "Base")]);
    app.database(|conn| {
        use diesel::connection::SimpleConnection;
        for n in 0..230 {
            let bytes: String = uuid::Uuid::now_v7().as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
            let id =
                if postgres_server().is_some() { format!("'\\x{bytes}'::bytea") } else { format!("x'{bytes}'") };
            // At the seams of two pages, and between them.
            let (name, why) = if [29, 30, 80, 130, 229].contains(&n) { ("Jo", "'words'") } else { ("Bill", "NULL") };
            conn.batch_execute(&format!(
                "INSERT INTO wishes (id, site_id, update_id, author_id, message, message_html, created_at, withheld) \
                 SELECT {id}, w.site_id, w.update_id, p.id, 'Comment', '<p>Comment {n:03} of {name}</p>', w.created_at, {why} \
                 FROM wishes w, people p WHERE w.message = 'Base' AND p.name = '{name}'"
            ))?;
        }
        Ok(())
    });
    app.sql("DELETE FROM wishes WHERE message = 'Base'");
    let all = |who: &Person| {
        let (mut seen, mut pages, mut address) = (Vec::new(), Vec::new(), Some(update.clone()));
        while let Some(here) = address {
            let page = who.get(&here);
            let some = page.texts("#comments li.wish > .words");
            pages.push(some.len());
            seen.extend(some);
            address = page.attribute("#comments a[href*='?before=']", "href");
        }
        (seen, pages)
    };
    let expected: Vec<String> = (0..230)
        .rev()
        .map(|n| format!("Comment {n:03} of {}", if [29, 30, 80, 130, 229].contains(&n) { "Jo" } else { "Bill" }))
        .collect();
    assert_eq!(all(&jo), (expected.clone(), vec![100, 100, 30]));
    let shown: Vec<String> = expected.into_iter().filter(|it| it.ends_with("Bill")).collect();
    assert_eq!(all(&bill), (shown.clone(), vec![100, 100, 25]));
    assert_eq!(all(&ann).0, shown, "organizers find what waits among what waits");
}

#[test]
fn what_waits_stands_in_its_place_for_its_writer_with_photo_and_for_whom_it_is() {
    let app = TestApp::new();
    let ann = app.organizer();
    let [jo, bill] = ["Jo", "Bill"].map(|name| app.supporter(&ann, name));
    let (update, photo) = writes_with_photo(&app, &ann, "everyone");
    let on_photo = format!("/p/maria/photos/{photo}/comments");
    bill.submit("/p/maria/wishes", &[("message", "A wish of Bill")]);
    let of_bill = format!("/p/maria/wishes/{}", id_of(&bill.get("/p/maria/wishes"), "A wish of Bill"));
    chooses(&ann, &[("unwanted_words", "battle")]);
    let leaves = |address: &str, words: &str, audience: &str, seed: u8| {
        let fields = [("message", words), ("audience", audience)];
        jo.post_files(address, &fields, &[("photo", "a.png", &png(40, 30, seed))]).assert_status(303);
    };
    leaves("/p/maria/wishes", "A battle for her", "person", 1);
    leaves(&format!("{update}/comments"), "A battle at home", "", 2);
    jo.submit(&format!("{of_bill}/answers"), &[("message", "A battle, answered")]);
    jo.submit(&on_photo, &[("message", "A battle on the photo")]);
    app.run_jobs();
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes WHERE withheld = 'words'"), 4);
    let wishes = jo.get("/p/maria/wishes");
    wishes.assert_sees("A battle for her").assert_sees("For Maria and the organizers only");
    assert_eq!(photos_on(&wishes).len(), 1);
    let comments = jo.get(&update);
    assert_eq!(comments.texts("#comments li.wish > .words"), ["A battle at home"]);
    assert_eq!(photos_on(&comments).len(), 2, "the update’s own, and the one with the comment");
    let answered = jo.get(&of_bill);
    assert_eq!(answered.texts("li.answer > .words"), ["A battle, answered"]);
    assert_eq!(jo.get(&on_photo).texts("li.wish > .words"), ["A battle on the photo"]);
    for page in [&wishes, &comments, &answered] {
        page.assert_does_not_see("waits").assert_does_not_see("Only you");
    }
    for place in ["/p/maria", "/p/maria/wishes", &update, &of_bill, &on_photo] {
        let page = bill.get(place);
        page.assert_does_not_see("battle").assert_does_not_see("Maria and the organizers");
        assert!(photos_on(&page).len() <= 1, "{place}");
    }
}
