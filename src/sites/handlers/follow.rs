//! Asking to join, saying yes to an invitation, and choosing how to hear of updates.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use crate::accounts::{self, NAME_CHARS, Viewer, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::error::{AppError, FieldErrors, Result};
use crate::mail::EmailAddress;
use crate::sites::model::{Circle, Delivery, MemberState, Role, Standing};
use crate::sites::store::{self, NewMember, Notice, SiteScope};
use crate::sites::{FrontDoor, SiteHead, pages};
use crate::text;
use crate::web::{Answer, Flash, page, see_other};

/// How long what somebody says of themselves may be.
const MESSAGE_CHARS: usize = 500;

/// Whoever has just asked without being signed in: the address remembers it, since nothing else does.
#[derive(Default, Deserialize)]
pub struct Asked {
    asked: Option<String>,
}

pub async fn edit(visit: Visit, slug: Path<String>, asked: Query<Asked>) -> Answer {
    let slug = slug.into_inner();
    let (viewer, scope) = visit.read(move |conn, viewer| SiteScope::load(conn, viewer, &slug)).await?;
    let layout = visit.layout(&viewer);
    match scope.delivery {
        Some(delivery) => page(StatusCode::OK, &pages::Follow { layout, head: SiteHead::new(&scope), delivery }),
        None if asked.asked.is_some() => page(StatusCode::OK, &FrontDoor::new(layout, &scope).having_asked()),
        None => page(StatusCode::OK, &FrontDoor::new(layout, &scope)),
    }
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct FollowInput {
    pub name: String,
    pub email: String,
    pub message: String,
    delivery: String,
}

/// One form, three uses, told apart by how the viewer stands to the page.
pub async fn create(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<FollowInput>()?);
    let path = format!("/p/{slug}");
    let asked_for = slug.clone();
    let (viewer, scope) = visit.read(move |conn, viewer| SiteScope::load(conn, viewer, &asked_for)).await?;
    match scope.access.standing {
        Standing::Invited => {
            accept(&visit, slug).await?;
            visit.set_flash(Flash::Following);
            see_other(path)
        }
        Standing::Supporter | Standing::CoAuthor | Standing::Organizer => {
            choose_delivery(&visit, &scope, &input).await?;
            visit.set_flash(Flash::DeliveryChanged);
            see_other(format!("{path}/follow"))
        }
        Standing::Asked => see_other(path),
        Standing::Anonymous | Standing::Stranger | Standing::Blocked => ask(&visit, &viewer, scope, input).await,
    }
}

/// Says yes to an invitation, if it still stands.
async fn accept(visit: &Visit, slug: String) -> Result<()> {
    let now = visit.app.clock.now();
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load(conn, viewer, &slug)?;
            match (scope.access.standing, scope.member_id) {
                (Standing::Invited, Some(member)) => store::activate(conn, member, now),
                _ => Err(AppError::NotFound),
            }
        })
        .await
}

async fn choose_delivery(visit: &Visit, scope: &SiteScope, input: &FollowInput) -> Result<()> {
    let delivery = Delivery::from_word(&input.delivery)
        .ok_or_else(|| AppError::invalid("delivery", "Please choose how you want to hear of updates."))?;
    let (member, now) = (scope.member_id.ok_or(AppError::NotFound)?, visit.app.clock.now());
    visit.write(move |conn, _| store::update_delivery(conn, member, delivery, now)).await
}

/// The answer is the same whether the address is new, known or blocked.
async fn ask(visit: &Visit, viewer: &Viewer, scope: SiteScope, input: FollowInput) -> Answer {
    visit.app.limits.strangers.count_network(visit.client)?;
    let known = viewer.person().map(|person| (person.name.clone(), person.email.clone()));
    let (name, email) = known.unwrap_or((input.name.clone(), input.email.clone()));
    let mut errors = FieldErrors::default();
    let name = errors.take("name", text::name(&name, "your name", NAME_CHARS));
    let email = errors.take("email", EmailAddress::parse(&email));
    let message = errors.take("message", text::optional_line(&input.message, "how you know them", MESSAGE_CHARS));
    let path = scope.site.path();
    let (Some(name), Some(email), Some(message)) = (name, email, message) else {
        let door = FrontDoor::new(visit.layout(viewer), &scope).with(input, errors);
        return page(StatusCode::UNPROCESSABLE_ENTITY, &door);
    };
    if !scope.access.may_ask() {
        return Err(AppError::NotFound);
    }
    let now = visit.app.clock.now();
    visit.app.db.write(move |conn| insert_asker(conn, &scope, &name, &email, message, now)).await?;
    visit.app.ring();
    see_other(format!("{path}/follow?asked=yes"))
}

fn insert_asker(
    conn: &mut Conn,
    scope: &SiteScope,
    name: &str,
    email: &EmailAddress,
    message: Option<String>,
    now: Timestamp,
) -> Result<()> {
    let person_id = accounts::get_or_insert_person(conn, email, name, now)?;
    let new = NewMember {
        site_id: scope.site.id,
        person_id,
        role: Role::Supporter,
        state: MemberState::Asked,
        circle: Circle::Everyone,
        message,
        invited_by: None,
    };
    match store::insert_member(conn, &new, now)? {
        Some(member) => store::notify_organizers(conn, scope.site.id, person_id, Notice::Asker(member), now),
        None => Ok(()),
    }
}
