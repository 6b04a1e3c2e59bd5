//! Asking to join, saying yes to an invitation, and choosing how to hear of updates.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::hearing;
use crate::accounts::{self, NAME_CHARS, SessionScope, Viewer, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{MemberId, PersonId, SiteId};
use crate::error::{AppError, FieldErrors, Result};
use crate::jobs::{self, Kind, NewJob};
use crate::mail::EmailAddress;
use crate::record::{self, What};
use crate::sites::access::Standing;
use crate::sites::hearing::HearingInput;
use crate::sites::model::{MemberState, Privacy};
use crate::sites::store::{self, NewMember, Notice, SiteScope};
use crate::sites::{FrontDoor, SiteHead, feed, pages};
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
    let asked = asked.asked.is_some();
    follow_page(&visit, StatusCode::OK, slug.into_inner(), asked, None, FieldErrors::default()).await
}

async fn follow_page(
    visit: &Visit,
    status: StatusCode,
    slug: String,
    asked: bool,
    typed_name: Option<String>,
    errors: FieldErrors,
) -> Answer {
    let vault = visit.app.vault.clone();
    let (viewer, (scope, reader, own, shows_reading, how)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load(conn, viewer, &slug)?;
            let reader = if scope.is_perspective { None } else { find_reader(conn, viewer)? };
            let own = feed::find(conn, &scope, &vault)?;
            let member = scope.member_id.filter(|_| scope.access.is_member());
            let shows_reading = member.map(|member| store::shows_reading(conn, member)).transpose()?;
            let how = match member {
                Some(member) => store::find_recipient(conn, member)?.map(|it| hearing::form(conn, &it)).transpose()?,
                None => None,
            };
            Ok((scope, reader, own, shows_reading, how))
        })
        .await?;
    let feed = pages::FeedView {
        may_have: feed::may_have(&scope),
        exists: own.exists,
        address: own.path.map(|path| visit.app.config.public_url.link(&path)),
    };
    let layout = visit.layout(&viewer);
    match (scope.delivery, asked) {
        (Some(delivery), _) => {
            let name = reader.map(|(_, name)| typed_name.unwrap_or(name));
            let head = SiteHead::new(&scope);
            let how = how.unwrap_or_else(|| pages::HearingForm::usual(delivery, scope.site.mail_holds));
            page(status, &pages::Follow { layout, head, how, name, errors, feed, shows_reading })
        }
        (None, true) => page(status, &FrontDoor::new(layout, &scope).having_asked()),
        (None, false) => page(status, &FrontDoor::new(layout, &scope)),
    }
}

/// Somebody whom a link has let in and who has no account: what they are called is theirs to say here, since there is no
/// other place.
fn find_reader(conn: &mut Conn, viewer: &Viewer) -> Result<Option<(PersonId, String)>> {
    let by_link = viewer.person().filter(|person| person.scope == SessionScope::Pages);
    let Some(person) = by_link else { return Ok(None) };
    let has_account = accounts::can_sign_in(conn, person.person_id)?;
    Ok((!has_account).then(|| (person.person_id, person.name.clone())))
}

pub async fn rename(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<FollowInput>()?);
    let name = match text::name(&input.name, "your name", NAME_CHARS) {
        Ok(name) => name,
        Err(problem) => {
            let errors = FieldErrors::default().with("name", problem);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return follow_page(&visit, status, slug, false, Some(input.name), errors).await;
        }
    };
    let (now, back) = (visit.app.clock.now(), format!("/p/{slug}/follow"));
    visit
        .write(move |conn, viewer| {
            SiteScope::load_to_encourage(conn, viewer, &slug)?.actor()?;
            let (person, _) = find_reader(conn, viewer)?.ok_or(AppError::NotFound)?;
            accounts::rename(conn, person, &name, now)
        })
        .await?;
    visit.set_flash(Flash::Saved);
    see_other(back)
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct FollowInput {
    pub name: String,
    pub email: String,
    pub message: String,
}

/// One form, three uses, told apart by how the viewer stands to the page.
pub async fn create(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<FollowInput>()?);
    let path = format!("/p/{slug}");
    let asked_for = slug.clone();
    let (viewer, scope) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load(conn, viewer, &asked_for)?;
            if scope.is_perspective { scope.actor().map(|_| scope) } else { Ok(scope) }
        })
        .await?;
    match scope.access.standing {
        Standing::Invited => {
            accept(&visit, slug).await?;
            visit.set_flash(Flash::Following);
            see_other(path)
        }
        Standing::Supporter | Standing::CoAuthor | Standing::Organizer => {
            choose_hearing(&visit, &scope).await?;
            visit.set_flash(Flash::DeliveryChanged);
            see_other(format!("{path}/follow"))
        }
        Standing::Asked => see_other(path),
        Standing::Blocked if scope.has_asked => see_other(path),
        Standing::Anonymous | Standing::Stranger | Standing::Blocked => ask(&visit, &viewer, scope, input).await,
    }
}

/// Says yes to an invitation, if it still stands.
async fn accept(visit: &Visit, slug: String) -> Result<()> {
    let now = visit.app.clock.now();
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load(conn, viewer, &slug)?;
            // A link is taken up by pressing on it, and not by a browser that an older one has let in.
            viewer.account()?;
            match (scope.access.standing, scope.member_id) {
                (Standing::Invited, Some(member)) => join(conn, scope.site.id, member, scope.actor()?, now),
                _ => Err(AppError::NotFound),
            }
        })
        .await
}

/// From now on they belong to the page.
pub fn join(conn: &mut Conn, site: SiteId, member: MemberId, person: PersonId, now: Timestamp) -> Result<()> {
    store::activate(conn, member, now)?;
    record::note(conn, site, What::Joined, record::New { actor: Some(person), ..record::New::default() }, now)
}

async fn choose_hearing(visit: &Visit, scope: &SiteScope) -> Result<()> {
    let input = visit.form::<HearingInput>()?;
    let (member, now) = (scope.member_id.ok_or(AppError::NotFound)?, visit.app.clock.now());
    visit
        .write(move |conn, _| {
            let recipient = store::find_recipient(conn, member)?.ok_or(AppError::NotFound)?;
            hearing::choose(conn, &recipient, &input, now)
        })
        .await
}

/// The answer is the same whether the address is new, known or blocked.
async fn ask(visit: &Visit, viewer: &Viewer, scope: SiteScope, input: FollowInput) -> Answer {
    visit.app.limits.strangers.count_network(visit.client)?;
    if !scope.access.may_ask() {
        return Err(AppError::NotFound);
    }
    let known = viewer.person().map(|person| (person.name.clone(), person.email.clone()));
    let (name, email) = known.unwrap_or((input.name.clone(), input.email.clone()));
    let mut errors = FieldErrors::default();
    let name = errors.take("name", text::name(&name, "your name", NAME_CHARS));
    let email = errors.take("email", EmailAddress::parse(&email));
    let message = errors.take("message", text::optional_line(&input.message, "how you know them", MESSAGE_CHARS));
    let (Some(name), Some(email), Some(message)) = (name, email, message) else {
        let door = FrontDoor::new(visit.layout(viewer), &scope).with(input, errors);
        return page(StatusCode::UNPROCESSABLE_ENTITY, &door);
    };
    let back = format!("{}/follow?asked=yes", scope.site.path());
    let confirms = scope.site.privacy == Privacy::Link;
    // The answer does not tell that this address was asked for often already: that would tell that somebody did.
    let limits = &visit.app.limits;
    let limit = if confirms { &limits.unasked_mail } else { &limits.asking };
    if limit.count(email.mailbox()).is_ok() {
        let now = visit.app.clock.now();
        let work = move |conn: &mut Conn, viewer: &Viewer| {
            let scope = SiteScope::load(conn, viewer, &scope.site.slug)?;
            if !scope.access.may_ask() {
                return Err(AppError::NotFound);
            }
            insert_asker(conn, &scope, &name, &email, message, now)
        };
        visit.write(work).await?;
    }
    see_other(back)
}

/// Where the secret link is enough to read, following takes a press in a mail and nobody's yes.
fn insert_asker(
    conn: &mut Conn,
    scope: &SiteScope,
    name: &str,
    email: &EmailAddress,
    message: Option<String>,
    now: Timestamp,
) -> Result<()> {
    let person_id = accounts::get_or_insert_person(conn, email, name, now)?;
    let confirms = scope.site.privacy == Privacy::Link;
    let state = if confirms { MemberState::Invited } else { MemberState::Asked };
    let new = NewMember { message, ..NewMember::supporter(scope.site.id, person_id, state, name.to_owned()) };
    let Some(member) = store::insert_member(conn, &new, now)? else {
        return match store::find_member_of(conn, scope, person_id)? {
            Some((member, MemberState::Blocked)) => store::note_unheard(conn, member, new.message, now),
            _ => Ok(()),
        };
    };
    if confirms {
        jobs::enqueue(conn, Kind::Invitation, NewJob { member_id: Some(member), ..NewJob::default() }, now)
    } else {
        store::notify_organizers(conn, scope.site.id, person_id, Notice::Asker(member), now)
    }
}
