//! What readers see: the home page, a page's journal (or its front door) in either order and month by month, one update with
//! all that was said to it, and the updates in a feed. The other features keep what they are about; this one puts it together.

mod cache;
mod feed;
mod handlers;
mod model;
mod pages;
mod store;

pub use cache::Cache;
pub use store::{OwnReading, list_own_readings};

use crate::web::{Entry, get, post};

/// The addresses of this feature.
pub fn routes() -> Vec<Entry> {
    vec![
        get("/", handlers::home),
        get("/p/{slug}", handlers::journal),
        get("/p/{slug}/updates/{update}", handlers::update),
        get("/p/{slug}/updates", handlers::months::index),
        get("/p/{slug}/memorial", handlers::memorial::show),
        post("/p/{slug}/memorial", handlers::memorial::create),
        post("/p/{slug}/memorial/end", handlers::memorial::end),
        get("/p/{slug}/memorial/preview", handlers::memorial::preview),
        get("/p/{slug}/position", handlers::position::show),
        post("/p/{slug}/position", handlers::position::update),
        get("/feeds/{token}", handlers::feed::show),
    ]
}
