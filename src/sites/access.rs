//! Who may see and do what on a page: decided here, and nowhere else.

use super::model::{Audience, Circle, Privacy, Site};

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
    /// Whether they may leave words without belonging to the page.
    visits: bool,
}

/// What of a page, and of what its viewer has in hand, decides access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Door {
    /// Who may read the page.
    pub privacy: Privacy,
    /// Whether it is closed.
    pub closed: bool,
    /// Whether the viewer has opened the secret link that the page has now.
    pub has_link: bool,
    /// Whether it is in loving memory and has no book of condolence: only those who belong to it say something there.
    pub silent: bool,
}

impl Door {
    /// The door of a page, for a viewer who has opened its secret link or not.
    pub fn of(site: &Site, has_link: bool) -> Self {
        Self { privacy: site.privacy, closed: site.closed_at.is_some(), has_link, silent: !site.takes_words() }
    }
}

/// The one place where access is decided.
pub fn may(door: Door, standing: Standing, circle: Circle) -> Access {
    use Standing::{Anonymous, Asked, Blocked, CoAuthor, Invited, Organizer, Stranger, Supporter};
    let sight = match (door.privacy, standing) {
        (_, Organizer) => Sight::Journal,
        _ if door.closed => Sight::Nothing,
        (_, Supporter | CoAuthor) | (Privacy::Public, _) => Sight::Journal,
        (Privacy::Link, _) if door.has_link => Sight::Journal,
        (_, Invited) | (Privacy::Ask, Anonymous | Stranger | Asked | Blocked) => Sight::FrontDoor,
        (Privacy::Invited | Privacy::Link, Anonymous | Stranger | Asked | Blocked) => Sight::Nothing,
    };
    let audiences: &'static [Audience] = match (sight, standing, circle) {
        (Sight::Nothing | Sight::FrontDoor, _, _) => &[],
        (_, Organizer, _) => &[Audience::Everyone, Audience::Family, Audience::Organizers],
        (_, CoAuthor, _) | (_, Supporter, Circle::Family) => &[Audience::Everyone, Audience::Family],
        (_, Supporter | Anonymous | Stranger | Asked | Invited | Blocked, _) => &[Audience::Everyone],
    };
    // Whoever is blocked reads as a stranger does, and is answered as one: what becomes of their words is decided later.
    let visits = sight == Sight::Journal
        && matches!(door.privacy, Privacy::Link | Privacy::Public)
        && !door.silent
        && matches!(standing, Anonymous | Stranger | Asked | Invited | Blocked);
    Access { standing, sight, audiences, visits }
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
        self.sight == Sight::Journal
            && matches!(self.standing, Standing::Supporter | Standing::CoAuthor | Standing::Organizer)
    }

    /// Whether they may leave wishes, comments and hearts.
    pub fn may_encourage(&self) -> bool {
        self.is_member()
    }

    /// Whether they may leave wishes and comments without belonging to the page, once their address is confirmed. Somebody
    /// who is blocked may, as far as they can see.
    pub fn may_leave_words_as_visitor(&self) -> bool {
        self.visits
    }

    /// Whether a form for a wish or a comment is for them, of one kind or the other.
    pub fn may_leave_words(&self) -> bool {
        self.may_encourage() || self.may_leave_words_as_visitor()
    }

    /// Whether they may write updates, and change their own.
    pub fn may_write(&self) -> bool {
        self.is_member() && self.standing != Standing::Supporter
    }

    /// Whether they may decide about the page, its people, and everybody's updates.
    pub fn may_organize(&self) -> bool {
        self.standing == Standing::Organizer
    }

    /// Whether words may be read at the bedside: by organizers, who read them to the person, and by the person themselves,
    /// as long as they have a place on the page.
    pub fn may_listen(&self, is_about: bool) -> bool {
        self.may_organize() || (is_about && self.is_member())
    }

    /// Whether a form to ask is for them. Somebody who is blocked is shown one as well, and told nothing.
    pub fn may_ask(&self) -> bool {
        self.sight != Sight::Nothing
            && matches!(self.standing, Standing::Anonymous | Standing::Stranger | Standing::Blocked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sites::model::{Openness, Role};

    fn doors() -> Vec<Door> {
        let mut all = Vec::new();
        for privacy in Privacy::ALL.iter().copied() {
            for (closed, has_link) in [(false, false), (false, true), (true, false), (true, true)] {
                all.extend([false, true].map(|silent| Door { privacy, closed, has_link, silent }));
            }
        }
        all
    }

    #[test]
    fn hearing_of_an_update_and_reading_it_are_the_same_right() {
        for role in Role::ALL.iter().copied() {
            for circle in Circle::ALL.iter().copied() {
                let standing = match role {
                    Role::Organizer => Standing::Organizer,
                    Role::CoAuthor => Standing::CoAuthor,
                    Role::Supporter => Standing::Supporter,
                };
                for door in doors().into_iter().filter(|door| !door.closed) {
                    let readable = may(door, standing, circle).audiences();
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
        for door in doors() {
            let (blocked, stranger) =
                (may(door, Standing::Blocked, Circle::Family), may(door, Standing::Stranger, Circle::Everyone));
            assert_eq!((blocked.sight, blocked.audiences()), (stranger.sight, stranger.audiences()));
            assert_eq!(blocked.may_ask(), stranger.may_ask());
            assert_eq!(blocked.may_leave_words_as_visitor(), stranger.may_leave_words_as_visitor());
            assert!(!blocked.may_encourage() && !blocked.may_write() && !blocked.may_organize());
        }
    }

    #[test]
    fn at_the_bedside_are_organizers_and_the_person() {
        for door in doors() {
            for standing in
                [Standing::Anonymous, Standing::Stranger, Standing::Asked, Standing::Invited, Standing::Blocked]
            {
                let access = may(door, standing, Circle::Family);
                assert!(!access.may_listen(true) && !access.may_listen(false), "{standing:?} {door:?}");
            }
            for standing in [Standing::Supporter, Standing::CoAuthor] {
                let access = may(door, standing, Circle::Everyone);
                assert_eq!((access.may_listen(true), access.may_listen(false)), (!door.closed, false), "{standing:?}");
            }
            assert!(may(door, Standing::Organizer, Circle::Everyone).may_listen(false));
        }
    }

    #[test]
    fn a_closed_page_is_its_organizers_alone() {
        for door in doors().into_iter().filter(|door| door.closed) {
            for standing in [Standing::Anonymous, Standing::Invited, Standing::Supporter, Standing::CoAuthor] {
                let access = may(door, standing, Circle::Family);
                assert_eq!((access.sight, access.may_encourage(), access.may_write()), (Sight::Nothing, false, false));
            }
            assert!(may(door, Standing::Organizer, Circle::Everyone).may_organize());
        }
    }

    #[test]
    fn visitors_leave_words_where_strangers_read_and_the_page_is_not_silent() {
        use Standing::{Anonymous, Asked, Blocked, CoAuthor, Invited, Organizer, Stranger, Supporter};
        for door in doors() {
            let open = match door.privacy {
                Privacy::Public => true,
                Privacy::Link => door.has_link,
                Privacy::Invited | Privacy::Ask => false,
            };
            for standing in [Anonymous, Stranger, Asked, Invited, Blocked] {
                let visits = may(door, standing, Circle::Everyone).may_leave_words_as_visitor();
                assert_eq!(visits, open && !door.closed && !door.silent, "{door:?} {standing:?}");
            }
            for standing in [Supporter, CoAuthor, Organizer] {
                assert!(!may(door, standing, Circle::Everyone).may_leave_words_as_visitor(), "{door:?} {standing:?}");
            }
        }
    }

    #[test]
    fn whoever_could_see_more_is_told_before() {
        let open = |privacy, indexable| Openness { privacy, indexable };
        let all: Vec<Openness> =
            Privacy::ALL.iter().flat_map(|privacy| [open(*privacy, false), open(*privacy, true)]).collect();
        // What a stranger, somebody with the link and a search engine get, from nothing to everything.
        let sees = |it: Openness| {
            let sight = |has_link| {
                let door = Door { privacy: it.privacy, closed: false, has_link, silent: false };
                match may(door, Standing::Anonymous, Circle::Everyone).sight {
                    Sight::Nothing => 0,
                    Sight::FrontDoor => 1,
                    Sight::Journal => 2,
                }
            };
            [sight(false), sight(true), i32::from(it.privacy == Privacy::Public && it.indexable)]
        };
        for from in &all {
            for to in &all {
                let wider = sees(*from).iter().zip(sees(*to)).any(|(before, after)| after > *before);
                assert_eq!(from.widening(*to, "Maria").is_some(), wider, "{from:?} {to:?}");
            }
        }
    }
}
