//! A function a request.

pub mod follow;
pub mod invitations;
pub mod links;
pub mod people;
pub mod start;
