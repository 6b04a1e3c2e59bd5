//! Words to begin with, and quiet hints: what is hinted at, what is not, and that a family can do without.

use regex_lite::Regex;
use serde_json::Value;

use crate::photos::support::writes_with_photo;
use crate::support::{Browser, TestApp};

/// As `static/js/kindness.js` folds a text, for texts without accents.
fn fold(text: &str) -> String {
    let mut out = String::new();
    for c in text.to_lowercase().chars().filter(|c| !"'’‘`´ʼ".contains(*c)) {
        if ".!?;:,()\"“”„«»…\n\r–—".contains(c) {
            out.push_str(" | ");
        } else {
            out.push(if c.is_alphanumeric() || c == '|' { c } else { ' ' });
        }
    }
    let mut words: Vec<&str> = out.split_whitespace().collect();
    words.dedup_by(|one, other| *one == "|" && *other == "|");
    words.join(" ")
}

/// Which phrases a text is hinted at for.
fn hints_for(phrases: &Value, text: &str) -> Vec<String> {
    let unless = Regex::new(phrases["unless_after"].as_str().expect("a pattern")).expect("a pattern");
    let folded = fold(text);
    let all = phrases["hints"].as_array().expect("hints");
    all.iter()
        .filter(|hint| {
            let pattern = Regex::new(hint["pattern"].as_str().expect("a pattern")).expect("a pattern");
            pattern.find_iter(&folded).any(|found| {
                let sentence = folded[..found.start()].rsplit('|').next().unwrap_or_default();
                !unless.is_match(sentence)
            })
        })
        .map(|hint| hint["id"].as_str().expect("an id").to_owned())
        .collect()
}

fn phrases(who: &Browser) -> Value {
    let address = who.get("/p/maria/wishes").attribute("[data-hints]", "data-hints").expect("where the hints are");
    let answer = who.get(&address);
    assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    answer.json()
}

#[test]
fn what_hurts_is_hinted_at_and_nothing_else_is() {
    let app = TestApp::new();
    let ann = app.organizer();
    let phrases = phrases(&ann);
    let cases: Value = serde_json::from_str(include_str!("../hints.json")).expect("JSON");
    let mut wrong = Vec::new();
    for case in cases["hurts"].as_array().expect("a list") {
        let (id, text) = (case[0].as_str().expect("an id"), case[1].as_str().expect("a text"));
        let found = hints_for(&phrases, text);
        if !found.iter().any(|it| it == id) {
            wrong.push(format!("‘{text}’ should give {id}, and gives {found:?}"));
        }
    }
    for text in cases["does_not"].as_array().expect("a list") {
        let text = text.as_str().expect("a text");
        let found = hints_for(&phrases, text);
        if !found.is_empty() {
            wrong.push(format!("‘{text}’ should give nothing, and gives {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // Each phrase is tried.
    for hint in phrases["hints"].as_array().expect("hints") {
        let tried = cases["hurts"].as_array().expect("a list").iter().any(|case| case[0] == hint["id"]);
        assert!(tried, "{} is never tried", hint["id"]);
    }
}

#[test]
fn a_hint_is_one_calm_sentence_that_hurts_nobody_itself() {
    let app = TestApp::new();
    let ann = app.organizer();
    let phrases = phrases(&ann);
    for hint in phrases["hints"].as_array().expect("hints") {
        let (why, kinder) = (hint["why"].as_str().expect("why"), hint["kinder"].as_str().expect("kinder"));
        assert!(why.ends_with('.') && why.matches(". ").count() == 0, "{why}");
        assert!(!why.contains('!') && !kinder.contains('!'), "{why} {kinder}");
        assert!(why.chars().count() <= 110, "{why}");
        assert_eq!(hints_for(&phrases, kinder), Vec::<String>::new(), "{kinder}");
    }
    for words in ann.get("/p/maria/wishes").texts("[data-prompt]") {
        assert_eq!(hints_for(&phrases, &words), Vec::<String>::new(), "{words}");
    }
}

#[test]
fn what_hurts_is_sent_all_the_same() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let page = jo.submit("/p/maria/wishes", &[("message", "Stay positive! At least you caught it early.")]);
    page.assert_sees("Your well wish is on the page").assert_sees("At least you caught it early");
}

#[test]
fn words_to_begin_with_can_be_read_without_a_script() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let update = ann.writes("Home", "She is home.");
    for page in ["/p/maria", "/p/maria/wishes"] {
        let prompts = jo.get(page).texts("[data-prompts] [data-prompt]");
        assert!((3..=5).contains(&prompts.len()), "{prompts:?}");
        for word in ["well", "heal", "recover", "fight", "God", "pray", "soon"] {
            assert!(!prompts.join(" ").contains(word), "{word} in {prompts:?}");
        }
        assert!(prompts.contains(&"You do not have to answer this.".to_owned()));
    }
    assert_eq!(jo.get(&update).count("[data-prompt]"), 0);
    assert_eq!(jo.get(&update).count("[data-hints]"), 1);
    assert_eq!(app.visitor().get("/p/maria").count("[data-prompt]"), 0);
}

#[test]
fn a_family_can_do_without() {
    let app = TestApp::new();
    let ann = app.organizer();
    let jo = app.supporter(&ann, "Jo");
    let chooses = |prompts: &str, hints: &str| {
        app.sql("DELETE FROM manners");
        app.sql(&format!(
            "INSERT INTO manners (site_id, reactions, prompts, hints, holds_new, unwanted_words, updated_at) \
             SELECT id, '', {prompts}, {hints}, FALSE, '', created_at FROM sites"
        ));
        let page = jo.get("/p/maria/wishes");
        (page.count("[data-prompt]") > 0, page.count("[data-hints]") > 0)
    };
    assert_eq!(chooses("FALSE", "TRUE"), (false, true));
    assert_eq!(chooses("TRUE", "FALSE"), (true, false));
    assert_eq!(chooses("FALSE", "FALSE"), (false, false));
}

#[test]
fn in_loving_memory_the_words_are_for_those_who_are_left() {
    let app = TestApp::new();
    let ann = app.organizer();
    app.sql("UPDATE sites SET memorial_at = created_at, has_condolences = TRUE");
    let prompts = ann.get("/p/maria/wishes").texts("[data-prompt]").join(" ");
    assert!(!prompts.contains("happening to you"), "{prompts}");
}

#[test]
fn an_address_of_hints_from_another_day_answers_with_todays() {
    let app = TestApp::new();
    let old = app.visitor().get("/hints/en/0123456789abcdef");
    assert_eq!(old.assert_status(200).header("cache-control"), Some("no-cache"));
    app.visitor().get("/hints/xx/0123456789abcdef").assert_status(404);
}

/// Where people write to those who write to them, and not to the family.
const FROM_THE_FAMILY: [&str; 1] = ["wishes/parts.html"];

#[test]
fn wherever_one_writes_to_the_family_no_reply_is_expected() {
    let app = TestApp::new();
    let ann = app.organizer_of("ask");
    let (jo, bill) = (app.supporter(&ann, "Jo"), app.supporter(&ann, "Bill"));
    let (update, photo) = writes_with_photo(&app, &ann, "everyone");
    jo.submit("/p/maria/wishes", &[("message", "Love")]);
    let wish = jo.get("/p/maria/wishes").attribute("a.byline__time", "href").expect("a page of its own");
    let says = |who: &Browser, address: &str, form: &str| {
        let page = who.get(address);
        assert_eq!(page.count(form), 1, "no {form} at {address}");
        let said = page.texts(&format!("{form}, .lede")).join(" ").to_lowercase();
        assert!(said.contains("no reply expected") || said.contains("no reply is expected"), "{address}: {said}");
    };
    says(&jo, "/p/maria", "form[action='/p/maria/wishes']");
    says(&jo, "/p/maria/wishes", "form[action='/p/maria/wishes']");
    says(&jo, &update, "form[action$='/comments']");
    says(&jo, &format!("/p/maria/photos/{photo}/comments"), "form[action$='/comments']");
    says(&bill, &wish, "form[action$='/answers']");
    says(&jo, &format!("{wish}/edit"), "form[action$='/edit']");
    says(&bill, &format!("{wish}/report"), "form[action$='/report']");
    says(&bill, "/p/maria/suggestions", "form[action$='/suggestions']");
    says(&app.visitor(), "/p/maria", "form[action$='/follow']");
    let empty = jo.post(&format!("{update}/comments"), &[("message", " ")]);
    empty.assert_status(422).assert_sees("No reply expected");
    ann.opens_to("public");
    says(&app.visitor(), "/p/maria", "form[action$='/visits']");
    app.sql("UPDATE sites SET memorial_at = created_at, has_condolences = TRUE");
    says(&jo, "/p/maria", "form[action='/p/maria/wishes']");
    says(&jo, "/p/maria/condolences", "form[action='/p/maria/wishes']");
    // A form that comes later says it too: in its template, or in the words of the book that it stands in.
    let mut silent = Vec::new();
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a template");
            let asks = ["\"message\", ", "name=\"message\""].iter().any(|field| text.contains(field));
            let says = ["o reply expected", "o reply is expected", "book.hint()", "self.hint()"];
            let is_exempt = FROM_THE_FAMILY.iter().any(|it| path.ends_with(it));
            if asks && !is_exempt && !says.iter().any(|words| text.contains(words)) {
                silent.push(path);
            }
        }
    }
    assert_eq!(silent, Vec::<std::path::PathBuf>::new());
}
