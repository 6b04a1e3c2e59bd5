//! A function a request.

pub mod departure;
pub mod feed;
pub mod follow;
pub mod hearing;
pub mod invitations;
pub mod links;
pub mod mail_holds;
pub mod mail_photos;
pub mod people;
pub mod quiet_hours;
pub mod receipts;
pub mod settings;
pub mod start;
pub mod suggestions;
