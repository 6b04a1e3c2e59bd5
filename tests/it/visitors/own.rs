//! What is a visitor's own: erasing it, and what is never taken for theirs.

use super::{confirmed, link_to, rows, wishes};
use crate::calm::{chooses, decides, id_of};
use crate::support::TestApp;
use crate::yours::erasure::{erase, every_text};

#[test]
fn what_others_leave_with_an_address_is_in_no_copy_and_goes_with_its_owner() {
    let app = TestApp::new();
    app.organizer_of("public");
    let sam = app.account("Sam");
    wishes(&app, &app.visitor(), "Samuel Impostor", &sam.email, "Words of an impostor");
    let copy = sam.post("/account/data", &[]);
    copy.assert_status(200);
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(copy.bytes)).expect("a ZIP");
    let mut text = String::new();
    std::io::Read::read_to_string(&mut zip.by_name("data.json").expect("data"), &mut text).expect("text");
    assert!(text.contains(&sam.email) && !text.contains("impostor"), "{text}");
    let link = link_to(&app, &sam.email);
    erase(&sam, "keep").assert_status(303);
    for text in every_text(&app) {
        let lower = text.to_lowercase();
        assert!(!lower.contains("sam@") && !lower.contains("impostor") && !lower.contains("samuel"), "{text}");
    }
    app.visitor().get(&link).assert_status(410);
}

#[test]
fn a_visitor_can_have_everything_erased_by_mail() {
    let app = TestApp::new();
    app.organizer_of("public");
    let vera = confirmed(&app, "Vera Quick", "vera@example.org", "Soon gone");
    wishes(&app, &app.visitor(), "Verena", "vera@example.org", "Never confirmed");
    vera.post("/account/erasure", &[]).assert_status(200);
    let link = app.last_mail_to("vera@example.org").link("/erasure/");
    vera.post(&link, &[("words", "remove"), ("confirmation", "erase")]).assert_status(303);
    for text in every_text(&app) {
        let lower = text.to_lowercase();
        for of_hers in ["vera", "quick", "verena", "soon gone", "never confirmed"] {
            assert!(!lower.contains(of_hers), "{text}");
        }
    }
    assert_eq!((rows(&app, "wishes"), rows(&app, "visits"), rows(&app, "people")), (0, 0, 1));
    app.visitor().get("/p/maria").assert_does_not_see("Soon gone");
}

#[test]
fn signed_out_everywhere_an_old_link_leads_to_a_fresh_one_only() {
    let app = TestApp::new();
    app.organizer_of("public");
    let sam = app.account("Sam");
    wishes(&app, &app.visitor(), "Sam", &sam.email, "Kept words");
    let link = link_to(&app, &sam.email);
    sam.post("/sign-out/everywhere", &[]).assert_status(303);
    let phone = app.visitor();
    phone.post(&link, &[]).assert_status(303);
    assert_eq!(phone.cookie("tidings-session"), None);
    phone.get(&link).assert_status(410).assert_sees("Kept words");
    phone.post(&format!("{link}/renewal"), &[]).assert_status(200);
    phone.submit(&link_to(&app, &sam.email), &[]).assert_sees("Thank you");
}

#[test]
fn a_visitor_changes_and_removes_what_they_wrote_and_nothing_else() {
    let app = TestApp::new();
    let ann = app.organizer_of("public");
    let jo = app.supporter(&ann, "Jo");
    jo.submit("/p/maria/wishes", &[("message", "Words of Jo")]);
    let vera = confirmed(&app, "Vera", "vera@example.org", "First words");
    let list = vera.get("/p/maria/wishes");
    let (mine, other) = (id_of(&list, "First words"), id_of(&list, "Words of Jo"));
    assert_eq!(list.count(&format!("a[href='/p/maria/wishes/{mine}/edit']")), 1);
    assert_eq!(list.count(&format!("a[href='/p/maria/wishes/{other}/edit']")), 0);
    for who in [&vera, &app.visitor()] {
        for way in ["edit", "removal"] {
            who.get(&format!("/p/maria/wishes/{other}/{way}")).assert_status(404);
        }
    }
    app.visitor().get(&format!("/p/maria/wishes/{mine}/edit")).assert_status(404);
    let changes = |to: &str| {
        let edit = format!("/p/maria/wishes/{mine}/edit");
        let before = vera.get(&edit).attribute("input[name=before]", "value").expect("a form");
        vera.post(&edit, &[("message", to), ("before", &before)])
    };
    changes("Better words").assert_status(303);
    app.visitor().get("/p/maria/wishes").assert_sees("Better words").assert_sees("Vera visitor");
    changes("https://a.example https://b.example www.c.example").assert_status(422);
    // What waits is theirs, too.
    chooses(&ann, &[("unwanted_words", "battle")]);
    changes("Win this battle").assert_status(303);
    app.visitor().get("/p/maria/wishes").assert_does_not_see("Win this battle");
    changes("Best words").assert_status(303);
    decides(&ann, "show", "Best words");
    super::leaves(&app, &vera, "/p/maria", &[("message", "Said too much")]).assert_status(303);
    let second = id_of(&vera.get("/p/maria/wishes"), "Said too much");
    vera.get(&format!("/p/maria/wishes/{second}/removal")).assert_status(200).assert_sees("Said too much");
    vera.post(&format!("/p/maria/wishes/{second}/removal"), &[]).assert_status(303);
    app.visitor().get("/p/maria/wishes").assert_does_not_see("Said too much").assert_sees("Best words");
    // Shut out, they have no more to say, though the words may stay.
    ann.submit(&format!("/p/maria/wishes/{mine}/visitor/block"), &[]);
    app.sql("UPDATE wishes SET withheld = NULL");
    vera.get(&format!("/p/maria/wishes/{mine}/edit")).assert_status(404);
    vera.post(&format!("/p/maria/wishes/{mine}/removal"), &[]).assert_status(404);
    app.visitor().get("/p/maria/wishes").assert_sees("Best words");
    assert_eq!(app.count("SELECT COUNT(*) AS count FROM refusals"), 0);
}

#[test]
fn nothing_of_a_name_is_kept_beside_words_that_were_confirmed() {
    let app = TestApp::new();
    app.organizer_of("public");
    confirmed(&app, "Vera Quick", "vera@example.org", "Love");
    let names: Vec<String> = every_text(&app).into_iter().filter(|text| text.contains("Vera Quick")).collect();
    assert_eq!(names, ["people.name: Vera Quick"]);
}
