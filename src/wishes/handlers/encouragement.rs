//! Leaving wishes and comments on updates.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use crate::accounts::{Viewer, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{UpdateId, WishId};
use crate::error::{AppError, FieldErrors, Result};
use crate::journal;
use crate::photos::{self, Kept};
use crate::sites::{self, Notice, SiteHead, SiteScope, WishAudience};
use crate::web::{Answer, Flash, page, see_other};
use crate::wishes::book::{self, Book};
use crate::wishes::deciding;
use crate::wishes::handlers::form;
use crate::wishes::model::{About, NewWish, Place, Target, Wish, WishInput, Withheld};
use crate::wishes::pages::{self, Around, Extras, WishesPage};
use crate::wishes::store::{self, Answers, WISHES_A_PAGE};
use crate::wishes::visitors::{VisitorForm, about_page};

#[derive(Default, Deserialize)]
pub struct ListPlace {
    pub before: Option<WishId>,
}

pub async fn index(visit: Visit, slug: Path<String>, place: Query<ListPlace>) -> Answer {
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
    let (viewer, (scope, book, wishes, around)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_read(conn, viewer, &slug)?;
            let book = if in_book { Book::of(&scope.site) } else { Book::of_wishes(&scope.site) };
            let list = if book.is_condolences() { store::list_book } else { store::list_wishes };
            let mut wishes = list(conn, &scope, before, WISHES_A_PAGE + 1)?;
            let in_book = scope.site.has_book().then_some(book.is_condolences());
            let place = (&Place::on(About::Page), in_book);
            store::add_own_held(conn, &scope, place, before, &mut wishes, WISHES_A_PAGE + 1)?;
            let answers = store::latest_answers(conn, &wishes)?;
            let hearts = store::hearts_for(conn, scope.person_id, &targets(&wishes, &answers))?;
            let ids: Vec<WishId> = wishes.iter().map(|wish| wish.id).collect();
            let photos = photos::list_of_wishes(conn, &scope, &ids)?;
            let private = store::count_private(conn, &scope)?;
            Ok((scope, book, wishes, Around { answers, hearts, photos, private }))
        })
        .await?;
    let now = visit.app.clock.now();
    let visitor = VisitorForm::find(&visit.app.vault, &scope, viewer.person(), about_page(&scope), now)?;
    let page = WishesPage::new(visit.layout(&viewer), &scope, book, wishes, around, input, errors);
    Ok(page.with_visitor(visitor))
}

/// What hearts can be on where these words are listed.
pub(super) fn targets(wishes: &[Wish], answers: &Answers) -> Vec<Target> {
    wishes.iter().chain(answers.values().flatten()).map(|wish| Target::Wish(wish.id)).collect()
}

pub async fn create_wish(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<WishInput>()?);
    visit.app.limits.encouragement_by_network.count_network(visit.client)?;
    let new = match form::take(&visit, &slug, &input).await? {
        Ok(new) => new,
        Err(errors) => {
            require_encourager(&visit, slug.clone()).await?;
            let list = wishes_page(&visit, slug, true, None, input, errors).await?;
            return page(StatusCode::UNPROCESSABLE_ENTITY, &list);
        }
    };
    let (now, app, photo, audience) = (visit.app.clock.now(), visit.app.clone(), new.photo.clone(), new.audience);
    let asked_for = slug.clone();
    let left = visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_encourage(conn, viewer, &asked_for)?;
            app.limits.encouragement.count(scope.actor()?.to_string())?;
            let left = leave(conn, &scope, &Place::on(About::Page), &new, now)?;
            Ok((left, scope.site.has_book()))
        })
        .await;
    form::settle(&visit, photo).await;
    let (left, in_book) = left?;
    match left {
        Left::Closed(sentence) => {
            let errors = FieldErrors::default().with("message", sentence);
            let list = wishes_page(&visit, slug, true, None, input, errors).await?;
            page(StatusCode::UNPROCESSABLE_ENTITY, &list)
        }
        Left::There(withheld) => {
            let (list, usual) = match audience {
                WishAudience::Everyone if in_book => ("condolences", Flash::CondolenceLeft),
                WishAudience::Everyone => ("wishes", Flash::WishLeft),
                WishAudience::Person | WishAudience::Organizers => ("wishes", Flash::PrivateWishLeft),
            };
            visit.set_flash(flash_for(withheld, usual));
            // What waits stands on the list for whoever wrote it, and on the page for nobody.
            let is_on_page = withheld.is_none() && audience == WishAudience::Everyone;
            see_other(if is_on_page { format!("/p/{slug}#wishes") } else { format!("/p/{slug}/{list}") })
        }
    }
}

/// What became of words that somebody sent.
pub(in crate::wishes) enum Left {
    /// They are kept; why they are not shown, if they are not.
    There(Option<Withheld>),
    /// Nothing can be left there, and the sentence that says so.
    Closed(String),
}

/// Of a word that is not wanted nothing is said; somebody new is told that their words wait.
pub(super) fn flash_for(withheld: Option<Withheld>, usual: Flash) -> Flash {
    if withheld == Some(Withheld::New) { Flash::WordsWait } else { usual }
}

pub(super) async fn require_encourager(visit: &Visit, slug: String) -> Result<Viewer> {
    let (viewer, _) = visit.read(move |conn, viewer| SiteScope::load_to_encourage(conn, viewer, &slug)).await?;
    Ok(viewer)
}

/// Adds a wish, a comment or an answer with the photo that came with it, once, unless nothing can be left there. Where they are
/// shown at once, organizers hear of them and whom they concern: whoever is answered, and the person where they are for their
/// eyes; where they wait, organizers alone hear that something does. The only way in which words of those come to a page who
/// belong to it.
pub(in crate::wishes) fn leave(
    conn: &mut Conn,
    scope: &SiteScope,
    place: &Place,
    new: &NewWish,
    now: Timestamp,
) -> Result<Left> {
    sites::hold_active(conn, scope.member_id.ok_or(AppError::NotFound)?)?;
    store::hold_place(conn, scope, place.about)?;
    if let Some(sentence) = require_open(conn, scope, place.about)? {
        return Ok(Left::Closed(sentence));
    }
    let me = scope.actor()?;
    let said_of_photo = new.photo.as_ref().and_then(Kept::alt).unwrap_or_default();
    let withheld = match new.withheld {
        Some(why) => Some(why),
        None => store::judge_words(conn, scope, me, &[&new.message, said_of_photo], new.audience)?,
    };
    let new = NewWish { withheld, ..new.clone() };
    let Some(id) = store::insert_wish(conn, scope, place, &new, now)? else { return Ok(Left::There(withheld)) };
    if let Some(photo) = &new.photo {
        photo.write_down(conn, scope, id, now)?;
    }
    let concerned = if withheld.is_none() { store::list_concerned(conn, scope, id)? } else { Vec::new() };
    sites::notify_organizers_and(conn, scope.site.id, me, &concerned, Notice::Wish(id), now)?;
    Ok(Left::There(withheld))
}

/// What is said where nothing can be left or changed, if nothing can; a page in loving memory answers for itself.
pub(super) fn require_open(conn: &mut Conn, scope: &SiteScope, about: About) -> Result<Option<String>> {
    if about == About::Page && !scope.site.takes_words() {
        return Err(AppError::Conflict(book::CLOSED));
    }
    deciding::closed(conn, scope, about)
}

pub async fn create_comment(visit: Visit, path: Path<(String, UpdateId)>) -> Answer {
    let (slug, update) = path.into_inner();
    let input: WishInput = visit.form()?;
    visit.app.limits.encouragement_by_network.count_network(visit.client)?;
    let new = match form::take_for_everyone(&visit, &slug, &input).await? {
        Ok(new) => new,
        Err(errors) => return comment_form(&visit, slug, update, input, errors).await,
    };
    let (now, app, photo, asked_for) = (visit.app.clock.now(), visit.app.clone(), new.photo.clone(), slug.clone());
    let left = visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_encourage(conn, viewer, &asked_for)?;
            let update = journal::get_update(conn, &scope, update)?;
            app.limits.encouragement.count(scope.actor()?.to_string())?;
            leave(conn, &scope, &Place::on(About::Update(update.id)), &new, now)
        })
        .await;
    form::settle(&visit, photo).await;
    match left? {
        Left::Closed(sentence) => {
            comment_form(&visit, slug, update, input, FieldErrors::default().with("message", sentence)).await
        }
        Left::There(withheld) => {
            visit.set_flash(flash_for(withheld, Flash::CommentLeft));
            see_other(format!("/p/{slug}/updates/{update}#comments"))
        }
    }
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
    let (head, extras) = (SiteHead::new(&scope), Extras::of_comment(&scope, &input, &errors));
    page(
        StatusCode::UNPROCESSABLE_ENTITY,
        &pages::CommentPage { layout: visit.layout(&viewer), head, update, input, errors, extras },
    )
}
