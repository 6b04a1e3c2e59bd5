//! A function a request.

mod confirming;
mod leaving;
mod organizing;

pub use confirming::{confirm, refuse, renew, show, show_refusal};
pub use leaving::{create, new};
pub use organizing::{block, flood, settle_flood, visitor};
