//! The gallery, and one photo of it.

use askama::Template;
use tidings_darkroom::placeholder_data_uri;

use crate::clock::Timestamp;
use crate::db::ids::PhotoId;
use crate::error::FieldErrors;
use crate::photos::model::{
    Album, ListedAlbum, PHOTOS_A_PAGE, Photo, PhotoInput, PhotoState, Shown, Size, Within, is_narrower, may_change,
    may_choose,
};
use crate::sites::{Audience, SiteHead, SiteScope};
use crate::web::{Layout, Reader};

/// A photo among others.
#[derive(Clone, Debug)]
pub struct Tile {
    pub id: String,
    /// The photo on a page of its own.
    pub link: String,
    pub image: Image,
    pub caption: String,
    /// For whom it is, where that is not everyone.
    pub note: &'static str,
    /// Why it does not show, or not yet.
    pub state: Option<String>,
    /// "3 comments", if there are any, and where they are.
    pub comments: Option<String>,
    pub comments_at: String,
}

/// What a browser needs to show a photo in whatever size fits.
#[derive(Clone, Debug)]
pub struct Image {
    pub source: String,
    pub sources: String,
    pub large: String,
    pub width: i32,
    pub height: i32,
    /// What can be seen on it; what is said where nobody has said so.
    pub alt: String,
    /// A `data:` address; empty when there is none.
    pub placeholder: String,
}

impl Image {
    /// With the size that stands in for those who choose none.
    pub fn new(photo: &Photo, usual: Size) -> Self {
        let (width, height) = photo.pixels(usual);
        let sources: Vec<String> =
            Size::SHOWN.iter().map(|size| format!("{} {}w", photo.address(*size), photo.pixels(*size).0)).collect();
        let said = photo.alt.clone().or_else(|| photo.caption.clone());
        Self {
            source: photo.address(usual),
            sources: sources.join(", "),
            large: photo.address(Size::Large),
            width,
            height,
            alt: said.unwrap_or_else(|| "A photo".to_owned()),
            placeholder: photo.placeholder.as_deref().map(placeholder_data_uri).unwrap_or_default(),
        }
    }
}

impl Tile {
    pub fn new(site_path: &str, shown: &Shown, within: Within) -> Self {
        let photo = &shown.photo;
        Self {
            id: photo.id.to_string(),
            link: format!("{site_path}/photos/{}{}", photo.id, within.query()),
            image: Image::new(photo, Size::Small),
            caption: photo.caption.clone().unwrap_or_default(),
            note: shown.audience().note(),
            state: state_words(photo),
            comments: comments_words(photo),
            comments_at: comments_at(site_path, photo),
        }
    }
}

/// How many comments there are, in words.
fn comments_words(photo: &Photo) -> Option<String> {
    match photo.comment_count {
        ..=0 => None,
        1 => Some("One comment".to_owned()),
        count => Some(format!("{count} comments")),
    }
}

fn comments_at(site_path: &str, photo: &Photo) -> String {
    format!("{site_path}/photos/{}/comments", photo.id)
}

fn state_words(photo: &Photo) -> Option<String> {
    match photo.state {
        PhotoState::Ready => None,
        PhotoState::Preparing => Some("Being prepared. It will be here in a moment.".to_owned()),
        PhotoState::Failed => Some(photo.problem.clone().unwrap_or_else(|| "This photo could not be read.".to_owned())),
    }
}

/// An album as it stands in the gallery.
pub struct AlbumCard {
    pub path: String,
    pub title: String,
    pub count: usize,
    pub note: &'static str,
    pub image: Option<Image>,
}

impl AlbumCard {
    fn new(site_path: &str, it: &ListedAlbum) -> Self {
        Self {
            path: format!("{site_path}/albums/{}", it.album.id),
            title: it.album.title.clone(),
            count: it.count,
            note: it.album.audience.note(),
            image: it.first.as_ref().map(|photo| Image::new(photo, Size::Small)),
        }
    }
}

/// Photos of one month.
pub struct MonthOfPhotos {
    name: String,
    tiles: Vec<Tile>,
}

#[derive(Template)]
#[template(path = "photos/gallery.html")]
pub struct GalleryPage {
    layout: Layout,
    head: SiteHead,
    albums: Vec<AlbumCard>,
    months: Vec<MonthOfPhotos>,
    is_first: bool,
    earlier: Option<String>,
}

impl GalleryPage {
    pub fn new(layout: Layout, scope: &SiteScope, albums: &[ListedAlbum], photos: &[Shown], is_first: bool) -> Self {
        let head = SiteHead::new(scope);
        let (photos, more) = a_page(photos);
        let earlier = more.map(|last| format!("{}/photos?{}", head.path, place(last)));
        Self {
            albums: albums.iter().map(|it| AlbumCard::new(&head.path, it)).collect(),
            months: by_month(&head.path, &layout.reader, photos),
            layout,
            head,
            is_first,
            earlier,
        }
    }

    fn is_empty(&self) -> bool {
        self.albums.is_empty() && self.months.is_empty()
    }
}

/// As many as stand on a page, and the last of them if there are more.
pub fn a_page(photos: &[Shown]) -> (&[Shown], Option<&Shown>) {
    let fits = usize::try_from(PHOTOS_A_PAGE).unwrap_or(usize::MAX);
    let page = photos.get(..fits).unwrap_or(photos);
    (page, page.last().filter(|_| photos.len() > fits))
}

/// Where the page after this photo begins.
pub fn place(last: &Shown) -> String {
    format!("at={}&position={}&id={}", last.moment.as_micros(), last.photo.position, last.photo.id)
}

fn by_month(site_path: &str, reader: &Reader, photos: &[Shown]) -> Vec<MonthOfPhotos> {
    let mut months: Vec<MonthOfPhotos> = Vec::new();
    for shown in photos {
        let name = reader.month(&shown.moment);
        let tile = Tile::new(site_path, shown, Within::Gallery);
        match months.last_mut().filter(|it| it.name == name) {
            Some(month) => month.tiles.push(tile),
            None => months.push(MonthOfPhotos { name, tiles: vec![tile] }),
        }
    }
    months
}

/// One photo, large.
#[derive(Template)]
#[template(path = "photos/one.html")]
pub struct OnePage {
    layout: Layout,
    head: SiteHead,
    path: String,
    image: Image,
    caption: String,
    state: Option<String>,
    uploader: String,
    moment: Timestamp,
    note: &'static str,
    /// What it is looked at in, and where that is.
    back: (String, String),
    /// The update or the album that it belongs to.
    home: (&'static str, String, String),
    before: Option<String>,
    after: Option<String>,
    download: String,
    may_change: bool,
    /// What people say to it. Safe HTML.
    below: String,
    comments: Option<String>,
    comments_at: String,
    /// Whether the first could be theirs.
    may_comment: bool,
}

impl OnePage {
    pub fn new(
        layout: Layout,
        scope: &SiteScope,
        shown: &Shown,
        within: Within,
        (before, after): (Option<PhotoId>, Option<PhotoId>),
        below: String,
    ) -> Self {
        let head = SiteHead::new(scope);
        let photo = &shown.photo;
        let beside = |id: Option<PhotoId>| id.map(|id| format!("{}/photos/{id}{}", head.path, within.query()));
        let home = home_of(&head, shown);
        let back = match within {
            Within::Gallery => (format!("{}/photos", head.path), "All photos".to_owned()),
            Within::Update(_) | Within::Album(_) => (home.1.clone(), home.2.clone()),
        };
        Self {
            path: format!("{}/photos/{}", head.path, photo.id),
            image: Image::new(photo, Size::Medium),
            caption: photo.caption.clone().unwrap_or_default(),
            state: state_words(photo),
            uploader: shown.uploader.clone(),
            moment: photo.created_at,
            note: shown.audience().note(),
            back,
            home,
            before: beside(before),
            after: beside(after),
            download: format!("{}?download=yes", photo.address(Size::Full)),
            may_comment: scope.access.may_leave_words(),
            may_change: may_change(&scope.access, scope.person_id, photo.uploader_id),
            below,
            comments: comments_words(photo),
            comments_at: comments_at(&head.path, photo),
            layout,
            head,
        }
    }
}

/// Where a photo belongs: what that is, its address, what it is called.
fn home_of(head: &SiteHead, shown: &Shown) -> (&'static str, String, String) {
    match (shown.photo.update_id, shown.photo.album_id) {
        (Some(update), _) => {
            let title = shown.update_title.clone().unwrap_or_else(|| head.untitled.clone());
            ("With the update", format!("{}/updates/{update}", head.path), title)
        }
        (None, Some(album)) => {
            let title = shown.album_title.clone().unwrap_or_default();
            ("In the album", format!("{}/albums/{album}", head.path), title)
        }
        (None, None) => ("On", head.path.clone(), head.name.clone()),
    }
}

/// The form to change a photo.
#[derive(Template)]
#[template(path = "photos/edit.html")]
pub struct EditPage {
    layout: Layout,
    head: SiteHead,
    path: String,
    image: Image,
    state: Option<String>,
    input: PhotoInput,
    errors: FieldErrors,
    /// Who it could be narrowed to.
    narrower: Vec<Audience>,
    /// Who what it belongs to is for.
    around: Audience,
    /// The albums that it could be in, where it is in one.
    albums: Vec<(String, String)>,
    home: (&'static str, String, String),
}

impl EditPage {
    pub fn new(
        layout: Layout,
        scope: &SiteScope,
        shown: &Shown,
        albums: &[Album],
        input: PhotoInput,
        errors: FieldErrors,
    ) -> Self {
        let head = SiteHead::new(scope);
        let is_choice = |it: &Audience| is_narrower(*it, shown.around) && may_choose(&scope.access, *it);
        let in_album = shown.photo.album_id.is_some();
        Self {
            path: format!("{}/photos/{}", head.path, shown.photo.id),
            image: Image::new(&shown.photo, Size::Small),
            state: state_words(&shown.photo),
            input,
            errors,
            narrower: Audience::ALL.iter().copied().filter(is_choice).collect(),
            around: shown.around,
            albums: albums.iter().filter(|_| in_album).map(|it| (it.id.to_string(), it.title.clone())).collect(),
            home: home_of(&head, shown),
            layout,
            head,
        }
    }

    fn audience_is(&self, word: &str) -> bool {
        self.input.audience == word
    }

    fn everyone_there(&self) -> &'static str {
        if self.albums.is_empty() { "Everyone who sees its update" } else { "Everyone who sees its album" }
    }
}

/// Whether a photo is to go.
#[derive(Template)]
#[template(path = "photos/removal.html")]
pub struct RemovalPage {
    layout: Layout,
    head: SiteHead,
    path: String,
    image: Image,
    state: Option<String>,
}

impl RemovalPage {
    pub fn new(layout: Layout, scope: &SiteScope, photo: &Photo) -> Self {
        let head = SiteHead::new(scope);
        Self {
            path: format!("{}/photos/{}", head.path, photo.id),
            image: Image::new(photo, Size::Small),
            state: state_words(photo),
            layout,
            head,
        }
    }
}
