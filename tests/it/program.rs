//! The program itself: the command line, the settings, the log, stopping and dying.

use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Output, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::Browser;
use crate::support::database::TestDatabase;
use crate::support::smtp::{Behaviour, SmtpServer};

/// A folder, a database and settings for a run of the program.
pub struct Place {
    pub folder: TempDir,
    pub address: SocketAddr,
    settings: Vec<(String, String)>,
    _database: TestDatabase,
}

impl Place {
    pub fn new(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = TestDatabase::create(folder.path());
        let address = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number");
        let mut all = vec![
            ("TIDINGS_LISTEN".to_owned(), address.to_string()),
            ("TIDINGS_DATABASE_URL".to_owned(), database.url.clone()),
            ("TIDINGS_UNDO_SENDING_SECONDS".to_owned(), "0".to_owned()),
        ];
        all.extend(settings.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
        Self { folder, address, settings: all, _database: database }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
        command.args(arguments).current_dir(self.folder.path()).env_clear().envs(self.settings.iter().cloned());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs one command to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program runs")
    }

    /// Starts the server and waits until its log says that it is ready.
    pub fn serve(&self) -> Running {
        let mut child = self.command(&["serve"]).spawn().expect("the program starts");
        let mut log = BufReader::new(child.stderr.take().expect("a log"));
        let mut said = String::new();
        while !said.contains("Tidings is ready at") {
            let read = log.read_line(&mut said).expect("a line of the log");
            assert_ne!(read, 0, "it stopped: {said}");
        }
        // Read all the time: a program whose log nobody reads stands still when the pipe is full.
        let mut all = said.clone();
        let log = std::thread::spawn(move || {
            log.read_to_string(&mut all).expect("the log");
            all
        });
        Running { child, log, said }
    }
}

pub struct Running {
    pub child: Child,
    log: JoinHandle<String>,
    /// Its log until it was ready.
    said: String,
}

impl Running {
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status().expect("kill");
        assert!(sent.success());
    }

    /// Waits for the end, and answers with the exit code and the whole log.
    pub fn end(mut self) -> (Option<i32>, String) {
        let log = self.log.join().expect("the log");
        (self.child.wait().expect("the end").code(), log)
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn help_names_the_commands() {
    let help = text(&Place::new(&[]).run(&["--help"]).stdout);
    for word in ["serve", "migrate", "check", "--config"] {
        assert!(help.contains(word), "{help}");
    }
}

#[test]
fn an_unknown_or_bad_setting_stops_the_start_and_names_itself() {
    for (name, value) in
        [("TIDINGS_LISTN", "127.0.0.1:1"), ("TIDINGS_DATABASE_URL", "mysql://x"), ("TIDINGS_SMTP_URL", "x")]
    {
        let output = Place::new(&[(name, value)]).run(&["serve"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains(name), "{}", text(&output.stderr));
    }
    let place = Place::new(&[]);
    std::fs::write(place.folder.path().join("mine.toml"), "colour = \"green\"\n").expect("a file");
    let output = place.run(&["--config", "mine.toml", "check"]);
    assert!(text(&output.stderr).contains("colour in mine.toml"), "{}", text(&output.stderr));
    let missing = place.run(&["--config", "not-there.toml", "check"]);
    assert!(text(&missing.stderr).contains("not-there.toml"), "{}", text(&missing.stderr));
}

#[test]
fn check_says_what_is_in_order_and_what_is_not() {
    let place = Place::new(&[]);
    let before = text(&place.run(&["check"]).stdout);
    assert!(before.contains("migrations will be applied") && before.contains("smtp_url is not set"), "{before}");
    let migrated = place.run(&["migrate"]);
    assert!(migrated.status.success() && text(&migrated.stdout).contains("up to date"));
    assert!(text(&place.run(&["check"]).stdout).contains("reached, and up to date"));

    let server = SmtpServer::start(Behaviour::RefuseLogin);
    let url = format!("smtp://us:wrong@{}", server.address);
    let mail = [("TIDINGS_SMTP_URL", url.as_str()), ("TIDINGS_MAIL_FROM", "tidings@example.org")];
    let refused = Place::new(&mail).run(&["check"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stdout).contains("PROBLEM  mail: smtp_url"), "{}", text(&refused.stdout));
    assert!(!text(&refused.stdout).contains("wrong") && !text(&refused.stderr).contains("wrong"));
    server.behave(Behaviour::Accept);
    assert!(text(&Place::new(&mail).run(&["check"]).stdout).contains("lets us in"));
}

#[test]
fn it_serves_says_where_and_stops_in_order() {
    let place = Place::new(&[]);
    let running = place.serve();
    assert!(running.said.contains("outbox"), "{}", running.said);
    let last = running.said.trim_end().lines().last().expect("a last line").to_owned();
    assert!(last.contains(&format!("http://{}", place.address)), "{last}");
    Browser::new(place.address).get("/").assert_status(200).assert_sees("Everyone who cares");
    let asked = Instant::now();
    running.signal("-TERM");
    let (code, log) = running.end();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("stopped"), "{log}");
    assert!(asked.elapsed() < Duration::from_secs(10), "it took {:?}", asked.elapsed());
}

/// Signs Ann up and in on a running program whose mail goes to `server`, and starts Maria's page.
pub fn start_page(browser: &Browser, server: &SmtpServer) {
    let fields = [("name", "Ann"), ("email", "ann@example.org"), ("password", "a lamp in the window")];
    browser.post("/sign-up", &fields).assert_status(200);
    let mail = wait_until(|| server.taken_to("ann@example.org").pop());
    browser.post(&mail.link("/email/confirm/"), &[]).assert_status(303);
    let fields = [("first_name", "Maria"), ("relationship", "her sister"), ("privacy", "invited"), ("slug", "maria")];
    browser.post("/pages", &fields).assert_status(303);
}

/// Waits for the thing itself.
pub fn wait_until<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "it did not happen within a minute");
        std::thread::yield_now();
    }
}

#[test]
fn the_log_holds_no_address_no_secret_and_no_word_of_a_family() {
    let server = SmtpServer::start(Behaviour::Accept);
    let url = server.url();
    let place = Place::new(&[
        ("TIDINGS_SMTP_URL", &url),
        ("TIDINGS_MAIL_FROM", "tidings@example.org"),
        ("TIDINGS_LOG_FORMAT", "json"),
    ]);
    let running = place.serve();
    let ann = Browser::new(place.address);
    start_page(&ann, &server);
    ann.post("/p/maria/people/invitations", &[("addresses", "jo@example.org")]).assert_status(303);
    let invitation = wait_until(|| server.taken_to("jo@example.org").pop()).link("/invitations/");
    let jo = Browser::new(place.address);
    jo.post(&invitation, &[]).assert_status(303);
    ann.post("/p/maria/updates", &[("title", "Biopsy"), ("body", "The lump is benign.")]).assert_status(303);
    let update = wait_until(|| server.taken_to("jo@example.org").into_iter().find(|mail| mail.subject == "Biopsy"));
    let open = update.link("/sign-in/link/");
    jo.get(&open).assert_status(303);
    running.signal("-TERM");
    let (_, log) = running.end();
    let secret =
        |link: &str| link.split('/').next_back().and_then(|it| it.split('?').next()).expect("a secret").to_owned();
    for word in [
        "ann@example.org",
        "jo@example.org",
        "maria",
        "Maria",
        "Biopsy",
        "benign",
        "a lamp in the window",
        &secret(&invitation),
        &secret(open.split('?').next().expect("a link")),
        &ann.cookie("tidings-session").expect("a session"),
    ] {
        assert!(!log.contains(word), "{word} is in the log: {log}");
    }
    assert!(log.contains("\"route\":\"/invitations/{token}\""), "{log}");
}

#[test]
fn what_was_acknowledged_before_a_sudden_death_is_there_and_is_sent() {
    let server = SmtpServer::start(Behaviour::Accept);
    let url = server.url();
    let place = Place::new(&[("TIDINGS_SMTP_URL", &url), ("TIDINGS_MAIL_FROM", "tidings@example.org")]);
    let running = place.serve();
    let ann = Browser::new(place.address);
    start_page(&ann, &server);
    // Eight are in hand when the server stops talking; the other forty wait in the queue.
    server.behave(Behaviour::Hang);
    let people: Vec<String> = (0..48).map(|n| format!("person{n}@example.org")).collect();
    ann.post("/p/maria/people/invitations", &[("addresses", &people.join("\n"))]).assert_status(303);
    running.signal("-KILL");
    let (code, _) = running.end();
    assert_eq!(code, None);
    server.behave(Behaviour::Accept);
    let again = place.serve();
    ann.get("/p/maria/people").assert_sees("person0@example.org").assert_sees("person47@example.org");
    let invited = || people.iter().filter(|person| !server.taken_to(person).is_empty()).count();
    wait_until(|| (invited() >= 40).then_some(()));
    assert!(people.iter().all(|person| server.taken_to(person).len() <= 1));
    again.signal("-TERM");
    assert_eq!(again.end().0, Some(0));
}

/// What a person holds that nobody else may: every secret in a link that was mailed, and every cookie.
fn secrets_of(server: &SmtpServer, browsers: &[&Browser]) -> Vec<String> {
    let mut secrets = Vec::new();
    for mail in server.taken() {
        for link in mail.text.split_whitespace().filter(|word| word.starts_with("http")) {
            let path = link.split('?').next().unwrap_or_default();
            secrets.extend(path.rsplit('/').next().filter(|part| matches!(part.len(), 32 | 56)).map(str::to_owned));
        }
    }
    for browser in browsers {
        for name in ["tidings-session", "tidings-browser", "tidings-links"] {
            secrets.extend(browser.cookie(name));
        }
    }
    secrets
}

#[test]
fn no_secret_and_no_address_is_in_the_log_and_no_secret_in_the_database() {
    let server = SmtpServer::start(Behaviour::Accept);
    let url = server.url();
    let place = Place::new(&[
        ("TIDINGS_SMTP_URL", url.as_str()),
        ("TIDINGS_MAIL_FROM", "tidings@example.org"),
        ("TIDINGS_LOG", "trace"),
    ]);
    let running = place.serve();
    let mailed = |address: &str, part: &str, count: usize| {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let found: Vec<_> = server.taken_to(address).into_iter().filter(|mail| mail.text.contains(part)).collect();
            if found.len() >= count {
                return found[count - 1].link(part);
            }
            assert!(Instant::now() < deadline, "no mail with {part} to {address}");
            std::thread::yield_now();
        }
    };
    let (ann, jo, visitor) = (Browser::new(place.address), Browser::new(place.address), Browser::new(place.address));
    let password = "a lamp in the window";
    ann.post("/sign-up", &[("name", "Ann"), ("email", "ann@example.org"), ("password", password)]).assert_status(200);
    ann.post(&mailed("ann@example.org", "/email/confirm/", 1), &[]).assert_status(303);
    let page = [("first_name", "Maria"), ("relationship", "x"), ("privacy", "link"), ("slug", "maria")];
    ann.post("/pages", &page).assert_status(303);
    let page_link = ann.secret_link_of("/p/maria");
    visitor.get(&page_link).assert_status(303);
    ann.post("/p/maria/people/invitations", &[("addresses", "jo@example.org")]).assert_status(303);
    jo.post(&mailed("jo@example.org", "/invitations/", 1), &[]).assert_status(303);
    ann.post("/p/maria/updates", &[("body", "She is home.")]).assert_status(303);
    jo.post(&mailed("jo@example.org", "/sign-in/link/", 1), &[]).assert_status(303);
    visitor.post("/password/reset", &[("email", "ann@example.org")]).assert_status(200);
    let reset = mailed("ann@example.org", "/password/reset/", 1);
    ann.post(&reset, &[("password", "another lamp, another window")]).assert_status(303);
    ann.post("/sign-in", &[("email", "ann@example.org"), ("password", "wrong"), ("next", "/p/maria")]);
    visitor.get(&format!("{page_link}x"));
    // Nothing that a page leads to learns from where.
    assert_eq!(ann.get("/p/maria").header("referrer-policy"), Some("no-referrer"));
    let mut secrets = secrets_of(&server, &[&ann, &jo, &visitor]);
    secrets.push(page_link.rsplit('/').next().expect("a secret").to_owned());
    secrets.push(password.to_owned());
    assert!(secrets.len() > 12, "{}", secrets.len());
    running.signal("-TERM");
    let (_, log) = running.end();
    for secret in &secrets {
        assert!(!log.contains(secret.as_str()), "{secret} in the log");
    }
    for address in ["ann@example.org", "jo@example.org", "Maria", "She is home"] {
        assert!(!log.contains(address), "{address} in the log: {log}");
    }
    let stored = place.everything_stored();
    assert!(stored.len() > 3_000, "{}", stored.len());
    for secret in &secrets {
        assert!(!stored.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret} in the database");
    }
}

impl Place {
    /// Every byte of the database: its files, or every table as text.
    fn everything_stored(&self) -> Vec<u8> {
        use diesel::prelude::*;
        use diesel::sql_types::Text;
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            text: String,
        }
        let url = &self.settings.iter().find(|(name, _)| name == "TIDINGS_DATABASE_URL").expect("a database").1;
        if let Some(file) = url.strip_prefix("sqlite:") {
            let files = [file.to_owned(), format!("{file}-wal")];
            return files.iter().filter_map(|file| std::fs::read(file).ok()).flatten().collect();
        }
        let mut conn = PgConnection::establish(url).expect("the database");
        let tables = "SELECT table_name::text AS text FROM information_schema.tables WHERE table_schema = 'public'";
        let tables: Vec<Row> = diesel::sql_query(tables).load(&mut conn).expect("the tables");
        let mut all = Vec::new();
        for table in tables {
            // Bytes stand there as hexadecimal digits, which no secret of ours is.
            let rows = format!("SELECT t::text AS text FROM {} t", table.text);
            for row in diesel::sql_query(rows).load::<Row>(&mut conn).expect("the rows") {
                all.extend(row.text.into_bytes());
            }
        }
        all
    }
}

impl Place {
    /// Runs one SQL statement on the database of the place.
    pub fn sql(&self, statement: &str) {
        use diesel::connection::SimpleConnection;
        use diesel::{Connection, PgConnection, SqliteConnection};
        let url = &self.settings.iter().find(|(name, _)| name == "TIDINGS_DATABASE_URL").expect("a database").1;
        match url.strip_prefix("sqlite:") {
            Some(file) => {
                let mut conn = SqliteConnection::establish(file).expect("the database");
                conn.batch_execute("PRAGMA busy_timeout = 5000").and_then(|()| conn.batch_execute(statement))
            }
            None => PgConnection::establish(url).expect("the database").batch_execute(statement),
        }
        .expect("a statement");
    }

    /// The ids of all photos that there are, in hexadecimal digits.
    pub fn photos(&self) -> Vec<String> {
        use diesel::prelude::*;
        use diesel::sql_types::Text;
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            text: String,
        }
        let url = &self.settings.iter().find(|(name, _)| name == "TIDINGS_DATABASE_URL").expect("a database").1;
        let rows: Vec<Row> = match url.strip_prefix("sqlite:") {
            Some(file) => diesel::sql_query("SELECT LOWER(HEX(id)) AS text FROM photos")
                .load(&mut SqliteConnection::establish(file).expect("the database")),
            None => diesel::sql_query("SELECT encode(id, 'hex') AS text FROM photos")
                .load(&mut PgConnection::establish(url).expect("the database")),
        }
        .expect("the photos");
        rows.into_iter().map(|row| row.text).collect()
    }
}
