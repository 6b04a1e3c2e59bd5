//! A function a request.

mod blocking;
mod encouragement;

pub use blocking::*;
pub use encouragement::*;
