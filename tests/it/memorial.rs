//! A page in loving memory: one careful press, one press back, and no word lost on the way.

use jiff::SignedDuration;

use crate::photos::support::writes_with_photo;
use crate::support::{Person, TestApp};

fn remember(ann: &Person, condolences: &str) {
    ann.post("/p/maria/memorial", &[("condolences", condolences)]).assert_status(303);
}

fn as_before(ann: &Person) {
    ann.post("/p/maria/memorial/end", &[]).assert_status(303);
}

/// The words that stand under an address, newest first.
fn words(who: &Person, address: &str) -> Vec<String> {
    who.get(address).assert_status(200).texts("li.wish .words")
}

#[test]
fn what_it_means_is_said_before_and_nothing_changes_until_then() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.writes("Home", "She is home.");
    ann.get("/p/maria/settings").assert_sees("In loving memory");
    let page = ann.get("/p/maria/memorial");
    page.assert_status(200)
        .assert_sees("If Maria has died, we are so sorry.")
        .assert_sees("Nothing is deleted")
        .assert_sees("you can undo it at any time with one press")
        .assert_sees("Nobody gets a mail about this");
    let frame = page.attribute("iframe", "src").expect("a preview");
    let preview = ann.get(&frame);
    preview.assert_status(200).assert_sees("In loving memory of Maria").assert_sees("Book of condolence");
    preview.assert_sees("She is home.").assert_does_not_see("Write an update");
    let policy = preview.header("content-security-policy").expect("a policy");
    assert!(policy.contains("frame-ancestors 'self'") && policy.contains("sandbox allow-same-origin"), "{policy}");
    assert!(!policy.contains("allow-scripts") && !policy.contains("allow-forms"), "{policy}");
    let without = ann.get("/p/maria/memorial/preview?condolences=no");
    without.assert_sees("In loving memory of Maria").assert_does_not_see("Book of condolence");
    // The preview is for whoever looks at it, and leaves nothing behind for anybody.
    for who in [&ann, &jo] {
        who.get("/p/maria").assert_does_not_see("In loving memory").assert_sees("Maria’s page");
    }
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM sites WHERE memorial_at IS NOT NULL"), 0);
}

#[test]
fn to_begin_takes_a_fresh_proof_and_to_undo_one_press() {
    let app = TestApp::new();
    let ann = app.organizer();
    app.pass(SignedDuration::from_hours(2));
    let asked = ann.get("/p/maria/memorial");
    assert!(asked.assert_status(303).location().starts_with("/account/proof?next="), "{}", asked.location());
    ann.post("/p/maria/memorial", &[]).assert_status(403);
    ann.get("/p/maria").assert_does_not_see("In loving memory");
    ann.post("/account/proof", &[("password", crate::support::people::PASSWORD)]).assert_status(303);
    remember(&ann, "yes");
    app.pass(SignedDuration::from_hours(2));
    ann.get("/p/maria/memorial").assert_status(200).assert_sees("Make the page as it was before");
    as_before(&ann);
    ann.get("/p/maria").assert_does_not_see("In loving memory");
    let record = ann.get("/p/maria/history");
    record.assert_sees("Ann keeps the page in loving memory (with a book of condolence)");
    record.assert_sees("Ann made the page as it was before");
    // Pressed twice, it is done once.
    as_before(&ann);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM events WHERE kind = 'memorial_ended'"), 1);
}

#[test]
fn the_page_says_so_calmly_and_no_longer_how_she_is() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.writes("", "She is home.");
    ann.post("/p/maria/status", &[("words", "Resting well")]).assert_status(303);
    ann.post("/p/maria/next-update", &[("next_on", "2026-03-05")]).assert_status(303);
    ann.post("/p/maria/rest", &[("words", "We are asleep.")]).assert_status(303);
    jo.get("/p/maria").assert_sees("Resting well").assert_sees("We are asleep.");
    remember(&ann, "yes");
    for who in [&ann, &jo] {
        let page = who.get("/p/maria");
        assert_eq!(page.texts("h1"), ["In loving memory of Maria"]);
        assert!(page.texts("title")[0].starts_with("In loving memory of Maria"));
        for gone in ["Resting well", "Next update by", "We are asleep.", "how Maria is", "How Maria is", "Get well"] {
            page.assert_does_not_see(gone);
        }
        page.assert_sees("She is home.");
    }
    ann.get("/p/maria/updates/new").assert_sees("A goodbye").assert_does_not_see("The day of an operation");
    ann.get("/p/maria/updates/new").assert_does_not_see("how they are");
    // A form that was open in another window says nothing unseen.
    for (address, fields) in
        [("status", ("words", "Better")), ("next-update", ("next_on", "2026-03-06")), ("rest", ("words", "x"))]
    {
        ann.post(&format!("/p/maria/{address}"), &[fields]).assert_status(409).assert_sees("in loving memory");
    }
    // An update that the family writes changes nothing of what is kept.
    ann.writes("Thank you", "Thank you all.");
    as_before(&ann);
    let page = jo.get("/p/maria");
    page.assert_sees("Resting well").assert_sees("We are asleep.").assert_sees("Maria’s page");
    ann.submit("/p/maria/rest/end", &[]);
    jo.get("/p/maria").assert_sees("Next update by");
}

#[test]
fn words_go_to_the_book_and_stay_whatever_is_switched() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    jo.submit("/p/maria/wishes", &[("message", "Get well soon")]);
    remember(&ann, "yes");
    let page = jo.get("/p/maria");
    page.assert_sees("Book of condolence")
        .assert_sees("Leave a few words. No reply expected.")
        .assert_does_not_see("Get well soon");
    jo.submit("/p/maria/wishes", &[("message", "She taught me to swim")]).assert_sees("in the book of condolence");
    assert_eq!(words(&jo, "/p/maria"), ["She taught me to swim"]);
    assert_eq!(words(&jo, "/p/maria/condolences"), ["She taught me to swim"]);
    assert_eq!(words(&jo, "/p/maria/wishes"), ["Get well soon"]);
    let before = jo.get("/p/maria/wishes");
    before.assert_sees("Well wishes from before");
    assert_eq!(before.count("textarea"), 0);
    // A comment is no part of the book.
    let update = ann.writes("Goodbye", "It was a bright day.");
    jo.submit(&format!("{update}/comments"), &[("message", "Thinking of you")]);
    assert_eq!(words(&jo, "/p/maria/condolences").len(), 1);
    // As it was: everything is a well wish.
    as_before(&ann);
    assert_eq!(words(&jo, "/p/maria/wishes"), ["She taught me to swim", "Get well soon"]);
    assert_eq!(jo.get("/p/maria/condolences").assert_status(303).location(), "/p/maria/wishes");
    jo.submit("/p/maria/wishes", &[("message", "In between")]);
    // And once more: the book has what was in it.
    remember(&ann, "yes");
    assert_eq!(words(&jo, "/p/maria/condolences"), ["She taught me to swim"]);
    assert_eq!(words(&jo, "/p/maria/wishes"), ["In between", "Get well soon"]);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes"), 4);
}

#[test]
fn without_a_book_words_are_closed_kindly_and_the_old_ones_stay() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    jo.submit("/p/maria/wishes", &[("message", "Love to you all")]);
    remember(&ann, "no");
    for address in ["/p/maria", "/p/maria/wishes"] {
        let page = jo.get(address);
        page.assert_sees("thanks you for every word")
            .assert_sees("Love to you all")
            .assert_does_not_see("Book of condolence");
        assert_eq!(page.count("textarea[name=message]"), 0, "{address}");
    }
    // Somebody was writing at that moment: their words come back to them.
    let answer = jo.post("/p/maria/wishes", &[("message", "I wrote this for an hour")]);
    answer.assert_status(409).assert_sees("no more words can be left").assert_sees("I wrote this for an hour");
    // The family thinks otherwise, and back; since when it is in loving memory stays.
    let since = "SELECT COUNT(DISTINCT memorial_at) AS count FROM sites WHERE memorial_at IS NOT NULL AND updated_at <> memorial_at";
    app.pass(SignedDuration::from_mins(5));
    remember(&ann, "yes");
    assert_eq!(app.count(since), 1);
    jo.submit("/p/maria/wishes", &[("message", "A candle in the window")]);
    remember(&ann, "no");
    assert_eq!(words(&jo, "/p/maria/wishes"), ["A candle in the window", "Love to you all"]);
}

#[test]
fn an_empty_page_in_the_book_comes_back_as_the_book() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    remember(&ann, "yes");
    let page = jo.post("/p/maria/wishes", &[("message", " ")]);
    page.assert_status(422).assert_sees("Please write a few words").assert_sees("Your words");
    assert_eq!(page.texts("h1"), ["Book of condolence"]);
    jo.get("/p/maria/condolences").assert_sees("The book is still empty");
}

#[test]
fn the_book_is_printed_from_its_first_page_and_holds_what_everybody_may_read() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let bill = app.supporter(&ann, "Bill");
    remember(&ann, "yes");
    jo.submit("/p/maria/wishes", &[("message", "The first")]);
    bill.submit("/p/maria/wishes", &[("message", "The second")]);
    jo.submit("/p/maria/wishes", &[("message", "The third")]);
    let paper = jo.get("/p/maria/condolences?paper=yes");
    assert_eq!(paper.texts(".book__entry .words"), ["The first", "The second", "The third"]);
    assert_eq!(paper.count("main form"), 0);
    // What is withheld, or is not for everyone, is not in it, on the screen or on paper.
    app.sql("UPDATE wishes SET withheld = 'hidden' WHERE message = 'The second'");
    app.sql("UPDATE wishes SET audience = 'organizers' WHERE message = 'The third'");
    for who in [&ann, &jo, &bill] {
        assert_eq!(who.get("/p/maria/condolences?paper=yes").texts(".book__entry .words"), ["The first"]);
        assert_eq!(words(who, "/p/maria/condolences"), ["The first"]);
    }
}

#[test]
fn the_book_goes_on_page_by_page() {
    let app = TestApp::new();
    let ann = app.organizer();
    remember(&ann, "yes");
    for n in 1..=35 {
        app.app.limits.tidy();
        ann.post("/p/maria/wishes", &[("message", &format!("Word {n:02}"))]).assert_status(303);
    }
    let (mut seen, mut address) = (Vec::new(), Some("/p/maria/condolences".to_owned()));
    while let Some(here) = address {
        let page = ann.get(&here);
        seen.extend(page.texts("li.wish .words"));
        address = page.attribute("a[href*=before]", "href");
    }
    let expected: Vec<String> = (1..=35).rev().map(|n| format!("Word {n:02}")).collect();
    assert_eq!(seen, expected);
}

#[test]
fn on_everybodys_home_it_stands_after_the_others() {
    let app = TestApp::new();
    let ann = app.organizer();
    for name in ["Bea", "Cy"] {
        let fields = [("first_name", name), ("relationship", "a friend"), ("privacy", "invited")];
        ann.post("/pages", &fields).assert_status(303);
    }
    // Maria's is the newest membership, and would be first.
    ann.post("/pages", &[("first_name", "Zoe"), ("relationship", "a friend"), ("privacy", "invited"), ("slug", "zoe")])
        .assert_status(303);
    ann.post("/p/zoe/status", &[("words", "A good day")]).assert_status(303);
    let names = || ann.get("/").texts(".site-card__name");
    assert_eq!(names(), ["Zoe’s page", "Cy’s page", "Bea’s page", "Maria’s page"]);
    ann.post("/p/zoe/memorial", &[]).assert_status(303);
    assert_eq!(names(), ["Cy’s page", "Bea’s page", "Maria’s page", "Zoe"]);
    let home = ann.get("/");
    assert_eq!(home.texts(".sites-memory h2"), ["In loving memory"]);
    home.assert_does_not_see("A good day");
    ann.post("/p/zoe/memorial/end", &[]).assert_status(303);
    assert_eq!(names()[0], "Zoe’s page");
    ann.get("/").assert_does_not_see("In loving memory");
}

#[test]
fn mails_go_on_and_speak_otherwise() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.post("/p/maria/status", &[("words", "Resting well")]).assert_status(303);
    remember(&ann, "yes");
    app.run_jobs();
    assert!(
        app.mails_to(&jo.email).iter().all(|mail| !mail.text.contains("memory")),
        "nobody is mailed about the change"
    );
    ann.writes("", "The funeral is on Friday.");
    let mail = app.last_mail_to(&jo.email);
    assert_eq!(mail.subject, "In loving memory of Maria");
    ann.writes("Friday", "At three.");
    let titled = app.last_mail_to(&jo.email);
    for mail in [&mail, &titled] {
        for text in [&mail.text, &mail.html] {
            assert!(text.contains("In loving memory of Maria"), "{text}");
            assert!(text.contains("a few words") && text.to_lowercase().contains("no reply expected"), "{text}");
            for gone in ["how Maria is", "well wish", "Resting well", "News on"] {
                assert!(!text.contains(gone) && !mail.subject.contains(gone), "{gone}: {text}");
            }
        }
    }
    app.invited(&ann, "Ivy", "supporter", "everyone");
    let invitation = app.last_mail_to("ivy@example.org");
    for text in [&invitation.text, &invitation.html] {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("loving memory of Maria") && !text.contains("is doing"), "{text}");
    }
    let page = app.visitor().get(&invitation.link("/invitations/"));
    page.assert_sees("in loving memory of Maria").assert_does_not_see("is doing");
    remember(&ann, "no");
    ann.writes("Thanks", "Thank you.");
    let mail = app.last_mail_to(&jo.email);
    assert!(!mail.text.contains("few words") && !mail.text.contains("well wish"), "{}", mail.text);
}

#[test]
fn organizers_are_written_to_once_a_day_at_most() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let gathered = || -> Vec<_> {
        app.mails_to(&ann.email).into_iter().filter(|mail| mail.subject.ends_with("on Maria’s page")).collect()
    };
    remember(&ann, "yes");
    jo.submit("/p/maria/wishes", &[("message", "First words")]);
    let [first] = &gathered()[..] else { panic!("one mail") };
    assert_eq!(first.subject, "Words for you on Maria’s page");
    assert!(
        first.text.contains("wrote in the book of condolence") && first.text.contains("once a day"),
        "{}",
        first.text
    );
    assert!(first.text.contains("Nothing needs an answer"), "{}", first.text);
    jo.submit("/p/maria/wishes", &[("message", "Second words")]);
    for _ in 0..23 {
        app.pass(SignedDuration::from_hours(1));
        app.run_jobs();
    }
    assert_eq!(gathered().len(), 1);
    app.pass(SignedDuration::from_mins(61));
    app.run_jobs();
    let mails = gathered();
    assert_eq!(mails.len(), 2);
    assert!(mails[1].text.contains("Second words"), "{}", mails[1].text);
}

#[test]
fn doors_feeds_and_cards_speak_so_too() {
    let app = TestApp::new();
    let ann = app.organizer_of("ask");
    let jo = app.supporter(&ann, "Jo");
    ann.get("/p/maria/memorial").assert_sees("Whoever comes to the door of the page");
    let feed = jo.submit("/p/maria/feed", &[]).texts("#feed-address").remove(0);
    let feed = format!("/feeds/{}", feed.split_once("/feeds/").expect("an address").1);
    ann.writes("", "She is home.");
    remember(&ann, "yes");
    let door = app.visitor().get("/p/maria");
    door.assert_sees("In loving memory of Maria")
        .assert_does_not_see("is doing")
        .assert_sees("ask the family to let you in");
    let card = ann.get("/p/maria/card");
    card.assert_sees("In loving memory.").assert_does_not_see("is doing");
    let feed = app.visitor().get(&feed).body;
    assert!(
        feed.contains("In loving memory of Maria") && feed.contains("About Maria") && !feed.contains("News of"),
        "{feed}"
    );
    for address in ["/p/maria", "/p/maria/follow", "/p/maria/photos", "/p/maria/updates", "/p/maria/wishes"] {
        jo.get(address).assert_sees("In loving memory of Maria").assert_does_not_see("is doing");
    }
    // Words that are never said.
    for address in
        ["/p/maria", "/p/maria/memorial", "/p/maria/settings", "/p/maria/history", "/p/maria/condolences", "/"]
    {
        let page = ann.get(address).text().to_lowercase();
        for never in ["memorial", "deceased", "deactivat"] {
            assert!(!page.contains(never), "{never} at {address}");
        }
    }
}

#[test]
fn only_organizers_decide_and_nobody_with_a_link_from_a_mail() {
    let app = TestApp::new();
    let ann = app.organizer();
    let cleo = app.member(&ann, "Cleo", "co-author", "family");
    jo_writes(&app, &ann);
    let link = app.last_mail_to(&ann.email).link("/sign-in/link/");
    let phone = app.visitor();
    phone.submit(&link, &[]).assert_status(200);
    for address in ["/p/maria/memorial", "/p/maria/memorial/preview"] {
        cleo.get(address).assert_status(404);
        let answer = phone.get(address);
        assert!(answer.assert_status(303).location().starts_with("/sign-in?next="), "{}", answer.location());
    }
    for address in ["/p/maria/memorial", "/p/maria/memorial/end"] {
        cleo.post(address, &[]).assert_status(404);
        phone.post(address, &[]).assert_status(403);
    }
    // With other eyes nothing is done.
    ann.post("/p/maria/perspective", &[("as", "supporter")]).assert_status(303);
    ann.post("/p/maria/memorial", &[]).assert_status(404);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM sites WHERE memorial_at IS NOT NULL"), 0);
}

fn jo_writes(app: &TestApp, ann: &Person) {
    app.supporter(ann, "Jo").submit("/p/maria/wishes", &[("message", "Love")]);
}

#[test]
fn photos_stay_and_are_seen_by_the_same_people() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let (_, photo) = writes_with_photo(&app, &ann, "everyone");
    remember(&ann, "yes");
    jo.get(&format!("/photos/{photo}/320")).assert_status(200);
    jo.get("/p/maria/photos").assert_sees("In loving memory of Maria");
    app.visitor().get(&format!("/photos/{photo}/320")).assert_status(404);
}
