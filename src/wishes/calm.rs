//! What organizers choose so that encouragement costs them nothing: the form of the page's manners, and what they decide
//! about words.

use serde::Deserialize;

use super::judging::{Unwanted, WISHES_CLOSED};
use super::model::print;
use crate::clock::Timestamp;
use crate::db::ids::WishId;
use crate::error::FieldErrors;
use crate::sites::{Closed, Manners, ReactionKind};
use crate::text;

/// How many hours may lie between two gathered mails, and how that is said where it is chosen.
pub const GATHERINGS: [(i32, &str); 4] = [
    (1, "Every hour at most"),
    (6, "Every six hours at most"),
    (24, "Once a day at most"),
    (168, "Once a week at most"),
];

/// The same in a sentence.
pub fn often(hours: i32) -> &'static str {
    match hours {
        ..=1 => "at most once an hour",
        2..=12 => "at most every few hours",
        13..=100 => "at most once a day",
        _ => "at most once a week",
    }
}

/// How long the sentence may be that stands where one could have written.
const CLOSED_CHARS: usize = 300;

/// Reads such a sentence; none where it is the usual one, so that a better one reaches everybody.
pub fn closed_words(text: &str, usual: &str) -> Result<Option<String>, String> {
    let words = text::optional_line(text, "a sentence", CLOSED_CHARS)?;
    Ok(words.filter(|words| words != usual))
}

/// The form as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct MannersInput {
    pub reactions: Vec<String>,
    pub prompts: String,
    pub hints: String,
    pub holds_new: String,
    pub unwanted_words: String,
    pub closed: String,
    pub closed_words: String,
    pub gathers_hours: String,
}

/// The form, valid.
#[derive(Clone, Debug)]
pub struct Chosen {
    pub manners: Manners,
    pub unwanted: Unwanted,
    pub gathers_hours: i32,
}

impl MannersInput {
    /// The form for what is chosen now.
    pub fn of(manners: &Manners, unwanted: &Unwanted, gathers_hours: i32) -> Self {
        let yes = |it: bool| if it { "yes".to_owned() } else { String::new() };
        let own = manners.closed.as_ref().and_then(|closed| closed.words.clone());
        Self {
            reactions: manners.reactions.iter().map(|kind| kind.as_str().to_owned()).collect(),
            prompts: yes(manners.prompts),
            hints: yes(manners.hints),
            holds_new: yes(manners.holds_new),
            unwanted_words: unwanted.lines(),
            closed: yes(manners.closed.is_some()),
            closed_words: own.unwrap_or_else(|| WISHES_CLOSED.to_owned()),
            gathers_hours: gathers_hours.to_string(),
        }
    }

    /// Whether a reaction is chosen.
    pub fn offers(&self, kind: &ReactionKind) -> bool {
        self.reactions.iter().any(|word| word == kind.as_str())
    }

    /// Reads the form; `before` is what was chosen until now.
    pub fn parse(&self, before: &Manners, now: Timestamp) -> Result<Chosen, FieldErrors> {
        let mut errors = FieldErrors::default();
        let unwanted = errors.take("unwanted_words", Unwanted::parse(&self.unwanted_words));
        let words = errors.take("closed_words", closed_words(&self.closed_words, WISHES_CLOSED));
        let hours = GATHERINGS.iter().map(|(hours, _)| *hours).find(|hours| hours.to_string() == self.gathers_hours);
        let hours = errors.take("gathers_hours", hours.ok_or_else(|| "Please choose how often.".to_owned()));
        let (Some(unwanted), Some(words), Some(gathers_hours)) = (unwanted, words, hours) else { return Err(errors) };
        let since = before.closed.as_ref().map_or(now, |closed| closed.at);
        let offered = |kind: &ReactionKind| *kind == ReactionKind::Heart || self.offers(kind);
        let manners = Manners {
            reactions: ReactionKind::ALL.iter().copied().filter(offered).collect(),
            prompts: self.prompts == "yes",
            hints: self.hints == "yes",
            holds_new: self.holds_new == "yes",
            closed: (self.closed == "yes").then_some(Closed { at: since, words }),
        };
        Ok(Chosen { manners, unwanted, gathers_hours })
    }
}

crate::words! {
    /// What organizers decide about words.
    pub enum Decision {
        /// Everybody for whom they are sees them.
        Show = "show",
        /// Nobody but organizers sees them.
        Hide = "hide",
        /// They are gone.
        Remove = "remove",
    }
}

/// What was decided, and about which words, as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DecisionInput {
    /// For the words that are chosen.
    pub decision: String,
    /// Which, each with the print of what was seen.
    pub wishes: Vec<String>,
    /// For one alone: the decision, which, and the print.
    pub one: String,
}

/// Words about which somebody decides, and what they have seen of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Which.
    pub id: WishId,
    /// The print of what they said then; none where the decision is about whatever they say.
    print: Option<String>,
}

impl Seen {
    /// Whatever they say.
    pub fn whatever(id: WishId) -> Self {
        Self { id, print: None }
    }

    /// As a form names them: a form that does not say what was seen is about nothing that anybody has seen.
    fn parse(text: &str) -> Option<Self> {
        let (id, print) = text.split_once('/').unwrap_or((text, ""));
        Some(Self { id: WishId::parse(id)?, print: Some(print.to_owned()) })
    }

    /// Whether it matters what they say.
    pub fn is_of_words(&self) -> bool {
        self.print.is_some()
    }

    /// Whether this is what was seen.
    pub fn is_of(&self, message: &str) -> bool {
        self.print.as_ref().is_none_or(|seen| *seen == print(message))
    }
}

/// How many words can be decided about at once.
const MOST_AT_ONCE: usize = 200;

impl DecisionInput {
    /// Reads the form.
    pub fn parse(&self) -> Result<(Decision, Vec<Seen>), FieldErrors> {
        let nothing = || FieldErrors::default().with("wishes", "Please choose at least one, and what becomes of it.");
        let (word, seen): (&str, Vec<Seen>) = match self.one.split_once('/') {
            Some((word, one)) => (word, Seen::parse(one).into_iter().collect()),
            None => (self.decision.as_str(), self.wishes.iter().filter_map(|one| Seen::parse(one)).collect()),
        };
        let decision = Decision::from_word(word).ok_or_else(nothing)?;
        if seen.is_empty() || seen.len() > MOST_AT_ONCE {
            return Err(nothing());
        }
        Ok((decision, seen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_gives_back_what_it_was_given() {
        let now = Timestamp::from_micros(0);
        let usual = MannersInput::of(&Manners::default(), &Unwanted::default(), 1).parse(&Manners::default(), now);
        let usual = usual.unwrap();
        assert_eq!((usual.manners, usual.gathers_hours), (Manners::default(), 1));
        let chosen = Manners {
            reactions: vec![ReactionKind::Heart, ReactionKind::Candle],
            prompts: false,
            hints: false,
            holds_new: true,
            closed: Some(Closed { at: now, words: Some("We are asleep.".to_owned()) }),
        };
        let unwanted = Unwanted::parse("idiot\nrest in peace").unwrap();
        let later = Timestamp::from_micros(5);
        let again = MannersInput::of(&chosen, &unwanted, 168).parse(&chosen, later).unwrap();
        assert_eq!((again.manners, again.unwanted.lines(), again.gathers_hours), (chosen, unwanted.lines(), 168));
    }

    #[test]
    fn the_usual_sentence_is_nobodys_own() {
        let input = MannersInput {
            closed: "yes".to_owned(),
            closed_words: WISHES_CLOSED.to_owned(),
            gathers_hours: "24".to_owned(),
            ..MannersInput::default()
        };
        let now = Timestamp::from_micros(7);
        assert_eq!(
            input.parse(&Manners::default(), now).unwrap().manners.closed,
            Some(Closed { at: now, words: None })
        );
    }

    #[test]
    fn what_cannot_be_kept_is_said() {
        let input = MannersInput {
            unwanted_words: "x".repeat(100),
            closed_words: "y".repeat(301),
            gathers_hours: "2".to_owned(),
            ..MannersInput::default()
        };
        let errors = input.parse(&Manners::default(), Timestamp::from_micros(0)).unwrap_err();
        let fields: Vec<_> = errors.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["unwanted_words", "closed_words", "gathers_hours"]);
    }

    #[test]
    fn a_button_decides_about_one_and_the_boxes_about_several() {
        let (id, seen) = (WishId::generate(), print("Kind words"));
        let one = DecisionInput { one: format!("hide/{id}/{seen}"), wishes: vec![], decision: "show".to_owned() };
        let (decision, about) = one.parse().unwrap();
        assert_eq!((decision, about[0].id), (Decision::Hide, id));
        assert!(about[0].is_of("Kind words") && !about[0].is_of("Other words"));
        let some =
            DecisionInput { one: String::new(), wishes: vec![format!("{id}/{seen}")], decision: "show".to_owned() };
        assert_eq!(some.parse().unwrap(), (Decision::Show, about));
        // A form that does not say what was seen is about nothing.
        let blind = DecisionInput { one: format!("show/{id}"), ..DecisionInput::default() };
        assert!(!blind.parse().unwrap().1[0].is_of("Kind words"));
        assert!(Seen::whatever(id).is_of("Kind words"));
        for absurd in ["hide/", "hide/x", "kill/x"] {
            assert!(DecisionInput { one: absurd.to_owned(), ..DecisionInput::default() }.parse().is_err());
        }
        assert!(DecisionInput { decision: "show".to_owned(), ..DecisionInput::default() }.parse().is_err());
    }
}
