use tidings_letters::{Automatic, Bounce, Feedback, Kind, Reason, Severity};

use super::{kind_of, mail, mail_of};

const ORIGINAL: &str = "Return-Path: <tidings+b4a@example.org>\r\nMessage-ID: <u1@example.org>\r\nFrom: news@example.org\r\n\
                        To: jo@example.net\r\nSubject: News\r\n\r\nWe are home.\r\n";

fn bounce(mail: &str) -> Bounce {
    match kind_of(mail) {
        Kind::Bounce(bounce) => bounce,
        other => panic!("{other:?}"),
    }
}

fn report(groups: &str) -> String {
    mail_of(
        "multipart/report; report-type=delivery-status",
        &[
            "Content-Type: text/plain\r\n\r\nI'm sorry.",
            &format!("Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n{groups}"),
            &format!("Content-Type: message/rfc822\r\n\r\n{ORIGINAL}"),
        ],
    )
}

#[test]
fn delivery_reports_are_read() {
    let found = bounce(&report(
        "Original-Recipient: rfc822;jo@example.net\r\nFinal-Recipient: rfc822; jo+x@mail.example.net\r\nAction: failed\r\nStatus: \
         5.0.0\r\nDiagnostic-Code: smtp; 550-5.1.1 no such user\r\n 550 5.1.1 here\r\n\r\nFinal-Recipient: rfc822;<full@example.net>\r\n\
         Action: failed\r\nStatus: 4.2.2\r\n\r\nFinal-Recipient: rfc822;fine@example.net\r\nAction: relayed\r\nStatus: 2.0.0\r\n",
    ));
    let [jo, full] = found.failures.as_slice() else { panic!("{found:?}") };
    assert_eq!((jo.recipient.as_str(), jo.passed_on_to.as_deref()), ("jo@example.net", Some("jo+x@mail.example.net")));
    assert_eq!((jo.reason, jo.severity), (Reason::NoSuchMailbox, Severity::Permanent));
    assert_eq!(jo.status.unwrap().to_string(), "5.1.1");
    assert_eq!(jo.diagnostic, "550-5.1.1 no such user 550 5.1.1 here");
    assert_eq!(
        (full.recipient.as_str(), full.reason, full.severity),
        ("full@example.net", Reason::Full, Severity::Transient)
    );
    assert_eq!(found.original.message_id.as_deref(), Some("u1@example.org"));
    assert_eq!(found.original.return_path.as_deref(), Some("tidings+b4a@example.org"));
    assert_eq!(found.original.to, ["jo@example.net"]);
}

#[test]
fn late_and_arrived_are_no_failures() {
    let late = kind_of(&report("Final-Recipient: rfc822;jo@example.net\r\nAction: delayed\r\nStatus: 4.4.1\r\n"));
    let Kind::Delayed(late) = late else { panic!("{late:?}") };
    assert_eq!((late.failures[0].severity, late.failures[0].reason), (Severity::Transient, Reason::Host));
    let arrived = report("Final-Recipient: rfc822;jo@example.net\r\nAction: delivered\r\nStatus: 2.0.0\r\n");
    assert_eq!(kind_of(&arrived), Kind::Automatic(Automatic::Report));
}

#[test]
fn reports_in_sentences_are_read() {
    let inside = "Return-Path: <tidings+b4a@example.org>\nMessage-ID: <u1@example.org>\nFrom: news@example.org\nTo: \
                  jo@example.net\nSubject: News\n\nWe are home.\n";
    for (server, subject, text, reason) in [
        (
            "exim",
            "Mail delivery failed: returning message to sender",
            "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to \
             one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  jo@example.net\n    host \
             mx.example.net [192.0.2.1]\n    SMTP error from remote mail server after RCPT TO:<jo@example.net>:\n    550 User unknown\n\n\
             ------ This is a copy of the message, including all the headers. ------\n\n",
            Reason::NoSuchMailbox,
        ),
        (
            "qmail",
            "failure notice",
            "Hi. This is the qmail-send program at mx.example.net.\nI'm afraid I wasn't able to deliver your message to the following \
             addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<jo@example.net>:\nThe user is over \
             quota. (#5.2.2)\n\n--- Below this line is a copy of the message.\n\n",
            Reason::Full,
        ),
        (
            "postfix",
            "Undelivered Mail Returned to Sender",
            "This is the mail system at host mx.example.net.\n\nI'm sorry to have to inform you that your message could not\nbe \
             delivered to one or more recipients.\n\n<jo@example.net>: Host or domain name not found. Name service error for\n    \
             name=example.net type=A: Host not found\n\n--- Original message ---\n",
            Reason::Host,
        ),
        (
            "sendmail",
            "Returned mail: see transcript for details",
            "   ----- The following addresses had permanent fatal errors -----\n<jo@example.net>\n\n   ----- Transcript of session \
             follows -----\n... while talking to mx.example.net.:\n>>> DATA\n<<< 554 5.7.1 blocked using zen.spamhaus.org\n\n   ----- \
             Original message follows -----\n\n",
            Reason::Blocked,
        ),
        (
            "Exchange",
            "Undeliverable: News",
            "Your message did not reach some or all of the intended recipients.\n\n      Subject:\tNews\n      Sent:\t23.11.2026\n\nThe \
             following recipient(s) could not be reached:\n\n      jo@example.net on 23.11.2026 10:15\n            Recipient Not \
             Found\n\nOriginal message follows.\n\n",
            Reason::NoSuchMailbox,
        ),
        (
            "GMX",
            "Mail delivery failed: returning message to sender",
            "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one \
             or more of\nits recipients. This is a permanent error. The following address\nfailed:\n\n\"jo@example.net\":\nSMTP error \
             from remote server after RCPT command:\nhost: mx.example.net\n5.3.4 message too big\n\n--- The header of the original \
             message is following. ---\n\n",
            Reason::TooBig,
        ),
        (
            "Domino",
            "DELIVERY FAILURE: User jo not listed in Domino Directory",
            "Your message\n\n  Subject: News\n\nwas not delivered to:\n\n  jo@example.net\n\nbecause:\n\n  User jo (jo@example.net) not \
             listed in Domino Directory\n\nOriginal message:\n\n",
            Reason::NoSuchMailbox,
        ),
        (
            "Google",
            "Delivery Status Notification (Failure)",
            "Delivery to the following recipient failed permanently:\n\n     jo@example.net\n\nTechnical details of permanent failure:\n\
             550 5.2.1 The email account that you tried to reach is disabled.\n\n----- Original message -----\n\n",
            Reason::Disabled,
        ),
    ] {
        let fields = format!(
            "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.net>\nTo: tidings+b4a@example.org\nSubject: {subject}"
        );
        let mail = mail(&fields, &format!("{text}{inside}")).replacen("From: Ann Muster <ann@example.org>\r\n", "", 1);
        let found = bounce(&mail);
        assert_eq!(found.failures.len(), 1, "{server}: {found:?}");
        assert_eq!(
            (found.failures[0].recipient.as_str(), found.failures[0].reason),
            ("jo@example.net", reason),
            "{server}"
        );
        assert_eq!(found.original.message_id.as_deref(), Some("u1@example.org"), "{server}");
        assert_eq!(found.original.return_path.as_deref(), Some("tidings+b4a@example.org"), "{server}");
    }
}

#[test]
fn people_who_pass_bounces_on_are_people() {
    let text =
        "Look what I got:\n\n> A message that you sent could not be delivered\n> jo@example.net\n> 550 User unknown\n";
    for subject in ["Re: News", "Fwd: Undelivered Mail Returned to Sender", "Undelivered Mail Returned to Sender"] {
        let kind = kind_of(&mail(&format!("Subject: {subject}\nReturn-Path: <ann@example.org>"), text));
        assert!(matches!(kind, Kind::Fresh | Kind::Reply), "{kind:?}");
    }
    let inner =
        report("Final-Recipient: rfc822;jo@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n").replace("b0", "b1");
    let passed = mail_of(
        "multipart/mixed",
        &["Content-Type: text/plain\r\n\r\nLook", &format!("Content-Type: message/rfc822\r\n\r\n{inner}")],
    );
    assert_eq!(kind_of(&passed), Kind::Fresh);
}

#[test]
fn complaints_are_read() {
    let complaint = |feedback: &str| {
        mail_of(
            "multipart/report; report-type=feedback-report",
            &[
                "Content-Type: text/plain\r\n\r\nThis is an email abuse report.",
                &format!("Content-Type: message/feedback-report\r\n\r\n{feedback}"),
                &format!("Content-Type: message/rfc822\r\n\r\n{ORIGINAL}"),
            ],
        )
    };
    let kind = kind_of(&complaint("Feedback-Type: abuse\r\nVersion: 1\r\nOriginal-Rcpt-To: <jo@example.net>\r\n"));
    let Kind::Complaint(found) = kind else { panic!("{kind:?}") };
    assert_eq!(
        (found.feedback, found.recipients.as_slice()),
        (Feedback::Abuse, ["jo@example.net".to_owned()].as_slice())
    );
    assert_eq!(found.original.message_id.as_deref(), Some("u1@example.org"));
    assert!(found.wants_no_more());
    for (said, meant) in
        [("not-spam", Feedback::NotSpam), ("auth-failure", Feedback::Authentication), ("opt-out", Feedback::OptOut)]
    {
        let kind = kind_of(&complaint(&format!("Feedback-Type: {said}\r\nVersion: 1\r\n")));
        let Kind::Complaint(found) = kind else { panic!("{kind:?}") };
        assert_eq!((found.feedback, found.recipients.as_slice()), (meant, ["jo@example.net".to_owned()].as_slice()));
    }
}
