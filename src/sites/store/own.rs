//! What is a person's own here: their memberships, on every page at once.

use diesel::prelude::*;

use super::hearing::{HEARING, HearingRow, hearing};
use super::members::organizers;
use super::{SITE, SiteRow, site};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{MemberId, PersonId, SiteId};
use crate::db::schema::{feeds, members, reading_positions, sites};
use crate::error::Result;
use crate::sites::hearing::Hearing;
use crate::sites::model::{Circle, Delivery, MemberState, Role, Site};

/// A membership, as whoever has it may take it away.
#[derive(Clone, Debug)]
pub struct OwnMembership {
    /// Its row.
    pub id: MemberId,
    /// The page.
    pub site: Site,
    /// What they do there.
    pub role: Role,
    /// Where it stands.
    pub state: MemberState,
    /// How close they are.
    pub circle: Circle,
    /// How and when they hear of updates.
    pub hearing: Hearing,
    /// What they said of themselves when they asked.
    pub message: Option<String>,
    /// Since when.
    pub created_at: Timestamp,
    /// When the newest update was posted that they have seen, if that is known.
    pub read_through: Option<Timestamp>,
    /// Since when a feed reader has an address of theirs, if one has.
    pub feed_since: Option<Timestamp>,
    /// Whether whoever writes there sees by name what they have read.
    pub shows_reading: bool,
}

/// Somebody's memberships, from after `after` on. That somebody was shut out is not told.
pub fn list_own_memberships(
    conn: &mut Conn,
    person: PersonId,
    after: MemberId,
    limit: i64,
) -> Result<Vec<OwnMembership>> {
    type Row = (MemberId, SiteRow, Role, MemberState, Circle, Delivery, Option<String>, Timestamp, OwnReading);
    type OwnReading = (Option<Timestamp>, Option<Timestamp>, bool, HearingRow);
    let rows: Vec<Row> = members::table
        .inner_join(sites::table)
        .left_join(reading_positions::table)
        .left_join(feeds::table)
        .filter(members::person_id.eq(person))
        .filter(members::state.ne(MemberState::Blocked))
        .filter(members::id.gt(after))
        .order(members::id)
        .limit(limit)
        .select((
            members::id,
            SITE,
            members::role,
            members::state,
            members::circle,
            members::delivery,
            members::message,
            members::created_at,
            (reading_positions::seen_through.nullable(), feeds::created_at.nullable(), members::shows_reading, HEARING),
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(
            |(
                id,
                row,
                role,
                state,
                circle,
                delivery,
                message,
                created_at,
                (read_through, feed_since, shows_reading, times),
            )| {
                OwnMembership {
                    id,
                    site: site(row),
                    role,
                    state,
                    circle,
                    hearing: hearing(delivery, times),
                    message,
                    created_at,
                    read_through,
                    feed_since,
                    shows_reading,
                }
            },
        )
        .collect())
}

/// A page by its row; whether anybody may see it is for [`super::SiteScope`] to say.
pub fn find_site(conn: &mut Conn, id: SiteId) -> Result<Option<Site>> {
    let row: Option<SiteRow> = sites::table.find(id).select(SITE).get_result(conn).optional()?;
    Ok(row.map(site))
}

/// Until the transaction ends, no other organizer of a page of theirs can leave it unseen: of two who do this at once, the
/// second sees what the first has done. One row after the other, and always in one order, so that they never wait for each
/// other; with them their own places, since jobs that go with what they wrote come after all members.
pub fn hold_organizers(conn: &mut Conn, person: PersonId) -> Result<()> {
    let theirs = members::table
        .filter(members::person_id.eq(person))
        .filter(members::role.eq(Role::Organizer))
        .select(members::site_id);
    let all: Vec<MemberId> = members::table
        .filter(members::role.eq(Role::Organizer).and(members::site_id.eq_any(theirs.load::<SiteId>(conn)?)))
        .or_filter(members::person_id.eq(person))
        .order(members::id)
        .select(members::id)
        .load(conn)?;
    for member in all {
        diesel::update(members::table.find(member)).set(members::updated_at.eq(members::updated_at)).execute(conn)?;
    }
    Ok(())
}

/// The pages that are open and that nobody could organize if this one left.
pub fn list_solely_organized(conn: &mut Conn, person: PersonId) -> Result<Vec<Site>> {
    let theirs: Vec<SiteRow> = members::table
        .inner_join(sites::table)
        .filter(members::role.eq(Role::Organizer))
        .filter(members::state.eq(MemberState::Active))
        .filter(members::person_id.eq(person))
        .filter(sites::closed_at.is_null())
        .order(sites::id)
        .select(SITE)
        .load(conn)?;
    let mut alone = Vec::new();
    for row in theirs {
        let others = organizers().filter(members::site_id.eq(row.0)).filter(members::person_id.ne(person));
        let others: i64 = others.count().get_result(conn)?;
        if others == 0 {
            alone.push(site(row));
        }
    }
    Ok(alone)
}

/// Takes somebody off every page, and out of what says that a page is about them or that they brought somebody to it.
/// What waits for these memberships and the links that were mailed to them go with this.
pub fn delete_memberships_of(conn: &mut Conn, person: PersonId) -> Result<()> {
    diesel::update(sites::table.filter(sites::about_id.eq(person)))
        .set(sites::about_id.eq(None::<PersonId>))
        .execute(conn)?;
    diesel::update(members::table.filter(members::invited_by.eq(person)))
        .set(members::invited_by.eq(None::<PersonId>))
        .execute(conn)?;
    diesel::delete(members::table.filter(members::person_id.eq(person))).execute(conn)?;
    Ok(())
}
