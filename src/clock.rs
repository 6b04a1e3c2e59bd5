//! The only reader of the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::SignedDuration;

/// A point in time in whole microseconds, which is what both databases keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From microseconds that somebody sent; none where that is no time from 1970 to 9000, which both databases can hold.
    pub fn known_to_both(micros: i64) -> Option<Self> {
        const YEAR_9000: i64 = 221_845_392_000_000_000;
        (0..YEAR_9000).contains(&micros).then_some(Self(micros))
    }

    /// The same, from an address or a form.
    pub fn parse_micros(text: &str) -> Option<Self> {
        text.parse().ok().and_then(Self::known_to_both)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// For machines: RFC 3339, in UTC.
    pub fn rfc3339(self) -> String {
        self.to_jiff().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// For people, in UTC; a script shows it in the reader's own time.
    pub fn long(self) -> String {
        self.to_jiff().strftime("%-d %B %Y, %H:%M UTC").to_string()
    }

    /// The same in the calendar library's type, for showing it.
    pub fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::MAX)
    }
}

impl std::ops::Add<SignedDuration> for Timestamp {
    type Output = Self;

    fn add(self, by: SignedDuration) -> Self {
        Self(self.0.saturating_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)))
    }
}

impl std::ops::Sub<SignedDuration> for Timestamp {
    type Output = Self;

    fn sub(self, by: SignedDuration) -> Self {
        self + -by
    }
}

/// Where the application learns what time it is. Tests hold a clock still and move it on by hand.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `start` until [`Clock::advance`] moves it.
    pub fn manual(start: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(start.as_micros()))))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        Timestamp(match &self.0 {
            Source::System => jiff::Timestamp::now().as_microsecond(),
            Source::Manual(micros) => micros.load(Ordering::SeqCst),
        })
    }

    /// Moves a manual clock on; the system's clock takes no orders.
    pub fn advance(&self, by: SignedDuration) {
        if let Source::Manual(micros) = &self.0 {
            let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            micros.fetch_add(by, Ordering::SeqCst);
        }
    }
}
