//! What the database and the folder say of each other.

use jiff::SignedDuration;

use super::mark::Mark;
use crate::clock::Timestamp;

/// What stands beside a mail that may have left before a restore, and was not sent again for that.
pub const PERHAPS_TOLD: &str = "may have been sent before the installation was restored";

crate::words! {
    /// Why mail waits.
    pub enum Why {
        /// The folder remembers a newer database.
        Older = "older",
        /// The database was served from another folder before.
        Elsewhere = "elsewhere",
        /// The folder itself was copied, and the database perhaps with it.
        Copied = "copied",
        /// Whoever runs the server wanted it so.
        Asked = "asked",
    }
}

impl Why {
    /// For whoever runs the server.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Older => "the database is older than its folder remembers, so it was restored from a backup",
            Self::Elsewhere => {
                "the database was served from another folder before, so it was restored, copied or moved"
            }
            Self::Copied => "the folder was copied from somewhere else, so it was restored, copied or moved",
            Self::Asked => "`tidings sending pause` was run",
        }
    }
}

/// What the installation has found of itself at its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// It starts for the first time.
    New,
    /// It goes on where it stopped.
    Same,
    /// Something was restored or copied: mail waits.
    Restored(Why),
}

/// What the database knows.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub name: String,
    pub generation: i64,
}

/// Since when mail waits, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Since when.
    pub at: Timestamp,
    /// Why.
    pub why: Why,
    /// What was due before then may have left already; none where nothing was restored.
    pub doubtful_before: Option<Timestamp>,
}

/// What becomes of mail that may have left before a restore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubtful {
    /// It is not sent, where it was due longer than this before the restore; organizers can send it again.
    Drop(SignedDuration),
    /// It is sent, perhaps for the second time.
    Send,
}

/// What resuming has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resumed {
    /// Whether mail had waited.
    pub was_paused: bool,
    /// How many mails were not sent, since they may have left.
    pub dropped: usize,
    /// How many go now, or at their time.
    pub waiting: i64,
}

/// What follows from both.
pub(super) fn judge(row: Option<&Row>, mark: Option<&Mark>) -> Arrival {
    match (row, mark) {
        (None, None) => Arrival::New,
        (None, Some(_)) => Arrival::Restored(Why::Older),
        // Never served: somebody has only let mail wait.
        (Some(row), None) if row.generation == 0 => Arrival::New,
        (Some(_), None) => Arrival::Restored(Why::Elsewhere),
        (Some(row), Some(mark)) if row.name != mark.name => Arrival::Restored(Why::Elsewhere),
        (Some(row), Some(mark)) if row.generation < mark.generation => Arrival::Restored(Why::Older),
        (Some(_), Some(mark)) if mark.is_copy => Arrival::Restored(Why::Copied),
        (Some(_), Some(_)) => Arrival::Same,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, generation: i64) -> Row {
        Row { name: name.to_owned(), generation }
    }

    fn mark(name: &str, generation: i64, is_copy: bool) -> Mark {
        Mark { name: name.to_owned(), generation, written_at: Timestamp::from_micros(0), is_copy }
    }

    #[test]
    fn what_does_not_belong_together_was_restored() {
        for (row, mark, arrival) in [
            (None, None, Arrival::New),
            (Some(row("a", 7)), Some(mark("a", 7, false)), Arrival::Same),
            // Another process has counted on, or the machine died between the two.
            (Some(row("a", 9)), Some(mark("a", 7, false)), Arrival::Same),
            (Some(row("a", 6)), Some(mark("a", 7, false)), Arrival::Restored(Why::Older)),
            (None, Some(mark("a", 7, false)), Arrival::Restored(Why::Older)),
            (Some(row("a", 0)), None, Arrival::New),
            (Some(row("a", 7)), None, Arrival::Restored(Why::Elsewhere)),
            (Some(row("a", 7)), Some(mark("b", 7, false)), Arrival::Restored(Why::Elsewhere)),
            (Some(row("a", 7)), Some(mark("a", 7, true)), Arrival::Restored(Why::Copied)),
        ] {
            assert_eq!(judge(row.as_ref(), mark.as_ref()), arrival, "{row:?} {mark:?}");
        }
    }
}
