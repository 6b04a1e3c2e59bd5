//! How far somebody has read, and that they have: written down when an update was really on their screen. How far is theirs
//! alone; that they have is counted for whoever wrote it, and stands by name only where they have chosen so.

use std::collections::HashSet;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Deserialize;

use crate::accounts::Visit;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::UpdateId;
use crate::error::{AppError, Result};
use crate::journal;
use crate::reading::store;
use crate::sites::{self, SiteScope};
use crate::web::{Answer, see_other};

/// What was on the screen. `keep` says whether `update` is a place to come back to: somebody who only looks what is new has
/// none. `seen` are all that were on it since the script last told, in no order.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Seen {
    update: String,
    keep: String,
    seen: Vec<String>,
}

/// More than anybody has before their eyes between two tellings.
const SEEN_AT_ONCE: usize = 50;

impl Seen {
    /// Everything that was on the screen. What is no id was not.
    fn all(&self) -> HashSet<UpdateId> {
        let ids = self.seen.iter().take(SEEN_AT_ONCE).chain([&self.update]);
        ids.filter_map(|id| UpdateId::parse(id)).collect()
    }
}

pub async fn update(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, seen, now) = (slug.into_inner(), visit.form::<Seen>()?, visit.app.clock.now());
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_encourage(conn, viewer, &slug)?;
            scope.actor()?;
            let all = seen.all();
            if all.is_empty() {
                return Err(AppError::invalid("update", "There is no such update."));
            }
            if !seen.update.is_empty() {
                note_position(conn, &scope, &seen, now)?;
            }
            store::insert_readings(conn, &scope, &all, now)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

fn note_position(conn: &mut Conn, scope: &SiteScope, seen: &Seen, now: Timestamp) -> Result<()> {
    let id = UpdateId::parse(&seen.update).ok_or_else(|| AppError::invalid("update", "There is no such update."))?;
    let update = journal::get_update(conn, scope, id)?;
    let at = match seen.keep.as_str() {
        "yes" => Some(Some(update.id)),
        "end" => Some(None),
        _ => None,
    };
    sites::note_position(conn, scope, update.published_at, at, now)
}

/// Back to the update that one was at, or to the page where that is gone.
pub async fn show(visit: Visit, slug: Path<String>) -> Answer {
    let slug = slug.into_inner();
    let (_, address) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_read(conn, viewer, &slug)?;
            let path = scope.site.path();
            let Some(at) = scope.position.and_then(|position| position.at) else { return Ok(path) };
            match journal::get_update(conn, &scope, at) {
                Ok(update) => Ok(format!("{path}/updates/{}", update.id)),
                Err(AppError::NotFound) => Ok(path),
                Err(error) => Err(error),
            }
        })
        .await?;
    see_other(address)
}
