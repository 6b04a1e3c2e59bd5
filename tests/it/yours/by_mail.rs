//! Erasing somebody who came by a link in a mail.

use super::erasure::{accepts, erase, every_text, invites};
use crate::support::{Person, TestApp};

#[test]
fn a_link_from_a_mail_erases_nobody_who_has_an_account() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.account("Jo");
    invites(&app, &ann, "maria", &jo, "supporter");
    accepts(&app, &jo);
    ann.writes("Home", "She is home.");
    let tablet = app.visitor();
    tablet.submit(&app.last_mail_to(&jo.email).link("/sign-in/link/"), &[]).assert_sees("Reading as Jo");
    let mails = app.mails().len();
    assert!(tablet.get("/account/erasure").location().starts_with("/sign-in?next="));
    let fields = [("words", "remove"), ("confirmation", "erase")];
    tablet.post("/account/erasure", &fields).assert_status(403);
    app.visitor().post("/account/erasure", &fields).assert_status(403);
    app.run_jobs();
    assert_eq!(app.mails().len(), mails);
    jo.get("/p/maria").assert_status(200);
}

#[test]
fn whoever_has_no_account_is_erased_by_a_link_to_their_address_and_a_press() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    jo.submit("/p/maria/wishes", &[("message", "A wish of Jo")]);
    jo.get("/account/erasure").assert_status(200).assert_sees("Send me the link");
    // What the form for an account says is not enough here.
    erase(&jo, "remove").assert_status(200).assert_sees("Look into your mail");
    jo.get("/p/maria").assert_status(200);
    let link = app.last_mail_to(&jo.email).link("/erasure/");
    let phone = app.visitor();
    for _ in 0..2 {
        phone.get(&link).assert_status(200).assert_sees("Erase what is mine").assert_sees("jo@example.org");
    }
    phone.post(&link, &[("words", "remove"), ("confirmation", "no")]).assert_status(422);
    ann.get("/p/maria").assert_sees("A wish of Jo");
    let page = phone.post(&link, &[("words", "remove"), ("confirmation", "erase")]);
    page.assert_status(303);
    phone.get(&page.location()).assert_sees("What was yours here is erased");
    jo.get("/p/maria").assert_status(404);
    ann.get("/p/maria").assert_does_not_see("A wish of Jo").assert_does_not_see("Jo");
    app.run_jobs();
    assert!(app.mails().iter().all(|mail| mail.to != jo.email));
    for text in every_text(&app) {
        assert!(!text.contains("jo@example.org"), "{text}");
    }
    phone.get(&link).assert_status(410).assert_sees("This link is over");
    phone.post(&link, &[("words", "remove"), ("confirmation", "erase")]).assert_status(410);
}

#[test]
fn a_link_to_be_erased_by_ends_with_its_day_and_with_an_account() {
    let app = TestApp::new();
    let ann = app.organizer();
    let fields = [("words", "keep"), ("confirmation", "erase")];
    let jo = app.supporter(&ann, "Jo");
    erase(&jo, "keep").assert_status(200);
    let link = app.last_mail_to(&jo.email).link("/erasure/");
    app.pass(jiff::SignedDuration::from_hours(25));
    app.visitor().get(&link).assert_status(410);
    app.visitor().post(&link, &fields).assert_status(410);
    let bill = app.supporter(&ann, "Bill");
    erase(&bill, "keep").assert_status(200);
    let link = app.last_mail_to(&bill.email).link("/erasure/");
    app.account("Bill");
    app.visitor().get(&link).assert_status(410);
    app.visitor().post(&link, &fields).assert_status(410);
    // The account that was made ended what was open before; both are still on the page.
    for person in [&jo, &Person::again(&bill, &app)] {
        person.get("/p/maria").assert_status(200);
    }
}

#[test]
fn nobody_can_be_flooded_with_mail_about_their_erasure() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let statuses: Vec<u16> = (0..4).map(|_| erase(&jo, "keep").status).collect();
    assert!(statuses.contains(&429), "{statuses:?}");
    let sent = app.mails_to(&jo.email).into_iter().filter(|mail| mail.subject == "Erase what is yours").count();
    assert!((1..=3).contains(&sent), "{sent}");
}
