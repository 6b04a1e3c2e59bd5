//! Hearts, and what else a family has chosen: what they are given to, what they are called, who gave them.

use crate::db::ids::{PersonId, PhotoId, ReactionId, ThingId, UpdateId, WishId};
use crate::sites::ReactionKind;
use crate::text;

impl ReactionKind {
    /// What the button says that gives it.
    pub fn give_words(self) -> &'static str {
        match self {
            Self::Heart => "Send a heart",
            Self::Hug => "Send a hug",
            Self::Candle => "Light a candle",
            Self::Strength => "Send strength",
            Self::Thanks => "Say thanks",
            Self::Praying => "I am praying",
            Self::Smile => "Send a smile",
        }
    }

    /// What the button says that takes it back.
    pub fn take_back_words(self) -> &'static str {
        match self {
            Self::Heart => "Take my heart back",
            Self::Hug => "Take my hug back",
            Self::Candle => "Take my candle back",
            Self::Strength => "Take the strength back",
            Self::Thanks => "Take my thanks back",
            Self::Praying => "Take my prayer back",
            Self::Smile => "Take my smile back",
        }
    }

    /// What is read out when it is given.
    pub fn given_words(self) -> &'static str {
        match self {
            Self::Heart => "Your heart is there.",
            Self::Hug => "Your hug is there.",
            Self::Candle => "Your candle is lit.",
            Self::Strength => "Your strength is there.",
            Self::Thanks => "Your thanks are there.",
            Self::Praying => "Your prayer is there.",
            Self::Smile => "Your smile is there.",
        }
    }

    /// What is read out when it is taken back.
    pub fn taken_words(self) -> &'static str {
        match self {
            Self::Heart => "Your heart is taken back.",
            Self::Hug => "Your hug is taken back.",
            Self::Candle => "Your candle is taken back.",
            Self::Strength => "The strength is taken back.",
            Self::Thanks => "Your thanks are taken back.",
            Self::Praying => "Your prayer is taken back.",
            Self::Smile => "Your smile is taken back.",
        }
    }

    /// One of them, as it stands beside a name.
    pub fn one(self) -> &'static str {
        match self {
            Self::Heart => "a heart",
            Self::Hug => "a hug",
            Self::Candle => "a candle",
            Self::Strength => "strength",
            Self::Thanks => "thanks",
            Self::Praying => "a prayer",
            Self::Smile => "a smile",
        }
    }

    /// All of them, as they stand before names: "hearts from Jo".
    pub fn many(self) -> &'static str {
        match self {
            Self::Heart => "hearts",
            Self::Hug => "hugs",
            Self::Candle => "candles",
            Self::Strength => "strength",
            Self::Thanks => "thanks",
            Self::Praying => "prayers",
            Self::Smile => "smiles",
        }
    }

    /// What somebody did, as a mail tells of it: "Jo sent a hug".
    pub fn was_given(self) -> &'static str {
        match self {
            Self::Heart => "sent a heart",
            Self::Hug => "sent a hug",
            Self::Candle => "lit a candle",
            Self::Strength => "sent strength",
            Self::Thanks => "said thanks",
            Self::Praying => "sent a prayer",
            Self::Smile => "sent a smile",
        }
    }
}

/// What a reaction is given to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// An update.
    Update(UpdateId),
    /// A well wish or a comment.
    Wish(WishId),
    /// A photo of an update or an album.
    Photo(PhotoId),
}

impl Target {
    /// Its id, whatever it is.
    pub fn thing(self) -> ThingId {
        match self {
            Self::Update(id) => ThingId::of(*id.as_bytes()),
            Self::Wish(id) => ThingId::of(*id.as_bytes()),
            Self::Photo(id) => ThingId::of(*id.as_bytes()),
        }
    }

    /// Its address on a page, below which what was given to it stands.
    pub fn path(self, site: &str) -> String {
        match self {
            Self::Update(id) => format!("{site}/updates/{id}"),
            Self::Wish(id) => format!("{site}/wishes/{id}"),
            Self::Photo(id) => format!("{site}/photos/{id}"),
        }
    }
}

impl From<UpdateId> for Target {
    fn from(id: UpdateId) -> Self {
        Self::Update(id)
    }
}

impl From<WishId> for Target {
    fn from(id: WishId) -> Self {
        Self::Wish(id)
    }
}

impl From<PhotoId> for Target {
    fn from(id: PhotoId) -> Self {
        Self::Photo(id)
    }
}

/// The hearts on one thing, and what else was given to it, the same for every viewer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllHearts {
    /// How many people gave any.
    pub people: i64,
    /// What was given, and how many of each.
    pub kinds: Vec<(ReactionKind, i64)>,
    /// The first few of those who gave any.
    pub first: Vec<(PersonId, String)>,
}

/// How many names stand beside a thing.
const NAMES: usize = 3;

impl AllHearts {
    /// As one viewer sees them, who has given these.
    pub fn seen_by(&self, viewer: Option<PersonId>, mine: Vec<ReactionKind>) -> Hearts {
        let others = self.first.iter().filter(|(person, _)| Some(*person) != viewer);
        Hearts {
            people: self.people,
            kinds: in_order(&self.kinds),
            mine,
            names: others.take(NAMES).map(|(_, name)| name.clone()).collect(),
        }
    }
}

/// As they are offered: the database knows them by their words only.
fn in_order(kinds: &[(ReactionKind, i64)]) -> Vec<(ReactionKind, i64)> {
    let count = |kind: &ReactionKind| kinds.iter().find(|(it, _)| it == kind).copied();
    ReactionKind::ALL.iter().filter_map(count).collect()
}

/// The hearts on one thing, and what else was given to it, as one viewer sees them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hearts {
    /// How many people gave any.
    pub people: i64,
    /// What was given, and how many of each.
    pub kinds: Vec<(ReactionKind, i64)>,
    /// What the viewer gave.
    pub mine: Vec<ReactionKind>,
    /// The first of those who gave any, by name, without the viewer.
    pub names: Vec<String>,
}

/// Somebody in a row of names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// What stands between the one before and this one.
    pub joint: &'static str,
    /// What they are called; "You", where it is the viewer.
    pub name: String,
    /// Whether it is the viewer.
    pub is_me: bool,
}

impl Hearts {
    /// Those who are not named, in words, and what stands before them; nothing when everybody is.
    pub fn rest(&self) -> Option<String> {
        text::unnamed(self.people, self.names.len() + usize::from(!self.mine.is_empty()))
    }

    /// Those who are named, in their order.
    pub fn named(&self) -> Vec<Named> {
        let me = (!self.mine.is_empty()).then(|| ("You".to_owned(), true));
        let all: Vec<_> = me.into_iter().chain(self.names.iter().map(|name| (name.clone(), false))).collect();
        let last = if self.rest().is_some() { all.len() } else { all.len().saturating_sub(1) };
        let joint = |at: usize| match at {
            0 => "",
            at if at == last => " and ",
            _ => ", ",
        };
        all.into_iter().enumerate().map(|(at, (name, is_me))| Named { joint: joint(at), name, is_me }).collect()
    }

    /// What was given, as it stands before the names: "Hearts and hugs from".
    pub fn words(&self) -> String {
        if self.kinds.is_empty() { String::new() } else { format!("{} from", self.title()) }
    }

    /// What was given: "Hearts and hugs".
    pub fn title(&self) -> String {
        let all: Vec<&str> = self.kinds.iter().map(|(kind, _)| kind.many()).collect();
        let joined = text::join(&all);
        let mut letters = joined.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_else(|| "Hearts".to_owned())
    }
}

/// Somebody who gave something, with all that they gave.
#[derive(Clone, Debug)]
pub struct Giver {
    /// The first reaction that they gave: their place in the list.
    pub id: ReactionId,
    /// Who it is.
    pub person_id: PersonId,
    /// What they are called.
    pub name: String,
    /// What they gave.
    pub kinds: Vec<ReactionKind>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hearts(people: i64, mine: bool, names: &[&str]) -> Hearts {
        let mine = if mine { vec![ReactionKind::Heart] } else { Vec::new() };
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Hearts { people, kinds: vec![(ReactionKind::Heart, people)], mine, names }
    }

    fn line(hearts: &Hearts) -> String {
        let named: String = hearts.named().iter().map(|it| format!("{}{}", it.joint, it.name)).collect();
        named + &hearts.rest().map(|rest| format!(" and {rest}")).unwrap_or_default()
    }

    #[test]
    fn hearts_are_given_by_name() {
        assert_eq!(line(&hearts(0, false, &[])), "");
        assert_eq!(line(&hearts(1, true, &[])), "You");
        assert_eq!(line(&hearts(2, true, &["Jo"])), "You and Jo");
        assert_eq!(line(&hearts(3, true, &["Jo", "Bill"])), "You, Jo and Bill");
        assert_eq!(line(&hearts(14, false, &["Jo", "Bill"])), "Jo, Bill and 12 others");
        assert_eq!(line(&hearts(3, false, &["Jo", "Bill"])), "Jo, Bill and one more");
        assert_eq!(line(&hearts(2, false, &["Jo"])), "Jo and one more");
    }

    #[test]
    fn what_was_given_is_said_in_words() {
        let given = |kinds: &[ReactionKind]| {
            let kinds = kinds.iter().map(|kind| (*kind, 1)).collect();
            AllHearts { people: 1, kinds, first: Vec::new() }.seen_by(None, Vec::new()).words()
        };
        assert_eq!(given(&[ReactionKind::Heart]), "Hearts from");
        assert_eq!(given(&[ReactionKind::Hug, ReactionKind::Heart]), "Hearts and hugs from");
        assert_eq!(
            given(&[ReactionKind::Strength, ReactionKind::Heart, ReactionKind::Candle]),
            "Hearts, candles and strength from"
        );
    }
}
