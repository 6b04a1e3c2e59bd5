//! The mail about an update: stopped, sent after all, sent again on purpose; and never twice by accident.

use jiff::SignedDuration;

use super::mails_about;
use crate::support::TestApp;

fn with_a_minute() -> TestApp {
    TestApp::with(&[("TIDINGS_UNDO_SENDING_SECONDS", "60")])
}

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

#[test]
fn for_a_minute_mail_can_be_stopped_and_sent_after_all() {
    let app = with_a_minute();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    app.run_jobs();
    assert_eq!(mails_about(&app, &jo, "She is home."), 0);
    ann.get("/p/maria").assert_sees("goes out in a minute");
    jo.get("/p/maria").assert_sees("She is home.").assert_does_not_see("goes out in a minute");
    jo.get(&update).assert_does_not_see("goes out in a minute");
    ann.get(&update).assert_sees("Mail goes out in a minute.").assert_sees("Undo sending");
    ann.submit(&format!("{update}/mail/end"), &[]).assert_sees("Stopped.").assert_sees("No mail was sent.");
    app.pass(minutes(10));
    app.run_jobs();
    assert_eq!(mails_about(&app, &jo, "She is home."), 0);
    ann.get("/p/maria/history").assert_sees("stopped the mail about an update before it left (one mail)");
    ann.get(&update).assert_sees("Send it now");
    for _ in 0..2 {
        ann.post(&format!("{update}/mail"), &[]).assert_status(303);
        assert_eq!(mails_about(&app, &jo, "She is home."), 1);
    }
    ann.submit(&format!("{update}/mail/end"), &[]).assert_sees("nothing to stop").assert_does_not_see("Send it now");
    assert_eq!(mails_about(&app, &jo, "She is home."), 1);
}

#[test]
fn what_was_not_stopped_goes_out_after_the_minute() {
    let app = with_a_minute();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is hom.");
    // Changed within the minute, the mail has the better words.
    ann.submit(&format!("{update}/edit"), &[("body", "She is home."), ("audience", "everyone")]);
    app.pass(minutes(1));
    assert_eq!((mails_about(&app, &jo, "She is home."), mails_about(&app, &jo, "She is hom.")), (1, 0));
    ann.get(&update).assert_does_not_see("Undo sending");
}

#[test]
fn what_has_left_already_is_said() {
    let app = with_a_minute();
    let ann = app.organizer();
    let (jo, bo) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bo"));
    let update = ann.writes("Home", "She is home.");
    // A worker has Jo's in hand.
    app.sql(&format!(
        "UPDATE jobs SET lease = update_id, leased_until = run_at, attempts = 1 WHERE kind = 'new_update' AND member_id = \
         (SELECT m.id FROM members m JOIN people p ON p.id = m.person_id WHERE p.email = '{}')",
        jo.email
    ));
    ann.get(&update).assert_sees("One mail has left. The rest goes out in a minute.");
    ann.submit(&format!("{update}/mail/end"), &[]).assert_sees("One mail had left already, and one was stopped.");
    app.pass(minutes(10));
    // The lease ran out: what comes back after all is stopped like the rest.
    assert_eq!((mails_about(&app, &jo, "She is home."), mails_about(&app, &bo, "She is home.")), (0, 0));
    ann.submit(&format!("{update}/mail"), &[]);
    assert_eq!((mails_about(&app, &jo, "She is home."), mails_about(&app, &bo, "She is home.")), (1, 1));
}

#[test]
fn of_stopping_and_sending_at_once_one_has_each_mail() {
    let app = with_a_minute();
    let ann = app.organizer();
    let people: Vec<_> = (0..6).map(|number| app.supporter(&ann, &format!("Friend {number}"))).collect();
    let update = ann.writes("Home", "She is home.");
    app.pass(minutes(2));
    let csrf = ann.get("/sign-in").csrf();
    std::thread::scope(|scope| {
        let stop = scope.spawn(|| ann.post_raw(&format!("{update}/mail/end"), &[("csrf", csrf.as_str())], &[]).status);
        app.run_jobs();
        assert_eq!(stop.join().expect("an answer"), 303);
    });
    app.run_jobs();
    let got: usize = people.iter().map(|who| mails_about(&app, who, "She is home.")).sum();
    let stopped = app.count("SELECT COUNT(*) AS count FROM jobs WHERE outcome = 'sending was undone'");
    assert_eq!(i64::try_from(got).expect("a few") + stopped, 6);
    ann.post(&format!("{update}/mail"), &[]).assert_status(303);
    assert!(people.iter().all(|who| mails_about(&app, who, "She is home.") == 1));
}

#[test]
fn a_correction_is_sent_again_on_purpose_and_once() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She comes on Monday.");
    let correction = format!("{update}/correction");
    app.run_jobs();
    ann.get(&update).assert_does_not_see("corrected");
    ann.get(&correction).assert_sees("There is nothing to correct");
    ann.post(&correction, &[("edition", "0")]).assert_status(409);
    app.pass(minutes(5));
    ann.submit(
        &format!("{update}/edit"),
        &[("title", "Home"), ("body", "She comes on Sunday."), ("audience", "everyone")],
    )
    .assert_sees("Send the corrected update again");
    app.run_jobs();
    assert_eq!(mails_about(&app, &jo, "Sunday"), 0, "a change sends nothing by itself");
    let page = ann.get(&correction);
    page.assert_sees("It goes by mail to one person").assert_sees("She comes on Sunday.");
    let edition = page.attribute("input[name=edition]", "value").expect("the edition");
    let csrf = ann.get("/sign-in").csrf();
    let fields = [("edition", edition.as_str()), ("csrf", csrf.as_str())];
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| ann.post_raw(&correction, &fields, &[]).assert_status(303).status);
        }
    });
    let mails = app.mails_to(&jo.email);
    let about: Vec<_> = mails.iter().filter(|mail| mail.text.contains("She comes on")).collect();
    assert_eq!(about.len(), 2);
    assert_eq!(about[1].subject, "Corrected: Home");
    assert!(about[1].text.contains("She comes on Sunday.") && about[1].text.contains("a corrected update"));
    assert!(about[1].html.contains("a corrected update"));
    assert_ne!(about[0].message_id, about[1].message_id);
    ann.post(&correction, &[("edition", &edition)]).assert_status(303);
    ann.post(&correction, &[("edition", "1")]).assert_status(409);
    assert_eq!(mails_about(&app, &jo, "She comes on"), 2);
    ann.get(&update).assert_does_not_see("Send the corrected update again");
    // A second one, after another change.
    app.pass(minutes(5));
    ann.submit(&format!("{update}/edit"), &[("body", "She comes on Tuesday."), ("audience", "everyone")]);
    ann.submit(&correction, &[("edition", "1")]).assert_sees("on its way");
    assert_eq!(mails_about(&app, &jo, "Tuesday"), 1);
}
