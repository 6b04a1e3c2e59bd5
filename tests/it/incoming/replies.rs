//! A reply is there: once, under the right name, or waiting, or sent back; and never lost.

use diesel::prelude::*;
use tidings::db::ids::{MemberId, UpdateId, WishId};
use tidings::db::schema::members;
use tidings::mail::{self, ReplyKey};

use super::{SERVER, letter, letter_with_photos, letters, reply_to, secret_in, takes_mail, takes_mail_with, vouched};
use crate::calm::{chooses, decides};
use crate::photos::support::{photos_on, png};
use crate::support::database::postgres_server;
use crate::support::{Person, TestApp};

const SIGNED: &str = "\n-- \nJo Smith\nSent from my lighthouse\n";

#[test]
fn a_reply_becomes_a_comment_once_and_without_what_it_quotes() {
    let (app, door) = takes_mail();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    let to = reply_to(&app, &jo.email);
    let link = app.last_mail_to(&jo.email).link("/sign-in/link/");
    let words = format!(
        "Wonderful news, dear Maria!\n\nOn Sun, 1 Mar 2026 at 12:00, Maria’s page <tidings@example.org> wrote:\n> She is home.\n> {link}\n"
    );
    let sent = letter(&format!("Jo <{}>", jo.email), &to, "one", &[], &words);
    for _ in 0..3 {
        assert!(door.hand_over(&jo.email, &to, &sent).starts_with("250"));
    }
    assert_eq!(letters(&app, "waiting"), 1);
    app.run_jobs();
    let page = ann.get(&update);
    page.assert_sees("Wonderful news, dear Maria!").assert_does_not_see("wrote:").assert_does_not_see(&link);
    assert_eq!(page.text().matches("Wonderful news").count(), 1);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes"), 1);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM incoming_letters WHERE raw IS NOT NULL"), 0);
    // It has come, and nobody is told about that; Ann hears of the comment.
    assert!(!app.mails_to(&jo.email).iter().any(|mail| mail.subject.contains("could not be used")));
    assert!(app.last_mail_to(&ann.email).text.contains("Wonderful news, dear Maria!"));
    // The same once more after it was read is the same, too.
    assert!(door.hand_over(&jo.email, &to, &sent).starts_with("250"));
    app.run_jobs();
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes"), 1);
}

#[test]
fn a_mail_that_is_pasted_below_somebodys_words_gives_nobody_their_links() {
    let (app, door) = takes_mail();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    let to = reply_to(&app, &jo.email);
    let mail = app.last_mail_to(&jo.email);
    let wrapped = mail.link("/unsubscribe/").replace(':', "%3A").replace('/', "%2F");
    let words = format!(
        "This is what I got, dear Maria:\n\n{}\nhttps://eur01.safelinks.protection.outlook.com/?url={wrapped}&data=05\n\
         Write to {to} or to me.\nSee https://example.org/visits/summer",
        mail.text.replace("\n--\n", "\n")
    );
    door.hand_over(&jo.email, &to, &letter(&jo.email, &to, "one", &[], &words));
    app.run_jobs();
    let page = ann.get(&update);
    page.assert_sees("This is what I got").assert_sees("[link]").assert_sees("https://example.org/visits/summer");
    for secret in [secret_in(&mail, "/sign-in/link/"), secret_in(&mail, "/unsubscribe/"), to] {
        assert!(!page.body.contains(&secret), "{secret} in {}", page.body);
    }
}

#[test]
fn a_signature_stays_with_whoever_signs() {
    let (app, door) = takes_mail();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    let to = reply_to(&app, &jo.email);
    door.hand_over(&jo.email, &to, &letter(&jo.email, &to, "one", &[], &format!("Love to all.{SIGNED}")));
    app.run_jobs();
    ann.get(&update).assert_sees("Love to all.").assert_does_not_see("lighthouse");
}

#[test]
fn words_from_another_address_wait_for_an_organizer() {
    let (app, door) = takes_mail();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let update = ann.writes("Home", "She is home.");
    let to = reply_to(&app, &jo.email);
    door.hand_over("jo@work.example.com", &to, &letter("jo@work.example.com", &to, "work", &[], "From my desk"));
    let failed = [format!("Authentication-Results: {SERVER}; dmarc=fail header.from=example.org; spf=fail")];
    let failed: Vec<&str> = failed.iter().map(String::as_str).collect();
    door.hand_over(&jo.email, &to, &letter(&jo.email, &to, "fail", &failed, "Not her words"));
    let unsigned = [format!("Authentication-Results: {SERVER}; dkim=fail header.d=example.org")];
    let unsigned: Vec<&str> = unsigned.iter().map(String::as_str).collect();
    door.hand_over(&jo.email, &to, &letter(&jo.email, &to, "dkim", &unsigned, "Signed by nobody"));
    app.run_jobs();
    assert_eq!(letters(&app, "held"), 3);
    for words in ["From my desk", "Not her words", "Signed by nobody"] {
        bill.get(&update).assert_does_not_see(words);
        ann.get("/p/maria/encouragement/new").assert_sees(words).assert_sees("They came by mail from another address");
    }
    // What nobody sees is told in no mail.
    assert!(!app.last_mail_to(&ann.email).text.contains("From my desk"));
    assert!(!app.mails_to(&jo.email).iter().any(|mail| mail.subject.contains("could not be used")));
    decides(&ann, "show", "From my desk");
    bill.get(&update).assert_sees("From my desk").assert_does_not_see("Not her words");
}

#[test]
fn a_mail_that_was_passed_on_answers_in_nobodys_name_once_all_links_are_taken_back() {
    let (app, door) = takes_mail();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let update = ann.writes("Home", "She is home.");
    let old = reply_to(&app, &jo.email);
    jo.submit("/p/maria/wishes", &[("message", "Thinking of you")]).assert_status(200);
    ann.submit(&answers_address(&ann), &[("message", "Thank you")]).assert_status(200);
    app.pass(jiff::SignedDuration::from_hours(2));
    let thread = reply_to(&app, &jo.email);
    assert_ne!(old, thread);
    jo.post("/sign-out/everywhere", &[]).assert_status(303);
    for (id, to) in [("update", &old), ("thread", &thread)] {
        door.hand_over("x@example.com", to, &letter(&jo.email, to, id, &[], &format!("Forged about {id}")));
    }
    // Whoever it surely is, is heard all the same.
    door.hand_over(&jo.email, &old, &letter(&jo.email, &old, "sure", &[&vouched()], "Surely from Jo"));
    app.run_jobs();
    assert_eq!(letters(&app, "held"), 2);
    bill.get(&update).assert_does_not_see("Forged").assert_sees("Surely from Jo");
    bill.get("/p/maria/wishes").assert_does_not_see("Forged");
    let waiting = ann.get("/p/maria/encouragement/new");
    waiting.assert_sees("Forged about update").assert_sees("Forged about thread");
    // The next mail has an address that is good.
    ann.writes("Second", "She walks.");
    let new = reply_to(&app, &jo.email);
    assert_ne!(new, old);
    door.hand_over(&jo.email, &new, &letter(&jo.email, &new, "new", &[], "How good to hear"));
    app.run_jobs();
    assert_eq!(letters(&app, "held"), 2);
    bill.get("/p/maria").assert_sees("She walks.");
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes WHERE withheld IS NULL"), 4);
}

/// Where the only well wish is answered.
fn answers_address(who: &Person) -> String {
    let wish = who.get("/p/maria/wishes").attribute(".wish", "id").expect("a wish");
    format!("/p/maria/wishes/{}/answers", wish.trim_start_matches("wish-"))
}

#[test]
fn the_word_of_other_servers_does_not_count() {
    let (app, door) = takes_mail();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    let to = reply_to(&app, &jo.email);
    let other = ["Authentication-Results: mx.example.com; dmarc=fail"];
    door.hand_over(&jo.email, &to, &letter(&jo.email, &to, "one", &other, "Passed on"));
    app.run_jobs();
    ann.get(&update).assert_sees("Passed on");
}

#[test]
fn a_reply_to_a_notice_is_an_answer() {
    let (app, door) = takes_mail();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    jo.submit("/p/maria/wishes", &[("message", "Thinking of you")]).assert_status(200);
    let notice = app.last_mail_to(&ann.email);
    assert!(notice.text.contains("Reply to this mail to answer"), "{}", notice.text);
    let to = reply_to(&app, &ann.email);
    door.hand_over(&ann.email, &to, &letter(&ann.email, &to, "thanks", &[], "Thank you, dear Jo"));
    app.run_jobs();
    let page = jo.get("/p/maria/wishes");
    page.assert_sees("Thank you, dear Jo");
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes WHERE answers_id IS NOT NULL"), 1);
    // Jo is told, and answers in turn: it stands beside.
    let to = reply_to(&app, &jo.email);
    door.hand_over(&jo.email, &to, &letter(&jo.email, &to, "again", &[], "You are welcome"));
    app.run_jobs();
    ann.get("/p/maria/wishes").assert_sees("You are welcome");
    assert_eq!(app.count("SELECT COUNT(DISTINCT answers_id) AS count FROM wishes WHERE answers_id IS NOT NULL"), 1);
}

#[test]
fn a_reply_to_a_digest_is_a_comment_on_its_update_and_of_several_a_well_wish() {
    let (app, door) = takes_mail();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    jo.submit("/p/maria/follow", &[("delivery", "daily"), ("digest_hour", "18")]).assert_sees("Saved.");
    let update = ann.writes("Home", "She is home.");
    app.pass(jiff::SignedDuration::from_hours(24));
    let digest = app.last_mail_to(&jo.email);
    assert!(digest.text.contains("She is home.") && digest.text.contains("reply to this mail to leave a comment"));
    let to = reply_to(&app, &jo.email);
    door.hand_over(&jo.email, &to, &letter(&jo.email, &to, "one", &[], "Wonderful news"));
    app.run_jobs();
    ann.get(&update).assert_sees("Wonderful news");
    ann.writes("", "She eats soup.");
    ann.writes("", "She walks.");
    app.pass(jiff::SignedDuration::from_hours(24));
    let digest = app.last_mail_to(&jo.email);
    assert!(digest.text.contains("She walks.") && digest.text.contains("reply to this mail to leave a well wish"));
    let several = reply_to(&app, &jo.email);
    assert_ne!(several, to);
    door.hand_over(&jo.email, &several, &letter(&jo.email, &several, "two", &[], "All of it is wonderful"));
    app.run_jobs();
    ann.get("/p/maria/wishes").assert_sees("All of it is wonderful");
}

#[test]
fn mails_to_somebody_that_are_made_at_once_lead_each_to_its_own_words() {
    let (app, _door) = takes_mail();
    let ann = app.organizer();
    app.supporter(&ann, "Jo");
    let member = app.database(|conn| Ok(members::table.select(members::id).first::<MemberId>(conn)?));
    let (db, now) = (app.app.db.clone(), app.clock.now());
    let begin = std::sync::Barrier::new(2);
    // Each thread asks for keys of its own kind, as a digest and a gathered mail do.
    let ask = |by_update: bool| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let mut got = Vec::new();
        for _ in 0..40 {
            let update_id = by_update.then(UpdateId::generate);
            let wish_id = (!by_update).then(WishId::generate);
            let key = ReplyKey { member_id: member, update_id, wish_id };
            begin.wait();
            let id = runtime.block_on(db.write(move |conn| mail::get_or_insert_reply_key(conn, key, now)));
            // Looked at when both are done: one that waits for the other would wait for ever.
            got.push((id.map_err(|error| error.to_string()), key));
        }
        got
    };
    let got = std::thread::scope(|scope| {
        let (one, other) = (scope.spawn(|| ask(true)), scope.spawn(|| ask(false)));
        [one.join().expect("its keys"), other.join().expect("its keys")].concat()
    });
    for (id, key) in got {
        let id = id.expect("a key");
        assert_eq!(app.database(move |conn| mail::find_reply_key(conn, id)), Some(key));
        // Asked for once more, it is the same.
        assert_eq!(app.database(move |conn| mail::get_or_insert_reply_key(conn, key, now)), id);
    }
}

#[test]
fn where_several_are_told_of_the_mail_says_where_to_answer() {
    let (app, door) = takes_mail();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    jo.submit("/p/maria/wishes", &[("message", "Thinking of you")]).assert_status(200);
    bill.submit("/p/maria/wishes", &[("message", "So am I")]).assert_status(200);
    let notice = app.last_mail_to(&ann.email);
    assert!(notice.text.contains("open it on the page"), "{}", notice.text);
    // Who replies all the same has their words again, and is told where to write.
    let to = reply_to(&app, &ann.email);
    door.hand_over(&ann.email, &to, &letter(&ann.email, &to, "one", &[], "Thank you both"));
    app.run_jobs();
    let back = app.last_mail_to(&ann.email);
    assert!(back.text.contains("Thank you both") && back.text.contains("was about several things"), "{}", back.text);
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes"), 2);
    // To somebody else it says nothing.
    let before = app.mails().len();
    door.hand_over("eve@example.com", &to, &letter("eve@example.com", &to, "two", &[], "Who is there?"));
    app.run_jobs();
    assert_eq!(app.mails().len(), before);
}

#[test]
fn whoever_answers_an_invitation_or_thanks_is_told_where_to_write() {
    let (app, door) = takes_mail();
    let ann = app.organizer();
    let invited = [("addresses", "cy@example.org"), ("role", "supporter"), ("circle", "everyone")];
    ann.post("/p/maria/people/invitations", &invited).assert_status(303);
    let jo = app.supporter(&ann, "Jo");
    jo.submit("/p/maria/wishes", &[("message", "Thinking of you")]).assert_status(200);
    app.run_jobs();
    ann.submit("/p/maria/thanks", &[("to", "all"), ("message", "We read them aloud.")]);
    assert!(app.last_mail_to(&jo.email).subject.contains("thanks"), "{}", app.last_mail_to(&jo.email).subject);
    for (id, who) in [("invitation", "cy@example.org"), ("thanks", jo.email.as_str())] {
        let to = reply_to(&app, who);
        let words = format!("An answer to the {id}");
        door.hand_over(who, &to, &letter(who, &to, id, &[], &words));
        app.run_jobs();
        let back = app.last_mail_to(who);
        assert!(back.text.contains(&words) && back.text.contains("Please open the link in that mail"), "{}", back.text);
    }
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes"), 1);
}

#[test]
fn a_photo_comes_along() {
    let (app, door) = takes_mail();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    let to = reply_to(&app, &jo.email);
    let photos = [png(60, 40, 1), png(40, 60, 2)];
    door.hand_over(&jo.email, &to, &letter_with_photos(&jo.email, &to, "photos", "Re: Home", "The sea today", &photos));
    app.run_jobs();
    let page = ann.get(&update);
    page.assert_sees("The sea today");
    assert_eq!(photos_on(&page).len(), 1);
    let first = app.last_mail_to(&jo.email);
    assert!(first.text.contains("One photo can come with them"), "{}", first.text);
    // Also where the words wait: they are told of the photos, and not that.
    chooses(&ann, &[("unwanted_words", "lottery")]);
    let held = letter_with_photos(&jo.email, &to, "held", "Re: Home", "You won the lottery", &photos);
    door.hand_over(&jo.email, &to, &held);
    app.run_jobs();
    let told = app.last_mail_to(&jo.email);
    assert!(told.message_id != first.message_id && told.text.contains("One photo can come with them"), "{}", told.text);
    assert!(!told.text.contains("wait") && !told.subject.contains("could not be used"), "{}", told.text);
    // A photo alone is words enough.
    let alone = letter_with_photos(&jo.email, &to, "alone", "Re: Home", "", &[png(50, 50, 3)]);
    door.hand_over(&jo.email, &to, &alone);
    app.run_jobs();
    assert_eq!(photos_on(&ann.get(&update)).len(), 2);
}

#[test]
fn machines_are_not_listened_to() {
    let (app, door) = takes_mail();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.writes("Home", "She is home.");
    let to = reply_to(&app, &jo.email);
    let before = app.mails().len();
    for (id, field) in [("a", "Auto-Submitted: auto-replied"), ("b", "Precedence: bulk"), ("c", "X-Autoreply: yes")] {
        door.hand_over(&jo.email, &to, &letter(&jo.email, &to, id, &[field], "I am away until Monday."));
    }
    door.hand_over("", &to, &letter(&jo.email, &to, "d", &[], "I have no sender."));
    // Our own mail, come back.
    let own = app.last_mail_to(&jo.email);
    door.hand_over(&jo.email, &to, &own.raw);
    app.run_jobs();
    assert_eq!((letters(&app, "dropped"), letters(&app, "waiting")), (5, 0));
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes"), 0);
    assert_eq!(app.mails().len(), before, "nobody answers a machine");
}

#[test]
fn what_cannot_be_used_is_sent_back_once_with_its_words() {
    let (app, door) = takes_mail();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.writes("Home", "She is home.");
    let to = reply_to(&app, &jo.email);
    let long = format!("A long letter. {}", "word ".repeat(1_200));
    door.hand_over(&jo.email, &to, &letter(&jo.email, &to, "long", &[], &long));
    app.run_jobs();
    let back = app.last_mail_to(&jo.email);
    assert!(back.text.contains("A long letter.") && back.text.contains("5000"), "{}", back.text);
    // It answers that mail, and a machine wrote it (RFC 3834).
    for line in ["Auto-Submitted: auto-replied", "In-Reply-To: <long@example.org>", "References: <long@example.org>"] {
        assert!(back.raw.contains(line), "no {line} in {}", back.raw);
    }
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM incoming_letters WHERE raw IS NOT NULL"), 0);
    ann.submit("/p/maria/closing", &[]).assert_sees("The page is closed");
    let after = letter(&jo.email, &to, "closed", &[], "Still thinking of you all");
    for _ in 0..2 {
        door.hand_over(&jo.email, &to, &after);
    }
    // Somebody else is told nothing.
    door.hand_over("eve@example.com", &to, &letter("eve@example.com", &to, "eve", &[], "Who is there?"));
    app.run_jobs();
    let mails = app.mails_to(&jo.email);
    assert_eq!(mails.iter().filter(|mail| mail.text.contains("Still thinking of you all")).count(), 1);
    assert!(app.mails_to("eve@example.com").is_empty());
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes"), 0);
}

#[test]
fn who_was_shut_out_or_has_left_says_nothing_there() {
    let (app, door) = takes_mail();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let update = ann.writes("Home", "She is home.");
    let (to_jo, to_bill) = (reply_to(&app, &jo.email), reply_to(&app, &bill.email));
    let people = ann.get("/p/maria/people");
    ann.post(&format!("/p/maria/people/{}/block", people.member_called(&jo.email)), &[]).assert_status(303);
    ann.post(&format!("/p/maria/people/{}/removal", people.member_called(&bill.email)), &[]).assert_status(303);
    door.hand_over(&jo.email, &to_jo, &letter(&jo.email, &to_jo, "jo", &[], "Let me in"));
    // The key of somebody who was taken off is nobody's any more, and anybody may have written this.
    door.hand_over(&bill.email, &to_bill, &letter(&bill.email, &to_bill, "bill", &[], "Am I gone?"));
    app.run_jobs();
    ann.get(&update).assert_does_not_see("Let me in").assert_does_not_see("Am I gone?");
    ann.get("/p/maria/encouragement/new").assert_does_not_see("Let me in");
    let back = app.last_mail_to(&jo.email);
    assert!(back.text.contains("Let me in") && !back.text.contains("Maria"), "{}", back.text);
    // It is sent back where it is certain who wrote it, and says nothing of whose page it was.
    assert!(!app.mails_to(&bill.email).iter().any(|mail| mail.text.contains("Am I gone?")));
    door.hand_over(&bill.email, &to_bill, &letter(&bill.email, &to_bill, "sure", &[&vouched()], "Am I really gone?"));
    let back = app.last_mail_to(&bill.email);
    assert!(back.text.contains("Am I really gone?") && !back.text.contains("Maria"), "{}", back.text);
    assert!(back.text.contains("cannot be written to any more"), "{}", back.text);
}

#[test]
fn what_the_page_holds_back_it_holds_back_by_mail_too() {
    let (app, door) = takes_mail();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    let to = reply_to(&app, &jo.email);
    chooses(&ann, &[("unwanted_words", "lottery")]);
    door.hand_over(&jo.email, &to, &letter(&jo.email, &to, "one", &[], "You won the lottery"));
    app.run_jobs();
    app.supporter(&ann, "Bill").get(&update).assert_does_not_see("lottery");
    ann.get("/p/maria/encouragement/new").assert_sees("You won the lottery");
    ann.post(&format!("{update}/comments/closing"), &[("message", "We read it all, thank you.")]).assert_status(303);
    door.hand_over(&jo.email, &to, &letter(&jo.email, &to, "two", &[], "One more thing"));
    app.run_jobs();
    let back = app.last_mail_to(&jo.email);
    assert!(back.text.contains("We read it all, thank you.") && back.text.contains("One more thing"), "{}", back.text);
}

#[test]
fn letters_go_when_their_time_is_over() {
    let (app, door) = takes_mail();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.writes("Home", "She is home.");
    let to = reply_to(&app, &jo.email);
    door.hand_over(&jo.email, &to, &letter(&jo.email, &to, "one", &[], "Love"));
    app.run_jobs();
    app.pass(jiff::SignedDuration::from_hours(29 * 24));
    app.wait_for(tidings::jobs::Bench::tidy(&app.app)).expect("tidy");
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM incoming_letters"), 1);
    app.pass(jiff::SignedDuration::from_hours(2 * 24));
    app.wait_for(tidings::jobs::Bench::tidy(&app.app)).expect("tidy");
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM incoming_letters"), 0);
}

/// How many letters still have their bytes here.
fn kept(app: &TestApp) -> i64 {
    app.count("SELECT COUNT(*) AS count FROM incoming_letters WHERE raw IS NOT NULL")
}

fn tidies(app: &TestApp) {
    app.wait_for(tidings::jobs::Bench::tidy(&app.app)).expect("tidy");
}

#[test]
fn the_bytes_of_letters_that_are_not_sent_back_go() {
    let (app, door) = takes_mail();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.writes("Home", "She is home.");
    let to = reply_to(&app, &jo.email);
    ann.submit("/p/maria/closing", &[]).assert_sees("The page is closed");
    // So many that not all are answered.
    for id in ["a", "b", "c", "d", "e", "f"] {
        door.hand_over(&jo.email, &to, &letter(&jo.email, &to, id, &[], "Still thinking of you all"));
    }
    app.run_jobs();
    assert_eq!(letters(&app, "answered"), 6);
    let dropped = "SELECT COUNT(*) AS count FROM jobs WHERE kind = 'reply_not_used' AND state = 'dropped'";
    assert!(app.count(dropped) > 0);
    assert_eq!(kept(&app), 0);
    // What fell through all the same, whatever became of the job that was to send it back.
    app.sql("UPDATE incoming_letters SET raw = digest");
    app.pass(jiff::SignedDuration::from_hours(5 * 24));
    tidies(&app);
    assert_eq!(kept(&app), 6);
    app.pass(jiff::SignedDuration::from_hours(25));
    tidies(&app);
    assert_eq!((kept(&app), letters(&app, "answered")), (0, 6));
}

#[test]
fn what_still_waits_after_a_week_is_read_and_nothing_of_it_is_thrown_away_before() {
    let (app, door) = takes_mail();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    let to = reply_to(&app, &jo.email);
    door.hand_over(&jo.email, &to, &letter(&jo.email, &to, "one", &[], "Love from before the holidays"));
    app.pass(jiff::SignedDuration::from_hours(8 * 24));
    tidies(&app);
    app.run_jobs();
    ann.get(&update).assert_sees("Love from before the holidays");
    assert_eq!(kept(&app), 0);
}

#[test]
fn no_more_is_taken_than_there_is_room_for() {
    let (app, door) = takes_mail();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.writes("Home", "She is home.");
    let to = reply_to(&app, &jo.email);
    let many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) ";
    let (id, raw) = match postgres_server() {
        Some(_) => ("decode(lpad(to_hex(i), 32, '0'), 'hex')", "i::text::bytea"),
        None => ("CAST(printf('%016d', i) AS BLOB)", "CAST(i AS BLOB)"),
    };
    let values =
        format!("SELECT {id}, 'desk', {raw}, TRUE, 'waiting', {raw}, (SELECT MAX(created_at) FROM jobs) FROM n");
    app.sql(&format!(
        "INSERT INTO incoming_letters (id, address, digest, has_sender, state, raw, received_at) {many}{values}"
    ));
    let said = door.hand_over(&jo.email, &to, &letter(&jo.email, &to, "one", &[], "Love"));
    assert!(said.starts_with("451"), "{said}");
    app.sql("UPDATE incoming_letters SET raw = NULL");
    let said = door.hand_over(&jo.email, &to, &letter(&jo.email, &to, "one", &[], "Love"));
    assert!(said.starts_with("250"), "{said}");
}

/// Does what is due for six days, as often as it becomes due.
fn six_days(app: &TestApp) {
    for _ in 0..6 * 24 {
        app.pass(jiff::SignedDuration::from_hours(1));
        app.run_jobs();
    }
}

#[test]
fn a_letter_that_was_taken_and_cannot_be_used_for_days_is_sent_back() {
    let (app, door) = takes_mail();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    ann.writes("Home", "She is home.");
    let to = reply_to(&app, &jo.email);
    door.hand_over(&jo.email, &to, &letter(&jo.email, &to, "one", &[], "Love from all of us"));
    door.hand_over("eve@example.com", &to, &letter("eve@example.com", &to, "eve", &[], "Who is there?"));
    app.sql("ALTER TABLE wishes RENAME TO wishes_away");
    six_days(&app);
    let back = app.last_mail_to(&jo.email);
    assert!(back.text.contains("wrong on our side") && back.text.contains("Love from all of us"), "{}", back.text);
    assert!(app.mails_to("eve@example.com").is_empty());
    assert_eq!((letters(&app, "answered"), letters(&app, "dropped"), letters(&app, "waiting")), (1, 1, 0));
    assert_eq!(kept(&app), 0);
    app.sql("ALTER TABLE wishes_away RENAME TO wishes");
    app.run_jobs();
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM wishes"), 0);
}

#[test]
fn where_photos_cannot_be_kept_the_words_are_there_all_the_same() {
    let (app, door) = takes_mail();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    let to = reply_to(&app, &jo.email);
    // A file lies where the folder would be.
    let incoming = app.app.config.data_dir.join("blobs/incoming");
    let _ = std::fs::remove_dir_all(&incoming);
    std::fs::write(&incoming, "").expect("a file");
    let words = letter_with_photos(&jo.email, &to, "one", "Re: Home", "Look at her", &[png(50, 50, 1)]);
    door.hand_over(&jo.email, &to, &words);
    let alone = letter_with_photos(&jo.email, &to, "two", "Re: Home", "", &[png(50, 50, 2)]);
    door.hand_over(&jo.email, &to, &alone);
    app.run_jobs();
    // That may pass, and the photo belongs to the words.
    ann.get(&update).assert_does_not_see("Look at her");
    six_days(&app);
    let page = ann.get(&update);
    page.assert_sees("Look at her").assert_does_not_see("A photo.");
    assert!(photos_on(&page).is_empty());
    let told: Vec<String> = app.mails_to(&jo.email).into_iter().map(|mail| mail.text).collect();
    assert!(told.iter().any(|text| text.contains("the photo is not: something is wrong on our side")), "{told:?}");
    assert!(told.iter().any(|text| text.contains("a photo and no words")), "{told:?}");
}

#[test]
fn an_address_that_says_nothing_answers_once_a_day() {
    let (app, door) = takes_mail_with("lmtp", &[("TIDINGS_INCOMING_ADDRESS", "tidings@example.org")]);
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let vouched = [format!("Authentication-Results: {SERVER}; dmarc=pass header.from=example.org")];
    let vouched: Vec<&str> = vouched.iter().map(String::as_str).collect();
    for id in ["a", "b", "c"] {
        let to = "tidings@example.org";
        door.hand_over(&jo.email, to, &letter(&jo.email, to, id, &vouched, "Where does this go?"));
    }
    app.run_jobs();
    let answers = app.mails_to(&jo.email);
    assert_eq!(answers.iter().filter(|mail| mail.text.contains("Where does this go?")).count(), 1);
    assert_eq!(kept(&app), 0);
}
