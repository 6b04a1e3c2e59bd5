//! One mail that came in, understood.
//!
//! [`Letter::parse`] reads a mail as it came over the wire, [`Letter::kind`] says what it is: something that somebody
//! wrote ([`Kind::Fresh`], [`Kind::Reply`]), a [`Bounce`], a notice that mail is late, a [`Complaint`], or a machine's
//! answer ([`Automatic`]). Of what somebody wrote, [`Letter::words`] are the words that they typed, without the mail that
//! they answered, and [`Letter::photos`] the photos that they sent along.
//!
//! The crate knows nothing of who may write where. Everything in a letter can be forged by whoever sent it, but for what
//! the receiving server itself wrote on it: [`Letter::authentication`] reads that, of the server that is named to it.
//!
//! # Bounds
//!
//! Whatever comes in, the work is in proportion to its length. A mail over [`MAX_BYTES`] is not read at all. At most 500
//! parts, 16 deep, are looked at, and a mail inside a mail only as far as its head. Two mebibytes of a text are read,
//! 1,000 fields of a head, 16 KiB of a field; 4 KiB of one that says what a part is, and 64 of all that are searched for
//! addresses together. What is taken out of a report is cut: 1,000 recipients, 500 bytes of what a server said.
//!
//! # What is cut off
//!
//! Losing somebody's words is worse than showing a quote. So what is not surely a quote, a signature or the head of a
//! forwarded mail stays; and [`Letter::whole_text`] has it all.

mod authentication;
mod automatic;
mod bounce;
mod decoding;
mod fields;
mod kind;
mod letter;
mod parts;
mod photos;
mod reply;

pub use authentication::{Authentication, Verdict};
pub use automatic::Automatic;
pub use bounce::{Bounce, Complaint, Failure, Feedback, Original, Reason, Severity, Status};
pub use kind::{Envelope, Kind};
pub use letter::{Date, Letter, MAX_BYTES};
pub use photos::Photo;
pub use reply::{Piece, Words};
