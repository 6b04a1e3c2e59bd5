//! How a mail looks: the style attributes of its plain tags.
//!
//! Several mail programs throw away what stands in `<style>`, so that every tag has to say itself how it looks. Templates
//! and what families write are plain HTML of few tags; each of these gets its attribute here, in one pass over the finished
//! text. That takes microseconds, where a general inliner of style sheets parses the document anew for each receiver.
//! What a mail looks like in the dark and on a phone stands in `templates/mail/frame.html`.

/// What each tag says of itself, unless it says something else already.
const STYLES: [(&str, &str); 12] = [
    ("a", "color:#2f6f62;text-decoration:underline;"),
    ("blockquote", "margin:0 0 18px;padding:8px 16px 0;border-left:3px solid #d9ccb4;color:#655b4f;"),
    ("code", "font-family:Menlo,Consolas,monospace;font-size:16px;"),
    ("h1", "margin:0 0 18px;font-size:28px;line-height:1.25;font-weight:bold;"),
    ("h2", "margin:30px 0 10px;font-size:23px;line-height:1.3;font-weight:bold;"),
    ("h3", "margin:28px 0 8px;font-size:21px;line-height:1.3;font-weight:bold;"),
    ("h4", "margin:24px 0 6px;font-size:19px;line-height:1.35;font-weight:bold;"),
    ("hr", "height:0;margin:26px 0;border:0;border-top:1px solid #d9ccb4;"),
    ("li", "margin:0 0 6px;"),
    ("ol", "margin:0 0 18px;padding:0 28px;"),
    ("p", "margin:0 0 18px;"),
    ("ul", "margin:0 0 18px;padding:0 28px;"),
];

/// Gives every plain tag of a mail its style attribute. What has one already keeps it, and the head is left as it is.
pub fn dress(html: &str) -> String {
    let mut out = String::with_capacity(html.len() * 3 / 2);
    let (head, mut rest) = html.split_at(html.find("<body").unwrap_or_default());
    out.push_str(head);
    while let Some((before, from)) = rest.find('<').and_then(|at| rest.split_at_checked(at)) {
        out.push_str(before);
        let (tag, after) = from.split_at(end_of_tag(from));
        match style_of(tag) {
            Some((name, style)) => {
                let (opening, attributes) = tag.split_at(name.len() + 1);
                out.push_str(opening);
                out.push_str(" style=\"");
                out.push_str(style);
                out.push('"');
                out.push_str(attributes);
            }
            None => out.push_str(tag),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Where a tag ends, after its `>`: one that stands between quotes does not end it.
fn end_of_tag(from: &str) -> usize {
    let mut quote = None;
    for (at, c) in from.char_indices() {
        match (quote, c) {
            (None, '>') => return at + 1,
            (None, '"' | '\'') if !from.starts_with("<!") => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    from.len()
}

fn style_of(tag: &str) -> Option<(&'static str, &'static str)> {
    let inside = tag.strip_prefix('<')?;
    let name = inside.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
    let found = STYLES.iter().find(|(known, _)| *known == name)?;
    (!inside.contains(" style=")).then_some(*found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_tags_say_how_they_look() {
        let html = dress("<style>p{}</style><body><p>One <a href=\"https://t.example/a>b\">two</a><br>three</p><hr>");
        assert!(html.starts_with("<style>p{}</style><body><p style=\"margin"), "{html}");
        assert!(html.contains("underline;\" href=\"https://t.example/a>b\">two</a><br>three</p><hr style="), "{html}");
    }

    #[test]
    fn what_says_so_itself_keeps_it() {
        for same in [
            "<p style=\"margin:0\">x</p>",
            "<!--[if mso]><table><tr><td width=\"600\"><![endif]-->",
            "<pre>x</pre><article>y</article>",
            "1 &lt; 2 > 0",
            "a < b",
            "<p",
        ] {
            assert_eq!(dress(same).replace(" style=\"margin:0 0 18px;\"", ""), same);
        }
        assert_eq!(dress("<p style=\"margin:0\">x</p>"), "<p style=\"margin:0\">x</p>");
    }

    #[test]
    fn words_stay_as_they_are() {
        let html = dress("<p>É &lt;p&gt; “quoted” it's</p>\n<ul><li>soup</li></ul>");
        assert!(html.contains(">É &lt;p&gt; “quoted” it's</p>\n<ul style="), "{html}");
    }
}
