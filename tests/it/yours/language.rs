//! Dates and times, as each reader likes them. The clock of a test stands at 2026-03-01, noon in UTC.

use crate::support::TestApp;

#[test]
fn everybody_reads_times_as_they_have_chosen_and_the_rest_in_utc() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.account("Jo");
    ann.post("/p/maria/people/invitations", &[("addresses", &jo.email)]).assert_status(303);
    let link = app.last_mail_to(&jo.email).link("/invitations/");
    jo.submit(&link, &[]);
    let update = ann.writes("Home", "She is home.");
    ann.submit(&format!("{update}/comments"), &[("message", "And asleep")]);
    ann.submit("/p/maria/wishes", &[("message", "Love")]);
    let places = ["/", "/p/maria", update.as_str(), "/p/maria/wishes"];
    for place in places {
        let page = jo.get(place);
        page.assert_sees("1 March 2026, 12:00 UTC");
        assert_eq!(page.count("time[data-zone]"), 0, "the script shows the time of the device on {place}");
        assert_eq!(page.attribute("html", "lang").as_deref(), Some("en-GB"));
    }
    let choice = [("language", "en-US"), ("time_zone", "Asia/Tokyo")];
    let page = jo.submit("/account/language", &choice);
    page.assert_sees("Saved");
    assert_eq!(page.attribute("option[selected]", "value").as_deref(), Some("Asia/Tokyo"));
    assert_eq!(page.attribute("input[name=language][checked]", "value").as_deref(), Some("en-US"));
    for place in places {
        let page = jo.get(place);
        page.assert_sees("March 1, 2026 at 9:00 PM").assert_does_not_see("UTC");
        assert_eq!(page.count("time"), page.count("time[data-zone=chosen]"), "the script leaves the words alone");
        assert_eq!(page.attribute("html", "lang").as_deref(), Some("en-US"));
        assert_eq!(page.attribute("time", "datetime").as_deref(), Some("2026-03-01T12:00:00Z"));
    }
    // What is kept in memory of the page holds nobody's times.
    ann.get("/p/maria").assert_sees("1 March 2026, 12:00 UTC");
    // A link from a mail is no account.
    let bill = app.supporter(&ann, "Bill");
    let page = bill.get("/p/maria");
    page.assert_sees("1 March 2026, 12:00 UTC");
    assert_eq!(page.attribute("html", "lang").as_deref(), Some("en"));
}

#[test]
fn a_language_or_zone_that_is_not_on_the_list_is_refused_beside_its_field() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let page = ann.post("/account/language", &[("language", "en-US"), ("time_zone", "Mars/Olympus")]);
    page.assert_status(422);
    assert_eq!(page.texts("#time_zone-error"), ["Error: Please choose a time zone from the list."]);
    assert_eq!(page.attribute("input[name=language][checked]", "value").as_deref(), Some("en-US"));
    let page = ann.post("/account/language", &[("language", "tlh"), ("time_zone", "Asia/Tokyo")]);
    page.assert_status(422);
    assert_eq!(page.texts("#language-error"), ["Error: Please choose a language."]);
    assert_eq!(page.attribute("option[selected]", "value").as_deref(), Some("Asia/Tokyo"));
    let page = ann.get("/account/language");
    assert_eq!(page.attribute("option[selected]", "value").as_deref(), Some("UTC"), "nothing was saved");
    assert!(page.count("option") > 300 && page.count("optgroup") > 5);
}

#[test]
fn a_language_is_chosen_in_an_account_only() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    assert!(jo.get("/account/language").location().starts_with("/sign-in"));
    jo.post("/account/language", &[("language", "en-US"), ("time_zone", "Asia/Tokyo")]).assert_status(403);
}
