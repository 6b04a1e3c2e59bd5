//! Plumbing that every feature shares: the way in through the guard, forms, cookies, the layout around a page,
//! errors as pages, limits and static files. It knows nothing of families and updates.

mod assets;
mod device;
mod errors;
mod flash;
mod guard;
mod layout;
mod limits;
mod multipart;
mod network;
mod offline;
mod perspective;
mod reader;
mod request;
mod routes;
mod tags;

pub use assets::{serve_asset, static_base};
pub use flash::Flash;
pub use guard::guard;
pub use layout::{Layout, framed_mail, framed_page, framing_page, json, listed_page, page, see_other};
pub use limits::{Limit, Limits};
pub use multipart::{KnowsSession, LARGEST_FILE, MOST_FILES, NotTaken, SentFile};
pub use network::network_of;
pub use offline::{offline_page, service_worker};
pub use perspective::{AsWhom, Perspective};
pub use reader::{Language, Reader, Zone};
pub use request::Request;
pub use routes::{Entry, get, post};
pub use tags::has_already;

/// What a handler answers with.
pub type Answer = crate::error::Result<actix_web::HttpResponse>;
