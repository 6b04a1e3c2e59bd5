//! What readers see: the home page, a page's journal (or its front door), and one update with all that was said to it. The
//! other features keep what they are about; this one puts it together.

mod cache;
mod handlers;
mod pages;

pub use cache::Cache;

use crate::web::{Entry, get};

/// The addresses of this feature.
pub fn routes() -> Vec<Entry> {
    vec![
        get("/", handlers::home),
        get("/p/{slug}", handlers::journal),
        get("/p/{slug}/updates/{update}", handlers::update),
    ]
}
