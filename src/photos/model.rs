//! Photos: where they belong, who sees them, and how they stand.

mod albums;
mod crop;
mod gallery;

use serde::Deserialize;

pub use albums::*;
pub use crop::*;
pub use gallery::*;

use crate::clock::Timestamp;
use crate::db::ids::{AlbumId, DraftId, PersonId, PhotoId, SiteId, SubmissionKey, UpdateId, WishId};
use crate::error::{FieldErrors, Result};
use crate::sites::{Access, Audience, Sight};
use crate::text;

/// The longest caption, and the longest description for those who cannot see.
const WORDS_CHARS: usize = 500;

crate::words! {
    /// Where a photo belongs.
    pub enum Place {
        /// With something that is being written.
        Draft = "draft",
        /// With an update.
        Update = "update",
        /// In an album.
        Album = "album",
        /// The page itself, as its cover.
        Cover = "cover",
        /// The page itself, as the portrait of whom it is about.
        Portrait = "portrait",
        /// With a well wish or a comment.
        Wish = "wish",
    }
}

crate::words! {
    /// How a photo stands.
    pub enum PhotoState {
        /// It was taken in, and its sizes are still to be made.
        Preparing = "preparing",
        /// It can be seen.
        Ready = "ready",
        /// It could not be read; `problem` says why.
        Failed = "failed",
    }
}

/// Where a photo is to belong from the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belongs {
    /// With something that is being written.
    Draft(DraftId),
    /// In an album.
    Album(AlbumId),
    /// The page itself, as its cover.
    Cover,
    /// The page itself, as the portrait of whom it is about.
    Portrait,
    /// With a well wish or a comment.
    Wish(WishId),
}

impl Belongs {
    /// The word for it.
    pub fn place(self) -> Place {
        match self {
            Self::Draft(_) => Place::Draft,
            Self::Album(_) => Place::Album,
            Self::Cover => Place::Cover,
            Self::Portrait => Place::Portrait,
            Self::Wish(_) => Place::Wish,
        }
    }

    /// The draft, if it is one.
    pub fn draft(self) -> Option<DraftId> {
        if let Self::Draft(id) = self { Some(id) } else { None }
    }

    /// The album, if it is one.
    pub fn album(self) -> Option<AlbumId> {
        if let Self::Album(id) = self { Some(id) } else { None }
    }

    /// The well wish or the comment, if it is one.
    pub fn wish(self) -> Option<WishId> {
        if let Self::Wish(id) = self { Some(id) } else { None }
    }
}

/// A photo.
#[derive(Clone, Debug)]
pub struct Photo {
    /// Its row, and the name of its bytes.
    pub id: PhotoId,
    /// The page.
    pub site_id: SiteId,
    /// Who brought it.
    pub uploader_id: PersonId,
    /// Where it belongs.
    pub place: Place,
    /// The draft that it is with, while it is with one.
    pub draft_id: Option<DraftId>,
    /// The update that it is with.
    pub update_id: Option<UpdateId>,
    /// The album that it is in.
    pub album_id: Option<AlbumId>,
    /// Its place among the others there.
    pub position: i32,
    /// Who it is for, where that is narrower than what it belongs to.
    pub audience: Option<Audience>,
    /// What stands under it.
    pub caption: Option<String>,
    /// What can be seen on it, for those who cannot see it.
    pub alt: Option<String>,
    /// How it stands.
    pub state: PhotoState,
    /// Why it could not be read, in a sentence.
    pub problem: Option<String>,
    /// Upright, in pixels; 0 until it is ready.
    pub width: i32,
    /// Upright, in pixels; 0 until it is ready.
    pub height: i32,
    /// A ThumbHash.
    pub placeholder: Option<Vec<u8>>,
    /// The part of it that a cover or portrait shows.
    pub crop: Option<Crop>,
    /// What all its sizes take up together.
    pub size_bytes: i64,
    /// How many comments on it are shown.
    pub comment_count: i32,
    /// When it was taken in.
    pub created_at: Timestamp,
}

/// A part of a photo, in thousandths of its sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crop {
    /// From the left.
    pub left: i32,
    /// From the top.
    pub top: i32,
    /// Across.
    pub width: i32,
    /// Down.
    pub height: i32,
}

/// Who what a photo belongs to is for: the update's audience or the album's, read together with the photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Around {
    /// Something that is being written.
    Draft {
        /// Whether those who write on the page write it together.
        is_shared: bool,
    },
    /// An update or an album for this audience.
    For(Audience),
    /// The page itself.
    Page,
    /// A well wish or a comment.
    Words {
        /// Whether the viewer may read it.
        readable: bool,
    },
}

/// Who sees a photo: whoever sees what it belongs to, unless it is narrower itself.
///
/// - With an update or in an album: those whom that is for.
/// - The cover and the portrait: whoever sees at least the front door.
/// - With a well wish or a comment: whoever may read that.
/// - With a draft: who brought it there, as long as they may write; and the others who write on the page where that draft is
///   shared with them. Nobody else sees what was perhaps chosen by mistake, organizers included.
pub fn may_see(access: &Access, viewer: Option<PersonId>, photo: &Photo, around: Around) -> bool {
    let around_it = match around {
        Around::For(audience) => access.audiences().contains(&audience),
        Around::Page => access.sight != Sight::Nothing,
        Around::Words { readable } => readable,
        Around::Draft { is_shared } => access.may_write() && (is_shared || viewer == Some(photo.uploader_id)),
    };
    around_it && photo.audience.is_none_or(|narrower| access.audiences().contains(&narrower))
}

/// Who may change a photo's words, or take it away: who brought it, as long as they may write, and organizers.
pub fn may_change(access: &Access, viewer: Option<PersonId>, uploader: PersonId) -> bool {
    access.may_organize() || (access.may_write() && viewer == Some(uploader))
}

/// The same of a photo wherever it belongs: what came with words is changed by who brought it, as long as they belong to the
/// page, whether or not they write there.
pub fn may_change_photo(access: &Access, viewer: Option<PersonId>, photo: &Photo) -> bool {
    let brought_it = viewer == Some(photo.uploader_id);
    may_change(access, viewer, photo.uploader_id)
        || (photo.place == Place::Wish && access.may_encourage() && brought_it)
}

/// A photo that is to be taken in.
#[derive(Clone, Debug)]
pub struct NewPhoto {
    /// Made before its bytes are put away.
    pub id: PhotoId,
    /// The page.
    pub site_id: SiteId,
    /// Who brings it.
    pub uploader_id: PersonId,
    /// Where it is to belong.
    pub belongs: Belongs,
    /// Made by whoever uploads, so that an upload that is tried again makes one photo.
    pub upload: Option<SubmissionKey>,
    /// What stands under it.
    pub caption: Option<String>,
    /// What can be seen on it.
    pub alt: Option<String>,
}

/// A size in which a photo is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// 320 pixels on the long side.
    Small,
    /// 1024 pixels on the long side.
    Medium,
    /// 2048 pixels on the long side.
    Large,
    /// As it was taken.
    Full,
}

impl Size {
    /// Those that stand in pages, the smallest first.
    pub const SHOWN: [Self; 3] = [Self::Small, Self::Medium, Self::Large];

    /// The one that an address names.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Small, Self::Medium, Self::Large, Self::Full].into_iter().find(|it| it.word() == word)
    }

    /// Its word in an address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Small => "320",
            Self::Medium => "1024",
            Self::Large => "2048",
            Self::Full => "full",
        }
    }

    /// The longest that the long side can be.
    fn longest(self) -> i32 {
        match self {
            Self::Small => 320,
            Self::Medium => 1024,
            Self::Large => 2048,
            Self::Full => i32::MAX,
        }
    }
}

impl Photo {
    /// How wide and how high it is in a size, in pixels. Nothing is made larger than it was.
    pub fn pixels(&self, size: Size) -> (i32, i32) {
        let long = self.width.max(self.height).max(1);
        let to = i64::from(long.min(size.longest()));
        let scaled = |side: i32| {
            let rounded = (i64::from(side) * to + i64::from(long) / 2) / i64::from(long);
            i32::try_from(rounded).unwrap_or(i32::MAX).max(1)
        };
        (scaled(self.width), scaled(self.height))
    }

    /// Whether it can be shown.
    pub fn is_ready(&self) -> bool {
        self.state == PhotoState::Ready
    }

    /// The address of its bytes in a size.
    pub fn address(&self, size: Size) -> String {
        format!("/photos/{}/{}", self.id, size.word())
    }
}

/// What is said of a photo, as it was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct WordsInput {
    pub alt: String,
    pub caption: String,
}

/// What is said of a photo.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhotoWords {
    /// What can be seen on it.
    pub alt: Option<String>,
    /// What stands under it.
    pub caption: Option<String>,
}

impl WordsInput {
    /// Asked for kindly: both may be empty.
    pub fn parse(&self) -> Result<PhotoWords, FieldErrors> {
        let mut errors = FieldErrors::default();
        let alt = errors.take("alt", text::optional_line(&self.alt, "the description", WORDS_CHARS));
        let caption = errors.take("caption", text::optional_line(&self.caption, "the caption", WORDS_CHARS));
        match (alt, caption) {
            (Some(alt), Some(caption)) => Ok(PhotoWords { alt, caption }),
            _ => Err(errors),
        }
    }
}

impl WordsInput {
    /// The same, with what is too long cut off rather than refused: it must not keep back what it came with.
    pub fn cut(&self) -> PhotoWords {
        PhotoWords { alt: cut(&self.alt), caption: cut(&self.caption) }
    }
}

/// As much of the words about a photo as there is room for.
fn cut(words: &str) -> Option<String> {
    let short: String = words.chars().take(WORDS_CHARS).collect();
    text::optional_line(&short, "the words", WORDS_CHARS).ok().flatten()
}

/// What the form of an update says of its photos: the same number of each, in the order in which they are to stand.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PhotosInput {
    pub photo: Vec<String>,
    pub photo_alt: Vec<String>,
    pub photo_caption: Vec<String>,
    /// Those that are to be taken away.
    pub photo_removed: Vec<String>,
}

impl PhotosInput {
    /// The photos in their order, with what is said of each. What is too long is cut off rather than refused: it must not
    /// keep an update from being posted.
    pub fn described(&self) -> Vec<(PhotoId, PhotoWords)> {
        let short = |words: Option<&String>| words.and_then(|words| cut(words));
        self.photo
            .iter()
            .enumerate()
            .filter_map(|(index, id)| {
                let words =
                    PhotoWords { alt: short(self.photo_alt.get(index)), caption: short(self.photo_caption.get(index)) };
                Some((PhotoId::parse(id)?, words))
            })
            .collect()
    }

    /// Those that are to be taken away.
    pub fn removed(&self) -> Vec<PhotoId> {
        self.photo_removed.iter().filter_map(|id| PhotoId::parse(id)).collect()
    }
}

/// A file that was sent and is not taken in, with the sentence that says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What it is called where it came from.
    pub name: String,
    /// Why.
    pub sentence: String,
}

impl Refused {
    /// The sentence with the name of the file before it.
    pub fn full_sentence(&self) -> String {
        if self.name.is_empty() { self.sentence.clone() } else { format!("{}: {}", self.name, self.sentence) }
    }
}

/// What is known of a photo once all its sizes are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// Upright, in pixels.
    pub width: i32,
    /// Upright, in pixels.
    pub height: i32,
    /// A ThumbHash.
    pub placeholder: Vec<u8>,
    /// What all its sizes take up together.
    pub size_bytes: i64,
}
