//! The cover of a page and the portrait of whom it is about, as organizers choose them.

use actix_web::http::StatusCode;
use actix_web::web::Path;

use crate::accounts::Visit;
use crate::error::{AppError, FieldErrors};
use crate::photos::model::{Belongs, CropInput, PhotoWords, Place};
use crate::photos::pages::cover::CoverPage;
use crate::photos::{store, uploads};
use crate::sites::SiteScope;
use crate::web::{Answer, Flash, page, see_other};

/// Which of the two.
pub trait Which {
    /// Where a photo of it belongs.
    const BELONGS: Belongs;

    /// The word for that.
    fn place() -> Place {
        Self::BELONGS.place()
    }
}

/// The wide one above everything.
pub struct Cover;

/// The round one beside the name.
pub struct Portrait;

impl Which for Cover {
    const BELONGS: Belongs = Belongs::Cover;
}

impl Which for Portrait {
    const BELONGS: Belongs = Belongs::Portrait;
}

pub async fn show<W: Which>(visit: Visit, slug: Path<String>) -> Answer {
    cover_page::<W>(&visit, StatusCode::OK, slug.into_inner(), None, FieldErrors::default()).await
}

async fn cover_page<W: Which>(
    visit: &Visit,
    status: StatusCode,
    slug: String,
    sent: Option<CropInput>,
    errors: FieldErrors,
) -> Answer {
    let (viewer, (scope, all)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            let all = store::list_of_place(conn, &scope, W::place())?;
            Ok((scope, all))
        })
        .await?;
    page(status, &CoverPage::new(visit.layout(&viewer), &scope, W::place(), &all, sent, errors)?)
}

/// Takes a photo in for it. What shows now stays until the new one can be seen.
pub async fn create<W: Which>(visit: Visit, slug: Path<String>) -> Answer {
    let slug = slug.into_inner();
    let place = slug.clone();
    visit.read(move |conn, viewer| SiteScope::load_to_organize(conn, viewer, &place)?.actor()).await?;
    let taken = uploads::take_in(&visit, &slug, W::BELONGS, None, &PhotoWords::default()).await?;
    let mut errors = FieldErrors::default();
    for refused in &taken.refused {
        errors.add("photos", refused.full_sentence());
    }
    if taken.photos.is_empty() && errors.is_empty() {
        errors.add("photos", "Please choose a photo first.");
    }
    if !errors.is_empty() {
        return cover_page::<W>(&visit, StatusCode::UNPROCESSABLE_ENTITY, slug, None, errors).await;
    }
    let (place, now) = (slug.clone(), visit.app.clock.now());
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &place)?;
            let all = store::list_of_place(conn, &scope, W::place())?;
            let newest = all.first().map(|it| it.id);
            let shown = all.iter().find(|it| it.is_ready()).map(|it| it.id);
            let keep: Vec<_> = newest.into_iter().chain(shown).collect();
            store::delete_of_place(conn, &scope, W::place(), &keep)?;
            store::enqueue_discarding(conn, now)
        })
        .await?;
    see_other(format!("/p/{slug}/{}", W::place().as_str()))
}

/// Which part of it shows. What it has replaced goes with this, if it is still there.
pub async fn crop<W: Which>(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<CropInput>()?);
    let (place, sent, now) = (slug.clone(), input.clone(), visit.app.clock.now());
    let done = visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &place)?;
            scope.actor()?;
            let all = store::list_of_place(conn, &scope, W::place())?;
            let Some(photo) = all.first().filter(|it| it.is_ready()) else {
                return Err(AppError::Conflict("There is no photo yet of which a part could be chosen."));
            };
            let (crop, alt) = sent.parse(photo, W::place()).map_err(AppError::Invalid)?;
            store::update_crop(conn, photo, crop, alt)?;
            store::delete_of_place(conn, &scope, W::place(), &[photo.id])?;
            store::enqueue_discarding(conn, now)
        })
        .await;
    match done {
        Ok(()) => {
            visit.set_flash(Flash::Saved);
            see_other(format!("/p/{slug}/{}", W::place().as_str()))
        }
        Err(AppError::Invalid(errors)) => {
            cover_page::<W>(&visit, StatusCode::UNPROCESSABLE_ENTITY, slug, Some(input), errors).await
        }
        Err(error) => Err(error),
    }
}

pub async fn destroy<W: Which>(visit: Visit, slug: Path<String>) -> Answer {
    let slug = slug.into_inner();
    let (place, now) = (slug.clone(), visit.app.clock.now());
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &place)?;
            scope.actor()?;
            store::delete_of_place(conn, &scope, W::place(), &[])?;
            store::enqueue_discarding(conn, now)
        })
        .await?;
    visit.set_flash(Flash::CoverRemoved);
    see_other(format!("/p/{slug}/settings"))
}
