//! A function a request.

pub mod language;
pub mod password;
pub mod sign_in;
pub mod sign_up;
