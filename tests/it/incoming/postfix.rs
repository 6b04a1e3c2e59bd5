//! A real mail server before ours: Postfix, as Debian has it, set up as `docs/operating.md` says. Where it cannot run, the tests
//! say so and are none.

use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use super::{Door, Talk, letter, letters, reply_to, takes_mail, takes_mail_with};
use crate::program::wait_until;
use crate::support::people::PASSWORD;
use crate::support::smtp::{Behaviour, SmtpServer};
use crate::support::{Person, TestApp, skipped};

/// The services that each Postfix has, as the distribution sets them up.
const SERVICES: &str = "/usr/share/postfix/master.cf.dist";

/// A Postfix of our own, in a folder.
struct Postfix {
    process: Child,
    address: SocketAddr,
    folder: tempfile::TempDir,
}

/// A port for it, which has to be known before it is started: whoever sends by it is started first. Below those that the system
/// gives to whoever asks for any, so that nobody is given it meanwhile.
fn free_port() -> u16 {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    let begin = 10_000 + u16::try_from(std::process::id() % 9_000).expect("a small number");
    loop {
        let port = begin + GIVEN.fetch_add(1, Ordering::SeqCst);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Whether it can be started here at all.
fn is_there() -> bool {
    let why = if !Path::new("/usr/sbin/postfix").exists() || !Path::new(SERVICES).exists() {
        "it is not installed"
    } else if !run("id", &["-u"]).trim().eq("0") {
        "only root can start it"
    } else {
        return true;
    };
    skipped(&format!("no Postfix was asked, because {why}"));
    false
}

fn run(program: &str, arguments: &[&str]) -> String {
    let done = Command::new(program).args(arguments).output().expect("a program");
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}

/// The settings that operators are told to write, word for word, with our port in them.
fn as_documented(ours: &str) -> String {
    let text = include_str!("../../../docs/operating.md");
    let block = text.split("```").find(|it| it.trim_start().starts_with("# /etc/postfix/main.cf")).expect("settings");
    let there = "lmtp:inet:127.0.0.1:2424";
    assert_eq!(block.matches(there).count(), 1, "{block}");
    block.replace(there, ours)
}

impl Postfix {
    /// Starts it on a port. What is for us goes to `ours`, everything else into the `world`.
    fn start(port: u16, ours: &str, world: &SmtpServer) -> Self {
        Self::start_with(port, ours, world, "")
    }

    /// The same with more settings.
    fn start_with(port: u16, ours: &str, world: &SmtpServer, more: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path();
        std::fs::set_permissions(at, PermissionsExt::from_mode(0o755)).expect("its users look into it");
        for name in ["settings", "queue", "data"] {
            std::fs::create_dir(at.join(name)).expect("a folder");
        }
        run("chown", &["postfix", &at.join("data").display().to_string()]);
        let services: String = std::fs::read_to_string(SERVICES)
            .expect("services")
            .lines()
            .map(|line| service(line, port) + "\n")
            .collect();
        std::fs::write(at.join("settings/master.cf"), services).expect("its services");
        let settings = format!(
            "compatibility_level = 3.6\nqueue_directory = {at}/queue\ndata_directory = {at}/data\n\
             maillog_file = {at}/log\nmaillog_file_prefixes = {at}\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\n\
             myhostname = mx.example.org\nmydestination =\nalias_maps =\nalias_database =\n\
             relayhost = [127.0.0.1]:{}\naddress_verify_poll_delay = 1s\n{}{more}",
            world.address.port(),
            as_documented(ours),
            at = at.display(),
        );
        std::fs::write(at.join("settings/main.cf"), settings).expect("its settings");
        let process = Command::new("/usr/sbin/postfix")
            .arg("-c")
            .arg(at.join("settings"))
            .arg("start-fg")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("postfix starts");
        let mut postfix = Self { process, address: SocketAddr::from(([127, 0, 0, 1], port)), folder };
        postfix.wait();
        postfix
    }

    /// Until it greets somebody.
    fn wait(&mut self) {
        let begun = Instant::now();
        while std::net::TcpStream::connect(self.address).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(60), "Postfix does not answer: {}", self.log());
            assert!(self.process.try_wait().expect("a process").is_none(), "Postfix has stopped: {}", self.log());
            std::thread::yield_now();
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// What it says to a recipient. It asks us first, and says "later" while it waits for too long for what we say.
    fn asked_for(&self, to: &str) -> (Talk, String) {
        wait_until(|| {
            let mut talk = Talk::begin(self.address);
            assert!(talk.answer().starts_with("220 "));
            assert!(talk.ask("EHLO mx.example.com").starts_with("250"));
            assert!(talk.ask("MAIL FROM:<jo@example.org>").starts_with("250"));
            let said = talk.ask(&format!("RCPT TO:<{to}>"));
            (!said.starts_with('4') || !said.contains("progress")).then_some((talk, said))
        })
    }

    /// Puts a letter in, as any other mail server would.
    fn hand_over(&self, to: &str, letter: &str) {
        let (mut talk, said) = self.asked_for(to);
        assert!(said.starts_with("250"), "{said}{}", self.log());
        assert!(talk.ask("DATA").starts_with("354"));
        let said = talk.letter(letter);
        assert!(said.starts_with("250"), "{said}{}", self.log());
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // Its master, which was started here, by its number; it ends those that it has started.
        if let Ok(master) = std::fs::read_to_string(self.folder.path().join("queue/pid/master.pid")) {
            let _ = Command::new("kill").arg(master.trim()).status();
        }
        let _ = self.process.wait();
        if std::thread::panicking() {
            eprintln!("Postfix said: {}", self.log());
        }
    }
}

/// A line of its services: on our port, and each where its files are.
fn service(line: &str, port: u16) -> String {
    let mut columns: Vec<&str> = line.split_whitespace().collect();
    if columns.len() < 8 || line.starts_with(['#', ' ', '\t']) {
        return line.to_owned();
    }
    let place = format!("127.0.0.1:{port}");
    if columns[..2] == ["smtp", "inet"] {
        columns[0] = &place;
    }
    columns[4] = "n";
    columns.join(" ")
}

/// Jo answers an update by Postfix, and somebody tries an address that is nobody's.
fn answered_by_postfix(app: &TestApp, door: &Door, transport: &str) {
    let world = SmtpServer::start(Behaviour::Accept);
    let postfix = Postfix::start(free_port(), &format!("{transport}:{}", door.address.port()), &world);
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    let to = reply_to(app, &jo.email);
    postfix.hand_over(&to, &letter(&jo.email, &to, "one", &[], "Love through two servers\n.\nand a dot"));
    wait_until(|| (letters(app, "waiting") == 1).then_some(()));
    app.run_jobs();
    ann.get(&update).assert_sees("Love through two servers").assert_sees("and a dot");
    for nobody in ["eve@in.example.org".to_owned(), to.replacen("ua", "ub", 1)] {
        assert_ne!(nobody, to);
        let (_, said) = postfix.asked_for(&nobody);
        assert!(said.starts_with("550 5.1.1"), "{nobody}: {said}");
    }
    // Only what is ours is asked for; that it passes on the mail of this machine is as it was.
    let (_, said) = postfix.asked_for("anybody@example.com");
    assert!(said.starts_with("250"), "{said}");
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM incoming_letters"), 1);
}

#[test]
fn a_reply_comes_by_postfix_over_lmtp_and_what_is_not_ours_is_refused_at_its_door() {
    if is_there() {
        let (app, door) = takes_mail();
        answered_by_postfix(&app, &door, "lmtp:inet:127.0.0.1");
    }
}

#[test]
fn the_same_over_smtp() {
    if is_there() {
        let (app, door) = takes_mail_with("smtp", &[]);
        answered_by_postfix(&app, &door, "smtp:[127.0.0.1]");
    }
}

/// The newest mail that the world has for somebody, once it is there.
fn arrived(world: &SmtpServer, person: &Person, link: &str) -> String {
    wait_until(|| world.taken_to(&person.email).into_iter().find(|mail| mail.text.contains(link))).link(link)
}

#[test]
fn a_report_that_postfix_wrote_stops_mail_to_an_address_that_is_no_more() {
    if !is_there() {
        return;
    }
    let (port, world) = (free_port(), SmtpServer::start(Behaviour::Accept));
    let url = format!("smtp://127.0.0.1:{port}");
    let (app, door) = takes_mail_with(
        "lmtp",
        &[
            ("TIDINGS_SMTP_URL", url.as_str()),
            ("TIDINGS_MAIL_FROM", "tidings@example.org"),
            ("TIDINGS_SMTP_TIMEOUT_SECONDS", "30"),
        ],
    );
    let postfix = Postfix::start(port, &format!("lmtp:inet:{}", door.address), &world);
    let (ann, jo) = (app.nobody("Ann"), app.nobody("Jo"));
    ann.post("/sign-up", &[("name", "Ann"), ("email", &ann.email), ("password", PASSWORD)]).assert_status(200);
    app.run_jobs();
    ann.post(&arrived(&world, &ann, "/email/confirm/"), &[]).assert_status(303);
    let page = [("first_name", "Maria"), ("relationship", "her sister"), ("privacy", "invited"), ("slug", "maria")];
    ann.post("/pages", &page).assert_status(303);
    ann.post("/p/maria/people/invitations", &[("addresses", &format!("Jo <{}>", jo.email))]).assert_status(303);
    app.run_jobs();
    jo.submit(&arrived(&world, &jo, "/invitations/"), &[]).assert_status(200);
    // From now on, the server that has Jo's mailbox says that it is gone.
    world.behave(Behaviour::Permanent);
    ann.writes("Home", "She is home.");
    app.run_jobs();
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM jobs WHERE kind = 'new_update' AND state = 'done'"), 1);
    ann.get("/p/maria").assert_does_not_see("does not work");
    wait_until(|| (letters(&app, "waiting") == 1).then_some(()));
    app.run_jobs();
    ann.get("/p/maria").assert_sees("Jo’s address does not work any more");
    ann.get("/p/maria/people").assert_sees("No such person here");
    // Mail about updates stops, and what they ask for themselves still goes.
    world.behave(Behaviour::Accept);
    let before = world.taken_to(&jo.email).len();
    ann.writes("Second", "More news.");
    app.visitor().post("/sign-in/link", &[("email", &jo.email)]).assert_status(200);
    app.run_jobs();
    arrived(&world, &jo, "/sign-in/link/");
    assert_eq!(world.taken_to(&jo.email).len(), before + 1, "{}", postfix.log());
}

#[test]
fn a_postfix_that_passes_nothing_on_for_us_keeps_mail_waiting_and_condemns_nobody() {
    if !is_there() {
        return;
    }
    let (port, world) = (free_port(), SmtpServer::start(Behaviour::Accept));
    let url = format!("smtp://127.0.0.1:{port}");
    let app = TestApp::with(&[("TIDINGS_SMTP_URL", url.as_str()), ("TIDINGS_MAIL_FROM", "tidings@example.org")]);
    // To whom we are anybody on the internet: what is not its own domain's is not for it, also with what we tell operators to write.
    let strict = "mynetworks = 192.0.2.1\nsmtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n";
    let postfix = Postfix::start_with(port, "lmtp:inet:127.0.0.1:9", &world, strict);
    let (_, said) = postfix.asked_for("anybody@example.com");
    assert!(said.starts_with("554 5.7.1 ") && said.contains("Relay access denied"), "{said}");
    let ann = app.nobody("Ann");
    ann.post("/sign-up", &[("name", "Ann"), ("email", &ann.email), ("password", PASSWORD)]).assert_status(200);
    assert_eq!(app.run_jobs(), 1);
    let jobs = |state: &str| {
        app.count(&format!("SELECT COUNT(*) AS count FROM jobs WHERE kind = 'confirm_email' AND state = '{state}'"))
    };
    assert_eq!((jobs("queued"), jobs("failed")), (1, 0), "{}", postfix.log());
    assert!(world.taken().is_empty());
}
