//! Who is talking to us, by network: one that the whole internet can reach is not for one machine alone.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

/// How many conversations one network may have at once, and how many letters in hand.
const MOST_CONVERSATIONS: usize = 5;
const MOST_LETTERS: usize = 2;

/// All who are there.
#[derive(Default)]
pub struct Guests(Mutex<HashMap<IpAddr, Guest>>);

struct Guest {
    conversations: usize,
    turns: Arc<Semaphore>,
}

/// One conversation of a network; over when it is dropped.
pub struct Visit {
    guests: Arc<Guests>,
    network: IpAddr,
    turns: Arc<Semaphore>,
}

impl Guests {
    /// Another conversation of this network, unless it has enough.
    pub fn enter(self: &Arc<Self>, network: IpAddr) -> Option<Visit> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let guest = all
            .entry(network)
            .or_insert_with(|| Guest { conversations: 0, turns: Arc::new(Semaphore::new(MOST_LETTERS)) });
        if guest.conversations >= MOST_CONVERSATIONS {
            return None;
        }
        guest.conversations += 1;
        Some(Visit { guests: self.clone(), network, turns: guest.turns.clone() })
    }
}

impl Visit {
    /// The turns that this network has for letters.
    pub fn turns(&self) -> Arc<Semaphore> {
        self.turns.clone()
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let mut all = self.guests.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(guest) = all.get_mut(&self.network) {
            guest.conversations -= 1;
            if guest.conversations == 0 {
                all.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_has_so_many_conversations_and_turns_and_others_have_theirs() {
        let guests = Arc::new(Guests::default());
        let [one, other] = ["203.0.113.9", "203.0.113.10"].map(|it| it.parse::<IpAddr>().unwrap());
        let mut visits: Vec<Visit> = (0..MOST_CONVERSATIONS).map(|_| guests.enter(one).unwrap()).collect();
        assert!(guests.enter(one).is_none());
        let held: Vec<_> =
            visits.iter().take(MOST_LETTERS).map(|visit| visit.turns().try_acquire_owned().unwrap()).collect();
        assert!(visits[4].turns().try_acquire_owned().is_err());
        assert!(guests.enter(other).unwrap().turns().try_acquire_owned().is_ok());
        visits.pop();
        assert!(guests.enter(one).is_some());
        drop((visits, held));
        assert!(guests.0.lock().unwrap().is_empty());
    }
}
