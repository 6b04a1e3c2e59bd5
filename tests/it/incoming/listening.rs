//! What is spoken at the door: only our addresses, only whole letters, and never more than there is room for.

use std::io::Write;

use tidings::mail::keys::KeyKind;

use super::{Talk, address_of, letter, letters, reply_to, takes_mail, takes_mail_with};
use crate::support::{Person, TestApp};

/// Jo has been told of an update; where her reply goes.
fn told(app: &TestApp) -> (Person, Person, String) {
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.writes("Home", "She is home.");
    let to = reply_to(app, &jo.email);
    (ann, jo, to)
}

#[test]
fn only_what_is_ours_is_taken() {
    let (app, door) = takes_mail_with("smtp", &[]);
    let (_, jo, to) = told(&app);
    for other in [
        "eve@example.com",
        "jo@in.example.org",
        "u@in.example.org",
        "postmaster@example.org",
        to.replace("in.", "out.").as_str(),
    ] {
        let said = door.hand_over(&jo.email, other, "");
        assert!(said.starts_with("550 5.1.1"), "{other}: {said}");
    }
    // A key that was touched is nobody's, however much of it is right.
    let touched = if to.starts_with("ua") { to.replacen("ua", "ub", 1) } else { format!("ua{}", &to[2..]) };
    assert!(door.hand_over(&jo.email, &touched, "").starts_with("550"));
    // Case is changed on the way.
    assert!(
        door.hand_over(&jo.email, &to.to_uppercase(), &letter(&jo.email, &to, "a", &[], "Love")).starts_with("250")
    );
    let mut talk = door.talk();
    for command in ["AUTH PLAIN AGEAYg==", "STARTTLS", "BDAT 10", "EXPN list", "LHLO x"] {
        assert!(talk.ask(command).starts_with("50"), "{command}");
    }
    assert!(talk.ask("DATA").starts_with("503"));
    assert!(talk.ask("MAIL FROM:<a@example.org> SMTPUTF8").starts_with("555"));
    assert!(talk.ask("QUIT").starts_with("221"));
}

#[test]
fn what_is_too_large_is_refused_before_and_after() {
    let (app, door) = takes_mail();
    let (_, jo, to) = told(&app);
    let mut talk = door.talk();
    assert!(talk.ask("MAIL FROM:<jo@example.org> SIZE=26214401").starts_with("552"));
    assert!(talk.ask(&format!("MAIL FROM:<{}>", jo.email)).starts_with("250"));
    assert!(talk.ask(&format!("RCPT TO:<{to}>")).starts_with("250"));
    assert!(talk.ask("DATA").starts_with("354"));
    let line = format!("{}\r\n", "x".repeat(998));
    for _ in 0..(27 * 1024) {
        talk.say(line.as_bytes());
    }
    assert!(talk.ask(".").starts_with("552 5.3.4"));
    // The conversation goes on.
    assert!(talk.ask("NOOP").starts_with("250"));
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM incoming_letters"), 0);
}

#[test]
fn one_letter_can_not_be_made_two() {
    let (app, door) = takes_mail_with("smtp", &[]);
    let (_, jo, to) = told(&app);
    for end in ["\n.\n", "\r\n.\n", "\n.\r\n", "\r.\r", "\r\n.\r"] {
        let mut talk = door.talk();
        talk.ask(&format!("MAIL FROM:<{}>", jo.email));
        talk.ask(&format!("RCPT TO:<{to}>"));
        assert!(talk.ask("DATA").starts_with("354"));
        let smuggled = format!(
            "Subject: one\r\n\r\nwords{end}MAIL FROM:<eve@example.org>\r\nRCPT TO:<{to}>\r\nDATA\r\nSubject: two\r\n\r\n.\r\n"
        );
        talk.say(smuggled.as_bytes());
        let said = talk.answer();
        assert!(said.starts_with("550 5.5.2"), "{end:?}: {said}");
        assert_eq!(talk.answer(), "", "{end:?}: nothing more is understood");
    }
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM incoming_letters"), 0);
}

#[test]
fn what_is_cut_off_is_not_there() {
    let (app, door) = takes_mail();
    let (_, jo, to) = told(&app);
    let mut talk = door.talk();
    talk.ask(&format!("MAIL FROM:<{}>", jo.email));
    talk.ask(&format!("RCPT TO:<{to}>"));
    assert!(talk.ask("DATA").starts_with("354"));
    talk.say(letter(&jo.email, &to, "cut", &[], "She said").replace('\n', "\r\n").as_bytes());
    drop(talk);
    // Somebody else is served meanwhile, and the same letter is taken when it comes whole.
    assert!(door.hand_over(&jo.email, &to, &letter(&jo.email, &to, "cut", &[], "She said hello")).starts_with("250"));
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM incoming_letters"), 1);
}

#[test]
fn lmtp_answers_for_each_and_takes_a_letter_once() {
    let (app, door) = takes_mail();
    let (_, jo, to) = told(&app);
    let other = address_of(&app, KeyKind::Return, 12);
    for _ in 0..2 {
        let mut talk = door.talk();
        talk.say(
            format!(
                "MAIL FROM:<{}>\r\nRCPT TO:<{to}>\r\nRCPT TO:<eve@example.com>\r\nRCPT TO:<{other}>\r\nDATA\r\n",
                jo.email
            )
            .as_bytes(),
        );
        let said: Vec<String> = (0..5).map(|_| talk.answer().chars().take(3).collect()).collect();
        assert_eq!(said, ["250", "250", "550", "250", "354"]);
        assert!(talk.letter(&letter(&jo.email, &to, "two", &[], "Love")).starts_with("250"));
        assert!(talk.answer().starts_with("250"), "one answer for each that was taken");
        assert!(talk.ask("NOOP").starts_with("250"));
    }
    assert_eq!(letters(&app, "waiting"), 2);
}

#[test]
fn whoever_talks_nonsense_is_shown_out() {
    let (_app, door) = takes_mail();
    let mut talk = door.talk();
    let mut said = String::new();
    for _ in 0..20 {
        said = talk.ask("GET / HTTP/1.1");
        if said.starts_with("421") || said.is_empty() {
            break;
        }
    }
    assert!(talk.answer().is_empty() || said.starts_with("421"), "{said}");
    let mut talk = door.talk();
    talk.say(&[b'x'; 5_000]);
    assert!(talk.answer().starts_with("500"));
    let mut talk = Talk::begin(door.address);
    assert!(talk.answer().starts_with("220"));
    assert!(talk.ask("EHLO x").starts_with("500"), "this door speaks LMTP");
    assert!(talk.ask("MAIL FROM:<>").starts_with("503"));
    talk.writer.flush().expect("still there");
}

#[test]
fn one_network_does_not_take_all_the_room_there_is() {
    let (app, door) = takes_mail_with("smtp", &[]);
    let (_, jo, to) = told(&app);
    let mut talks: Vec<Talk> = (0..5).map(|_| door.talk()).collect();
    let mut sixth = Talk::begin(door.address);
    let said = sixth.answer();
    assert!(said.starts_with("421"), "{said}");
    assert_eq!(sixth.answer(), "");
    // Where one goes, another comes in.
    assert!(talks.pop().expect("a talk").ask("QUIT").starts_with("221"));
    let mut next = loop {
        let mut talk = Talk::begin(door.address);
        if talk.answer().starts_with("220") {
            break talk;
        }
    };
    next.ask("EHLO mx.example.org");
    next.ask(&format!("MAIL FROM:<{}>", jo.email));
    next.ask(&format!("RCPT TO:<{to}>"));
    assert!(next.ask("DATA").starts_with("354"));
    assert!(next.letter(&letter(&jo.email, &to, "a", &[], "Love")).starts_with("250"));
}

#[test]
fn our_own_server_has_as_many_conversations_as_it_needs() {
    let (_app, door) = takes_mail();
    let mut talks: Vec<Talk> = (0..20).map(|_| door.talk()).collect();
    for talk in &mut talks {
        for _ in 0..20 {
            assert!(talk.ask("NOOP").starts_with("250"));
        }
    }
}

#[test]
fn whoever_brings_no_letter_is_shown_out() {
    let (app, door) = takes_mail_with("smtp", &[]);
    let (_, jo, to) = told(&app);
    let mut talk = door.talk();
    for _ in 0..100 {
        assert!(talk.ask("NOOP").starts_with("250"));
    }
    talk.ask(&format!("MAIL FROM:<{}>", jo.email));
    talk.ask(&format!("RCPT TO:<{to}>"));
    assert!(talk.ask("DATA").starts_with("354"));
    assert!(talk.letter(&letter(&jo.email, &to, "a", &[], "Love")).starts_with("250"));
    // A letter is what they are here for.
    let mut count = 0;
    loop {
        let said = talk.ask("NOOP");
        if said.starts_with("421") {
            break;
        }
        if said.starts_with("250") {
            count += 1;
        }
        assert!(count < 300, "{said}");
    }
    assert!(count > 150, "{count}");
}
