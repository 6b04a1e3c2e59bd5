//! Hiding what somebody wrote, and showing it again.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::ids::{PersonId, SiteId, UpdateId};
use crate::db::schema::{notices, reactions, wishes};
use crate::error::Result;
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

/// Nobody sees any more what somebody left on a page, and no mail tells of it; their hearts are taken back.
pub fn hide_words_of(conn: &mut Conn, site: SiteId, person: PersonId) -> Result<()> {
    let theirs = wishes::table.filter(wishes::site_id.eq(site)).filter(wishes::author_id.eq(person));
    diesel::delete(notices::table.filter(notices::wish_id.eq_any(theirs.select(wishes::id.nullable()))))
        .execute(conn)?;
    let others = wishes::withheld.is_null().or(wishes::withheld.assume_not_null().ne(Withheld::Hidden));
    diesel::update(theirs.filter(others)).set(wishes::withheld.eq(Some(Withheld::Blocked))).execute(conn)?;
    diesel::delete(reactions::table.filter(reactions::site_id.eq(site)).filter(reactions::person_id.eq(person)))
        .execute(conn)?;
    Ok(())
}

/// Everybody sees again what was hidden when its writer was blocked.
pub fn show_words_of(conn: &mut Conn, site: SiteId, person: PersonId) -> Result<()> {
    let theirs = wishes::table.filter(wishes::site_id.eq(site)).filter(wishes::author_id.eq(person));
    diesel::update(theirs.filter(wishes::withheld.eq(Some(Withheld::Blocked))))
        .set(wishes::withheld.eq(None::<Withheld>))
        .execute(conn)?;
    Ok(())
}
