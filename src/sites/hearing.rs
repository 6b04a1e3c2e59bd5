//! How a member hears of updates, and when: the time of their digest, and the hours in which no mail comes to them.

use jiff::{SignedDuration, ToSpan};
use serde::Deserialize;

use super::model::Delivery;
use super::quiet_hours::QuietHours;
use crate::clock::Timestamp;
use crate::error::FieldErrors;
use crate::web::Zone;

crate::words! {
    /// How an update stands that is to be in a member's digest.
    pub enum NewsState {
        /// To be told.
        Waiting = "waiting",
        /// Told.
        Told = "told",
        /// Taken out again by whoever writes there, before it was told.
        Stopped = "stopped",
    }
}

/// What a member has chosen. All hours are those of their own day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hearing {
    /// How they hear.
    pub delivery: Delivery,
    /// The hour of their digest, 0 to 23.
    pub hour: i32,
    /// The day of a weekly one, from 1 for Monday to 7 (ISO 8601).
    pub weekday: i32,
    /// When no mail comes; by itself, there are none.
    pub quiet: QuietHours,
}

impl Default for Hearing {
    fn default() -> Self {
        Self { delivery: Delivery::Each, hour: 18, weekday: 7, quiet: QuietHours { from: 0, until: 0 } }
    }
}

/// The days of the week by their numbers.
pub const WEEKDAYS: [(i32, &str); 7] =
    [(1, "Monday"), (2, "Tuesday"), (3, "Wednesday"), (4, "Thursday"), (5, "Friday"), (6, "Saturday"), (7, "Sunday")];

impl Hearing {
    /// The first time after `after` at which they want a digest; at once for whoever wants none and is still to be told
    /// what was left. Each day has one such time: an hour that the clocks skip is as much later as they skip, and of one that
    /// comes twice it is the first.
    pub fn next_digest(&self, zone: &Zone, after: Timestamp) -> Timestamp {
        if !self.delivery.is_digest() {
            return after;
        }
        let tz = zone.time_zone();
        let here = after.to_jiff().to_zoned(tz.clone());
        let hour = i8::try_from(self.hour).unwrap_or_default();
        let mut day = here.date();
        for _ in 0..9 {
            let is_the_day =
                self.delivery == Delivery::Daily || i32::from(day.weekday().to_monday_one_offset()) == self.weekday;
            match tz.to_ambiguous_zoned(day.at(hour, 0, 0, 0)).compatible() {
                Ok(at) if is_the_day && at > here => {
                    return Timestamp::from_micros(at.timestamp().as_microsecond());
                }
                _ => day = day.saturating_add(1.day()),
            }
        }
        // Only where the calendar ends.
        after + SignedDuration::from_hours(24)
    }

    /// "Sunday".
    pub fn weekday_name(&self) -> &'static str {
        WEEKDAYS.iter().find(|(number, _)| *number == self.weekday).map_or("", |(_, name)| name)
    }
}

/// The choice as it was sent; what is not in the form stays as it was, but for how they hear.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct HearingInput {
    delivery: String,
    digest_hour: String,
    digest_day: String,
    quiet_from: String,
    quiet_until: String,
    time_zone: String,
    /// The zone of the device, as a script says it.
    zone_here: String,
}

impl HearingInput {
    /// Reads it, on top of what holds now.
    pub fn parse(&self, before: &Hearing) -> Result<Hearing, FieldErrors> {
        let mut errors = FieldErrors::default();
        let delivery = errors.take(
            "delivery",
            Delivery::from_word(&self.delivery)
                .ok_or_else(|| "Please choose how you want to hear of updates.".to_owned()),
        );
        let hour = errors.take("digest_hour", number(&self.digest_hour, before.hour, 0..=23));
        let weekday = errors.take("digest_day", number(&self.digest_day, before.weekday, 1..=7));
        let quiet = match (self.quiet_from.as_str(), self.quiet_until.as_str()) {
            ("", "") => Ok(before.quiet),
            (from, until) => QuietHours::parse(from, until),
        };
        let quiet = errors.take("quiet_from", quiet);
        match (delivery, hour, weekday, quiet) {
            (Some(delivery), Some(hour), Some(weekday), Some(quiet)) => Ok(Hearing { delivery, hour, weekday, quiet }),
            _ => Err(errors),
        }
    }

    /// The zone that was chosen, or else that of the device; none where neither is known.
    pub fn zone(&self) -> Option<Zone> {
        let known = |name: &str| Zone::parse(name).ok().filter(Zone::is_chosen);
        known(&self.time_zone).or_else(|| known(&self.zone_here))
    }
}

fn number(text: &str, before: i32, allowed: std::ops::RangeInclusive<i32>) -> Result<i32, String> {
    if text.is_empty() {
        return Ok(before);
    }
    let number = text.parse().ok().filter(|number| allowed.contains(number));
    number.ok_or_else(|| "Please choose the time of your digest from the lists.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_micros(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
    }

    fn hearing(delivery: Delivery, hour: i32) -> Hearing {
        Hearing { delivery, hour, ..Hearing::default() }
    }

    /// Every digest from one time to another.
    fn digests(hearing: &Hearing, zone: &str, from: &str, to: &str) -> Vec<String> {
        let zone = Zone::parse(zone).unwrap();
        let (mut now, to) = (at(from), at(to));
        let mut all = Vec::new();
        loop {
            now = hearing.next_digest(&zone, now);
            if now > to {
                return all;
            }
            all.push(now.rfc3339());
        }
    }

    #[test]
    fn a_daily_digest_comes_once_a_day_also_when_the_clocks_change() {
        for (zone, hour, from, to, all) in [
            // London, forwards: 01:00 does not exist on the 29th.
            (
                "Europe/London",
                1,
                "2026-03-28T00:00:00Z",
                "2026-03-30T12:00:00Z",
                ["2026-03-28T01:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"],
            ),
            // London, back: 01:00 comes twice on the 25th.
            (
                "Europe/London",
                1,
                "2026-10-23T23:00:00Z",
                "2026-10-26T12:00:00Z",
                ["2026-10-24T00:00:00Z", "2026-10-25T00:00:00Z", "2026-10-26T01:00:00Z"],
            ),
            // New York, forwards: 02:00 does not exist on the 8th.
            (
                "America/New_York",
                2,
                "2026-03-07T00:00:00Z",
                "2026-03-09T12:00:00Z",
                ["2026-03-07T07:00:00Z", "2026-03-08T07:00:00Z", "2026-03-09T06:00:00Z"],
            ),
            // New York, back: 01:00 comes twice on the first.
            (
                "America/New_York",
                1,
                "2026-10-31T00:00:00Z",
                "2026-11-02T12:00:00Z",
                ["2026-10-31T05:00:00Z", "2026-11-01T05:00:00Z", "2026-11-02T06:00:00Z"],
            ),
            (
                "UTC",
                18,
                "2026-03-01T18:00:00Z",
                "2026-03-04T18:00:00Z",
                ["2026-03-02T18:00:00Z", "2026-03-03T18:00:00Z", "2026-03-04T18:00:00Z"],
            ),
        ] {
            assert_eq!(digests(&hearing(Delivery::Daily, hour), zone, from, to), all, "{zone} {hour}");
        }
    }

    #[test]
    fn a_weekly_digest_comes_on_its_day() {
        let weekly = Hearing { weekday: 3, ..hearing(Delivery::Weekly, 7) };
        let all = digests(&weekly, "Europe/London", "2026-03-18T07:00:00Z", "2026-04-08T07:00:00Z");
        assert_eq!(all, ["2026-03-25T07:00:00Z", "2026-04-01T06:00:00Z", "2026-04-08T06:00:00Z"]);
        assert_eq!(weekly.weekday_name(), "Wednesday");
    }

    #[test]
    fn whoever_wants_no_digest_is_told_what_is_left_at_once() {
        let now = at("2026-03-01T12:00:00Z");
        assert_eq!(hearing(Delivery::Each, 18).next_digest(&Zone::default(), now), now);
    }

    #[test]
    fn what_is_not_in_the_form_stays_and_what_is_wrong_is_said() {
        let before = Hearing { hour: 7, quiet: QuietHours { from: 22, until: 6 }, ..Hearing::default() };
        let daily = HearingInput { delivery: "daily".into(), ..HearingInput::default() };
        assert_eq!(daily.parse(&before), Ok(Hearing { delivery: Delivery::Daily, ..before }));
        for (field, input) in [
            ("delivery", HearingInput { delivery: "often".into(), ..HearingInput::default() }),
            ("digest_hour", HearingInput { digest_hour: "24".into(), ..daily.clone() }),
            ("digest_day", HearingInput { digest_day: "0".into(), ..daily.clone() }),
            ("quiet_from", HearingInput { quiet_from: "-1".into(), quiet_until: "8".into(), ..daily.clone() }),
        ] {
            assert!(input.parse(&before).is_err_and(|errors| errors.of(field).is_some()), "{field}");
        }
    }

    #[test]
    fn a_zone_is_the_chosen_one_or_that_of_the_device() {
        let zone = |chosen: &str, here: &str| {
            let input = HearingInput { time_zone: chosen.into(), zone_here: here.into(), ..HearingInput::default() };
            input.zone().map(|zone| zone.name().to_owned())
        };
        assert_eq!(zone("Asia/Tokyo", "Europe/London").as_deref(), Some("Asia/Tokyo"));
        assert_eq!(zone("UTC", "Europe/London").as_deref(), Some("Europe/London"));
        assert_eq!(zone("", "Mars/Olympus"), None);
    }
}
