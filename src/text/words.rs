//! Light Markdown as plain text, for the text part of a mail.

use pulldown_cmark::{Event, Tag, TagEnd};

/// Writes events as plain text in which nothing is left out.
#[derive(Default)]
pub(super) struct TextWriter {
    out: String,
    /// The next number of each open list; `None` where it has bullets.
    lists: Vec<Option<u64>>,
    quotes: usize,
    /// Where each open link's words begin, and where it leads.
    links: Vec<(usize, String)>,
    /// Where the words about each open photo begin.
    photos: Vec<usize>,
}

impl TextWriter {
    /// Takes the next event.
    pub(super) fn push(&mut self, event: Event<'_>) {
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
            Event::Start(Tag::Image { .. }) => {
                self.out.push_str("[Photo: ");
                self.photos.push(self.out.len());
            }
            Event::End(TagEnd::Image) => {
                if self.photos.pop() == Some(self.out.len()) {
                    self.out.truncate(self.out.len() - ": ".len());
                }
                self.out.push(']');
            }
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

    /// The text, with nothing at the ends of its lines.
    pub(super) fn finish(self) -> String {
        self.out.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    }
}
