//! The people on a page: roles, handing over, letting in, naming others, blocking.

use crate::support::{Browser, Person, TestApp};

/// The address of a member's own page.
fn member(organizer: &Browser, name: &str) -> String {
    format!("/p/maria/people/{}", organizer.get("/p/maria/people").member_called(name))
}

/// Somebody with an account who was invited as something, and has said yes.
fn joined(app: &TestApp, ann: &Person, name: &str, role: &str) -> Person {
    let person = app.account(name);
    let fields = [("addresses", person.email.as_str()), ("role", role)];
    ann.post("/p/maria/people/invitations", &fields).assert_status(303);
    person.submit("/p/maria/follow", &[]).assert_status(200);
    person
}

#[test]
fn a_co_author_writes_under_their_own_name_and_changes_only_their_own() {
    let app = TestApp::new();
    let ann = app.organizer();
    let cleo = joined(&app, &ann, "Cleo", "co-author");
    let jo = app.supporter(&ann, "Jo");
    let anns = ann.writes("From Ann", "She is home.");
    let cleos = cleo.writes("From Cleo", "She ate soup.");
    jo.get(&cleos).assert_sees("by Cleo, for Maria");
    assert!(app.last_mail_to(&jo.email).text.contains("Cleo, for Maria"));
    cleo.post(&format!("{cleos}/edit"), &[("body", "She ate two soups."), ("audience", "everyone")]).assert_status(303);
    for end in ["edit", "deletion"] {
        cleo.get(&format!("{anns}/{end}")).assert_status(404);
        cleo.post(&format!("{anns}/{end}"), &[("body", "x"), ("audience", "everyone")]).assert_status(404);
    }
    ann.post(&format!("{cleos}/edit"), &[("body", "She ate."), ("audience", "everyone")]).assert_status(303);
    jo.get(&cleos).assert_sees("She ate.").assert_sees("by Cleo, for Maria");
    // Once she may not write any more, what she wrote is not hers to change.
    ann.post(&format!("{}/role", member(&ann, "cleo@")), &[("role", "supporter"), ("circle", "everyone")]);
    cleo.get(&format!("{cleos}/edit")).assert_status(404);
    cleo.post("/p/maria/updates", &[("body", "x")]).assert_status(404);
}

#[test]
fn the_person_the_page_is_about_writes_under_their_name_alone() {
    let app = TestApp::new();
    let ann = app.organizer();
    let maria = joined(&app, &ann, "Maria", "co-author");
    let address = member(&ann, "maria@");
    let fields = [("role", "co-author"), ("circle", "family"), ("about", "yes")];
    ann.post(&format!("{address}/role"), &fields).assert_status(303);
    let update = maria.writes("Hello", "It is me.");
    ann.get(&update).assert_sees("by Maria").assert_does_not_see("Maria, for Maria");
    // Taken off the page, she is not what it is about any more.
    ann.post(&format!("{address}/removal"), &[]).assert_status(303);
    ann.get(&update).assert_sees("by Maria, for Maria");
}

#[test]
fn the_last_organizer_cannot_leave_without_a_successor() {
    let app = TestApp::new();
    let ann = app.organizer();
    let bill = app.supporter(&ann, "Bill");
    let me = member(&ann, "ann@");
    for (address, fields) in [
        ("/p/maria/departure".to_owned(), [("stay", ""), ("successor", "")]),
        ("/p/maria/departure".to_owned(), [("stay", "supporter"), ("successor", "")]),
        (format!("{me}/removal"), [("stay", ""), ("successor", "")]),
        (format!("{me}/role"), [("role", "supporter"), ("circle", "everyone")]),
    ] {
        ann.post(&address, &fields).assert_status(409).assert_sees("only organizer");
    }
    ann.get("/p/maria/people").assert_status(200);
    // Nobody who is not on the page can be the successor, and nobody hands over what is not theirs.
    let ivy = app.invited(&ann, "Ivy", "supporter", "everyone");
    let ivys = member(&ann, &ivy.email).rsplit('/').next().expect("an id").to_owned();
    ann.post("/p/maria/departure", &[("stay", ""), ("successor", &ivys)]).assert_status(409);
    let bills = member(&ann, &bill.email).rsplit('/').next().expect("an id").to_owned();
    // Nor can somebody who could not organize it: a link in a mail is not enough for that.
    let hand_over = [("stay", "supporter"), ("successor", bills.as_str())];
    ann.post("/p/maria/departure", &hand_over).assert_status(409).assert_sees("They have no account yet");
    bill.get("/p/maria/people").assert_status(404);
    bill.post("/sign-up", &[("name", "Bill"), ("email", &bill.email), ("password", "a lamp in the window")]);
    bill.post(&app.last_mail_to(&bill.email).link("/email/confirm/"), &[]).assert_status(303);
    let page = ann.submit("/p/maria/departure", &hand_over);
    page.assert_sees("in other hands now").assert_does_not_see("Write an update");
    ann.get("/p/maria/people").assert_status(404);
    // Bill is told, and the mail leads to where he signs in.
    let mail = app.last_mail_to(&bill.email);
    assert_eq!(mail.subject, "You can organize Maria’s page now");
    app.visitor().get(&mail.link("/sign-in?next=")).assert_status(200);
    bill.get("/p/maria/people").assert_status(200);
}

#[test]
fn of_two_organizers_who_leave_at_once_one_stays() {
    let app = TestApp::new();
    let ann = app.organizer();
    let cleo = joined(&app, &ann, "Cleo", "organizer");
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let leaving: Vec<_> = [&ann, &cleo]
            .into_iter()
            .map(|person| scope.spawn(move || person.post("/p/maria/departure", &[("stay", "")]).status))
            .collect();
        leaving.into_iter().map(|it| it.join().expect("an answer")).collect()
    });
    assert!(statuses.contains(&303) && statuses.contains(&409), "{statuses:?}");
    let left = "SELECT COUNT(*) AS count FROM members WHERE role = 'organizer' AND state = 'active'";
    assert_eq!(app.count(left), 1);
}

#[test]
fn a_supporter_leaves_and_their_links_are_dead() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.writes("Home", "She is home.");
    let link = app.last_mail_to(&jo.email).link("/sign-in/link/");
    jo.get("/p/maria/departure").assert_sees("Leave Maria’s page?");
    jo.submit("/p/maria/departure", &[("stay", "organizer")]).assert_status(200);
    jo.get("/p/maria/people").assert_status(404);
    jo.submit("/p/maria/departure", &[("stay", "")]).assert_sees("You have left the page");
    jo.get("/p/maria").assert_status(404);
    app.visitor().get(&link).assert_status(410);
}

#[test]
fn many_are_let_in_or_declined_at_once() {
    let app = TestApp::new();
    let ann = app.organizer_of("ask");
    ann.writes_for("For us", "Come on Sunday.", "family");
    for name in ["Una", "Vic", "Wes", "Xia"] {
        let email = format!("{}@example.org", name.to_lowercase());
        app.visitor().submit("/p/maria/follow", &[("name", name), ("email", &email), ("message", "From choir")]);
    }
    let asking = app.mails_to(&ann.email).into_iter().filter(|mail| mail.text.contains("asks to join")).count();
    assert_eq!(asking, 1, "one gathered mail");
    let people = ann.get("/p/maria/people");
    let id = |name: &str| people.member_called(name);
    let decide = |members: &[&str], circle: &str, decision: &str| {
        let mut fields: Vec<(&str, &str)> = members.iter().map(|member| ("members", *member)).collect();
        fields.extend([("circle", circle), ("decision", decision)]);
        ann.post("/p/maria/people/admissions", &fields)
    };
    decide(&[], "everyone", "in").assert_status(422).assert_sees("choose at least one person");
    decide(&[&id("una@"), &id("vic@")], "family", "in").assert_status(303);
    decide(&[&id("wes@"), &id("xia@")], "everyone", "decline").assert_status(303);
    for declined in ["wes@example.org", "xia@example.org"] {
        assert!(app.mails_to(declined).is_empty());
    }
    for let_in in ["una@example.org", "vic@example.org"] {
        let link = app.last_mail_to(let_in).link("/invitations/");
        app.visitor().submit(&link, &[]).assert_sees("Come on Sunday.");
    }
    // Deciding once more changes nothing.
    decide(&[&id("una@")], "everyone", "decline").assert_status(303);
    ann.get("/p/maria/people").assert_sees("una@example.org").assert_does_not_see("Asking to join");
}

#[test]
fn whoever_a_member_names_waits_for_an_organizer() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let named = [("name", "Kim"), ("email", "kim@example.org")];
    jo.get("/p/maria/suggestions").assert_sees("The family is asked first");
    let bad = jo.post("/p/maria/suggestions", &[("name", "Kim"), ("email", "kim@")]);
    assert_eq!(bad.assert_status(422).attribute("#name", "value").as_deref(), Some("Kim"));
    jo.submit("/p/maria/suggestions", &named).assert_sees("Thank you");
    assert!(app.mails_to("kim@example.org").is_empty(), "nobody is written to without a yes");
    assert!(app.last_mail_to(&ann.email).text.contains("Kim"));
    let people = ann.get("/p/maria/people");
    people.assert_sees("named by Jo");
    let id = people.member_called("kim@example.org");
    ann.post("/p/maria/people/admissions", &[("members", &id), ("circle", "everyone"), ("decision", "in")]);
    let link = app.last_mail_to("kim@example.org").link("/invitations/");
    app.visitor().submit(&link, &[]).assert_status(200);
    // The answer does not tell who is on the page.
    jo.submit("/p/maria/suggestions", &named).assert_sees("Thank you");
    // Where members invite by themselves, the mail goes at once and says from whom.
    let settings = [("first_name", "Maria"), ("supporter_invitations", "free")];
    ann.post("/p/maria/settings", &settings).assert_status(303);
    jo.submit("/p/maria/suggestions", &[("name", "Lou"), ("email", "lou@example.org")]);
    assert_eq!(app.last_mail_to("lou@example.org").subject, "Jo invites you to Maria’s page");
    // Where they may not, there is nothing.
    let settings = [("first_name", "Maria"), ("supporter_invitations", "none")];
    ann.post("/p/maria/settings", &settings).assert_status(303);
    jo.get("/p/maria/suggestions").assert_status(404);
    jo.post("/p/maria/suggestions", &named).assert_status(404);
    jo.get("/p/maria").assert_does_not_see("Who else should hear?");
}

#[test]
fn a_blocked_person_is_a_stranger_and_hears_nothing() {
    let app = TestApp::new();
    let ann = app.organizer_of("ask");
    let bob = app.supporter(&ann, "Bob");
    ann.writes("Home", "She is home.");
    let mail = app.last_mail_to(&bob.email);
    let before = app.mails_to(&bob.email).len();
    let address = member(&ann, &bob.email);
    ann.get(&format!("{address}/block")).assert_sees("Block Bob?");
    bob.get("/p/maria").assert_sees("She is home.");
    ann.submit(&format!("{address}/block"), &[]).assert_sees("They are not told");
    let stranger = app.visitor();
    assert_eq!(bob.get("/p/maria").texts("main h1, main p, main label"), {
        let door = stranger.get("/p/maria");
        let mut seen = door.texts("main h1, main p, main label");
        // Whoever is known is not asked for their name.
        seen.retain(|text| {
            !["Your name", "E-mail address", "As the family knows you.", "Updates will come here."]
                .contains(&text.as_str())
        });
        seen.iter().map(|text| text.replace(" Or sign in.", "")).collect::<Vec<_>>()
    });
    app.visitor().get(&mail.link("/sign-in/link/")).assert_status(410);
    app.visitor().post(&mail.link("/sign-in/link/"), &[]).assert_status(410);
    ann.writes("Later", "Not for Bob.");
    // Asking is answered as to anybody, and nobody hears of it.
    bob.submit("/p/maria/follow", &[("message", "Let me in")]).assert_sees("Your request is with the family");
    let anns = app.mails_to(&ann.email).len();
    app.visitor()
        .submit("/p/maria/follow", &[("name", "Bob"), ("email", &bob.email), ("message", "Let me in")])
        .assert_sees("Your request is with the family");
    assert_eq!(app.mails_to(&ann.email).len(), anns);
    assert_eq!(app.mails_to(&bob.email).len(), before, "told nothing");
    ann.post("/p/maria/people/invitations", &[("addresses", &bob.email)]).assert_sees("is blocked on this page");
    assert_eq!(app.mails_to(&bob.email).len(), before);
    // Unblocked, they are a stranger who can be invited.
    ann.post(&format!("{address}/unblocking"), &[]).assert_status(303);
    ann.post("/p/maria/people/invitations", &[("addresses", &bob.email)]).assert_status(303);
    assert_eq!(app.mails_to(&bob.email).len(), before + 1);
}

#[test]
fn what_a_blocked_person_wrote_is_hidden_everywhere_and_can_be_shown_again() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (bob, jo) = (joined(&app, &ann, "Bob", "co-author"), app.supporter(&ann, "Jo"));
    let update = ann.writes("Home", "She is home.");
    app.run_jobs();
    bob.submit("/p/maria/wishes", &[("message", "A wish of Bob")]);
    bob.submit(&format!("{update}/comments"), &[("message", "A comment of Bob")]);
    jo.submit(&format!("{update}/comments"), &[("message", "A comment of Jo")]);
    bob.post(&format!("{update}/reactions"), &[("kind", "heart")]).assert_status(303);
    let bobs = bob.writes("From Bob", "Words of Bob.");
    jo.get("/p/maria").assert_sees("A wish of Bob").assert_sees("A comment of Bob").assert_sees("Words of Bob");
    let comments = |count: i64| {
        let stored = app.count("SELECT CAST(SUM(comment_count) AS BIGINT) AS count FROM updates");
        assert_eq!(stored, count);
    };
    comments(2);
    let address = member(&ann, &bob.email);
    ann.post(&format!("{address}/block"), &[("hide", "yes")]).assert_status(303);
    for place in ["/p/maria", "/p/maria/wishes", &update] {
        jo.get(place).assert_does_not_see("of Bob").assert_does_not_see("Hearts from");
    }
    jo.get(&update).assert_sees("A comment of Jo");
    jo.get(&bobs).assert_status(404);
    ann.get(&bobs).assert_sees("For organizers only");
    comments(1);
    // What organizers had not been told of yet is not told now.
    app.run_jobs();
    app.pass(jiff::SignedDuration::from_hours(2));
    app.run_jobs();
    let told = |mail: &crate::support::mailbox::Mail| {
        mail.text.contains("A wish of Bob") || mail.text.contains("A comment of Bob")
    };
    assert!(!app.mails_to(&ann.email).iter().any(told));
    ann.post(&format!("{address}/unblocking"), &[("show", "yes")]).assert_status(303);
    jo.get("/p/maria").assert_sees("A wish of Bob").assert_sees("A comment of Bob");
    comments(2);
}

#[test]
fn nobody_blocks_themselves_or_the_last_organizer() {
    let app = TestApp::new();
    let ann = app.organizer();
    ann.post(&format!("{}/block", member(&ann, "ann@")), &[]).assert_status(409);
    let cleo = joined(&app, &ann, "Cleo", "organizer");
    cleo.post(&format!("{}/block", member(&ann, "ann@")), &[]).assert_status(303);
    ann.get("/p/maria").assert_status(404);
    cleo.get("/p/maria/people").assert_status(200);
}

#[test]
fn a_reader_without_an_account_says_what_they_are_called() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    jo.submit("/p/maria/wishes", &[("message", "Love")]);
    let bad = jo.post("/p/maria/follow/name", &[("name", " ")]);
    bad.assert_status(422).assert_sees("Please write your name");
    jo.submit("/p/maria/follow/name", &[("name", "Aunt Johanna")]).assert_sees("Saved");
    ann.get("/p/maria").assert_sees("Aunt Johanna");
    // Whoever has an account does it there, and not with a link from a mail.
    ann.writes("Home", "She is home.");
    let link = app.last_mail_to(&jo.email).link("/sign-in/link/");
    jo.post("/sign-up", &[("name", "Johanna"), ("email", &jo.email), ("password", "a lamp in the window")]);
    jo.post(&app.last_mail_to(&jo.email).link("/email/confirm/"), &[]).assert_status(303);
    app.visitor().post(&link, &[]).assert_status(410);
    ann.writes("News", "She ate.");
    let found = app.visitor();
    found.submit(&app.last_mail_to(&jo.email).link("/sign-in/link/"), &[]).assert_status(200);
    found.post("/p/maria/follow/name", &[("name", "Mallory")]).assert_status(404);
    found.get("/p/maria/follow").assert_does_not_see("Your name");
}
