//! The cover and the portrait of a page: parts of photos.

use askama::Template;

use crate::error::{AppError, FieldErrors, Result};
use crate::photos::model::{Crop, CropInput, Photo, PhotoState, Place, Size};
use crate::photos::store::Face;
use crate::sites::{SiteHead, SiteScope};
use crate::web::{LARGEST_FILE, Layout};

use super::ACCEPT;

/// A part of a photo, as a picture that is exactly that part at whatever size: SVG says which part with plain attributes.
#[derive(Clone, Debug, Template)]
#[template(path = "photos/cropped.html")]
pub struct Cropped {
    class: &'static str,
    view_box: String,
    source: String,
    width: i32,
    height: i32,
    alt: String,
}

impl Cropped {
    fn new(photo: &Photo, place: Place) -> Self {
        let crop = photo.crop.unwrap_or_else(|| Crop::middle(photo, place));
        let (left, top, width, height) = crop.pixels(photo.width, photo.height);
        Self {
            class: if place == Place::Cover { "cover" } else { "portrait" },
            view_box: format!("{left} {top} {width} {height}"),
            source: photo.address(if place == Place::Cover { Size::Large } else { Size::Medium }),
            width: photo.width,
            height: photo.height,
            alt: photo.alt.clone().unwrap_or_default(),
        }
    }
}

/// The same, as safe HTML for the pages of other features; empty where there is none.
#[derive(Clone, Debug, Default)]
pub struct FaceHtml {
    /// Above everything.
    pub cover: String,
    /// Beside the name.
    pub portrait: String,
}

impl FaceHtml {
    /// Writes both.
    pub fn new(face: &Face) -> Result<Self> {
        Ok(Self { cover: html(face.cover.as_ref(), Place::Cover)?, portrait: Portrait::html(face.portrait.as_ref())? })
    }
}

/// The portrait alone.
pub struct Portrait;

impl Portrait {
    /// As safe HTML; empty where there is none.
    pub fn html(photo: Option<&Photo>) -> Result<String> {
        html(photo, Place::Portrait)
    }
}

fn html(photo: Option<&Photo>, place: Place) -> Result<String> {
    match photo {
        Some(photo) => Cropped::new(photo, place).render().map_err(AppError::internal),
        None => Ok(String::new()),
    }
}

/// Where an organizer chooses the cover or the portrait, and the part of it that shows.
#[derive(Template)]
#[template(path = "photos/cover.html")]
pub struct CoverPage {
    layout: Layout,
    head: SiteHead,
    path: String,
    is_cover: bool,
    /// What shows now.
    current: String,
    chosen: Option<Chosen>,
    /// Why the newest does not show, or not yet.
    state: Option<String>,
    is_preparing: bool,
    input: CropInput,
    errors: FieldErrors,
    accept: &'static str,
    largest_megabytes: u64,
}

/// The photo that a part is chosen of.
pub struct Chosen {
    source: String,
    width: i32,
    height: i32,
    shape: (i32, i32),
}

impl CoverPage {
    /// `all` is everything that was brought for it, the newest first.
    pub fn new(
        layout: Layout,
        scope: &SiteScope,
        place: Place,
        all: &[Photo],
        sent: Option<CropInput>,
        errors: FieldErrors,
    ) -> Result<Self> {
        let head = SiteHead::new(scope);
        let ready = all.iter().find(|it| it.is_ready());
        let newest = all.first();
        let chosen = newest.filter(|it| it.is_ready()).map(|photo| {
            let (width, height) = photo.pixels(Size::Medium);
            Chosen { source: photo.address(Size::Medium), width, height, shape: place.shape() }
        });
        let state = newest.and_then(|it| match it.state {
            PhotoState::Ready => None,
            PhotoState::Preparing => Some("The photo is being prepared. In a moment it can be seen here.".to_owned()),
            PhotoState::Failed => Some(
                it.problem.clone().unwrap_or_else(|| "The photo could not be read. Please choose another.".to_owned()),
            ),
        });
        let input = sent.or_else(|| ready.map(|it| CropInput::of(it, place))).unwrap_or_default();
        Ok(Self {
            path: format!("{}/{}", head.path, place.as_str()),
            is_cover: place == Place::Cover,
            current: html(ready, place)?,
            chosen,
            state,
            is_preparing: newest.is_some_and(|it| it.state == PhotoState::Preparing),
            input,
            errors,
            accept: ACCEPT,
            largest_megabytes: LARGEST_FILE / (1024 * 1024),
            layout,
            head,
        })
    }
}
