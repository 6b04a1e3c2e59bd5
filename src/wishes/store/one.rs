//! One wish, comment or answer: found through what it is about, changed, hidden, shown again, taken away.

use diesel::prelude::*;

use super::{Decidable, WISH, WishRow, wish};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{PersonId, WishId};
use crate::db::schema::{people, wishes};
use crate::error::{AppError, Result};
use crate::journal::{self, Update};
use crate::photos::{self, Shown};
use crate::sites::{SiteScope, WishAudience};
use crate::text;
use crate::wishes::model::{About, NewWish, Wish, Withheld, may_react, may_see};

/// What words are about, as the viewer has found it.
#[derive(Clone, Debug)]
pub enum Found {
    /// The page.
    Page,
    /// An update.
    Update(Box<Update>),
    /// A photo of an update or an album.
    Photo(Box<Shown>),
}

/// One wish, comment or answer that is not withheld, if it exists for the viewer: what is for few only for them.
pub fn get_wish(conn: &mut Conn, scope: &SiteScope, id: WishId) -> Result<Wish> {
    let (wish, _) = load(conn, scope, id, may_react)?;
    Ok(wish)
}

/// One that this viewer sees, who has perhaps written it, or organizes the page, with what it is about.
pub fn get_words(conn: &mut Conn, scope: &SiteScope, id: WishId) -> Result<(Wish, Found)> {
    load(conn, scope, id, may_see)
}

/// Always through what it is about, and an answer through what it answers.
fn load(
    conn: &mut Conn,
    scope: &SiteScope,
    id: WishId,
    may_see: fn(&SiteScope, &Wish) -> bool,
) -> Result<(Wish, Found)> {
    let row: Option<WishRow> = wishes::table
        .inner_join(people::table)
        .filter(wishes::id.eq(id))
        .filter(wishes::site_id.eq(scope.site.id))
        .select(WISH)
        .get_result(conn)
        .optional()?;
    let found = row.map(wish).filter(|wish| may_see(scope, wish)).ok_or(AppError::NotFound)?;
    if let Some(answered) = found.answers_id {
        let (_, about) = load(conn, scope, answered, may_see)?;
        return Ok((found, about));
    }
    let about = match found.about() {
        About::Page => Found::Page,
        About::Update(update) => Found::Update(Box::new(journal::get_update(conn, scope, update)?)),
        About::Photo(photo) => Found::Photo(Box::new(photos::get_shown(conn, scope, photo)?)),
    };
    Ok((found, about))
}

/// Takes the rows that a change to what was said there will touch, in the order of every write: the update's, which takes the
/// page's with it, or the page's.
pub fn hold_place(conn: &mut Conn, scope: &SiteScope, about: About) -> Result<()> {
    match about {
        About::Update(update) => journal::hold_update(conn, update).map(|_| ()),
        About::Page | About::Photo(_) => photos::hold_site(conn, scope.site.id),
    }
}

/// The words as they were written. The place must be held where they are to be changed.
pub fn get_message(conn: &mut Conn, wish: &Wish) -> Result<String> {
    Ok(wishes::table.find(wish.id).select(wishes::message).get_result(conn)?)
}

/// Changes words. What an organizer has decided about those before says nothing of these; where these are not to be shown at once,
/// nobody sees them until an organizer has decided.
pub fn update_message(conn: &mut Conn, wish: &Wish, new: &NewWish, now: Timestamp) -> Result<()> {
    diesel::update(wishes::table.find(wish.id))
        .set((
            wishes::message.eq(&new.message),
            wishes::message_html.eq(&new.message_html),
            wishes::language.eq(new.language.as_ref().map(text::Tag::as_str)),
            wishes::kept_at.eq(None::<Timestamp>),
            wishes::edited_at.eq(Some(now)),
        ))
        .execute(conn)?;
    if new.withheld.is_some() {
        diesel::update(wishes::table.find(wish.id).filter(wishes::withheld.is_null()))
            .set(wishes::withheld.eq(new.withheld))
            .execute(conn)?;
    }
    Ok(())
}

/// What stands beside shown words is not wanted any more: nobody sees them until an organizer has decided. `false` where they
/// were withheld already.
pub fn withhold_for_words(conn: &mut Conn, id: WishId) -> Result<bool> {
    let withheld = diesel::update(wishes::table.find(id).filter(wishes::withheld.is_null()))
        .set((wishes::withheld.eq(Some(Withheld::Words)), wishes::kept_at.eq(None::<Timestamp>)))
        .execute(conn)?;
    Ok(withheld == 1)
}

/// Hides words: nobody but organizers sees them. `false` where they were hidden already.
pub fn hide_wish(conn: &mut Conn, id: WishId) -> Result<bool> {
    let others = wishes::withheld.is_null().or(wishes::withheld.assume_not_null().ne(Withheld::Hidden));
    let hidden = diesel::update(wishes::table.find(id).filter(others))
        .set(wishes::withheld.eq(Some(Withheld::Hidden)))
        .execute(conn)?;
    Ok(hidden == 1)
}

/// Everybody for whom they are sees them from now on; whether they were hidden until now. An organizer has looked at them and
/// wants them here: neither a report nor the end of a flood takes them away after that.
pub fn show_wish(conn: &mut Conn, it: &Decidable, now: Timestamp) -> Result<bool> {
    let row = wishes::table.find(it.id);
    diesel::update(row).set(wishes::kept_at.eq(Some(now))).execute(conn)?;
    // Of two who decide at once, one has shown them.
    let shown = diesel::update(row.filter(wishes::withheld.eq(it.withheld)).filter(wishes::withheld.is_not_null()))
        .set(wishes::withheld.eq(None::<Withheld>))
        .execute(conn)?;
    Ok(shown == 1)
}

/// Takes words away for good, with what answers them. `false` where they were gone already. Their place must be held.
pub fn delete_wish(conn: &mut Conn, id: WishId) -> Result<bool> {
    Ok(diesel::delete(wishes::table.find(id)).execute(conn)? == 1)
}

/// Whom words concern besides organizers: who wrote what they answer, and the person where they are for their eyes. In loving
/// memory, nobody reads those to them.
pub fn list_concerned(conn: &mut Conn, scope: &SiteScope, id: WishId) -> Result<Vec<PersonId>> {
    type Row = (PersonId, WishAudience, Option<WishId>);
    let row: Row =
        wishes::table.find(id).select((wishes::author_id, wishes::audience, wishes::answers_id)).get_result(conn)?;
    let (author, audience, answers) = row;
    let concerned: Option<PersonId> = match answers {
        Some(answered) => wishes::table.find(answered).select(wishes::author_id).get_result(conn).optional()?,
        None => scope.site.about.filter(|_| audience == WishAudience::Person && !scope.site.is_memorial()),
    };
    Ok(concerned.into_iter().filter(|it| *it != author).collect())
}

/// How many answers to words others than their writer have written: all of them for organizers, or those that are shown.
pub fn count_answers_of_others(conn: &mut Conn, scope: &SiteScope, wish: &Wish) -> Result<i64> {
    let all =
        wishes::table.filter(wishes::answers_id.eq(wish.id)).filter(wishes::author_id.ne(wish.author_id)).into_boxed();
    let all = if scope.access.may_organize() { all } else { all.filter(super::shown()) };
    Ok(all.count().get_result(conn)?)
}
