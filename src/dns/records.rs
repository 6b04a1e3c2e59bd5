//! What is to stand in the DNS for mail of ours, and what does.

use std::collections::BTreeMap;

use super::resolver::{Dns, Unasked};

/// The domains that mail of ours has to do with.
#[derive(Clone, Debug)]
pub struct MailDomains {
    /// What stands behind the @ of the address that people see.
    pub from: String,
    /// The same of the address that reports of bounces go to.
    pub return_path: String,
    /// For which domain mail comes in, if for any.
    pub incoming: Option<String>,
    /// The public keys that mail is signed with: domain, name of the record, its text.
    pub keys: Vec<(String, String, String)>,
    /// The servers that send our mail, where they are not on this machine.
    pub relays: Vec<String>,
    /// The name of this server.
    pub host: String,
}

/// How a record stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As it should.
    There,
    /// It is not there.
    Missing,
    /// It is another one, or there is something wrong with it.
    Differs(String),
    /// The DNS could not be asked.
    Unasked(String),
}

/// A record that is to be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What it is for: SPF, DKIM, DMARC or MX.
    pub about: &'static str,
    /// TXT or MX.
    pub kind: &'static str,
    /// The name that it stands at.
    pub name: String,
    /// What is to stand there.
    pub text: String,
    /// What does.
    pub standing: Standing,
}

/// Whether a domain can be nobody's (RFC 2606, RFC 6761): there is nothing to ask about it.
pub fn is_reserved(domain: &str) -> bool {
    let last = domain.rsplit('.').next().unwrap_or_default();
    ["test", "example", "invalid", "localhost"].contains(&last)
        || ["example.com", "example.net", "example.org"].iter().any(|it| is_within(domain, it))
}

fn is_within(domain: &str, other: &str) -> bool {
    domain == other || domain.strip_suffix(other).is_some_and(|rest| rest.ends_with('.'))
}

/// Every record that mail of these domains needs.
pub async fn advise(dns: &Dns, domains: &MailDomains) -> Vec<Advice> {
    let mut all = vec![spf(dns, domains).await];
    for (_, name, text) in &domains.keys {
        let standing = judge(dns.texts(name).await, |found| compare_keys(&found, text));
        all.push(Advice { about: "DKIM", kind: "TXT", name: name.clone(), text: text.clone(), standing });
    }
    let dmarc = match find_dmarc(dns, &domains.from).await {
        Ok(Some((_, text))) => judge_dmarc(&text),
        Ok(None) => Standing::Missing,
        Err(Unasked(why)) => Standing::Unasked(why),
    };
    all.push(Advice {
        about: "DMARC",
        kind: "TXT",
        name: format!("_dmarc.{}", domains.from),
        text: "v=DMARC1; p=quarantine".to_owned(),
        standing: dmarc,
    });
    if let Some(incoming) = &domains.incoming {
        let standing = judge(dns.exchanges(incoming).await, |found| judge_exchanges(&found));
        let text = format!("10 {}.", domains.host);
        all.push(Advice { about: "MX", kind: "MX", name: incoming.clone(), text, standing });
    }
    all
}

fn judge(found: Result<Vec<String>, Unasked>, judge: impl FnOnce(Vec<String>) -> Standing) -> Standing {
    match found {
        Ok(found) => judge(found),
        Err(Unasked(why)) => Standing::Unasked(why),
    }
}

async fn spf(dns: &Dns, domains: &MailDomains) -> Advice {
    let hosts = if domains.relays.is_empty() { std::slice::from_ref(&domains.host) } else { &domains.relays[..] };
    let senders: Vec<String> = hosts.iter().map(|host| format!("a:{host}")).collect();
    Advice {
        about: "SPF",
        kind: "TXT",
        name: domains.return_path.clone(),
        text: format!("v=spf1 {} ~all", senders.join(" ")),
        standing: judge(dns.texts(&domains.return_path).await, |found| judge_spf(&found)),
    }
}

/// Who sends in truth, only whoever runs the relay knows; what is void or lets everybody send is wrong in any case (RFC 7208).
fn judge_spf(found: &[String]) -> Standing {
    let words = |text: &String| text.split_whitespace().map(str::to_ascii_lowercase).collect::<Vec<_>>();
    let records: Vec<Vec<String>> =
        found.iter().map(words).filter(|words| words.first().is_some_and(|it| it == "v=spf1")).collect();
    match records.as_slice() {
        [] => Standing::Missing,
        [only] => match only.get(1..).unwrap_or_default() {
            [] => Standing::Differs("it names nobody who may send".to_owned()),
            [all] if all == "-all" => Standing::Differs("it says that no mail comes from there".to_owned()),
            rest if rest.iter().any(|it| it == "+all" || it == "all") => {
                Standing::Differs("it lets everybody send".to_owned())
            }
            _ => Standing::There,
        },
        _ => Standing::Differs("there are several, which makes all of them void".to_owned()),
    }
}

/// The tags of a record like `v=DKIM1; k=rsa; p=…` (RFC 6376, 3.2), without any blanks.
fn tags(text: &str) -> BTreeMap<String, String> {
    let tags = text.split(';').filter_map(|tag| tag.split_once('='));
    tags.map(|(name, value)| (name.trim().to_owned(), value.split_whitespace().collect())).collect()
}

fn compare_keys(found: &[String], wanted: &str) -> Standing {
    let key = |text: &str| {
        let mut tags = tags(text);
        (tags.remove("k").unwrap_or_else(|| "rsa".to_owned()), tags.remove("p").unwrap_or_default())
    };
    let keys: Vec<&String> = found.iter().filter(|text| tags(text).contains_key("p")).collect();
    match keys.as_slice() {
        [] => Standing::Missing,
        [only] if key(only) == key(wanted) => Standing::There,
        [only] if key(only).1.is_empty() => Standing::Differs("the key there was revoked".to_owned()),
        [_] => Standing::Differs("another key stands there".to_owned()),
        _ => Standing::Differs("several keys stand there".to_owned()),
    }
}

fn judge_dmarc(text: &str) -> Standing {
    match tags(text).get("p").map(String::as_str) {
        Some("none" | "quarantine" | "reject") => Standing::There,
        _ => Standing::Differs("it does not say what becomes of mail that fails (p=…)".to_owned()),
    }
}

fn judge_exchanges(found: &[String]) -> Standing {
    match found {
        [] => Standing::Missing,
        [only] if only == "." => Standing::Differs("it says that no mail is taken there".to_owned()),
        _ => Standing::There,
    }
}

/// The DMARC record that holds for a domain, and where it stands: the domain's own, or that of the nearest above it.
async fn find_dmarc(dns: &Dns, domain: &str) -> Result<Option<(String, String)>, Unasked> {
    for at in above(domain) {
        let found = dns.texts(&format!("_dmarc.{at}")).await?;
        if let Some(text) = found.into_iter().find(|text| tags(text).get("v").is_some_and(|it| it == "DMARC1")) {
            return Ok(Some((at.to_owned(), text)));
        }
    }
    Ok(None)
}

/// A domain and those above it, but for the top: eight at most.
fn above(domain: &str) -> impl Iterator<Item = &str> {
    let domains = std::iter::successors(Some(domain), |at| at.split_once('.').map(|(_, rest)| rest));
    domains.filter(|at| at.contains('.')).take(8)
}

/// The domain that all of an organization's stand under: the highest with a DMARC record.
async fn organization(dns: &Dns, domain: &str) -> String {
    let mut found = domain.to_owned();
    for at in above(domain) {
        let texts = dns.texts(&format!("_dmarc.{at}")).await.unwrap_or_default();
        let dmarc = texts.iter().map(|text| tags(text)).find(|tags| tags.get("v").is_some_and(|it| it == "DMARC1"));
        match dmarc.as_ref().map(|tags| tags.get("psd").map(String::as_str)) {
            Some(Some("y")) => break,
            Some(Some("n")) => return at.to_owned(),
            Some(_) => found = at.to_owned(),
            None => {}
        }
    }
    found
}

/// Which of what we prove is of the same organization as the address that people see: DMARC passes where one is (relaxed
/// alignment, RFC 7489, 3.1). The problem is a sentence.
pub async fn alignment(dns: &Dns, domains: &MailDomains) -> Result<String, String> {
    let mut aligned = Vec::new();
    for (domain, _, _) in &domains.keys {
        if is_aligned(dns, &domains.from, domain).await {
            aligned.push(format!("the signature of {domain}"));
        }
    }
    if is_aligned(dns, &domains.from, &domains.return_path).await {
        aligned.push(format!("the return path at {}", domains.return_path));
    }
    match aligned.as_slice() {
        [] => Err(format!(
            "neither a signature nor the return path is of {}, which mail comes from: receivers cannot tell it from \
             somebody else’s (set dkim_keys with this domain)",
            domains.from
        )),
        all => Ok(format!("{} belongs to {}, which mail comes from", all.join(", and "), domains.from)),
    }
}

async fn is_aligned(dns: &Dns, from: &str, other: &str) -> bool {
    is_within(from, other) || is_within(other, from) || organization(dns, from).await == organization(dns, other).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(all: &[&str]) -> Vec<String> {
        all.iter().map(|it| (*it).to_owned()).collect()
    }

    #[test]
    fn names_that_can_be_nobodys_are_known() {
        for (domain, reserved) in [
            ("example.org", true),
            ("mail.example.org", true),
            ("badexample.org", false),
            ("tidings.invalid", true),
            ("tidings.care", false),
        ] {
            assert_eq!(is_reserved(domain), reserved, "{domain}");
        }
    }

    #[test]
    fn an_spf_record_must_be_one_and_mean_somebody() {
        let differs = |found: &[&str]| matches!(judge_spf(&texts(found)), Standing::Differs(_));
        assert_eq!(judge_spf(&texts(&["other", "V=spf1 a:mail.tidings.care ~all"])), Standing::There);
        assert_eq!(judge_spf(&texts(&["other", "v=spf10 a"])), Standing::Missing);
        assert!(differs(&["v=spf1 -all"]) && differs(&["v=spf1 a +all"]) && differs(&["v=spf1"]));
        assert!(differs(&["v=spf1 a -all", "v=spf1 mx -all"]));
    }

    #[test]
    fn keys_are_compared_and_not_their_blanks() {
        let wanted = "v=DKIM1; k=ed25519; p=AbC=";
        assert_eq!(compare_keys(&texts(&["v=DKIM1;k=ed25519;p=A bC="]), wanted), Standing::There);
        assert_eq!(compare_keys(&texts(&["nothing of it"]), wanted), Standing::Missing);
        for other in ["v=DKIM1; k=rsa; p=AbC=", "v=DKIM1; k=ed25519; p=", "p=AbC=", "v=DKIM1; k=ed25519; p=abc="] {
            assert!(matches!(compare_keys(&texts(&[other]), wanted), Standing::Differs(_)), "{other}");
        }
    }

    #[test]
    fn the_domains_above_one_end_below_the_top() {
        assert_eq!(
            above("a.b.tidings.care").collect::<Vec<_>>(),
            ["a.b.tidings.care", "b.tidings.care", "tidings.care"]
        );
    }
}
