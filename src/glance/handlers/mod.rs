//! A function a request.

pub mod next_update;
pub mod notes;
pub mod rest;
pub mod status;

use jiff::tz::TimeZone;

use crate::accounts::Viewer;
use crate::error::{AppError, Result};
use crate::sites::SiteScope;
use crate::web::Reader;

/// The zone that somebody has chosen to read in, if they have.
fn chosen_zone(viewer: &Viewer) -> Option<TimeZone> {
    let person = viewer.account().ok()?;
    let reader = Reader::of(&person.language, &person.time_zone);
    reader.has_zone().then(|| reader.zone())
}

/// What is said at a glance is not shown while the page is in loving memory, so nobody says anything new there unseen.
fn require_shown(scope: &SiteScope) -> Result<()> {
    if scope.site.is_memorial() {
        return Err(AppError::Conflict(
            "This page is in loving memory, and says nothing at a glance any more. What it said before is kept.",
        ));
    }
    Ok(())
}
