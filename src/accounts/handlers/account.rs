//! The account at a glance, and the name.

use actix_web::http::StatusCode;
use serde::Deserialize;

use crate::accounts::model::Viewer;
use crate::accounts::{NAME_CHARS, Visit, pages, store};
use crate::error::{AppError, FieldErrors, Result};
use crate::text;
use crate::web::{Answer, Flash, page, see_other};

pub async fn show(visit: Visit) -> Answer {
    account_page(&visit, StatusCode::OK, None, FieldErrors::default()).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NameInput {
    name: String,
}

pub async fn rename(visit: Visit) -> Answer {
    let input: NameInput = visit.form()?;
    let name = match text::name(&input.name, "your name", NAME_CHARS) {
        Ok(name) => name,
        Err(problem) => {
            let errors = FieldErrors::default().with("name", problem);
            return account_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, Some(input.name), errors).await;
        }
    };
    let now = visit.app.clock.now();
    visit.write(move |conn, viewer| store::rename(conn, viewer.account()?.person_id, &name, now)).await?;
    visit.set_flash(Flash::NameSaved);
    see_other("/account")
}

async fn account_page(visit: &Visit, status: StatusCode, typed: Option<String>, errors: FieldErrors) -> Answer {
    let now = visit.app.clock.now();
    let (viewer, summary) = visit
        .read(move |conn, viewer: &Viewer| {
            let id = viewer.account()?.person_id;
            let passkeys = store::list_passkeys(conn, id)?.len();
            let sessions = store::list_sessions(conn, id, now)?.len();
            Ok(store::find_person(conn, id)?.map(|person| (person, passkeys, sessions)))
        })
        .await?;
    let (person, passkeys, sessions) = summary.ok_or(AppError::SignInRequired)?;
    let form = pages::Account {
        layout: visit.layout(&viewer),
        typed_name: typed.unwrap_or_else(|| person.name.clone()),
        person,
        passkeys,
        sessions,
        errors,
    };
    page(status, &form)
}

/// Whoever is signed in, with what guards their account.
pub(super) async fn person(visit: &Visit) -> Result<(Viewer, store::Credentials)> {
    let (viewer, found) = visit.read(|conn, viewer| store::find_person(conn, viewer.account()?.person_id)).await?;
    Ok((viewer, found.ok_or(AppError::SignInRequired)?))
}
