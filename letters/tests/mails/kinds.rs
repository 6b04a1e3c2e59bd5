use tidings_letters::{Automatic, Envelope, Kind, Letter};

use super::{kind_of, mail};

#[test]
fn answers_of_machines_are_known() {
    for (fields, why) in [
        ("Auto-Submitted: auto-replied", Automatic::Answer),
        ("Auto-Submitted: auto-generated; x=y", Automatic::Answer),
        ("X-Autoreply: yes", Automatic::Answer),
        ("Precedence: auto_reply", Automatic::Answer),
        ("Subject: Automatic reply: News of Maria", Automatic::Answer),
        ("Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_Nouvelles?=", Automatic::Answer),
        ("Subject: Abwesenheitsnotiz: Neues", Automatic::Answer),
        ("Subject: Automatisch antwoord: Nieuws", Automatic::Answer),
        ("Precedence: bulk", Automatic::Bulk),
        ("List-Id: <family.example.org>", Automatic::Bulk),
        ("Return-Path: <>", Automatic::NoSender),
        ("X-Tidings: 1", Automatic::Loop),
    ] {
        assert_eq!(kind_of(&mail(fields, "I am away.")), Kind::Automatic(why), "{fields}");
    }
    let told = mail("", "I am away.");
    let envelope = Envelope { sender: Some(""), own_field: None };
    assert_eq!(Letter::parse(told.as_bytes()).unwrap().kind(&envelope), Kind::Automatic(Automatic::NoSender));
}

#[test]
fn people_are_no_machines() {
    for fields in [
        "Auto-Submitted: no",
        "Subject: Out of the hospital",
        "Subject: Automatic doors",
        "Return-Path: <ann@example.org>",
        "X-Auto-Response-Suppress: DR, OOF",
        "Subject: Undelivered flowers",
        "Subject: Mail delivery problem",
    ] {
        assert_eq!(
            kind_of(&mail(fields, "My mail to jo@example.org could not be delivered. She is well.")),
            Kind::Fresh,
            "{fields}"
        );
    }
    for fields in [
        "In-Reply-To: <2@example.org>",
        "References: <2@example.org>",
        "Subject: Re: News",
        "Subject: AW: Neues",
        "Subject: Re[2]: x",
    ] {
        assert_eq!(kind_of(&mail(fields, "She is well.")), Kind::Reply, "{fields}");
    }
}

#[test]
fn heads_are_read() {
    let mail = mail(
        "Subject: =?iso-8859-1?q?Gr=FC=DFe?=\n aus Berlin\nTo: \"Maria\" <tidings+u1@example.org>, b@example.org\nCc: c@example.org\n\
         Delivered-To: d@example.org\nReferences: <a@x> <b@x>\nIn-Reply-To: <b@x>\nDate: Mon, 23 Nov 2026 11:15:00 +0100",
        "",
    );
    let letter = Letter::parse(mail.as_bytes()).unwrap();
    assert_eq!(letter.subject().as_deref(), Some("Grüße aus Berlin"));
    assert_eq!(letter.from(), ["ann@example.org"]);
    assert_eq!(letter.recipients(), ["d@example.org", "tidings+u1@example.org", "b@example.org", "c@example.org"]);
    assert_eq!(
        (letter.in_reply_to(), letter.references()),
        (vec!["b@x".to_owned()], vec!["a@x".to_owned(), "b@x".to_owned()])
    );
    assert_eq!(letter.message_id().as_deref(), Some("1@example.org"));
    assert_eq!(letter.date(), Some(1_795_428_900));
    assert_eq!(letter.return_path(), None);
}
