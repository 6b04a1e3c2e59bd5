//! What somebody wrote, out of a mail that has much more in it: the mail that they answered, signatures, footers.

mod attribution;
mod devices;
mod flowed;
mod head_names;
mod heads;
mod html;
mod lines;
mod signature;
mod tag;
mod wrote;

use std::collections::HashSet;

use crate::letter::Letter;
use html::{PICTURE_BEGINS, PICTURE_ENDS};
use lines::Line;

/// What somebody wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// Their words, with `\n` between lines and nothing around them; empty where they wrote none. Where they answered
    /// in between, what they answered stands above it with `> `.
    pub text: String,
    /// Whether something was cut off.
    pub cut: bool,
    /// The same in pieces, for whoever wants no quotes at all: what is quoted may hold what was meant for one reader
    /// alone, such as the links of a mail.
    pub pieces: Vec<Piece>,
}

/// A piece of what somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Their own words.
    Written(String),
    /// Words of the mail that they answer right below, without the signs before them.
    Quoted(String),
}

impl Words {
    /// Only their own words, without what they quoted.
    pub fn own(&self) -> String {
        let own = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Written(text) => Some(text.as_str()),
            Piece::Quoted(_) => None,
        });
        own.collect::<Vec<_>>().join("\n\n")
    }

    fn of(pieces: Vec<Piece>, cut: bool) -> Self {
        let shown: Vec<String> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Written(text) => text.clone(),
                Piece::Quoted(text) => {
                    text.lines().map(|line| format!("> {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
                }
            })
            .collect();
        Self { text: shown.join("\n\n"), cut, pieces }
    }
}

/// The pictures that the text of a mail shows, by their `Content-ID` in small letters.
pub(crate) struct Pictures {
    /// All of them.
    all: HashSet<String>,
    /// Those that stand among somebody's words.
    kept: HashSet<String>,
}

impl Pictures {
    /// Whether a picture stands in what was cut off, and nowhere else.
    pub fn is_cut(&self, id: &str) -> bool {
        let id = id.to_ascii_lowercase();
        self.all.contains(&id) && !self.kept.contains(&id)
    }
}

impl Letter<'_> {
    /// What its writer typed: quotes, the heads of mails that were answered or passed on, signatures and the lines that
    /// telephones add are cut off. In doubt it stays.
    pub fn words(&self) -> Words {
        let plain = lines::trim(&self.plain_lines());
        // A quote that only the HTML knows as one, and a text that only the HTML has.
        if plain.cut && !plain.text.is_empty() || !self.has_html() {
            return plain;
        }
        let html = without_pictures(lines::trim(&self.html_lines()));
        let has_plain = self.has_plain();
        if !has_plain || (html.cut && !plain.cut && !html.text.is_empty()) { html } else { plain }
    }

    /// All of its text, with nothing cut off: for whoever passes a mail on, and for what is sent back.
    pub fn whole_text(&self) -> String {
        let lines = if self.has_plain() { self.plain_lines() } else { self.html_lines() };
        let text = lines.iter().map(|line| line.text.trim_end()).collect::<Vec<_>>().join("\n");
        without_marks(text.trim_matches('\n'))
    }

    pub(crate) fn seen_pictures(&self) -> Pictures {
        let lines = self.html_lines();
        let all: HashSet<String> = lines.iter().flat_map(|line| pictures_in(&line.text)).collect();
        if all.is_empty() {
            return Pictures { all, kept: HashSet::new() };
        }
        let kept = lines::trim(&lines)
            .pieces
            .iter()
            .flat_map(|piece| match piece {
                Piece::Written(text) => pictures_in(text),
                Piece::Quoted(_) => Vec::new(),
            })
            .collect();
        Pictures { all, kept }
    }

    fn has_html(&self) -> bool {
        self.parts.iter().any(|part| part.is_read("text/html"))
    }

    fn has_plain(&self) -> bool {
        self.parts.iter().filter(|part| part.is_read("text/plain")).any(|part| !part.text().trim().is_empty())
    }

    fn plain_lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for part in self.parts.iter().filter(|part| part.is_read("text/plain")).take(50) {
            let text = clean(&part.text());
            let text = if part.flowed { flowed::unwrap(&text, part.delete_spaces) } else { text };
            lines.extend(text.lines().map(Line::plain));
            lines.push(Line::plain(""));
        }
        lines
    }

    fn html_lines(&self) -> Vec<Line> {
        let parts = self.parts.iter().filter(|part| part.is_read("text/html")).take(50);
        parts.flat_map(|part| html::lines(&clean(&part.text()))).collect()
    }
}

/// The text of HTML, for machines' reports.
pub(crate) fn plain_of_html(html: &str) -> String {
    let lines = html::lines(&clean(html));
    without_marks(&lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n"))
}

/// Line breaks as `\n`, spaces as spaces, and nothing that cannot be seen.
fn clean(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .filter_map(|letter| match letter {
            '\r' | '\u{0b}' | '\u{0c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
            '\u{a0}' | '\u{2007}' | '\u{202f}' => Some(' '),
            '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{202a}'..='\u{202e}' => None,
            '\u{e000}'..='\u{e00f}' => None,
            '\n' | '\t' => Some(letter),
            _ if letter.is_control() => None,
            _ => Some(letter),
        })
        .collect()
}

fn pictures_in(text: &str) -> Vec<String> {
    let after = text.split(PICTURE_BEGINS).skip(1);
    after.filter_map(|rest| rest.split_once(PICTURE_ENDS)).map(|(id, _)| id.to_ascii_lowercase()).collect()
}

fn without_pictures(words: Words) -> Words {
    let pieces = words.pieces.into_iter().filter_map(|piece| match piece {
        Piece::Written(text) => Some(without_marks(&text)).filter(|text| !text.is_empty()).map(Piece::Written),
        Piece::Quoted(text) => Some(without_marks(&text)).filter(|text| !text.is_empty()).map(Piece::Quoted),
    });
    Words::of(pieces.collect(), words.cut)
}

fn without_marks(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut pieces = text.split(PICTURE_BEGINS);
    kept.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        kept.push_str(piece.split_once(PICTURE_ENDS).map_or(piece, |(_, after)| after));
    }
    lines::tidy(&kept)
}
