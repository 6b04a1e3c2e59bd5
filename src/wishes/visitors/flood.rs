//! What an organizer makes of a flood: all of it shown, or all of it thrown away.

use std::collections::HashSet;

use super::store;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{PersonId, UpdateId, WishId};
use crate::error::Result;
use crate::journal;
use crate::photos;
use crate::record::{self, New, What};
use crate::sites::{self, Notice, SiteScope};
use crate::wishes::model::Withheld;
use crate::wishes::store::show_withheld;

/// How many of the words that are shown the gathered mails tell of; all of them stand on the page.
const TOLD_OF: usize = 200;

/// What becomes of what is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is shown.
    Show,
    /// It is thrown away.
    Remove {
        /// With what came just before it.
        with_before: bool,
    },
}

/// Does what an organizer has decided about what was held when they looked, and writes down that they did.
pub fn settle(conn: &mut Conn, scope: &SiteScope, decision: Decision, until: Timestamp, now: Timestamp) -> Result<()> {
    let (me, site) = (scope.actor()?, scope.site.id);
    let seen = list(conn, scope, decision, until)?;
    let updates: HashSet<UpdateId> = seen.iter().filter_map(|(_, update)| *update).collect();
    journal::hold_updates(conn, site, PersonId::nil(), updates.iter().copied().collect())?;
    photos::hold_site(conn, site)?;
    // Once more, now that nobody else decides about any of it: what somebody has shown at this moment stays.
    let all = list(conn, scope, decision, until)?.into_iter();
    let all = all.filter(|(_, update)| update.is_none_or(|update| updates.contains(&update)));
    let all: Vec<WishId> = all.map(|(id, _)| id).collect();
    let (what, count) = match decision {
        Decision::Show => (What::FloodShown, show(conn, scope, me, &all, now)?),
        Decision::Remove { .. } => (What::FloodRemoved, store::delete_flood(conn, &all)?),
    };
    if count == 0 {
        return Ok(());
    }
    let detail = Some(if count == 1 { "one message".to_owned() } else { format!("{count} messages") });
    record::note(conn, site, what, New { actor: Some(me), subject: None, detail }, now)
}

fn list(
    conn: &mut Conn,
    scope: &SiteScope,
    decision: Decision,
    until: Timestamp,
) -> Result<Vec<(WishId, Option<UpdateId>)>> {
    let mut all = store::list_flood(conn, scope.site.id, until)?;
    if decision == (Decision::Remove { with_before: true }) {
        all.extend(store::list_before_flood(conn, scope.site.id, until)?);
    }
    Ok(all)
}

/// Nobody was told of it before, so the other organizers hear of it with whatever else they are told.
fn show(conn: &mut Conn, scope: &SiteScope, me: PersonId, all: &[WishId], now: Timestamp) -> Result<usize> {
    let done = show_withheld(conn, scope.site.id, all, Withheld::Flood, now)?;
    for id in done.shown.iter().chain(&done.waiting).take(TOLD_OF) {
        sites::notify_organizers(conn, scope.site.id, me, Notice::Wish(*id), now)?;
    }
    Ok(done.shown.len())
}
