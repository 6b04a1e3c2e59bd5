//! Two texts beside each other, word by word.

use std::time::Duration;

use similar::{Algorithm, ChangeTag, TextDiff};

/// After so long, what is left is taken as one difference: still true, only coarser.
const PATIENCE: Duration = Duration::from_millis(150);

/// A stretch of words that is in both texts, or in one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// In both.
    Same,
    /// In the first one only.
    Gone,
    /// In the second one only.
    Come,
}

/// A stretch of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Where it is.
    pub mark: Mark,
    /// The words.
    pub text: String,
}

/// What is in both texts and what in one only, in order.
pub fn between(old: &str, new: &str) -> Vec<Stretch> {
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).timeout(PATIENCE).diff_words(old, new);
    let mut stretches: Vec<Stretch> = Vec::new();
    for change in diff.iter_all_changes() {
        let mark = match change.tag() {
            ChangeTag::Equal => Mark::Same,
            ChangeTag::Delete => Mark::Gone,
            ChangeTag::Insert => Mark::Come,
        };
        match stretches.last_mut() {
            Some(last) if last.mark == mark => last.text.push_str(change.value()),
            _ => stretches.push(Stretch { mark, text: change.value().to_owned() }),
        }
    }
    stretches
}

/// Those of the stretches that are in one of the texts.
pub fn side(stretches: &[Stretch], without: Mark) -> Vec<Stretch> {
    stretches.iter().filter(|stretch| stretch.mark != without).cloned().collect()
}

/// A text that holds the lines of both: what both have once, and what one has where it stood. Whoever puts them together takes
/// out what is double.
pub fn together(theirs: &str, mine: &str) -> String {
    // A last line without its end would run into the next one.
    let (theirs, mine) = (format!("{theirs}\n"), format!("{mine}\n"));
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(&theirs, &mine);
    let lines: String = diff.iter_all_changes().map(|change| change.value()).collect();
    lines.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(stretches: &[Stretch], without: Mark) -> String {
        side(stretches, without).into_iter().map(|stretch| stretch.text).collect()
    }

    #[test]
    fn both_texts_are_in_the_differences_whole() {
        for (old, new) in [
            ("She slept well.\n\nSoup.", "She slept badly.\n\nSoup and bread."),
            ("", "All of it"),
            ("All of it", ""),
            ("مريم في البيت", "مريم في المستشفى"),
            ("same", "same"),
        ] {
            let stretches = between(old, new);
            assert_eq!((text(&stretches, Mark::Come), text(&stretches, Mark::Gone)), (old.to_owned(), new.to_owned()));
        }
        let marks: Vec<(Mark, String)> =
            between("She slept well.", "She slept badly.").into_iter().map(|it| (it.mark, it.text)).collect();
        assert_eq!(marks[0], (Mark::Same, "She slept ".to_owned()));
        assert!(
            marks.contains(&(Mark::Gone, "well.".to_owned())) && marks.contains(&(Mark::Come, "badly.".to_owned()))
        );
    }

    #[test]
    fn a_text_put_together_holds_every_line_of_both() {
        let whole = together("One\nTwo\nFour", "One\nThree\nFour\nFive");
        for line in ["One", "Two", "Three", "Four", "Five"] {
            assert_eq!(whole.lines().filter(|it| *it == line).count(), 1, "{line} in {whole}");
        }
    }
}
