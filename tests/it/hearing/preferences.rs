//! The page that opens from every mail, without signing in.

use super::{chooses, digests, mails_with, until};
use crate::support::{Person, TestApp};

/// Jo and Bo, who have a mail each, and the link in Jo's.
fn world() -> (TestApp, Person, Person, Person, String) {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bo) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bo"));
    ann.writes("Home", "She is home.");
    let link = app.last_mail_to(&jo.email).link("/unsubscribe/");
    (app, ann, jo, bo, link)
}

fn count(app: &TestApp, delivery: &str) -> i64 {
    app.count(&format!("SELECT COUNT(*) AS count FROM members WHERE delivery = '{delivery}'"))
}

fn zone_of(app: &TestApp, who: &Person, zone: &str) -> bool {
    let sql = format!("SELECT COUNT(*) AS count FROM people WHERE email = '{}' AND time_zone = '{zone}'", who.email);
    app.count(&sql) == 1
}

#[test]
fn a_mail_leads_to_the_choice_and_to_the_end() {
    let (app, _ann, jo, _bo, link) = world();
    let mail = app.last_mail_to(&jo.email);
    assert!(mail.text.contains("To change how you hear of Maria:") && mail.text.contains(&format!("{link}#how")));
    assert!(mail.html.contains("Change how you hear of Maria") && mail.html.contains("Stop all mail"));
    assert!(mail.html.contains(&format!("{link}#how")), "{}", mail.html);
    let page = app.visitor().get(&link);
    page.assert_status(200).assert_sees("Stop all mail").assert_sees("Or choose how you hear of Maria");
    for field in ["#delivery-weekly", "#digest_hour", "#digest_day", "#quiet_from", "#quiet_until", "#time_zone"] {
        assert_eq!(page.count(field), 1, "{field}");
    }
    assert!(page.attribute("#delivery-each", "checked").is_some());
    // A mail that was handed on shows nothing of what is on the page.
    page.assert_does_not_see("She is home.").assert_does_not_see("for Maria");
}

#[test]
fn what_is_chosen_there_holds_for_that_member_alone() {
    let (app, ann, jo, bo, link) = world();
    let fields = [
        ("delivery", "weekly"),
        ("digest_hour", "9"),
        ("digest_day", "2"),
        ("quiet_from", "23"),
        ("quiet_until", "6"),
        ("time_zone", "UTC"),
        ("zone_here", "Europe/London"),
    ];
    let stranger = app.visitor();
    let page = stranger.submit(&format!("{link}/hearing"), &fields);
    page.assert_status(200).assert_sees("Saved.");
    for field in
        ["#delivery-weekly", "#digest_hour option[value='9'][selected]", "#digest_day option[value='2'][selected]"]
    {
        assert_eq!(page.count(field), 1, "{field}");
    }
    assert!(page.attribute("#delivery-weekly", "checked").is_some());
    assert_eq!(page.attribute("#quiet_from option[selected]", "value").as_deref(), Some("23"));
    assert_eq!((count(&app, "weekly"), count(&app, "each")), (1, 2));
    assert!(zone_of(&app, &jo, "Europe/London") && zone_of(&app, &bo, "UTC") && zone_of(&app, &ann, "UTC"));
    // It lets nobody in.
    stranger.get("/p/maria").assert_status(404);
    ann.writes("Soup", "She eats soup.");
    assert_eq!((mails_with(&app, &bo, "She eats soup."), digests(&app, &jo).len()), (1, 0));
    until(&app, "2026-03-03T09:00:00Z");
    assert_eq!(digests(&app, &jo).len(), 1);
    // Jo sees the same on the page itself.
    assert!(jo.get("/p/maria/follow").attribute("#delivery-weekly", "checked").is_some());
}

#[test]
fn whoever_has_stopped_all_mail_can_choose_again() {
    let (app, ann, jo, _bo, link) = world();
    let stranger = app.visitor();
    let page = stranger.post(&link, &[]);
    page.assert_status(200).assert_sees("No more mail").assert_sees("choose how below");
    assert!(page.attribute("#delivery-none", "checked").is_some());
    ann.writes("Soup", "She eats soup.");
    assert_eq!(mails_with(&app, &jo, "She eats soup."), 0);
    stranger.submit(&format!("{link}/hearing"), &[("delivery", "each")]).assert_sees("Saved.");
    ann.writes("Walk", "She walks.");
    assert_eq!((mails_with(&app, &jo, "She eats soup."), mails_with(&app, &jo, "She walks.")), (0, 1));
}

#[test]
fn one_click_means_stop_everything_and_nothing_else() {
    let (app, _ann, _jo, _bo, link) = world();
    let provider = [("origin", "https://mail.example.net"), ("sec-fetch-site", "cross-site")];
    let click = [("List-Unsubscribe", "One-Click"), ("delivery", "daily")];
    let answer = app.visitor().post_raw(&format!("{link}/hearing"), &click, &provider);
    assert!(answer.status >= 400, "{}", answer.status);
    assert_eq!((count(&app, "each"), count(&app, "none")), (3, 0));
    app.visitor().post_raw(&link, &click, &provider).assert_status(200);
    assert_eq!((count(&app, "each"), count(&app, "none"), count(&app, "daily")), (2, 1, 0));
}

#[test]
fn what_cannot_be_is_refused_and_changes_nothing() {
    let (app, _ann, _jo, _bo, link) = world();
    for fields in [
        [("delivery", "hourly"), ("digest_hour", "9")],
        [("delivery", "daily"), ("digest_hour", "24")],
        [("delivery", "daily"), ("digest_day", "8")],
        [("delivery", "daily"), ("quiet_from", "9")],
    ] {
        app.visitor().post(&format!("{link}/hearing"), &fields).assert_status(422);
    }
    assert_eq!((count(&app, "each"), count(&app, "daily")), (3, 0));
}

#[test]
fn the_link_of_somebody_who_is_blocked_leads_nowhere() {
    let (app, ann, _jo, _bo, link) = world();
    let id = ann.get("/p/maria/people").member_called("Jo");
    ann.post(&format!("/p/maria/people/{id}/block"), &[]).assert_status(303);
    app.visitor().get(&link).assert_status(410);
    app.visitor().post(&format!("{link}/hearing"), &[("delivery", "daily")]).assert_status(410);
}

#[test]
fn a_zone_that_was_chosen_in_an_account_stays_the_accounts() {
    let app = TestApp::new();
    let ann = app.organizer();
    let fields = [("language", "en-US"), ("time_zone", "America/New_York")];
    ann.post("/account/language", &fields).assert_status(303);
    ann.get("/p/maria/follow").assert_sees("America/New York, the time zone of your account");
    chooses(&ann, &[("delivery", "daily"), ("digest_hour", "8"), ("time_zone", "Asia/Tokyo")]);
    assert!(zone_of(&app, &ann, "America/New_York"));
    // Somebody without an account has no other place to change theirs.
    let jo = app.supporter(&ann, "Jo");
    for zone in ["Europe/London", "Asia/Tokyo"] {
        chooses(&jo, &[("delivery", "daily"), ("time_zone", zone)]);
        assert!(zone_of(&app, &jo, zone), "{zone}");
    }
}

#[test]
fn a_digest_is_written_as_its_receiver_reads() {
    let app = TestApp::new();
    let ann = app.organizer();
    let cleo = app.account("Cleo");
    let fields = [("language", "en-US"), ("time_zone", "America/New_York")];
    cleo.post("/account/language", &fields).assert_status(303);
    ann.post("/p/maria/people/invitations", &[("addresses", &cleo.email), ("role", "supporter")]).assert_status(303);
    let link = app.last_mail_to(&cleo.email).link("/invitations/");
    cleo.submit(&link, &[]);
    chooses(&cleo, &[("delivery", "daily"), ("digest_hour", "8")]);
    ann.writes("Home", "She is home.");
    until(&app, "2026-03-02T13:00:00Z");
    let mail = digests(&app, &cleo).pop().expect("a digest");
    for part in [&mail.text, &mail.html] {
        assert!(part.contains("March 1, 2026 at 7:00 AM"), "{part}");
    }
}

#[test]
fn what_was_chosen_is_in_ones_own_copy() {
    use std::io::Read;
    let app = TestApp::new();
    let ann = app.organizer();
    let fields =
        [("delivery", "weekly"), ("digest_hour", "9"), ("digest_day", "2"), ("quiet_from", "22"), ("quiet_until", "7")];
    chooses(&ann, &fields);
    let copy = ann.post("/account/data", &[]);
    copy.assert_status(200);
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(copy.bytes.clone())).expect("a ZIP");
    let mut text = String::new();
    zip.by_name("data.json").expect("data").read_to_string(&mut text).expect("text");
    let data: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let page = &data["pages"][0];
    assert_eq!((&page["delivery"], &page["digest_hour"]), (&"weekly".into(), &9.into()));
    assert_eq!((&page["digest_day"], &page["quiet_hours"]), (&"Tuesday".into(), &"from 22:00 to 7:00".into()));
}
