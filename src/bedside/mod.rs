//! The bedside: well wishes, comments and answers for the person whom a page is about, one at a time, very large; what was
//! heard is remembered. For its organizers, who read them out, and for the person. Nobody finds anything here that the
//! person could not read on the page themselves.

mod handlers;
mod model;
mod pages;
mod store;

use crate::web::{Entry, get, post};

/// The addresses of this feature.
pub fn routes() -> Vec<Entry> {
    vec![
        get("/p/{slug}/bedside", handlers::show),
        get("/p/{slug}/bedside/words", handlers::list),
        get("/p/{slug}/bedside/again", handlers::again),
        get("/p/{slug}/bedside/print", handlers::print),
        post("/p/{slug}/bedside/hearings", handlers::hear),
        post("/p/{slug}/bedside/hearts", handlers::give_heart),
        post("/p/{slug}/bedside/hearts/removal", handlers::take_heart_back),
    ]
}
