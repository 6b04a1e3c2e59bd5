//! A function a request.

pub mod albums;
pub mod cover;
pub mod gallery;

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, VARY,
};
use actix_web::web::{Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;
use tidings_darkroom::Print;

use super::model::{Belongs, Photo, PhotoWords, Place, Size, WordsInput, may_change_photo};
use super::{pages, store, uploads};
use crate::accounts::{Viewer, Visit};
use crate::blobs::Key;
use crate::db::Conn;
use crate::db::ids::{DraftId, PhotoId, SubmissionKey, WishId};
use crate::error::{AppError, FieldErrors, Result};
use crate::sites::{SiteHead, SiteScope};
use crate::web::{Answer, Flash, has_already, json, page, see_other};

#[derive(Default, Deserialize)]
#[serde(default)]
struct UploadInput {
    draft: String,
    /// Made by whoever uploads, for each photo.
    upload: String,
    alt: String,
    caption: String,
}

/// Takes in what a script sends, a photo at a time, or a plain form with several.
pub async fn create(visit: Visit, slug: Path<String>) -> Answer {
    let slug = slug.into_inner();
    let place = slug.clone();
    visit.read(move |conn, viewer| SiteScope::load_to_write(conn, viewer, &place)?.actor()).await?;
    let input: UploadInput = visit.form()?;
    let draft = DraftId::parse(&input.draft).ok_or_else(|| {
        AppError::invalid("photos", "This photo did not say where it belongs. Please load the page again.")
    })?;
    let words = WordsInput { alt: input.alt, caption: input.caption }.parse().map_err(AppError::Invalid)?;
    let upload = SubmissionKey::parse(&input.upload);
    let taken = uploads::take_in(&visit, &slug, Belongs::Draft(draft), upload, &words).await?;
    let mut errors = FieldErrors::default();
    for refused in &taken.refused {
        errors.add("photos", if visit.wants_json { refused.sentence.clone() } else { refused.full_sentence() });
    }
    match taken.photos.first() {
        _ if !errors.is_empty() => Err(AppError::Invalid(errors)),
        None => Err(AppError::invalid("photos", "No photo was chosen.")),
        Some((id, state)) if visit.wants_json => {
            json(StatusCode::CREATED, &json!({ "id": id.to_string(), "state": state.as_str() }))
        }
        Some(_) => see_other(format!("/p/{slug}/drafts/{draft}")),
    }
}

/// One photo, large, with what is said of it; for a script, how it stands.
pub async fn show(visit: Visit, path: Path<(String, PhotoId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (viewer, (scope, photo, words)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load(conn, viewer, &slug)?;
            let photo = store::get_photo(conn, &scope, id)?;
            Ok((scope, photo, store::find_words(conn, id)?))
        })
        .await?;
    let may_change = may_change_photo(&scope.access, scope.person_id, &photo);
    if visit.wants_json {
        let problem = photo.problem.as_deref().filter(|_| may_change);
        let state = json!({ "id": id.to_string(), "state": photo.state.as_str(), "problem": problem });
        return json(StatusCode::OK, &state);
    }
    page(
        StatusCode::OK,
        &pages::PhotoPage::new(
            visit.layout(&viewer),
            SiteHead::new(&scope),
            &photo,
            may_change,
            FieldErrors::default(),
        )
        .with_words(words),
    )
}

/// A photo that the viewer may change: with the rights of who writes, or, where it came with words, of who leaves some.
fn load_to_change(conn: &mut Conn, viewer: &Viewer, slug: &str, id: PhotoId) -> Result<(SiteScope, Photo)> {
    let scope = match store::find_words(conn, id)? {
        Some(_) => SiteScope::load_to_encourage(conn, viewer, slug)?,
        None => SiteScope::load_to_write(conn, viewer, slug)?,
    };
    scope.actor()?;
    let photo = store::get_photo_to_change(conn, &scope, id)?;
    Ok((scope, photo))
}

/// What is said of a photo. One that came with words has no caption, since the words are that; what can be seen on it is judged
/// with them.
pub async fn update<J>(visit: Visit, path: Path<(String, PhotoId)>, judge: J) -> Answer
where
    J: FnOnce(&mut Conn, &SiteScope, WishId, &PhotoWords) -> Result<()> + Send + 'static,
{
    let (slug, id) = path.into_inner();
    let input: WordsInput = visit.form()?;
    let parsed = input.parse();
    let place = slug.clone();
    let (viewer, (scope, mut photo, beside)) = visit
        .read(move |conn, viewer| {
            let (scope, photo) = load_to_change(conn, viewer, &place, id)?;
            Ok((scope, photo, store::find_words(conn, id)?))
        })
        .await?;
    let words = match parsed {
        Ok(words) => words,
        Err(errors) if visit.wants_json => return Err(AppError::Invalid(errors)),
        Err(errors) => {
            (photo.alt, photo.caption) = (Some(input.alt), Some(input.caption));
            let head = SiteHead::new(&scope);
            let shown = pages::PhotoPage::new(visit.layout(&viewer), head, &photo, true, errors);
            return page(StatusCode::UNPROCESSABLE_ENTITY, &shown.with_words(beside));
        }
    };
    let place = slug.clone();
    visit
        .write(move |conn, viewer| {
            let (scope, photo) = load_to_change(conn, viewer, &place, id)?;
            let Some(beside) = store::find_words(conn, id)? else {
                return store::update_words(conn, &photo, &words);
            };
            let words = PhotoWords { caption: None, ..words };
            judge(conn, &scope, beside.wish_id, &words)?;
            store::update_words(conn, &photo, &words)
        })
        .await?;
    if visit.wants_json {
        return json(StatusCode::OK, &json!({ "saved": true }));
    }
    visit.set_flash(Flash::Saved);
    see_other(format!("/p/{slug}/photos/{id}"))
}

/// Takes a photo away; its bytes go soon after.
pub async fn destroy(visit: Visit, path: Path<(String, PhotoId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (place, now) = (slug.clone(), visit.app.clock.now());
    let (photo, words) = visit
        .write(move |conn, viewer| {
            let (_, photo) = load_to_change(conn, viewer, &place, id)?;
            let words = store::find_words(conn, id)?;
            store::delete_photo(conn, &photo)?;
            store::enqueue_discarding(conn, now)?;
            Ok((photo, words))
        })
        .await?;
    if visit.wants_json {
        return json(StatusCode::OK, &json!({ "removed": true }));
    }
    visit.set_flash(Flash::PhotoRemoved);
    see_other(match (words, photo.update_id) {
        (Some(words), _) => words.address(&format!("/p/{slug}")),
        (None, Some(update)) => format!("/p/{slug}/updates/{update}"),
        (None, None) => format!("/p/{slug}"),
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct AsWhat {
    /// As a file to keep.
    download: Option<String>,
    /// `jpeg`, for who cannot say so in a header.
    r#as: Option<String>,
}

/// The bytes of a photo in one size. Who asks is looked at first, every time; only then whether they have it already.
pub async fn image(visit: Visit, request: HttpRequest, path: Path<(PhotoId, String)>, how: Query<AsWhat>) -> Answer {
    let (id, size) = path.into_inner();
    let size = Size::parse(&size).ok_or(AppError::NotFound)?;
    let (_, (scope, photo)) = visit.read(move |conn, viewer| store::get_photo_anywhere(conn, viewer, id)).await?;
    // Of a cover or a portrait, readers are shown a part; the whole as it came is for those who choose that part.
    let is_withheld =
        size == Size::Full && matches!(photo.place, Place::Cover | Place::Portrait) && !scope.access.may_organize();
    if !photo.is_ready() || is_withheld {
        return Err(AppError::NotFound);
    }
    let accepted = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let as_jpeg = how.r#as.as_deref() == Some("jpeg") || !accepted.contains("image/webp");
    let print = print(size, as_jpeg);
    // What lies under this name never changes.
    let tag = format!("\"{id}-{}\"", print.name());
    let mut response = HttpResponse::Ok();
    response
        .insert_header((ETAG, tag.clone()))
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .insert_header((VARY, "accept"))
        .insert_header((CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"));
    if has_already(&request, &tag) {
        return Ok(response.status(StatusCode::NOT_MODIFIED).finish());
    }
    let blob = visit.app.blobs.get(Key::Print(id, print.name())).await?;
    let blob = blob.ok_or_else(|| AppError::internal(format!("photo {id} is ready and has no {}", print.name())))?;
    let kind = if how.download.is_some() { "attachment" } else { "inline" };
    let ending = if print.is_webp() { "webp" } else { "jpg" };
    Ok(response
        .insert_header((CONTENT_TYPE, print.media_type()))
        .insert_header((CONTENT_DISPOSITION, format!("{kind}; filename=\"photo.{ending}\"")))
        .body(SizedStream::new(blob.size, blob.bytes)))
}

fn print(size: Size, as_jpeg: bool) -> Print {
    match (size, as_jpeg) {
        (Size::Small, false) => Print::Small,
        (Size::Small, true) => Print::SmallJpeg,
        (Size::Medium, false) => Print::Medium,
        (Size::Medium, true) => Print::MediumJpeg,
        (Size::Large, false) => Print::Large,
        (Size::Large, true) => Print::LargeJpeg,
        (Size::Full, _) => Print::Full,
    }
}

/// What the form of an update shows of its photos: those with the draft, and those with the update that it changes.
pub async fn field(
    visit: &Visit,
    slug: &str,
    draft: &str,
    update: Option<crate::db::ids::UpdateId>,
) -> Result<pages::Field> {
    let (slug, draft) = (slug.to_owned(), DraftId::parse(draft));
    let (_, field) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_write(conn, viewer, &slug)?;
            super::load_field(conn, &scope, draft, update)
        })
        .await?;
    Ok(field)
}
