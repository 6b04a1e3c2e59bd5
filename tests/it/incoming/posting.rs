//! An update by mail: a draft, or posted, for those who write on the page.

use super::{Door, SERVER, letter, letter_with_photos, reply_to, secret_in, takes_mail, takes_mail_with, vouched};
use crate::photos::support::{photos_on, png};
use crate::support::{Person, TestApp};

/// The secret address of Maria's page, as its organizer sees it.
fn address(ann: &Person) -> String {
    let page = ann.submit("/p/maria/post-by-mail/address", &[]);
    page.texts("#post-address").pop().expect("an address")
}

fn posts(door: &Door, from: &str, to: &str, id: &str, subject: &str, words: &str, photos: &[Vec<u8>]) -> String {
    door.hand_over(from, to, &letter_with_photos(from, to, id, subject, words, photos))
}

fn world() -> (TestApp, Door, Person, String) {
    let (app, door) = takes_mail();
    let ann = app.organizer();
    let to = address(&ann);
    (app, door, ann, to)
}

#[test]
fn what_an_organizer_mails_is_their_draft() {
    let (app, door, ann, to) = world();
    let jo = app.supporter(&ann, "Jo");
    let photos = [png(60, 40, 1), png(40, 60, 2)];
    for _ in 0..2 {
        let said = posts(&door, &ann.email, &to, "one", "Day three", "She *ate* soup.\n\n# 1 of many\n", &photos);
        assert!(said.starts_with("250"), "{said}");
    }
    app.run_jobs();
    jo.get("/p/maria").assert_does_not_see("Day three");
    let told = app.last_mail_to(&ann.email);
    assert!(told.text.contains("kept as a draft"), "{}", told.text);
    assert!(told.raw.contains("In-Reply-To: <one@example.org>") && told.raw.contains("auto-replied"), "{}", told.raw);
    let draft = told.link("/drafts/");
    let page = ann.get(&draft);
    assert!(page.assert_status(200).body.contains("Day three"), "{}", page.body);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM drafts"), 1);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM photos WHERE place = 'draft' AND state = 'ready'"), 2);
    // Posted from there, it is what was meant.
    ann.post(&format!("{draft}/publication"), &[("revision", "1"), ("now", "yes")]).assert_status(303);
    let page = jo.get("/p/maria");
    page.assert_sees("Day three").assert_sees("She *ate* soup.").assert_sees("# 1 of many");
    assert_eq!(photos_on(&page).len(), 2);
    // The same letter once more makes nothing.
    posts(&door, &ann.email, &to, "one", "Day three", "She *ate* soup.", &[]);
    app.run_jobs();
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM drafts"), 0);
}

#[test]
fn where_the_family_wants_that_it_is_posted_at_once() {
    let (app, door) = takes_mail_with("lmtp", &[("TIDINGS_UNDO_SENDING_SECONDS", "60")]);
    let ann = app.organizer();
    let to = address(&ann);
    let jo = app.supporter(&ann, "Jo");
    ann.submit("/p/maria/post-by-mail", &[("publishes", "yes")]).assert_status(200);
    let one = letter_with_photos(&ann.email, &to, "one", "Home again", "All is well.", &[png(60, 40, 1)]);
    door.hand_over(&ann.email, &to, &format!("{}\n{one}", vouched()));
    app.run_jobs();
    let page = jo.get("/p/maria");
    page.assert_sees("Home again").assert_sees("All is well.");
    assert_eq!(photos_on(&page).len(), 1);
    let told = app.last_mail_to(&ann.email);
    assert!(told.text.contains("is posted") && told.text.contains("60 seconds"), "{}", told.text);
    // Its mail can still be stopped.
    assert!(!app.mails_to(&jo.email).iter().any(|mail| mail.text.contains("All is well.")));
    app.pass(jiff::SignedDuration::from_secs(61));
    assert_eq!(app.mails_to(&jo.email).iter().filter(|mail| mail.text.contains("All is well.")).count(), 1);
    // A photo without words cannot stand alone: it is kept, and said.
    let two = letter_with_photos(&ann.email, &to, "two", "", "", &[png(30, 30, 2)]);
    door.hand_over(&ann.email, &to, &format!("{}\n{two}", vouched()));
    app.run_jobs();
    let told = app.last_mail_to(&ann.email);
    assert!(told.text.contains("kept as a draft") && told.text.contains("not posted at once"), "{}", told.text);
}

#[test]
fn what_nobody_vouches_for_is_a_draft() {
    let (app, door, ann, to) = world();
    let jo = app.supporter(&ann, "Jo");
    ann.submit("/p/maria/post-by-mail", &[("publishes", "yes")]).assert_status(200);
    let says = |results: &str| format!("Authentication-Results: {SERVER}; {results}");
    for (id, field) in [
        ("a", "X-Other: yes".to_owned()),
        ("b", says("none")),
        ("c", says("spf=pass smtp.mailfrom=example.org")),
        ("d", says("dkim=pass header.d=example.com")),
        ("e", "Authentication-Results: mx.example.com; dmarc=pass".to_owned()),
    ] {
        let words = format!("Who wrote {id}?");
        door.hand_over(&ann.email, &to, &letter(&ann.email, &to, id, &[&field], &words));
        app.run_jobs();
        jo.get("/p/maria").assert_does_not_see(&words);
        let told = app.last_mail_to(&ann.email);
        assert!(told.text.contains("since your mail provider does not vouch for it."), "{id}: {}", told.text);
        ann.get(&told.link("/drafts/")).assert_sees(&words);
    }
    // A signature of the domain itself is as good as DMARC.
    let signed = says("dkim=pass header.d=example.org");
    door.hand_over(&ann.email, &to, &letter(&ann.email, &to, "f", &[&signed], "Ann wrote this."));
    // What may send in nobody's name is not taken at all.
    let failed = says("spf=fail smtp.mailfrom=example.org");
    door.hand_over(&ann.email, &to, &letter(&ann.email, &to, "g", &[&failed], "Send money"));
    app.run_jobs();
    jo.get("/p/maria").assert_sees("Ann wrote this.").assert_does_not_see("Send money");
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM drafts"), 5);
}

#[test]
fn without_a_server_that_checks_who_sends_all_is_a_draft_and_the_page_says_so() {
    let (app, door) = takes_mail_with("lmtp", &[("TIDINGS_INCOMING_AUTHSERV_ID", "")]);
    let ann = app.organizer();
    let to = address(&ann);
    ann.get("/p/maria/post-by-mail").assert_sees("so everything is kept as a draft");
    ann.submit("/p/maria/post-by-mail", &[("publishes", "yes")]).assert_status(200);
    door.hand_over(&ann.email, &to, &letter(&ann.email, &to, "one", &[&vouched()], "She walks."));
    app.run_jobs();
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM drafts"), 1);
}

#[test]
fn a_mail_that_is_only_passed_on_is_a_draft_without_the_links_in_it() {
    let (app, door, ann, to) = world();
    let jo = app.supporter(&ann, "Jo");
    ann.submit("/p/maria/post-by-mail", &[("publishes", "yes")]).assert_status(200);
    jo.submit("/p/maria/wishes", &[("message", "Thinking of you")]).assert_status(200);
    let notice = app.last_mail_to(&ann.email);
    let key = reply_to(&app, &ann.email);
    let passed_on = format!(
        "---------- Forwarded message ---------\nFrom: Maria’s page <tidings@example.org>\nDate: Sun, 1 Mar 2026\n\
         Subject: {}\nTo: <{}>\nReply-To: <{key}>\n\n{}",
        notice.subject, ann.email, notice.text
    );
    door.hand_over(&ann.email, &to, &letter(&ann.email, &to, "one", &[&vouched()], &passed_on));
    app.run_jobs();
    jo.get("/p/maria").assert_does_not_see("Forwarded message");
    let told = app.last_mail_to(&ann.email);
    assert!(told.text.contains("a mail that you passed on"), "{}", told.text);
    let draft = ann.get(&told.link("/drafts/"));
    draft.assert_status(200).assert_sees("Thinking of you");
    for secret in [secret_in(&notice, "/sign-in/link/"), secret_in(&notice, "/unsubscribe/"), key] {
        assert!(!draft.body.contains(&secret), "{secret} in {}", draft.body);
    }
}

#[test]
fn nobody_else_posts() {
    let (app, door, ann, to) = world();
    let jo = app.supporter(&ann, "Jo");
    ann.submit("/p/maria/post-by-mail", &[("publishes", "yes")]).assert_status(200);
    let before = app.mails_to(&ann.email).len();
    // A reader, somebody unknown, somebody who says they are Ann and is not, and one with two senders.
    let failed = format!("Authentication-Results: {SERVER}; dmarc=fail header.from=example.org");
    let passed = format!("Authentication-Results: {SERVER}; dmarc=pass header.from=example.com");
    for (id, from, field) in [
        ("a", jo.email.as_str(), ""),
        ("b", "eve@example.com", ""),
        ("c", ann.email.as_str(), failed.as_str()),
        ("d", "ann@example.org, eve@example.com", ""),
        ("e", "ann@home.example.com", passed.as_str()),
    ] {
        let fields: Vec<&str> = [field].into_iter().filter(|field| !field.is_empty()).collect();
        door.hand_over("someone@example.com", &to, &letter(from, &to, id, &fields, "Send money"));
    }
    app.run_jobs();
    jo.get("/p/maria").assert_does_not_see("Send money");
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM drafts"), 0);
    assert_eq!(app.mails_to(&ann.email).len(), before, "Ann has not written");
    assert!(app.mails_to("eve@example.com").is_empty());
    // Whoever has really written from there is told, and nothing of whose page it is.
    let told = app.last_mail_to("ann@home.example.com");
    assert!(told.text.contains("Send money") && !told.text.contains("Maria"), "{}", told.text);
}

#[test]
fn an_address_that_was_replaced_or_taken_away_is_nobodys() {
    let (app, door, ann, first) = world();
    let second = address(&ann);
    assert_ne!(first, second);
    assert!(posts(&door, &ann.email, &first, "one", "Old", "Words", &[]).starts_with("550"));
    assert!(posts(&door, &ann.email, &second, "two", "New", "Words", &[]).starts_with("250"));
    // What waits is looked at as things are when it is read.
    ann.submit("/p/maria/post-by-mail/removal", &[]).assert_sees("There is none yet");
    app.run_jobs();
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM drafts"), 0);
    let told = app.last_mail_to(&ann.email);
    assert!(told.text.contains("Words") && told.text.contains("taken away"), "{}", told.text);
    assert!(posts(&door, &ann.email, &second, "three", "New", "Words", &[]).starts_with("550"));
    let record = ann.get("/p/maria/history");
    record.assert_sees("how the page is written to by mail");
    // Nobody who reads the database reads the address.
    let key = second.split('@').next().expect("a key").to_owned();
    assert!(!crate::yours::erasure::every_text(&app).iter().any(|text| text.contains(&key)));
}

#[test]
fn without_mail_that_comes_in_there_is_no_address() {
    let app = TestApp::new();
    let ann = app.organizer();
    ann.get("/p/maria/post-by-mail").assert_sees("No mail comes in on this installation yet");
    ann.post("/p/maria/post-by-mail/address", &[]).assert_status(409);
}
