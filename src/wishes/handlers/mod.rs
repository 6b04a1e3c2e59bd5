//! A function a request.

mod blocking;
mod encouragement;
mod photo;
pub mod reactions;

pub use blocking::*;
pub use encouragement::*;
pub use photo::photo;
