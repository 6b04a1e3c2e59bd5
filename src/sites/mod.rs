//! A person's page: its privacy, the people on it, invitations and requests, and the one function that decides what a
//! viewer may do. Everything private is reached through a [`SiteScope`].

mod handlers;
mod links;
mod mails;
mod model;
mod pages;
mod store;

pub use links::MemberLinks;
pub use mails::prepare_invitation;
pub use model::{Access, Audience, Circle, Delivery, MemberState, Privacy, Role, Sight, Site, Standing, may};
pub use pages::{FrontDoor, SiteHead};
pub use store::{
    Attention, MySite, Notice, Recipient, SiteScope, attention, find_recipient, follows, list_my_sites, members_in,
    next_gathering, note_outcome, notify_organizers,
};

pub use store::{
    OwnMembership, delete_memberships_of, find_site, hold_organizers, list_own_memberships, list_solely_organized,
};

use crate::web::{Entry, get, post};

/// The addresses of this feature.
pub fn routes() -> Vec<Entry> {
    vec![
        get("/pages/new", handlers::start::new),
        post("/pages", handlers::start::create),
        get("/p/{slug}/follow", handlers::follow::edit),
        post("/p/{slug}/follow", handlers::follow::create),
        get("/p/{slug}/people", handlers::people::index),
        post("/p/{slug}/people/invitations", handlers::invitations::create),
        post("/p/{slug}/people/{member}/invitation", handlers::invitations::repeat),
        post("/p/{slug}/people/{member}/admission", handlers::people::admit),
        get("/p/{slug}/people/{member}/removal", handlers::people::confirm_removal),
        post("/p/{slug}/people/{member}/removal", handlers::people::remove),
        get("/invitations/{token}", handlers::links::show_invitation),
        post("/invitations/{token}", handlers::links::accept_invitation),
        get("/sign-in/link/{token}", handlers::links::show_link),
        post("/sign-in/link/{token}", handlers::links::open_link),
        get("/unsubscribe/{token}", handlers::links::show_unsubscribe),
        post("/unsubscribe/{token}", handlers::links::unsubscribe),
    ]
}
