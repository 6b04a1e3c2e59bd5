//! The form that says how a member hears, which stands on the page and behind the links in mail.

use crate::accounts::{Region, zone_regions};
use crate::sites::hearing::{Hearing, WEEKDAYS};
use crate::sites::mail_holds::MailHolds;
use crate::sites::model::Delivery;
use crate::web::Zone;

/// What the form shows.
pub struct HearingForm {
    /// What they have chosen.
    pub hearing: Hearing,
    /// What of each update is in its mail.
    pub each_hint: &'static str,
    /// The time zone of their day.
    pub zone_name: String,
    /// The zones to choose from; none where their account says it.
    pub zones: Option<Vec<Region>>,
}

impl HearingForm {
    /// For somebody who has chosen this.
    pub fn new(hearing: Hearing, zone: &Zone, may_choose_zone: bool, holds: MailHolds) -> Self {
        Self {
            hearing,
            each_hint: holds.hint(),
            zone_name: zone.name().to_owned(),
            zones: may_choose_zone.then(zone_regions),
        }
    }

    /// The same for somebody who has chosen nothing but how they hear.
    pub fn usual(delivery: Delivery, holds: MailHolds) -> Self {
        Self::new(Hearing { delivery, ..Hearing::default() }, &Zone::default(), true, holds)
    }

    /// Whether this is how they hear.
    pub fn is(&self, word: &str) -> bool {
        self.hearing.delivery.as_str() == word
    }

    /// The days of the week by their numbers.
    pub fn weekdays(&self) -> [(i32, &'static str); 7] {
        WEEKDAYS
    }

    /// The zone as it stands in a sentence.
    pub fn zone_in_words(&self) -> String {
        self.zone_name.replace('_', " ")
    }
}
