//! How fast mail leaves, and that it can be stopped while it does.

use std::cell::Cell;

use jiff::SignedDuration;
use tidings::jobs::JobState;

use super::{deliveries, everybody, take_in_hand, told, with_relays, with_supporters, work_until};
use crate::support::smtp::{Behaviour, SmtpServer};

#[test]
fn a_provider_with_a_pause_gets_its_mail_slowly_and_holds_up_nobody() {
    let server = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&server], &[("TIDINGS_MAIL_PAUSES", "gmail.com=20, outlook.com=0.5")]);
    with_supporters(&app, 5, "gmail.com");
    with_supporters(&app, 30, "example.net");
    ann.writes("Home", "She is home.");
    app.run_jobs();
    let at = |domain: &str| told(&server).iter().filter(|to| to.ends_with(domain)).count();
    assert_eq!((at("@example.net"), at("@gmail.com")), (30, 1));
    for sent in 2..=5 {
        app.pass(SignedDuration::from_secs(20));
        app.run_jobs();
        assert_eq!(at("@gmail.com"), sent);
    }
    assert_eq!(deliveries(&app, JobState::Done), 35);
}

#[test]
fn a_provider_that_says_not_so_fast_is_left_alone_and_holds_up_nobody() {
    let server = SmtpServer::start(Behaviour::NotSoFast);
    let (app, ann) = with_relays(&[&server], &[("TIDINGS_SMTP_CONNECTIONS", "1")]);
    with_supporters(&app, 20, "gmail.com");
    with_supporters(&app, 20, "example.net");
    ann.writes("Home", "She is home.");
    app.run_jobs();
    assert_eq!(told(&server), everybody(20, "example.net"));
    // One batch at most was on its way when it was said; everybody else was not even begun.
    let begun =
        app.count("SELECT COUNT(*) AS count FROM jobs WHERE kind = 'new_update' AND state = 'queued' AND attempts > 0");
    assert!((1..=8).contains(&begun), "{begun}");
    server.behave(Behaviour::Accept);
    app.pass(SignedDuration::from_mins(2));
    app.run_jobs();
    assert_eq!(told(&server).len(), 40);
}

#[test]
fn what_is_stopped_in_the_middle_goes_to_nobody_else() {
    let server = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&server], &[("TIDINGS_MAIL_PAUSES", "example.net=20")]);
    with_supporters(&app, 12, "example.net");
    let update = ann.writes("Home", "She is home.");
    app.run_jobs();
    app.pass(SignedDuration::from_secs(20));
    app.run_jobs();
    assert_eq!(told(&server).len(), 2);
    ann.submit(&format!("{update}/mail/end"), &[]);
    app.pass(SignedDuration::from_hours(2));
    app.run_jobs();
    assert_eq!((told(&server).len(), deliveries(&app, JobState::Dropped)), (2, 10));
    // And after all: the others, and nobody a second time.
    ann.post(&format!("{update}/mail"), &[]).assert_status(303);
    for _ in 0..20 {
        app.run_jobs();
        app.pass(SignedDuration::from_secs(20));
    }
    assert_eq!(told(&server), everybody(12, "example.net"));
}

#[test]
fn what_is_stopped_while_it_is_in_hand_does_not_come_back() {
    let server = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&server], &[]);
    with_supporters(&app, 30, "example.net");
    let update = ann.writes("Home", "She is home.");
    take_in_hand(&app);
    ann.submit(&format!("{update}/mail/end"), &[]);
    app.pass(SignedDuration::from_mins(6));
    app.run_jobs();
    assert_eq!((told(&server).len(), deliveries(&app, JobState::Dropped)), (0, 30));
    // And after all: everybody, once.
    ann.post(&format!("{update}/mail"), &[]).assert_status(303);
    app.run_jobs();
    assert_eq!(told(&server), everybody(30, "example.net"));
}

#[test]
fn what_is_sent_after_all_while_it_is_still_in_hand_is_not_stopped_any_more() {
    let server = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&server], &[]);
    with_supporters(&app, 5, "example.net");
    let update = ann.writes("Home", "She is home.");
    take_in_hand(&app);
    ann.submit(&format!("{update}/mail/end"), &[]);
    ann.post(&format!("{update}/mail"), &[]).assert_status(303);
    app.pass(SignedDuration::from_mins(6));
    app.run_jobs();
    assert_eq!(told(&server), everybody(5, "example.net"));
}

#[test]
fn what_is_in_hand_while_a_corrected_one_is_sent_goes_in_its_corrected_form_alone() {
    let server = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&server], &[]);
    with_supporters(&app, 5, "example.net");
    let update = ann.writes("Home", "She comes on Monday.");
    take_in_hand(&app);
    app.pass(SignedDuration::from_mins(1));
    let changed = [("title", "Home"), ("body", "She comes on Sunday."), ("audience", "everyone")];
    ann.post(&format!("{update}/edit"), &changed).assert_status(303);
    ann.submit(&format!("{update}/correction"), &[("edition", "0")]).assert_sees("on its way");
    app.pass(SignedDuration::from_mins(6));
    app.run_jobs();
    assert_eq!(told(&server), everybody(5, "example.net"));
    assert!(
        server
            .taken()
            .iter()
            .filter(|mail| mail.raw.contains("References:"))
            .all(|mail| { mail.subject == "Corrected: Home" && mail.text.contains("She comes on Sunday.") })
    );
}

#[test]
fn what_hangs_on_a_server_while_it_is_stopped_goes_to_nobody_either() {
    let server = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&server], &[("TIDINGS_SMTP_TIMEOUT_SECONDS", "1")]);
    with_supporters(&app, 40, "example.net");
    let update = ann.writes("Home", "She is home.");
    server.behave(Behaviour::Hang);
    let in_hand = "SELECT COUNT(*) AS count FROM jobs WHERE kind = 'new_update' AND lease IS NOT NULL";
    let is_stopped = Cell::new(false);
    work_until(&app, || {
        if !is_stopped.get() && app.count(in_hand) > 0 {
            ann.submit(&format!("{update}/mail/end"), &[]);
            is_stopped.set(true);
        }
        deliveries(&app, JobState::Queued) == 0
    });
    server.behave(Behaviour::Accept);
    app.pass(SignedDuration::from_hours(1));
    app.run_jobs();
    assert_eq!((told(&server).len(), deliveries(&app, JobState::Dropped)), (0, 40));
}

#[test]
fn who_is_shut_out_while_mail_goes_out_gets_none() {
    let server = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&server], &[("TIDINGS_MAIL_PER_SECOND", "1")]);
    with_supporters(&app, 6, "example.net");
    ann.writes("Home", "She is home.");
    app.run_jobs();
    let first = told(&server);
    assert!(first.len() < 6, "{first:?}");
    app.sql("UPDATE members SET state = 'blocked' WHERE role = 'supporter'");
    app.pass(SignedDuration::from_hours(1));
    app.run_jobs();
    assert_eq!(told(&server), first);
}

#[test]
fn no_more_leave_at_once_than_is_set() {
    let server = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&server], &[("TIDINGS_MAIL_PER_SECOND", "2")]);
    with_supporters(&app, 9, "example.net");
    app.pass(SignedDuration::from_hours(1));
    ann.writes("Home", "She is home.");
    app.run_jobs();
    // The clock stands still: those of this second and of its end.
    assert_eq!(told(&server).len(), 3);
    for sent in [5, 7, 9] {
        app.pass(SignedDuration::from_secs(1));
        app.run_jobs();
        assert!(told(&server).len() <= sent, "{}", told(&server).len());
    }
    app.pass(SignedDuration::from_mins(1));
    app.run_jobs();
    app.pass(SignedDuration::from_mins(1));
    app.run_jobs();
    assert_eq!(told(&server), everybody(9, "example.net"));
}

#[test]
fn mail_that_was_stopped_keeps_nobody_waiting_for_hours() {
    let server = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&server], &[("TIDINGS_MAIL_PER_SECOND", "1")]);
    with_supporters(&app, 1_000, "example.net");
    let update = ann.writes("Home", "She is home.");
    app.run_jobs();
    ann.submit(&format!("{update}/mail/end"), &[]);
    let before = told(&server).len();
    // Who is told of the next is fewer.
    app.sql("UPDATE members SET delivery = 'none' WHERE role = 'supporter'");
    with_supporters(&app, 3, "example.com");
    ann.writes("News", "She ate.");
    app.run_jobs();
    for _ in 0..10 {
        app.pass(SignedDuration::from_mins(1));
        app.run_jobs();
    }
    let after = told(&server).into_iter().filter(|to| to.ends_with("@example.com")).count();
    assert_eq!((after, told(&server).len()), (3, before + 3));
}
