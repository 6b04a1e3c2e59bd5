//! The few words, the day, the note: what may stand in them.

use jiff::SignedDuration;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::clock::Timestamp;
use crate::db::ids::{NoteId, StatusId, SubmissionKey};
use crate::error::FieldErrors;
use crate::sites::{Audience, NextUpdate, Part, Site};
use crate::text;
use crate::web::{Reader, Zone};

/// How long a status line may be: a few words, seen at a glance.
const STATUS_CHARS: usize = 80;
const REST_CHARS: usize = 200;
const TITLE_CHARS: usize = 60;
const NOTE_CHARS: usize = 5_000;

/// How many notes may be pinned: with more, nobody reads any.
pub const MOST_NOTES: i64 = 12;

/// What can be said with one tap.
pub const SUGGESTIONS: [&str; 5] = ["Resting", "A good day", "A hard day", "At home", "In hospital"];

/// A status line that a page has or had.
#[derive(Clone, Debug)]
pub struct PastStatus {
    /// Its row.
    pub id: StatusId,
    /// What it said; nothing where the line was taken away.
    pub words: Option<String>,
    /// Who said so, as long as they are known.
    pub author: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// The status line as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct StatusInput {
    pub words: String,
}

impl StatusInput {
    pub fn parse(&self) -> Result<String, FieldErrors> {
        text::line(&self.words, "a few words", STATUS_CHARS)
            .map_err(|problem| FieldErrors::default().with("words", problem))
    }
}

/// When to expect the next update, as it was sent: a day, a part of it, and the zone of the device.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NextUpdateInput {
    pub next_on: String,
    pub next_part: String,
    pub next_zone: String,
}

impl NextUpdateInput {
    /// The day and its end, where whoever says it is; `None` where no day was named. The zone that somebody has chosen goes
    /// before that of their device.
    pub fn parse(&self, chosen: Option<TimeZone>, now: Timestamp) -> Result<Option<NextUpdate>, FieldErrors> {
        let wrong = |problem: &str| FieldErrors::default().with("next_on", problem);
        if self.next_on.trim().is_empty() {
            return Ok(None);
        }
        let on: Date = self.next_on.trim().parse().map_err(|_| wrong("Please choose a day."))?;
        let zone =
            chosen.or_else(|| Zone::parse(&self.next_zone).ok().map(|zone| zone.time_zone())).unwrap_or(TimeZone::UTC);
        let part = Part::from_word(&self.next_part);
        let until = end_of(on, part, &zone).ok_or_else(|| wrong("Please choose a day."))?;
        if until <= now {
            return Err(wrong("That has passed already. Please choose a later day, or none."));
        }
        if until > now + SignedDuration::from_hours(366 * 24) {
            return Err(wrong("Please choose a day within a year."));
        }
        Ok(Some(NextUpdate { on, part, until }))
    }

    /// The form as it is shown for what holds now.
    pub fn of(next: Option<&NextUpdate>) -> Self {
        let part = next.and_then(|next| next.part).map_or("", Part::as_str);
        Self {
            next_on: next.map(|next| next.on.to_string()).unwrap_or_default(),
            next_part: part.to_owned(),
            next_zone: String::new(),
        }
    }
}

fn end_of(on: Date, part: Option<Part>, zone: &TimeZone) -> Option<Timestamp> {
    let (day, hour) = match part {
        Some(Part::Morning) => (on, 12),
        Some(Part::Afternoon) => (on, 18),
        Some(Part::Evening) | None => (on.tomorrow().ok()?, 0),
    };
    let end = day.to_datetime(Time::constant(hour, 0, 0, 0)).to_zoned(zone.clone()).ok()?;
    Some(Timestamp::from_micros(end.timestamp().as_microsecond()))
}

/// What the family says about its rest, as it was sent; nothing for the usual words.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RestInput {
    pub words: String,
}

impl RestInput {
    pub fn parse(&self) -> Result<Option<String>, FieldErrors> {
        text::optional_line(&self.words, "a few words", REST_CHARS)
            .map_err(|problem| FieldErrors::default().with("words", problem))
    }
}

/// A note that is pinned beside the journal.
#[derive(Clone, Debug)]
pub struct Note {
    /// Its row.
    pub id: NoteId,
    /// "Start here", "Visiting hours".
    pub title: String,
    /// Safe HTML.
    pub body_html: String,
    /// Who it is for.
    pub audience: Audience,
}

/// What stands beside the journal, and by whom the status line is.
#[derive(Clone, Debug, Default)]
pub struct Pinned {
    /// The notes that the viewer may read, in their order.
    pub notes: Vec<Note>,
    /// Who set the status line.
    pub status_by: Option<String>,
}

/// A note as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NoteInput {
    pub title: String,
    pub body: String,
    pub audience: String,
    pub submission: String,
}

/// A note, valid, and rendered once for all who will read it.
#[derive(Clone, Debug)]
pub struct NewNote {
    pub title: String,
    pub body: String,
    pub body_html: String,
    pub audience: Audience,
    pub submission: Option<SubmissionKey>,
}

impl NoteInput {
    pub fn parse(&self) -> Result<NewNote, FieldErrors> {
        let mut errors = FieldErrors::default();
        let title = errors.take("title", text::line(&self.title, "a title", TITLE_CHARS));
        let body = errors.take("body", text::body(&self.body, "a few words", NOTE_CHARS));
        let audience = errors.take(
            "audience",
            Audience::from_word(&self.audience).ok_or_else(|| "Please choose who this is for.".to_owned()),
        );
        match (title, body, audience) {
            (Some(title), Some(body), Some(audience)) => Ok(NewNote {
                title,
                body_html: text::markdown_to_html(&body),
                body,
                audience,
                submission: SubmissionKey::parse(&self.submission),
            }),
            _ => Err(errors),
        }
    }

    /// Whether this audience is the chosen one.
    pub fn audience_is(&self, word: &str) -> bool {
        self.audience == word || (self.audience.is_empty() && word == "everyone")
    }
}

/// The short lines at the end of an update's mail. A family that rests has said all there is to say.
pub fn mail_lines(site: &Site, now: Timestamp) -> Vec<String> {
    let glance = site.shown_glance();
    if glance.rest.is_some() {
        return Vec::new();
    }
    let status = glance.status.as_ref().map(|status| format!("{} now: {}", site.first_name, status.words));
    let next = glance
        .next_update_for_readers(now)
        .map(|next| format!("Next update by {}.", next.words(&Reader::default(), now)));
    status.into_iter().chain(next).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23T14:05:00Z, a Monday.
    const NOW: Timestamp = Timestamp::from_micros(1_795_442_700_000_000);

    fn parse(on: &str, part: &str, zone: &str) -> Result<Option<NextUpdate>, FieldErrors> {
        let input = NextUpdateInput { next_on: on.into(), next_part: part.into(), next_zone: zone.into() };
        input.parse(None, NOW)
    }

    #[test]
    fn a_day_ends_where_it_was_said() {
        let until = |on, part, zone| parse(on, part, zone).unwrap().unwrap().until.rfc3339();
        assert_eq!(until("2026-11-26", "", ""), "2026-11-27T00:00:00Z");
        assert_eq!(until("2026-11-26", "morning", "UTC"), "2026-11-26T12:00:00Z");
        assert_eq!(until("2026-11-26", "", "America/New_York"), "2026-11-27T05:00:00Z");
        assert_eq!(until("2026-11-23", "afternoon", "America/New_York"), "2026-11-23T23:00:00Z");
    }

    #[test]
    fn a_day_that_has_passed_or_never_comes_is_refused() {
        assert_eq!(parse("", "morning", ""), Ok(None));
        for on in ["2026-11-22", "yesterday", "2026-02-30", "9999-12-31", "2029-01-01", "-9999-01-01", "\0"] {
            assert!(parse(on, "", "").is_err(), "{on}");
        }
        assert!(parse("2026-11-23", "morning", "").is_err(), "noon is over");
        assert!(parse("2026-11-23", "", "").is_ok());
    }
}
