//! What happened on a page: a record for its organizers that is added to and never changed. It holds who, whom and what,
//! and never a word that somebody wrote.

mod model;
mod store;

pub use model::{Entry, What};
pub use store::{New, list, note, note_where_organizing, take_out};
