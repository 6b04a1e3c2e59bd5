//! Who may read a page: the four levels, the secret link, search engines, other people's eyes, closing, the record.

use jiff::SignedDuration;

use crate::support::{Person, TestApp};

#[test]
fn before_more_people_could_read_the_organizer_is_told_who() {
    let app = TestApp::new();
    let ann = app.organizer();
    for (privacy, words) in [
        ("ask", "could see Maria’s first name and a form to ask"),
        ("link", "anybody who has the secret link"),
        ("public", "anybody in the world could read everything on it that is for everyone"),
    ] {
        let answer = ann.post("/p/maria/privacy", &[("privacy", privacy)]);
        answer.assert_status(200).assert_sees(words);
        app.visitor().get("/p/maria").assert_status(404);
    }
    // Saying yes to something else is not saying yes.
    ann.post("/p/maria/privacy", &[("privacy", "public"), ("agreed", "yes")]).assert_status(200);
    app.visitor().get("/p/maria").assert_status(404);
    ann.opens_to("public");
    app.visitor().get("/p/maria").assert_status(200);
    // Narrowing asks nothing.
    ann.post("/p/maria/privacy", &[("privacy", "invited")]).assert_status(303);
    app.visitor().get("/p/maria").assert_status(404);
}

#[test]
fn a_change_of_privacy_holds_on_the_next_request_everywhere() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let update = ann.writes("Home", "She is home.");
    let jo = app.supporter(&ann, "Jo");
    jo.submit("/p/maria/wishes", &[("message", "Love")]);
    let visitor = app.visitor();
    for address in ["/p/maria", &update, "/p/maria/wishes", "/p/maria/follow"] {
        visitor.get(address).assert_status(200);
    }
    ann.opens_to("ask");
    visitor.get("/p/maria").assert_status(200).assert_does_not_see("She is home").assert_sees("Ask to join");
    for address in [&update, "/p/maria/wishes"] {
        visitor.get(address).assert_status(404);
    }
    ann.opens_to("invited");
    for address in ["/p/maria", &update, "/p/maria/wishes", "/p/maria/follow"] {
        visitor.get(address).assert_status(404);
    }
    jo.get(&update).assert_status(200);
}

#[test]
fn the_secret_link_reads_and_nothing_more_until_it_is_replaced() {
    let app = TestApp::new();
    let ann = app.organizer_of("link");
    let update = ann.writes("Home", "She is home.");
    let family = ann.writes_for("For us", "Come on Sunday.", "family");
    let link = ann.secret_link();
    let visitor = app.visitor();
    visitor.get("/p/maria").assert_status(404);
    for _ in 0..3 {
        app.visitor().head(&link);
        app.visitor().get(&link).assert_status(303);
    }
    assert_eq!(visitor.get(&link).location(), "/p/maria");
    visitor
        .get("/p/maria")
        .assert_sees("She is home.")
        .assert_does_not_see("Sunday")
        .assert_does_not_see("Send a heart");
    visitor.get(&update).assert_status(200);
    visitor.get(&family).assert_status(404);
    visitor.post("/p/maria/wishes", &[("message", "Love")]).assert_status(404);
    // Another browser has not opened it.
    app.visitor().get("/p/maria").assert_status(404);
    // At another level the link is nothing.
    ann.opens_to("ask");
    visitor.get("/p/maria").assert_does_not_see("She is home.").assert_sees("Ask to join");
    app.visitor().get(&link).assert_status(404);
    ann.opens_to("link");
    assert_eq!(ann.secret_link(), link, "the same link as before");
    visitor.get("/p/maria").assert_sees("She is home.");
    // Replaced, the old one is dead, also where it was opened before.
    ann.submit("/p/maria/link", &[]).assert_sees("The one before opens nothing any more");
    visitor.get("/p/maria").assert_status(404);
    visitor.get(&update).assert_status(404);
    app.visitor().get(&link).assert_status(404);
    let fresh = ann.secret_link();
    assert_ne!(fresh, link);
    visitor.get(&fresh).assert_status(303);
    visitor.get("/p/maria").assert_sees("She is home.");
}

#[test]
fn the_link_of_one_page_opens_no_other() {
    let app = TestApp::new();
    let ann = app.organizer_of("link");
    ann.post("/pages", &[("first_name", "Bea"), ("relationship", "x"), ("privacy", "link"), ("slug", "bea")]);
    let visitor = app.visitor();
    visitor.get(&ann.secret_link()).assert_status(303);
    visitor.get("/p/maria").assert_status(200);
    visitor.get("/p/bea").assert_status(404);
    visitor.set_cookie("tidings-links", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.not-a-token...");
    visitor.get("/p/maria").assert_status(404);
}

#[test]
fn with_the_link_one_follows_after_a_press_in_a_mail() {
    let app = TestApp::new();
    let ann = app.organizer_of("link");
    let visitor = app.visitor();
    visitor.get(&ann.secret_link());
    let fields = [("name", "Buy my pills"), ("email", "jo@example.org"), ("message", "")];
    visitor.submit("/p/maria/follow", &fields).assert_sees("Look into your mail");
    ann.writes("Too early", "Not for an address that nobody has confirmed.");
    let mails = app.mails_to("jo@example.org");
    assert_eq!(mails.len(), 1, "nothing but the question");
    let mail = &mails[0];
    assert!(!mail.raw.contains("pills") && mail.subject.starts_with("Please confirm"), "{}", mail.raw);
    visitor.get("/p/maria").assert_sees("You get a mail with a link to press");
    let jo = app.visitor();
    let page = jo.submit(&mail.link("/invitations/"), &[]);
    page.assert_sees("Send well wish");
    page.assert_does_not_see("You get a mail with a link to press");
    ann.writes("In time", "She is home.");
    assert_eq!(app.last_mail_to("jo@example.org").subject, "In time");
    // The same answer for whoever follows already, and no second mail.
    visitor.submit("/p/maria/follow", &fields).assert_sees("Look into your mail");
    assert_eq!(app.last_mail_to("jo@example.org").subject, "In time");
}

#[test]
fn only_what_the_family_ticked_is_for_search_engines() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let update = ann.writes("Home", "She is home.");
    let visitor = app.visitor();
    let listed = |address: &str| {
        let page = visitor.get(address);
        let header = page.header("x-robots-tag") != Some("noindex");
        let tag = page.count("meta[name=robots]") == 0;
        assert_eq!(header, tag, "{address}: header and tag differ");
        header
    };
    let in_sitemap = || visitor.get("/sitemap.xml").body.contains("/p/maria<");
    for address in ["/p/maria", &update, "/", "/sign-in", "/p/maria/wishes"] {
        assert!(!listed(address), "{address}");
    }
    assert!(!in_sitemap());
    let answer = ann.post("/p/maria/privacy", &[("privacy", "public"), ("indexable", "yes")]);
    answer.assert_status(200).assert_sees("Then search engines could show the page to anybody who searches for Maria");
    ann.opens("public", true);
    assert!(listed("/p/maria") && listed(&update) && in_sitemap());
    for address in ["/", "/sign-in", "/p/maria/wishes", "/p/maria/follow", "/p/maria?before=1&id=x"] {
        assert!(!listed(address), "{address}");
    }
    // The tick means nothing while not everyone may read.
    ann.opens_to("ask");
    assert!(!listed("/p/maria") && !in_sitemap());
    ann.opens("public", true);
    ann.submit("/p/maria/closing", &[]);
    assert!(!in_sitemap());
    assert_eq!(visitor.get("/p/maria").header("x-robots-tag"), Some("noindex"));
}

#[test]
fn an_organizer_sees_the_page_with_other_eyes() {
    let app = TestApp::new();
    let ann = app.organizer();
    ann.writes("For all", "She is resting.");
    ann.writes_for("For the family", "Come on Sunday.", "family");
    let secret = ann.writes_for("For organizers", "Not good.", "organizers");
    let jo = app.supporter(&ann, "Jo");
    let fay = app.member(&ann, "Fay", "supporter", "family");
    let sees = |person: &Person| {
        ["For all", "For the family", "For organizers"].map(|title| person.get("/p/maria").sees(title))
    };
    ann.post("/p/maria/perspective", &[("as", "supporter")]).assert_status(303);
    assert_eq!(sees(&ann), sees(&jo));
    ann.get("/p/maria").assert_sees("You see this page as a friend").assert_does_not_see("Write an update");
    for address in [secret.as_str(), "/p/maria/people", "/p/maria/settings", "/p/maria/updates/new"] {
        ann.get(address).assert_status(404);
    }
    // Nothing that is pressed does anything.
    ann.post("/p/maria/wishes", &[("message", "Sent by mistake")]).assert_status(409).assert_sees("nothing was sent");
    jo.get("/p/maria").assert_does_not_see("Sent by mistake");
    ann.post("/p/maria/updates", &[("body", "Sent by mistake")]).assert_status(404);
    ann.post("/p/maria/departure", &[("stay", "")]).assert_status(409);
    ann.post("/p/maria/perspective/end", &[]).assert_status(303);
    ann.post("/p/maria/perspective", &[("as", "family")]).assert_status(303);
    assert_eq!(sees(&ann), sees(&fay));
    ann.post("/p/maria/perspective/end", &[]).assert_status(303);
    ann.post("/p/maria/perspective", &[("as", "stranger")]).assert_status(303);
    ann.get("/p/maria").assert_status(404).assert_sees("There is nothing here").assert_sees("as a stranger does");
    ann.get("/").assert_sees("Maria’s page").assert_does_not_see("as a stranger does");
    ann.post("/p/maria/perspective/end", &[]).assert_status(303);
    assert_eq!(sees(&ann), [true, true, true]);
    // Nobody gains anything by the cookie.
    jo.set_cookie("tidings-perspective", "family.maria");
    assert_eq!(sees(&jo), [true, false, false]);
    let stranger = app.visitor();
    stranger.set_cookie("tidings-perspective", "supporter.maria");
    stranger.get("/p/maria").assert_status(404);
}

#[test]
fn a_closed_page_is_its_organizers_alone_and_nothing_is_lost() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let update = ann.writes("Home", "She is home.");
    let jo = app.supporter(&ann, "Jo");
    let invited = app.invited(&ann, "Ivy", "supporter", "everyone");
    let link = app.last_mail_to(&invited.email).link("/invitations/");
    ann.submit("/p/maria/closing", &[]).assert_sees("The page is closed");
    for address in ["/p/maria", &update] {
        jo.get(address).assert_status(404);
        app.visitor().get(address).assert_status(404);
    }
    jo.get("/").assert_does_not_see("Maria");
    app.visitor().get(&link).assert_status(410);
    ann.writes("A note for later", "Kept.");
    assert!(!app.mails_to(&jo.email).iter().any(|mail| mail.subject == "A note for later"));
    ann.submit("/p/maria/opening", &[]).assert_sees("open again");
    jo.get("/p/maria").assert_sees("A note for later").assert_sees("She is home.");
    assert!(!app.mails_to(&jo.email).iter().any(|mail| mail.subject == "A note for later"));
}

#[test]
fn a_closed_page_that_nobody_organizes_goes_after_a_month() {
    let app = TestApp::new();
    let ann = app.organizer();
    ann.writes("Home", "She is home.");
    ann.post("/p/maria/departure", &[("stay", "")]).assert_status(409).assert_sees("only organizer");
    ann.submit("/p/maria/closing", &[]);
    let tidy = || app.wait_for(tidings::jobs::Bench::tidy(&app.app)).expect("tidied");
    let slugs = || app.count("SELECT COUNT(*) AS count FROM sites");
    app.pass(SignedDuration::from_hours(31 * 24));
    tidy();
    assert_eq!(slugs(), 1, "an organizer can open it again");
    Person::again(&ann, &app).submit("/p/maria/departure", &[("stay", "")]).assert_sees("You have left the page");
    tidy();
    assert_eq!(slugs(), 0);
}

#[test]
fn a_card_leads_to_the_page_where_it_leads_anybody_anywhere() {
    let app = TestApp::new();
    let ann = app.organizer();
    ann.get("/p/maria/card").assert_sees("would lead everybody else nowhere");
    ann.opens_to("link");
    let card = ann.get("/p/maria/card");
    card.assert_sees("Maria").assert_sees(&ann.secret_link());
    assert_eq!(card.count(".print-card svg"), 1);
    assert!(!card.body.contains("style="), "no inline style");
    ann.opens_to("ask");
    ann.get("/p/maria/card").assert_sees("/p/maria").assert_does_not_see("/links/");
}

#[test]
fn the_record_says_who_did_what_and_never_what_anybody_wrote() {
    let app = TestApp::new();
    let ann = app.organizer_of("ask");
    let jo = app.supporter(&ann, "Jo");
    ann.writes("A title nobody else knows", "A body nobody else knows.");
    jo.submit("/p/maria/wishes", &[("message", "A wish nobody else knows")]);
    let cleo = app.account("Cleo");
    ann.post("/p/maria/people/invitations", &[("addresses", "Cleo <cleo@example.org>"), ("role", "co-author")]);
    cleo.submit("/p/maria/follow", &[]);
    let id = ann.get("/p/maria/people").member_called("cleo@example.org");
    ann.post(&format!("/p/maria/people/{id}/role"), &[("role", "organizer"), ("circle", "family")]).assert_status(303);
    ann.opens_to("public");
    Person::again(&cleo, &app);
    let jos = ann.get("/p/maria/people").member_called("jo@example.org");
    cleo.post(&format!("/p/maria/people/{jos}/removal"), &[]).assert_status(303);
    let record = ann.get("/p/maria/history");
    for words in [
        "Ann started the page",
        "Ann invited Jo (as a friend)",
        "Jo joined",
        "Ann invited Cleo (as co-author)",
        "Cleo joined",
        "Ann changed what Cleo does (co-author → organizer)",
        "Ann changed the circle of Cleo (a friend → family)",
        "Ann changed who may read (People you invite, and people who ask → Everyone)",
        "Cleo signed in",
        "Cleo removed Jo",
    ] {
        record.assert_sees(words);
    }
    record.assert_does_not_see("nobody else knows");
    cleo.get("/p/maria/history").assert_status(200);
    jo.get("/p/maria/history").assert_status(404);
    // Not even the program can change it.
    for statement in ["UPDATE events SET kind = 'left'", "UPDATE events SET detail = NULL", "DELETE FROM events"] {
        assert!(app.try_sql(statement).is_err(), "{statement}");
    }
}
