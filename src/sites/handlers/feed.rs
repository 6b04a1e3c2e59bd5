//! A member's secret address for a feed reader: made, replaced and ended where they choose how they hear.

use actix_web::web::Path;

use crate::accounts::Visit;
use crate::sites::feed;
use crate::sites::store::SiteScope;
use crate::web::{Answer, Flash, see_other};

pub async fn create(visit: Visit, slug: Path<String>) -> Answer {
    let slug = slug.into_inner();
    let (now, back, vault) = (visit.app.clock.now(), format!("/p/{slug}/follow#feed"), visit.app.vault.clone());
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_encourage(conn, viewer, &slug)?;
            feed::replace(conn, &scope, &vault, now)
        })
        .await?;
    visit.set_flash(Flash::FeedMade);
    see_other(back)
}

pub async fn end(visit: Visit, slug: Path<String>) -> Answer {
    let slug = slug.into_inner();
    let back = format!("/p/{slug}/follow#feed");
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_encourage(conn, viewer, &slug)?;
            feed::end(conn, &scope)
        })
        .await?;
    visit.set_flash(Flash::FeedEnded);
    see_other(back)
}
