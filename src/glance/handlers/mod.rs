//! A function a request.

pub mod next_update;
pub mod notes;
pub mod rest;
pub mod status;

use jiff::tz::TimeZone;

use crate::accounts::Viewer;
use crate::web::Reader;

/// The zone that somebody has chosen to read in, if they have.
fn chosen_zone(viewer: &Viewer) -> Option<TimeZone> {
    let person = viewer.account().ok()?;
    let reader = Reader::of(&person.language, &person.time_zone);
    reader.has_zone().then(|| reader.zone())
}
