//! The text part's lines: short enough for every terminal, and one paragraph again where a program knows how (RFC 3676).

use lettre::message::header::ContentType;

/// What a text part whose lines flow is called.
pub(super) fn content_type() -> Result<ContentType, String> {
    ContentType::parse("text/plain; charset=utf-8; format=flowed").map_err(|error| error.to_string())
}

/// How wide a line is at most, in characters, where it can be broken at all.
const WIDTH: usize = 72;

/// Breaks long lines at spaces. A line that goes on ends with a space, which is what `format=flowed` means; an address is
/// never broken.
pub fn flow(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 32);
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        match line.trim_end() {
            // What follows is why this mail came and how to stop it: programs leave it out of answers (RFC 3676, 4.3).
            "--" => out.push_str("-- "),
            line => push_line(&mut out, line),
        }
    }
    out.push('\n');
    out
}

fn push_line(out: &mut String, line: &str) {
    let words = line.trim_start_matches(['>', ' ']);
    let depth = line.strip_suffix(words).unwrap_or_default().matches('>').count();
    let quote = if depth == 0 { String::new() } else { format!("{} ", ">".repeat(depth)) };
    // What is quoted keeps its depth; any other line that begins with a space, or could be taken for a quote or for the
    // beginning of a mail, has one more space before it, which is taken away again (RFC 3676, 4.4).
    let content = if depth == 0 { line } else { words };
    let stuffing = if depth == 0 && (line.starts_with(' ') || line.starts_with("From ")) { " " } else { "" };
    let room = WIDTH.saturating_sub(quote.chars().count());
    let (mut width, mut is_first) = (0, true);
    out.push_str(&quote);
    out.push_str(stuffing);
    for word in content.split_inclusive(' ') {
        let long = word.trim_end().chars().count();
        if !is_first && width + long > room && !word.trim().is_empty() {
            out.push('\n');
            out.push_str(&quote);
            if quote.is_empty() && (word.starts_with('>') || word.starts_with("From ")) {
                out.push(' ');
            }
            width = 0;
        }
        out.push_str(word);
        width += word.chars().count();
        is_first = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_go_on_in_the_next_and_short_ones_stay() {
        let long = "word ".repeat(40);
        let text = flow(&format!("Dear all,\n{}\n\n--\nWhy", long.trim_end()));
        assert!(text.lines().all(|line| line.chars().count() <= 73), "{text}");
        assert!(text.starts_with("Dear all,\nword word"), "{text}");
        assert!(text.ends_with("word\n\n-- \nWhy\n"), "{text}");
        let back = text.replace(" \n", " ").replace("-- Why", "--\nWhy");
        assert_eq!(back, format!("Dear all,\n{}\n\n--\nWhy\n", long.trim_end()));
    }

    #[test]
    fn an_address_is_never_broken() {
        let url = format!("https://t.example/{}", "a".repeat(200));
        assert!(flow(&format!("Read it here, on a page that is only for you: {url}")).contains(&format!("\n{url}\n")));
    }

    #[test]
    fn quotes_keep_their_depth_and_nothing_else_becomes_one() {
        let text = flow(&format!("> {}", "he said so ".repeat(12).trim_end()));
        assert!(text.lines().count() > 1 && text.lines().all(|line| line.starts_with("> ")), "{text}");
        assert_eq!(flow("> > deep\n\n  - nested\nFrom here on\n>"), ">> deep\n\n   - nested\n From here on\n> \n");
    }

    #[test]
    fn nothing_is_lost() {
        let source = "a  b   c\n\n\nend";
        assert_eq!(flow(source), "a  b   c\n\n\nend\n");
    }
}
