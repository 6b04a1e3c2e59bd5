//! What the receiving server found out about who sent a mail (RFC 8601).

use crate::letter::Letter;

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verdict {
    /// It is who it says.
    Pass,
    /// It is not.
    Fail,
    /// There is an answer, and it is neither.
    Neutral,
    /// It could not be found out, now or ever.
    Error,
    /// Nothing was said.
    #[default]
    None,
}

/// What the named server says about who sent a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Authentication {
    /// Whether the server says anything at all.
    pub is_there: bool,
    /// Whether the domain in `From` stands by the mail.
    pub dmarc: Verdict,
    /// Whether a signature on the mail is right: passed where one did.
    pub dkim: Verdict,
    /// Whether the server that sent it may send for the envelope's domain.
    pub spf: Verdict,
    /// The domains whose signatures passed, in small letters.
    pub signed_by: Vec<String>,
}

impl Authentication {
    /// Whether the mail is likely not from whom it says: DMARC fails, or, where it says nothing, a signature or the server
    /// that sent it is wrong and no signature is right.
    pub fn speaks_against(&self) -> bool {
        match (self.dmarc, self.dkim) {
            (Verdict::Fail, _) => true,
            (Verdict::Pass, _) | (_, Verdict::Pass) => false,
            (_, dkim) => dkim == Verdict::Fail || self.spf == Verdict::Fail,
        }
    }

    /// Whether the domain of its `From` stands by the mail: DMARC passes or, where it says nothing, a signature of that
    /// domain or of one above it does. Whose domains besides are of the same organization is for DMARC to say, which asks.
    pub fn vouches_for(&self, domain: &str) -> bool {
        let domain = domain.to_ascii_lowercase();
        let is_of = |signer: &String| {
            signer.contains('.')
                && domain.strip_suffix(signer.as_str()).is_some_and(|it| it.is_empty() || it.ends_with('.'))
        };
        self.dmarc == Verdict::Pass || (self.dmarc != Verdict::Fail && self.signed_by.iter().any(is_of))
    }
}

impl Letter<'_> {
    /// What the server of this name says, in the topmost of its fields: those below were there before it looked, and
    /// anybody can write them.
    pub fn authentication(&self, authserv_id: &str) -> Authentication {
        if authserv_id.trim().is_empty() {
            return Authentication::default();
        }
        self.fields
            .all("authentication-results")
            .map(without_comments)
            .find_map(|value| {
                let (id, results) = value.split_once(';').unwrap_or((&value, ""));
                let id = id.split_whitespace().next().unwrap_or_default().trim_matches('"');
                id.eq_ignore_ascii_case(authserv_id.trim()).then(|| read(results))
            })
            .unwrap_or_default()
    }
}

fn read(results: &str) -> Authentication {
    let mut found = Authentication { is_there: true, ..Authentication::default() };
    for result in results.split(';') {
        let mut words = result.split_whitespace();
        let Some((method, said)) = words.next().and_then(|word| word.split_once('=')) else { continue };
        let method = method.split('/').next().unwrap_or_default().to_ascii_lowercase();
        let verdict = match said.to_ascii_lowercase().as_str() {
            "pass" => Verdict::Pass,
            "fail" | "hardfail" | "reject" => Verdict::Fail,
            "softfail" | "neutral" | "policy" | "bestguesspass" => Verdict::Neutral,
            "temperror" | "permerror" => Verdict::Error,
            _ => Verdict::None,
        };
        match method.as_str() {
            "dmarc" => found.dmarc = first_said(found.dmarc, verdict),
            "spf" => found.spf = first_said(found.spf, verdict),
            "dkim" => {
                if verdict == Verdict::Pass {
                    found.signed_by.extend(words.filter_map(domain_of).filter(|domain| !domain.is_empty()));
                }
                found.dkim = better(found.dkim, verdict);
            }
            _ => {}
        }
    }
    found.signed_by.dedup();
    found
}

/// The domain of `header.d=…`, or of the identity `header.i=…`.
fn domain_of(property: &str) -> Option<String> {
    let (name, value) = property.split_once('=')?;
    let value = value.trim_matches('"');
    match name.to_ascii_lowercase().as_str() {
        "header.d" => Some(value.to_ascii_lowercase()),
        "header.i" => value.rsplit_once('@').map(|(_, domain)| domain.to_ascii_lowercase()),
        _ => None,
    }
}

fn first_said(before: Verdict, now: Verdict) -> Verdict {
    if before == Verdict::None { now } else { before }
}

/// One right signature is enough; several wrong ones are wrong.
fn better(before: Verdict, now: Verdict) -> Verdict {
    let rank = |verdict| match verdict {
        Verdict::Pass => 4,
        Verdict::Fail => 3,
        Verdict::Error => 2,
        Verdict::Neutral => 1,
        Verdict::None => 0,
    };
    if rank(now) > rank(before) { now } else { before }
}

/// Without what stands in parentheses, which may hold anything, nested and with a `;` in it; nor what is quoted.
fn without_comments(value: &str) -> String {
    let mut kept = String::with_capacity(value.len());
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for letter in value.chars() {
        if escaped {
            escaped = false;
            continue;
        }
        match letter {
            '\\' if quoted || depth > 0 => escaped = true,
            '"' if depth == 0 => {
                quoted = !quoted;
                kept.push(letter);
            }
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth > 0 => depth -= 1,
            ';' | ' ' | '\t' if quoted => kept.push('_'),
            _ if depth == 0 => kept.push(letter),
            _ => {}
        }
    }
    // "dkim = pass" is allowed.
    let words: Vec<&str> = kept.split_whitespace().collect();
    words.join(" ").replace(" =", "=").replace("= ", "=")
}
