//! Light Markdown: paragraphs, emphasis, headings, lists, quotes and links. A single line end stays a line
//! end, as people mean it; HTML is shown as the text that it is.

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

/// Renders to HTML that is safe to put into a page or a mail.
pub fn markdown_to_html(source: &str) -> String {
    let mut html = String::with_capacity(source.len() * 3 / 2);
    pulldown_cmark::html::push_html(&mut html, events(source).into_iter());
    super::sanitise(&html)
}

/// Renders to plain text for the text part of a mail: nothing is left out, links stand behind their words.
pub fn markdown_to_text(source: &str) -> String {
    let mut out = TextWriter::default();
    for event in events(source) {
        out.push(event);
    }
    out.finish()
}

/// How deep lists and quotes may stand in each other.
const DEEPEST: usize = 12;

fn events(source: &str) -> Vec<Event<'_>> {
    let mut linked = 0usize;
    // What people paste is often indented; it is not a program, but lines of text.
    let mut indented: Option<String> = None;
    let mut out = Vec::new();
    let mut depth = 0usize;
    for event in Parser::new_ext(source, Options::empty()) {
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
            Event::Html(html) | Event::InlineHtml(html) => out.push(Event::Text(html)),
            Event::Start(Tag::HtmlBlock) => out.push(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => out.push(Event::End(TagEnd::Paragraph)),
            Event::SoftBreak => out.push(Event::HardBreak),
            Event::Start(Tag::CodeBlock(_)) => {
                indented = Some(String::new());
                out.push(Event::Start(Tag::Paragraph));
            }
            Event::End(TagEnd::CodeBlock) => {
                push_linked(&mut out, CowStr::from(indented.take().unwrap_or_default()));
                out.push(Event::End(TagEnd::Paragraph));
            }
            Event::Start(Tag::Heading { level, .. }) => {
                out.push(Event::Start(Tag::Heading { level: lower(level), id: None, classes: vec![], attrs: vec![] }));
            }
            Event::End(TagEnd::Heading(level)) => out.push(Event::End(TagEnd::Heading(lower(level)))),
            // A picture from elsewhere would tell its server who reads: its words stay, as a link.
            Event::Start(Tag::Image { dest_url, title, id, .. }) => {
                linked += 1;
                out.push(Event::Start(Tag::Link { link_type: LinkType::Inline, dest_url, title, id }));
            }
            Event::End(TagEnd::Image) => {
                linked = linked.saturating_sub(1);
                out.push(Event::End(TagEnd::Link));
            }
            Event::Start(Tag::Link { .. }) => {
                linked += 1;
                out.push(event);
            }
            Event::End(TagEnd::Link) => {
                linked = linked.saturating_sub(1);
                out.push(event);
            }
            Event::Text(text) => match &mut indented {
                Some(lines) => lines.push_str(&text),
                None if linked == 0 => push_linked(&mut out, text),
                None => out.push(Event::Text(text)),
            },
            other => out.push(other),
        }
    }
    out
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

#[derive(Default)]
struct TextWriter {
    out: String,
    /// The next number of each open list; `None` where it has bullets.
    lists: Vec<Option<u64>>,
    quotes: usize,
    /// Where each open link's words begin, and where it leads.
    links: Vec<(usize, String)>,
}

impl TextWriter {
    fn push(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Paragraph | Tag::Heading { .. }) => self.start_block(),
            Event::Start(Tag::BlockQuote(_)) => {
                self.start_block();
                self.quotes += 1;
                self.out.push_str("> ");
            }
            Event::End(TagEnd::BlockQuote(_)) => self.quotes = self.quotes.saturating_sub(1),
            Event::Start(Tag::List(start)) => {
                if self.lists.is_empty() {
                    self.start_block();
                }
                self.lists.push(start);
            }
            Event::End(TagEnd::List(_)) => {
                self.lists.pop();
            }
            Event::Start(Tag::Item) => self.start_item(),
            Event::Start(Tag::Link { dest_url, .. }) => self.links.push((self.out.len(), dest_url.to_string())),
            Event::End(TagEnd::Link) => self.end_link(),
            Event::Text(text) | Event::Code(text) => self.out.push_str(&text),
            Event::HardBreak | Event::SoftBreak => self.new_line(),
            Event::Rule => {
                self.start_block();
                self.out.push_str("* * *");
            }
            _ => {}
        }
    }

    fn start_block(&mut self) {
        let fresh =
            self.out.is_empty() || self.out.ends_with("> ") || self.out.ends_with("- ") || self.out.ends_with(". ");
        if !fresh {
            self.new_line();
            self.new_line();
        }
    }

    fn start_item(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.new_line();
        }
        self.out.push_str(&"  ".repeat(self.lists.len().saturating_sub(1)));
        match self.lists.last_mut() {
            Some(Some(number)) => {
                let text = format!("{number}. ");
                *number += 1;
                self.out.push_str(&text);
            }
            _ => self.out.push_str("- "),
        }
    }

    fn end_link(&mut self) {
        let Some((from, url)) = self.links.pop() else { return };
        let words = self.out.get(from..).unwrap_or_default();
        let plain = url.strip_prefix("mailto:").or_else(|| url.strip_prefix("tel:")).unwrap_or(&url);
        if words != url && words != plain {
            self.out.push_str(&format!(" ({url})"));
        }
    }

    fn new_line(&mut self) {
        self.out.push('\n');
        self.out.push_str(&"> ".repeat(self.quotes));
    }

    fn finish(self) -> String {
        self.out.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
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
}
