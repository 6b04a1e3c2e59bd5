//! The servers, as processes of their own.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::seed::Seeded;

const TIDINGS: &str = env!("CARGO_BIN_EXE_tidings");

/// A server that can be started.
pub struct Program {
    /// What stands beside its figures.
    pub name: String,
    kind: Kind,
}

enum Kind {
    Tidings { folder: PathBuf, log: &'static str },
    Reference { file: PathBuf },
}

impl Program {
    /// The real one, with a level of log; the log goes to a file, as it would.
    pub fn tidings(seeded: &Seeded, log: &'static str) -> Self {
        Self { name: "Tidings".to_owned(), kind: Kind::Tidings { folder: seeded.folder.clone(), log } }
    }

    /// The least that it could be.
    pub fn reference(seeded: &Seeded) -> Self {
        Self { name: "reference".to_owned(), kind: Kind::Reference { file: seeded.file() } }
    }

    /// The same under another name.
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// Starts it and waits until it listens.
    pub fn start(&self) -> Running {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its number").to_string();
        drop(listener);
        let mut command = match &self.kind {
            Kind::Tidings { folder, log } => {
                let mut command = Command::new(TIDINGS);
                let file = std::fs::File::create(folder.join("log")).expect("a file for the log");
                command
                    .arg("--config")
                    .arg(folder.join("tidings.toml"))
                    .env("TIDINGS_LISTEN", &address)
                    .env("TIDINGS_LOG", log)
                    .stderr(file);
                command
            }
            Kind::Reference { file } => {
                let mut command = Command::new(PathBuf::from(TIDINGS).with_file_name("tidings-bench-reference"));
                command.arg(&address).arg(file);
                command
            }
        };
        let mut child = command.stdout(Stdio::null()).spawn().expect("the server starts: run ./bench, which builds it");
        let deadline = Instant::now() + Duration::from_secs(30);
        while std::net::TcpStream::connect(&address).is_err() {
            let gone = child.try_wait().expect("the server's state");
            assert!(gone.is_none() && Instant::now() < deadline, "{} does not come up: {gone:?}", self.name);
            std::thread::sleep(Duration::from_millis(10));
        }
        Running { child, address }
    }
}

/// A server that runs until this is dropped.
pub struct Running {
    child: Child,
    address: String,
}

impl Running {
    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Where it is.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How long its threads have worked, in seconds: Linux counts in hundredths (proc(5)).
    pub fn cpu(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.id())).unwrap_or_default();
        let behind_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        behind_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>()
            / 100.0
    }

    /// One page.
    pub fn fetch(&self, path: &str, cookie: &str) -> String {
        let mut response = ureq::get(format!("{}{path}", self.origin()))
            .header("cookie", cookie)
            .call()
            .expect("the page, and not an error");
        assert_eq!(response.status().as_u16(), 200);
        response.body_mut().read_to_string().expect("the page as text")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It is being thrown away: whether it had ended by itself does not matter.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
