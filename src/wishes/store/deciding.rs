//! Words about which those who may decide do: what there is to know of them, and what goes with a decision.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::ids::{MemberId, PersonId, PhotoId, UpdateId, WishId};
use crate::db::schema::{members, notices, people, reports, wishes};
use crate::error::Result;
use crate::sites::SiteScope;
use crate::wishes::calm::{Decision, Seen};
use crate::wishes::model::{About, Withheld};

/// Words about which an organizer decides.
#[derive(Clone, Copy, Debug)]
pub struct Decidable {
    pub id: WishId,
    pub about: About,
    pub is_answer: bool,
    pub author_id: PersonId,
    pub withheld: Option<Withheld>,
}

/// Those of these words that are on the page in scope. What its writer has not confirmed is nobody's to decide about; what was
/// hidden with its writer comes back with them, and can only be removed.
pub fn list_decidable(
    conn: &mut Conn,
    scope: &SiteScope,
    ids: &[WishId],
    decision: Decision,
) -> Result<Vec<Decidable>> {
    let others = match decision {
        Decision::Show | Decision::Hide => vec![Withheld::Unconfirmed, Withheld::Blocked],
        Decision::Remove => vec![Withheld::Unconfirmed],
    };
    type Row = ((WishId, Option<UpdateId>, Option<PhotoId>, Option<WishId>), PersonId, Option<Withheld>);
    let rows: Vec<Row> = wishes::table
        .filter(wishes::site_id.eq(scope.site.id))
        .filter(wishes::id.eq_any(ids.to_vec()))
        .filter(wishes::withheld.is_null().or(wishes::withheld.assume_not_null().ne_all(others)))
        .order(wishes::id)
        .select((
            (wishes::id, wishes::update_id, wishes::photo_id, wishes::answers_id),
            wishes::author_id,
            wishes::withheld,
        ))
        .load(conn)?;
    let one = |((id, update, photo, answers), author_id, withheld): Row| Decidable {
        id,
        about: About::of(update, photo),
        is_answer: answers.is_some(),
        author_id,
        withheld,
    };
    Ok(rows.into_iter().map(one).collect())
}

/// Those of these words that say something else by now than whoever decides has seen. Their places must be held.
pub fn list_changed(conn: &mut Conn, scope: &SiteScope, seen: &[Seen]) -> Result<Vec<WishId>> {
    let ids: Vec<WishId> = seen.iter().filter(|it| it.is_of_words()).map(|it| it.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(WishId, String)> = wishes::table
        .filter(wishes::site_id.eq(scope.site.id))
        .filter(wishes::id.eq_any(ids))
        .select((wishes::id, wishes::message))
        .load(conn)?;
    let is_seen = |id: WishId, message: &str| seen.iter().any(|it| it.id == id && it.is_of(message));
    Ok(rows.into_iter().filter(|(id, message)| !is_seen(*id, message)).map(|(id, _)| id).collect())
}

/// Somebody has decided, and no report waits any more.
pub fn settle_reports(conn: &mut Conn, ids: &[WishId]) -> Result<()> {
    diesel::delete(reports::table.filter(reports::wish_id.eq_any(ids.to_vec()))).execute(conn)?;
    Ok(())
}

/// No mail tells of these words any more.
pub fn delete_notices_of(conn: &mut Conn, ids: Vec<WishId>) -> Result<()> {
    let told: Vec<Option<WishId>> = ids.into_iter().map(Some).collect();
    diesel::delete(notices::table.filter(notices::wish_id.eq_any(told))).execute(conn)?;
    Ok(())
}

/// The same of what answers them.
pub fn delete_notices_of_answers(conn: &mut Conn, ids: &[WishId]) -> Result<()> {
    let answers: Vec<WishId> =
        wishes::table.filter(wishes::answers_id.eq_any(ids.to_vec())).select(wishes::id).load(conn)?;
    delete_notices_of(conn, answers)
}

/// What whoever has reported words is called, if that is known, and why they did, if they said so.
pub type ReportedBy = (Option<String>, Option<String>);

/// Who has reported what, and why, oldest first.
pub fn list_reports(conn: &mut Conn, ids: &[WishId]) -> Result<HashMap<WishId, Vec<ReportedBy>>> {
    let rows: Vec<(WishId, Option<String>, Option<String>)> = reports::table
        .left_join(people::table)
        .filter(reports::wish_id.eq_any(ids.to_vec()))
        .order(reports::id)
        .select((reports::wish_id, people::name.nullable(), reports::reason))
        .load(conn)?;
    let mut found: HashMap<WishId, Vec<ReportedBy>> = HashMap::new();
    for (wish, name, reason) in rows {
        found.entry(wish).or_default().push((name, reason));
    }
    Ok(found)
}

/// Whoever wrote words on the page in scope, withheld or not, and their membership, if they have one. Whose words are that
/// nobody has confirmed, nobody knows.
pub fn find_writer_of(conn: &mut Conn, scope: &SiteScope, id: WishId) -> Result<Option<(PersonId, Option<MemberId>)>> {
    Ok(wishes::table
        .left_join(
            members::table.on(members::site_id.eq(wishes::site_id).and(members::person_id.eq(wishes::author_id))),
        )
        .filter(wishes::id.eq(id))
        .filter(wishes::site_id.eq(scope.site.id))
        .filter(wishes::withheld.is_null().or(wishes::withheld.assume_not_null().ne(Withheld::Unconfirmed)))
        .select((wishes::author_id, members::id.nullable()))
        .get_result(conn)
        .optional()?)
}
