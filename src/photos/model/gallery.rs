//! Photos as one looks through them: in an order, from one to the next.

use serde::Deserialize;

use super::{Photo, PhotoWords, WordsInput};
use crate::clock::Timestamp;
use crate::db::ids::{AlbumId, PhotoId, UpdateId};
use crate::error::{FieldErrors, Result};
use crate::sites::{Access, Audience, Circle, Role};

/// How many photos stand on one page.
pub const PHOTOS_A_PAGE: i64 = 48;

/// What one is looking through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// Every photo of a page: the newest update or album first, and inside of it their own order.
    Gallery,
    /// Those of an update, in their order.
    Update(UpdateId),
    /// Those of an album, in their order.
    Album(AlbumId),
}

impl Within {
    /// What a photo is looked at in, by the word in its address; everything where that word does not fit it.
    pub fn of(photo: &Photo, word: &str) -> Self {
        match (word, photo.update_id, photo.album_id) {
            ("update", Some(update), _) => Self::Update(update),
            ("album", _, Some(album)) => Self::Album(album),
            _ => Self::Gallery,
        }
    }

    /// What the address of a photo in it ends with.
    pub fn query(self) -> &'static str {
        match self {
            Self::Gallery => "",
            Self::Update(_) => "?in=update",
            Self::Album(_) => "?in=album",
        }
    }
}

/// The place of a photo among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// When its update was posted; in an album, when it was added.
    pub moment: Timestamp,
    /// Its place beside those of the same moment.
    pub position: i32,
    /// The photo.
    pub id: PhotoId,
}

/// From where on one looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// From the first one.
    Start,
    /// What comes after this one.
    After(Spot),
    /// What comes before this one.
    Before(Spot),
}

/// The place in the address of a page of photos.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PlaceInput {
    at: Option<i64>,
    position: Option<i32>,
    id: Option<PhotoId>,
}

impl PlaceInput {
    /// The side on which that page begins.
    pub fn side(&self) -> Side {
        match (self.at, self.position, self.id) {
            (Some(at), Some(position), Some(id)) => {
                let moment = Timestamp::known_to_both(at);
                moment.map_or(Side::Start, |moment| Side::After(Spot { moment, position, id }))
            }
            _ => Side::Start,
        }
    }
}

/// A photo with what is said around it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The photo.
    pub photo: Photo,
    /// When its update was posted; in an album, when it was added.
    pub moment: Timestamp,
    /// Who brought it.
    pub uploader: String,
    /// The title of its update, if it is with one that has one.
    pub update_title: Option<String>,
    /// The title of its album, if it is in one.
    pub album_title: Option<String>,
    /// Who its update or album is for.
    pub around: Audience,
}

impl Shown {
    /// Its place among the others.
    pub fn spot(&self) -> Spot {
        Spot { moment: self.moment, position: self.photo.position, id: self.photo.id }
    }

    /// Who it is for: those whom what it belongs to is for, or fewer.
    pub fn audience(&self) -> Audience {
        match self.photo.audience {
            Some(narrower) if is_narrower(narrower, self.around) => narrower,
            _ => self.around,
        }
    }
}

/// Whether one audience is a part of another, and not all of it.
pub fn is_narrower(audience: Audience, than: Audience) -> bool {
    let room = |it| match it {
        Audience::Everyone => 2,
        Audience::Family => 1,
        Audience::Organizers => 0,
    };
    room(audience) < room(than)
}

/// Whether somebody may choose an audience: never one that would hide what they change from themselves.
pub fn may_choose(access: &Access, audience: Audience) -> bool {
    let role = if access.may_organize() { Role::Organizer } else { Role::CoAuthor };
    audience.includes(role, Circle::Family)
}

/// What is to be said of a photo, and who is to see it, as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PhotoInput {
    pub alt: String,
    pub caption: String,
    /// `same` as what it belongs to, or a narrower audience; a form that is silent about it changes nothing.
    pub audience: String,
    /// The album that it is to be in.
    pub album: String,
}

/// The same, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoChange {
    pub words: PhotoWords,
    /// `None` for whoever sees what it belongs to.
    pub audience: Option<Audience>,
    /// Another album than it is in.
    pub album: Option<AlbumId>,
}

impl PhotoInput {
    /// What the form shows of a photo.
    pub fn of(photo: &Photo) -> Self {
        Self {
            alt: photo.alt.clone().unwrap_or_default(),
            caption: photo.caption.clone().unwrap_or_default(),
            audience: photo.audience.map_or("same", Audience::as_str).to_owned(),
            album: photo.album_id.map(|album| album.to_string()).unwrap_or_default(),
        }
    }

    /// Nothing makes a photo wider than what it belongs to: a wider audience is the same as none.
    pub fn parse(&self, access: &Access, shown: &Shown) -> Result<PhotoChange, FieldErrors> {
        let words = WordsInput { alt: self.alt.clone(), caption: self.caption.clone() }.parse();
        let mut errors = words.as_ref().err().cloned().unwrap_or_default();
        let audience = match self.audience.as_str() {
            "" => Ok(shown.photo.audience),
            "same" => Ok(None),
            word => Audience::from_word(word)
                .filter(|it| may_choose(access, *it))
                .map(Some)
                .ok_or_else(|| "Please choose who this photo is for.".to_owned()),
        };
        let audience = errors.take("audience", audience);
        let album = AlbumId::parse(&self.album).filter(|it| shown.photo.album_id.is_some_and(|now| now != *it));
        match (words, audience) {
            (Ok(words), Some(audience)) => Ok(PhotoChange { words, audience, album }),
            _ => Err(errors),
        }
    }
}

crate::words! {
    /// Where something goes among the others.
    pub enum Move {
        /// One place towards the beginning.
        Earlier = "earlier",
        /// One place towards the end.
        Later = "later",
    }
}

/// What an order becomes when one of it moves past the next of those that whoever moves it can see.
pub fn moved<T: Copy + PartialEq>(all: &[(T, bool)], one: T, step: Move) -> Vec<T> {
    let mut ids: Vec<T> = all.iter().map(|(id, _)| *id).collect();
    let Some(from) = ids.iter().position(|id| *id == one) else { return ids };
    let is_seen = |(_, (_, seen)): &(usize, &(T, bool))| *seen;
    let to = match step {
        Move::Earlier => all.iter().enumerate().take(from).rfind(is_seen),
        Move::Later => all.iter().enumerate().skip(from + 1).find(is_seen),
    };
    if let Some((to, _)) = to {
        ids.remove(from);
        ids.insert(to, one);
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_moves_past_what_can_be_seen() {
        let all = [(1, true), (2, false), (3, true), (4, true)];
        assert_eq!(moved(&all, 3, Move::Earlier), [3, 1, 2, 4]);
        assert_eq!(moved(&all, 1, Move::Later), [2, 3, 1, 4]);
        assert_eq!(moved(&all, 1, Move::Earlier), [1, 2, 3, 4]);
        assert_eq!(moved(&all, 4, Move::Later), [1, 2, 3, 4]);
        assert_eq!(moved(&all, 9, Move::Later), [1, 2, 3, 4]);
    }

    #[test]
    fn nothing_is_narrower_than_itself() {
        for one in Audience::ALL {
            for other in Audience::ALL {
                assert!(!is_narrower(*one, *one));
                assert!(one == other || is_narrower(*one, *other) != is_narrower(*other, *one));
            }
        }
        assert!(is_narrower(Audience::Family, Audience::Everyone));
    }
}
