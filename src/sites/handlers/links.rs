//! Links from mail. GET and HEAD show a button and change nothing, however often a scanner asks; POST acts.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::follow::join;
use super::hearing;
use crate::accounts::{self, SESSION_LIFETIME, SessionScope, Viewer, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{UpdateId, WishId};
use crate::error::{AppError, Result};
use crate::jobs::{self, Kind, NewJob};
use crate::mail::{EmailAddress, Purpose};
use crate::secrets::Token;
use crate::secrets::vault::Vault;
use crate::sites::hearing::HearingInput;
use crate::sites::links;
use crate::sites::model::{Delivery, MemberState, Role};
use crate::sites::pages::{self, HearingForm, LinkIsOver};
use crate::sites::store::{self, Recipient, SiteScope};
use crate::web::{Answer, Flash, page, see_other};

/// What a link in a mail leads to.
pub enum Found {
    /// The member whom it was mailed to.
    Live(Box<Recipient>),
    /// It was right, and its time is over; whoever holds it can have a fresh one mailed to the member's address.
    Old(Box<Recipient>),
    /// Nothing, or nothing any more.
    Nothing,
}

impl Found {
    fn live(self) -> Option<Recipient> {
        match self {
            Self::Live(recipient) => Some(*recipient),
            Self::Old(_) | Self::Nothing => None,
        }
    }
}

fn find(conn: &mut Conn, vault: &Vault, purpose: Purpose, token: &Token, now: Timestamp) -> Result<Found> {
    let Some(found) = links::find_mailed(conn, vault, purpose, token, now)? else { return Ok(Found::Nothing) };
    let recipient = store::find_recipient(conn, found.member)?.filter(|it| {
        let was_taken_back = found.generation.is_some_and(|generation| generation != it.links_generation);
        let organizes = it.role == Role::Organizer && it.state == MemberState::Active;
        let is_open = it.site.closed_at.is_none() || organizes;
        !was_taken_back && it.state != MemberState::Blocked && (is_open || purpose == Purpose::Unsubscribe)
    });
    Ok(match recipient.map(Box::new) {
        None => Found::Nothing,
        Some(recipient) if found.expires_at > now => Found::Live(recipient),
        Some(recipient) => Found::Old(recipient),
    })
}

fn find_member(
    conn: &mut Conn,
    vault: &Vault,
    purpose: Purpose,
    token: &Token,
    now: Timestamp,
) -> Result<Option<Recipient>> {
    Ok(find(conn, vault, purpose, token, now)?.live())
}

fn parse(token: &str) -> Result<Token> {
    Token::parse(token).ok_or(AppError::NotFound)
}

async fn look_up(visit: &Visit, purpose: Purpose, token: &str) -> Result<(Viewer, Found)> {
    let (token, now, vault) = (parse(token)?, visit.app.clock.now(), visit.app.vault.clone());
    visit.read(move |conn, _| find(conn, &vault, purpose, &token, now)).await
}

fn over(visit: &Visit, viewer: &Viewer) -> Answer {
    page(StatusCode::GONE, &LinkIsOver { layout: visit.layout(viewer), is_old: false, renewal: String::new() })
}

fn too_old(visit: &Visit, viewer: &Viewer) -> Answer {
    let path = visit.address.split('?').next().unwrap_or_default();
    let renewal = format!("{path}/renewal");
    page(StatusCode::GONE, &LinkIsOver { layout: visit.layout(viewer), is_old: true, renewal })
}

pub async fn renew_link(visit: Visit, token: Path<String>) -> Answer {
    renew(visit, Purpose::Open, &token).await
}

pub async fn renew_invitation(visit: Visit, token: Path<String>) -> Answer {
    renew(visit, Purpose::Invitation, &token).await
}

/// Mails a fresh link in the place of one that is too old, to the address that the old one went to.
async fn renew(visit: Visit, purpose: Purpose, token: &str) -> Answer {
    visit.app.limits.strangers.count_network(visit.client)?;
    let (token, now, app) = (parse(token)?, visit.app.clock.now(), visit.app.clone());
    let work = move |conn: &mut Conn| {
        let Found::Old(recipient) = find(conn, &app.vault, purpose, &token, now)? else { return Ok(false) };
        let kind = match recipient.state {
            MemberState::Active => Kind::FreshLink,
            MemberState::Invited => Kind::Invitation,
            MemberState::Asked | MemberState::Blocked => return Ok(false),
        };
        let address = EmailAddress::parse(&recipient.email).map_err(AppError::internal)?;
        app.limits.unasked_mail.count(address.mailbox())?;
        let about = NewJob { member_id: Some(recipient.member_id), ..NewJob::default() };
        jobs::enqueue(conn, kind, about, now)?;
        Ok(true)
    };
    let renewed = visit.app.db.write(work).await?;
    visit.app.ring();
    if renewed {
        page(StatusCode::OK, &pages::LinkRenewed { layout: visit.layout(&Viewer::anonymous()) })
    } else {
        over(&visit, &Viewer::anonymous())
    }
}

/// Whether somebody else is signed in here, who would be signed out by pressing on.
fn other_viewer(viewer: &Viewer, recipient: &Recipient) -> Option<String> {
    viewer.person().filter(|it| it.person_id != recipient.person_id).map(|it| it.name.clone())
}

pub async fn show_invitation(visit: Visit, token: Path<String>) -> Answer {
    let (viewer, found) = look_up(&visit, Purpose::Invitation, &token).await?;
    let recipient = match found {
        Found::Live(recipient) => *recipient,
        Found::Old(_) => return too_old(&visit, &viewer),
        Found::Nothing => return over(&visit, &viewer),
    };
    let inviter = match recipient.invited_by {
        Some(id) => visit.app.db.read(move |conn| accounts::find_person(conn, id)).await?.map(|person| person.name),
        None => None,
    };
    let other = other_viewer(&viewer, &recipient);
    page(StatusCode::OK, &pages::Invitation { layout: visit.layout(&viewer), recipient, inviter, other })
}

pub async fn accept_invitation(visit: Visit, token: Path<String>) -> Answer {
    let (token, now) = (parse(&token)?, visit.app.clock.now());
    let accept = move |conn: &mut Conn, recipient: &Recipient| {
        if recipient.state == MemberState::Invited {
            join(conn, recipient.site.id, recipient.member_id, recipient.person_id, now)?;
        }
        Ok(())
    };
    let Some(recipient) = enter(&visit, Purpose::Invitation, token, accept).await? else {
        return over(&visit, &Viewer::anonymous());
    };
    visit.set_flash(Flash::Following);
    see_other(recipient.site.path())
}

#[derive(Deserialize)]
pub struct To {
    to: Option<String>,
}

impl To {
    /// Where on the page to go; anything but one of its updates or wishes is the page itself.
    fn address(&self, recipient: &Recipient) -> String {
        let path = recipient.site.path();
        let update = self.to.as_deref().and_then(|to| to.strip_prefix("updates/")).and_then(UpdateId::parse);
        let wish = self.to.as_deref().and_then(|to| to.strip_prefix("wishes/")).and_then(WishId::parse);
        if let Some(wish) = wish {
            return format!("{path}/wishes/{wish}");
        }
        match (update, self.to.as_deref()) {
            (Some(update), _) => format!("{path}/updates/{update}"),
            (None, Some("people")) => format!("{path}/people"),
            (None, Some("follow")) => format!("{path}/follow"),
            (None, _) => path,
        }
    }
}

/// Who is in already goes straight on: that changes nothing.
pub async fn show_link(visit: Visit, token: Path<String>, to: Query<To>) -> Answer {
    if let Some(answer) = accounts::show_sign_in_link(&visit, &token).await? {
        return Ok(answer);
    }
    let (viewer, found) = look_up(&visit, Purpose::Open, &token).await?;
    let recipient = match found {
        Found::Live(recipient) => *recipient,
        Found::Old(_) => return too_old(&visit, &viewer),
        Found::Nothing => return over(&visit, &viewer),
    };
    let slug = recipient.site.slug.clone();
    let (_, inside) = visit
        .read(move |conn, viewer| match SiteScope::load_to_encourage(conn, viewer, &slug) {
            Ok(scope) => Ok(scope.person_id),
            Err(AppError::NotFound) => Ok(None),
            Err(error) => Err(error),
        })
        .await?;
    if inside == Some(recipient.person_id) {
        return see_other(to.address(&recipient));
    }
    let other = other_viewer(&viewer, &recipient);
    page(StatusCode::OK, &pages::OpenLink { layout: visit.layout(&viewer), recipient, other })
}

pub async fn open_link(visit: Visit, token: Path<String>, to: Query<To>) -> Answer {
    if let Some(answer) = accounts::use_sign_in_link(&visit, &token).await? {
        return Ok(answer);
    }
    let token = parse(&token)?;
    let Some(recipient) = enter(&visit, Purpose::Open, token, |_, _| Ok(())).await? else {
        return over(&visit, &Viewer::anonymous());
    };
    see_other(to.address(&recipient))
}

/// Lets in whom a link was mailed to: on that page only, for reading and encouragement. Somebody who is signed in as the
/// same person keeps what they have; anybody else's session in this browser ends.
async fn enter<F>(visit: &Visit, purpose: Purpose, token: Token, and: F) -> Result<Option<Recipient>>
where
    F: FnOnce(&mut Conn, &Recipient) -> Result<()> + Send + 'static,
{
    let (session, now, device) = (visit.session.clone(), visit.app.clock.now(), visit.device.clone());
    let vault = visit.app.vault.clone();
    let (viewer, ()) = visit.read(|_, _| Ok(())).await?;
    let entered = visit
        .app
        .db
        .write(move |conn| {
            let Some(recipient) = find_member(conn, &vault, purpose, &token, now)? else { return Ok(None) };
            and(conn, &recipient)?;
            accounts::mark_verified(conn, recipient.person_id, now)?;
            let same = viewer.person().filter(|it| it.person_id == recipient.person_id);
            let (session_id, new) = match (same, session) {
                (Some(person), _) => (person.session_id, None),
                (None, old) => {
                    if let Some(old) = old {
                        accounts::delete_session(conn, &old)?;
                    }
                    let (id, token) =
                        accounts::insert_session(conn, recipient.person_id, SessionScope::Pages, &device, now)?;
                    (id, Some(token))
                }
            };
            accounts::allow_site(conn, session_id, recipient.site.id)?;
            Ok(Some((recipient, new)))
        })
        .await?;
    let Some((recipient, new)) = entered else { return Ok(None) };
    if let Some(token) = new {
        visit.set_session(&token, SESSION_LIFETIME);
    }
    Ok(Some(recipient))
}

/// The member, with what they can choose besides stopping all mail; nothing where no mail comes anyhow.
fn find_choice(
    conn: &mut Conn,
    vault: &Vault,
    token: &Token,
    now: Timestamp,
) -> Result<Option<(Recipient, Option<HearingForm>)>> {
    let Some(recipient) = find_member(conn, vault, Purpose::Unsubscribe, token, now)? else { return Ok(None) };
    let organizes = recipient.role == Role::Organizer;
    let hears = recipient.state == MemberState::Active && (recipient.site.closed_at.is_none() || organizes);
    let how = if hears { Some(hearing::form(conn, &recipient)?) } else { None };
    Ok(Some((recipient, how)))
}

fn choice_page(visit: &Visit, token: &str, found: Option<(Recipient, Option<HearingForm>)>) -> Answer {
    let Some((recipient, how)) = found else { return over(visit, &Viewer::anonymous()) };
    let done = recipient.hearing.delivery == Delivery::None;
    // Whoever holds a mail is shown nothing of anybody who may be signed in here.
    let layout = visit.layout(&Viewer::anonymous());
    let path = format!("/unsubscribe/{token}");
    page(StatusCode::OK, &pages::Unsubscribe { layout, recipient, done, path, how })
}

pub async fn show_unsubscribe(visit: Visit, token: Path<String>) -> Answer {
    let (secret, now, vault) = (parse(&token)?, visit.app.clock.now(), visit.app.vault.clone());
    let found = visit.app.db.read(move |conn| find_choice(conn, &vault, &secret, now)).await?;
    choice_page(&visit, &token, found)
}

/// Stops mail; pressing twice, or a mail client pressing by itself, is as good as once.
pub async fn unsubscribe(visit: Visit, token: Path<String>) -> Answer {
    let (secret, now, vault) = (parse(&token)?, visit.app.clock.now(), visit.app.vault.clone());
    let stopped = visit
        .app
        .db
        .write(move |conn| {
            let Some(recipient) = find_member(conn, &vault, Purpose::Unsubscribe, &secret, now)? else {
                return Ok(None);
            };
            store::update_delivery(conn, recipient.member_id, Delivery::None, now)?;
            find_choice(conn, &vault, &secret, now)
        })
        .await?;
    choice_page(&visit, &token, stopped)
}

/// How the member hears whom a mail went to: whoever holds it can change how often mail comes to them, and nothing else.
pub async fn choose_hearing(visit: Visit, token: Path<String>) -> Answer {
    let (secret, input, now) = (parse(&token)?, visit.form::<HearingInput>()?, visit.app.clock.now());
    let vault = visit.app.vault.clone();
    let chosen = visit
        .app
        .db
        .write(move |conn| {
            let Some((recipient, Some(_))) = find_choice(conn, &vault, &secret, now)? else { return Ok(false) };
            hearing::choose(conn, &recipient, &input, now)?;
            Ok(true)
        })
        .await?;
    if !chosen {
        return over(&visit, &Viewer::anonymous());
    }
    visit.app.ring();
    visit.set_flash(Flash::DeliveryChanged);
    see_other(format!("/unsubscribe/{}#how", token.as_str()))
}
