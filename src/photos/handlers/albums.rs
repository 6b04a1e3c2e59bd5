//! Albums: made, looked at, added to, changed, put in order and deleted.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;
use serde_json::json;

use super::gallery::MoveInput;
use crate::accounts::{Viewer, Visit};
use crate::db::Conn;
use crate::db::ids::{AlbumId, SubmissionKey};
use crate::error::{AppError, FieldErrors, Result};
use crate::photos::model::{Album, AlbumInput, Belongs, PHOTOS_A_PAGE, PhotoWords, PlaceInput, Shown, Side, Within};
use crate::photos::pages::albums::{AlbumDeletion, AlbumForm, AlbumPage, OrderPage};
use crate::photos::{store, uploads};
use crate::sites::{Audience, SiteHead, SiteScope};
use crate::web::{Answer, Flash, json, page, see_other};

pub async fn new(visit: Visit, slug: Path<String>) -> Answer {
    let input = AlbumInput { submission: SubmissionKey::generate().to_string(), ..AlbumInput::default() };
    new_form(&visit, StatusCode::OK, slug.into_inner(), input, FieldErrors::default()).await
}

async fn new_form(visit: &Visit, status: StatusCode, slug: String, input: AlbumInput, errors: FieldErrors) -> Answer {
    let (viewer, scope) = visit.read(move |conn, viewer| SiteScope::load_to_write(conn, viewer, &slug)).await?;
    page(status, &form(visit, &viewer, &scope, input, errors, None))
}

fn form(
    visit: &Visit,
    viewer: &Viewer,
    scope: &SiteScope,
    input: AlbumInput,
    errors: FieldErrors,
    album: Option<AlbumId>,
) -> AlbumForm {
    AlbumForm {
        layout: visit.layout(viewer),
        head: SiteHead::new(scope),
        input,
        errors,
        is_organizer: scope.access.may_organize(),
        path: album.map(|album| format!("{}/albums/{album}", scope.site.path())),
    }
}

pub async fn create(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<AlbumInput>()?);
    let (place, sent, now) = (slug.clone(), input.clone(), visit.app.clock.now());
    let made = visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_write(conn, viewer, &place)?;
            let by = scope.actor()?;
            let draft = sent.parse(&scope.access, Some(Audience::Everyone)).map_err(AppError::Invalid)?;
            store::insert_album(conn, &scope, by, &draft, now)
        })
        .await;
    match made {
        Ok(id) => see_other(format!("/p/{slug}/albums/{id}")),
        Err(AppError::Invalid(errors)) => new_form(&visit, StatusCode::UNPROCESSABLE_ENTITY, slug, input, errors).await,
        Err(error) => Err(error),
    }
}

fn load(
    conn: &mut Conn,
    viewer: &Viewer,
    slug: &str,
    id: AlbumId,
    side: Side,
) -> Result<(SiteScope, Album, Vec<Shown>)> {
    let scope = SiteScope::load_to_read(conn, viewer, slug)?;
    let album = store::get_album(conn, &scope, id)?;
    let photos = store::list_photos(conn, &scope, Within::Album(id), side, PHOTOS_A_PAGE + 1)?;
    Ok((scope, album, photos))
}

pub async fn show(visit: Visit, path: Path<(String, AlbumId)>, place: Query<PlaceInput>) -> Answer {
    let ((slug, id), side) = (path.into_inner(), place.side());
    let (viewer, (scope, album, photos)) = visit.read(move |conn, viewer| load(conn, viewer, &slug, id, side)).await?;
    page(StatusCode::OK, &AlbumPage::new(visit.layout(&viewer), &scope, &album, &photos, side == Side::Start))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct UploadInput {
    /// Made by a script for each photo, so that one that is sent again makes one.
    upload: String,
}

/// Photos straight into an album, for whoever may write and sees it.
pub async fn add_photos(visit: Visit, path: Path<(String, AlbumId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let place = slug.clone();
    visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_write(conn, viewer, &place)?;
            scope.actor()?;
            store::get_album(conn, &scope, id)
        })
        .await?;
    let upload = SubmissionKey::parse(&visit.form::<UploadInput>()?.upload);
    let taken = uploads::take_in(&visit, &slug, Belongs::Album(id), upload, &PhotoWords::default()).await?;
    let mut errors = FieldErrors::default();
    for refused in &taken.refused {
        errors.add("photos", if visit.wants_json { refused.sentence.clone() } else { refused.full_sentence() });
    }
    if taken.photos.is_empty() && errors.is_empty() {
        errors.add("photos", "Please choose a photo first.");
    }
    match taken.photos.first() {
        Some((photo, state)) if visit.wants_json && errors.is_empty() => {
            json(StatusCode::CREATED, &json!({ "id": photo.to_string(), "state": state.as_str() }))
        }
        _ if visit.wants_json => Err(AppError::Invalid(errors)),
        _ if errors.is_empty() => {
            visit.set_flash(Flash::PhotosAdded(u32::try_from(taken.photos.len()).unwrap_or(u32::MAX)));
            see_other(format!("/p/{slug}/albums/{id}"))
        }
        _ => {
            let (viewer, (scope, album, photos)) =
                visit.read(move |conn, viewer| load(conn, viewer, &slug, id, Side::Start)).await?;
            let shown = AlbumPage::new(visit.layout(&viewer), &scope, &album, &photos, true).with_errors(errors);
            page(StatusCode::UNPROCESSABLE_ENTITY, &shown)
        }
    }
}

fn load_to_change(conn: &mut Conn, viewer: &Viewer, slug: &str, id: AlbumId) -> Result<(SiteScope, Album)> {
    let scope = SiteScope::load_to_write(conn, viewer, slug)?;
    let album = store::get_album_to_change(conn, &scope, id)?;
    Ok((scope, album))
}

pub async fn edit(visit: Visit, path: Path<(String, AlbumId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (viewer, (scope, album)) = visit.read(move |conn, viewer| load_to_change(conn, viewer, &slug, id)).await?;
    let input = AlbumInput::of(&album);
    page(StatusCode::OK, &form(&visit, &viewer, &scope, input, FieldErrors::default(), Some(id)))
}

pub async fn update(visit: Visit, path: Path<(String, AlbumId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let input: AlbumInput = visit.form()?;
    let (place, sent) = (slug.clone(), input.clone());
    let done = visit
        .write(move |conn, viewer| {
            let (scope, album) = load_to_change(conn, viewer, &place, id)?;
            scope.actor()?;
            let draft = sent.parse(&scope.access, Some(album.audience)).map_err(AppError::Invalid)?;
            store::update_album(conn, &album, &draft)
        })
        .await;
    match done {
        Ok(()) => {
            visit.set_flash(Flash::Saved);
            see_other(format!("/p/{slug}/albums/{id}"))
        }
        Err(AppError::Invalid(errors)) => {
            let (viewer, (scope, _)) = visit.read(move |conn, viewer| load_to_change(conn, viewer, &slug, id)).await?;
            page(StatusCode::UNPROCESSABLE_ENTITY, &form(&visit, &viewer, &scope, input, errors, Some(id)))
        }
        Err(error) => Err(error),
    }
}

/// More than an album can have.
const ALL_OF_AN_ALBUM: i64 = 1000;

pub async fn order(visit: Visit, path: Path<(String, AlbumId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (viewer, (scope, album, photos)) = visit
        .read(move |conn, viewer| {
            let (scope, album) = load_to_change(conn, viewer, &slug, id)?;
            let photos = store::list_photos(conn, &scope, Within::Album(id), Side::Start, ALL_OF_AN_ALBUM)?;
            Ok((scope, album, photos))
        })
        .await?;
    page(StatusCode::OK, &OrderPage::new(visit.layout(&viewer), &scope, &album, &photos))
}

/// The album goes one place further among the others.
pub async fn reorder(visit: Visit, path: Path<(String, AlbumId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (place, step) = (slug.clone(), visit.form::<MoveInput>()?.step());
    visit
        .write(move |conn, viewer| {
            let (scope, album) = load_to_change(conn, viewer, &place, id)?;
            scope.actor()?;
            store::move_album(conn, &scope, album.id, step?)
        })
        .await?;
    visit.set_flash(Flash::Saved);
    see_other(format!("/p/{slug}/photos"))
}

pub async fn confirm_deletion(visit: Visit, path: Path<(String, AlbumId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (viewer, (scope, album, (count, of_others))) = visit
        .read(move |conn, viewer| {
            let (scope, album) = load_to_change(conn, viewer, &slug, id)?;
            let counts = counts(conn, &scope, &album)?;
            Ok((scope, album, counts))
        })
        .await?;
    let head = SiteHead::new(&scope);
    let path = format!("{}/albums/{id}", head.path);
    let (layout, title) = (visit.layout(&viewer), album.title);
    page(StatusCode::OK, &AlbumDeletion { layout, head, path, title, count, of_others })
}

/// How many photos go with an album, and how many of those are others' and in the way.
fn counts(conn: &mut Conn, scope: &SiteScope, album: &Album) -> Result<(i64, i64)> {
    let person = scope.person_id.ok_or(AppError::NotFound)?;
    let (count, of_others) = store::count_in_album(conn, album.id, person)?;
    Ok((count, if scope.access.may_organize() { 0 } else { of_others }))
}

/// An album goes with its photos; those that others have brought only an organizer takes away.
pub async fn destroy(visit: Visit, path: Path<(String, AlbumId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (place, now) = (slug.clone(), visit.app.clock.now());
    visit
        .write(move |conn, viewer| {
            let (scope, album) = load_to_change(conn, viewer, &place, id)?;
            scope.actor()?;
            if counts(conn, &scope, &album)?.1 > 0 {
                return Err(AppError::Conflict(
                    "Others have photos in this album, so only an organizer can delete it. Nothing was changed.",
                ));
            }
            store::delete_album(conn, &album)?;
            store::enqueue_discarding(conn, now)
        })
        .await?;
    visit.set_flash(Flash::AlbumDeleted);
    see_other(format!("/p/{slug}/photos"))
}
