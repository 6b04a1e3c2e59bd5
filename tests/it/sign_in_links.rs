//! Links that sign in, and where one is signed in.

use diesel::prelude::*;
use jiff::SignedDuration;
use tidings::db::schema::{jobs, mail_tokens, people, sessions, sign_ups};

use crate::second_factor::turn_on;
use crate::support::people::PASSWORD;
use crate::support::{Browser, Person, TestApp};

fn link_for(app: &TestApp, person: &Person) -> String {
    app.visitor().post("/sign-in/link", &[("email", &person.email)]).assert_status(200);
    app.last_mail_to(&person.email).link("/sign-in/link/")
}

#[test]
fn a_link_signs_in_once_by_a_press_and_not_by_a_look() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    ann.get("/sign-in").assert_sees("Mail me a link");
    let link = link_for(&app, &ann);
    let phone = app.visitor();
    for _ in 0..3 {
        phone.get(&link).assert_status(200).assert_sees("Sign in as Ann?");
        assert_eq!(phone.head(&link).status, 200);
    }
    phone.get("/account").assert_status(303);
    phone.submit(&link, &[]).assert_sees("You are signed in.");
    phone.get("/account/email").assert_status(200);
    app.visitor().get(&link).assert_status(410);
    app.visitor().post(&link, &[]).assert_status(410);
}

#[test]
fn a_link_ends_after_ten_minutes_and_with_a_new_password() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let late = link_for(&app, &ann);
    app.pass(SignedDuration::from_secs(601));
    app.visitor().get(&late).assert_status(410).assert_sees("ten minutes");
    app.visitor().post(&late, &[]).assert_status(410);
    let outstanding = link_for(&app, &ann);
    ann.post("/account/password", &[("current_password", PASSWORD), ("password", "a kettle on the stove")])
        .assert_status(303);
    app.visitor().post(&outstanding, &[]).assert_status(410);
}

#[test]
fn two_presses_give_one_session() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let link = link_for(&app, &ann);
    let browsers: Vec<Browser> = (0..4).map(|_| app.visitor()).collect();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let all: Vec<_> = browsers.iter().map(|it| scope.spawn(|| it.post(&link, &[]).status)).collect();
        all.into_iter().map(|it| it.join().expect("an answer")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    let count: i64 = app.database(|conn| Ok(sessions::table.count().get_result(conn)?));
    assert_eq!(count, 2, "Ann's own, and the one of the link");
}

#[test]
fn a_link_does_not_stand_for_the_second_step() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let (phone, _) = turn_on(&app, &ann);
    let link = link_for(&app, &ann);
    let visitor = app.visitor();
    visitor.get(&link).assert_sees("Code");
    visitor.post(&link, &[]).assert_status(422).assert_sees("This code is not right");
    visitor.post(&link, &[("code", "000000")]).assert_status(422);
    visitor.get("/account").assert_status(303);
    visitor.post(&link, &[("code", &phone.code(&app))]).assert_status(303);
    visitor.get("/account").assert_status(200);
}

#[test]
fn a_link_takes_the_place_of_somebody_elses_session() {
    let app = TestApp::new();
    let (ann, bill) = (app.account("Ann"), app.account("Bill"));
    let link = link_for(&app, &ann);
    bill.get(&link).assert_sees("You are here as Bill now");
    let before = bill.cookie("tidings-session");
    bill.submit(&link, &[]).assert_sees("Ann");
    let old = app.visitor();
    old.set_cookie("tidings-session", &before.expect("a session"));
    old.get("/account").assert_status(303);
}

/// What a form leaves behind: how many rows of what, how many statements it took, and how long the answer is.
fn work(app: &TestApp, address: &str, fields: &[(&str, &str)]) -> (Vec<String>, [i64; 3], u64, usize) {
    app.run_jobs();
    let rows = || {
        app.database(|conn| {
            let jobs: Vec<String> = jobs::table.order(jobs::id).select(jobs::kind).load(conn)?;
            let sign_ups: i64 = sign_ups::table.count().get_result(conn)?;
            let tokens: i64 = mail_tokens::table.count().get_result(conn)?;
            let people: i64 = people::table.count().get_result(conn)?;
            Ok((jobs, sign_ups, tokens, people))
        })
    };
    let (before, visitor) = (rows(), app.visitor());
    let csrf = visitor.get("/sign-in").csrf();
    let mut fields = fields.to_vec();
    fields.push(("csrf", &csrf));
    let queries = app.app.db.queries_run();
    let answer = visitor.post_raw(address, &fields, &[]);
    answer.assert_status(200);
    let queries = app.app.db.queries_run() - queries;
    let after = rows();
    let new_jobs = after.0[before.0.len()..].to_vec();
    let email = fields.iter().find(|(name, _)| *name == "email").expect("an address").1;
    let rows = [after.1 - before.1, after.2 - before.2, after.3 - before.3];
    (new_jobs, rows, queries, answer.body.replace(email, "").len())
}

#[test]
fn the_work_is_the_same_whoever_has_the_address() {
    for address in ["/sign-up", "/sign-in/link", "/password/reset"] {
        let app = TestApp::new();
        let ann = app.organizer();
        let jo = app.supporter(&ann, "Jo");
        let emails = [ann.email.as_str(), jo.email.as_str(), "nobody.at.all@example.org"];
        let fields = |email| [("name", "Somebody"), ("email", email), ("password", "three quiet herons")];
        let [known, reader, unknown] = emails.map(|email| work(&app, address, &fields(email)));
        assert_eq!(known, unknown, "{address}");
        assert_eq!(reader, unknown, "{address}");
        assert_eq!(unknown.0.len(), 1, "one job for {address}");
        let to_nobody = app.mails_to("nobody.at.all@example.org");
        assert_eq!(to_nobody.len(), usize::from(address == "/sign-up"), "{address}");
        // What was asked for with Ann's address is forgotten with the mail that says so.
        let left: Vec<String> = app.database(|conn| Ok(sign_ups::table.select(sign_ups::email).load(conn)?));
        assert!(!left.contains(&ann.email), "{left:?}");
        let told = app.mails_to(&ann.email).iter().any(|mail| mail.subject == "You have an account already");
        assert_eq!(told, address == "/sign-up", "{address}");
    }
}

#[test]
fn links_are_limited_by_network_and_by_address_without_a_word() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    for _ in 0..5 {
        app.visitor().post("/sign-in/link", &[("email", &ann.email)]).assert_sees("Look into your mail");
    }
    // One of the three of this hour was the mail to confirm the address.
    assert_eq!(app.mails_to(&ann.email).iter().filter(|mail| mail.subject == "Your link to sign in").count(), 2);
    let eve = app.visitor();
    eve.comes_from("203.0.113.9");
    let statuses: Vec<u16> =
        (0..22).map(|n| eve.post("/sign-in/link", &[("email", &format!("person{n}@example.org"))]).status).collect();
    assert!(statuses.starts_with(&[200; 20]) && statuses.ends_with(&[429]), "{statuses:?}");
}

#[test]
fn somebody_sees_where_they_are_signed_in_and_ends_it() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    jo.submit("/p/maria/wishes", &[("message", "Love")]);
    let phone = app.visitor();
    phone.submit(&app.last_mail_to(&ann.email).link("/sign-in/link/"), &[]).assert_status(200);
    let page = ann.get("/account/sessions");
    page.assert_sees("This browser")
        .assert_sees("Reading only, from a link in a mail")
        .assert_sees("With your account");
    assert_eq!(page.count("li.person"), 2);
    let ends = |page: &crate::support::Response| page.attribute("form[action$='/end']", "action").expect("a form");
    let newest = ends(&page);
    // The newest is the phone's. It is nobody else's to end.
    app.account("Eve").post(&newest, &[]).assert_status(404);
    phone.post(&newest, &[]).assert_status(403);
    phone.get("/p/maria").assert_status(200);
    ann.submit(&newest, &[]).assert_sees("That session is ended");
    phone.get("/p/maria").assert_status(404);
    let own = ends(&ann.get("/account/sessions"));
    ann.submit(&own, &[]).assert_sees("You are signed out");
    ann.get("/account").assert_status(303);
}

#[test]
fn signing_out_everywhere_ends_sessions_and_the_links_in_mail() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let ivy = app.invited(&ann, "Ivy", "supporter", "everyone");
    ann.writes("Home", "She is home.");
    let mail = app.last_mail_to(&jo.email);
    let (open, stop) = (mail.link("/sign-in/link/"), mail.link("/unsubscribe/"));
    let taken_up = app.mails_to(&jo.email)[0].link("/invitations/");
    let invitation = app.last_mail_to(&ivy.email).link("/invitations/");
    let phone = app.visitor();
    phone.submit(&open, &[]).assert_status(200);
    // Also who only reads may do it.
    phone.submit("/sign-out/everywhere", &[]).assert_sees("You are signed out everywhere");
    for browser in [&phone, &*jo] {
        browser.get("/p/maria").assert_status(404);
    }
    for link in [&open, &taken_up] {
        app.visitor().get(link).assert_status(410);
        app.visitor().post(link, &[]).assert_status(410);
    }
    app.visitor().get(&stop).assert_status(200);
    app.visitor().get(&invitation).assert_status(200);
    ann.get("/account").assert_status(200);
    app.visitor().post("/sign-out/everywhere", &[]).assert_status(303);
}

#[test]
fn signing_out_everywhere_kills_what_could_let_somebody_back_in() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let link = link_for(&app, &ann);
    app.visitor().post("/password/reset", &[("email", &ann.email)]);
    let reset = app.last_mail_to(&ann.email).link("/password/reset/");
    let other = Person::again(&ann, &app);
    ann.post("/sign-out/everywhere", &[]).assert_status(303);
    other.get("/account").assert_status(303);
    for link in [link, reset] {
        app.visitor().get(&link).assert_status(410);
    }
}
