//! The journal month by month.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};

use super::{illustrate, is_listed, reader_of};
use crate::accounts::Visit;
use crate::journal;
use crate::reading::cache::Cache;
use crate::reading::model::{Month, Place, months};
use crate::reading::pages::{MonthPage, MonthsPage};
use crate::sites::SiteScope;
use crate::web::{Answer, Layout, listed_page, page};

/// The months of a journal, or the updates of one of them.
pub async fn index(visit: Visit, cache: Data<Cache>, slug: Path<String>, place: Query<Place>) -> Answer {
    match place.month() {
        Some(month) => show(visit, slug.into_inner(), month, place.into_inner()).await,
        None => list(visit, cache, slug.into_inner()).await,
    }
}

async fn list(visit: Visit, cache: Data<Cache>, slug: String) -> Answer {
    let (viewer, (scope, found)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_read(conn, viewer, &slug)?;
            let times = cache.times(&scope, || journal::list_times(conn, &scope))?;
            let found = months(&times, &reader_of(viewer).zone());
            Ok((scope, found))
        })
        .await?;
    page(StatusCode::OK, &MonthsPage::new(visit.layout(&viewer), &scope, found))
}

async fn show(visit: Visit, slug: String, month: Month, place: Place) -> Answer {
    let (viewer, (scope, updates, illustrated)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_read(conn, viewer, &slug)?;
            let updates = match month.bounds(&reader_of(viewer).zone()) {
                Some(bounds) => journal::list_between(conn, &scope, bounds, place.after())?,
                None => Vec::new(),
            };
            let illustrated = illustrate(conn, &scope, &updates)?;
            Ok((scope, updates, illustrated))
        })
        .await?;
    let listed = is_listed(&viewer, &scope);
    let layout = Layout { indexable: listed, ..visit.layout(&viewer) };
    listed_page(listed, &MonthPage::new(layout, &scope, month, updates, illustrated))
}
