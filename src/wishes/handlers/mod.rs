//! A function a request.

mod blocking;
pub mod changing;
pub mod condolences;
mod encouragement;
mod form;
mod hints;
pub mod manners;
pub mod news;
pub mod one;
pub mod photo;
mod private;
pub mod reactions;
pub mod thanks;

pub use blocking::*;
pub use encouragement::*;
pub use hints::hints;
pub use private::private;
