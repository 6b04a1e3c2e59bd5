//! The fields of a head: of a mail, of a part, of a report.

use std::collections::HashSet;

use mail_parser::{Address, HeaderValue, MessageParser};

/// How many fields of one head are looked at.
const MAX_FIELDS: usize = 1_000;
/// How long one field may be; what is longer is cut.
const MAX_VALUE: usize = 16 * 1024;
/// How many addresses one field may hold.
const MAX_ADDRESSES: usize = 1_000;
/// How much of all fields that are asked for together is searched for addresses: what is in them can be made to take more
/// than in proportion.
const MAX_SEARCHED: usize = 4 * MAX_VALUE;

/// The fields of a head, each unfolded into one line, in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a head up to its first empty line.
    pub fn parse(head: &[u8]) -> Self {
        let mut fields: Vec<(String, String)> = Vec::new();
        let text = crate::decoding::text(None, head);
        for line in text.lines() {
            if line.trim().is_empty() {
                // One of several spaces is a broken fold, and ends nothing.
                if line.len() < 2 || fields.is_empty() {
                    break;
                }
                continue;
            }
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = fields.last_mut()
                    && value.len() < MAX_VALUE
                {
                    value.push(' ');
                    value.push_str(bounded(line.trim(), MAX_VALUE.saturating_sub(value.len())));
                }
            } else if let Some((name, value)) = line.split_once(':')
                && is_name(name.trim_end())
                && fields.len() < MAX_FIELDS
            {
                fields.push((name.trim_end().to_ascii_lowercase(), bounded(value.trim(), MAX_VALUE).to_owned()));
            }
        }
        Self(fields)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first of this name (in small letters), as it was sent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The last of this name.
    pub fn last(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(named, _)| named == name).map(|(_, value)| value.as_str())
    }

    /// Whether there is one of this name.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// All of this name, in their order.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(named, _)| named == name).map(|(_, value)| value.as_str())
    }

    /// The first of this name with its encoded words decoded.
    pub fn text(&self, name: &str) -> Option<String> {
        let value = self.get(name)?;
        if !value.contains("=?") {
            return Some(value.to_owned());
        }
        let head = format!("Subject: {value}\r\n\r\n");
        let message = MessageParser::default().parse_headers(head.as_bytes())?;
        message.subject().map(str::to_owned)
    }

    /// All addresses of all fields of these names.
    pub fn addresses(&self, names: &[&str]) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let (mut seen, mut left) = (HashSet::new(), MAX_SEARCHED);
        for value in names.iter().flat_map(|name| self.all(name)) {
            let value = bounded(value, left);
            left -= value.len();
            for address in addresses_of(value) {
                if found.len() < MAX_ADDRESSES && seen.insert(address.clone()) {
                    found.push(address);
                }
            }
            if left == 0 {
                break;
            }
        }
        found
    }

    /// What stands between the brackets of the first field of this name, or all of it where there are none.
    pub fn ids(&self, name: &str) -> Vec<String> {
        let mut found = Vec::new();
        for value in self.all(name) {
            let bracketed = value.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(id, _)| id.trim());
            let before = found.len();
            found.extend(bracketed.filter(|id| !id.is_empty()).take(MAX_ADDRESSES).map(str::to_owned));
            if found.len() == before {
                let bare = value.split_whitespace().filter(|word| word.contains('@'));
                found.extend(bare.take(MAX_ADDRESSES).map(str::to_owned));
            }
        }
        found.truncate(MAX_ADDRESSES);
        found
    }
}

/// The addresses of the value of a field, as they were written.
pub(crate) fn addresses_of(value: &str) -> Vec<String> {
    let head = format!("To: {value}\r\n\r\n");
    let parsed = MessageParser::default().parse_headers(head.as_bytes());
    let mut found = Vec::new();
    if let Some(HeaderValue::Address(address)) = parsed.as_ref().and_then(|message| message.header("To")) {
        let each: Vec<_> = match address {
            Address::List(list) => list.iter().collect(),
            Address::Group(groups) => groups.iter().flat_map(|group| group.addresses.iter()).collect(),
        };
        found.extend(each.into_iter().filter_map(|one| one.address.as_deref()).filter_map(address_in));
    }
    if found.is_empty() {
        found.extend(address_in(value));
    }
    found
}

/// The first address that stands in a text.
pub(crate) fn address_in(text: &str) -> Option<String> {
    addresses_in(text).next()
}

/// The addresses that stand in a text.
pub(crate) fn addresses_in(text: &str) -> impl Iterator<Item = String> {
    let apart = |letter: char| letter.is_whitespace() || "<>()[]{},;:\"'`|\\".contains(letter);
    text.split(apart).filter_map(|word| {
        let word = word.trim_end_matches(['.', '?', '!']).trim_start_matches(['*', '.']);
        let word = ["RCPT=", "TO=", "to="].iter().find_map(|before| word.strip_prefix(before)).unwrap_or(word);
        is_address(word).then(|| word.to_owned())
    })
}

/// Whether a word looks like an address.
pub(crate) fn is_address(word: &str) -> bool {
    let Some((local, domain)) = word.rsplit_once('@') else { return false };
    !local.is_empty()
        && local.len() <= 128
        && domain.len() <= 255
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && domain.chars().all(|letter| letter.is_alphanumeric() || ".-_".contains(letter))
}

/// The head of a mail or a part, with the empty line that ends it, and the body.
pub(crate) fn split_head(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if line.trim_ascii().is_empty() && (line.len() <= 2 || at == 0) {
            return bytes.split_at_checked(at + line.len()).unwrap_or((bytes, &[]));
        }
        at += line.len();
    }
    (bytes, &[])
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 100 && name.bytes().all(|byte| byte.is_ascii_graphic())
}

/// At most so many bytes of a text, cut between letters.
pub(crate) fn bounded(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_unfolded_and_found_in_any_case() {
        let fields = Fields::parse(b"SUBJECT: a\r\n  b\r\nTo : <a@b.de>\r\nnonsense\r\n\r\nSubject: c\r\n");
        assert_eq!(fields.get("subject"), Some("a b"));
        assert_eq!(fields.addresses(&["to"]), ["a@b.de"]);
        assert_eq!(fields.all("subject").count(), 1);
    }

    #[test]
    fn addresses_are_found_in_what_people_and_machines_write() {
        assert_eq!(addresses_of("\"A, B\" <a@b.de>, c@d.de"), ["a@b.de", "c@d.de"]);
        assert_eq!(address_in("smtp;550 <a+b@c.de>: no").as_deref(), Some("a+b@c.de"));
        assert_eq!(address_in("at home @ five.").as_deref(), None);
        assert_eq!(Fields::parse(b"In-Reply-To: <a@b> <c@d>\n").ids("in-reply-to"), ["a@b", "c@d"]);
    }
}
