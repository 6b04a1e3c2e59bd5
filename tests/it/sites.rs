//! Starting a page, inviting people, asking to join, and stopping.

use jiff::SignedDuration;

use crate::support::TestApp;

#[test]
fn a_page_is_live_and_private_at_once() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let page = ann.submit("/pages", &[("first_name", "Zoë"), ("relationship", "her sister"), ("privacy", "invited")]);
    page.assert_status(200).assert_sees("Zoë’s page").assert_sees("Write the first update");
    ann.get("/p/zoe").assert_status(200);
    app.visitor().get("/p/zoe").assert_status(404);
}

#[test]
fn a_taken_address_comes_with_a_suggestion() {
    let app = TestApp::new();
    let ann = app.organizer();
    let fields = [("first_name", "Maria"), ("relationship", "a friend"), ("privacy", "ask"), ("slug", "maria")];
    let page = ann.post("/pages", &fields);
    page.assert_status(422).assert_sees("“maria-2” is free");
    assert_eq!(page.attribute("#slug", "value").as_deref(), Some("maria-2"));
    assert_eq!(page.attribute("#relationship", "value").as_deref(), Some("a friend"));
    // Nothing wished for: we step aside by ourselves.
    let page = ann.submit("/pages", &[("first_name", "Maria"), ("relationship", "a friend"), ("privacy", "ask")]);
    page.assert_status(200);
    ann.get("/p/maria-2").assert_status(200);
}

#[test]
fn the_three_questions_must_be_answered() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let page = ann.post("/pages", &[("first_name", " "), ("relationship", "her sister"), ("privacy", "everyone")]);
    page.assert_status(422).assert_sees("Please write their first name").assert_sees("Please choose who may read");
    assert_eq!(page.attribute("#relationship", "value").as_deref(), Some("her sister"));
}

#[test]
fn addresses_are_invited_in_any_shape_and_bad_ones_come_back() {
    let app = TestApp::new();
    let ann = app.organizer();
    let pasted = "Mum <mum@example.org>, bob@example.org; \"Doe, Jane\" <jane@example.org>\r\n\
                  O'Hara, Zoë <zoe+maria@example.org>;\r\nBill Smith\tbill@example.org\r\n\r\n\
                  jo@bücher.example\r\nMUM@example.org\r\njo@example\r\nAunt Mary\r\n<script>@x.org";
    let page = ann.post("/p/maria/people/invitations", &[("addresses", pasted), ("role", "supporter")]);
    page.assert_status(422).assert_sees("6 people are invited").assert_sees("“jo@example”").assert_sees("“Aunt Mary”");
    let left = page.texts("#addresses").join(" ");
    assert!(left.contains("jo@example") && left.contains("Aunt Mary") && !left.contains("bob"), "{left}");
    app.run_jobs();
    let mut invited: Vec<String> =
        app.mails().into_iter().filter(|mail| mail.subject.contains("invites")).map(|mail| mail.to).collect();
    invited.sort();
    assert_eq!(
        invited,
        [
            "bill@example.org",
            "bob@example.org",
            "jane@example.org",
            "jo@xn--bcher-kva.example",
            "mum@example.org",
            "zoe+maria@example.org"
        ]
    );
    // Nobody is invited twice.
    let again = ann.post("/p/maria/people/invitations", &[("addresses", "Bob <BOB@example.org>")]);
    again.assert_status(200).assert_sees("was invited before");
    assert_eq!(app.mails_to("bob@example.org").len(), 1);
}

#[test]
fn an_invitation_says_who_whom_and_what_and_lets_in_after_one_press() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.invited(&ann, "Jo", "supporter", "everyone");
    let mail = app.last_mail_to(&jo.email);
    assert_eq!(mail.from_name, "Maria’s page");
    assert_eq!(mail.subject, "Ann invites you to Maria’s page");
    for words in ["Dear Jo", "Ann", "Maria’s page", "just reading is", "no account and no password"] {
        assert!(mail.text.contains(words), "{words} not in {}", mail.text);
    }
    let link = mail.link("/invitations/");
    for _ in 0..3 {
        app.visitor().get(&link).assert_status(200).assert_sees("Ann would like you to know how Maria is doing");
        app.visitor().head(&link);
    }
    ann.get("/p/maria/people").assert_sees("Invited, not answered yet");
    jo.submit(&link, &[]).assert_status(200).assert_sees("Maria’s page").assert_sees("Welcome");
    ann.get("/p/maria/people").assert_does_not_see("Invited, not answered yet");
}

#[test]
fn a_link_ends_after_ninety_days_and_with_a_removal() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let bill = app.supporter(&ann, "Bill");
    ann.writes("Home", "She is home.");
    let to_jo = app.last_mail_to(&jo.email).link("/sign-in/link/");
    let to_bill = app.last_mail_to(&bill.email).link("/sign-in/link/");
    app.visitor().get(&to_jo).assert_status(200).assert_sees("Continue as Jo");
    let removal = format!("/p/maria/people/{}/removal", ann.get("/p/maria/people").member_called("jo@example.org"));
    ann.get(&removal).assert_status(200).assert_sees("Remove Jo?");
    jo.get("/p/maria").assert_status(200);
    ann.submit(&removal, &[]).assert_sees("no longer on this page");
    jo.get("/p/maria").assert_status(404);
    app.visitor().get(&to_jo).assert_status(410);
    app.visitor().post(&to_jo, &[]).assert_status(410);
    app.pass(SignedDuration::from_hours(91 * 24));
    app.visitor().post(&to_bill, &[]).assert_status(410).assert_sees("This link is over");
    // Whoever holds it can have a fresh one mailed to the address that it went to.
    let renewal = app.visitor().get(&to_bill).assert_sees("This link is too old").attribute("main form", "action");
    let before = app.mails_to(&bill.email).len();
    app.visitor().head(&to_bill);
    assert_eq!(app.mails_to(&bill.email).len(), before, "looking mails nothing");
    app.visitor().post(&renewal.expect("a form"), &[]).assert_status(200).assert_sees("A fresh link is on its way");
    let fresh = app.last_mail_to(&bill.email).link("/sign-in/link/");
    app.visitor().submit(&fresh, &[]).assert_status(200).assert_sees("She is home.");
}

#[test]
fn a_forwarded_link_says_who_one_would_be() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.writes("Home", "She is home.");
    let link = app.last_mail_to(&jo.email).link("/sign-in/link/");
    let bill = app.account("Bill");
    bill.get(&link).assert_sees("You are continuing as Jo").assert_sees("Bill is signed out").assert_sees("Not Jo?");
    bill.get("/account").assert_status(200).assert_sees("Bill");
    // Who is in already goes straight to the update.
    let straight = jo.get(&link);
    straight.assert_status(303);
    assert!(straight.location().starts_with("/p/maria/updates/"), "{}", straight.location());
}

#[test]
fn somebody_asks_and_is_let_in() {
    let app = TestApp::new();
    let ann = app.organizer_of("ask");
    let jo = app.nobody("Jo");
    let door = jo.get("/p/maria");
    door.assert_status(200).assert_sees("Maria’s page").assert_sees("Ask to join").assert_does_not_see("Ann");
    let bad = jo.post("/p/maria/follow", &[("name", "Jo"), ("email", "jo@"), ("message", "We row together")]);
    bad.assert_status(422);
    assert_eq!(bad.attribute("#message", "value").as_deref(), Some("We row together"));
    let fields = [("name", "Jo"), ("email", jo.email.as_str()), ("message", "We row together")];
    jo.submit("/p/maria/follow", &fields).assert_sees("Your request is with the family");
    assert_eq!(jo.get("/p/maria/follow?asked=yes").count("form[action$=follow]"), 0);
    let mail = app.last_mail_to(&ann.email);
    assert!(mail.text.contains("Jo asks to join") && mail.text.contains("We row together"), "{}", mail.text);
    assert!(app.mails_to(&jo.email).is_empty());
    let people = ann.get("/p/maria/people");
    people.assert_sees("Asking to join").assert_sees("We row together");
    let id = people.member_called("jo@example.org");
    let choice = [("members", id.as_str()), ("circle", "everyone"), ("decision", "in")];
    ann.submit("/p/maria/people/admissions", &choice).assert_sees("let in");
    let link = app.last_mail_to(&jo.email).link("/invitations/");
    jo.submit(&link, &[]).assert_status(200);
}

#[test]
fn somebody_asks_and_is_declined_without_a_word() {
    let app = TestApp::new();
    let ann = app.organizer_of("ask");
    let fields = [("name", "Eve"), ("email", "eve@example.org"), ("message", "")];
    app.visitor().submit("/p/maria/follow", &fields);
    let id = ann.get("/p/maria/people").member_called("eve@example.org");
    let choice = [("members", id.as_str()), ("decision", "decline")];
    ann.submit("/p/maria/people/admissions", &choice).assert_sees("They are not told");
    assert!(app.mails_to("eve@example.org").is_empty());
}

#[test]
fn nobody_learns_by_asking_who_is_known() {
    let app = TestApp::new();
    let ann = app.organizer_of("ask");
    let jo = app.supporter(&ann, "Jo");
    let ask = |email: &str| {
        let visitor = app.visitor();
        let answer = visitor.post("/p/maria/follow", &[("name", "X"), ("email", email)]);
        (answer.status, answer.location())
    };
    assert_eq!(ask(&jo.email), ask("unknown@example.org"));
    jo.get("/p/maria").assert_status(200);
}

#[test]
fn stopping_takes_one_press_and_no_sign_in() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.writes("One", "First.");
    let mail = app.last_mail_to(&jo.email);
    let link = mail.link("/unsubscribe/");
    for _ in 0..3 {
        app.visitor().get(&link).assert_status(200).assert_sees("Stop mail from Maria’s page?");
        app.visitor().head(&link);
    }
    ann.writes("Two", "Second.");
    assert_eq!(app.last_mail_to(&jo.email).subject, "Two");
    app.visitor().post(&link, &[]).assert_status(200).assert_sees("No more mail");
    ann.writes("Three", "Third.");
    assert_eq!(app.last_mail_to(&jo.email).subject, "Two");
    // Reading goes on, and mail can be had again.
    jo.get("/p/maria").assert_sees("Three");
    jo.submit("/p/maria/follow", &[("delivery", "each")]).assert_sees("Saved");
    ann.writes("Four", "Fourth.");
    assert_eq!(app.last_mail_to(&jo.email).subject, "Four");
}

#[test]
fn a_mail_client_stops_mail_with_one_click() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.writes("One", "First.");
    let mail = app.last_mail_to(&jo.email);
    assert!(mail.raw.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{}", mail.raw);
    let link = mail.link("/unsubscribe/");
    assert!(mail.raw.replace("\r\n ", " ").contains(&format!("List-Unsubscribe: <{link}>")), "{}", mail.raw);
    // No cookie, no token, from a mail provider's own servers.
    let provider = [("origin", "https://mail.example.net"), ("sec-fetch-site", "cross-site")];
    app.visitor().post_raw(&link, &[("List-Unsubscribe", "One-Click")], &provider).assert_status(200);
    ann.writes("Two", "Second.");
    assert_eq!(app.last_mail_to(&jo.email).subject, "One");
}

#[test]
fn an_invitation_that_was_stopped_is_not_sent_again() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.invited(&ann, "Jo", "supporter", "everyone");
    let link = app.last_mail_to(&jo.email).link("/unsubscribe/");
    app.visitor().post(&link, &[]).assert_status(200);
    let again = ann.get("/p/maria/people").attribute("form[action$=invitation]", "action").expect("a button");
    ann.post(&again, &[]).assert_status(409).assert_sees("asked for no mail");
    assert_eq!(app.mails_to(&jo.email).len(), 1);
    // Saying yes all the same is wishing to hear.
    let link = app.last_mail_to(&jo.email).link("/invitations/");
    jo.submit(&link, &[]).assert_status(200);
    ann.writes("Home", "She is home.");
    assert_eq!(app.last_mail_to(&jo.email).subject, "Home");
}

#[test]
fn names_cannot_break_out_of_a_mail_or_a_page() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let name = "Maria\r\nBcc: eve";
    ann.post("/pages", &[("first_name", name), ("relationship", "x"), ("privacy", "invited"), ("slug", "maria")]);
    let evil = "\"<script>alert(1)</script> O'Neil\" <o'neil@example.org>";
    ann.post("/p/maria/people/invitations", &[("addresses", evil)]).assert_status(303);
    let page = ann.get("/p/maria/people");
    assert_eq!(page.texts("script").join(""), "");
    page.assert_sees("o'neil@example.org");
    let mail = app.last_mail_to("o'neil@example.org");
    assert!(!mail.raw.lines().any(|line| line.starts_with("Bcc")), "{}", mail.raw);
    assert!(!mail.html.contains("<script"), "{}", mail.html);
}

#[test]
fn a_stranger_cannot_use_up_what_may_be_mailed_to_somebody() {
    let app = TestApp::new();
    let ann = app.organizer();
    let eve = app.account("Eve");
    for _ in 0..5 {
        eve.post("/p/maria/people/invitations", &[("addresses", "jo@example.org")]).assert_status(404);
    }
    ann.post("/p/maria/people/invitations", &[("addresses", "jo@example.org")]).assert_status(303);
}

#[test]
fn what_a_stranger_calls_somebody_does_not_stay() {
    let app = TestApp::new();
    let ann = app.organizer_of("ask");
    let rude = [("name", "A rude word"), ("email", "jo@example.org")];
    app.visitor().submit("/p/maria/follow", &rude);
    ann.post("/p/maria/people/invitations", &[("addresses", "Jo Smith <jo@example.org>")]).assert_status(303);
    let mail = app.last_mail_to("jo@example.org");
    assert!(mail.text.contains("Dear Jo Smith") && !mail.text.contains("rude"), "{}", mail.text);
    // Pasted again without a name, she keeps the one that she has; another family does not rename her.
    ann.post("/p/maria/people/invitations", &[("addresses", "jo@example.org")]);
    ann.get("/p/maria/people").assert_sees("Jo Smith");
    let bea = app.account("Bea");
    bea.post("/pages", &[("first_name", "Cy"), ("relationship", "his wife"), ("privacy", "invited")]);
    bea.post("/p/cy/people/invitations", &[("addresses", "Another Name <jo@example.org>")]);
    ann.get("/p/maria/people").assert_sees("Jo Smith").assert_does_not_see("Another Name");
    bea.get("/p/cy/people").assert_sees("Another Name").assert_does_not_see("Jo Smith");
    // Once she has pressed a link she is called the same everywhere that she has come to, and nowhere else.
    let link = mail.link("/invitations/");
    app.visitor().submit(&link, &[]).assert_status(200);
    ann.get("/p/maria/people").assert_sees("Jo Smith");
    bea.get("/p/cy/people").assert_sees("Another Name").assert_does_not_see("Jo Smith");
    let cara = app.account("Cara");
    cara.post("/pages", &[("first_name", "Di"), ("relationship", "x"), ("privacy", "ask"), ("slug", "di")]);
    app.visitor().submit("/p/di/follow", &[("name", "Whoever"), ("email", "jo@example.org")]);
    cara.get("/p/di/people").assert_sees("Whoever").assert_does_not_see("Jo Smith");
}

#[test]
fn mail_to_a_stranger_holds_no_strangers_words() {
    let app = TestApp::new();
    let eve = app.visitor();
    let advert =
        [("name", "Win at https://evil.example"), ("email", "jo@example.org"), ("password", "a lamp in the window")];
    eve.post("/sign-up", &advert).assert_status(422).assert_sees("A name cannot hold a web");
    let fields = [("name", "Buy my pills"), ("email", "jo@example.org"), ("password", "a lamp in the window")];
    eve.post("/sign-up", &fields).assert_status(200);
    let mail = app.last_mail_to("jo@example.org");
    assert!(!mail.raw.contains("pills"), "{}", mail.raw);
}

#[test]
fn somebody_invited_who_has_an_account_says_yes_on_the_page() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.account("Jo");
    jo.get("/p/maria").assert_status(404);
    ann.post("/p/maria/people/invitations", &[("addresses", &jo.email)]).assert_status(303);
    jo.get("/").assert_sees("You are invited");
    jo.get("/p/maria").assert_status(200).assert_sees("You are invited to follow how Maria is doing");
    jo.submit("/p/maria/follow", &[]).assert_sees("Welcome").assert_sees("Nothing is written yet");
}

#[test]
fn on_a_public_page_everyone_reads_and_who_wants_mail_asks() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    ann.writes("Home", "She is home.");
    let visitor = app.visitor();
    visitor
        .get("/p/maria")
        .assert_sees("She is home.")
        .assert_sees("Follow by e-mail")
        .assert_does_not_see("Send a heart");
    visitor.get("/p/maria/follow").assert_status(200).assert_sees("To get each update by e-mail");
    visitor.submit("/p/maria/follow", &[("name", "Jo"), ("email", "jo@example.org")]).assert_status(200);
    ann.get("/p/maria/people").assert_sees("Asking to join");
}

#[test]
fn nothing_pasted_brings_the_server_down() {
    let app = TestApp::new();
    let ann = app.organizer();
    for list in ["<@>".repeat(15_000), "<".repeat(50_000), "a@b ".repeat(10_000), "(\"<,".repeat(10_000)] {
        let answer = ann.post("/p/maria/people/invitations", &[("addresses", &list)]);
        assert!(answer.status < 500, "{}", answer.status);
    }
    let endless = "x".repeat(70_000);
    ann.post("/p/maria/people/invitations", &[("addresses", &endless)]).assert_status(422);
    ann.get("/p/maria/people").assert_status(200);
}

#[test]
fn one_mailbox_is_one_mailbox_whatever_stands_behind_the_plus() {
    let app = TestApp::new();
    let ann = app.organizer();
    let list: Vec<String> = (0..6).map(|n| format!("bob+{n}@example.org")).collect();
    let page = ann.post("/p/maria/people/invitations", &[("addresses", &list.join("\n"))]);
    page.assert_status(422).assert_sees("3 people are invited").assert_sees("several mails this hour");
}
