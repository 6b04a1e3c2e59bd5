//! Another e-mail address: confirmed from the new one, stopped or taken back from the old one.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use crate::calm::joins;
use crate::photos::support::{photos_on, png};
use crate::support::database::postgres_server;
use crate::support::people::PASSWORD;
use crate::support::{Person, TestApp};
use crate::yours::erasure::ask;

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
    let named = to_new.text.split(|c: char| !c.is_alphanumeric()).any(|word| word == "Ann");
    assert!(!named && !to_new.text.contains(&ann.email), "{}", to_new.text);
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

/// Somebody with an account takes the address of somebody without one, who turns out to be them.
fn becomes(app: &TestApp, who: &Person, email: &str) {
    who.post("/account/email", &[("email", email)]).assert_status(200);
    let change = app.last_mail_to(email).link("/email/change/");
    who.submit(&change, &[]).assert_sees("Your new e-mail address is in use");
}

#[test]
fn whoever_had_the_address_before_becomes_the_same_person_with_words_photos_and_place() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let fields = [("message", "A walk by the sea")];
    jo.post_files("/p/maria/wishes", &fields, &[("photo", "sea.png", &png(60, 40, 1))]).assert_status(303);
    app.run_jobs();
    let photo = photos_on(&ann.get("/p/maria/wishes")).pop().expect("a photo");
    let josephine = app.account("Josephine");
    josephine.get("/p/maria").assert_status(404);
    becomes(&app, &josephine, &jo.email);
    let page = josephine.get("/p/maria/wishes");
    assert_eq!(
        (page.texts("li.wish .byline__name"), photos_on(&page)),
        (vec!["Josephine".to_owned()], vec![photo.clone()])
    );
    josephine.submit(&format!("/p/maria/photos/{photo}"), &[("alt", "The sea in March")]);
    jo.get("/p/maria").assert_status(404);
}

#[test]
fn two_places_on_one_page_become_one_and_nobody_is_thanked_twice() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.writes("Home", "She is home.");
    jo.submit("/p/maria/wishes", &[("message", "Love")]);
    app.pass(SignedDuration::from_secs(1));
    ann.submit("/p/maria/thanks", &[("to", "all")]).assert_sees("on their way");
    let josephine = joins(&app, &ann, "Josephine", "supporter");
    app.sql(
        "INSERT INTO readings (update_id, member_id, created_at) SELECT u.id, m.id, u.published_at \
         FROM updates u, members m WHERE m.person_id = (SELECT id FROM people WHERE name = 'Jo')",
    );
    becomes(&app, &josephine, &jo.email);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM members"), 2);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM readings"), 1);
    ann.submit("/p/maria/thanks", &[("to", "all")]).assert_sees("thanked already");
}

/// Goes with the row of whoever had the address before, since it let them in or was on its way to them.
const GOES: [&str; 7] = [
    "ceremonies.person_id",
    "email_changes.person_id",
    "jobs.person_id",
    "mail_tokens.person_id",
    "passkeys.person_id",
    "recovery_codes.person_id",
    "sessions.person_id",
];

#[test]
fn everything_that_names_a_person_follows_them_to_their_other_address() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (old, jo) = (app.supporter(&ann, "Old"), app.supporter(&ann, "Jo"));
    jo.submit("/p/maria/wishes", &[("message", "From Jo")]);
    app.pass(SignedDuration::from_secs(1));
    let wish = ann.get("/p/maria/wishes").attribute("a.byline__time", "href").expect("a page of its own");
    let (update, _) = crate::photos::support::writes_with_photo(&app, &ann, "everyone");
    let draft = format!("/p/maria/drafts/{}", uuid::Uuid::now_v7());
    ann.script(&draft, &[("body", "She is"), ("revision", "0")]).assert_status(200);
    app.sql(
        "INSERT INTO draft_revisions (id, draft_id, title, body, saved_by, saved_at) \
         SELECT id, id, title, body, author_id, created_at FROM drafts",
    );
    let does = |address: &str, fields: &[(&str, &str)]| {
        ann.post(address, fields).assert_status(303);
    };
    does("/p/maria/wishes", &[("message", "From Ann")]);
    does(&format!("{update}/edit"), &[("title", "Changed"), ("body", "Changed."), ("audience", "everyone")]);
    does(&format!("{wish}/reactions"), &[("kind", "heart")]);
    does("/p/maria/thanks", &[("to", "all")]);
    does(&format!("{wish}/report"), &[]);
    does("/p/maria/status", &[("words", "Resting well")]);
    does("/p/maria/rest", &[("words", "We are asleep.")]);
    does("/p/maria/notes", &[("title", "Visits"), ("body", "From three."), ("audience", "everyone")]);
    does("/p/maria/albums", &[("title", "In the garden"), ("audience", "everyone")]);
    app.sql(
        "INSERT INTO incoming_letters (id, address, person_id, digest, has_sender, state, received_at) \
         SELECT id, 'reply', id, id, TRUE, 'used', created_at FROM people WHERE name = 'Ann'",
    );
    app.sql("UPDATE sites SET about_id = (SELECT id FROM people WHERE name = 'Ann')");
    let keys = if postgres_server().is_some() {
        "SELECT c.relname || '.' || a.attname AS text FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid \
         JOIN pg_class f ON f.oid = k.confrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1] \
         WHERE k.contype = 'f' AND f.relname = 'people'"
    } else {
        "SELECT t.name || '.' || f.\"from\" AS text FROM sqlite_master t, pragma_foreign_key_list(t.name) f \
         WHERE t.type = 'table' AND f.\"table\" = 'people'"
    };
    let keys: BTreeSet<String> = ask(&app, keys).into_iter().collect();
    for goes in GOES {
        assert!(keys.contains(goes), "{goes} names nobody");
    }
    // A place of their own has each of them; of two on one page, one stays.
    let follows: Vec<&String> =
        keys.iter().filter(|key| !GOES.contains(&key.as_str()) && *key != "members.person_id").collect();
    assert!(follows.len() >= 20, "{follows:?}");
    let count = |key: &str| {
        let (table, column) = key.split_once('.').expect("a table and a column");
        let theirs = format!("(SELECT id FROM people WHERE email = '{}')", old.email);
        app.count(&format!("SELECT COUNT(*) AS count FROM {table} WHERE {column} = {theirs}"))
    };
    for key in &follows {
        let (table, column) = key.split_once('.').expect("a table and a column");
        app.sql(&format!(
            "UPDATE {table} SET {column} = (SELECT id FROM people WHERE name = 'Old') \
             WHERE {column} = (SELECT id FROM people WHERE name = 'Ann')"
        ));
    }
    let before: Vec<i64> = follows.iter().map(|key| count(key)).collect();
    becomes(&app, &ann, &old.email);
    for (key, before) in follows.iter().zip(before) {
        assert!(before > 0, "the test has made no row with {key}");
        // What went with the place on the page that did not stay, went.
        assert!(count(key) >= before - i64::from(*key == "members.invited_by"), "{key} does not follow");
    }
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM people WHERE name = 'Old'"), 0);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM members"), 2);
}
