//! What comes out of what people write: whatever goes in, only the few elements that there are, and every word.

use proptest::prelude::*;
use scraper::{Html, Node};
use tidings::text;

const PHOTO: &str = "019ab1c2-0000-7000-8000-00000000000a";
const ELEMENTS: [&str; 14] =
    ["a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "img", "li", "ol", "p", "strong", "ul"];

/// What hides in the corpus that the browser is shown, too.
pub fn attacks() -> Vec<String> {
    serde_json::from_str(include_str!("../xss.json")).unwrap()
}

#[test]
fn no_attack_leaves_anything_but_words() {
    let attacks = attacks();
    assert!(attacks.len() >= 100, "{} attacks", attacks.len());
    for attack in &attacks {
        assert_all_clean(attack);
        let around =
            format!("Dear all, *she* {attack} [is](https://example.org/{attack}) ![home]({attack}) **well**\n{attack}");
        assert_all_clean(&around);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn only_what_is_allowed_comes_out(source in anything()) {
        assert_all_clean(&source);
    }

    #[test]
    fn no_word_is_lost_in_plain_text((source, words) in marked_words()) {
        let text = text::markdown_to_text(&source);
        for word in words {
            prop_assert!(text.contains(&word), "{word} of {source:?} is not in {text:?}");
        }
    }
}

fn assert_all_clean(source: &str) {
    let html = text::markdown_to_html(source);
    assert_clean(&html, source, true);
    assert_clean(&text::without_photos(&html), source, false);
    assert_clean(&text::plain_to_html(source), source, false);
    let replaced = text::replace_photos(&html, |id, _| Some(format!("<img src=\"/photos/{id}/1024\">")));
    assert_clean(&replaced, source, true);
    for id in text::photos_in(source) {
        assert!(html.contains(&id), "{source:?} shows no {id}");
    }
    assert!(!text::replace_photos(&html, |_, _| None).contains("<img"), "a photo of {source:?} stays");
}

/// Reads HTML as a browser does, and holds each element and attribute against the list.
fn assert_clean(html: &str, source: &str, photos: bool) {
    let document = Html::parse_fragment(html);
    for node in document.tree.nodes() {
        match node.value() {
            Node::Document | Node::Fragment | Node::Text(_) => {}
            Node::Element(element) if ["html", "body"].contains(&element.name()) => {
                assert_eq!(element.attrs().count(), 0)
            }
            Node::Element(element) => {
                let name = element.name();
                assert!(ELEMENTS.contains(&name) && (photos || name != "img"), "{source:?} gives <{name}>: {html}");
                for (attribute, value) in element.attrs() {
                    assert!(is_allowed(name, attribute, value), "{source:?} gives {attribute}={value:?}: {html}");
                }
            }
            other => panic!("{source:?} gives {other:?}: {html}"),
        }
    }
}

fn is_allowed(element: &str, attribute: &str, value: &str) -> bool {
    match (element, attribute) {
        ("a", "href") => {
            url::Url::parse(value).is_ok_and(|url| ["http", "https", "mailto", "tel"].contains(&url.scheme()))
        }
        ("a", "rel") => value == "noopener noreferrer nofollow",
        ("img", "alt") => true,
        ("img", "src") => {
            let id = value.strip_prefix("/photos/").and_then(|rest| rest.strip_suffix("/1024"));
            id.is_some_and(|id| id.len() == 36 && uuid::Uuid::try_parse(id).is_ok())
        }
        ("ol", "start") => value.parse::<u64>().is_ok(),
        _ => false,
    }
}

/// Signs of Markdown and HTML, schemes in many spellings, and whatever else there is.
pub fn anything() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        4 => proptest::sample::select(&SIGNS[..]).prop_map(str::to_owned),
        2 => proptest::sample::select(&HTML[..]).prop_map(str::to_owned),
        2 => scheme(),
        2 => "[a-z]{1,6}",
        1 => "\\PC{0,8}",
        1 => any::<String>(),
        1 => proptest::sample::select(attacks()),
        1 => Just(format!("![what](photo:{PHOTO})")),
    ];
    proptest::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

const SIGNS: [&str; 40] = [
    "*", "**", "_", "__", "`", "```", "~~~", "#", "## ", "> ", "- ", "* ", "+ ", "1. ", "2) ", "[", "]", "](", ")",
    "![", "(", "<", ">", "\\", "\n", "\n\n", "    ", "\t", " ", "---", "===", "***", "&", "&#x3c;", "&lt;", "&#106;",
    "\"", "'", "]: ", "  \n",
];
const HTML: [&str; 24] = [
    "<script>",
    "</script>",
    "<img src=x onerror=alert(1)>",
    "<a href=",
    "<svg>",
    "<math>",
    "<style>",
    "</style>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?x",
    "?>",
    "<template>",
    "<table><td>",
    "<p title=\"",
    "</p>",
    "onclick=",
    "<br/>",
    "<iframe srcdoc='",
    "<plaintext>",
    "<b>",
    "</",
];

/// A scheme that is not allowed, with what browsers overlook put in.
fn scheme() -> impl Strategy<Value = String> {
    let schemes =
        proptest::sample::select(vec!["javascript:", "data:text/html,", "vbscript:", "file:", "blob:", "//", "photo:"]);
    let noise =
        proptest::sample::select(vec!["", "\t", "\0", "\u{1}", "&Tab;", "&#x0;", "&NewLine;", "\\", "%09", "\u{200b}"]);
    let frames = proptest::sample::select(vec![
        ("[x](", ")"),
        ("[x](<", ">)"),
        ("<", ">"),
        ("![x](", ")"),
        ("[x]: ", "\n\n[x]"),
        ("", ""),
    ]);
    (schemes, noise, frames, 0usize..8, any::<bool>()).prop_map(|(scheme, noise, (open, close), at, upper)| {
        let mut scheme = if upper { scheme.to_uppercase() } else { scheme.to_owned() };
        scheme.insert_str(at.min(scheme.len()), noise);
        format!("{open}{scheme}alert(1){close}")
    })
}

/// Words that each occur once, among signs that may turn them into anything, and none that defines or names.
fn marked_words() -> impl Strategy<Value = (String, Vec<String>)> {
    let signs: Vec<&str> =
        SIGNS.into_iter().filter(|it| !["```", "~~~", "]: ", "\"", "'", "(", "`"].contains(it)).collect();
    let piece = prop_oneof![2 => Just(None), 3 => proptest::sample::select(signs).prop_map(Some)];
    proptest::collection::vec(piece, 1..40).prop_map(|pieces| {
        let mut source = String::new();
        let mut words = Vec::new();
        for (index, piece) in pieces.into_iter().enumerate() {
            match piece {
                Some(sign) => source.push_str(sign),
                None => {
                    words.push(format!("w{index}w"));
                    source.push_str(&format!("w{index}w"));
                }
            }
        }
        (source, words)
    })
}
