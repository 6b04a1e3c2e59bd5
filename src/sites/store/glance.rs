//! What a page says at a glance, as its row has it.

use crate::clock::Timestamp;
use crate::db::ids::PersonId;
use crate::db::schema::sites as table;
use crate::sites::glance::{Glance, NextUpdate, Part, Rest, Status};

pub(super) type GlanceRow = (
    Option<String>,
    Option<PersonId>,
    Option<Timestamp>,
    Option<String>,
    Option<Part>,
    Option<Timestamp>,
    Option<Timestamp>,
    Option<String>,
    i32,
    i32,
);

pub(super) type GlanceColumns = (
    table::status_words,
    table::status_by_id,
    table::status_at,
    table::due_on,
    table::due_part,
    table::due_until,
    table::resting_since,
    table::resting_words,
    table::note_count,
    table::photo_count,
);

pub(super) const GLANCE: GlanceColumns = (
    table::status_words,
    table::status_by_id,
    table::status_at,
    table::due_on,
    table::due_part,
    table::due_until,
    table::resting_since,
    table::resting_words,
    table::note_count,
    table::photo_count,
);

pub(super) fn glance(row: GlanceRow) -> Glance {
    let (words, by, at, on, part, until, resting_since, resting_words, note_count, photo_count) = row;
    let on = on.and_then(|on| on.parse().ok());
    Glance {
        status: words.zip(at).map(|(words, at)| Status { words, by, at }),
        next_update: on.zip(until).map(|(on, until)| NextUpdate { on, part, until }),
        rest: resting_since.map(|since| Rest { since, words: resting_words }),
        note_count,
        photo_count,
    }
}
