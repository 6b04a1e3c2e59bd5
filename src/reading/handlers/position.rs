//! How far somebody has read: written down when an update was really on their screen, and theirs alone.

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Deserialize;

use crate::accounts::Visit;
use crate::db::ids::UpdateId;
use crate::error::AppError;
use crate::journal;
use crate::sites::{self, SiteScope};
use crate::web::{Answer, see_other};

/// What was on the screen. `keep` says whether this is a place to come back to: somebody who only looks what is new has
/// none.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Seen {
    update: String,
    keep: String,
}

pub async fn update(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, seen, now) = (slug.into_inner(), visit.form::<Seen>()?, visit.app.clock.now());
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_encourage(conn, viewer, &slug)?;
            scope.actor()?;
            let id =
                UpdateId::parse(&seen.update).ok_or_else(|| AppError::invalid("update", "There is no such update."))?;
            let update = journal::get_update(conn, &scope, id)?;
            let at = match seen.keep.as_str() {
                "yes" => Some(Some(update.id)),
                "end" => Some(None),
                _ => None,
            };
            sites::note_position(conn, &scope, update.published_at, at, now)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
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
