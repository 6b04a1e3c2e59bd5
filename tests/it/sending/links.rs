//! The links in mail about updates are signed: nothing is stored, and yet they end and are taken back.

use jiff::SignedDuration;
use tidings::db::ids::MemberId;
use tidings::mail::keys::{self, Key, KeyKind};
use tidings::mail::{self, MailToken, Purpose};

use super::{with_relays, with_supporters};
use crate::support::TestApp;
use crate::support::mailbox::Mail;
use crate::support::smtp::{Behaviour, SmtpServer};

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(days * 24)
}

/// A page with one supporter, and the mail about an update that they have.
fn told() -> (TestApp, SmtpServer, Mail) {
    let server = SmtpServer::start(Behaviour::Accept);
    let (app, ann) = with_relays(&[&server], &[("TIDINGS_INCOMING_ADDRESS", "in@example.org")]);
    with_supporters(&app, 1, "example.net");
    ann.writes("Home", "She is home.");
    app.run_jobs();
    let mail = server.taken_to("p1@example.net").pop().expect("the mail");
    (app, server, mail)
}

#[test]
fn a_mail_about_an_update_stores_no_secret_and_its_links_work() {
    let (app, _server, mail) = told();
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM mail_tokens WHERE purpose IN ('open', 'unsubscribe')"), 0);
    let link = mail.link("/sign-in/link/");
    assert!(mail.html.contains(link.split("://").nth(1).expect("an address")), "{}", mail.html);
    app.visitor().get(&link).assert_status(200);
    app.visitor().submit(&link, &[]).assert_sees("She is home.");
    let stop = mail.link("/unsubscribe/");
    assert!(mail.raw.replace("\r\n ", "").contains("List-Unsubscribe: <"), "{}", mail.raw);
    app.visitor().get(&stop).assert_status(200);
    // As a mail client does it, with no token of ours (RFC 8058).
    app.visitor().post_raw(&stop, &[("List-Unsubscribe", "One-Click")], &[]).assert_status(200);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM members WHERE delivery = 'none'"), 1);
}

#[test]
fn after_ninety_days_a_fresh_one_can_be_had_and_after_two_years_more_it_is_nothing() {
    let (app, server, mail) = told();
    let link = mail.link("/sign-in/link/");
    let token = link.split('?').next().expect("an address").to_owned();
    app.pass(days(89));
    app.visitor().get(&link).assert_status(200);
    app.pass(days(2));
    app.visitor().get(&link).assert_status(410).assert_sees("Mail me a fresh link");
    assert_eq!(app.visitor().post(&link, &[]).status, 410);
    app.visitor().post(&format!("{token}/renewal"), &[]).assert_status(200);
    app.run_jobs();
    let fresh = server.taken_to("p1@example.net").pop().expect("the fresh link").link("/sign-in/link/");
    app.visitor().submit(&fresh, &[]).assert_sees("She is home.");
    app.pass(days(731));
    app.visitor().get(&link).assert_status(410).assert_does_not_see("Mail me a fresh link");
    // What stops mail is good for ten years.
    let stop = mail.link("/unsubscribe/");
    app.pass(days(2_800));
    app.visitor().get(&stop).assert_status(200);
    app.pass(days(100));
    app.visitor().get(&stop).assert_status(410);
}

#[test]
fn links_that_were_stored_before_still_work() {
    let (app, _server, _mail) = told();
    let now = app.app.clock.now();
    let token = app.database(move |conn| {
        use diesel::prelude::*;
        use tidings::db::schema::members;
        let member: MemberId = members::table.filter(members::role.eq("supporter")).select(members::id).first(conn)?;
        let about = |days: i64| MailToken {
            member_id: Some(member),
            ..MailToken::lasting(now, SignedDuration::from_hours(24 * days))
        };
        let open = mail::insert_token(conn, Purpose::Open, about(90))?;
        let stop = mail::insert_token(conn, Purpose::Unsubscribe, about(3650))?;
        Ok((open.reveal().to_owned(), stop.reveal().to_owned()))
    });
    app.visitor().submit(&format!("/sign-in/link/{}", token.0), &[]).assert_sees("She is home.");
    app.visitor().post(&format!("/unsubscribe/{}", token.1), &[]).assert_status(200);
}

#[test]
fn a_link_that_was_touched_or_is_for_something_else_opens_nothing() {
    let (app, _server, mail) = told();
    let link = mail.link("/sign-in/link/");
    let secret = link.split('?').next().and_then(|it| it.rsplit('/').next()).expect("a secret").to_owned();
    for at in [0, 5, 30, 50] {
        let other = if secret.as_bytes()[at] == b'A' { "B" } else { "A" };
        let touched = format!("{}{other}{}", &secret[..at], &secret[at + 1..]);
        app.visitor().get(&format!("/sign-in/link/{touched}")).assert_status(410);
        assert_eq!(app.visitor().post(&format!("/sign-in/link/{touched}"), &[]).status, 410);
    }
    app.visitor().get(&format!("/unsubscribe/{secret}")).assert_status(410);
    let stop = mail.link("/unsubscribe/").rsplit('/').next().expect("a secret").to_owned();
    app.visitor().get(&format!("/sign-in/link/{stop}")).assert_status(410);
}

#[test]
fn bounces_and_answers_come_back_to_the_job_that_sent_the_mail() {
    let (app, server, mail) = told();
    let (from, to) = server.envelopes().pop().expect("an envelope");
    assert_eq!(to, "p1@example.net");
    let incoming = app.app.config.incoming.clone().expect("the setting");
    let job = app.count("SELECT id AS count FROM jobs WHERE kind = 'new_update'");
    let read = |address: &str| keys::read(&app.app.vault, incoming.key_of(address).expect("an address of ours"));
    assert_eq!(read(&from), Some(Key::Signed(KeyKind::Return, job)));
    let reply = mail.raw.replace("\r\n ", " ").lines().find(|line| line.starts_with("Reply-To:")).map(str::to_owned);
    let reply = reply.and_then(|line| line.rsplit_once('<').map(|(_, it)| it.trim_end_matches('>').to_owned()));
    assert_eq!(read(&reply.expect("where answers go")), Some(Key::Signed(KeyKind::Reply, job)));
    // Whom it is from is as it was.
    assert!(mail.raw.contains("<tidings@example.org>"), "{}", mail.raw);
}
