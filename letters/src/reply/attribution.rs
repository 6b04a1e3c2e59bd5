//! The line above a quote: “On Monday, Ann wrote:”, in the languages and orders of many mail programs.

use super::wrote::{ON, WROTE, WROTE_INSIDE};

/// How sure it is that a line introduces a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sure {
    /// It has a date, a time or an address as mail programs write it.
    Yes,
    /// It may be; it is where a quote follows.
    Maybe,
}

/// How many lines such a line may be broken into.
const MAX_LINES: usize = 5;
const MAX_LENGTH: usize = 400;

/// How a line begins, from the least to the most that tells that it introduces a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Begins {
    Anyhow,
    WithDate,
    WithOn,
}

/// How many lines from the first on introduce a quote, and how surely.
pub(super) fn at(lines: &[&str]) -> Option<(usize, Sure)> {
    let (count, sure, begins) = from_first(lines)?;
    // Words may stand right above it: where the same end has a beginning further down that is as good, that is it.
    let begins_later = (1..count).filter_map(|later| Some((later, lines.get(later..)?))).any(|(later, rest)| {
        let goes_on = rest.first().is_none_or(|line| line.trim_start().starts_with(['<', '>', '"']));
        let found = from_first(rest).filter(|_| !goes_on);
        found.is_some_and(|(more, sure, other)| sure == Sure::Yes && later + more == count && other >= begins)
    });
    (!begins_later).then_some((count, sure))
}

fn from_first(lines: &[&str]) -> Option<(usize, Sure, Begins)> {
    lines.first().filter(|line| !line.trim().is_empty())?;
    let mut joined = String::new();
    for (at, line) in lines.iter().take(MAX_LINES).enumerate() {
        let line = line.trim();
        if line.is_empty() {
            // Some break the line around an address, with an empty one.
            let goes_on = lines.get(at + 1).is_some_and(|next| next.trim_start().starts_with('<'));
            if goes_on && !joined.is_empty() {
                continue;
            }
            return None;
        }
        if joined.len() + line.len() > MAX_LENGTH {
            return None;
        }
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(line);
        if may_end(line)
            && let Some((sure, begins)) = judge(&joined)
        {
            return Some((at + 1, sure, begins));
        }
    }
    None
}

/// Whether such a line can end so: most lines cannot, and are not looked at any closer.
fn may_end(line: &str) -> bool {
    if line.ends_with([':', '：', '>', '-', '*', '_']) {
        return true;
    }
    let from = line.len().saturating_sub(40);
    let end = line.get(line.ceil_char_boundary(from)..).unwrap_or_default().to_lowercase();
    WROTE.iter().chain(WROTE_INSIDE).any(|verb| end.ends_with(verb))
}

fn judge(joined: &str) -> Option<(Sure, Begins)> {
    let line = joined.replace(['*', '\u{2019}'], "").to_lowercase();
    let line = line.trim_matches(['-', ' ', '_', '"']);
    let ends = line.ends_with([':', '：']);
    let line = line.trim_end_matches([':', '：', ' ', '-']);
    let evidence = Evidence::of(line);
    let tokens: Vec<&str> = line.split_whitespace().collect();
    let first = *tokens.first()?;
    let number_within =
        |count: usize| tokens.iter().take(count).any(|token| token.contains(|letter: char| letter.is_ascii_digit()));
    let on = (ON.contains(&first.trim_end_matches(',')) || first.starts_with('在')) && number_within(6);
    let begins = match first.starts_with(|letter: char| letter.is_ascii_digit()) {
        _ if on => Begins::WithOn,
        true => Begins::WithDate,
        false => Begins::Anyhow,
    };
    let Some((before, after)) = verb_in(line) else {
        // "2016-10-24 15:36 GMT+02:00 Ann <ann@example.org>:"
        let is_one = number_within(2) && evidence.address && evidence.date() && tokens.len() <= 20;
        let sure = if ends { Sure::Yes } else { Sure::Maybe };
        return (is_one && (ends || line.ends_with('>'))).then_some((sure, begins));
    };
    let at_end = after.trim().is_empty();
    let (words_before, words_after) = (before.split_whitespace().count(), after.split_whitespace().count());
    if !(ends || at_end) || words_after > 16 || before.contains(['!', '?']) {
        return None;
    }
    let by_name = words_before <= 8 && (Evidence::of(before).address || (!at_end && Evidence::of(after).date()));
    let begins_well = begins > Begins::Anyhow || (number_within(6) && evidence.date()) || by_name;
    if evidence.any() && begins_well {
        return Some((Sure::Yes, begins));
    }
    let short = words_before + words_after <= 8 && at_end && ends;
    short.then_some((Sure::Maybe, begins))
}

/// What only machines write so.
struct Evidence {
    address: bool,
    time: bool,
    year: bool,
}

impl Evidence {
    fn of(text: &str) -> Self {
        let digits = |word: &str| !word.is_empty() && word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit());
        let numbers = text.split(|letter: char| !letter.is_ascii_digit());
        let year = numbers
            .filter(|number| number.len() == 4)
            .any(|number| number.starts_with("19") || number.starts_with("20"));
        let time = text.split(|letter: char| !(letter.is_ascii_digit() || letter == ':' || letter == '.')).any(|word| {
            let mut parts = word.trim_matches(['.', ':']).split([':', '.']);
            matches!((parts.next(), parts.next()), (Some(hour), Some(minute)) if digits(hour) && minute.len() == 2 && digits(minute))
        });
        let address = text.split_whitespace().any(|word| word.contains('@') && word.len() > 4 && word.contains('.'));
        Self { address, time, year }
    }

    fn any(&self) -> bool {
        self.address || self.time || self.year
    }

    fn date(&self) -> bool {
        self.time || self.year
    }
}

/// What stands before and after the last word for “wrote”.
fn verb_in(line: &str) -> Option<(&str, &str)> {
    let whole_word = |at: usize, length: usize| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        let after = line.get(at + length..).and_then(|after| after.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    };
    let spelled = WROTE.iter().filter_map(|verb| {
        line.match_indices(verb).find(|(at, found)| whole_word(*at, found.len())).map(|(at, found)| (at, found.len()))
    });
    let inside = WROTE_INSIDE.iter().filter_map(|verb| line.rfind(verb).map(|at| (at, verb.len())));
    let (at, length) = spelled.chain(inside).max_by_key(|(at, length)| at + length)?;
    Some((line.get(..at)?, line.get(at + length..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_mail_programs_write_is_known() {
        for line in [
            "On Mon, Feb 1, 2016 at 4:58 AM -0800, \"Some One\" <foo@bar.com> wrote:",
            "On 28 Jan 2016, at 19:04, Some One wrote:",
            "Am 28.01.2016 um 19:04 schrieb Ann Muster <ann@example.org>:",
            "Ann Muster <ann@example.org> schrieb am Fr., 28. Apr. 2017 um 11:53 Uhr:",
            "Le 2016-11-16 02:22, Ann a écrit :",
            "El mar., 3 de may. de 2022 a la(s) 10:15, Ann (ann@example.org) escribió:",
            "Il giorno 3 mag 2022, alle ore 10:15, Ann <ann@example.org> ha scritto:",
            "Op di 3 mei 2022 om 10:15 schreef Ann <ann@example.org>:",
            "Den tis 3 maj 2022 kl 10:15 skrev Ann <ann@example.org>:",
            "Em ter., 3 de mai. de 2022 às 10:15, Ann <ann@example.org> escreveu:",
            "W dniu 3.05.2022 o 10:15, Ann pisze:",
            "вт, 3 мая 2022 г. в 10:15, Ann <ann@example.org>:",
            "3 мая 2022 г., в 10:15, Ann <ann@example.org> написал(а):",
            "在 2022年5月3日，上午10:15，Ann <ann@example.org> 写道：",
            "2022年5月3日(火) 10:15 Ann <ann@example.org>:",
            "2022년 5월 3일 (화) 오전 10:15, Ann <ann@example.org>님이 작성:",
            "ti 3. toukok. 2022 klo 10.15 Ann (ann@example.org) kirjoitti:",
            "3 May 2022 tarihinde saat 10:15 itibarıyla Ann <ann@example.org> şunu yazdı:",
            "---- On Tue, 22 Dec 2015 14:17:36 +0530 Ann<ann@example.org> wrote ----",
            "Ann Muster schrieb am 3.5.2022 um 10:15:",
            "út 3. 5. 2022 v 10:15 odesílatel Ann <ann@example.org> napsal:",
        ] {
            assert_eq!(at(&[line]), Some((1, Sure::Yes)), "{line}");
        }
    }

    #[test]
    fn what_people_write_is_not_taken_for_it() {
        for line in [
            "On this day I wrote something which was very interesting.",
            "The doctor said that she may come home.",
            "Yesterday the nurse wrote a letter at 10:15 and we answered",
            "On Sunday 5 people came, and Ann wrote down what they said",
            "See you at 10:15",
            "Here is what I know:",
        ] {
            assert_eq!(at(&[line]), None, "{line}");
        }
        assert_eq!(at(&["Ann wrote:"]), Some((1, Sure::Maybe)));
    }

    #[test]
    fn it_may_run_over_lines_and_begins_as_late_as_it_can() {
        let lines = [
            "to test in 2 weeks. We will see",
            "Op 16 aug. 2014 05:13 schreef \"x\" <a@b.de> het",
            "volgende geschreven:",
        ];
        assert_eq!(at(&lines), None);
        assert_eq!(at(&lines[1..]), Some((2, Sure::Yes)));
        let lines = ["On Mon, 5 May 2022, at 10:15,", "Ann Muster <ann@example.org> wrote:"];
        assert_eq!(at(&lines), Some((2, Sure::Yes)));
        let lines = ["On 5 May we came home.", "On Mon, 9 May 2022 at 10:15 Ann", "<ann@example.org> wrote:"];
        assert_eq!(at(&lines), None);
        assert_eq!(at(&lines[1..]), Some((2, Sure::Yes)));
        let around =
            ["On Thu, 31 Mar 2016 at 11:16 Some One", "", "<", "mailto:Some One <some.one@foo.bar>", "> wrote:"];
        assert_eq!(at(&around), Some((5, Sure::Yes)));
    }
}
