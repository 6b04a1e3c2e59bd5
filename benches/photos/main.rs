//! The memory of the process while twenty photos of forty-eight megapixels are uploaded at once, and until all of them are
//! ready: the highest that it ever was, as Linux keeps it (`VmHWM`, proc(5)). Run with `cargo bench --bench photos`;
//! `docs/benchmarks.md` says what the figure means.

use std::io::Cursor;
use std::net::TcpListener;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use image::{ImageFormat, Rgb, RgbImage};

/// The most memory that the process may have had, in MB.
const MOST_MB: u64 = 600;
const PHOTOS: usize = 20;
const WIDTH: u32 = 8000;
const HEIGHT: u32 = 6000;

fn main() -> ExitCode {
    let folder = tempfile::tempdir().expect("a folder");
    let photo = photo();
    println!("{PHOTOS} photos of {WIDTH} × {HEIGHT} pixels, {:.1} MB each", photo.len() as f64 / 1e6);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("its number").to_string();
    drop(listener);
    let server = Server::start(folder.path(), &address);
    let cookie = sign_in(folder.path(), &address);
    println!("idle                 {:>5} MB", server.high_water());
    let begin = Instant::now();
    let draft = uuid::Uuid::now_v7().to_string();
    std::thread::scope(|scope| {
        for _ in 0..PHOTOS {
            scope.spawn(|| upload(&address, &cookie, &draft, &photo));
        }
    });
    println!("all are taken in     {:>5} MB after {:.1} s", server.high_water(), begin.elapsed().as_secs_f64());
    while ready(folder.path()) < PHOTOS {
        std::thread::sleep(Duration::from_millis(200));
        assert!(begin.elapsed() < Duration::from_secs(1800), "they are not ready after half an hour");
    }
    let highest = server.high_water();
    println!("all are ready        {highest:>5} MB after {:.1} s", begin.elapsed().as_secs_f64());
    println!("the bar              {MOST_MB:>5} MB");
    if highest < MOST_MB { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Shades and some noise, so that it is as large as one from a camera.
fn photo() -> Vec<u8> {
    let mut state = 0x2545_f491u32;
    let image = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let noise = (state & 15) as u8;
        Rgb([(x / 32) as u8 / 2 + noise, (y / 24) as u8 / 2 + noise, ((x + y) / 64) as u8 / 2 + noise])
    });
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Jpeg).expect("a photo");
    bytes.into_inner()
}

struct Server(Child);

impl Server {
    fn start(folder: &std::path::Path, address: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tidings"))
            .current_dir(folder)
            .env("TIDINGS_LISTEN", address)
            .env("TIDINGS_LOG", "error")
            .stdout(Stdio::null())
            .spawn()
            .expect("the server starts");
        let deadline = Instant::now() + Duration::from_secs(30);
        while std::net::TcpStream::connect(address).is_err() {
            let gone = child.try_wait().expect("the server's state");
            assert!(gone.is_none() && Instant::now() < deadline, "it does not come up: {gone:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
        Self(child)
    }

    /// The most memory that it has had, in MB.
    fn high_water(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).expect("Linux");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a high water mark");
        line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).expect("a number") * 1024 / 1_000_000
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is being thrown away: whether it had ended by itself does not matter.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

type Headers = Vec<(String, String)>;

fn ask(method: &str, url: &str, cookie: &str, kind: &str, body: &[u8]) -> (u16, Headers, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
    let answer = match method {
        "GET" => agent.get(url).header("cookie", cookie).call(),
        _ => agent
            .post(url)
            .header("cookie", cookie)
            .header("content-type", kind)
            .header("accept", if kind.starts_with("multipart") { "application/json" } else { "text/html" })
            .send(body),
    };
    let (parts, mut body) = answer.expect("an answer").into_parts();
    let headers = parts
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
        .collect();
    (parts.status.as_u16(), headers, body.read_to_string().expect("text"))
}

/// The cookies that an answer leaves, after those that there were.
fn keep(cookie: &str, headers: &Headers) -> String {
    let new: Vec<&str> = headers
        .iter()
        .filter(|(name, _)| name == "set-cookie")
        .filter_map(|(_, value)| value.split(';').next())
        .collect();
    let kept = cookie.split("; ").filter(|old| {
        let name = old.split('=').next().unwrap_or_default();
        !old.is_empty() && !new.iter().any(|it| it.split('=').next() == Some(name))
    });
    kept.chain(new.iter().copied()).collect::<Vec<_>>().join("; ")
}

fn csrf(html: &str) -> String {
    let rest = html.split("name=\"csrf\" value=\"").nth(1).expect("a form");
    rest.split('"').next().unwrap_or_default().to_owned()
}

fn form(address: &str, path: &str, cookie: &str, fields: &str) -> String {
    let (_, headers, html) = ask("GET", &format!("http://{address}/sign-in"), cookie, "", b"");
    let cookie = keep(cookie, &headers);
    let body = format!("csrf={}&{fields}", csrf(&html));
    let kind = "application/x-www-form-urlencoded";
    let (status, headers, text) = ask("POST", &format!("http://{address}{path}"), &cookie, kind, body.as_bytes());
    assert!(status < 400, "{path}: {status} {text}");
    keep(&cookie, &headers)
}

/// An account, by the mail in the outbox, and a page.
fn sign_in(folder: &std::path::Path, address: &str) -> String {
    let cookie = form(address, "/sign-up", "", "name=Ann&email=ann%40example.org&password=a+lamp+in+the+window");
    let deadline = Instant::now() + Duration::from_secs(30);
    let path = loop {
        let mails = std::fs::read_dir(folder.join("data/outbox")).into_iter().flatten().flatten();
        let texts = mails.filter_map(|mail| std::fs::read(mail.path()).ok());
        let found = texts.into_iter().find_map(|mail| {
            let text = mail_parser::MessageParser::default().parse(&mail)?.body_text(0)?.into_owned();
            let at = text.find("/email/confirm/")?;
            text[at..].split_whitespace().next().map(str::to_owned)
        });
        if let Some(path) = found {
            break path;
        }
        assert!(Instant::now() < deadline, "no mail came");
        std::thread::sleep(Duration::from_millis(50));
    };
    let cookie = form(address, &path, &cookie, "x=x");
    form(address, "/pages", &cookie, "first_name=Maria&relationship=sister&privacy=invited&slug=maria")
}

fn upload(address: &str, cookie: &str, draft: &str, photo: &[u8]) {
    const BOUNDARY: &str = "between";
    let (_, _, html) = ask("GET", &format!("http://{address}/sign-in"), cookie, "", b"");
    let mut body = Vec::with_capacity(photo.len() + 1000);
    for (name, value) in
        [("csrf", csrf(&html)), ("draft", draft.to_owned()), ("upload", uuid::Uuid::now_v7().to_string())]
    {
        let field = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(field.as_bytes());
    }
    let head = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"photos\"; filename=\"a.jpg\"\r\n\
         content-type: image/jpeg\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(photo);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let (status, _, text) = ask("POST", &format!("http://{address}/p/maria/photos"), cookie, &kind, &body);
    assert_eq!(status, 201, "{text}");
}

/// How many photos have all their sizes and nothing left to be made of.
fn ready(folder: &std::path::Path) -> usize {
    let blobs = folder.join("data/blobs");
    let waiting = std::fs::read_dir(blobs.join("incoming")).into_iter().flatten().count();
    let made = std::fs::read_dir(blobs.join("photos")).into_iter().flatten().flatten();
    let whole = made.filter(|photo| photo.path().join("320.jpg").exists()).count();
    whole.saturating_sub(waiting)
}
