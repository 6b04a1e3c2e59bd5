//! What published updates said before, and two who change one at once.

use jiff::SignedDuration;

use super::{co_author, draft, id};
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

/// Who may read it is as much of an update as what it says: fewer people than before is never taken for a repeat.
#[test]
fn a_narrowed_audience_is_never_passed_over() {
    let app = TestApp::new();
    let ann = app.organizer();
    // A draft that somebody else's window has saved meanwhile.
    let it = id();
    ann.script(&draft(&it), &[("body", "Words"), ("audience", "everyone")]).assert_status(200);
    let narrow = [("body", "Words"), ("audience", "family"), ("draft", &it)];
    let answer = ann.script(&draft(&it), &narrow);
    assert_eq!((answer.status, answer.json()["audience"].as_str()), (409, Some("everyone")));
    ann.post(&draft(&it), &narrow).assert_status(409).assert_sees("Family only").assert_sees("Everyone on the page");
    ann.script("/p/maria/updates", &narrow).assert_status(409);
    ann.script("/p/maria/updates", &[&narrow[..], &[("revision", "1")]].concat()).assert_status(201);
    // It is for the family: a form that says otherwise is told so, and posts nothing.
    for audience in ["everyone", "organizers"] {
        let fields = [("body", "Words"), ("audience", audience), ("draft", &it)];
        ann.script("/p/maria/updates", &fields).assert_status(410);
        ann.post("/p/maria/updates", &fields).assert_status(409);
    }
    ann.script("/p/maria/updates", &narrow).assert_status(201);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM updates"), 1);
    // One that waits for its time goes to whom it was planned for, and says so to whom wants it otherwise.
    let it = id();
    let planned = |audience: &str| {
        let fields =
            [("body", "Later"), ("audience", audience), ("when", "at"), ("at", "2026-03-02T09:30"), ("draft", &it)];
        (ann.script("/p/maria/updates", &fields).status, ann.script(&draft(&it), &fields).status)
    };
    assert_eq!(planned("everyone").0, 202);
    assert_eq!(planned("everyone"), (202, 200));
    assert_eq!(planned("family"), (409, 409));
}

/// A change that is sent to where new updates go posts nothing: it would stand on the page twice.
#[test]
fn a_change_is_not_posted_as_another_update() {
    let app = TestApp::new();
    let ann = app.organizer();
    let update = ann.writes("Home", "She is home.");
    let of = update.rsplit('/').next().expect("an id");
    let fields = [("body", "She is well."), ("audience", "everyone"), ("update", of)];
    ann.post("/p/maria/updates", &fields).assert_status(422).assert_sees("open it on its page");
    ann.script("/p/maria/updates", &fields).assert_status(422);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM updates"), 1);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM drafts"), 0);
}

/// Emptying a draft that is shared takes nobody's words away, and what was in it is for whoever wrote it.
#[test]
fn an_emptied_draft_keeps_the_words_of_its_author() {
    let app = TestApp::new();
    let ann = app.organizer();
    let ben = co_author(&app, &ann, "Ben");
    let it = id();
    ann.post(&draft(&it), &[("body", "Ann’s words"), ("shared", "yes")]).assert_status(303);
    ben.script(&draft(&it), &[("body", ""), ("revision", "1")]).assert_status(200);
    ann.get(&draft(&it)).assert_sees("Ann’s words");
    ben.get(&draft(&it)).assert_does_not_see("Ann’s words");
    // Nobody takes photos or words in by naming a draft of something else.
    let update = ann.writes("Home", "She is home.");
    ann.post(&format!("{update}/edit"), &[("body", "Other"), ("audience", "everyone"), ("draft", &it)])
        .assert_status(404);
    // A time that no database can hold is no reason to fail.
    let fields = [("body", "Other"), ("audience", "everyone"), ("seen", "-9223372036854775808")];
    ann.post(&format!("{update}/edit"), &fields).assert_status(303);
}
