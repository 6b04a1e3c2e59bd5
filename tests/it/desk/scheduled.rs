//! Posted by itself: at a time, across clock changes, after the quiet hours; or not, where it must not be.

use jiff::SignedDuration;
use tidings::jobs;

use super::{co_author, draft, id, mails_about};
use crate::support::{Person, TestApp};

fn schedules(who: &Person, body: &str, at: &str, zone: &str) -> String {
    let it = id();
    let fields = [("body", body), ("when", "at"), ("at", at), ("zone", zone), ("draft", &it)];
    let answer = who.post("/p/maria/updates", &fields);
    assert_eq!((answer.status, answer.location()), (303, draft(&it)), "{}", answer.text());
    it
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

#[test]
fn an_update_is_posted_at_its_time_and_once() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    // 09:30 in New York is 14:30 in UTC.
    let it = schedules(&ann, "Good morning", "2026-03-02T09:30", "America/New_York");
    let page = ann.get(&draft(&it));
    page.assert_sees("This waits for its time").assert_sees("America/New York");
    assert_eq!(page.attribute(".lede time", "datetime").as_deref(), Some("2026-03-02T14:30:00Z"));
    ann.get("/p/maria/drafts").assert_sees("Will be posted");
    // A device that sends it once more is told the same.
    let again = [
        ("body", "Good morning"),
        ("when", "at"),
        ("at", "2026-03-02T09:30"),
        ("zone", "America/New_York"),
        ("draft", &it),
    ];
    let answer = ann.script("/p/maria/updates", &again);
    assert_eq!((answer.status, answer.json()["path"].as_str()), (202, Some(draft(&it).as_str())));
    app.pass(hours(26));
    app.run_jobs();
    ann.get("/p/maria").assert_does_not_see("Good morning");
    app.pass(SignedDuration::from_mins(31));
    let sibling = app.sibling();
    app.wait_for(async { tokio::join!(jobs::run_due(&app.app), jobs::run_due(&sibling)) });
    ann.get("/p/maria").assert_sees("Good morning").assert_sees("by Ann").assert_does_not_see("You have a draft");
    assert_eq!(mails_about(&app, &jo, "Good morning"), 1);
    // The process was killed before it could write down that the job is done.
    app.sql("UPDATE jobs SET state = 'queued', finished_at = NULL, lease = NULL WHERE kind = 'publish_draft'");
    app.run_jobs();
    assert_eq!(ann.get("/p/maria").count("article.update"), 1);
    assert_eq!(mails_about(&app, &jo, "Good morning"), 1);
    assert_eq!(ann.script("/p/maria/updates", &again).status, 201);
    ann.script(&draft(&it), &[("body", "Late"), ("revision", "1")]).assert_status(410);
}

#[test]
fn a_time_that_the_clocks_skip_or_repeat_is_found_and_told() {
    let app = TestApp::new();
    let ann = app.organizer();
    for (at, zone, instant, said) in [
        ("2026-03-29T01:30", "Europe/London", "2026-03-29T01:30:00Z", "does not exist: it means 02:30"),
        ("2026-10-25T01:30", "Europe/London", "2026-10-25T00:30:00Z", "comes twice: it means the first time"),
        ("2026-03-08T02:15", "America/New_York", "2026-03-08T07:15:00Z", "does not exist: it means 03:15"),
        ("2026-11-01T01:15", "America/New_York", "2026-11-01T05:15:00Z", "comes twice: it means the first time"),
        ("2026-07-01T09:00", "Europe/London", "2026-07-01T08:00:00Z", "2026-07-01, 09:00 (Europe/London)"),
    ] {
        let it = schedules(&ann, "Words", at, zone);
        let page = ann.get(&draft(&it));
        page.assert_sees(said);
        assert_eq!(page.attribute(".lede time", "datetime").as_deref(), Some(instant), "{at} {zone}");
    }
    // Where nothing else is said, it is the zone of their account.
    ann.post("/account/language", &[("language", "en-GB"), ("time_zone", "Asia/Tokyo")]).assert_status(303);
    let it = schedules(&ann, "Words", "2026-03-02T09:00", "");
    let page = ann.get(&draft(&it));
    assert_eq!(page.attribute(".lede time", "datetime").as_deref(), Some("2026-03-02T00:00:00Z"));
}

#[test]
fn a_time_that_cannot_be_is_said_beside_its_field() {
    let app = TestApp::new();
    let ann = app.organizer();
    for (at, problem) in [
        ("", "a date and a time"),
        ("soon", "a date and a time"),
        ("2026-03-01T11:59", "over already"),
        ("2027-03-09T12:00", "more than a year"),
    ] {
        let page = ann.post("/p/maria/updates", &[("body", "Words"), ("when", "at"), ("at", at)]);
        page.assert_status(422);
        assert!(page.texts("#at-error")[0].contains(problem), "{at}: {}", page.text());
        assert_eq!(
            (page.texts("#body"), page.attribute("#at", "value")),
            (vec!["Words".to_owned()], Some(at.to_owned()))
        );
        assert!(page.attribute("#when-at", "checked").is_some());
    }
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM drafts"), 0);
}

#[test]
fn what_waits_is_taken_back_before_its_words_change() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let it = schedules(&ann, "Half a", "2026-03-02T09:30", "UTC");
    let refused = ann.script(&draft(&it), &[("body", "Half a sent"), ("revision", "1")]);
    assert_eq!(refused.assert_status(409).json()["scheduled"], "2026-03-02T09:30:00Z");
    ann.post(&draft(&it), &[("body", "Half a sent"), ("revision", "1")]).assert_status(409).assert_sees("Half a sent");
    ann.post("/p/maria/updates", &[("body", "Half a sent"), ("draft", &it), ("revision", "1")]).assert_status(409);
    ann.submit(&format!("{}/publication/end", draft(&it)), &[]).assert_sees("It is a draft again");
    app.pass(hours(24));
    app.run_jobs();
    ann.get("/p/maria").assert_does_not_see("Half a").assert_sees("You have a draft");
    ann.script(&draft(&it), &[("body", "A whole sentence."), ("revision", "1")]).assert_status(200);
    let at =
        [("body", "A whole sentence."), ("when", "at"), ("at", "2026-03-05T09:30"), ("draft", &it), ("revision", "2")];
    ann.post("/p/maria/updates", &at).assert_status(303);
    let revision = ann.get(&draft(&it)).attribute("input[name=revision]", "value").expect("it");
    let now = [("revision", revision.as_str()), ("now", "yes")];
    ann.submit(&format!("{}/publication", draft(&it)), &now).assert_sees("A whole sentence.");
    app.pass(hours(100));
    app.run_jobs();
    assert_eq!(ann.get("/p/maria").count("article.update"), 1);
    assert_eq!(mails_about(&app, &jo, "A whole sentence."), 1);
    let gone = schedules(&ann, "Thrown away", "2026-03-10T09:30", "UTC");
    ann.post(&format!("{}/deletion", draft(&gone)), &[]).assert_status(303);
    app.pass(hours(24 * 10));
    app.run_jobs();
    ann.get("/p/maria").assert_does_not_see("Thrown away");
}

#[test]
fn whoever_may_not_write_any_more_has_nothing_posted() {
    let app = TestApp::new();
    let ann = app.organizer();
    let cleo = co_author(&app, &ann, "Cleo");
    let it = schedules(&cleo, "From Cleo", "2026-03-02T09:30", "UTC");
    app.sql("UPDATE members SET role = 'supporter' WHERE role = 'co-author'");
    app.pass(hours(24));
    app.run_jobs();
    ann.get("/p/maria").assert_does_not_see("From Cleo");
    app.sql("UPDATE members SET role = 'co-author' WHERE role = 'supporter'");
    cleo.get(&draft(&it)).assert_sees("could not write here any more").assert_sees("From Cleo");
    // Nothing comes of it later.
    app.pass(hours(24));
    app.run_jobs();
    ann.get("/p/maria").assert_does_not_see("From Cleo");
}

#[test]
fn a_closed_page_has_nothing_posted() {
    let app = TestApp::new();
    let ann = app.organizer();
    let it = schedules(&ann, "From Ann", "2026-03-02T09:30", "UTC");
    ann.submit("/p/maria/closing", &[]);
    app.pass(hours(24));
    app.run_jobs();
    ann.submit("/p/maria/opening", &[]).assert_does_not_see("From Ann");
    ann.get(&draft(&it)).assert_sees("because the page was closed").assert_sees("From Ann");
    ann.get("/p/maria/drafts").assert_sees("because the page was closed");
}

#[test]
fn in_the_quiet_hours_the_morning_is_offered_first() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = co_author(&app, &ann, "Jo");
    ann.post("/account/language", &[("language", "en-GB"), ("time_zone", "Europe/London")]).assert_status(303);
    let chosen = || ann.get("/p/maria/updates/new").attribute("input[name=when][checked]", "value");
    assert_eq!(chosen().as_deref(), Some("now"));
    app.pass(hours(10));
    let page = ann.get("/p/maria/updates/new");
    page.assert_sees("In the morning, at 8:00");
    assert_eq!(chosen().as_deref(), Some("morning"));
    // Of Jo nobody knows what time it is where they are.
    let page = jo.get("/p/maria/updates/new");
    assert_eq!(page.attribute("input[name=when][checked]", "value").as_deref(), Some("now"));
    let it = id();
    ann.post("/p/maria/updates", &[("body", "Sleep well"), ("when", "morning"), ("draft", &it)]).assert_status(303);
    let page = ann.get(&draft(&it));
    assert_eq!(page.attribute(".lede time", "datetime").as_deref(), Some("2026-03-02T08:00:00Z"));
    // Whoever says now means now.
    ann.submit("/p/maria/updates", &[("body", "Come at once"), ("when", "now")]).assert_sees("Come at once");
    app.pass(hours(10));
    app.run_jobs();
    ann.get("/p/maria").assert_sees("Sleep well");
    ann.submit("/p/maria/quiet-hours", &[("from", "5"), ("until", "9")]).assert_sees("The quiet hours hold");
    assert_eq!(ann.get("/p/maria/settings").attribute("#quiet-until option[selected]", "value").as_deref(), Some("9"));
    ann.get("/p/maria/history").assert_sees("quiet hours: from 5:00 to 9:00");
    assert_eq!(chosen().as_deref(), Some("morning"));
    ann.submit("/p/maria/quiet-hours", &[("from", "0"), ("until", "0")]);
    ann.get("/p/maria/updates/new").assert_does_not_see("In the morning");
    ann.post("/p/maria/quiet-hours", &[("from", "24"), ("until", "x")]).assert_status(422);
}
