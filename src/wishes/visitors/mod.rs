//! Visitors: people who may read a page without belonging to it, and leave a well wish or a comment. Nothing of theirs is
//! shown before one press in a mail says that the address is theirs; in the browser of that press they are known from then on.
//! Whether an address has an account changes nothing that its visitor could see, and nobody is signed in by any of this.

mod flood;
pub mod handlers;
mod mails;
mod model;
mod pages;
mod publishing;
mod stamp;
mod store;

pub use mails::{prepare_confirm_words, prepare_flood};
pub use model::with_few_links;
pub use pages::{VisitorForm, about_page};
pub use store::{delete_unconfirmed_of, purge};
