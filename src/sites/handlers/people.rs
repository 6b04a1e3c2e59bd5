//! The people on a page, as its organizers see them.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use crate::accounts::{Viewer, Visit};
use crate::db::Conn;
use crate::db::ids::MemberId;
use crate::error::{AppError, FieldErrors, Result};
use crate::jobs::{self, Kind, NewJob};
use crate::mail::EmailAddress;
use crate::sites::model::{MemberState, Role};
use crate::sites::pages::{InvitationForm, PeoplePage};
use crate::sites::store::{self, ListedMember, SiteScope};
use crate::sites::{SiteHead, pages};
use crate::web::{Answer, Flash, page, see_other};

#[derive(Default, Deserialize)]
pub struct Place {
    after: Option<MemberId>,
}

/// Everybody on the page, in the groups in which organizers think of them.
pub struct Groups {
    pub asking: Vec<ListedMember>,
    pub invited: Vec<ListedMember>,
    pub active: Vec<ListedMember>,
    pub blocked: Vec<ListedMember>,
}

pub fn load_people(
    conn: &mut Conn,
    viewer: &Viewer,
    slug: &str,
    after: Option<MemberId>,
) -> Result<(SiteScope, Groups)> {
    let scope = SiteScope::load_to_organize(conn, viewer, slug)?;
    let groups = Groups {
        asking: store::list_members(conn, &scope, MemberState::Asked, None)?,
        invited: store::list_members(conn, &scope, MemberState::Invited, None)?,
        active: store::list_members(conn, &scope, MemberState::Active, after)?,
        blocked: store::list_members(conn, &scope, MemberState::Blocked, None)?,
    };
    Ok((scope, groups))
}

pub async fn index(visit: Visit, slug: Path<String>, place: Query<Place>) -> Answer {
    let (slug, after) = (slug.into_inner(), place.after);
    let (viewer, (scope, groups)) = visit.read(move |conn, viewer| load_people(conn, viewer, &slug, after)).await?;
    let form = InvitationForm::default();
    page(StatusCode::OK, &PeoplePage::new(visit.layout(&viewer), &scope, groups, form, FieldErrors::default()))
}

/// Somebody who asked is invited: their own press on the link in the mail proves that the address is theirs.
pub async fn admit(visit: Visit, path: Path<(String, MemberId)>) -> Answer {
    let (slug, member) = path.into_inner();
    let (back, now, app) = (format!("/p/{slug}/people"), visit.app.clock.now(), visit.app.clone());
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            let asker = store::get_member(conn, &scope, member)?;
            if asker.state != MemberState::Asked {
                return Ok(());
            }
            let address = EmailAddress::parse(&asker.email).map_err(AppError::internal)?;
            app.limits.unasked_mail.count(address.mailbox())?;
            store::update_state(conn, member, MemberState::Invited, now)?;
            jobs::enqueue(conn, Kind::Invitation, NewJob { member_id: Some(member), ..NewJob::default() }, now)
        })
        .await?;
    visit.set_flash(Flash::LetIn);
    see_other(back)
}

pub async fn confirm_removal(visit: Visit, path: Path<(String, MemberId)>) -> Answer {
    let (slug, member) = path.into_inner();
    let (viewer, (scope, member)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            let member = store::get_member(conn, &scope, member)?;
            Ok((scope, member))
        })
        .await?;
    page(StatusCode::OK, &pages::Removal { layout: visit.layout(&viewer), head: SiteHead::new(&scope), member })
}

/// Takes somebody off the page, or declines them silently. The last organizer stays: a page without one is nobody's.
pub async fn remove(visit: Visit, path: Path<(String, MemberId)>) -> Answer {
    let (slug, member) = path.into_inner();
    let back = format!("/p/{slug}/people");
    let asked = visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            let member = store::get_member(conn, &scope, member)?;
            if member.role == Role::Organizer && member.state == MemberState::Active {
                return Err(AppError::Conflict("An organizer cannot be taken off the page here."));
            }
            store::delete_member(conn, &scope, member.id)?;
            Ok(member.state == MemberState::Asked)
        })
        .await?;
    visit.set_flash(if asked { Flash::Declined } else { Flash::Removed });
    see_other(back)
}
