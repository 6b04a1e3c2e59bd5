//! The program dies in the middle, again and again: nobody is left out, and few hear twice.

use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use tidings::clock::Timestamp;
use tidings::db::DatabaseUrl;
use tidings::jobs::{JobState, Kind};

use super::{deliveries, with_relays, with_supporters};
use crate::support::TestApp;
use crate::support::smtp::{Behaviour, SmtpServer};

/// How many are told; `TIDINGS_TEST_DELIVERIES` asks for more.
fn receivers() -> usize {
    std::env::var("TIDINGS_TEST_DELIVERIES").ok().and_then(|text| text.parse().ok()).unwrap_or(2_000)
}

/// What one sudden death may repeat: what was sent and not yet written down.
const IN_FLIGHT: usize = 64;

/// The program itself, on the same database and folder.
fn serve(app: &TestApp, relay: &SmtpServer) -> Child {
    let address = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number");
    let database = match &app.app.config.database_url {
        DatabaseUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
        DatabaseUrl::Postgres(url) => url.reveal().to_owned(),
    };
    Command::new(env!("CARGO_BIN_EXE_tidings"))
        .arg("serve")
        .current_dir(&app.app.config.data_dir)
        .env_clear()
        .env("TIDINGS_LISTEN", address.to_string())
        .env("TIDINGS_DATABASE_URL", database)
        .env("TIDINGS_DATA_DIR", &app.app.config.data_dir)
        .env("TIDINGS_SMTP_URL", relay.url())
        .env("TIDINGS_MAIL_FROM", "tidings@example.org")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts")
}

/// Lets time go by for whoever holds a lease: they are dead.
pub(super) fn end_leases(app: &TestApp) {
    use diesel::prelude::*;
    use tidings::db::schema::jobs;
    app.database(|conn| {
        let held = jobs::table.filter(jobs::leased_until.is_not_null());
        Ok(diesel::update(held).set(jobs::leased_until.eq(Some(Timestamp::from_micros(0)))).execute(conn)?)
    });
}

/// Who is still to be told.
fn not_told(app: &TestApp) -> BTreeSet<String> {
    use diesel::prelude::*;
    use tidings::db::schema::{jobs, members, people};
    app.database(|conn| {
        let addressed = jobs::table.inner_join(members::table.on(jobs::member_id.eq(members::id.nullable())));
        let addressed = addressed.inner_join(people::table.on(members::person_id.eq(people::id)));
        let queued = addressed.filter(jobs::kind.eq(Kind::NewUpdate)).filter(jobs::state.eq(JobState::Queued));
        Ok(queued.select(people::email).load::<String>(conn)?.into_iter().collect())
    })
}

#[test]
fn killed_again_and_again_nobody_is_left_out_and_few_hear_twice() {
    let (relay, receivers) = (SmtpServer::start(Behaviour::Accept), receivers());
    let (app, ann) = with_relays(&[&relay], &[]);
    with_supporters(&app, receivers, "example.net");
    ann.post("/p/maria/updates", &[("title", "Home"), ("body", "She is home.")]).assert_status(303);
    let sent = || -> Vec<String> {
        let all = relay.envelopes().into_iter().map(|(_, to)| to);
        all.filter(|to| to.ends_with("@example.net")).collect()
    };
    let kill = |children: &mut [Child]| {
        for child in children {
            child.kill().expect("SIGKILL");
            child.wait().expect("its end");
        }
    };
    let mut killed = 0;
    // Each in the middle, and never in step with the batches; of two that share the work, both die.
    for (further, programs) in [(37, 1), (211, 2), (5, 1), (463, 1), (1, 2), (150, 1), (301, 2)] {
        let before = sent().len();
        let goal = before + further * receivers / 2_000;
        let mut children: Vec<Child> = (0..programs).map(|_| serve(&app, &relay)).collect();
        while sent().len() < goal && deliveries(&app, JobState::Queued) > 0 {
            std::thread::yield_now();
        }
        kill(&mut children);
        killed += programs;
        let not_told = not_told(&app);
        let again = sent().into_iter().skip(before).collect::<BTreeSet<_>>().intersection(&not_told).count();
        println!("{programs} killed: {again} will hear twice");
        assert!(again <= programs * IN_FLIGHT, "{again} will hear twice, of {programs} killed");
        end_leases(&app);
    }
    let mut children = [serve(&app, &relay)];
    while deliveries(&app, JobState::Queued) > 0 {
        std::thread::yield_now();
    }
    kill(&mut children);
    let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for mail in relay.taken().into_iter().filter(|mail| mail.to.ends_with("@example.net")) {
        ids.entry(mail.to).or_default().push(mail.message_id);
    }
    let repeated: usize = ids.values().map(|ids| ids.len() - 1).sum();
    println!("{killed} killed: {} lost, {repeated} repeated", receivers - ids.len());
    assert_eq!(ids.len(), receivers, "nobody is left out");
    assert!(repeated <= killed * IN_FLIGHT, "{repeated} repeated, of {killed} killed");
    // And whoever hears twice has the same mail twice.
    assert!(ids.values().all(|ids| ids.iter().all(|id| Some(id) == ids.first())));
}
