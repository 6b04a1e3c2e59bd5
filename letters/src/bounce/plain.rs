//! Reports in sentences: of exim, qmail, old sendmail and Exchange, Domino, GMX, Google and many others, which have no
//! part for machines, or one that says nothing.

use std::collections::{HashMap, HashSet};

use crate::automatic::is_daemon;
use crate::fields::{address_in, addresses_in, bounded, is_address};
use crate::kind::Envelope;
use crate::letter::Letter;
use crate::reply;

use super::original::{self, Original};
use super::phrases::{self, FAILED, LATE, ORIGINAL, SUBJECTS};
use super::{Bounce, Failure, MAX_FAILURES, Report, Severity};

/// How much of a report is looked at for one address.
const MAX_EXCERPT: usize = 4_096;
/// How many lines of a report are read, and how much of its text: many phrases are looked for in it.
const MAX_LINES: usize = 2_000;
const MAX_REPORT: usize = 1024 * 1024;

/// The text of a report: its plain parts, or what its HTML says.
pub(super) fn text_of(letter: &Letter<'_>) -> String {
    let mut text = String::new();
    for part in letter.parts.iter().filter(|part| part.is_read("text/plain")) {
        if text.len() >= MAX_REPORT {
            break;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&part.text());
    }
    text.truncate(text.floor_char_boundary(MAX_REPORT));
    if !text.trim().is_empty() {
        return text;
    }
    letter
        .parts
        .iter()
        .find(|part| part.is_read("text/html"))
        .map(|part| reply::plain_of_html(&part.text()))
        .unwrap_or_default()
}

/// What a letter says about mail that did not arrive, where it is such a report.
pub(super) fn read(letter: &Letter<'_>, envelope: &Envelope<'_>) -> Option<Report> {
    let text = text_of(letter);
    let original = original::attached(letter, &text);
    let listed = letter.fields.addresses(&["x-failed-recipients"]);
    let subject = letter.subject().unwrap_or_default().to_lowercase();
    let is_answer = ["re:", "aw:", "fw:", "fwd:", "wg:", "sv:", "tr:"].iter().any(|start| subject.starts_with(start));
    let about_failure = !is_answer && phrases::any(SUBJECTS, &subject);
    let sure = is_daemon(letter) || !listed.is_empty();
    let has_sender = envelope.sender.or_else(|| letter.return_path()).is_none_or(|sender| !sender.is_empty());
    // A person who tells of a mail that came back is not a mail that came back.
    let has_original = original != Original::default();
    let is_system = sure || !has_sender || is_machine(letter);
    if !(is_system || about_failure && has_original) {
        return None;
    }

    let lines: Vec<&str> = report_lines(&text);
    let report = lines.join("\n").to_lowercase();
    let late = phrases::any(LATE, &report) || phrases::any(LATE, &subject);
    let opener = [line_with(FAILED, &lines), line_with(LATE, &lines)].into_iter().flatten().min();
    if opener.is_none() && !late && (listed.is_empty() || !about_failure) {
        return None;
    }
    let named = letter.fields.addresses(&["from", "to", "delivered-to", "x-original-to", "reply-to", "envelope-to"]);
    let named: HashSet<String> = named.iter().map(|own| own.to_ascii_lowercase()).collect();
    let is_ours = |address: &str| named.contains(&address.to_ascii_lowercase());
    let after = lines.get(opener.unwrap_or_default()..).unwrap_or_default();
    let mut found = address_blocks(after);
    if found.is_empty() {
        found = named_in_sentences(after);
    }
    found.retain(|(address, _)| !is_ours(address) || original.to.iter().any(|to| to.eq_ignore_ascii_case(address)));
    let whole = excerpt(after);
    if !listed.is_empty() {
        let said = by_address(&found);
        found = listed.iter().map(|address| (address.clone(), said_of(&said, address, &whole).to_owned())).collect();
    }
    if found.is_empty() && (sure || about_failure) {
        let anywhere = lines.iter().flat_map(|line| addresses_in(line)).find(|address| !is_ours(address));
        let only = || original.to.first().filter(|_| original.to.len() == 1).cloned();
        found.extend(only().or(anywhere).map(|address| (address, whole.clone())));
    }

    let gave_up = phrases::any(&["permanent", "given up", "giving up", "failed"], &report);
    let said = (late && !gave_up).then_some(Severity::Transient);
    let says_permanent = report.contains("permanent");
    let failures: Vec<Failure> = found
        .into_iter()
        .take(MAX_FAILURES)
        .map(|(address, block)| {
            let about_it = if block.trim().is_empty() { &whole } else { &block };
            Failure::new(address, None, about_it, said.or_else(|| severity_in(says_permanent, about_it)))
        })
        .collect();
    if failures.is_empty() {
        return None;
    }
    let bounce = Bounce { failures, original };
    Some(if late && !gave_up { Report::Late(bounce) } else { Report::Failed(bounce) })
}

/// Senders that are no persons, though not the mail system itself.
fn is_machine(letter: &Letter<'_>) -> bool {
    const NAMES: [&str; 9] = [
        "mail.delivery",
        "mail-delivery",
        "maildelivery",
        "no-reply",
        "noreply",
        "sysadmin",
        "system",
        "bounce",
        "mailer",
    ];
    let from = letter.fields.get("from").unwrap_or_default().to_ascii_lowercase();
    let local = address_in(&from).unwrap_or_default();
    from.trim() == "<>" || NAMES.iter().any(|name| local.starts_with(name)) || from.contains("mail delivery system")
}

/// What the server says itself, before the mail that was sent.
fn report_lines(text: &str) -> Vec<&str> {
    let begins = |line: &str| phrases::any(ORIGINAL, &line.to_lowercase());
    let lines: Vec<&str> = text.lines().take(MAX_LINES).collect();
    // A line that begins the mail at the very top is a title.
    let end = lines.iter().skip(1).position(|line| begins(line)).map_or(lines.len(), |at| at + 1);
    lines.into_iter().take(end).collect()
}

/// The first line with one of these phrases, which may run over two.
fn line_with(which: &[&str], lines: &[&str]) -> Option<usize> {
    (0..lines.len()).find(|at| {
        let pair: Vec<&str> = lines.iter().skip(*at).take(2).map(|line| line.trim()).collect();
        phrases::any(which, &pair.join(" ").to_lowercase().replace('’', "'"))
    })
}

/// Lines that begin with an address, each with what follows it up to the next.
fn address_blocks(lines: &[&str]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut open = None;
    for line in lines {
        if let Some((address, rest)) = leading_address(line) {
            let known = found.iter().position(|(known, _)| known.eq_ignore_ascii_case(&address));
            open = Some(known.unwrap_or(found.len()));
            if known.is_none() {
                found.push((address, String::new()));
            }
            if let Some((_, block)) = open.and_then(|open| found.get_mut(open)) {
                block.push_str(bounded(rest, MAX_EXCERPT.saturating_sub(block.len())));
                block.push(' ');
            }
        } else if let Some((_, block)) = open.and_then(|open| found.get_mut(open))
            && block.len() < MAX_EXCERPT
        {
            block.push_str(bounded(line.trim(), MAX_EXCERPT - block.len()));
            block.push(' ');
        }
        if found.len() >= MAX_FAILURES {
            break;
        }
    }
    found
}

/// The address that a line begins with, and the rest of the line.
fn leading_address(line: &str) -> Option<(String, &str)> {
    const LABELS: [&str; 9] = [
        "recipient:",
        "recipients:",
        "rcpt to:",
        "to:",
        "delivery failed:",
        "unable to deliver message to:",
        "address:",
        "recipient address:",
        "failed recipient:",
    ];
    let mut line = line.trim().trim_start_matches(['*', '-', '>', '•', ' ', '\t', '.']).trim_start();
    let small = line.to_ascii_lowercase();
    if let Some(label) = LABELS.iter().find(|label| small.starts_with(**label)) {
        line = line.get(label.len()..)?.trim_start();
    }
    let line = line.trim_start_matches(['<', '"', '\'', '[', '(']);
    let line = ["mailto:", "SMTP:", "smtp:"].iter().find_map(|scheme| line.strip_prefix(scheme)).unwrap_or(line);
    let end = line.find(|letter: char| letter.is_whitespace() || "<>\"'()[],;:".contains(letter)).unwrap_or(line.len());
    let (word, rest) = line.split_at_checked(end)?;
    let word = word.trim_end_matches('.');
    is_address(word).then(|| (word.to_owned(), rest.trim_start_matches(['>', '"', '\'', ':', ']', ')', ',', ' '])))
}

/// Addresses that stand in what servers answered, or in a sentence that says that a mail did not arrive.
fn named_in_sentences(lines: &[&str]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let small = line.to_lowercase();
        let trimmed = small.trim_start_matches(['<', '>', ' ', '\t']);
        let code =
            trimmed.get(..3).is_some_and(|code| code.parse::<u16>().is_ok_and(|code| (400..600).contains(&code)));
        let says = code || small.contains("rcpt to:") || phrases::any(FAILED, &small);
        let next = lines.get(at + 1).copied().unwrap_or_default();
        if let Some(address) = says.then(|| address_in(line).or_else(|| address_in(next).filter(|_| !code))).flatten()
            && !found.iter().any(|(known, _)| known.eq_ignore_ascii_case(&address))
            && found.len() < MAX_FAILURES
        {
            let block = lines.get(at..lines.len().min(at + 12)).unwrap_or_default();
            found.push((address, excerpt(block)));
        }
    }
    found
}

/// What was said of an address, or else the whole.
fn said_of<'a>(said: &HashMap<String, &'a str>, address: &str, whole: &'a str) -> &'a str {
    said.get(&address.to_ascii_lowercase()).copied().unwrap_or(whole)
}

/// What was said of each address in small letters: the first, where there are several.
fn by_address(found: &[(String, String)]) -> HashMap<String, &str> {
    found.iter().rev().map(|(address, said)| (address.to_ascii_lowercase(), said.as_str())).collect()
}

/// What the sentences of a report say of each of these addresses; where one is not named, all that they say.
pub(super) fn said_in_sentences(text: &str, addresses: &[&str]) -> Vec<String> {
    let lines = report_lines(text);
    let opener = line_with(FAILED, &lines).unwrap_or_default();
    let after = lines.get(opener..).unwrap_or_default();
    let blocks = address_blocks(after);
    let (said, whole) = (by_address(&blocks), excerpt(after));
    addresses.iter().map(|address| said_of(&said, address, &whole).to_owned()).collect()
}

/// So much of a report that it can be told what it says.
fn excerpt(lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        if text.len() >= MAX_EXCERPT {
            break;
        }
        text.push_str(bounded(line.trim(), MAX_EXCERPT - text.len()));
        text.push(' ');
    }
    text
}

/// What the report says besides the codes.
fn severity_in(says_permanent: bool, block: &str) -> Option<Severity> {
    if super::status::severity(super::Status::find(block), block) != Severity::Unknown {
        return None;
    }
    says_permanent.then_some(Severity::Permanent)
}
