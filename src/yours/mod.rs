//! What is a person's own here: a copy to take away, and its erasure. It stands above all other features, since something of
//! everybody is in each of them; what a copy holds and what an erasure takes is theirs to say.

mod archive;
mod erasure;
mod handlers;
mod model;
mod pages;

use crate::web::{Entry, get, post};

/// The addresses of this feature.
pub fn routes() -> Vec<Entry> {
    vec![
        get("/account/data", handlers::data),
        post("/account/data", handlers::download),
        get("/account/erasure", handlers::confirm_erasure),
        post("/account/erasure", handlers::erase),
    ]
}
