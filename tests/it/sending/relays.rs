//! Several relays: the next one takes over, and never what another may have taken or has refused.

use jiff::SignedDuration;
use tidings::jobs::JobState;

use super::{deliveries, everybody, told, with_relays, with_supporters};
use crate::support::smtp::{Behaviour, SmtpServer};

fn two() -> (SmtpServer, SmtpServer) {
    (SmtpServer::start(Behaviour::Accept), SmtpServer::start(Behaviour::Accept))
}

#[test]
fn the_next_relay_takes_over_and_the_first_is_left_alone_for_a_minute() {
    let (first, second) = two();
    let (app, ann) = with_relays(&[&first, &second], &[]);
    with_supporters(&app, 20, "example.net");
    first.behave(Behaviour::RefuseConnection);
    let before = first.connections();
    ann.writes("Home", "She is home.");
    app.run_jobs();
    assert_eq!((told(&first).len(), told(&second)), (0, everybody(20, "example.net")));
    let tried = first.connections() - before;
    assert!((1..=4).contains(&tried), "{tried}: those that were on their way together, and nobody after them");
    first.behave(Behaviour::Accept);
    ann.writes("News", "She ate.");
    app.run_jobs();
    assert_eq!((first.connections() - before, told(&second).len()), (tried, 40));
    app.pass(SignedDuration::from_secs(61));
    ann.writes("More", "She slept.");
    app.run_jobs();
    assert_eq!((told(&first).len(), told(&second).len()), (20, 40));
}

#[test]
fn a_relay_that_does_not_know_us_is_followed_by_the_next() {
    let (first, second) = two();
    let known = format!("smtp://us:secret@{},{}", first.address, second.url());
    let (app, ann) = with_relays(&[&first, &second], &[("TIDINGS_SMTP_URL", &known)]);
    with_supporters(&app, 1, "example.net");
    first.behave(Behaviour::RefuseLogin);
    // Another process, since the connections of this one have been let in before.
    let other = app.sibling();
    ann.writes("Home", "She is home.");
    app.wait_for(tidings::jobs::run_due(&other));
    assert_eq!((told(&second), deliveries(&app, JobState::Failed)), (everybody(1, "example.net"), 0));
    // One of two is away: that is a problem, and it is said which.
    assert!(app.wait_for(app.app.mailer.check()).unwrap_err().contains("127.0.0.1"));
}

#[test]
fn a_relay_that_is_too_busy_is_followed_by_the_next_and_left_alone() {
    for answer in
        ["452 4.3.1 Insufficient system storage", "450 4.7.0 Quota exceeded for sending", "554 5.7.0 No more today"]
    {
        let (first, second) = two();
        let (app, ann) = with_relays(&[&first, &second], &[]);
        with_supporters(&app, 3, "example.net");
        first.behave(Behaviour::AtSender(answer));
        ann.writes("Home", "She is home.");
        app.run_jobs();
        assert_eq!((told(&first).len(), told(&second)), (0, everybody(3, "example.net")), "{answer}");
        // Where none is left, that is what is said, and mail waits.
        second.behave(Behaviour::AtSender(answer));
        ann.writes("News", "She ate.");
        app.run_jobs();
        assert_eq!(deliveries(&app, JobState::Queued), 3, "{answer}");
        first.behave(Behaviour::Accept);
        for _ in 0..30 {
            app.pass(SignedDuration::from_mins(2));
            app.run_jobs();
        }
        assert_eq!((told(&first), deliveries(&app, JobState::Done)), (everybody(3, "example.net"), 6), "{answer}");
    }
}

#[test]
fn what_one_refuses_for_good_is_not_tried_at_another() {
    let (first, second) = two();
    let (app, ann) = with_relays(&[&first, &second], &[]);
    with_supporters(&app, 3, "example.net");
    first.behave(Behaviour::Permanent);
    ann.writes("Home", "She is home.");
    app.run_jobs();
    app.pass(SignedDuration::from_hours(24));
    app.run_jobs();
    assert_eq!((told(&first).len(), told(&second).len()), (0, 0));
    assert_eq!(deliveries(&app, JobState::Failed), 3);
}

#[test]
fn a_relay_that_stops_carrying_our_mail_condemns_nobody_and_the_next_takes_over() {
    let (first, second) = two();
    let (app, ann) = with_relays(&[&first, &second], &[]);
    with_supporters(&app, 3, "example.net");
    first.behave(Behaviour::AtReceiver("554 5.7.1 Relay access denied"));
    ann.writes("Home", "She is home.");
    app.run_jobs();
    assert_eq!((told(&first).len(), told(&second)), (0, everybody(3, "example.net")));
    // Where there is no other, mail waits.
    second.behave(Behaviour::AtReceiver("550 5.7.1 Unable to relay for this address"));
    ann.writes("News", "She ate.");
    app.run_jobs();
    assert_eq!((deliveries(&app, JobState::Failed), deliveries(&app, JobState::Queued)), (0, 3));
    second.behave(Behaviour::Accept);
    for _ in 0..10 {
        app.pass(SignedDuration::from_mins(10));
        app.run_jobs();
    }
    assert_eq!((deliveries(&app, JobState::Done), told(&second).len()), (6, 6));
}

#[test]
fn what_is_refused_for_what_it_says_is_held_against_nobody() {
    let server = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&server], &[]);
    with_supporters(&app, 3, "example.net");
    server.behave(Behaviour::AtContent("554 5.7.1 This looks like spam"));
    let mut first = None;
    for day in 0..4 {
        first = first.or(Some(ann.writes(&format!("Day {day}"), "She rests.")));
        app.run_jobs();
        app.pass(SignedDuration::from_hours(24));
    }
    assert_eq!(deliveries(&app, JobState::Failed), 12);
    let blamed = "SELECT COUNT(*) AS count FROM people WHERE mail_stopped_at IS NOT NULL OR soft_failures > 0";
    assert_eq!(app.count(blamed), 0);
    // Nobody has it, and it can be sent again.
    server.behave(Behaviour::Accept);
    let page = format!("{}/sending", first.expect("an update"));
    ann.get(&page).assert_sees("Could not be reached: 3");
    ann.submit(&page, &[("who", "unreachable")]);
    app.run_jobs();
    assert_eq!(told(&server), everybody(3, "example.net"));
    // An address that is named as gone is gone, however late it is said.
    server.behave(Behaviour::AtContent("550 5.1.1 No such person here"));
    ann.writes("Home", "She is home.");
    app.run_jobs();
    assert_eq!(app.count(blamed), 3);
}

#[test]
fn what_one_may_have_taken_is_not_given_to_another_at_once() {
    let (first, second) = two();
    let (app, ann) = with_relays(&[&first, &second], &[]);
    with_supporters(&app, 1, "example.net");
    first.behave(Behaviour::TakeAndCutOff);
    ann.writes("Home", "She is home.");
    app.run_jobs();
    assert_eq!((told(&first).len(), told(&second).len()), (1, 0));
    first.behave(Behaviour::Accept);
    app.pass(SignedDuration::from_mins(1));
    app.run_jobs();
    // The one repeat that SMTP cannot exclude, and it can be recognised.
    let ids: Vec<String> =
        first.taken().into_iter().filter(|mail| mail.raw.contains("References:")).map(|mail| mail.message_id).collect();
    assert_eq!((ids.len(), &ids[0], told(&second).len()), (2, &ids[1], 0));
}

#[test]
fn few_connections_carry_many_messages() {
    let server = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&server], &[("TIDINGS_SMTP_CONNECTIONS", "3")]);
    with_supporters(&app, 60, "example.net");
    let before = server.connections();
    ann.writes("Home", "She is home.");
    app.run_jobs();
    assert_eq!(told(&server), everybody(60, "example.net"));
    let opened = server.connections() - before;
    assert!(opened <= 3, "{opened}");
}

#[test]
fn a_server_that_takes_one_command_at_a_time_is_given_one_at_a_time() {
    let server = SmtpServer::start(Behaviour::OneAtATime);
    let (app, ann) = with_relays(&[&server], &[]);
    with_supporters(&app, 10, "example.net");
    ann.writes("Home", "She is home.");
    app.run_jobs();
    assert_eq!(told(&server), everybody(10, "example.net"));
}

#[test]
fn a_server_that_is_slow_to_know_a_receiver_is_not_sent_an_empty_message() {
    let server = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&server], &[]);
    with_supporters(&app, 3, "example.net");
    let before = server.envelopes().len();
    server.behave(Behaviour::SlowToKnow);
    ann.writes("Home", "She is home.");
    app.run_jobs();
    assert_eq!((server.envelopes().len(), deliveries(&app, JobState::Queued)), (before, 3));
    server.behave(Behaviour::Accept);
    app.pass(SignedDuration::from_mins(10));
    app.run_jobs();
    assert_eq!((told(&server), server.envelopes().len()), (everybody(3, "example.net"), before + 3));
}

#[test]
fn a_connection_that_has_gone_away_meanwhile_costs_nobody_their_mail() {
    let server = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&server], &[]);
    with_supporters(&app, 10, "example.net");
    // Each is closed after its mail, so that none that is kept is good.
    server.behave(Behaviour::TakeAndCutOff);
    ann.writes("Home", "She is home.");
    app.run_jobs();
    server.behave(Behaviour::Accept);
    ann.writes("News", "She ate.");
    app.run_jobs();
    let second = server.taken().into_iter().filter(|mail| mail.subject == "News").count();
    assert_eq!(second, 10);
}

#[test]
fn after_a_day_without_any_server_everybody_hears_once() {
    let (first, second) = two();
    let (app, ann) = with_relays(&[&first, &second], &[]);
    with_supporters(&app, 40, "example.net");
    for relay in [&first, &second] {
        relay.behave(Behaviour::RefuseConnection);
    }
    ann.writes("Home", "She is home.");
    for _ in 0..(24 * 6) {
        app.run_jobs();
        app.pass(SignedDuration::from_mins(10));
    }
    assert_eq!((deliveries(&app, JobState::Queued), told(&first).len() + told(&second).len()), (40, 0));
    for relay in [&first, &second] {
        relay.behave(Behaviour::Accept);
    }
    for _ in 0..(6 * 6) {
        app.run_jobs();
        app.pass(SignedDuration::from_mins(10));
    }
    assert_eq!((told(&first), told(&second).len()), (everybody(40, "example.net"), 0));
    assert_eq!(deliveries(&app, JobState::Done), 40);
    ann.get("/p/maria").assert_does_not_see("Could not reach");
}
