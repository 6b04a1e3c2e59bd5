//! Whether whoever writes on a page sees by name what a member has read.

use actix_web::web::Path;
use serde::Deserialize;

use crate::accounts::Visit;
use crate::error::AppError;
use crate::sites::store::{self, SiteScope};
use crate::web::{Answer, Flash, see_other};

#[derive(Default, Deserialize)]
#[serde(default)]
struct ReceiptsInput {
    shows: String,
}

/// It holds at once, for what they have read before as well: who is named is looked up whenever somebody looks.
pub async fn update(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<ReceiptsInput>()?);
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}/follow#receipts"));
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_encourage(conn, viewer, &slug)?;
            scope.actor()?;
            let member = scope.member_id.ok_or(AppError::NotFound)?;
            store::update_shows_reading(conn, member, input.shows == "yes", now)
        })
        .await?;
    visit.set_flash(Flash::Saved);
    see_other(back)
}
