//! The second step: a code from a phone after the password, recovery codes, and the proof before what guards an account
//! is changed.

use jiff::SignedDuration;
use totp_rs::{Builder, Secret, Totp};

use crate::support::people::PASSWORD;
use crate::support::{Browser, Person, Response, TestApp};

/// An app on somebody's phone.
pub struct Phone(Totp);

impl Phone {
    fn reading(page: &Response) -> Self {
        let text = page.texts(".secret code").remove(0).replace(' ', "");
        let secret = Secret::try_from_base32(text).expect("a secret");
        Self(Builder::new().with_secret(secret).build_noncompliant())
    }

    /// The code of now.
    pub fn code(&self, app: &TestApp) -> String {
        let seconds = u64::try_from(app.clock.now().as_micros() / 1_000_000).expect("after 1970");
        self.0.generate(seconds).to_string()
    }
}

/// Turns it on, and answers with the phone and the recovery codes.
pub fn turn_on(app: &TestApp, person: &Person) -> (Phone, Vec<String>) {
    let page = person.get("/account/second-factor");
    let (phone, sealed) = (Phone::reading(&page), page.attribute("input[name=secret]", "value").expect("a secret"));
    let on = person.post("/account/second-factor", &[("secret", &sealed), ("code", &phone.code(app))]);
    on.assert_status(200).assert_sees("The second step is on");
    let codes = on.texts(".codes code");
    assert_eq!(codes.len(), 10);
    app.pass(SignedDuration::from_secs(60));
    (phone, codes)
}

/// Gives the password, and answers with the secret of the form that asks for the code.
fn give_password(browser: &Browser, person: &Person) -> String {
    let page = browser.post("/sign-in", &[("email", &person.email), ("password", PASSWORD)]);
    page.assert_status(200).assert_sees("One more step");
    assert!(!page.body.contains("lamp"), "the password stands in the page");
    page.attribute("input[name=ceremony]", "value").expect("a form for the code")
}

fn give_code(browser: &Browser, ceremony: &str, code: &str) -> Response {
    browser.post("/sign-in", &[("ceremony", ceremony), ("code", code)])
}

#[test]
fn a_code_is_asked_for_after_the_password_and_works_once() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let (phone, _) = turn_on(&app, &ann);
    let (first, second) = (app.visitor(), app.visitor());
    let (one, two) = (give_password(&first, &ann), give_password(&second, &ann));
    first.get("/account").assert_status(303);
    let code = phone.code(&app);
    give_code(&first, &one, "000000").assert_status(422).assert_sees("This code is not right");
    assert_eq!(give_code(&first, &one, &code).location(), "/");
    first.get("/account").assert_status(200).assert_sees("On: a code from your phone");
    give_code(&second, &two, &code).assert_status(422).assert_sees("used before");
    // What stood for the password is used up too.
    app.pass(SignedDuration::from_secs(30));
    give_code(&app.visitor(), &one, &phone.code(&app)).assert_status(422).assert_sees("from the beginning");
    give_code(&second, &two, &phone.code(&app)).assert_status(303);
}

#[test]
fn password_and_code_may_come_together() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let (phone, _) = turn_on(&app, &ann);
    let visitor = app.visitor();
    let code = phone.code(&app);
    let fields = [("email", ann.email.as_str()), ("password", "not hers at all"), ("code", &code)];
    visitor.post("/sign-in", &fields).assert_status(422).assert_sees("do not belong together");
    let fields = [("email", ann.email.as_str()), ("password", PASSWORD), ("code", &code), ("next", "//evil.example")];
    assert_eq!(visitor.post("/sign-in", &fields).location(), "/");
    visitor.get("/account").assert_status(200);
}

#[test]
fn of_two_who_send_the_same_code_at_once_one_gets_in() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let (phone, _) = turn_on(&app, &ann);
    let code = phone.code(&app);
    let browsers: Vec<_> = (0..4).map(|_| app.visitor()).collect();
    let forms: Vec<_> = browsers.iter().map(|it| (it, give_password(it, &ann))).collect();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let code = &code;
        let all: Vec<_> = forms
            .iter()
            .map(|(browser, ceremony)| scope.spawn(move || give_code(browser, ceremony, code).status))
            .collect();
        all.into_iter().map(|it| it.join().expect("an answer")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
}

#[test]
fn five_wrong_codes_or_five_minutes_end_it() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let (phone, _) = turn_on(&app, &ann);
    let eve = app.visitor();
    let ceremony = give_password(&eve, &ann);
    for _ in 0..4 {
        give_code(&eve, &ceremony, "000000").assert_sees("This code is not right");
    }
    give_code(&eve, &ceremony, "000000").assert_status(422).assert_sees("from the beginning");
    give_code(&eve, &ceremony, &phone.code(&app)).assert_status(422).assert_sees("from the beginning");
    let late = give_password(&eve, &ann);
    app.pass(SignedDuration::from_secs(301));
    give_code(&eve, &late, &phone.code(&app)).assert_status(422).assert_sees("from the beginning");
}

#[test]
fn codes_are_counted_by_the_person_from_wherever_they_come() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    turn_on(&app, &ann);
    let eve = app.visitor();
    let statuses: Vec<u16> = (0..2)
        .flat_map(|_| {
            let ceremony = give_password(&eve, &ann);
            (0..5).map(|_| give_code(&eve, &ceremony, "000000").status).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
}

#[test]
fn a_recovery_code_works_once_and_new_ones_end_the_old() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let (_, codes) = turn_on(&app, &ann);
    let phone = app.visitor();
    let shouted = codes[0].to_uppercase().replace('-', " ");
    give_code(&phone, &give_password(&phone, &ann), &shouted).assert_status(303);
    phone.get("/account/second-factor").assert_sees("You have 9 left");
    let other = app.visitor();
    give_code(&other, &give_password(&other, &ann), &codes[0]).assert_status(422);
    let new = phone.post("/account/second-factor/recovery-codes", &[]).texts(".codes code");
    assert_eq!(new.len(), 10);
    give_code(&other, &give_password(&other, &ann), &codes[1]).assert_status(422);
    give_code(&other, &give_password(&other, &ann), &new[1]).assert_status(303);
    let stored = app.database(|conn| {
        use diesel::prelude::*;
        use tidings::db::schema::{people, recovery_codes};
        let codes: Vec<Vec<u8>> = recovery_codes::table.select(recovery_codes::code_hash).load(conn)?;
        let sealed: Option<Vec<u8>> = people::table.select(people::totp_sealed).first(conn)?;
        Ok((codes, sealed))
    });
    assert!(stored.0.iter().all(|it| it.len() == 32) && stored.0.len() == 9);
    assert!(stored.1.expect("a secret").len() > 32 + 12);
}

#[test]
fn one_persons_recovery_code_is_nobody_elses() {
    let app = TestApp::new();
    let (ann, bill) = (app.account("Ann"), app.account("Bill"));
    let (_, codes) = turn_on(&app, &ann);
    turn_on(&app, &bill);
    let visitor = app.visitor();
    give_code(&visitor, &give_password(&visitor, &bill), &codes[0]).assert_status(422);
}

#[test]
fn only_a_right_code_for_ones_own_secret_turns_it_on() {
    let app = TestApp::new();
    let (ann, bill) = (app.account("Ann"), app.account("Bill"));
    let page = ann.get("/account/second-factor");
    let (phone, sealed) = (Phone::reading(&page), page.attribute("input[name=secret]", "value").expect("a secret"));
    assert!(page.body.contains("<svg class=\"qr\"") && !page.body.contains("style="));
    let wrong = ann.post("/account/second-factor", &[("secret", &sealed), ("code", "12345")]);
    wrong.assert_status(422).assert_sees("not the code of now");
    assert_eq!(wrong.texts(".secret code"), page.texts(".secret code"), "the app has this secret already");
    let stolen = [("secret", sealed.as_str()), ("code", &phone.code(&app))];
    bill.post("/account/second-factor", &stolen).assert_status(422);
    ann.post("/account/second-factor", &stolen).assert_status(200);
    ann.post("/account/second-factor", &stolen).assert_status(409);
    // The code that turned it on is used up.
    let visitor = app.visitor();
    give_code(&visitor, &give_password(&visitor, &ann), &phone.code(&app)).assert_status(422);
    ann.submit("/account/second-factor/removal", &[]).assert_sees("The second step is off");
    visitor.post("/sign-in", &[("email", &ann.email), ("password", PASSWORD)]).assert_status(303);
}

#[test]
fn a_new_password_by_mail_lets_nobody_past_the_second_step() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let (phone, _) = turn_on(&app, &ann);
    let thief = app.visitor();
    let half_done = give_password(&thief, &ann);
    thief.post("/password/reset", &[("email", &ann.email)]).assert_status(200);
    let link = app.last_mail_to(&ann.email).link("/password/reset/");
    let set = thief.post(&link, &[("password", "a kettle on the stove")]);
    assert_eq!(set.location(), "/sign-in");
    thief.get("/account").assert_status(303);
    ann.get("/account").assert_status(303);
    // What was begun with the old password is over.
    give_code(&thief, &half_done, &phone.code(&app)).assert_status(422).assert_sees("from the beginning");
    let fields = [("email", ann.email.as_str()), ("password", "a kettle on the stove"), ("code", &phone.code(&app))];
    ann.post("/sign-in", &fields).assert_status(303);
}

const GUARDED: [&str; 3] = ["/account/email", "/account/passkeys", "/account/second-factor"];

#[test]
fn what_guards_an_account_asks_for_a_fresh_proof() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    for page in GUARDED {
        ann.get(page).assert_status(200);
    }
    app.pass(SignedDuration::from_mins(16));
    for page in GUARDED {
        let to = ann.get(page).location();
        assert!(to.starts_with("/account/proof?next=%2Faccount%2F"), "{to}");
    }
    for (address, fields) in [
        ("/account/email", vec![("email", "new@example.org")]),
        ("/account/second-factor", vec![("code", "123456")]),
        ("/account/second-factor/recovery-codes", vec![]),
        ("/account/second-factor/removal", vec![]),
    ] {
        ann.post(address, &fields).assert_status(403).assert_sees("Is it still you?");
    }
    ann.post("/account/proof", &[("password", "not this")]).assert_status(422).assert_sees("not your password");
    ann.get("/account/email").assert_status(303);
    for next in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"] {
        assert_eq!(ann.post("/account/proof", &[("password", PASSWORD), ("next", next)]).location(), "/account");
    }
    let proof = [("password", PASSWORD), ("next", "/account/email")];
    ann.submit("/account/proof", &proof).assert_sees("New e-mail address");
    app.pass(SignedDuration::from_mins(15));
    ann.get("/account/email").assert_status(303);
    // Signing in is a proof.
    Person::again(&ann, &app).get("/account/email").assert_status(200);
}

#[test]
fn a_proof_asks_for_the_code_too_and_is_limited() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let (phone, _) = turn_on(&app, &ann);
    app.pass(SignedDuration::from_mins(16));
    ann.get("/account/proof").assert_sees("Code");
    ann.post("/account/proof", &[("password", PASSWORD)]).assert_status(422).assert_sees("This code is not right");
    let code = phone.code(&app);
    ann.post("/account/proof", &[("password", "wrong"), ("code", &code)]).assert_status(422);
    ann.post("/account/proof", &[("password", PASSWORD), ("code", &code)]).assert_status(303);
    ann.get("/account/email").assert_status(200);
    let guesses: Vec<u16> = (0..12).map(|_| ann.post("/account/proof", &[("password", "a guess")]).status).collect();
    assert!(guesses.ends_with(&[429]), "{guesses:?}");
}

#[test]
fn a_change_is_told_by_mail_with_what_when_and_where() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    turn_on(&app, &ann);
    let mail = app.last_mail_to(&ann.email);
    assert_eq!(mail.subject, "Your account was changed");
    for words in
        ["The second step was turned on", "1 March 2026, 12:00 UTC", "A device that does not say", "/password/reset\n"]
    {
        assert!(mail.text.contains(words), "{words} not in {}", mail.text);
    }
    assert!(!mail.html.contains("class=\"button\" href"), "a notice has no link that acts");
    // It is no unasked mail: three of those may follow.
    for _ in 0..4 {
        app.visitor().post("/sign-in/link", &[("email", &ann.email)]).assert_status(200);
    }
    let links = app.mails_to(&ann.email).into_iter().filter(|mail| mail.subject == "Your link to sign in").count();
    assert_eq!(links, 2, "one of the three was the mail to confirm the address");
}

#[test]
fn a_code_is_never_given_back() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let (_, codes) = turn_on(&app, &ann);
    let fields = [("code", codes[0].as_str()), ("csrf", "stale")];
    let page = app.visitor().post_raw("/sign-in", &fields, &[]);
    page.assert_status(403);
    assert!(!page.body.contains(&codes[0]), "{}", page.body);
    let visitor = app.visitor();
    let ceremony = give_password(&visitor, &ann);
    let wrong = give_code(&visitor, &ceremony, "aaaa-bbbb-cccc-dddd");
    wrong.assert_status(422);
    assert!(!wrong.body.contains("aaaa-bbbb-cccc-dddd"), "{}", wrong.body);
}

#[test]
fn who_only_reads_through_a_link_comes_near_nothing_that_guards_the_account() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    jo.submit("/p/maria/wishes", &[("message", "Love")]);
    let phone = app.visitor();
    phone.submit(&app.last_mail_to(&ann.email).link("/sign-in/link/"), &[]).assert_status(200);
    for page in GUARDED.iter().chain(&["/account", "/account/password", "/account/sessions", "/account/proof"]) {
        let answer = phone.get(page);
        assert!(answer.location().starts_with("/sign-in?next="), "{page}");
    }
    for address in
        ["/account/proof", "/account/password", "/account/email", "/account/name", "/account/second-factor/removal"]
    {
        let fields = [("password", PASSWORD), ("current_password", PASSWORD), ("email", "eve@example.org")];
        phone.post(address, &fields).assert_status(403);
    }
    assert!(app.mails_to("eve@example.org").is_empty());
}
