//! A member who does not organize names somebody who should hear, too.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::Deserialize;

use super::invitations::invite_one;
use crate::accounts::{self, NAME_CHARS, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::error::{AppError, FieldErrors, Result};
use crate::mail::EmailAddress;
use crate::record::{self, What};
use crate::sites::model::{Circle, MemberState, Role, SupporterInvitations};
use crate::sites::pages::SuggestionPage;
use crate::sites::store::{self, NewMember, Notice, SiteScope};
use crate::text;
use crate::web::{Answer, Flash, Limits, page, see_other};

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct SuggestionInput {
    pub name: String,
    pub email: String,
}

/// The page, for members who may bring others to it.
fn load(conn: &mut Conn, viewer: &accounts::Viewer, slug: &str) -> Result<SiteScope> {
    let scope = SiteScope::load_to_encourage(conn, viewer, slug)?;
    match scope.site.supporter_invitations {
        SupporterInvitations::None => Err(AppError::NotFound),
        SupporterInvitations::Approved | SupporterInvitations::Free => Ok(scope),
    }
}

pub async fn new(visit: Visit, slug: Path<String>) -> Answer {
    form(&visit, StatusCode::OK, slug.into_inner(), SuggestionInput::default(), FieldErrors::default()).await
}

async fn form(visit: &Visit, status: StatusCode, slug: String, input: SuggestionInput, errors: FieldErrors) -> Answer {
    let (viewer, scope) = visit.read(move |conn, viewer| load(conn, viewer, &slug)).await?;
    page(status, &SuggestionPage::new(visit.layout(&viewer), &scope, input, errors))
}

/// The answer is the same whether or not the address is on the page already.
pub async fn create(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<SuggestionInput>()?);
    visit.app.limits.invitations_by_network.count_network(visit.client)?;
    let mut errors = FieldErrors::default();
    let name = errors.take("name", text::name(&input.name, "their name", NAME_CHARS));
    let email = errors.take("email", EmailAddress::parse(&input.email));
    let (Some(name), Some(email)) = (name, email) else {
        return form(&visit, StatusCode::UNPROCESSABLE_ENTITY, slug, input, errors).await;
    };
    let (back, now, app) = (format!("/p/{slug}"), visit.app.clock.now(), visit.app.clone());
    visit
        .write(move |conn, viewer| {
            let scope = load(conn, viewer, &slug)?;
            app.limits.invitations.count(scope.actor()?.to_string())?;
            suggest(conn, &scope, &name, &email, &app.limits, now)
        })
        .await?;
    visit.set_flash(Flash::Suggested);
    see_other(back)
}

fn suggest(
    conn: &mut Conn,
    scope: &SiteScope,
    name: &str,
    email: &EmailAddress,
    limits: &Limits,
    now: Timestamp,
) -> Result<()> {
    let by = scope.actor()?;
    let person = accounts::get_or_insert_person(conn, email, name, now)?;
    if scope.site.supporter_invitations == SupporterInvitations::Free {
        // Somebody who has asked waits for an organizer all the same. The answer tells neither that they are here nor that
        // they were mailed to often.
        let may_mail = limits.unasked_mail.count(email.mailbox()).is_ok();
        if !may_mail || store::find_member_of(conn, scope, person)?.is_some() {
            return Ok(());
        }
        return invite_one(conn, scope, (person, name.to_owned()), (Role::Supporter, Circle::Everyone), by, now)
            .map(|_| ());
    }
    let asked = NewMember::supporter(scope.site.id, person, MemberState::Asked, name.to_owned());
    let Some(member) = store::insert_member(conn, &NewMember { invited_by: Some(by), ..asked }, now)? else {
        return Ok(());
    };
    let what = record::New { actor: Some(by), subject: Some(person), detail: None };
    record::note(conn, scope.site.id, What::Suggested, what, now)?;
    store::notify_organizers(conn, scope.site.id, by, Notice::Asker(member), now)
}
