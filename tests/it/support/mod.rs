//! The harness: the real application on a real database and a real socket, used as people use it.

pub mod browser;
pub mod database;
pub mod mailbox;
pub mod people;
pub mod smtp;
pub mod tls;

use std::net::{SocketAddr, TcpListener};

use jiff::SignedDuration;
use tempfile::TempDir;
use tidings::app::App;
use tidings::clock::{Clock, Timestamp};
use tidings::config::Config;
use tidings::{jobs, serve};

pub use browser::{Browser, Response};
use database::TestDatabase;
pub use people::Person;

/// 2026-03-01T12:00:00Z, where the clock of every test stands at first.
const START: Timestamp = Timestamp::from_micros(1_772_366_400_000_000);

/// One installation, alone with its database, its outbox and its clock.
pub struct TestApp {
    pub app: App,
    pub address: SocketAddr,
    pub clock: Clock,
    _folder: TempDir,
    runtime: &'static tokio::runtime::Runtime,
    server: actix_web::dev::ServerHandle,
    _database: TestDatabase,
}

impl TestApp {
    /// With the settings of somebody who has set nothing.
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// With some settings, by the names of their variables.
    pub fn with(settings: &[(&str, &str)]) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let runtime: &'static _ = Box::leak(Box::new(runtime));
        // Entered for as long as the test's thread lives: the SMTP pool closes its connections on the runtime.
        std::mem::forget(runtime.enter());
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = TestDatabase::create(folder.path());
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its number");
        let mut all = vec![
            ("TIDINGS_LISTEN".to_owned(), address.to_string()),
            ("TIDINGS_DATA_DIR".to_owned(), folder.path().join("data").display().to_string()),
            ("TIDINGS_DATABASE_URL".to_owned(), database.url.clone()),
            ("TIDINGS_TRUSTED_PROXIES".to_owned(), "127.0.0.1".to_owned()),
            ("TIDINGS_SMTP_TIMEOUT_SECONDS".to_owned(), "1".to_owned()),
            // Mail leaves at once, unless a test is about that it does not.
            ("TIDINGS_UNDO_SENDING_SECONDS".to_owned(), "0".to_owned()),
        ];
        all.extend(settings.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
        // A file of settings that happens to lie in the folder of the tests must not change them.
        let file = folder.path().join("tidings.toml");
        std::fs::write(&file, "").expect("an empty file of settings");
        let config = Config::load(Some(&file), all.into_iter()).expect("settings");
        let clock = Clock::manual(START);
        let app = App::build(config, clock.clone()).expect("an application");
        let server = start_server(&app, listener);
        Self { app, address, clock, _folder: folder, runtime, server, _database: database }
    }

    /// A second process on the same database.
    pub fn sibling(&self) -> App {
        App::open(self.app.config.clone(), self.clock.clone()).expect("a second application")
    }

    /// Does all the work that is due, and answers how many jobs there were.
    pub fn run_jobs(&self) -> usize {
        self.wait_for(jobs::run_due(&self.app))
    }

    /// Waits for something asynchronous.
    pub fn wait_for<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Lets time go by.
    pub fn pass(&self, time: SignedDuration) {
        self.clock.advance(time);
    }

    /// Reads from or writes into the database behind everybody's back.
    pub fn database<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut tidings::db::Conn) -> tidings::error::Result<T> + Send + 'static,
    ) -> T {
        self.wait_for(self.app.db.write(work)).expect("the database")
    }

    /// Runs one SQL statement that both databases understand.
    pub fn sql(&self, statement: &str) {
        self.try_sql(statement).expect("a statement");
    }

    /// The same, where the database may refuse it.
    pub fn try_sql(&self, statement: &str) -> tidings::error::Result<()> {
        use diesel::connection::SimpleConnection;
        let statement = statement.to_owned();
        self.wait_for(self.app.db.write(move |conn| Ok(conn.batch_execute(&statement)?)))
    }

    /// The number that a query answers with.
    pub fn count(&self, query: &str) -> i64 {
        use diesel::prelude::*;
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            count: i64,
        }
        let query = query.to_owned();
        self.database(move |conn| Ok(diesel::sql_query(query).get_result::<Row>(conn)?.count))
    }

    /// The queue finds a job by its id where it has no end, and what is due by its state: after every test the two say the same.
    fn assert_that_jobs_end_once(&self) {
        let torn = self.count("SELECT count(*) AS count FROM jobs WHERE (finished_at IS NULL) <> (state = 'queued')");
        assert_eq!(torn, 0, "jobs that have ended and wait, or neither");
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let stop = self.server.stop(false);
        self.runtime.block_on(stop);
        if !std::thread::panicking() {
            self.assert_that_jobs_end_once();
        }
    }
}

/// Says that a test was none, and why: past the harness, which keeps to itself what a test prints that does not fail.
pub fn skipped(why: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}

fn start_server(app: &App, listener: TcpListener) -> actix_web::dev::ServerHandle {
    let (send, receive) = std::sync::mpsc::channel();
    let app = app.clone();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = serve::start(&app, listener, 1).expect("a server");
            send.send(server.handle()).expect("the test waits for the handle");
            server.await
        })
    });
    receive.recv().expect("the server starts")
}
