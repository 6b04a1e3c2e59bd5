//! Hearts and the other reactions. How many there are, and who is named beside a thing, is kept by triggers (`reaction_counts`,
//! `reaction_givers`): what a page reads of a thing is the same few rows, however many people gave something to it.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;
use diesel::sql_types::{Binary, Integer, Nullable, Text};

use super::get_wish;
use crate::clock::Timestamp;
use crate::db::dialect::{Handwritten, Piece, both};
use crate::db::ids::{PersonId, ReactionId, ThingId};
use crate::db::schema::{people, reaction_givers, reactions};
use crate::db::{Conn, unless_removed};
use crate::error::Result;
use crate::journal;
use crate::photos;
use crate::sites::{ReactionKind, SiteScope};
use crate::wishes::model::{AllHearts, Giver, Hearts, Target, Wish};

/// Makes sure that a thing exists for the viewer, through what it belongs to; a wish or comment is given back, so that one
/// knows what it is about.
pub fn require_target(conn: &mut Conn, scope: &SiteScope, target: Target) -> Result<Option<Wish>> {
    match target {
        Target::Update(id) => journal::get_update(conn, scope, id).map(|_| None),
        Target::Wish(id) => get_wish(conn, scope, id).map(Some),
        Target::Photo(id) => photos::get_shown(conn, scope, id).map(|_| None),
    }
}

/// Gives something; `None` when it was given before.
pub fn insert_reaction(
    conn: &mut Conn,
    scope: &SiteScope,
    target: Target,
    kind: ReactionKind,
    now: Timestamp,
) -> Result<Option<ReactionId>> {
    let id = ReactionId::generate();
    let (update, wish, photo) = match target {
        Target::Update(id) => (Some(id), None, None),
        Target::Wish(id) => (None, Some(id), None),
        Target::Photo(id) => (None, None, Some(id)),
    };
    if photo.is_some() {
        // The page's row is taken before any of its photos'.
        photos::hold_site(conn, scope.site.id)?;
    }
    let insert = diesel::insert_into(reactions::table)
        .values((
            reactions::id.eq(id),
            reactions::site_id.eq(scope.site.id),
            reactions::update_id.eq(update),
            reactions::wish_id.eq(wish),
            reactions::photo_id.eq(photo),
            reactions::thing_id.eq(target.thing()),
            reactions::person_id.eq(scope.actor()?),
            reactions::kind.eq(kind),
            reactions::created_at.eq(now),
        ))
        .on_conflict_do_nothing();
    Ok((both(insert).execute(conn).map_err(unless_removed)? == 1).then_some(id))
}

/// Takes something back, if it was given.
pub fn delete_reaction(conn: &mut Conn, scope: &SiteScope, target: Target, kind: ReactionKind) -> Result<()> {
    let mine = reactions::table
        .filter(reactions::thing_id.eq(target.thing()))
        .filter(reactions::person_id.eq(scope.actor()?))
        .filter(reactions::kind.eq(kind));
    diesel::delete(mine).execute(conn)?;
    Ok(())
}

/// What the viewer gave to each of some things.
pub type Mine = HashMap<ThingId, Vec<ReactionKind>>;

/// The hearts on many things, with which of them are the viewer's.
#[derive(Clone, Debug, Default)]
pub struct HeartsFor {
    all: Arc<HashMap<Target, AllHearts>>,
    viewer: Option<PersonId>,
    mine: Mine,
}

impl HeartsFor {
    /// What is known of some things, for a viewer of whom it is known what they gave.
    pub fn new(all: Arc<HashMap<Target, AllHearts>>, viewer: Option<PersonId>, mine: Mine) -> Self {
        Self { all, viewer, mine }
    }

    /// The hearts on one thing.
    pub fn on(&self, target: Target) -> Hearts {
        let mine = self.mine.get(&target.thing()).cloned().unwrap_or_default();
        self.all.get(&target).map(|hearts| hearts.seen_by(self.viewer, mine)).unwrap_or_default()
    }
}

/// The hearts on these things and what else was given to them: how many, who gave the first few, and, beside it, what the
/// viewer gave. One query, which reads as much for each thing as a person can take in.
pub fn all_hearts(
    conn: &mut Conn,
    viewer: Option<PersonId>,
    targets: &[Target],
) -> Result<(Arc<HashMap<Target, AllHearts>>, Mine)> {
    if targets.is_empty() {
        return Ok((Arc::default(), Mine::new()));
    }
    let mut pieces = vec![Piece::Sql(
        "SELECT thing_id, kind, total, NULL AS person_id, NULL AS name, NULL AS id FROM reaction_counts WHERE ",
    )];
    push_in(&mut pieces, "thing_id", targets);
    pieces.push(Piece::Sql(
        " UNION ALL SELECT g.thing_id, '', 0, g.person_id, p.name, g.id \
         FROM reaction_givers g JOIN people p ON p.id = g.person_id WHERE g.is_named = TRUE AND ",
    ));
    push_in(&mut pieces, "g.thing_id", targets);
    if let Some(person) = viewer {
        pieces.extend([
            Piece::Sql(
                " UNION ALL SELECT r.thing_id, r.kind, 0, NULL, NULL, NULL FROM reactions r WHERE r.person_id = ",
            ),
            Piece::Id(*person.as_bytes()),
            Piece::Sql(" AND "),
        ]);
        push_in(&mut pieces, "r.thing_id", targets);
    }
    pieces.push(Piece::Sql(" ORDER BY 6"));
    type Sql = (Binary, Text, Integer, Nullable<Binary>, Nullable<Text>, Nullable<Binary>);
    type Row = (ThingId, String, i32, Option<PersonId>, Option<String>, Option<ReactionId>);
    let rows: Vec<Row> = Handwritten::<Sql>::new(pieces).load(conn)?;
    let things: HashMap<ThingId, Target> = targets.iter().map(|target| (target.thing(), *target)).collect();
    let (mut found, mut mine): (HashMap<Target, AllHearts>, Mine) = (HashMap::new(), Mine::new());
    for (thing, word, total, person, name, _) in rows {
        let Some(target) = things.get(&thing) else { continue };
        match (person.zip(name), ReactionKind::from_word(&word), i64::from(total)) {
            (Some(giver), ..) => found.entry(*target).or_default().first.push(giver),
            (None, Some(kind), 0) => mine.entry(thing).or_default().push(kind),
            (None, Some(kind), total) => found.entry(*target).or_default().kinds.push((kind, total)),
            (None, None, total) if word.is_empty() => found.entry(*target).or_default().people = total,
            // A kind that only a newer version knows.
            (None, None, _) => {}
        }
    }
    Ok((Arc::new(found), mine))
}

/// Adds to the hearts on these things which of them are the viewer's. At most one query.
pub fn with_mine(
    conn: &mut Conn,
    viewer: Option<PersonId>,
    targets: &[Target],
    all: Arc<HashMap<Target, AllHearts>>,
) -> Result<HeartsFor> {
    let mut mine = Mine::new();
    let loved: Vec<Target> = targets.iter().copied().filter(|target| all.contains_key(target)).collect();
    if let (Some(person), false) = (viewer, loved.is_empty()) {
        let mut pieces = vec![
            Piece::Sql("SELECT thing_id, kind FROM reactions WHERE person_id = "),
            Piece::Id(*person.as_bytes()),
            Piece::Sql(" AND "),
        ];
        push_in(&mut pieces, "thing_id", &loved);
        let rows: Vec<(ThingId, ReactionKind)> = Handwritten::<(Binary, Text)>::new(pieces).load(conn)?;
        for (thing, kind) in rows {
            mine.entry(thing).or_default().push(kind);
        }
    }
    Ok(HeartsFor::new(all, viewer, mine))
}

/// The hearts on these things, for one viewer. One query.
pub fn hearts_for(conn: &mut Conn, viewer: Option<PersonId>, targets: &[Target]) -> Result<HeartsFor> {
    let (all, mine) = all_hearts(conn, viewer, targets)?;
    Ok(HeartsFor::new(all, viewer, mine))
}

/// `column IN (…)`, padded to a power of two so that few different statements are prepared.
fn push_in(pieces: &mut Vec<Piece>, column: &'static str, targets: &[Target]) {
    let padded = targets.len().next_power_of_two();
    let ids = targets.iter().map(|target| *target.thing().as_bytes());
    let last = targets.last().map(|target| *target.thing().as_bytes());
    pieces.extend([Piece::Sql(column), Piece::Sql(" IN (")]);
    for (index, id) in ids.chain(std::iter::repeat(last).flatten()).take(padded).enumerate() {
        pieces.extend([Piece::Sql(if index == 0 { "" } else { ", " }), Piece::Id(id)]);
    }
    pieces.push(Piece::Sql(")"));
}

/// How many people stand on one page of those who gave something.
pub const GIVERS_A_PAGE: i64 = 100;

/// Who gave something to a thing, in the order in which they did, from after `after` on; up to `limit`, with all that each of
/// them gave. Two queries.
pub fn list_givers(conn: &mut Conn, target: Target, after: Option<ReactionId>, limit: i64) -> Result<Vec<Giver>> {
    let rows: Vec<(ReactionId, PersonId, String)> = reaction_givers::table
        .inner_join(people::table)
        .filter(reaction_givers::thing_id.eq(target.thing()))
        .filter(reaction_givers::id.gt(after.unwrap_or(ReactionId::nil())))
        .order(reaction_givers::id)
        .limit(limit)
        .select((reaction_givers::id, reaction_givers::person_id, people::name))
        .load(conn)?;
    let people: Vec<PersonId> = rows.iter().map(|(_, person, _)| *person).collect();
    let given: Vec<(PersonId, ReactionKind)> = reactions::table
        .filter(reactions::thing_id.eq(target.thing()))
        .filter(reactions::person_id.eq_any(people))
        .select((reactions::person_id, reactions::kind))
        .load(conn)?;
    let mut kinds: HashMap<PersonId, Vec<ReactionKind>> = HashMap::new();
    for (person, kind) in given {
        kinds.entry(person).or_default().push(kind);
    }
    let giver = |(id, person_id, name)| {
        let theirs = kinds.remove(&person_id).unwrap_or_default();
        let kinds = ReactionKind::ALL.iter().copied().filter(|kind| theirs.contains(kind)).collect();
        Giver { id, person_id, name, kinds }
    };
    Ok(rows.into_iter().map(giver).collect())
}
