//! Whether photos stand in the mail of a page, or on the page alone.

use actix_web::web::Path;
use serde::Deserialize;

use super::settings::note;
use crate::accounts::Visit;
use crate::record::What;
use crate::sites::store::{self, SiteScope};
use crate::web::{Answer, Flash, see_other};

#[derive(Default, Deserialize)]
#[serde(default)]
struct MailPhotosInput {
    photos: String,
}

pub async fn update(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, shown) = (slug.into_inner(), visit.form::<MailPhotosInput>()?.photos == "yes");
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}/settings"));
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            if store::get_mail_photos(conn, scope.site.id)? == shown {
                return Ok(());
            }
            store::update_mail_photos(conn, scope.site.id, shown, now)?;
            let detail = if shown { "photos stand in the mail" } else { "photos stand on the page only" };
            note(conn, &scope, What::Settings, Some(detail.to_owned()), now)
        })
        .await?;
    visit.set_flash(Flash::Saved);
    see_other(back)
}
