//! Calm for organizers: what waits, what is reported, what is new, how often they hear of it, and thanks.

mod closing;
mod held;
mod reports;
mod thanks;
mod waiting;

use crate::support::{Person, TestApp};

/// Chooses how Maria's page is encouraged; what is not named stays off.
pub fn chooses(ann: &Person, fields: &[(&str, &str)]) {
    let mut all = fields.to_vec();
    if !fields.iter().any(|(name, _)| *name == "gathers_hours") {
        all.push(("gathers_hours", "1"));
    }
    ann.submit("/p/maria/encouragement", &all).assert_sees("Saved.");
}

/// Decides about the only words on the list of what is new that a button names so.
pub fn decides(ann: &Person, decision: &str, words: &str) {
    let one = button_of(&ann.get("/p/maria/encouragement/new"), decision, words);
    ann.submit("/p/maria/encouragement/new", &[("one", &one)]).assert_status(200);
}

/// What the button says that decides so about these words.
pub fn button_of(page: &crate::support::Response, decision: &str, words: &str) -> String {
    let button = format!("button[value^='{decision}/{}/']", id_of(page, words));
    page.attribute(&button, "value").expect("a button")
}

/// The id of words on a page.
pub fn id_of(page: &crate::support::Response, words: &str) -> String {
    let item =
        page.body.split("<li class=\"wish\"").skip(1).find(|item| item.contains(words)).expect("the words on the page");
    item.split("wish-").nth(1).and_then(|rest| rest.split('"').next()).expect("their id").to_owned()
}

/// Somebody with an account, on Maria's page.
pub fn joins(app: &TestApp, ann: &Person, name: &str, role: &str) -> Person {
    let person = app.account(name);
    ann.post("/p/maria/people/invitations", &[("addresses", &person.email), ("role", role)]).assert_status(303);
    person.submit(&app.last_mail_to(&person.email).link("/invitations/"), &[]);
    person
}

/// The gathered mails to somebody.
pub fn gathered(app: &TestApp, who: &Person) -> Vec<crate::support::mailbox::Mail> {
    let is_one = |subject: &str| ["Encouragement", "Something waits"].iter().any(|it| subject.starts_with(it));
    app.mails_to(&who.email).into_iter().filter(|mail| is_one(&mail.subject)).collect()
}
