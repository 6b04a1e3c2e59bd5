//! What a mail that did not arrive means for its address; and what it does not.

use jiff::SignedDuration;
use tidings::mail::keys::KeyKind;

use super::{Door, address_of, letters, return_path, takes_mail};
use crate::support::{Person, TestApp};

/// A delivery status notification (RFC 3464).
fn report(to: &str, recipient: &str, status: &str, said: &str, id: &str) -> String {
    format!(
        "From: Mail Delivery System <MAILER-DAEMON@mx.example.org>\nTo: {to}\nSubject: Undelivered Mail Returned to Sender\n\
         Message-ID: <{id}@mx.example.org>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"between\"\n\n\
         --between\nContent-Type: text/plain\n\nI'm sorry to have to inform you that your message could not be delivered.\n\
         --between\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n\
         Final-Recipient: rfc822; {recipient}\nAction: failed\nStatus: {status}\nDiagnostic-Code: smtp; {said}\n\n\
         --between--\n"
    )
}

const NOBODY: &str = "550 5.1.1 No such person here";
const FULL: &str = "452 4.2.2 The mailbox is full";

struct World {
    app: TestApp,
    door: Door,
    ann: Person,
    jo: Person,
}

impl World {
    /// Jo follows Maria's page, and has been told of an update.
    fn new() -> Self {
        let (app, door) = takes_mail();
        let ann = app.organizer();
        let jo = app.supporter(&ann, "Jo");
        ann.writes("Home", "She is home.");
        app.run_jobs();
        Self { app, door, ann, jo }
    }

    fn reports(&self, recipient: &str, status: &str, said: &str, id: &str) {
        let to = return_path(&self.app, &self.jo.email);
        let said = self.door.hand_over("", &to, &report(&to, recipient, status, said, id));
        assert!(said.starts_with("250"), "{said}");
        self.app.run_jobs();
    }

    /// How many mails Jo has, after another update.
    fn mails_after(&self, title: &str) -> usize {
        let words = format!("This is what {title} tells.");
        self.ann.writes(title, &words);
        self.app.mails_to(&self.jo.email).iter().filter(|mail| mail.text.contains(&words)).count()
    }
}

#[test]
fn an_address_that_does_not_work_hears_no_more_and_the_organizers_are_told() {
    let world = World::new();
    let World { app, ann, jo, .. } = &world;
    world.reports(&jo.email, "5.1.1", NOBODY, "one");
    let journal = ann.get("/p/maria");
    journal.assert_sees("Jo’s address does not work any more").assert_does_not_see("Could not reach");
    ann.get("/p/maria/people").assert_sees("Jo’s address does not work any more").assert_sees("No such person here");
    jo.get("/p/maria").assert_does_not_see("does not work");
    assert_eq!(world.mails_after("Second"), 0);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM jobs WHERE kind = 'new_update' AND state = 'failed'"), 1);
    // What they ask for themselves comes all the same, and when they are back, so is their mail.
    let other = app.visitor();
    other.post("/sign-in/link", &[("email", &jo.email)]).assert_status(200);
    let link = app.last_mail_to(&jo.email).link("/sign-in/link/");
    other.post(&link, &[]).assert_status(303);
    ann.get("/p/maria").assert_does_not_see("does not work");
    assert_eq!(world.mails_after("Third"), 1);
}

#[test]
fn what_stops_stops_on_every_page() {
    let world = World::new();
    let World { app, jo, .. } = &world;
    let bea = follows_another(app, jo);
    world.reports(&jo.email, "5.1.1", NOBODY, "one");
    bea.get("/p/tom").assert_sees("address does not work any more");
    assert!(!hears_of_tom(app, &bea, jo, "Ten whole steps."));
}

#[test]
fn a_report_that_anybody_could_have_written_changes_nothing() {
    let world = World::new();
    let World { app, door, ann, jo } = &world;
    let real = return_path(app, &jo.email);
    // A key that we have not made is nobody's address.
    let forged = real.replacen("ba", "bb", 1);
    assert!(door.hand_over("", &forged, &report(&forged, &jo.email, "5.1.1", NOBODY, "a")).starts_with("550"));
    // One that does not come to a return path, even to an address that Jo's mail holds.
    let reply = super::reply_to(app, &jo.email);
    door.hand_over("", &reply, &report(&reply, &jo.email, "5.1.1", NOBODY, "b"));
    // One about somebody else, with Jo's own key.
    door.hand_over("", &real, &report(&real, "bill@example.org", "5.1.1", NOBODY, "c"));
    // One about a mail that went to nobody.
    let none = address_of(app, KeyKind::Return, 999_999);
    door.hand_over("", &none, &report(&none, &jo.email, "5.1.1", NOBODY, "d"));
    app.run_jobs();
    assert_eq!(letters(app, "dropped"), 3);
    ann.get("/p/maria").assert_does_not_see("does not work").assert_does_not_see("Could not reach");
    assert_eq!(world.mails_after("Second"), 1);
}

#[test]
fn a_report_about_an_address_that_is_not_theirs_any_more_says_nothing() {
    let world = World::new();
    let World { app, door, jo, ann } = &world;
    let to = return_path(app, &jo.email);
    app.pass(SignedDuration::from_hours(1));
    ann.writes("Second", "More news.");
    app.sql(&format!(
        "UPDATE people SET email = 'jo@new.example.org', email_key = 'jo@new.example.org', \
         email_set_at = (SELECT MAX(created_at) FROM jobs) WHERE email = '{}'",
        jo.email
    ));
    door.hand_over("", &to, &report(&to, "jo@new.example.org", "5.1.1", NOBODY, "late"));
    app.run_jobs();
    assert_eq!(letters(app, "dropped"), 1);
    ann.get("/p/maria").assert_does_not_see("does not work");
}

#[test]
fn a_report_that_is_late_is_about_the_time_before_they_came_back() {
    let world = World::new();
    let World { app, door, ann, jo } = &world;
    let first = return_path(app, &jo.email);
    app.pass(SignedDuration::from_hours(1));
    world.ann.writes("Second", "She walks.");
    app.run_jobs();
    world.reports(&jo.email, "5.1.1", NOBODY, "one");
    ann.get("/p/maria").assert_sees("Jo’s address does not work any more");
    app.pass(SignedDuration::from_hours(1));
    let link = app.last_mail_to(&jo.email).link("/sign-in/link/");
    app.visitor().post(&link, &[]).assert_status(303);
    // The report about what left before then.
    door.hand_over("", &first, &report(&first, &jo.email, "5.1.1", NOBODY, "late"));
    app.run_jobs();
    ann.get("/p/maria").assert_does_not_see("does not work any more");
    assert_eq!(world.mails_after("Third"), 1);
    // One about what left afterwards counts.
    app.pass(SignedDuration::from_hours(1));
    assert_eq!(world.mails_after("Fourth"), 1);
    world.reports(&jo.email, "5.1.1", NOBODY, "two");
    ann.get("/p/maria").assert_sees("Jo’s address does not work any more");
}

#[test]
fn whoever_wants_no_mail_is_not_said_to_have_an_address_that_does_not_work() {
    let world = World::new();
    let World { app, door, ann, jo } = &world;
    let path = return_path(app, &jo.email);
    door.hand_over("feedback@provider.example", DESK, &complaint("a", &format!("Return-Path: <{path}>\n")));
    app.run_jobs();
    for (status, said, id) in [("5.1.1", NOBODY, "one"), ("4.2.2", FULL, "two")] {
        world.reports(&jo.email, status, said, id);
        let people = ann.get("/p/maria/people");
        people.assert_sees("Jo does not want mail any more").assert_does_not_see("does not work");
    }
}

#[test]
fn what_may_pass_counts_and_is_forgiven() {
    let world = World::new();
    let World { app, jo, ann, .. } = &world;
    for (day, id) in ["a", "b", "c"].into_iter().enumerate() {
        world.reports(&jo.email, "4.2.2", FULL, id);
        // The same day counts once.
        world.reports(&jo.email, "4.2.2", FULL, &format!("{id}-again"));
        let stopped = ann.get("/p/maria").sees("Jo’s address does not work any more");
        assert_eq!(stopped, day == 2, "day {day}");
        app.pass(SignedDuration::from_hours(24));
    }
    assert_eq!(world.mails_after("Later"), 0);
    // Another time, with weeks in between.
    let world = World::new();
    let World { app, jo, ann, .. } = &world;
    for id in ["a", "b", "c", "d"] {
        world.reports(&jo.email, "4.2.2", FULL, id);
        app.pass(SignedDuration::from_hours(8 * 24));
    }
    ann.get("/p/maria").assert_does_not_see("does not work any more");
    assert_eq!(world.mails_after("Later"), 1);
}

#[test]
fn a_server_that_does_not_like_us_condemns_nobody() {
    let world = World::new();
    let World { app, jo, ann, .. } = &world;
    for day in 0..4 {
        let said = "550 5.7.1 Your network is on our block list";
        world.reports(&jo.email, "5.7.1", said, &format!("day-{day}"));
        app.pass(SignedDuration::from_hours(24));
    }
    ann.get("/p/maria").assert_does_not_see("does not work any more");
    assert_eq!(world.mails_after("Later"), 1);
}

const DESK: &str = "complaints@in.example.org";

/// A complaint (RFC 5965) about a mail with these fields.
fn complaint(id: &str, original: &str) -> String {
    format!(
        "From: feedback@provider.example\nTo: complaints@in.example.org\nSubject: FW: Home\n\
         Message-ID: <{id}@provider.example>\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=feedback-report; boundary=\"between\"\n\n\
         --between\nContent-Type: text/plain\n\nThis is an email abuse report.\n\
         --between\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: Loop/1.0\nVersion: 1\n\n\
         --between\nContent-Type: message/rfc822\n\n{original}From: tidings@example.org\nSubject: Home\n\nShe is home.\n\
         --between--\n"
    )
}

/// Jo follows Tom's page, too, and is told there by Bea.
fn follows_another(app: &TestApp, jo: &Person) -> Person {
    let bea = app.account("Bea");
    let fields = [("first_name", "Tom"), ("relationship", "his aunt"), ("privacy", "invited"), ("slug", "tom")];
    bea.post("/pages", &fields).assert_status(303);
    let invited = [("addresses", jo.email.as_str()), ("role", "supporter"), ("circle", "everyone")];
    bea.post("/p/tom/people/invitations", &invited).assert_status(303);
    let link = app.last_mail_to(&jo.email).link("/invitations/");
    jo.post(&link, &[]).assert_status(303);
    bea
}

/// Whether Jo hears of an update on Tom's page.
fn hears_of_tom(app: &TestApp, bea: &Person, jo: &Person, words: &str) -> bool {
    bea.post("/p/tom/updates", &[("title", "Tom walks"), ("body", words), ("audience", "everyone")]);
    app.mails_to(&jo.email).iter().any(|mail| mail.text.contains(words))
}

#[test]
fn whoever_sees_a_reply_address_stops_no_more_than_the_link_in_that_mail() {
    let world = World::new();
    let World { app, door, ann, jo } = &world;
    let bea = follows_another(app, jo);
    let update = super::address_of_update(app, &jo.email);
    // In the report, or as the address that it comes to.
    let by_field = complaint("a", &format!("Reply-To: <{update}>\n"));
    door.hand_over("eve@example.com", DESK, &by_field);
    app.run_jobs();
    assert_eq!(world.mails_after("Second"), 0);
    assert!(hears_of_tom(app, &bea, jo, "Ten whole steps."));
    for page in [ann.get("/p/maria"), bea.get("/p/tom")] {
        page.assert_does_not_see("does not want mail");
    }
    let tom = super::reply_to(app, &jo.email);
    door.hand_over("eve@example.com", &tom, &complaint("b", ""));
    app.run_jobs();
    assert!(!hears_of_tom(app, &bea, jo, "Twenty whole steps."));
    // They choose it again, and it comes.
    jo.submit("/p/maria/follow", &[("delivery", "each")]).assert_sees("Saved.");
    assert_eq!(world.mails_after("Third"), 1);
}

#[test]
fn the_return_path_counts_wherever_it_stands_in_a_complaint() {
    let world = World::new();
    let World { app, door, ann, jo } = &world;
    let bea = follows_another(app, jo);
    let (path, reply) = (return_path(app, &jo.email), super::address_of_update(app, &jo.email));
    let fields = format!("Reply-To: <{reply}>\nReturn-Path: <{path}>\n");
    door.hand_over("feedback@provider.example", DESK, &complaint("a", &fields));
    app.run_jobs();
    ann.get("/p/maria").assert_sees("Jo does not want mail any more");
    assert!(!hears_of_tom(app, &bea, jo, "Ten whole steps."));
}

#[test]
fn a_complaint_with_an_address_from_before_their_links_were_taken_back_changes_nothing() {
    let world = World::new();
    let World { app, door, jo, .. } = &world;
    let update = super::address_of_update(app, &jo.email);
    jo.submit("/p/maria/wishes", &[("message", "Thinking of you")]).assert_status(200);
    let wish = world.ann.get("/p/maria/wishes").attribute(".wish", "id").expect("a wish");
    let answers = format!("/p/maria/wishes/{}/answers", wish.trim_start_matches("wish-"));
    world.ann.submit(&answers, &[("message", "Thank you")]).assert_status(200);
    app.pass(SignedDuration::from_hours(2));
    let thread = super::reply_to(app, &jo.email);
    assert_ne!(update, thread);
    jo.post("/sign-out/everywhere", &[]).assert_status(303);
    for (id, address) in [("a", update), ("b", thread)] {
        door.hand_over("eve@example.com", DESK, &complaint(id, &format!("Reply-To: <{address}>\n")));
    }
    app.run_jobs();
    assert_eq!(letters(app, "dropped"), 2);
    assert_eq!(world.mails_after("Second"), 1);
}

#[test]
fn whoever_calls_our_mail_unwanted_gets_none() {
    let world = World::new();
    let World { app, door, ann, jo } = &world;
    let path = return_path(app, &jo.email);
    // Without a key of ours in it, anybody could have written it.
    let id = app.last_mail_to(&jo.email).message_id;
    door.hand_over("feedback@provider.example", DESK, &complaint("a", &format!("Message-ID: <{id}>\n")));
    app.run_jobs();
    ann.get("/p/maria").assert_does_not_see("does not want mail");
    door.hand_over("feedback@provider.example", DESK, &complaint("b", &format!("Return-Path: <{path}>\n")));
    app.run_jobs();
    ann.get("/p/maria").assert_sees("Jo does not want mail any more");
    ann.get("/p/maria/people").assert_sees("Jo does not want mail any more");
    assert_eq!(world.mails_after("Second"), 0);
    // Coming back to read is no wish for mail.
    let link = app.last_mail_to(&jo.email).link("/sign-in/link/");
    app.visitor().post(&link, &[]).assert_status(303);
    assert_eq!(world.mails_after("Third"), 0);
}
