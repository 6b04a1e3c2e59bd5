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

/// Plain text as light Markdown that shows what was written: nothing in it becomes markup by accident, but lists stay lists.
pub fn plain_to_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let line = line.trim_end();
        let words = line.trim_start();
        let is_list = ["- ", "* ", "+ "].iter().any(|mark| words.starts_with(mark));
        // A line of dashes would make a heading of the words above it.
        if words.starts_with(['#', '>', '=', '~']) || (words.starts_with(['-', '+']) && !is_list) {
            out.push('\\');
        }
        let (mark, rest) = if is_list { words.split_at(2) } else { ("", words) };
        out.push_str(mark);
        for c in rest.chars() {
            if matches!(c, '\\' | '*' | '_' | '`' | '[' | ']' | '<' | '&') {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}

/// How many web and e-mail addresses a text holds. Of those without a scheme only what begins with `www.` counts: a space
/// that is missing after a full stop makes no address.
pub fn count_links(text: &str) -> usize {
    let bare = text.split_whitespace().filter(|word| word.to_lowercase().starts_with("www.")).count();
    LinkFinder::new().links(text).count() + bare
}

/// The first `max_chars` characters, cut between words, with an ellipsis where something was left out.
pub fn excerpt(text: &str, max_chars: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((cut, _)) = text.char_indices().nth(max_chars) else { return text };
    let head = text.get(..cut).unwrap_or_default();
    let head = head.rsplit_once(' ').map_or(head, |(words, _)| words);
    format!("{head}…")
}

/// How a text begins, in at most `max_chars` characters: cut after a sentence or a line where one ends in the second half of
/// them, otherwise between words. `None` where nothing has to be left out.
pub fn first_lines(text: &str, max_chars: usize) -> Option<String> {
    let text = text.trim();
    let (cut, _) = text.char_indices().nth(max_chars)?;
    let head = text.get(..cut).unwrap_or_default();
    let sentence = head.char_indices().rev().find_map(|(at, c)| {
        let end = at + c.len_utf8();
        let ends_here = match c {
            '\n' | '。' | '！' | '？' => true,
            '.' | '!' | '?' | '…' => text.get(end..).is_some_and(|rest| rest.starts_with(char::is_whitespace)),
            _ => false,
        };
        (ends_here && end >= cut / 2).then_some(end)
    });
    let words = || head.rfind(char::is_whitespace).filter(|at| *at > 0).unwrap_or(cut);
    let head = text.get(..sentence.unwrap_or_else(words)).unwrap_or_default().trim_end();
    let gap = if sentence.is_some() { " " } else { "" };
    Some(format!("{head}{gap}…"))
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
    fn what_was_plain_stays_what_it_is_as_markdown() {
        let text = "# 1 of us\n\nShe said *wow* & <hi> [x](y)\n----\n- soup\n* tea\nhttps://example.org/a_b_c\n> 3\n![](photo:x)";
        let html = super::super::markdown_to_html(&plain_to_markdown(text));
        for there in [
            "# 1 of us",
            "*wow* &amp; &lt;hi&gt; [x](y)",
            "----",
            "<li>soup",
            "<li>tea",
            "a_b_c\"",
            "&gt; 3",
            "![](photo:x)",
        ] {
            assert!(html.contains(there), "{there} in {html}");
        }
        assert!(!html.contains("<h") && !html.contains("<em>") && !html.contains("<img"), "{html}");
    }

    #[test]
    fn links_are_counted_however_they_are_written() {
        assert_eq!(count_links("Dear Maria, get well. So much love.\nJo"), 0);
        assert_eq!(count_links("https://a.example www.b.example c@d.example"), 3);
    }

    #[test]
    fn first_lines_end_with_a_sentence_or_a_word() {
        assert_eq!(first_lines("She is home. All is well.", 100), None);
        assert_eq!(first_lines("She is home.", 12), None);
        assert_eq!(first_lines("She is home. All is well.", 20).as_deref(), Some("She is home. …"));
        assert_eq!(first_lines("She came\nhome today", 12).as_deref(), Some("She came …"));
        assert_eq!(first_lines("It is 3.5 degrees here", 15).as_deref(), Some("It is 3.5…"));
        assert_eq!(first_lines("Yes. One very long sentence goes on", 20).as_deref(), Some("Yes. One very long…"));
        assert_eq!(first_lines("ひとつの長い文がここにありますよ", 5).as_deref(), Some("ひとつの長…"));
        assert_eq!(first_lines("家に帰りました。元気です。", 9).as_deref(), Some("家に帰りました。 …"));
    }

    #[test]
    fn excerpts_end_at_a_word() {
        assert_eq!(excerpt("one two three", 9), "one two…");
        assert_eq!(excerpt("short", 9), "short");
        assert_eq!(excerpt("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 3).chars().last(), Some('…'));
    }
}
