//! Leaving a page, handing it over, and closing it.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::Deserialize;

use super::people::{change_role, take_off};
use crate::accounts::{Viewer, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::MemberId;
use crate::error::{AppError, Result};
use crate::record::{self, What};
use crate::sites::model::{MemberState, Role};
use crate::sites::pages::{ClosingPage, DeparturePage};
use crate::sites::store::{self, ListedMember, SiteScope};
use crate::web::{Answer, Flash, page, see_other};

/// Whoever wants to leave, on the page that they want to leave. With a link from a mail only those leave who have nothing
/// else there: what a co-author or an organizer gives up takes their account.
fn load_leaver(conn: &mut Conn, viewer: &Viewer, slug: &str) -> Result<(SiteScope, ListedMember)> {
    let scope = SiteScope::load_to_encourage(conn, viewer, slug)?;
    if scope.gains_by_signing_in() {
        return Err(AppError::SignInRequired);
    }
    scope.actor()?;
    let member = store::get_member(conn, &scope, scope.member_id.ok_or(AppError::NotFound)?)?;
    Ok((scope, member))
}

pub async fn show(visit: Visit, slug: Path<String>) -> Answer {
    let slug = slug.into_inner();
    let (viewer, (scope, others, is_last)) = visit
        .read(move |conn, viewer| {
            let (scope, me) = load_leaver(conn, viewer, &slug)?;
            if me.role != Role::Organizer {
                return Ok((scope, Vec::new(), false));
            }
            let mut others = store::list_members(conn, &scope, MemberState::Active, None)?;
            others.retain(|member| member.id != me.id);
            let is_last = store::is_sole_organizer(conn, &scope, me.id)?;
            Ok((scope, others, is_last))
        })
        .await?;
    page(StatusCode::OK, &DeparturePage::new(visit.layout(&viewer), &scope, others, is_last))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DepartureInput {
    successor: String,
    stay: String,
}

/// Makes the successor an organizer, if there is one, and then lets whoever asks leave, or stay in another role.
pub async fn create(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<DepartureInput>()?);
    let successor = MemberId::parse(&input.successor);
    let stays = match input.stay.as_str() {
        "" => None,
        word => {
            Some(Role::from_word(word).ok_or_else(|| AppError::invalid("stay", "Please choose what you do then."))?)
        }
    };
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}"));
    visit.write(move |conn, viewer| depart(conn, viewer, &slug, successor, stays, now)).await?;
    if stays.is_some() {
        visit.set_flash(Flash::HandedOver);
        return see_other(back);
    }
    visit.set_flash(Flash::LeftPage);
    see_other("/")
}

fn depart(
    conn: &mut Conn,
    viewer: &Viewer,
    slug: &str,
    successor: Option<MemberId>,
    stays: Option<Role>,
    now: Timestamp,
) -> Result<()> {
    let (scope, me) = load_leaver(conn, viewer, slug)?;
    if me.role == Role::Organizer {
        store::hold_organizers_of(conn, &scope)?;
        if let Some(successor) = successor {
            let successor = store::get_member(conn, &scope, successor)?;
            if successor.state != MemberState::Active {
                return Err(AppError::Conflict("They are not on the page yet. Choose somebody who is."));
            }
            change_role(conn, &scope, &successor, Role::Organizer, successor.circle, now)?;
        }
        let is_last = store::is_sole_organizer(conn, &scope, me.id)?;
        let may_be_left = !is_last || (scope.site.closed_at.is_some() && stays.is_none());
        if !may_be_left {
            return Err(AppError::Conflict(if successor.is_some() {
                "They have no account yet, so nobody could organize the page after you. Make them an organizer on the page \
                 of people first; once they have an account, hand over or leave."
            } else {
                "You are the only organizer. Choose who organizes the page after you, or close the page first."
            }));
        }
    }
    match stays {
        // Nobody makes themselves more than they are.
        Some(role) if me.role == Role::Organizer => change_role(conn, &scope, &me, role, me.circle, now),
        Some(_) => Ok(()),
        None => take_off(conn, &scope, &me, What::Left, now),
    }
}

pub async fn confirm_closing(visit: Visit, slug: Path<String>) -> Answer {
    let slug = slug.into_inner();
    let (viewer, scope) = visit.read(move |conn, viewer| SiteScope::load_to_organize(conn, viewer, &slug)).await?;
    page(StatusCode::OK, &ClosingPage::new(visit.layout(&viewer), &scope))
}

/// From now on the page exists for its organizers only. Nothing on it is lost.
pub async fn close(visit: Visit, slug: Path<String>) -> Answer {
    set_closed(visit, slug.into_inner(), true).await
}

pub async fn open(visit: Visit, slug: Path<String>) -> Answer {
    set_closed(visit, slug.into_inner(), false).await
}

async fn set_closed(visit: Visit, slug: String, closed: bool) -> Answer {
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}"));
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            if scope.site.closed_at.is_some() == closed {
                return Ok(());
            }
            store::update_closed(conn, scope.site.id, closed.then_some(now), now)?;
            let what = if closed { What::Closed } else { What::Opened };
            let new = record::New { actor: Some(scope.actor()?), ..record::New::default() };
            record::note(conn, scope.site.id, what, new, now)
        })
        .await?;
    visit.set_flash(if closed { Flash::SiteClosed } else { Flash::SiteOpened });
    see_other(back)
}
