//! A function a request.

pub mod departure;
pub mod feed;
pub mod follow;
pub mod invitations;
pub mod links;
pub mod people;
pub mod quiet_hours;
pub mod receipts;
pub mod settings;
pub mod start;
pub mod suggestions;
