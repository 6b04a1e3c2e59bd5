//! Visitors: words from people who do not belong to a page, which nobody sees before a press in a mail.

mod confirming;
mod flood;
mod leaving;
mod limits;
mod manners;
mod own;

use jiff::SignedDuration;

use crate::support::{Browser, Response, TestApp};

/// Sends the form that stands on `place`, as somebody does who has read it first.
pub fn leaves(app: &TestApp, who: &Browser, place: &str, fields: &[(&str, &str)]) -> Response {
    let form = who.get(place);
    app.pass(SignedDuration::from_secs(20));
    send(who, &form, fields)
}

/// Sends a form that was opened before.
pub fn send(who: &Browser, form: &Response, fields: &[(&str, &str)]) -> Response {
    let hidden: Vec<(&str, String)> = ["submission", "stamp", "update", "photo"]
        .into_iter()
        .filter_map(|name| {
            let value = form.attribute(&format!(".visitor-form input[name={name}]"), "value")?;
            Some((name, value))
        })
        .collect();
    let action = form.attribute(".visitor-form", "action").expect("a form for visitors");
    let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend_from_slice(fields);
    who.post(&action, &all)
}

/// Leaves a well wish on Maria's page under an address.
pub fn wishes(app: &TestApp, who: &Browser, name: &str, email: &str, words: &str) -> Response {
    leaves(app, who, "/p/maria", &[("name", name), ("email", email), ("message", words)])
}

/// The link in the newest mail that asks about words.
#[track_caller]
pub fn link_to(app: &TestApp, email: &str) -> String {
    app.last_mail_to(email).link("/visits/")
}

/// Leaves a well wish and confirms it, in a browser of their own.
pub fn confirmed(app: &TestApp, name: &str, email: &str, words: &str) -> Browser {
    let who = app.visitor();
    wishes(app, &who, name, email, words).assert_status(200).assert_sees("One press is left");
    who.submit(&link_to(app, email), &[]).assert_status(200).assert_sees("Thank you");
    who
}

/// How many rows there are.
pub fn rows(app: &TestApp, table: &str) -> i64 {
    app.count(&format!("SELECT COUNT(*) AS count FROM {table}"))
}

pub fn tidies(app: &TestApp) {
    use tidings::jobs::Bench;
    app.wait_for(app.app.tidy()).expect("order");
}
