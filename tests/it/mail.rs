//! Mail over a real SMTP conversation: once, or again, or not, and never lost.

use std::collections::BTreeMap;
use std::time::Duration;

use diesel::prelude::*;
use jiff::SignedDuration;
use tidings::clock::Timestamp;
use tidings::db::schema::{jobs, members};
use tidings::jobs::{JobState, Kind, Outcome, Worker};

use crate::support::smtp::{Behaviour, SmtpServer};
use crate::support::{Person, TestApp};

/// Maria's page with a mail server, an organizer and a supporter; the invitations are done with.
fn with_server(settings: &[(&str, &str)]) -> (TestApp, SmtpServer, Person, Person) {
    let server = SmtpServer::start(Behaviour::Accept);
    let url = server.url();
    let mut all = vec![("TIDINGS_SMTP_URL", url.as_str())];
    all.extend_from_slice(settings);
    let (app, ann, jo) = on_server(&server, &all);
    (app, server, ann, jo)
}

/// The same with a server that is there already.
fn on_server(server: &SmtpServer, settings: &[(&str, &str)]) -> (TestApp, Person, Person) {
    let mut all = vec![("TIDINGS_MAIL_FROM", "tidings@example.org")];
    all.extend_from_slice(settings);
    let app = TestApp::with(&all);
    let ann = app.nobody("Ann");
    let fields = [("name", "Ann"), ("email", ann.email.as_str()), ("password", crate::support::people::PASSWORD)];
    ann.post("/sign-up", &fields).assert_status(200);
    app.run_jobs();
    ann.post(&newest(server, &ann.email, "/email/confirm/"), &[]).assert_status(303);
    let page = [("first_name", "Maria"), ("relationship", "her sister"), ("privacy", "invited"), ("slug", "maria")];
    ann.post("/pages", &page).assert_status(303);
    let jo = app.invited(&ann, "Jo", "supporter", "everyone");
    app.run_jobs();
    jo.post(&newest(server, &jo.email, "/invitations/"), &[]).assert_status(303);
    (app, ann, jo)
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
    ann.get("/p/maria").assert_sees("Jo’s address does not work any more");
    ann.get("/p/maria/people").assert_sees("No such person here");
    jo.get("/p/maria").assert_does_not_see("does not work");
    // Nothing more goes there, until they are back by what they ask for themselves.
    server.behave(Behaviour::Accept);
    ann.writes("Still home", "All is well.");
    app.run_jobs();
    assert_eq!(updates_to(&server, &jo.email), 0);
    let other = app.visitor();
    other.post("/sign-in/link", &[("email", &jo.email)]).assert_status(200);
    app.run_jobs();
    other.post(&newest(&server, &jo.email, "/sign-in/link/"), &[]).assert_status(303);
    ann.get("/p/maria").assert_does_not_see("does not work");
    ann.writes("Walking", "She walks.");
    app.run_jobs();
    assert_eq!(updates_to(&server, &jo.email), 1);
}

#[test]
fn three_days_of_refusals_that_name_no_reason_stop_mail_and_weeks_forgive() {
    let stopped = "SELECT COUNT(*) AS count FROM people WHERE mail_stopped_at IS NOT NULL";
    for (days_between, stops) in [(1, true), (8, false)] {
        let (app, server, ann, jo) = with_server(&[]);
        server.behave(Behaviour::AtReceiver("554 Not here"));
        for day in 0..3 {
            assert_eq!(app.count(stopped), 0, "day {day}");
            ann.writes(&format!("Day {day}"), "She rests.");
            app.run_jobs();
            ann.get("/p/maria/people").assert_sees("Not here");
            app.pass(SignedDuration::from_hours(24 * days_between));
        }
        assert_eq!(app.count(stopped) == 1, stops);
        let shown = ann.get("/p/maria");
        assert_eq!(shown.sees("Jo’s address does not work any more"), stops);
        server.behave(Behaviour::Accept);
        ann.writes("Home", "She is home.");
        app.run_jobs();
        assert_eq!(updates_to(&server, &jo.email), usize::from(!stops));
    }
}

#[test]
fn a_rule_of_their_server_stops_nothing() {
    let (app, server, ann, jo) = with_server(&[]);
    server.behave(Behaviour::AtReceiver("550 5.7.1 Not by our rules"));
    for day in 0..4 {
        ann.writes(&format!("Day {day}"), "She rests.");
        app.run_jobs();
        app.pass(SignedDuration::from_hours(24));
    }
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM people WHERE soft_failures > 0"), 0);
    ann.get("/p/maria").assert_sees(&format!("Could not reach {}", jo.email));
    server.behave(Behaviour::Accept);
    ann.writes("Home", "She is home.");
    app.run_jobs();
    assert_eq!(updates_to(&server, &jo.email), 1);
}

#[test]
fn mail_that_was_on_its_way_when_mail_stopped_takes_nothing_back() {
    let (app, _server, ann, _jo) = with_server(&[]);
    app.sql("UPDATE people SET mail_stopped_at = created_at, mail_stopped_why = 'bounced' WHERE name = 'Jo'");
    app.sql(
        "UPDATE members SET unreachable_at = created_at, unreachable_reason = '550 5.1.1 Nobody' \
             WHERE role = 'supporter'",
    );
    app.database(|conn| {
        let jo = members::table.filter(members::role.eq("supporter")).select(members::id).first(conn)?;
        tidings::sites::note_outcome(conn, jo, &Outcome::Done, Timestamp::from_micros(0))
    });
    ann.get("/p/maria/people").assert_sees("Nobody");
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
fn days_without_our_mail_server_are_held_against_nobody() {
    let server = SmtpServer::start(Behaviour::Accept);
    let url = format!("smtp://us:secret@{}", server.address);
    let (app, ann, jo) = on_server(&server, &[("TIDINGS_SMTP_URL", &url)]);
    server.behave(Behaviour::RefuseLogin);
    // Started anew: no connection is left that was let in before.
    let other = app.sibling();
    let mut first = None;
    for hour in 0..(9 * 24) {
        if [0, 24, 48].contains(&hour) {
            first = first.or(Some(ann.writes(&format!("Day {hour}"), "She rests.")));
        }
        app.wait_for(tidings::jobs::run_due(&other));
        app.pass(SignedDuration::from_hours(1));
    }
    let failed = "SELECT COUNT(*) AS count FROM jobs WHERE kind = 'new_update' AND state = 'failed'";
    assert_eq!(app.count(failed), 3);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM people WHERE mail_stopped_at IS NOT NULL"), 0);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM people WHERE soft_failures > 0"), 0);
    ann.get("/p/maria").assert_sees(&format!("Could not reach {}", jo.email)).assert_does_not_see("does not work");
    server.behave(Behaviour::Accept);
    let update = ann.writes("Home", "She is home.");
    app.run_jobs();
    assert_eq!(updates_to(&server, &jo.email), 1);
    ann.get("/p/maria").assert_does_not_see("Could not reach");
    ann.get(&format!("{update}/sending")).assert_sees("Told: 1");
    // What was given up can be sent after all.
    let page = format!("{}/sending", first.expect("an update"));
    ann.get(&page).assert_sees("The mail server that sends our mail did not let us in.");
    ann.submit(&page, &[("who", "unreachable")]).assert_sees("on its way");
    app.run_jobs();
    assert_eq!(updates_to(&server, &jo.email), 2);
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
    // On PostgreSQL, one more looks for whoever was left out between two of them.
    let most = if cfg_is_postgres() { 15 } else { 14 };
    assert!(asked <= most, "{asked} statements");
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

#[test]
fn thanks_that_no_mail_can_bring_are_said_on_the_page() {
    let (app, server, ann, jo) = with_server(&[]);
    jo.submit("/p/maria/wishes", &[("message", "Love")]);
    app.run_jobs();
    app.pass(SignedDuration::from_secs(1));
    server.behave(Behaviour::AtReceiver("554 Not here"));
    ann.submit("/p/maria/thanks", &[("to", "all"), ("message", "From all of us.")]);
    jo.get("/p/maria").assert_does_not_see("thanks you");
    app.run_jobs();
    // Whatever gets through later, and however they like to hear: they have not heard of this yet.
    server.behave(Behaviour::Accept);
    ann.writes("Home", "She is home.");
    app.run_jobs();
    jo.get("/p/maria").assert_sees("Ann thanks you for your kind words. From all of us.");
    let before = app.app.db.queries_run();
    jo.get("/p/maria").assert_sees("Ann thanks you");
    let told = app.app.db.queries_run() - before;
    jo.submit("/p/maria/thanks/seen", &[]).assert_does_not_see("Ann thanks you");
    let before = app.app.db.queries_run();
    jo.get("/p/maria").assert_does_not_see("Ann thanks you");
    assert!(app.app.db.queries_run() - before < told, "whoever is not thanked is not asked about");
    // Nor does anybody who was reached by mail hear it twice.
    app.pass(SignedDuration::from_secs(1));
    jo.submit("/p/maria/wishes", &[("message", "Love again")]);
    app.pass(SignedDuration::from_secs(1));
    ann.submit("/p/maria/thanks", &[("to", "all")]).assert_sees("on their way");
    app.run_jobs();
    jo.get("/p/maria").assert_does_not_see("Ann thanks you");
}

#[test]
fn a_gathered_mail_that_is_repeated_has_the_same_id_over_the_same_words_alone() {
    let (app, server, ann, jo) = with_server(&[]);
    jo.submit("/p/maria/wishes", &[("message", "Love")]);
    server.behave(Behaviour::TakeAndCutOff);
    app.run_jobs();
    app.pass(SignedDuration::from_mins(1));
    app.run_jobs();
    jo.submit("/p/maria/wishes", &[("message", "And soup")]);
    server.behave(Behaviour::Accept);
    app.pass(SignedDuration::from_mins(10));
    app.run_jobs();
    let mails: Vec<_> = server.taken_to(&ann.email).into_iter().filter(|mail| mail.text.contains("Love")).collect();
    let [first, again, more] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert_eq!(first.message_id, again.message_id);
    assert!(!again.text.contains("And soup") && more.text.contains("And soup"), "{}", more.text);
    assert_ne!(first.message_id, more.message_id);
}
