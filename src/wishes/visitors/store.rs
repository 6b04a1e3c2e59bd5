//! What visitors have left. Until it is confirmed it is found by nothing else than this.

use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use sha2::{Digest, Sha256};

use super::model::{FLOOD_WITHIN, Flood, KEPT_FOR, NewVisit, Words, first_name};
use crate::accounts;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::both;
use crate::db::ids::{PersonId, PhotoId, SiteId, SubmissionKey, TokenHash, UpdateId, WishId};
use crate::db::schema::{people, refusals, visits, wishes};
use crate::error::{AppError, Result};
use crate::mail::EmailAddress;
use crate::photos;
use crate::sites::{Privacy, SiteScope};
use crate::text;
use crate::wishes::model::{About, Withheld};
use crate::wishes::store::delete_wish;

/// Keeps what a visitor has left, withheld; `None` when this very form was sent before with the same words.
pub fn insert(
    conn: &mut Conn,
    scope: &SiteScope,
    author: PersonId,
    about: About,
    new: &NewVisit,
    now: Timestamp,
) -> Result<Option<WishId>> {
    let id = match try_insert(conn, scope, author, about, new, new.submission, now)? {
        Some(id) => Some(id),
        None => {
            let same = wishes::table
                .filter(wishes::site_id.eq(scope.site.id))
                .filter(wishes::submission_key.eq(new.submission))
                .filter(wishes::author_id.eq(author))
                .filter(wishes::message.eq(&new.message))
                .select((wishes::update_id, wishes::photo_id))
                .first::<(Option<UpdateId>, Option<PhotoId>)>(conn)
                .optional()?;
            if same == Some((about.update(), about.photo())) {
                return Ok(None);
            }
            // Other words than came with this form before, once however often they are sent.
            let what = format!("{author} {about:?}\n{}", new.message);
            try_insert(conn, scope, author, about, new, new.submission.map(|key| key.of_other(&what)), now)?
        }
    };
    let Some(id) = id else { return Ok(None) };
    let insert = diesel::insert_into(visits::table).values((
        visits::wish_id.eq(id),
        visits::site_id.eq(scope.site.id),
        visits::name.eq(&new.name),
        visits::follows.eq(new.follows),
        visits::link_hash.eq(scope.site.link.filter(|_| scope.site.privacy == Privacy::Link)),
        visits::created_at.eq(now),
    ));
    insert.execute(conn)?;
    Ok(Some(id))
}

fn try_insert(
    conn: &mut Conn,
    scope: &SiteScope,
    author: PersonId,
    about: About,
    new: &NewVisit,
    submission: Option<SubmissionKey>,
    now: Timestamp,
) -> Result<Option<WishId>> {
    let id = WishId::generate();
    let insert = diesel::insert_into(wishes::table)
        .values((
            wishes::id.eq(id),
            wishes::site_id.eq(scope.site.id),
            wishes::update_id.eq(about.update()),
            wishes::photo_id.eq(about.photo()),
            wishes::author_id.eq(author),
            wishes::message.eq(&new.message),
            wishes::message_html.eq(&new.message_html),
            wishes::language.eq(new.language.as_ref().map(text::Tag::as_str)),
            wishes::submission_key.eq(submission),
            wishes::withheld.eq(Some(Withheld::Unconfirmed)),
            wishes::by_visitor.eq(true),
            wishes::created_at.eq(now),
        ))
        .on_conflict_do_nothing();
    Ok((both(insert).execute(conn)? == 1).then_some(id))
}

type Author = (PersonId, String, String, Option<Timestamp>);
type Visit = (String, bool, Option<TokenHash>, Option<Timestamp>);

/// What a visitor has left.
pub fn find_words(conn: &mut Conn, id: WishId) -> Result<Option<Words>> {
    type Row = ((SiteId, Option<UpdateId>, Option<PhotoId>), Option<Withheld>, String, String, Author, Visit);
    let row: Option<Row> = wishes::table
        .inner_join(people::table)
        .inner_join(visits::table)
        .filter(wishes::id.eq(id))
        .select((
            (wishes::site_id, wishes::update_id, wishes::photo_id),
            wishes::withheld,
            wishes::message,
            wishes::message_html,
            (people::id, people::name, people::email, people::email_verified_at),
            (visits::name, visits::follows, visits::link_hash, visits::confirmed_at),
        ))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|((site_id, update, photo), withheld, message, message_html, author, visit)| {
        let (author_id, known_as, email, verified_at) = author;
        let (name, follows, link, confirmed_at) = visit;
        // What somebody calls themselves who has confirmed an address before is not for a form to change.
        let author = if verified_at.is_some() || name.is_empty() { known_as } else { name };
        Words {
            id,
            site_id,
            about: About::of(update, photo),
            author_id,
            author,
            email,
            message,
            message_html,
            follows,
            link,
            confirmed_at,
            withheld,
        }
    }))
}

/// Writes down that the address was theirs. Of two who do this at once, one has done it.
pub fn confirm(conn: &mut Conn, id: WishId, now: Timestamp) -> Result<bool> {
    let open = visits::table.find(id).filter(visits::confirmed_at.is_null());
    let confirmed =
        diesel::update(open).set((visits::confirmed_at.eq(Some(now)), visits::name.eq(""))).execute(conn)?;
    Ok(confirmed == 1)
}

/// They are shown now, or withheld for another reason.
pub fn release(conn: &mut Conn, id: WishId, withheld: Option<Withheld>, by_visitor: bool) -> Result<()> {
    diesel::update(wishes::table.find(id).filter(wishes::withheld.eq(Some(Withheld::Unconfirmed))))
        .set((wishes::withheld.eq(withheld), wishes::by_visitor.eq(by_visitor)))
        .execute(conn)?;
    Ok(())
}

/// How many visitors have confirmed words on a page since then that anybody sees or could come to see. Whoever is shut out
/// or was hidden counts for nothing: with words that nobody sees they could have everybody else's held.
pub fn count_confirmed(conn: &mut Conn, site: SiteId, since: Timestamp) -> Result<i64> {
    let unseen = vec![Withheld::Blocked, Withheld::Hidden];
    Ok(visits::table
        .inner_join(wishes::table)
        .filter(visits::site_id.eq(site))
        .filter(visits::confirmed_at.gt(since))
        .filter(wishes::withheld.is_null().or(wishes::withheld.assume_not_null().ne_all(unseen)))
        .select(sql::<BigInt>("COUNT(DISTINCT wishes.author_id)"))
        .get_result(conn)?)
}

fn hash_of(address: &EmailAddress) -> TokenHash {
    TokenHash(Sha256::digest(address.mailbox().as_bytes()).into())
}

/// From now on, the owner of this address is not asked about words that others leave with it.
pub fn insert_refusal(conn: &mut Conn, address: &EmailAddress, now: Timestamp) -> Result<()> {
    let insert = diesel::insert_into(refusals::table)
        .values((refusals::address_hash.eq(hash_of(address)), refusals::created_at.eq(now)))
        .on_conflict_do_nothing();
    both(insert).execute(conn)?;
    Ok(())
}

/// Whether they do not want to be asked.
pub fn has_refused(conn: &mut Conn, address: &EmailAddress) -> Result<bool> {
    let refusal = refusals::table.filter(refusals::address_hash.eq(hash_of(address)));
    Ok(diesel::select(exists(refusal)).get_result(conn)?)
}

/// Throws away what nobody has confirmed in time, and whoever is nowhere here then; some at a time.
pub fn purge(conn: &mut Conn, now: Timestamp) -> Result<()> {
    let mut late: Vec<(SiteId, WishId, PersonId)> = visits::table
        .inner_join(wishes::table)
        .filter(visits::confirmed_at.is_null())
        .filter(visits::created_at.lt(now - KEPT_FOR))
        .order(visits::created_at)
        .limit(1_000)
        .select((wishes::site_id, wishes::id, wishes::author_id))
        .load(conn)?;
    // Pages in the order in which everybody takes several of them, and each before its words.
    late.sort();
    for (site, id, author) in late {
        photos::hold_site(conn, site)?;
        delete_wish(conn, id)?;
        accounts::forget_unknown(conn, author)?;
    }
    Ok(())
}

/// What was left with somebody's address and never confirmed is not theirs to keep.
pub fn delete_unconfirmed_of(conn: &mut Conn, author: PersonId) -> Result<()> {
    let unconfirmed =
        wishes::table.filter(wishes::author_id.eq(author)).filter(wishes::withheld.eq(Some(Withheld::Unconfirmed)));
    diesel::delete(unconfirmed).execute(conn)?;
    Ok(())
}

/// How many of somebody's words are on a page, shown or not.
pub fn count_words_of(conn: &mut Conn, site: SiteId, author: PersonId) -> Result<i64> {
    Ok(wishes::table
        .filter(wishes::site_id.eq(site))
        .filter(wishes::author_id.eq(author))
        .filter(wishes::withheld.is_null().or(wishes::withheld.ne(Some(Withheld::Unconfirmed))))
        .count()
        .get_result(conn)?)
}

/// Who has left words on the page in scope, for its organizers: the person, their name, and their address.
pub fn get_author(conn: &mut Conn, scope: &SiteScope, id: WishId) -> Result<(PersonId, String, String)> {
    let author: Option<(PersonId, String, String)> = wishes::table
        .inner_join(people::table)
        .filter(wishes::id.eq(id))
        .filter(wishes::site_id.eq(scope.site.id))
        .filter(wishes::withheld.is_null().or(wishes::withheld.ne(Some(Withheld::Unconfirmed))))
        .select((people::id, people::name, people::email))
        .get_result(conn)
        .optional()?;
    author.ok_or(AppError::NotFound)
}

/// Whether something is held of a flood already, besides these words.
pub fn is_flooded(conn: &mut Conn, site: SiteId, but: WishId) -> Result<bool> {
    let held = wishes::table
        .filter(wishes::site_id.eq(site))
        .filter(wishes::withheld.eq(Some(Withheld::Flood)))
        .filter(wishes::id.ne(but));
    Ok(diesel::select(exists(held)).get_result(conn)?)
}

/// How many stand by their names on the page about a flood.
const SOME: i64 = 12;

/// How much of each is shown there.
const BEGINNING: usize = 120;

/// What is held of a flood; what came before it as it had come until a moment.
pub fn get_flood(conn: &mut Conn, site: SiteId, until: Timestamp) -> Result<Flood> {
    let held = || wishes::table.filter(wishes::site_id.eq(site)).filter(wishes::withheld.eq(Some(Withheld::Flood)));
    let count = held().count().get_result(conn)?;
    let some: Vec<(String, String)> = held()
        .inner_join(people::table)
        .order(wishes::id)
        .limit(SOME)
        .select((people::name, wishes::message))
        .load(conn)?;
    let some = some.into_iter().map(|(name, words)| (first_name(&name), text::excerpt(&words, BEGINNING))).collect();
    let before = i64::try_from(list_before_flood(conn, site, until)?.len()).unwrap_or(i64::MAX);
    Ok(Flood { count, before, some })
}

/// What visitors wrote just before a flood was noticed, and is shown: most likely the beginning of it. What an organizer has
/// looked at and shown is none of it, and neither is what had not come when they looked.
pub fn list_before_flood(conn: &mut Conn, site: SiteId, until: Timestamp) -> Result<Vec<(WishId, Option<UpdateId>)>> {
    let theirs = || visits::table.inner_join(wishes::table).filter(visits::site_id.eq(site));
    let began: Option<Option<Timestamp>> = theirs()
        .filter(wishes::withheld.eq(Some(Withheld::Flood)))
        .order(visits::confirmed_at)
        .select(visits::confirmed_at)
        .first(conn)
        .optional()?;
    let Some(began) = began.flatten() else { return Ok(Vec::new()) };
    Ok(theirs()
        .filter(wishes::withheld.is_null())
        .filter(wishes::kept_at.is_null())
        .filter(wishes::by_visitor)
        .filter(visits::confirmed_at.gt(began - FLOOD_WITHIN))
        .filter(visits::confirmed_at.le(began.min(until)))
        .order(wishes::id)
        .select((wishes::id, wishes::update_id))
        .load(conn)?)
}

/// What of it had come by then, each with the update that it is about.
pub fn list_flood(conn: &mut Conn, site: SiteId, until: Timestamp) -> Result<Vec<(WishId, Option<UpdateId>)>> {
    Ok(wishes::table
        .inner_join(visits::table)
        .filter(wishes::site_id.eq(site))
        .filter(wishes::withheld.eq(Some(Withheld::Flood)))
        .filter(visits::confirmed_at.le(until))
        .order(wishes::id)
        .select((wishes::id, wishes::update_id))
        .load(conn)?)
}

/// How many rows one statement names.
const BATCH: usize = 500;

/// Throws a flood away; how many words that were.
pub fn delete_flood(conn: &mut Conn, all: &[WishId]) -> Result<usize> {
    let mut gone = 0;
    for some in all.chunks(BATCH) {
        gone += diesel::delete(wishes::table.filter(wishes::id.eq_any(some.to_vec()))).execute(conn)?;
    }
    Ok(gone)
}
