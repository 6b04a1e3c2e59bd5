//! Signing up, in and out; passwords and sessions.

use jiff::SignedDuration;

use crate::support::TestApp;
use crate::support::people::PASSWORD;

#[test]
fn somebody_signs_up_confirms_signs_out_and_in() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    ann.get("/").assert_sees("Your pages").assert_sees("Ann");
    ann.submit("/sign-out", &[]).assert_sees("You are signed out");
    ann.get("/account").assert_status(303);
    ann.sign_in().get("/account").assert_status(200).assert_sees("ann@example.org");
}

#[test]
fn an_address_is_confirmed_by_a_press_and_not_by_a_look() {
    let app = TestApp::new();
    let ann = app.nobody("Ann");
    let fields = [("name", "Ann"), ("email", ann.email.as_str()), ("password", PASSWORD)];
    ann.post("/sign-up", &fields).assert_sees("Look into your mail");
    let link = app.last_mail_to(&ann.email).link("/email/confirm/");
    for _ in 0..3 {
        ann.get(&link).assert_status(200).assert_sees("Confirm my address");
        assert_eq!(ann.head(&link).status, 200);
    }
    ann.post("/sign-in", &[("email", &ann.email), ("password", PASSWORD)]).assert_status(422);
    ann.post(&link, &[]).assert_status(303);
    ann.get("/account").assert_status(200);
    // Once, and then no more.
    app.visitor().get(&link).assert_status(410);
}

#[test]
fn a_stranger_who_presses_the_button_gives_nobody_an_account() {
    let app = TestApp::new();
    let eve = app.nobody("Eve");
    eve.post("/sign-up", &[("name", "Eve"), ("email", "jo@example.org"), ("password", "known to eve")]);
    let link = app.last_mail_to("jo@example.org").link("/email/confirm/");
    let jo = app.visitor();
    jo.get(&link).assert_sees("Password");
    jo.post(&link, &[]).assert_status(422);
    eve.post("/sign-in", &[("email", "jo@example.org"), ("password", "known to eve")]).assert_status(422);
}

#[test]
fn a_link_to_confirm_ends_after_two_days() {
    let app = TestApp::new();
    let ann = app.nobody("Ann");
    ann.post("/sign-up", &[("name", "Ann"), ("email", &ann.email), ("password", PASSWORD)]);
    let link = app.last_mail_to(&ann.email).link("/email/confirm/");
    app.pass(SignedDuration::from_hours(49));
    ann.post(&link, &[]).assert_status(410).assert_sees("This link is over");
}

#[test]
fn nothing_tells_whether_an_address_has_an_account() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let answer = |address: &str, fields: &[(&str, &str)]| {
        let visitor = app.visitor();
        let response = visitor.post(address, fields);
        let email = fields.iter().find(|(name, _)| *name == "email").expect("an address").1;
        let csrf = visitor.get("/sign-in").csrf();
        (response.status, response.body.replace(email, "somebody").replace(&csrf, "token").len())
    };
    for address in ["/sign-up", "/password/reset", "/sign-in"] {
        let known = answer(address, &[("name", "Ann"), ("email", &ann.email), ("password", "three quiet herons")]);
        let unknown =
            answer(address, &[("name", "Ann"), ("email", "xyz@example.org"), ("password", "three quiet herons")]);
        assert_eq!(known, unknown, "{address}");
    }
    let mail = app.last_mail_to(&ann.email);
    assert_eq!(mail.subject, "Set a new password");
    assert!(app.mails_to(&ann.email).iter().any(|mail| mail.subject == "You have an account already"));
}

#[test]
fn a_sign_up_form_comes_back_with_what_was_written() {
    let app = TestApp::new();
    let page = app.visitor().post("/sign-up", &[("name", "Zoë O'Hara"), ("email", "zoe@"), ("password", "short")]);
    page.assert_status(422).assert_sees("Please check this").assert_sees("at least 8 characters");
    assert_eq!(page.attribute("#name", "value").as_deref(), Some("Zoë O'Hara"));
    assert_eq!(page.attribute("#email", "value").as_deref(), Some("zoe@"));
    assert_eq!(page.attribute("#password", "value").as_deref(), Some(""));
    assert_eq!(page.attribute("#email", "aria-describedby").as_deref(), Some("email-error email-hint"));
    assert!(app.mails().is_empty());
}

#[test]
fn a_new_password_ends_every_session() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let elsewhere = crate::support::Person::again(&ann, &app);
    let before = ann.cookie("tidings-session");
    let wrong = [("current_password", "not this"), ("password", "a kettle on the stove")];
    ann.post("/account/password", &wrong).assert_status(422).assert_sees("not your password");
    let right = [("current_password", PASSWORD), ("password", "a kettle on the stove")];
    ann.submit("/account/password", &right).assert_status(200).assert_sees("Your password is changed");
    assert_ne!(ann.cookie("tidings-session"), before);
    elsewhere.get("/account").assert_status(303);
    let thief = app.visitor();
    thief.set_cookie("tidings-session", &before.expect("a session"));
    thief.get("/account").assert_status(303);
}

#[test]
fn a_forgotten_password_is_set_anew_by_mail_once() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let phone = app.visitor();
    phone.post("/password/reset", &[("email", "Ann@Example.org")]).assert_sees("Look into your mail");
    let link = app.last_mail_to(&ann.email).link("/password/reset/");
    phone.get(&link).assert_status(200);
    phone.post(&link, &[("password", "short")]).assert_status(422);
    phone.submit(&link, &[("password", "a kettle on the stove")]).assert_status(200);
    ann.get("/account").assert_status(303);
    app.visitor().get(&link).assert_status(410);
    app.visitor().post("/sign-in", &[("email", &ann.email), ("password", PASSWORD)]).assert_status(422);
    phone.post("/password/reset", &[("email", &ann.email)]);
    let late = app.last_mail_to(&ann.email).link("/password/reset/");
    app.pass(SignedDuration::from_mins(61));
    phone.get(&late).assert_status(410);
}

#[test]
fn a_session_ends_after_ninety_days() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    app.pass(SignedDuration::from_hours(89 * 24));
    ann.get("/account").assert_status(200);
    app.pass(SignedDuration::from_hours(2 * 24));
    ann.get("/account").assert_status(303);
}

#[test]
fn only_hashes_of_secrets_are_stored() {
    use diesel::prelude::*;
    use tidings::db::schema::{people, sessions};
    let app = TestApp::new();
    let ann = app.account("Ann");
    let token = ann.cookie("tidings-session").expect("a session");
    let (stored, password): (Vec<u8>, Option<String>) = app.database(|conn| {
        let stored = sessions::table.select(sessions::token_hash).first(conn)?;
        let password = people::table.select(people::password_hash).first(conn)?;
        Ok((stored, password))
    });
    assert_ne!(stored, token.as_bytes());
    assert_eq!(stored.len(), 32);
    assert!(password.expect("a hash").starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
}

#[test]
fn a_password_is_hashed_again_when_the_cost_changes() {
    use diesel::prelude::*;
    use tidings::db::schema::people;
    let app = TestApp::with(&[("TIDINGS_PASSWORD_PASSES", "3")]);
    let ann = app.account("Ann");
    let old = app.wait_for(
        tidings::secrets::password::Hasher::new(tidings::config::PasswordCost::default())
            .expect("a hasher")
            .hash(tidings::secrets::Secret::new(PASSWORD.to_owned())),
    );
    let old = old.expect("a hash");
    app.sql(&format!("UPDATE people SET password_hash = '{old}'"));
    let read = || app.database(|conn| Ok(people::table.select(people::password_hash).first::<Option<String>>(conn)?));
    crate::support::Person::again(&ann, &app);
    let new = read().expect("a hash");
    assert!(new.starts_with("$argon2id$v=19$m=19456,t=3,p=1$"), "{new}");
    crate::support::Person::again(&ann, &app);
    assert_eq!(read(), Some(new));
}

#[test]
fn guessing_is_slowed_down_by_network_and_by_address() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let eve = app.visitor();
    eve.comes_from("203.0.113.7");
    let tries = |count: usize, email: &dyn Fn(usize) -> String| -> Vec<u16> {
        (0..count).map(|n| eve.post("/sign-in", &[("email", &email(n)), ("password", "guess")]).status).collect()
    };
    let by_network = tries(12, &|n| format!("person{n}@example.org"));
    assert!(by_network.starts_with(&[422; 10]) && by_network.ends_with(&[429]), "{by_network:?}");
    // From everywhere at once, but at one address.
    let many = app.visitor();
    let by_address: Vec<u16> =
        (0..12).map(|_| many.post("/sign-in", &[("email", &ann.email), ("password", "guess")]).status).collect();
    assert!(by_address.ends_with(&[429]), "{by_address:?}");
}

#[test]
fn two_hundred_log_ins_at_once_are_all_answered_and_bounded() {
    let app = TestApp::new();
    app.account("Ann");
    let address = app.address;
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..200)
            .map(|n| {
                scope.spawn(move || {
                    let email = format!("person{n}@example.org");
                    let browser = crate::support::Browser::new(address);
                    browser.post("/sign-in", &[("email", &email), ("password", "guess")]).status
                })
            })
            .collect();
        all.into_iter().map(|it| it.join().expect("an answer")).collect()
    });
    assert!(statuses.iter().all(|status| *status == 422), "{statuses:?}");
    let peak = std::fs::read_to_string("/proc/self/status").expect("our own status");
    let peak = peak.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the peak of memory");
    let peak_kib: u64 = peak.trim().trim_end_matches(" kB").parse().expect("a number");
    // 200 hashes of 19 MiB at once would be 3.8 GB; this process also runs the other tests.
    assert!(peak_kib < 1_500_000, "{peak_kib} KiB");
}

#[test]
fn at_most_three_unasked_mails_an_hour_reach_one_address() {
    let app = TestApp::new();
    for n in 0..6 {
        let name = format!("Eve {n}");
        let fields = [("name", name.as_str()), ("email", "jo@example.org"), ("password", "known to eve")];
        app.visitor().post("/sign-up", &fields).assert_status(200);
    }
    assert_eq!(app.mails_to("jo@example.org").len(), 3);
    let ann = app.organizer();
    let page = ann.post("/p/maria/people/invitations", &[("addresses", "jo@example.org")]);
    page.assert_status(422).assert_sees("several mails this hour");
    assert_eq!(app.mails_to("jo@example.org").len(), 3);
}
