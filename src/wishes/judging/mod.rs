//! What becomes of words that somebody sends: the one place that decides whether they are shown, or wait.

mod unwanted;

pub use unwanted::Unwanted;

use super::book::Book;
use super::model::{Reporter, WishAudience, Withheld};
use crate::journal::Update;
use crate::sites::{Closed, Manners, SiteScope};

/// Said where well wishes are closed, unless the family has its own sentence.
pub const WISHES_CLOSED: &str =
    "Thank you for every kind word so far. Well wishes are closed for now. Just reading is fine.";

/// Said where the comments on an update are closed, unless there is a sentence of its own.
pub const COMMENTS_CLOSED: &str =
    "Thank you for thinking of us. Comments on this update are closed. Just reading is fine.";

/// Whether well wishes can be left on the page itself. In loving memory, that alone decides: a book of condolence is open
/// whatever was chosen for well wishes before.
pub fn takes_wishes(scope: &SiteScope) -> bool {
    if scope.site.is_memorial() { scope.site.takes_words() } else { scope.manners.closed.is_none() }
}

/// What is said where no well wish can be left, if none can.
pub fn wishes_closed(scope: &SiteScope) -> Option<String> {
    match &scope.manners.closed {
        _ if takes_wishes(scope) => None,
        Some(closed) if !scope.site.is_memorial() => Some(closed_sentence(closed, WISHES_CLOSED)),
        _ => Some(Book::of(&scope.site).hint().to_owned()),
    }
}

/// What is said where no comment can be left on an update, if none can.
pub fn comments_closed(update: &Update) -> Option<String> {
    update.comments_closed.as_ref().map(|closed| closed_sentence(closed, COMMENTS_CLOSED))
}

fn closed_sentence(closed: &Closed, usual: &str) -> String {
    closed.words.clone().unwrap_or_else(|| usual.to_owned())
}

/// Who writes, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// Organizers and those who write updates: never held.
    Trusted,
    /// Somebody whose words were shown on this page before.
    Known,
    /// Somebody of whom nothing was ever shown here.
    New,
}

/// Why words wait, if they do: `texts` is all that would be read of them, the words themselves and what stands beside them. A
/// word that is not wanted goes before everything else: whoever decides should know of it,
/// and whoever wrote it is told nothing.
pub fn judge(
    texts: &[&str],
    audience: WishAudience,
    writer: Writer,
    manners: &Manners,
    unwanted: &Unwanted,
) -> Option<Withheld> {
    // What is for organizers only is with those who decide already.
    if writer == Writer::Trusted || audience == WishAudience::Organizers {
        return None;
    }
    if texts.iter().any(|text| unwanted.first_in(text).is_some()) {
        return Some(Withheld::Words);
    }
    (manners.holds_new && writer == Writer::New).then_some(Withheld::New)
}

/// Whether reports hide what they are about until somebody has decided: two people of the page, or one who is close. What an
/// organizer has decided to keep, and what an organizer or co-author wrote, stays.
pub fn is_hidden_by(reporters: &[Reporter], is_kept: bool, writer: Writer) -> bool {
    let hides = reporters.len() >= 2 || reporters.contains(&Reporter::Close);
    hides && !is_kept && writer != Writer::Trusted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manners(holds_new: bool) -> Manners {
        Manners { holds_new, ..Manners::default() }
    }

    fn judged(message: &str, writer: Writer, holds_new: bool) -> Option<Withheld> {
        judge(&[message], WishAudience::Everyone, writer, &manners(holds_new), &Unwanted::parse("idiot").unwrap())
    }

    #[test]
    fn the_first_words_of_new_people_wait_where_the_family_wants_that() {
        assert_eq!(judged("Love", Writer::New, true), Some(Withheld::New));
        assert_eq!(judged("Love", Writer::New, false), None);
        assert_eq!(judged("Love", Writer::Known, true), None);
        assert_eq!(judged("Love", Writer::Trusted, true), None);
    }

    #[test]
    fn a_word_that_is_not_wanted_goes_before_being_new() {
        for (writer, holds_new) in [(Writer::New, true), (Writer::New, false), (Writer::Known, true)] {
            assert_eq!(judged("You idiot", writer, holds_new), Some(Withheld::Words));
        }
        assert_eq!(judged("You idiot", Writer::Trusted, true), None);
    }

    #[test]
    fn everything_that_would_be_read_is_looked_at_by_itself() {
        let words = Unwanted::parse("rest in peace").unwrap();
        let judged = |texts: &[&str]| judge(texts, WishAudience::Everyone, Writer::Known, &manners(false), &words);
        assert_eq!(judged(&["Love", "Rest in Peace"]), Some(Withheld::Words));
        assert_eq!(judged(&["Have a rest in", "peace"]), None);
    }

    #[test]
    fn what_only_organizers_read_never_waits_for_them() {
        let words = Unwanted::parse("idiot").unwrap();
        let judged = |audience| judge(&["You idiot"], audience, Writer::New, &manners(true), &words);
        assert_eq!(judged(WishAudience::Organizers), None);
        assert_eq!(judged(WishAudience::Person), Some(Withheld::Words));
    }

    #[test]
    fn it_takes_two_or_one_who_is_close() {
        use Reporter::{Close, Member};
        for (reporters, hides) in
            [(vec![], false), (vec![Member], false), (vec![Member, Member], true), (vec![Close], true)]
        {
            assert_eq!(is_hidden_by(&reporters, false, Writer::Known), hides, "{reporters:?}");
            assert!(!is_hidden_by(&reporters, true, Writer::Known));
            assert!(!is_hidden_by(&reporters, false, Writer::Trusted));
        }
    }
}
