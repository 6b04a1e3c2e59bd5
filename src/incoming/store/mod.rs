//! Letters that came in, and the addresses of pages that take updates by mail.

mod letters;
mod members;
mod post_addresses;

pub use letters::*;
pub use members::*;
pub use post_addresses::*;
