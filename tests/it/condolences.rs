//! In loving memory, beside the page itself: how its other pages speak, and the book of condolence with its photos.

use crate::photos::support::{photos_on, png};
use crate::support::{Person, TestApp};

fn remember(ann: &Person, condolences: &str) {
    ann.post("/p/maria/memorial", &[("condolences", condolences)]).assert_status(303);
}

#[test]
fn no_page_wishes_anybody_well_any_more_or_encourages_them() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    jo.submit("/p/maria/wishes", &[("message", "Love to you all")]);
    let wish = jo.get("/p/maria/wishes").attribute("a.byline__time", "href").expect("a page of its own");
    jo.submit("/p/maria/wishes", &[("message", "The letter is in the blue folder"), ("audience", "organizers")]);
    let block = ann.get(&format!("{wish}/block")).location();
    jo.get(&wish).assert_sees("A well wish from Jo");
    remember(&ann, "yes");
    jo.submit("/p/maria/wishes", &[("message", "She taught me to swim")]);
    let own = [
        wish.clone(),
        format!("{wish}/edit"),
        format!("{wish}/removal"),
        "/p/maria".to_owned(),
        "/p/maria/condolences".to_owned(),
        "/p/maria/wishes/private".to_owned(),
    ];
    let of_organizers = [
        wish.clone(),
        format!("{wish}/removal"),
        block,
        "/p/maria".to_owned(),
        "/p/maria/encouragement".to_owned(),
        "/p/maria/encouragement/new".to_owned(),
        "/p/maria/thanks".to_owned(),
        "/p/maria/wishes/private".to_owned(),
        "/p/maria/people".to_owned(),
        "/p/maria/settings".to_owned(),
    ];
    let all = own.iter().map(|it| (&jo, it)).chain(of_organizers.iter().map(|it| (&ann, it)));
    for (who, address) in all.chain([(&bill, &wish)]) {
        // What was left before is called what it was.
        let text = who.get(address).assert_status(200).text().to_lowercase().replace("well wishes from before", "");
        for never in ["well wish", "encourag"] {
            assert!(!text.contains(never), "{never} at {address}: {text}");
        }
    }
    bill.get(&wish).assert_sees("Words from Jo");
    jo.get(&format!("{wish}/edit")).assert_sees("Change your words");
    jo.get(&format!("{wish}/removal")).assert_sees("Remove your words?");
    ann.get(&format!("{wish}/removal")).assert_sees("Remove these words from Jo?");
}

#[test]
fn nobody_is_read_to_and_closing_well_wishes_is_neither_asked_nor_forgotten() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    jo.submit("/p/maria/wishes", &[("message", "Love")]);
    let places = ["/p/maria/bedside", "/p/maria/bedside/words", "/p/maria/bedside/again", "/p/maria/bedside/print"];
    for place in places {
        ann.get(place).assert_status(200);
    }
    let choices = [("closed", "yes"), ("closed_words", "We are asleep."), ("gathers_hours", "1")];
    ann.submit("/p/maria/encouragement", &choices).assert_sees("Saved.");
    remember(&ann, "yes");
    for place in places {
        ann.get(place).assert_status(404);
    }
    ann.post("/p/maria/bedside/hearings", &[]).assert_status(404);
    let page = ann.get("/p/maria/encouragement");
    page.assert_does_not_see("Close them for now").assert_does_not_see("Maria and you");
    // Saved as it stands there, with something else changed.
    let kept: Vec<(&str, String)> = ["closed", "closed_words"]
        .map(|name| (name, page.attribute(&format!("input[name={name}]"), "value").expect("what was chosen")))
        .to_vec();
    let mut fields: Vec<(&str, &str)> = kept.iter().map(|(name, text)| (*name, text.as_str())).collect();
    fields.extend([("gathers_hours", "24"), ("reactions", "candle")]);
    ann.submit("/p/maria/encouragement", &fields).assert_sees("Saved.");
    jo.submit("/p/maria/wishes", &[("message", "In the book")]).assert_sees("in the book of condolence");
    ann.post("/p/maria/memorial/end", &[]).assert_status(303);
    jo.get("/p/maria").assert_sees("We are asleep.");
    ann.get("/p/maria/bedside").assert_status(200);
}

#[test]
fn the_book_on_paper_has_the_photos_that_came_with_the_words() {
    let app = TestApp::new();
    let ann = app.organizer();
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    remember(&ann, "yes");
    let leaves = |words: &str, seed: u8| {
        let fields = [("message", words), ("photo_alt", "Waves")];
        jo.post_files("/p/maria/wishes", &fields, &[("photo", "sea.png", &png(60, 40, seed))]).assert_status(303);
    };
    leaves("A walk by the sea", 1);
    app.run_jobs();
    // This one is not ready yet, and nothing stands on paper in its place.
    leaves("Another walk", 2);
    bill.submit("/p/maria/wishes", &[("message", "Words alone")]);
    let photo = photos_on(&bill.get("/p/maria/condolences")).pop().expect("a photo in the book");
    let paper = bill.get("/p/maria/condolences?paper=yes");
    assert_eq!(paper.texts(".book__entry .words"), ["A walk by the sea", "Another walk", "Words alone"]);
    assert_eq!(paper.count(".book__entry img"), 1);
    let source = paper.attribute(".book__entry img", "src").expect("its bytes");
    assert!(source.starts_with(&format!("/photos/{photo}/")), "{source}");
    assert_eq!(paper.attribute(".book__entry img", "alt").as_deref(), Some("Waves"));
    // Nothing that is fetched only once somebody scrolls there: it would be missing on the sheet.
    assert_eq!(paper.attribute(".book__entry img", "loading"), None);
    bill.get(&source).assert_status(200);
    // What is hidden takes its photo with it.
    app.sql("UPDATE wishes SET withheld = 'hidden'");
    assert_eq!(bill.get("/p/maria/condolences?paper=yes").count(".book__entry img"), 0);
}
