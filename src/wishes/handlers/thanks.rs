//! Thanking those who wrote.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::news::{Place as NewsPlace, news_page};
use crate::accounts::{Viewer, Visit};
use crate::db::Conn;
use crate::db::ids::WishId;
use crate::error::{AppError, FieldErrors, Result};
use crate::photos;
use crate::sites::{self, SiteScope};
use crate::web::{Answer, Flash, page, see_other};
use crate::wishes::pages::{Listed, ThanksPage};
use crate::wishes::store::{self, NEWS_A_PAGE, Start};
use crate::wishes::thanks::ThanksInput;

#[derive(Clone, Copy, Default, Deserialize)]
pub struct Place {
    before: Option<WishId>,
    /// With which words the list begins.
    at: Option<WishId>,
}

impl Place {
    fn start(self) -> Start {
        self.at.map_or(Start::before(self.before), Start::At)
    }
}

/// The page, for those who may thank in its name: organizers, and the person whom it is about.
fn load_to_thank(conn: &mut Conn, viewer: &Viewer, slug: &str) -> Result<SiteScope> {
    let refused = match SiteScope::load_to_organize(conn, viewer, slug) {
        Ok(scope) => return Ok(scope),
        Err(refused) => refused,
    };
    let scope = SiteScope::load_to_encourage(conn, viewer, slug);
    let is_about = |scope: &SiteScope| scope.site.about.is_some() && scope.site.about == scope.person_id;
    scope.ok().filter(is_about).ok_or(refused)
}

pub async fn index(visit: Visit, slug: Path<String>, place: Query<Place>) -> Answer {
    let (slug, start) = (slug.into_inner(), place.start());
    thanks_page(&visit, StatusCode::OK, slug, start, ThanksInput::fresh(), FieldErrors::default()).await
}

async fn thanks_page(
    visit: &Visit,
    status: StatusCode,
    slug: String,
    start: Start,
    input: ThanksInput,
    errors: FieldErrors,
) -> Answer {
    let (viewer, (scope, words, (thanked, photos), is_anybody_due)) = visit
        .read(move |conn, viewer| {
            let scope = load_to_thank(conn, viewer, &slug)?;
            let words = if scope.access.may_organize() {
                store::list_news(conn, &scope, None, start, NEWS_A_PAGE + 1)?
            } else {
                store::list_news_for_person(conn, &scope, start, NEWS_A_PAGE + 1)?
            };
            let ids: Vec<WishId> = words.iter().map(|it| it.id).collect();
            let thanked = store::list_thanked_for(conn, &scope, &ids)?;
            let photos = photos::list_of_wishes(conn, &scope, &ids)?;
            let due = store::is_anybody_due(conn, &scope)?;
            Ok((scope, words, (thanked, photos), due))
        })
        .await?;
    let words = Listed::new(words);
    page(
        status,
        &ThanksPage::new(visit.layout(&viewer), &scope, words, (&thanked, &photos), is_anybody_due, input, errors),
    )
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct From {
    from: String,
}

/// Each of them hears of it once, however often the form is sent and whoever else thanks at the same moment.
pub async fn create(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<ThanksInput>()?);
    let is_from_news = visit.form::<From>()?.from == "news";
    let new = match input.parse() {
        Ok(new) => new,
        Err(errors) if is_from_news => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return news_page(&visit, status, slug, NewsPlace::default(), input, errors).await;
        }
        Err(errors) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return thanks_page(&visit, status, slug, Start::Newest, input, errors).await;
        }
    };
    let back = if is_from_news { format!("/p/{slug}/encouragement/new") } else { format!("/p/{slug}/thanks") };
    let now = visit.app.clock.now();
    let reached = visit
        .write(move |conn, viewer| {
            let scope = load_to_thank(conn, viewer, &slug)?;
            scope.actor()?;
            // Of two who thank at once, the second sees whom the first has thanked.
            sites::hold_organizers_of(conn, &scope)?;
            store::insert_thanks(conn, &scope, &new, now)
        })
        .await?;
    visit.set_flash(if reached == Some(0) { Flash::NobodyToThank } else { Flash::Thanked });
    see_other(back)
}

/// Whoever was told on the page that they are thanked has seen it.
pub async fn seen(visit: Visit, slug: Path<String>) -> Answer {
    let slug = slug.into_inner();
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}"));
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_encourage(conn, viewer, &slug)?;
            scope.actor()?;
            store::thanks_seen(conn, scope.member_id.ok_or(AppError::NotFound)?, now)
        })
        .await?;
    see_other(back)
}
