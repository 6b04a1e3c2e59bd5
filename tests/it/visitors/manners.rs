//! What the family has chosen about words holds for those of visitors, too.

use jiff::SignedDuration;

use super::{confirmed, leaves, link_to, rows, send};
use crate::calm::{chooses, decides, gathered, id_of};
use crate::support::TestApp;

const NEWS: &str = "/p/maria/encouragement/new";

#[test]
fn words_of_visitors_wait_as_words_of_members_do() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    chooses(&ann, &[("holds_new", "yes"), ("unwanted_words", "battle")]);
    let vera = confirmed(&app, "Vera", "vera@example.org", "Pale blue words");
    let link = link_to(&app, "vera@example.org");
    vera.get(&link)
        .assert_sees("Your words are with the family. Others will see them when the family has had a moment");
    for place in ["/p/maria", "/p/maria/wishes"] {
        app.visitor().get(place).assert_does_not_see("Pale blue");
    }
    vera.get("/p/maria/wishes").assert_sees("Pale blue words").assert_sees("Only you see this yet");
    let mails = gathered(&app, &ann);
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert!(mail.subject.starts_with("Something waits for you") && !mail.raw.contains("Pale blue"), "{}", mail.text);
    ann.get(NEWS).assert_sees("The first words of Vera here.");
    decides(&ann, "show", "Pale blue words");
    vera.get(&link).assert_sees("Your words are with the family. No reply");
    app.visitor().get("/p/maria/wishes").assert_sees("Pale blue words").assert_sees("Vera visitor");
    // Known by now; but what is never to be shown is not.
    leaves(&app, &vera, "/p/maria", &[("message", "Second words")]).assert_status(303);
    leaves(&app, &vera, "/p/maria", &[("message", "Win this battle")]).assert_status(303);
    app.visitor().get("/p/maria/wishes").assert_sees("Second words").assert_does_not_see("Win this");
    let news = ann.get(NEWS);
    news.assert_sees("They hold “battle”");
    // Blocking leads to who that is.
    let entry = ann.get(&format!("/p/maria/wishes/{}/block", id_of(&news, "Win this"))).assert_status(303).location();
    ann.get(&entry).assert_sees("vera@example.org");
    ann.submit(&format!("{entry}/block"), &[]);
    ann.get(NEWS).assert_does_not_see("Win this");
    let id = ann.get("/p/maria/people").member_called("vera@example.org");
    ann.submit(&format!("/p/maria/people/{id}/unblocking"), &[("show", "yes")]);
    app.visitor().get("/p/maria/wishes").assert_sees("Second words").assert_does_not_see("Win this");
}

#[test]
fn what_a_visitor_calls_themselves_is_judged_with_the_words() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    chooses(&ann, &[("unwanted_words", "battle")]);
    confirmed(&app, "Battle Spam", "vera@example.org", "Kind words");
    app.visitor().get("/p/maria/wishes").assert_does_not_see("Kind words");
    ann.get(NEWS).assert_sees("They hold “battle”");
}

#[test]
fn words_to_begin_with_and_hints_are_for_visitors_as_for_everybody() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let home = ann.writes("Home", "She is home.");
    let vera = confirmed(&app, "Vera", "vera@example.org", "Pale blue words");
    let edit = format!("/p/maria/wishes/{}/edit", id_of(&ann.get("/p/maria/wishes"), "Pale blue words"));
    for (fields, prompts, hints) in [
        (vec![("prompts", "yes"), ("hints", "yes")], true, 1),
        (vec![("hints", "yes")], false, 1),
        (vec![("prompts", "yes")], true, 0),
        (vec![], false, 0),
    ] {
        chooses(&ann, &fields);
        for (who, place) in [(&app.visitor(), "/p/maria"), (&vera, "/p/maria/wishes"), (&vera, "/p/maria/visits")] {
            let form = who.get(place);
            assert_eq!(form.count(".visitor-form [data-prompt]") > 0, prompts, "{place} {fields:?}");
            assert_eq!(form.count(".visitor-form [data-hints]"), hints, "{place} {fields:?}");
            assert_eq!(form.count(".visitor-form input[type=file]"), 0);
        }
        let form = vera.get(&home);
        assert_eq!(form.count(".visitor-form [data-prompt]"), 0, "for a comment there are none");
        assert_eq!(form.count(".visitor-form [data-hints]"), hints, "{fields:?}");
        assert_eq!(vera.get(&edit).assert_status(200).count("form [data-hints]"), hints, "{fields:?}");
    }
}

#[test]
fn where_comments_are_closed_visitors_leave_none_and_lose_no_word() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let home = ann.writes("Home", "She is home.");
    let vera = app.visitor();
    let fields = [("name", "Vera"), ("email", "vera@example.org"), ("message", "A comment of mine")];
    leaves(&app, &vera, &home, &fields).assert_status(200).assert_sees("One press is left");
    let link = link_to(&app, "vera@example.org");
    let form = vera.get(&home);
    app.pass(SignedDuration::from_secs(20));
    ann.submit(&format!("{home}/comments/closing"), &[("message", "Let us keep this one quiet.")]);
    let page = vera.get(&home);
    page.assert_sees("Let us keep this one quiet.");
    assert_eq!(page.count(".visitor-form"), 0);
    assert_eq!(vera.get("/p/maria").count("a[href$='#comment']"), 0);
    let refused = send(&vera, &form, &fields);
    refused.assert_status(422).assert_sees("Let us keep this one quiet.");
    assert_eq!(refused.texts("#message"), ["A comment of mine"]);
    assert_eq!(rows(&app, "wishes"), 1);
    // What waits for its press is given back; later it is right again.
    vera.get(&link).assert_status(410).assert_sees("A comment of mine");
    vera.post(&link, &[]).assert_status(303);
    app.visitor().get(&home).assert_does_not_see("A comment of mine");
    ann.submit(&format!("{home}/comments/opening"), &[]);
    vera.submit(&link, &[]).assert_sees("Thank you");
    app.visitor().get(&home).assert_sees("A comment of mine");
}
