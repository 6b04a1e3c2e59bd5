//! Answers, a page for each wish and comment, changing, hiding and removing words, and comments on photos.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use crate::photos::support::writes_with_photo;
use crate::support::mailbox::Mail;
use crate::support::{Browser, Person, Response, TestApp};

/// The newest wish on Maria's page, by its address.
fn newest_wish(reader: &Browser) -> String {
    address_of(&reader.get("/p/maria/wishes"))
}

/// The first of the words on a page, by their address.
#[track_caller]
fn address_of(page: &Response) -> String {
    let id = page.attribute(".wish", "id").expect("words on the page");
    format!("/p/maria/wishes/{}", id.replace("wish-", ""))
}

/// The first of the answers on a page, by its address.
#[track_caller]
fn answer_on(page: &Response) -> String {
    let id = page.attribute("li.answer", "id").expect("an answer on the page");
    format!("/p/maria/wishes/{}", id.replace("wish-", ""))
}

fn wishes(person: &Person, words: &str) -> String {
    person.submit("/p/maria/wishes", &[("message", words)]);
    newest_wish(person)
}

fn comments(person: &Person, on: &str, words: &str) -> String {
    let page = person.submit(&format!("{on}/comments"), &[("message", words)]);
    let ids: Vec<String> = page.body.split("id=\"wish-").skip(1).map(|it| it[..36].to_owned()).collect();
    format!("/p/maria/wishes/{}", ids.last().expect("a comment"))
}

fn answers(person: &Person, to: &str, words: &str) -> Response {
    person.submit(&format!("{to}/answers"), &[("message", words)])
}

/// Changes words in the form as it stands there now.
fn edits(person: &Person, words: &str, to: &str) -> Response {
    let before = person.get(&format!("{words}/edit")).attribute("input[name=before]", "value").expect("a form");
    person.post(&format!("{words}/edit"), &[("message", to), ("before", &before)])
}

fn told(app: &TestApp, who: &Person) -> Vec<Mail> {
    let gathered = |mail: &Mail| mail.subject.starts_with("Encouragement") || mail.subject.contains("to you on");
    app.mails_to(&who.email).into_iter().filter(gathered).collect()
}

#[test]
fn a_wish_and_a_comment_are_answered_one_level_deep() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let update = ann.writes("Home", "She is home.");
    for words in [wishes(&jo, "A wish of Jo"), comments(&jo, &update, "A comment of Jo")] {
        let page = answers(&bill, &words, "An answer of Bill");
        page.assert_sees("Your answer is there").assert_sees("An answer of Bill");
        // Whoever answers an answer answers what it answers.
        let answer = answer_on(&page);
        jo.get(&answer).assert_status(200).assert_sees("An answer from Bill").assert_sees("What it answers");
        let page = answers(&jo, &answer, "And one of Jo");
        assert_eq!(page.texts("li.answer .words"), ["An answer of Bill", "And one of Jo"]);
        let depth = "SELECT COUNT(*) AS count FROM wishes a JOIN wishes w ON w.id = a.answers_id \
                     WHERE w.answers_id IS NOT NULL";
        assert_eq!(app.count(depth), 0);
    }
    // They stand under what they answer, and in no list of their own.
    for place in ["/p/maria", "/p/maria/wishes", &update] {
        let page = ann.get(place);
        page.assert_sees("An answer of Bill").assert_sees("And one of Jo");
        assert_eq!(page.count(".wish > .words"), if place == "/p/maria" { 2 } else { 1 }, "{place}");
        assert_eq!(page.count("li.answer"), if place == "/p/maria" { 4 } else { 2 }, "{place}");
    }
    ann.get("/p/maria").assert_does_not_see("All 2 comments");
}

#[test]
fn the_newest_answers_stand_below_and_all_of_them_on_the_page_of_its_own() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let wish = wishes(&jo, "A wish of Jo");
    for n in 1..=4 {
        answers(&ann, &wish, &format!("Answer {n}"));
    }
    let page = jo.get("/p/maria");
    assert_eq!(page.texts("li.answer .words"), ["Answer 3", "Answer 4"]);
    assert_eq!(page.texts(".wish__all a"), ["All 4 answers"]);
    assert_eq!(jo.get(&wish).texts("li.answer .words"), ["Answer 1", "Answer 2", "Answer 3", "Answer 4"]);
    // A hundred and more are paged.
    let fresh = if crate::support::database::postgres_server().is_some() {
        "substring(id from 1 for 6) || decode(substring(md5(random()::text) from 1 for 20), 'hex')"
    } else {
        "CAST(substr(id, 1, 6) || randomblob(10) AS BLOB)"
    };
    for _ in 0..6 {
        app.sql(&format!(
            "INSERT INTO wishes (id, site_id, author_id, answers_id, message, message_html, created_at) \
             SELECT {fresh}, site_id, author_id, answers_id, message, message_html, created_at FROM wishes \
             WHERE answers_id IS NOT NULL"
        ));
    }
    jo.get("/p/maria").assert_sees("All 256 answers");
    let (mut seen, mut address) = (BTreeSet::new(), Some(wish));
    while let Some(here) = address {
        let page = jo.get(&here);
        seen.extend(page.body.split("id=\"wish-").skip(2).map(|it| it[..36].to_owned()));
        address = page.attribute("a[href*=after]", "href");
    }
    assert_eq!(seen.len(), 256);
}

#[test]
fn a_page_without_answers_asks_for_none() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    let comment = comments(&ann, &update, "A comment");
    let asked = |address: &str| {
        app.sql("UPDATE sites SET version = version + 1");
        let before = app.app.db.queries_run();
        jo.get(address).assert_status(200);
        app.app.db.queries_run() - before
    };
    let (journal, own) = (asked("/p/maria"), asked(&update));
    answers(&ann, &comment, "An answer");
    assert_eq!((asked("/p/maria"), asked(&update)), (journal + 1, own + 1));
    // One of those for an update is for words of one’s own that wait.
    assert!(journal < 8 && own <= 8, "{journal} {own}");
}

#[test]
fn a_double_tap_leaves_one_answer_and_one_comment_on_a_photo() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let wish = wishes(&ann, "A wish");
    let (_, photo) = writes_with_photo(&app, &ann, "everyone");
    for (page, action) in [
        (wish.clone(), format!("{wish}/answers")),
        (format!("/p/maria/photos/{photo}/comments"), format!("/p/maria/photos/{photo}/comments")),
    ] {
        let key = jo.get(&page).attribute("input[name=submission]", "value").expect("a key");
        let csrf = jo.get("/sign-in").csrf();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                let fields = [("message", "Once"), ("submission", key.as_str()), ("csrf", csrf.as_str())];
                let (jo, action) = (&jo, &action);
                scope.spawn(move || jo.post_raw(action, &fields, &[]).assert_status(303).status);
            }
        });
        assert_eq!(ann.get(&page).texts("li.wish .words"), ["Once"]);
        // The same form with other words is another time. Answers stand in their order, comments from the newest.
        let both = if action.contains("/answers") { ["Once", "Twice"] } else { ["Twice", "Once"] };
        jo.submit(&action, &[("message", "Twice"), ("submission", &key)]);
        assert_eq!(ann.get(&page).texts("li.wish .words"), both);
    }
    assert_eq!(app.count("SELECT CAST(SUM(answer_count) AS BIGINT) AS count FROM wishes"), 2);
    assert_eq!(app.count("SELECT CAST(SUM(comment_count) AS BIGINT) AS count FROM photos"), 2);
}

#[test]
fn an_empty_answer_or_comment_on_a_photo_comes_back() {
    let app = TestApp::new();
    let ann = app.organizer();
    let wish = wishes(&ann, "A wish");
    let (_, photo) = writes_with_photo(&app, &ann, "everyone");
    let endless = "love ".repeat(1_001);
    for action in [format!("{wish}/answers"), format!("/p/maria/photos/{photo}/comments"), format!("{wish}/edit")] {
        ann.post(&action, &[("message", " ")]).assert_status(422).assert_sees("Please write a few words");
        let page = ann.post(&action, &[("message", &endless)]);
        page.assert_status(422).assert_sees("there is room for 5000");
        assert_eq!(page.texts("#message").join(" ").split_whitespace().count(), 1_001);
    }
}

#[test]
fn whoever_wrote_words_changes_them_and_nobody_else_does() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let update = ann.writes("Home", "She is home.");
    let wish = wishes(&jo, "Get wel");
    let comment = comments(&jo, &update, "Get wel");
    answers(&jo, &comment, "Get wel");
    let answer = answer_on(&jo.get(&comment));
    for words in [&wish, &comment, &answer] {
        for other in [&ann, &bill] {
            other.get(&format!("{words}/edit")).assert_status(404);
            other.post(&format!("{words}/edit"), &[("message", "Not mine")]).assert_status(404);
        }
        // Jo has no account: a link's session changes what it may write.
        let page = jo.get(&format!("{words}/edit"));
        assert_eq!(page.texts("#message"), ["Get wel"]);
        app.pass(SignedDuration::from_mins(1));
        edits(&jo, words, "Get well <b>soon</b>").assert_status(303);
        let page = bill.get(words);
        page.assert_sees("Get well <b>soon</b>").assert_sees("Changed");
        assert_eq!(page.count(".words b"), 0);
    }
    for place in ["/p/maria", "/p/maria/wishes", &update] {
        ann.get(place).assert_sees("Get well <b>soon</b>").assert_sees("Changed");
        assert!(!ann.get(place).texts(".words").contains(&"Get wel".to_owned()), "{place}");
    }
    let page = bill.get(&wish);
    page.assert_sees("Send answer").assert_does_not_see("Change what you wrote").assert_does_not_see("Remove");
}

#[test]
fn of_two_who_change_the_same_words_the_second_sees_what_the_first_wrote() {
    let app = TestApp::new();
    let ann = app.organizer();
    let other = Person::again(&ann, &app);
    let wish = wishes(&ann, "As it was");
    let edit = format!("{wish}/edit");
    let before = ann.get(&edit).attribute("input[name=before]", "value").expect("a form");
    let fields = |words: &'static str| [("message", words), ("before", before.as_str())];
    ann.post(&edit, &fields("From the phone")).assert_status(303);
    let late = other.post(&edit, &fields("From the tablet"));
    late.assert_status(409).assert_sees("It was changed meanwhile").assert_sees("From the phone");
    assert_eq!(late.texts("#message"), ["From the tablet"]);
    ann.get(&wish).assert_sees("From the phone");
    // Sent twice, it is saved, and said so, once.
    ann.post(&edit, &fields("From the phone")).assert_status(303);
    // Whoever has seen it may mean it.
    let seen = late.attribute("input[name=before]", "value").expect("a form");
    other.post(&edit, &[("message", "From the tablet"), ("before", &seen)]).assert_status(303);
    ann.get(&wish).assert_sees("From the tablet");
    // At the very same moment, one of them is saved, and the others are told.
    let before = ann.get(&edit).attribute("input[name=before]", "value").expect("a form");
    let csrf = ann.get("/sign-in").csrf();
    let statuses = std::thread::scope(|scope| {
        let sent: Vec<_> = (0..6)
            .map(|n| {
                let (ann, edit, before, csrf) = (&ann, &edit, &before, &csrf);
                scope.spawn(move || {
                    let words = format!("At once, {n}");
                    let fields = [("message", words.as_str()), ("before", before), ("csrf", csrf)];
                    ann.post_raw(edit, &fields, &[]).status
                })
            })
            .collect();
        sent.into_iter().map(|it| it.join().expect("an answer")).collect::<Vec<_>>()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 5, "{statuses:?}");
}

#[test]
fn words_are_removed_by_their_writer_with_what_answers_them() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let update = ann.writes("Home", "She is home.");
    let comment = comments(&jo, &update, "A comment of Jo");
    for words in ["One", "Two"] {
        answers(&bill, &comment, words);
    }
    answers(&jo, &comment, "Of Jo");
    bill.get(&format!("{comment}/removal")).assert_status(404);
    bill.post(&format!("{comment}/removal"), &[]).assert_status(404);
    jo.get(&format!("{comment}/removal"))
        .assert_sees("Remove your comment?")
        .assert_sees("2 answers from others go with it");
    jo.get(&comment).assert_status(200);
    jo.submit(&format!("{comment}/removal"), &[]).assert_sees("They are removed").assert_sees("No comments yet");
    jo.post(&format!("{comment}/removal"), &[]).assert_status(404);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes"), 0);
    assert_eq!(app.count("SELECT CAST(SUM(comment_count) AS BIGINT) AS count FROM updates"), 0);
    // What somebody removes of their own is nobody's business.
    assert!(ann.get("/p/maria/history").texts("li").iter().all(|it| !it.contains("words of")));
    // An answer goes alone.
    let wish = wishes(&ann, "A wish of Ann");
    let page = answers(&bill, &wish, "An answer");
    bill.submit(&format!("{}/removal", answer_on(&page)), &[]).assert_sees("A wish of Ann");
    assert_eq!(app.count("SELECT CAST(SUM(answer_count) AS BIGINT) AS count FROM wishes"), 0);
}

#[test]
fn hidden_words_are_nowhere_and_come_back() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let (update, photo) = writes_with_photo(&app, &ann, "everyone");
    let on_photo = format!("/p/maria/photos/{photo}");
    // The mail of this hour has gone: what comes now waits.
    bill.submit("/p/maria/wishes", &[("message", "Of Bill")]);
    app.run_jobs();
    let all = [
        wishes(&jo, "A hidden wish"),
        comments(&jo, &update, "A hidden comment"),
        comments(&jo, &on_photo, "A hidden word"),
    ];
    answers(&ann, &all[1], "Under a hidden comment");
    answers(&jo, &newest_of_bill(&app), "A hidden answer");
    let answer = answer_on(&ann.get(&newest_of_bill(&app)));
    let csrf_free = format!("{answer}/hiding");
    jo.post(&csrf_free, &[]).assert_status(404);
    for words in all.iter().chain([&answer]) {
        ann.submit(&format!("{words}/hiding"), &[])
            .assert_sees("They are hidden")
            .assert_sees("Hidden: only organizers");
        // Twice is once.
        ann.post(&format!("{words}/hiding"), &[]).assert_status(303);
    }
    let places = ["/p/maria", "/p/maria/wishes", &update, &format!("{on_photo}/comments"), &newest_of_bill(&app)];
    for reader in [&jo, &bill] {
        for place in places {
            let page = reader.get(place);
            page.assert_status(200).assert_does_not_see("idden").assert_does_not_see("1 comment");
            page.assert_does_not_see("All 1").assert_does_not_see("One comment");
        }
        for words in all.iter().chain([&answer]) {
            reader.get(words).assert_status(404);
            reader.get(&format!("{words}/edit")).assert_status(404);
            reader.get(&format!("{words}/removal")).assert_status(404);
            reader.post(&format!("{words}/answers"), &[("message", "Hello")]).assert_status(404);
            reader.post(&format!("{words}/reactions"), &[("kind", "heart")]).assert_status(404);
        }
    }
    for column in [
        "comment_count FROM updates",
        "comment_count FROM photos",
        "answer_count FROM wishes WHERE author_id <> (SELECT id FROM people WHERE name = 'Jo')",
    ] {
        let (column, table) = column.split_once(" FROM ").expect("a column");
        assert_eq!(app.count(&format!("SELECT CAST(SUM({column}) AS BIGINT) AS count FROM {table}")), 0, "{column}");
    }
    ann.post(&format!("{}/answers", all[0]), &[("message", "Hello")]).assert_status(404);
    let feed = ann.submit("/p/maria/feed", &[]).body;
    let token = feed.split("/feeds/").nth(1).and_then(|it| it.get(..32)).expect("a feed").to_owned();
    assert!(!ann.get(&format!("/feeds/{token}")).body.contains("idden"));
    app.pass(SignedDuration::from_hours(3));
    for person in [&ann, &jo, &bill] {
        for mail in told(&app, person) {
            assert!(!mail.text.contains("idden"), "{}", mail.text);
        }
    }
    // It is written down who did it, and not what was said.
    let history = ann.get("/p/maria/history");
    assert_eq!(history.texts("li").iter().filter(|it| it.contains("Ann hid words of Jo")).count(), 4);
    history.assert_does_not_see("A hidden");
    let list = ann.get("/p/maria/wishes/hidden");
    assert_eq!(list.count("li.wish"), 4);
    jo.get("/p/maria/wishes/hidden").assert_status(404);
    for words in all.iter().chain([&answer]) {
        ann.submit(&format!("{words}/showing"), &[]).assert_sees("They are shown again");
        jo.get(words).assert_status(200);
    }
    jo.get(&update).assert_sees("A hidden comment").assert_sees("Under a hidden comment");
    jo.get(&format!("{on_photo}/comments")).assert_sees("A hidden word");
    assert_eq!(app.count("SELECT CAST(SUM(comment_count) AS BIGINT) AS count FROM photos"), 1);
}

/// The wish that Bill has left, by its address.
fn newest_of_bill(app: &TestApp) -> String {
    use diesel::prelude::*;
    use tidings::db::schema::{people, wishes};
    let id = app.database(|conn| {
        let theirs = wishes::table.inner_join(people::table).filter(people::name.eq("Bill"));
        Ok(theirs.select(wishes::id).first::<tidings::db::ids::WishId>(conn)?)
    });
    format!("/p/maria/wishes/{id}")
}

#[test]
fn an_organizer_removes_anybodys_words_and_that_is_written_down() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let wish = wishes(&jo, "Something hurtful");
    ann.get(&format!("{wish}/removal")).assert_sees("this well wish from Jo").assert_sees("hide it instead");
    ann.submit(&format!("{wish}/removal"), &[]).assert_does_not_see("Something hurtful");
    ann.get("/p/maria/history").assert_sees("Ann removed words of Jo (well wish)").assert_does_not_see("hurtful");
    // Whoever came in with a link from a mail signs in first.
    let wish = wishes(&jo, "Another");
    let link = app.last_mail_to(&ann.email).link("/sign-in/link/");
    let phone = app.visitor();
    phone.submit(&link, &[]).assert_status(200);
    phone.get(&wish).assert_status(200).assert_does_not_see("Hide");
    assert!(phone.get(&format!("{wish}/removal")).location().starts_with("/sign-in"));
    phone.post(&format!("{wish}/removal"), &[]).assert_status(403);
    phone.post(&format!("{wish}/hiding"), &[]).assert_status(403);
    jo.get(&wish).assert_status(200);
}

#[test]
fn words_are_reached_through_what_they_are_about() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let fay = app.member(&ann, "Fay", "supporter", "family");
    let family = ann.writes_for("For the family", "Come on Sunday.", "family");
    let comment = comments(&fay, &family, "We will be there");
    answers(&ann, &comment, "Good");
    let answer = answer_on(&fay.get(&comment));
    for words in [&comment, &answer] {
        fay.get(words).assert_status(200).assert_sees("For the family");
        for path in ["", "/answers", "/edit", "/removal"] {
            jo.get(&format!("{words}{path}")).assert_status(404);
        }
        for path in ["/answers", "/edit", "/removal", "/hiding", "/showing", "/reactions"] {
            jo.post(&format!("{words}{path}"), &[("message", "Hello"), ("kind", "heart")]).assert_status(404);
        }
    }
    // Somebody who was let into the family hears of an answer; not, if they are not in it any more when the mail is made.
    assert_eq!(told(&app, &fay).len(), 1);
    app.pass(SignedDuration::from_hours(2));
    app.run_jobs();
    answers(&ann, &comment, "Bring cake");
    app.sql("UPDATE members SET circle = 'everyone'");
    assert_eq!(told(&app, &fay).len(), 1);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM notices"), 0);
    fay.get(&comment).assert_status(404);
}

#[test]
fn a_photo_is_commented_on_by_those_who_see_it() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let fay = app.member(&ann, "Fay", "supporter", "family");
    let (update, photo) = writes_with_photo(&app, &ann, "everyone");
    let here = format!("/p/maria/photos/{photo}");
    jo.get(&format!("{here}/comments")).assert_sees("No comments yet").assert_sees("No reply expected");
    jo.get(&here).assert_sees("Write a comment");
    comments(&jo, &here, "What a day");
    comments(&fay, &here, "We miss you");
    let page = jo.get(&format!("{here}/comments"));
    assert_eq!(page.texts("li.wish > .words"), ["We miss you", "What a day"]);
    jo.get(&here).assert_sees("2 comments");
    jo.get("/p/maria/photos").assert_sees("2 comments");
    // They are on the photo and nowhere else.
    for place in ["/p/maria", "/p/maria/wishes", &update] {
        jo.get(place).assert_does_not_see("What a day");
    }
    let mail = told(&app, &ann).pop().expect("a mail");
    assert!(mail.text.contains("Jo commented on a photo"), "{}", mail.text);
    let comment = address_of(&page);
    jo.get(&comment).assert_sees("On the photo");
    // Narrowed to the family, it is gone for everybody else, and so is what was said of it, also by themselves.
    app.sql("UPDATE photos SET audience = 'family'");
    for address in [here.clone(), format!("{here}/comments"), comment.clone(), format!("{comment}/edit")] {
        jo.get(&address).assert_status(404);
    }
    jo.post(&format!("{here}/comments"), &[("message", "Hello")]).assert_status(404);
    jo.post(&format!("{comment}/answers"), &[("message", "Hello")]).assert_status(404);
    jo.post(&format!("{comment}/removal"), &[]).assert_status(404);
    jo.get("/p/maria/photos").assert_does_not_see("comments");
    fay.get(&format!("{here}/comments")).assert_sees("What a day").assert_sees("For family only");
    // An answer to Jo is not told them any more.
    answers(&fay, &comment, "Yes");
    assert!(told(&app, &jo).is_empty());
    // It goes with the photo.
    ann.submit(&format!("{here}/removal"), &[]);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes"), 0);
    fay.get(&comment).assert_status(404);
}

#[test]
fn there_are_no_comments_on_what_is_not_with_an_update_or_an_album() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (_, photo) = writes_with_photo(&app, &ann, "everyone");
    app.sql("UPDATE photos SET place = 'cover', update_id = NULL");
    ann.get(&format!("/p/maria/photos/{photo}/comments")).assert_status(404);
    ann.post(&format!("/p/maria/photos/{photo}/comments"), &[("message", "Hello")]).assert_status(404);
}

#[test]
fn whoever_is_answered_hears_of_it_at_most_once_an_hour() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let wish = wishes(&jo, "A wish of Jo");
    answers(&jo, &wish, "From myself");
    answers(&bill, &wish, "First answer");
    let mails = told(&app, &jo);
    let [first] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert_eq!(first.subject, "An answer to you on Maria’s page");
    assert!(first.text.contains("First answer") && !first.text.contains("From myself"), "{}", first.text);
    assert!(first.text.contains("No reply is expected") && first.text.contains("/unsubscribe/"), "{}", first.text);
    assert!(told(&app, &bill).is_empty());
    // The link leads to the words.
    let phone = app.visitor();
    phone.submit(&first.link("/sign-in/link/"), &[]).assert_sees("A well wish from Jo").assert_sees("First answer");
    answers(&ann, &wish, "Second answer");
    answers(&bill, &wish, "Third answer");
    app.pass(SignedDuration::from_mins(59));
    assert_eq!(told(&app, &jo).len(), 1);
    app.pass(SignedDuration::from_mins(2));
    let mails = told(&app, &jo);
    assert_eq!(mails.len(), 2);
    assert!(mails[1].text.contains("Second answer") && mails[1].text.contains("Third answer"));
    assert!(!mails[1].text.contains("First answer"));
    // Whoever wants no mail gets none, and neither does whoever was blocked.
    app.pass(SignedDuration::from_hours(2));
    jo.post("/p/maria/follow", &[("delivery", "none")]).assert_status(303);
    answers(&bill, &wish, "Fourth answer");
    assert_eq!(told(&app, &jo).len(), 2);
    jo.post("/p/maria/follow", &[("delivery", "each")]).assert_status(303);
    answers(&bill, &wish, "Fifth answer");
    let id = ann.get("/p/maria/people").member_called(&jo.email);
    ann.post(&format!("/p/maria/people/{id}/block"), &[]).assert_status(303);
    assert_eq!(told(&app, &jo).len(), 2);
}

#[test]
fn an_organizer_who_is_answered_is_told_once_and_that_it_is_to_them() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let wish = wishes(&ann, "A wish of Ann");
    answers(&jo, &wish, "To Ann");
    let mail = told(&app, &ann).pop().expect("a mail");
    assert_eq!(mail.text.matches("To Ann").count(), 1, "{}", mail.text);
    assert!(mail.text.contains("Jo answered you:"), "{}", mail.text);
    app.pass(SignedDuration::from_hours(2));
    let wish = wishes(&bill, "A wish of Bill");
    answers(&jo, &wish, "To Bill");
    let mail = told(&app, &ann).pop().expect("a mail");
    assert!(mail.text.contains("Jo answered:"), "{}", mail.text);
}

#[test]
fn nobody_is_told_of_an_answer_on_a_page_that_is_closed() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let wish = wishes(&jo, "A wish of Jo");
    ann.submit("/p/maria/closing", &[]);
    answers(&ann, &wish, "An answer");
    assert!(told(&app, &jo).is_empty());
    jo.get(&wish).assert_status(404);
}

#[test]
fn with_somebody_elses_eyes_nothing_is_changed() {
    let app = TestApp::new();
    let ann = app.organizer();
    let wish = wishes(&ann, "A wish of Ann");
    ann.post("/p/maria/perspective", &[("as", "supporter")]).assert_status(303);
    ann.get(&wish).assert_status(200).assert_does_not_see("Hide what").assert_does_not_see("Remove what");
    ann.post(&format!("{wish}/answers"), &[("message", "Hello")]).assert_status(409);
    for path in ["edit", "removal", "hiding", "showing"] {
        ann.post(&format!("{wish}/{path}"), &[("message", "Hello")]).assert_status(404);
    }
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes"), 1);
}

#[test]
fn a_private_note_is_for_its_writer_and_organizers_and_is_not_answered() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let wish = wishes(&jo, "Between us");
    app.sql("UPDATE wishes SET audience = 'organizers'");
    for place in ["/p/maria", "/p/maria/wishes"] {
        bill.get(place).assert_does_not_see("Between us");
    }
    bill.get(&wish).assert_status(404);
    for reader in [&jo, &ann] {
        reader
            .get(&wish)
            .assert_sees("Between us")
            .assert_sees("For organizers only")
            .assert_does_not_see("Send answer");
        reader.post(&format!("{wish}/answers"), &[("message", "Hello")]).assert_status(404);
    }
    edits(&jo, &wish, "Between you and me").assert_status(303);
    ann.get(&wish).assert_sees("Between you and me");
}

#[test]
fn what_waits_is_for_organizers_and_its_writer_and_what_is_not_confirmed_for_nobody() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let wish = wishes(&jo, "First words");
    for why in ["new", "words", "flood", "reported"] {
        app.sql(&format!("UPDATE wishes SET withheld = '{why}'"));
        ann.get(&wish).assert_sees("It waits for an organizer");
        jo.get(&wish).assert_sees("First words").assert_does_not_see("waits");
        bill.get(&wish).assert_status(404);
    }
    app.sql("UPDATE wishes SET withheld = 'unconfirmed'");
    for reader in [&ann, &jo, &bill] {
        reader.get(&wish).assert_status(404);
    }
}

#[test]
fn what_is_done_at_once_never_waits_for_itself() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let (update, photo) = writes_with_photo(&app, &ann, "everyone");
    for on in [update, format!("/p/maria/photos/{photo}")] {
        let comment = comments(&jo, &on, "A comment of Jo");
        let answer = answer_on(&answers(&jo, &comment, "An answer of Jo"));
        let mut all: Vec<(&Person, String)> = Vec::new();
        for words in [&comment, &answer] {
            for (person, path) in [
                (&bill, "answers"),
                (&bill, "reactions"),
                (&ann, "reactions"),
                (&ann, "hiding"),
                (&ann, "showing"),
                (&jo, "edit"),
            ] {
                all.extend((0..3).map(|_| (person, format!("{words}/{path}"))));
            }
        }
        all.push((&bill, format!("{on}/comments")));
        all.push((&ann, format!("{comment}/removal")));
        let statuses: Vec<(String, u16)> = std::thread::scope(|scope| {
            let sent: Vec<_> = all
                .into_iter()
                .map(|(person, address)| {
                    scope.spawn(move || {
                        let status = person.post(&address, &[("message", "At once"), ("kind", "heart")]).status;
                        (address, status)
                    })
                })
                .collect();
            sent.into_iter().map(|it| it.join().expect("an answer")).collect()
        });
        for (address, status) in statuses {
            assert!([303, 404, 409].contains(&status), "{address} answers {status}");
        }
        ann.get(&comment).assert_status(404);
    }
    for (counted, of) in [("updates", "update_id"), ("photos", "photo_id")] {
        let wrong = format!(
            "SELECT COUNT(*) AS count FROM {counted} t WHERE comment_count <> (SELECT COUNT(*) FROM wishes w \
             WHERE w.{of} = t.id AND w.answers_id IS NULL AND w.withheld IS NULL)"
        );
        assert_eq!(app.count(&wrong), 0, "{counted}");
    }
}
