//! The link in the mail.

use jiff::SignedDuration;

use super::{confirmed, leaves, link_to, rows, tidies, wishes};
use crate::support::people::PASSWORD;
use crate::support::{Browser, TestApp};

#[test]
fn pressed_twice_or_at_once_it_is_done_once() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let vera = app.visitor();
    wishes(&app, &vera, "Vera", "vera@example.org", "Love").assert_status(200);
    let link = link_to(&app, "vera@example.org");
    let browsers: Vec<(Browser, String)> = (0..4)
        .map(|_| {
            let browser = app.visitor();
            let csrf = browser.get("/sign-in").csrf();
            (browser, csrf)
        })
        .collect();
    std::thread::scope(|scope| {
        for (browser, csrf) in &browsers {
            scope.spawn(|| browser.post_raw(&link, &[("csrf", csrf)], &[]).assert_status(303).status);
        }
    });
    vera.submit(&link, &[]).assert_sees("Thank you");
    assert_eq!(app.visitor().get("/p/maria/wishes").count("li.wish"), 1);
    let told = app.mails_to(&ann.email);
    assert_eq!(told.iter().map(|mail| mail.text.matches("left a well wish").count()).sum::<usize>(), 1);
    let known = browsers.iter().filter(|(browser, _)| browser.cookie("tidings-session").is_some()).count();
    assert_eq!(known, 1, "whoever pressed first is known in that browser");
}

#[test]
fn a_link_that_is_too_old_shows_the_words_and_leads_to_a_fresh_one() {
    let app = TestApp::new();
    app.organizer_of("public");
    wishes(&app, &app.visitor(), "Vera", "vera@example.org", "Written on Monday");
    let old = link_to(&app, "vera@example.org");
    app.pass(SignedDuration::from_hours(49));
    tidies(&app);
    let phone = app.visitor();
    phone.get(&old).assert_status(410).assert_sees("Written on Monday").assert_sees("Mail me a fresh link");
    phone.submit_over(&old);
    app.visitor().get("/p/maria").assert_does_not_see("Written on Monday");
    phone.post(&format!("{old}/renewal"), &[]).assert_status(200).assert_sees("A fresh link is on its way");
    let fresh = link_to(&app, "vera@example.org");
    assert_ne!(old, fresh);
    phone.submit(&fresh, &[]).assert_sees("Thank you");
    app.visitor().get("/p/maria").assert_sees("Written on Monday");
    // The old one says the same by now, and gives nothing.
    phone.get(&old).assert_status(200).assert_sees("Thank you");
    phone.post(&format!("{old}/renewal"), &[]).assert_status(410);
}

impl Browser {
    /// Presses a link that does nothing any more.
    fn submit_over(&self, link: &str) {
        let answer = self.post(link, &[]);
        answer.assert_status(303);
        self.get(&answer.location()).assert_status(410);
    }
}

#[test]
fn what_nobody_confirms_is_thrown_away_with_whoever_is_nowhere_else() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let sam = app.account("Sam");
    let jo = app.supporter(&ann, "Jo");
    let people = rows(&app, "people");
    for email in ["vera@example.org", &sam.email, &jo.email] {
        wishes(&app, &app.visitor(), "Vera", email, "Never confirmed");
    }
    confirmed(&app, "Kept", "kept@example.org", "Confirmed in time");
    let link = link_to(&app, "vera@example.org");
    app.pass(SignedDuration::from_hours(6 * 24));
    tidies(&app);
    assert_eq!(rows(&app, "wishes"), 4, "not before a week is over");
    app.pass(SignedDuration::from_hours(25));
    tidies(&app);
    assert_eq!((rows(&app, "wishes"), rows(&app, "people")), (1, people + 1));
    app.visitor().get(&link).assert_status(410).assert_sees("within a week");
    app.visitor().post(&link, &[]).assert_status(410);
    app.visitor().post(&format!("{link}/refusal"), &[]).assert_status(410);
    app.visitor().get("/p/maria").assert_sees("Confirmed in time");
    jo.get("/p/maria").assert_status(200);
}

#[test]
fn nobody_is_signed_in_by_it_and_nobody_signed_out() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let sam = app.account("Sam");
    // Somebody with an account, under another name, in a browser where nobody is signed in.
    let phone = app.visitor();
    wishes(&app, &phone, "Not Sam", &sam.email, "From my phone");
    let link = link_to(&app, &sam.email);
    phone.get(&link).assert_sees("under the name Sam");
    phone.submit(&link, &[]).assert_sees("Thank you");
    phone.get("/p/maria").assert_sees("From my phone").assert_sees("Reading as Sam").assert_does_not_see("Not Sam");
    assert!(phone.get("/account").location().starts_with("/sign-in"));
    app.visitor().post("/sign-in", &[("email", &sam.email), ("password", PASSWORD)]).assert_status(303);
    // In somebody else's browser they stay who they are.
    wishes(&app, &app.visitor(), "Vera", "vera@example.org", "On her laptop");
    ann.submit(&link_to(&app, "vera@example.org"), &[]).assert_sees("Thank you");
    ann.get("/account").assert_status(200).assert_sees(&ann.email);
    ann.get("/p/maria").assert_sees("On her laptop").assert_sees("Write the first update");
    // An organizer who leaves words as a visitor gets no more than a reader has.
    wishes(&app, &app.visitor(), "Ann", &ann.email, "From Ann elsewhere");
    let tablet = app.visitor();
    tablet.submit(&link_to(&app, &ann.email), &[]).assert_sees("Thank you");
    assert!(tablet.get("/p/maria/people").location().starts_with("/sign-in"));
    tablet.get("/p/maria").assert_sees("From Ann elsewhere").assert_does_not_see("Ann visitor");
}

#[test]
fn with_the_link_words_are_confirmed_anywhere_and_open_nothing() {
    let app = TestApp::new();
    let ann = app.organizer_of("link");
    let update = ann.writes("Home", "She is home.");
    let secret = ann.secret_link();
    let laptop = app.visitor();
    laptop.get(&secret);
    leaves(&app, &laptop, &update, &[("name", "Vera"), ("email", "vera@example.org"), ("message", "On the update")]);
    let first = link_to(&app, "vera@example.org");
    wishes(&app, &laptop, "Vera", "vera@example.org", "Second thoughts");
    let links = [first, link_to(&app, "vera@example.org")];
    let phone = app.visitor();
    phone.get(&links[0]).assert_sees("a comment on an update").assert_does_not_see("Home");
    phone.submit(&links[0], &[]).assert_sees("Thank you").assert_sees("open the link that you were given");
    for place in ["/p/maria", &update] {
        phone.get(place).assert_status(404);
    }
    laptop.get(&update).assert_sees("On the update");
    // Where the link was replaced since, or the page closed to strangers, what waits is kept from it.
    ann.submit("/p/maria/link", &[]);
    phone.get(&links[1]).assert_status(410).assert_sees("Second thoughts").assert_does_not_see("Maria");
    phone.submit_over(&links[1]);
    ann.opens_to("invited");
    phone.submit_over(&links[1]);
    ann.get("/p/maria").assert_does_not_see("Second thoughts");
    // Where everyone may read by then, they are as welcome as any others.
    ann.opens_to("public");
    phone.submit(&links[1], &[]).assert_sees("Thank you");
    ann.get("/p/maria").assert_sees("Second thoughts");
}

#[test]
fn a_comment_on_what_strangers_read_no_longer_is_not_shown() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let update = ann.writes("Home", "She is home.");
    let fields = [("name", "Vera"), ("email", "vera@example.org"), ("message", "On the update")];
    leaves(&app, &app.visitor(), &update, &fields);
    let link = link_to(&app, "vera@example.org");
    ann.submit(&format!("{update}/edit"), &[("body", "She is home."), ("audience", "family")]);
    let phone = app.visitor();
    phone.get(&link).assert_status(410).assert_sees("On the update");
    phone.submit_over(&link);
    ann.get(&update).assert_does_not_see("On the update");
    ann.submit(&format!("{update}/deletion"), &[]);
    phone.get(&link).assert_status(410).assert_does_not_see("On the update");
    assert_eq!(rows(&app, "wishes"), 0);
}

#[test]
fn this_was_not_me_takes_it_all_back_and_is_remembered() {
    let app = TestApp::new();
    app.organizer_of("public");
    wishes(&app, &app.visitor(), "Vera", "vera@example.org", "In her name");
    let (people, link) = (rows(&app, "people"), link_to(&app, "vera@example.org"));
    let vera = app.visitor();
    vera.get(&format!("{link}/refusal")).assert_sees("This was not you?").assert_does_not_see("In her name");
    vera.post(&format!("{link}/refusal"), &[]).assert_status(200).assert_sees("It is gone");
    vera.post(&format!("{link}/refusal"), &[]).assert_status(410);
    vera.get(&link).assert_status(410);
    assert_eq!((rows(&app, "wishes"), rows(&app, "people")), (0, people - 1));
    app.pass(SignedDuration::from_hours(3));
    let answer = wishes(&app, &app.visitor(), "Vera", "Vera+2@example.org", "Once more in her name");
    answer.assert_status(200).assert_sees("One press is left");
    app.run_jobs();
    assert!(app.mails_to("Vera+2@example.org").is_empty());
    assert_eq!(app.mails_to("vera@example.org").len(), 1);
    // Other mail still comes: this was about words that somebody leaves.
    vera.post("/sign-up", &[("name", "Vera"), ("email", "vera@example.org"), ("password", PASSWORD)]);
    assert_eq!(app.mails_to("vera@example.org").len(), 2);
    // With an account there is no mail to ask for.
    vera.post(&app.last_mail_to("vera@example.org").link("/email/confirm/"), &[]).assert_status(303);
    leaves(&app, &vera, "/p/maria", &[("message", "This is me")]).assert_status(303);
    app.visitor().get("/p/maria").assert_sees("This is me");
}

#[test]
fn what_was_confirmed_can_be_taken_back_with_the_same_link() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let update = ann.writes("Home", "She is home.");
    let fields = [("name", "Vera"), ("email", "vera@example.org"), ("message", "Said too much")];
    leaves(&app, &app.visitor(), &update, &fields);
    let link = link_to(&app, "vera@example.org");
    let vera = app.visitor();
    vera.submit(&link, &[]);
    ann.get("/p/maria").assert_sees("Said too much");
    vera.post(&format!("{link}/refusal"), &[]).assert_status(200);
    ann.get("/p/maria").assert_does_not_see("Said too much");
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM updates WHERE comment_count <> 0"), 0);
}

#[test]
fn whoever_wants_news_follows_with_the_same_press_where_the_link_is_enough() {
    let app = TestApp::new();
    let ann = app.organizer_of("link");
    let laptop = app.visitor();
    laptop.get(&ann.secret_link());
    let fields = [("name", "Vera"), ("email", "vera@example.org"), ("message", "Love"), ("follow", "yes")];
    leaves(&app, &laptop, "/p/maria", &fields).assert_status(200);
    assert_eq!(rows(&app, "members"), 1, "nothing before the press");
    let phone = app.visitor();
    let link = link_to(&app, "vera@example.org");
    phone.get(&link).assert_sees("each update comes to vera@example.org");
    phone.submit(&link, &[]).assert_sees("you hear of it by e-mail");
    phone.get("/p/maria").assert_status(200).assert_sees("Love").assert_does_not_see("Vera visitor");
    ann.writes("Home", "She is home.");
    assert!(app.last_mail_to("vera@example.org").text.contains("She is home."));
    ann.get("/p/maria/people").assert_sees("vera@example.org");
}

#[test]
fn whoever_follows_with_their_words_waits_in_one_line_with_everybody_else() {
    let app = TestApp::new();
    let ann = app.organizer_of("link");
    let update = ann.writes("Home", "She is home.");
    let secret = ann.secret_link();
    let jo = app.supporter(&ann, "Jo");
    for round in 0..4 {
        let emails: Vec<String> = (0..3).map(|n| format!("v{round}.{n}@example.org")).collect();
        let pressed: Vec<(Browser, String, String)> = emails
            .iter()
            .map(|email| {
                let laptop = app.visitor();
                laptop.get(&secret);
                let fields = [("name", "Vera"), ("email", email.as_str()), ("message", "One"), ("follow", "yes")];
                leaves(&app, &laptop, &update, &fields).assert_status(200);
                let csrf = laptop.get("/sign-in").csrf();
                (laptop, link_to(&app, email), csrf)
            })
            .collect();
        let csrf = jo.get("/sign-in").csrf();
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let mut all: Vec<_> = pressed
                .iter()
                .map(|(who, link, csrf)| scope.spawn(move || who.post_raw(link, &[("csrf", csrf)], &[]).status))
                .collect();
            for place in [format!("{update}/comments"), "/p/maria/wishes".to_owned()] {
                let (jo, csrf) = (&jo, &csrf);
                all.push(scope.spawn(move || jo.post_raw(&place, &[("message", "Love"), ("csrf", csrf)], &[]).status));
            }
            all.into_iter().map(|it| it.join().expect("an answer")).collect()
        });
        assert!(statuses.iter().all(|status| *status == 303), "{statuses:?}");
    }
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes WHERE by_visitor"), 0);
    assert_eq!(app.count("SELECT SUM(comment_count) AS count FROM updates"), 16);
}

#[test]
fn on_a_public_page_the_family_is_asked() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let vera = app.visitor();
    let fields = [("name", "Vera"), ("email", "vera@example.org"), ("message", "Love"), ("follow", "yes")];
    leaves(&app, &vera, "/p/maria", &fields).assert_status(200);
    ann.get("/p/maria").assert_does_not_see("to join");
    let link = link_to(&app, "vera@example.org");
    vera.get(&link).assert_sees("The family says yes first");
    vera.submit(&link, &[]).assert_sees("When they say yes, a mail tells you");
    ann.get("/p/maria").assert_sees("One person asks to join").assert_sees("Love");
    ann.writes("Home", "She is home.");
    assert_eq!(app.mails_to("vera@example.org").len(), 1);
    // It is offered once.
    assert_eq!(vera.get("/p/maria").count("input[name=follow]"), 0);
    // Whoever was shut out asks in vain, and is told the same.
    let id = ann.get("/p/maria/people").member_called("vera@example.org");
    ann.submit(&format!("/p/maria/people/{id}/block"), &[("hide", "yes")]);
    let again = app.visitor();
    leaves(&app, &again, "/p/maria", &fields).assert_status(200);
    again.submit(&link_to(&app, "vera@example.org"), &[]).assert_sees("When they say yes, a mail tells you");
    ann.get("/p/maria").assert_does_not_see("to join").assert_does_not_see("Love");
}
