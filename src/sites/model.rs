//! Pages, the people on them, and who may do what: the rules, in one place and without a database.

use serde::Deserialize;

use crate::accounts::NAME_CHARS;
use crate::db::ids::SiteId;
use crate::error::FieldErrors;
use crate::text;

crate::words! {
    /// Who may read a page.
    pub enum Privacy {
        /// Active members; for all others the page does not exist.
        Invited = "invited",
        /// Active members; all others see a front door where they can ask.
        Ask = "ask",
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
        /// Not by e-mail.
        None = "none",
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
}

/// How somebody stands to a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Nobody is signed in.
    Anonymous,
    /// Signed in, with no membership here.
    Stranger,
    /// Has asked to join.
    Asked,
    /// Is invited and has not answered.
    Invited,
    /// Reads and encourages.
    Supporter,
    /// Writes too.
    CoAuthor,
    /// Decides.
    Organizer,
    /// Shut out; sees what a stranger sees.
    Blocked,
}

/// How much of a page there is for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// None: it does not exist.
    Nothing,
    /// Its front door.
    FrontDoor,
    /// The page itself.
    Journal,
}

/// What somebody may see and do on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// How they stand to it.
    pub standing: Standing,
    /// How much of it there is for them.
    pub sight: Sight,
    audiences: &'static [Audience],
}

/// The one place where access is decided.
pub fn may(privacy: Privacy, standing: Standing, circle: Circle) -> Access {
    use Standing::{Anonymous, Asked, Blocked, CoAuthor, Invited, Organizer, Stranger, Supporter};
    let sight = match (privacy, standing) {
        (_, Supporter | CoAuthor | Organizer) | (Privacy::Public, _) => Sight::Journal,
        (_, Invited) | (Privacy::Ask, Anonymous | Stranger | Asked | Blocked) => Sight::FrontDoor,
        (Privacy::Invited, Anonymous | Stranger | Asked | Blocked) => Sight::Nothing,
    };
    let audiences: &'static [Audience] = match (sight, standing, circle) {
        (Sight::Nothing | Sight::FrontDoor, _, _) => &[],
        (_, Organizer, _) => &[Audience::Everyone, Audience::Family, Audience::Organizers],
        (_, CoAuthor, _) | (_, Supporter, Circle::Family) => &[Audience::Everyone, Audience::Family],
        (_, Supporter | Anonymous | Stranger | Asked | Invited | Blocked, _) => &[Audience::Everyone],
    };
    Access { standing, sight, audiences }
}

impl Access {
    /// Whether the journal may be read.
    pub fn may_read(&self) -> bool {
        self.sight == Sight::Journal
    }

    /// Which updates exist for them.
    pub fn audiences(&self) -> &'static [Audience] {
        self.audiences
    }

    /// Whether they belong to the page.
    pub fn is_member(&self) -> bool {
        matches!(self.standing, Standing::Supporter | Standing::CoAuthor | Standing::Organizer)
    }

    /// Whether they may leave wishes, comments and hearts.
    pub fn may_encourage(&self) -> bool {
        self.is_member()
    }

    /// Whether they may write updates, and change their own.
    pub fn may_write(&self) -> bool {
        matches!(self.standing, Standing::CoAuthor | Standing::Organizer)
    }

    /// Whether they may decide about the page, its people, and everybody's updates.
    pub fn may_organize(&self) -> bool {
        self.standing == Standing::Organizer
    }

    /// Whether a form to ask is for them. Somebody who is blocked is shown one as well, and told nothing.
    pub fn may_ask(&self) -> bool {
        self.sight != Sight::Nothing
            && matches!(self.standing, Standing::Anonymous | Standing::Stranger | Standing::Blocked)
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
    fn hearing_of_an_update_and_reading_it_are_the_same_right() {
        for role in Role::ALL.iter().copied() {
            for circle in Circle::ALL.iter().copied() {
                let standing = match role {
                    Role::Organizer => Standing::Organizer,
                    Role::CoAuthor => Standing::CoAuthor,
                    Role::Supporter => Standing::Supporter,
                };
                for privacy in Privacy::ALL.iter().copied() {
                    let readable = may(privacy, standing, circle).audiences();
                    for audience in Audience::ALL.iter().copied() {
                        assert_eq!(
                            readable.contains(&audience),
                            audience.includes(role, circle),
                            "{role:?} {circle:?} {audience:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn a_blocked_person_is_a_stranger() {
        for privacy in Privacy::ALL.iter().copied() {
            let (blocked, stranger) =
                (may(privacy, Standing::Blocked, Circle::Family), may(privacy, Standing::Stranger, Circle::Everyone));
            assert_eq!((blocked.sight, blocked.audiences()), (stranger.sight, stranger.audiences()));
            assert_eq!(blocked.may_ask(), stranger.may_ask());
            assert!(!blocked.may_encourage() && !blocked.may_write() && !blocked.may_organize());
        }
    }

    #[test]
    fn addresses_are_readable_in_any_script() {
        for (name, slug) in [("Maria", "maria"), ("Zoë O'Hara", "zoe-ohara"), ("Мария", "mariia"), ("  J. R. ", "j-r")]
        {
            assert_eq!(slug_from(name).as_deref(), Some(slug));
        }
        assert_eq!(slug_from("…"), None);
    }
}
