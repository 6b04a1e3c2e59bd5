//! `tidings check` says whether mail can come in.

use std::net::TcpListener;
use std::os::unix::net::UnixListener;

use crate::program::Place;
use crate::support::smtp::{Behaviour, SmtpServer};

/// The program with a listener.
fn listens(at: &str) -> Place {
    Place::new(&[("TIDINGS_INCOMING_ADDRESS", "@in.example.org"), ("TIDINGS_INCOMING_LISTEN", at)])
}

/// What it says of the ways in, and whether everything is in order.
fn checked(place: &Place) -> (bool, String) {
    let output = place.run(&["check"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines: Vec<&str> = said.lines().filter(|it| it.contains("  incoming: ")).collect();
    (output.status.success(), lines.join("\n"))
}

#[test]
fn a_port_is_free_or_ours_or_somebody_elses() {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port").port();
    for at in [format!("lmtp://127.0.0.1:{port}"), format!("smtp://0.0.0.0:{port}")] {
        let place = listens(&at);
        assert_eq!(checked(&place), (true, format!("ok       incoming: {at} can be listened at")));
        let running = place.serve();
        assert_eq!(checked(&place), (true, format!("ok       incoming: Tidings listens at {at}")));
        running.signal("-TERM");
        running.end();
    }
    let other = SmtpServer::start(Behaviour::Accept);
    let (in_order, said) = checked(&listens(&format!("smtp://{}", other.address)));
    assert!(!in_order && said.contains("another program listens already"), "{said}");
    let (in_order, said) = checked(&listens("lmtp://192.0.2.77:2424"));
    assert!(!in_order && said.starts_with("PROBLEM  incoming: incoming_listen: lmtp://192.0.2.77:2424"), "{said}");
}

#[test]
fn a_socket_can_be_made_or_is_ours() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = format!("lmtp:{}", folder.path().join("lmtp.sock").display());
    let place = listens(&at);
    let free = (true, format!("ok       incoming: {at} can be listened at"));
    assert_eq!(checked(&place), free);
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "nothing is left behind");
    let running = place.serve();
    assert_eq!(checked(&place), (true, format!("ok       incoming: Tidings listens at {at}")));
    running.signal("-TERM");
    running.end();
    // One that was left behind is no problem, and something else that lies there is.
    let _ = std::fs::remove_file(folder.path().join("lmtp.sock"));
    drop(UnixListener::bind(folder.path().join("lmtp.sock")).expect("a socket"));
    assert_eq!(checked(&place), free);
    std::fs::remove_file(folder.path().join("lmtp.sock")).expect("it was left behind");
    std::fs::write(folder.path().join("lmtp.sock"), "letters").expect("a file");
    let (in_order, said) = checked(&place);
    assert!(!in_order && said.contains("PROBLEM"), "{said}");
    let (in_order, said) = checked(&listens(&format!("lmtp:{}/none/lmtp.sock", folder.path().display())));
    assert!(!in_order && said.contains("PROBLEM"), "{said}");
}

#[test]
fn a_way_in_without_an_address_is_warned_about_and_the_other_way_round() {
    let (in_order, said) = checked(&Place::new(&[]));
    assert!(in_order && said.starts_with("ok       incoming: not set"), "{said}");
    let listen = ("TIDINGS_INCOMING_LISTEN", "lmtp://127.0.0.1:0");
    let (in_order, said) = checked(&Place::new(&[listen]));
    assert!(in_order && said.starts_with("WARNING  incoming: incoming_listen is set and incoming_address"), "{said}");
    let (in_order, said) = checked(&Place::new(&[("TIDINGS_INCOMING_ADDRESS", "@in.example.org")]));
    assert!(in_order && said.starts_with("WARNING  incoming: incoming_address is set, and neither"), "{said}");
}
