//! Photos in what people write: `![what it shows](photo:ID)` in the text, one `<img>` of one shape in the HTML.
//!
//! The HTML is rendered once, before anybody knows who will read it. Whoever shows it puts in place of each image what
//! this reader may see.

use uuid::Uuid;

const SCHEME: &str = "photo:";
const BEFORE: &str = "/photos/";
const AFTER: &str = "/1024";

/// The photo that an image's address in the text names.
pub(super) fn named_by(address: &str) -> Option<String> {
    address.strip_prefix(SCHEME).and_then(canonical)
}

/// The photo that an address in the HTML shows.
pub(super) fn shown_by(address: &str) -> Option<String> {
    address.strip_prefix(BEFORE)?.strip_suffix(AFTER).and_then(canonical)
}

/// The address in the HTML.
pub(super) fn address_of(photo: &str) -> String {
    format!("{BEFORE}{photo}{AFTER}")
}

/// An id as we write it: thirty-six characters with hyphens, in small letters.
fn canonical(id: &str) -> Option<String> {
    let is_hyphenated = id.len() == 36;
    Uuid::try_parse(id).ok().filter(|_| is_hyphenated).map(|id| id.hyphenated().to_string())
}

/// Puts in place of each photo what `show` answers for its id and the words about it (plain text); a photo for which it
/// has no answer is left out. A paragraph is taken apart around its photos, so that what is shown may be a block.
///
/// For the HTML of `markdown_to_html` only.
pub fn replace_photos(html: &str, mut show: impl FnMut(&str, &str) -> Option<String>) -> String {
    if !html.contains("<img") {
        return html.to_owned();
    }
    let mut out = String::with_capacity(html.len() * 2);
    let mut paragraph: Option<Paragraph> = None;
    for piece in pieces(html) {
        let photo = photo_of(piece);
        match (&mut paragraph, piece) {
            (None, "<p>") => paragraph = Some(Paragraph::default()),
            (Some(open), "</p>") => {
                open.end(&mut out);
                paragraph = None;
            }
            (Some(open), _) if photo.is_some() => {
                if let Some(shown) = photo.and_then(|(id, alt)| show(&id, &alt)) {
                    open.end(&mut out);
                    out.push_str(&shown);
                }
            }
            (Some(open), _) => open.push(piece),
            (None, _) if is_image(piece) => {
                if let Some(shown) = photo.and_then(|(id, alt)| show(&id, &alt)) {
                    out.push_str(&shown);
                }
            }
            (None, _) => out.push_str(piece),
        }
    }
    if let Some(mut open) = paragraph {
        open.end(&mut out);
    }
    out
}

/// Words in place of each photo, for where no picture can be shown.
pub fn without_photos(html: &str) -> String {
    pieces(html)
        .map(|piece| match photo_of(piece) {
            Some((_, alt)) if alt.trim().is_empty() => "[Photo]".to_owned(),
            Some((_, alt)) => format!("[Photo: {}]", escaped(&alt)),
            None if is_image(piece) => String::new(),
            None => piece.to_owned(),
        })
        .collect()
}

/// A paragraph that may have to end where a photo stands, and go on after it.
#[derive(Default)]
struct Paragraph<'a> {
    html: String,
    has_words: bool,
    /// Line ends that count only if words follow.
    breaks: usize,
    /// The tags that are open, as they stood.
    open: Vec<&'a str>,
}

impl<'a> Paragraph<'a> {
    fn push(&mut self, piece: &'a str) {
        if piece.starts_with("<br") {
            self.breaks += 1;
        } else if piece.starts_with("</") {
            self.open.pop();
            self.html.push_str(piece);
        } else if piece.starts_with('<') {
            self.end_lines();
            self.open.push(piece);
            self.html.push_str(piece);
        } else if !piece.trim().is_empty() {
            self.end_lines();
            self.has_words = true;
            self.html.push_str(if self.html.is_empty() { piece.trim_start() } else { piece });
        } else if self.has_words && self.breaks == 0 {
            self.html.push_str(piece);
        }
    }

    fn end_lines(&mut self) {
        if self.has_words {
            self.html.push_str(&"<br>\n".repeat(self.breaks));
        }
        self.breaks = 0;
    }

    /// Writes what there is as a paragraph, if there are words in it; what is open goes on in the next one.
    fn end(&mut self, out: &mut String) {
        if self.has_words {
            out.push_str("<p>");
            out.push_str(self.html.trim_end());
            for tag in self.open.iter().rev() {
                out.push_str("</");
                out.push_str(name_of(tag));
                out.push('>');
            }
            out.push_str("</p>");
        }
        self.html = self.open.concat();
        self.has_words = false;
        self.breaks = 0;
    }
}

/// The tags and the texts between them. A `>` inside quotes does not end a tag.
fn pieces(html: &str) -> impl Iterator<Item = &str> {
    let mut rest = html;
    std::iter::from_fn(move || {
        let end = if rest.starts_with('<') { end_of_tag(rest) } else { rest.find('<').unwrap_or(rest.len()) };
        let (piece, after) = rest.split_at_checked(end)?;
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

fn end_of_tag(html: &str) -> usize {
    let mut in_quotes = false;
    for (at, c) in html.char_indices() {
        match c {
            '"' => in_quotes = !in_quotes,
            '>' if !in_quotes => return at + 1,
            _ => {}
        }
    }
    html.len()
}

fn name_of(tag: &str) -> &str {
    let name = tag.trim_start_matches(['<', '/']);
    name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default()
}

fn is_image(piece: &str) -> bool {
    piece.starts_with('<') && name_of(piece) == "img"
}

/// The id of a photo and the words about it, if this is the tag of one.
fn photo_of(piece: &str) -> Option<(String, String)> {
    if !is_image(piece) {
        return None;
    }
    let id = shown_by(attribute(piece, "src")?)?;
    Some((id, plain(attribute(piece, "alt").unwrap_or_default())))
}

/// What an attribute holds, as it is written there. In our own HTML each stands in double quotes after a space.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let mut parts = tag.split('"');
    while let (Some(before), Some(value)) = (parts.next(), parts.next()) {
        if before.strip_suffix('=').and_then(|before| before.strip_suffix(name)).is_some_and(|it| it.ends_with(' ')) {
            return Some(value);
        }
    }
    None
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn plain(html: &str) -> String {
    html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&nbsp;", "\u{a0}")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::super::markdown_to_html;
    use super::*;

    const A: &str = "019ab1c2-0000-7000-8000-00000000000a";
    const B: &str = "019ab1c2-0000-7000-8000-00000000000b";

    fn figures(markdown: &str) -> String {
        replace_photos(&markdown_to_html(markdown), |id, alt| {
            (id == A).then(|| format!("<figure>{}</figure>", escaped(alt)))
        })
    }

    #[test]
    fn a_photo_alone_is_no_paragraph() {
        assert_eq!(
            figures(&format!("One\n\n![dog](photo:{A})\n\ntwo")),
            "<p>One</p>\n<figure>dog</figure>\n<p>two</p>\n"
        );
        assert_eq!(
            figures(&format!("![a](photo:{A})\n![b](photo:{A})")).replace('\n', ""),
            "<figure>a</figure><figure>b</figure>"
        );
    }

    #[test]
    fn words_around_a_photo_stay_paragraphs() {
        assert_eq!(
            figures(&format!("Here **is\n![dog](photo:{A})\nthe** dog")).replace('\n', ""),
            "<p>Here <strong>is</strong></p><figure>dog</figure><p><strong>the</strong> dog</p>"
        );
        assert_eq!(
            figures(&format!("- ![dog](photo:{A})")).replace('\n', ""),
            "<ul><li><figure>dog</figure></li></ul>"
        );
    }

    #[test]
    fn what_may_not_be_seen_leaves_no_trace() {
        assert_eq!(figures(&format!("![secret](photo:{B})")).trim(), "");
        assert_eq!(figures(&format!("One ![secret](photo:{B}) two")).trim(), "<p>One  two</p>");
        assert_eq!(figures(&format!("- one ![secret](photo:{B})")).trim(), "<ul>\n<li>one </li>\n</ul>");
    }

    #[test]
    fn words_about_a_photo_are_words() {
        let alt = r#"a > b "quoted" & <img src="/photos/x/1024">"#;
        let source = format!("![{}](photo:{A})", alt.replace('<', "\\<"));
        let mut heard = None;
        replace_photos(&markdown_to_html(&source), |_, alt| {
            heard = Some(alt.to_owned());
            None
        });
        assert_eq!(heard.as_deref(), Some(alt));
        let html = without_photos(&markdown_to_html(&source));
        assert!(html.contains("[Photo: a ") && !html.contains("<img"), "{html}");
    }

    #[test]
    fn an_image_in_the_address_of_a_link_is_no_photo() {
        let source = format!("[x](<https://e.example/\"\\<img src=\"/photos/{A}/1024\">)");
        let html = markdown_to_html(&source);
        assert!(!replace_photos(&html, |_, _| Some("GOTCHA".to_owned())).contains("GOTCHA"), "{html}");
    }
}
