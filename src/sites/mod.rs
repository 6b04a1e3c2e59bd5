//! A person's page: its privacy, the people on it, invitations and requests, and the one function that decides what a
//! viewer may do. Everything private is reached through a [`SiteScope`].

mod access;
mod feed;
mod glance;
mod handlers;
mod hearing;
mod links;
mod mail_holds;
mod mails;
mod manners;
mod memorial;
mod model;
mod page_link;
mod pages;
mod position;
mod quiet_hours;
mod store;
mod visitors;
mod words;

pub use access::{Access, Sight, Standing};
pub use glance::{Glance, NextUpdate, Part, Rest, Status};
pub use handlers::people::{load_member, note, require_another_organizer, take_off};
pub use hearing::{Hearing, NewsState};
pub use links::MemberLinks;
pub use mail_holds::MailHolds;
pub use mails::{prepare_fresh_link, prepare_invitation, prepare_page_links, prepare_role_given};
pub use manners::{Closed, Manners, ReactionKind};
pub use model::{Audience, Circle, Delivery, MemberState, Privacy, Role, Site};
pub use pages::{FrontDoor, SiteHead};
pub use position::Position;
pub use quiet_hours::QuietHours;
pub use store::{
    Attention, ListedMember, MySite, Notice, Recipient, SiteScope, attention, block, digest_tells, find_recipient,
    find_recipients, follows, hear_nothing, hear_nothing_anywhere, hold_active, hold_organizers_of, hold_place_of,
    list_my_sites, members_in, next_gathering, note_outcome, note_position, notify_organizers, notify_organizers_and,
    purge, unreachable, unreachable_everywhere,
};

pub use store::count_not_by_mail;
pub use store::{
    DigestNews, NewsCount, add_news, add_news_for, count_digests_in, count_news, enqueue_planning, forget_all_news,
    forget_news, has_news, note_digest, plan_digest, plan_digests, resume_news, stop_news, take_news,
};
pub use store::{
    find_access, find_member_of, get_mail_photos, get_quiet_hours, list_hearing_organizers, update_memorial,
};

pub use visitors::{block_visitor, follow, is_shut_out};
pub use words::{WishAudience, Withheld};

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
        post("/p/{slug}/follow/name", handlers::follow::rename),
        post("/p/{slug}/follow/receipts", handlers::receipts::update),
        get("/p/{slug}/people", handlers::people::index),
        post("/p/{slug}/people/invitations", handlers::invitations::create),
        post("/p/{slug}/people/{member}/invitation", handlers::invitations::repeat),
        post("/p/{slug}/people/admissions", handlers::people::decide),
        get("/p/{slug}/people/{member}", handlers::people::show),
        post("/p/{slug}/people/{member}/role", handlers::people::update),
        get("/p/{slug}/people/{member}/removal", handlers::people::confirm_removal),
        post("/p/{slug}/people/{member}/removal", handlers::people::remove),
        get("/p/{slug}/suggestions", handlers::suggestions::new),
        post("/p/{slug}/suggestions", handlers::suggestions::create),
        get("/p/{slug}/settings", handlers::settings::edit),
        post("/p/{slug}/settings", handlers::settings::update),
        post("/p/{slug}/privacy", handlers::settings::update_privacy),
        post("/p/{slug}/link", handlers::settings::replace_link),
        get("/p/{slug}/card", handlers::settings::card),
        get("/p/{slug}/history", handlers::settings::history),
        post("/p/{slug}/perspective", handlers::settings::see_as),
        post("/p/{slug}/perspective/end", handlers::settings::see_as_oneself),
        get("/p/{slug}/departure", handlers::departure::show),
        post("/p/{slug}/departure", handlers::departure::create),
        get("/p/{slug}/closing", handlers::departure::confirm_closing),
        post("/p/{slug}/closing", handlers::departure::close),
        post("/p/{slug}/opening", handlers::departure::open),
        get("/links/{token}", handlers::settings::open_page_link),
        get("/sitemap.xml", handlers::settings::sitemap),
        get("/invitations/{token}", handlers::links::show_invitation),
        post("/invitations/{token}", handlers::links::accept_invitation),
        post("/invitations/{token}/renewal", handlers::links::renew_invitation),
        get("/sign-in/link/{token}", handlers::links::show_link),
        post("/sign-in/link/{token}", handlers::links::open_link),
        post("/sign-in/link/{token}/renewal", handlers::links::renew_link),
        get("/unsubscribe/{token}", handlers::links::show_unsubscribe),
        post("/unsubscribe/{token}", handlers::links::unsubscribe),
        post("/unsubscribe/{token}/hearing", handlers::links::choose_hearing),
        post("/p/{slug}/quiet-hours", handlers::quiet_hours::update),
        post("/p/{slug}/mail-photos", handlers::mail_photos::update),
        post("/p/{slug}/mail-holds", handlers::mail_holds::update),
        post("/p/{slug}/feed", handlers::feed::create),
        post("/p/{slug}/feed/end", handlers::feed::end),
    ]
}
