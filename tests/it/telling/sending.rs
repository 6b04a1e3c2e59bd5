//! For whoever writes: who was told of an update, who was not, and why; and sending it again to whom it has not reached.

use jiff::SignedDuration;
use tidings::installation::{self, Doubtful};

use crate::support::people::PASSWORD;
use crate::support::smtp::{Behaviour, SmtpServer};
use crate::support::{Person, TestApp};

/// Maria's page with a mail server, an organizer, and supporters by these names.
fn with_server(names: &[&str]) -> (TestApp, SmtpServer, Person, Vec<Person>) {
    let server = SmtpServer::start(Behaviour::Accept);
    let url = server.url();
    let app = TestApp::with(&[("TIDINGS_SMTP_URL", &url), ("TIDINGS_MAIL_FROM", "tidings@example.org")]);
    let newest = |person: &Person, part: &str| server.taken_to(&person.email).pop().expect("a mail").link(part);
    let ann = app.nobody("Ann");
    ann.post("/sign-up", &[("name", "Ann"), ("email", &ann.email), ("password", PASSWORD)]).assert_status(200);
    app.run_jobs();
    ann.post(&newest(&ann, "/email/confirm/"), &[]).assert_status(303);
    let page = [("first_name", "Maria"), ("relationship", "her sister"), ("privacy", "invited"), ("slug", "maria")];
    ann.post("/pages", &page).assert_status(303);
    let people: Vec<Person> = names.iter().map(|name| app.invited(&ann, name, "supporter", "everyone")).collect();
    app.run_jobs();
    for person in &people {
        person.post(&newest(person, "/invitations/"), &[]).assert_status(303);
    }
    (app, server, ann, people)
}

fn told(server: &SmtpServer, person: &Person) -> usize {
    server.taken_to(&person.email).iter().filter(|mail| mail.text.contains("She is home.")).count()
}

#[test]
fn who_was_told_and_who_waits_is_said_in_plain_words() {
    let (app, server, ann, people) = with_server(&["Jo", "Kim"]);
    let update = ann.writes("Home", "She is home.");
    let page = format!("{update}/sending");
    ann.get(&update).assert_sees("Waiting: 2.");
    ann.get(&page).assert_sees("Waiting: 2").assert_sees("as soon as the mail server takes it");
    server.behave(Behaviour::Temporary);
    app.run_jobs();
    ann.get(&page)
        .assert_sees("Jo’s mail server wants to be asked again later. It was tried once since")
        .assert_sees("What the mail server said");
    server.behave(Behaviour::Accept);
    app.pass(SignedDuration::from_hours(1));
    app.run_jobs();
    ann.get(&page).assert_sees("Told: 2").assert_does_not_see("Waiting").assert_does_not_see("Send again");
    ann.get(&update).assert_sees("Told: 2.");
    assert_eq!(people.iter().map(|person| told(&server, person)).collect::<Vec<_>>(), [1, 1]);
    // It is for those who write.
    people[0].get(&page).assert_status(404);
    people[0].get(&update).assert_does_not_see("Told: 2");
}

#[test]
fn who_was_not_reached_gets_it_after_one_press_and_nobody_gets_it_twice() {
    let (app, server, ann, people) = with_server(&["Jo", "Kim"]);
    let (jo, kim) = (&people[0], &people[1]);
    let update = ann.writes("Home", "She is home.");
    let page = format!("{update}/sending");
    server.behave(Behaviour::AtReceiver("550 No such person here"));
    app.run_jobs();
    app.sql(
        "UPDATE jobs SET state = 'done', outcome = NULL WHERE kind = 'new_update' AND member_id = \
             (SELECT m.id FROM members m JOIN people p ON p.id = m.person_id WHERE p.name = 'Kim')",
    );
    server.behave(Behaviour::Accept);
    let shown = ann.get(&page);
    shown
        .assert_sees("Could not be reached: 1")
        .assert_sees("Told: 1")
        .assert_sees("Jo’s address does not work any more.");
    assert!(shown.texts("details").iter().any(|it| it.contains("No such person here")), "{}", shown.text());
    assert!(
        !shown.texts(".person p").iter().any(|it| it.contains("550") && !it.contains("No such")),
        "{}",
        shown.text()
    );
    // Twice: the second press finds nothing left to do.
    for _ in 0..2 {
        ann.submit(&page, &[("who", "unreachable")]).assert_sees("on its way");
    }
    app.run_jobs();
    app.run_jobs();
    assert_eq!((told(&server, jo), told(&server, kim)), (1, 0));
    ann.get(&page).assert_sees("Told: 2").assert_does_not_see("Could not be reached");
    ann.get("/p/maria/history").assert_sees("sent an update again to whom it had not reached (one mail)");
    ann.submit(&page, &[("who", "told")]);
    app.run_jobs();
    assert_eq!((told(&server, jo), told(&server, kim)), (1, 0), "whoever was told is not told again");
}

#[test]
fn one_alone_can_be_tried_and_whoever_wants_no_mail_is_left_in_peace() {
    let (app, server, ann, people) = with_server(&["Jo", "Kim"]);
    let (jo, kim) = (&people[0], &people[1]);
    let update = ann.writes("Home", "She is home.");
    let page = format!("{update}/sending");
    server.behave(Behaviour::Permanent);
    app.run_jobs();
    server.behave(Behaviour::Accept);
    app.sql("UPDATE people SET mail_stopped_at = created_at, mail_stopped_why = 'bounced' WHERE name = 'Jo'");
    app.sql("UPDATE people SET mail_stopped_at = created_at, mail_stopped_why = 'complained' WHERE name = 'Kim'");
    let shown = ann.get(&page);
    shown.assert_sees("Kim does not want mail any more.").assert_sees("Jo’s address does not work any more.");
    // With all the others, neither is tried.
    ann.submit(&page, &[("who", "unreachable")]);
    app.run_jobs();
    assert_eq!((told(&server, jo), told(&server, kim)), (0, 0));
    let job_of = |name: &str| {
        app.count(&format!(
            "SELECT j.id AS count FROM jobs j JOIN members m ON m.id = j.member_id JOIN people p ON p.id = m.person_id \
             WHERE j.kind = 'new_update' AND p.name = '{name}'"
        ))
        .to_string()
    };
    ann.post(&page, &[("who", "unreachable"), ("job", &job_of("Kim"))]).assert_status(409);
    ann.submit(&page, &[("who", "unreachable"), ("job", &job_of("Jo"))]).assert_sees("on its way");
    app.run_jobs();
    assert_eq!((told(&server, jo), told(&server, kim)), (1, 0));
    // A job of another update, or of none, is nothing here.
    let other = ann.writes("Later", "She sleeps.");
    ann.post(&format!("{other}/sending"), &[("job", &job_of("Kim"))]).assert_status(404);
}

#[test]
fn what_somebody_chose_is_only_a_number() {
    let (app, _server, ann, people) = with_server(&["Jo", "Kim"]);
    people[0].post("/p/maria/follow", &[("delivery", "none")]).assert_status(303);
    let update = ann.writes("Home", "She is home.");
    app.run_jobs();
    let shown = ann.get(&format!("{update}/sending"));
    shown.assert_sees("One person does not hear of this by mail, by their own choice.");
    shown.assert_sees("Kim").assert_does_not_see("Jo");
}

#[test]
fn while_mail_waits_the_page_says_so() {
    let (app, _server, ann, _people) = with_server(&["Jo"]);
    installation::pause(&app.app.config, &app.clock).expect("a pause");
    let update = ann.writes("Home", "She is home.");
    app.run_jobs();
    ann.get(&format!("{update}/sending")).assert_sees("All mail waits just now.").assert_sees("lets it go");
    installation::resume(&app.app.config, &app.clock, Doubtful::Send).expect("it goes on");
    app.run_jobs();
    ann.get(&format!("{update}/sending")).assert_sees("Told: 1").assert_does_not_see("waits");
}

#[test]
fn a_list_goes_on_after_the_first_people_and_is_counted_from_an_index() {
    let (app, _server, ann, _people) = with_server(&[]);
    let addresses: Vec<String> = (0..120).map(|n| format!("person{n}@example.org")).collect();
    ann.post("/p/maria/people/invitations", &[("addresses", &addresses.join("\n"))]).assert_status(303);
    app.sql("UPDATE members SET state = 'active'");
    app.sql("DELETE FROM jobs WHERE kind = 'invitation'");
    let update = ann.writes("Home", "She is home.");
    let mut page = format!("{update}/sending");
    let mut seen = Vec::new();
    loop {
        let before = app.app.db.queries_run();
        let shown = ann.get(&page);
        assert!(app.app.db.queries_run() - before <= 12, "{} queries", app.app.db.queries_run() - before);
        shown.assert_sees("Waiting: 120");
        seen.extend(shown.texts(".person__email"));
        match shown.attribute("a.button[href*='after=']", "href") {
            Some(more) => page = more,
            None => break,
        }
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 120);
}
