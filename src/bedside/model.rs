//! Who listens, to what, and where in it they are.

use serde::Deserialize;

use crate::clock::Timestamp;
use crate::db::ids::{PersonId, WishId};
use crate::error::{AppError, Result};
use crate::photos::Photo;
use crate::sites::{Audience, SiteScope};
use crate::text;

/// How many words are read out at most before the server has to be told of it: the most that one form may name.
pub const HEARD_AT_ONCE: usize = 200;

/// Somebody at the bedside, and what may be read there.
#[derive(Clone, Debug)]
pub struct Listener {
    /// The page as they see it.
    pub scope: SiteScope,
    /// Which updates, albums and photos the words may be about.
    pub audiences: Vec<Audience>,
}

impl Listener {
    /// `person` is what the person whom the page is about may read themselves; `None` where they have no place on it. What
    /// they may not read is not read to them either, whoever holds the book: an update for organizers only may say what
    /// they have not been told.
    pub fn new(scope: SiteScope, person: Option<&[Audience]>) -> Self {
        let theirs = person.unwrap_or(&[Audience::Everyone, Audience::Family]);
        let both = scope.access.audiences().iter().copied().filter(|audience| theirs.contains(audience));
        Self { audiences: both.collect(), scope }
    }

    /// Whose words are not read: nobody is read their own, and the person not theirs.
    pub fn passed_over(&self) -> Vec<PersonId> {
        [self.scope.person_id, self.scope.site.about].into_iter().flatten().collect()
    }
}

/// A well wish, a comment or an answer, as it is heard.
#[derive(Clone, Debug)]
pub struct Word {
    /// Its row.
    pub id: WishId,
    /// What whoever wrote it is called.
    pub author: String,
    /// Whether they do not belong to the page.
    pub by_visitor: bool,
    /// Safe HTML.
    pub message_html: String,
    /// When.
    pub created_at: Timestamp,
    /// The language that it is read aloud in (BCP 47).
    pub language: String,
    /// Whether it was heard before.
    pub is_heard: bool,
    /// Whether the listener has given it a heart.
    pub is_hearted: bool,
    /// The photo that came with it, if it can be shown.
    pub photo: Option<Photo>,
}

/// Which words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those that nobody has heard yet.
    Unheard,
    /// All that there are.
    All,
}

/// From where on; always in the order in which they were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What comes after this one.
    After(WishId),
    /// What comes before this one, the nearest of it.
    Before(WishId),
}

crate::words! {
    /// On which way through the words somebody is.
    pub enum Way {
        /// They hear what is new.
        New = "",
        /// They have gone back to something that was heard.
        Back = "back",
        /// They hear everything again.
        Again = "again",
        /// They have printed it.
        Print = "print",
    }
}

/// Where somebody is, as the address says it. What makes no sense there is passed over.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Place {
    at: String,
    after: String,
    before: String,
    on: String,
    all: Option<String>,
}

impl Place {
    /// The words that are to be shown.
    pub fn at(&self) -> Option<WishId> {
        WishId::parse(&self.at)
    }

    /// From where on.
    pub fn side(&self) -> Side {
        match WishId::parse(&self.before) {
            Some(id) => Side::Before(id),
            None => Side::After(WishId::parse(&self.after).unwrap_or(WishId::nil())),
        }
    }

    /// On which way.
    pub fn way(&self) -> Way {
        Way::from_word(&self.on).unwrap_or(Way::New)
    }

    /// Which words are printed.
    pub fn which(&self) -> Which {
        if self.all.is_some() { Which::All } else { Which::Unheard }
    }
}

/// What a form at the bedside says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Heard {
    wish: Vec<String>,
    on: String,
}

impl Heard {
    /// The words that it names, once each.
    pub fn words(&self) -> Result<Vec<WishId>> {
        let unknown = || AppError::invalid("wish", "There are no such words.");
        if self.wish.is_empty() || self.wish.len() > HEARD_AT_ONCE {
            return Err(unknown());
        }
        let mut ids: Vec<WishId> =
            self.wish.iter().map(|id| WishId::parse(id).ok_or_else(unknown)).collect::<Result<_>>()?;
        ids.sort();
        ids.dedup();
        Ok(ids)
    }

    /// The words, where they are one.
    pub fn word(&self) -> Result<WishId> {
        match self.words()?.as_slice() {
            [id] => Ok(*id),
            _ => Err(AppError::invalid("wish", "There are no such words.")),
        }
    }

    /// On which way.
    pub fn way(&self) -> Way {
        Way::from_word(&self.on).unwrap_or(Way::New)
    }
}

/// Where a word is shown by itself.
pub fn address(path: &str, id: WishId, way: Way) -> String {
    match way {
        Way::Again => format!("{path}/bedside?at={id}&on=again"),
        _ => format!("{path}/bedside?at={id}"),
    }
}

/// Who gave a heart without words: how many, and the first few of them.
#[derive(Clone, Debug, Default)]
pub struct Hearts {
    /// How many people.
    pub count: i64,
    /// The first few of them, by name.
    pub first: Vec<String>,
}

impl Hearts {
    /// "Jo, Bill and 12 others".
    pub fn givers(&self) -> String {
        let rest = text::unnamed(self.count, self.first.len());
        let all: Vec<String> = self.first.iter().cloned().chain(rest).collect();
        text::join(&all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_names_words_once_each() {
        let id = WishId::generate();
        let heard = |wish: Vec<String>| Heard { wish, on: String::new() };
        assert_eq!(heard(vec![id.to_string(), id.to_string()]).words().unwrap(), [id]);
        assert_eq!(heard(vec![id.to_string()]).word().unwrap(), id);
        for absurd in [vec![], vec!["x".to_owned()], vec![id.to_string(); HEARD_AT_ONCE + 1]] {
            assert!(heard(absurd).words().is_err());
        }
        assert!(heard(vec![id.to_string(), WishId::generate().to_string()]).word().is_err());
    }

    #[test]
    fn hearts_are_named_and_the_rest_counted() {
        let hearts = |count, first: &[&str]| {
            Hearts { count, first: first.iter().map(|name| (*name).to_owned()).collect() }.givers()
        };
        assert_eq!(hearts(0, &[]), "");
        assert_eq!(hearts(1, &["Jo"]), "Jo");
        assert_eq!(hearts(3, &["Jo", "Bill"]), "Jo, Bill and one more");
        assert_eq!(hearts(14, &["Jo", "Bill"]), "Jo, Bill and 12 others");
    }
}
