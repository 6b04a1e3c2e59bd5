//! Tells somebody by mail that what guards their account has changed.

use super::model::Notice;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::PersonId;
use crate::error::Result;
use crate::jobs::{self, Kind, NewJob};

/// Enqueues the mail. It is no unasked one: nobody who is not in the account can have it sent.
pub fn tell(conn: &mut Conn, person: PersonId, what: Notice, device: &str, now: Timestamp) -> Result<()> {
    let about = NewJob { person_id: Some(person), detail: Some(what.with_device(device)), ..NewJob::default() };
    jobs::enqueue(conn, Kind::SecurityNotice, about, now)
}
