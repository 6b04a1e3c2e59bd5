//! The DNS records that mail needs to arrive: which they are, and whether they are there.

mod records;
mod resolver;

pub use records::{Advice, MailDomains, Standing, advise, alignment, is_reserved};
pub use resolver::{Dns, Unasked};
