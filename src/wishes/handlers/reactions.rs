//! Giving a heart or something else, taking it back, and who gave what. The same for updates, wishes, comments and photos.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;
use serde_json::json;

use crate::accounts::Visit;
use crate::db::ids::ReactionId;
use crate::error::{AppError, Result};
use crate::sites::{self, Notice, ReactionKind, SiteScope};
use crate::web::{Answer, json, page, see_other};
use crate::wishes::model::{Hearts, Target};
use crate::wishes::pages::GiversPage;
use crate::wishes::store::{self, GIVERS_A_PAGE};

#[derive(Default, Deserialize)]
#[serde(default)]
struct ReactionInput {
    kind: String,
    from: String,
}

/// Gives something.
pub async fn create<T: Into<Target>>(visit: Visit, path: Path<(String, T)>) -> Answer {
    let (slug, target) = path.into_inner();
    react(visit, slug, target.into(), true).await
}

/// Takes it back.
pub async fn destroy<T: Into<Target>>(visit: Visit, path: Path<(String, T)>) -> Answer {
    let (slug, target) = path.into_inner();
    react(visit, slug, target.into(), false).await
}

/// Gives something or takes it back; a second tap of the same kind changes nothing. A script is told how it stands.
async fn react(visit: Visit, slug: String, target: Target, give: bool) -> Answer {
    let input: ReactionInput = visit.form()?;
    visit.app.limits.encouragement_by_network.count_network(visit.client)?;
    let kind = ReactionKind::from_word(&input.kind).ok_or_else(|| AppError::invalid("kind", "This is no reaction."))?;
    let (now, app, from) = (visit.app.clock.now(), visit.app.clone(), format!("/p/{slug}"));
    let wants_json = visit.wants_json;
    let hearts = visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_encourage(conn, viewer, &slug)?;
            app.limits.encouragement.count(scope.actor()?.to_string())?;
            sites::hold_active(conn, scope.member_id.ok_or(AppError::NotFound)?)?;
            if let Some(wish) = store::require_target(conn, &scope, target)? {
                store::hold_place(conn, &scope, wish.about())?;
            }
            if !give {
                store::delete_reaction(conn, &scope, target, kind)?;
            } else {
                require_offered(&scope, kind)?;
                if let Some(id) = store::insert_reaction(conn, &scope, target, kind, now)? {
                    sites::notify_organizers(conn, scope.site.id, scope.actor()?, Notice::Reaction(id), now)?;
                }
            }
            if !wants_json {
                return Ok(None);
            }
            Ok(Some(store::hearts_for(conn, scope.person_id, &[target])?.on(target)))
        })
        .await?;
    match hearts {
        Some(hearts) => json(StatusCode::OK, &state(&hearts, kind, give)),
        None => see_other(back_to(&input.from, &from, target)),
    }
}

/// What a family no longer offers can be taken back, and not given.
fn require_offered(scope: &SiteScope, kind: ReactionKind) -> Result<()> {
    if scope.manners.reactions.contains(&kind) {
        return Ok(());
    }
    Err(AppError::invalid("kind", "This page does not offer that any more. A heart is always welcome."))
}

/// How a thing stands, and what is to be read out.
fn state(hearts: &Hearts, kind: ReactionKind, given: bool) -> serde_json::Value {
    let kinds: Vec<_> =
        hearts.kinds.iter().map(|(kind, count)| json!({ "kind": kind.as_str(), "count": count })).collect();
    let mine: Vec<_> = hearts.mine.iter().map(|kind| kind.as_str()).collect();
    json!({
        "mine": mine,
        "kinds": kinds,
        "words": hearts.words(),
        "names": hearts.names,
        "rest": hearts.rest(),
        "said": if given { kind.given_words() } else { kind.taken_words() },
    })
}

/// Back to where it was pressed, if that is on this page.
fn back_to(from: &str, site: &str, target: Target) -> String {
    let rest = from.strip_prefix(site).filter(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let place = match rest.filter(|rest| !rest.contains(['\\', '\r', '\n', '#'])) {
        Some(rest) => format!("{site}{rest}"),
        None => site.to_owned(),
    };
    match target {
        Target::Update(id) => format!("{place}#update-{id}"),
        Target::Wish(id) => format!("{place}#wish-{id}"),
        Target::Photo(_) => format!("{place}#hearts"),
    }
}

#[derive(Default, Deserialize)]
pub struct Place {
    after: Option<ReactionId>,
}

/// Everybody who gave something, by name, with what they gave.
pub async fn index<T: Into<Target>>(visit: Visit, path: Path<(String, T)>, place: Query<Place>) -> Answer {
    let (slug, target) = path.into_inner();
    let (target, after) = (target.into(), place.after);
    let (viewer, (scope, wish, hearts, givers)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_read(conn, viewer, &slug)?;
            let wish = store::require_target(conn, &scope, target)?;
            let hearts = store::hearts_for(conn, scope.person_id, &[target])?.on(target);
            let givers = store::list_givers(conn, target, after, GIVERS_A_PAGE + 1)?;
            Ok((scope, wish, hearts, givers))
        })
        .await?;
    let list = GiversPage::new(visit.layout(&viewer), &scope, target, wish.as_ref(), &hearts, givers);
    page(StatusCode::OK, &list)
}
