//! The encouragement that one person has left, on every page at once: for a copy to take away, and for their erasure.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::{Handwritten, Piece};
use crate::db::ids::{PersonId, PhotoId, ReactionId, SiteId, UpdateId, WishId};
use crate::db::schema::{reactions, updates, wishes};
use crate::error::Result;
use crate::sites::{Audience, ReactionKind};

/// A wish or a comment as it was written.
#[derive(Clone, Debug)]
pub struct OwnWish {
    /// Its row.
    pub id: WishId,
    /// The page.
    pub site_id: SiteId,
    /// Who the update is for that it is a comment on; a wish is for everyone.
    pub comment_for: Option<Audience>,
    /// The words.
    pub message: String,
    /// When.
    pub created_at: Timestamp,
}

/// What somebody has left, by page and then by the order in which it was written, from after `after` on.
pub fn list_own_wishes(conn: &mut Conn, author: PersonId, after: (SiteId, WishId), limit: i64) -> Result<Vec<OwnWish>> {
    let (site, id) = after;
    type Row = (WishId, SiteId, Option<Audience>, String, Timestamp);
    let rows: Vec<Row> = wishes::table
        .left_join(updates::table)
        .filter(wishes::author_id.eq(author))
        .filter(wishes::site_id.gt(site).or(wishes::site_id.eq(site).and(wishes::id.gt(id))))
        .order((wishes::site_id, wishes::id))
        .limit(limit)
        .select((wishes::id, wishes::site_id, updates::audience.nullable(), wishes::message, wishes::created_at))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, site_id, comment_for, message, created_at)| OwnWish {
            id,
            site_id,
            comment_for,
            message,
            created_at,
        })
        .collect())
}

/// A heart that somebody gave, or another reaction.
#[derive(Clone, Debug)]
pub struct OwnHeart {
    /// Its row.
    pub id: ReactionId,
    /// The page.
    pub site_id: SiteId,
    /// What it is.
    pub kind: ReactionKind,
    /// What it was given to.
    pub to: &'static str,
    /// When.
    pub created_at: Timestamp,
}

/// The hearts and other reactions that somebody gave, oldest first, from after `after` on.
pub fn list_own_hearts(conn: &mut Conn, person: PersonId, after: ReactionId, limit: i64) -> Result<Vec<OwnHeart>> {
    type Row = (ReactionId, SiteId, Option<UpdateId>, Option<PhotoId>, ReactionKind, Timestamp);
    let rows: Vec<Row> = reactions::table
        .filter(reactions::person_id.eq(person))
        .filter(reactions::id.gt(after))
        .order(reactions::id)
        .limit(limit)
        .select((
            reactions::id,
            reactions::site_id,
            reactions::update_id,
            reactions::photo_id,
            reactions::kind,
            reactions::created_at,
        ))
        .load(conn)?;
    let heart = |(id, site_id, update, photo, kind, created_at): Row| {
        let to = match (update, photo) {
            (Some(_), _) => "an update",
            (None, Some(_)) => "a photo",
            (None, None) => "a well wish or comment",
        };
        OwnHeart { id, site_id, kind, to, created_at }
    };
    Ok(rows.into_iter().map(heart).collect())
}

/// Deletes the wishes and comments that somebody has left. The rows of all updates that this or the deletion of their
/// updates will touch are taken in one statement and first, before the pages' rows, as every other write takes them: the
/// other way round, two transactions could wait for each other.
pub fn delete_wishes_of(conn: &mut Conn, author: PersonId) -> Result<()> {
    let me = || Piece::Id(*author.as_bytes());
    Handwritten::<()>::new(vec![
        Piece::Sql("UPDATE updates SET comment_count = comment_count WHERE author_id = "),
        me(),
        Piece::Sql(" OR id IN (SELECT update_id FROM wishes WHERE update_id IS NOT NULL AND author_id = "),
        me(),
        Piece::Sql(")"),
    ])
    .execute(conn)?;
    diesel::delete(wishes::table.filter(wishes::author_id.eq(author))).execute(conn)?;
    Ok(())
}

/// Takes back every heart that somebody gave.
pub fn delete_hearts_of(conn: &mut Conn, person: PersonId) -> Result<()> {
    diesel::delete(reactions::table.filter(reactions::person_id.eq(person))).execute(conn)?;
    Ok(())
}
