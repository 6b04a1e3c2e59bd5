//! Inviting people by pasting their addresses.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::Deserialize;

use super::people::{Place, load_people};
use crate::accounts::{self, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{MemberId, PersonId};
use crate::error::{AppError, FieldErrors, Result};
use crate::jobs::{self, Kind, NewJob};
use crate::mail::{EmailAddress, Listed, parse_list};
use crate::record::{self, What};
use crate::sites::model::{self, Circle, Delivery, MemberState, Role};
use crate::sites::pages::{InvitationForm, PeoplePage};
use crate::sites::store::{self, NewMember, SiteScope};
use crate::text;
use crate::web::{Answer, Flash, Limits, page, see_other};

/// How many addresses may be pasted at once.
const AT_ONCE: usize = 500;

/// How long a pasted list may be, in bytes: five hundred addresses with long names.
const LONGEST_LIST: usize = 60_000;

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct InvitationInput {
    addresses: String,
    role: String,
    circle: String,
}

/// What became of a pasted list.
#[derive(Default)]
struct Invited {
    count: u32,
    /// Those who are on the page already, in words.
    notes: Vec<String>,
    /// Those to whom no more mail may go just now.
    later: Bad,
}

pub async fn create(visit: Visit, slug: Path<String>) -> Answer {
    let (slug, input) = (slug.into_inner(), visit.form::<InvitationInput>()?);
    let back = format!("/p/{slug}/people");
    let role = Role::from_word(&input.role).unwrap_or(Role::Supporter);
    let circle = Circle::from_word(&input.circle).unwrap_or(Circle::Everyone);
    visit.app.limits.invitations_by_network.count_network(visit.client)?;
    let into = slug.clone();
    // Before anything is counted against anybody.
    let (_, inviter) =
        visit.read(move |conn, viewer| SiteScope::load_to_organize(conn, viewer, &into)?.actor()).await?;
    if input.addresses.len() > LONGEST_LIST {
        return Err(AppError::invalid(
            "addresses",
            "This list is too long to read at once. Please paste a part of it.",
        ));
    }
    let (good, mut bad) = sort_out(&visit, inviter, parse_list(&input.addresses));
    if good.is_empty() && bad.is_empty() {
        bad.push((String::new(), "Please paste at least one e-mail address.".to_owned()));
    }
    let (now, into, app) = (visit.app.clock.now(), slug.clone(), visit.app.clone());
    let mut invited = visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &into)?;
            invite(conn, &scope, &good, (role, circle), &app.limits, now)
        })
        .await?;
    bad.append(&mut invited.later);
    if bad.is_empty() && invited.notes.is_empty() {
        visit.set_flash(Flash::Invited(invited.count));
        return see_other(back);
    }
    let (viewer, (scope, groups)) =
        visit.read(move |conn, viewer| load_people(conn, viewer, &slug, Place::default())).await?;
    let mut errors = FieldErrors::default();
    for (_, problem) in &bad {
        errors.add("addresses", problem.clone());
    }
    let left = bad.iter().map(|(raw, _)| raw.as_str()).filter(|raw| !raw.is_empty()).collect::<Vec<_>>().join("\n");
    let form = InvitationForm { addresses: left, role, circle, invited: invited.count, notes: invited.notes };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page(status, &PeoplePage::new(visit.layout(&viewer), &scope, groups, form, errors))
}

/// An address, and the name that stood with it.
type Good = Vec<(EmailAddress, Option<String>)>;
type Bad = Vec<(String, String)>;

/// Those who can be invited, each once, and those who cannot, with what is wrong.
fn sort_out(visit: &Visit, inviter: PersonId, list: Vec<Listed>) -> (Good, Bad) {
    let (mut good, mut bad): (Good, Bad) = (Vec::new(), Vec::new());
    for Listed { raw, name, address } in list {
        match address {
            Err(problem) => bad.push((raw.clone(), format!("“{raw}”: {problem}"))),
            Ok(address) if good.iter().any(|(known, _)| known.key() == address.key()) => {}
            Ok(_) if good.len() >= AT_ONCE => {
                bad.push((
                    raw.clone(),
                    format!("“{raw}”: that is more than {AT_ONCE} at once; please invite the rest next."),
                ));
            }
            Ok(_) if visit.app.limits.invitations.count(inviter.to_string()).is_err() => {
                bad.push((
                    raw.clone(),
                    format!("“{raw}”: these are many invitations for one day. Please go on later."),
                ));
            }
            Ok(address) => {
                let name = name.and_then(|name| text::name(&name, "a name", accounts::NAME_CHARS).ok());
                good.push((address, name));
            }
        }
    }
    (good, bad)
}

fn invite(
    conn: &mut Conn,
    scope: &SiteScope,
    good: &[(EmailAddress, Option<String>)],
    as_what: (Role, Circle),
    limits: &Limits,
    now: Timestamp,
) -> Result<Invited> {
    let (inviter, mut invited) = (scope.actor()?, Invited::default());
    for (address, name) in good {
        let called = name.clone().unwrap_or_else(|| address.stand_in_name());
        let person_id = accounts::get_or_insert_person(conn, address, &called, now)?;
        let found = store::find_member_of(conn, scope, person_id)?;
        if let (Some(name), Some((member, MemberState::Asked))) = (name, found) {
            store::update_called(conn, member, name, now)?;
        }
        let known = found.filter(|(_, state)| *state != MemberState::Asked);
        // Only mail that will go is counted.
        if known.is_none() && limits.unasked_mail.count(address.mailbox()).is_err() {
            let why = format!("“{address}” was sent several mails this hour already. Please try again later.");
            invited.later.push((address.to_string(), why));
            continue;
        }
        match invite_one(conn, scope, (person_id, called), as_what, inviter, now)? {
            None => invited.count += 1,
            Some(state) => invited.notes.push(note(address, state)),
        }
    }
    Ok(invited)
}

/// Invites a person, or answers how they stand to the page already.
pub fn invite_one(
    conn: &mut Conn,
    scope: &SiteScope,
    (person_id, called): (PersonId, String),
    (role, circle): (Role, Circle),
    inviter: PersonId,
    now: Timestamp,
) -> Result<Option<MemberState>> {
    let invited = NewMember::supporter(scope.site.id, person_id, MemberState::Invited, called);
    let new = NewMember { role, circle, invited_by: Some(inviter), ..invited };
    let member = match store::insert_member(conn, &new, now)? {
        Some(member) => member,
        None => match store::find_member_of(conn, scope, person_id)? {
            // Inviting somebody who has asked is letting them in.
            Some((member, MemberState::Asked)) => {
                store::admit(conn, member, circle, inviter, now)?;
                store::update_role(conn, member, role, circle, now)?;
                member
            }
            Some((_, state)) => return Ok(Some(state)),
            None => return Err(AppError::NotFound),
        },
    };
    let about = NewJob { member_id: Some(member), ..NewJob::default() };
    jobs::enqueue(conn, Kind::Invitation, about, now)?;
    let what = record::New { actor: Some(inviter), subject: Some(person_id), detail: Some(model::place(role, circle)) };
    record::note(conn, scope.site.id, What::Invited, what, now)?;
    Ok(None)
}

fn note(address: &EmailAddress, state: MemberState) -> String {
    match state {
        MemberState::Active => format!("{address} follows this page already."),
        MemberState::Invited | MemberState::Asked => format!("{address} was invited before; no second mail was sent."),
        MemberState::Blocked => format!("{address} is blocked on this page, and was not invited."),
    }
}

/// Sends an invitation once more, on purpose.
pub async fn repeat(visit: Visit, path: Path<(String, MemberId)>) -> Answer {
    let (slug, member) = path.into_inner();
    let (back, now) = (format!("/p/{slug}/people"), visit.app.clock.now());
    let app = visit.app.clone();
    visit
        .write(move |conn, viewer| {
            let scope = SiteScope::load_to_organize(conn, viewer, &slug)?;
            let member = store::get_member(conn, &scope, member)?;
            if member.state != MemberState::Invited {
                return Err(AppError::Conflict("They have answered the invitation already."));
            }
            if member.delivery == Delivery::None {
                return Err(AppError::Conflict("They have asked for no mail from this page."));
            }
            let address = EmailAddress::parse(&member.email).map_err(AppError::internal)?;
            app.limits.unasked_mail.count(address.mailbox())?;
            let about = NewJob { member_id: Some(member.id), ..NewJob::default() };
            jobs::enqueue(conn, Kind::Invitation, about, now)
        })
        .await?;
    visit.set_flash(Flash::InvitedAgain);
    see_other(back)
}
