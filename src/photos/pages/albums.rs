//! Albums, and the forms that make and change them.

use askama::Template;

use super::ACCEPT;
use super::gallery::{Tile, a_page, place};
use crate::error::FieldErrors;
use crate::photos::model::{Album, AlbumInput, Shown, Within};
use crate::sites::{SiteHead, SiteScope};
use crate::web::{LARGEST_FILE, Layout, MOST_FILES};

#[derive(Template)]
#[template(path = "photos/album.html")]
pub struct AlbumPage {
    layout: Layout,
    head: SiteHead,
    path: String,
    title: String,
    note: &'static str,
    tiles: Vec<Tile>,
    more: Option<String>,
    is_first: bool,
    may_add: bool,
    may_change: bool,
    accept: &'static str,
    most_files: usize,
    largest_megabytes: u64,
    errors: FieldErrors,
}

impl AlbumPage {
    pub fn new(layout: Layout, scope: &SiteScope, album: &Album, photos: &[Shown], is_first: bool) -> Self {
        let head = SiteHead::new(scope);
        let path = format!("{}/albums/{}", head.path, album.id);
        let (photos, more) = a_page(photos);
        Self {
            more: more.map(|last| format!("{path}?{}", place(last))),
            tiles: photos.iter().map(|it| Tile::new(&head.path, it, Within::Album(album.id))).collect(),
            title: album.title.clone(),
            note: album.audience.note(),
            is_first,
            may_add: scope.access.may_write() && !scope.is_perspective,
            may_change: album.may_change(&scope.access, scope.person_id),
            accept: ACCEPT,
            most_files: MOST_FILES,
            largest_megabytes: LARGEST_FILE / (1024 * 1024),
            errors: FieldErrors::default(),
            path,
            layout,
            head,
        }
    }

    /// With what was wrong with the photos that were just sent.
    pub fn with_errors(mut self, errors: FieldErrors) -> Self {
        self.errors = errors;
        self
    }
}

/// The form of an album.
#[derive(Template)]
#[template(path = "photos/album_form.html")]
pub struct AlbumForm {
    pub layout: Layout,
    pub head: SiteHead,
    pub input: AlbumInput,
    pub errors: FieldErrors,
    pub is_organizer: bool,
    /// The album's address, if there is one already.
    pub path: Option<String>,
}

impl AlbumForm {
    fn audience_is(&self, word: &str) -> bool {
        let chosen = self.input.audience.as_str();
        chosen == word || (chosen.is_empty() && word == "everyone")
    }
}

/// The photos of an album, to be put in order.
#[derive(Template)]
#[template(path = "photos/order.html")]
pub struct OrderPage {
    layout: Layout,
    head: SiteHead,
    path: String,
    title: String,
    tiles: Vec<Tile>,
}

impl OrderPage {
    pub fn new(layout: Layout, scope: &SiteScope, album: &Album, photos: &[Shown]) -> Self {
        let head = SiteHead::new(scope);
        Self {
            path: format!("{}/albums/{}", head.path, album.id),
            title: album.title.clone(),
            tiles: photos.iter().map(|it| Tile::new(&head.path, it, Within::Album(album.id))).collect(),
            layout,
            head,
        }
    }
}

/// Whether an album is to go, with so many photos in it.
#[derive(Template)]
#[template(path = "photos/album_deletion.html")]
pub struct AlbumDeletion {
    pub layout: Layout,
    pub head: SiteHead,
    pub path: String,
    pub title: String,
    pub count: i64,
    /// How many of them others have brought, where that is in the way.
    pub of_others: i64,
}
