//! What somebody tries who wants in: each of these has been tried, and does not work.

use jiff::SignedDuration;

use crate::second_factor::turn_on;
use crate::support::people::PASSWORD;
use crate::support::{Person, TestApp};

/// Removing somebody ends everything at once; a browser that was let in by a forwarded mail must not come back to life
/// with the next invitation.
#[test]
fn a_browser_that_was_thrown_out_stays_out_when_its_person_is_invited_again() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.writes("First", "Words.");
    let forwarded = app.last_mail_to(&jo.email).link("/sign-in/link/");
    let eve = app.visitor();
    eve.post(&forwarded, &[]).assert_status(303);
    eve.get("/p/maria").assert_status(200);
    let member = ann.get("/p/maria/people").member_called(&jo.email);
    ann.post(&format!("/p/maria/people/{member}/removal"), &[]).assert_status(303);
    eve.get("/p/maria").assert_status(404);
    // Invited again, to the right mailbox; nobody has pressed anything.
    let fields = [("addresses", jo.email.as_str()), ("role", "supporter"), ("circle", "family")];
    ann.post("/p/maria/people/invitations", &fields).assert_status(303);
    let door = eve.get("/p/maria").status;
    let taken_up = eve.post("/p/maria/follow", &[]).status;
    let reads = eve.get("/p/maria");
    assert_eq!((door, taken_up, reads.status), (404, 404, 404), "{}", reads.text());
}

/// The same after a block that was taken back.
#[test]
fn and_when_its_person_takes_the_new_invitation_up() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.writes("First", "Words.");
    let forwarded = app.last_mail_to(&jo.email).link("/sign-in/link/");
    let eve = app.visitor();
    eve.post(&forwarded, &[]).assert_status(303);
    let member = ann.get("/p/maria/people").member_called(&jo.email);
    ann.post(&format!("/p/maria/people/{member}/block"), &[]).assert_status(303);
    ann.post(&format!("/p/maria/people/{member}/unblocking"), &[]).assert_status(303);
    let fields = [("addresses", jo.email.as_str()), ("role", "supporter"), ("circle", "everyone")];
    ann.post("/p/maria/people/invitations", &fields).assert_status(303);
    let fresh = app.last_mail_to(&jo.email).link("/invitations/");
    app.visitor().post(&fresh, &[]).assert_status(303);
    eve.get("/p/maria").assert_status(404);
}

/// With a second factor, a password and an open browser are not enough to change what guards the account.
#[test]
fn changing_the_password_is_no_proof_without_the_code() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    turn_on(&app, &ann);
    app.pass(SignedDuration::from_mins(16));
    ann.post("/account/second-factor/removal", &[]).assert_status(403);
    let fields = [("current_password", PASSWORD), ("password", "a kettle on the stove")];
    ann.post("/account/password", &fields);
    let off = ann.post("/account/second-factor/removal", &[]);
    assert_eq!(off.status, 403, "the second factor is off, and no code was ever asked for");
}

/// Whoever has the old mailbox (or had the thief's) reads nothing any more once the address is another one.
#[test]
fn links_in_mail_to_the_address_before_are_dead_when_it_changes() {
    let app = TestApp::new();
    let bob = app.organizer();
    let jo = app.supporter(&bob, "Jo");
    // Jo has an account as well.
    let fields = [("name", "Jo"), ("email", jo.email.as_str()), ("password", PASSWORD)];
    jo.post("/sign-up", &fields).assert_status(200);
    jo.post(&app.last_mail_to(&jo.email).link("/email/confirm/"), &[]).assert_status(303);
    // A thief takes the account over, by mail to an address of their own.
    let thief = Person::again(&jo, &app);
    thief.post("/account/email", &[("email", "thief@example.org")]).assert_status(200);
    let change = app.last_mail_to("thief@example.org").link("/email/change/");
    let stop = app.last_mail_to(&jo.email).link("/email/stop/");
    thief.submit(&change, &[]).assert_status(200);
    bob.writes("For the thief", "Words.");
    let opened_by_thief = app.last_mail_to("thief@example.org").link("/sign-in/link/");
    let owner = app.visitor();
    owner.post(&stop, &[]).assert_status(200).assert_sees("You have your address back");
    let fresh = app.visitor();
    fresh.post(&opened_by_thief, &[]);
    let page = fresh.get("/p/maria");
    assert_eq!(page.status, 404, "the thief reads on as Jo: {}", page.text());
}

/// The simple way round: who changes the address because somebody else reads the old mailbox.
#[test]
fn links_in_the_old_mailbox_are_dead_after_a_change() {
    let app = TestApp::new();
    let bob = app.organizer();
    let jo = app.supporter(&bob, "Jo");
    let fields = [("name", "Jo"), ("email", jo.email.as_str()), ("password", PASSWORD)];
    jo.post("/sign-up", &fields).assert_status(200);
    jo.post(&app.last_mail_to(&jo.email).link("/email/confirm/"), &[]).assert_status(303);
    bob.writes("Old", "Words.");
    let old_link = app.last_mail_to(&jo.email).link("/sign-in/link/");
    jo.post("/account/email", &[("email", "jo.new@example.org")]).assert_status(200);
    jo.submit(&app.last_mail_to("jo.new@example.org").link("/email/change/"), &[]).assert_status(200);
    let other = app.visitor();
    other.post(&old_link, &[]);
    let page = other.get("/p/maria");
    assert_eq!(page.status, 404, "what was mailed to the old address still gets in: {}", page.text());
}

/// The owner of the old address gets it back, also when they have pressed a link in an invitation meanwhile, which
/// the thief can have mailed to them.
#[test]
fn an_invitation_taken_up_in_the_old_mailbox_does_not_cost_the_account() {
    let app = TestApp::new();
    let ann = app.organizer();
    let thief = Person::again(&ann, &app);
    thief.post("/account/email", &[("email", "thief@example.org")]).assert_status(200);
    let stop = app.last_mail_to(&ann.email).link("/email/stop/");
    thief.submit(&app.last_mail_to("thief@example.org").link("/email/change/"), &[]).assert_status(200);
    let fields = [("addresses", ann.email.as_str()), ("role", "supporter"), ("circle", "everyone")];
    thief.post("/p/maria/people/invitations", &fields).assert_status(303);
    let owner = app.visitor();
    owner.post(&app.last_mail_to(&ann.email).link("/invitations/"), &[]).assert_status(303);
    owner.post(&stop, &[]).assert_status(200).assert_sees("You have your address back");
}

/// Taking the address back is of use: what the thief has added to the account does not keep its owner out.
#[test]
fn who_takes_the_address_back_gets_into_the_account_again() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let thief = Person::again(&ann, &app);
    thief.post("/account/email", &[("email", "thief@example.org")]).assert_status(200);
    let stop = app.last_mail_to(&ann.email).link("/email/stop/");
    thief.submit(&app.last_mail_to("thief@example.org").link("/email/change/"), &[]).assert_status(200);
    turn_on(&app, &thief);
    let owner = app.visitor();
    owner.post(&stop, &[]).assert_status(200).assert_sees("You have your address back");
    owner.post("/password/reset", &[("email", &ann.email)]);
    let reset = app.last_mail_to(&ann.email).link("/password/reset/");
    owner.post(&reset, &[("password", "a kettle on the stove")]).assert_status(303);
    owner.post("/sign-in", &[("email", &ann.email), ("password", "a kettle on the stove")]);
    owner.get("/account").assert_status(200);
}

/// As with signing up: one press by a stranger does not make their address somebody else's.
#[test]
fn a_strangers_press_does_not_give_their_address_to_another_account() {
    let app = TestApp::new();
    let ann = app.organizer();
    ann.writes("Private", "For the family of Victor.");
    let eve = app.account("Eve");
    eve.post("/account/email", &[("email", "victor@example.org")]).assert_status(200);
    let victor = app.visitor();
    victor.post(&app.last_mail_to("victor@example.org").link("/email/change/"), &[]);
    // Ann knows Victor's address and invites him, as family.
    let fields = [("addresses", "victor@example.org"), ("role", "supporter"), ("circle", "family")];
    ann.post("/p/maria/people/invitations", &fields).assert_status(303);
    // Eve presses nothing in any mail.
    let browser = app.visitor();
    browser.post("/sign-in", &[("email", "victor@example.org"), ("password", PASSWORD)]);
    browser.post("/p/maria/follow", &[]);
    let page = browser.get("/p/maria");
    assert!(!page.sees("For the family of Victor"), "Eve reads: {}", page.text());
}

/// What somebody calls themselves stays between them and the pages that they have come to.
#[test]
fn the_record_does_not_name_those_who_have_not_come() {
    let app = TestApp::new();
    let eve = app.organizer();
    let jo = app.nobody("Joanna Real Name");
    let fields = [("name", "Joanna Real Name"), ("email", jo.email.as_str()), ("password", PASSWORD)];
    jo.post("/sign-up", &fields).assert_status(200);
    jo.post(&app.last_mail_to(&jo.email).link("/email/confirm/"), &[]).assert_status(303);
    let address = format!("Somebody <{}>", jo.email);
    let fields = [("addresses", address.as_str()), ("role", "supporter"), ("circle", "everyone")];
    eve.post("/p/maria/people/invitations", &fields).assert_status(303);
    eve.get("/p/maria/people").assert_does_not_see("Joanna Real Name");
    eve.get("/p/maria/history").assert_does_not_see("Joanna Real Name");
}

/// A suggestion answers the same whether or not the address is on the page already.
#[test]
fn a_suggestion_does_not_tell_who_is_on_the_page() {
    let app = TestApp::new();
    let ann = app.organizer();
    let sue = app.supporter(&ann, "Sue");
    app.supporter(&ann, "Jo");
    ann.post("/p/maria/settings", &[("first_name", "Maria"), ("supporter_invitations", "free")]).assert_status(303);
    for address in ["jo@example.org", "nobody.here@example.org"] {
        for _ in 0..4 {
            app.visitor().post("/password/reset", &[("email", address)]).assert_status(200);
        }
    }
    let suggest = |address: &str| sue.post("/p/maria/suggestions", &[("name", "X"), ("email", address)]).status;
    assert_eq!(suggest("jo@example.org"), suggest("nobody.here@example.org"));
}

/// Whoever is blocked is not told: they see what a stranger sees, also after they have asked.
#[test]
fn a_blocked_person_with_an_account_cannot_tell_that_they_are() {
    let app = TestApp::new();
    let ann = app.organizer_of("ask");
    let (stranger, blocked) = (app.account("Stan"), app.account("Bea"));
    blocked.post("/p/maria/follow", &[]).assert_status(303);
    let member = ann.get("/p/maria/people").member_called(&blocked.email);
    ann.post(&format!("/p/maria/people/{member}/block"), &[]).assert_status(303);
    for person in [&stranger, &blocked] {
        person.get("/p/maria").assert_sees("Ask to join");
        person.post("/p/maria/follow", &[]).assert_status(303);
    }
    assert_eq!(stranger.get("/p/maria").sees("Ask to join"), blocked.get("/p/maria").sees("Ask to join"));
}

/// One job that this version does not know does not stop all mail.
#[test]
fn a_job_of_an_unknown_kind_does_not_stop_the_others() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    app.database(|conn| {
        use diesel::prelude::*;
        tidings::jobs::enqueue(
            conn,
            tidings::jobs::Kind::PasswordReset,
            tidings::jobs::NewJob::default(),
            tidings::clock::Timestamp::from_micros(1_772_366_400_000_000),
        )?;
        diesel::sql_query("UPDATE jobs SET kind = 'already_signed_up' WHERE state = 'queued'").execute(conn)?;
        Ok(())
    });
    let before = app.mails_to(&ann.email).len();
    app.visitor().post("/password/reset", &[("email", &ann.email)]).assert_status(200);
    assert!(app.mails_to(&ann.email).len() > before, "no mail goes any more");
}

/// A stranger's typing does not occupy an address that somebody wants to have, and proves to have.
#[test]
fn an_address_that_a_stranger_has_typed_somewhere_is_free() {
    let app = TestApp::new();
    let ann = app.organizer_of("ask");
    app.visitor()
        .post("/p/maria/follow", &[("name", "Eve"), ("email", "ann.new@example.org"), ("message", "")])
        .assert_status(303);
    ann.post("/account/email", &[("email", "ann.new@example.org")]).assert_status(200);
    ann.post(&app.last_mail_to("ann.new@example.org").link("/email/change/"), &[]).assert_status(303);
}

/// Organizers see everybody on the page.
#[test]
fn organizers_see_everybody_whom_they_have_invited() {
    let app = TestApp::new();
    let ann = app.organizer();
    let many: String = (0..210).map(|n| format!("n{n:03}@example.org\n")).collect();
    let fields = [("addresses", many.as_str()), ("role", "supporter"), ("circle", "everyone")];
    ann.post("/p/maria/people/invitations", &fields).assert_status(303);
    let people = ann.get("/p/maria/people");
    people.assert_does_not_see("n209@example.org");
    let more = people.attribute("a[href*='invited=']", "href").expect("where the list goes on");
    ann.get(&more).assert_sees("n209@example.org");
}

/// Starting pages has a limit, as everything that writes.
#[test]
fn nobody_starts_pages_without_end() {
    let app = TestApp::new();
    let eve = app.account("Eve");
    let statuses: Vec<u16> = (0..150)
        .map(|_| {
            let fields = [("first_name", "Maria"), ("relationship", "y"), ("privacy", "public"), ("slug", "")];
            eve.post("/pages", &fields).status
        })
        .collect();
    assert!(statuses.contains(&429));
}

/// Who is on a page is kept until they are taken off it; nobody stays in the tables whom no page knows any more.
#[test]
fn somebody_who_was_only_ever_written_down_by_others_is_forgotten_with_that() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.invited(&ann, "Jo", "supporter", "everyone");
    app.run_jobs();
    let member = ann.get("/p/maria/people").member_called(&jo.email);
    ann.post(&format!("/p/maria/people/{member}/removal"), &[]).assert_status(303);
    app.pass(SignedDuration::from_hours(3 * 366 * 24));
    app.wait_for(tidings::jobs::Bench::tidy(&app.app)).expect("tidied");
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM people WHERE email = 'jo@example.org'"), 0);
}

/// An address that cannot be a header is a page that is not there.
#[test]
fn no_address_breaks_the_server() {
    let app = TestApp::new();
    let status = app.visitor().post("/p/%0d%0aX-Evil:%20yes/perspective/end", &[]);
    assert!(status.status < 500 && status.header("x-evil").is_none(), "{}", status.status);
}

/// An organizer signs in with an account: a page is not left to somebody who has none and cannot be reached.
#[test]
fn a_page_is_not_left_to_somebody_who_cannot_sign_in() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let member = ann.get("/p/maria/people").member_called(&jo.email);
    app.sql("UPDATE members SET delivery = 'none' WHERE role = 'supporter'");
    ann.post("/p/maria/departure", &[("successor", &member), ("stay", "")]);
    let told = app.mails_to(&jo.email).iter().any(|mail| mail.subject.contains("organize"));
    let organizers = app.count(
        "SELECT COUNT(*) AS count FROM members m JOIN people p ON p.id = m.person_id \
         WHERE m.role = 'organizer' AND p.password_hash IS NOT NULL",
    );
    assert!(organizers > 0 || told, "nobody can organize the page, and who could was never told");
}

/// A closed page exists for its organizers only, not for whoever was invited to organize it.
#[test]
fn a_closed_page_is_not_shown_to_somebody_who_is_invited() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.invited(&ann, "Jo", "organizer", "family");
    let link = app.last_mail_to(&jo.email).link("/invitations/");
    ann.post("/p/maria/closing", &[]).assert_status(303);
    let page = app.visitor().get(&link);
    assert!(!page.sees("Maria"), "{}", page.text());
}

/// Who takes an account over cannot make the link that takes it back dead.
#[test]
fn a_thief_cannot_make_the_stop_link_dead() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let thief = Person::again(&ann, &app);
    thief.post("/account/email", &[("email", "b@example.org")]).assert_status(200);
    let stop = app.last_mail_to(&ann.email).link("/email/stop/");
    thief.submit(&app.last_mail_to("b@example.org").link("/email/change/"), &[]).assert_status(200);
    thief.post("/account/email", &[("email", "c@example.org")]).assert_status(200);
    thief.submit(&app.last_mail_to("c@example.org").link("/email/change/"), &[]).assert_status(200);
    // The address between is free again: an account with it, and its erasure.
    let decoy = app.visitor();
    let fields = [("name", "Decoy"), ("email", "b@example.org"), ("password", "a kettle on the stove")];
    decoy.post("/sign-up", &fields).assert_status(200);
    decoy.post(&app.last_mail_to("b@example.org").link("/email/confirm/"), &[]).assert_status(303);
    decoy.post("/account/erasure", &[("words", "remove"), ("confirmation", "erase")]).assert_status(303);
    app.visitor().post(&stop, &[]).assert_status(200).assert_sees("You have your address back");
}

/// An erasure deletes nobody else's mail.
#[test]
fn an_erasure_does_not_delete_the_mail_of_an_address_that_was_only_wished_for() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let before = app.mails_to(&ann.email).len();
    let eve = app.account("Eve");
    eve.post("/account/email", &[("email", &ann.email)]).assert_status(200);
    app.run_jobs();
    eve.post("/account/erasure", &[("words", "remove"), ("confirmation", "erase")]).assert_status(303);
    assert!(app.mails_to(&ann.email).len() >= before);
}

/// A stop link is of use when the thief has asked twice.
#[test]
fn the_first_stop_link_still_stops_when_the_thief_asks_again() {
    let app = TestApp::new();
    let ann = app.account("Ann");
    let thief = Person::again(&ann, &app);
    thief.post("/account/email", &[("email", "b@example.org")]).assert_status(200);
    let stop = app.last_mail_to(&ann.email).link("/email/stop/");
    thief.post("/account/email", &[("email", "c@example.org")]).assert_status(200);
    thief.submit(&app.last_mail_to("c@example.org").link("/email/change/"), &[]).assert_status(200);
    app.visitor().post(&stop, &[]).assert_status(200);
}

/// nothing that somebody typed is markup anywhere.
#[test]
fn names_are_never_markup() {
    const EVIL: &str = "<img src=x onerror=alert(1)>\"'";
    let app = TestApp::new();
    let ann = app.account("Ann");
    ann.post("/account/name", &[("name", EVIL)]).assert_status(303);
    let page = [("first_name", EVIL), ("relationship", EVIL), ("privacy", "ask"), ("slug", "maria")];
    ann.post("/pages", &page).assert_status(303);
    ann.post("/p/maria/people/invitations", &[("addresses", "\"<img src=x onerror=alert(1)>\" <jo@example.org>")]);
    app.visitor().post("/p/maria/follow", &[("name", EVIL), ("email", "x@example.org"), ("message", EVIL)]);
    ann.writes_for(EVIL, EVIL, "everyone");
    ann.post("/p/maria/wishes", &[("message", EVIL)]).assert_status(303);
    let invitation = app.last_mail_to("jo@example.org").link("/invitations/");
    let jo = app.visitor();
    let first = jo.get(&invitation);
    jo.post(&invitation, &[]).assert_status(303);
    let mut seen = vec![first.body, jo.get("/p/maria").body, jo.get("/").body];
    for address in [
        "/",
        "/account",
        "/account/sessions",
        "/p/maria",
        "/p/maria/people",
        "/p/maria/settings",
        "/p/maria/card",
        "/p/maria/history",
        "/p/maria/departure",
        "/p/maria/closing",
        "/p/maria/follow",
        "/pages/new",
        "/account/erasure",
    ] {
        seen.push(ann.get(address).body);
    }
    seen.push(app.visitor().get("/p/maria").body);
    let bad = [("first_name", EVIL), ("relationship", ""), ("privacy", EVIL), ("slug", EVIL)];
    seen.push(ann.post("/pages", &bad).body);
    seen.push(ann.post_raw("/p/maria/wishes", &[("message", EVIL), (EVIL, EVIL)], &[]).body);
    seen.push(ann.post("/p/maria/privacy", &[("privacy", "public")]).body);
    seen.extend(app.mails().into_iter().map(|mail| mail.html));
    for page in seen {
        assert!(!page.contains("<img src=x"), "{page}");
    }
}

/// of two organizers who leave at once one stays.
#[test]
fn of_all_organizers_who_leave_at_once_one_stays() {
    let app = TestApp::new();
    let ann = app.organizer();
    let mut all = vec![ann];
    for name in ["Bill", "Cora", "Dan"] {
        let person = app.account(name);
        let fields = [("addresses", person.email.as_str()), ("role", "organizer"), ("circle", "family")];
        all[0].post("/p/maria/people/invitations", &fields).assert_status(303);
        person.post("/p/maria/follow", &[]).assert_status(303);
        all.push(person);
    }
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let leaving: Vec<_> = all
            .iter()
            .enumerate()
            .map(|(n, person)| {
                scope.spawn(move || match n % 2 {
                    0 => person.post("/p/maria/departure", &[("stay", "")]).status,
                    _ => person.post("/account/erasure", &[("words", "keep"), ("confirmation", "erase")]).status,
                })
            })
            .collect();
        leaving.into_iter().map(|it| it.join().expect("an answer")).collect()
    });
    let left = app.count("SELECT COUNT(*) AS count FROM members WHERE role = 'organizer' AND state = 'active'");
    assert_eq!(left, 1, "{statuses:?}");
}

/// A link in a mail, forwarded, comes near nothing of an account.
#[test]
fn a_forwarded_mail_does_not_sign_an_account_out() {
    let app = TestApp::new();
    let ann = app.organizer();
    app.member(&ann, "Bill", "organizer", "family").post("/p/maria/wishes", &[("message", "A word")]);
    let forwarded = app.last_mail_to(&ann.email).link("/sign-in/link/");
    let eve = app.visitor();
    eve.post(&forwarded, &[]).assert_status(303);
    eve.post("/sign-out/everywhere", &[]);
    ann.get("/account").assert_status(200);
}

/// A feed reads all that its member may read, and so its address is no business of a link that gives less.
#[test]
fn a_forwarded_mail_neither_shows_makes_nor_ends_the_feed_of_an_account() {
    let app = TestApp::new();
    let ann = app.organizer();
    ann.post("/p/maria/feed", &[]).assert_status(303);
    let address = ann.get("/p/maria/follow").texts("#feed-address").pop().expect("an address");
    app.member(&ann, "Bill", "organizer", "family").post("/p/maria/wishes", &[("message", "A word")]);
    let eve = app.visitor();
    eve.post(&app.last_mail_to(&ann.email).link("/sign-in/link/"), &[]).assert_status(303);
    let page = eve.get("/p/maria/follow");
    assert_eq!((page.status, page.count("#feed-address"), page.body.contains(&address)), (200, 0, false));
    for path in ["/p/maria/feed", "/p/maria/feed/end"] {
        assert_ne!(eve.post(path, &[]).status, 303, "{path}");
    }
    app.visitor().get(&address).assert_status(200);
    eve.post("/sign-out/everywhere", &[]);
    app.visitor().get(&address).assert_status(200);
    // Its owner ends it with everything else.
    ann.post("/sign-out/everywhere", &[]).assert_status(303);
    app.visitor().get(&address).assert_status(404);
}

/// What looks for lines of a scaffold does not look through the whole text for each that only begins like one.
#[test]
fn lines_that_begin_like_a_scaffold_do_not_hold_the_server_up() {
    let app = TestApp::new();
    let ann = app.organizer();
    let body = "[What has changed for ".repeat(4_500);
    for lines in ["", "remove"] {
        let fields = [("body", body.as_str()), ("audience", "everyone"), ("lines", lines)];
        ann.post("/p/maria/updates", &fields).assert_status(303);
    }
    let longer = body.repeat(3);
    let fields = [("body", longer.as_str()), ("audience", "everyone")];
    ann.post("/p/maria/updates", &fields).assert_status(422).assert_does_not_see("line to write over");
}
