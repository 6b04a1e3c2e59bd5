//! A wish or comment on a page of its own, with all its answers, and answering.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::encouragement::{Left, flash_for, leave, require_encourager};
use super::form;
use crate::accounts::Visit;
use crate::db::ids::WishId;
use crate::error::{AppError, FieldErrors, Result};
use crate::photos;
use crate::sites::SiteScope;
use crate::web::{Answer, Flash, page, see_other};
use crate::wishes::deciding;
use crate::wishes::model::{Place, Target, WishInput};
use crate::wishes::pages::OnePage;
use crate::wishes::store::{self, ANSWERS_A_PAGE};

#[derive(Default, Deserialize)]
pub struct AnswerPlace {
    after: Option<WishId>,
}

pub async fn show(visit: Visit, path: Path<(String, WishId)>, place: Query<AnswerPlace>) -> Answer {
    let (slug, id) = path.into_inner();
    let one = one_page(&visit, slug, id, place.after, WishInput::fresh(), FieldErrors::default()).await?;
    page(StatusCode::OK, &one)
}

async fn one_page(
    visit: &Visit,
    slug: String,
    id: WishId,
    after: Option<WishId>,
    input: WishInput,
    errors: FieldErrors,
) -> Result<OnePage> {
    let (viewer, (scope, (wish, about), answers, hearts, photos, closed)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_read(conn, viewer, &slug)?;
            let (wish, about) = store::get_words(conn, &scope, id)?;
            let mut answers = store::list_answers(conn, &wish, after, ANSWERS_A_PAGE + 1)?;
            let place = (&Place::under(&wish), None);
            store::add_own_held(conn, &scope, place, after, &mut answers, ANSWERS_A_PAGE + 1)?;
            let said = answers.iter().chain([&wish]).map(|it| Target::Wish(it.id));
            let hearts = store::hearts_for(conn, scope.person_id, &said.collect::<Vec<_>>())?;
            let photos = photos::list_of_wishes(conn, &scope, &[wish.id])?;
            let closed = deciding::closed(conn, &scope, wish.about())?;
            Ok((scope, (wish, about), answers, hearts, photos, closed))
        })
        .await?;
    let one = OnePage::new(visit.layout(&viewer), &scope, (&wish, &about), answers, &hearts, input, errors);
    Ok(one.with_photo(&scope, &wish, &photos).closed_with(closed))
}

/// Answers a wish or a comment. An answer to an answer stands beside it.
pub async fn create_answer(visit: Visit, path: Path<(String, WishId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let input: WishInput = visit.form()?;
    visit.app.limits.encouragement_by_network.count_network(visit.client)?;
    let new = match form::take_words(&visit, &input) {
        Ok(new) => new,
        Err(errors) => {
            require_encourager(&visit, slug.clone()).await?;
            let one = one_page(&visit, slug, id, None, input, errors).await?;
            return page(StatusCode::UNPROCESSABLE_ENTITY, &one);
        }
    };
    let (now, app, place) = (visit.app.clock.now(), visit.app.clone(), slug.clone());
    let (left, answered) = visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_encourage(conn, viewer, &place)?;
            let wish = store::get_wish(conn, &scope, id)?;
            let answered = match wish.answers_id {
                Some(answered) => store::get_wish(conn, &scope, answered)?,
                None => wish,
            };
            // What is for few is read, and not answered.
            if !answered.is_shown() {
                return Err(AppError::NotFound);
            }
            app.limits.encouragement.count(scope.actor()?.to_string())?;
            let left = leave(conn, &scope, &Place::under(&answered), &new, now)?;
            Ok((left, answered.id))
        })
        .await?;
    match left {
        Left::Closed(sentence) => {
            let errors = FieldErrors::default().with("message", sentence);
            let one = one_page(&visit, slug, answered, None, input, errors).await?;
            page(StatusCode::UNPROCESSABLE_ENTITY, &one)
        }
        Left::There(withheld) => {
            visit.set_flash(flash_for(withheld, Flash::AnswerLeft));
            see_other(format!("/p/{slug}/wishes/{answered}#answers"))
        }
    }
}
