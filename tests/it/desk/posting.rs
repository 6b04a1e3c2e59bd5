//! Posting once, to whom it was meant, and after a question where it is grave.

use super::{co_author, draft, id, mails_about};
use crate::support::TestApp;

#[test]
fn the_same_draft_with_the_same_words_is_posted_once_however_often_it_is_sent() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let it = id();
    let fields = [("title", "Home"), ("body", "She is home."), ("draft", it.as_str()), ("audience", "everyone")];
    let first = ann.script("/p/maria/updates", &fields);
    first.assert_status(201);
    for _ in 0..3 {
        let again = ann.script("/p/maria/updates", &fields);
        assert_eq!((again.status, again.json()), (201, first.json()));
    }
    ann.post("/p/maria/updates", &fields).assert_status(303);
    // Also after it was changed meanwhile.
    let update = first.json()["path"].as_str().expect("a path").to_owned();
    ann.submit(&format!("{update}/edit"), &[("body", "She is at home."), ("audience", "everyone")]);
    assert_eq!(ann.script("/p/maria/updates", &fields).json(), first.json());
    // Other words under the same draft are not posted by a script.
    let other = [("body", "Other words."), ("draft", it.as_str())];
    assert_eq!(ann.script("/p/maria/updates", &other).assert_status(410).json()["published"], update.as_str());
    assert_eq!(ann.get("/p/maria").count("article.update"), 1);
    assert_eq!(mails_about(&app, &jo, "She is at home."), 1);
    assert_eq!(app.mails_to(&jo.email).len(), 2, "an invitation and one update");
}

#[test]
fn of_many_who_post_the_same_draft_at_once_one_does() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    for round in 0..4 {
        let it = id();
        let body = format!("Round {round}");
        ann.script(&draft(&it), &[("body", &body), ("revision", "0")]).assert_status(200);
        let csrf = ann.get("/sign-in").csrf();
        let headers = [("accept", "application/json"), ("x-csrf-token", csrf.as_str())];
        let fields = [("body", body.as_str()), ("draft", &it), ("revision", "1")];
        let save = [("body", "Still typing"), ("revision", "1")];
        let paths: Vec<String> = std::thread::scope(|scope| {
            let posts: Vec<_> =
                (0..4).map(|_| scope.spawn(|| ann.post_raw("/p/maria/updates", &fields, &headers))).collect();
            let saves: Vec<_> = (0..2).map(|_| scope.spawn(|| ann.post_raw(&draft(&it), &save, &headers))).collect();
            for save in saves {
                let status = save.join().expect("an answer").status;
                assert!([200, 409, 410].contains(&status), "{status}");
            }
            posts
                .into_iter()
                .map(|it| it.join().expect("an answer"))
                .filter(|answer| answer.status != 409)
                .map(|answer| answer.assert_status(201).json()["path"].to_string())
                .collect()
        });
        assert!(paths.windows(2).all(|pair| pair[0] == pair[1]), "{paths:?}");
        // Either it is posted and the draft is gone, or a save came first and its words were not passed over.
        let posted = i64::from(!paths.is_empty());
        assert_eq!(app.count("SELECT COUNT(*) AS count FROM drafts"), 1 - posted);
        app.sql("DELETE FROM drafts");
        assert_eq!(mails_about(&app, &jo, &body), usize::try_from(posted).expect("0 or 1"));
    }
}

#[test]
fn a_draft_that_others_have_changed_is_not_posted_over_their_words() {
    let app = TestApp::new();
    let ann = app.organizer();
    let cleo = co_author(&app, &ann, "Cleo");
    let it = id();
    ann.script(&draft(&it), &[("body", "From Ann"), ("shared", "yes"), ("revision", "0")]).assert_status(200);
    cleo.script(&draft(&it), &[("body", "From Ann, and Cleo"), ("revision", "1")]).assert_status(200);
    let mine = [("body", "From Ann alone"), ("draft", it.as_str()), ("revision", "1")];
    ann.script("/p/maria/updates", &mine).assert_status(409);
    let page = ann.post("/p/maria/updates", &mine);
    page.assert_status(409).assert_sees("There are two texts now").assert_sees("From Cleo");
    assert_eq!(ann.get("/p/maria").count("article.update"), 0);
    // Choosing does not post yet.
    let kept = [("body", "From Ann alone"), ("revision", "2"), ("keep", "mine"), ("shared", "yes")];
    ann.submit(&draft(&it), &kept).assert_does_not_see("From Ann, and Cleo");
    cleo.get(&draft(&it)).assert_sees("From Ann, and Cleo");
    assert_eq!(ann.get("/p/maria").count("article.update"), 0);
    ann.post(&format!("{}/publication", draft(&it)), &[("revision", "2")]).assert_status(409);
    ann.post(&format!("{}/publication", draft(&it)), &[("revision", "3")]).assert_status(303);
    ann.get("/p/maria").assert_sees("From Ann alone");
}

#[test]
fn before_hard_news_somebody_asks_whether_the_closest_have_been_told() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let it = id();
    let fields = [("title", "Sad news"), ("body", "It is grave."), ("hard", "yes"), ("draft", it.as_str())];
    let answer = ann.post("/p/maria/updates", &fields);
    assert_eq!((answer.status, answer.location()), (303, format!("{}/publication", draft(&it))));
    let question = ann.get(&answer.location());
    question.assert_sees("Have the closest people been told?").assert_sees("Yes, post it").assert_sees("Not yet");
    ann.get("/p/maria").assert_does_not_see("It is grave.").assert_sees("You have a draft");
    ann.get("/p/maria/drafts").assert_sees("Sad news");
    let asked = ann.script("/p/maria/updates", &fields);
    assert!(asked.assert_status(422).json()["errors"]["told"].is_string());
    // Posting the kept draft without an answer asks again.
    let revision = ann.get(&draft(&it)).attribute("input[name=revision]", "value").expect("it");
    let again = ann.post(&format!("{}/publication", draft(&it)), &[("revision", &revision), ("now", "yes")]);
    assert_eq!(again.location(), format!("{}/publication", draft(&it)));
    assert_eq!(mails_about(&app, &jo, "It is grave."), 0);
    let revision = ann.get(&answer.location()).attribute("input[name=revision]", "value").expect("it");
    let yes = [("revision", revision.as_str()), ("told", "yes")];
    ann.submit(&format!("{}/publication", draft(&it)), &yes).assert_sees("It is grave.");
    // Pressed twice, it is posted once.
    ann.post(&format!("{}/publication", draft(&it)), &yes).assert_status(303);
    assert_eq!(ann.get("/p/maria").count("article.update"), 1);
    assert_eq!(mails_about(&app, &jo, "It is grave."), 1);
    ann.script("/p/maria/updates", &[("body", "Graver."), ("hard", "yes"), ("told", "yes"), ("draft", &id())])
        .assert_status(201);
}

#[test]
fn no_line_of_a_scaffold_is_posted_by_mistake() {
    let app = TestApp::new();
    let ann = app.organizer();
    let links: Vec<String> = ["first", "surgery", "setback", "home", "goodbye", "thanks"].map(str::to_owned).to_vec();
    let desk = ann.get("/p/maria/updates/new");
    assert_eq!(desk.count(".scaffolds a"), links.len());
    for word in &links {
        let page = ann.get(&format!("/p/maria/updates/new?scaffold={word}"));
        let body = page.texts("#body").pop().expect("a text");
        assert!(body.contains("Maria") && body.starts_with('['), "{body}");
        ann.post("/p/maria/updates", &[("body", &body)]).assert_status(422).assert_sees("still stand there");
        ann.script("/p/maria/updates", &[("body", &body), ("draft", &id())]).assert_status(422);
        let later = [("body", body.as_str()), ("when", "at"), ("at", "2026-04-01T09:00"), ("draft", &id())];
        ann.script("/p/maria/updates", &later).assert_status(422);
        ann.post("/p/maria/updates", &[("body", &body), ("lines", "remove")]).assert_status(422);
    }
    let body = "She slept.\r\n\r\n\\[What comes next, and when you think there will be news\\]\r\n\r\nLove, Ann";
    let page = ann.post("/p/maria/updates", &[("body", body)]);
    page.assert_status(422).assert_sees("[What comes next, and when you think there will be news]");
    assert_eq!(page.attribute("button[name=lines]", "value").as_deref(), Some("remove"));
    assert!(page.texts("#body")[0].contains("Love, Ann"));
    // As a draft it may be kept, but not posted from there.
    let it = id();
    ann.script(&draft(&it), &[("body", body), ("revision", "0")]).assert_status(200);
    ann.post(&format!("{}/publication", draft(&it)), &[("revision", "1")]).assert_status(422);
    let page =
        ann.submit("/p/maria/updates", &[("body", body), ("lines", "remove"), ("draft", &it), ("revision", "1")]);
    page.assert_sees("She slept. Love, Ann").assert_does_not_see("What comes next");
    let edit = page.attribute(".byline a", "href").expect("the update") + "/edit";
    let change = [("body", "[How Maria is now]"), ("audience", "everyone")];
    ann.post(&edit, &change).assert_status(422);
}

#[test]
fn mail_goes_to_whom_it_was_chosen_for() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, big, none) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bo"), app.supporter(&ann, "No"));
    big.submit("/p/maria/follow", &[("delivery", "big")]).assert_sees("Saved");
    assert!(big.get("/p/maria/follow").attribute("#delivery-big", "checked").is_some());
    none.submit("/p/maria/follow", &[("delivery", "none")]);
    for (mail, body, got) in [
        ("each", "An ordinary day", [1, 0, 0]),
        ("big", "She comes home on Sunday", [1, 1, 0]),
        ("none", "A small word", [0, 0, 0]),
        ("", "Nothing was chosen", [1, 0, 0]),
    ] {
        ann.submit("/p/maria/updates", &[("body", body), ("mail", mail)]).assert_sees(body);
        assert_eq!([&jo, &big, &none].map(|who| mails_about(&app, who, body)), got, "{mail}");
    }
    ann.submit("/p/maria/updates", &[("body", "Quiet"), ("mail", "none")]).assert_sees("No mail was sent about it.");
    // Whoever wants big news only at the moment of sending, hears of nothing else.
    ann.post("/p/maria/updates", &[("body", "On its way")]).assert_status(303);
    jo.submit("/p/maria/follow", &[("delivery", "big")]);
    assert_eq!(mails_about(&app, &jo, "On its way"), 0);
    ann.get("/p/maria/people").assert_sees("Gets big news only");
}

#[test]
fn a_preview_shows_page_and_mail_and_posts_nothing() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let it = id();
    let fields = [
        ("title", "Home"),
        ("body", "She is **home**. <script>alert(1)</script>"),
        ("audience", "family"),
        ("revision", "0"),
        ("next", "preview"),
    ];
    let answer = ann.post(&draft(&it), &fields);
    assert_eq!(answer.location(), format!("{}/preview", draft(&it)));
    let page = ann.get(&answer.location());
    page.assert_status(200).assert_sees("Maria’s page <tidings@").assert_sees("Ann, for Maria").assert_sees("Subject");
    assert_eq!(page.texts(".preview .words strong"), ["home"]);
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.contains("frame-src 'self'") && policy.contains("script-src 'nonce-"), "{policy}");
    let frame = page.attribute("iframe", "src").expect("a frame");
    let mail = ann.get(&frame);
    assert!(mail.body.contains("<strong>home</strong>") && !mail.body.contains("<script"), "{}", mail.body);
    let policy = mail.header("content-security-policy").expect("a policy");
    assert!(policy.contains("sandbox") && policy.contains("frame-ancestors 'self'") && !policy.contains("allow-same"));
    assert!(policy.contains("default-src 'none'") && !policy.contains("allow-scripts"), "{policy}");
    for link in ["/sign-in/link/", "/unsubscribe/"] {
        assert!(!mail.body.contains(link), "a preview has no secrets in it");
    }
    assert!(!ann.get("/p/maria").header("content-security-policy").expect("a policy").contains("frame-src 'self'"));
    jo.get(&frame).assert_status(404);
    assert_eq!(ann.get("/p/maria").count("article.update"), 0);
    assert_eq!(app.mails_to(&jo.email).len(), 1, "the invitation");
}

#[test]
fn what_cannot_be_posted_comes_back_with_all_that_was_chosen() {
    let app = TestApp::new();
    let ann = app.organizer();
    let cleo = co_author(&app, &ann, "Cleo");
    let fields = [("title", "T"), ("body", "For us"), ("audience", "organizers"), ("mail", "big"), ("hard", "yes")];
    let page = cleo.post("/p/maria/updates", &fields);
    page.assert_status(422).assert_sees("Only organizers can write for organizers only.");
    assert_eq!(page.texts("#body"), ["For us"]);
    assert!(page.attribute("#mail-big", "checked").is_some() && page.attribute("#hard", "checked").is_some());
    let refused = cleo.script("/p/maria/updates", &[("body", ""), ("draft", &id())]);
    assert!(refused.assert_status(422).json()["errors"]["body"].is_string());
}
