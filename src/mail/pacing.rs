//! How fast mail may leave: so many a second altogether, and a pause between two to one provider.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;

use crate::clock::Timestamp;

/// What the settings say of it.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    /// How many mails a second leave at most; none means as many as go.
    pub per_second: Option<u32>,
    /// The pause between two mails to a domain.
    pub pauses: HashMap<String, Duration>,
}

impl Pace {
    /// Reads pauses as the settings have them: `gmail.com=0.2, outlook.com=0.5`.
    pub fn parse_pauses(text: &str) -> Result<HashMap<String, Duration>, String> {
        let mut pauses = HashMap::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (domain, seconds) = part.split_once('=').unwrap_or((part, ""));
            let seconds = seconds.trim().parse::<f64>().ok().filter(|seconds| (0.0..=60.0).contains(seconds));
            let Some(seconds) = seconds.filter(|_| domain.contains('.')) else {
                return Err(format!(
                    "has '{part}', which is not a domain and seconds from 0 to 60, like gmail.com=0.2"
                ));
            };
            pauses.insert(domain.trim().to_ascii_lowercase(), Duration::from_secs_f64(seconds));
        }
        Ok(pauses)
    }
}

/// When a mail may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// After so long, and its place is kept.
    In(Duration),
    /// Not soon: it is to be asked for again then, and holds up nobody until then.
    At(Timestamp),
}

/// How long a mail waits here for its turn; what has to wait longer waits in the queue.
const SOON: i64 = 1_000_000;

/// How far ahead those who come again are told apart. Of what waits beyond, some may not come again, since it was stopped or is
/// not wanted any more: places that are kept for those keep nobody else waiting for longer than this.
const FURTHEST: i64 = 5 * 60_000_000;

/// How long a mail waits at most that somebody waits for.
const LONGEST_WAIT: i64 = 5_000_000;

/// How long a provider that says "not so fast" is left alone at first, and at most.
const FIRST_REST: i64 = 30_000_000;
const LONGEST_REST: i64 = 15 * 60_000_000;

/// How many domains are remembered; those with nothing to remember are forgotten beyond.
const REMEMBERED: usize = 1_000;

/// Keeps the pace. Times are microseconds, as the clock of the application has them.
#[derive(Default)]
pub(super) struct Pacing {
    pace: Pace,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The places of all mail together.
    all: Domain,
    domains: HashMap<String, Domain>,
}

#[derive(Clone, Copy, Default)]
struct Domain {
    /// The first place that nobody has.
    next: i64,
    /// The first place that none of those has who were told to come again.
    spread: i64,
    /// Until when it is left alone, and for how long it was.
    rests_until: i64,
    rest: i64,
}

impl Domain {
    /// Keeps the next place and says how long it is until then; or says when to come again. What is urgent waits behind those
    /// who have a place, and for no rest.
    fn place(&mut self, pause: i64, urgent: bool, now: i64) -> Result<i64, i64> {
        let place = self.next.max(now);
        if urgent {
            self.next = place + pause;
            return Ok((place - now).min(LONGEST_WAIT));
        }
        let free = place.max(self.rests_until);
        if free - now > SOON {
            let at = self.spread.clamp(free, free + FURTHEST);
            // Those who come again are as far from each other as they would have been here.
            self.spread = at + pause;
            return Err(at);
        }
        self.next = free + pause;
        Ok(free - now)
    }
}

impl Domain {
    /// Leaves it alone, longer each time. Those that were on the wire together are one warning.
    fn begin_rest(&mut self, now: i64) {
        if self.rests_until <= now {
            self.rest = (self.rest * 2).clamp(FIRST_REST, LONGEST_REST);
            self.rests_until = now + self.rest;
        }
    }

    fn end_rest(&mut self, now: i64) {
        if self.rests_until <= now {
            self.rest = 0;
        }
    }
}

impl Pacing {
    pub(super) fn new(pace: Pace) -> Self {
        Self { pace, state: Mutex::default() }
    }

    /// When a mail to this domain may leave. With `urgent`, somebody waits for it: it is not told to come again.
    pub(super) fn turn(&self, domain: &str, urgent: bool, now: Timestamp) -> Turn {
        let now = now.as_micros();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = self.pace.pauses.get(domain).map_or(0, |pause| micros(*pause));
        let mut wait = 0;
        if pause > 0 || state.domains.contains_key(domain) {
            match state.domains.entry(domain.to_owned()).or_default().place(pause, urgent, now) {
                Ok(place) => wait = place,
                Err(at) => return Turn::At(Timestamp::from_micros(at)),
            }
        }
        let pause = self.pace.per_second.filter(|it| *it > 0).map_or(0, |it| 1_000_000 / i64::from(it));
        if pause > 0 || state.all.rests_until > now {
            match state.all.place(pause, urgent, now) {
                Ok(place) => wait = wait.max(place),
                Err(at) => return Turn::At(Timestamp::from_micros(at)),
            }
        }
        Turn::In(Duration::from_micros(u64::try_from(wait).unwrap_or_default()))
    }

    /// A provider says "not so fast": what is for it waits, longer each time, and holds up nothing else.
    pub(super) fn rest(&self, domain: &str, now: Timestamp) {
        let now = now.as_micros();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.domains.len() > REMEMBERED {
            state.domains.retain(|_, it| it.rests_until.max(it.next) > now);
        }
        state.domains.entry(domain.to_owned()).or_default().begin_rest(now);
    }

    /// The relay itself says so.
    pub(super) fn rest_all(&self, now: Timestamp) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.all.begin_rest(now.as_micros());
    }

    /// It takes mail again.
    pub(super) fn goes_on(&self, domain: &str, now: Timestamp) {
        let now = now.as_micros();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.all.end_rest(now);
        if let Some(entry) = state.domains.get_mut(domain) {
            entry.end_rest(now);
        }
    }
}

fn micros(time: Duration) -> i64 {
    SignedDuration::try_from(time).map_or(0, |time| i64::try_from(time.as_micros()).unwrap_or(i64::MAX / 4))
}

/// Whether an answer that asks for patience is about how much was sent. A greylisting server says "later" too, and
/// waiting with all the others would not help there.
pub(super) fn is_about_pace(code: u16, why: &str) -> bool {
    let why = why.to_ascii_lowercase();
    let grey = ["greylist", "graylist", "grey list", "gray list"].iter().any(|word| why.contains(word));
    let pace = [
        "4.7.28",
        "4.7.650",
        " rate",
        "ratelimit",
        "too many",
        "too fast",
        "throttl",
        "limit",
        "slow down",
        "deferred due to",
        "temporarily deferred",
        "unusual",
        "quota exceeded for sending",
    ];
    matches!(code, 421 | 450 | 451 | 452) && !grey && pace.iter().any(|word| why.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: f64) -> Timestamp {
        Timestamp::from_micros((seconds * 1e6) as i64)
    }

    fn pacing(per_second: Option<u32>, pauses: &str) -> Pacing {
        Pacing::new(Pace { per_second, pauses: Pace::parse_pauses(pauses).unwrap() })
    }

    fn after(seconds: f64) -> Turn {
        Turn::In(Duration::from_micros((seconds * 1e6) as u64))
    }

    #[test]
    fn mails_to_one_provider_keep_their_pause_and_hold_up_nobody_else() {
        let pacing = pacing(None, "gmail.com=0.4, Outlook.com=1");
        for wait in [0.0, 0.4, 0.8] {
            assert_eq!(pacing.turn("gmail.com", false, at(100.0)), after(wait));
        }
        // Further ones wait in the queue, each for a place of its own.
        assert_eq!(pacing.turn("gmail.com", false, at(100.0)), Turn::At(at(101.2)));
        assert_eq!(pacing.turn("gmail.com", false, at(100.0)), Turn::At(at(101.6)));
        assert_eq!(pacing.turn("example.org", false, at(100.0)), after(0.0));
        assert_eq!(pacing.turn("outlook.com", false, at(100.0)), after(0.0));
        assert_eq!(pacing.turn("gmail.com", false, at(101.2)), after(0.0));
        assert_eq!(pacing.turn("gmail.com", false, at(101.6)), after(0.0));
    }

    #[test]
    fn no_more_than_so_many_leave_a_second() {
        let pacing = pacing(Some(2), "");
        for wait in [0.0, 0.5, 1.0] {
            assert_eq!(pacing.turn("example.org", false, at(9.0)), after(wait));
        }
        assert_eq!(pacing.turn("example.com", false, at(9.0)), Turn::At(at(10.5)));
        assert_eq!(pacing.turn("example.com", false, at(9.0)), Turn::At(at(11.0)));
        assert_eq!(pacing.turn("example.com", true, at(9.0)), after(1.5));
    }

    #[test]
    fn a_provider_that_says_not_so_fast_is_left_alone_for_longer_each_time() {
        let pacing = pacing(None, "");
        pacing.rest("gmail.com", at(0.0));
        pacing.rest("gmail.com", at(0.1));
        assert_eq!(pacing.turn("gmail.com", false, at(1.0)), Turn::At(at(30.0)));
        assert_eq!(pacing.turn("gmail.com", true, at(1.0)), after(0.0));
        assert_eq!(pacing.turn("example.org", false, at(1.0)), after(0.0));
        assert_eq!(pacing.turn("gmail.com", false, at(30.0)), after(0.0));
        pacing.rest("gmail.com", at(31.0));
        assert_eq!(pacing.turn("gmail.com", false, at(32.0)), Turn::At(at(91.0)));
        pacing.goes_on("gmail.com", at(92.0));
        pacing.rest("gmail.com", at(93.0));
        assert_eq!(pacing.turn("gmail.com", false, at(94.0)), Turn::At(at(123.0)));
    }

    #[test]
    fn places_of_those_who_never_come_again_keep_nobody_waiting_for_hours() {
        let pacing = pacing(Some(1), "");
        // All of these are stopped.
        let last = (0..10_000).map(|_| pacing.turn("example.org", false, at(0.0))).last();
        let Some(Turn::At(last)) = last else { panic!("{last:?}") };
        assert!(last <= at(302.0), "{last:?}");
        // Those of another family: told to come again soon, and then they go.
        for _ in 0..10 {
            let Turn::At(again) = pacing.turn("example.com", false, at(0.0)) else { panic!("nobody waits any more") };
            assert!(again <= at(302.0), "{again:?}");
        }
        assert_eq!(pacing.turn("example.com", false, at(302.0)), after(0.0));
        // And whoever comes again in such numbers still leaves one a second, as fast as is set.
        let mut left = 0;
        for second in 303..603 {
            let goes = || matches!(pacing.turn("example.org", false, at(f64::from(second))), Turn::In(_));
            left += (0..30).filter(|_| goes()).count();
        }
        assert!((299..=302).contains(&left), "{left}");
    }

    #[test]
    fn a_relay_that_says_so_is_left_alone_with_everything() {
        let pacing = pacing(None, "");
        pacing.rest_all(at(0.0));
        assert_eq!(pacing.turn("example.org", false, at(1.0)), Turn::At(at(30.0)));
        assert_eq!(pacing.turn("example.org", true, at(1.0)), after(0.0));
        assert_eq!(pacing.turn("example.org", false, at(30.0)), after(0.0));
    }

    #[test]
    fn later_is_not_always_too_fast() {
        assert!(is_about_pace(421, "4.7.28 Gmail has detected an unusual rate of mail"));
        assert!(is_about_pace(451, "4.7.650 The mail server has been temporarily rate limited"));
        assert!(!is_about_pace(451, "4.7.1 Greylisted, see limits"));
        assert!(!is_about_pace(451, "4.3.0 Later, please"));
        assert!(!is_about_pace(550, "rate"));
    }

    #[test]
    fn pauses_are_read() {
        assert!(Pace::parse_pauses("").unwrap().is_empty());
        for bad in ["gmail.com", "gmail.com=x", "gmail.com=-1", "gmail=1", "gmail.com=61"] {
            assert!(Pace::parse_pauses(bad).is_err(), "{bad}");
        }
    }
}
