//! Hiding what somebody wrote, and showing it again.

use diesel::prelude::*;

use super::find_unwanted;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{PersonId, SiteId, UpdateId, WishId};
use crate::db::schema::{notices, people, reactions, reports, wishes};
use crate::error::Result;
use crate::photos;
use crate::wishes::model::Withheld;

/// The updates of a page that somebody commented on, in the order in which every write takes them.
pub fn list_commented(conn: &mut Conn, site: SiteId, person: PersonId) -> Result<Vec<UpdateId>> {
    let rows: Vec<Option<UpdateId>> = wishes::table
        .filter(wishes::site_id.eq(site))
        .filter(wishes::author_id.eq(person))
        .filter(wishes::update_id.is_not_null())
        .order(wishes::update_id)
        .select(wishes::update_id)
        .distinct()
        .load(conn)?;
    Ok(rows.into_iter().flatten().collect())
}

/// Nobody sees any more what somebody left on a page, and no mail tells of it; their hearts are taken back. What nobody saw
/// stays as it was, so that it does not come to be shown with the rest.
pub fn hide_words_of(conn: &mut Conn, site: SiteId, person: PersonId) -> Result<()> {
    photos::hold_site(conn, site)?;
    let theirs = wishes::table.filter(wishes::site_id.eq(site)).filter(wishes::author_id.eq(person));
    diesel::delete(notices::table.filter(notices::wish_id.eq_any(theirs.select(wishes::id.nullable()))))
        .execute(conn)?;
    diesel::delete(reports::table.filter(reports::wish_id.eq_any(theirs.select(wishes::id)))).execute(conn)?;
    // What nobody has confirmed stays so: touched all the same, so that a confirmation at this moment is waited for, or waits.
    diesel::update(theirs.filter(wishes::withheld.eq(Some(Withheld::Unconfirmed))))
        .set(wishes::withheld.eq(Some(Withheld::Unconfirmed)))
        .execute(conn)?;
    // What is held of a flood leaves it, so that it is not shown with the words of others.
    diesel::update(theirs.filter(wishes::withheld.eq(Some(Withheld::Flood))))
        .set(wishes::withheld.eq(Some(Withheld::Hidden)))
        .execute(conn)?;
    diesel::update(theirs.filter(wishes::withheld.is_null()))
        .set(wishes::withheld.eq(Some(Withheld::Blocked)))
        .execute(conn)?;
    diesel::delete(reactions::table.filter(reactions::site_id.eq(site)).filter(reactions::person_id.eq(person)))
        .execute(conn)?;
    Ok(())
}

/// Everybody sees again what was hidden when its writer was blocked.
pub fn show_words_of(conn: &mut Conn, site: SiteId, person: PersonId, now: Timestamp) -> Result<()> {
    photos::hold_site(conn, site)?;
    let theirs: Vec<WishId> = wishes::table
        .filter(wishes::site_id.eq(site))
        .filter(wishes::author_id.eq(person))
        .filter(wishes::withheld.eq(Some(Withheld::Blocked)))
        .order(wishes::id)
        .select(wishes::id)
        .load(conn)?;
    show_withheld(conn, site, &theirs, Withheld::Blocked, now)?;
    Ok(())
}

/// How many rows one statement names.
const BATCH: usize = 500;

/// What became of words that were to be shown.
#[derive(Clone, Debug, Default)]
pub struct ShownAgain {
    /// They are shown.
    pub shown: Vec<WishId>,
    /// They wait on, since they hold a word that is not wanted.
    pub waiting: Vec<WishId>,
}

/// Shows those of these words that are withheld for this reason, many at once. Nobody has looked at each of them: where one
/// holds a word that is not wanted, it waits on for that. The rows that they touch are held.
pub fn show_withheld(
    conn: &mut Conn,
    site: SiteId,
    ids: &[WishId],
    reason: Withheld,
    now: Timestamp,
) -> Result<ShownAgain> {
    let unwanted = find_unwanted(conn, site)?;
    let mut done = ShownAgain::default();
    for some in ids.chunks(BATCH) {
        let withheld: Vec<(WishId, String, String, bool)> = wishes::table
            .inner_join(people::table)
            .filter(wishes::id.eq_any(some.to_vec()))
            .filter(wishes::withheld.eq(Some(reason)))
            .select((wishes::id, wishes::message, people::name, wishes::by_visitor))
            .load(conn)?;
        let (mut waiting, mut shown) = (Vec::new(), Vec::new());
        for (id, message, name, by_visitor) in withheld {
            let is_unwanted =
                unwanted.first_in(&message).is_some() || (by_visitor && unwanted.first_in(&name).is_some());
            if is_unwanted { waiting.push(id) } else { shown.push(id) }
        }
        for (those, becomes, kept) in [(&waiting, Some(Withheld::Words), None), (&shown, None, Some(now))] {
            let rows = wishes::table.filter(wishes::id.eq_any(those.clone())).filter(wishes::withheld.eq(Some(reason)));
            diesel::update(rows).set((wishes::withheld.eq(becomes), wishes::kept_at.eq(kept))).execute(conn)?;
        }
        done.shown.extend(shown);
        done.waiting.extend(waiting);
    }
    Ok(done)
}
