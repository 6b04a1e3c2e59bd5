//! Sudden death in the middle of it: what was acknowledged is there afterwards, and nothing else is.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::support::{draft, png};
use crate::program::{Place, start_page, wait_until};
use crate::support::Browser;
use crate::support::smtp::{Behaviour, SmtpServer};

/// Sends photos until the server dies, and answers with those that it has acknowledged.
fn send_until_it_dies(place: &Place, cookies: &[(&'static str, String)], draft: &str, round: u8) -> Vec<String> {
    let address = place.address;
    let mut acknowledged = Vec::new();
    for seed in 0..60u8 {
        let (cookies, draft) = (cookies.to_vec(), draft.to_owned());
        // In a thread of its own: the browser gives up with a panic when the server dies in the middle.
        let sent = std::thread::spawn(move || {
            let browser = Browser::new(address);
            for (name, value) in &cookies {
                browser.set_cookie(name, value);
            }
            let bytes = png(700, 500, round.wrapping_mul(60).wrapping_add(seed));
            super::support::upload(&browser, &draft, &super::support::draft(), &bytes)
        });
        match sent.join() {
            Ok(answer) if answer.status == 201 => acknowledged.push(super::support::id_of(&answer)),
            Ok(answer) => panic!("{} {}", answer.status, answer.body),
            Err(_) => return acknowledged,
        }
    }
    acknowledged
}

#[test]
fn no_photo_that_was_acknowledged_is_lost_to_a_sudden_death() {
    let server = SmtpServer::start(Behaviour::Accept);
    let url = server.url();
    let place = Place::new(&[("TIDINGS_SMTP_URL", &url), ("TIDINGS_MAIL_FROM", "tidings@example.org")]);
    let draft = draft();
    let ann = Browser::new(place.address);
    let mut all = Vec::new();
    let mut cookies: Vec<(&'static str, String)> = Vec::new();
    // Each time a little later: during the first upload, during preparing, in between.
    for (round, kill_after) in [30u64, 120, 300, 700].into_iter().enumerate() {
        let running = place.serve();
        if cookies.is_empty() {
            start_page(&ann, &server);
            for name in ["tidings-session", "tidings-browser"] {
                cookies.extend(ann.cookie(name).map(|value| (name, value)));
            }
        }
        let (begun, begins) = mpsc::channel();
        let sent = std::thread::scope(|scope| {
            let sending = scope.spawn(|| {
                begun.send(()).expect("the test waits");
                send_until_it_dies(&place, &cookies, &draft, round as u8)
            });
            begins.recv().expect("it begins");
            let begin = Instant::now();
            while begin.elapsed() < Duration::from_millis(kill_after) {
                std::thread::yield_now();
            }
            running.signal("-KILL");
            sending.join().expect("what was acknowledged")
        });
        assert_eq!(running.end().0, None);
        all.extend(sent);
    }
    // What was in hand is taken up again when its lease is over, which here is at once.
    let running = place.serve();
    place.sql("UPDATE jobs SET leased_until = NULL, lease = NULL WHERE state = 'queued'");
    for photo in &all {
        let state = wait_until(|| {
            let answer = ann.get_with(&format!("/p/maria/photos/{photo}"), &[("accept", "application/json")]);
            assert_eq!(answer.status, 200, "{photo} is lost");
            (!answer.body.contains("preparing")).then_some(answer.body)
        });
        assert!(state.contains("\"ready\""), "{state}");
        for size in ["320", "1024", "2048", "full"] {
            ann.get(&format!("/photos/{photo}/{size}")).assert_status(200);
        }
    }
    // One more, after everything that was broken off: what is newer than every photo is never swept.
    let last = super::support::id_of(&super::support::upload(&ann, &draft, &super::support::draft(), &png(70, 50, 7)));
    all.push(last);
    running.signal("-TERM");
    running.end();
    // What was not acknowledged may have left bytes; after a day's sweep, there are those of photos and no others.
    place.sql("DELETE FROM jobs WHERE kind = 'sweep_photos'");
    let blobs = place.folder.path().join("data/blobs");
    let day_before_yesterday = std::time::SystemTime::now() - Duration::from_secs(49 * 3600);
    each_file(&blobs, &mut |path| {
        let file = std::fs::File::options().append(true).open(path).expect("a file");
        file.set_modified(day_before_yesterday).expect("its time");
    });
    let running = place.serve();
    let known = place.photos();
    assert!(known.len() >= all.len());
    wait_until(|| {
        let mut strays = 0;
        each_file(&blobs, &mut |path| {
            let name = path.display().to_string().replace('-', "");
            let is_known = known.iter().any(|id| name.contains(id.as_str()));
            strays += usize::from(!is_known || name.contains('#') || name.contains("incoming"));
        });
        (strays == 0).then_some(())
    });
    running.signal("-TERM");
    running.end();
}

fn each_file(folder: &std::path::Path, see: &mut dyn FnMut(&std::path::Path)) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => each_file(&path, see),
            path if path.exists() => see(&path),
            _ => {}
        }
    }
}
