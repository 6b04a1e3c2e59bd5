//! Albums: photos that belong together, and to no update.

use serde::Deserialize;

use super::Photo;
use super::gallery::may_choose;
use crate::db::ids::{AlbumId, PersonId, SiteId, SubmissionKey};
use crate::error::{FieldErrors, Result};
use crate::sites::{Access, Audience};
use crate::text;

const TITLE_CHARS: usize = 100;

/// The most albums that a page can have.
pub const MOST_ALBUMS: i64 = 200;

/// An album.
#[derive(Clone, Debug)]
pub struct Album {
    /// Its row.
    pub id: AlbumId,
    /// The page.
    pub site_id: SiteId,
    /// What it is called.
    pub title: String,
    /// Who it is for.
    pub audience: Audience,
    /// Who made it.
    pub created_by: PersonId,
}

/// An album with what its viewer may see in it.
#[derive(Clone, Debug)]
pub struct ListedAlbum {
    /// The album.
    pub album: Album,
    /// How many photos.
    pub count: usize,
    /// The first of them.
    pub first: Option<Photo>,
}

impl Album {
    /// Who may rename, open or delete it: who made it, as long as they may write, and organizers.
    pub fn may_change(&self, access: &Access, viewer: Option<PersonId>) -> bool {
        access.may_organize() || (access.may_write() && viewer == Some(self.created_by))
    }
}

/// The form as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AlbumInput {
    pub title: String,
    pub audience: String,
    pub submission: String,
}

/// The same, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlbumDraft {
    pub title: String,
    pub audience: Audience,
    pub submission: Option<SubmissionKey>,
}

impl AlbumInput {
    /// What the form shows of an album.
    pub fn of(album: &Album) -> Self {
        Self { title: album.title.clone(), audience: album.audience.as_str().to_owned(), submission: String::new() }
    }

    /// `silence` is the audience of a form that names none: what is silent never widens anything.
    pub fn parse(&self, access: &Access, silence: Option<Audience>) -> Result<AlbumDraft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let title = errors.take("title", text::line(&self.title, "a name for the album", TITLE_CHARS));
        let audience = match (self.audience.as_str(), silence) {
            ("", Some(silence)) => Some(silence),
            (word, _) => {
                let chosen = Audience::from_word(word).ok_or_else(|| "Please choose who this is for.".to_owned());
                errors.take("audience", chosen)
            }
        };
        if audience.is_some_and(|it| !may_choose(access, it)) {
            errors.add("audience", "Only organizers can make something for organizers only.");
        }
        match (title, audience) {
            (Some(title), Some(audience)) if errors.is_empty() => {
                Ok(AlbumDraft { title, audience, submission: SubmissionKey::parse(&self.submission) })
            }
            _ => Err(errors),
        }
    }
}
