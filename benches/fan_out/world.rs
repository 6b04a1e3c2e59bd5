//! The program with a page and its members, and what is asked of it.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::{PgConnection, SqliteConnection};
use jiff::SignedDuration;
use tidings::accounts::SessionScope;
use tidings::clock::Clock;
use tidings::db::ids::{MemberId, PersonId, SessionId, SiteId, UpdateId};
use tidings::db::schema::{members, people, sessions, sites, updates};
use tidings::db::{self, Conn, DatabaseUrl};
use tidings::secrets::Token;
use tidings::sites::{Circle, Delivery, MemberState, Privacy, Role};

/// A running installation with one page.
pub struct World {
    child: Child,
    address: String,
    cookie: String,
    database: DatabaseUrl,
}

const WORDS: &str = "She slept through the night and asked for tea this morning. The nurses say that her numbers are \
                     better than they were on Friday, and that she may sit by the window for an hour.\n\n";

impl World {
    /// With an organizer and so many members besides, in `database` (which is empty) or a file in the folder.
    pub fn start(folder: &Path, database: Option<&str>, sink: &str, sessions: usize, receivers: usize) -> Self {
        let in_file = || format!("sqlite:{}", folder.join("tidings.db").display());
        let url = database.map_or_else(in_file, str::to_owned);
        let database = DatabaseUrl::parse(&url).expect("the URL of a database");
        db::migrate(&database).expect("a migrated database");
        let cookie = seed(&database, receivers);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its number").to_string();
        drop(listener);
        let mut child = Command::new(env!("CARGO_BIN_EXE_tidings"))
            .current_dir(folder)
            .env("TIDINGS_LISTEN", &address)
            .env("TIDINGS_DATA_DIR", folder)
            .env("TIDINGS_DATABASE_URL", &url)
            .env("TIDINGS_LOG", "error")
            .env("TIDINGS_SMTP_URL", format!("smtp://{sink}"))
            .env("TIDINGS_SMTP_CONNECTIONS", sessions.to_string())
            .env("TIDINGS_MAIL_FROM", "tidings@example.org")
            .env("TIDINGS_INCOMING_ADDRESS", "@in.example.org")
            // Sent when we say so.
            .env("TIDINGS_UNDO_SENDING_SECONDS", "600")
            .stdout(Stdio::null())
            .spawn()
            .expect("the server starts");
        let deadline = Instant::now() + Duration::from_secs(30);
        while std::net::TcpStream::connect(&address).is_err() {
            let gone = child.try_wait().expect("the server's state");
            assert!(gone.is_none() && Instant::now() < deadline, "it does not come up: {gone:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
        Self { child, address, cookie, database }
    }

    fn ask(&self, agent: &ureq::Agent, path: &str) -> String {
        let answer = agent.get(format!("http://{}{path}", self.address)).header("cookie", &self.cookie).call();
        let mut answer = answer.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        answer.body_mut().read_to_string().expect("a page")
    }

    /// Reads the page.
    pub fn read(&self, agent: &ureq::Agent) {
        assert!(self.ask(agent, "/p/maria").contains("Maria"));
    }

    /// What every form of the organizer's carries.
    pub fn token(&self, agent: &ureq::Agent) -> String {
        let page = self.ask(agent, "/account");
        let token = page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        token.expect("a form").to_owned()
    }

    fn send(&self, agent: &ureq::Agent, path: &str, fields: &[(&str, &str)]) -> ureq::http::Response<ureq::Body> {
        let request = agent.post(format!("http://{}{path}", self.address)).header("cookie", &self.cookie);
        request.send_form(fields.iter().copied()).expect("an answer")
    }

    /// Posts an update.
    pub fn post(&self) {
        let agent = agent();
        let (token, body) = (self.token(&agent), WORDS.repeat(8));
        let fields = [("csrf", &*token), ("title", "A good night"), ("body", &*body), ("audience", "everyone")];
        let answer = self.send(&agent, "/p/maria/updates", &fields);
        assert_eq!(answer.status().as_u16(), 303);
    }

    /// The id of the update that was posted last.
    pub fn newest_update(&self) -> String {
        let newest = updates::table.select(updates::id).order(updates::id.desc());
        newest.first::<UpdateId>(&mut open(&self.database)).expect("an update").to_string()
    }

    /// Writes down that an update was read, as every page does that is read.
    pub fn write(&self, agent: &ureq::Agent, token: &str, update: &str) {
        let answer = self.send(agent, "/p/maria/position", &[("csrf", token), ("update", update), ("keep", "yes")]);
        assert_eq!(answer.status().as_u16(), 204);
    }

    /// A point in time as the database has it.
    fn instant(&self, micros: i64) -> String {
        match self.database {
            DatabaseUrl::Sqlite(_) => micros.to_string(),
            DatabaseUrl::Postgres(_) => format!("TIMESTAMPTZ 'epoch' + {micros} * INTERVAL '1 microsecond'"),
        }
    }

    /// Sends the mail about the first update, once more if it was sent already. Answers how many mails there were, how many
    /// seconds they took from the first that was taken in hand to the last that was written down, and how many of processor
    /// time.
    pub fn send_again(&self, most: usize) -> (usize, f64, f64) {
        let mut conn = open(&self.database);
        let first = "kind = 'new_update' AND update_id = (SELECT id FROM updates ORDER BY published_at, id LIMIT 1)";
        let now = self.instant(Clock::system().now().as_micros());
        // The mail about all others waits for nothing.
        conn.batch_execute(&format!(
            "UPDATE jobs SET state = 'dropped', finished_at = {now} \
             WHERE state = 'queued' AND kind = 'new_update' AND NOT ({first})"
        ))
        .expect("the other jobs");
        let these = format!("SELECT id FROM jobs WHERE {first} ORDER BY id LIMIT {most}");
        let last = number(&mut conn, &format!("SELECT MAX(id) AS number FROM ({these}) AS these"));
        conn.batch_execute(&format!(
            "UPDATE jobs SET state = 'queued', attempts = 0, outcome = NULL, finished_at = NULL, run_at = {now} \
             WHERE id IN ({these})"
        ))
        .expect("the jobs");
        let any = |conn: &mut Conn, which: &str| {
            #[derive(QueryableByName)]
            struct Row {
                #[diesel(sql_type = diesel::sql_types::Bool)]
                found: bool,
            }
            let query = diesel::sql_query(format!("SELECT EXISTS (SELECT 1 FROM jobs WHERE {which}) AS found"));
            query.get_result::<Row>(conn).expect("yes or no").found
        };
        let waits = format!("state = 'queued' AND kind = 'new_update' AND run_at <= {now}");
        // Few can be gone before one is seen in hand.
        while !any(&mut conn, &format!("{waits} AND attempts > 0")) && any(&mut conn, &waits) {
            std::thread::sleep(Duration::from_millis(1));
        }
        let (begin, worked) = (Instant::now(), self.cpu());
        // First the last in their order, by its key: asked for any that waits, PostgreSQL reads past what was sent since it last
        // tidied, and looking would be measured.
        for which in [format!("id = {last} AND finished_at IS NULL"), waits] {
            while any(&mut conn, &which) {
                std::thread::sleep(Duration::from_millis(20));
                assert!(begin.elapsed() < Duration::from_secs(600), "it does not come to an end");
            }
        }
        let took = begin.elapsed().as_secs_f64();
        let done = format!("state = 'done' AND run_at = {now} AND attempts = 1");
        let sent = number(&mut conn, &format!("SELECT COUNT(*) AS number FROM jobs WHERE {first} AND {done}"));
        let sent = usize::try_from(sent).expect("of jobs");
        assert_eq!(sent, most, "each was sent, at once");
        (sent, took, self.cpu() - worked)
    }

    /// How long its threads have worked, in seconds: Linux counts in hundredths (proc(5)).
    fn cpu(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let behind_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let ticks = behind_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok());
        ticks.sum::<f64>() / 100.0
    }

    /// Has the most memory counted from now on.
    pub fn count_memory_anew(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").expect("Linux");
    }

    /// The most memory that it has had, in MB.
    pub fn high_water(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("Linux");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a high water mark");
        line.split_whitespace().next().and_then(|kib| kib.parse::<f64>().ok()).expect("a number") * 1024.0 / 1e6
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // It is being thrown away: whether it had ended by itself does not matter.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How long a mail about such an update is, without its headers, which `smtp-source` adds by itself: as it would lie in an
/// outbox.
pub fn message_bytes() -> usize {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let sink = listener.local_addr().expect("its number").to_string();
    let take = std::thread::spawn(move || read_one(&listener));
    let folder = tempfile::tempdir().expect("a folder");
    let world = World::start(folder.path(), None, &sink, 1, 1);
    world.post();
    open(&world.database).batch_execute("UPDATE jobs SET run_at = 0 WHERE kind = 'new_update'").expect("one job");
    let begin = Instant::now();
    while !take.is_finished() {
        assert!(begin.elapsed() < Duration::from_secs(60), "no mail comes");
        std::thread::sleep(Duration::from_millis(10));
    }
    take.join().expect("a mail")
}

/// Takes one mail, and says how long its body is.
fn read_one(listener: &TcpListener) -> usize {
    use std::io::{BufRead, BufReader, Write};
    let (stream, _) = listener.accept().expect("a connection");
    let mut writer = stream.try_clone().expect("the same connection");
    let mut lines = BufReader::new(stream).lines();
    let mut say = |text: &str| writer.write_all(format!("{text}\r\n").as_bytes()).expect("a line");
    say("220 test");
    while let Some(Ok(line)) = lines.next() {
        if !line.eq_ignore_ascii_case("DATA") {
            say("250 Ok");
            continue;
        }
        say("354 Go on");
        let mail = lines.by_ref().map_while(Result::ok).take_while(|line| line != ".");
        let bytes = mail.skip_while(|line| !line.is_empty()).map(|line| line.len() + 2).sum();
        say("250 Taken");
        return bytes;
    }
    0
}

/// A client that keeps its connection.
pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into()
}

fn open(database: &DatabaseUrl) -> Conn {
    match database {
        DatabaseUrl::Sqlite(file) => {
            let mut conn = SqliteConnection::establish(&file.to_string_lossy()).expect("the database opens");
            conn.batch_execute("PRAGMA busy_timeout = 10000").expect("a setting of the connection");
            Conn::Sqlite(conn)
        }
        DatabaseUrl::Postgres(url) => {
            Conn::Postgres(PgConnection::establish(url.reveal()).expect("the database answers"))
        }
    }
}

/// The page, its organizer with a session, and the members. Answers with the cookie.
fn seed(database: &DatabaseUrl, receivers: usize) -> String {
    let (now, site, token) = (Clock::system().now(), SiteId::generate(), Token::generate());
    let seeded = db::once(database, |conn| {
        diesel::insert_into(sites::table)
            .values((
                sites::id.eq(site),
                sites::slug.eq("maria"),
                sites::first_name.eq("Maria"),
                sites::relationship.eq("daughter"),
                sites::privacy.eq(Privacy::Invited),
                sites::created_at.eq(now),
                sites::updated_at.eq(now),
            ))
            .execute(conn)?;
        for number in 0..=receivers {
            let (person, email) = (PersonId::generate(), format!("p{number}@example.net"));
            diesel::insert_into(people::table)
                .values((
                    people::id.eq(person),
                    people::name.eq(format!("Person {number}")),
                    people::email.eq(&email),
                    people::email_key.eq(&email),
                    people::email_verified_at.eq(now),
                    people::created_at.eq(now),
                    people::updated_at.eq(now),
                ))
                .execute(conn)?;
            diesel::insert_into(members::table)
                .values((
                    members::id.eq(MemberId::generate()),
                    members::site_id.eq(site),
                    members::person_id.eq(person),
                    members::role.eq(if number == 0 { Role::Organizer } else { Role::Supporter }),
                    members::state.eq(MemberState::Active),
                    members::circle.eq(Circle::Everyone),
                    members::delivery.eq(Delivery::Each),
                    members::created_at.eq(now),
                    members::updated_at.eq(now),
                ))
                .execute(conn)?;
            if number == 0 {
                diesel::insert_into(sessions::table)
                    .values((
                        sessions::id.eq(SessionId::generate()),
                        sessions::token_hash.eq(token.hash()),
                        sessions::person_id.eq(person),
                        sessions::scope.eq(SessionScope::Account),
                        sessions::created_at.eq(now),
                        sessions::expires_at.eq(now + SignedDuration::from_hours(24)),
                    ))
                    .execute(conn)?;
            }
        }
        Ok(())
    });
    seeded.expect("the rows");
    format!("tidings-session={}", token.reveal())
}

/// What a query answers with, as `number`.
fn number(conn: &mut Conn, query: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        number: i64,
    }
    diesel::sql_query(query).get_result::<Row>(conn).expect("a number").number
}
