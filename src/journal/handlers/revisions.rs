//! What an update said before, for organizers.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use crate::accounts::{self, Visit};
use crate::db::ids::{RevisionId, UpdateId};
use crate::error::AppError;
use crate::journal::pages::RevisionsPage;
use crate::journal::{publishing, store};
use crate::sites::SiteScope;
use crate::web::{Answer, Flash, page, see_other};

/// How many stand on one page: each is compared with what came after it.
pub const REVISIONS_A_PAGE: i64 = 10;

#[derive(Default, Deserialize)]
pub struct Place {
    before: Option<RevisionId>,
}

pub async fn index(visit: Visit, path: Path<(String, UpdateId)>, place: Query<Place>) -> Answer {
    let ((slug, id), before) = (path.into_inner(), place.before);
    let (viewer, (scope, update, mut versions, names)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            let update = store::get_update(conn, &scope, id)?;
            let newest = match before {
                None => Some(store::get_version(conn, id)?),
                Some(before) => store::find_revision(conn, id, before)?,
            };
            let mut versions: Vec<_> = newest.into_iter().collect();
            versions.extend(store::list_revisions(conn, id, before, REVISIONS_A_PAGE + 1)?);
            let names = accounts::list_names(conn, versions.iter().filter_map(|version| version.by).collect())?;
            Ok((scope, update, versions, names))
        })
        .await?;
    let most = usize::try_from(REVISIONS_A_PAGE).unwrap_or(usize::MAX) + 1;
    let has_more = versions.len() > most;
    versions.truncate(most);
    let layout = visit.layout(&viewer);
    page(StatusCode::OK, &RevisionsPage::new(layout, &scope, &update, &versions, &names, before.is_none(), has_more))
}

/// Brings words back. That is a change like any other, and what it takes the place of is kept as well.
pub async fn restore(visit: Visit, path: Path<(String, UpdateId, RevisionId)>) -> Answer {
    let (slug, id, revision) = path.into_inner();
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}/updates/{id}"));
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            store::get_update(conn, &scope, id)?;
            let version = store::find_revision(conn, id, revision)?.ok_or(AppError::NotFound)?;
            publishing::restore(conn, &scope, id, &version, now)
        })
        .await?;
    visit.set_flash(Flash::UpdateRestored);
    see_other(back)
}
