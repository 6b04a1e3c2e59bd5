//! Saving: while one types, at two devices, by two people, too late, and as somebody else.

use super::{co_author, draft, id};
use crate::support::{Person, TestApp};

#[test]
fn a_draft_is_saved_while_somebody_writes_and_is_there_at_another_device() {
    let app = TestApp::new();
    let ann = app.organizer();
    let it = id();
    let saved = ann.script(&draft(&it), &[("body", "She is"), ("revision", "0")]);
    saved.assert_status(200);
    assert_eq!(saved.json()["revision"], 1);
    assert_eq!(saved.json()["saved_at"], "2026-03-01T12:00:00Z");
    let fields = [("title", "Home"), ("body", "She is home."), ("audience", "family"), ("revision", "1")];
    assert_eq!(ann.script(&draft(&it), &fields).json()["revision"], 2);
    // The answer did not arrive, and the device sends the same once more.
    let again = ann.script(&draft(&it), &fields);
    assert_eq!((again.status, again.json()["revision"].as_i64()), (200, Some(2)));
    let phone = Person::again(&ann, &app);
    phone.get("/p/maria").assert_sees("You have a draft from");
    phone.get("/p/maria/drafts").assert_sees("Not posted yet").assert_sees("Home").assert_sees("For family only");
    let desk = phone.get(&draft(&it));
    desk.assert_status(200);
    assert_eq!(desk.texts("#body"), ["She is home."]);
    assert_eq!(desk.attribute("form[data-desk]", "data-revision").as_deref(), Some("2"));
    assert_eq!(desk.attribute("form[data-desk]", "data-draft").as_deref(), Some(it.as_str()));
    assert!(desk.attribute("#audience-family", "checked").is_some());
    phone.submit(&format!("{}/deletion", draft(&it)), &[]).assert_sees("The draft is gone").assert_does_not_see("Home");
    phone.get(&draft(&it)).assert_status(404);
}

#[test]
fn without_a_script_a_button_saves_it() {
    let app = TestApp::new();
    let ann = app.organizer();
    let desk = ann.get("/p/maria/updates/new");
    let it = desk.attribute("input[name=draft]", "value").expect("an id");
    let page = ann.submit(&draft(&it), &[("title", "Home"), ("body", "One\r\n\r\ntwo"), ("revision", "0")]);
    page.assert_sees("Your draft is saved").assert_sees("Your draft");
    assert_eq!(page.texts("#body"), ["One two"]);
    let page =
        ann.submit("/p/maria/updates", &[("title", "Home"), ("body", "Posted"), ("draft", &it), ("revision", "1")]);
    page.assert_sees("Your update is posted").assert_sees("Posted").assert_does_not_see("You have a draft");
    ann.get("/p/maria/drafts").assert_sees("Nothing is waiting here");
    assert_eq!(
        ann.get(&draft(&it)).location(),
        ann.get("/p/maria").attribute(".byline a", "href").expect("the update")
    );
}

#[test]
fn words_that_were_not_seen_are_never_overwritten() {
    let app = TestApp::new();
    let ann = app.organizer();
    let phone = Person::again(&ann, &app);
    let it = id();
    ann.script(&draft(&it), &[("body", "She slept well."), ("revision", "0")]).assert_status(200);
    phone.script(&draft(&it), &[("body", "She slept badly."), ("revision", "1")]).assert_status(200);
    let late = ann.script(&draft(&it), &[("body", "She slept well and ate."), ("revision", "1")]);
    late.assert_status(409);
    let told = late.json();
    assert_eq!((&told["revision"], &told["body"], &told["by"]), (&2.into(), &"She slept badly.".into(), &"Ann".into()));
    assert_eq!(ann.get(&draft(&it)).texts("#body"), ["She slept badly."]);
    // Without a script: both beside each other.
    let page = ann.post(&draft(&it), &[("body", "She slept well and ate."), ("revision", "1")]);
    page.assert_status(409).assert_sees("There are two texts now").assert_sees("at another device");
    assert!(page.texts(".version mark").iter().any(|words| words.contains("badly.")), "{}", page.body);
    assert!(page.texts("#together")[0].contains("badly.") && page.texts("#together")[0].contains("ate."));
    // A third save meanwhile: what was shown is not what is there any more.
    phone.script(&draft(&it), &[("body", "She woke up."), ("revision", "2")]).assert_status(200);
    let mine = [("body", "She slept well and ate."), ("revision", "2"), ("keep", "mine")];
    ann.script(&draft(&it), &mine).assert_status(409);
    let mine = [("body", "She slept well and ate."), ("revision", "3"), ("keep", "mine")];
    assert_eq!(ann.script(&draft(&it), &mine).json()["revision"], 4);
    let desk = phone.get(&draft(&it));
    assert_eq!(desk.texts("#body"), ["She slept well and ate."]);
    desk.assert_sees("Other words of this draft").assert_sees("She woke up.");
    // Theirs wins, and mine is not lost either.
    let theirs = [("body", "A third way."), ("revision", "1"), ("keep", "theirs")];
    let desk = phone.submit(&draft(&it), &theirs);
    assert_eq!(desk.texts("#body"), ["She slept well and ate."]);
    desk.assert_sees("A third way.");
}

#[test]
fn a_late_save_never_brings_a_draft_back() {
    let app = TestApp::new();
    let ann = app.organizer();
    let it = id();
    ann.script(&draft(&it), &[("body", "She is"), ("revision", "0")]).assert_status(200);
    let posted = ann.script("/p/maria/updates", &[("body", "She is home."), ("draft", &it), ("revision", "1")]);
    posted.assert_status(201);
    let path = posted.json()["path"].as_str().expect("a path").to_owned();
    let late = ann.script(&draft(&it), &[("body", "She is hom"), ("revision", "1")]);
    late.assert_status(410);
    assert_eq!(late.json()["published"], path.as_str());
    ann.post(&draft(&it), &[("body", "She is hom"), ("revision", "1")]).assert_status(409).assert_sees("She is hom");
    // Nor does anything when the update is deleted: neither a save nor the queue of a device that posts it once more.
    ann.submit(&format!("{path}/deletion"), &[]);
    let late = ann.script(&draft(&it), &[("body", "She is home."), ("revision", "1")]);
    assert_eq!((late.status, late.json()["published"].as_str()), (410, Some("/p/maria")));
    ann.script("/p/maria/updates", &[("body", "She is home."), ("draft", &it)]).assert_status(410);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM drafts"), 0);
    ann.get("/p/maria").assert_does_not_see("She is home.");
}

#[test]
fn what_is_in_the_way_is_said_in_a_word() {
    let app = TestApp::new();
    let ann = app.organizer();
    let it = id();
    let json = [("accept", "application/json")];
    let stale = ann.post_raw(&draft(&it), &[("body", "x"), ("csrf", "another")], &json);
    assert_eq!((stale.status, stale.json()["error"].as_str()), (403, Some("stale-form")));
    // A token that fits is to be had, and with it who is signed in.
    let fresh = ann.get("/csrf").json();
    let csrf = fresh["csrf"].as_str().expect("a token").to_owned();
    assert_eq!(ann.get("/csrf").header("cache-control"), Some("private, no-store"));
    assert_eq!(
        fresh["person"],
        ann.get("/p/maria/updates/new").attribute("form[data-desk]", "data-person").expect("it")
    );
    assert!(app.visitor().get("/csrf").json()["person"].is_null());
    let with_header = [("accept", "application/json"), ("x-csrf-token", csrf.as_str())];
    ann.post_raw(&draft(&it), &[("body", "x"), ("csrf", "another")], &with_header).assert_status(200);
    let long = "a".repeat(200_001);
    let refused = ann.script(&draft(&it), &[("body", &long), ("revision", "1")]);
    refused.assert_status(422);
    assert!(refused.json()["errors"]["body"].as_str().is_some_and(|problem| problem.contains("Nothing was lost")));
    ann.script("/p/no-such-page/drafts/00000000-0000-7000-8000-000000000001", &[("body", "x")]).assert_status(404);
    app.pass(jiff::SignedDuration::from_hours(100 * 24));
    let over = ann.post_raw(&draft(&it), &[("body", "y")], &with_header);
    assert_eq!((over.status, over.json()["error"].as_str()), (401, Some("sign-in")));
    assert!(ann.get("/csrf").json()["person"].is_null());
}

#[test]
fn a_draft_is_its_authors_alone_until_it_is_shared() {
    let app = TestApp::new();
    let ann = app.organizer();
    let cleo = co_author(&app, &ann, "Cleo");
    let jo = app.supporter(&ann, "Jo");
    let it = id();
    ann.script(&draft(&it), &[("body", "A secret of Ann"), ("revision", "0")]).assert_status(200);
    for other in [&cleo, &jo] {
        for place in ["", "/preview", "/preview/mail", "/publication"] {
            other.get(&format!("{}{place}", draft(&it))).assert_status(404);
        }
        for place in ["", "/publication", "/publication/end", "/deletion"] {
            other.post(&format!("{}{place}", draft(&it)), &[("body", "Mine"), ("revision", "1")]).assert_status(404);
        }
        other.post("/p/maria/updates", &[("body", "Mine"), ("draft", &it)]).assert_status(404);
    }
    cleo.get("/p/maria/drafts").assert_does_not_see("A secret of Ann");
    cleo.get("/p/maria").assert_does_not_see("You have a draft");
    let share = [("body", "For all of us"), ("revision", "1"), ("shared", "yes"), ("audience", "organizers")];
    ann.script(&draft(&it), &share).assert_status(200);
    // What is for organizers only stays theirs.
    cleo.get(&draft(&it)).assert_status(404);
    cleo.get("/p/maria/drafts").assert_does_not_see("For all of us");
    let share = [("body", "For all of us"), ("revision", "2"), ("shared", "yes"), ("audience", "everyone")];
    ann.script(&draft(&it), &share).assert_status(200);
    cleo.get("/p/maria/drafts").assert_sees("For all of us").assert_sees("From Ann");
    // Cleo goes on with it, and cannot take it from her.
    cleo.script(&draft(&it), &[("body", "For all of us, and Cleo"), ("revision", "3")]).assert_status(200);
    cleo.post(&format!("{}/deletion", draft(&it)), &[]).assert_status(404);
    ann.get(&draft(&it)).assert_sees("by Cleo").assert_sees("For all of us, and Cleo");
    jo.get(&draft(&it)).assert_status(404);
    // Cleo posts it: it stands there under her name, and Ann's late words are given back.
    cleo.submit("/p/maria/updates", &[("body", "For all of us, and Cleo"), ("draft", &it), ("revision", "4")])
        .assert_sees("by Cleo");
    let late = ann.post("/p/maria/updates", &[("body", "Only from Ann"), ("draft", &it), ("revision", "3")]);
    late.assert_status(409).assert_sees("Only from Ann").assert_sees("posted meanwhile");
    assert_eq!(ann.get("/p/maria").count("article.update"), 1);
}

#[test]
fn a_draft_of_one_page_cannot_be_reached_or_taken_through_another() {
    let app = TestApp::new();
    let ann = app.organizer();
    let bea = app.account("Bea");
    let fields = [("first_name", "Ida"), ("relationship", "a friend"), ("privacy", "invited"), ("slug", "ida")];
    bea.post("/pages", &fields).assert_status(303);
    let it = id();
    ann.script(&draft(&it), &[("body", "Ann’s words"), ("revision", "0")]).assert_status(200);
    bea.get(&format!("/p/ida/drafts/{it}")).assert_status(404);
    for keep in ["", "mine", "theirs"] {
        let fields = [("body", "Mine"), ("revision", "1"), ("keep", keep)];
        bea.script(&format!("/p/ida/drafts/{it}"), &fields).assert_status(404);
    }
    bea.script("/p/ida/updates", &[("body", "Mine"), ("draft", &it)]).assert_status(404);
    assert_eq!(ann.get(&draft(&it)).texts("#body"), ["Ann’s words"]);
}

#[test]
fn what_is_empty_is_not_kept_and_there_is_an_end_to_it() {
    let app = TestApp::new();
    let ann = app.organizer();
    let it = id();
    let nothing = ann.script(&draft(&it), &[("body", " \r\n "), ("title", ""), ("revision", "0")]);
    assert_eq!((nothing.status, nothing.json()["revision"].as_i64()), (200, Some(0)));
    ann.script(&draft(&it), &[("body", "Words"), ("revision", "0")]).assert_status(200);
    ann.script(&draft(&it), &[("body", ""), ("revision", "1")]).assert_status(200);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM drafts"), 0);
    for number in 0..100 {
        ann.script(&draft(&id()), &[("body", &format!("Draft {number}"))]).assert_status(200);
    }
    let refused = ann.script(&draft(&it), &[("body", "One too many")]);
    refused.assert_status(422);
    assert!(refused.json()["errors"]["draft"].is_string());
}

#[test]
fn a_change_to_an_update_is_kept_as_a_draft_too() {
    let app = TestApp::new();
    let ann = app.organizer();
    let cleo = co_author(&app, &ann, "Cleo");
    let update = ann.writes("Home", "She is home.");
    let desk = ann.get(&format!("{update}/edit"));
    let it = desk.attribute("form[data-desk]", "data-draft").expect("an id");
    let (of, seen) = (
        desk.attribute("input[name=update]", "value").expect("the update"),
        desk.attribute("input[name=seen]", "value").expect("when"),
    );
    let fields = [("body", "She is home, and"), ("update", of.as_str()), ("seen", &seen), ("revision", "0")];
    ann.script(&draft(&it), &fields).assert_status(200);
    // Nobody may keep a change to what they may not change.
    cleo.script(&draft(&id()), &fields).assert_status(404);
    ann.get(&update).assert_does_not_see("She is home, and");
    ann.get(&format!("{update}/edit")).assert_sees("You have begun to change this");
    let page = ann.get(&draft(&it));
    page.assert_sees("Change an update");
    assert_eq!(page.attribute("form[data-desk]", "action"), Some(format!("{update}/edit")));
    // It cannot be posted as another update.
    ann.post("/p/maria/updates", &[("body", "Twice"), ("draft", &it), ("revision", "1")]).assert_status(404);
    let done = [("body", "She is home, and sleeps."), ("audience", "everyone"), ("draft", &it), ("seen", &seen)];
    ann.submit(&format!("{update}/edit"), &done).assert_sees("and sleeps.");
    // The same once more is done already; a late save brings nothing back.
    ann.post(&format!("{update}/edit"), &done).assert_status(303);
    ann.script(&draft(&it), &fields).assert_status(410);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM drafts"), 0);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM update_revisions"), 1);
}
