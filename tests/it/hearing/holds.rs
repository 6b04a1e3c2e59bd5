//! How much of an update its mail holds is the family's choice.

use super::{chooses, digests, until};
use crate::support::mailbox::Mail;
use crate::support::{Person, TestApp};

/// Long enough to be cut.
fn body() -> String {
    format!("She is **home**. {}This is how it ends.", "She sleeps well. ".repeat(30))
}

/// Jo, who hears at once, and Bo, who hears once a day.
fn world(holds: &str) -> (TestApp, Person, Person, Person) {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bo) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bo"));
    chooses(&bo, &[("delivery", "daily"), ("digest_hour", "18")]);
    ann.submit("/p/maria/status", &[("words", "At the Royal Free")]);
    ann.submit("/p/maria/mail-holds", &[("mail_holds", holds)]).assert_sees("Saved.");
    (app, ann, jo, bo)
}

/// The mail at once and the digest.
fn both(app: &TestApp, ann: &Person, jo: &Person, bo: &Person) -> [Mail; 2] {
    ann.writes("Back from the ward", &body());
    let at_once = app.last_mail_to(&jo.email);
    until(app, "2026-03-01T18:00:00Z");
    [at_once, digests(app, bo).pop().expect("a digest")]
}

#[track_caller]
fn assert_holds(mail: &Mail, words: &str, holds: bool) {
    for part in [&mail.text, &mail.html] {
        assert_eq!(part.contains(words), holds, "{words}: {part}");
    }
}

#[test]
fn the_whole_of_it_unless_they_choose_otherwise() {
    let (app, ann, jo, bo) = world("whole");
    ann.get("/p/maria/history").assert_does_not_see("mail about updates holds");
    let mails = both(&app, &ann, &jo, &bo);
    for mail in &mails {
        for words in ["Back from the ward", "This is how it ends.", "At the Royal Free", "Read it on "] {
            assert_holds(mail, words, true);
        }
        assert!(mail.html.contains("<strong>home</strong>"));
    }
    assert_eq!(mails[0].subject, "Back from the ward");
}

#[test]
fn its_first_lines() {
    let (app, ann, jo, bo) = world("first_lines");
    assert!(ann.get("/p/maria/settings").attribute("#mail_holds-first_lines", "checked").is_some());
    ann.get("/p/maria/history").assert_sees("changed the settings (mail about updates holds: its first lines)");
    jo.get("/p/maria/follow").assert_sees("The mail has the first lines, and leads to the rest.");
    let mails = both(&app, &ann, &jo, &bo);
    for mail in &mails {
        for words in ["Back from the ward", "She is home. She sleeps well.", "She sleeps well. …", "Read the rest on "]
        {
            assert_holds(mail, words, true);
        }
        assert_holds(mail, "This is how it ends.", false);
    }
    assert_eq!(mails[0].subject, "Back from the ward");
    // What is short needs no cut.
    ann.writes("", "All is **well**.");
    let short = app.last_mail_to(&jo.email);
    assert_holds(&short, "Read it on ", true);
    assert!(short.html.contains("<strong>well</strong>"));
}

#[test]
fn only_that_there_is_news() {
    let (app, ann, jo, bo) = world("only_news");
    let mails = both(&app, &ann, &jo, &bo);
    for mail in &mails {
        for words in ["Back from the ward", "She is", "sleeps", "how it ends", "Royal Free"] {
            assert_holds(mail, words, false);
            assert!(!mail.subject.contains(words), "{}", mail.subject);
        }
        assert_holds(mail, "Ann, for Maria", true);
        assert_holds(mail, "Read it on ", true);
    }
    assert_eq!(mails[0].subject, "News on Maria’s page");
    assert_holds(&mails[0], "There is news on Maria’s page.", true);
    assert_eq!(mails[1].subject, "News on Maria’s page: one update");
    // The link leads to it.
    jo.submit(&mails[0].link("/sign-in/link/"), &[]).assert_sees("This is how it ends.");
}

#[test]
fn an_invitation_promises_what_the_family_has_chosen() {
    for (holds, words) in [
        ("whole", "you get each update by e-mail, the whole of it."),
        ("first_lines", "you get the first lines of each update by e-mail, with a link to the rest."),
        ("only_news", "you get an e-mail when there is news, with a link to read it on the page."),
    ] {
        let app = TestApp::new();
        let ann = app.organizer();
        ann.submit("/p/maria/mail-holds", &[("mail_holds", holds)]);
        let invited = [("addresses", "cy@example.org"), ("role", "supporter"), ("circle", "everyone")];
        ann.post("/p/maria/people/invitations", &invited).assert_status(303);
        let invitation = app.last_mail_to("cy@example.org");
        assert_holds(&invitation, &format!("If you follow it, {words}"), true);
        assert_holds(&invitation, "the whole of it", holds == "whole");
    }
}

#[test]
fn a_preview_shows_it_so() {
    let (_app, ann, _jo, _bo) = world("only_news");
    let draft = format!("/p/maria/drafts/{}", uuid::Uuid::now_v7());
    let fields =
        [("title", "Back from the ward"), ("body", "She is home."), ("audience", "everyone"), ("revision", "0")];
    ann.post(&draft, &fields).assert_status(303);
    let facts = ann.get(&format!("{draft}/preview")).texts("dl.facts dd");
    assert!(facts.iter().any(|fact| fact == "News on Maria’s page"), "{facts:?}");
    let mail = ann.get(&format!("{draft}/preview/mail"));
    mail.assert_sees("There is news on Maria’s page.").assert_does_not_see("She is home.");
    mail.assert_does_not_see("Back from the ward");
}
