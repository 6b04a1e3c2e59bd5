//! The hours in which a page would rather wake nobody.

use jiff::ToSpan;

use crate::clock::Timestamp;
use crate::web::Zone;

/// Whole hours of the day on which they begin and end; the same twice means that there are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// 0 to 23.
    pub from: i32,
    /// 0 to 23.
    pub until: i32,
}

impl Default for QuietHours {
    fn default() -> Self {
        Self { from: 21, until: 8 }
    }
}

impl QuietHours {
    /// Reads the two hours.
    pub fn parse(from: &str, until: &str) -> Result<Self, String> {
        let hour = |text: &str| text.parse::<i32>().ok().filter(|hour| (0..24).contains(hour));
        match (hour(from), hour(until)) {
            (Some(from), Some(until)) => Ok(Self { from, until }),
            _ => Err("Please choose the hours from the lists.".to_owned()),
        }
    }

    /// Whether there are any.
    pub fn exist(self) -> bool {
        self.from != self.until
    }

    /// For the record.
    pub fn in_words(self) -> String {
        if self.exist() { format!("from {}:00 to {}:00", self.from, self.until) } else { "none".to_owned() }
    }

    /// Whether it is quiet now, where that zone is.
    pub fn hold(self, now: Timestamp, zone: &Zone) -> bool {
        let hour = i32::from(now.to_jiff().to_zoned(zone.time_zone()).hour());
        if self.from <= self.until {
            (self.from..self.until).contains(&hour)
        } else {
            hour >= self.from || hour < self.until
        }
    }

    /// When they are over the next time.
    pub fn over_at(self, now: Timestamp, zone: &Zone) -> Timestamp {
        let tz = zone.time_zone();
        let here = now.to_jiff().to_zoned(tz.clone());
        let hour = i8::try_from(self.until).unwrap_or_default();
        let mut day = here.date();
        // Today or tomorrow; where a clock change swallows the hour, a little later.
        for _ in 0..3 {
            let over = tz.to_ambiguous_zoned(day.at(hour, 0, 0, 0)).compatible();
            match over {
                Ok(over) if over > here => return Timestamp::from_micros(over.timestamp().as_microsecond()),
                _ => day = day.saturating_add(1.day()),
            }
        }
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_micros(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
    }

    #[test]
    fn they_go_around_midnight_or_not() {
        let zone = Zone::parse("Europe/London").unwrap();
        let night = QuietHours::default();
        for (time, quiet, over) in [
            ("2026-01-10T20:59:00Z", false, "2026-01-11T08:00:00Z"),
            ("2026-01-10T21:00:00Z", true, "2026-01-11T08:00:00Z"),
            ("2026-01-11T03:00:00Z", true, "2026-01-11T08:00:00Z"),
            ("2026-01-11T08:00:00Z", false, "2026-01-12T08:00:00Z"),
            // The night in which the clocks go forward, and one in summer.
            ("2026-03-28T22:00:00Z", true, "2026-03-29T07:00:00Z"),
            ("2026-07-01T20:30:00Z", true, "2026-07-02T07:00:00Z"),
        ] {
            assert_eq!((night.hold(at(time), &zone), night.over_at(at(time), &zone)), (quiet, at(over)), "{time}");
        }
        let noon = QuietHours { from: 12, until: 14 };
        assert!(noon.hold(at("2026-01-10T13:00:00Z"), &zone) && !noon.hold(at("2026-01-10T14:00:00Z"), &zone));
        let none = QuietHours { from: 8, until: 8 };
        assert!(!none.exist() && !none.hold(at("2026-01-10T08:30:00Z"), &zone));
    }
}
