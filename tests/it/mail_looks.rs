//! How mail looks and what every one of them says, whichever kind it is. With `TIDINGS_TEST_MAILS` set to a folder they are
//! put there, for `tests/browser/mails.mjs` to take pictures of and for `tests/mail/spam` to judge.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use mail_parser::{MessageParser, MimeHeaders};
use scraper::{Html, Selector};

use crate::calm::{gathered, joins};
use crate::incoming::{letter, reply_to, takes_mail_with, vouched};
use crate::photos::support::{draft, id_of, metadata, photos_on, png, upload, writes_with};
use crate::support::mailbox::Mail;
use crate::support::people::PASSWORD;
use crate::support::{Person, TestApp};
use crate::visitors::{confirmed, wishes};

/// Every template of a mail: how the Message-ID of what is made from it begins, and words that nothing else made so says.
const KINDS: [(&str, &str, &str); 20] = [
    ("already_signed_up", "already-", ""),
    ("answered", "gathered-", "was answered"),
    ("confirm_email", "confirm-", ""),
    ("confirm_words", "words-", ""),
    ("digest", "digest-", ""),
    ("email_change", "email-change-", ""),
    ("email_change_notice", "email-notice-", ""),
    ("encouragement", "gathered-", "you organize"),
    ("erasure", "erasure-", ""),
    ("flood", "flood-", ""),
    ("invitation", "invitation-", ""),
    ("new_update", "update-", ""),
    ("page_links", "links-", ""),
    ("password_reset", "reset-", ""),
    ("post_taken", "letter-", "to its secret address"),
    ("reply_not_used", "letter-", "You get this once"),
    ("role_given", "role-", ""),
    ("security_notice", "security-", ""),
    ("sign_in_link", "sign-in-", ""),
    ("thanks", "thanks-", ""),
];

/// A long update with everything in it that one can write.
const BODY: &str = "Dear all,\n\nshe is **home**. The night was long, and the *drive* was longer, but she slept through most \
    of it, and at four in the afternoon she ate half a bowl of soup and asked for the other half.\nSee the [map of the \
    ward](https://example.org/map).\n\n## What comes next\n\n- no visits until Friday, please\n- soup is welcome\n  - no \
    onions\n\n1. rest\n2. a walk to the gate\n\n> I want to see the lake again before the leaves are down, and then the \
    sea, and then the lake again, said she.\n\n### One more thing\n\nhttps://example.org/a/very/long/address/that/nobody/\
    types/by/hand/and/that/does/not/fit/on/a/line\n\n---\n\nThank you, all of you.";

const NAMED: [(&str, &str); 3] = [
    ("TIDINGS_PUBLIC_URL", "http://tidings.example.org"),
    ("TIDINGS_MAIL_FROM", "tidings@tidings.example.org"),
    ("TIDINGS_UNDO_SENDING_SECONDS", "60"),
];

/// An installation under a name that mail could really come from; mail about updates waits until their photos are ready.
fn named() -> TestApp {
    TestApp::with(&NAMED)
}

/// Mails about an account.
fn of_accounts() -> Vec<Mail> {
    let app = named();
    let ann = app.account("Ann");
    let visitor = app.visitor();
    visitor.post("/sign-up", &[("name", "Ann"), ("email", &ann.email), ("password", PASSWORD)]).assert_status(200);
    ann.post("/account/email", &[("email", "ann.new@example.org")]).assert_status(200);
    app.run_jobs();
    let fields = [("current_password", PASSWORD), ("password", "another lamp in the window")];
    ann.submit("/account/password", &fields).assert_status(200);
    app.pass(SignedDuration::from_hours(2));
    visitor.post("/password/reset", &[("email", &ann.email)]).assert_status(200);
    // To one address, only so much goes that nobody signed in has asked for.
    let bea = app.account("Bea");
    visitor.post("/sign-in/link", &[("email", &bea.email)]).assert_status(200);
    app.run_jobs();
    app.mails()
}

/// Mails of a page that people belong to.
fn of_a_page() -> Vec<Mail> {
    let app = named();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let dee = joins(&app, &ann, "Dee", "supporter");
    dee.submit("/p/maria/follow", &[("delivery", "daily"), ("digest_hour", "18")]).assert_sees("Saved.");
    ann.writes("She is home", BODY);
    ann.writes("", "She slept well.");
    sends(&app);
    writes_with(&ann, "At the window", "everyone", &[&png(1600, 1200, 9)]);
    sends(&app);
    let several: Vec<Vec<u8>> = (0u8..6).map(|seed| png(400 + 40 * u32::from(seed), 450, 30 * seed)).collect();
    let several: Vec<&[u8]> = several.iter().map(Vec::as_slice).collect();
    writes_with(&ann, "All of them", "everyone", &several);
    sends(&app);
    jo.submit("/p/maria/wishes", &[("message", "I think of you both every morning when I feed the hens.")]);
    dee.submit("/p/maria/wishes", &[("message", "So glad.")]);
    assert!(!gathered(&app, &ann).is_empty());
    let wish = jo.get("/p/maria/wishes").attribute(".wish", "id").expect("a wish");
    let wish = wish.trim_start_matches("wish-").to_owned();
    for who in [&ann, &jo, &dee] {
        who.submit(&format!("/p/maria/wishes/{wish}/answers"), &[("message", "That is kind of you.")]);
    }
    app.pass(SignedDuration::from_hours(2));
    ann.submit("/p/maria/thanks", &[("to", "all"), ("message", "We read them aloud, twice.")]);
    let member = ann.get("/p/maria/people").member_called("Dee");
    let fields = [("role", "co-author"), ("circle", "everyone")];
    ann.post(&format!("/p/maria/people/{member}/role"), &fields).assert_status(303);
    app.run_jobs();
    app.pass(SignedDuration::from_hours(30));
    app.visitor().post("/sign-in/link", &[("email", &jo.email)]).assert_status(200);
    jo.post("/account/erasure", &[("words", "remove"), ("confirmation", "erase")]).assert_status(200);
    app.run_jobs();
    app.mails()
}

/// Mails of a page that strangers may write on.
fn of_a_public_page() -> Vec<Mail> {
    let app = named();
    let _ann = app.organizer_of("public");
    wishes(&app, &app.visitor(), "Vera Quick", "vera@example.org", "Get well").assert_status(200);
    for n in 0..24 {
        confirmed(&app, &format!("Vis{n:02} Itor"), &format!("v{n}@example.org"), &format!("Warm words {n:02}"));
    }
    app.run_jobs();
    app.mails()
}

/// Mails about mail that came in.
fn of_letters() -> Vec<Mail> {
    let (app, door) = takes_mail_with("lmtp", &NAMED);
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    sends(&app);
    let to = reply_to(&app, &jo.email);
    ann.post(&format!("{update}/comments/closing"), &[("message", "We read it all, thank you.")]).assert_status(303);
    door.hand_over(&jo.email, &to, &letter(&jo.email, &to, "one", &[], "Such good news.\n\nLove,\nJo"));
    let to = ann.submit("/p/maria/post-by-mail/address", &[]).texts("#post-address").pop().expect("an address");
    door.hand_over(&ann.email, &to, &letter(&ann.email, &to, "two", &[], "She ate soup."));
    app.run_jobs();
    ann.submit("/p/maria/post-by-mail", &[("publishes", "yes")]).assert_status(200);
    door.hand_over(&ann.email, &to, &letter(&ann.email, &to, "three", &[&vouched()], "She walks."));
    app.run_jobs();
    app.mails()
}

/// The newest mail to somebody, once all has left.
fn newest(app: &TestApp, email: &str) -> Mail {
    sends(app);
    app.last_mail_to(email)
}

/// What the same kinds of mail look like where a family has chosen otherwise, or more has happened.
fn variants() -> Vec<(&'static str, Mail)> {
    let mut all = Vec::new();
    let app = named();
    let ann = app.organizer();
    let (jo, dee) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Dee"));
    dee.submit("/p/maria/follow", &[("delivery", "daily"), ("digest_hour", "18")]).assert_sees("Saved.");
    let update = ann.writes("She is home", BODY);
    sends(&app);
    let changed = [("title", "She is home"), ("body", "She is home, until *Sunday*."), ("audience", "everyone")];
    ann.submit(&format!("{update}/edit"), &changed).assert_status(200);
    ann.post(&format!("{update}/correction"), &[("edition", "0")]).assert_status(303);
    all.push(("corrected", newest(&app, &jo.email)));
    for (holds, at_once, gathered) in
        [("first_lines", "first-lines", "digest-first-lines"), ("only_news", "only-news", "digest-only-news")]
    {
        ann.submit("/p/maria/mail-holds", &[("mail_holds", holds)]).assert_sees("Saved.");
        ann.writes("At the lake", &BODY.replace("home", "at the lake"));
        all.push((at_once, newest(&app, &jo.email)));
        app.pass(SignedDuration::from_hours(24));
        all.push((gathered, newest(&app, &dee.email)));
    }

    let app = named();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.post("/p/maria/memorial", &[("condolences", "yes")]).assert_status(303);
    ann.writes("Our Maria", "She fell asleep on Thursday, in the morning light, with her sisters around her.");
    all.push(("memorial", newest(&app, &jo.email)));

    let app = named();
    let ann = app.organizer_of("link");
    let visitor = app.visitor();
    visitor.get(&ann.secret_link());
    let fields = [("name", "Cy"), ("email", "cy@example.org"), ("message", "")];
    visitor.submit("/p/maria/follow", &fields).assert_sees("Look into your mail");
    all.push(("please-confirm", newest(&app, "cy@example.org")));

    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/sending");
    let key = |name: &str, file: &str| format!("{name}:tidings.example.org:{}", folder.join(file).display());
    let keys = [key("rsa2026", "rsa.pem"), key("ed2026", "ed25519.pem")].join(", ");
    let app = TestApp::with(&[NAMED.as_slice(), &[("TIDINGS_DKIM_KEYS", keys.as_str())]].concat());
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.writes("She is home", BODY);
    let signed = newest(&app, &jo.email);
    assert_eq!(signed.raw.matches("DKIM-Signature: ").count(), 2, "{}", signed.raw);
    all.push(("signed", signed));
    all
}

#[test]
fn what_else_mail_can_say_is_as_readable() {
    let all = variants();
    for (name, mail) in &all {
        looks_right(kind_of(mail), mail);
        let says = match *name {
            "corrected" => "This is a corrected update.",
            "memorial" => "leave a few words",
            "please-confirm" => "gave this address",
            "first-lines" | "digest-first-lines" => "Read the rest",
            "only-news" => "There is news on",
            _ => "She is home",
        };
        assert!(mail.text.contains(says) || *name == "digest-only-news", "{name}: no {says} in {}", mail.text);
    }
    put(all.iter().map(|(name, mail)| (format!("variant-{name}"), mail)));
}

/// Where somebody wants to look at mails, or have them judged.
fn put<'a>(mails: impl Iterator<Item = (String, &'a Mail)>) {
    let Some(folder) = std::env::var_os("TIDINGS_TEST_MAILS") else { return };
    std::fs::create_dir_all(&folder).expect("the folder");
    for (name, mail) in mails {
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.eml")), &mail.raw).expect("a file");
    }
}

/// Photos are prepared, and then the mail leaves.
fn sends(app: &TestApp) {
    app.run_jobs();
    app.pass(SignedDuration::from_mins(2));
    app.run_jobs();
}

fn kind_of(mail: &Mail) -> &'static str {
    let known = KINDS.iter().find(|(_, id, words)| mail.message_id.starts_with(id) && mail.text.contains(words));
    known.unwrap_or_else(|| panic!("a mail of no kind: {} {}", mail.message_id, mail.text)).0
}

/// The addresses that the HTML leads to.
fn links(html: &str) -> BTreeSet<String> {
    let document = Html::parse_document(html);
    let all = Selector::parse("a[href]").expect("a selector");
    document.select(&all).filter_map(|it| it.value().attr("href")).map(str::to_owned).collect()
}

#[test]
fn every_mail_is_readable_wherever_it_is_read() {
    let mails: Vec<Mail> = [of_accounts(), of_a_page(), of_a_public_page(), of_letters()].concat();
    let mut found: BTreeMap<&str, Vec<&Mail>> = BTreeMap::new();
    for mail in &mails {
        found.entry(kind_of(mail)).or_default().push(mail);
    }
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/mail");
    let templates = std::fs::read_dir(folder).expect("the templates").map(|entry| entry.expect("one").path());
    let templates: BTreeSet<String> = templates
        .filter(|path| path.extension().is_some_and(|it| it == "txt"))
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    let made: BTreeSet<String> = found.keys().map(|kind| (*kind).to_owned()).collect();
    assert_eq!(made, templates, "every kind of mail is looked at");
    for (kind, mails) in &found {
        for mail in mails {
            looks_right(kind, mail);
        }
    }
    // Of those that are all alike, a few are enough.
    put(found.iter().flat_map(|(kind, mails)| {
        mails.iter().take(8).enumerate().map(move |(number, mail)| (format!("{kind}-{number}"), *mail))
    }));
}

fn looks_right(kind: &str, mail: &Mail) {
    let (text, html) = (&mail.text, &mail.html);
    // On the wire.
    assert!(mail.raw.is_ascii() && mail.raw.lines().all(|line| line.len() <= 998), "{kind}");
    let answers = ["post_taken", "reply_not_used"].contains(&kind);
    let submitted = if answers { "Auto-Submitted: auto-replied" } else { "Auto-Submitted: auto-generated" };
    assert_eq!(answers, mail.raw.contains("In-Reply-To: <") && !mail.raw.contains("In-Reply-To: <page-"), "{kind}");
    for header in [submitted, "MIME-Version: 1.0", "format=flowed", "Message-ID: <", "Date: "] {
        assert!(mail.raw.contains(header), "{kind}: no {header} in {}", mail.raw);
    }
    // What providers go by (RFC 2369, RFC 2919, RFC 8058), and what programs put mails together by.
    let (head, _) = mail.raw.split_once("\r\n\r\n").expect("a head");
    let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    assert!(field("Feedback-ID").is_some_and(|value| value.ends_with(":tidings")), "{kind}: {head}");
    if text.contains("/unsubscribe/") {
        assert!(field("List-Id").is_some_and(|value| value.starts_with('<')), "{kind}: {head}");
        let stops = head.replace("\r\n ", " ");
        assert!(stops.contains("List-Unsubscribe: <http") && stops.contains("/unsubscribe/"), "{kind}: {head}");
        assert_eq!(field("List-Unsubscribe-Post"), Some("List-Unsubscribe=One-Click"), "{kind}: {head}");
    }
    if ["new_update", "digest"].contains(&kind) {
        assert!(field("References").is_some_and(|value| value.starts_with("<page-")), "{kind}: {head}");
        assert_eq!(field("References"), field("In-Reply-To"), "{kind}: {head}");
    }
    // Who it is from, why it came, and how there is no more of it.
    assert!(!mail.from_name.is_empty() && !mail.subject.is_empty(), "{kind}");
    assert!(html.contains(&mail.from_name) || html.contains("Tidings"), "{kind}: {html}");
    let (_, foot) = text.split_once("\n--\n").unwrap_or_else(|| panic!("{kind}: no foot in {text}"));
    assert!(foot.contains("You get this") && foot.contains("because"), "{kind}: {foot}");
    let stops = [
        "/unsubscribe/",
        "do nothing",
        "/visits/",
        "It is sent every time",
        "has had this address until now",
        "You get this once",
        "please replace that address",
    ];
    assert!(stops.iter().any(|words| foot.contains(words)), "{kind}: {foot}");
    // The same in both parts, and links alone on their lines.
    for link in links(html) {
        assert!(text.contains(&link), "{kind}: {link} is not in {text}");
    }
    for line in text.lines().filter(|line| line.contains("/unsubscribe/") || line.contains("/sign-in/link/")) {
        assert!(line.starts_with("http") && !line.contains(' '), "{kind}: {line}");
    }
    for remnant in ["<p", "</", "&amp;", "&#", "&lt;", "{{", "{%", "style="] {
        assert!(!text.contains(remnant), "{kind}: {remnant} in {text}");
    }
    // Nothing is asked for from anywhere.
    let lower = html.to_lowercase();
    for remote in ["src=\"http", "src=\"/", "url(", "@import", "<link", "<script", "background=\"http", "srcset"] {
        assert!(!lower.contains(remote), "{kind}: {remote} in {html}");
    }
    // Tables that are no tables, styles that outlive `<style>`, both colour schemes, a language.
    assert_eq!(lower.matches("<table").count(), lower.matches("<table role=\"presentation\"").count(), "{kind}");
    for words in [
        "<html lang=\"en\"",
        "name=\"color-scheme\" content=\"light dark\"",
        "name=\"supported-color-schemes\"",
        "@media (prefers-color-scheme: dark)",
        "<!--[if mso]><table",
    ] {
        assert!(html.contains(words), "{kind}: no {words}");
    }
    let body = html.split_once("<body").expect("a body").1;
    for tag in ["p", "a", "h1", "h3", "li", "blockquote"] {
        for plain in [format!("<{tag}>"), format!("<{tag} href=\"")] {
            assert!(!body.contains(&plain), "{kind}: {plain} has no style in {html}");
        }
    }
}

/// The last mail about an update that somebody has.
fn newest_update(app: &TestApp, who: &Person) -> Mail {
    let all = app.mails_to(&who.email);
    all.into_iter().rfind(|mail| mail.message_id.starts_with("update-")).expect("a mail about an update")
}

/// The pictures that a mail names, and those that are with it.
fn pictures(mail: &Mail) -> (Vec<String>, Vec<(String, Vec<u8>)>) {
    let named = mail.html.split("src=\"cid:").skip(1).map(|rest| rest.split('"').next().unwrap_or_default().to_owned());
    let message = MessageParser::default().parse(mail.raw.as_bytes()).expect("a mail");
    let with = message.parts.iter().filter_map(|part| Some((part.content_id()?.to_owned(), part.contents().to_vec())));
    (named.collect(), with.collect())
}

#[test]
fn photos_that_are_ready_are_with_the_mail_small_and_described() {
    let app = named();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = writes_with(&ann, "One", "everyone", &[&png(1600, 1200, 1)]);
    app.run_jobs();
    let photo = photos_on(&ann.get(&update)).pop().expect("a photo");
    let words = [("alt", "She \"waves\" <b>"), ("caption", "At the window")];
    ann.post(&format!("/p/maria/photos/{photo}"), &words).assert_status(303);
    sends(&app);
    let mail = newest_update(&app, &jo);
    let (named, with) = pictures(&mail);
    assert_eq!(named.len(), 1, "{}", mail.html);
    assert_eq!(named, with.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>());
    let picture = image::load_from_memory(&with[0].1).expect("a picture");
    assert_eq!((picture.width(), picture.height()), (1024, 768));
    assert!(mail.html.contains("alt=\"She &#34;waves&#34; &#60;b&#62;\""), "{}", mail.html);
    assert!(mail.html.contains("At the window") && !mail.html.contains("photo is with"), "{}", mail.html);
    assert!(mail.text.contains("[Photo: She \"waves\" <b>] At the window\n"), "{}", mail.text);
    assert!(mail.text.contains("A photo is with this update."), "{}", mail.text);
    // Every picture leads where the button does.
    let link = mail.link("/sign-in/link/");
    assert!(mail.html.matches(&format!("href=\"{link}\"")).count() >= 2, "{}", mail.html);

    let many: Vec<Vec<u8>> = (0u8..6).map(|seed| png(900, 700 + u32::from(seed), 40 * seed)).collect();
    let many: Vec<&[u8]> = many.iter().map(Vec::as_slice).collect();
    writes_with(&ann, "Six", "everyone", &many);
    sends(&app);
    let mail = newest_update(&app, &jo);
    let (named, with) = pictures(&mail);
    assert_eq!((named.len(), with.len()), (4, 4), "{}", mail.html);
    assert!(with.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() <= 400 * 1024);
    assert!(mail.html.contains("2 more photos are on the page."), "{}", mail.html);
    assert!(mail.text.contains("6 photos are with this update."), "{}", mail.text);
    for (_, bytes) in with {
        assert!(image::load_from_memory(&bytes).expect("a picture").width() <= 320);
        assert!(metadata(&bytes).is_none());
    }
}

#[test]
fn whoever_may_not_see_a_photo_has_no_trace_of_it_in_their_mail() {
    let app = named();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let bea = app.member(&ann, "Bea", "supporter", "family");
    let key = draft();
    let photo = png(300, 200, 7);
    let uploaded = id_of(&upload(&ann, &key, &draft(), &photo));
    let body = format!("Look:\n\n![Her scar](photo:{uploaded})\n\nAll is well.");
    let fields = [("draft", key.as_str()), ("title", "Look"), ("body", &body), ("audience", "everyone")];
    ann.post("/p/maria/updates", &fields).assert_status(303);
    app.run_jobs();
    app.sql("UPDATE photos SET audience = 'family'");
    sends(&app);
    let (family, friend) = (newest_update(&app, &bea), newest_update(&app, &jo));
    assert_eq!(pictures(&family).0.len(), 1, "{}", family.html);
    assert!(family.text.contains("[Photo: Her scar]"), "{}", family.text);
    assert_eq!(pictures(&friend), (Vec::new(), Vec::new()));
    for part in [&friend.text, &friend.html] {
        assert!(!part.contains("scar") && !part.contains("hoto") && part.contains("All is well."), "{part}");
    }
}

#[test]
fn a_family_that_wants_none_has_no_photos_in_mail() {
    let app = named();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.get("/p/maria/settings").assert_sees("Put small photos into mail");
    ann.submit("/p/maria/mail-photos", &[]).assert_sees("Saved.");
    assert_eq!(ann.get("/p/maria/settings").count("#mail-photos[checked]"), 0);
    ann.get("/p/maria/history").assert_sees("photos stand on the page only");
    writes_with(&ann, "One", "everyone", &[&png(300, 200, 1)]);
    sends(&app);
    let mail = newest_update(&app, &jo);
    assert_eq!(pictures(&mail), (Vec::new(), Vec::new()));
    assert!(mail.html.contains("A photo is with this update.") && !mail.html.contains("<img"), "{}", mail.html);
    ann.submit("/p/maria/mail-photos", &[("photos", "yes")]).assert_sees("Saved.");
    assert_eq!(ann.get("/p/maria/settings").count("#mail-photos[checked]"), 1);
}

#[test]
fn mail_does_not_wait_for_photos_that_cannot_be_had() {
    let app = named();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    writes_with(&ann, "One", "everyone", &[&png(300, 200, 1)]);
    app.run_jobs();
    std::fs::remove_dir_all(app.app.config.data_dir.join("blobs/photos")).expect("the bytes");
    sends(&app);
    let mail = newest_update(&app, &jo);
    assert_eq!(pictures(&mail), (Vec::new(), Vec::new()));
    assert!(mail.text.contains("A photo is with this update."), "{}", mail.text);
}
