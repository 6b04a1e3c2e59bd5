//! Another e-mail address: confirmed from the new one, stopped or taken back from the old one.

use jiff::SignedDuration;

use crate::support::people::PASSWORD;
use crate::support::{Person, TestApp};

const NEW: &str = "ann.new@example.org";

/// Ann asks for another address; answers with the link to confirm it, and the one to stop it.
fn asks(app: &TestApp, ann: &Person, new: &str) -> (String, String) {
    let old = app.database({
        use diesel::prelude::*;
        use tidings::db::schema::people;
        |conn| Ok(people::table.order(people::created_at).select(people::email).first::<String>(conn)?)
    });
    ann.post("/account/email", &[("email", new)]).assert_status(200).assert_sees("Look into your mail");
    (app.last_mail_to(new).link("/email/change/"), app.last_mail_to(&old).link("/email/stop/"))
}

fn signs_in(app: &TestApp, email: &str) -> bool {
    app.visitor().post("/sign-in", &[("email", email), ("password", PASSWORD)]).status == 303
}

#[test]
fn an_address_changes_when_the_new_one_says_so() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let elsewhere = Person::again(&ann, &app);
    app.visitor().post("/sign-in/link", &[("email", &ann.email)]);
    let outstanding = app.last_mail_to(&ann.email).link("/sign-in/link/");
    let (change, _) = asks(&app, &ann, NEW);
    let to_new = app.last_mail_to(NEW);
    assert!(!to_new.text.contains("Ann") && !to_new.text.contains(&ann.email), "{}", to_new.text);
    assert!(app.last_mail_to(&ann.email).text.contains(NEW));
    for _ in 0..2 {
        ann.get(&change).assert_status(200).assert_sees(NEW);
    }
    ann.get("/account").assert_sees(&ann.email);
    ann.submit(&change, &[]).assert_sees("Your new e-mail address is in use").assert_sees(NEW);
    elsewhere.get("/account").assert_status(303);
    app.visitor().post(&outstanding, &[]).assert_status(410);
    assert!(signs_in(&app, NEW) && !signs_in(&app, &ann.email));
    app.visitor().get(&change).assert_status(410);
    ann.post(&change, &[]).assert_status(410);
}

#[test]
fn it_takes_the_mailbox_and_the_account_to_confirm_and_no_more_than_a_day() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let (late, _) = asks(&app, &ann, NEW);
    app.pass(SignedDuration::from_hours(25));
    ann.post(&late, &[]).assert_status(410);
    ann.post("/account/proof", &[("password", PASSWORD)]).assert_status(303);
    let (change, _) = asks(&app, &ann, "ann.other@example.org");
    // Whoever reads the mail and is not signed in is asked to sign in first; somebody else can do nothing with it.
    let stranger = app.visitor();
    assert!(stranger.get(&change).assert_status(303).location().starts_with("/sign-in?next="));
    stranger.post(&change, &[]).assert_status(403);
    let bill = app.account("Bill");
    for answer in [bill.get(&change), bill.post(&change, &[])] {
        answer.assert_status(409).assert_sees("Another account");
    }
    assert_eq!(Person::again(&ann, &app).post(&change, &[]).location(), "/account");
    // The browser that asked is one of those that were signed in with the old address.
    ann.get("/account").assert_status(303);
    assert!(signs_in(&app, "ann.other@example.org"));
}

#[test]
fn a_second_wish_takes_the_place_of_the_first() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let (first, _) = asks(&app, &ann, NEW);
    let (second, _) = asks(&app, &ann, "ann.other@example.org");
    ann.post(&first, &[]).assert_status(410);
    ann.post(&second, &[]).assert_status(303);
    assert!(signs_in(&app, "ann.other@example.org"));
}

#[test]
fn a_link_that_waited_while_something_else_was_asked_for_is_not_mailed() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    ann.post("/account/email", &[("email", NEW)]).assert_status(200);
    ann.post("/account/email", &[("email", "ann.other@example.org")]).assert_status(200);
    assert!(app.mails_to(NEW).is_empty());
    ann.post(&app.last_mail_to("ann.other@example.org").link("/email/change/"), &[]).assert_status(303);
    assert!(signs_in(&app, "ann.other@example.org"));
}

#[test]
fn the_old_address_stops_a_change_before_it_happens() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let (change, stop) = asks(&app, &ann, NEW);
    let owner = app.visitor();
    owner.get(&stop).assert_status(200).assert_sees("Stop the change?");
    ann.get(&change).assert_status(200);
    owner.post(&stop, &[]).assert_status(200).assert_sees("The change is stopped");
    ann.post(&change, &[]).assert_status(410);
    owner.post(&stop, &[]).assert_status(410);
    assert!(signs_in(&app, &ann.email) && !signs_in(&app, NEW));
}

#[test]
fn the_old_address_takes_a_change_back_for_a_week_and_everybody_is_out() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let thief = Person::again(&ann, &app);
    let (change, stop) = asks(&app, &thief, "thief@example.org");
    thief.submit(&change, &[]).assert_status(200);
    // The thief moves on to another address, so that taking the first change back could be taken back in turn.
    thief.post("/account/email", &[("email", "thief.too@example.org")]).assert_status(200);
    let further = app.last_mail_to("thief.too@example.org").link("/email/change/");
    let counter = app.last_mail_to("thief@example.org").link("/email/stop/");
    thief.submit(&further, &[]).assert_status(200);
    thief.post("/password/reset", &[("email", "thief.too@example.org")]);
    let reset = app.last_mail_to("thief.too@example.org").link("/password/reset/");
    app.pass(SignedDuration::from_hours(6 * 24));
    let owner = app.visitor();
    owner.get(&stop).assert_sees("Take the change back?");
    owner.post(&stop, &[]).assert_status(200).assert_sees("You have your address back");
    thief.get("/account").assert_status(303);
    for link in [&counter, &reset] {
        app.visitor().post(link, &[("password", "a kettle on the stove")]).assert_status(410);
    }
    app.visitor().get(&further).assert_status(410);
    // Nor does the password lead in that the thief knows: a mail leads to a new one.
    assert!(!signs_in(&app, &ann.email));
    let mine = app.last_mail_to(&ann.email).link("/password/reset/");
    owner.post(&mine, &[("password", "a kettle on the stove")]).assert_status(303);
    owner.get("/account").assert_sees(&ann.email);
    assert!(!signs_in(&app, "thief.too@example.org"));
}

#[test]
fn the_old_address_cannot_be_kept_occupied_by_inviting_it() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (change, stop) = asks(&app, &ann, NEW);
    ann.submit(&change, &[]).assert_status(200);
    ann.post("/p/maria/people/invitations", &[("addresses", &ann.email)]).assert_status(303);
    app.visitor().post(&stop, &[]).assert_sees("You have your address back");
    let owner = app.visitor();
    let reset = app.last_mail_to(&ann.email).link("/password/reset/");
    owner.post(&reset, &[("password", "a kettle on the stove")]).assert_status(303);
    owner.get("/p/maria/people").assert_status(200);
}

#[test]
fn after_a_week_a_change_is_not_taken_back() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let (change, stop) = asks(&app, &ann, NEW);
    ann.submit(&change, &[]).assert_status(200);
    app.pass(SignedDuration::from_hours(7 * 24 + 1));
    app.visitor().post(&stop, &[]).assert_status(410);
    assert!(signs_in(&app, NEW));
}

#[test]
fn an_address_of_somebody_else_is_refused_only_once_it_is_confirmed() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let bill = app.account("Bill");
    let asked = |email: &str| {
        let page = ann.post("/account/email", &[("email", email)]);
        (page.status, page.body.replace(email, "somebody").replace(&ann.get("/account").csrf(), "").len())
    };
    assert_eq!(asked(&bill.email), asked("xill@example.org"));
    ann.post("/account/email", &[("email", &bill.email)]).assert_status(200);
    let change = app.last_mail_to(&bill.email).link("/email/change/");
    ann.post(&change, &[]).assert_status(409).assert_sees("Another person here has the address");
    ann.get("/account").assert_sees(&ann.email);
    bill.get("/account").assert_status(200).assert_sees(&bill.email);
    ann.post("/account/email", &[("email", &ann.email.to_uppercase())]).assert_status(422);
    ann.post("/account/email", &[("email", "no address")]).assert_status(422).assert_sees("has an @ in it");
}

#[test]
fn changes_of_address_are_limited_by_the_person_and_by_the_address_written_to() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let statuses: Vec<u16> =
        (0..7).map(|_| ann.post("/account/email", &[("email", "victim@example.org")]).status).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429, 429]);
    // Each change takes the place of the one before it, and its mail with it.
    assert!(app.mails_to("victim@example.org").len() <= 3);
}

#[test]
fn a_name_is_changed_and_checked() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    ann.submit("/account/name", &[("name", "Anna Lee")]).assert_sees("Your name is saved").assert_sees("Anna Lee");
    let page = ann.post("/account/name", &[("name", "www.evil.example")]);
    page.assert_status(422).assert_sees("A name cannot hold");
    assert_eq!(page.attribute("#name", "value").as_deref(), Some("www.evil.example"));
}
