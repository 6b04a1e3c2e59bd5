//! Mail that was written to hurt. Nothing is timed: what grows faster than its input would not end at all.

use proptest::prelude::*;
use tidings_letters::{Envelope, Letter, MAX_BYTES};

use super::{mail, mail_of};

/// Asks for everything.
fn read(bytes: &[u8]) {
    let Some(letter) = Letter::parse(bytes) else { return };
    let _ = letter.kind(&Envelope::default());
    let words = letter.words();
    assert!(words.text.len() <= 8 * bytes.len() + 100);
    let _ = (words.own(), letter.whole_text(), letter.photos().count(), letter.authentication("mx.example.org"));
    let _ =
        (letter.message_id(), letter.from(), letter.subject(), letter.date(), letter.recipients(), letter.references());
}

#[test]
fn nested_without_end() {
    let mut multipart = String::new();
    let mut inside = String::new();
    for depth in 0..20_000 {
        multipart.push_str(&format!("Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n--b{depth}\r\n"));
        inside.push_str("Content-Type: message/rfc822\r\n\r\n");
    }
    read(multipart.as_bytes());
    read(inside.as_bytes());
    read("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n".repeat(20_000).as_bytes());
}

#[test]
fn many_of_everything() {
    read(mail("", &"--b\r\n\r\n".repeat(20_000)).as_bytes());
    let parts: Vec<&str> = std::iter::repeat_n("Content-Type: image/png\r\n\r\nx", 50_000).collect();
    read(mail_of("multipart/mixed", &parts).as_bytes());
    for line in [
        "> ",
        "On 23/11/2026 10:15, Maria wrote:\n",
        "On 2026\n",
        "From: a\n",
        "-- \n",
        "a@b.de\n",
        "|\n",
        "```\n",
        "_\n",
        "-----Original Message-----\n",
    ] {
        read(mail("Return-Path: <>\nSubject: failure notice", &line.repeat(15_000)).as_bytes());
    }
    for html in [
        "<div>",
        "<div class=gmail_quote>",
        "<blockquote type=cite>",
        "</p>",
        "<a href=http://x>",
        "<",
        "<!--",
        "&",
        "<style>",
        "<p a=\"",
        "<b",
        "&amp",
        "<br>",
    ] {
        read(mail("Content-Type: text/html", &html.repeat(15_000)).as_bytes());
    }
    read(mail(&"X-A: b\n".repeat(15_000), "").as_bytes());
    read(mail(&format!("To: {}", "a@b.de, ".repeat(15_000)), "").as_bytes());
    read(mail(&format!("Authentication-Results: mx.example.org; {}", "( = ".repeat(15_000)), "").as_bytes());
    let rows = "Final-Recipient: rfc822;a@b.de\r\nAction: failed\r\n\r\n".repeat(20_000);
    read(mail("Content-Type: message/delivery-status", &rows).as_bytes());
}

/// So much of a text is read at all; and so long is the longest letter that our own door takes.
const WHOLE_TEXT: usize = 2 * 1024 * 1024;
const WHOLE_LETTER: usize = 24 * 1024 * 1024;

/// Something again and again, until it is so long.
fn filled(piece: &str, length: usize) -> String {
    piece.repeat(length / piece.len())
}

/// Heads as long as a letter can be. What is done for each byte of them must be the same for the last as for the first.
#[test]
fn heads_as_long_as_letters() {
    for fold in [" a*1=xxxxxxx;\r\n", " x\r\n", " a=b;\r\n", " <a@b.de>,\r\n", " =?utf-8?q?x?=\r\n", " a:\r\n"] {
        for name in ["Content-Type: text/plain;", "Content-Disposition: attachment;", "To: x", "Subject: x"] {
            let mail = format!("From: a@b.de\r\n{name}\r\n{}\r\nhello", filled(fold, WHOLE_LETTER / 8));
            read(mail.as_bytes());
        }
    }
    let continued = filled(" a*1=xxxxxxx;\r\n", WHOLE_LETTER);
    read(format!("Content-Type: text/plain;\r\n{continued}\r\nhello").as_bytes());
    let one_line = filled("x;", WHOLE_LETTER);
    read(format!("From: a@b.de\r\nContent-Type: text/plain;\r\n {one_line}\r\n\r\nhello").as_bytes());
    let many = filled(&format!("To: {}\r\n", "@:".repeat(8_000)), WHOLE_LETTER);
    read(format!("From: a@b.de\r\n{many}\r\nhello").as_bytes());
    // Multiparts are no parts, and their heads are read all the same.
    let names: String = (0..300).map(|at| format!(" a{at}*1=x;")).collect();
    let inner = format!("--b0\r\nContent-Type: multipart/mixed; boundary=b0;{names}\r\n\r\n");
    read(mail("Content-Type: multipart/mixed; boundary=b0", &filled(&inner, WHOLE_LETTER / 4)).as_bytes());
}

/// Only so many bytes of a field come out, however it was folded.
#[test]
fn a_field_is_cut() {
    let line = "x".repeat(1024 * 1024);
    let mail = format!("From: a@b.de\r\nX-A: {line}\r\nX-B: x\r\n {line}\r\n {line}\r\n\r\nhello");
    let letter = Letter::parse(mail.as_bytes()).unwrap();
    for name in ["X-A", "X-B"] {
        assert_eq!(letter.field(name).unwrap().len(), 16 * 1024, "{name}");
    }
}

/// Texts of HTML as long as any that is read.
#[test]
fn html_as_long_as_it_is_read() {
    let spaces = " ".repeat(WHOLE_TEXT / 2);
    for piece in ["x<b>", "<br>", "<img src=cid:x>", "<a href=http://x> "] {
        let begun = format!("<pre>{spaces}{}", filled(piece, WHOLE_TEXT / 2));
        read(mail("Content-Type: text/html", &begun).as_bytes());
    }
    let pictures: String = (0..100_000).map(|at| format!("<img src=cid:{at}>")).collect();
    let quoted = format!("Hello<blockquote type=cite>{pictures}</blockquote>");
    read(mail_of("multipart/related", &[&format!("Content-Type: text/html\r\n\r\n{quoted}")]).as_bytes());
    let shown = format!("{pictures}<br><blockquote type=cite>Hello</blockquote>");
    read(mail_of("multipart/related", &[&format!("Content-Type: text/html\r\n\r\n{shown}")]).as_bytes());
}

/// Plain texts as long as any that is read.
#[test]
fn text_as_long_as_it_is_read() {
    for line in ["|\n\n", "> a\nOn 2026, Ann wrote:\n\n", "\nFrom: a\n", "-- \n\n", " "] {
        read(mail("", &filled(line, WHOLE_TEXT)).as_bytes());
    }
    let flowed = "Content-Type: text/plain; format=flowed; charset=utf-8";
    read(mail(flowed, &filled("a \n", WHOLE_TEXT)).as_bytes());
}

/// Reports with as much in them as is looked at.
#[test]
fn reports_with_many_rows() {
    let listed: String =
        (0..1_000).map(|at| format!("X-Failed-Recipients: {}\n", format!("a{at}@b.de, ").repeat(1_000))).collect();
    let nameless = "Final-Recipient: rfc822;somebody\r\nAction: failed\r\n\r\n".repeat(1_000);
    read(mail(&format!("{listed}Content-Type: message/delivery-status"), &nameless).as_bytes());
    // All of them silent, with one block of sentences that is as long as it can be.
    let silent = "Final-Recipient: rfc822;a@b.de\r\nAction: failed\r\n\r\n".repeat(1_000);
    let said = format!("Delivery failed\r\n{}", format!("a@b.de: {}\r\n", "no ".repeat(1_300)).repeat(250));
    let parts = [
        format!("Content-Type: text/plain\r\n\r\n{said}"),
        format!("Content-Type: message/delivery-status\r\n\r\n{silent}"),
    ];
    read(mail_of("multipart/report", &[&parts[0], &parts[1]]).as_bytes());
    // Whether it is late is told by a subject that takes long to read.
    let late = "Final-Recipient: rfc822;a@b.de\r\nStatus: 4.0.0\r\n\r\n".repeat(1_000);
    let subject = format!("Subject: {}\nContent-Type: message/delivery-status", "=?a?q?".repeat(2_700));
    read(mail(&subject, &late).as_bytes());
    // Sentences that name thousands, all of them ours.
    let ours: String = (0..1_000).map(|at| format!("a{at}@b.de, ")).collect();
    let names = format!("Delivery failed\r\n{}", filled("x a999@b.de\r\n", WHOLE_TEXT));
    read(mail(&format!("Return-Path: <>\nTo: {ours}\nSubject: failure notice"), &names).as_bytes());
}

#[test]
fn too_long_is_not_read() {
    let mut long = b"Subject: a\r\n\r\n".to_vec();
    long.resize(MAX_BYTES + 1, b'a');
    assert!(Letter::parse(&long).is_none());
    assert!(Letter::parse(b"").is_none());
    assert!(Letter::parse(b"\r\n\r\nhello").is_none());
}

/// Pieces of mails, in any order.
fn pieces() -> impl Strategy<Value = String> {
    const PIECES: [&str; 40] = [
        "From: ",
        "To: a@b.de\r\n",
        "Subject: =?utf-8?q?=C3?=\r\n",
        "\r\n",
        "\r\n\r\n",
        "--b0",
        "--b0--",
        "\n",
        " ",
        "=",
        "=C3=BC",
        "Content-Type: multipart/mixed; boundary=b0\r\n",
        "Content-Type: text/html\r\n",
        "Content-Type: text/plain; format=flowed\r\n",
        "Content-Transfer-Encoding: base64\r\n",
        "Content-Transfer-Encoding: quoted-printable\r\n",
        "message/delivery-status",
        "Final-Recipient: rfc822;",
        "<a@b.de>:",
        "550 5.1.1 ",
        "On 23/11/2026 10:15, Ann <a@b.de> wrote:",
        "> ",
        "-- \n",
        "é日本",
        "<div class=\"gmail_quote\">",
        "<blockquote type=cite>",
        "</div>",
        "<img src=cid:x>",
        "&#x41;",
        "&",
        "<a href=http://x>",
        "</a>",
        "\u{e000}",
        "could not be delivered",
        "Authentication-Results: mx.example.org; ",
        "dmarc=(",
        "From: a\nTo: b\nSubject: c\n",
        "Content-Type: message/rfc822\r\n\r\n",
        "Date: Mon, 99 Nov 2026 99:99:99 +9999\r\n",
        "\u{a0}",
    ];
    prop::collection::vec(prop::sample::select(&PIECES[..]), 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        read(&bytes);
        let mut mail = b"From: a@b.de\r\n\r\n".to_vec();
        mail.extend(&bytes);
        read(&mail);
    }

    #[test]
    fn any_pieces_of_mails_are_read(text in pieces(), html in pieces()) {
        read(text.as_bytes());
        read(mail("", &text).as_bytes());
        read(mail("Content-Type: text/html; charset=utf-8", &html).as_bytes());
        read(mail_of("multipart/alternative", &[&text, &html]).as_bytes());
    }

    /// What nobody could take for a quote or a signature comes out as it went in.
    #[test]
    fn plain_words_are_never_lost(words in prop::collection::vec("[a-zäöüéñøи]{1,12}", 1..80), breaks in prop::collection::vec(1..12_usize, 1..30)) {
        let mut text = String::new();
        for (at, word) in words.iter().enumerate() {
            let apart = if at % breaks[at % breaks.len()] == 0 { "\n" } else { " " };
            text.push_str(apart);
            text.push_str(word);
        }
        let mail = mail("", &text);
        let out = Letter::parse(mail.as_bytes()).unwrap().words().text;
        prop_assert_eq!(out.split_whitespace().collect::<Vec<_>>(), words);
    }
}
