//! The encouragement that one person has left, on every page at once: for a copy to take away, and for their erasure.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::{Handwritten, Piece};
use crate::db::ids::{PersonId, PhotoId, ReactionId, SiteId, UpdateId, WishId};
use crate::db::schema::{reactions, updates, wishes};
use crate::error::Result;
use crate::photos;
use crate::sites::{self, Audience, ReactionKind};
use crate::wishes::model::{About, WishAudience, Withheld, kind_of};

/// A wish or a comment as it was written.
#[derive(Clone, Debug)]
pub struct OwnWish {
    /// Its row.
    pub id: WishId,
    /// The page.
    pub site_id: SiteId,
    /// What it is called: a well wish, a comment, an answer.
    pub kind: &'static str,
    /// Who sees it besides the person: whom it was written for, or those whom what it is about is for. Nothing where that is
    /// not theirs to see any more: whom it is for by now is the family's.
    pub audience: Option<&'static str>,
    /// The words.
    pub message: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was last changed, if it was.
    pub edited_at: Option<Timestamp>,
}

/// What somebody has left, by page and then by the order in which it was written, from after `after` on. What was left with
/// their address and never confirmed is not known to be theirs.
pub fn list_own_wishes(conn: &mut Conn, author: PersonId, after: (SiteId, WishId), limit: i64) -> Result<Vec<OwnWish>> {
    let (site, id) = after;
    type Row = (
        (WishId, SiteId, Option<UpdateId>, Option<PhotoId>, Option<WishId>),
        (WishAudience, Option<Audience>),
        (String, Timestamp, Option<Timestamp>),
    );
    let rows: Vec<Row> = wishes::table
        .left_join(updates::table)
        .filter(wishes::author_id.eq(author))
        .filter(wishes::withheld.is_null().or(wishes::withheld.ne(Some(Withheld::Unconfirmed))))
        .filter(wishes::site_id.gt(site).or(wishes::site_id.eq(site).and(wishes::id.gt(id))))
        .order((wishes::site_id, wishes::id))
        .limit(limit)
        .select((
            (wishes::id, wishes::site_id, wishes::update_id, wishes::photo_id, wishes::answers_id),
            (wishes::audience, updates::audience.nullable()),
            (wishes::message, wishes::created_at, wishes::edited_at),
        ))
        .load(conn)?;
    let on: Vec<PhotoId> = rows.iter().filter_map(|((.., photo, _), ..)| *photo).collect();
    let photos_for = photos::audiences_of(conn, &on)?;
    let mut seen: HashMap<SiteId, &'static [Audience]> = HashMap::new();
    for ((_, site, ..), ..) in &rows {
        if !seen.contains_key(site) {
            seen.insert(*site, audiences_for(conn, *site, author)?);
        }
    }
    Ok(rows
        .into_iter()
        .map(|((id, site_id, update, photo, answers), (audience, update_for), (message, created_at, edited_at))| {
            let about = About::of(update, photo);
            let around = update_for.or_else(|| photo.and_then(|photo| photos_for.get(&photo).copied()));
            OwnWish {
                id,
                site_id,
                kind: kind_of(about, answers.is_some()),
                audience: match audience {
                    WishAudience::Everyone => {
                        let around = around.unwrap_or(Audience::Everyone);
                        let is_theirs = seen.get(&site_id).is_some_and(|theirs| theirs.contains(&around));
                        is_theirs.then(|| around.as_str())
                    }
                    few => Some(few.as_str()),
                },
                message,
                created_at,
                edited_at,
            }
        })
        .collect())
}

/// Which updates and photos of a page exist for somebody, with all that their account may; for a visitor, what strangers read.
fn audiences_for(conn: &mut Conn, site: SiteId, person: PersonId) -> Result<&'static [Audience]> {
    let Some(site) = sites::find_site(conn, site)? else { return Ok(&[]) };
    Ok(match sites::find_access(conn, &site, person)? {
        Some(access) => access.audiences(),
        None => &[Audience::Everyone],
    })
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

/// Deletes the wishes, comments and answers that somebody has left, with what answers them. The rows of all updates that this
/// or the deletion of their updates will touch are taken in one statement and first, then the pages' rows, before the photos'
/// and what was said, as every other write takes them: the other way round, two transactions could wait for each other.
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
    let sites: Vec<SiteId> = wishes::table
        .filter(wishes::author_id.eq(author))
        .order(wishes::site_id)
        .select(wishes::site_id)
        .distinct()
        .load(conn)?;
    for site in sites {
        photos::hold_site(conn, site)?;
    }
    diesel::delete(wishes::table.filter(wishes::author_id.eq(author))).execute(conn)?;
    Ok(())
}

/// Takes back every heart that somebody gave.
pub fn delete_hearts_of(conn: &mut Conn, person: PersonId) -> Result<()> {
    diesel::delete(reactions::table.filter(reactions::person_id.eq(person))).execute(conn)?;
    Ok(())
}
