//! Mail in its thousands: over several relays, at the pace that is set, signed, stopped, shared, and after a sudden death.

mod dying;
mod links;
mod pace;
mod relays;
mod sharing;
mod signing;
mod tls;
mod trouble;
mod turns;

use diesel::prelude::*;
use jiff::SignedDuration;
use tidings::db::ids::LeaseId;
use tidings::db::schema::jobs;
use tidings::jobs::{JobState, Kind, Worker};

use crate::support::database::postgres_server;
use crate::support::smtp::SmtpServer;
use crate::support::{Person, TestApp};

/// Maria's page with an organizer, and mail over these relays.
fn with_relays(relays: &[&SmtpServer], settings: &[(&str, &str)]) -> (TestApp, Person) {
    let urls: Vec<String> = relays.iter().map(|relay| relay.url()).collect();
    let urls = urls.join(",");
    let mut all = vec![("TIDINGS_SMTP_URL", urls.as_str()), ("TIDINGS_MAIL_FROM", "tidings@example.org")];
    all.extend_from_slice(settings);
    let app = TestApp::with(&all);
    let ann = app.nobody("Ann");
    let fields = [("name", "Ann"), ("email", ann.email.as_str()), ("password", crate::support::people::PASSWORD)];
    ann.post("/sign-up", &fields).assert_status(200);
    app.run_jobs();
    let confirm = relays.iter().flat_map(|relay| relay.taken_to(&ann.email)).next_back().expect("a mail");
    ann.post(&confirm.link("/email/confirm/"), &[]).assert_status(303);
    let page = [("first_name", "Maria"), ("relationship", "her sister"), ("privacy", "invited"), ("slug", "maria")];
    ann.post("/pages", &page).assert_status(303);
    (app, ann)
}

/// So many supporters, `p1@…` and so on, who hear of each update.
fn with_supporters(app: &TestApp, count: usize, domain: &'static str) {
    app.database(move |conn| {
        use diesel::connection::SimpleConnection;
        let number = format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})");
        // Different for each domain, so that several may be asked for.
        let salt = domain.bytes().fold(7u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % 0xffff;
        let id = |prefix: &str| match postgres_server() {
            Some(_) => format!("decode('{prefix}{salt:04x}' || lpad(to_hex(i), 27, '0'), 'hex')"),
            None => format!("unhex(printf('{prefix}{salt:04x}%027x', i))"),
        };
        let now = if postgres_server().is_some() { "now()" } else { "0" };
        conn.batch_execute(&format!(
            "INSERT INTO people (id, name, email, email_key, created_at, updated_at) {number} \
             SELECT {}, 'P', 'p' || i || '@{domain}', 'p' || i || '@{domain}', {now}, {now} FROM n",
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
}

/// As if a worker had taken everything in hand just now, and died.
fn take_in_hand(app: &TestApp) {
    let until = app.app.clock.now() + SignedDuration::from_mins(5);
    app.database(move |conn| {
        let queued = jobs::table.filter(jobs::state.eq(JobState::Queued));
        let lease = (jobs::lease.eq(Some(LeaseId::generate())), jobs::leased_until.eq(Some(until)));
        Ok(diesel::update(queued).set(lease).execute(conn)?)
    });
}

/// Somebody whom the organizer has invited, and who has pressed the button in the mail.
fn joined(app: &TestApp, relay: &SmtpServer, organizer: &Person, name: &str) -> Person {
    let person = app.invited(organizer, name, "supporter", "everyone");
    app.run_jobs();
    let invitation = relay.taken_to(&person.email).pop().expect("an invitation");
    person.submit(&invitation.link("/invitations/"), &[]).assert_status(200);
    person
}

/// Lets a worker do what is due until it is so: one of another process, whose connections are all its own.
fn work_until(app: &TestApp, is_so: impl Fn() -> bool) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let inside = runtime.enter();
    let worker = Worker::start(app.sibling());
    while !is_so() {
        std::thread::yield_now();
    }
    runtime.block_on(worker.stop(std::time::Duration::ZERO));
    drop(inside);
    runtime.shutdown_background();
}

/// How many deliveries of updates stand so.
fn deliveries(app: &TestApp, state: JobState) -> i64 {
    app.database(move |conn| {
        let those = jobs::table.filter(jobs::kind.eq(Kind::NewUpdate)).filter(jobs::state.eq(state));
        Ok(those.count().get_result(conn)?)
    })
}

/// To whom an update went, sorted, as often as it went.
fn told(relay: &SmtpServer) -> Vec<String> {
    let mails = relay.taken().into_iter().filter(|mail| mail.raw.contains("References:"));
    let mut told: Vec<String> = mails.map(|mail| mail.to).collect();
    told.sort();
    told
}

/// `p1@…` to `p{count}@…`, sorted.
fn everybody(count: usize, domain: &str) -> Vec<String> {
    let mut all: Vec<String> = (1..=count).map(|n| format!("p{n}@{domain}")).collect();
    all.sort();
    all
}
