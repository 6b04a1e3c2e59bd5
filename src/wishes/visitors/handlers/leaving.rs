//! Leaving words on a page that one does not belong to.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use crate::accounts::{self, Viewer, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{PhotoId, UpdateId, WishId};
use crate::error::{AppError, FieldErrors, Result};
use crate::jobs::{self, Kind, NewJob};
use crate::sites::{SiteHead, SiteScope};
use crate::web::{Answer, Flash, page, see_other};
use crate::wishes::deciding;
use crate::wishes::model::About;
use crate::wishes::visitors::model::{NewVisit, VisitInput};
use crate::wishes::visitors::pages::{FormPage, SentPage, VisitorForm, place_of};
use crate::wishes::visitors::stamp::{self, Age};
use crate::wishes::visitors::{publishing, store};

/// Where words are to be left: on the page, or on one of its updates or photos.
struct Place {
    scope: SiteScope,
    about: About,
    /// What is said where nothing can be left any more.
    problem: Option<String>,
}

impl Place {
    fn load(conn: &mut Conn, viewer: &Viewer, slug: &str, named: &Named) -> Result<Self> {
        let scope = SiteScope::load_to_leave_words(conn, viewer, slug)?;
        if scope.is_perspective {
            scope.actor()?;
        }
        if scope.access.may_encourage() {
            return Err(AppError::Conflict(
                "You belong to this page, so this form is not for you: please use the one on the page. Nothing was sent.",
            ));
        }
        let about = named.about()?;
        let problem = deciding::closed(conn, &scope, about)?;
        Ok(Self { scope, about, problem })
    }
}

/// What is to be commented on, as an address or a form names it; a well wish names nothing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Named {
    update: String,
    photo: String,
}

impl Named {
    fn about(&self) -> Result<About> {
        match (self.update.as_str(), self.photo.as_str()) {
            ("", "") => Ok(About::Page),
            (update, "") => Ok(About::Update(UpdateId::parse(update).ok_or(AppError::NotFound)?)),
            ("", photo) => Ok(About::Photo(PhotoId::parse(photo).ok_or(AppError::NotFound)?)),
            _ => Err(AppError::NotFound),
        }
    }
}

/// The form alone; whoever has none is led to the page.
pub async fn new(visit: Visit, slug: Path<String>, named: Query<Named>) -> Answer {
    let (slug, about) = (slug.into_inner(), named.about()?);
    let (viewer, (scope, closed)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_read(conn, viewer, &slug)?;
            let closed = deciding::closed(conn, &scope, about)?;
            Ok((scope, closed))
        })
        .await?;
    let now = visit.app.clock.now();
    match VisitorForm::find(&visit.app.vault, &scope, viewer.person(), (about, closed.is_some()), now)? {
        Some(form) => {
            page(StatusCode::OK, &FormPage { layout: visit.layout(&viewer), head: SiteHead::new(&scope), form })
        }
        None => see_other(scope.site.path()),
    }
}

/// Whoever is certain leaves their words at once. Otherwise the answer, and the work, are the same whoever has the address.
pub async fn create(visit: Visit, slug: Path<String>) -> Answer {
    visit.app.limits.strangers.count_network(visit.client)?;
    let (slug, input) = (slug.into_inner(), visit.form::<VisitInput>()?);
    let named = Named { update: input.update.clone(), photo: input.photo.clone() };
    let (asked, at) = (slug.clone(), named.clone());
    let (viewer, place) = visit.read(move |conn, viewer| Place::load(conn, viewer, &asked, &at)).await?;
    let (vault, site, now) = (&visit.app.vault, place.scope.site.id, visit.app.clock.now());
    let age = stamp::age(vault, site, &input.stamp, now);
    let parsed = match &place.problem {
        Some(problem) => Err(FieldErrors::default().with("message", problem.clone())),
        None => input.parse(viewer.person(), age),
    };
    let new = match parsed {
        Ok(new) => new.written_in(visit.language.as_ref()),
        Err(errors) => {
            let stamp = if age == Age::TooOld { stamp::new(vault, site, now)? } else { input.stamp.clone() };
            return form_page(&visit, &viewer, &place, VisitInput { stamp, ..input }, errors);
        }
    };
    let limits = &visit.app.limits;
    let on_page = if place.scope.is_proven { &limits.known_visitors_on_page } else { &limits.visitors_on_page };
    on_page.count(site.to_string())?;
    let (email, message_html) = (new.email.to_string(), new.message_html.clone());
    let wait = match leave(&visit, slug, named, new, now).await? {
        Left::Kept { wait } => wait,
        Left::Closed(problem) => {
            return form_page(&visit, &viewer, &place, input, FieldErrors::default().with("message", problem));
        }
    };
    if place.scope.is_proven {
        visit.set_flash(Flash::WordsArrived);
        return see_other(place_of(&place.scope.site, place.about));
    }
    let stamp = stamp::new(vault, site, now)?;
    let form = VisitorForm::with(&place.scope, viewer.person(), place.about, input, FieldErrors::default());
    page(
        StatusCode::OK,
        &SentPage::new(visit.layout(&viewer), &place.scope, email, message_html, form, stamp).after(wait),
    )
}

fn form_page(visit: &Visit, viewer: &Viewer, place: &Place, input: VisitInput, errors: FieldErrors) -> Answer {
    let head = SiteHead::new(&place.scope);
    let form = VisitorForm::with(&place.scope, viewer.person(), place.about, input, errors);
    page(StatusCode::UNPROCESSABLE_ENTITY, &FormPage { layout: visit.layout(viewer), head, form })
}

/// What became of words that were sent.
enum Left {
    /// They are kept; for how many seconds no mail goes to the address, if none went now.
    Kept { wait: Option<u64> },
    /// Nothing can be left there, and the sentence that says so.
    Closed(String),
}

/// Keeps the words, unless the place was closed at this moment: then that is the answer.
async fn leave(visit: &Visit, slug: String, named: Named, new: NewVisit, now: Timestamp) -> Result<Left> {
    let kept = Left::Kept { wait: None };
    let app = visit.app.clone();
    visit
        .write(move |conn, viewer| {
            let Place { scope, about, problem } = Place::load(conn, viewer, &slug, &named)?;
            if let Some(problem) = problem {
                return Ok(Left::Closed(problem));
            }
            if scope.is_proven {
                let person = scope.actor()?;
                app.limits.encouragement.count(person.to_string())?;
                publishing::hold(conn, scope.site.id, person, about.update())?;
                let Some(id) = store::insert(conn, &scope, person, about, &new, now)? else { return Ok(kept) };
                publish(conn, id, new.follows, now)?;
                return Ok(kept);
            }
            let person = accounts::get_or_insert_person(conn, &new.email, &new.name, now)?;
            let Some(id) = store::insert(conn, &scope, person, about, &new, now)? else { return Ok(kept) };
            // The words are kept all the same, whoever has the address.
            let page = scope.site.id.to_string();
            if let Err(error) = app.limits.count_words_mail(&new.email.mailbox(), &page) {
                let AppError::TooMany { retry_after_seconds } = error else { return Err(error) };
                return Ok(Left::Kept { wait: Some(retry_after_seconds) });
            }
            let job = NewJob { person_id: Some(person), detail: Some(id.to_string()), ..NewJob::default() };
            jobs::enqueue(conn, Kind::ConfirmWords, job, now)?;
            Ok(kept)
        })
        .await
}

fn publish(conn: &mut Conn, id: WishId, follows: bool, now: Timestamp) -> Result<()> {
    store::confirm(conn, id, now)?;
    let words = store::find_words(conn, id)?.ok_or(AppError::NotFound)?;
    if follows {
        publishing::follow(conn, &words, now)?;
    }
    publishing::publish(conn, &words, now)
}
