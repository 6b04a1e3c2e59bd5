//! The letters themselves.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::{Handwritten, Piece, both};
use crate::db::ids::{LetterId, PersonId, SiteId};
use crate::db::schema::incoming_letters;
use crate::db::schema::jobs as queue;
use crate::error::{AppError, Result};
use crate::incoming::model::{Address, Answered, BYTES_KEPT_FOR, KEPT_FOR, Letter, LetterState, To};
use crate::jobs::{self, JobState, Kind, NewJob};

/// A letter to keep.
pub struct NewLetter<'a> {
    pub to: To,
    pub person_id: Option<PersonId>,
    pub digest: [u8; 32],
    pub has_sender: bool,
    pub raw: &'a [u8],
}

/// Keeps a letter with the job that reads it; nothing where the same letter was kept before.
pub fn insert_letter(conn: &mut Conn, new: &NewLetter<'_>, now: Timestamp) -> Result<()> {
    let id = LetterId::generate();
    let insert = diesel::insert_into(incoming_letters::table)
        .values((
            incoming_letters::id.eq(id),
            incoming_letters::address.eq(new.to.address),
            incoming_letters::key_id.eq(new.to.key_id),
            incoming_letters::site_id.eq(new.to.site_id),
            incoming_letters::person_id.eq(new.person_id),
            incoming_letters::digest.eq(new.digest.as_slice()),
            incoming_letters::has_sender.eq(new.has_sender),
            incoming_letters::state.eq(LetterState::Waiting),
            incoming_letters::raw.eq(Some(new.raw)),
            incoming_letters::received_at.eq(now),
        ))
        .on_conflict_do_nothing();
    if both(insert).execute(conn)? == 0 {
        return Ok(());
    }
    let about = NewJob { detail: Some(id.to_string()), ..NewJob::default() };
    jobs::enqueue(conn, Kind::Incoming, about, now)
}

/// A letter without its bytes, if it is still there.
pub fn find_letter(conn: &mut Conn, id: LetterId) -> Result<Option<Letter>> {
    type Row =
        ((Address, Option<i64>, Option<SiteId>), (Vec<u8>, bool), (LetterState, Option<String>, Option<Vec<u8>>));
    let row: Option<Row> = incoming_letters::table
        .find(id)
        .select((
            (incoming_letters::address, incoming_letters::key_id, incoming_letters::site_id),
            (incoming_letters::digest, incoming_letters::has_sender),
            (incoming_letters::state, incoming_letters::outcome, incoming_letters::became_id),
        ))
        .get_result(conn)
        .optional()?;
    let Some(((address, key_id, site_id), (digest, has_sender), (state, outcome, became_id))) = row else {
        return Ok(None);
    };
    let digest: [u8; 32] = digest.try_into().map_err(|_| AppError::internal("a digest of another length"))?;
    let to = To { address, key_id, site_id };
    Ok(Some(Letter { id, to, digest, has_sender, state, outcome, became_id, message_id: None }))
}

/// The bytes of a letter, for as long as they are kept. Up to 25 MB: not for a transaction that others wait for.
pub fn find_raw(conn: &mut Conn, id: LetterId) -> Result<Option<Vec<u8>>> {
    let raw: Option<Option<Vec<u8>>> =
        incoming_letters::table.find(id).select(incoming_letters::raw).get_result(conn).optional()?;
    Ok(raw.flatten())
}

/// How many bytes of letters are kept, of at most so many letters, and of how many.
pub fn count_raw(conn: &mut Conn, most: i32) -> Result<(i64, i64)> {
    let pieces = vec![
        Piece::Sql(
            "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM \
             (SELECT LENGTH(raw) AS size FROM incoming_letters WHERE raw IS NOT NULL LIMIT ",
        ),
        Piece::Number(most),
        Piece::Sql(") AS kept"),
    ];
    Ok(Handwritten::<(BigInt, BigInt)>::new(pieces).get_result(conn)?)
}

/// Whether a letter waits to be read. Of two who read it at once, the second waits here, and finds that it does not.
pub fn hold_waiting(conn: &mut Conn, id: LetterId) -> Result<bool> {
    let waiting = incoming_letters::table.find(id).filter(incoming_letters::state.eq(LetterState::Waiting));
    let held = diesel::update(waiting).set(incoming_letters::state.eq(LetterState::Waiting)).execute(conn)?;
    Ok(held == 1)
}

/// Writes down what became of a letter. Its bytes go, unless a mail is still to be made of them.
pub fn settle_letter(
    conn: &mut Conn,
    id: LetterId,
    state: LetterState,
    outcome: &str,
    became: Option<&[u8; 16]>,
) -> Result<()> {
    diesel::update(incoming_letters::table.find(id))
        .set((
            incoming_letters::state.eq(state),
            incoming_letters::outcome.eq(Some(outcome)),
            incoming_letters::became_id.eq(became.map(|id| id.as_slice())),
        ))
        .execute(conn)?;
    if state == LetterState::Answered { Ok(()) } else { forget_raw(conn, id) }
}

/// Whom a letter turned out to be from.
pub fn update_letter_person(conn: &mut Conn, id: LetterId, person: PersonId) -> Result<()> {
    diesel::update(incoming_letters::table.find(id)).set(incoming_letters::person_id.eq(Some(person))).execute(conn)?;
    Ok(())
}

/// Nobody needs the bytes of a letter any more.
pub fn forget_raw(conn: &mut Conn, id: LetterId) -> Result<()> {
    diesel::update(incoming_letters::table.find(id)).set(incoming_letters::raw.eq(None::<Vec<u8>>)).execute(conn)?;
    Ok(())
}

/// Deletes what is left of letters whose time is over. Until then the row knows a letter that comes once more.
pub fn purge(conn: &mut Conn, now: Timestamp) -> Result<()> {
    diesel::delete(incoming_letters::table.filter(incoming_letters::received_at.lt(now - KEPT_FOR))).execute(conn)?;
    forget_what_is_left(conn, now)
}

/// The bytes of letters that nobody will do anything with any more, whatever became of their job. What still has one to come is
/// kept: the process may have stood still for a week, and mail may be paused.
fn forget_what_is_left(conn: &mut Conn, now: Timestamp) -> Result<()> {
    let old: Vec<(LetterId, LetterState)> = incoming_letters::table
        .filter(incoming_letters::raw.is_not_null())
        .filter(incoming_letters::received_at.lt(now - BYTES_KEPT_FOR))
        .select((incoming_letters::id, incoming_letters::state))
        .load(conn)?;
    if old.is_empty() {
        return Ok(());
    }
    let to_come: Vec<Option<String>> = queue::table
        .filter(queue::state.eq(JobState::Queued))
        .filter(queue::kind.eq_any([Kind::Incoming, Kind::ReplyNotUsed]))
        .select(queue::detail)
        .load(conn)?;
    let of = |detail: String| Answered::parse(&detail).map(|it| it.letter);
    let to_come: HashSet<LetterId> = to_come.into_iter().flatten().filter_map(of).collect();
    for (id, state) in old.into_iter().filter(|(id, _)| !to_come.contains(id)) {
        if state == LetterState::Waiting {
            tracing::error!(letter = %id, "a letter could not be read in all these days, and is given up");
            settle_letter(conn, id, LetterState::Dropped, "it could not be read", None)?;
        } else {
            forget_raw(conn, id)?;
        }
    }
    Ok(())
}

/// Deletes every letter that seems to be from somebody, or about them.
pub fn delete_letters_of(conn: &mut Conn, person: PersonId) -> Result<()> {
    diesel::delete(incoming_letters::table.filter(incoming_letters::person_id.eq(Some(person)))).execute(conn)?;
    Ok(())
}
