//! A function a request.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use jiff::SignedDuration;

use super::model::{Heard, Hearts, Listener, Place, Side, Way, Which, Word, address};
use super::pages::{Again, End, Print, Show, Words};
use super::store;
use crate::accounts::{Viewer, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::WishId;
use crate::error::{AppError, Result};
use crate::photos;
use crate::sites::{self, Notice, ReactionKind, SiteScope};
use crate::web::{Answer, Layout, page, see_other};
use crate::wishes::{self, Target};

/// Who is at the bedside, and what may be read there.
fn load(conn: &mut Conn, viewer: &Viewer, slug: &str) -> Result<Listener> {
    let scope = SiteScope::load_to_listen(conn, viewer, slug)?;
    let person = match scope.site.about {
        Some(about) if Some(about) == scope.person_id => Some(scope.access),
        Some(about) => sites::find_access(conn, &scope.site, about)?.filter(|access| access.is_member()),
        None => None,
    };
    Ok(Listener::new(scope, person.as_ref().map(|access| access.audiences())))
}

/// What is on the screen.
enum Found {
    /// Words, and the ones before them.
    Word(Box<Word>, Option<WishId>),
    /// The words that the address names are not there (any more).
    Gone,
    /// There is nothing left to hear.
    End(Option<Timestamp>, Hearts),
}

/// How long ago hearts may have been given that are told of.
const LATELY: SignedDuration = SignedDuration::from_hours(7 * 24);

pub async fn show(visit: Visit, slug: Path<String>, place: Query<Place>) -> Answer {
    let (slug, place, now) = (slug.into_inner(), place.into_inner(), visit.app.clock.now());
    let (at, way) = (place.at(), place.way());
    let (viewer, (listener, found)) = visit
        .read(move |conn, viewer| {
            let listener = load(conn, viewer, &slug)?;
            let word = match at {
                Some(id) => store::find_word(conn, &listener, id)?,
                None => store::list_words(conn, &listener, Which::Unheard, Side::After(WishId::nil()), 1)?.pop(),
            };
            let found = match (word, at) {
                (Some(word), _) => {
                    let before = store::list_words(conn, &listener, Which::All, Side::Before(word.id), 1)?.pop();
                    Found::Word(Box::new(word), before.map(|it| it.id))
                }
                (None, Some(_)) => Found::Gone,
                (None, None) => Found::End(
                    store::find_newest(conn, &listener)?,
                    store::count_hearts(conn, &listener, now - LATELY)?,
                ),
            };
            Ok((listener, found))
        })
        .await?;
    let layout = visit.layout(&viewer);
    match found {
        Found::Word(word, before) => page(StatusCode::OK, &Show::new(layout, &listener, *word, before, way, now)),
        Found::Gone => see_other(format!("{}/bedside", listener.scope.site.path())),
        Found::End(newest, hearts) => page(StatusCode::OK, &End::new(layout, &listener, newest, &hearts, now)),
    }
}

/// How many words a script is given at once.
const AT_ONCE: i64 = 6;

/// The next few words for a script, or those before, as they stand on their page.
pub async fn list(visit: Visit, slug: Path<String>, place: Query<Place>) -> Answer {
    let (slug, place, now) = (slug.into_inner(), place.into_inner(), visit.app.clock.now());
    let (side, way) = (place.side(), place.way());
    let which = match (way, side) {
        (Way::New, Side::After(_)) => Which::Unheard,
        _ => Which::All,
    };
    let (viewer, (listener, words)) = visit
        .read(move |conn, viewer| {
            let listener = load(conn, viewer, &slug)?;
            let words = store::list_words(conn, &listener, which, side, AT_ONCE)?;
            Ok((listener, words))
        })
        .await?;
    page(StatusCode::OK, &Words::new(visit.layout(&viewer), &listener, words, way, now))
}

/// How many words are looked at for the months that stand on one page.
pub const MOMENTS: i64 = 500;

/// Everything once more, from the beginning or from a month on.
pub async fn again(visit: Visit, slug: Path<String>, place: Query<Place>) -> Answer {
    let (slug, side) = (slug.into_inner(), place.side());
    let before = if let Side::Before(id) = side { Some(id) } else { None };
    let (viewer, (listener, first, moments)) = visit
        .read(move |conn, viewer| {
            let listener = load(conn, viewer, &slug)?;
            let first = store::find_first(conn, &listener)?;
            let moments = store::list_moments(conn, &listener, before, MOMENTS + 1)?;
            Ok((listener, first, moments))
        })
        .await?;
    page(StatusCode::OK, &Again::new(visit.layout(&viewer), &listener, first, &moments))
}

/// How many words are printed at once.
pub const A_SHEET: i64 = 200;

/// Large, on paper.
pub async fn print(visit: Visit, slug: Path<String>, place: Query<Place>) -> Answer {
    let (slug, place, now) = (slug.into_inner(), place.into_inner(), visit.app.clock.now());
    let (side, which) = (place.side(), place.which());
    let (viewer, (listener, words)) = visit
        .read(move |conn, viewer| {
            let listener = load(conn, viewer, &slug)?;
            let words = store::list_words(conn, &listener, which, side, A_SHEET + 1)?;
            Ok((listener, words))
        })
        .await?;
    let layout: Layout = visit.layout(&viewer);
    page(StatusCode::OK, &Print::new(layout, &listener, words, which, now))
}

/// Writes down what was heard, and goes on to what comes after it.
pub async fn hear(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, heard, now) = (slug.into_inner(), visit.form::<Heard>()?, visit.app.clock.now());
    let way = heard.way();
    let next = visit
        .write(move |conn, viewer| {
            let listener = load(conn, viewer, &slug)?;
            listener.scope.actor()?;
            let ids = heard.words()?;
            store::mark_heard(conn, &listener, &ids, now)?;
            let path = listener.scope.site.path();
            let after = ids.last().copied().filter(|_| matches!(way, Way::Back | Way::Again));
            let next = match after {
                Some(id) => store::list_words(conn, &listener, Which::All, Side::After(id), 1)?.pop(),
                None => None,
            };
            Ok(match (next, way) {
                (Some(word), _) => address(&path, word.id, way),
                (None, Way::Print) => format!("{path}/bedside/print"),
                (None, _) => format!("{path}/bedside"),
            })
        })
        .await?;
    if visit.wants_json { Ok(HttpResponse::NoContent().finish()) } else { see_other(next) }
}

pub async fn give_heart(visit: Visit, slug: Path<String>) -> Answer {
    give(visit, slug.into_inner(), true).await
}

pub async fn take_heart_back(visit: Visit, slug: Path<String>) -> Answer {
    give(visit, slug.into_inner(), false).await
}

/// One tap gives a heart, one takes it back; a second of the same kind changes nothing.
async fn give(visit: Visit, slug: String, gives: bool) -> Answer {
    let (heard, now, app) = (visit.form::<Heard>()?, visit.app.clock.now(), visit.app.clone());
    let (path, way) = (format!("/p/{slug}"), heard.way());
    let id = visit
        .write(move |conn, viewer| {
            let listener = load(conn, viewer, &slug)?;
            let id = heard.word()?;
            let (scope, target) = (&listener.scope, Target::Wish(id));
            let actor = scope.actor()?;
            app.limits.encouragement.count(actor.to_string())?;
            sites::hold_active(conn, scope.member_id.ok_or(AppError::NotFound)?)?;
            // The page's row is taken before that of the words.
            photos::hold_site(conn, scope.site.id)?;
            store::find_word(conn, &listener, id)?.ok_or(AppError::NotFound)?;
            if !gives {
                wishes::delete_reaction(conn, scope, target, ReactionKind::Heart)?;
            } else if let Some(heart) = wishes::insert_reaction(conn, scope, target, ReactionKind::Heart, now)? {
                sites::notify_organizers(conn, scope.site.id, actor, Notice::Reaction(heart), now)?;
            }
            Ok(id)
        })
        .await?;
    if visit.wants_json { Ok(HttpResponse::NoContent().finish()) } else { see_other(address(&path, id, way)) }
}
