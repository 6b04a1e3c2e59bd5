//! Passkeys, as far as they can be seen without an authenticator; `tests/browser/passkeys.test.mjs` has one.

use diesel::prelude::*;
use jiff::SignedDuration;
use tidings::db::ids::{PasskeyId, PersonId};
use tidings::db::schema::{ceremonies, passkeys, people};

use crate::support::people::PASSWORD;
use crate::support::{Browser, Person, Response, TestApp};

fn with_passkeys() -> TestApp {
    TestApp::with(&[("TIDINGS_PUBLIC_URL", "http://localhost:8080")])
}

/// A passkey that nobody can use, for what has to do with having one.
fn give_passkey(app: &TestApp, person: &Person, name: &'static str) {
    let email = person.email.clone();
    app.database(move |conn| {
        let id: PersonId = people::table.filter(people::email.eq(email)).select(people::id).first(conn)?;
        let key = PasskeyId::generate();
        diesel::insert_into(passkeys::table)
            .values((
                passkeys::id.eq(key),
                passkeys::person_id.eq(id),
                passkeys::name.eq(name),
                passkeys::credential_id.eq(key.as_bytes().to_vec()),
                passkeys::credential.eq("{}"),
                passkeys::created_at.eq(tidings::clock::Timestamp::from_micros(1_772_366_400_000_000)),
            ))
            .execute(conn)?;
        Ok(())
    });
}

/// Posts what a script posts.
fn question(browser: &Browser, address: &str) -> (Response, String) {
    let answer = browser.post(address, &[]);
    let json: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let ceremony = json["ceremony"].as_str().unwrap_or_default().to_owned();
    (answer, ceremony)
}

fn removals(page: &Response) -> Vec<String> {
    page.body
        .split('"')
        .filter(|part| part.starts_with("/account/passkeys/") && part.ends_with("/removal"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn without_a_name_to_reach_us_by_there_are_none_and_the_page_says_so() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let sentence = "Passkeys need Tidings to be reached by a name, over https.";
    let page = ann.get("/account/passkeys");
    page.assert_status(200).assert_sees(sentence).assert_does_not_see("Add a passkey");
    assert_eq!(app.visitor().get("/sign-in").count("[data-passkey]"), 0);
    for address in ["/account/passkeys/options", "/sign-in/passkey/options"] {
        ann.post(address, &[]).assert_status(409).assert_sees(sentence);
    }
}

#[test]
fn a_question_asks_for_somebody_who_unlocks_the_device_and_excludes_what_is_there() {
    let app = with_passkeys();
    let ann = app.account("Ann");
    assert_eq!(app.visitor().get("/sign-in").attribute("#email", "autocomplete").as_deref(), Some("username webauthn"));
    let (answer, _) = question(&ann, "/account/passkeys/options");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let json: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    let options = &json["options"]["publicKey"];
    assert_eq!(options["rp"]["id"], "localhost");
    assert_eq!(options["user"]["name"], ann.email.as_str());
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    let (answer, _) = question(&app.visitor(), "/sign-in/passkey/options");
    let json: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!(json["options"]["publicKey"]["userVerification"], "required");
    assert!(json["options"]["publicKey"]["allowCredentials"].as_array().is_none_or(Vec::is_empty));
}

#[test]
fn a_question_is_used_up_by_a_wrong_answer_and_ends_after_five_minutes() {
    let app = with_passkeys();
    let ann = app.account("Ann");
    let count = || app.database(|conn| Ok(ceremonies::table.count().get_result::<i64>(conn)?));
    let visitor = app.visitor();
    let (_, ceremony) = question(&visitor, "/sign-in/passkey/options");
    assert_eq!(count(), 1);
    let answer = [("ceremony", ceremony.as_str()), ("credential", "{}")];
    visitor.post("/sign-in/passkey", &answer).assert_status(422).assert_sees("does not open an account here");
    assert_eq!(count(), 0);
    let (_, new) = question(&ann, "/account/passkeys/options");
    let answer = [("ceremony", new.as_str()), ("credential", "{}"), ("name", "My phone")];
    let page = ann.post("/account/passkeys", &answer);
    page.assert_status(422).assert_sees("could not be added");
    assert_eq!(page.attribute("#name", "value").as_deref(), Some("My phone"));
    assert_eq!(count(), 0);
    question(&visitor, "/sign-in/passkey/options");
    app.pass(SignedDuration::from_secs(301));
    app.wait_for(tidings::jobs::Bench::tidy(&app.app)).expect("a tidy house");
    assert_eq!(count(), 0);
}

#[test]
fn a_question_of_one_kind_is_not_answered_as_another() {
    let app = with_passkeys();
    let ann = app.account("Ann");
    let (_, new) = question(&ann, "/account/passkeys/options");
    ann.post("/sign-in/passkey", &[("ceremony", &new), ("credential", "{}")]).assert_status(422);
    let (_, who) = question(&ann, "/sign-in/passkey/options");
    ann.post("/sign-in", &[("ceremony", &who), ("code", "123456")]).assert_status(422);
    let (_, who) = question(&ann, "/sign-in/passkey/options");
    ann.post("/account/passkeys", &[("ceremony", &who), ("credential", "{}"), ("name", "x")]).assert_status(422);
    app.visitor().get("/account").assert_status(303);
}

#[test]
fn questions_and_answers_are_limited_by_network() {
    let app = with_passkeys();
    let eve = app.visitor();
    eve.comes_from("203.0.113.5");
    let asked: Vec<u16> = (0..65).map(|_| eve.post("/sign-in/passkey/options", &[]).status).collect();
    assert!(asked.starts_with(&[200; 60]) && asked.contains(&429), "{asked:?}");
    let answered: Vec<u16> = (0..12).map(|_| eve.post("/sign-in/passkey", &[("credential", "{}")]).status).collect();
    assert!(answered.ends_with(&[429]), "{answered:?}");
}

#[test]
fn passkeys_are_renamed_and_removed_by_their_owner_only() {
    let app = with_passkeys();
    let (ann, eve) = (app.account("Ann"), app.account("Eve"));
    give_passkey(&app, &ann, "Old phone");
    let page = ann.get("/account/passkeys");
    page.assert_sees("Old phone").assert_sees("Not used yet");
    let removal = removals(&page).remove(0);
    let name = removal.replace("/removal", "/name");
    eve.post(&name, &[("name", "Mine")]).assert_status(404);
    eve.post(&removal, &[]).assert_status(404);
    ann.post(&name, &[("name", "")]).assert_status(422);
    ann.submit(&name, &[("name", "<b>Phone</b>")]).assert_sees("<b>Phone</b>");
    app.pass(SignedDuration::from_mins(16));
    ann.post(&removal, &[]).assert_status(403).assert_sees("Is it still you?");
    ann.post("/account/proof", &[("password", PASSWORD)]).assert_status(303);
    ann.submit(&removal, &[]).assert_sees("The passkey is removed");
    assert!(app.last_mail_to(&ann.email).text.contains("A passkey was removed"));
}

#[test]
fn the_last_way_in_cannot_be_removed() {
    let app = with_passkeys();
    let ann = app.account("Ann");
    ann.post("/account/password/removal", &[]).assert_status(409);
    give_passkey(&app, &ann, "Phone");
    ann.submit("/account/password/removal", &[]).assert_sees("Your password is gone");
    let page = ann.get("/account/passkeys");
    ann.post(&removals(&page)[0], &[]).assert_status(409).assert_sees("the only way into your account");
    app.visitor().post("/sign-in", &[("email", &ann.email), ("password", PASSWORD)]).assert_status(422);
    app.visitor().post("/sign-in", &[("email", &ann.email), ("password", "")]).assert_status(422);
    // Who has a passkey has an account: a link signs them in, and nobody signs up over it.
    app.visitor().post("/sign-in/link", &[("email", &ann.email)]);
    let link = app.last_mail_to(&ann.email).link("/sign-in/link/");
    let phone = app.visitor();
    phone.post(&link, &[]).assert_status(303);
    let fields = [("name", "Eve"), ("email", ann.email.as_str()), ("password", "three quiet herons")];
    app.visitor().post("/sign-up", &fields).assert_status(200);
    assert_eq!(app.last_mail_to(&ann.email).subject, "You have an account already");
    // A password is set again without one, after a proof; a session that is too old has to give it.
    app.pass(SignedDuration::from_mins(16));
    phone.post("/account/password", &[("password", "a kettle on the stove")]).assert_status(403);
    app.visitor().get("/account/password").assert_status(303);
}

#[test]
fn of_two_passkeys_removed_at_once_one_stays() {
    let app = with_passkeys();
    let ann = app.account("Ann");
    give_passkey(&app, &ann, "Phone");
    give_passkey(&app, &ann, "Computer");
    ann.post("/account/password/removal", &[]).assert_status(303);
    let addresses = removals(&ann.get("/account/passkeys"));
    assert_eq!(addresses.len(), 2);
    std::thread::scope(|scope| {
        for address in &addresses {
            scope.spawn(|| ann.post(address, &[]).status);
        }
    });
    assert_eq!(app.database(|conn| Ok(passkeys::table.count().get_result::<i64>(conn)?)), 1);
}

#[test]
fn where_a_passkey_leads_is_ours() {
    let app = with_passkeys();
    for next in ["https://evil.example/", "//evil.example", "/\\evil.example"] {
        let page = app.visitor().post("/sign-in/passkey", &[("next", next), ("credential", "{}")]);
        page.assert_status(422);
        assert_eq!(page.attribute("form[data-passkey] input[name=next]", "value").as_deref(), Some("/"));
    }
}
