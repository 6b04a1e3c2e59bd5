//! Leaving words: who may, and what is told from what nobody wants.

use jiff::SignedDuration;

use super::{confirmed, leaves, link_to, rows, send, wishes};
use crate::photos::support::writes_with_photo;
use crate::support::TestApp;

#[test]
fn nothing_is_shown_before_one_press_in_a_mail() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let update = ann.writes("Home", "She is home, says a secret source.");
    let vera = app.visitor();
    wishes(&app, &vera, "Vera Quick", "vera@example.org", "Get well soon, dear Maria")
        .assert_status(200)
        .assert_sees("One press is left")
        .assert_sees("Get well soon, dear Maria");
    // What is sent together arrives in no order.
    app.run_jobs();
    let update_form = [("name", "Vera Quick"), ("email", "vera@example.org"), ("message", "A comment of mine")];
    leaves(&app, &vera, &update, &update_form).assert_status(200);
    let nobody_sees = || {
        for reader in [&*ann, &vera, &app.visitor()] {
            for place in ["/p/maria", "/p/maria/wishes", update.as_str()] {
                reader.get(place).assert_does_not_see("Get well soon").assert_does_not_see("A comment of mine");
            }
        }
        assert!(app.mails_to(&ann.email).iter().all(|mail| !mail.subject.contains("Encouragement")));
        ann.get("/p/maria/people").assert_does_not_see("vera@example.org");
    };
    nobody_sees();
    let mails = app.mails_to("vera@example.org");
    assert_eq!(mails.len(), 2);
    for mail in &mails {
        assert_eq!(mail.subject, "Please confirm: words for Maria’s page");
        for part in [&mail.text, &mail.html, &mail.subject] {
            for private in ["Vera", "Quick", "Get well", "comment", "home", "source", "Ann"] {
                assert!(!part.contains(private), "{private} in {part}");
            }
        }
        assert!(mail.text.contains("get no such mail again"), "{}", mail.text);
    }
    // A scanner that presses every link changes nothing.
    for mail in &mails {
        for link in [mail.link("/visits/"), format!("{}/refusal", mail.link("/visits/"))] {
            app.visitor().head(&link);
            app.visitor().get(&link).assert_status(200);
        }
    }
    nobody_sees();
    let shown = vera.get(&mails[0].link("/visits/"));
    shown.assert_sees("Are these your words?").assert_sees("Get well soon, dear Maria").assert_sees("Vera Quick");
    vera.submit(&mails[0].link("/visits/"), &[]).assert_sees("Thank you");
    let page = app.visitor().get("/p/maria");
    page.assert_sees("Get well soon, dear Maria").assert_sees("Vera Quick visitor").assert_does_not_see("A comment");
    assert!(!page.body.contains("vera@example.org"));
    vera.submit(&mails[1].link("/visits/"), &[]).assert_sees("Thank you");
    let page = app.visitor().get(&update);
    page.assert_sees("A comment of mine").assert_sees("Vera Quick visitor");
    assert_eq!(ann.get("/p/maria").count("article .comments li.wish"), 1);
    let gathered = app.last_mail_to(&ann.email);
    assert!(gathered.text.contains("Get well soon, dear Maria"));
    assert!(gathered.text.contains("Vera Quick, a visitor, left a well wish"), "{}", gathered.text);
    assert!(gathered.html.contains("a visitor, left a well wish"), "{}", gathered.html);
    // So it is at the bedside, where it is read out, and on paper.
    ann.get("/p/maria/bedside").assert_sees("Vera Quick a visitor");
    ann.get("/p/maria/bedside/print").assert_sees("Vera Quick, a visitor");
    app.sql("UPDATE sites SET memorial_at = created_at, has_condolences = TRUE");
    app.sql("UPDATE wishes SET in_book = TRUE");
    ann.get("/p/maria/condolences?paper=yes").assert_sees("Vera Quick visitor");
    app.sql("UPDATE sites SET memorial_at = NULL");
    assert!(!gathered.raw.contains("vera@example.org"));
}

#[test]
fn a_photo_is_commented_on_as_an_update_is() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let (update, photo) = writes_with_photo(&app, &ann, "everyone");
    let place = format!("/p/maria/photos/{photo}/comments");
    let vera = app.visitor();
    assert_eq!(vera.get(&format!("/p/maria/photos/{photo}")).count(&format!("a[href='{place}#comment']")), 1);
    let fields = [("name", "Vera"), ("email", "vera@example.org"), ("message", "What a smile")];
    leaves(&app, &vera, &place, &fields).assert_status(200).assert_sees("One press is left");
    app.visitor().get(&place).assert_does_not_see("What a smile");
    let link = link_to(&app, "vera@example.org");
    vera.get(&link).assert_sees("a comment on a photo");
    let done = vera.submit(&link, &[]);
    assert_eq!(done.count(&format!("a[href='{place}#comments']")), 1);
    app.visitor().get(&place).assert_sees("What a smile").assert_sees("Vera visitor");
    app.visitor().get("/p/maria/wishes").assert_does_not_see("What a smile");
    assert_eq!(app.count("SELECT SUM(comment_count) AS count FROM photos"), 1);
    let again = leaves(&app, &vera, &place, &[("message", "And those eyes")]);
    assert_eq!((again.status, again.location()), (303, format!("{place}#comments")));
    app.visitor().get(&place).assert_sees("And those eyes");
    // What they may not see takes nothing of them, and neither does what is closed.
    let form = vera.get(&place);
    app.pass(SignedDuration::from_secs(20));
    app.sql("UPDATE photos SET audience = 'family'");
    send(&vera, &form, &[("message", "Too late")]).assert_status(404);
    app.sql("UPDATE photos SET audience = NULL");
    ann.submit(&format!("{update}/comments/closing"), &[("message", "Let us keep this one quiet.")]);
    send(&vera, &form, &[("message", "Too late")]).assert_status(422).assert_sees("Let us keep this one quiet.");
    let page = vera.get(&place);
    assert_eq!((page.count(".visitor-form"), page.sees("follow by e-mail")), (0, false));
    // Where nobody who does not belong leaves words, the way to belong is said.
    ann.submit(&format!("{update}/comments/opening"), &[]);
    app.sql("UPDATE sites SET memorial_at = created_at");
    let page = vera.get(&place);
    assert_eq!((page.count(".visitor-form"), page.sees("follow by e-mail")), (0, true));
    assert_eq!(rows(&app, "wishes"), 2);
}

#[test]
fn who_has_pressed_once_needs_no_second_mail_there_and_is_no_member() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let vera = confirmed(&app, "Vera", "vera@example.org", "First words");
    vera.get("/p/maria").assert_sees("under the name Vera").assert_does_not_see("E-mail address");
    let answer = leaves(&app, &vera, "/p/maria/wishes", &[("message", "Second words"), ("name", "Eve")]);
    assert_eq!((answer.status, answer.location().as_str()), (303, "/p/maria#wishes"));
    let page = vera.get("/p/maria");
    page.assert_sees("Your words are with the family").assert_sees("Second words").assert_does_not_see("Eve");
    assert_eq!(app.mails_to("vera@example.org").len(), 1);
    ann.writes("Home", "She is home.");
    assert_eq!(app.mails_to("vera@example.org").len(), 1, "a visitor hears nothing by mail");
    ann.get("/p/maria/people").assert_does_not_see("Vera");
    assert_eq!(rows(&app, "members"), 1);
    // Known on that page and on no other.
    ann.post("/pages", &[("first_name", "Bea"), ("relationship", "x"), ("privacy", "public"), ("slug", "bea")]);
    leaves(&app, &vera, "/p/bea", &[("message", "For Bea")]).assert_status(200).assert_sees("One press is left");
    app.visitor().get("/p/bea").assert_does_not_see("For Bea");
    // Hearts are for those who belong.
    vera.post("/p/maria/wishes", &[("message", "As a member")]).assert_status(404);
}

#[test]
fn an_account_that_does_not_belong_leaves_words_at_once_and_members_use_their_own_form() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let sam = app.account("Sam");
    leaves(&app, &sam, "/p/maria", &[("message", "From a stranger")]).assert_status(303);
    app.visitor().get("/p/maria").assert_sees("From a stranger").assert_sees("Sam visitor");
    assert!(!app.mails_to(&sam.email).iter().any(|mail| mail.subject.contains("words")));
    // The mark goes when they come to belong.
    ann.post("/p/maria/people/invitations", &[("addresses", &sam.email)]).assert_status(303);
    sam.submit(&app.last_mail_to(&sam.email).link("/invitations/"), &[]);
    app.visitor().get("/p/maria").assert_sees("From a stranger").assert_does_not_see("Sam visitor");
    for member in [&ann, &sam] {
        assert_eq!(member.get("/p/maria").count(".visitor-form"), 0);
        let refused = member.post("/p/maria/visits", &[("message", "Not lost")]);
        refused.assert_status(409).assert_sees("You belong to this page").assert_sees("Not lost");
    }
    // With somebody else's eyes one sees the form, and sends nothing.
    ann.post("/p/maria/perspective", &[("as", "stranger")]).assert_status(303);
    assert_eq!(ann.get("/p/maria").count(".visitor-form"), 1);
    leaves(&app, &ann, "/p/maria", &[("message", "With their eyes")]).assert_status(409);
    assert_eq!(rows(&app, "wishes"), 1);
}

#[test]
fn a_page_that_strangers_do_not_read_takes_nothing_of_them() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let update = ann.writes("Home", "She is home.");
    let family = ann.writes_for("For us", "Come on Sunday.", "family");
    let vera = app.visitor();
    let form = vera.get("/p/maria");
    app.pass(SignedDuration::from_secs(20));
    let fields = [("name", "Vera"), ("email", "vera@example.org"), ("message", "Too late")];
    let nothing = vera.post("/p/no-such-page/visits", &fields);
    let refused = |privacy: &str| {
        let answer = send(&vera, &form, &fields);
        assert_eq!((answer.status, answer.body.as_str()), (404, nothing.body.as_str()), "{privacy}");
    };
    for privacy in ["ask", "invited", "link"] {
        ann.opens_to(privacy);
        refused(privacy);
    }
    ann.opens_to("public");
    app.sql("UPDATE sites SET memorial_at = created_at");
    assert_eq!(vera.get("/p/maria").assert_status(200).count(".visitor-form"), 0);
    refused("in loving memory");
    app.sql("UPDATE sites SET has_condolences = TRUE");
    assert_eq!(vera.get("/p/maria").count(".visitor-form"), 1);
    app.sql("UPDATE sites SET memorial_at = NULL");
    ann.submit("/p/maria/closing", &[]);
    refused("closed");
    ann.submit("/p/maria/opening", &[]);
    // What is on a page is reached through it, and what is not for them does not exist.
    for hidden in [family.rsplit('/').next().expect("an id"), "nonsense", &uuid::Uuid::nil().to_string()] {
        let mut all = fields.to_vec();
        all.push(("update", hidden));
        vera.post("/p/maria/visits", &all).assert_status(404);
    }
    assert_eq!(rows(&app, "wishes"), 0);
    vera.get(&update).assert_status(200);
    // The form has a page of its own, for whoever comes back to its address.
    assert_eq!(vera.get("/p/maria/visits").assert_status(200).count(".visitor-form"), 1);
    vera.get(&format!("/p/maria/visits?update={}", family.rsplit('/').next().expect("an id"))).assert_status(404);
    assert_eq!(ann.get("/p/maria/visits").location(), "/p/maria");
}

#[test]
fn what_a_machine_sends_is_asked_about_and_no_word_is_lost() {
    let app = TestApp::new();
    app.organizer_of("public");
    let vera = app.visitor();
    let fields = |words: &'static str| [("name", "Vera"), ("email", "vera@example.org"), ("message", words)];
    let kept = |answer: &crate::support::Response, words: &str| {
        answer.assert_status(422).assert_sees("Please check this");
        assert_eq!(answer.texts("#message"), [words]);
        assert_eq!(answer.attribute("#email", "value").as_deref(), Some("vera@example.org"));
        assert_eq!(answer.attribute("#name", "value").as_deref(), Some("Vera"));
    };
    // Too quick: the same press a little later is right.
    let form = vera.get("/p/maria");
    let quick = send(&vera, &form, &fields("Typed by a machine"));
    kept(&quick, "Typed by a machine");
    quick.assert_sees("That was very quick");
    // The field that nobody sees; and then everybody does.
    assert_eq!(form.count(".decoy input[name=website]"), 1);
    app.pass(SignedDuration::from_secs(20));
    let mut filled = fields("Filled in everywhere").to_vec();
    filled.push(("website", "https://spam.example"));
    let answer = send(&vera, &form, &filled);
    kept(&answer, "Filled in everywhere");
    assert_eq!((answer.count(".decoy"), answer.count("input[name=website]")), (0, 1));
    // Links.
    let links = send(&vera, &form, &fields("https://a.example https://b.example www.c.example"));
    kept(&links, "https://a.example https://b.example www.c.example");
    // A form that lay open for a week, or was made up, is given back with a fresh stamp.
    app.pass(SignedDuration::from_hours(7 * 24));
    let old = send(&vera, &form, &fields("From last week"));
    kept(&old, "From last week");
    app.pass(SignedDuration::from_secs(20));
    assert_eq!((rows(&app, "wishes"), rows(&app, "people")), (0, 1));
    send(&vera, &old, &fields("From last week")).assert_status(200).assert_sees("One press is left");
    let wrong = leaves(&app, &vera, "/p/maria", &[("name", ""), ("email", "vera"), ("message", " ")]);
    wrong.assert_status(422).assert_sees("Please write your name").assert_sees("Please write a few words");
    assert_eq!(rows(&app, "wishes"), 1);
}

#[test]
fn a_double_tap_leaves_one_and_mails_once() {
    let app = TestApp::new();
    app.organizer_of("public");
    let vera = app.visitor();
    let form = vera.get("/p/maria");
    app.pass(SignedDuration::from_secs(20));
    let fields = [("name", "Vera"), ("email", "vera@example.org"), ("message", "Love")];
    for _ in 0..3 {
        send(&vera, &form, &fields).assert_status(200);
    }
    assert_eq!((rows(&app, "wishes"), app.mails_to("vera@example.org").len()), (1, 1));
    // Whoever goes back and says it better has said two things, and each of them once.
    for _ in 0..3 {
        send(&vera, &form, &[("name", "Vera"), ("email", "vera@example.org"), ("message", "Much love")]);
    }
    assert_eq!((rows(&app, "wishes"), app.mails_to("vera@example.org").len()), (2, 2));
    // The same form with another address is not the same.
    let corrected = [("name", "Vera"), ("email", "vera.q@example.org"), ("message", "Love")];
    send(&vera, &form, &corrected).assert_status(200);
    assert_eq!((rows(&app, "wishes"), app.mails_to("vera.q@example.org").len()), (3, 1));
}

#[test]
fn nothing_tells_whose_an_address_is() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let member = app.supporter(&ann, "Memb");
    let account = app.account("Acct");
    let blocked = app.supporter(&ann, "Blck");
    let id = ann.get("/p/maria/people").member_called("Blck");
    ann.submit(&format!("/p/maria/people/{id}/block"), &[]);
    app.run_jobs();
    let counted = || ["jobs", "wishes", "visits", "mail_tokens"].map(|table| rows(&app, table));
    let mut answers = Vec::new();
    for email in [&member.email, &account.email, &blocked.email, &ann.email, "none@example.org"] {
        let vera = app.visitor();
        let before = counted();
        let answer = wishes(&app, &vera, "Vera", email, "The same words");
        let after = counted();
        let added: Vec<i64> = before.iter().zip(after).map(|(before, after)| after - before).collect();
        assert_eq!(added, [1, 1, 1, 0], "{email}");
        let mut body = answer.body.replace(email, "ADDRESS");
        for secret in ["input[name=csrf]", "input[name=stamp]", "input[name=submission]"] {
            body = body.replace(&answer.attribute(secret, "value").expect("a field"), "SECRET");
        }
        let nonce = answer.attribute("script[nonce]", "nonce").expect("a nonce");
        let headers: Vec<_> = answer.headers.iter().map(|(name, _)| name.clone()).collect();
        answers.push((answer.status, body.replace(&nonce, "NONCE"), headers));
        // The mail is the same, too, and so is what its link shows.
        let mail = app.last_mail_to(email);
        assert_eq!(mail.subject, "Please confirm: words for Maria’s page", "{email}");
        assert!(!mail.text.contains("sign in"), "{}", mail.text);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:#?}");
}

#[test]
fn the_family_can_see_whose_words_they_are_and_shut_them_out() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let vera = confirmed(&app, "Vera", "vera@example.org", "Buy my pills");
    let entry = ann.get("/p/maria").attribute("a.byline__visitor", "href").expect("who that is");
    assert!(app.visitor().get("/p/maria").attribute("a.byline__visitor", "href").is_none());
    ann.get(&entry).assert_sees("vera@example.org").assert_sees("Vera");
    for other in [&vera, &app.visitor()] {
        other.get(&entry).assert_status(404);
    }
    // Words that wait for their writer are hidden by nothing, and shown by nothing else than their press.
    wishes(&app, &app.visitor(), "Vera", "vera@example.org", "More pills").assert_status(200);
    let waiting = link_to(&app, "vera@example.org");
    ann.submit(&format!("{entry}/block"), &[]).assert_sees("They are blocked").assert_sees("vera@example.org");
    let gone = || app.visitor().get("/p/maria").assert_does_not_see("pills").status;
    assert_eq!(gone(), 200);
    // Every way back is answered as anybody is answered.
    let direct = leaves(&app, &vera, "/p/maria", &[("message", "pills again")]);
    assert_eq!((direct.status, direct.location().as_str()), (303, "/p/maria#wishes"));
    vera.get("/p/maria").assert_sees("Your words are with the family").assert_does_not_see("pills");
    app.visitor().submit(&waiting, &[]).assert_sees("Thank you").assert_sees("Your words are with the family");
    confirmed(&app, "Vera", "vera+again@example.org", "pills (another way)");
    assert_eq!(gone(), 200);
    ann.get("/p/maria").assert_does_not_see("pills");
    let told = app.mails_to(&ann.email);
    assert!(
        told.iter().all(|mail| !["More pills", "pills again", "another way"].iter().any(|it| mail.text.contains(it)))
    );
    let withheld = |why: &str| app.count(&format!("SELECT COUNT(*) AS count FROM wishes WHERE withheld = '{why}'"));
    assert_eq!((withheld("blocked"), withheld("hidden")), (1, 3));
    // Unblocked, what they wrote before can be shown again; what came since, nobody has looked at.
    let id = ann.get("/p/maria/people").member_called("vera@example.org");
    ann.submit(&format!("/p/maria/people/{id}/unblocking"), &[("show", "yes")]);
    for place in ["/p/maria", "/p/maria/wishes"] {
        let page = app.visitor().get(place);
        page.assert_sees("Buy my pills").assert_does_not_see("More pills").assert_does_not_see("pills again");
    }
    ann.get("/p/maria/wishes/hidden").assert_sees("More pills").assert_sees("pills again").assert_sees("another way");
}
