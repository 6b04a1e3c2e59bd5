//! Erasing somebody: nothing of them stays, and nothing of anybody else goes.

use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::support::database::postgres_server;
use crate::support::{Person, TestApp};

const NAME: &str = "Zoe Quill";
const EMAIL: &str = "zoe.quill@example.org";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    text: String,
}

/// The texts that a query answers with.
pub fn ask(app: &TestApp, sql: &str) -> Vec<String> {
    let sql = sql.to_owned();
    app.database(move |conn| Ok(diesel::sql_query(sql).load::<Row>(conn)?.into_iter().map(|row| row.text).collect()))
}

/// Every text in every column of every table, with where it stands; but for the hashes of passwords: what one of those
/// happens to spell says nothing of anybody.
pub fn every_text(app: &TestApp) -> Vec<String> {
    let columns = if postgres_server().is_some() {
        "SELECT table_name || ' ' || column_name AS text FROM information_schema.columns \
         WHERE table_schema = 'public' AND data_type IN ('text', 'character varying')"
    } else {
        "SELECT m.name || ' ' || c.name AS text FROM sqlite_master m, pragma_table_info(m.name) c \
         WHERE m.type = 'table' AND c.type LIKE '%TEXT%'"
    };
    let columns = ask(app, columns);
    assert!(columns.len() > 30, "{columns:?}");
    let mut all = Vec::new();
    for column in columns {
        if column == "people password_hash" {
            continue;
        }
        let (table, name) = column.split_once(' ').expect("a table and a column");
        let texts = ask(app, &format!("SELECT \"{name}\" AS text FROM \"{table}\" WHERE \"{name}\" IS NOT NULL"));
        all.extend(texts.into_iter().map(|text| format!("{table}.{name}: {text}")));
    }
    all
}

/// What other people have on Maria's page, and who they are.
fn of_others(app: &TestApp) -> Vec<String> {
    let mut all = ask(
        app,
        &format!(
            "SELECT p.email || ' ' || w.message AS text FROM wishes w JOIN people p ON p.id = w.author_id \
             JOIN sites s ON s.id = w.site_id WHERE s.slug = 'maria' AND p.email <> '{EMAIL}' AND p.email <> '' ORDER BY 1"
        ),
    );
    for (table, person) in [("members", "person_id"), ("reactions", "person_id"), ("sessions", "person_id")] {
        all.extend(ask(
            app,
            &format!(
                "SELECT p.email || ' {table} ' || COUNT(*) AS text FROM {table} t JOIN people p ON p.id = t.{person} \
                 WHERE p.email <> '{EMAIL}' AND p.email <> '' GROUP BY p.email ORDER BY 1"
            ),
        ));
    }
    all
}

fn bytes(hex: &str) -> String {
    if postgres_server().is_some() { format!("'\\x{hex}'") } else { format!("X'{hex}'") }
}

struct World {
    app: TestApp,
    ann: Person,
    jo: Person,
    zoe: Person,
    phone: Person,
    /// Ann's update that Zoe has commented on, and Zoe's own on Ida's page.
    update: String,
    own: String,
    links: Vec<String>,
}

pub fn invites(app: &TestApp, by: &Person, slug: &str, whom: &Person, role: &str) {
    let fields = [("addresses", whom.email.as_str()), ("role", role), ("circle", "family")];
    by.post(&format!("/p/{slug}/people/invitations"), &fields).assert_status(303);
    app.run_jobs();
}

pub fn accepts(app: &TestApp, whom: &Person) -> String {
    let link = app.last_mail_to(&whom.email).link("/invitations/");
    whom.submit(&link, &[]).assert_status(200);
    link
}

fn starts(who: &Person, first_name: &str, privacy: &str) {
    let slug = first_name.to_lowercase();
    let fields = [("first_name", first_name), ("relationship", "a friend"), ("privacy", privacy), ("slug", &slug)];
    who.post("/pages", &fields).assert_status(303);
}

/// Zoe organizes Ida's page with Ann, supports Maria, has asked to join Noah's page and is invited to Una's.
fn world() -> World {
    let app = TestApp::new();
    let ann = app.organizer();
    starts(&ann, "Noah", "ask");
    starts(&ann, "Una", "invited");
    let zoe = app.account(NAME);
    assert_eq!(zoe.email, EMAIL);
    starts(&zoe, "Ida", "invited");
    invites(&app, &zoe, "ida", &ann, "organizer");
    accepts(&app, &ann);
    invites(&app, &ann, "maria", &zoe, "supporter");
    let mut links = vec![accepts(&app, &zoe)];
    let jo = app.supporter(&ann, "Jo");
    let bill = app.nobody("Bill");
    invites(&app, &zoe, "ida", &bill, "supporter");

    let update = ann.writes("Home", "She is home.");
    jo.submit(&format!("{update}/comments"), &[("message", "A comment of Jo")]);
    jo.submit("/p/maria/wishes", &[("message", "A wish of Jo")]);
    for words in ["First words of Z", "Second words of Z"] {
        zoe.submit(&format!("{update}/comments"), &[("message", words)]);
    }
    zoe.submit("/p/maria/wishes", &[("message", "Third words of Z")]);
    zoe.submit(&format!("{update}/reactions"), &[("kind", "heart")]);
    let wish = jo.get("/p/maria/wishes").attribute("li.wish:last-child", "id").expect("a wish").replace("wish-", "");
    jo.submit(&format!("/p/maria/wishes/{wish}/reactions"), &[("kind", "heart")]);
    zoe.submit("/p/ida/updates", &[("title", "Title of Z"), ("body", "Fourth words of Z"), ("audience", "everyone")]);
    let own = zoe.get("/p/ida").attribute("article.update .byline a", "href").expect("an update");
    ann.submit(&format!("{own}/comments"), &[("message", "An answer of Ann")]);
    zoe.submit(&format!("{own}/reactions"), &[("kind", "heart")]);
    zoe.post("/p/noah/follow", &[("message", "It is me, Zoe Quill of the choir")]).assert_status(303);
    // Not by a form: only so much mail goes to one address in an hour, and one more is to go at the end.
    app.sql(&format!(
        "INSERT INTO members (id, site_id, person_id, role, state, circle, delivery, created_at, updated_at) \
         SELECT {}, s.id, p.id, 'supporter', 'invited', 'everyone', 'each', s.created_at, s.created_at \
         FROM sites s, people p WHERE s.slug = 'una' AND p.email = '{EMAIL}'",
        bytes("03030303030303030303030303030303")
    ));
    app.run_jobs();
    for mail in app.mails().iter().filter(|mail| mail.to == EMAIL) {
        let ours = |word: &&str| word.starts_with("http") && word.len() > 60;
        links.extend(mail.text.split_whitespace().filter(ours).map(str::to_owned));
    }
    assert!(links.len() > 4, "{links:?}");
    let phone = Person::again(&zoe, &app);
    whatever_else_there_may_be(&app);

    // Mail that waits for its turn.
    ann.writes("Soup", "She eats soup.");
    app.sql(&format!(
        "INSERT INTO jobs (kind, person_id, state, run_at, created_at) \
         SELECT 'password_reset', id, 'queued', created_at, created_at FROM people WHERE email = '{EMAIL}'"
    ));
    zoe.submit("/p/maria/wishes", &[("message", "Last words of Z")]);
    World { app, ann, jo, zoe, phone, update, own, links }
}

/// Rows that other parts of an account leave.
fn whatever_else_there_may_be(app: &TestApp) {
    let (one, two) = (bytes("01"), bytes("02"));
    let whole = bytes("04040404040404040404040404040404");
    let of = format!("FROM people WHERE email = '{EMAIL}'");
    for statement in [
        format!(
            "INSERT INTO passkeys (id, person_id, name, credential_id, credential, created_at) \
             SELECT {one}, id, 'The phone of {NAME}', {two}, '{NAME}', created_at {of}"
        ),
        format!("INSERT INTO recovery_codes (code_hash, person_id) SELECT {one}, id {of}"),
        format!(
            "INSERT INTO ceremonies (token_hash, person_id, state, expires_at) SELECT {one}, id, '{EMAIL}', created_at {of}"
        ),
        format!(
            "INSERT INTO email_changes (id, person_id, email, email_key, old_email, old_email_key, created_at, expires_at) \
             SELECT {one}, id, 'new.{EMAIL}', 'new.{EMAIL}', email, email_key, created_at, created_at {of}"
        ),
        format!(
            "INSERT INTO sign_ups (id, name, email, email_key, password_hash, browser_hash, created_at, expires_at) \
             SELECT {one}, name, email, email_key, 'x', {two}, created_at, created_at {of}"
        ),
        format!(
            "INSERT INTO statuses (id, site_id, author_id, words, created_at) \
             SELECT {whole}, s.id, p.id, 'Line of Z', s.created_at FROM sites s, people p \
             WHERE s.slug = 'ida' AND p.email = '{EMAIL}'"
        ),
        format!(
            "UPDATE sites SET status_words = 'Line of Z', status_at = created_at, \
             status_by_id = (SELECT id {of}), resting_since = created_at, resting_words = 'Rest of Z', \
             resting_by_id = (SELECT id {of}) WHERE slug = 'ida'"
        ),
        format!(
            "INSERT INTO notes (id, site_id, author_id, title, body, body_html, audience, position, created_at, updated_at) \
             SELECT {whole}, s.id, p.id, 'Note of Z', 'Note of Z', 'Note of Z', 'everyone', 1, s.created_at, s.created_at \
             FROM sites s, people p WHERE s.slug = 'ida' AND p.email = '{EMAIL}'"
        ),
        format!(
            "INSERT INTO reading_positions (member_id, seen_through, visited_at) \
             SELECT id, created_at, created_at FROM members WHERE person_id = (SELECT id {of})"
        ),
        format!(
            "INSERT INTO feeds (member_id, token_hash, token_sealed, created_at) \
             SELECT m.id, {one}, {two}, m.created_at FROM members m JOIN sites s ON s.id = m.site_id \
             WHERE s.slug = 'ida' AND m.person_id = (SELECT id {of})"
        ),
        format!("UPDATE members SET called = '{NAME}' WHERE person_id = (SELECT id {of})"),
        format!("UPDATE sites SET about_id = (SELECT id {of}) WHERE slug = 'ida'"),
        format!("UPDATE people SET language = 'en-US', time_zone = 'Asia/Tokyo' WHERE email = '{EMAIL}'"),
    ] {
        app.sql(&statement);
    }
}

pub fn erase(who: &Person, words: &str) -> crate::support::Response {
    who.post("/account/erasure", &[("words", words), ("confirmation", "erase")])
}

fn nothing_is_left_but_what_is_others(world: &World, before: &[String]) {
    let World { app, ann, zoe, phone, .. } = world;
    for text in every_text(app) {
        let lower = text.to_lowercase();
        assert!(!lower.contains("zoe") && !lower.contains("quill"), "{text}");
    }
    assert_eq!(of_others(app), before);
    let wrong = "SELECT title AS text FROM updates u \
                 WHERE comment_count <> (SELECT COUNT(*) FROM wishes w WHERE w.update_id = u.id)";
    assert_eq!(ask(app, wrong), Vec::<String>::new());
    // Signed out, here and elsewhere, and no link leads back.
    assert_eq!(zoe.cookie("tidings-session"), None);
    assert!(phone.get("/account").location().starts_with("/sign-in"));
    phone.get("/p/maria").assert_status(404);
    for link in &world.links {
        let status = app.visitor().get(link).status;
        assert!([404, 410, 303].contains(&status), "{link} answers {status}");
        if link.contains("/invitations/") || link.contains("/unsubscribe/") || link.contains("/sign-in/link/") {
            let nothing = link.rsplit_once('/').expect("a secret").0.to_owned() + "/" + &"A".repeat(32);
            assert_eq!(status, app.visitor().get(&nothing).status, "{link}");
        }
    }
    let refused = app.visitor().post("/sign-in", &[("email", EMAIL), ("password", crate::support::people::PASSWORD)]);
    refused.assert_status(422);
    // Nothing that waited is sent, and what lay in the folder is gone.
    app.run_jobs();
    app.pass(jiff::SignedDuration::from_hours(6));
    app.run_jobs();
    assert!(app.mails().iter().all(|mail| mail.to != EMAIL), "a mail to somebody who was erased");
    for place in ["/p/maria", "/p/maria/wishes", "/p/maria/people", "/p/ida/people", "/p/noah/people", &world.update] {
        ann.get(place).assert_status(200).assert_does_not_see("Zoe").assert_does_not_see("quill");
    }
}

fn comes_back_as_somebody_new(app: &TestApp) {
    let again = app.account(NAME);
    again.get("/").assert_sees("You are on no page yet");
    again.get("/p/maria").assert_status(404);
    again.get("/p/ida").assert_status(404);
    let page = again.get("/account/language");
    assert_eq!(page.attribute("option[selected]", "value").as_deref(), Some("UTC"));
}

#[test]
fn with_their_words_nothing_of_somebody_stays() {
    let world = world();
    let World { app, ann, jo, zoe, update, own, .. } = &world;
    // So that what is kept in memory would show.
    for reader in [ann, jo] {
        reader.get("/p/maria").assert_sees("Zoe").assert_sees("Last words of Z");
    }
    let before = of_others(app);
    let page = erase(zoe, "remove");
    page.assert_status(303);
    let left = every_text(app)
        .into_iter()
        .find(|text| ["Line of Z", "Rest of Z", "Note of Z"].iter().any(|it| text.contains(it)));
    assert_eq!(left, None);
    // A line from before does not come to be true again, and the rest goes on in nobody's words.
    ann.get("/p/ida").assert_sees("We are taking a rest.").assert_does_not_see("since");
    zoe.get(&page.location()).assert_status(200).assert_sees("What was yours here is erased").assert_sees("Sign in");
    nothing_is_left_but_what_is_others(&world, &before);
    for reader in [ann, jo] {
        for place in ["/p/maria", "/p/maria/wishes", update] {
            reader.get(place).assert_does_not_see("words of Z").assert_does_not_see("A friend");
        }
        reader.get(update).assert_sees("A comment of Jo");
    }
    assert_eq!(ann.get(update).count("li.wish"), 1);
    ann.get(own).assert_status(404);
    assert_eq!(ask(app, "SELECT name AS text FROM people WHERE erased_at IS NOT NULL"), Vec::<String>::new());
    comes_back_as_somebody_new(app);
}

#[test]
fn their_words_can_stay_with_nobodys_name() {
    let world = world();
    let World { app, ann, jo, zoe, update, own, .. } = &world;
    for reader in [ann, jo] {
        reader.get("/p/maria").assert_sees("Zoe").assert_sees("Hearts from");
    }
    let before = of_others(app);
    erase(zoe, "keep").assert_status(303);
    ann.get("/p/ida").assert_sees("Line of Z").assert_sees("says A friend").assert_sees("Note of Z");
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM feeds"), 0);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM reading_positions"), 0);
    nothing_is_left_but_what_is_others(&world, &before);
    for reader in [ann, jo] {
        reader
            .get("/p/maria")
            .assert_sees("Last words of Z")
            .assert_sees("A friend")
            .assert_does_not_see("Hearts from A friend");
        reader.get(update).assert_sees("First words of Z").assert_sees("Second words of Z");
    }
    assert_eq!(ann.get(update).count("li.wish"), 3);
    ann.get(own).assert_sees("Fourth words of Z").assert_sees("by A friend").assert_sees("An answer of Ann");
    let left = ask(
        app,
        "SELECT name || '|' || email || '|' || language || '|' || time_zone AS text FROM people \
         WHERE erased_at IS NOT NULL AND password_hash IS NULL AND email_verified_at IS NULL AND totp_sealed IS NULL",
    );
    assert_eq!(left, ["A friend||en-GB|UTC"]);
    for named in ["actor_id", "subject_id"] {
        let events = format!(
            "SELECT e.kind AS text FROM events e JOIN people p ON p.id = e.{named} WHERE p.erased_at IS NOT NULL"
        );
        assert_eq!(ask(app, &events), Vec::<String>::new());
    }
    comes_back_as_somebody_new(app);
}

#[test]
fn deleted_words_are_overwritten_in_the_file() {
    if postgres_server().is_some() {
        return;
    }
    let world = world();
    erase(&world.zoe, "remove").assert_status(303);
    let tidings::db::DatabaseUrl::Sqlite(path) = world.app.app.config.database_url.clone() else { panic!("a file") };
    let mut conn = diesel::SqliteConnection::establish(&path.display().to_string()).expect("the database");
    diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut conn).expect("a checkpoint");
    let file = std::fs::read(&path).expect("the file");
    let holds = |words: &str| file.windows(words.len()).any(|window| window == words.as_bytes());
    assert!(holds("A wish of Jo"), "what stays is in the file");
    for gone in ["Third words of Z", "Fourth words of Z", "Zoe Quill of the choir", EMAIL] {
        assert!(!holds(gone), "{gone} is still in the file");
    }
}

#[test]
fn the_only_organizer_of_an_open_page_hands_it_over_or_closes_it_first() {
    let app = TestApp::new();
    let ann = app.organizer();
    starts(&ann, "Ida", "invited");
    let cleo = app.account("Cleo");
    invites(&app, &ann, "ida", &cleo, "organizer");
    // Invited is not there yet, and a co-author is no organizer.
    for refused in [ann.get("/account/erasure"), erase(&ann, "remove"), erase(&ann, "keep")] {
        assert!([200, 409].contains(&refused.status), "{}", refused.status);
        refused.assert_sees("Maria’s page").assert_sees("Ida’s page");
        assert_eq!(refused.count("a[href='/p/maria/departure']"), 1);
        assert_eq!(refused.count("button.button--grave"), 0);
    }
    accepts(&app, &cleo);
    erase(&ann, "remove").assert_status(409).assert_sees("Maria’s page").assert_does_not_see("Ida’s page");
    ann.get("/account").assert_status(200).assert_sees("ann@example.org");
    app.sql("UPDATE sites SET closed_at = created_at WHERE slug = 'maria'");
    erase(&ann, "remove").assert_status(303);
    cleo.get("/p/ida/people").assert_status(200);
}

#[test]
fn of_two_who_leave_at_once_one_stays() {
    let app = TestApp::new();
    let ann = app.organizer();
    let cleo = app.account("Cleo");
    invites(&app, &ann, "maria", &cleo, "organizer");
    accepts(&app, &cleo);
    let tokens = [ann.get("/sign-in").csrf(), cleo.get("/sign-in").csrf()];
    let mut statuses: Vec<u16> = std::thread::scope(|scope| {
        let both: Vec<_> = [&ann, &cleo]
            .into_iter()
            .zip(&tokens)
            .map(|(who, csrf)| {
                let fields = [("words", "keep"), ("confirmation", "erase"), ("csrf", csrf.as_str())];
                scope.spawn(move || who.post_raw("/account/erasure", &fields, &[]).status)
            })
            .collect();
        both.into_iter().map(|it| it.join().expect("an answer")).collect()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
}

#[test]
fn nobody_is_erased_by_a_slip_of_the_finger() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    ann.get("/account/erasure").assert_status(200).assert_sees("This cannot be undone");
    let page = ann.post("/account/erasure", &[("confirmation", "erase")]);
    page.assert_status(422).assert_sees("Please choose what becomes of your words.");
    assert_eq!(page.attribute("#confirmation", "value").as_deref(), Some("erase"));
    let page = ann.post("/account/erasure", &[("words", "keep"), ("confirmation", "yes")]);
    page.assert_status(422).assert_sees("Please type the word erase");
    assert_eq!(page.attribute("input[checked]", "value").as_deref(), Some("keep"));
    ann.get("/account").assert_status(200);
    app.pass(jiff::SignedDuration::from_mins(16));
    assert!(ann.get("/account/erasure").location().starts_with("/account/proof"));
    erase(&ann, "remove").assert_status(403).assert_sees("Is it still you?");
    ann.get("/account").assert_status(200);
}
