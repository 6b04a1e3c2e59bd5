//! The hours in which a page would rather wake nobody.

use actix_web::web::Path;
use serde::Deserialize;

use super::settings::note;
use crate::accounts::Visit;
use crate::error::AppError;
use crate::record::What;
use crate::sites::quiet_hours::QuietHours;
use crate::sites::store::{self, SiteScope};
use crate::web::{Answer, Flash, see_other};

#[derive(Default, Deserialize)]
#[serde(default)]
struct QuietInput {
    from: String,
    until: String,
}

pub async fn update(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<QuietInput>()?);
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}/settings"));
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            let hours =
                QuietHours::parse(&input.from, &input.until).map_err(|problem| AppError::invalid("quiet", problem))?;
            if store::get_quiet_hours(conn, scope.site.id)? == hours {
                return Ok(());
            }
            store::update_quiet_hours(conn, scope.site.id, hours, now)?;
            let detail = format!("quiet hours: {}", hours.in_words());
            note(conn, &scope, What::Settings, Some(detail), now)
        })
        .await?;
    visit.set_flash(Flash::QuietHoursChanged);
    see_other(back)
}
