//! Who words are for, and whether they are there for somebody: decided here for everything that leads to them, and for the
//! photos that come with them.

use super::access::{Access, Standing};
use super::store::SiteScope;
use crate::db::ids::PersonId;

crate::words! {
    /// Who words are for.
    pub enum WishAudience {
        /// Everyone who may read what they are about.
        Everyone = "everyone",
        /// The person whom the page is about, and its organizers.
        Person = "person",
        /// Organizers: a private note.
        Organizers = "organizers",
    }
}

crate::words! {
    /// Why words are not shown.
    pub enum Withheld {
        /// They are the first of somebody new, and wait for an organizer.
        New = "new",
        /// They hold a word that the family does not want to see, and wait for an organizer.
        Words = "words",
        /// They came in a flood, and wait for an organizer.
        Flood = "flood",
        /// A reader has reported them, and they wait for an organizer.
        Reported = "reported",
        /// Somebody without an account has written them, and has not yet pressed the link in their mail.
        Unconfirmed = "unconfirmed",
        /// They came by mail from another address than the member's whose words they would be, or nobody can say from whom, and
        /// wait for an organizer.
        Letter = "letter",
        /// An organizer has hidden them.
        Hidden = "hidden",
        /// They were hidden when whoever wrote them was blocked.
        Blocked = "blocked",
    }
}

impl WishAudience {
    /// What the person whom the page is about reads, whoever wrote it, and so what is read to them.
    pub const FOR_THE_PERSON: &'static [Self] = &[Self::Everyone, Self::Person];
}

impl Access {
    /// The audiences of words that exist for somebody, whoever wrote them; `is_person`: the page is about them.
    fn audiences_of_words(&self, is_person: bool) -> &'static [WishAudience] {
        match (self.may_read(), self.may_organize(), is_person) {
            (false, _, _) => &[],
            (true, true, _) => WishAudience::ALL,
            (true, false, true) => WishAudience::FOR_THE_PERSON,
            (true, false, false) => &[WishAudience::Everyone],
        }
    }
}

impl SiteScope {
    /// Whether the page is about whoever looks at it. A link from a mail is enough: what is for their eyes was mailed there.
    pub fn is_person(&self) -> bool {
        self.access.is_member() && self.person_id.is_some() && self.person_id == self.site.about
    }

    /// Whether the viewer reads the page without belonging to it, and it is certain who they are: then their own words are theirs.
    /// Whoever is shut out has none here.
    pub fn is_known_visitor(&self) -> bool {
        self.is_proven
            && self.access.may_read()
            && !self.access.is_member()
            && self.access.standing != Standing::Blocked
    }

    /// The audiences of words that exist for the viewer, whoever wrote them.
    pub fn audiences_of_words(&self) -> &'static [WishAudience] {
        self.access.audiences_of_words(self.is_person())
    }

    /// Whether words are there for the viewer: for whom they are for, and for who wrote them as long as they belong to the page.
    /// What waits for an organizer is there for organizers and for who wrote it, also as a visitor, and what one has hidden for organizers; what
    /// has not been confirmed was never said. An answer has the audience of what it answers, and is asked about by that as well.
    pub fn may_read_words(&self, audience: WishAudience, withheld: Option<Withheld>, author: PersonId) -> bool {
        let wrote_them = self.access.is_member() && self.person_id == Some(author);
        match withheld {
            None => self.audiences_of_words().contains(&audience) || wrote_them,
            Some(Withheld::New | Withheld::Words | Withheld::Flood | Withheld::Reported | Withheld::Letter) => {
                let is_theirs = self.is_known_visitor() && self.person_id == Some(author);
                self.access.may_organize() || wrote_them || is_theirs
            }
            Some(Withheld::Hidden | Withheld::Blocked) => self.access.may_organize(),
            Some(Withheld::Unconfirmed) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sites::access::{Door, Standing, may};
    use crate::sites::model::{Circle, Privacy};

    #[test]
    fn what_is_for_few_is_for_them_alone() {
        use Standing::{Anonymous, Asked, Blocked, CoAuthor, Invited, Organizer, Stranger, Supporter};
        for privacy in Privacy::ALL.iter().copied() {
            for standing in [Anonymous, Stranger, Asked, Invited, Supporter, Blocked, CoAuthor, Organizer] {
                let access =
                    may(Door { privacy, closed: false, has_link: true, silent: false }, standing, Circle::Family);
                let found = access.audiences_of_words(false);
                assert_eq!(found.contains(&WishAudience::Organizers), standing == Organizer, "{standing:?}");
                assert_eq!(found.contains(&WishAudience::Person), standing == Organizer, "{standing:?}");
                assert_eq!(found.contains(&WishAudience::Everyone), access.may_read(), "{standing:?}");
                let hers = access.audiences_of_words(true);
                assert_eq!(hers.contains(&WishAudience::Organizers), standing == Organizer, "{standing:?}");
                assert_eq!(hers.contains(&WishAudience::Person), access.may_read(), "{standing:?}");
            }
        }
    }
}
