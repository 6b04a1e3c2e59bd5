//! Quiet hours of whoever gets the mail: it waits until they are over.

use diesel::prelude::*;
use tidings::db::schema::jobs;
use tidings::jobs::{JobState, Kind};

use super::{chooses, digests, mails_with, until};
use crate::support::{Person, TestApp};

fn with_jo() -> (TestApp, Person, Person) {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    (app, ann, jo)
}

#[test]
fn an_update_waits_until_the_morning_and_waiting_is_no_attempt() {
    let (app, ann, jo) = with_jo();
    let bo = app.supporter(&ann, "Bo");
    chooses(&jo, &[("delivery", "each"), ("quiet_from", "22"), ("quiet_until", "7")]);
    until(&app, "2026-03-01T21:59:00Z");
    ann.writes("Home", "She is home.");
    assert_eq!(mails_with(&app, &jo, "She is home."), 1);
    until(&app, "2026-03-01T23:00:00Z");
    ann.writes("Soup", "She eats soup.");
    assert_eq!((mails_with(&app, &bo, "She eats soup."), mails_with(&app, &jo, "She eats soup.")), (1, 0));
    until(&app, "2026-03-02T06:59:00Z");
    assert_eq!(mails_with(&app, &jo, "She eats soup."), 0);
    until(&app, "2026-03-02T07:00:00Z");
    assert_eq!(mails_with(&app, &jo, "She eats soup."), 1);
    let done: Vec<(JobState, i32)> = app.database(|conn| {
        Ok(jobs::table.filter(jobs::kind.eq(Kind::NewUpdate)).select((jobs::state, jobs::attempts)).load(conn)?)
    });
    assert!(done.len() == 4 && done.iter().all(|it| *it == (JobState::Done, 1)), "{done:?}");
}

#[test]
fn they_are_hours_of_the_receivers_own_day() {
    let (app, ann, jo) = with_jo();
    let fields = [("delivery", "each"), ("quiet_from", "22"), ("quiet_until", "7"), ("time_zone", "America/New_York")];
    chooses(&jo, &fields);
    // 22:30 there is 03:30 in UTC, and the night ends at noon.
    until(&app, "2026-03-02T03:30:00Z");
    ann.writes("Home", "She is home.");
    until(&app, "2026-03-02T11:59:00Z");
    assert_eq!(mails_with(&app, &jo, "She is home."), 0);
    until(&app, "2026-03-02T12:00:00Z");
    assert_eq!(mails_with(&app, &jo, "She is home."), 1);
}

#[test]
fn what_is_deleted_while_it_waits_is_not_sent() {
    let (app, ann, jo) = with_jo();
    chooses(&jo, &[("delivery", "each"), ("quiet_from", "12"), ("quiet_until", "13")]);
    let update = ann.writes("Home", "She is home.");
    app.run_jobs();
    ann.submit(&format!("{update}/deletion"), &[]);
    until(&app, "2026-03-01T13:00:00Z");
    assert_eq!(mails_with(&app, &jo, "She is home."), 0);
}

#[test]
fn a_digest_waits_too_and_comes_once() {
    let (app, ann, jo) = with_jo();
    chooses(&jo, &[("delivery", "daily"), ("digest_hour", "18"), ("quiet_from", "17"), ("quiet_until", "20")]);
    ann.writes("Home", "She is home.");
    until(&app, "2026-03-01T18:00:00Z");
    ann.writes("Soup", "She eats soup.");
    assert_eq!(digests(&app, &jo).len(), 0);
    until(&app, "2026-03-01T20:00:00Z");
    let all = digests(&app, &jo);
    assert_eq!(all.len(), 1);
    assert!(all[0].text.contains("She is home.") && all[0].text.contains("She eats soup."), "{}", all[0].text);
    until(&app, "2026-03-02T21:00:00Z");
    assert_eq!(digests(&app, &jo).len(), 1);
}

#[test]
fn encouragement_waits_and_so_do_thanks() {
    let (app, ann, jo) = with_jo();
    for who in [&ann, &jo] {
        chooses(who, &[("delivery", "each"), ("quiet_from", "12"), ("quiet_until", "14")]);
    }
    jo.submit("/p/maria/wishes", &[("message", "Love from all of us")]);
    assert_eq!(mails_with(&app, &ann, "Love from all of us"), 0);
    ann.post("/p/maria/thanks", &[("to", "all")]).assert_status(303);
    let thanks = |app: &TestApp| app.mails_to(&jo.email).iter().filter(|it| it.subject.contains("thanks you")).count();
    assert_eq!(thanks(&app), 0);
    until(&app, "2026-03-01T14:00:00Z");
    assert_eq!((mails_with(&app, &ann, "Love from all of us"), thanks(&app)), (1, 1));
}

#[test]
fn what_was_asked_for_never_waits() {
    let (app, ann, jo) = with_jo();
    for who in [&ann, &jo] {
        chooses(who, &[("delivery", "each"), ("quiet_from", "12"), ("quiet_until", "14")]);
    }
    let before = app.mails_to(&ann.email).len();
    app.visitor().post("/sign-in/link", &[("email", &ann.email)]).assert_status(200);
    assert_eq!(app.mails_to(&ann.email).len(), before + 1);
    let before = app.mails_to(&jo.email).len();
    app.visitor().post("/sign-in/link", &[("email", &jo.email)]).assert_status(200);
    assert_eq!(app.mails_to(&jo.email).len(), before + 1);
}
