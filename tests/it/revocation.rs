//! What is taken back is taken back everywhere: links in old mails, mail that waits, browsers that are open.

use jiff::SignedDuration;

use crate::support::smtp::{Behaviour, SmtpServer};
use crate::support::{Person, TestApp};

/// What an organizer or a member can take back, by the id of the member whom it is about.
type Act = fn(&Held, &str);

/// Maria's page with a mail server that can be held, an organizer, and a supporter of the family.
struct Held {
    app: TestApp,
    server: SmtpServer,
    ann: Person,
    jo: Person,
}

impl Held {
    fn new() -> Self {
        let server = SmtpServer::start(Behaviour::Accept);
        let url = server.url();
        let app = TestApp::with(&[("TIDINGS_SMTP_URL", &url), ("TIDINGS_MAIL_FROM", "tidings@example.org")]);
        let ann = app.nobody("Ann");
        let fields = [("name", "Ann"), ("email", ann.email.as_str()), ("password", crate::support::people::PASSWORD)];
        ann.post("/sign-up", &fields).assert_status(200);
        app.run_jobs();
        let held = Self { jo: app.nobody("Jo"), app, server, ann };
        held.ann.post(&held.newest(&held.ann.email, "/email/confirm/"), &[]).assert_status(303);
        let page = [("first_name", "Maria"), ("relationship", "her sister"), ("privacy", "ask"), ("slug", "maria")];
        held.ann.post("/pages", &page).assert_status(303);
        let invitation = [("addresses", held.jo.email.as_str()), ("circle", "family")];
        held.ann.post("/p/maria/people/invitations", &invitation).assert_status(303);
        held.app.run_jobs();
        held.jo.post(&held.newest(&held.jo.email, "/invitations/"), &[]).assert_status(303);
        held
    }

    fn newest(&self, address: &str, part: &str) -> String {
        self.server.taken_to(address).pop().expect("a mail").link(part)
    }

    fn change(&self, member: &str, what: &str, fields: &[(&str, &str)]) {
        self.ann.post(&format!("/p/maria/people/{member}/{what}"), fields).assert_status(303);
    }
}

const REVOCATIONS: [(&str, Act); 7] = [
    ("removal", |held, jo| held.change(jo, "removal", &[])),
    ("block", |held, jo| held.change(jo, "block", &[])),
    ("block with hiding", |held, jo| held.change(jo, "block", &[("hide", "yes")])),
    ("leaving", |held, _| {
        held.jo.post("/p/maria/departure", &[("stay", "")]).assert_status(303);
    }),
    ("closing", |held, _| {
        held.ann.post("/p/maria/closing", &[]).assert_status(303);
    }),
    ("another circle", |held, jo| held.change(jo, "role", &[("role", "supporter"), ("circle", "everyone")])),
    ("stopping mail", |held, _| {
        held.app.visitor().post(&held.newest(&held.jo.email, "/unsubscribe/"), &[]).assert_status(200);
    }),
];

#[test]
fn mail_that_waits_is_not_sent_after_a_revocation() {
    for (name, revoke) in REVOCATIONS {
        let held = Held::new();
        let member = held.ann.get("/p/maria/people").member_called("jo@example.org");
        // For the family: every revocation ends her right to it.
        held.server.behave(Behaviour::Temporary);
        held.ann.writes_for("Held back", "Come on Sunday.", "family");
        assert_eq!(held.app.run_jobs(), 1, "{name}: it was tried");
        revoke(&held, &member);
        held.server.behave(Behaviour::Accept);
        held.app.pass(SignedDuration::from_hours(1));
        held.app.run_jobs();
        let arrived = held.server.taken().into_iter().filter(|mail| mail.subject == "Held back").count();
        assert_eq!(arrived, 0, "{name}");
    }
}

#[test]
fn without_a_revocation_the_same_mail_arrives() {
    let held = Held::new();
    held.server.behave(Behaviour::Temporary);
    held.ann.writes_for("Held back", "Come on Sunday.", "family");
    assert_eq!(held.app.run_jobs(), 1);
    held.server.behave(Behaviour::Accept);
    held.app.pass(SignedDuration::from_hours(1));
    held.app.run_jobs();
    assert_eq!(held.server.taken_to(&held.jo.email).pop().expect("the mail").subject, "Held back");
}

#[test]
fn an_invitation_that_waits_is_not_sent_after_it_was_taken_back() {
    for what in ["removal", "block"] {
        let held = Held::new();
        held.server.behave(Behaviour::Temporary);
        held.ann.post("/p/maria/people/invitations", &[("addresses", "ivy@example.org")]).assert_status(303);
        assert_eq!(held.app.run_jobs(), 1);
        let member = held.ann.get("/p/maria/people").member_called("ivy@example.org");
        held.change(&member, what, &[]);
        held.server.behave(Behaviour::Accept);
        held.app.pass(SignedDuration::from_hours(1));
        held.app.run_jobs();
        assert!(held.server.taken_to("ivy@example.org").is_empty(), "{what}");
    }
}

#[test]
fn links_and_open_browsers_end_with_membership() {
    for (name, revoke) in REVOCATIONS.into_iter().take(5) {
        let held = Held::new();
        let update = held.ann.writes("Home", "She is home.");
        held.app.run_jobs();
        let mail = held.server.taken_to(&held.jo.email).pop().expect("the update");
        let invitation = held.server.taken_to(&held.jo.email).remove(0).link("/invitations/");
        let opened = held.app.visitor();
        opened.submit(&mail.link("/sign-in/link/"), &[]).assert_sees("She is home.");
        let member = held.ann.get("/p/maria/people").member_called("jo@example.org");
        revoke(&held, &member);
        for browser in [&opened, &*held.jo] {
            browser.get(&update).assert_status(404);
            browser.get("/p/maria/wishes").assert_status(404);
            browser.post("/p/maria/wishes", &[("message", "Still here")]).assert_status(404);
            browser.get("/p/maria").assert_does_not_see("She is home.");
        }
        for link in [mail.link("/sign-in/link/"), invitation] {
            held.app.visitor().get(&link).assert_status(410);
            assert_eq!(held.app.visitor().post(&link, &[]).status, 410, "{name}");
        }
        held.app.pass(SignedDuration::from_hours(91 * 24));
        let address = mail.link("/sign-in/link/");
        let token = address.split('?').next().expect("an address");
        held.app.visitor().get(token).assert_status(410).assert_does_not_see("Mail me a fresh link");
        let mails = held.server.taken().len();
        held.app.visitor().post(&format!("{token}/renewal"), &[]).assert_status(410);
        held.app.run_jobs();
        assert_eq!(held.server.taken().len(), mails, "{name}: nothing is mailed");
    }
}

#[test]
fn a_link_to_one_page_lets_nobody_into_another() {
    let held = Held::new();
    let fields = [("first_name", "Bea"), ("relationship", "x"), ("privacy", "invited"), ("slug", "bea")];
    held.ann.post("/pages", &fields).assert_status(303);
    held.ann.writes("Home", "She is home.");
    held.app.run_jobs();
    let link = held.newest(&held.jo.email, "/sign-in/link/");
    let token = link.split('?').next().expect("an address").to_owned();
    // Whatever it is told to lead to, it leads to its own page.
    for to in
        ["people", "follow", "../../bea", "//evil.example", "https://evil.example", "updates/../../../bea", "%2e%2e"]
    {
        let visitor = held.app.visitor();
        let answer = visitor.post(&format!("{token}?to={to}"), &[]);
        assert!(answer.location().starts_with("/p/maria"), "{to}: {}", answer.location());
        visitor.get("/p/bea").assert_status(404);
    }
    // A link of one purpose does not do for another.
    let secret = token.rsplit('/').next().expect("a secret");
    for path in ["/invitations/", "/unsubscribe/", "/password/reset/", "/email/confirm/"] {
        held.app.visitor().get(&format!("{path}{secret}")).assert_status(410);
        held.app.visitor().post(&format!("{path}{secret}"), &[("password", "a lamp in the window")]).assert_status(410);
    }
    held.app.visitor().get(&format!("/links/{secret}")).assert_status(404);
}

#[test]
fn a_scanner_that_presses_nothing_changes_nothing() {
    let held = Held::new();
    held.ann.post("/p/maria/people/invitations", &[("addresses", "ivy@example.org")]).assert_status(303);
    held.ann.writes("Home", "She is home.");
    held.app.run_jobs();
    let rows = || {
        ["members", "sessions", "session_sites", "mail_tokens", "people", "jobs", "events"]
            .map(|table| held.app.count(&format!("SELECT COUNT(*) AS count FROM {table}")))
    };
    let before = rows();
    for mail in held.server.taken() {
        for link in mail.text.split_whitespace().filter(|word| word.starts_with("http://")) {
            for _ in 0..3 {
                held.app.visitor().get(link);
                held.app.visitor().head(link);
            }
        }
    }
    assert_eq!(rows(), before);
    held.ann.get("/p/maria/people").assert_sees("Invited, not answered yet");
}

#[test]
fn a_supporter_who_has_lost_every_mail_has_links_mailed() {
    let held = Held::new();
    let fields = [("first_name", "Bea"), ("relationship", "x"), ("privacy", "invited"), ("slug", "bea")];
    held.ann.post("/pages", &fields).assert_status(303);
    held.ann.post("/p/bea/people/invitations", &[("addresses", held.jo.email.as_str())]).assert_status(303);
    held.app.run_jobs();
    let mails = |address: &str| held.server.taken_to(address).len();
    let (before, nobody) = (mails(&held.jo.email), "nobody@example.org");
    for address in [held.jo.email.as_str(), nobody] {
        let answer = held.app.visitor().post("/sign-in/link", &[("email", address)]);
        answer.assert_status(200);
    }
    held.app.run_jobs();
    assert_eq!((mails(&held.jo.email), mails(nobody)), (before + 1, 0));
    let mail = held.server.taken_to(&held.jo.email).pop().expect("the mail");
    // Only pages that she has come to; an invitation is not one of them.
    assert_eq!(mail.subject, "Your link to Maria’s page");
    let phone = held.app.visitor();
    phone.submit(&mail.link("/sign-in/link/"), &[]).assert_sees("Maria’s page");
    phone.get("/p/bea").assert_status(404);
    phone.get("/account").assert_status(303);
    // Blocked, she is mailed nothing.
    let member = held.ann.get("/p/maria/people").member_called("jo@example.org");
    held.change(&member, "block", &[]);
    let before = mails(&held.jo.email);
    held.app.visitor().post("/sign-in/link", &[("email", held.jo.email.as_str())]).assert_status(200);
    held.app.run_jobs();
    assert_eq!(mails(&held.jo.email), before);
}

#[test]
fn signing_out_everywhere_ends_every_browser_and_every_old_link_but_stops_no_mail() {
    let held = Held::new();
    let update = held.ann.writes("Home", "She is home.");
    held.app.run_jobs();
    let mail = held.server.taken_to(&held.jo.email).pop().expect("the update");
    let stolen = held.app.visitor();
    stolen.submit(&mail.link("/sign-in/link/"), &[]).assert_sees("She is home.");
    held.jo.post("/sign-out/everywhere", &[]).assert_status(303);
    for browser in [&stolen, &*held.jo] {
        browser.get(&update).assert_status(404);
    }
    held.app.visitor().get(&mail.link("/sign-in/link/")).assert_status(410);
    held.app.visitor().post(&mail.link("/sign-in/link/"), &[]).assert_status(410);
    // The next mail leads in again, and the old one still stops mail.
    held.ann.writes("News", "She ate.");
    held.app.run_jobs();
    let fresh = held.server.taken_to(&held.jo.email).pop().expect("the next update").link("/sign-in/link/");
    held.app.visitor().submit(&fresh, &[]).assert_sees("She ate.");
    held.app.visitor().post(&mail.link("/unsubscribe/"), &[]).assert_status(200);
}

#[test]
fn no_more_than_three_unasked_mails_an_hour_reach_one_address_whatever_their_kind() {
    let held = Held::new();
    held.ann.post("/p/maria/privacy", &[("privacy", "link")]);
    held.ann.opens_to("link");
    let link = held.ann.secret_link();
    let target = "victim@example.org";
    let password = "a lamp in the window";
    for round in 0..4 {
        let stranger = held.app.visitor();
        stranger.get(&link);
        stranger.post("/sign-up", &[("name", "V"), ("email", target), ("password", password)]).assert_status(200);
        stranger.post("/password/reset", &[("email", "Victim+x@example.org")]).assert_status(200);
        stranger.post("/sign-in/link", &[("email", target)]).assert_status(200);
        stranger.post("/p/maria/follow", &[("name", "V"), ("email", &format!("victim+{round}@example.org"))]);
        held.ann.post("/p/maria/people/invitations", &[("addresses", &format!("victim+i{round}@example.org"))]);
        held.app.run_jobs();
    }
    let reached = held.server.taken().into_iter().filter(|mail| mail.to.starts_with("victim")).count();
    assert!((1..=3).contains(&reached), "{reached}");
}
