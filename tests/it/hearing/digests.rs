//! A digest holds what was not yet told, once and in order.

use super::{chooses, digests, hours, mails_with, minutes, until};
use crate::support::database::postgres_server;
use crate::support::{Person, TestApp};

/// Maria's page, with Jo who hears once a day at 18:00 UTC.
fn with_jo(settings: &[(&str, &str)]) -> (TestApp, Person, Person) {
    let app = TestApp::with(settings);
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    chooses(&jo, &[("delivery", "daily"), ("digest_hour", "18")]);
    (app, ann, jo)
}

fn edit(ann: &Person, update: &str, body: &str, audience: &str) {
    ann.post(&format!("{update}/edit"), &[("title", "Home"), ("body", body), ("audience", audience)])
        .assert_status(303);
}

#[test]
fn once_a_day_what_is_new_comes_once_and_in_order() {
    let (app, ann, jo) = with_jo(&[]);
    let first = ann.writes("Home", "She is home.");
    app.pass(hours(1));
    let second = ann.writes("", "She eats soup.");
    until(&app, "2026-03-01T17:59:00Z");
    assert_eq!(digests(&app, &jo).len(), 0);
    assert_eq!(mails_with(&app, &jo, "She is home."), 0);
    until(&app, "2026-03-01T18:00:00Z");
    let all = digests(&app, &jo);
    let [mail] = all.as_slice() else { panic!("{} digests", all.len()) };
    assert_eq!(mail.subject, "News on Maria’s page: 2 updates");
    for part in [&mail.text, &mail.html] {
        let place = |words: &str| part.find(words).unwrap_or_else(|| panic!("no {words} in {part}"));
        assert!(place("Home") < place("She is home.") && place("She is home.") < place("She eats soup."), "{part}");
        assert!(place("Ann, for Maria") < place("1 March 2026, 12:00 UTC"), "{part}");
        for update in [&first, &second] {
            place(&format!("?to={}", update.trim_start_matches("/p/maria/")));
        }
    }
    assert!(mail.raw.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click") && mail.raw.contains("References:"));
    // Its links lead in.
    let link = mail.link(second.trim_start_matches("/p/maria/"));
    app.visitor().submit(&link, &[]).assert_status(200).assert_sees("She eats soup.");
    // Nothing new, no mail; and then only what is new.
    until(&app, "2026-03-03T12:00:00Z");
    assert_eq!(digests(&app, &jo).len(), 1);
    ann.writes("Walking", "She walks.");
    until(&app, "2026-03-03T18:00:00Z");
    let all = digests(&app, &jo);
    assert_eq!(all.len(), 2);
    assert_eq!(all[1].subject, "News on Maria’s page: one update");
    assert!(all[1].text.contains("She walks.") && !all[1].text.contains("She is home."), "{}", all[1].text);
    assert_ne!(all[0].message_id, all[1].message_id);
}

#[test]
fn once_a_week_it_comes_on_the_day_that_was_chosen() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    chooses(&jo, &[("delivery", "weekly"), ("digest_hour", "7"), ("digest_day", "3")]);
    ann.writes("Home", "She is home.");
    until(&app, "2026-03-04T06:59:00Z");
    assert_eq!(digests(&app, &jo).len(), 0);
    until(&app, "2026-03-04T07:00:00Z");
    assert_eq!(digests(&app, &jo).len(), 1);
    ann.get("/p/maria/people").assert_sees("Gets what is new once a week, by their own choice");
}

#[test]
fn who_hears_at_once_still_does_and_big_news_is_in_the_digest() {
    let (app, ann, jo) = with_jo(&[]);
    let bo = app.supporter(&ann, "Bo");
    ann.submit("/p/maria/updates", &[("body", "She is home."), ("mail", "big")]);
    ann.submit("/p/maria/updates", &[("body", "A small word."), ("mail", "none")]);
    assert_eq!((mails_with(&app, &bo, "She is home."), mails_with(&app, &jo, "She is home.")), (1, 0));
    until(&app, "2026-03-01T18:00:00Z");
    assert_eq!((mails_with(&app, &bo, "She is home."), mails_with(&app, &jo, "She is home.")), (1, 1));
    assert_eq!(mails_with(&app, &jo, "A small word."), 0);
}

#[test]
fn each_update_is_judged_when_the_digest_leaves() {
    let (app, ann, jo) = with_jo(&[]);
    let deleted = ann.writes("Too early", "Not yet.");
    let narrowed = ann.writes("For us", "Only us.");
    let changed = ann.writes("Home", "She comes on Monday.");
    ann.writes("Soup", "She eats soup.");
    ann.submit(&format!("{deleted}/deletion"), &[]);
    edit(&ann, &narrowed, "Only us.", "organizers");
    edit(&ann, &changed, "She comes on Sunday.", "everyone");
    until(&app, "2026-03-01T18:00:00Z");
    let all = digests(&app, &jo);
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].subject, "News on Maria’s page: 2 updates");
    for words in ["She comes on Sunday.", "She eats soup."] {
        assert_eq!(mails_with(&app, &jo, words), 1, "{words}");
    }
    for words in ["Not yet.", "Only us.", "For us", "She comes on Monday.", "corrected"] {
        assert_eq!(mails_with(&app, &jo, words), 0, "{words}");
    }
}

#[test]
fn what_is_for_family_is_in_the_digests_of_family_only() {
    let (app, ann, jo) = with_jo(&[]);
    let fay = app.member(&ann, "Fay", "supporter", "family");
    chooses(&fay, &[("delivery", "daily")]);
    ann.writes_for("Us", "Only for us.", "family");
    until(&app, "2026-03-01T18:00:00Z");
    assert_eq!((mails_with(&app, &fay, "Only for us."), digests(&app, &jo).len()), (1, 0));
}

#[test]
fn a_digest_with_nothing_in_it_is_not_sent() {
    let (app, ann, jo) = with_jo(&[]);
    let deleted = ann.writes("Too early", "Not yet.");
    ann.submit(&format!("{deleted}/deletion"), &[]);
    until(&app, "2026-03-02T18:00:00Z");
    assert_eq!(digests(&app, &jo).len(), 0);
    ann.writes("Home", "She is home.");
    app.run_jobs();
    let id = ann.get("/p/maria/people").member_called("Jo");
    ann.post(&format!("/p/maria/people/{id}/block"), &[]).assert_status(303);
    until(&app, "2026-03-04T18:00:00Z");
    assert_eq!(digests(&app, &jo).len(), 0);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM digest_news WHERE state = 'waiting'"), 0);
}

#[test]
fn a_correction_is_told_once_in_the_next_digest() {
    let (app, ann, jo) = with_jo(&[]);
    let update = ann.writes("Home", "She comes on Monday.");
    until(&app, "2026-03-01T18:00:00Z");
    app.pass(minutes(5));
    edit(&ann, &update, "She comes on Sunday.", "everyone");
    ann.get(&format!("{update}/correction")).assert_sees("It goes by mail to one person");
    ann.submit(&format!("{update}/correction"), &[("edition", "0")]).assert_sees("on its way");
    until(&app, "2026-03-03T18:00:00Z");
    let all = digests(&app, &jo);
    assert_eq!(all.len(), 2);
    assert!(all[1].text.contains("She comes on Sunday.") && all[1].text.contains("This is a corrected update."));
    assert!(all[1].html.contains("This is a corrected update."));
    // One that comes before the first was told is no correction to them.
    let other = ann.writes("Soup", "She eats sop.");
    app.pass(minutes(1));
    app.sql("UPDATE updates SET edition = 1");
    app.sql(
        "INSERT INTO digest_news (update_id, edition, member_id, state, tell_at) \
         SELECT update_id, 1, member_id, state, tell_at FROM digest_news WHERE state = 'waiting'",
    );
    edit(&ann, &other, "She eats soup.", "everyone");
    until(&app, "2026-03-04T18:00:00Z");
    let all = digests(&app, &jo);
    assert_eq!(all.len(), 3);
    assert_eq!((all[2].text.matches("She eats soup.").count(), all[2].text.contains("corrected")), (1, false));
}

#[test]
fn what_is_undone_leaves_the_digest_and_can_be_put_back() {
    let (app, ann, jo) = with_jo(&[("TIDINGS_UNDO_SENDING_SECONDS", "60")]);
    let update = ann.writes("Home", "She is home.");
    app.run_jobs();
    ann.get("/p/maria").assert_sees("Undo sending");
    jo.get(&update).assert_does_not_see("Leave it out there");
    app.pass(minutes(30));
    ann.get(&update).assert_sees("One person hears of it in their next mail with all that is new.");
    ann.submit(&format!("{update}/mail/end"), &[]).assert_sees("Stopped.").assert_sees("No mail was sent.");
    until(&app, "2026-03-01T18:00:00Z");
    assert_eq!(digests(&app, &jo).len(), 0);
    for _ in 0..2 {
        ann.post(&format!("{update}/mail"), &[]).assert_status(303);
    }
    until(&app, "2026-03-03T18:00:00Z");
    assert_eq!(mails_with(&app, &jo, "She is home."), 1);
    ann.submit(&format!("{update}/mail/end"), &[]).assert_sees("nothing to stop");
}

#[test]
fn what_can_still_be_undone_when_the_digest_leaves_is_in_the_next() {
    let (app, ann, jo) = with_jo(&[("TIDINGS_UNDO_SENDING_SECONDS", "60")]);
    ann.writes("Home", "She is home.");
    until(&app, "2026-03-01T17:59:30Z");
    ann.writes("Soup", "She eats soup.");
    until(&app, "2026-03-01T18:00:00Z");
    assert_eq!((mails_with(&app, &jo, "She is home."), mails_with(&app, &jo, "She eats soup.")), (1, 0));
    until(&app, "2026-03-02T18:00:00Z");
    assert_eq!((mails_with(&app, &jo, "She is home."), mails_with(&app, &jo, "She eats soup.")), (1, 1));
}

#[test]
fn a_repeat_after_an_unclear_end_is_the_same_digest_and_what_came_meanwhile_is_in_the_next() {
    let (app, ann, jo) = with_jo(&[]);
    ann.writes("Home", "She is home.");
    until(&app, "2026-03-01T18:00:00Z");
    // As if the process had died between the server's 250 and our writing it down.
    app.sql("DELETE FROM jobs WHERE kind = 'digest' AND state = 'queued'");
    app.sql("UPDATE jobs SET state = 'queued', finished_at = NULL WHERE kind = 'digest'");
    app.sql("UPDATE digest_news SET state = 'waiting', told_at = NULL");
    ann.writes("Soup", "She eats soup.");
    app.pass(minutes(6));
    let all = digests(&app, &jo);
    assert_eq!(all.len(), 2);
    assert_eq!((&all[0].message_id, &all[0].subject), (&all[1].message_id, &all[1].subject));
    assert!(!all[1].text.contains("She eats soup."), "the same Message-ID over other news: {}", all[1].text);
    until(&app, "2026-03-02T18:00:00Z");
    let all = digests(&app, &jo);
    assert_eq!(all.len(), 3);
    assert!(all[2].text.contains("She eats soup.") && !all[2].text.contains("She is home."));
}

#[test]
fn a_weekly_digest_that_fails_for_the_moment_is_tried_for_five_days_from_when_it_was_due() {
    use crate::support::smtp::{Behaviour, SmtpServer};
    let server = SmtpServer::start(Behaviour::Accept);
    let url = server.url();
    let app = TestApp::with(&[("TIDINGS_SMTP_URL", &url), ("TIDINGS_MAIL_FROM", "tidings@example.org")]);
    let ann = app.nobody("Ann");
    let fields = [("name", "Ann"), ("email", ann.email.as_str()), ("password", crate::support::people::PASSWORD)];
    ann.post("/sign-up", &fields).assert_status(200);
    app.run_jobs();
    let newest = |address: &str, part: &str| server.taken_to(address).pop().expect("a mail").link(part);
    ann.post(&newest(&ann.email, "/email/confirm/"), &[]).assert_status(303);
    let page = [("first_name", "Maria"), ("relationship", "her sister"), ("privacy", "invited"), ("slug", "maria")];
    ann.post("/pages", &page).assert_status(303);
    let jo = app.invited(&ann, "Jo", "supporter", "everyone");
    app.run_jobs();
    jo.post(&newest(&jo.email, "/invitations/"), &[]).assert_status(303);
    chooses(&jo, &[("delivery", "weekly"), ("digest_hour", "11"), ("digest_day", "7")]);
    ann.writes("Home", "She is home.");
    app.run_jobs();
    server.behave(Behaviour::Temporary);
    until(&app, "2026-03-08T11:00:00Z");
    server.behave(Behaviour::Accept);
    until(&app, "2026-03-08T12:00:00Z");
    let told: Vec<_> = server.taken_to(&jo.email).into_iter().filter(|it| it.text.contains("She is home.")).collect();
    assert_eq!(told.len(), 1);
}

#[test]
fn in_loving_memory_there_are_no_digests_and_what_is_written_is_told_at_once() {
    let (app, ann, jo) = with_jo(&[]);
    ann.writes("Home", "She is home.");
    ann.post("/p/maria/memorial", &[("condolences", "no")]).assert_status(303);
    ann.writes("Farewell", "We say farewell on Friday.");
    assert_eq!(mails_with(&app, &jo, "We say farewell on Friday."), 1);
    until(&app, "2026-03-02T18:00:00Z");
    assert_eq!(digests(&app, &jo).len(), 0);
    assert_eq!(mails_with(&app, &jo, "She is home."), 0);
    // Where it was a mistake, nothing is lost.
    ann.post("/p/maria/memorial/end", &[]).assert_status(303);
    ann.writes("Soup", "She eats soup.");
    until(&app, "2026-03-03T18:00:00Z");
    let all = digests(&app, &jo);
    assert_eq!(all.len(), 1);
    assert!(all[0].text.contains("She is home.") && all[0].text.contains("She eats soup."), "{}", all[0].text);
}

#[test]
fn what_was_kept_in_loving_memory_is_told_when_that_is_taken_back() {
    let (app, ann, jo) = with_jo(&[]);
    ann.writes("Home", "She is home.");
    ann.post("/p/maria/memorial", &[("condolences", "no")]).assert_status(303);
    until(&app, "2026-03-02T18:00:00Z");
    ann.post("/p/maria/memorial/end", &[]).assert_status(303);
    until(&app, "2026-03-03T17:59:00Z");
    assert_eq!(mails_with(&app, &jo, "She is home."), 0);
    until(&app, "2026-03-03T18:00:00Z");
    until(&app, "2026-03-05T18:00:00Z");
    assert_eq!(mails_with(&app, &jo, "She is home."), 1);
}

#[test]
fn what_was_kept_while_a_page_was_closed_is_told_when_it_is_opened_again() {
    let (app, ann, jo) = with_jo(&[]);
    ann.writes("Home", "She is home.");
    ann.post("/p/maria/closing", &[]).assert_status(303);
    until(&app, "2026-03-02T18:00:00Z");
    assert_eq!(digests(&app, &jo).len(), 0);
    ann.post("/p/maria/opening", &[]).assert_status(303);
    until(&app, "2026-03-02T18:01:00Z");
    until(&app, "2026-03-05T18:00:00Z");
    assert_eq!(mails_with(&app, &jo, "She is home."), 1);
}

#[test]
fn a_digest_that_was_planned_by_one_process_is_sent_by_another() {
    let (app, ann, jo) = with_jo(&[]);
    ann.writes("Home", "She is home.");
    app.run_jobs();
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM jobs WHERE kind = 'digest' AND state = 'queued'"), 1);
    // The one that planned it is gone.
    let other = app.sibling();
    app.pass(hours(24));
    assert_eq!(app.wait_for(tidings::jobs::run_due(&other)), 1);
    app.pass(hours(48));
    app.wait_for(tidings::jobs::run_due(&other));
    assert_eq!(mails_with(&app, &jo, "She is home."), 1);
}

#[test]
fn a_digest_follows_a_zone_that_is_changed_in_the_account() {
    let (app, ann, jo) = with_jo(&[]);
    ann.writes("Home", "She is home.");
    app.run_jobs();
    // As they say in their account.
    app.sql("UPDATE people SET time_zone = 'America/New_York' WHERE name = 'Jo'");
    until(&app, "2026-03-01T18:00:00Z");
    assert_eq!(digests(&app, &jo).len(), 0);
    until(&app, "2026-03-01T22:59:00Z");
    assert_eq!(digests(&app, &jo).len(), 0);
    until(&app, "2026-03-01T23:00:00Z");
    assert_eq!(digests(&app, &jo).len(), 1);
}

#[test]
fn publishing_to_many_digests_is_as_many_statements_as_to_one() {
    let (app, ann, _jo) = with_jo(&[]);
    let publish = |body: &str| {
        let before = app.app.db.queries_run();
        ann.post("/p/maria/updates", &[("body", body)]).assert_status(303);
        app.app.db.queries_run() - before
    };
    let to_one = publish("One");
    app.run_jobs();
    let number = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)";
    let is_postgres = postgres_server().is_some();
    let id = |prefix: &str| {
        if is_postgres {
            format!("decode('{prefix}' || lpad(to_hex(i), 31, '0'), 'hex')")
        } else {
            format!("unhex(printf('{prefix}%031x', i))")
        }
    };
    let now = if is_postgres { "now()" } else { "0" };
    let zone = "CASE WHEN i % 2 = 0 THEN 'Europe/London' ELSE 'Asia/Kathmandu' END";
    app.sql(&format!(
        "INSERT INTO people (id, name, email, email_key, time_zone, created_at, updated_at) {number} \
         SELECT {}, 'P', 'p' || i || '@example.org', 'p' || i || '@example.org', {zone}, {now}, {now} FROM n",
        id("a")
    ));
    app.sql(&format!(
        "INSERT INTO members (id, site_id, person_id, role, state, circle, delivery, digest_hour, created_at, updated_at) \
         {number} SELECT {}, (SELECT id FROM sites), {}, 'supporter', 'active', 'everyone', 'daily', i % 24, {now}, {now} \
         FROM n",
        id("b"),
        id("a")
    ));
    assert_eq!(publish("Two"), to_one);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM jobs WHERE kind = 'digest'"), 1);
    assert_eq!(app.run_jobs(), 1, "the planning");
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM jobs WHERE kind = 'digest'"), 1001);
    assert_eq!(app.count("SELECT COUNT(DISTINCT run_at) AS count FROM jobs WHERE kind = 'digest'"), 24);
}
