//! When an update is posted and who hears of it: the rules of the clock and of the quiet hours.

use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::tz::AmbiguousOffset;

use crate::clock::Timestamp;
use crate::sites::QuietHours;
use crate::web::Zone;

crate::words! {
    /// Who hears of an update by mail, of those whom it is for.
    pub enum MailChoice {
        /// Who wants to hear of each update.
        Each = "each",
        /// They, and those who want to hear of big news only.
        Big = "big",
        /// Nobody.
        None = "none",
    }
}

crate::words! {
    /// When an update is to be posted.
    pub enum Timing {
        /// At once.
        Now = "now",
        /// At a date and time.
        At = "at",
        /// When the quiet hours are over.
        Morning = "morning",
    }
}

/// No further ahead than this, which is more likely a slip.
const FURTHEST: SignedDuration = SignedDuration::from_hours(366 * 24);

/// A wall time, found on the line of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When that is.
    pub at: Timestamp,
    /// What is to be said where the clocks change around it.
    pub note: Option<String>,
}

/// When a wall time is in a zone. One that the clocks skip is as much later as they skip; one that comes twice is the first.
pub fn wall_time(text: &str, zone: &Zone) -> Result<Moment, String> {
    let text = text.trim().replace(' ', "T");
    let wall: DateTime = match text.parse() {
        Ok(wall) if text.contains('T') => wall,
        _ => return Err("Please give a date and a time, like 2026-12-24 09:30.".to_owned()),
    };
    let ambiguous = zone.time_zone().to_ambiguous_zoned(wall);
    let offset = ambiguous.offset();
    let zoned = ambiguous.compatible().map_err(|_| "This date is too far away.".to_owned())?;
    let (typed, meant) = (wall.strftime("%H:%M"), zoned.strftime("%H:%M"));
    let note = match offset {
        AmbiguousOffset::Unambiguous { .. } => None,
        AmbiguousOffset::Gap { .. } => {
            Some(format!("The clocks go forward that day, and {typed} does not exist: it means {meant}."))
        }
        AmbiguousOffset::Fold { .. } => {
            Some(format!("The clocks go back that day, and {typed} comes twice: it means the first time."))
        }
    };
    Ok(Moment { at: Timestamp::from_micros(zoned.timestamp().as_microsecond()), note })
}

/// When an update is to be posted by itself; `None` for at once.
pub fn time_of(
    timing: Timing,
    at: &str,
    zone: &Zone,
    quiet: QuietHours,
    now: Timestamp,
) -> Result<Option<Timestamp>, String> {
    match timing {
        Timing::Now => Ok(None),
        Timing::Morning => Ok(Some(quiet.over_at(now, zone))),
        Timing::At => {
            let moment = wall_time(at, zone)?;
            if moment.at <= now {
                Err("This time is over already. Please choose a later one, or post it now.".to_owned())
            } else if moment.at > now + FURTHEST {
                Err("This is more than a year ahead. Please choose an earlier time.".to_owned())
            } else {
                Ok(Some(moment.at))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::parse(name).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::from_micros(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
    }

    #[test]
    fn a_wall_time_is_meant_where_its_author_is() {
        for (wall, name, instant) in [
            ("2026-07-01T09:30", "Europe/London", "2026-07-01T08:30:00Z"),
            ("2026-12-01T09:30", "Europe/London", "2026-12-01T09:30:00Z"),
            ("2026-07-01 09:30", "America/New_York", "2026-07-01T13:30:00Z"),
            ("2026-07-01T09:30", "UTC", "2026-07-01T09:30:00Z"),
            ("2026-07-01T00:15", "Asia/Kathmandu", "2026-06-30T18:30:00Z"),
        ] {
            assert_eq!(wall_time(wall, &zone(name)), Ok(Moment { at: at(instant), note: None }), "{wall} {name}");
        }
    }

    #[test]
    fn a_time_that_the_clocks_skip_or_repeat_is_told() {
        for (wall, name, instant, said) in [
            ("2026-03-29T01:30", "Europe/London", "2026-03-29T01:30:00Z", "it means 02:30"),
            ("2026-10-25T01:30", "Europe/London", "2026-10-25T00:30:00Z", "comes twice"),
            ("2026-03-08T02:15", "America/New_York", "2026-03-08T07:15:00Z", "it means 03:15"),
            ("2026-11-01T01:15", "America/New_York", "2026-11-01T05:15:00Z", "comes twice"),
        ] {
            let moment = wall_time(wall, &zone(name)).unwrap();
            assert_eq!(moment.at, at(instant), "{wall} {name}");
            assert!(moment.note.as_deref().is_some_and(|note| note.contains(said)), "{moment:?}");
        }
    }

    #[test]
    fn what_is_no_time_or_not_ahead_is_a_problem_in_words() {
        let now = at("2026-03-01T12:00:00Z");
        let ask = |text: &str| time_of(Timing::At, text, &zone("UTC"), QuietHours::default(), now);
        for bad in ["", "tomorrow", "2026-03-02", "2026-13-01T09:00", "2026-03-02T25:00", "09:30", "2026-03-02T09:00Z"]
        {
            assert!(ask(bad).is_err_and(|problem| problem.contains("a date and a time")), "{bad}");
        }
        assert!(ask("2026-03-01T12:00").unwrap_err().contains("over already"));
        assert!(ask("2027-03-09T12:00").unwrap_err().contains("more than a year"));
        assert_eq!(ask("2026-03-01T12:01"), Ok(Some(at("2026-03-01T12:01:00Z"))));
    }
}
