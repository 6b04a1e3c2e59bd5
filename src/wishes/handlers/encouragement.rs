//! Leaving wishes and comments.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use crate::accounts::{Viewer, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{UpdateId, WishId};
use crate::error::{AppError, FieldErrors, Result};
use crate::journal;
use crate::sites::{self, Notice, SiteHead, SiteScope};
use crate::web::{Answer, Flash, page, see_other};
use crate::wishes::book::{self, Book};
use crate::wishes::model::{NewWish, Target, WishInput};
use crate::wishes::pages::{self, WishesPage};
use crate::wishes::store::{self, WISHES_A_PAGE};

#[derive(Default, Deserialize)]
pub struct Place {
    before: Option<WishId>,
}

pub async fn index(visit: Visit, slug: Path<String>, place: Query<Place>) -> Answer {
    let list =
        wishes_page(&visit, slug.into_inner(), false, place.before, WishInput::fresh(), FieldErrors::default()).await?;
    page(StatusCode::OK, &list)
}

/// The words on the page, or with `in_book` where new ones go: the book of condolence, if there is one.
pub(super) async fn wishes_page(
    visit: &Visit,
    slug: String,
    in_book: bool,
    before: Option<WishId>,
    input: WishInput,
    errors: FieldErrors,
) -> Result<WishesPage> {
    let (viewer, (scope, book, wishes, hearts)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_read(conn, viewer, &slug)?;
            let book = if in_book { Book::of(&scope.site) } else { Book::of_wishes(&scope.site) };
            let list = if book.is_condolences() { store::list_book } else { store::list_wishes };
            let wishes = list(conn, &scope, before, WISHES_A_PAGE + 1)?;
            let targets: Vec<Target> = wishes.iter().map(|wish| Target::Wish(wish.id)).collect();
            let hearts = store::hearts_for(conn, scope.person_id, &targets)?;
            Ok((scope, book, wishes, hearts))
        })
        .await?;
    Ok(WishesPage::new(visit.layout(&viewer), &scope, book, wishes, hearts, input, errors))
}

pub async fn create_wish(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<WishInput>()?);
    visit.app.limits.encouragement_by_network.count_network(visit.client)?;
    let new = match input.parse() {
        Ok(new) => new.written_in(visit.language.as_ref()),
        Err(errors) => {
            require_encourager(&visit, slug.clone()).await?;
            let list = wishes_page(&visit, slug, true, None, input, errors).await?;
            return page(StatusCode::UNPROCESSABLE_ENTITY, &list);
        }
    };
    let (now, back, app) = (visit.app.clock.now(), format!("/p/{slug}#wishes"), visit.app.clone());
    let in_book = visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_encourage(conn, viewer, &slug)?;
            app.limits.encouragement.count(scope.actor()?.to_string())?;
            if !scope.site.takes_words() {
                return Err(AppError::Conflict(book::CLOSED));
            }
            leave(conn, &scope, None, &new, now)?;
            Ok(scope.site.has_book())
        })
        .await?;
    visit.set_flash(if in_book { Flash::CondolenceLeft } else { Flash::WishLeft });
    see_other(back)
}

async fn require_encourager(visit: &Visit, slug: String) -> Result<Viewer> {
    let (viewer, _) = visit.read(move |conn, viewer| SiteScope::load_to_encourage(conn, viewer, &slug)).await?;
    Ok(viewer)
}

/// Adds a wish or a comment, once, and puts it on the organizers' lists.
fn leave(conn: &mut Conn, scope: &SiteScope, update: Option<UpdateId>, new: &NewWish, now: Timestamp) -> Result<()> {
    sites::hold_active(conn, scope.member_id.ok_or(AppError::NotFound)?)?;
    match store::insert_wish(conn, scope, update, new, now)? {
        Some(id) => sites::notify_organizers(conn, scope.site.id, scope.actor()?, Notice::Wish(id), now),
        None => Ok(()),
    }
}

pub async fn create_comment(visit: Visit, path: Path<(String, UpdateId)>) -> Answer {
    let (slug, update) = path.into_inner();
    let input: WishInput = visit.form()?;
    visit.app.limits.encouragement_by_network.count_network(visit.client)?;
    let new = match input.parse() {
        Ok(new) => new.written_in(visit.language.as_ref()),
        Err(errors) => return comment_form(&visit, slug, update, input, errors).await,
    };
    let (now, app) = (visit.app.clock.now(), visit.app.clone());
    let back = format!("/p/{slug}/updates/{update}#comments");
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_encourage(conn, viewer, &slug)?;
            let update = journal::get_update(conn, &scope, update)?;
            app.limits.encouragement.count(scope.actor()?.to_string())?;
            leave(conn, &scope, Some(update.id), &new, now)
        })
        .await?;
    visit.set_flash(Flash::CommentLeft);
    see_other(back)
}

/// The comment once more, with what is wrong beside it.
async fn comment_form(visit: &Visit, slug: String, update: UpdateId, input: WishInput, errors: FieldErrors) -> Answer {
    let (viewer, (scope, update)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_encourage(conn, viewer, &slug)?;
            let update = journal::get_update(conn, &scope, update)?;
            Ok((scope, update))
        })
        .await?;
    let head = SiteHead::new(&scope);
    page(
        StatusCode::UNPROCESSABLE_ENTITY,
        &pages::CommentPage { layout: visit.layout(&viewer), head, update, input, errors },
    )
}
