//! Words for few: who reads them, and that nobody else learns that they are there.

use std::io::{Cursor, Read};

use crate::support::database::postgres_server;
use crate::support::{Browser, Person, TestApp};

const NOTE: &str = "The insurance letter is in the blue folder";
const HERS: &str = "I dreamed of our summer at the lake";

/// Maria herself has a place on her page.
fn maria(app: &TestApp, ann: &Person) -> Person {
    let maria = app.supporter(ann, "Maria Lee");
    let id = ann.get("/p/maria/people").member_called("Maria Lee");
    let fields = [("role", "supporter"), ("circle", "everyone"), ("about", "yes")];
    ann.post(&format!("/p/maria/people/{id}/role"), &fields).assert_status(303);
    maria
}

fn writes(who: &Browser, message: &str, audience: &str) {
    who.submit("/p/maria/wishes", &[("message", message), ("audience", audience)]).assert_sees("Thank you.");
}

/// The id of the words on the list of those that are not for everyone.
#[track_caller]
fn id_of(who: &Browser, message: &str) -> String {
    let page = who.get("/p/maria/wishes/private");
    let item = page.body.split("id=\"wish-").find(|item| item.contains(message)).expect("the words on the list");
    item.split('"').next().expect("an id").to_owned()
}

fn bytes(hex: &str) -> String {
    if postgres_server().is_some() { format!("'\\x{hex}'") } else { format!("X'{hex}'") }
}

#[test]
fn what_is_for_few_is_read_by_them_alone() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let (her, jo, bill) = (maria(&app, &ann), app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let fay = app.member(&ann, "Fay", "supporter", "family");
    let update = ann.writes("Home", "She is home.");
    let seen = |who: &Browser| -> Vec<Vec<String>> {
        ["/p/maria", "/p/maria/wishes", &update, "/p/maria/photos"].map(|page| who.get(page).texts("main")).to_vec()
    };
    let others: [&Browser; 3] = [&bill, &fay, &app.visitor()];
    let before = others.map(seen);
    let nothing = bill.get("/p/no-such-page");
    writes(&jo, NOTE, "organizers");
    writes(&jo, HERS, "person");
    app.run_jobs();
    for (who, before) in others.into_iter().zip(before) {
        assert_eq!(seen(who), before, "somebody else learns of it");
        let answer = who.get("/p/maria/wishes/private");
        assert_eq!(answer.status, 404);
        assert!(!answer.sees(NOTE) && !answer.sees(HERS));
    }
    assert_eq!(nothing.body, bill.get("/p/maria/wishes/private").body, "it can be told from nothing");
    let reads = |who: &Browser| {
        let page = who.get("/p/maria/wishes/private");
        page.assert_status(200);
        (page.sees(NOTE), page.sees(HERS))
    };
    assert_eq!(reads(&ann), (true, true));
    assert_eq!(reads(&her), (false, true));
    assert_eq!(reads(&jo), (true, true));
    for who in [&ann as &Browser, &her, &jo] {
        who.get("/p/maria/wishes").assert_does_not_see(NOTE).assert_does_not_see(HERS);
        who.get("/p/maria").assert_does_not_see(NOTE).assert_does_not_see(HERS);
    }
    ann.get("/p/maria/wishes").assert_sees("2 well wishes that are not for everyone");
    her.get("/p/maria/wishes").assert_sees("One well wish that is not for everyone");
    jo.get("/p/maria/wishes").assert_sees("What you have written that is not for everyone");
    // As she sees it, and with other eyes.
    her.get("/p/maria/wishes/private").assert_sees("Maria and the organizers").assert_does_not_see("Organizers only");
    ann.post("/p/maria/perspective", &[("as", "supporter")]).assert_status(303);
    ann.get("/p/maria/wishes/private").assert_status(404);
    ann.get("/p/maria/wishes").assert_does_not_see("not for everyone");
}

#[test]
fn whoever_may_not_read_it_reaches_it_by_no_address() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (her, jo, bill) = (maria(&app, &ann), app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    writes(&jo, NOTE, "organizers");
    writes(&jo, HERS, "person");
    let (note, hers) = (id_of(&ann, NOTE), id_of(&ann, HERS));
    let heart = |who: &Browser, id: &str, end: &str| {
        who.post(&format!("/p/maria/wishes/{id}/reactions{end}"), &[("kind", "heart")]).status
    };
    for end in ["", "/removal"] {
        assert_eq!([heart(&ann, &note, end), heart(&her, &note, end)], [303, 404], "{end}");
        assert_eq!([heart(&jo, &note, end), heart(&bill, &note, end)], [303, 404], "{end}");
        assert_eq!([heart(&ann, &hers, end), heart(&her, &hers, end)], [303, 303], "{end}");
        assert_eq!([heart(&jo, &hers, end), heart(&bill, &hers, end)], [303, 404], "{end}");
    }
    // What an organizer has hidden is there for nobody.
    app.sql("UPDATE wishes SET withheld = 'hidden'");
    for who in [&ann as &Browser, &her, &jo, &bill] {
        assert_eq!([heart(who, &note, ""), heart(who, &hers, "")], [404, 404]);
        assert!(!who.get("/p/maria/wishes/private").sees("blue folder"));
    }
    jo.get("/p/maria/wishes/private").assert_status(404);
    ann.get("/p/maria/wishes/private").assert_status(200).assert_sees("There is nothing here");
}

#[test]
fn an_answer_is_for_whom_that_is_for_which_it_answers() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (her, jo, bill) = (maria(&app, &ann), app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    writes(&jo, NOTE, "organizers");
    // However it is written down.
    let id = "05050505050505050505050505050505";
    app.sql(&format!(
        "INSERT INTO wishes (id, site_id, author_id, message, message_html, created_at, answers_id, audience) \
         SELECT {}, w.site_id, p.id, 'We have found it', '<p>We have found it</p>', w.created_at, w.id, 'everyone' \
         FROM wishes w, people p WHERE w.message = '{NOTE}' AND p.email = '{}'",
        bytes(id),
        ann.email
    ));
    let as_it_was_meant = "SELECT COUNT(*) AS count FROM wishes WHERE audience = 'organizers'";
    assert_eq!(app.count(as_it_was_meant), 2);
    assert_eq!(
        app.count("SELECT COUNT(*) AS count FROM wishes WHERE answer_count > 0"),
        0,
        "nobody is told by a count"
    );
    ann.get("/p/maria/wishes/private").assert_sees("We have found it");
    jo.get("/p/maria/wishes/private").assert_sees("We have found it");
    let answer = uuid::Uuid::parse_str(id).expect("an id");
    let heart = |who: &Browser| who.post(&format!("/p/maria/wishes/{answer}/reactions"), &[("kind", "heart")]).status;
    assert_eq!([heart(&ann), heart(&jo), heart(&her), heart(&bill)], [303, 303, 404, 404]);
    // Through what it answers, each time.
    app.sql(&format!("UPDATE wishes SET audience = 'person' WHERE message = '{NOTE}'"));
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes WHERE audience = 'person'"), 2);
    assert_eq!([heart(&her), heart(&bill)], [303, 404]);
    app.sql(&format!("UPDATE wishes SET withheld = 'hidden' WHERE message = '{NOTE}'"));
    assert_eq!([heart(&jo), heart(&her)], [404, 404]);
    her.get("/p/maria/wishes/private").assert_does_not_see("We have found it");
}

#[test]
fn what_was_meant_for_few_is_never_for_all() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    for word in ["Organizers", "maria", "organizer", "family", "none", " "] {
        let form = jo.post("/p/maria/wishes", &[("message", NOTE), ("audience", word)]);
        form.assert_status(422).assert_sees("Please choose who may read this.");
        assert_eq!(form.texts("textarea#message"), [NOTE]);
        assert_eq!(form.count("details.wish-more[open]"), 1, "what is wrong is folded away");
    }
    let form = jo.post(&format!("{update}/comments"), &[("message", NOTE), ("audience", "organizers")]);
    form.assert_status(422);
    assert_eq!(form.texts("textarea#message"), [NOTE]);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes"), 0);
    // What was chosen is still chosen when something else is wrong.
    let form = jo.post("/p/maria/wishes", &[("message", " "), ("audience", "organizers")]);
    form.assert_status(422);
    assert_eq!(form.attribute("input[name=audience][checked]", "value").as_deref(), Some("organizers"));
    // The same form sent again for fewer is something else, and both are there.
    let key = jo.get("/p/maria").attribute("input[name=submission]", "value").expect("a key");
    for audience in ["everyone", "organizers", "organizers"] {
        let fields = [("message", "Love"), ("audience", audience), ("submission", &key)];
        jo.post("/p/maria/wishes", &fields).assert_status(303);
    }
    assert_eq!(jo.get("/p/maria/wishes").count("li.wish"), 1);
    assert!(jo.get("/p/maria/wishes/private").count("li.wish") >= 1);
}

#[test]
fn an_answer_that_is_meant_for_few_is_not_shown_to_all() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    writes(&ann, "For all", "everyone");
    let wish = jo.get("/p/maria/wishes").attribute("a.byline__time", "href").expect("a page of its own");
    let form = jo.post(&format!("{wish}/answers"), &[("message", NOTE), ("audience", "organizers")]);
    form.assert_status(422);
    assert_eq!(form.texts("textarea#message"), [NOTE]);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes"), 1);
}

#[test]
fn whoever_is_answered_and_written_to_hears_of_both_in_one_mail() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (her, jo) = (maria(&app, &ann), app.supporter(&ann, "Jo"));
    writes(&her, "Thank you all", "everyone");
    let wish = jo.get("/p/maria/wishes").attribute("a.byline__time", "href").expect("a page of its own");
    writes(&jo, HERS, "person");
    jo.submit(&format!("{wish}/answers"), &[("message", "With all my heart")]).assert_status(200);
    app.run_jobs();
    let mails: Vec<_> = app.mails_to(&her.email).into_iter().filter(|it| it.text.contains(HERS)).collect();
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert!(mail.text.contains("that only you and the organizers see"), "{}", mail.text);
    assert!(mail.text.contains("Jo answered you:\n> With all my heart"), "{}", mail.text);
}

#[test]
fn the_form_says_who_reads_it() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    for page in ["/p/maria", "/p/maria/wishes"] {
        let form = jo.get(page);
        form.assert_sees("Only the organizers, to read to Maria").assert_sees("A private note to the organizers only");
        assert_eq!(form.attribute("input[name=audience][checked]", "value").as_deref(), Some("everyone"));
        assert_eq!(form.count("details.wish-more[open]"), 0);
    }
    let her = maria(&app, &ann);
    jo.get("/p/maria/wishes").assert_sees("Only Maria and the organizers").assert_does_not_see("to read to Maria");
    her.get("/p/maria/wishes").assert_does_not_see("Only Maria").assert_sees("A private note to the organizers only");
    writes(&her, "Please no visitors on Monday", "organizers");
    her.get("/p/maria/wishes/private").assert_sees("Please no visitors on Monday");
}

#[test]
fn mail_tells_of_it_whom_it_is_for_and_nobody_else() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (her, jo, bill) = (maria(&app, &ann), app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    writes(&jo, NOTE, "organizers");
    writes(&jo, HERS, "person");
    writes(&jo, "For all", "everyone");
    let told = |who: &Person| -> String {
        let mails = app.mails_to(&who.email);
        mails.iter().filter(|it| it.subject.starts_with("Encouragement")).map(|it| it.text.clone() + &it.html).collect()
    };
    app.run_jobs();
    app.pass(jiff::SignedDuration::from_mins(61));
    let anns = told(&ann);
    assert!(anns.contains("Jo left a private note to the organizers") && anns.contains(NOTE), "{anns}");
    assert!(anns.contains("that only Maria and the organizers see") && anns.contains(HERS), "{anns}");
    let hers = told(&her);
    assert!(hers.contains("that only you and the organizers see") && hers.contains(HERS), "{hers}");
    assert!(hers.contains("because it is written for you on Maria’s page"), "{hers}");
    assert!(!hers.contains(NOTE) && !hers.contains("For all") && !hers.contains("private note"), "{hers}");
    for who in [&jo, &bill] {
        for mail in app.mails_to(&who.email) {
            assert!(!mail.text.contains(NOTE) && !mail.text.contains(HERS), "{}", mail.text);
        }
    }
    // Whoever wants no mail gets none, and whoever is not an organizer any more hears of nothing that waits.
    her.post("/p/maria/follow", &[("delivery", "none")]).assert_status(303);
    writes(&jo, "A second dream", "person");
    app.pass(jiff::SignedDuration::from_mins(61));
    assert!(!told(&her).contains("A second dream"));
}

#[test]
fn a_list_of_what_waits_ends_when_nothing_of_it_is_for_them_any_more() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (her, jo) = (maria(&app, &ann), app.supporter(&ann, "Jo"));
    let role = |word: &str, about: &str| {
        let id = ann.get("/p/maria/people").member_called("Maria Lee");
        let fields = [("role", word), ("circle", "everyone"), ("about", about)];
        ann.post(&format!("/p/maria/people/{id}/role"), &fields).assert_status(303);
    };
    role("organizer", "yes");
    app.run_jobs();
    writes(&jo, "First", "everyone");
    app.run_jobs();
    // This waits for an hour, and before that she decides no more.
    writes(&jo, NOTE, "organizers");
    role("supporter", "yes");
    app.pass(jiff::SignedDuration::from_mins(61));
    for mail in app.mails_to(&her.email) {
        assert!(!mail.text.contains(NOTE), "{}", mail.text);
    }
    assert_eq!(
        app.count(&format!(
            "SELECT COUNT(*) AS count FROM notices n JOIN members m ON m.id = n.member_id \
             JOIN people p ON p.id = m.person_id WHERE p.email = '{}'",
            her.email
        )),
        0
    );
    assert_eq!(app.run_jobs(), 0, "a job begets itself");
}

#[test]
fn it_is_in_the_copy_of_who_wrote_it_and_in_no_other() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.account("Jo");
    ann.post("/p/maria/people/invitations", &[("addresses", &jo.email), ("role", "supporter")]).assert_status(303);
    let link = app.last_mail_to(&jo.email).link("/invitations/");
    jo.submit(&link, &[]);
    writes(&jo, NOTE, "organizers");
    let copy = |who: &Person| -> serde_json::Value {
        let answer = who.post("/account/data", &[]);
        let mut zip = zip::ZipArchive::new(Cursor::new(answer.bytes)).expect("a ZIP");
        let mut text = String::new();
        zip.by_name("data.json").expect("data").read_to_string(&mut text).expect("text");
        serde_json::from_str(&text).expect("JSON")
    };
    let jos = copy(&jo);
    assert_eq!((&jos["words"][0]["text"], &jos["words"][0]["for"]), (&NOTE.into(), &"organizers".into()));
    assert!(!copy(&ann).to_string().contains(NOTE));
}

#[test]
fn a_link_in_a_mail_opens_it_to_the_person_and_not_to_an_organizer() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    writes(&jo, NOTE, "organizers");
    let link = app.last_mail_to(&ann.email).link("/sign-in/link/");
    let phone = app.visitor();
    phone.submit(&link, &[]).assert_status(200);
    let answer = phone.get("/p/maria/wishes/private");
    answer.assert_status(303);
    assert!(answer.location().starts_with("/sign-in?next="), "{}", answer.location());
    let note = id_of(&ann, NOTE);
    phone.post(&format!("/p/maria/wishes/{note}/reactions"), &[("kind", "heart")]).assert_status(404);
}

#[test]
fn who_is_blocked_or_gone_finds_nothing_of_their_own() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    writes(&jo, NOTE, "organizers");
    writes(&bill, HERS, "person");
    let act = |name: &str, end: &str| {
        let id = ann.get("/p/maria/people").member_called(name);
        ann.post(&format!("/p/maria/people/{id}/{end}"), &[]).assert_status(303);
    };
    act("Jo", "block");
    act("Bill", "removal");
    for who in [&jo, &bill] {
        who.get("/p/maria/wishes").assert_status(200).assert_does_not_see("not for everyone");
        who.get("/p/maria/wishes/private").assert_status(404);
    }
    ann.get("/p/maria/wishes/private").assert_sees(NOTE).assert_sees(HERS);
}

#[test]
fn they_go_on_page_by_page() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    for n in 1..=35 {
        jo.post("/p/maria/wishes", &[("message", &format!("Note {n:02}")), ("audience", "organizers")])
            .assert_status(303);
    }
    let first = ann.get("/p/maria/wishes/private");
    let more = first.attribute("a[href*=before]", "href").expect("more of them");
    let mut seen = first.texts("li.wish .words");
    seen.extend(ann.get(&more).texts("li.wish .words"));
    assert_eq!(seen, (1..=35).rev().map(|n| format!("Note {n:02}")).collect::<Vec<_>>());
    assert_eq!(ann.get(&more).attribute("a[href*=before]", "href"), None);
}
