//! Answers, comments on photos and words for few: in the copy with what they are, and gone with whoever wrote them.

use super::erasure::{accepts, erase, every_text, invites};
use crate::photos::support::writes_with_photo;
use crate::support::{Person, TestApp};

fn newest_wish(reader: &Person) -> String {
    let id = reader.get("/p/maria/wishes").attribute("li.wish", "id").expect("a wish");
    format!("/p/maria/wishes/{}", id.replace("wish-", ""))
}

fn says(person: &Person, address: &str, words: &str) {
    person.post(address, &[("message", words)]).assert_status(303);
}

#[test]
fn the_copy_says_what_words_are_and_whom_they_are_for() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.account("Jo");
    invites(&app, &ann, "maria", &jo, "supporter");
    accepts(&app, &jo);
    says(&ann, "/p/maria/wishes", "A wish of Ann");
    let wish = newest_wish(&ann);
    let family = ann.writes_for("Only us", "Come on Sunday.", "family");
    let (_, photo) = writes_with_photo(&app, &ann, "everyone");
    app.sql("UPDATE photos SET audience = 'organizers'");
    says(&ann, &format!("/p/maria/photos/{photo}/comments"), "Words of Ann");
    app.sql("UPDATE photos SET audience = 'family'");
    says(&jo, "/p/maria/wishes", "Own wish");
    let own = newest_wish(&jo);
    says(&jo, &format!("{wish}/answers"), "Own answer");
    says(&jo, &format!("{family}/comments"), "Own comment");
    says(&jo, &format!("/p/maria/photos/{photo}/comments"), "Own words on a photo");
    says(&jo, "/p/maria/wishes", "Own note");
    app.sql("UPDATE wishes SET audience = 'organizers' WHERE message = 'Own note'");
    says(&jo, "/p/maria/wishes", "Own words for her");
    app.sql("UPDATE wishes SET audience = 'person' WHERE message = 'Own words for her'");
    says(&jo, "/p/maria/wishes", "Own words, hidden");
    app.sql("UPDATE wishes SET withheld = 'hidden' WHERE message = 'Own words, hidden'");
    let before = jo.get(&format!("{own}/edit")).attribute("input[name=before]", "value").expect("a form");
    jo.post(&format!("{own}/edit"), &[("message", "Own wish, changed"), ("before", &before)]).assert_status(303);
    let answer = jo.post("/account/data", &[]);
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(answer.bytes)).expect("a ZIP");
    let data: serde_json::Value = serde_json::from_reader(zip.by_name("data.json").expect("the data")).expect("JSON");
    let words = data["words"].as_array().expect("words");
    let brief: Vec<_> = words
        .iter()
        .map(|it| (it["kind"].as_str(), it["for"].as_str(), it["text"].as_str(), it["changed_at"].is_string()))
        .collect();
    let is = |kind, whom, text, changed| (Some(kind), Some(whom), Some(text), changed);
    assert_eq!(
        brief,
        [
            is("well wish", "everyone", "Own wish, changed", true),
            is("answer", "everyone", "Own answer", false),
            is("comment", "family", "Own comment", false),
            is("comment", "family", "Own words on a photo", false),
            is("well wish", "organizers", "Own note", false),
            is("well wish", "person", "Own words for her", false),
            is("well wish", "everyone", "Own words, hidden", false),
        ]
    );
    assert!(!data.to_string().contains("of Ann"));
}

#[test]
fn the_copy_does_not_say_for_whom_something_is_that_one_may_not_see_any_more() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.account("Jo");
    invites(&app, &ann, "maria", &jo, "supporter");
    accepts(&app, &jo);
    let [gone, there] = ["News", "More news"].map(|title| ann.writes(title, "She is home."));
    for update in [&gone, &there] {
        says(&jo, &format!("{update}/comments"), "Own comment");
    }
    ann.submit(&format!("{gone}/edit"), &[("body", "She is home."), ("audience", "organizers")]);
    let answer = jo.post("/account/data", &[]);
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(answer.bytes)).expect("a ZIP");
    let data: serde_json::Value = serde_json::from_reader(zip.by_name("data.json").expect("the data")).expect("JSON");
    let whom: Vec<_> = data["words"].as_array().expect("words").iter().map(|it| it["for"].as_str()).collect();
    assert_eq!(whom, [None, Some("everyone")]);
}

#[test]
fn what_somebody_answered_and_said_of_photos_goes_with_them_or_stays_without_a_name() {
    for choice in ["remove", "keep"] {
        let app = TestApp::new();
        let ann = app.organizer();
        let jo = app.supporter(&ann, "Jo");
        let zoe = app.account("Zoe");
        invites(&app, &ann, "maria", &zoe, "supporter");
        accepts(&app, &zoe);
        let (update, photo) = writes_with_photo(&app, &ann, "everyone");
        says(&zoe, "/p/maria/wishes", "Wish of Z");
        let theirs = newest_wish(&zoe);
        says(&jo, &format!("{theirs}/answers"), "An answer of Jo");
        says(&ann, "/p/maria/wishes", "A wish of Ann");
        let wish = newest_wish(&ann);
        says(&zoe, &format!("{wish}/answers"), "Answer of Z");
        says(&jo, &format!("{wish}/answers"), "Another of Jo");
        says(&zoe, &format!("{update}/comments"), "Comment of Z");
        says(&zoe, &format!("/p/maria/photos/{photo}/comments"), "Photo words of Z");
        says(&jo, &format!("/p/maria/photos/{photo}/comments"), "Photo words of Jo");
        app.sql("UPDATE wishes SET withheld = 'hidden' WHERE message = 'Comment of Z'");
        erase(&zoe, choice).assert_status(303);
        let texts = every_text(&app).join("\n");
        assert_eq!(texts.contains(" of Z"), choice == "keep", "{texts}");
        assert!(!texts.contains("Zoe"), "{texts}");
        assert!(texts.contains("Another of Jo") && texts.contains("Photo words of Jo"), "{texts}");
        let kept = i64::from(choice == "keep");
        for (counted, expected) in [
            ("SELECT CAST(SUM(answer_count) AS BIGINT) AS count FROM wishes", 1 + 2 * kept),
            ("SELECT CAST(SUM(comment_count) AS BIGINT) AS count FROM photos", 1 + kept),
            ("SELECT CAST(SUM(comment_count) AS BIGINT) AS count FROM updates", 0),
            ("SELECT COUNT(*) AS count FROM wishes WHERE message = 'An answer of Jo'", kept),
        ] {
            assert_eq!(app.count(counted), expected, "{choice}: {counted}");
        }
        let page = ann.get(&wish);
        page.assert_sees("Another of Jo").assert_does_not_see("Zoe");
        assert_eq!(page.sees("Answer of Z"), choice == "keep");
    }
}
