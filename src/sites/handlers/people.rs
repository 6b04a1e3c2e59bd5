//! The people on a page, as its organizers see and change them.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use crate::accounts::{self, Viewer, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::MemberId;
use crate::error::{AppError, FieldErrors, Result};
use crate::jobs::{self, Kind, NewJob};
use crate::mail::EmailAddress;
use crate::record::{self, What};
use crate::sites::model::{self, Circle, MemberState, Role};
use crate::sites::pages::{InvitationForm, MemberPage, PeoplePage};
use crate::sites::store::{self, ListedMember, SiteScope};
use crate::sites::{SiteHead, pages};
use crate::web::{Answer, Flash, Limits, page, see_other};

/// From where on a group of people is shown; the others are shown from their beginning.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub struct Place {
    asking: Option<MemberId>,
    invited: Option<MemberId>,
    after: Option<MemberId>,
    blocked: Option<MemberId>,
}

/// Everybody on the page, in the groups in which organizers think of them.
pub struct Groups {
    /// Each with the name of the member who has named them, if one did.
    pub asking: Vec<(ListedMember, Option<String>)>,
    pub invited: Vec<ListedMember>,
    pub active: Vec<ListedMember>,
    pub blocked: Vec<ListedMember>,
}

pub fn load_people(conn: &mut Conn, viewer: &Viewer, slug: &str, place: Place) -> Result<(SiteScope, Groups)> {
    let scope = SiteScope::load_to_organize(conn, viewer, slug)?;
    let asking = store::list_members(conn, &scope, MemberState::Asked, place.asking)?;
    let namers: Vec<_> = asking.iter().filter_map(|asker| asker.invited_by).collect();
    let names = accounts::list_names(conn, namers)?;
    let groups = Groups {
        asking: asking
            .into_iter()
            .map(|asker| {
                let name = asker.invited_by.and_then(|id| names.get(&id).cloned());
                (asker, name)
            })
            .collect(),
        invited: store::list_members(conn, &scope, MemberState::Invited, place.invited)?,
        active: store::list_members(conn, &scope, MemberState::Active, place.after)?,
        blocked: store::list_members(conn, &scope, MemberState::Blocked, place.blocked)?,
    };
    Ok((scope, groups))
}

pub async fn index(visit: Visit, slug: Path<String>, place: Query<Place>) -> Answer {
    let (slug, place) = (slug.into_inner(), place.into_inner());
    let (viewer, (scope, groups)) = visit.read(move |conn, viewer| load_people(conn, viewer, &slug, place)).await?;
    let form = InvitationForm::default();
    page(StatusCode::OK, &PeoplePage::new(visit.layout(&viewer), &scope, groups, form, FieldErrors::default()))
}

/// Which of those who ask, and what is to become of them.
#[derive(Default, Deserialize)]
#[serde(default)]
struct AdmissionInput {
    members: Vec<MemberId>,
    circle: String,
    decision: String,
}

/// Lets in those who were chosen, or declines them silently. Each is invited: their own press on the link in the mail
/// proves that the address is theirs.
pub async fn decide(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<AdmissionInput>()?);
    let back = format!("/p/{slug}/people");
    let circle = Circle::from_word(&input.circle).unwrap_or(Circle::Everyone);
    let lets_in = input.decision == "in";
    if input.members.is_empty() {
        let (viewer, (scope, groups)) =
            visit.read(move |conn, viewer| load_people(conn, viewer, &slug, Place::default())).await?;
        let errors = FieldErrors::default().with("members", "Please choose at least one person.");
        let people = PeoplePage::new(visit.layout(&viewer), &scope, groups, InvitationForm::default(), errors);
        return page(StatusCode::UNPROCESSABLE_ENTITY, &people);
    }
    let (now, app) = (visit.app.clock.now(), visit.app.clone());
    let later = visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            if !["in", "decline"].contains(&input.decision.as_str()) {
                return Err(AppError::invalid("decision", "Please choose whether to let them in."));
            }
            let mut later = 0;
            for member in input.members {
                let asker = store::get_member(conn, &scope, member)?;
                let done = match (asker.state, lets_in) {
                    (MemberState::Asked, true) => let_in(conn, &scope, &asker, circle, &app.limits, now)?,
                    (MemberState::Asked, false) => decline(conn, &scope, &asker, now).map(|()| true)?,
                    _ => true,
                };
                later += u32::from(!done);
            }
            Ok(later)
        })
        .await?;
    visit.set_flash(match (lets_in, later) {
        (false, _) => Flash::Declined,
        (true, 0) => Flash::LetIn,
        (true, later) => Flash::LetInLater(later),
    });
    see_other(back)
}

/// Answers whether they could be let in now: no more than a few mails an hour go to one address.
fn let_in(
    conn: &mut Conn,
    scope: &SiteScope,
    asker: &ListedMember,
    circle: Circle,
    limits: &Limits,
    now: Timestamp,
) -> Result<bool> {
    let address = EmailAddress::parse(&asker.email).map_err(AppError::internal)?;
    if limits.unasked_mail.count(address.mailbox()).is_err() {
        return Ok(false);
    }
    let by = scope.actor()?;
    store::admit(conn, asker.id, circle, by, now)?;
    jobs::enqueue(conn, Kind::Invitation, NewJob { member_id: Some(asker.id), ..NewJob::default() }, now)?;
    let what = record::New {
        actor: Some(by),
        subject: Some(asker.person_id),
        detail: Some(model::place(Role::Supporter, circle)),
    };
    record::note(conn, scope.site.id, What::LetIn, what, now)?;
    Ok(true)
}

fn decline(conn: &mut Conn, scope: &SiteScope, asker: &ListedMember, now: Timestamp) -> Result<()> {
    store::delete_member(conn, scope, asker.id)?;
    note(conn, scope, What::Declined, asker, None, now)
}

/// Writes down what the viewer has done to somebody.
pub fn note(
    conn: &mut Conn,
    scope: &SiteScope,
    what: What,
    member: &ListedMember,
    detail: Option<String>,
    now: Timestamp,
) -> Result<()> {
    let new = record::New { actor: Some(scope.actor()?), subject: Some(member.person_id), detail };
    record::note(conn, scope.site.id, what, new, now)
}

/// Somebody on the page, for its organizers.
pub fn load_member(conn: &mut Conn, viewer: &Viewer, slug: &str, id: MemberId) -> Result<(SiteScope, ListedMember)> {
    let scope = SiteScope::load_to_organize(conn, viewer, slug)?;
    let member = store::get_member(conn, &scope, id)?;
    Ok((scope, member))
}

pub async fn show(visit: Visit, path: Path<(String, MemberId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (viewer, (scope, member)) = visit.read(move |conn, viewer| load_member(conn, viewer, &slug, id)).await?;
    page(StatusCode::OK, &MemberPage::new(visit.layout(&viewer), &scope, member))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RoleInput {
    role: String,
    circle: String,
    about: String,
}

pub async fn update(visit: Visit, path: Path<(String, MemberId)>) -> Answer {
    let ((slug, id), input) = (path.into_inner(), visit.form::<RoleInput>()?);
    let (back, now, is_about) = (format!("/p/{slug}/people"), visit.app.clock.now(), input.about == "yes");
    visit
        .write(move |conn, viewer| {
            let (scope, member) = load_member(conn, viewer, &slug, id)?;
            let role =
                Role::from_word(&input.role).ok_or_else(|| AppError::invalid("role", "Please choose what they do."))?;
            let circle = Circle::from_word(&input.circle)
                .ok_or_else(|| AppError::invalid("circle", "Please choose how close they are."))?;
            change_role(conn, &scope, &member, role, circle, now)?;
            match (is_about, scope.site.about == Some(member.person_id)) {
                (true, false) => store::update_about(conn, scope.site.id, Some(member.person_id), now),
                (false, true) => store::update_about(conn, scope.site.id, None, now),
                _ => Ok(()),
            }
        })
        .await?;
    visit.set_flash(Flash::MemberChanged);
    see_other(back)
}

/// Gives somebody another role or circle, and tells those by mail who may write or decide from now on. The last organizer
/// stays one.
pub fn change_role(
    conn: &mut Conn,
    scope: &SiteScope,
    member: &ListedMember,
    role: Role,
    circle: Circle,
    now: Timestamp,
) -> Result<()> {
    if matches!(member.state, MemberState::Blocked | MemberState::Asked) {
        return Err(AppError::Conflict("They are not on the page, so they have no role on it."));
    }
    if role != Role::Organizer {
        require_another_organizer(conn, scope, member)?;
    }
    store::update_role(conn, member.id, role, circle, now)?;
    if role != member.role {
        let change = format!("{} → {}", member.role.label(), role.label());
        note(conn, scope, What::Role, member, Some(change), now)?;
        let by_themselves = scope.person_id == Some(member.person_id);
        if role != Role::Supporter && member.state == MemberState::Active && !by_themselves {
            let about = NewJob { member_id: Some(member.id), ..NewJob::default() };
            jobs::enqueue(conn, Kind::RoleGiven, about, now)?;
        }
    }
    if circle != member.circle {
        let change = format!("{} → {}", member.circle.label(), circle.label());
        note(conn, scope, What::Circle, member, Some(change), now)?;
    }
    Ok(())
}

/// A page without an organizer is nobody's.
pub fn require_another_organizer(conn: &mut Conn, scope: &SiteScope, member: &ListedMember) -> Result<()> {
    let is_organizer = member.role == Role::Organizer && member.state == MemberState::Active;
    if !is_organizer {
        return Ok(());
    }
    store::hold_organizers_of(conn, scope)?;
    if store::is_sole_organizer(conn, scope, member.id)? {
        return Err(AppError::Conflict(
            "This is the only organizer with an account. Make somebody else an organizer first, or close the page.",
        ));
    }
    Ok(())
}

pub async fn confirm_removal(visit: Visit, path: Path<(String, MemberId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (viewer, (scope, member)) = visit.read(move |conn, viewer| load_member(conn, viewer, &slug, id)).await?;
    page(StatusCode::OK, &pages::Removal { layout: visit.layout(&viewer), head: SiteHead::new(&scope), member })
}

/// Takes somebody off the page, or declines them silently.
pub async fn remove(visit: Visit, path: Path<(String, MemberId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (back, now) = (format!("/p/{slug}/people"), visit.app.clock.now());
    let asked = visit
        .write(move |conn, viewer| {
            let (scope, member) = load_member(conn, viewer, &slug, id)?;
            if member.state == MemberState::Asked {
                return decline(conn, &scope, &member, now).map(|()| true);
            }
            require_another_organizer(conn, &scope, &member)?;
            take_off(conn, &scope, &member, What::Removed, now)?;
            Ok(false)
        })
        .await?;
    visit.set_flash(if asked { Flash::Declined } else { Flash::Removed });
    see_other(back)
}

/// They belong to the page no longer; links in mails that they have are dead with this.
pub fn take_off(conn: &mut Conn, scope: &SiteScope, member: &ListedMember, what: What, now: Timestamp) -> Result<()> {
    store::delete_member(conn, scope, member.id)?;
    if scope.site.about == Some(member.person_id) {
        store::update_about(conn, scope.site.id, None, now)?;
    }
    note(conn, scope, what, member, None, now)
}
