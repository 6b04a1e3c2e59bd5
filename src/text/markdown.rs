//! Light Markdown: paragraphs, emphasis, headings, lists, quotes and links. A single line end stays a line
//! end, as people mean it; HTML is shown as the text that it is. Photos are images whose address is `photo:` and
//! their id.

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream};

use super::photos;
use super::words::TextWriter;

/// Renders to HTML that is safe to put into a page or a mail.
pub fn markdown_to_html(source: &str) -> String {
    let mut html = String::with_capacity(source.len() * 3 / 2);
    pulldown_cmark::html::push_html(&mut html, events(source).into_iter());
    super::sanitise(&html)
}

/// Renders to plain text for the text part of a mail: nothing is left out, links stand behind their words.
pub fn markdown_to_text(source: &str) -> String {
    markdown_to_text_with(source, |_| true)
}

/// The same for somebody for whom not all photos are there that the words name: those for whose ids `is_there` says no leave no
/// trace.
pub fn markdown_to_text_with(source: &str, is_there: impl Fn(&str) -> bool) -> String {
    let mut out = TextWriter::default();
    // How many images are open that are passed over, with what stands in them.
    let mut passed_over = 0usize;
    for event in events(source) {
        match &event {
            Event::Start(Tag::Image { dest_url, .. })
                if passed_over > 0 || !photos::shown_by(dest_url).is_some_and(|photo| is_there(&photo)) =>
            {
                passed_over += 1;
            }
            Event::End(TagEnd::Image) if passed_over > 0 => passed_over -= 1,
            _ if passed_over > 0 => {}
            _ => out.push(event),
        }
    }
    out.finish()
}

/// The ids of the photos that stand in the text, in their order, each once.
pub fn photos_in(source: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for event in events(source) {
        let Event::Start(Tag::Image { dest_url, .. }) = event else { continue };
        if let Some(photo) = photos::shown_by(&dest_url)
            && !found.contains(&photo)
        {
            found.push(photo);
        }
    }
    found
}

/// How deep lists and quotes may stand in each other.
const DEEPEST: usize = 12;

fn events(source: &str) -> Vec<Event<'_>> {
    let mut linked = 0usize;
    // What people paste is often indented; it is not a program, but lines of text. Neither is HTML.
    let mut verbatim: Option<String> = None;
    // For each image that is open, whether it is a photo of ours.
    let mut images: Vec<bool> = Vec::new();
    let mut out = Vec::new();
    let mut depth = 0usize;
    // An address that holds an escaped character is one address: texts that touch are made one.
    let parser = TextMergeStream::new(Parser::new_ext(source, Options::empty()).map(html_as_text));
    for event in parser {
        // Nobody means quotes in quotes in quotes for ever; what stands in them stays, at the depth where it ends.
        match &event {
            Event::Start(Tag::BlockQuote(_) | Tag::List(_) | Tag::Item) => {
                depth += 1;
                if depth > DEEPEST {
                    continue;
                }
            }
            Event::End(TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item) => {
                depth = depth.saturating_sub(1);
                if depth >= DEEPEST {
                    continue;
                }
            }
            _ => {}
        }
        match event {
            Event::SoftBreak => out.push(Event::HardBreak),
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => {
                verbatim = Some(String::new());
                out.push(Event::Start(Tag::Paragraph));
            }
            Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock) => {
                push_linked(&mut out, CowStr::from(verbatim.take().unwrap_or_default()));
                out.push(Event::End(TagEnd::Paragraph));
            }
            Event::Start(Tag::Heading { level, .. }) => {
                out.push(Event::Start(Tag::Heading { level: lower(level), id: None, classes: vec![], attrs: vec![] }));
            }
            Event::End(TagEnd::Heading(level)) => out.push(Event::End(TagEnd::Heading(lower(level)))),
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                linked += 1;
                let photo = photos::named_by(&dest_url);
                images.push(photo.is_some());
                out.push(Event::Start(match photo {
                    Some(photo) => Tag::Image {
                        link_type: LinkType::Inline,
                        dest_url: photos::address_of(&photo).into(),
                        title: "".into(),
                        id: "".into(),
                    },
                    // A picture from elsewhere would tell its server who reads: its words stay, as a link.
                    None => Tag::Link { link_type, dest_url, title, id },
                }));
            }
            Event::End(TagEnd::Image) => {
                linked = linked.saturating_sub(1);
                if images.pop() == Some(true) {
                    out.push(Event::End(TagEnd::Image));
                } else {
                    end_link(&mut out);
                }
            }
            Event::Start(Tag::Link { .. }) => {
                linked += 1;
                out.push(event);
            }
            Event::End(TagEnd::Link) => {
                linked = linked.saturating_sub(1);
                end_link(&mut out);
            }
            Event::Text(text) => match &mut verbatim {
                Some(lines) => lines.push_str(&text),
                None if linked == 0 => push_linked(&mut out, text),
                None => out.push(Event::Text(text)),
            },
            other => out.push(other),
        }
    }
    out
}

/// HTML is words like any other.
fn html_as_text(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        other => other,
    }
}

/// A link without words could not be seen; where it leads stands for them.
fn end_link(out: &mut Vec<Event<'_>>) {
    if let Some(Event::Start(Tag::Link { dest_url, .. })) = out.last() {
        let words = dest_url.clone();
        out.push(Event::Text(words));
    }
    out.push(Event::End(TagEnd::Link));
}

/// Headings inside an update stand below the page's own.
fn lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => HeadingLevel::H3,
        _ => HeadingLevel::H4,
    }
}

/// Lines in one text event become line breaks, bare addresses become links.
fn push_linked<'a>(out: &mut Vec<Event<'a>>, text: CowStr<'a>) {
    let lines: Vec<&str> = text.trim_end_matches('\n').split('\n').collect();
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            out.push(Event::HardBreak);
        }
        for span in LinkFinder::new().spans(line) {
            let words = Event::Text(CowStr::from(span.as_str().to_owned()));
            let Some(kind) = span.kind() else {
                out.push(words);
                continue;
            };
            let dest_url = match kind {
                LinkKind::Email => format!("mailto:{}", span.as_str()),
                _ => span.as_str().to_owned(),
            };
            out.push(Event::Start(Tag::Link {
                link_type: LinkType::Autolink,
                dest_url: CowStr::from(dest_url),
                title: CowStr::from(""),
                id: CowStr::from(""),
            }));
            out.push(words);
            out.push(Event::End(TagEnd::Link));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn light_markdown_becomes_html() {
        assert_eq!(
            markdown_to_html("Dear *all*,\nshe is **home**.\n\n- soup\n- sleep"),
            "<p>Dear <em>all</em>,<br>\nshe is <strong>home</strong>.</p>\n<ul>\n<li>soup</li>\n<li>sleep</li>\n</ul>\n"
        );
    }

    #[test]
    fn html_is_shown_and_never_run() {
        for attack in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "hello <b onclick=alert(1)>you</b>",
            "[press](javascript:alert(1))",
            "![x](https://tracker.example/p.gif)",
            "<style>*{display:none}</style>",
            "[a](data:text/html;base64,PHNjcmlwdD4=)",
        ] {
            let html = markdown_to_html(attack);
            for forbidden in ["<script", "<img", "<b", "<style", "href=\"javascript", "href=\"data"] {
                assert!(!html.contains(forbidden), "{attack} came out as {html}");
            }
        }
        assert!(markdown_to_html("I <3 you").contains("I &lt;3 you"));
    }

    #[test]
    fn bare_addresses_become_links() {
        let html = markdown_to_html("See https://example.org/a?b=1&c=2 or write to jo@example.org.");
        assert!(html.contains(r#"<a href="https://example.org/a?b=1&amp;c=2""#), "{html}");
        assert!(html.contains(r#"<a href="mailto:jo@example.org""#), "{html}");
    }

    #[test]
    fn indented_text_is_no_program() {
        assert_eq!(markdown_to_html("    indented by Word\n    twice"), "<p>indented by Word<br>\ntwice</p>\n");
    }

    #[test]
    fn endless_nesting_ends() {
        for source in [format!("{}deep", ">".repeat(3_000)), format!("{}deep", "- ".repeat(3_000))] {
            let html = markdown_to_html(&source);
            assert!(html.contains("deep") && html.len() < 2_000, "{} bytes", html.len());
        }
        let text = markdown_to_text(&format!("{}a{}", ">".repeat(500), "\na".repeat(5_000)));
        assert!(text.len() < 200_000, "{} bytes", text.len());
    }

    #[test]
    fn plain_text_keeps_everything() {
        assert_eq!(
            markdown_to_text(
                "# News\n\nShe *ate*\nsoup. [Map](https://example.org/x)\n\n1. one\n2. two\n\n> he said\n> so"
            ),
            "News\n\nShe ate\nsoup. Map (https://example.org/x)\n\n1. one\n2. two\n\n> he said\n> so"
        );
    }

    const PHOTO: &str = "019ab1c2-0000-7000-8000-00000000000a";

    #[test]
    fn photos_are_ours_alone() {
        assert_eq!(
            markdown_to_html(&format!(r#"![The "dog" & <b>me</b>](photo:{PHOTO})"#)),
            format!(r#"<p><img src="/photos/{PHOTO}/1024" alt="The &quot;dog&quot; &amp; &lt;b&gt;me&lt;/b&gt;"></p>"#)
                + "\n"
        );
        for elsewhere in [
            "![x](https://tracker.example/p.gif)".to_owned(),
            format!("![x](/photos/{PHOTO}/1024)"),
            format!("![x](photo:{PHOTO}/../../x)"),
            format!("![x](photo:{})", PHOTO.replace('-', "")),
            "![x](photo:)".to_owned(),
            format!("![x](https://elsewhere.example/photos/{PHOTO}/1024)"),
        ] {
            assert!(!markdown_to_html(&elsewhere).contains("<img"), "{elsewhere}");
        }
        // An address on this site is no link that anybody means to write.
        assert!(!markdown_to_html(&format!("[x](/photos/{PHOTO}/1024)")).contains("href"));
    }

    #[test]
    fn photos_have_words_in_plain_text() {
        let text = markdown_to_text(&format!("Look:\n![The dog](photo:{PHOTO})\n\n![](photo:{PHOTO})"));
        assert_eq!(text, "Look:\n[Photo: The dog]\n\n[Photo]");
    }

    #[test]
    fn photos_that_are_not_there_for_somebody_leave_no_trace_in_plain_text() {
        let other = "019ab1c2-0000-7000-8000-00000000000b";
        let source = format!("Look: ![Secret *words*](photo:{PHOTO})\nand ![The dog](photo:{other}).");
        let text = markdown_to_text_with(&source, |photo| photo == other);
        assert_eq!(text, "Look:\nand [Photo: The dog].");
        assert_eq!(markdown_to_text_with(&format!("![x](photo:{PHOTO})\n\nEnd"), |_| false).trim(), "End");
    }

    #[test]
    fn photos_are_listed_once_each() {
        let other = "019ab1c2-0000-7000-8000-00000000000b";
        let source = format!(
            "![a](photo:{other})\n\n- ![b](photo:{})\n\n![c](photo:{other}) ![x](photo:x)",
            PHOTO.to_uppercase()
        );
        assert_eq!(photos_in(&source), [other, PHOTO]);
    }

    #[test]
    fn an_address_with_escaped_characters_is_one_link() {
        let html = markdown_to_html(r"See https://example.org/\_a\_/x\*y");
        assert!(html.contains(r#"<a href="https://example.org/_a_/x*y""#), "{html}");
    }

    #[test]
    fn a_link_without_words_shows_where_it_leads() {
        for source in ["[](https://example.org/x)", "![](https://example.org/x)"] {
            let html = markdown_to_html(source);
            assert!(html.contains(">https://example.org/x</a>"), "{html}");
        }
    }

    #[test]
    fn html_keeps_its_lines() {
        assert_eq!(markdown_to_html("<div>\nDear all\n</div>"), "<p>&lt;div&gt;<br>\nDear all<br>\n&lt;/div&gt;</p>\n");
    }
}
