//! `format=flowed` (RFC 3676): lines that a mail program broke, put together again.

/// Puts the lines together. Quoted ones keep a `>` for each level.
pub(super) fn unwrap(text: &str, delete_spaces: bool) -> String {
    let mut whole = String::with_capacity(text.len());
    // The depth of the line that is still open.
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let depth = line.bytes().take_while(|byte| *byte == b'>').count();
        let content = line.get(depth..).unwrap_or_default();
        let content = content.strip_prefix(' ').unwrap_or(content);
        let is_signature = content == "-- ";
        if open != Some(depth) || is_signature {
            if !whole.is_empty() {
                whole.push('\n');
            }
            whole.extend(std::iter::repeat_n('>', depth));
            if depth > 0 {
                whole.push(' ');
            }
        }
        let flows = content.ends_with(' ') && !is_signature;
        let kept = if flows && delete_spaces { content.strip_suffix(' ').unwrap_or(content) } else { content };
        whole.push_str(kept);
        open = flows.then_some(depth);
        if !flows && line.is_empty() && whole.is_empty() {
            whole.push('\n');
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_lines_are_put_together() {
        assert_eq!(unwrap("a \nb\n\nc\n", false), "a b\n\nc");
        assert_eq!(unwrap("> a \n> b\nc\n-- \nd", false), "> a b\nc\n-- \nd");
        assert_eq!(unwrap(" >not a quote\n", false), ">not a quote");
        assert_eq!(unwrap("日 \n本", true), "日本");
    }
}
