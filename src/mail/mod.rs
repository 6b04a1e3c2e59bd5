//! Mail leaves here and nowhere else: addresses, the message as a type, the SMTP transport or the outbox folder,
//! and the secrets in links that are mailed.

mod address;
mod mailer;
mod message;
mod outbox;
mod smtp_url;
mod store;

pub use address::{EmailAddress, Listed, parse_list};
pub use mailer::{Mailer, SendError, Transport};
pub use message::{Message, Prepared, Unsubscribe};
pub use smtp_url::{SmtpTls, SmtpUrl};
pub use store::{
    MailToken, Purpose, delete_all_tokens_of, delete_links_to_pages_of, delete_tokens_of, delete_ways_in_of,
    find_token, insert_token, purge_tokens, take_token,
};
