//! Digests when the clocks change: once a day, at their hour, and nothing lost or told twice.

use super::{chooses, digests, minutes, until};
use crate::support::{Person, TestApp};

/// Lets a few days go by in steps of half an hour, with an update every six hours, and answers with the times at which a digest
/// came.
fn days_around(zone: &str, hour: &str, from: &str, to: &str) -> Vec<String> {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    chooses(&jo, &[("delivery", "daily"), ("digest_hour", hour), ("time_zone", zone)]);
    until(&app, from);
    // Perhaps months later: she signs in again.
    let ann = Person::again(&ann, &app);
    let end: jiff::Timestamp = to.parse().expect("a time");
    let (mut times, mut written) = (Vec::new(), Vec::new());
    for step in 0.. {
        if app.clock.now().to_jiff() > end {
            break;
        }
        if step % 12 == 0 {
            let words = format!("Words of step {step}.");
            ann.post("/p/maria/updates", &[("body", &words)]).assert_status(303);
            written.push(words);
        }
        let came = digests(&app, &jo).len();
        if came > times.len() {
            assert_eq!(came, times.len() + 1, "two digests at once");
            times.push(app.clock.now().rfc3339());
        }
        app.pass(minutes(30));
    }
    // The last ones are told after the end.
    app.pass(minutes(25 * 60));
    let all: String = digests(&app, &jo).into_iter().map(|mail| mail.text).collect();
    let places: Vec<_> = written.iter().map(|words| all.find(words.as_str()).expect("told")).collect();
    assert!(places.is_sorted(), "{zone}: out of order");
    for words in written {
        assert_eq!(all.matches(words.as_str()).count(), 1, "{zone}: {words}");
    }
    times
}

#[test]
fn in_london_in_spring() {
    let times = days_around("Europe/London", "1", "2026-03-28T00:00:00Z", "2026-03-30T12:00:00Z");
    assert_eq!(times, ["2026-03-28T01:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"]);
}

#[test]
fn in_london_in_autumn() {
    let times = days_around("Europe/London", "1", "2026-10-23T12:00:00Z", "2026-10-26T12:00:00Z");
    assert_eq!(times, ["2026-10-24T00:00:00Z", "2026-10-25T00:00:00Z", "2026-10-26T01:00:00Z"]);
}

#[test]
fn in_new_york_in_spring() {
    let times = days_around("America/New_York", "2", "2026-03-07T00:00:00Z", "2026-03-09T12:00:00Z");
    assert_eq!(times, ["2026-03-07T07:00:00Z", "2026-03-08T07:00:00Z", "2026-03-09T06:00:00Z"]);
}

#[test]
fn in_new_york_in_autumn() {
    let times = days_around("America/New_York", "1", "2026-10-31T00:00:00Z", "2026-11-02T12:00:00Z");
    assert_eq!(times, ["2026-10-31T05:00:00Z", "2026-11-01T05:00:00Z", "2026-11-02T06:00:00Z"]);
}
