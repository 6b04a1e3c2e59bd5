//! The pages of this feature: finished values for the templates.

mod doors;
mod hearing;
mod people;
mod settings;

pub use doors::*;
pub use hearing::HearingForm;
pub use people::*;
pub use settings::*;

use super::model::SupporterInvitations;
use super::store::SiteScope;

/// What stands at the head of everything on a page, and where its viewer may go.
#[derive(Clone, Debug)]
pub struct SiteHead {
    /// The page's address.
    pub path: String,
    /// "Maria's page".
    pub name: String,
    /// The same, or "In loving memory of Maria".
    pub title: String,
    /// "Maria".
    pub first_name: String,
    /// "Maria's".
    pub possessive: String,
    pub is_member: bool,
    pub may_write: bool,
    pub may_organize: bool,
    /// Whether they may name others who should hear.
    pub may_suggest: bool,
    /// What the way to the bedside is called, where it is for them and words are still heard there.
    pub bedside: Option<String>,
    /// Whether they could do more by signing in with their account.
    pub gains_by_signing_in: bool,
    pub is_closed: bool,
    /// Whether the page is in loving memory.
    pub in_memory: bool,
    /// Whether a book of condolence is open on it.
    pub has_book: bool,
    /// What an update is called that has no title.
    pub untitled: String,
}

impl SiteHead {
    /// The head of a page for one viewer.
    pub fn new(scope: &SiteScope) -> Self {
        Self {
            path: scope.site.path(),
            name: scope.site.name(),
            title: scope.site.title(),
            first_name: scope.site.first_name.clone(),
            possessive: scope.site.possessive(),
            is_member: scope.access.is_member(),
            may_write: scope.access.may_write(),
            may_organize: scope.access.may_organize(),
            may_suggest: scope.access.is_member()
                && !scope.access.may_organize()
                && scope.site.supporter_invitations != SupporterInvitations::None,
            bedside: bedside(scope),
            gains_by_signing_in: scope.gains_by_signing_in(),
            is_closed: scope.site.closed_at.is_some(),
            in_memory: scope.site.is_memorial(),
            has_book: scope.site.has_book(),
            untitled: scope.site.untitled(),
        }
    }
}

fn bedside(scope: &SiteScope) -> Option<String> {
    let is_theirs = scope.person_id.is_some() && scope.person_id == scope.site.about;
    match (scope.may_listen(), is_theirs) {
        (false, _) => None,
        (true, true) => Some("Hear these one at a time, very large".to_owned()),
        (true, false) => Some(format!("Read these to {}", scope.site.first_name)),
    }
}
