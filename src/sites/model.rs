//! Pages, the people on them, and who may do what: the rules, in one place and without a database.

use serde::Deserialize;

use super::glance::Glance;
use super::mail_holds::MailHolds;
use crate::accounts::NAME_CHARS;
use crate::clock::Timestamp;
use crate::db::ids::{PersonId, SiteId, TokenHash};
use crate::error::FieldErrors;
use crate::text;

crate::words! {
    /// Who may read a page.
    pub enum Privacy {
        /// Active members; for all others the page does not exist.
        Invited = "invited",
        /// Active members; all others see a front door where they can ask.
        Ask = "ask",
        /// Whoever has the secret link; for all others the page does not exist.
        Link = "link",
        /// Everyone.
        Public = "public",
    }
}

crate::words! {
    /// What a member does on a page.
    pub enum Role {
        /// Decides about the page and its people, and writes.
        Organizer = "organizer",
        /// Writes too.
        CoAuthor = "co-author",
        /// Reads, and leaves encouragement.
        Supporter = "supporter",
    }
}

crate::words! {
    /// Where a membership stands.
    pub enum MemberState {
        /// An organizer has invited them; they have not said yes yet.
        Invited = "invited",
        /// They have asked; no organizer has said yes yet.
        Asked = "asked",
        /// They belong to the page.
        Active = "active",
        /// An organizer wants them to see what a stranger sees.
        Blocked = "blocked",
    }
}

crate::words! {
    /// How close a member is.
    pub enum Circle {
        /// Family: sees what is for family only, too.
        Family = "family",
        /// Everyone else.
        Everyone = "everyone",
    }
}

crate::words! {
    /// How a member hears of updates.
    pub enum Delivery {
        /// By e-mail, each one.
        Each = "each",
        /// By e-mail, once a day what is new.
        Daily = "daily",
        /// By e-mail, once a week what is new.
        Weekly = "weekly",
        /// By e-mail, big news only.
        Big = "big",
        /// Not by e-mail.
        None = "none",
    }
}

crate::words! {
    /// Whether members who do not organize may bring others to the page.
    pub enum SupporterInvitations {
        /// They may not.
        None = "none",
        /// They may name somebody; an organizer says yes or no.
        Approved = "approved",
        /// They may invite.
        Free = "free",
    }
}

crate::words! {
    /// Who on the page an update is for.
    pub enum Audience {
        /// Everyone who reads the page.
        Everyone = "everyone",
        /// Family, co-authors and organizers.
        Family = "family",
        /// Organizers.
        Organizers = "organizers",
    }
}

/// A page.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its row.
    pub id: SiteId,
    /// Its readable address under `/p/`.
    pub slug: String,
    /// The first name of the person it is about.
    pub first_name: String,
    /// Who may read it.
    pub privacy: Privacy,
    /// Counts every change to what can be read on it.
    pub version: i64,
    /// Whether the family has ticked that search engines may list it; that holds while it is public.
    pub wants_indexing: bool,
    /// The person it is about, where they have a place on it themselves.
    pub about: Option<PersonId>,
    /// When it was closed, if it is: then it exists for its organizers only.
    pub closed_at: Option<Timestamp>,
    /// Whether members who do not organize may bring others.
    pub supporter_invitations: SupporterInvitations,
    /// The hash of its secret link, if it has one.
    pub link: Option<TokenHash>,
    /// Since when it is in loving memory, if it is.
    pub memorial_at: Option<Timestamp>,
    /// Whether a book of condolence is open on it; that holds while it is in loving memory.
    pub has_condolences: bool,
    /// How much of an update its mail holds.
    pub mail_holds: MailHolds,
    /// What it says at a glance.
    pub glance: Glance,
}

impl Site {
    /// "Maria's page", as people write it: James' page too.
    pub fn name(&self) -> String {
        format!("{} page", self.possessive())
    }

    /// "Maria's".
    pub fn possessive(&self) -> String {
        let ending = if self.first_name.ends_with(['s', 'S', 'x', 'z', 'ß']) { "’" } else { "’s" };
        format!("{}{ending}", self.first_name)
    }

    /// Its address.
    pub fn path(&self) -> String {
        format!("/p/{}", self.slug)
    }

    /// Whether search engines may list it.
    pub fn is_indexable(&self) -> bool {
        self.privacy == Privacy::Public && self.wants_indexing && self.closed_at.is_none()
    }

    /// The name under which an update stands: "Jo, for Maria", or "Maria" where she writes herself.
    pub fn byline(&self, author_id: PersonId, author: &str) -> String {
        if self.about == Some(author_id) { author.to_owned() } else { format!("{author}, for {}", self.first_name) }
    }
}

impl Privacy {
    /// What it is called where it is chosen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Invited => "Only people you invite",
            Self::Ask => "People you invite, and people who ask",
            Self::Link => "Anyone with the secret link",
            Self::Public => "Everyone",
        }
    }

    /// What it means, in a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Invited => "For everybody else, the page does not exist.",
            Self::Ask => "Others see the first name and a form to ask. You say yes or no.",
            Self::Link => {
                "Whoever has the link can read. To write, they leave a name and confirm their e-mail address. You can \
                 replace the link at any time."
            }
            Self::Public => "Anybody who has the address can read. Search engines stay away unless you allow them.",
        }
    }
}

impl Delivery {
    /// Those that gather what is new.
    pub const DIGESTS: [Self; 2] = [Self::Daily, Self::Weekly];

    /// Whether what is new is gathered.
    pub fn is_digest(self) -> bool {
        Self::DIGESTS.contains(&self)
    }

    /// What organizers are told of it: nothing of what is usual.
    pub fn note(self) -> &'static str {
        match self {
            Self::Each => "",
            Self::Daily => "Gets what is new once a day, by their own choice",
            Self::Weekly => "Gets what is new once a week, by their own choice",
            Self::Big => "Gets big news only, by their own choice",
            Self::None => "Gets no e-mail, by their own choice",
        }
    }
}

impl Role {
    /// In words, for the record.
    pub fn label(self) -> &'static str {
        match self {
            Self::Organizer => "organizer",
            Self::CoAuthor => "co-author",
            Self::Supporter => "reader",
        }
    }
}

impl Circle {
    /// In words, for the record.
    pub fn label(self) -> &'static str {
        match self {
            Self::Family => "family",
            Self::Everyone => "a friend",
        }
    }
}

/// What somebody is on a page, in words.
pub fn place(role: Role, circle: Circle) -> String {
    match (role, circle) {
        (Role::Supporter, circle) => format!("as {}", circle.label()),
        (role, Circle::Everyone) => format!("as {}", role.label()),
        (role, Circle::Family) => format!("as {}, family", role.label()),
    }
}

impl SupporterInvitations {
    /// In words, for the record.
    pub fn note(self) -> &'static str {
        match self {
            Self::None => "only organizers invite",
            Self::Approved => "people who follow may name others",
            Self::Free => "people who follow may invite others",
        }
    }
}

/// Who may read a page, and whether search engines may list it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Openness {
    /// Who may read.
    pub privacy: Privacy,
    /// Whether search engines may list it; means nothing unless it is public.
    pub indexable: bool,
}

impl Openness {
    /// Who could then see what, in one sentence, where `to` lets anybody see more than this does.
    pub fn widening(self, to: Self, first_name: &str) -> Option<String> {
        let words = "everything on it that is for everyone on the page, with the well wishes and comments, also what \
                     was posted before";
        let lists = |it: Self| it.privacy == Privacy::Public && it.indexable;
        match to.privacy {
            Privacy::Public if self.privacy != Privacy::Public => {
                let found = if to.indexable { ", and search engines could show it to anybody" } else { "" };
                Some(format!("Then anybody in the world could read {words}{found}."))
            }
            Privacy::Public if lists(to) && !lists(self) => {
                Some(format!("Then search engines could show the page to anybody who searches for {first_name}."))
            }
            Privacy::Link if matches!(self.privacy, Privacy::Invited | Privacy::Ask) => {
                Some(format!("Then anybody who has the secret link, also by being handed it on, could read {words}."))
            }
            Privacy::Ask if matches!(self.privacy, Privacy::Invited | Privacy::Link) => Some(format!(
                "Then anybody who has the page’s address could see {first_name}’s first name and a form to ask you; \
                 they could read nothing until you let them in."
            )),
            Privacy::Invited | Privacy::Ask | Privacy::Link | Privacy::Public => None,
        }
    }
}

impl Audience {
    /// Whether a member hears of an update for this audience. `may` says the same of reading, and a test compares.
    pub fn includes(self, role: Role, circle: Circle) -> bool {
        match self {
            Self::Everyone => true,
            Self::Family => circle == Circle::Family || role != Role::Supporter,
            Self::Organizers => role == Role::Organizer,
        }
    }

    /// What it is called where it is chosen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Everyone => "Everyone on the page",
            Self::Family => "Family only",
            Self::Organizers => "Organizers only",
        }
    }

    /// What it says beside an update that is not for everyone.
    pub fn note(self) -> &'static str {
        match self {
            Self::Everyone => "",
            Self::Family => "For family only",
            Self::Organizers => "For organizers only",
        }
    }
}

/// The three questions, as they were answered.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewSiteInput {
    pub first_name: String,
    pub relationship: String,
    pub privacy: String,
    pub slug: String,
}

/// The three questions, with usable answers.
#[derive(Clone, Debug)]
pub struct NewSite {
    pub first_name: String,
    pub relationship: String,
    pub privacy: Privacy,
    /// The address that was wished for, if one was.
    pub slug: Option<String>,
}

impl NewSiteInput {
    pub fn parse(&self) -> Result<NewSite, FieldErrors> {
        let mut errors = FieldErrors::default();
        let first_name = errors.take("first_name", text::name(&self.first_name, "their first name", 60));
        let relationship =
            errors.take("relationship", text::line(&self.relationship, "who you are to them", NAME_CHARS));
        let privacy = errors
            .take("privacy", Privacy::from_word(&self.privacy).ok_or_else(|| "Please choose who may read.".to_owned()));
        let slug = errors.take("slug", parse_slug(&self.slug));
        match (first_name, relationship, privacy, slug) {
            (Some(first_name), Some(relationship), Some(privacy), Some(slug)) => {
                Ok(NewSite { first_name, relationship, privacy, slug })
            }
            _ => Err(errors),
        }
    }
}

const SLUG_CHARS: usize = 40;

fn parse_slug(text: &str) -> Result<Option<String>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    match slug_from(text) {
        Some(slug) => Ok(Some(slug)),
        None => Err("Please use letters and numbers for the address, like maria-lee.".to_owned()),
    }
}

/// A readable address made from a name in any script.
pub fn slug_from(name: &str) -> Option<String> {
    let latin = deunicode::deunicode(name).to_lowercase().replace(['\'', '’'], "");
    let words: Vec<&str> = latin.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let slug: String = words.join("-").chars().take(SLUG_CHARS).collect();
    let slug = slug.trim_matches('-');
    (!slug.is_empty()).then(|| slug.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_readable_in_any_script() {
        for (name, slug) in [("Maria", "maria"), ("Zoë O'Hara", "zoe-ohara"), ("Мария", "mariia"), ("  J. R. ", "j-r")]
        {
            assert_eq!(slug_from(name).as_deref(), Some(slug));
        }
        assert_eq!(slug_from("…"), None);
    }
}
