//! HTML as lines, with what it says of them. Read once from its beginning to its end, so that no HTML takes long.

use mail_parser::decoders::html::add_html_token;

use super::lines::{Line, Mark};
use super::tag::Tag;

/// What a picture of the mail itself becomes in a line: its id between these two, which no text has.
pub(super) const PICTURE_BEGINS: char = '\u{e000}';
pub(super) const PICTURE_ENDS: char = '\u{e001}';

/// How many elements are kept open; those deeper are read as if they were not there.
const MAX_OPEN: usize = 400;
/// How far up an end tag looks for what it ends.
const MAX_LOOK: usize = 40;

/// What begins a new line.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "br",
    "hr",
    "li",
    "ul",
    "ol",
    "tr",
    "table",
    "blockquote",
    "pre",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "article",
    "header",
    "footer",
    "address",
    "center",
    "dl",
    "dt",
    "dd",
    "body",
    "form",
    "fieldset",
];
/// What stands apart, with an empty line around it.
const APART: &[&str] = &["p", "ul", "ol", "table", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr"];
/// What is never shown.
const HIDDEN: &[&str] =
    &["head", "style", "script", "title", "template", "noscript", "object", "svg", "select", "textarea"];
/// What has no end.
const VOID: &[&str] =
    &["br", "hr", "img", "meta", "link", "input", "base", "area", "col", "wbr", "source", "track", "embed"];

struct Open {
    name: String,
    mark: Option<Mark>,
    /// Of a mail program's box around a quote: what is not in a quote inside it introduces one.
    is_box: bool,
}

struct Reader {
    lines: Vec<Line>,
    line: String,
    /// Whether there is more in the line than spaces; told once, since a line of spaces may be long.
    has_text: bool,
    mark: Option<Mark>,
    open: Vec<Open>,
    preformatted: usize,
    /// The address of the link that is open, and where its text begins.
    link: Option<(String, usize)>,
}

/// The lines of an HTML text.
pub(super) fn lines(html: &str) -> Vec<Line> {
    let mut reader = Reader {
        lines: Vec::new(),
        line: String::new(),
        has_text: false,
        mark: None,
        open: Vec::new(),
        preformatted: 0,
        link: None,
    };
    let mut rest = html;
    let mut endless: Vec<String> = Vec::new();
    // Below it nothing can be a tag.
    let last_end = html.rfind('>').unwrap_or_default();
    while !rest.is_empty() {
        let Some(at) = rest.find('<').filter(|at| html.len() - rest.len() + at < last_end) else {
            reader.text(rest);
            break;
        };
        reader.text(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            rest = rest.split_once('>').map_or("", |(_, after)| after);
        } else if let Some((tag, after)) = Tag::read(rest) {
            rest = after;
            if !tag.closes && HIDDEN.contains(&tag.name.as_str()) {
                // What has no end hides nothing, and is not looked for again.
                if !endless.contains(&tag.name) {
                    match after_hidden(rest, &tag.name) {
                        Some(after) => rest = after,
                        None => endless.push(tag.name),
                    }
                }
            } else {
                reader.tag(&tag);
            }
        } else {
            reader.text("<");
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    reader.break_line();
    reader.lines
}

/// What follows the end of a hidden element.
fn after_hidden<'a>(rest: &'a str, name: &str) -> Option<&'a str> {
    let is_end = |at: usize| rest.get(at + 2..at + 2 + name.len()).is_some_and(|here| here.eq_ignore_ascii_case(name));
    let (at, _) = rest.match_indices("</").find(|(at, _)| is_end(*at))?;
    rest.get(at..)?.split_once('>').map(|(_, after)| after)
}

impl Reader {
    fn text(&mut self, raw: &str) {
        let text = decoded(raw);
        if self.preformatted > 0 {
            for (at, line) in text.split('\n').enumerate() {
                if at > 0 {
                    self.end_line();
                }
                self.line.push_str(line);
                self.note_text(line);
            }
            return;
        }
        for (at, word) in text.split([' ', '\n', '\t']).enumerate() {
            if at > 0 && !self.line.is_empty() && !self.line.ends_with(' ') {
                self.line.push(' ');
            }
            self.line.push_str(word);
        }
        self.note_text(&text);
    }

    /// A line is what its first letters are.
    fn note_text(&mut self, text: &str) {
        if !self.has_text && !text.trim().is_empty() {
            self.begin_text();
        }
    }

    fn begin_text(&mut self) {
        if !self.has_text {
            self.has_text = true;
            self.mark = self.mark_here();
        }
    }

    fn mark_here(&self) -> Option<Mark> {
        // What is inside a quote is quoted, whatever else it is.
        let outer = self.open.iter().find_map(|open| open.mark.filter(|mark| matches!(mark, Mark::Quote | Mark::Head)));
        outer.or_else(|| self.open.iter().rev().find_map(|open| open.mark))
    }

    fn break_line(&mut self) {
        if self.has_text {
            self.end_line();
        }
        self.line.clear();
        self.mark = None;
    }

    fn end_line(&mut self) {
        let text = std::mem::take(&mut self.line);
        self.lines.push(Line { text: text.trim_end().to_owned(), mark: self.mark });
        (self.mark, self.has_text) = (None, false);
        if let Some((_, begin)) = &mut self.link {
            *begin = 0;
        }
    }

    fn empty_line(&mut self) {
        if self.lines.last().is_some_and(|line| !line.text.is_empty()) {
            self.lines.push(Line { text: String::new(), mark: self.mark_here() });
        }
    }

    fn tag(&mut self, tag: &Tag) {
        let name = tag.name.as_str();
        if name == "br" {
            if self.has_text {
                self.end_line()
            } else {
                self.empty_line()
            }
            return;
        }
        if BLOCKS.contains(&name) {
            self.break_line();
            if APART.contains(&name) {
                self.empty_line();
            }
        }
        match name {
            "a" => self.link(tag),
            "img" => self.picture(tag),
            "td" | "th" if !self.line.is_empty() => self.line.push(' '),
            "li" if !tag.closes => {
                self.begin_text();
                self.line.push_str("- ");
            }
            _ => {}
        }
        if tag.closes {
            self.close(name);
        } else if !VOID.contains(&name) && !tag.is_closed && self.open.len() < MAX_OPEN {
            self.preformatted += usize::from(name == "pre");
            let is_box = tag.is_box();
            let mark = tag.mark().or_else(|| self.inside_box(name, is_box));
            self.open.push(Open { name: name.to_owned(), mark, is_box });
        } else if name == "hr" && tag.mark() == Some(Mark::Head) {
            self.lines.push(Line { text: "-----".to_owned(), mark: Some(Mark::Head) });
        }
    }

    /// A quote in a mail program's box is a quote, however it is dressed.
    fn inside_box(&self, name: &str, is_box: bool) -> Option<Mark> {
        let boxed = !is_box && self.open.iter().any(|open| open.is_box);
        (name == "blockquote" && boxed).then_some(Mark::Quote)
    }

    fn close(&mut self, name: &str) {
        let found = self.open.iter().rev().take(MAX_LOOK).position(|open| open.name == name);
        if let Some(above) = found {
            let keep = self.open.len() - above - 1;
            for open in self.open.drain(keep..) {
                self.preformatted = self.preformatted.saturating_sub(usize::from(open.name == "pre"));
            }
        }
    }

    /// A link whose text does not say where it goes has that behind it.
    fn link(&mut self, tag: &Tag) {
        if let Some((address, begin)) = self.link.take() {
            let shown = self.line.get(begin..).unwrap_or_default().trim();
            let bare = address.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
            if !shown.is_empty() && !shown.contains(bare) && !shown.contains(PICTURE_BEGINS) {
                self.line.push_str(&format!(" ({address})"));
            }
        }
        let address = tag.get("href").map(decoded).filter(|href| href.starts_with("http") && href.len() <= 500);
        self.link = address.filter(|_| !tag.closes).map(|address| (address, self.line.len()));
    }

    fn picture(&mut self, tag: &Tag) {
        if let Some(id) = tag.get("src").and_then(|source| {
            source.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("cid:")).and(source.get(4..))
        }) {
            self.begin_text();
            self.line.extend([PICTURE_BEGINS].into_iter().chain(id.chars().take(500)).chain([PICTURE_ENDS]));
        }
    }
}

/// With its entities decoded.
fn decoded(raw: &str) -> String {
    if !raw.contains('&') {
        return raw.to_owned();
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        text.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        let head = rest.get(..rest.floor_char_boundary(12)).unwrap_or_default();
        let entity = head.find(';').and_then(|end| rest.get(..=end));
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "&#;".contains(letter);
        if let Some(entity) = entity.filter(|entity| entity.chars().all(plain)) {
            let begin = text.len();
            add_html_token(&mut text, entity.as_bytes(), false);
            let made: String = text.split_off(begin);
            text.push_str(&made.replace('\u{a0}', " "));
            rest = rest.get(entity.len()..).unwrap_or_default();
        } else {
            text.push('&');
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    text.push_str(rest);
    text
}
