//! What a page says at a glance. It stands in the page's own row, so that whoever has the page has it too; the feature
//! `glance` is what changes it.

use jiff::SignedDuration;
use jiff::civil::Date;

use crate::clock::Timestamp;
use crate::db::ids::PersonId;
use crate::web::Reader;

/// What a page says at a glance.
#[derive(Clone, Debug, Default)]
pub struct Glance {
    /// How the person is, in a few words.
    pub status: Option<Status>,
    /// When the next update is to be expected.
    pub next_update: Option<NextUpdate>,
    /// Whether the family takes a rest.
    pub rest: Option<Rest>,
    /// How many notes are pinned beside the journal, for whomever.
    pub note_count: i32,
    /// How many photos it has, wherever they belong.
    pub photo_count: i32,
}

/// How the person is, in a few words.
#[derive(Clone, Debug)]
pub struct Status {
    /// "Home, resting well".
    pub words: String,
    /// Who said so, as long as they are known.
    pub by: Option<PersonId>,
    /// When they said it.
    pub at: Timestamp,
}

crate::words! {
    /// A part of a day.
    pub enum Part {
        /// Until noon.
        Morning = "morning",
        /// Until six.
        Afternoon = "afternoon",
        /// Until the day is over.
        Evening = "evening",
    }
}

/// When the next update is to be expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextUpdate {
    /// The day.
    pub on: Date,
    /// The part of it, if one was named.
    pub part: Option<Part>,
    /// When that is over, where it was said.
    pub until: Timestamp,
}

/// A rest that the family takes.
#[derive(Clone, Debug)]
pub struct Rest {
    /// Since when.
    pub since: Timestamp,
    /// What they said about it, where they chose words of their own.
    pub words: Option<String>,
}

/// For so long before and after, a day is known by its name alone.
const NEAR: SignedDuration = SignedDuration::from_hours(6 * 24);

impl NextUpdate {
    /// Whether it has passed.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.until <= now
    }

    /// "Thursday", "Thursday evening", "Thursday 3 December".
    pub fn words(&self, reader: &Reader, now: Timestamp) -> String {
        let is_near = now - NEAR < self.until && self.until < now + NEAR + SignedDuration::from_hours(24);
        let day = reader.day(self.on, is_near);
        match self.part {
            Some(part) if is_near => format!("{day} {}", part.as_str()),
            Some(part) => format!("{day}, in the {}", part.as_str()),
            None => day,
        }
    }
}

impl Rest {
    /// What it says where nobody chose words of their own.
    pub const USUAL: &'static str = "We are taking a rest. No news is no bad news.";

    /// What it says.
    pub fn sentence(&self) -> &str {
        self.words.as_deref().unwrap_or(Self::USUAL)
    }
}

impl Glance {
    /// What readers are told of the next update: nothing, once it has passed.
    pub fn next_update_for_readers(&self, now: Timestamp) -> Option<&NextUpdate> {
        self.next_update.as_ref().filter(|next| !next.is_over(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_day_is_known_by_its_name() {
        let on = jiff::civil::date(2026, 11, 26);
        let until = Timestamp::from_micros(1_795_737_600_000_000); // 2026-11-27T00:00:00Z
        let said = |part, hours_before: i64| {
            let now = until - SignedDuration::from_hours(hours_before);
            NextUpdate { on, part, until }.words(&Reader::default(), now)
        };
        assert_eq!(said(None, 24), "Thursday");
        assert_eq!(said(Some(Part::Evening), 6 * 24), "Thursday evening");
        assert_eq!(said(None, 8 * 24), "Thursday 26 November");
        assert_eq!(said(Some(Part::Morning), 8 * 24), "Thursday 26 November, in the morning");
        assert_eq!(said(None, -24), "Thursday");
        assert_eq!(said(None, -10 * 24), "Thursday 26 November");
    }
}
