//! E-mail addresses: one as a type, many as people paste them.

use std::fmt;

/// An address that mail can be sent to (RFC 5321, without quoted local parts and without SMTPUTF8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress {
    text: String,
    key: String,
}

impl EmailAddress {
    /// Reads one address; the problem is a sentence for the person who typed it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("Please write an e-mail address, like jo@example.org.".to_owned());
        }
        let Some((local, domain)) = text.rsplit_once('@') else {
            return Err("An e-mail address has an @ in it, like jo@example.org.".to_owned());
        };
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err("An e-mail address has no spaces in it.".to_owned());
        }
        if !local.is_ascii() {
            return Err("The part before the @ can only have plain letters, without accents.".to_owned());
        }
        if local.is_empty() || local.len() > 64 || local.contains('@') {
            return Err("Something is missing or too much before the @.".to_owned());
        }
        let domain = idna::domain_to_ascii(domain.trim_end_matches('.'))
            .map_err(|_| "The part after the @ is not a name that mail can go to.".to_owned())?;
        if !domain.contains('.') || domain.len() > 253 || lettre::Address::new(local, &domain).is_err() {
            return Err("This does not look like an address that mail can reach. Is a letter missing?".to_owned());
        }
        Ok(Self { key: format!("{}@{domain}", local.to_ascii_lowercase()), text: format!("{local}@{domain}") })
    }

    /// One that was put together from parts that were looked at before.
    pub(super) fn known(local: &str, domain: &str) -> Self {
        Self { key: format!("{}@{domain}", local.to_ascii_lowercase()), text: format!("{local}@{domain}") }
    }

    /// The part behind the @.
    pub fn domain(&self) -> &str {
        self.key.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// As it is shown and sent to; the domain is in its ASCII form.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What limits count by: addresses that lead to one mailbox in spite of a tag (RFC 5233) or, at Gmail, of dots.
    pub fn mailbox(&self) -> String {
        let (local, domain) = self.key.rsplit_once('@').unwrap_or((&self.key, ""));
        let local = local.split('+').next().unwrap_or_default();
        match domain {
            "gmail.com" | "googlemail.com" => format!("{}@gmail.com", local.replace('.', "")),
            _ => format!("{local}@{domain}"),
        }
    }

    /// What is compared: two addresses with the same key are the same mailbox.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// A name to call somebody by of whom only the address is known.
    pub fn stand_in_name(&self) -> String {
        self.text.split('@').next().unwrap_or_default().to_owned()
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// One entry of a pasted list.
#[derive(Debug, PartialEq, Eq)]
pub struct Listed {
    /// As it stood in the list.
    pub raw: String,
    /// The name that stood with it.
    pub name: Option<String>,
    /// The address, or what is wrong with it.
    pub address: Result<EmailAddress, String>,
}

/// Reads addresses in any shape that people have them in: commas, semicolons, one a line, with names, copied
/// from a spreadsheet or a mail's header. Nothing that was pasted is passed over silently.
pub fn parse_list(text: &str) -> Vec<Listed> {
    let text: String = text
        .chars()
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{202a}'..='\u{202e}'))
        .map(|c| if c == '\u{a0}' { ' ' } else { c })
        .collect();
    text.split(['\n', '\r', ';']).flat_map(parse_line).collect()
}

fn parse_line(line: &str) -> Vec<Listed> {
    let mut found: Vec<Listed> = Vec::new();
    let mut name_before: Vec<String> = Vec::new();
    for piece in pieces(line) {
        if !piece.contains('@') {
            name_before.push(piece);
            continue;
        }
        for (name, address) in addresses_in(&piece) {
            let before = clean_name(&name_before.join(" "));
            name_before.clear();
            let name = match (before, name) {
                // "Doe, Jane <jane@…>" was split at its comma.
                (Some(family), Some(given)) => Some(format!("{given} {family}")),
                (before, name) => name.or(before),
            };
            found.push(Listed { raw: address.clone(), name, address: EmailAddress::parse(&address) });
        }
    }
    let rest = clean_name(&name_before.join(" "));
    match (found.as_mut_slice(), rest) {
        (_, None) => {}
        // A column of addresses with the names behind it.
        ([only], Some(rest)) if only.name.is_none() => only.name = Some(rest),
        (_, Some(rest)) => {
            found.push(Listed { raw: rest, name: None, address: Err("There is no e-mail address in this.".to_owned()) })
        }
    }
    found
}

/// Splits at commas and tabs that do not stand in quotes, angle brackets or parentheses.
fn pieces(line: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let (mut quoted, mut depth) = (false, 0usize);
    // A quote that never closes is an inch sign or a slip, not the start of a name.
    let quotes_pair_up = line.matches('"').count().is_multiple_of(2);
    for c in line.chars() {
        match c {
            '"' if quotes_pair_up => quoted = !quoted,
            '<' | '(' if !quoted => depth += 1,
            '>' | ')' if !quoted => depth = depth.saturating_sub(1),
            '\t' => {
                pieces.push(String::new());
                continue;
            }
            ',' if !quoted && depth == 0 => {
                pieces.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
    }
    pieces.retain(|piece| !piece.trim().is_empty());
    pieces
}

/// `Name <address>`, `address (Name)`, or addresses with nothing but spaces between them.
fn addresses_in(piece: &str) -> Vec<(Option<String>, String)> {
    let mut all = Vec::new();
    let mut rest = piece;
    while let Some((name, from)) = first_bracket(rest).and_then(|at| rest.split_at_checked(at)) {
        let (address, after) = from.split_once('>').unwrap_or((from, ""));
        all.push((clean_name(name), clean_address(address)));
        rest = after;
    }
    if !all.is_empty() {
        return all;
    }
    if let Some((address, name)) = piece.split_once('(') {
        return vec![(clean_name(name), clean_address(address))];
    }
    let words: Vec<&str> = piece.split_whitespace().collect();
    let with_at = words.iter().filter(|word| word.contains('@')).count();
    let name = words.iter().filter(|word| !word.contains('@')).copied().collect::<Vec<_>>().join(" ");
    let looks_split = words.iter().any(|word| word.starts_with('@') || word.ends_with('@'));
    if looks_split {
        return vec![(None, clean_address(piece))];
    }
    words
        .iter()
        .filter(|word| word.contains('@'))
        .map(|word| (if with_at == 1 { clean_name(&name) } else { None }, clean_address(word)))
        .collect()
}

/// The first bracket that holds an address; a name may hold brackets of its own.
fn first_bracket(text: &str) -> Option<usize> {
    text.match_indices('<').map(|(at, _)| at).find(|at| {
        let inside = text.get(at + 1..).unwrap_or_default();
        inside.split(['<', '>']).next().is_some_and(|inside| inside.contains('@'))
    })
}

fn clean_address(text: &str) -> String {
    let text = text.trim_matches(|c: char| c.is_whitespace() || "<>()[]\"'‘’“”,;:".contains(c));
    let text = if text.get(..7).is_some_and(|head| head.eq_ignore_ascii_case("mailto:")) {
        text.get(7..).unwrap_or_default()
    } else {
        text
    };
    text.trim_end_matches('.').to_owned()
}

fn clean_name(text: &str) -> Option<String> {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.trim_matches(|c: char| c.is_whitespace() || "<>()[]\"“”,;:-–•*".contains(c));
    // "Lee, Ann", as address books sort it, is Ann Lee to those who greet her.
    let called = match text.split_once(',') {
        Some((family, given)) if !given.contains(',') => format!("{} {}", given.trim(), family.trim()),
        _ => text.to_owned(),
    };
    let called = called.trim();
    (!called.is_empty()).then(|| called.chars().take(100).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(Option<String>, Option<String>)> {
        parse_list(text).into_iter().map(|it| (it.name, it.address.ok().map(|a| a.to_string()))).collect()
    }

    fn entry(name: &str, address: &str) -> (Option<String>, Option<String>) {
        ((!name.is_empty()).then(|| name.to_owned()), (!address.is_empty()).then(|| address.to_owned()))
    }

    #[test]
    fn addresses_as_people_have_them() {
        for good in [
            "jo@example.org",
            "jo+maria@example.org",
            "j.o.e@mail.example.co.uk",
            "o'hara@example.org",
            "JO@Example.ORG",
        ] {
            assert!(EmailAddress::parse(good).is_ok(), "{good}");
        }
        assert_eq!(EmailAddress::parse("jo@bücher.example").unwrap().as_str(), "jo@xn--bcher-kva.example");
        assert_eq!(EmailAddress::parse(" Jo@Example.org ").unwrap().key(), "jo@example.org");
        for bad in [
            "",
            "jo",
            "jo@",
            "@example.org",
            "jo@localhost",
            "jo smith@example.org",
            "jo@exa mple.org",
            "jo@b@example.org",
            "jo\r\nBcc: x@example.org",
            "jösé@example.org",
            "a..b@example.org",
        ] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_mail_header() {
        assert_eq!(
            read("Mum <mum@example.org>, bob@example.org; \"Doe, Jane\" <jane@example.org>"),
            [entry("Mum", "mum@example.org"), entry("", "bob@example.org"), entry("Jane Doe", "jane@example.org")]
        );
    }

    #[test]
    fn outlook_leaves_names_unquoted() {
        assert_eq!(
            read("Doe, Jane <jane@example.org>; O'Hara, Zoë <zoe@example.org>;"),
            [entry("Jane Doe", "jane@example.org"), entry("Zoë O'Hara", "zoe@example.org")]
        );
    }

    #[test]
    fn a_spreadsheet() {
        assert_eq!(
            read("Bill Smith\tbill@example.org\r\nann@example.org\tAnn Lee\r\n\r\ncy@example.org"),
            [entry("Bill Smith", "bill@example.org"), entry("Ann Lee", "ann@example.org"), entry("", "cy@example.org")]
        );
    }

    #[test]
    fn spaces_brackets_and_slips() {
        assert_eq!(
            read(
                "a@example.org b@example.org\n<c@example.org>\nmailto:d@example.org,\ne@example.org (Eve)\n• f@example.org."
            ),
            [
                entry("", "a@example.org"),
                entry("", "b@example.org"),
                entry("", "c@example.org"),
                entry("", "d@example.org"),
                entry("Eve", "e@example.org"),
                entry("", "f@example.org")
            ]
        );
    }

    #[test]
    fn nothing_is_passed_over() {
        let list = parse_list("jo@example\nAunt Mary\njo @example.org");
        assert_eq!(list.len(), 3);
        assert!(list.iter().all(|it| it.address.is_err()), "{list:?}");
        assert_eq!(
            list.iter().map(|it| it.raw.as_str()).collect::<Vec<_>>(),
            ["jo@example", "Aunt Mary", "jo @example.org"]
        );
    }
}
