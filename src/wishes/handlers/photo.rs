//! One photo, with what people say to it, and the comments on it.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::changing::describe_photo;
use super::encouragement::{Left, flash_for, leave, require_encourager, targets};
use super::form;
use crate::accounts::Visit;
use crate::db::ids::{PhotoId, WishId};
use crate::error::{FieldErrors, Result};
use crate::photos;
use crate::sites::SiteScope;
use crate::web::{Answer, Flash, page, see_other};
use crate::wishes::deciding;
use crate::wishes::model::{About, Place, Target, WishInput};
use crate::wishes::pages::{BelowPhoto, PhotoPage, heart_form};
use crate::wishes::store::{self, COMMENTS_A_PAGE};
use crate::wishes::visitors::VisitorForm;

#[derive(Default, Deserialize)]
pub struct CommentPlace {
    before: Option<WishId>,
}

/// The page is the photos' own; what stands below the photo is read with it.
pub async fn show(visit: Visit, path: Path<(String, PhotoId)>, place: Query<photos::In>) -> Answer {
    let target = Target::Photo(path.1);
    photos::show_with(
        visit,
        path,
        place,
        move |conn, scope| {
            let hearts = store::hearts_for(conn, scope.person_id, &[target])?;
            Ok(heart_form(scope, &hearts, target, &target.path(&scope.site.path())))
        },
        |layout, hearts| BelowPhoto { layout, hearts }.html(),
    )
    .await
}

/// What is said of a photo; where it came with words, it is one of them.
pub async fn update(visit: Visit, path: Path<(String, PhotoId)>) -> Answer {
    let now = visit.app.clock.now();
    photos::update_with(visit, path, move |conn, scope, wish, said| describe_photo(conn, scope, wish, said, now)).await
}

pub async fn index(visit: Visit, path: Path<(String, PhotoId)>, place: Query<CommentPlace>) -> Answer {
    let (slug, id) = path.into_inner();
    let comments = photo_page(&visit, slug, id, place.before, WishInput::fresh(), FieldErrors::default()).await?;
    page(StatusCode::OK, &comments)
}

async fn photo_page(
    visit: &Visit,
    slug: String,
    id: PhotoId,
    before: Option<WishId>,
    input: WishInput,
    errors: FieldErrors,
) -> Result<PhotoPage> {
    let (viewer, (scope, shown, comments, answers, hearts, closed)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_read(conn, viewer, &slug)?;
            let shown = photos::get_shown(conn, &scope, id)?;
            let about = About::Photo(shown.photo.id);
            let mut comments = store::list_photo_comments(conn, &shown.photo, before, COMMENTS_A_PAGE + 1)?;
            let place = (&Place::on(about), None);
            store::add_own_held(conn, &scope, place, before, &mut comments, COMMENTS_A_PAGE + 1)?;
            let answers = store::latest_answers(conn, &comments)?;
            let hearts = store::hearts_for(conn, scope.person_id, &targets(&comments, &answers))?;
            let closed = deciding::closed(conn, &scope, about)?;
            Ok((scope, shown, comments, answers, hearts, closed))
        })
        .await?;
    let page = PhotoPage::new(visit.layout(&viewer), &scope, &shown, comments, (&answers, &hearts), input, errors);
    let (about, now) = ((About::Photo(id), closed.is_some()), visit.app.clock.now());
    let visitor = VisitorForm::find(&visit.app.vault, &scope, viewer.person(), about, now)?;
    Ok(page.closed_with(closed).with_visitor(visitor))
}

pub async fn create(visit: Visit, path: Path<(String, PhotoId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let input: WishInput = visit.form()?;
    visit.app.limits.encouragement_by_network.count_network(visit.client)?;
    let new = match form::take_words(&visit, &input) {
        Ok(new) => new,
        Err(errors) => {
            require_encourager(&visit, slug.clone()).await?;
            let comments = photo_page(&visit, slug, id, None, input, errors).await?;
            return page(StatusCode::UNPROCESSABLE_ENTITY, &comments);
        }
    };
    let (now, app, asked_for) = (visit.app.clock.now(), visit.app.clone(), slug.clone());
    let left = visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_encourage(conn, viewer, &asked_for)?;
            let shown = photos::get_shown(conn, &scope, id)?;
            app.limits.encouragement.count(scope.actor()?.to_string())?;
            leave(conn, &scope, &Place::on(About::Photo(shown.photo.id)), &new, now)
        })
        .await?;
    match left {
        Left::Closed(sentence) => {
            let errors = FieldErrors::default().with("message", sentence);
            let comments = photo_page(&visit, slug, id, None, input, errors).await?;
            page(StatusCode::UNPROCESSABLE_ENTITY, &comments)
        }
        Left::There(withheld) => {
            visit.set_flash(flash_for(withheld, Flash::CommentLeft));
            see_other(format!("/p/{slug}/photos/{id}/comments#comments"))
        }
    }
}
