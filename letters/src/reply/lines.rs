//! The lines of a mail, told apart: what its writer wrote, what they quoted, and what is neither.

use super::attribution::{self, Sure};
use super::{Piece, Words, heads, signature};

/// A line, and what the HTML that it comes from says it is.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub text: String,
    pub mark: Option<Mark>,
}

impl Line {
    pub fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), mark: None }
    }
}

/// What HTML can say of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Quote,
    Attribution,
    Head,
    Signature,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Empty,
    Text,
    Quote,
    /// Introduces a quote.
    Attribution,
    /// Introduces one if one follows, and is text if not.
    Perhaps,
    /// Belongs to the head of a mail that was answered or passed on.
    Head,
    /// Belongs to a signature.
    Signature,
}

/// A run of lines that somebody wrote or quoted.
struct Run {
    quoted: bool,
    /// Whether a line above said that it is a quote.
    introduced: bool,
    lines: Vec<String>,
}

/// So many lines are looked at closely; of those after them it is only told whether they are quoted.
const LINES_LOOKED_AT: usize = 5_000;

/// A quote that stands above an answer is kept up to this many lines; of a longer one its last paragraph.
const LONGEST_QUOTE: usize = 12;

/// What somebody wrote, of all lines.
pub(super) fn trim(lines: &[Line]) -> Words {
    let classes = classify(lines);
    let (mut runs, mut cut) = gather(lines, &classes);
    let has_text = |runs: &[Run]| runs.iter().any(|run| !run.quoted);

    // What is quoted below the last word is the mail that was answered.
    while has_text(&runs) && runs.last().is_some_and(|run| run.quoted) {
        runs.pop();
        cut = true;
    }
    if !has_text(&runs) && (cut || runs.iter().any(|run| run.introduced)) {
        return Words::of(Vec::new(), true);
    }
    // One quote above one answer is the whole mail again; several are what the answers are about.
    let quotes = runs.iter().filter(|run| run.quoted).count();
    if quotes == 1 && has_text(&runs) {
        let before = runs.len();
        runs.retain(|run| !(run.quoted && run.introduced));
        cut |= runs.len() < before;
    }
    let last = runs.len().saturating_sub(1);
    let mut pieces = Vec::new();
    for (at, run) in runs.iter().enumerate() {
        let (kept, shortened) = if run.quoted { shorten(run) } else { without_tail(&run.lines, cut || at < last) };
        cut |= shortened;
        let text = tidy(&kept.join("\n"));
        if text.is_empty() {
            continue;
        }
        pieces.push(if run.quoted { Piece::Quoted(text) } else { Piece::Written(text) });
    }
    if !pieces.iter().any(|piece| matches!(piece, Piece::Written(_))) && cut {
        pieces.clear();
    }
    Words::of(pieces, cut)
}

fn classify(lines: &[Line]) -> Vec<Class> {
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let fenced = fenced(&texts);
    let mut classes: Vec<Class> = Vec::with_capacity(lines.len());
    while let Some(line) = lines.get(classes.len()) {
        let at = classes.len();
        let rest = texts.get(at..).unwrap_or_default();
        // A window is enough for whatever runs over several lines.
        let window = rest.get(..rest.len().min(48)).unwrap_or_default();
        let is_unmarked = |count: usize| lines.iter().skip(at).take(count).all(|line| line.mark.is_none());
        match line.mark {
            Some(_) if line.text.trim().is_empty() => classes.push(Class::Empty),
            Some(Mark::Quote) => classes.push(Class::Quote),
            Some(Mark::Attribution) => classes.push(Class::Attribution),
            Some(Mark::Head) => classes.push(Class::Head),
            Some(Mark::Signature) => classes.push(Class::Signature),
            None if line.text.trim().is_empty() => classes.push(Class::Empty),
            None if fenced.get(at).copied().unwrap_or_default() => classes.push(Class::Text),
            None if line.text.trim_start().starts_with('>') => classes.push(Class::Quote),
            None if line.text.starts_with('|') && follows(&classes, &[Class::Attribution, Class::Perhaps]) => {
                let bars = rest.iter().take_while(|line| line.starts_with('|')).count();
                classes.extend(std::iter::repeat_n(Class::Quote, bars));
            }
            None if at >= LINES_LOOKED_AT => classes.push(Class::Text),
            None => {
                if let Some(count) = heads::at(window).filter(|count| is_unmarked(*count)) {
                    classes.extend(std::iter::repeat_n(Class::Head, count));
                } else if let Some((count, sure)) = attribution::at(window).filter(|(count, _)| is_unmarked(*count)) {
                    let class = if sure == Sure::Yes { Class::Attribution } else { Class::Perhaps };
                    classes.extend(std::iter::repeat_n(class, count));
                } else {
                    classes.push(Class::Text);
                }
            }
        }
    }
    classes.truncate(lines.len());
    settle_perhaps(&mut classes);
    mend_broken_quotes(&texts, &mut classes);
    mark_signatures(&texts, &fenced, &mut classes);
    classes
}

/// Whether the last line that is not empty is one of these.
fn follows(classes: &[Class], which: &[Class]) -> bool {
    classes.iter().rev().find(|class| **class != Class::Empty).is_some_and(|class| which.contains(class))
}

/// The lines inside and around a block of code, which may hold anything.
fn fenced(texts: &[&str]) -> Vec<bool> {
    let fences: Vec<usize> =
        texts.iter().enumerate().filter(|(_, text)| text.trim_start().starts_with("```")).map(|(at, _)| at).collect();
    let mut fenced = vec![false; texts.len()];
    for pair in fences.chunks_exact(2) {
        if let [from, to] = pair
            && let Some(inside) = fenced.get_mut(*from..=*to)
        {
            inside.fill(true);
        }
    }
    fenced
}

fn settle_perhaps(classes: &mut [Class]) {
    let mut next = Class::Empty;
    for class in classes.iter_mut().rev() {
        if *class == Class::Perhaps {
            *class = if matches!(next, Class::Quote | Class::Attribution) { Class::Attribution } else { Class::Text };
        }
        if *class != Class::Empty {
            next = *class;
        }
    }
}

/// The end of a long quoted line that a mail program broke without a sign before it.
fn mend_broken_quotes(texts: &[&str], classes: &mut [Class]) {
    for at in 1..classes.len().saturating_sub(1) {
        let [before, this, after] = [at - 1, at, at + 1].map(|at| classes.get(at).copied().unwrap_or(Class::Empty));
        let length = |at: usize| texts.get(at).map_or(0, |text| text.trim_end().chars().count());
        if (before, this, after) == (Class::Quote, Class::Text, Class::Quote)
            && length(at - 1) >= 64
            && length(at) <= 40
        {
            let ended = texts.get(at - 1).is_some_and(|text| text.trim_end().ends_with(['.', '!', '?', ':']));
            if let Some(class) = classes.get_mut(at).filter(|_| !ended) {
                *class = Class::Quote;
            }
        }
    }
}

/// From the sign of a signature to the next quote, or the end.
fn mark_signatures(texts: &[&str], fenced: &[bool], classes: &mut [Class]) {
    // How many lines of text stand from each on to the next that is none.
    let mut below = vec![0_usize; classes.len() + 1];
    for (at, class) in classes.iter().enumerate().rev() {
        let after = below.get(at + 1).copied().unwrap_or_default();
        let here = match class {
            Class::Text => after + 1,
            Class::Empty | Class::Signature => after,
            Class::Quote | Class::Attribution | Class::Head | Class::Perhaps => 0,
        };
        if let Some(slot) = below.get_mut(at) {
            *slot = here;
        }
    }
    let mut inside = false;
    for at in 0..classes.len() {
        let Some(class) = classes.get_mut(at) else { continue };
        match class {
            Class::Text if inside => *class = Class::Signature,
            Class::Text if !fenced.get(at).copied().unwrap_or_default() => {
                let text = texts.get(at).copied().unwrap_or_default();
                let lines_below = below.get(at + 1).copied().unwrap_or_default();
                let below = texts.iter().skip(at + 1).find(|text| !text.trim().is_empty());
                if signature::begins(text, lines_below, below.copied().unwrap_or_default()) {
                    *class = Class::Signature;
                    inside = true;
                }
            }
            Class::Quote | Class::Attribution | Class::Head => inside = false,
            _ => {}
        }
    }
}

/// The runs of what was written and quoted, and whether anything is missing from them.
fn gather(lines: &[Line], classes: &[Class]) -> (Vec<Run>, bool) {
    let mut runs: Vec<Run> = Vec::new();
    let (mut cut, mut introduced) = (false, false);
    let mut at = 0;
    while let Some(class) = classes.get(at).copied() {
        let text = lines.get(at).map(|line| line.text.as_str()).unwrap_or_default();
        let marked = lines.get(at).is_some_and(|line| line.mark == Some(Mark::Quote));
        match class {
            Class::Empty => {
                if let Some(run) = runs.last_mut() {
                    run.lines.push(String::new());
                }
            }
            Class::Text | Class::Perhaps => {
                introduced = false;
                add(&mut runs, false, false, text);
            }
            Class::Quote => {
                add(&mut runs, true, introduced || marked, if marked { text } else { unquoted(text) });
            }
            Class::Signature => cut = true,
            Class::Attribution | Class::Head => {
                cut = true;
                let end = end_of(classes, at, class);
                let next = classes.iter().skip(end).find(|class| **class != Class::Empty).copied();
                let quote_follows = matches!(next, Some(Class::Quote | Class::Attribution | Class::Head));
                let has_text = runs.iter().any(|run| !run.quoted);
                // Below a head stands the mail that it heads; below “Ann wrote:” what Ann wrote, where somebody has
                // written something above it.
                if !quote_follows && (class == Class::Head || has_text) {
                    break;
                }
                introduced = quote_follows;
                at = end;
                continue;
            }
        }
        at += 1;
    }
    (runs, cut)
}

/// Where lines of this class end, over empty ones between them.
fn end_of(classes: &[Class], from: usize, class: Class) -> usize {
    let others = |at: &usize| classes.get(*at).is_none_or(|other| *other != class);
    (from..=classes.len()).find(others).unwrap_or(classes.len())
}

fn add(runs: &mut Vec<Run>, quoted: bool, introduced: bool, text: &str) {
    match runs.last_mut().filter(|run| run.quoted == quoted) {
        Some(run) => {
            run.introduced |= introduced;
            run.lines.push(text.to_owned());
        }
        None => runs.push(Run { quoted, introduced, lines: vec![text.to_owned()] }),
    }
}

/// Without the first sign of a quote; deeper ones stay.
fn unquoted(text: &str) -> &str {
    let text = text.trim_start();
    let text = text.strip_prefix(['>', '|']).unwrap_or(text);
    text.strip_prefix(' ').unwrap_or(text)
}

/// Of a long quote its last paragraph.
fn shorten(run: &Run) -> (Vec<String>, bool) {
    let mut lines = run.lines.clone();
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    if lines.len() <= LONGEST_QUOTE {
        return (lines, false);
    }
    let begin = lines.iter().rposition(|line| line.trim_matches(['>', ' ']).is_empty()).map_or(0, |empty| empty + 1);
    let begin = begin.max(lines.len() - LONGEST_QUOTE);
    (lines.split_off(begin), true)
}

/// Without what telephones, offices and mail programs add below somebody's words, and without a rule drawn above what
/// was cut off.
fn without_tail(lines: &[String], something_follows: bool) -> (Vec<String>, bool) {
    let mut kept = lines.to_vec();
    let mut cut = false;
    let print = kept.iter().position(|line| signature::is_small_print(line)).filter(|at| *at > 0);
    if let Some(at) = print {
        kept.truncate(at);
        cut = true;
    }
    while let Some(line) = kept.last() {
        let drawn = signature::is_rule(line) && (something_follows || cut);
        if line.trim().is_empty() || drawn {
            kept.pop();
        } else if signature::is_added(line) {
            kept.pop();
            cut = true;
        } else {
            break;
        }
    }
    (kept, cut)
}

/// Without spaces at the ends of lines, with at most one empty line between others, and none around.
pub(super) fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() {
            empty += 1;
            continue;
        }
        if !tidy.is_empty() {
            tidy.push_str(if empty > 0 { "\n\n" } else { "\n" });
        }
        empty = 0;
        tidy.push_str(line);
    }
    tidy
}
