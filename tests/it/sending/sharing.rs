//! Several workers on one queue.

use std::time::Duration;

use jiff::SignedDuration;
use tidings::app::App;
use tidings::jobs::{JobState, Worker};

use super::{deliveries, everybody, take_in_hand, told, with_relays, with_supporters};
use crate::support::TestApp;
use crate::support::smtp::{Behaviour, SmtpServer};

/// Lets workers work until nothing is queued any more.
fn work(app: &TestApp, processes: &[App]) {
    use diesel::prelude::*;
    use tidings::db::schema::jobs;
    app.wait_for(async {
        let workers: Vec<Worker> = processes.iter().map(|app| Worker::start(app.clone())).collect();
        let queued = |conn: &mut tidings::db::Conn| {
            Ok(jobs::table.filter(jobs::state.eq(JobState::Queued)).count().get_result::<i64>(conn)?)
        };
        while app.app.db.read(queued).await.expect("the queue") > 0 {
            tokio::task::yield_now().await;
        }
        for worker in workers {
            worker.stop(Duration::from_secs(10)).await;
        }
    });
}

#[test]
fn two_workers_race_for_five_hundred_and_everybody_hears_once() {
    let server = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&server], &[]);
    with_supporters(&app, 500, "example.net");
    ann.writes("Home", "She is home.");
    let processes = [app.sibling(), app.sibling()];
    work(&app, &processes);
    assert_eq!(told(&server), everybody(500, "example.net"));
    assert_eq!(deliveries(&app, JobState::Done), 500);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM jobs WHERE kind = 'new_update' AND attempts <> 1"), 0);
}

#[test]
fn a_mail_that_somebody_waits_for_does_not_wait_behind_thousands() {
    let server = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&server], &[]);
    with_supporters(&app, 400, "example.net");
    ann.writes("Home", "She is home.");
    let jo = app.nobody("Jo");
    jo.post("/sign-up", &[("name", "Jo"), ("email", &jo.email), ("password", "a lamp in the window")]);
    work(&app, &[app.sibling()]);
    let place = server.taken().iter().position(|mail| mail.to == jo.email).expect("the mail");
    assert_eq!(told(&server).len(), 400);
    assert!(place < 250, "{place} of 400 went first");
}

#[test]
fn a_batch_whose_worker_died_is_done_when_its_lease_is_over_and_not_before() {
    let server = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&server], &[]);
    with_supporters(&app, 30, "example.net");
    ann.writes("Home", "She is home.");
    take_in_hand(&app);
    assert_eq!(app.run_jobs(), 0);
    app.pass(SignedDuration::from_mins(6));
    assert_eq!(app.run_jobs(), 30);
    assert_eq!(told(&server), everybody(30, "example.net"));
}
