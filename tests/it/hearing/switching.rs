//! Whoever chooses otherwise loses nothing and hears nothing twice.

use super::{chooses, digests, hours, mails_with, minutes, until};
use crate::support::database::postgres_server;
use crate::support::{Person, TestApp};

fn with_jo(settings: &[(&str, &str)], delivery: &str) -> (TestApp, Person, Person) {
    let app = TestApp::with(settings);
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    chooses(&jo, &[("delivery", delivery), ("digest_hour", "18")]);
    (app, ann, jo)
}

#[test]
fn from_daily_to_each_what_is_left_comes_in_a_last_digest() {
    let (app, ann, jo) = with_jo(&[], "daily");
    ann.writes("Home", "She is home.");
    app.run_jobs();
    app.pass(minutes(10));
    chooses(&jo, &[("delivery", "each")]);
    assert_eq!(digests(&app, &jo).len(), 1);
    ann.writes("Soup", "She eats soup.");
    app.run_jobs();
    assert_eq!(app.last_mail_to(&jo.email).subject, "Soup");
    until(&app, "2026-03-03T18:00:00Z");
    assert_eq!(digests(&app, &jo).len(), 1);
    for words in ["She is home.", "She eats soup."] {
        assert_eq!(mails_with(&app, &jo, words), 1, "{words}");
    }
}

#[test]
fn before_the_digest_was_planned_it_is_the_same() {
    let (app, ann, jo) = with_jo(&[], "daily");
    ann.writes("Home", "She is home.");
    chooses(&jo, &[("delivery", "each")]);
    assert_eq!(mails_with(&app, &jo, "She is home."), 1);
    until(&app, "2026-03-02T18:00:00Z");
    assert_eq!(mails_with(&app, &jo, "She is home."), 1);
}

#[test]
fn from_each_to_daily_what_waits_is_not_lost() {
    let (app, ann, jo) = with_jo(&[("TIDINGS_UNDO_SENDING_SECONDS", "60")], "each");
    ann.writes("Home", "She is home.");
    chooses(&jo, &[("delivery", "daily")]);
    app.pass(minutes(2));
    assert_eq!(mails_with(&app, &jo, "She is home."), 0);
    until(&app, "2026-03-01T18:00:00Z");
    assert_eq!((mails_with(&app, &jo, "She is home."), digests(&app, &jo).len()), (1, 1));
    until(&app, "2026-03-02T18:00:00Z");
    assert_eq!(mails_with(&app, &jo, "She is home."), 1);
}

#[test]
fn whoever_wants_no_mail_gets_none_and_is_not_told_of_it_later() {
    for from in ["each", "daily", "weekly"] {
        let (app, ann, jo) = with_jo(&[("TIDINGS_UNDO_SENDING_SECONDS", "60")], from);
        ann.writes("Home", "She is home.");
        app.run_jobs();
        chooses(&jo, &[("delivery", "none")]);
        until(&app, "2026-03-09T18:00:00Z");
        assert_eq!(mails_with(&app, &jo, "She is home."), 0, "{from}");
        chooses(&jo, &[("delivery", "daily")]);
        ann.writes("Soup", "She eats soup.");
        until(&app, "2026-03-10T18:00:00Z");
        let told = ["She is home.", "She eats soup."].map(|words| mails_with(&app, &jo, words));
        assert_eq!(told, [0, 1], "{from}");
    }
}

#[test]
fn from_daily_to_big_news_what_is_not_big_is_left_out() {
    let (app, ann, jo) = with_jo(&[], "daily");
    ann.submit("/p/maria/updates", &[("body", "An ordinary day."), ("mail", "each")]);
    ann.submit("/p/maria/updates", &[("body", "She is home."), ("mail", "big")]);
    chooses(&jo, &[("delivery", "big")]);
    until(&app, "2026-03-02T18:00:00Z");
    let told = ["An ordinary day.", "She is home."].map(|words| mails_with(&app, &jo, words));
    assert_eq!(told, [0, 1]);
}

#[test]
fn another_hour_or_another_rhythm_moves_the_digest() {
    let (app, ann, jo) = with_jo(&[], "weekly");
    ann.writes("Home", "She is home.");
    app.run_jobs();
    chooses(&jo, &[("delivery", "daily"), ("digest_hour", "15")]);
    until(&app, "2026-03-01T15:00:00Z");
    assert_eq!(digests(&app, &jo).len(), 1);
    until(&app, "2026-03-09T12:00:00Z");
    assert_eq!(digests(&app, &jo).len(), 1);
}

/// On SQLite nobody writes between two statements of a transaction.
#[test]
fn who_begins_to_hear_at_once_just_while_an_update_is_posted_hears_of_it() {
    if postgres_server().is_none() {
        return;
    }
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    chooses(&jo, &[("delivery", "daily"), ("digest_hour", "18")]);
    // What somebody else commits between the two statements that say who hears at once and who in a digest.
    app.sql(
        "CREATE FUNCTION choose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             UPDATE members SET delivery = 'each' WHERE delivery = 'daily'; RETURN NULL; END $$",
    );
    app.sql("CREATE TRIGGER choose AFTER INSERT ON jobs FOR EACH STATEMENT EXECUTE FUNCTION choose()");
    ann.writes("Home", "She is home.");
    app.sql("DROP TRIGGER choose ON jobs");
    app.run_jobs();
    app.pass(hours(48));
    app.run_jobs();
    assert_eq!(mails_with(&app, &jo, "She is home."), 1);
}
