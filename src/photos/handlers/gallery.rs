//! The gallery, one photo of it, and what is changed about one.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Path, Query};
use serde::Deserialize;

use crate::accounts::{Viewer, Visit};
use crate::db::Conn;
use crate::db::ids::{PhotoId, WishId};
use crate::error::{AppError, FieldErrors, Result};
use crate::photos::model::{
    Album, Move, PHOTOS_A_PAGE, PhotoInput, PhotoWords, PlaceInput, Shown, Side, Within, may_change,
};
use crate::photos::pages::gallery::{EditPage, GalleryPage, OnePage, RemovalPage};
use crate::photos::{archive, store};
use crate::sites::SiteScope;
use crate::web::{Answer, Flash, Layout, page, see_other};

/// Every photo that the viewer may see, month by month.
pub async fn index(visit: Visit, slug: Path<String>, place: Query<PlaceInput>) -> Answer {
    let (slug, side) = (slug.into_inner(), place.side());
    let is_first = side == Side::Start;
    let (viewer, (scope, albums, photos)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_read(conn, viewer, &slug)?;
            let albums = if is_first { store::list_albums_with_photos(conn, &scope)? } else { Vec::new() };
            let photos = store::list_photos(conn, &scope, Within::Gallery, side, PHOTOS_A_PAGE + 1)?;
            Ok((scope, albums, photos))
        })
        .await?;
    page(StatusCode::OK, &GalleryPage::new(visit.layout(&viewer), &scope, &albums, &photos, is_first))
}

/// The word that says what a photo is looked at in.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct In {
    r#in: String,
}

/// One photo, large, with what a feature above this one reads and writes below it; for a script, how it stands.
pub async fn show_with<T, R, W>(
    visit: Visit,
    path: Path<(String, PhotoId)>,
    place: Query<In>,
    read: R,
    write: W,
) -> Answer
where
    T: Send + 'static,
    R: FnOnce(&mut Conn, &SiteScope) -> Result<T> + Send + 'static,
    W: FnOnce(&Layout, T) -> Result<String>,
{
    if visit.wants_json {
        return super::show(visit, path).await;
    }
    let (slug, id) = path.into_inner();
    let asked_for = slug.clone();
    let (viewer, (scope, found)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_read(conn, viewer, &asked_for)?;
            let shown = match store::get_shown(conn, &scope, id) {
                Err(AppError::NotFound) if scope.access.may_write() || store::find_words(conn, id)?.is_some() => {
                    return Ok((scope, None));
                }
                found => found?,
            };
            let within = Within::of(&shown.photo, &place.r#in);
            let beside = store::find_neighbours(conn, &scope, within, shown.spot())?;
            let below = read(conn, &scope)?;
            Ok((scope, Some((shown, within, beside, below))))
        })
        .await?;
    // What is with a draft, or came with words, stands among no others.
    let Some((shown, within, beside, below)) = found else { return super::show(visit, Path::from((slug, id))).await };
    let layout = visit.layout(&viewer);
    let below = write(&layout, below)?;
    page(StatusCode::OK, &OnePage::new(layout, &scope, &shown, within, beside, below))
}

/// A photo that the viewer may change.
fn load_to_change(conn: &mut Conn, viewer: &Viewer, slug: &str, id: PhotoId) -> Result<(SiteScope, Shown)> {
    let scope = SiteScope::load_to_write(conn, viewer, slug)?;
    let shown = store::get_shown(conn, &scope, id)?;
    if may_change(&scope.access, scope.person_id, shown.photo.uploader_id) {
        Ok((scope, shown))
    } else {
        Err(AppError::NotFound)
    }
}

fn load_form(conn: &mut Conn, viewer: &Viewer, slug: &str, id: PhotoId) -> Result<(SiteScope, Shown, Vec<Album>)> {
    let (scope, shown) = load_to_change(conn, viewer, slug, id)?;
    let albums = if shown.photo.album_id.is_some() { store::list_albums(conn, &scope)? } else { Vec::new() };
    Ok((scope, shown, albums))
}

pub async fn edit(visit: Visit, path: Path<(String, PhotoId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (viewer, (scope, shown, albums)) = visit.read(move |conn, viewer| load_form(conn, viewer, &slug, id)).await?;
    let input = PhotoInput::of(&shown.photo);
    let form = EditPage::new(visit.layout(&viewer), &scope, &shown, &albums, input, FieldErrors::default());
    page(StatusCode::OK, &form)
}

/// What is said of a photo, who sees it, and which album it is in. What is said of one that came with words is for a feature
/// above this one to judge, in the transaction that keeps it.
pub async fn update_with<J>(visit: Visit, path: Path<(String, PhotoId)>, judge: J) -> Answer
where
    J: FnOnce(&mut Conn, &SiteScope, WishId, &PhotoWords) -> Result<()> + Send + 'static,
{
    if visit.wants_json {
        return super::update(visit, path, judge).await;
    }
    let (slug, id) = path.into_inner();
    let input: PhotoInput = visit.form()?;
    let (place, sent) = (slug.clone(), input.clone());
    let done = visit
        .write(move |conn, viewer| {
            let (scope, shown) = load_to_change(conn, viewer, &place, id)?;
            scope.actor()?;
            let change = sent.parse(&scope.access, &shown).map_err(AppError::Invalid)?;
            if let Some(album) = change.album {
                store::get_album(conn, &scope, album)?;
            }
            store::update_photo(conn, &shown.photo, &change)
        })
        .await;
    match done {
        Ok(()) => {
            visit.set_flash(Flash::Saved);
            see_other(format!("/p/{slug}/photos/{id}"))
        }
        Err(AppError::Invalid(errors)) => {
            let (viewer, (scope, shown, albums)) =
                visit.read(move |conn, viewer| load_form(conn, viewer, &slug, id)).await?;
            let form = EditPage::new(visit.layout(&viewer), &scope, &shown, &albums, input, errors);
            page(StatusCode::UNPROCESSABLE_ENTITY, &form)
        }
        // What is with a draft has words and nothing else.
        Err(AppError::NotFound) if input.album.is_empty() => super::update(visit, Path::from((slug, id)), judge).await,
        Err(error) => Err(error),
    }
}

pub async fn confirm_removal(visit: Visit, path: Path<(String, PhotoId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (viewer, (scope, shown)) = visit.read(move |conn, viewer| load_to_change(conn, viewer, &slug, id)).await?;
    page(StatusCode::OK, &RemovalPage::new(visit.layout(&viewer), &scope, &shown.photo))
}

/// Which way something goes in its order.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct MoveInput {
    step: String,
    /// `album`, where an album is put in order.
    from: String,
}

impl MoveInput {
    /// The way, if it is one.
    pub fn step(&self) -> Result<Move> {
        Move::from_word(&self.step).ok_or_else(|| AppError::invalid("step", "Please choose which way it goes."))
    }
}

/// One place further among those that it stands with.
pub async fn reorder(visit: Visit, path: Path<(String, PhotoId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let input: MoveInput = visit.form()?;
    let (place, step) = (slug.clone(), input.step());
    let photo = visit
        .write(move |conn, viewer| {
            let (scope, shown) = load_to_change(conn, viewer, &place, id)?;
            scope.actor()?;
            store::move_photo(conn, &scope, &shown.photo, step?)?;
            Ok(shown.photo)
        })
        .await?;
    see_other(match photo.album_id {
        Some(album) if input.from == "album" => format!("/p/{slug}/albums/{album}/order#photo-{id}"),
        _ => format!("/p/{slug}/photos/{id}/edit#order"),
    })
}

/// Everything that a member may see, as one file that is written while it is sent.
pub async fn archive(visit: Visit, slug: Path<String>) -> Answer {
    let slug = slug.into_inner();
    let place = slug.clone();
    let (viewer, person) =
        visit.read(move |conn, viewer| SiteScope::load_to_encourage(conn, viewer, &place)?.actor()).await?;
    visit.app.limits.photo_archives.count(person.to_string())?;
    let name = format!("{slug}-photos-{}.zip", visit.app.clock.now().to_jiff().strftime("%Y-%m-%d"));
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/zip"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .streaming(archive::stream(visit.app.clone(), viewer, slug)))
}
