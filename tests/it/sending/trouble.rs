//! The database refuses what is to be written down after a mail has left, for a moment or for good: nobody hears twice, and
//! nothing that follows from it is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::Connection;
use diesel::connection::SimpleConnection;
use tidings::db::DatabaseUrl;
use tidings::jobs::{self, JobState};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use super::dying::end_leases;
use super::{deliveries, everybody, joined, told, with_relays, with_supporters};
use crate::support::TestApp;
use crate::support::database::postgres_server;
use crate::support::smtp::{Behaviour, SmtpServer};

/// From now on the database refuses such a change: `what` is like `UPDATE ON jobs`, and `when` says of which rows.
fn refuse(app: &TestApp, what: &str, when: &str) {
    if postgres_server().is_some() {
        app.sql(&format!(
            "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'not now'; END $$; \
             CREATE TRIGGER refusing BEFORE {what} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse()"
        ));
    } else {
        app.sql(&format!(
            "CREATE TRIGGER refusing BEFORE {what} WHEN {when} BEGIN SELECT RAISE(ABORT, 'not now'); END"
        ));
    }
}

/// Counts what is said on this thread about outcomes that could not be written down.
#[derive(Clone, Default)]
struct Complaints(Arc<AtomicUsize>);

impl Subscriber for Complaints {
    fn enabled(&self, of: &Metadata<'_>) -> bool {
        *of.level() == Level::ERROR && of.target().starts_with("tidings::jobs")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Does what is due; once the database has refused something on `table`, it refuses nothing any more.
fn run_until_it_is_over(app: &TestApp, table: &str) {
    let complaints = Complaints::default();
    let _listening = tracing::subscriber::set_default(complaints.clone());
    let drop = match postgres_server() {
        Some(_) => format!("DROP TRIGGER refusing ON {table}"),
        None => "DROP TRIGGER refusing".to_owned(),
    };
    app.wait_for(async {
        let mending = async {
            while complaints.0.load(Ordering::SeqCst) == 0 {
                tokio::task::yield_now().await;
            }
            app.app.db.write(move |conn| Ok(conn.batch_execute(&drop)?)).await.expect("no refusal any more");
        };
        tokio::join!(jobs::run_due(&app.app), mending)
    });
}

#[test]
fn what_follows_from_an_outcome_is_written_at_the_next_try() {
    let relay = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&relay], &[]);
    with_supporters(&app, 6, "example.net");
    ann.post("/p/maria/updates", &[("title", "Home"), ("body", "She is home.")]).assert_status(303);
    app.sql("UPDATE members SET delivery = 'daily', digest_hour = 18 WHERE role = 'supporter'");
    refuse(&app, "INSERT ON digest_news", "NEW.edition = 0");
    run_until_it_is_over(&app, "digest_news");
    assert_eq!((deliveries(&app, JobState::Dropped), told(&relay).len()), (6, 0));
    app.pass(jiff::SignedDuration::from_hours(7));
    app.run_jobs();
    assert_eq!(told(&relay), everybody(6, "example.net"), "it is in their digests");
    assert!(relay.taken().iter().filter(|mail| mail.text.contains("She is home.")).count() == 6);
}

#[test]
fn one_of_whom_nothing_can_be_written_takes_back_nothing_of_the_others() {
    let relay = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&relay], &[]);
    with_supporters(&app, 10, "example.net");
    let third = "(SELECT id FROM people WHERE email = 'p3@example.net')";
    app.sql(&format!(
        "UPDATE members SET unreachable_at = created_at, unreachable_reason = 'no', message = 'he' WHERE person_id = {third}"
    ));
    refuse(&app, "UPDATE OF unreachable_at ON members", "NEW.message = 'he'");
    ann.post("/p/maria/updates", &[("title", "Home"), ("body", "She is home.")]).assert_status(303);
    app.run_jobs();
    assert_eq!((deliveries(&app, JobState::Done), told(&relay)), (10, everybody(10, "example.net")));
    end_leases(&app);
    app.run_jobs();
    assert_eq!(told(&relay), everybody(10, "example.net"));
}

#[test]
fn whom_mail_reaches_again_is_not_said_to_be_out_of_reach() {
    let relay = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&relay], &[]);
    with_supporters(&app, 3, "example.net");
    app.sql(
        "UPDATE members SET unreachable_at = created_at, unreachable_reason = 'Mailbox full' WHERE role = 'supporter'",
    );
    app.sql(
        "UPDATE members SET delivery = 'none' WHERE person_id = (SELECT id FROM people WHERE email = 'p3@example.net')",
    );
    ann.post("/p/maria/updates", &[("title", "Home"), ("body", "She is home.")]).assert_status(303);
    app.run_jobs();
    let count = |which: &str| app.count(&format!("SELECT COUNT(*) AS count FROM members WHERE {which}"));
    assert_eq!(count("role = 'supporter' AND unreachable_at IS NULL AND unreachable_reason IS NULL"), 2);
    assert_eq!(count("unreachable_reason = 'Mailbox full'"), 1, "to whom nothing was sent");
}

#[test]
fn while_nothing_can_be_written_down_nobody_hears_twice() {
    let relay = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&relay], &[]);
    with_supporters(&app, 40, "example.net");
    ann.post("/p/maria/updates", &[("title", "Home"), ("body", "She is home.")]).assert_status(303);
    refuse(&app, "UPDATE ON jobs", "NEW.state = 'done'");
    run_until_it_is_over(&app, "jobs");
    end_leases(&app);
    app.run_jobs();
    assert_eq!((deliveries(&app, JobState::Done), told(&relay)), (40, everybody(40, "example.net")));
}

#[test]
fn a_single_mail_that_cannot_be_written_down_at_once_goes_once() {
    let relay = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&relay], &[]);
    let jo = app.invited(&ann, "Jo", "supporter", "everyone");
    refuse(&app, "UPDATE ON jobs", "NEW.state = 'done'");
    run_until_it_is_over(&app, "jobs");
    end_leases(&app);
    app.run_jobs();
    assert_eq!(relay.taken_to(&jo.email).len(), 1);
}

#[test]
fn who_leaves_a_page_and_who_settles_its_gathered_mail_do_not_wait_for_each_other() {
    if postgres_server().is_none() {
        return;
    }
    let relay = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&relay], &[]);
    let jo = joined(&app, &relay, &ann, "Jo");
    jo.submit("/p/maria/wishes", &[("message", "We think of you")]);
    let DatabaseUrl::Postgres(url) = &app.app.config.database_url else { panic!("not on PostgreSQL") };
    let mut leaving = diesel::PgConnection::establish(url.reveal()).expect("a connection");
    leaving
        .batch_execute("BEGIN; UPDATE members SET updated_at = updated_at WHERE role = 'organizer'")
        .expect("the organizers");
    let sibling = app.sibling();
    let working = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(jobs::run_due(&sibling))
    });
    let waiting = "SELECT COUNT(*) AS count FROM pg_stat_activity \
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let gathered =
        || relay.taken_to(&ann.email).iter().filter(|mail| mail.subject.starts_with("Encouragement")).count();
    while gathered() == 0 || app.count(waiting) == 0 {
        std::thread::yield_now();
    }
    leaving
        .batch_execute("DELETE FROM jobs WHERE member_id IN (SELECT id FROM members WHERE role = 'organizer'); COMMIT")
        .expect("nobody is broken off");
    working.join().expect("the worker");
    end_leases(&app);
    app.run_jobs();
    assert_eq!(gathered(), 1);
}

#[test]
fn what_was_sent_is_sent_also_when_somebody_else_has_it_in_hand_by_then() {
    let relay = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&relay], &[]);
    let jo = app.invited(&ann, "Jo", "supporter", "everyone");
    // While it is prepared, another takes it over.
    let taken = "UPDATE jobs SET lease = (SELECT id FROM sites) WHERE lease IS NOT NULL";
    if postgres_server().is_some() {
        app.sql(&format!(
            "CREATE FUNCTION take() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {taken}; RETURN NEW; END $$; \
             CREATE TRIGGER taking AFTER INSERT ON mail_tokens FOR EACH ROW EXECUTE FUNCTION take()"
        ));
    } else {
        app.sql(&format!("CREATE TRIGGER taking AFTER INSERT ON mail_tokens BEGIN {taken}; END"));
    }
    app.run_jobs();
    end_leases(&app);
    app.run_jobs();
    assert_eq!(relay.taken_to(&jo.email).len(), 1);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM jobs WHERE kind = 'invitation' AND state = 'done'"), 1);
}
