//! What somebody waits for goes before what nobody does; nothing that is due is overlooked; and what waited long has its five days.

use jiff::SignedDuration;
use tidings::installation::{self, Doubtful};
use tidings::jobs::JobState;

use super::{deliveries, everybody, joined, told, with_relays, with_supporters, work_until};
use crate::support::TestApp;
use crate::support::smtp::{Behaviour, SmtpServer};

/// So many who hear once a day at six, and an update that is in their digests from now on.
fn with_digests(app: &TestApp, ann: &crate::support::Person, count: usize) {
    with_supporters(app, count, "example.net");
    app.sql("UPDATE members SET delivery = 'daily', digest_hour = 18 WHERE role = 'supporter'");
    ann.writes("Home", "She is home.");
    app.run_jobs();
    app.pass(SignedDuration::from_hours(6));
}

#[test]
fn a_link_to_sign_in_does_not_wait_behind_hundreds_of_digests() {
    let relay = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&relay], &[]);
    with_digests(&app, &ann, 300);
    app.pass(SignedDuration::from_mins(10));
    // Due after all of them.
    app.visitor().post("/password/reset", &[("email", &ann.email)]).assert_status(200);
    let before = relay.taken().len();
    work_until(&app, || told(&relay).len() == 300);
    let place = relay.taken()[before..].iter().position(|mail| mail.subject == "Set a new password");
    assert!(place.is_some_and(|place| place < 50), "{place:?}");
    assert_eq!(told(&relay), everybody(300, "example.net"));
}

#[test]
fn digests_keep_the_pause_of_a_provider_and_tell_what_they_held() {
    let relay = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&relay], &[("TIDINGS_MAIL_PAUSES", "example.net=20")]);
    with_digests(&app, &ann, 5);
    for sent in 1..=5 {
        app.run_jobs();
        assert_eq!(told(&relay).len(), sent);
        app.pass(SignedDuration::from_secs(20));
    }
    assert_eq!(told(&relay), everybody(5, "example.net"));
    let digests = relay.taken().into_iter().filter(|mail| mail.to.ends_with("@example.net"));
    assert!(digests.into_iter().all(|mail| mail.text.contains("She is home.")));
    let attempts = "SELECT COUNT(*) AS count FROM jobs WHERE kind = 'digest' AND attempts <> 1";
    assert_eq!(app.count(attempts), 0, "to wait for one's turn is no attempt");
}

#[test]
fn while_a_mail_hangs_what_comes_due_leaves() {
    let hanging = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&hanging], &[("TIDINGS_SMTP_TIMEOUT_SECONDS", "25")]);
    let (jo, bo) = (app.invited(&ann, "Jo", "supporter", "everyone"), app.invited(&ann, "Bo", "supporter", "everyone"));
    // Nobody rings for Bo's.
    let of = |email: &str| {
        format!(
            "kind = 'invitation' AND member_id = (SELECT m.id FROM members m JOIN people p ON p.id = m.person_id \
             WHERE p.email = '{email}')"
        )
    };
    app.sql(&format!("UPDATE jobs SET state = 'dropped' WHERE {}", of(&bo.email)));
    hanging.behave(Behaviour::Hang);
    let before = hanging.hung();
    let (jos, bos) = (of(&jo.email), of(&bo.email));
    let is_bos_turn = std::cell::Cell::new(false);
    work_until(&app, || {
        if !is_bos_turn.get() && hanging.hung() > before {
            hanging.behave(Behaviour::Accept);
            app.sql(&format!("UPDATE jobs SET state = 'queued' WHERE {bos}"));
            is_bos_turn.set(true);
        }
        !hanging.taken_to(&bo.email).is_empty()
    });
    let in_hand = format!("SELECT COUNT(*) AS count FROM jobs WHERE lease IS NOT NULL AND state = 'queued' AND {jos}");
    assert_eq!(app.count(&in_hand), 1, "Jo's hangs still");
}

#[test]
fn a_mail_that_finds_no_connection_comes_again() {
    let relay = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&relay], &[("TIDINGS_SMTP_CONNECTIONS", "1")]);
    for name in ["Jo", "Bo", "Cy", "Di", "Ed", "Fay"] {
        app.invited(&ann, name, "supporter", "everyone");
    }
    relay.behave(Behaviour::Hang);
    let busy = "SELECT COUNT(*) AS count FROM jobs \
                WHERE state = 'queued' AND outcome = 'all connections to the mail server are busy'";
    work_until(&app, || app.count(busy) > 0);
    relay.behave(Behaviour::Accept);
    super::dying::end_leases(&app);
    app.pass(SignedDuration::from_mins(10));
    app.run_jobs();
    for name in ["jo", "bo", "cy", "di", "ed", "fay"] {
        assert_eq!(relay.taken_to(&format!("{name}@example.org")).len(), 1, "{name}");
    }
}

#[test]
fn a_gathered_mail_that_comes_once_a_week_is_not_given_up_at_the_first_later() {
    let relay = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&relay], &[]);
    let jo = joined(&app, &relay, &ann, "Jo");
    app.sql("UPDATE members SET gathers_hours = 168 WHERE role = 'organizer'");
    let gathered =
        || relay.taken_to(&ann.email).iter().filter(|mail| mail.subject.starts_with("Encouragement")).count();
    jo.submit("/p/maria/wishes", &[("message", "First wish")]);
    app.run_jobs();
    jo.submit("/p/maria/wishes", &[("message", "Second wish")]);
    app.run_jobs();
    assert_eq!(gathered(), 1);
    app.pass(SignedDuration::from_hours(169));
    relay.behave(Behaviour::Temporary);
    app.run_jobs();
    relay.behave(Behaviour::Accept);
    app.pass(SignedDuration::from_mins(5));
    app.run_jobs();
    assert_eq!(gathered(), 2);
}

#[test]
fn what_has_waited_in_a_pause_is_not_given_up_at_the_first_later() {
    let relay = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&relay], &[]);
    with_supporters(&app, 3, "example.net");
    installation::pause(&app.app.config, &app.clock).expect("a pause");
    ann.writes("Home", "She is home.");
    app.pass(SignedDuration::from_hours(6 * 24));
    app.run_jobs();
    installation::resume(&app.app.config, &app.clock, Doubtful::Send).expect("the end of it");
    relay.behave(Behaviour::Temporary);
    app.run_jobs();
    relay.behave(Behaviour::Accept);
    app.pass(SignedDuration::from_mins(5));
    app.run_jobs();
    assert_eq!((told(&relay), deliveries(&app, JobState::Done)), (everybody(3, "example.net"), 3));
}
