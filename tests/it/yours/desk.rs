//! What is on somebody's desk is theirs: it goes with them, and is in their copy.

use super::erasure::{accepts, erase, every_text, invites};
use crate::support::TestApp;

#[test]
fn nothing_on_the_desk_stays_behind() {
    for words in ["remove", "keep"] {
        let app = TestApp::new();
        let ann = app.organizer();
        let zoe = app.account("Zoe");
        invites(&app, &ann, "maria", &zoe, "organizer");
        accepts(&app, &zoe);
        let anns = ann.writes("From Ann", "Ann’s first words.");
        zoe.submit(&format!("{anns}/edit"), &[("body", "Between words of Z."), ("audience", "everyone")]);
        ann.submit(&format!("{anns}/edit"), &[("body", "Ann’s last words."), ("audience", "everyone")]);
        let draft = |id: &str| format!("/p/maria/drafts/00000000-0000-7000-8000-00000000000{id}");
        zoe.script(&draft("1"), &[("body", "Own words of Z."), ("revision", "0")]).assert_status(200);
        zoe.script(&draft("1"), &[("body", "Newer words of Z."), ("revision", "1"), ("keep", "mine")])
            .assert_status(200);
        zoe.script(&draft("2"), &[("body", "Shared words of Z."), ("shared", "yes")]).assert_status(200);
        ann.script(&draft("2"), &[("body", "Ann went on."), ("revision", "1")]).assert_status(200);
        ann.script(&draft("3"), &[("body", "Ann began."), ("shared", "yes")]).assert_status(200);
        zoe.script(&draft("3"), &[("body", "Ann began, and went on."), ("revision", "1")]).assert_status(200);
        erase(&zoe, words).assert_status(303);
        let texts = every_text(&app).join("\n");
        for gone in ["Own words of Z.", "Newer words of Z.", "Shared words of Z.", "zoe@"] {
            assert!(!texts.contains(gone), "{words}: {gone} in {texts}");
        }
        assert_eq!(texts.contains("Between words of Z."), words == "keep");
        // What others have gone on with is not lost to them.
        ann.get(&draft("2")).assert_status(200).assert_sees("Ann went on.");
        ann.get(&draft("3")).assert_status(200).assert_sees("Ann began, and went on.");
        let page = ann.get(&format!("{anns}/revisions"));
        page.assert_status(200).assert_sees("From Ann").assert_does_not_see("Zoe");
    }
}

#[test]
fn the_copy_has_what_is_not_posted_yet() {
    let app = TestApp::new();
    let ann = app.organizer();
    ann.script(
        "/p/maria/drafts/00000000-0000-7000-8000-000000000001",
        &[("title", "Not yet"), ("body", "Half a thought")],
    )
    .assert_status(200);
    let file = ann.post("/account/data", &[]);
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(file.bytes)).expect("a ZIP");
    let data: serde_json::Value = serde_json::from_reader(zip.by_name("data.json").expect("the data")).expect("JSON");
    assert_eq!(data["drafts"][0]["text"], "Half a thought");
    assert_eq!(data["drafts"][0]["page"], "Maria’s page");
}
