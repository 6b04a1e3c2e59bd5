//! A mailbox on a real server: Dovecot, as Debian has it. Where it is not installed, the test says so and is no test.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tidings::incoming::{Known, look};

use mail_parser::MessageParser;

use super::{letter, reply_to};
use crate::program::{Place, start_page, wait_until};
use crate::support::smtp::{Behaviour, SmtpServer};
use crate::support::tls::Authority;
use crate::support::{Browser, TestApp, skipped};

/// A Dovecot of our own, in a folder, for one mailbox.
struct Dovecot {
    process: Child,
    port: u16,
    /// Whose the mailbox is to be, where it is not this user's.
    owner: Option<String>,
    folder: tempfile::TempDir,
}

impl Dovecot {
    /// Starts it, if it is installed: with TLS from the first byte where somebody vouches for it, and in clear otherwise.
    fn start(vouched: Option<&Authority>) -> Option<Self> {
        let programs = ["/usr/sbin/dovecot", "/usr/bin/dovecot"].into_iter().map(PathBuf::from);
        let Some(program) = programs.into_iter().find(|it| it.exists()) else {
            skipped("dovecot-imapd is not installed, so no mailbox on a real server was looked into");
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port").port();
        let at = folder.path().display().to_string();
        let [me, group] = ["-un", "-gn"].map(|what| {
            let said = Command::new("id").arg(what).output().expect("who I am").stdout;
            String::from_utf8_lossy(&said).trim().to_owned()
        });
        // Dovecot lets root do nothing; the users that its package makes do it then.
        let is_root = me == "root";
        let (login, internal, internal_group, owner, owner_group) = if is_root {
            ("dovenull", "dovecot", "dovecot", "nobody", "nogroup")
        } else {
            (me.as_str(), me.as_str(), group.as_str(), me.as_str(), group.as_str())
        };
        for name in ["new", "cur", "tmp"] {
            std::fs::create_dir_all(folder.path().join("mail").join(name)).expect("a mailbox");
        }
        std::fs::write(folder.path().join("users"), "tidings:{PLAIN}secret word\n").expect("its owner");
        let version = Command::new(&program).arg("--version").output().expect("its version").stdout;
        let is_old = String::from_utf8_lossy(&version).starts_with("2.3.");
        let (open, secret) = if vouched.is_some() { (0, port) } else { (port, 0) };
        let tls = vouched.map_or("ssl = no\n".to_owned(), |authority| {
            let (certificate, key) = authority.files_for("127.0.0.1");
            let (certificate, key) = (certificate.display(), key.display());
            if is_old {
                format!("ssl = required\nssl_cert = <{certificate}\nssl_key = <{key}\n")
            } else {
                format!("ssl = required\nssl_server_cert_file = {certificate}\nssl_server_key_file = {key}\n")
            }
        });
        // Where mail lies and who may sign in is written differently since 2.4.
        let whose = if is_old {
            format!(
                "disable_plaintext_auth = no\nmail_location = maildir:{at}/mail\n\
                 passdb {{\n  driver = passwd-file\n  args = scheme=PLAIN {at}/users\n}}\n\
                 userdb {{\n  driver = static\n  args = uid={owner} gid={owner_group} home={at}\n}}\n"
            )
        } else {
            format!(
                "auth_allow_cleartext = yes\nmail_driver = maildir\nmail_path = {at}/mail\n\
                 passdb passwd-file {{\n  passwd_file_path = {at}/users\n}}\n\
                 userdb static {{\n  fields {{\n    uid = {owner}\n    gid = {owner_group}\n    home = {at}\n  }}\n}}\n"
            )
        };
        let since = if is_old { "" } else { "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n" };
        let config = format!(
            "{since}base_dir = {at}/run\nstate_dir = {at}/state\nlog_path = {at}/log\nprotocols = imap\n{tls}\
             auth_mechanisms = plain login\nlisten = 127.0.0.1\n\
             default_login_user = {login}\ndefault_internal_user = {internal}\ndefault_internal_group = {internal_group}\n\
             first_valid_uid = 0\nfirst_valid_gid = 0\nmail_uid = {owner}\nmail_gid = {owner_group}\nmail_home = {at}\n{whose}\
             service imap-login {{\n  chroot =\n  inet_listener imap {{\n    port = {open}\n  }}\n  inet_listener imaps {{\n    port = {secret}\n  }}\n}}\n\
             service anvil {{\n  chroot =\n}}\n"
        );
        let file = folder.path().join("dovecot.conf");
        std::fs::write(&file, config).expect("its settings");
        let process = Command::new(program)
            .arg("-F")
            .arg("-c")
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("dovecot starts");
        let dovecot = Self { process, port, owner: is_root.then(|| format!("{owner}:{owner_group}")), folder };
        dovecot.hand_over();
        dovecot.wait();
        Some(dovecot)
    }

    /// Until somebody answers there.
    fn wait(&self) {
        let begun = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(begun.elapsed() < Duration::from_secs(30), "Dovecot does not answer: {log}");
            std::thread::yield_now();
        }
    }

    /// The mailbox belongs to whoever opens it.
    fn hand_over(&self) {
        let Some(owner) = &self.owner else { return };
        for (program, what, place) in [
            ("chmod", "755", self.folder.path().to_path_buf()),
            ("chown", owner.as_str(), self.folder.path().join("mail")),
        ] {
            let mut command = Command::new(program);
            let done = command.args((program == "chown").then_some("-R")).arg(what).arg(place).status();
            assert!(done.expect("a program").success());
        }
    }

    fn put(&self, name: &str, letter: &str) {
        self.put_all([(name, letter)].into_iter());
    }

    fn put_all<'a>(&self, letters: impl Iterator<Item = (&'a str, &'a str)>) {
        for (name, letter) in letters {
            let part = self.folder.path().join("mail/tmp").join(name);
            std::fs::write(&part, letter).expect("a letter");
            std::fs::rename(part, self.folder.path().join("mail/new").join(name)).expect("a letter");
        }
        self.hand_over();
    }

    /// The letters in the mailbox, by name, with whether each was read.
    fn all(&self) -> Vec<(String, bool)> {
        let mut all = Vec::new();
        for place in ["new", "cur"] {
            let folder: &Path = &self.folder.path().join("mail").join(place);
            for entry in std::fs::read_dir(folder).expect("a mailbox") {
                let name = entry.expect("a letter").file_name().to_string_lossy().into_owned();
                let (id, flags) = name.split_once(":2,").unwrap_or((&name, ""));
                all.push((id.to_owned(), flags.contains('S')));
            }
        }
        all.sort();
        all
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // The process that was started here, by its number; it ends those that it has started.
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}

#[test]
fn what_is_ours_is_taken_from_a_mailbox_and_everything_else_is_left() {
    let Some(dovecot) = Dovecot::start(None) else { return };
    let url = format!("imap://tidings:secret%20word@127.0.0.1:{}/INBOX", dovecot.port);
    let app = TestApp::with(&[("TIDINGS_INCOMING_ADDRESS", "tidings@example.org"), ("TIDINGS_INCOMING_IMAP", &url)]);
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    let to = reply_to(&app, &jo.email);
    dovecot.put("1.ours", &letter(&jo.email, &to, "one", &[&format!("Delivered-To: {to}")], "Love from the mailbox"));
    dovecot.put("2.other", &letter("shop@example.com", "tidings@example.com", "two", &[], "Buy something"));
    let mailbox = app.app.config.incoming_imap.clone().expect("a setting");
    let mut known = Known::default();
    assert_eq!(app.wait_for(look(&app.app, &mailbox, &mut known)).expect("a look"), 1);
    assert_eq!(app.wait_for(look(&app.app, &mailbox, &mut known)).expect("a look"), 0);
    app.run_jobs();
    ann.get(&update).assert_sees("Love from the mailbox");
    assert_eq!(dovecot.all(), [("1.ours".to_owned(), true), ("2.other".to_owned(), false)]);
    // Somebody marks it as new once more: it is known, and marked again.
    let mut forgotten = Known::default();
    dovecot.put("3.again", &letter(&jo.email, &to, "one", &[&format!("Delivered-To: {to}")], "Love from the mailbox"));
    assert_eq!(app.wait_for(look(&app.app, &mailbox, &mut forgotten)).expect("a look"), 1);
    app.run_jobs();
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes"), 1);
    // A wrong password is an error for the log, and nothing else.
    let wrong = tidings::mail::Mailbox::parse(&url.replace("secret%20word", "wrong")).expect("an address");
    assert!(app.wait_for(look(&app.app, &wrong, &mut known)).is_err());
}

/// The program, which looks into a mailbox every five seconds.
fn looks_into(mailbox: &str, relay: &SmtpServer, trusted: &Authority) -> Place {
    Place::new(&[
        ("TIDINGS_SMTP_URL", &relay.url()),
        ("TIDINGS_MAIL_FROM", "tidings@example.org"),
        ("TIDINGS_INCOMING_ADDRESS", "tidings@example.org"),
        ("TIDINGS_INCOMING_IMAP", mailbox),
        ("TIDINGS_INCOMING_IMAP_SECONDS", "5"),
        ("SSL_CERT_FILE", &trusted.file()),
    ])
}

/// What `tidings check` says of the mailbox.
fn checked(place: &Place) -> String {
    let said = String::from_utf8_lossy(&place.run(&["check"]).stdout).into_owned();
    said.lines().find(|it| it.contains("  incoming: ")).unwrap_or_else(|| panic!("nothing in {said}")).trim().to_owned()
}

#[test]
fn a_mailbox_is_looked_into_over_tls_and_only_where_it_is_the_right_one() {
    let authority = Authority::new();
    let Some(dovecot) = Dovecot::start(Some(&authority)) else { return };
    let relay = SmtpServer::start(Behaviour::Accept);
    let url = format!("imaps://tidings:secret%20word@127.0.0.1:{}/INBOX", dovecot.port);
    let place = looks_into(&url, &relay, &authority);
    let running = place.serve();
    let (ann, jo) = (Browser::new(place.address), Browser::new(place.address));
    start_page(&ann, &relay);
    ann.post("/p/maria/people/invitations", &[("addresses", "Jo <jo@example.net>")]).assert_status(303);
    jo.post(&wait_until(|| relay.taken_to("jo@example.net").pop()).link("/invitations/"), &[]).assert_status(303);
    ann.post("/p/maria/updates", &[("title", "Home"), ("body", "She is home.")]).assert_status(303);
    let update = wait_until(|| relay.taken_to("jo@example.net").into_iter().find(|mail| mail.subject == "Home"));
    let message = MessageParser::default().parse(update.raw.as_bytes()).expect("a mail");
    let to = message.reply_to().and_then(|it| it.first()).and_then(|it| it.address()).expect("a Reply-To");
    dovecot.put("1.other", &letter("shop@example.com", "tidings@example.com", "other", &[], "Buy something"));
    dovecot.put("2.ours", &letter("jo@example.net", to, "one", &[&format!("Delivered-To: {to}")], "Love by IMAP"));
    let journal = ann.get("/p/maria");
    let page = journal.attribute("article.update .byline a", "href").expect("the update");
    wait_until(|| ann.get(&page).sees("Love by IMAP").then_some(()));
    assert_eq!(dovecot.all(), [("1.other".to_owned(), false), ("2.ours".to_owned(), true)]);
    running.signal("-TERM");
    running.end();

    dovecot.put("3.new", &letter("jo@example.net", to, "two", &[], "More love"));
    let folder = "INBOX on 127.0.0.1";
    assert_eq!(checked(&place), format!("ok       incoming: the mailbox {folder} can be looked into"));
    assert!(dovecot.all().contains(&("3.new".to_owned(), false)), "to look whether it can be read is not to read it");
    for (url, trusted, why) in [
        (url.as_str(), &Authority::new(), "certificate"),
        (url.replace("secret%20word", "wrong").as_str(), &authority, "uthentication failed"),
        (url.replace("/INBOX", "/Elsewhere").as_str(), &authority, "Elsewhere"),
    ] {
        let said = checked(&looks_into(url, &relay, trusted));
        assert!(said.starts_with("PROBLEM  incoming: incoming_imap: ") && said.contains(why), "{why}: {said}");
        assert!(!said.contains("secret word"), "{said}");
    }
}

#[test]
fn a_flood_of_the_bare_mailbox_keeps_no_reply_waiting() {
    let Some(dovecot) = Dovecot::start(None) else { return };
    let url = format!("imap://tidings:secret%20word@127.0.0.1:{}/INBOX", dovecot.port);
    let app = TestApp::with(&[("TIDINGS_INCOMING_ADDRESS", "tidings@example.org"), ("TIDINGS_INCOMING_IMAP", &url)]);
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    let to = reply_to(&app, &jo.email);
    let flood: Vec<(String, String)> = (0..230)
        .map(|at| {
            let id = format!("flood-{at}");
            (format!("1{at:03}.flood"), letter("eve@example.com", "tidings@example.org", &id, &[], "Buy something"))
        })
        .collect();
    dovecot.put_all(flood.iter().map(|(name, letter)| (name.as_str(), letter.as_str())));
    dovecot.put("9999.reply", &letter(&jo.email, &to, "one", &[&format!("Delivered-To: {to}")], "Love in a flood"));
    let mailbox = app.app.config.incoming_imap.clone().expect("a setting");
    let mut known = Known::default();
    // So many at once as one address may have, and the reply.
    assert_eq!(app.wait_for(look(&app.app, &mailbox, &mut known)).expect("a look"), 21);
    app.run_jobs();
    ann.get(&update).assert_sees("Love in a flood");
    // What waits keeps what comes after it from nothing, either.
    let later = letter(&jo.email, &to, "two", &[&format!("Delivered-To: {to}")], "And once more");
    dovecot.put("9999.second", &later);
    assert!(app.wait_for(look(&app.app, &mailbox, &mut known)).expect("a look") >= 1);
    app.run_jobs();
    ann.get(&update).assert_sees("And once more");
}

#[test]
fn a_letter_that_the_server_does_not_give_out_stops_no_other() {
    let Some(dovecot) = Dovecot::start(None) else { return };
    let url = format!("imap://tidings:secret%20word@127.0.0.1:{}/INBOX", dovecot.port);
    let app = TestApp::with(&[("TIDINGS_INCOMING_ADDRESS", "tidings@example.org"), ("TIDINGS_INCOMING_IMAP", &url)]);
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    let to = reply_to(&app, &jo.email);
    let mailbox = app.app.config.incoming_imap.clone().expect("a setting");
    let mut known = Known::default();
    for (name, words) in [("1.first", "The first of them"), ("2.second", "The second of them")] {
        dovecot.put(name, &letter(&jo.email, &to, name, &[&format!("Delivered-To: {to}")], words));
    }
    // Nothing can be kept for a moment: each is tried, and both are taken when it is over.
    app.sql("ALTER TABLE incoming_letters RENAME TO letters_away");
    assert_eq!(app.wait_for(look(&app.app, &mailbox, &mut known)).expect("a look"), 0);
    app.sql("ALTER TABLE letters_away RENAME TO incoming_letters");
    assert_eq!(app.wait_for(look(&app.app, &mailbox, &mut known)).expect("a look"), 2);
    app.run_jobs();
    ann.get(&update).assert_sees("The first of them").assert_sees("The second of them");
}
