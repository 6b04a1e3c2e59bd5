//! The choices of somebody who wants to be erased, and what somebody has written, in one order.

use std::collections::VecDeque;

use serde::Deserialize;

use crate::clock::Timestamp;
use crate::db::ids::{SiteId, UpdateId, WishId};
use crate::error::FieldErrors;
use crate::journal::OwnUpdate;
use crate::wishes::OwnWish;

crate::words! {
    /// What becomes of the words of somebody who is erased.
    pub enum Words {
        /// They go too.
        Remove = "remove",
        /// They stay, and nobody's name stands with them.
        Keep = "keep",
    }
}

/// What is typed to say that it is meant.
const MEANT: &str = "erase";

/// The form as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ErasureInput {
    pub words: String,
    pub confirmation: String,
}

impl ErasureInput {
    pub fn parse(&self) -> Result<Words, FieldErrors> {
        let mut errors = FieldErrors::default();
        let words = Words::from_word(&self.words);
        if words.is_none() {
            errors.add("words", "Please choose what becomes of your words.");
        }
        if !self.confirmation.trim().eq_ignore_ascii_case(MEANT) {
            errors.add("confirmation", "Please type the word erase, so that we know that you mean it.");
        }
        match words {
            Some(words) if errors.is_empty() => Ok(words),
            _ => Err(errors),
        }
    }
}

/// Something that somebody has written.
#[derive(Clone, Debug)]
pub enum Written {
    Update(OwnUpdate),
    Wish(OwnWish),
}

impl Written {
    pub fn site(&self) -> SiteId {
        match self {
            Self::Update(update) => update.site_id,
            Self::Wish(wish) => wish.site_id,
        }
    }

    pub fn at(&self) -> Timestamp {
        match self {
            Self::Update(update) => update.published_at,
            Self::Wish(wish) => wish.created_at,
        }
    }

    /// When it was last changed, if it was.
    pub fn changed_at(&self) -> Option<Timestamp> {
        match self {
            Self::Update(update) => update.edited_at,
            Self::Wish(wish) => wish.edited_at,
        }
    }

    /// Whom it is for, in a word, where that is theirs to know.
    pub fn audience(&self) -> Option<&'static str> {
        match self {
            Self::Update(update) => Some(update.audience.as_str()),
            Self::Wish(wish) => wish.audience,
        }
    }

    /// One word for what it is.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Update(_) => "update",
            Self::Wish(wish) => wish.kind,
        }
    }
}

/// Puts updates and wishes, each of which come in batches by page and time, into one such order, and holds no more of
/// them than a batch of each.
#[derive(Debug)]
pub struct Merge {
    updates: VecDeque<OwnUpdate>,
    wishes: VecDeque<OwnWish>,
    /// Where the next batch begins, until there is none.
    next_update: Option<(SiteId, UpdateId)>,
    next_wish: Option<(SiteId, WishId)>,
}

impl Default for Merge {
    fn default() -> Self {
        Self {
            updates: VecDeque::new(),
            wishes: VecDeque::new(),
            next_update: Some((SiteId::nil(), UpdateId::nil())),
            next_wish: Some((SiteId::nil(), WishId::nil())),
        }
    }
}

impl Merge {
    /// After which update a batch is wanted, if one is.
    pub fn wants_updates(&self) -> Option<(SiteId, UpdateId)> {
        self.next_update.filter(|_| self.updates.is_empty())
    }

    /// After which wish a batch is wanted, if one is.
    pub fn wants_wishes(&self) -> Option<(SiteId, WishId)> {
        self.next_wish.filter(|_| self.wishes.is_empty())
    }

    /// Takes a batch in; an empty one is the last.
    pub fn take_updates(&mut self, batch: Vec<OwnUpdate>) {
        self.next_update = batch.last().map(|last| (last.site_id, last.id));
        self.updates.extend(batch);
    }

    /// Takes a batch in; an empty one is the last.
    pub fn take_wishes(&mut self, batch: Vec<OwnWish>) {
        self.next_wish = batch.last().map(|last| (last.site_id, last.id));
        self.wishes.extend(batch);
    }

    /// The next in order, as far as that can be said before the next batch. Ids are in the order of time.
    pub fn pop(&mut self) -> Option<Written> {
        if self.wants_updates().is_some() || self.wants_wishes().is_some() {
            return None;
        }
        let update = self.updates.front().map(|it| (it.site_id, *it.id.as_bytes()));
        let wish = self.wishes.front().map(|it| (it.site_id, *it.id.as_bytes()));
        let update_first = match (update, wish) {
            (Some(update), Some(wish)) => update < wish,
            (update, None) => update.is_some(),
            (None, Some(_)) => false,
        };
        if update_first {
            self.updates.pop_front().map(Written::Update)
        } else {
            self.wishes.pop_front().map(Written::Wish)
        }
    }

    /// Whether nothing more comes.
    pub fn is_over(&self) -> bool {
        self.next_update.is_none() && self.next_wish.is_none() && self.updates.is_empty() && self.wishes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(site: SiteId) -> OwnWish {
        let created_at = Timestamp::from_micros(0);
        OwnWish {
            id: WishId::generate(),
            site_id: site,
            kind: "well wish",
            audience: Some("everyone"),
            message: String::new(),
            created_at,
            edited_at: None,
        }
    }

    fn update(site: SiteId) -> OwnUpdate {
        OwnUpdate {
            id: UpdateId::generate(),
            site_id: site,
            title: None,
            body: String::new(),
            audience: crate::sites::Audience::Everyone,
            published_at: Timestamp::from_micros(0),
            edited_at: None,
        }
    }

    #[test]
    fn batches_come_out_by_page_and_time_and_all_of_them() {
        let (first, second) = (SiteId::generate(), SiteId::generate());
        let (a, b, c, d, e) = (update(first), wish(first), update(first), wish(second), update(second));
        let mut updates = vec![vec![a.clone()], vec![c.clone(), e.clone()], vec![]].into_iter();
        let mut wishes = vec![vec![b.clone()], vec![d.clone()], vec![]].into_iter();
        let (mut merge, mut out) = (Merge::default(), Vec::new());
        while !merge.is_over() {
            if merge.wants_updates().is_some() {
                merge.take_updates(updates.next().unwrap());
            }
            if merge.wants_wishes().is_some() {
                merge.take_wishes(wishes.next().unwrap());
            }
            while let Some(it) = merge.pop() {
                out.push(match it {
                    Written::Update(update) => *update.id.as_bytes(),
                    Written::Wish(wish) => *wish.id.as_bytes(),
                });
            }
        }
        let expected = [*a.id.as_bytes(), *b.id.as_bytes(), *c.id.as_bytes(), *d.id.as_bytes(), *e.id.as_bytes()];
        assert_eq!(out, expected);
    }

    #[test]
    fn an_erasure_is_chosen_and_meant() {
        let input = |words: &str, confirmation: &str| ErasureInput {
            words: words.to_owned(),
            confirmation: confirmation.to_owned(),
        };
        assert_eq!(input("keep", " Erase ").parse(), Ok(Words::Keep));
        for (words, confirmation) in [("", "erase"), ("all", "erase"), ("remove", ""), ("remove", "yes")] {
            assert!(input(words, confirmation).parse().is_err(), "{words} {confirmation}");
        }
    }
}
