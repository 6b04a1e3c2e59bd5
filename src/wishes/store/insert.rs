//! Adding words, once.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::dialect::both;
use crate::db::ids::{PhotoId, SubmissionKey, UpdateId, WishId};
use crate::db::schema::wishes;
use crate::db::{Conn, unless_removed};
use crate::error::Result;
use crate::sites::SiteScope;
use crate::text;
use crate::wishes::model::{NewWish, Place};

/// Adds a wish, a comment or an answer; `None` when this very form was sent before with the same words, also after others.
pub fn insert_wish(
    conn: &mut Conn,
    scope: &SiteScope,
    place: &Place,
    new: &NewWish,
    now: Timestamp,
) -> Result<Option<WishId>> {
    if let Some(id) = try_insert_wish(conn, scope, place, new, new.submission, now)? {
        return Ok(Some(id));
    }
    type Row = (Option<UpdateId>, Option<PhotoId>, Option<WishId>);
    let same: Option<Row> = wishes::table
        .filter(wishes::site_id.eq(scope.site.id))
        .filter(wishes::submission_key.eq(new.submission))
        .filter(wishes::author_id.eq(scope.actor()?))
        .filter(wishes::message.eq(&new.message))
        .filter(wishes::audience.eq(new.audience))
        .select((wishes::update_id, wishes::photo_id, wishes::answers_id))
        .get_result(conn)
        .optional()?;
    if same == Some(columns(place)) {
        return Ok(None);
    }
    // Whoever went back and wrote something else has said that as well, once however often it is sent.
    let what = format!("{} {place:?} {}\n{}", scope.actor()?, new.audience.as_str(), new.message);
    try_insert_wish(conn, scope, place, new, new.submission.map(|key| key.of_other(&what)), now)
}

fn columns(place: &Place) -> (Option<UpdateId>, Option<PhotoId>, Option<WishId>) {
    (place.about.update(), place.about.photo(), place.answers)
}

fn try_insert_wish(
    conn: &mut Conn,
    scope: &SiteScope,
    place: &Place,
    new: &NewWish,
    submission: Option<SubmissionKey>,
    now: Timestamp,
) -> Result<Option<WishId>> {
    let id = WishId::generate();
    let (update, photo, answers) = columns(place);
    let insert = diesel::insert_into(wishes::table)
        .values((
            wishes::id.eq(id),
            wishes::site_id.eq(scope.site.id),
            wishes::update_id.eq(update),
            wishes::photo_id.eq(photo),
            wishes::answers_id.eq(answers),
            wishes::author_id.eq(scope.actor()?),
            wishes::message.eq(&new.message),
            wishes::message_html.eq(&new.message_html),
            wishes::audience.eq(new.audience),
            wishes::language.eq(new.language.as_ref().map(text::Tag::as_str)),
            wishes::submission_key.eq(submission),
            wishes::withheld.eq(new.withheld),
            wishes::created_at.eq(now),
        ))
        .on_conflict_do_nothing();
    Ok((both(insert).execute(conn).map_err(unless_removed)? == 1).then_some(id))
}
