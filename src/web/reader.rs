//! How somebody likes to read: how dates and times are written, and in which time zone.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::clock::Timestamp;

crate::words! {
    /// The language of the interface, which decides how dates and times are written (BCP 47).
    pub enum Language {
        /// English as in Britain: 23 November 2026, 14:05.
        Britain = "en-GB",
        /// English as in America: November 23, 2026 at 2:05 PM.
        America = "en-US",
    }
}

impl Language {
    /// Where nobody has said otherwise.
    pub const USUAL: Self = Self::Britain;
}

/// The zones that are compiled in: the same on every machine, and no file to read.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Their names, in order.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut names: Vec<String> = ZONES.available().map(|name| name.to_string()).collect();
    names.sort();
    names
});

/// The name that says that no zone was chosen.
const NOT_CHOSEN: &str = "UTC";

/// A time zone that exists, by its IANA name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(String);

impl Default for Zone {
    fn default() -> Self {
        Self(NOT_CHOSEN.to_owned())
    }
}

impl Zone {
    /// Reads a name; the problem is a sentence for whoever chose it.
    pub fn parse(name: &str) -> Result<Self, String> {
        let known = Self::names().iter().any(|known| known == name);
        if known { Ok(Self(name.to_owned())) } else { Err("Please choose a time zone from the list.".to_owned()) }
    }

    /// Every name that there is.
    pub fn names() -> &'static [String] {
        &NAMES
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Whether somebody has chosen it; otherwise it is the one that stands for none.
    pub fn is_chosen(&self) -> bool {
        self.0 != NOT_CHOSEN
    }

    /// Its rules, clock changes and all.
    pub fn time_zone(&self) -> TimeZone {
        ZONES.get(&self.0).unwrap_or(TimeZone::UTC)
    }
}

/// How the viewer of a page likes to read; of somebody we do not know, nothing is known.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    language: Option<Language>,
    zone: Option<TimeZone>,
}

impl Reader {
    /// Somebody with an account. The zones are kept by the library once they were read, so that this is a look-up.
    pub fn of(language: &str, time_zone: &str) -> Self {
        Self {
            language: Some(Language::from_word(language).unwrap_or(Language::USUAL)),
            zone: if time_zone == NOT_CHOSEN { None } else { ZONES.get(time_zone).ok() },
        }
    }

    /// For the page's `lang`.
    pub fn language(&self) -> &'static str {
        self.language.map_or("en", Language::as_str)
    }

    /// Whether they have chosen a zone; otherwise a script shows times in that of their device.
    pub fn has_zone(&self) -> bool {
        self.zone.is_some()
    }

    /// A point in time, in words. Where no zone was chosen it is in UTC, and says so.
    pub fn long(&self, instant: &Timestamp) -> String {
        let format = match self.language.unwrap_or(Language::USUAL) {
            Language::Britain => "%-d %B %Y, %H:%M",
            Language::America => "%B %-d, %Y at %-I:%M %p",
        };
        let zoned = instant.to_jiff().to_zoned(self.zone.clone().unwrap_or(TimeZone::UTC));
        let ending = if self.zone.is_some() { "" } else { " UTC" };
        format!("{}{ending}", zoned.strftime(format))
    }

    /// The month that a point in time lies in, where they are.
    pub fn month(&self, instant: &Timestamp) -> String {
        let zone = self.zone.clone().unwrap_or(TimeZone::UTC);
        instant.to_jiff().to_zoned(zone).strftime("%B %Y").to_string()
    }

    /// The zone that they read in: UTC where they have chosen none.
    pub fn zone(&self) -> TimeZone {
        self.zone.clone().unwrap_or(TimeZone::UTC)
    }

    /// A point in time as one speaks of it: this week's by the name of its day, an earlier one by its date.
    pub fn lately(&self, instant: &Timestamp, now: &Timestamp) -> String {
        let days = now.as_micros().saturating_sub(instant.as_micros()) / DAY_MICROS;
        if !(0..6).contains(&days) {
            return self.long(instant);
        }
        let format = if self.is_american() { "%A, %-I:%M %p" } else { "%A, %H:%M" };
        let ending = if self.zone.is_some() { "" } else { " UTC" };
        format!("{}{ending}", instant.to_jiff().to_zoned(self.zone()).strftime(format))
    }

    /// The day of a point in time as one speaks of it: "yesterday", "on Monday", "on 3 March".
    pub fn day_ago(&self, instant: &Timestamp, now: &Timestamp) -> String {
        let date = |it: &Timestamp| it.to_jiff().to_zoned(self.zone()).date();
        let (day, today) = (date(instant), date(now));
        let format = match (today.since(day).map(|span| span.get_days()), self.is_american()) {
            (Ok(..=0), _) => return "today".to_owned(),
            (Ok(1), _) => return "yesterday".to_owned(),
            (Ok(2..=6), _) => "on %A",
            (_, false) if day.year() == today.year() => "on %-d %B",
            (_, true) if day.year() == today.year() => "on %B %-d",
            (_, false) => "on %-d %B %Y",
            (_, true) => "on %B %-d, %Y",
        };
        day.strftime(format).to_string()
    }

    /// A day: by its name alone where it is near.
    pub fn day(&self, day: Date, is_near: bool) -> String {
        let format = match (is_near, self.is_american()) {
            (true, _) => "%A",
            (false, false) => "%A %-d %B",
            (false, true) => "%A, %B %-d",
        };
        day.strftime(format).to_string()
    }

    fn is_american(&self) -> bool {
        self.language == Some(Language::America)
    }
}

const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23T14:05:00Z.
    const AFTERNOON: Timestamp = Timestamp::from_micros(1_795_442_700_000_000);

    #[test]
    fn times_are_written_as_the_reader_likes_them() {
        assert_eq!(Reader::default().long(&AFTERNOON), "23 November 2026, 14:05 UTC");
        assert_eq!(Reader::of("en-GB", "UTC").long(&AFTERNOON), "23 November 2026, 14:05 UTC");
        assert_eq!(Reader::of("en-US", "UTC").long(&AFTERNOON), "November 23, 2026 at 2:05 PM UTC");
        assert_eq!(Reader::of("en-US", "Asia/Tokyo").long(&AFTERNOON), "November 23, 2026 at 11:05 PM");
        assert_eq!(Reader::of("en-GB", "America/New_York").long(&AFTERNOON), "23 November 2026, 09:05");
    }

    #[test]
    fn a_day_is_called_as_one_speaks_of_it() {
        let ago = |hours: i64, reader: &Reader| {
            reader.day_ago(&Timestamp::from_micros(AFTERNOON.as_micros() - hours * 3_600_000_000), &AFTERNOON)
        };
        let britain = Reader::of("en-GB", "UTC");
        assert_eq!(ago(-1, &britain), "today");
        assert_eq!(ago(14, &britain), "today");
        assert_eq!(ago(15, &britain), "yesterday");
        assert_eq!(ago(15, &Reader::of("en-GB", "America/New_York")), "yesterday");
        assert_eq!(ago(9, &Reader::of("en-GB", "America/New_York")), "today");
        assert_eq!(ago(6 * 24, &britain), "on Tuesday");
        assert_eq!(ago(7 * 24, &britain), "on 16 November");
        assert_eq!(ago(7 * 24, &Reader::of("en-US", "UTC")), "on November 16");
        assert_eq!(ago(365 * 24, &britain), "on 23 November 2025");
    }

    #[test]
    fn a_zone_that_is_gone_or_a_language_that_never_was_leave_the_page_readable() {
        assert_eq!(Reader::of("xx", "Mars/Olympus").long(&AFTERNOON), "23 November 2026, 14:05 UTC");
    }

    #[test]
    fn zones_are_taken_by_their_names_only() {
        assert!(Zone::parse("Europe/London").is_ok() && Zone::parse("UTC").is_ok());
        for name in ["", "europe/london", "Mars/Olympus", "../../etc/passwd", "UTC "] {
            assert!(Zone::parse(name).is_err(), "{name}");
        }
        assert!(Zone::names().len() > 300);
    }
}
