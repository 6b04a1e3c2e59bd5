//! An installation that was restored from a backup sends nothing before somebody says so, and nothing twice.

use jiff::SignedDuration;
use tidings::installation::{self, Arrival, Doubtful, Resumed, Why};

use crate::support::{Person, TestApp};

/// How many mails about an update somebody has in their outbox, without anything more being done.
fn mails_about(app: &TestApp, person: &Person, words: &str) -> usize {
    app.mails().iter().filter(|mail| mail.to == person.email && mail.text.contains(words)).count()
}

fn starts_again(app: &TestApp) -> Arrival {
    installation::arrive(&app.app.config, &app.clock).expect("a start")
}

fn resume(app: &TestApp, doubtful: Doubtful) -> Resumed {
    installation::resume(&app.app.config, &app.clock, doubtful).expect("it goes on")
}

const DROP: Doubtful = Doubtful::Drop(SignedDuration::ZERO);

/// The database, as if it were from a backup.
fn turn_back(app: &TestApp) {
    app.sql("UPDATE installation SET generation = generation - 1");
}

#[test]
fn a_start_that_follows_a_stop_changes_nothing() {
    let app = TestApp::new();
    let ann = app.organizer();
    assert_eq!(starts_again(&app), Arrival::Same);
    app.wait_for(installation::beat(&app.app.db, &app.app.config, app.clock.now())).expect("a beat");
    assert_eq!(starts_again(&app), Arrival::Same);
    ann.get("/p/maria").assert_does_not_see("Mail waits");
}

#[test]
fn after_a_restore_mail_waits_and_organizers_are_told() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    turn_back(&app);
    assert_eq!(starts_again(&app), Arrival::Restored(Why::Older));
    ann.writes("Home", "She is home.");
    app.run_jobs();
    assert_eq!(mails_about(&app, &jo, "She is home."), 0);
    ann.get("/p/maria").assert_sees("Mail waits until the person who runs this server lets it go.");
    jo.get("/p/maria").assert_sees("She is home.").assert_does_not_see("Mail waits");
    // Started once more, it still waits.
    assert_eq!(starts_again(&app), Arrival::Same);
    app.run_jobs();
    assert_eq!(mails_about(&app, &jo, "She is home."), 0);
    let resumed = resume(&app, DROP);
    assert_eq!((resumed.was_paused, resumed.dropped), (true, 0));
    app.run_jobs();
    assert_eq!(mails_about(&app, &jo, "She is home."), 1);
    ann.get("/p/maria").assert_does_not_see("Mail waits");
}

#[test]
fn news_that_may_have_been_told_is_not_told_again_unless_somebody_says_so() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    app.invited(&ann, "Kim", "supporter", "everyone");
    app.pass(SignedDuration::from_hours(2));
    app.wait_for(installation::beat(&app.app.db, &app.app.config, app.clock.now())).expect("a beat");
    turn_back(&app);
    app.pass(SignedDuration::from_hours(1));
    assert_eq!(starts_again(&app), Arrival::Restored(Why::Older));
    let resumed = resume(&app, DROP);
    assert_eq!(resumed.dropped, 1, "{resumed:?}");
    app.run_jobs();
    assert_eq!(mails_about(&app, &jo, "She is home."), 0);
    // An invitation is no news: it goes.
    assert!(app.mails().iter().any(|mail| mail.to == "kim@example.org"));
    ann.get(&update).assert_sees("Perhaps told: 1.");
    ann.get(&format!("{update}/sending")).assert_sees("Perhaps told: 1");
    ann.submit(&format!("{update}/sending"), &[("who", "perhaps")]).assert_sees("on its way");
    app.run_jobs();
    assert_eq!(mails_about(&app, &jo, "She is home."), 1);
}

#[test]
fn all_of_it_is_sent_if_so_asked_and_what_was_not_due_yet_in_any_case() {
    for (doubtful, sent) in [
        (Doubtful::Send, 1),
        (Doubtful::Drop(SignedDuration::from_hours(24)), 1),
        (Doubtful::Drop(SignedDuration::from_mins(30)), 0),
    ] {
        let app = TestApp::new();
        let ann = app.organizer();
        let jo = app.supporter(&ann, "Jo");
        ann.writes("Home", "She is home.");
        app.pass(SignedDuration::from_hours(2));
        app.wait_for(installation::beat(&app.app.db, &app.app.config, app.clock.now())).expect("a beat");
        turn_back(&app);
        starts_again(&app);
        resume(&app, doubtful);
        app.run_jobs();
        assert_eq!(mails_about(&app, &jo, "She is home."), sent, "{doubtful:?}");
    }
}

#[test]
fn a_database_in_another_folder_was_restored_or_copied() {
    let app = TestApp::new();
    app.organizer();
    std::fs::remove_file(app.app.config.data_dir.join("installation")).expect("the mark");
    assert_eq!(starts_again(&app), Arrival::Restored(Why::Elsewhere));
    let (pause, _) = installation::status(&app.app.config).expect("how it stands");
    assert_eq!(pause.map(|it| it.why), Some(Why::Elsewhere));
}

#[test]
fn mail_can_be_held_back_by_hand_and_what_makes_no_mail_goes_on() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    installation::pause(&app.app.config, &app.clock).expect("a pause");
    ann.writes("Home", "She is home.");
    app.pass(SignedDuration::from_hours(6));
    app.run_jobs();
    assert_eq!(mails_about(&app, &jo, "She is home."), 0);
    let (_, photo) = crate::photos::support::writes_with_photo(&app, &ann, "everyone");
    jo.get(&format!("/photos/{photo}/320")).assert_status(200);
    // Nothing was restored, so nothing is in doubt.
    assert_eq!(resume(&app, DROP).dropped, 0);
    app.run_jobs();
    assert_eq!(mails_about(&app, &jo, "She is home."), 1);
}

#[test]
fn a_digest_that_may_have_been_sent_is_not_sent_again_unless_an_organizer_says_so() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    jo.submit("/p/maria/follow", &[("delivery", "daily"), ("digest_hour", "18")]).assert_sees("Saved.");
    let update = ann.writes("Home", "She is home.");
    app.run_jobs();
    app.pass(SignedDuration::from_hours(24));
    app.wait_for(installation::beat(&app.app.db, &app.app.config, app.clock.now())).expect("a beat");
    turn_back(&app);
    app.pass(SignedDuration::from_hours(1));
    starts_again(&app);
    assert_eq!(resume(&app, DROP).dropped, 1);
    for _ in 0..3 {
        app.run_jobs();
        app.pass(SignedDuration::from_hours(24));
    }
    assert_eq!(mails_about(&app, &jo, "She is home."), 0);
    ann.get(&update).assert_sees("No mail was sent.").assert_sees("Send it now");
    ann.post(&format!("{update}/mail"), &[]).assert_status(303);
    for _ in 0..3 {
        app.run_jobs();
        app.pass(SignedDuration::from_hours(24));
    }
    assert_eq!(mails_about(&app, &jo, "She is home."), 1);
}

#[test]
fn what_a_backup_has_not_seen_is_never_taken_for_what_came_after() {
    let app = TestApp::new();
    let ann = app.organizer();
    app.supporter(&ann, "Jo");
    let last = "SELECT MAX(id) AS count FROM jobs";
    let before = app.count(last);
    turn_back(&app);
    starts_again(&app);
    ann.writes("Home", "She is home.");
    let after = app.count(last);
    assert!(after > before + 1_000_000, "{before}, {after}");
    // Started once more, nothing was restored.
    starts_again(&app);
    ann.writes("Soup", "She eats soup.");
    assert!(app.count(last) < after + 1_000, "{after}");
    // Of addresses that replies come to, the same holds, also where there was none yet.
    let key = tidings::mail::ReplyKey {
        member_id: app.database(|conn| {
            use diesel::prelude::*;
            use tidings::db::schema::members;
            Ok(members::table.select(members::id).first(conn)?)
        }),
        update_id: None,
        wish_id: None,
    };
    let now = app.clock.now();
    assert!(app.database(move |conn| tidings::mail::get_or_insert_reply_key(conn, key, now)) > 1_000_000);
}
