//! Well wishes, comments, hearts, and the one gathered mail.

use jiff::SignedDuration;

use crate::support::TestApp;

#[test]
fn a_supporter_answers_and_everybody_sees_who() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let bill = app.supporter(&ann, "Bill");
    let update = ann.writes("Home", "She is home.");
    jo.submit("/p/maria/wishes", &[("message", "Dear Maria,\nget well ❤️ <b>soon</b>")]).assert_sees("Thank you");
    jo.submit(&format!("{update}/comments"), &[("message", "How good to hear")]).assert_sees("How good to hear");
    jo.submit(&format!("{update}/reactions"), &[("kind", "heart")]);
    let page = bill.get("/p/maria");
    page.assert_sees("get well ❤️ <b>soon</b>").assert_sees("How good to hear").assert_sees("Hearts from Jo");
    assert_eq!(page.count(".words b"), 0);
    let comment = bill.get(&update).attribute("li.wish", "id").expect("a comment").replace("wish-", "");
    let hearts = format!("/p/maria/wishes/{comment}/reactions");
    bill.submit(&hearts, &[("kind", "heart"), ("from", &update)]).assert_sees("Hearts from You");
    jo.get(&update).assert_sees("Hearts from Bill");
}

#[test]
fn a_heart_counts_once_and_can_be_taken_back() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    let csrf = jo.get("/sign-in").csrf();
    let reactions = format!("{update}/reactions");
    std::thread::scope(|scope| {
        for _ in 0..5 {
            scope.spawn(|| {
                jo.post_raw(&reactions, &[("kind", "heart"), ("csrf", &csrf)], &[]).assert_status(303).status
            });
        }
    });
    assert_eq!(jo.get(&update).texts(".hearts__names"), ["Hearts from You"]);
    assert_eq!(ann.get(&update).texts(".hearts__names"), ["Hearts from Jo"]);
    jo.submit(&format!("{reactions}/removal"), &[("kind", "heart")]);
    jo.submit(&format!("{reactions}/removal"), &[("kind", "heart")]);
    assert_eq!(ann.get(&update).count(".hearts__names"), 0);
    jo.post(&reactions, &[("kind", "like")]).assert_status(422);
}

#[test]
fn many_hearts_are_named_and_counted() {
    let app = TestApp::new();
    let ann = app.organizer();
    let update = ann.writes("Home", "She is home.");
    for name in ["Jo", "Bill", "Cy", "Di", "Ed"] {
        app.supporter(&ann, name).submit(&format!("{update}/reactions"), &[("kind", "heart")]);
    }
    assert_eq!(ann.get("/p/maria").texts(".hearts__names"), ["Hearts from Jo, Bill, Cy and 2 others"]);
}

#[test]
fn a_double_tap_leaves_one_wish() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let key = jo.get("/p/maria").attribute("input[name=submission]", "value").expect("a key");
    for _ in 0..2 {
        jo.submit("/p/maria/wishes", &[("message", "Love"), ("submission", &key)]);
    }
    assert_eq!(ann.get("/p/maria/wishes").count("li.wish"), 1);
}

#[test]
fn an_empty_or_endless_message_comes_back() {
    let app = TestApp::new();
    let ann = app.organizer();
    let update = ann.writes("Home", "She is home.");
    let jo = app.supporter(&ann, "Jo");
    jo.post("/p/maria/wishes", &[("message", "  ")]).assert_status(422).assert_sees("Please write a few words");
    let endless = "love ".repeat(1_001);
    for address in ["/p/maria/wishes".to_owned(), format!("{update}/comments")] {
        let page = jo.post(&address, &[("message", &endless)]);
        page.assert_status(422).assert_sees("there is room for 5000");
        assert_eq!(page.texts("#message").join(" ").split_whitespace().count(), 1_001);
    }
    jo.submit(&format!("{update}/comments"), &[("message", &"é".repeat(5_000))]).assert_status(200);
}

#[test]
fn the_organizer_gets_at_most_one_gathered_mail_an_hour_with_everything_in_it() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let gathered = || -> Vec<_> {
        app.mails_to(&ann.email).into_iter().filter(|mail| mail.subject.starts_with("Encouragement")).collect()
    };
    jo.submit("/p/maria/wishes", &[("message", "First wish")]);
    assert_eq!(gathered().len(), 1);
    jo.submit("/p/maria/wishes", &[("message", "Second wish")]);
    jo.submit("/p/maria/wishes", &[("message", "Third wish")]);
    app.pass(SignedDuration::from_mins(59));
    assert_eq!(gathered().len(), 1);
    app.pass(SignedDuration::from_mins(2));
    let mails = gathered();
    let [first, second] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert!(first.text.contains("First wish") && !first.text.contains("Second wish"), "{}", first.text);
    assert!(second.text.contains("Second wish") && second.text.contains("Third wish"), "{}", second.text);
    assert!(!second.text.contains("First wish"), "{}", second.text);
    app.pass(SignedDuration::from_hours(5));
    assert_eq!(gathered().len(), 2, "nothing new, so no mail");
    jo.submit("/p/maria/wishes", &[("message", "Fourth wish")]);
    assert_eq!(gathered().len(), 3);
}

#[test]
fn nobody_is_told_of_what_they_did_themselves_or_of_what_is_gone() {
    let app = TestApp::new();
    let ann = app.organizer();
    let update = ann.writes("Home", "She is home.");
    ann.submit("/p/maria/wishes", &[("message", "From myself")]);
    let jo = app.supporter(&ann, "Jo");
    jo.submit(&format!("{update}/comments"), &[("message", "Lovely")]);
    ann.submit(&format!("{update}/deletion"), &[]);
    assert!(app.mails_to(&ann.email).iter().all(|mail| !mail.subject.starts_with("Encouragement")));
}

#[test]
fn wishes_go_on_page_by_page() {
    let app = TestApp::new();
    let ann = app.organizer();
    for n in 1..=65 {
        app.app.limits.tidy();
        let answer = ann.post("/p/maria/wishes", &[("message", &format!("Wish {n:02}"))]);
        if answer.status == 429 {
            // The sixty of a burst are left; what is here will do.
            break;
        }
    }
    let mut seen = Vec::new();
    let mut address = Some("/p/maria/wishes".to_owned());
    while let Some(here) = address {
        let page = ann.get(&here);
        seen.extend(page.texts("li.wish .words"));
        address = page.attribute("a[href*=before]", "href");
    }
    let count = seen.len();
    assert!(count >= 60, "{count}");
    let expected: Vec<String> = (1..=count).rev().map(|n| format!("Wish {n:02}")).collect();
    assert_eq!(seen, expected);
}
