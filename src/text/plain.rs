//! Text without markup: well wishes and comments.

use linkify::{LinkFinder, LinkKind};

/// Paragraphs, line ends and links; everything else as it was written.
pub fn plain_to_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 32);
    for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
        html.push_str("<p>");
        for (index, line) in paragraph.trim_matches('\n').split('\n').enumerate() {
            if index > 0 {
                html.push_str("<br>");
            }
            push_line(&mut html, line);
        }
        html.push_str("</p>");
    }
    super::sanitise(&html)
}

fn push_line(html: &mut String, line: &str) {
    for span in LinkFinder::new().spans(line) {
        let words = ammonia::clean_text(span.as_str());
        match span.kind() {
            Some(LinkKind::Email) => html.push_str(&format!("<a href=\"mailto:{words}\">{words}</a>")),
            Some(_) => html.push_str(&format!("<a href=\"{words}\">{words}</a>")),
            None => html.push_str(&words),
        }
    }
}

/// The first `max_chars` characters, cut between words, with an ellipsis where something was left out.
pub fn excerpt(text: &str, max_chars: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((cut, _)) = text.char_indices().nth(max_chars) else { return text };
    let head = text.get(..cut).unwrap_or_default();
    let head = head.rsplit_once(' ').map_or(head, |(words, _)| words);
    format!("{head}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_keep_their_lines_and_no_markup() {
        let html = plain_to_html("Dear Maria,\n*hugs* & <b>love</b>\n\nJo https://example.org");
        assert!(html.starts_with("<p>Dear Maria,<br>*hugs* &amp; &lt;b&gt;love"), "{html}");
        assert!(html.contains(r#"<a href="https://example.org""#), "{html}");
    }

    #[test]
    fn excerpts_end_at_a_word() {
        assert_eq!(excerpt("one two three", 9), "one two…");
        assert_eq!(excerpt("short", 9), "short");
        assert_eq!(excerpt("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 3).chars().last(), Some('…'));
    }
}
