//! Mail leaves here and nowhere else: addresses, the message as a type, what many are sent alike, the relays or the outbox
//! folder, how fast it goes and who signs it; the secrets in links that are mailed, and the addresses that answers come to.

mod address;
mod dkim;
mod flowed;
mod inline;
pub mod keys;
mod letter;
mod links;
mod listen;
mod look;
mod mailer;
mod message;
mod outbox;
mod pacing;
pub mod refusal;
mod relay;
mod smtp_url;
mod store;

pub use address::{EmailAddress, Listed, parse_list};
pub use dkim::{DkimKey, DkimSetting};
pub use inline::{Found, Inline, Inlines, is_ours};
pub use keys::IncomingAddress;
pub use letter::{Addressed, Blanks, Letter};
pub use links::{LinkKind, SignedLink};
pub use listen::{Listen, Mailbox, Place, Protocol};
pub use look::dress;
pub use mailer::{Mailer, MailerSettings, SendError};
pub use message::{Message, Prepared, Thread, Unsubscribe};
pub use pacing::{Pace, Turn};
pub use smtp_url::{SmtpTls, SmtpUrl};
pub use store::{
    MailToken, Purpose, RECOGNISED_FOR, delete_all_tokens_of, delete_links_to_pages_of, delete_tokens_of,
    delete_ways_in_of, find_token, insert_token, purge_tokens, take_token,
};
pub use store::{ReplyKey, find_reply_key, get_or_insert_reply_key};
