//! How much of an update its mail holds.

use actix_web::web::Path;
use serde::Deserialize;

use super::settings::note;
use crate::accounts::Visit;
use crate::error::AppError;
use crate::record::What;
use crate::sites::mail_holds::MailHolds;
use crate::sites::store::{self, SiteScope};
use crate::web::{Answer, Flash, see_other};

#[derive(Default, Deserialize)]
#[serde(default)]
struct HoldsInput {
    mail_holds: String,
}

pub async fn update(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<HoldsInput>()?);
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}/settings#mail"));
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            let holds = MailHolds::from_word(&input.mail_holds).ok_or_else(|| {
                AppError::invalid("mail_holds", "Please choose how much of an update its mail holds.")
            })?;
            if holds == scope.site.mail_holds {
                return Ok(());
            }
            store::update_mail_holds(conn, scope.site.id, holds, now)?;
            let detail = format!("mail about updates holds: {}", holds.label().to_lowercase());
            note(conn, &scope, What::Settings, Some(detail), now)
        })
        .await?;
    visit.set_flash(Flash::Saved);
    see_other(back)
}
