//! A function a request.

mod blocking;
pub mod condolences;
mod encouragement;
mod photo;
pub mod reactions;

pub use blocking::*;
pub use encouragement::*;
pub use photo::photo;
