//! A backup is made while all goes on, and its restore is recognised.

use crate::program::Place;

fn said(place: &Place, arguments: &[&str]) -> (bool, String) {
    let output = place.run(arguments);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout) + &text(&output.stderr))
}

#[test]
fn a_backup_that_is_restored_lets_mail_wait_until_somebody_says_so() {
    let place = Place::new(&[]);
    let running = place.serve();
    let (made, about) = said(&place, &["backup", "copy"]);
    if crate::support::database::postgres_server().is_some() {
        assert!(!made && about.contains("pg_dump"), "{about}");
        running.signal("-TERM");
        running.end();
        return;
    }
    assert!(made && about.contains("tidings.db"), "{about}");
    let (again, about) = said(&place, &["backup", "copy"]);
    assert!(!again, "it writes over nothing: {about}");
    running.signal("-TERM");
    running.end();

    let folder = place.folder.path();
    for ending in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.join(format!("tidings.db{ending}")));
    }
    std::fs::copy(folder.join("copy/tidings.db"), folder.join("tidings.db")).expect("a restore");
    let running = place.serve();
    running.signal("-TERM");
    let (_, log) = running.end();
    assert!(log.contains("mail waits") && log.contains("tidings sending resume"), "{log}");
    let (in_order, about) = said(&place, &["check"]);
    assert!(!in_order && about.contains("PROBLEM  sending"), "{about}");
    assert!(said(&place, &["sending", "status"]).1.contains("Mail waits since"));
    let (done, about) = said(&place, &["sending", "resume"]);
    assert!(done && about.contains("Mail goes again."), "{about}");
    assert!(said(&place, &["sending", "status"]).1.contains("Mail is being sent."));
    let running = place.serve();
    running.signal("-TERM");
    let (_, log) = running.end();
    assert!(!log.contains("mail waits"), "{log}");
}

#[test]
fn mail_waits_when_it_is_told_to() {
    let place = Place::new(&[]);
    assert!(said(&place, &["migrate"]).0);
    assert!(said(&place, &["sending", "pause"]).0);
    assert!(said(&place, &["sending", "status"]).1.contains("`tidings sending pause` was run"));
    assert!(!said(&place, &["sending", "resume", "--send-all", "--drop-older-than", "5"]).0, "one or the other");
}
