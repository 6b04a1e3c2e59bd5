//! The tags of HTML, and what mail programs say with them.

use super::lines::Mark;

/// A tag.
pub(super) struct Tag {
    /// In small letters.
    pub name: String,
    /// Whether it ends an element.
    pub closes: bool,
    /// Whether it ends the element that it begins.
    pub is_closed: bool,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// The tag that a text begins with, and the rest.
    pub fn read(text: &str) -> Option<(Self, &str)> {
        let inner = text.strip_prefix('<')?;
        let (closes, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
        if !inner.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
            return None;
        }
        let end =
            inner.find(|letter: char| letter.is_whitespace() || letter == '>' || letter == '/').unwrap_or(inner.len());
        let (name, mut rest) = inner.split_at_checked(end)?;
        let mut tag = Self { name: name.to_ascii_lowercase(), closes, is_closed: false, attributes: Vec::new() };
        loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix('>') {
                return Some((tag, after));
            }
            if let Some(after) = rest.strip_prefix('/') {
                tag.is_closed = after.starts_with('>');
                rest = after;
                continue;
            }
            if rest.is_empty() {
                return Some((tag, ""));
            }
            let end = rest.find(|letter: char| letter.is_whitespace() || "=>/".contains(letter)).unwrap_or(rest.len());
            let (name, after) = rest.split_at_checked(end.max(1)).unwrap_or((rest, ""));
            let trimmed = after.trim_start();
            let Some(value) = trimmed.strip_prefix('=').map(str::trim_start) else {
                rest = after;
                continue;
            };
            let (value, after) = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    value.get(1..).unwrap_or_default().split_once(quote).unwrap_or((value, ""))
                }
                _ => {
                    let end = value.find(|letter: char| letter.is_whitespace() || letter == '>').unwrap_or(value.len());
                    value.split_at_checked(end).unwrap_or((value, ""))
                }
            };
            if tag.attributes.len() < 40 {
                tag.attributes.push((name.to_ascii_lowercase(), value.to_owned()));
            }
            rest = after;
        }
    }

    /// An attribute, as it was written.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(named, _)| named == name).map(|(_, value)| value.as_str())
    }

    /// Its classes and its id, as they were before Outlook put something before them.
    fn names(&self) -> impl Iterator<Item = &str> {
        let all = ["class", "id", "name"].into_iter().filter_map(|name| self.get(name)).flat_map(str::split_whitespace);
        all.map(|name| name.strip_prefix("x_").unwrap_or(name))
    }

    /// Whether it is a box in which a mail program puts a quote and what introduces it.
    pub fn is_box(&self) -> bool {
        self.names().any(|name| matches!(name, "gmail_quote" | "gmail_quote_container" | "gmail_extra"))
    }

    /// What mail programs say with the names that they give.
    pub fn mark(&self) -> Option<Mark> {
        if self.name == "blockquote" && self.get("type").is_some_and(|kind| kind.eq_ignore_ascii_case("cite")) {
            return Some(Mark::Quote);
        }
        let is_quote = self.name == "blockquote";
        if self.get("data-marker").is_some_and(|marker| marker.contains("QUOTED_TEXT")) {
            return Some(Mark::Head);
        }
        self.names().find_map(|name| match name {
            "gmail_quote" | "protonmail_quote" | "quote" if is_quote => Some(Mark::Quote),
            "yahoo_quoted"
            | "tutanota_quote"
            | "zmail_extra"
            | "moz-forward-container"
            | "OLK_SRC_BODY_SECTION"
            | "mail-editor-reference-message-container"
            | "ms-outlook-mobile-reference-message"
            | "isReplyContent"
            | "AppleOriginalContents"
            | "protonmail_quote"
            | "freebirdFormviewerViewQuote"
            | "mailcontent-quote"
            | "sh-quoted-content"
            | "oriMsgHtmlSeperator"
            | "mail_android_quote"
            | "reply_quote" => Some(Mark::Quote),
            "quote" if self.get("name") == Some("quote") => Some(Mark::Quote),
            "gmail_attr" | "moz-cite-prefix" | "reply-intro" | "mailcontent-quote-head" => Some(Mark::Attribution),
            "divRplyFwdMsg" | "OutlookMessageHeader" | "zwchr" | "stopSpelling" => Some(Mark::Head),
            "gmail_signature"
            | "moz-signature"
            | "Signature"
            | "ms-outlook-mobile-signature"
            | "signature"
            | "gmail_signature_prefix"
            | "protonmail_signature_block" => Some(Mark::Signature),
            name if name.contains("yahoo_quoted") => Some(Mark::Quote),
            _ => None,
        })
    }
}
