//! How a page wants to be encouraged.

use crate::clock::Timestamp;
use crate::db::schema::manners as table;
use crate::sites::manners::{Closed, Manners, ReactionKind};

pub(super) type MannersRow = (String, bool, bool, bool, Option<Timestamp>, Option<String>);

pub(super) type MannersColumns =
    (table::reactions, table::prompts, table::hints, table::holds_new, table::closed_at, table::closed_words);

pub(super) const MANNERS: MannersColumns =
    (table::reactions, table::prompts, table::hints, table::holds_new, table::closed_at, table::closed_words);

/// A page that has never chosen anything has no row.
pub(super) fn manners(row: Option<MannersRow>) -> Manners {
    let Some((reactions, prompts, hints, holds_new, closed_at, closed_words)) = row else { return Manners::default() };
    let chosen: Vec<&str> = reactions.split_ascii_whitespace().collect();
    let offered = |kind: &ReactionKind| *kind == ReactionKind::Heart || chosen.contains(&kind.as_str());
    Manners {
        reactions: ReactionKind::ALL.iter().copied().filter(offered).collect(),
        prompts,
        hints,
        holds_new,
        closed: closed_at.map(|at| Closed { at, words: closed_words }),
    }
}
