//! Whether a new password is worth having, and what to do if it is not. The estimate is zxcvbn's (Wheeler, USENIX
//! Security 2016); the words are ours.

use zxcvbn::feedback::{Suggestion, Warning};
use zxcvbn::{Score, zxcvbn};

use super::Secret;

/// Fewer characters than this are guessed; NIST SP 800-63B, 3.1.1.2, asks for at least eight.
const LEAST_CHARS: usize = 8;

/// More than this is no password but an attempt to keep us busy.
const MOST_CHARS: usize = 1_000;

/// The estimate is slow on long input, and what is long is strong.
const ESTIMATED_CHARS: usize = 100;

/// A password that somebody has chosen, or what is wrong with it. `known_as` is what others may know of them, such as
/// their name and their address: whoever guesses begins there.
pub fn parse_new(text: &str, known_as: &[&str]) -> Result<Secret, String> {
    match text.chars().count() {
        0 => Err("Please choose a password.".to_owned()),
        1..LEAST_CHARS => Err(format!("Please choose at least {LEAST_CHARS} characters. {WORDS}")),
        MOST_CHARS.. => Err(format!("Please choose a password of less than {MOST_CHARS} characters.")),
        _ => match advice(text, known_as) {
            Some(advice) => Err(advice),
            None => Ok(Secret::new(text.to_owned())),
        },
    }
}

const WORDS: &str = "Three or four words that only you would put together are easy to remember.";

/// What to do instead, in at most two sentences; `None` where the password is good enough.
fn advice(text: &str, known_as: &[&str]) -> Option<String> {
    let beginning: String = text.chars().take(ESTIMATED_CHARS).collect();
    let mut inputs = vec!["tidings"];
    for known in known_as {
        inputs.push(known);
        inputs.extend(known.split(|c: char| !c.is_alphanumeric()).filter(|part| part.chars().count() > 2));
    }
    let estimate = zxcvbn(&beginning, &inputs);
    if estimate.score() >= Score::Three {
        return None;
    }
    let warning = estimate.feedback().and_then(|feedback| feedback.warning()).map(problem);
    let suggestions = estimate.feedback().map(|feedback| feedback.suggestions()).unwrap_or_default();
    let help = suggestions.iter().find_map(|suggestion| remedy(*suggestion)).unwrap_or(WORDS);
    Some(format!("{} {help}", warning.unwrap_or("This password is too easy to guess.")))
}

fn problem(warning: Warning) -> &'static str {
    match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess | Warning::ShortKeyboardPatternsAreEasyToGuess => {
            "Keys that lie side by side are easy to guess."
        }
        Warning::RepeatsLikeAaaAreEasyToGuess | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => {
            "Letters or words that repeat are easy to guess."
        }
        Warning::ThisIsATop10Password | Warning::ThisIsATop100Password | Warning::ThisIsACommonPassword => {
            "Many people use this password, so it is tried first."
        }
        Warning::ThisIsSimilarToACommonlyUsedPassword => "This is close to a password that many people use.",
        Warning::SequencesLikeAbcAreEasyToGuess => "Letters or numbers in their order are easy to guess.",
        Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess => "Dates and years are easy to guess.",
        Warning::AWordByItselfIsEasyToGuess => "A word by itself is easy to guess.",
        Warning::NamesAndSurnamesByThemselvesAreEasyToGuess | Warning::CommonNamesAndSurnamesAreEasyToGuess => {
            "Names are easy to guess."
        }
    }
}

fn remedy(suggestion: Suggestion) -> Option<&'static str> {
    match suggestion {
        Suggestion::UseAFewWordsAvoidCommonPhrases | Suggestion::NoNeedForSymbolsDigitsOrUppercaseLetters => None,
        Suggestion::AddAnotherWordOrTwo => Some("Another word or two that nobody would expect makes it strong."),
        Suggestion::CapitalizationDoesntHelpVeryMuch
        | Suggestion::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase
        | Suggestion::PredictableSubstitutionsDontHelpVeryMuch
        | Suggestion::ReversedWordsArentMuchHarderToGuess => {
            Some("Capitals, signs in place of letters or words turned round help little; another word helps much.")
        }
        Suggestion::UseALongerKeyboardPatternWithMoreTurns
        | Suggestion::AvoidRepeatedWordsAndCharacters
        | Suggestion::AvoidSequences
        | Suggestion::AvoidRecentYears
        | Suggestion::AvoidYearsThatAreAssociatedWithYou
        | Suggestion::AvoidDatesAndYearsThatAreAssociatedWithYou => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str, known_as: &[&str]) -> String {
        parse_new(text, known_as).map(|_| format!("{text} was taken")).unwrap_or_else(|problem| problem)
    }

    #[test]
    fn a_few_words_are_enough() {
        for good in ["a lamp in the window", "a kettle on the stove", "correct horse battery", "known to eve"] {
            assert!(parse_new(good, &["Ann", "ann@example.org"]).is_ok(), "{good}: {}", refused(good, &[]));
        }
    }

    #[test]
    fn what_is_tried_first_is_refused_with_advice() {
        for (weak, advice) in [
            ("password", "Many people use this password"),
            ("P4ssw0rd", "close to a password that many people use"),
            ("zxcvfrewq", "Keys that lie side by side"),
            ("aaaaaaaaaaaa", "repeat are easy to guess"),
            ("19121984", "easy to guess"),
        ] {
            let problem = refused(weak, &[]);
            assert!(problem.contains(advice), "{weak}: {problem}");
            assert!(problem.matches(". ").count() <= 1, "{problem}");
        }
    }

    #[test]
    fn what_others_know_of_somebody_is_no_password() {
        let known_as = ["Philippa Thornbury", "philippa.thornbury@quillfeather.example"];
        for weak in ["philippathornbury", "quillfeather1", "Thornbury2"] {
            assert!(parse_new(weak, &known_as).is_err(), "{weak}");
        }
        assert!(parse_new("philippathornbury", &[]).is_ok());
    }

    #[test]
    fn what_is_very_long_is_not_estimated_to_its_end() {
        assert!(parse_new(&"the cat sat by the river ".repeat(39), &[]).is_ok());
        assert!(parse_new(&"x".repeat(1_000), &[]).is_err());
        assert!(parse_new("short", &[]).is_err());
    }
}
