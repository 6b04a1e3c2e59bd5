//! Hearts, and what else a family has chosen: given by a tap, taken back by a tap, counted once, named.

use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::json;

use crate::photos::support::writes_with_photo;
use crate::support::{Person, Response, TestApp};

/// The family offers these besides the heart, from now on.
fn offers(app: &TestApp, kinds: &str) {
    app.sql("DELETE FROM manners");
    app.sql(&format!(
        "INSERT INTO manners (site_id, reactions, prompts, hints, holds_new, unwanted_words, updated_at) \
         SELECT id, '{kinds}', TRUE, TRUE, FALSE, '', updated_at FROM sites WHERE slug = 'maria'"
    ));
}

fn give(who: &Person, thing: &str, kind: &str) -> Response {
    who.post(&format!("{thing}/reactions"), &[("kind", kind)])
}

fn take(who: &Person, thing: &str, kind: &str) -> Response {
    who.post(&format!("{thing}/reactions/removal"), &[("kind", kind)])
}

/// The line of names on a page.
fn names(who: &Person, page: &str) -> Vec<String> {
    who.get(page).texts(".hearts__names")
}

/// The buttons under the first thing on a page.
fn buttons(page: &Response) -> Vec<String> {
    page.texts("article .hearts button")
}

/// Leaves a well wish and answers with its address.
fn wishes(who: &Person, message: &str) -> String {
    who.submit("/p/maria/wishes", &[("message", message)]).assert_status(200);
    let id = who.get("/p/maria/wishes").attribute("li.wish", "id").expect("a wish").replace("wish-", "");
    format!("/p/maria/wishes/{id}")
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    text: String,
}

/// What the tables that are kept by triggers say, and what they should say, counted from the reactions themselves.
fn kept_and_counted(app: &TestApp) -> (Vec<String>, Vec<String>) {
    let ask = |sql: &'static str| {
        let rows = app.database(move |conn| Ok(diesel::sql_query(sql).load::<Row>(conn)?));
        let mut texts: Vec<String> = rows.into_iter().map(|row| row.text).collect();
        texts.sort();
        texts
    };
    let (hex, named) = if crate::support::database::postgres_server().is_some() {
        ("encode(thing_id, 'hex')", "CASE WHEN is_named THEN 1 ELSE 0 END")
    } else {
        ("lower(hex(thing_id))", "is_named")
    };
    let leak = |sql: String| -> &'static str { Box::leak(sql.into_boxed_str()) };
    let kept = ask(leak(format!(
        "SELECT {hex} || ' ' || kind || ' ' || total AS text FROM reaction_counts \
         UNION ALL SELECT {hex} || ' givers ' || COUNT(*) || ' ' || SUM(given) || ' named ' || SUM({named}) \
         FROM reaction_givers GROUP BY thing_id"
    )));
    let counted = ask(leak(format!(
        "SELECT {hex} || ' ' || kind || ' ' || COUNT(*) AS text FROM reactions GROUP BY thing_id, kind \
         UNION ALL SELECT {hex} || '  ' || COUNT(DISTINCT person_id) FROM reactions GROUP BY thing_id \
         UNION ALL SELECT {hex} || ' givers ' || COUNT(DISTINCT person_id) || ' ' || COUNT(*) || ' named ' || \
         CASE WHEN COUNT(DISTINCT person_id) < 4 THEN COUNT(DISTINCT person_id) ELSE 4 END \
         FROM reactions GROUP BY thing_id"
    )));
    (kept, counted)
}

#[track_caller]
fn assert_kept(app: &TestApp) {
    let (kept, counted) = kept_and_counted(app);
    assert_eq!(kept, counted);
}

#[test]
fn what_the_family_offers_can_be_given_each_once_and_taken_back() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    assert_eq!(buttons(&jo.get(&update)), ["Send a heart"]);
    give(&jo, &update, "hug").assert_status(422).assert_sees("does not offer that any more");
    offers(&app, "candle hug praying");
    let all = ["Send a heart", "Send a hug", "Light a candle", "I am praying"];
    assert_eq!(buttons(&jo.get(&update)), all);
    assert_eq!(buttons(&jo.get("/p/maria")), all);
    for kind in ["hug", "heart", "hug", "candle"] {
        give(&jo, &update, kind).assert_status(303);
    }
    give(&ann, &update, "hug").assert_status(303);
    assert_eq!(names(&ann, &update), ["Hearts, hugs and candles from You and Jo"]);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM reactions"), 4);
    assert_kept(&app);
    let mine = ["Take my heart back", "Take my hug back", "Take my candle back", "I am praying"];
    assert_eq!(buttons(&jo.get(&update)), mine);
    take(&jo, &update, "heart").assert_status(303);
    take(&jo, &update, "hug").assert_status(303);
    assert_eq!(names(&ann, "/p/maria"), ["Hugs and candles from You and Jo"]);
    assert_kept(&app);
    give(&jo, &update, "sadness").assert_status(422);
    give(&jo, &update, "").assert_status(422);
}

#[test]
fn what_is_no_longer_offered_is_still_shown_and_can_be_taken_back() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let update = ann.writes("Home", "She is home.");
    offers(&app, "candle");
    give(&jo, &update, "candle").assert_status(303);
    offers(&app, "");
    assert_eq!(names(&bill, &update), ["Candles from Jo"]);
    assert_eq!(buttons(&bill.get(&update)), ["Send a heart"]);
    assert_eq!(buttons(&jo.get(&update)), ["Send a heart", "Take my candle back"]);
    give(&bill, &update, "candle").assert_status(422);
    take(&jo, &update, "candle").assert_status(303);
    assert_eq!(names(&bill, &update), [""; 0]);
    give(&jo, &update, "candle").assert_status(422);
    assert_kept(&app);
}

#[test]
fn twenty_taps_at_once_count_once() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    offers(&app, "hug");
    let update = ann.writes("Home", "She is home.");
    let (csrf, address) = (jo.get("/sign-in").csrf(), format!("{update}/reactions"));
    std::thread::scope(|scope| {
        for tap in 0..20 {
            let kind = if tap % 2 == 0 { "heart" } else { "hug" };
            let (jo, address, csrf) = (&jo, &address, &csrf);
            scope.spawn(move || jo.post_raw(address, &[("kind", kind), ("csrf", csrf)], &[]).assert_status(303).status);
        }
    });
    assert_eq!(names(&ann, &update), ["Hearts and hugs from Jo"]);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM reactions"), 2);
    assert_kept(&app);
    // Several people at once, on things of the same page, in either order.
    let wish = wishes(&ann, "Thank you all");
    let people: Vec<Person> = ["Bill", "Cy", "Di", "Ed", "Flo"].iter().map(|name| app.supporter(&ann, name)).collect();
    std::thread::scope(|scope| {
        for (number, who) in people.iter().enumerate() {
            let (update, wish) = (&update, &wish);
            scope.spawn(move || {
                let both = if number % 2 == 0 { [update, wish] } else { [wish, update] };
                for thing in both {
                    give(who, thing, "heart").assert_status(303);
                }
            });
        }
    });
    assert_kept(&app);
    assert_eq!(ann.get(&format!("{update}/reactions")).count("ul.givers li"), 6);
}

#[test]
fn a_script_is_told_how_it_stands() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    offers(&app, "hug");
    let update = ann.writes("Home", "She is home.");
    for name in ["Bill", "Cy", "Di", "Ed"] {
        give(&app.supporter(&ann, name), &update, "heart");
    }
    let reactions = format!("{update}/reactions");
    let answer = jo.script(&reactions, &[("kind", "hug")]);
    answer.assert_status(200);
    let expected = json!({
        "mine": ["hug"],
        "kinds": [{ "kind": "heart", "count": 4 }, { "kind": "hug", "count": 1 }],
        "words": "Hearts and hugs from",
        "names": ["Bill", "Cy", "Di"],
        "rest": "one more",
        "said": "Your hug is there.",
    });
    assert_eq!(answer.json(), expected);
    assert_eq!(jo.script(&reactions, &[("kind", "hug")]).json(), expected, "a second try changes nothing");
    let removal = format!("{reactions}/removal");
    let answer = jo.script(&removal, &[("kind", "hug")]).json();
    assert_eq!((&answer["mine"], &answer["said"]), (&json!([]), &json!("Your hug is taken back.")));
    assert_eq!(jo.script(&removal, &[("kind", "hug")]).json(), answer);
    let refused = jo.script(&reactions, &[("kind", "candle")]);
    refused.assert_status(422);
    assert!(refused.json()["errors"]["kind"].as_str().is_some_and(|it| it.contains("does not offer")));
    let stale = jo.post_raw(&reactions, &[("kind", "hug")], &[("accept", "application/json"), ("x-csrf-token", "old")]);
    stale.assert_status(403);
    assert_eq!(stale.json()["error"], "stale-form");
    assert_eq!(app.visitor().script(&reactions, &[("kind", "heart")]).json()["error"], "not-found");
    assert_kept(&app);
}

#[test]
fn everybody_who_gave_something_is_on_the_list_page_by_page() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    offers(&app, "hug");
    let update = ann.writes("Home", "She is home.");
    let list = format!("{update}/reactions");
    jo.get(&list).assert_status(200).assert_sees("Nobody has sent one yet.");
    give(&jo, &update, "hug");
    give(&bill, &update, "heart");
    give(&jo, &update, "heart");
    let page = jo.get(&list);
    assert_eq!(page.texts("h1"), ["Hearts and hugs"]);
    assert_eq!(page.texts("ul.given li"), ["2 hearts", "1 hug"]);
    assert_eq!(page.texts("ul.givers li"), ["Jo (you) a heart, a hug", "Bill a heart"]);
    assert_eq!(page.attribute("main .actions .link", "href"), Some(update.clone()));
    assert_eq!(ann.get("/p/maria").attribute(".hearts__names a", "href"), Some(list.clone()));
    // As many as a family has never had, behind everybody's back.
    let update_id = update.rsplit('/').next().expect("an id").replace('-', "");
    let (blob, one) = if crate::support::database::postgres_server().is_some() {
        (format!("'\\x{update_id}'::bytea"), "decode(lpad(to_hex(n), 32, '0'), 'hex')")
    } else {
        (format!("X'{update_id}'"), "unhex(printf('%032x', n))")
    };
    let numbers = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 250)";
    app.sql(&format!(
        "{numbers} INSERT INTO people (id, name, email, email_key, created_at, updated_at) \
         SELECT {one}, 'Friend ' || n, n || '@example.org', n || '@example.org', s.created_at, s.created_at \
         FROM numbers, sites s WHERE s.slug = 'maria'"
    ));
    app.sql(&format!(
        "{numbers} INSERT INTO reactions (id, site_id, update_id, thing_id, person_id, kind, created_at) \
         SELECT {one}, s.id, {blob}, {blob}, {one}, 'heart', s.created_at FROM numbers, sites s WHERE s.slug = 'maria'"
    ));
    assert_kept(&app);
    assert!(names(&ann, &update)[0].ends_with("and 249 others"), "{:?}", names(&ann, &update));
    let (mut seen, mut address) = (Vec::new(), Some(list));
    while let Some(here) = address {
        let page = jo.get(&here);
        seen.extend(page.texts("ul.givers .givers__name"));
        address = page.attribute("a[data-more]", "href");
    }
    assert_eq!(seen.len(), 252);
    let distinct: std::collections::BTreeSet<&String> = seen.iter().collect();
    assert_eq!(distinct.len(), 252, "somebody stands there twice");
}

#[test]
fn whoever_comes_after_takes_the_place_of_a_name_that_is_gone() {
    let app = TestApp::new();
    let ann = app.organizer();
    let update = ann.writes("Home", "She is home.");
    let people: Vec<Person> =
        ["Bill", "Cy", "Di", "Ed", "Flo", "Gus"].iter().map(|name| app.supporter(&ann, name)).collect();
    for who in &people {
        give(who, &update, "heart");
    }
    assert_eq!(names(&ann, &update), ["Hearts from Bill, Cy, Di and 3 others"]);
    take(&people[0], &update, "heart");
    take(&people[2], &update, "heart");
    assert_eq!(names(&ann, &update), ["Hearts from Cy, Ed, Flo and one more"]);
    assert_eq!(names(&people[1], &update), ["Hearts from You, Ed, Flo and Gus"]);
    give(&people[0], &update, "heart");
    assert_eq!(names(&ann, &update), ["Hearts from Cy, Ed, Flo and 2 others"]);
    assert_kept(&app);
}

#[test]
fn nothing_is_left_of_what_was_given_to_something_that_is_gone() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    offers(&app, "hug");
    let (update, photo) = writes_with_photo(&app, &ann, "everyone");
    let photo = format!("/p/maria/photos/{photo}");
    jo.submit(&format!("{update}/comments"), &[("message", "Lovely")]).assert_status(200);
    let comment = jo.get(&update).attribute("li.wish", "id").expect("a comment").replace("wish-", "/p/maria/wishes/");
    let wish = wishes(&jo, "Love");
    for thing in [&update, &photo, &comment, &wish] {
        for kind in ["heart", "hug"] {
            give(&jo, thing, kind).assert_status(303);
            give(&ann, thing, kind).assert_status(303);
        }
    }
    assert_kept(&app);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM reaction_counts"), 12);
    ann.submit(&format!("{photo}/removal"), &[]);
    assert_kept(&app);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM reaction_counts"), 9);
    ann.submit(&format!("{update}/deletion"), &[]);
    assert_kept(&app);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM reaction_counts"), 3);
    app.sql("DELETE FROM wishes");
    for table in ["reactions", "reaction_counts", "reaction_givers"] {
        assert_eq!(app.count(&format!("SELECT COUNT(*) AS count FROM {table}")), 0, "{table}");
    }
}

#[test]
fn the_hearts_of_somebody_who_is_blocked_are_gone_and_stay_so() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bob) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bob"));
    offers(&app, "hug");
    let update = ann.writes("Home", "She is home.");
    give(&bob, &update, "heart");
    give(&bob, &update, "hug");
    give(&jo, &update, "heart");
    let member = ann.get("/p/maria/people").member_called("Bob");
    ann.submit(&format!("/p/maria/people/{member}/block"), &[("hide", "yes")]);
    assert_eq!(names(&jo, &update), ["Hearts from You"]);
    assert_kept(&app);
    ann.get(&format!("{update}/reactions")).assert_does_not_see("Bob");
    give(&bob, &update, "heart").assert_status(404);
    ann.submit(&format!("/p/maria/people/{member}/unblocking"), &[("show", "yes")]);
    assert_eq!(names(&jo, &update), ["Hearts from You"]);
    assert_kept(&app);
}

#[test]
fn an_erased_person_gave_nothing() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    offers(&app, "hug");
    let update = ann.writes("Home", "She is home.");
    for who in [&ann, &jo] {
        give(who, &update, "heart");
        give(who, &update, "hug");
    }
    app.sql("DELETE FROM reactions WHERE person_id = (SELECT id FROM people WHERE name = 'Jo')");
    assert_kept(&app);
    assert_eq!(names(&ann, &update), ["Hearts and hugs from You"]);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM reaction_givers"), 1);
}

#[test]
fn two_rows_that_become_one_person_gave_one_of_each() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, joe) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Joe"));
    offers(&app, "hug candle");
    let update = ann.writes("Home", "She is home.");
    give(&jo, &update, "heart");
    give(&joe, &update, "heart");
    give(&joe, &update, "hug");
    give(&joe, &update, "candle");
    // As merging does it: what both gave goes, the rest is the other's.
    app.sql("DELETE FROM reactions WHERE kind = 'heart' AND person_id = (SELECT id FROM people WHERE name = 'Joe')");
    app.sql(
        "UPDATE reactions SET person_id = (SELECT id FROM people WHERE name = 'Jo') \
         WHERE person_id = (SELECT id FROM people WHERE name = 'Joe')",
    );
    assert_kept(&app);
    assert_eq!(names(&ann, &update), ["Hearts, hugs and candles from Jo"]);
}

#[test]
fn a_photo_is_given_hearts_by_those_who_see_it() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let fay = app.member(&ann, "Fay", "supporter", "family");
    let (_, photo) = writes_with_photo(&app, &ann, "family");
    let photo = format!("/p/maria/photos/{photo}");
    assert_eq!(fay.get(&photo).texts(".hearts button"), ["Send a heart"]);
    let from = [("kind", "heart"), ("from", photo.as_str())];
    let back = fay.post(&format!("{photo}/reactions"), &from);
    assert_eq!(back.assert_status(303).location(), format!("{photo}#hearts"));
    assert_eq!(names(&ann, &photo), ["Hearts from Fay"]);
    assert_eq!(ann.get(&format!("{photo}/reactions")).texts("ul.givers li"), ["Fay a heart"]);
    for address in [photo.clone(), format!("{photo}/reactions")] {
        jo.get(&address).assert_status(404);
        jo.post(&format!("{photo}/reactions"), &[("kind", "heart")]).assert_status(404);
    }
    take(&fay, &photo, "heart").assert_status(303);
    assert_eq!(names(&ann, &photo), [""; 0]);
    assert_kept(&app);
}

#[test]
fn nobody_hears_of_hearts_on_what_they_may_not_see() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let wish = wishes(&jo, "Love");
    give(&ann, &wish, "heart").assert_status(303);
    jo.get(&format!("{wish}/reactions")).assert_sees("Ann");
    app.sql("UPDATE wishes SET withheld = 'hidden'");
    for who in [&jo, &ann] {
        who.get(&format!("{wish}/reactions")).assert_status(404);
        give(who, &wish, "heart").assert_status(404);
        take(who, &wish, "heart").assert_status(404);
    }
    let update = ann.writes_for("Only for us", "The results are not good.", "organizers");
    give(&ann, &update, "heart").assert_status(303);
    jo.get(&format!("{update}/reactions")).assert_status(404);
}

#[test]
fn an_organizer_is_told_what_was_given() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    offers(&app, "hug candle praying");
    let (first, second) = (ann.writes("One", "She is home."), ann.writes("Two", "She sleeps."));
    for (who, thing, kind) in [
        (&jo, &first, "hug"),
        (&jo, &second, "hug"),
        (&bill, &first, "hug"),
        (&bill, &first, "candle"),
        (&jo, &first, "heart"),
        (&bill, &second, "praying"),
    ] {
        give(who, thing, kind).assert_status(303);
    }
    take(&bill, &second, "praying").assert_status(303);
    let mail = app.last_mail_to(&ann.email);
    assert!(mail.text.contains("\nHearts from Jo.\n"), "{}", mail.text);
    assert!(mail.text.contains("\nJo and Bill sent a hug.\n"), "{}", mail.text);
    assert!(mail.text.contains("\nBill lit a candle.\n"), "{}", mail.text);
    assert!(!mail.text.contains("prayer"), "{}", mail.text);
}

#[test]
fn with_somebody_elses_eyes_nothing_is_given() {
    let app = TestApp::new();
    let ann = app.organizer();
    let update = ann.writes("Home", "She is home.");
    ann.post("/p/maria/perspective", &[("as", "supporter")]).assert_status(303);
    let answer = ann.script(&format!("{update}/reactions"), &[("kind", "heart")]);
    answer.assert_status(409);
    assert!(answer.json()["message"].as_str().is_some_and(|it| it.contains("somebody else’s eyes")));
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM reactions"), 0);
}

#[test]
fn a_journal_asks_no_more_of_the_database_for_many_hearts_than_for_none() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    offers(&app, "hug candle");
    let update = ann.writes("Home", "She is home.");
    jo.submit(&format!("{update}/comments"), &[("message", "Lovely")]).assert_status(200);
    let queries = |address: &str| {
        let before = app.app.db.queries_run();
        jo.get(address).assert_status(200);
        app.app.db.queries_run() - before
    };
    let (cold, warm, alone) = (queries("/p/maria"), queries("/p/maria"), queries(&update));
    assert!(cold <= 6 && warm <= 3, "{cold} and {warm} queries");
    for name in ["Bill", "Cy", "Di", "Ed", "Flo"] {
        let who = app.supporter(&ann, name);
        for kind in ["heart", "hug", "candle"] {
            give(&who, &update, kind).assert_status(303);
        }
    }
    give(&jo, &update, "hug").assert_status(303);
    assert_eq!(queries("/p/maria"), cold, "cold");
    assert_eq!(queries("/p/maria"), 3, "warm");
    assert_eq!(queries(&update), alone, "alone");
}
