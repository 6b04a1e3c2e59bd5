//! The codes that servers give: `5.1.1` (RFC 3463) and `550` (RFC 5321).

use std::fmt;

use super::Severity;

/// A code of RFC 3463: class, subject, detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// 2: it worked, 4: not now, 5: never.
    pub class: u8,
    /// 1: the address, 2: the mailbox, 3: the system, 4: the way there, 5: the protocol, 6: the content, 7: the rules.
    pub subject: u16,
    /// What exactly.
    pub detail: u16,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

impl Status {
    /// Reads a word that is a code.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        let mut numbers = word.split('.');
        let class = numbers.next()?;
        let (subject, detail) = (numbers.next()?, numbers.next()?);
        let number = |digits: &str| {
            let plain = (1..=3).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
            plain.then(|| digits.parse().ok()).flatten()
        };
        if numbers.next().is_some() || !matches!(class, "2" | "4" | "5") {
            return None;
        }
        Some(Self { class: class.parse().ok()?, subject: number(subject)?, detail: number(detail)? })
    }

    /// The first code of a failure in a text that says more than its class, else the first of all.
    pub(crate) fn find(text: &str) -> Option<Self> {
        let words = text.split(|letter: char| letter.is_whitespace() || "()[]<>#,;:=-".contains(letter));
        let mut all =
            words.filter_map(|word| Self::parse(word.trim_end_matches('.'))).filter(|status| status.class != 2);
        let first = all.next()?;
        if first.says_more() { Some(first) } else { Some(all.find(Self::says_more).unwrap_or(first)) }
    }

    fn says_more(&self) -> bool {
        self.subject != 0 || self.detail != 0
    }
}

/// The code that a report gives or, where that says little, the one in what the server said.
pub(super) fn sharper(given: Option<Status>, diagnostic: &str) -> Option<Status> {
    match given {
        Some(status) if status.says_more() => Some(status),
        _ => Status::find(diagnostic).filter(Status::says_more).or(given),
    }
}

/// The reply code of SMTP in what a server said.
pub(super) fn reply_code(diagnostic: &str) -> Option<u16> {
    let mut words = diagnostic.split(|letter: char| letter.is_whitespace() || ":;,()[]#-<>".contains(letter));
    words.find_map(|word| {
        let code: u16 = (word.len() == 3).then(|| word.parse().ok()).flatten()?;
        ((421..=459).contains(&code) || (500..=599).contains(&code)).then_some(code)
    })
}

/// Whether trying again may help, by the codes.
pub(super) fn severity(status: Option<Status>, diagnostic: &str) -> Severity {
    match (status.map(|status| status.class), reply_code(diagnostic).map(|code| code / 100)) {
        (Some(4), _) | (None, Some(4)) => Severity::Transient,
        (Some(5), _) | (None, Some(5)) => Severity::Permanent,
        _ => Severity::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_in_what_servers_say() {
        let found = |text| Status::find(text).map(|status| status.to_string());
        assert_eq!(found("550 5.1.1 <a@b.de>... User Unknown").as_deref(), Some("5.1.1"));
        assert_eq!(found("host 192.0.2.1 said no. (#5.1.2)").as_deref(), Some("5.1.2"));
        assert_eq!(found("550-5.7.26 unauthenticated").as_deref(), Some("5.7.26"));
        assert_eq!(found("5.0.0 and then 5.2.2").as_deref(), Some("5.2.2"));
        assert_eq!(found("250 2.1.5 Ok, 554 5.7.0 no").as_deref(), Some("5.7.0"));
        assert_eq!(found("version 5.1.1.2, 1.2.3, 5.1"), None);
        assert_eq!(reply_code("smtp;550-No such user"), Some(550));
        assert_eq!(reply_code("192.0.2.200 300 people"), None);
    }
}
