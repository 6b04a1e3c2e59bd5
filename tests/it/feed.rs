//! The updates in somebody's feed reader.

use jiff::SignedDuration;

use crate::support::{Person, TestApp};

/// Makes an address, and answers with it as the page shows it.
fn makes_feed(who: &Person) -> String {
    let page = who.submit("/p/maria/feed", &[]);
    page.assert_sees("There is a new address for your feed reader");
    page.texts("#feed-address").pop().expect("an address")
}

#[test]
fn a_feed_holds_whole_updates_for_whoever_has_its_address() {
    let app = TestApp::with(&[("TIDINGS_PUBLIC_URL", "http://tidings.example.org")]);
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home & <well>", "She is **home**. <script>alert(1)</script> https://example.org/ward");
    app.pass(SignedDuration::from_hours(1));
    ann.writes("", "No title, \u{fffe} and an odd character.");
    let address = makes_feed(&jo);
    assert!(address.starts_with("http://tidings.example.org/feeds/"), "{address}");
    let path = address.replace("http://tidings.example.org", "");
    let reader = app.visitor();
    let answer = reader.get(&path);
    answer.assert_status(200);
    assert_eq!(answer.header("content-type"), Some("application/atom+xml; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), Some("private, no-cache"));
    assert_eq!(answer.header("x-robots-tag"), Some("noindex"));
    assert_eq!(answer.header("set-cookie"), None);
    let feed: atom_syndication::Feed = answer.body.parse().expect("a feed");
    assert_eq!(feed.title.value, "Maria’s page");
    let [newest, first] = feed.entries.as_slice() else { panic!("{} entries", feed.entries.len()) };
    assert_eq!((newest.title.value.as_str(), first.title.value.as_str()), ("News of Maria", "Home & <well>"));
    assert_eq!(first.links[0].href, format!("http://tidings.example.org{update}"));
    assert_eq!(first.authors[0].name, "Ann, for Maria");
    let content = first.content.as_ref().and_then(|it| it.value.as_deref()).expect("content");
    assert!(
        content.contains("<strong>home</strong>") && content.contains("href=\"https://example.org/ward\""),
        "{content}"
    );
    assert!(!content.contains("<script"), "{content}");
    assert_eq!(first.content.as_ref().and_then(|it| it.content_type.as_deref()), Some("html"));
    assert!(first.published.is_some() && newest.updated > first.updated);
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    let address = makes_feed(&jo);
    let reader = app.visitor();
    let tag = reader.get(&address).header("etag").expect("a tag").to_owned();
    let weak = format!("\"x\", W/{tag}");
    for known in [tag.as_str(), weak.as_str()] {
        let answer = reader.get_with(&address, &[("if-none-match", known)]);
        assert_eq!((answer.status, answer.body.as_str()), (304, ""));
        assert_eq!(answer.header("etag"), Some(tag.as_str()));
        assert_eq!(answer.header("cache-control"), Some("private, no-cache"));
    }
    ann.post(&format!("{update}/edit"), &[("body", "She sleeps."), ("audience", "everyone")]).assert_status(303);
    let answer = reader.get_with(&address, &[("if-none-match", &tag)]);
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("She sleeps."));
    // Whoever may read no more is not told that nothing has changed.
    app.sql("UPDATE members SET state = 'blocked' WHERE role = 'supporter'");
    let tag = answer.header("etag").expect("a tag").to_owned();
    reader.get_with(&address, &[("if-none-match", &tag)]).assert_status(404);
}

#[test]
fn an_address_opens_what_its_member_may_read_at_this_moment() {
    let app = TestApp::new();
    let ann = app.organizer();
    let fay = app.member(&ann, "Fay", "supporter", "family");
    ann.writes("For all", "She rests.");
    ann.writes_for("For the family", "Please come.", "family");
    ann.writes_for("Between us", "The results.", "organizers");
    let address = makes_feed(&fay);
    let reader = app.visitor();
    let body = reader.get(&address).body;
    assert!(body.contains("For all") && body.contains("For the family") && !body.contains("Between us"), "{body}");
    let nothing = app.visitor().get(&format!("/feeds/{}", "A".repeat(32)));
    nothing.assert_status(404);
    let change = |sql: &str| app.sql(&format!("UPDATE members SET {sql} WHERE role <> 'organizer'"));
    change("circle = 'everyone'");
    assert!(!reader.get(&address).body.contains("For the family"));
    for (over, back) in [
        ("state = 'blocked'", "state = 'active'"),
        ("state = 'invited'", "state = 'active'"),
        ("state = 'asked'", "state = 'active'"),
    ] {
        change(over);
        let answer = reader.get(&address);
        assert_eq!((answer.status, answer.body.as_str()), (404, nothing.body.as_str()), "{over}");
        change(back);
        reader.get(&address).assert_status(200);
    }
    ann.submit("/p/maria/closing", &[]);
    reader.get(&address).assert_status(404);
    ann.submit("/p/maria/opening", &[]);
    reader.get(&address).assert_status(200);
    // Not to be mailed to is not to be shut out.
    fay.post("/p/maria/follow", &[("delivery", "none")]).assert_status(303);
    reader.get(&address).assert_status(200);
    fay.post("/p/maria/departure", &[]).assert_status(303);
    reader.get(&address).assert_status(404);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM feeds"), 0);
}

#[test]
fn an_address_is_shown_again_replaced_and_ended() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    jo.get("/p/maria/follow").assert_sees("In a feed reader");
    let first = makes_feed(&jo);
    let page = jo.get("/p/maria/follow");
    assert_eq!(page.texts("#feed-address"), [first.as_str()]);
    assert_eq!(page.attribute("link[rel=alternate]", "href"), Some(first.clone()));
    // Nobody else is shown it, and no other page holds it.
    let token = first.rsplit('/').next().expect("a secret");
    assert!(!ann.get("/p/maria/follow").body.contains(token));
    for place in ["/p/maria", "/", "/p/maria/updates"] {
        assert!(!jo.get(place).body.contains(token), "{place}");
    }
    let kept = |app: &TestApp| app.count("SELECT COUNT(*) AS count FROM feeds");
    assert_eq!(kept(&app), 1);
    let second = makes_feed(&jo);
    assert_ne!(first, second);
    app.visitor().get(&first).assert_status(404);
    app.visitor().get(&second).assert_status(200);
    assert_eq!(kept(&app), 1);
    jo.submit("/p/maria/feed/end", &[]).assert_sees("opens nothing any more");
    app.visitor().get(&second).assert_status(404);
    assert_eq!(kept(&app), 0);
    // With somebody else's eyes there is none to be had.
    ann.submit("/p/maria/perspective", &[("as", "supporter")]);
    ann.get("/p/maria/follow").assert_does_not_see("In a feed reader");
    ann.post("/p/maria/feed", &[]).assert_status(409);
    assert_eq!(kept(&app), 0);
}

#[test]
fn nobody_looks_without_end() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let (address, other) = (makes_feed(&jo), makes_feed(&ann));
    for _ in 0..30 {
        app.visitor().get(&address).assert_status(200);
    }
    let answer = app.visitor().get(&address);
    answer.assert_status(429);
    assert!(answer.header("retry-after").is_some());
    app.visitor().get(&other).assert_status(200);
}
