//! Mail over a real SMTP conversation: once, or again, or not, and never lost.

use std::collections::BTreeMap;
use std::time::Duration;

use diesel::prelude::*;
use jiff::SignedDuration;
use tidings::db::schema::jobs;
use tidings::jobs::{JobState, Kind, Worker};

use crate::support::smtp::{Behaviour, SmtpServer};
use crate::support::{Person, TestApp};

/// Maria's page with a mail server, an organizer and a supporter; the invitations are done with.
fn with_server(settings: &[(&str, &str)]) -> (TestApp, SmtpServer, Person, Person) {
    let server = SmtpServer::start(Behaviour::Accept);
    let url = server.url();
    let mut all = vec![("TIDINGS_SMTP_URL", url.as_str()), ("TIDINGS_MAIL_FROM", "tidings@example.org")];
    all.extend_from_slice(settings);
    let app = TestApp::with(&all);
    let ann = app.nobody("Ann");
    let fields = [("name", "Ann"), ("email", ann.email.as_str()), ("password", crate::support::people::PASSWORD)];
    ann.post("/sign-up", &fields).assert_status(200);
    app.run_jobs();
    ann.post(&newest(&server, &ann.email, "/email/confirm/"), &[]).assert_status(303);
    let page = [("first_name", "Maria"), ("relationship", "her sister"), ("privacy", "invited"), ("slug", "maria")];
    ann.post("/pages", &page).assert_status(303);
    let jo = app.invited(&ann, "Jo", "supporter", "everyone");
    app.run_jobs();
    jo.post(&newest(&server, &jo.email, "/invitations/"), &[]).assert_status(303);
    (app, server, ann, jo)
}

fn newest(server: &SmtpServer, address: &str, part: &str) -> String {
    server.taken_to(address).pop().expect("a mail").link(part)
}

fn updates_to(server: &SmtpServer, address: &str) -> usize {
    server.taken_to(address).iter().filter(|mail| mail.raw.contains("References:")).count()
}

#[test]
fn an_update_arrives_over_smtp() {
    let (app, server, ann, jo) = with_server(&[]);
    ann.writes("Home", "She is home.\n.\n..two dots\n.");
    app.run_jobs();
    assert_eq!(updates_to(&server, &jo.email), 1);
    let mail = server.taken_to(&jo.email).pop().expect("a mail");
    assert!(mail.text.contains("She is home.\n.\n..two dots\n."), "{}", mail.text);
    ann.get("/p/maria").assert_does_not_see("Mail is not being sent yet");
}

#[test]
fn a_server_that_says_later_is_asked_again_and_the_mail_arrives_once() {
    let (app, server, ann, jo) = with_server(&[]);
    ann.writes("Home", "She is home.");
    for behaviour in [Behaviour::Temporary, Behaviour::RefuseConnection, Behaviour::CutOff, Behaviour::Hang] {
        server.behave(behaviour);
        assert_eq!(app.run_jobs(), 1, "{behaviour:?}");
        assert_eq!(app.run_jobs(), 0, "{behaviour:?}: it waits before it tries again");
        app.pass(SignedDuration::from_hours(1));
    }
    server.behave(Behaviour::Accept);
    app.run_jobs();
    app.pass(SignedDuration::from_hours(24));
    app.run_jobs();
    assert_eq!(updates_to(&server, &jo.email), 1);
    ann.get("/p/maria").assert_does_not_see("Could not reach");
}

#[test]
fn a_server_that_is_away_is_waited_for() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number");
    let url = format!("smtp://{nobody}");
    let app = TestApp::with(&[("TIDINGS_SMTP_URL", &url), ("TIDINGS_MAIL_FROM", "tidings@example.org")]);
    let jo = app.nobody("Jo");
    jo.post("/sign-up", &[("name", "Jo"), ("email", &jo.email), ("password", "a lamp in the window")]);
    assert_eq!(app.run_jobs(), 1);
    let (state, attempts): (JobState, i32) =
        app.database(|conn| Ok(jobs::table.select((jobs::state, jobs::attempts)).first(conn)?));
    assert_eq!((state, attempts), (JobState::Queued, 1));
    assert!(app.wait_for(app.app.mailer.check()).is_err(), "nobody listens there");
}

#[test]
fn an_address_that_is_refused_for_good_is_not_tried_again_and_the_organizer_is_told() {
    let (app, server, ann, jo) = with_server(&[]);
    ann.writes("Home", "She is home.");
    server.behave(Behaviour::Permanent);
    assert_eq!(app.run_jobs(), 1);
    app.pass(SignedDuration::from_hours(48));
    assert_eq!(app.run_jobs(), 0);
    ann.get("/p/maria").assert_sees(&format!("Could not reach {}", jo.email));
    ann.get("/p/maria/people").assert_sees("No such person here");
    jo.get("/p/maria").assert_does_not_see("Could not reach");
    // The address works again: nothing to say any more.
    server.behave(Behaviour::Accept);
    ann.writes("Still home", "All is well.");
    app.run_jobs();
    ann.get("/p/maria").assert_does_not_see("Could not reach");
}

#[test]
fn a_mail_server_that_refuses_us_condemns_nobody() {
    let server = SmtpServer::start(Behaviour::RefuseLogin);
    let url = format!("smtp://us:wrong@{}", server.address);
    let app = TestApp::with(&[("TIDINGS_SMTP_URL", &url), ("TIDINGS_MAIL_FROM", "tidings@example.org")]);
    let jo = app.nobody("Jo");
    jo.post("/sign-up", &[("name", "Jo"), ("email", &jo.email), ("password", "a lamp in the window")]);
    assert_eq!(app.run_jobs(), 1);
    let state: JobState = app.database(|conn| Ok(jobs::table.select(jobs::state).first(conn)?));
    assert_eq!(state, JobState::Queued);
    assert!(app.wait_for(app.app.mailer.check()).is_err());
    server.behave(Behaviour::Accept);
    app.pass(SignedDuration::from_hours(1));
    app.run_jobs();
    assert_eq!(server.taken_to(&jo.email).len(), 1);
}

#[test]
fn after_five_days_it_is_given_up_and_said_so() {
    let (app, server, ann, jo) = with_server(&[]);
    ann.writes("Home", "She is home.");
    server.behave(Behaviour::Temporary);
    let mut tries = 0;
    for _ in 0..(6 * 24) {
        tries += app.run_jobs();
        app.pass(SignedDuration::from_hours(1));
    }
    assert!((15..60).contains(&tries), "{tries} tries in five days");
    let state: JobState =
        app.database(|conn| Ok(jobs::table.filter(jobs::kind.eq(Kind::NewUpdate)).select(jobs::state).first(conn)?));
    assert_eq!(state, JobState::Failed);
    ann.get("/p/maria").assert_sees(&format!("Could not reach {}", jo.email));
}

#[test]
fn membership_is_looked_at_again_when_the_mail_leaves() {
    let (app, server, ann, jo) = with_server(&[]);
    ann.writes("Home", "She is home.");
    app.sql("UPDATE members SET state = 'blocked' WHERE role = 'supporter'");
    app.run_jobs();
    assert_eq!(updates_to(&server, &jo.email), 0);
    jo.get("/p/maria").assert_status(404);
    // Not sent later either.
    app.sql("UPDATE members SET state = 'active' WHERE role = 'supporter'");
    app.run_jobs();
    assert_eq!(updates_to(&server, &jo.email), 0);
}

#[test]
fn an_update_that_is_deleted_or_narrowed_in_time_is_not_sent() {
    let (app, server, ann, jo) = with_server(&[]);
    let deleted = ann.writes("Too early", "Not yet.");
    ann.submit(&format!("{deleted}/deletion"), &[]);
    let narrowed = ann.writes("For us", "Only us.");
    ann.submit(&format!("{narrowed}/edit"), &[("body", "Only us."), ("audience", "organizers")]);
    app.run_jobs();
    assert_eq!(updates_to(&server, &jo.email), 0);
}

#[test]
fn the_author_hears_nothing_of_their_own_update() {
    let (app, server, ann, _jo) = with_server(&[]);
    ann.writes("Home", "She is home.");
    app.run_jobs();
    assert_eq!(updates_to(&server, &ann.email), 0);
}

#[test]
fn a_repeat_after_an_unclear_end_has_the_same_message_id() {
    let (app, server, ann, jo) = with_server(&[]);
    ann.writes("Home", "She is home.");
    app.run_jobs();
    // As if the process had died between the server's 250 and our writing it down.
    app.sql("UPDATE jobs SET state = 'queued', finished_at = NULL WHERE kind = 'new_update'");
    app.run_jobs();
    let ids: Vec<String> = server
        .taken_to(&jo.email)
        .into_iter()
        .filter(|mail| mail.raw.contains("References:"))
        .map(|mail| mail.message_id)
        .collect();
    let [first, second] = ids.as_slice() else { panic!("{ids:?}") };
    assert_eq!(first, second);
}

#[test]
fn nobody_can_have_two_deliveries_of_one_update() {
    let (app, _server, ann, _jo) = with_server(&[]);
    ann.writes("Home", "She is home.");
    let second = app.wait_for(app.app.db.write(|conn| {
        use diesel::connection::SimpleConnection;
        Ok(conn.batch_execute(
            "INSERT INTO jobs (kind, member_id, update_id, state, run_at, created_at) \
             SELECT kind, member_id, update_id, state, run_at, created_at FROM jobs WHERE kind = 'new_update'",
        )?)
    }));
    assert!(second.is_err());
}

#[test]
fn a_job_that_was_in_hand_when_its_worker_died_is_done_when_the_lease_is_over() {
    let (app, server, ann, jo) = with_server(&[]);
    ann.writes("Home", "She is home.");
    let until = app.app.clock.now() + SignedDuration::from_mins(5);
    app.database(move |conn| {
        diesel::update(jobs::table.filter(jobs::state.eq(JobState::Queued)))
            .set(jobs::leased_until.eq(Some(until)))
            .execute(conn)?;
        Ok(())
    });
    assert_eq!(app.run_jobs(), 0);
    app.pass(SignedDuration::from_mins(6));
    assert_eq!(app.run_jobs(), 1);
    assert_eq!(updates_to(&server, &jo.email), 1);
}

#[test]
fn two_processes_share_the_work_and_nobody_gets_a_mail_twice() {
    let (app, server, ann, _jo) = with_server(&[]);
    let people: Vec<String> = (0..120).map(|n| format!("person{n}@example.org")).collect();
    ann.post("/p/maria/people/invitations", &[("addresses", &people.join("\n"))]).assert_status(303);
    app.sql("UPDATE members SET state = 'active'");
    app.sql("DELETE FROM jobs WHERE kind = 'invitation'");
    ann.writes("Home", "She is home.");
    let apps = [app.sibling(), app.sibling(), app.sibling()];
    app.wait_for(async {
        let workers: Vec<Worker> = apps.iter().map(|app| Worker::start(app.clone())).collect();
        loop {
            let left = app
                .app
                .db
                .read(|conn| {
                    Ok(jobs::table.filter(jobs::state.eq(JobState::Queued)).count().get_result::<i64>(conn)?)
                })
                .await
                .expect("the queue");
            if left == 0 {
                break;
            }
            tokio::task::yield_now().await;
        }
        for worker in workers {
            worker.stop(Duration::from_secs(10)).await;
        }
    });
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for mail in server.taken() {
        if mail.raw.contains("References:") {
            *counts.entry(mail.to).or_default() += 1;
        }
    }
    assert_eq!(counts.len(), 121);
    assert!(counts.values().all(|count| *count == 1), "{counts:?}");
}

#[test]
fn publishing_to_ten_thousand_is_one_statement() {
    let (app, _server, ann, _jo) = with_server(&[]);
    app.database(|conn| {
        use diesel::connection::SimpleConnection;
        let number = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)";
        let id = |prefix: &str| {
            if cfg_is_postgres() {
                format!("decode('{prefix}' || lpad(to_hex(i), 31, '0'), 'hex')")
            } else {
                format!("unhex(printf('{prefix}%031x', i))")
            }
        };
        let now = if cfg_is_postgres() { "now()" } else { "0" };
        conn.batch_execute(&format!(
            "INSERT INTO people (id, name, email, email_key, created_at, updated_at) {number} \
             SELECT {}, 'P', 'p' || i || '@example.org', 'p' || i || '@example.org', {now}, {now} FROM n",
            id("a")
        ))?;
        conn.batch_execute(&format!(
            "INSERT INTO members (id, site_id, person_id, role, state, circle, delivery, created_at, updated_at) {number} \
             SELECT {}, (SELECT id FROM sites), {}, 'supporter', 'active', 'everyone', 'each', {now}, {now} FROM n",
            id("b"),
            id("a")
        ))?;
        Ok(())
    });
    let before = app.app.db.queries_run();
    ann.post("/p/maria/updates", &[("body", "She is home.")]).assert_status(303);
    let asked = app.app.db.queries_run() - before;
    assert!(asked <= 13, "{asked} statements");
    let waiting: i64 =
        app.database(|conn| Ok(jobs::table.filter(jobs::kind.eq(Kind::NewUpdate)).count().get_result(conn)?));
    assert_eq!(waiting, 10_001);
}

fn cfg_is_postgres() -> bool {
    crate::support::database::postgres_server().is_some()
}

#[test]
fn without_a_server_mail_lies_in_the_outbox_and_the_organizer_is_told() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.get("/p/maria").assert_sees("Mail is not being sent yet").assert_sees("outbox");
    jo.get("/p/maria").assert_does_not_see("Mail is not being sent yet");
    let files: Vec<String> = std::fs::read_dir(app.app.config.outbox_dir())
        .expect("the outbox")
        .map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned())
        .collect();
    assert!(!files.is_empty() && files.iter().all(|name| name.ends_with(".eml")), "{files:?}");
}
