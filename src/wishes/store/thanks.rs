//! Thanks: given once, to one, to several or to all who wrote, and each hears of it once.

use diesel::prelude::*;
use diesel::sql_types::{Binary, Nullable, Text};

use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::dialect::{Handwritten, Piece, both};
use crate::db::ids::{MemberId, PersonId, SiteId, ThanksId, WishId};
use crate::db::schema::{jobs, members, people, thanked, thanks};
use crate::db::types::Instant;
use crate::error::Result;
use crate::jobs::{JobState, Kind};
use crate::sites::{Audience, SiteScope};
use crate::wishes::thanks::{NewThanks, ToWhom};

/// How long somebody who gets no mail is told on the page.
const TOLD_FOR: jiff::SignedDuration = jiff::SignedDuration::from_hours(60 * 24);

/// That member `m` wrote something that was shown, and not under something that is not, and was not thanked since; of these words only, where some were chosen.
/// What is for organizers only is known to them alone, and in what goes to all they do not thank each other.
fn push_due(pieces: &mut Vec<Piece>, scope: &SiteScope, to: &ToWhom) {
    pieces.push(Piece::Sql(
        " m.state = 'active' AND EXISTS (SELECT 1 FROM wishes w WHERE w.author_id = m.person_id \
         AND w.site_id = m.site_id AND w.withheld IS NULL \
         AND (w.answers_id IS NULL OR EXISTS \
         (SELECT 1 FROM wishes a WHERE a.id = w.answers_id AND a.withheld IS NULL)) \
         AND NOT EXISTS (SELECT 1 FROM thanked d WHERE d.member_id = m.id AND d.created_at >= w.created_at)",
    ));
    let organizes = scope.access.may_organize();
    if !organizes {
        // Words that the giver may not read are none to thank for.
        pieces.push(Piece::Sql(
            " AND w.audience <> 'organizers' AND w.photo_id IS NULL AND (w.update_id IS NULL OR EXISTS \
             (SELECT 1 FROM updates u WHERE u.id = w.update_id AND u.audience ",
        ));
        let is_close = scope.access.audiences().contains(&Audience::Family);
        pieces.push(Piece::Sql(if is_close { "<> 'organizers'))" } else { "= 'everyone'))" }));
    }
    if let ToWhom::Writers(chosen) = to {
        pieces.push(Piece::Sql(" AND w.id IN ("));
        for (index, id) in chosen.iter().enumerate() {
            pieces.extend([Piece::Sql(if index == 0 { "" } else { ", " }), Piece::Id(*id.as_bytes())]);
        }
        pieces.push(Piece::Sql(")"));
    }
    pieces.push(Piece::Sql(")"));
    if organizes && *to == ToWhom::All {
        pieces.push(Piece::Sql(" AND m.role <> 'organizer'"));
    }
}

/// Whether anybody wrote who was not thanked since.
pub fn is_anybody_due(conn: &mut Conn, scope: &SiteScope) -> Result<bool> {
    let mut pieces = vec![
        Piece::Sql("SELECT m.id FROM members m WHERE m.site_id = "),
        Piece::Id(*scope.site.id.as_bytes()),
        Piece::Sql(" AND m.person_id <> "),
        Piece::Id(*scope.actor()?.as_bytes()),
        Piece::Sql(" AND"),
    ];
    push_due(&mut pieces, scope, &ToWhom::All);
    pieces.push(Piece::Sql(" LIMIT 1"));
    let due: Vec<MemberId> = Handwritten::<Binary>::new(pieces).load(conn)?;
    Ok(!due.is_empty())
}

/// Gives thanks, in one statement for however many they reach, and enqueues the mails in another; to how many, or `None` when
/// this very form was sent before.
pub fn insert_thanks(conn: &mut Conn, scope: &SiteScope, new: &NewThanks, now: Timestamp) -> Result<Option<usize>> {
    let id = ThanksId::generate();
    let insert = diesel::insert_into(thanks::table)
        .values((
            thanks::id.eq(id),
            thanks::site_id.eq(scope.site.id),
            thanks::giver_id.eq(scope.actor()?),
            thanks::message.eq(&new.message),
            thanks::submission_key.eq(new.submission),
            thanks::created_at.eq(now),
        ))
        .on_conflict_do_nothing();
    if both(insert).execute(conn)? == 0 {
        return Ok(None);
    }
    let mut pieces = vec![
        Piece::Sql(
            "INSERT INTO thanked (thanks_id, member_id, by_mail, created_at) \
             SELECT t.id, m.id, m.delivery <> 'none', t.created_at \
             FROM thanks t JOIN members m ON m.site_id = t.site_id AND m.person_id <> t.giver_id WHERE t.id = ",
        ),
        Piece::Id(*id.as_bytes()),
        Piece::Sql(" AND"),
    ];
    push_due(&mut pieces, scope, &new.to);
    let reached = Handwritten::<()>::new(pieces).execute(conn)?;
    if reached == 0 {
        diesel::delete(thanks::table.find(id)).execute(conn)?;
    } else {
        enqueue_mails(conn, id, now)?;
    }
    Ok(Some(reached))
}

fn enqueue_mails(conn: &mut Conn, id: ThanksId, now: Timestamp) -> Result<()> {
    let mails = thanked::table.filter(thanked::thanks_id.eq(id)).filter(thanked::by_mail.eq(true)).select((
        Kind::Thanks.into_sql::<Text>(),
        thanked::member_id.nullable(),
        Some(id.to_string()).into_sql::<Nullable<Text>>(),
        JobState::Queued.into_sql::<Text>(),
        now.into_sql::<Instant>(),
        now.into_sql::<Instant>(),
    ));
    diesel::insert_into(jobs::table)
        .values(mails)
        .into_columns((jobs::kind, jobs::member_id, jobs::detail, jobs::state, jobs::run_at, jobs::created_at))
        .execute(conn)?;
    Ok(())
}

/// Thanks as whoever they reach hears them.
#[derive(Clone, Debug)]
pub struct Thanked {
    pub giver: String,
    pub message: Option<String>,
}

/// The thanks that a mail is to tell a member of, unless they are taken back.
pub fn find_thanked(conn: &mut Conn, id: ThanksId, member: MemberId) -> Result<Option<Thanked>> {
    let row: Option<(String, Option<String>)> = thanked::table
        .inner_join(thanks::table.inner_join(people::table))
        .filter(thanked::thanks_id.eq(id))
        .filter(thanked::member_id.eq(member))
        .filter(thanked::by_mail.eq(true))
        .select((people::name, thanks::message))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(giver, message)| Thanked { giver, message }))
}

/// No mail tells them, so the page does.
pub fn tell_on_page(conn: &mut Conn, id: ThanksId, member: MemberId) -> Result<()> {
    diesel::update(thanked::table.find((id, member))).set(thanked::by_mail.eq(false)).execute(conn)?;
    Ok(())
}

/// The newest thanks that the page tells its viewer of, until they have seen it or it is long ago.
pub fn find_thanks_to_tell(conn: &mut Conn, scope: &SiteScope, now: Timestamp) -> Result<Option<Thanked>> {
    let (Some(member), true) = (scope.member_id, scope.access.is_member()) else { return Ok(None) };
    let row: Option<(String, Option<String>)> = thanked::table
        .inner_join(thanks::table.inner_join(people::table))
        .filter(thanked::member_id.eq(member))
        .filter(thanked::by_mail.eq(false))
        .filter(thanked::seen_at.is_null())
        .filter(thanked::created_at.gt(now - TOLD_FOR))
        .order(thanked::created_at.desc())
        .select((people::name, thanks::message))
        .first(conn)
        .optional()?;
    Ok(row.map(|(giver, message)| Thanked { giver, message }))
}

/// They have seen what they were told on the page.
pub fn thanks_seen(conn: &mut Conn, member: MemberId, now: Timestamp) -> Result<()> {
    diesel::update(thanked::table.filter(thanked::member_id.eq(member)).filter(thanked::seen_at.is_null()))
        .set(thanked::seen_at.eq(Some(now)))
        .execute(conn)?;
    Ok(())
}

/// Which of these words their writers were thanked for already, or since.
pub fn list_thanked_for(conn: &mut Conn, scope: &SiteScope, ids: &[WishId]) -> Result<Vec<WishId>> {
    use crate::db::schema::wishes;
    Ok(wishes::table
        .inner_join(
            members::table.on(members::site_id.eq(wishes::site_id).and(members::person_id.eq(wishes::author_id))),
        )
        .inner_join(
            thanked::table.on(thanked::member_id.eq(members::id).and(thanked::created_at.ge(wishes::created_at))),
        )
        .filter(wishes::site_id.eq(scope.site.id))
        .filter(wishes::id.eq_any(ids.to_vec()))
        .select(wishes::id)
        .distinct()
        .load(conn)?)
}

/// Thanks as whoever gave them may take them away.
#[derive(Clone, Debug)]
pub struct OwnThanks {
    pub id: ThanksId,
    pub site_id: SiteId,
    pub message: Option<String>,
    pub created_at: Timestamp,
}

/// The thanks that somebody gave, oldest first, from after `after` on.
pub fn list_own_thanks(conn: &mut Conn, person: PersonId, after: ThanksId, limit: i64) -> Result<Vec<OwnThanks>> {
    let rows: Vec<(ThanksId, SiteId, Option<String>, Timestamp)> = thanks::table
        .filter(thanks::giver_id.eq(person))
        .filter(thanks::id.gt(after))
        .order(thanks::id)
        .limit(limit)
        .select((thanks::id, thanks::site_id, thanks::message, thanks::created_at))
        .load(conn)?;
    let one = |(id, site_id, message, created_at)| OwnThanks { id, site_id, message, created_at };
    Ok(rows.into_iter().map(one).collect())
}

/// The thanks that somebody gave are gone; what is on its way of them does not arrive.
pub fn delete_thanks_of(conn: &mut Conn, person: PersonId) -> Result<()> {
    diesel::delete(thanks::table.filter(thanks::giver_id.eq(person))).execute(conn)?;
    Ok(())
}
