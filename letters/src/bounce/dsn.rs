//! Delivery reports (RFC 3464).

use crate::fields::{Fields, address_in, is_address};
use crate::letter::Letter;

use super::original::{self, Original};
use super::status::Status;
use super::{Bounce, Failure, MAX_FAILURES, Report, Severity, plain, reason};

/// What became of a mail for one recipient.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    Failed,
    Delayed,
    Arrived,
}

/// What the delivery report of a letter says, where it has one.
pub(super) fn read(letter: &Letter<'_>) -> Option<Report> {
    let mut rows = Vec::new();
    let mut envelope_id = None;
    // Told once, and not for each of its rows.
    let is_late = is_late(letter);
    for part in &letter.parts {
        let is_report = matches!(part.kind.as_str(), "message/delivery-status" | "message/global-delivery-status");
        // Some lay the report out as text.
        let may_be = is_report || part.is_read("text/plain");
        if !may_be {
            continue;
        }
        let text = part.text();
        if !is_report && !text.to_ascii_lowercase().contains("final-recipient:") {
            continue;
        }
        let found = groups(&text);
        envelope_id =
            envelope_id.or_else(|| found.iter().find_map(|group| group.get("original-envelope-id").map(str::to_owned)));
        rows.extend(found.iter().filter_map(|group| row(group, is_late)).take(MAX_FAILURES));
        if !rows.is_empty() {
            break;
        }
    }
    let has = |wanted: Action| rows.iter().any(|(action, _)| *action == wanted);
    let which = [Action::Failed, Action::Delayed, Action::Arrived].into_iter().find(|action| has(*action))?;
    if which == Action::Arrived {
        return Some(Report::Arrived);
    }
    let text = plain::text_of(letter);
    let original = Original { envelope_id, ..original::attached(letter, &text) };
    let mut failures: Vec<Failure> =
        rows.into_iter().filter(|(action, _)| *action == which).map(|(_, failure)| failure).collect();
    name_the_nameless(&mut failures, letter, &original);
    let silent = || failures.iter().filter(|failure| failure.diagnostic.is_empty());
    let addresses: Vec<&str> = silent().map(|failure| failure.recipient.as_str()).collect();
    if !addresses.is_empty() {
        // What the machine's part leaves out stands in the sentences.
        let said = plain::said_in_sentences(&text, &addresses);
        let silent = failures.iter_mut().filter(|failure| failure.diagnostic.is_empty());
        for (failure, said) in silent.zip(said) {
            failure.reason = reason::tell(failure.status, &said);
        }
    }
    failures.truncate(MAX_FAILURES);
    if failures.is_empty() {
        return None;
    }
    let bounce = Bounce { failures, original };
    Some(if which == Action::Failed { Report::Failed(bounce) } else { Report::Late(bounce) })
}

/// The groups of fields, which empty lines divide.
fn groups(text: &str) -> Vec<Fields> {
    let mut all = Vec::new();
    let mut group = String::new();
    let mut has_recipient = false;
    for line in text.lines().chain([""]) {
        if line.trim().is_empty() {
            if !group.is_empty() && all.len() <= MAX_FAILURES {
                all.push(Fields::parse(group.as_bytes()));
            }
            group.clear();
            has_recipient = false;
        } else {
            // A recipient begins a group also where the empty line was left out.
            let begins = line.to_ascii_lowercase().starts_with("final-recipient:");
            if begins && has_recipient && all.len() <= MAX_FAILURES {
                all.push(Fields::parse(group.as_bytes()));
                group.clear();
            }
            has_recipient |= begins;
            group.push_str(line);
            group.push('\n');
        }
    }
    all
}

/// One recipient, where the group is about one.
fn row(group: &Fields, is_late: bool) -> Option<(Action, Failure)> {
    let names = ["original-recipient", "final-recipient", "x-actual-recipient"];
    if names[..2].iter().all(|name| !group.has(name)) {
        return None;
    }
    let named: Vec<String> = names.iter().filter_map(|name| group.get(name)).filter_map(typed_address).collect();
    let recipient =
        named.iter().find(|address| is_address(address)).or_else(|| named.first()).cloned().unwrap_or_default();
    let last = group.get("final-recipient").and_then(typed_address);

    let status = group
        .get("status")
        .and_then(|said| Status::parse(said.split_whitespace().next()?).or_else(|| Status::find(said)));
    let action = match group.get("action").unwrap_or_default().trim().to_ascii_lowercase() {
        action if action.starts_with("fail") => Action::Failed,
        action if action.starts_with("delay") => Action::Delayed,
        action if ["deliver", "relay", "expand"].iter().any(|word| action.starts_with(word)) => Action::Arrived,
        _ if status.is_some_and(|status| status.class == 2) => Action::Arrived,
        _ if status.is_some_and(|status| status.class == 4) && is_late => Action::Delayed,
        _ => Action::Failed,
    };
    let said = group.get("diagnostic-code").unwrap_or_default();
    let said = said.split_once(';').filter(|(kind, _)| kind.len() <= 12).map_or(said, |(_, said)| said);
    let severity = (action == Action::Delayed).then_some(Severity::Transient);
    let mut failure = Failure::new(recipient, status, said, severity);
    failure.passed_on_to = last.filter(|last| is_address(last) && !last.eq_ignore_ascii_case(&failure.recipient));
    Some((action, failure))
}

fn is_late(letter: &Letter<'_>) -> bool {
    letter.subject().is_some_and(|subject| {
        let subject = subject.to_lowercase();
        ["delay", "warning", "verzöger", "retard", "still being retried"].iter().any(|word| subject.contains(word))
    })
}

/// `rfc822; <a@b.de>` → `a@b.de`.
fn typed_address(value: &str) -> Option<String> {
    let address = value.split_once(';').map_or(value, |(_, address)| address).trim().trim_matches(['<', '>', ' ', '"']);
    if address.is_empty() {
        return None;
    }
    Some(address_in(address).unwrap_or_else(|| address.to_owned()))
}

/// Some name only a mailbox on their own machine; then it is whoever the mail says, or what the server said.
fn name_the_nameless(failures: &mut [Failure], letter: &Letter<'_>, original: &Original) {
    let alone = failures.len() == 1;
    let listed = letter.fields.addresses(&["x-failed-recipients"]);
    for failure in failures.iter_mut().filter(|failure| !is_address(&failure.recipient)) {
        let better = match (listed.as_slice(), original.to.as_slice()) {
            ([one], _) if alone => Some(one.clone()),
            (_, [one]) if alone => Some(one.clone()),
            _ => address_in(&failure.diagnostic),
        };
        if let Some(better) = better {
            failure.passed_on_to =
                Some(std::mem::replace(&mut failure.recipient, better)).filter(|old| !old.is_empty());
        }
    }
}
