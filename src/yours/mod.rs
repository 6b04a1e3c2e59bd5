//! What is a person's own here: a copy to take away, and its erasure. It stands above all other features, since something of
//! everybody is in each of them; what a copy holds and what an erasure takes is theirs to say.

mod archive;
mod erasure;
mod handlers;
mod mails;
mod model;
mod pages;

pub use mails::prepare_erasure;

use crate::web::{Entry, get, post};

/// The addresses of this feature.
pub fn routes() -> Vec<Entry> {
    vec![
        get("/account/data", handlers::data::show),
        post("/account/data", handlers::data::download),
        get("/account/erasure", handlers::erasure::show),
        post("/account/erasure", handlers::erasure::erase),
        get("/erasure/{token}", handlers::by_mail::show),
        post("/erasure/{token}", handlers::by_mail::erase),
    ]
}
