//! Who was told of an update.

use askama::Template;

use crate::clock::Timestamp;
use crate::journal::model::Update;
use crate::journal::publication::MailChoice;
use crate::journal::sending::Delivery;
use crate::journal::telling::{Addressee, Bit, Counts, Group, PEOPLE_A_PAGE};
use crate::sites::{SiteHead, SiteScope};
use crate::web::Layout;

/// Somebody, with what is to be said of them.
struct Line {
    who: Addressee,
    bits: Vec<Bit>,
}

/// A group, and the way to it.
struct Tab {
    group: Group,
    count: i64,
    is_here: bool,
}

#[derive(Template)]
#[template(path = "journal/telling.html")]
pub struct TellingPage {
    layout: Layout,
    head: SiteHead,
    path: String,
    called: String,
    counts: Counts,
    /// Whether it was corrected, so that this is about the corrected one.
    is_corrected: bool,
    /// Whether nobody was to hear of it by mail.
    is_silent: bool,
    is_paused: bool,
    group: Group,
    /// Every group that there is somebody in.
    tabs: Vec<Tab>,
    lines: Vec<Line>,
    more: Option<String>,
}

impl TellingPage {
    pub fn new(layout: Layout, scope: &SiteScope, update: &Update, about: &Delivery, counts: Counts) -> Self {
        let head = SiteHead::new(scope);
        Self {
            path: format!("{}/updates/{}", head.path, update.id),
            called: update.title.clone().unwrap_or_else(|| "this update".to_owned()),
            layout,
            head,
            counts,
            is_corrected: about.edition > 0,
            is_silent: about.mail == MailChoice::None,
            is_paused: false,
            group: Group::Told,
            tabs: Vec::new(),
            lines: Vec::new(),
            more: None,
        }
    }

    /// With the people of one group.
    pub fn with(self, group: Group, mut people: Vec<Addressee>, is_paused: bool, now: Timestamp) -> Self {
        let most = usize::try_from(PEOPLE_A_PAGE).unwrap_or(usize::MAX);
        let has_more = people.len() > most;
        people.truncate(most);
        let more = people
            .last()
            .filter(|_| has_more)
            .map(|last| format!("{}/sending?who={}&after={}", self.path, group.as_str(), last.key));
        let lines = people
            .into_iter()
            .map(|who| {
                let bits = match group {
                    Group::Unreachable => vec![Bit::Words(who.why_not())],
                    Group::Waiting => who.why_it_waits(is_paused, now),
                    Group::Perhaps => vec![Bit::Words(
                        "It may have left before this installation was restored from a backup.".to_owned(),
                    )],
                    Group::Digest => timed("In their next mail with all that is new", who.at),
                    Group::Told | Group::Digested => timed("", who.at),
                };
                Line { who, bits }
            })
            .collect();
        let tabs = Group::ALL.iter().map(|it| Tab { group: *it, count: self.counts.of(*it), is_here: *it == group });
        let tabs = tabs.filter(|tab| tab.count > 0).collect();
        Self { group, tabs, lines, more, is_paused, ..self }
    }

    /// Whether one press can send it again to all who are listed here.
    fn can_all_be_tried(&self) -> bool {
        self.group.may_be_sent_again() && self.lines.iter().any(|line| line.who.stopped.is_none())
    }
}

fn timed(words: &str, at: Option<Timestamp>) -> Vec<Bit> {
    match (words, at) {
        ("", Some(at)) => vec![Bit::Time(at)],
        (words, Some(at)) => vec![Bit::Words(format!("{words}: ")), Bit::Time(at)],
        (words, None) => vec![Bit::Words(words.to_owned())],
    }
}
