//! Writing updates, and everyone hearing of them.

use crate::support::TestApp;

#[test]
fn an_update_is_posted_changed_and_deleted() {
    let app = TestApp::new();
    let ann = app.organizer();
    let address = ann.writes("Home again", "She is **home**.\n\n- soup\n- sleep");
    let page = ann.get(&address);
    page.assert_sees("Home again").assert_sees("by Ann");
    assert_eq!(page.texts(".words strong"), ["home"]);
    assert_eq!(page.count(".words li"), 2);
    let edit = ann.get(&format!("{address}/edit"));
    assert_eq!(edit.texts("#body"), ["She is **home**. - soup - sleep"]);
    let fields = [("title", "Home at last"), ("body", "She sleeps."), ("audience", "everyone")];
    ann.submit(&format!("{address}/edit"), &fields).assert_sees("Home at last").assert_sees("She sleeps.");
    ann.get(&format!("{address}/deletion")).assert_sees("Delete this update?").assert_sees("She sleeps.");
    ann.get(&address).assert_status(200);
    ann.submit(&format!("{address}/deletion"), &[]).assert_sees("The update is deleted");
    ann.get(&address).assert_status(404);
}

#[test]
fn whatever_people_write_comes_through_and_no_markup_does() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let long = "Wörter und 語 ".repeat(1_600).chars().take(20_000).collect::<String>();
    let cases = [
        ("Emoji", "She laughed 😂 and the 👩‍👩‍👧 came ❤️"),
        ("Right to left", "مريم في البيت اليوم\n\nמריה בבית"),
        ("Windows", "One\r\ntwo\r\n\r\nthree"),
        ("Word", "\u{201c}Quotes\u{201d} \u{2013} dashes\u{2026}\u{a0}and\tspaces\r\n\u{b7} a dot"),
        ("Markup", "<script>alert(1)</script> <img src=x onerror=alert(1)> 1 < 2 & 3"),
        ("Long", long.as_str()),
    ];
    for (title, body) in cases {
        let address = ann.writes(title, body);
        let page = jo.get(&address);
        page.assert_status(200);
        let squeeze = |text: &str| text.split_whitespace().collect::<String>();
        let shown = squeeze(&page.texts(".words--journal").join(" "));
        assert!(shown.contains(&squeeze(body)), "{title}: {shown}");
        assert_eq!(page.count(".words script, .words img"), 0, "{title}");
        let mail = app.last_mail_to(&jo.email);
        assert_eq!(mail.subject, title);
        assert!(squeeze(&mail.text).contains(&squeeze(body)), "{title}: {}", mail.text);
        assert!(!mail.html.contains("<script") && !mail.html.contains("<img"), "{title}");
        assert!(mail.raw.lines().all(|line| line.len() <= 998), "a line of the mail is too long");
    }
}

#[test]
fn a_form_that_cannot_be_used_comes_back_with_the_text_in_it() {
    let app = TestApp::new();
    let ann = app.organizer();
    let title = "A title ".repeat(40);
    let page = ann.post("/p/maria/updates", &[("title", &title), ("body", "A long night."), ("audience", "family")]);
    page.assert_status(422).assert_sees("there is room for 200");
    assert_eq!(page.texts("#body"), ["A long night."]);
    assert!(page.attribute("#audience-family", "checked").is_some());
    ann.post("/p/maria/updates", &[("title", "T"), ("body", " \r\n ")]).assert_status(422).assert_sees("a few words");
    assert!(app.mails().iter().all(|mail| mail.subject != "T"));
}

#[test]
fn the_mail_holds_the_whole_update_and_the_way_in_and_out() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.writes("First night", "She *slept*. See https://example.org/ward");
    // What is sent together arrives in no order.
    app.run_jobs();
    ann.writes("", "No title today.");
    let mails = app.mails_to(&jo.email);
    let [_, first, second] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert_eq!((first.from_name.as_str(), first.subject.as_str()), ("Maria’s page", "First night"));
    assert!(first.text.contains("She slept. See https://example.org/ward"), "{}", first.text);
    assert!(first.html.contains("<em>slept</em>"), "{}", first.html);
    assert_eq!(second.subject, "News on Maria’s page");
    let header = |raw: &str, name: &str| -> String {
        let raw = raw.replace("\r\n ", " ");
        raw.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned)).unwrap_or_default()
    };
    for mail in [first, second] {
        assert_eq!(header(&mail.raw, "Auto-Submitted"), "auto-generated");
        assert_eq!(header(&mail.raw, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
        assert!(!header(&mail.raw, "References").is_empty());
        assert!(!mail.raw.contains("http://localhost") && !mail.raw.contains("<img"));
    }
    assert_eq!(header(&first.raw, "References"), header(&second.raw, "References"), "they do not thread");
    assert_ne!(first.message_id, second.message_id);
    let phone = app.visitor();
    let update = phone.submit(&first.link("/sign-in/link/"), &[]);
    update.assert_sees("First night").assert_sees("Reading as Jo");
}

#[test]
fn links_in_mail_come_from_the_settings_and_not_from_the_request() {
    let app = TestApp::with(&[("TIDINGS_PUBLIC_URL", "http://tidings.example.org")]);
    let jo = app.nobody("Jo");
    let page = jo.get_with("/sign-up", &[("host", "evil.example")]);
    let fields =
        [("name", "Jo"), ("email", jo.email.as_str()), ("password", "a lamp in the window"), ("csrf", &page.csrf())];
    jo.post_raw("/sign-up", &fields, &[("host", "evil.example"), ("x-forwarded-host", "evil.example")])
        .assert_status(200);
    let mail = app.last_mail_to(&jo.email);
    assert!(mail.link("/email/confirm/").starts_with("http://tidings.example.org/"));
    assert!(!mail.raw.contains("evil.example"));
}

#[test]
fn a_double_tap_posts_once() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let key = ann.get("/p/maria/updates/new").attribute("input[name=draft]", "value").expect("a key");
    let csrf = ann.get("/sign-in").csrf();
    let fields = [("body", "She is home."), ("draft", key.as_str()), ("csrf", csrf.as_str())];
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| ann.post_raw("/p/maria/updates", &fields, &[]).assert_status(303).status);
        }
    });
    assert_eq!(ann.get("/p/maria").count("article.update"), 1);
    assert_eq!(app.mails_to(&jo.email).len(), 2, "an invitation and one update");
}

#[test]
fn a_co_author_changes_their_own_and_nobody_elses() {
    let app = TestApp::new();
    let ann = app.organizer();
    let cleo = app.account("Cleo");
    ann.post("/p/maria/people/invitations", &[("addresses", &cleo.email), ("role", "co-author")]).assert_status(303);
    let link = app.last_mail_to(&cleo.email).link("/invitations/");
    cleo.submit(&link, &[]);
    let hers = cleo.writes("From Cleo", "I was there today.");
    let anns = ann.writes("From Ann", "Me too.");
    cleo.get(&hers).assert_sees("by Cleo");
    cleo.get(&format!("{hers}/edit")).assert_status(200);
    cleo.get(&format!("{anns}/edit")).assert_status(404);
    cleo.post(&format!("{anns}/deletion"), &[]).assert_status(404);
    cleo.post("/p/maria/updates", &[("body", "Secret"), ("audience", "organizers")]).assert_status(422);
    ann.get(&format!("{hers}/edit")).assert_status(200);
}

#[test]
fn the_journal_goes_on_page_by_page() {
    let app = TestApp::new();
    let ann = app.organizer();
    for day in 1..=23 {
        ann.writes(&format!("Day {day:02}"), "As before.");
    }
    let mut seen = Vec::new();
    let mut address = Some("/p/maria".to_owned());
    while let Some(here) = address {
        let page = ann.get(&here);
        seen.extend(page.texts("article.update h2"));
        let next = page.attribute("p.actions a[href*=before]", "href");
        address = next;
    }
    let expected: Vec<String> = (1..=23).rev().map(|day| format!("Day {day:02}")).collect();
    assert_eq!(seen, expected);
}

#[test]
fn a_journal_page_asks_the_database_at_most_eight_times() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    for _ in 0..12 {
        let update = ann.writes("Home", "She is home.");
        jo.submit(&format!("{update}/comments"), &[("message", "Love")]);
        jo.post(&format!("{update}/reactions"), &[("kind", "heart")]).assert_status(303);
    }
    for reader in [&ann, &jo] {
        reader.get("/p/maria").assert_status(200);
        let before = app.app.db.queries_run();
        reader.get("/p/maria").assert_status(200);
        let asked = app.app.db.queries_run() - before;
        assert!(asked <= 8, "{asked} queries for {}", reader.name);
    }
}

#[test]
fn what_was_written_when_the_session_ended_is_given_back() {
    let app = TestApp::new();
    let ann = app.organizer();
    let csrf = ann.get("/p/maria/updates/new").csrf();
    app.pass(jiff::SignedDuration::from_hours(100 * 24));
    let fields = [("body", "A long night, and good news."), ("csrf", csrf.as_str())];
    let kept = ann.post_raw("/p/maria/updates", &fields, &[]);
    kept.assert_status(403).assert_sees("Nothing is lost").assert_sees("A long night, and good news.");
    // In another tab she signs in; then she sends what was kept.
    ann.sign_in();
    let again = ann.post_raw("/p/maria/updates", &[fields[0], ("csrf", &kept.csrf())], &[]);
    again.assert_status(403).assert_sees("A long night, and good news.");
    ann.post_raw("/p/maria/updates", &[fields[0], ("csrf", &again.csrf())], &[]).assert_status(303);
    ann.get("/p/maria").assert_sees("A long night, and good news.");
}

#[test]
fn the_same_form_with_other_words_is_another_update() {
    let app = TestApp::new();
    let ann = app.organizer();
    let key = ann.get("/p/maria/updates/new").attribute("input[name=draft]", "value").expect("a key");
    for body in ["She is home.", "She is home.", "She is home. And she ate soup."] {
        ann.submit("/p/maria/updates", &[("body", body), ("draft", &key)]).assert_sees(body);
    }
    assert_eq!(ann.get("/p/maria").count("article.update"), 2);
    let key = ann.get("/p/maria").attribute("input[name=submission]", "value").expect("a key");
    for message in ["Love", "Love", "Love, and soup"] {
        ann.submit("/p/maria/wishes", &[("message", message), ("submission", &key)]).assert_sees(message);
    }
    assert_eq!(ann.get("/p/maria/wishes").count("li.wish"), 2);
}

#[test]
fn a_change_never_overwrites_one_that_was_not_seen_and_never_widens_by_silence() {
    let app = TestApp::new();
    let ann = app.organizer();
    let update = ann.writes("Home", "She is home.");
    let edit = format!("{update}/edit");
    let seen = ann.get(&edit).attribute("input[name=seen]", "value").expect("when it was seen");
    app.pass(jiff::SignedDuration::from_secs(1));
    let first = [("body", "For us alone."), ("audience", "family"), ("seen", seen.as_str())];
    ann.submit(&edit, &first).assert_sees("For us alone.");
    let second = ann.post(&edit, &[("body", "From the other phone."), ("audience", "everyone"), ("seen", &seen)]);
    second.assert_status(409).assert_sees("There are two texts now").assert_sees("From the other phone.");
    ann.get(&update).assert_sees("For us alone.").assert_sees("For family only");
    ann.post(&edit, &[("body", "Silent about whom it is for.")]).assert_status(422);
    ann.get(&update).assert_sees("For family only");
}

#[test]
fn what_is_kept_in_memory_is_never_shown_stale() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    jo.get("/p/maria").assert_sees("She is home.");
    let comment = [("message", "Lovely")];
    jo.submit(&format!("{update}/comments"), &comment);
    ann.get("/p/maria").assert_sees("Lovely");
    jo.post(&format!("{update}/reactions"), &[("kind", "heart")]);
    ann.get("/p/maria").assert_sees("Hearts from Jo");
    jo.get("/p/maria").assert_sees("Hearts from You");
    jo.post(&format!("{update}/reactions/removal"), &[("kind", "heart")]);
    ann.get("/p/maria").assert_does_not_see("Hearts from");
    // Another process changes a name: nobody told this one.
    app.sql("UPDATE people SET name = 'Joanna' WHERE name = 'Jo'");
    ann.get("/p/maria").assert_sees("Joanna");
    ann.submit(&format!("{update}/edit"), &[("body", "Only us."), ("audience", "organizers")]);
    jo.get("/p/maria").assert_does_not_see("She is home.").assert_does_not_see("Only us.");
    ann.submit(&format!("{update}/deletion"), &[]);
    ann.get("/p/maria").assert_does_not_see("Only us.");
}
