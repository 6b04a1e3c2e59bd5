//! What is shown of photos: finished values for the templates.

pub mod albums;
pub mod cover;
pub mod gallery;
pub mod mail;

use std::sync::Arc;

use askama::Template;
use tidings_darkroom::placeholder_data_uri;

use super::model::{Photo, PhotoState, Size};
use super::store::Beside;
use crate::db::ids::DraftId;
use crate::error::{AppError, FieldErrors, Result};
use crate::sites::SiteHead;
use crate::text;
use crate::web::{LARGEST_FILE, Layout, MOST_FILES};

/// What a file chooser offers; what a file is, is looked at afterwards.
pub const ACCEPT: &str = "image/jpeg,image/png,image/webp,image/gif,image/heic,image/heif,.heic,.heif";

/// A photo as it stands in a page: with the size that it will have, so that nothing jumps, and a blur of it underneath
/// until it is there.
#[derive(Clone, Debug, Template)]
#[template(path = "photos/figure.html")]
pub struct Figure {
    /// Where it leads: the photo on a page of its own.
    pub link: String,
    /// Its bytes, in the size for those who choose none.
    pub source: String,
    /// Its bytes in every size that stands in pages, with how wide each is.
    pub sources: String,
    pub width: i32,
    pub height: i32,
    pub alt: String,
    pub caption: Option<String>,
    /// A `data:` address; empty when there is none.
    pub placeholder: String,
    pub state: PhotoState,
    /// Whether it stands alone in the text, and is as wide as that.
    pub is_wide: bool,
}

impl Figure {
    /// A photo of a page.
    pub fn new(site_path: &str, photo: &Photo, is_wide: bool) -> Self {
        let (width, height) = photo.pixels(Size::Medium);
        let sources: Vec<String> =
            Size::SHOWN.iter().map(|size| format!("{} {}w", photo.address(*size), photo.pixels(*size).0)).collect();
        Self {
            link: format!("{site_path}/photos/{}", photo.id),
            source: photo.address(Size::Medium),
            sources: sources.join(", "),
            width,
            height,
            alt: photo.alt.clone().unwrap_or_default(),
            caption: photo.caption.clone(),
            placeholder: photo.placeholder.as_deref().map(placeholder_data_uri).unwrap_or_default(),
            state: photo.state,
            is_wide,
        }
    }

    fn is_ready(&self) -> bool {
        self.state == PhotoState::Ready
    }

    /// What is said where nobody has said what it shows: an empty `alt` would hide from a screen reader that there is one.
    fn said(&self) -> &str {
        match (&self.caption, self.alt.is_empty()) {
            (_, false) => &self.alt,
            (Some(caption), true) => caption,
            (None, true) => "A photo",
        }
    }
}

#[derive(Template)]
#[template(path = "photos/below.html")]
struct Below {
    photos: Vec<Figure>,
}

/// An update's words and photos, for those who read it: made once for all of them, as safe HTML.
#[derive(Clone, Debug, Default)]
pub struct Illustrated {
    /// The words, with the photos that are named in them where they are named.
    pub html: String,
    /// The others.
    pub below: String,
}

/// Puts the photos of an update to its words: those that are named in the text stand there, the others below. A photo that
/// is not with this update is left out, whatever the text says. `None` where the words are all there is.
pub fn illustrate(site_path: &str, html: &str, photos: &[Photo]) -> Result<Option<Arc<Illustrated>>> {
    if photos.is_empty() && !html.contains("<img") {
        return Ok(None);
    }
    let mut named = Vec::new();
    let html = text::replace_photos(html, |id, alt| {
        let photo = photos.iter().find(|photo| photo.id.to_string() == id)?;
        named.push(photo.id);
        let mut figure = Figure::new(site_path, photo, true);
        if figure.alt.is_empty() {
            figure.alt = alt.to_owned();
        }
        figure.render().ok()
    });
    let others = photos.iter().filter(|photo| !named.contains(&photo.id));
    let others: Vec<Figure> = others.map(|photo| Figure::new(site_path, photo, photos.len() == 1)).collect();
    let below = if others.is_empty() {
        String::new()
    } else {
        Below { photos: others }.render().map_err(AppError::internal)?
    };
    Ok(Some(Arc::new(Illustrated { html, below })))
}

/// A photo in the form of the update that it is with.
pub struct FieldItem {
    pub id: String,
    pub alt: String,
    pub caption: String,
    pub state: PhotoState,
    pub problem: Option<String>,
    pub width: i32,
    pub height: i32,
}

impl FieldItem {
    fn new(photo: &Photo) -> Self {
        let (width, height) = photo.pixels(Size::Small);
        Self {
            id: photo.id.to_string(),
            alt: photo.alt.clone().unwrap_or_default(),
            caption: photo.caption.clone().unwrap_or_default(),
            state: photo.state,
            problem: photo.problem.clone(),
            width,
            height,
        }
    }

    fn is_ready(&self) -> bool {
        self.state == PhotoState::Ready
    }
}

/// The part of an update's form that is about photos: a whole of its own, to be put into the form as it is.
#[derive(Template)]
#[template(path = "photos/field.html")]
pub struct Field {
    /// Where a script sends photos to.
    path: String,
    draft: String,
    items: Vec<FieldItem>,
    problems: Vec<String>,
    accept: &'static str,
    most_files: usize,
    largest_megabytes: u64,
}

impl Field {
    pub fn new(site_path: &str, draft: Option<DraftId>, photos: &[Photo]) -> Self {
        Self {
            path: format!("{site_path}/photos"),
            draft: draft.map(|draft| draft.to_string()).unwrap_or_default(),
            items: photos.iter().map(FieldItem::new).collect(),
            problems: Vec::new(),
            accept: ACCEPT,
            most_files: MOST_FILES,
            largest_megabytes: LARGEST_FILE / (1024 * 1024),
        }
    }

    /// The same, with what was wrong with those that were just sent.
    pub fn with_problems(mut self, errors: &FieldErrors) -> Self {
        self.problems =
            errors.iter().filter(|(field, _)| *field == "photos").map(|(_, text)| text.to_owned()).collect();
        self
    }
}

/// One photo on a page of its own.
#[derive(Template)]
#[template(path = "photos/photo.html")]
pub struct PhotoPage {
    layout: Layout,
    head: SiteHead,
    figure: Figure,
    path: String,
    /// Where it can be had as a file.
    file: String,
    problem: Option<String>,
    caption: String,
    may_change: bool,
    /// Whether something can be written under it.
    takes_caption: bool,
    /// Where what it is with stands, and what the way there is called.
    back: Option<(String, &'static str)>,
    errors: FieldErrors,
}

impl PhotoPage {
    pub fn new(layout: Layout, head: SiteHead, photo: &Photo, may_change: bool, errors: FieldErrors) -> Self {
        let mut figure = Figure::new(&head.path, photo, true);
        figure.link = photo.address(Size::Large);
        Self {
            path: format!("{}/photos/{}", head.path, photo.id),
            file: format!("{}?download", photo.address(Size::Full)),
            problem: photo.problem.clone(),
            caption: photo.caption.clone().unwrap_or_default(),
            back: photo.update_id.map(|update| (format!("{}/updates/{update}", head.path), "Back to the update")),
            layout,
            head,
            figure,
            may_change,
            takes_caption: true,
            errors,
        }
    }

    /// The same, for a photo that came with words.
    pub fn with_words(mut self, words: Option<Beside>) -> Self {
        if let Some(words) = words {
            self.back = Some((words.address(&self.head.path), "Back to the words that it came with"));
            self.takes_caption = false;
        }
        self
    }
}
