//! A function a request.

pub mod account;
pub mod csrf;
pub mod email;
pub mod language;
pub mod link;
pub mod passkeys;
pub mod password;
pub mod proof;
pub mod reset;
pub mod second_factor;
pub mod sessions;
pub mod sign_in;
pub mod sign_up;
