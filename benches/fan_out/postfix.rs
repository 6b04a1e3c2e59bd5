//! `smtp-source` and `smtp-sink`, which come with Postfix. Nothing of Postfix itself ever runs.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Where the two programs lie.
pub struct Postfix {
    programs: PathBuf,
    libraries: PathBuf,
}

/// A sink that runs until this is dropped.
pub struct Sink {
    child: Child,
    pub address: String,
}

impl Postfix {
    /// From the system; otherwise from Debian's package, unpacked beside what is built and not installed.
    pub fn find() -> Self {
        let of = |root: &Path| Self { programs: root.join("usr/sbin"), libraries: root.join("usr/lib/postfix") };
        let unpacked = Path::new(env!("CARGO_TARGET_TMPDIR")).join("postfix");
        if let Some(found) = [of(Path::new("/")), of(&unpacked)].into_iter().find(Self::is_there) {
            return found;
        }
        std::fs::create_dir_all(&unpacked).expect("a folder for the package");
        let script = "apt-get download -q postfix && dpkg -x postfix_*.deb .";
        let got = Command::new("sh").args(["-c", script]).current_dir(&unpacked).status();
        assert!(
            got.is_ok_and(|it| it.success()),
            "smtp-source and smtp-sink are not here: sudo apt-get install postfix"
        );
        of(&unpacked)
    }

    fn is_there(&self) -> bool {
        ["smtp-source", "smtp-sink"].iter().all(|name| self.programs.join(name).exists())
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.env("LD_LIBRARY_PATH", &self.libraries).stdout(Stdio::null());
        command
    }

    /// Starts a sink and waits until it listens.
    pub fn sink(&self) -> Sink {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its number").to_string();
        drop(listener);
        let mut command = self.command("smtp-sink");
        // Root has to say who it is to be.
        let is_root = Command::new("id").arg("-u").output().is_ok_and(|it| it.stdout.starts_with(b"0\n"));
        if is_root {
            command.args(["-u", "nobody"]);
        }
        let child = command.args([&format!("inet:{address}"), "100"]).spawn().expect("smtp-sink runs");
        let deadline = Instant::now() + Duration::from_secs(10);
        while std::net::TcpStream::connect(&address).is_err() {
            assert!(Instant::now() < deadline, "smtp-sink does not come up");
            std::thread::sleep(Duration::from_millis(10));
        }
        Sink { child, address }
    }

    /// How many seconds `smtp-source` takes for so many messages, over connections that stay open.
    pub fn source(&self, sink: &Sink, sessions: usize, messages: usize, bytes: usize) -> f64 {
        let begin = Instant::now();
        let done = self
            .command("smtp-source")
            .args(["-d", "-s", &sessions.to_string(), "-m", &messages.to_string(), "-l", &bytes.to_string()])
            .args(["-M", "localhost", "-f", "tidings@example.org", "-t", "p1@example.net"])
            .arg(format!("inet:{}", sink.address))
            .status();
        assert!(done.is_ok_and(|it| it.success()), "smtp-source did not get through");
        begin.elapsed().as_secs_f64()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        // It is being thrown away: whether it had ended by itself does not matter.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
