//! In which order one reads, where one is, and the months of a journal.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::clock::Timestamp;
use crate::db::ids::UpdateId;

/// In which order a journal is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// What is new first.
    #[default]
    Newest,
    /// From the beginning.
    Oldest,
}

/// Where somebody is in a journal, as the address says it. What makes no sense there is passed over: it comes from links
/// that were cut or mistyped, and leads to the page as it begins.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Place {
    before: String,
    after: String,
    id: String,
    order: String,
    month: String,
}

/// Who has read an update: for whoever wrote it, and for nobody else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipts {
    /// How many people there are on the page who have had it on their screen.
    pub count: i64,
    /// Those of them who have chosen to be seen, by name.
    pub names: Vec<String>,
}

impl Receipts {
    /// "Read by 14 people".
    pub fn summary(&self) -> String {
        match self.count {
            1 => "Read by one person".to_owned(),
            count => format!("Read by {count} people"),
        }
    }

    /// How many of them are not named, in words; nothing where all are.
    pub fn others(&self) -> Option<String> {
        match (self.names.len(), self.count - i64::try_from(self.names.len()).unwrap_or(i64::MAX)) {
            (_, ..=0) => None,
            (0, _) => Some("Who they are stays with them: nobody has to be seen reading.".to_owned()),
            (_, 1) => Some("And one other.".to_owned()),
            (_, others) => Some(format!("And {others} others.")),
        }
    }
}

/// The years in which updates are posted, and some more; both databases can hold them.
const YEARS: std::ops::RangeInclusive<i16> = 1970..=9000;

impl Place {
    pub fn order(&self) -> Order {
        if self.order == "oldest" { Order::Oldest } else { Order::Newest }
    }

    /// The last update on the page before, when reading back.
    pub fn before(&self) -> Option<(Timestamp, UpdateId)> {
        Timestamp::parse_micros(&self.before).zip(UpdateId::parse(&self.id))
    }

    /// The last update on the page before, when reading on.
    pub fn after(&self) -> Option<(Timestamp, UpdateId)> {
        Timestamp::parse_micros(&self.after).zip(UpdateId::parse(&self.id))
    }

    pub fn month(&self) -> Option<Month> {
        Month::parse(&self.month)
    }
}

/// A month of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month(Date);

impl Month {
    /// Reads `2026-11`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if year.len() != 4 || month.len() != 2 || !digits(year) || !digits(month) {
            return None;
        }
        let year: i16 = year.parse().ok()?;
        let first = Date::new(year, month.parse().ok()?, 1).ok()?;
        YEARS.contains(&year).then_some(Self(first))
    }

    /// The month in which something happened, where somebody is.
    pub fn of(time: Timestamp, zone: &TimeZone) -> Self {
        Self(time.to_jiff().to_zoned(zone.clone()).date().first_of_month())
    }

    /// As it stands in an address.
    pub fn word(self) -> String {
        self.0.strftime("%Y-%m").to_string()
    }

    /// "November 2026".
    pub fn name(self) -> String {
        self.0.strftime("%B %Y").to_string()
    }

    /// "2026".
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// "November".
    pub fn name_alone(self) -> String {
        self.0.strftime("%B").to_string()
    }

    /// From its first moment up to the first one after it, where somebody is.
    pub fn bounds(self, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
        let next = self.0.last_of_month().tomorrow().ok()?;
        start_of(self.0, zone).zip(start_of(next, zone))
    }
}

fn start_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    let start = day.to_zoned(zone.clone()).ok()?;
    Some(Timestamp::from_micros(start.timestamp().as_microsecond()))
}

/// How many updates there are in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthCount {
    pub month: Month,
    pub count: usize,
}

/// The months in which something was posted, newest first. `times` are in order; each month is found by two searches, so
/// that a long journal takes hardly longer than a short one.
pub fn months(times: &[Timestamp], zone: &TimeZone) -> Vec<MonthCount> {
    let mut found = Vec::new();
    let mut rest = times;
    while let Some(first) = rest.first() {
        let month = Month::of(*first, zone);
        let end = month.bounds(zone).map(|(_, end)| end);
        let count = end.map_or(rest.len(), |end| rest.partition_point(|time| *time < end)).max(1);
        found.push(MonthCount { month, count });
        rest = rest.get(count..).unwrap_or_default();
    }
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_micros(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
    }

    fn counted(times: &[Timestamp], zone: &str) -> Vec<(String, usize)> {
        let zone = TimeZone::get(zone).unwrap();
        months(times, &zone).into_iter().map(|it| (it.month.word(), it.count)).collect()
    }

    #[test]
    fn a_month_is_the_readers_month() {
        let times = [at("2026-10-31T23:30:00Z"), at("2026-11-01T02:00:00Z"), at("2026-11-30T23:59:59Z")];
        assert_eq!(counted(&times, "UTC"), [("2026-11".to_owned(), 2), ("2026-10".to_owned(), 1)]);
        assert_eq!(counted(&times, "America/New_York"), [("2026-11".to_owned(), 1), ("2026-10".to_owned(), 2)]);
        assert_eq!(counted(&times, "Asia/Tokyo"), [("2026-12".to_owned(), 1), ("2026-11".to_owned(), 2)]);
        assert_eq!(counted(&[], "UTC"), []);
    }

    #[test]
    fn a_month_in_an_address_is_one_that_there_is() {
        assert_eq!(Month::parse("2026-02").map(Month::name).as_deref(), Some("February 2026"));
        for absurd in [
            "9999-99",
            "9999-12",
            "2026-13",
            "2026-00",
            "0000-01",
            "1969-12",
            "-001-01",
            "2026-1",
            "",
            "+026-11",
            "２０26-11",
        ] {
            assert_eq!(Month::parse(absurd), None, "{absurd}");
        }
    }

    #[test]
    fn readers_are_counted_and_named_as_they_chose() {
        let receipts = |count, names: &[&str]| {
            let it = Receipts { count, names: names.iter().map(|name| (*name).to_owned()).collect() };
            (it.summary(), it.others().unwrap_or_default())
        };
        assert_eq!(receipts(14, &["Bill", "Jo"]), ("Read by 14 people".to_owned(), "And 12 others.".to_owned()));
        assert_eq!(receipts(2, &["Jo"]).1, "And one other.");
        assert_eq!(receipts(1, &["Jo"]), ("Read by one person".to_owned(), String::new()));
        assert!(receipts(3, &[]).1.starts_with("Who they are stays with them"));
    }

    #[test]
    fn a_place_that_makes_no_sense_is_none() {
        let place = |before: &str, id: &str| Place { before: before.into(), id: id.into(), ..Place::default() };
        let id = UpdateId::generate();
        assert!(place("1772366400000000", &id.to_string()).before().is_some());
        for absurd in ["", "x", "-9223372036854775808", "9223372036854775807", "99999999999999999999", "-1"] {
            assert_eq!(place(absurd, &id.to_string()).before(), None, "{absurd}");
        }
        assert_eq!(place("1772366400000000", "nobody").before(), None);
    }
}
