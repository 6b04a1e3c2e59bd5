//! What published updates said before, and two who change one at once.

use jiff::SignedDuration;

use super::co_author;
use crate::support::{Person, TestApp};

#[test]
fn what_an_update_said_before_is_kept_shown_and_brought_back() {
    let app = TestApp::new();
    let ann = app.organizer();
    let cleo = co_author(&app, &ann, "Cleo");
    let jo = app.supporter(&ann, "Jo");
    let update = cleo.writes("Home", "She slept well.");
    let revisions = format!("{update}/revisions");
    ann.get(&revisions).assert_sees("It says what it has always said.");
    app.pass(SignedDuration::from_mins(1));
    ann.submit(
        &format!("{update}/edit"),
        &[("title", "At home"), ("body", "She slept badly."), ("audience", "family")],
    );
    app.pass(SignedDuration::from_mins(1));
    let page = ann.get(&revisions);
    page.assert_sees("by Cleo").assert_sees("for: Everyone on the page, and then changed to: Family only");
    assert!(page.texts("del").iter().any(|words| words.contains("well.")));
    assert!(page.texts("ins").iter().any(|words| words.contains("badly.")));
    // For organizers alone, whoever wrote it.
    for other in [&cleo, &jo] {
        other.get(&revisions).assert_status(404);
    }
    let restore = page.attribute("form[action$=restoration]", "action").expect("a way back");
    cleo.post(&restore, &[]).assert_status(404);
    let back = ann.submit(&restore, &[]);
    back.assert_sees("The words are back").assert_sees("She slept well.").assert_sees("For family only");
    jo.get(&update).assert_status(404);
    let page = ann.get(&revisions);
    assert_eq!(page.count("li.revision"), 2);
    page.assert_sees("is from Ann");
    // A form that changes nothing is no change.
    ann.submit(&format!("{update}/edit"), &[("title", "Home"), ("body", "She slept well."), ("audience", "family")]);
    assert_eq!(ann.get(&revisions).count("li.revision"), 2);
    // A revision of one update is not to be had through another.
    let other = ann.writes("Other", "Other words");
    let id = restore.rsplit('/').nth(1).expect("an id");
    ann.post(&format!("{other}/revisions/{id}/restoration"), &[]).assert_status(404);
    ann.submit(&format!("{update}/deletion"), &[]);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM update_revisions"), 0);
}

#[test]
fn many_revisions_are_read_page_by_page() {
    let app = TestApp::new();
    let ann = app.organizer();
    let update = ann.writes("Count", "Version 0");
    for number in 1..=23 {
        let body = format!("Version {number}");
        ann.post(&format!("{update}/edit"), &[("body", &body), ("audience", "everyone")]).assert_status(303);
    }
    let (mut seen, mut address) = (0, Some(format!("{update}/revisions")));
    while let Some(here) = address {
        let page = ann.get(&here);
        seen += page.count("li.revision");
        address = page.attribute("a[href*=before]", "href");
    }
    assert_eq!(seen, 23);
}

#[test]
fn of_two_who_change_an_update_at_once_neither_loses_a_word() {
    let app = TestApp::new();
    let ann = app.organizer();
    let phone = Person::again(&ann, &app);
    let update = ann.writes("Home", "She is home.");
    let edit = format!("{update}/edit");
    let seen = ann.get(&edit).attribute("input[name=seen]", "value").expect("when it was seen");
    app.pass(SignedDuration::from_secs(1));
    let first = [("body", "She is home and sleeps."), ("audience", "family"), ("seen", seen.as_str())];
    phone.submit(&edit, &first);
    let mine = [("body", "She is home and eats."), ("audience", "everyone"), ("seen", seen.as_str())];
    let page = ann.post(&edit, &mine);
    page.assert_status(409).assert_sees("She is home and sleeps.").assert_sees("eats.");
    assert!(page.texts(".version mark").iter().any(|words| words.contains("eats.")), "{}", page.text());
    ann.get(&update).assert_sees("She is home and sleeps.");
    let now = page.attribute("input[name=seen]", "value").expect("the newer time");
    app.pass(SignedDuration::from_secs(1));
    let together = [("body", "She is home, sleeps and eats."), ("audience", "family"), ("seen", now.as_str())];
    ann.submit(&edit, &together).assert_sees("She is home, sleeps and eats.");
    let page = ann.get(&format!("{update}/revisions"));
    assert!(page.texts("del").iter().any(|words| words.contains("sleeps.")), "{}", page.text());
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM update_revisions"), 2);
}
