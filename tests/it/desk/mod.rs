//! The desk: what is being written is never lost, and what is posted is posted once, when and to whom it was meant.

mod drafts;
mod posting;
mod revisions;
mod scheduled;
mod sending;

use crate::support::{Person, TestApp};

/// An id as a form or a device makes it.
fn id() -> String {
    uuid::Uuid::now_v7().to_string()
}

fn draft(id: &str) -> String {
    format!("/p/maria/drafts/{id}")
}

/// Somebody with an account who writes on Maria's page too.
fn co_author(app: &TestApp, ann: &Person, name: &str) -> Person {
    let person = app.account(name);
    ann.post("/p/maria/people/invitations", &[("addresses", &person.email), ("role", "co-author")]).assert_status(303);
    let link = app.last_mail_to(&person.email).link("/invitations/");
    person.submit(&link, &[]).assert_status(200);
    person
}

/// How many mails about updates somebody has.
fn mails_about(app: &TestApp, person: &Person, words: &str) -> usize {
    app.mails_to(&person.email).iter().filter(|mail| mail.text.contains(words)).count()
}
