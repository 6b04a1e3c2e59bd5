//! Text as it arrives in a form, cleaned of what no reader can see, and held to a length.

/// Several lines: line ends become `\n`, control characters go, the ends are trimmed.
pub fn body(text: &str, what: &str, max_chars: usize) -> Result<String, String> {
    let text: String = text
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect();
    check(text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}'), what, max_chars)
}

/// The same, where there may be nothing yet.
pub fn optional_body(text: &str, what: &str, max_chars: usize) -> Result<String, String> {
    if text.trim().is_empty() { Ok(String::new()) } else { body(text, what, max_chars) }
}

/// One line: whatever breaks a line, or turns the direction of what follows, becomes a space.
pub fn line(text: &str, what: &str, max_chars: usize) -> Result<String, String> {
    check(&tidy(text), what, max_chars)
}

/// What somebody is called. It stands in mail to people who do not know them yet, so it cannot hold a web address.
pub fn name(text: &str, what: &str, max_chars: usize) -> Result<String, String> {
    let name = line(text, what, max_chars)?;
    let has_link = name.contains(['/', '@', '\\']) || name.to_lowercase().contains("www.");
    if has_link { Err("A name cannot hold a web or e-mail address.".to_owned()) } else { Ok(name) }
}

/// One line that may be left empty.
pub fn optional_line(text: &str, what: &str, max_chars: usize) -> Result<Option<String>, String> {
    let text = tidy(text);
    if text.is_empty() { Ok(None) } else { check(&text, what, max_chars).map(Some) }
}

fn tidy(text: &str) -> String {
    let text: String = text.chars().map(|c| if breaks_a_line(c) { ' ' } else { c }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn breaks_a_line(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{200b}')
}

fn check(text: &str, what: &str, max_chars: usize) -> Result<String, String> {
    let length = text.chars().count();
    if length == 0 {
        Err(format!("Please write {what}."))
    } else if length > max_chars {
        Err(format!(
            "This is {length} characters long; there is room for {max_chars}. Nothing was lost: please shorten it."
        ))
    } else {
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_line() {
        assert_eq!(line("Jo\r\nBcc: eve@example.org", "a name", 99).unwrap(), "Jo Bcc: eve@example.org");
        assert_eq!(line("  Zoë\u{202e} O’Hara ", "a name", 99).unwrap(), "Zoë O’Hara");
        assert!(line(" \u{feff}\n ", "a name", 99).is_err());
    }

    #[test]
    fn a_name_is_no_advertisement() {
        for good in ["Jo", "J. R. O'Hara", "Dr. Zoë Müller-Lüdenscheidt", "Anne-Marie St.John", "李小龍"] {
            assert_eq!(name(good, "a name", 99).as_deref(), Ok(good));
        }
        for bad in ["Win at https://evil.example", "www.evil.com", "evil.com/win", "me@evil.com"] {
            assert!(name(bad, "a name", 99).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_body_keeps_its_lines_and_loses_what_nobody_sees() {
        assert_eq!(body("\u{feff}One\r\n\r\ntwo\0\tthree\r", "text", 99).unwrap(), "One\n\ntwo\tthree");
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(body(&"é".repeat(10), "text", 10).is_ok());
        assert!(body(&"é".repeat(11), "text", 10).unwrap_err().contains("room for 10"));
    }
}
