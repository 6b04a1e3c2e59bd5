//! The bedside: who sits there, what is heard and what never is, and that it is heard once.

use jiff::SignedDuration;

use crate::photos::support::writes_with_photo;
use crate::support::{Browser, Person, Response, TestApp};

const BEDSIDE: &str = "/p/maria/bedside";
const HEARINGS: &str = "/p/maria/bedside/hearings";
const HEARTS: &str = "/p/maria/bedside/hearts";

/// Maria has a place on her own page, as a friend who only reads.
fn maria(app: &TestApp, ann: &Person) -> Person {
    let maria = app.supporter(ann, "Maria");
    let member = ann.get("/p/maria/people").member_called(&maria.email);
    let fields = [("role", "supporter"), ("circle", "everyone"), ("about", "yes")];
    ann.post(&format!("/p/maria/people/{member}/role"), &fields).assert_status(303);
    maria
}

fn wishes(who: &Person, words: &[&str]) {
    for message in words {
        who.post("/p/maria/wishes", &[("message", message)]).assert_status(303);
    }
}

/// What stands on the screen, or on paper.
fn heard(page: &Response) -> Vec<String> {
    page.assert_status(200).texts(".bedside__words, .sheet__words")
}

/// Everything that is printed.
fn all(who: &Browser) -> Vec<String> {
    heard(&who.get("/p/maria/bedside/print?all"))
}

/// What nobody has heard yet.
fn unheard(who: &Browser) -> Vec<String> {
    heard(&who.get("/p/maria/bedside/print"))
}

fn wish_on(page: &Response) -> String {
    page.attribute("article[data-wish]", "data-wish").expect("words")
}

/// Presses "Next" and looks where that leads.
fn next(who: &Browser, page: &Response) -> Response {
    let on = page.attribute(".bedside__next input[name=on]", "value").expect("a way");
    who.submit(HEARINGS, &[("wish", &wish_on(page)), ("on", &on)])
}

#[test]
fn everything_is_heard_once_and_in_order() {
    let app = TestApp::new();
    let ann = app.organizer();
    let maria = maria(&app, &ann);
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    maria.get(BEDSIDE).assert_sees("There are no words here yet.");
    wishes(&jo, &["First wish"]);
    let update = ann.writes("Home", "She is home.");
    bill.submit(&format!("{update}/comments"), &[("message", "Then a comment")]);
    wishes(&jo, &["Last wish"]);
    let first = maria.get(BEDSIDE);
    assert_eq!(heard(&first), ["First wish"]);
    assert_eq!(first.texts(".bedside__by"), ["Jo today"]);
    assert_eq!(first.count("[data-before]:not([hidden])"), 0);
    // Looking changes nothing.
    assert_eq!(heard(&maria.get(BEDSIDE)), ["First wish"]);
    let second = next(&maria, &first);
    assert_eq!(heard(&second), ["Then a comment"]);
    // The organizer with the tablet goes on where Maria was.
    assert_eq!(heard(&ann.get(BEDSIDE)), ["Then a comment"]);
    let third = next(&ann, &second);
    assert_eq!(heard(&third), ["Last wish"]);
    // Back through what was heard, and on again to what was not.
    let back = maria.get(&third.attribute("[data-before]", "href").expect("a way back"));
    assert_eq!(heard(&back), ["Then a comment"]);
    let further = maria.get(&back.attribute("[data-before]", "href").expect("a way back"));
    assert_eq!(heard(&further), ["First wish"]);
    let on = next(&maria, &further);
    assert_eq!(heard(&on), ["Then a comment"]);
    let on = next(&maria, &on);
    assert_eq!(heard(&on), ["Last wish"]);
    app.pass(SignedDuration::from_hours(24));
    next(&maria, &on).assert_sees("That is everything for now.").assert_sees("The newest words are from yesterday.");
    assert_eq!(unheard(&maria), Vec::<String>::new());
    // And all of it once more.
    let again = maria.get("/p/maria/bedside/again");
    again.assert_sees("From March 2026 on");
    let mut page = maria.get(&again.attribute(".bedside__button--main", "href").expect("a beginning"));
    let mut said = Vec::new();
    while page.count("article") == 1 {
        said.extend(heard(&page));
        page = next(&maria, &page);
    }
    assert_eq!(said, ["First wish", "Then a comment", "Last wish"]);
    page.assert_sees("That is everything for now.");
}

#[test]
fn heard_twice_or_by_two_devices_is_heard_once() {
    let app = TestApp::new();
    let ann = app.organizer();
    let maria = maria(&app, &ann);
    let jo = app.supporter(&ann, "Jo");
    wishes(&jo, &["One", "Two", "Three"]);
    let ids: Vec<String> = {
        let page = maria.get("/p/maria/bedside/words");
        page.body.split("data-wish=\"").skip(1).map(|rest| rest[..36].to_owned()).collect()
    };
    let version = app.count("SELECT version AS count FROM sites");
    let both = [("wish", ids[0].as_str()), ("wish", &ids[1])];
    let (csrf, hers) = (ann.get("/sign-in").csrf(), maria.get("/sign-in").csrf());
    std::thread::scope(|scope| {
        for (who, csrf) in [(&ann, &csrf), (&maria, &hers), (&ann, &csrf), (&maria, &hers)] {
            scope.spawn(move || {
                let headers = [("accept", "application/json"), ("x-csrf-token", csrf.as_str())];
                who.post_raw(HEARINGS, &both, &headers).assert_status(204);
            });
        }
    });
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes WHERE heard_at IS NOT NULL"), 2);
    assert_eq!(unheard(&maria), ["Three"]);
    // A hearing that is told late, a second time, does not move the first.
    let moments = "SELECT COUNT(DISTINCT heard_at) AS count FROM wishes WHERE heard_at IS NOT NULL";
    app.pass(SignedDuration::from_hours(2));
    maria.script(HEARINGS, &[("wish", &ids[0]), ("wish", &ids[2])]).assert_status(204);
    assert_eq!(app.count(moments), 2);
    assert_eq!(unheard(&maria), Vec::<String>::new());
    // Nothing that anybody reads on the page has changed.
    assert_eq!(app.count("SELECT version AS count FROM sites"), version);
}

#[test]
fn the_bedside_is_for_organizers_and_the_person_alone() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let maria = maria(&app, &ann);
    let jo = app.supporter(&ann, "Jo");
    let cleo = app.member(&ann, "Cleo", "co-author", "family");
    wishes(&jo, &["Love"]);
    let id = wish_on(&ann.get(BEDSIDE));
    let nothing = jo.get("/p/nobody/bedside");
    for who in [&jo as &Browser, &cleo, &app.visitor(), &app.account("Sam")] {
        for place in ["", "/words", "/again", "/print", "/print?all"] {
            let answer = who.get(&format!("{BEDSIDE}{place}"));
            assert_eq!((answer.status, &answer.body), (404, &nothing.body), "{place}");
        }
        for address in [HEARINGS, HEARTS, &format!("{HEARTS}/removal")] {
            who.post(address, &[("wish", &id)]).assert_status(404);
        }
        who.get("/p/maria").assert_does_not_see("Read these to Maria").assert_does_not_see("very large");
    }
    assert_eq!(unheard(&ann), ["Love"]);
    ann.get("/p/maria").assert_sees("Read these to Maria");
    maria.get("/p/maria/wishes").assert_sees("Hear these one at a time, very large");
    // Seen with somebody else's eyes, there is no bedside.
    ann.post("/p/maria/perspective", &[("as", "supporter")]).assert_status(303);
    ann.get(BEDSIDE).assert_status(404);
    ann.post("/p/maria/perspective/end", &[]).assert_status(303);
    // A link in a mail lets Maria in, and an organizer only with their account.
    wishes(&jo, &["More love"]);
    let phone = app.visitor();
    let link = app.last_mail_to(&ann.email).link("/sign-in/link/");
    phone.submit(&link, &[]).assert_status(200);
    assert!(phone.get(BEDSIDE).assert_status(303).location().starts_with("/sign-in?next="));
    assert_eq!(heard(&maria.get(BEDSIDE)), ["Love"]);
    // Whoever is blocked or has left is at no bedside, whoever the page is about.
    app.sql("UPDATE members SET state = 'blocked' WHERE person_id = (SELECT about_id FROM sites WHERE slug = 'maria')");
    maria.get(BEDSIDE).assert_status(404);
    assert_eq!(unheard(&ann), ["Love", "More love"]);
}

#[test]
fn what_is_not_for_the_person_is_never_heard_nor_counted() {
    let app = TestApp::new();
    let ann = app.organizer();
    let maria = maria(&app, &ann);
    let jo = app.supporter(&ann, "Jo");
    let fay = app.member(&ann, "Fay", "supporter", "family");
    let open = ann.writes("For all", "She is resting.");
    let family = ann.writes_for("For the family", "Please come.", "family");
    let secret = ann.writes_for("Only for us", "The results are not good.", "organizers");
    let withheld = ["new", "words", "flood", "reported", "unconfirmed", "hidden", "blocked"];
    for why in withheld {
        wishes(&jo, &[&format!("Held: {why}")]);
        app.sql(&format!("UPDATE wishes SET withheld = '{why}' WHERE message = 'Held: {why}'"));
    }
    wishes(&jo, &["A private note", "For her eyes", "Asked in private"]);
    app.sql("UPDATE wishes SET audience = 'organizers' WHERE message IN ('A private note', 'Asked in private')");
    app.sql("UPDATE wishes SET audience = 'person' WHERE message = 'For her eyes'");
    jo.submit(&format!("{open}/comments"), &[("message", "On the open one")]);
    fay.submit(&format!("{family}/comments"), &[("message", "On the family’s")]);
    ann.submit(&format!("{secret}/comments"), &[("message", "On the secret one")]);
    app.sql(
        "UPDATE wishes SET author_id = (SELECT id FROM people WHERE name = 'Jo') WHERE message = 'On the secret one'",
    );
    // What was answered is reached through what it answers.
    wishes(&jo, &["An answer to a note", "An answer to what is held", "An answer to an open one"]);
    for (answer, to) in [
        ("An answer to a note", "Asked in private"),
        ("An answer to what is held", "Held: hidden"),
        ("An answer to an open one", "For her eyes"),
    ] {
        app.sql(&format!(
            "UPDATE wishes SET answers_id = (SELECT id FROM wishes WHERE message = '{to}') WHERE message = '{answer}'"
        ));
    }
    // Her own words, and those of whoever reads to her, are no news to them.
    wishes(&maria, &["From Maria"]);
    wishes(&ann, &["From Ann"]);
    let for_maria = ["For her eyes", "On the open one", "An answer to an open one", "From Ann"];
    assert_eq!(all(&maria), for_maria);
    assert_eq!(unheard(&maria), for_maria);
    // Ann may read all of it herself; what Maria may not is not read to her.
    assert_eq!(all(&ann), for_maria[..3]);
    // Family as Maria is, she hears what is for the family; but nothing that is for organizers.
    app.sql("UPDATE members SET circle = 'family' WHERE person_id = (SELECT id FROM people WHERE name = 'Maria')");
    let with_family = ["For her eyes", "On the open one", "On the family’s", "An answer to an open one", "From Ann"];
    assert_eq!(all(&maria), with_family);
    assert_eq!(all(&ann), with_family[..4]);
    // Nobody says that they heard, or loved, what they cannot have heard.
    let ids = app.database(|conn| {
        use diesel::prelude::*;
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Binary)]
            id: Vec<u8>,
        }
        let query = "SELECT id FROM wishes WHERE withheld IS NOT NULL OR audience = 'organizers' OR message IN \
                     ('On the secret one', 'An answer to a note', 'An answer to what is held', 'From Maria')";
        Ok(diesel::sql_query(query).load::<Row>(conn)?.into_iter().map(|row| row.id).collect::<Vec<_>>())
    });
    assert_eq!(ids.len(), withheld.len() + 2 + 4);
    for id in ids {
        let id = uuid::Uuid::from_slice(&id).expect("an id").to_string();
        maria.script(HEARINGS, &[("wish", &id)]).assert_status(204);
        maria.script(HEARTS, &[("wish", &id)]).assert_status(404);
        assert_eq!(maria.get(&format!("{BEDSIDE}?at={id}")).location(), BEDSIDE);
    }
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes WHERE heard_at IS NOT NULL"), 0);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM reactions"), 0);
}

#[test]
fn comments_on_photos_are_heard_where_the_photo_is_seen() {
    let app = TestApp::new();
    let ann = app.organizer();
    let maria = maria(&app, &ann);
    let jo = app.supporter(&ann, "Jo");
    wishes(&jo, &["On a photo"]);
    for (audience, narrower, is_heard) in [
        ("everyone", "NULL", true),
        ("everyone", "'organizers'", false),
        ("family", "NULL", false),
        ("organizers", "NULL", false),
    ] {
        app.sql("UPDATE wishes SET photo_id = NULL");
        app.sql("DELETE FROM photos");
        writes_with_photo(&app, &ann, audience);
        app.sql(&format!("UPDATE photos SET audience = {narrower}"));
        app.sql("UPDATE wishes SET photo_id = (SELECT id FROM photos)");
        assert_eq!(all(&maria).len(), usize::from(is_heard), "{audience} {narrower}");
        assert_eq!(all(&ann).len(), usize::from(is_heard), "{audience} {narrower}");
    }
}

#[test]
fn one_page_hears_nothing_of_another() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    wishes(&jo, &["For Maria"]);
    let id = wish_on(&ann.get(BEDSIDE));
    let fields = [("first_name", "Bea"), ("relationship", "a friend"), ("privacy", "invited"), ("slug", "bea")];
    ann.post("/pages", &fields).assert_status(303);
    ann.get("/p/bea/bedside").assert_sees("There are no words here yet.");
    assert_eq!(ann.get(&format!("/p/bea/bedside?at={id}")).location(), "/p/bea/bedside");
    ann.post("/p/bea/bedside/hearings", &[("wish", &id)]).assert_status(303);
    ann.post("/p/bea/bedside/hearts", &[("wish", &id)]).assert_status(404);
    assert_eq!(unheard(&ann), ["For Maria"]);
}

#[test]
fn a_heart_at_the_bedside_is_one_heart() {
    let app = TestApp::new();
    let ann = app.organizer();
    let maria = maria(&app, &ann);
    let jo = app.supporter(&ann, "Jo");
    wishes(&jo, &["For her eyes"]);
    app.sql("UPDATE wishes SET audience = 'person'");
    let id = wish_on(&maria.get(BEDSIDE));
    for _ in 0..2 {
        let page = maria.submit(HEARTS, &[("wish", &id)]);
        assert_eq!(page.attribute(".bedside__heart button", "aria-pressed").as_deref(), Some("true"));
        assert_eq!(heard(&page), ["For her eyes"]);
    }
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM reactions"), 1);
    // It was loved, and is not heard by that.
    assert_eq!(unheard(&maria), ["For her eyes"]);
    maria.submit(&format!("{HEARTS}/removal"), &[("wish", &id)]);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM reactions"), 0);
    for absurd in
        [&[][..], &[("wish", "x")], &[("wish", id.as_str()), ("wish", "00000000-0000-7000-8000-000000000000")]]
    {
        maria.post(HEARTS, absurd).assert_status(422);
    }
}

#[test]
fn hearts_without_words_are_one_line_at_the_end() {
    let app = TestApp::new();
    let ann = app.organizer();
    let maria = maria(&app, &ann);
    let open = ann.writes("Home", "She is home.");
    let secret = ann.writes_for("Only for us", "Not good.", "organizers");
    ann.submit(&format!("{secret}/reactions"), &[("kind", "heart")]);
    maria.submit(&format!("{open}/reactions"), &[("kind", "heart")]);
    maria.get(BEDSIDE).assert_does_not_see("without words");
    for name in ["Jo", "Bill", "Cy", "Di", "Ed"] {
        let friend = app.supporter(&ann, name);
        friend.submit(&format!("{open}/reactions"), &[("kind", "heart")]);
        app.pass(SignedDuration::from_mins(1));
    }
    maria
        .get(BEDSIDE)
        .assert_sees("Hearts from 5 people came without words in the last week: Ed, Di, Cy and 2 others.");
    app.pass(SignedDuration::from_hours(8 * 24));
    maria.get(BEDSIDE).assert_does_not_see("without words");
}

#[test]
fn paper_is_printed_in_sheets() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    wishes(&jo, &["Wish 0"]);
    app.database(|conn| {
        use diesel::connection::SimpleConnection;
        for n in 1..=204 {
            let id = uuid::Uuid::now_v7();
            let bytes: String = id.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
            let literal = if crate::support::database::postgres_server().is_some() {
                format!("'\\x{bytes}'::bytea")
            } else {
                format!("x'{bytes}'")
            };
            conn.batch_execute(&format!(
                "INSERT INTO wishes (id, site_id, author_id, message, message_html, created_at) \
                 SELECT {literal}, site_id, author_id, 'Wish {n}', '<p>Wish {n}</p>', created_at FROM wishes WHERE message = 'Wish 0'"
            ))?;
        }
        Ok(())
    });
    let expected: Vec<String> = (0..205).map(|n| format!("Wish {n}")).collect();
    for which in ["", "?all"] {
        let first = ann.get(&format!("/p/maria/bedside/print{which}"));
        let second = ann.get(&first.attribute("a[href*=after]", "href").expect("a second sheet"));
        assert_eq!([heard(&first), heard(&second)].concat(), expected);
        assert_eq!((heard(&first).len(), second.count("a[href*=after]")), (200, 0));
    }
    // What was read from paper is heard.
    let first = ann.get("/p/maria/bedside/print");
    let ids: Vec<String> =
        first.body.split("name=\"wish\" value=\"").skip(1).map(|rest| rest[..36].to_owned()).collect();
    let mut fields: Vec<(&str, &str)> = ids.iter().map(|id| ("wish", id.as_str())).collect();
    fields.push(("on", "print"));
    assert_eq!(heard(&ann.submit(HEARINGS, &fields)), expected[200..]);
    // More than fits on a form is refused whole.
    let many: Vec<(&str, &str)> = (0..201).map(|_| ("wish", ids[0].as_str())).collect();
    ann.post(HEARINGS, &many).assert_status(422);
}

#[test]
fn a_script_is_given_the_next_few_words() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let words: Vec<String> = (1..=8).map(|n| format!("Wish {n}")).collect();
    wishes(&jo, &words.iter().map(String::as_str).collect::<Vec<_>>());
    let list = |query: &str| heard(&ann.get(&format!("/p/maria/bedside/words{query}")));
    assert_eq!(list(""), words[..6]);
    let third = app.database(|conn| {
        use diesel::prelude::*;
        use tidings::db::schema::wishes::dsl;
        Ok(dsl::wishes.filter(dsl::message.eq("Wish 3")).select(dsl::id).first::<tidings::db::ids::WishId>(conn)?)
    });
    let third = third.to_string();
    assert_eq!(list(&format!("?after={third}")), words[3..]);
    assert_eq!(list(&format!("?before={third}")), words[..2]);
    app.sql("UPDATE wishes SET heard_at = created_at WHERE message = 'Wish 5'");
    assert_eq!(list(&format!("?after={third}")), ["Wish 4", "Wish 6", "Wish 7", "Wish 8"]);
    assert_eq!(list(&format!("?after={third}&on=again")), words[3..]);
}

#[test]
fn words_know_their_language() {
    let app = TestApp::new();
    let ann = app.organizer();
    let update = ann.writes("Home", "She is home.");
    let jo = app.supporter(&ann, "Jo");
    let csrf = jo.get("/sign-in").csrf();
    let writes = |address: &str, message: &str, browser: &str| {
        let fields = [("message", message), ("csrf", csrf.as_str())];
        jo.post_raw(address, &fields, &[("accept-language", browser)]).assert_status(303);
    };
    writes("/p/maria/wishes", "Gute Besserung", "de-AT,de;q=0.9,en;q=0.5");
    writes(&format!("{update}/comments"), "Que te mejores", "es-419");
    writes("/p/maria/wishes", "Выздоравливай", "en-GB");
    writes("/p/maria/wishes", "Love", "\"><script>");
    let mut said = Vec::new();
    let mut page = ann.get(BEDSIDE);
    while page.count("article") == 1 {
        said.push(page.attribute(".bedside__words", "lang").expect("a language"));
        page = next(&ann, &page);
    }
    // Where nothing is known of the words, what their writer's account says.
    assert_eq!(said, ["de-AT", "es-419", "ru", "en-GB"]);
}
