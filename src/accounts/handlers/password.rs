//! Changing, setting and removing the password of whoever is signed in.

use actix_web::http::StatusCode;
use serde::Deserialize;

use super::account::person;
use crate::accounts::model::{Notice, Viewer};
use crate::accounts::store::{self, Credentials};
use crate::accounts::{Visit, notices, pages};
use crate::error::{AppError, FieldErrors};
use crate::secrets::Secret;
use crate::secrets::password::{self, Verdict};
use crate::web::{Answer, Flash, page, see_other};

pub async fn edit(visit: Visit) -> Answer {
    let (viewer, person) = person(&visit).await?;
    if person.password_hash.is_none() {
        viewer.proven_account()?;
    }
    password_page(&visit, StatusCode::OK, &viewer, &person, FieldErrors::default())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PasswordInput {
    current_password: String,
    password: String,
}

/// Every session ends with the old password, also whatever a thief has open; this browser gets a new one.
pub async fn change(visit: Visit) -> Answer {
    let input: PasswordInput = visit.form()?;
    let (viewer, person) = person(&visit).await?;
    let mut errors = FieldErrors::default();
    match person.password_hash.clone() {
        Some(stored) => {
            visit.app.limits.proofs.count(person.id.to_string())?;
            if visit.app.hasher.verify(Secret::new(input.current_password), Some(stored)).await? == Verdict::Wrong {
                errors.add("current_password", "This is not your password now.");
            }
        }
        None => {
            viewer.proven_account()?;
        }
    }
    // The new session counts as proof, so that where a code is part of it the password alone does not do.
    if person.totp_sealed.is_some() {
        viewer.proven_account()?;
    }
    let new = errors.take("password", password::parse_new(&input.password, &person.known_as()));
    match new {
        Some(new) if errors.is_empty() => replace(&visit, person, new).await,
        _ => password_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, &viewer, &person, errors),
    }
}

async fn replace(visit: &Visit, person: Credentials, new: Secret) -> Answer {
    let hash = visit.app.hasher.hash(new).await?;
    let (now, device, entrance) = (visit.app.clock.now(), visit.device.clone(), visit.entrance());
    let token = visit
        .write(move |conn, viewer| {
            // Somebody else may have changed it since the current one was looked at.
            if store::lock_person(conn, viewer.account()?.person_id, now)?.password_hash != person.password_hash {
                return Err(AppError::Conflict("Your password was changed somewhere else just now."));
            }
            store::update_password(conn, person.id, &hash, now)?;
            store::delete_sessions_of(conn, person.id)?;
            notices::tell(conn, person.id, Notice::PasswordChanged, &device, now)?;
            entrance.admit(conn, person.id)
        })
        .await?;
    visit.keep_session(&token);
    visit.set_flash(Flash::PasswordChanged);
    see_other("/account")
}

/// Only who has a passkey can do without a password.
pub async fn remove(visit: Visit) -> Answer {
    let (now, device) = (visit.app.clock.now(), visit.device.clone());
    visit
        .write(move |conn, viewer| {
            let id = viewer.account()?.person_id;
            let person = store::lock_person(conn, id, now)?;
            if !person.has_passkey || person.password_hash.is_none() {
                return Err(AppError::Conflict(
                    "A password can be removed when there is one, and a passkey to sign in with instead.",
                ));
            }
            viewer.proven_account()?;
            store::delete_password(conn, id, now)?;
            notices::tell(conn, id, Notice::PasswordRemoved, &device, now)
        })
        .await?;
    visit.set_flash(Flash::PasswordRemoved);
    see_other("/account")
}

fn password_page(
    visit: &Visit,
    status: StatusCode,
    viewer: &Viewer,
    person: &Credentials,
    errors: FieldErrors,
) -> Answer {
    let (has_password, has_passkey) = (person.password_hash.is_some(), person.has_passkey);
    page(status, &pages::Password { layout: visit.layout(viewer), has_password, has_passkey, errors })
}
