//! A function a request.

pub mod by_mail;
pub mod data;
pub mod erasure;
