//! Each hears as they chose: at once, once a day, once a week, of big news, or not at all; and never in their quiet hours.

mod clocks;
mod digests;
mod holds;
mod preferences;
mod quiet;
mod switching;

use jiff::SignedDuration;

use crate::support::mailbox::Mail;
use crate::support::{Person, TestApp};

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

/// Lets time go by until then, in UTC, and does what is due.
fn until(app: &TestApp, time: &str) {
    let then: jiff::Timestamp = time.parse().expect("a time");
    let now = app.clock.now().to_jiff();
    assert!(then >= now, "{time} is over: it is {now}");
    app.pass(then.duration_since(now));
    app.run_jobs();
}

/// Chooses on the page how to hear.
fn chooses(who: &Person, fields: &[(&str, &str)]) {
    who.submit("/p/maria/follow", fields).assert_sees("Saved.");
}

/// Every digest that somebody has got, in their order.
fn digests(app: &TestApp, who: &Person) -> Vec<Mail> {
    let all = app.mails_to(&who.email).into_iter();
    all.filter(|mail| mail.subject.starts_with("News on Maria’s page: ")).collect()
}

/// How many mails to somebody hold these words, in both of their parts.
fn mails_with(app: &TestApp, who: &Person, words: &str) -> usize {
    let all = app.mails_to(&who.email);
    let texts = all.iter().filter(|mail| mail.text.contains(words)).count();
    assert_eq!(texts, all.iter().filter(|mail| mail.html.contains(words)).count(), "the parts differ about {words}");
    texts
}
