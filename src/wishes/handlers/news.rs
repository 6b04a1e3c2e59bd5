//! What is new on a page, for its organizers, and what they decide about it.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use crate::accounts::Visit;
use crate::db::Conn;
use crate::db::ids::WishId;
use crate::error::{AppError, FieldErrors, Result};
use crate::photos;
use crate::sites::{self, SiteScope};
use crate::web::{Answer, Flash, page, see_other};
use crate::wishes::calm::{Decision, DecisionInput};
use crate::wishes::pages::{Listed, NewsLists, NewsPage};
use crate::wishes::store::{self, NEWS_A_PAGE, Start};
use crate::wishes::thanks::ThanksInput;
use crate::wishes::{deciding, pages};

/// From where on each list is shown.
#[derive(Clone, Copy, Default, Deserialize)]
pub struct Place {
    /// What waits.
    after: Option<WishId>,
    /// What has come in.
    before: Option<WishId>,
}

pub async fn index(visit: Visit, slug: Path<String>, place: Query<Place>) -> Answer {
    let (slug, place) = (slug.into_inner(), place.into_inner());
    news_page(&visit, StatusCode::OK, slug, place, ThanksInput::fresh(), FieldErrors::default()).await
}

pub async fn news_page(
    visit: &Visit,
    status: StatusCode,
    slug: String,
    place: Place,
    thanks: ThanksInput,
    errors: FieldErrors,
) -> Answer {
    let (viewer, (scope, lists)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            let lists = load(conn, &scope, place)?;
            Ok((scope, lists))
        })
        .await?;
    page(status, &NewsPage::new(visit.layout(&viewer), &scope, lists, thanks, errors))
}

fn load(conn: &mut Conn, scope: &SiteScope, place: Place) -> Result<NewsLists> {
    let member = scope.member_id.ok_or(AppError::NotFound)?;
    let through = store::find_through(conn, member)?;
    let reported = store::list_reported(conn, scope, NEWS_A_PAGE + 1)?;
    let waiting = store::list_waiting(conn, scope, place.after, NEWS_A_PAGE + 1)?;
    let news = store::list_news(conn, scope, through, Start::before(place.before), NEWS_A_PAGE + 1)?;
    let ids: Vec<WishId> = reported.iter().map(|it| it.id).collect();
    let reports = store::list_reports(conn, &ids)?;
    let ids: Vec<WishId> = news.iter().map(|it| it.id).collect();
    let all: Vec<WishId> = reported.iter().chain(&waiting).chain(&news).map(|it| it.id).collect();
    let photos = photos::list_of_wishes(conn, scope, &all)?;
    Ok(NewsLists {
        reported: Listed::new(reported),
        waiting: Listed::new(waiting),
        news: Listed::new(news),
        is_first: place.after.is_none() && place.before.is_none(),
        reports,
        unwanted: store::find_unwanted(conn, scope.site.id)?,
        thanked: store::list_thanked_for(conn, scope, &ids)?,
        is_anybody_due: store::is_anybody_due(conn, scope)?,
        is_flooded: store::find_waiting(conn, scope)?.flooded > 0,
        asking: sites::attention(conn, scope)?.asking,
        photos,
    })
}

/// Said where words say something else by now than whoever decides about them has seen.
const CHANGED: &str = "Some words were changed meanwhile, and nothing was decided about those: please look once more.";

/// One press for one, or for all that are chosen.
pub async fn decide(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<DecisionInput>()?);
    let (decision, seen) = match input.parse() {
        Ok(parsed) => parsed,
        Err(errors) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return news_page(&visit, status, slug, Place::default(), ThanksInput::fresh(), errors).await;
        }
    };
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}/encouragement/new"));
    let place = slug.clone();
    let changed = visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &place)?;
            deciding::decide(conn, &scope, &seen, decision, now)
        })
        .await?;
    if !changed.is_empty() {
        let errors = FieldErrors::default().with("wishes", CHANGED);
        return news_page(&visit, StatusCode::CONFLICT, slug, Place::default(), ThanksInput::fresh(), errors).await;
    }
    visit.set_flash(match decision {
        Decision::Show => Flash::WordsAllowed,
        Decision::Hide => Flash::WordsHidden,
        Decision::Remove => Flash::WordsRemoved,
    });
    see_other(back)
}

#[derive(Default, Deserialize)]
struct SeenInput {
    through: Option<WishId>,
}

/// Everything up to here is new no longer to whoever says so.
pub async fn seen(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<SeenInput>()?);
    let back = format!("/p/{slug}/encouragement/new");
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            scope.actor()?;
            match (scope.member_id, input.through) {
                (Some(member), Some(through)) => store::update_through(conn, &scope, member, through),
                _ => Ok(()),
            }
        })
        .await?;
    see_other(back)
}

/// To the question whether whoever wrote these words is to be blocked.
pub async fn block_writer(visit: Visit, path: Path<(String, WishId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let asked_for = slug.clone();
    let (_, member) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &asked_for)?;
            let (author, member) = store::find_writer_of(conn, &scope, id)?.ok_or(AppError::NotFound)?;
            if scope.person_id == Some(author) {
                return Err(AppError::Conflict("Nobody can block themselves."));
            }
            Ok(member)
        })
        .await?;
    see_other(match member {
        // It was for words that they came.
        Some(member) => format!("/p/{slug}/people/{member}/block?hide=yes"),
        // A visitor, or somebody who has left the page since.
        None => format!("/p/{slug}/wishes/{id}/visitor"),
    })
}

pub async fn confirm_report(visit: Visit, path: Path<(String, WishId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (viewer, (scope, wish)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_read(conn, viewer, &slug)?;
            let wish = store::get_wish(conn, &scope, id)?;
            Ok((scope, wish))
        })
        .await?;
    page(StatusCode::OK, &pages::ReportPage::new(visit.layout(&viewer), &scope, wish))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ReportInput {
    message: String,
}

/// Whether something comes of it is not said, so that nobody can find out who else has reported what.
pub async fn report(visit: Visit, path: Path<(String, WishId)>) -> Answer {
    let ((slug, id), input) = (path.into_inner(), visit.form::<ReportInput>()?);
    visit.app.limits.encouragement_by_network.count_network(visit.client)?;
    let (now, app) = (visit.app.clock.now(), visit.app.clone());
    let list = visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_read(conn, viewer, &slug)?;
            if let Some(person) = scope.person_id {
                app.limits.encouragement.count(person.to_string())?;
            }
            let reason = crate::text::optional_line(&input.message, "why", 500);
            let reason = reason.map_err(|problem| AppError::invalid("message", problem))?;
            Ok(deciding::report(conn, &scope, id, reason.as_deref(), now)?.list_at(&scope.site))
        })
        .await?;
    visit.set_flash(Flash::Reported);
    // The words themselves may be hidden by now.
    see_other(list)
}
