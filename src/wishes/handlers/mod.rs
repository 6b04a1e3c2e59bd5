//! A function a request.

mod blocking;
pub mod condolences;
mod encouragement;

pub use blocking::*;
pub use encouragement::*;
