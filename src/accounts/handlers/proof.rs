//! Showing once more that it is really them, before what guards an account is changed.

use actix_web::http::StatusCode;
use actix_web::web::Query;
use serde::Deserialize;

use super::account::person;
use super::passkeys::{passkeys, who};
use super::sign_in::Next;
use crate::accounts::codes::{self, Verdict as CodeVerdict};
use crate::accounts::model::{Viewer, safe_next};
use crate::accounts::store::{self, Credentials};
use crate::accounts::{Visit, pages};
use crate::error::{FieldErrors, Result};
use crate::secrets::password::Verdict;
use crate::secrets::{Secret, Token};
use crate::web::{Answer, page, see_other};

const NEXT: &str = "/account";

pub async fn show(visit: Visit, query: Query<Next>) -> Answer {
    let (viewer, person) = person(&visit).await?;
    let next = safe_next(&query.next).unwrap_or(NEXT);
    proof_page(&visit, StatusCode::OK, &viewer, &person, next, FieldErrors::default())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ProofInput {
    password: String,
    code: String,
    ceremony: String,
    credential: String,
    next: String,
}

pub async fn create(visit: Visit) -> Answer {
    visit.app.limits.sign_in_by_network.count_network(visit.client)?;
    let input: ProofInput = visit.form()?;
    let next = safe_next(&input.next).unwrap_or(NEXT).to_owned();
    let (viewer, person) = person(&visit).await?;
    let errors = if input.credential.is_empty() {
        by_password(&visit, &person, input).await?
    } else {
        by_passkey(&visit, input).await?
    };
    if errors.is_empty() {
        return see_other(next);
    }
    proof_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, &viewer, &person, &next, errors)
}

async fn by_password(visit: &Visit, person: &Credentials, input: ProofInput) -> Result<FieldErrors> {
    visit.app.limits.proofs.count(person.id.to_string())?;
    let stored = person.password_hash.clone();
    if visit.app.hasher.verify(Secret::new(input.password), stored).await? == Verdict::Wrong {
        return Ok(FieldErrors::default().with("password", "This is not your password."));
    }
    let (app, now) = (visit.app.clone(), visit.app.clock.now());
    let verdict = visit
        .write(move |conn, viewer| {
            let session = viewer.account()?;
            let person = store::lock_person(conn, session.person_id, now)?;
            let verdict = codes::take(&app, conn, &person, &input.code, now)?;
            if verdict != CodeVerdict::Wrong {
                store::prove(conn, session.session_id, now)?;
            }
            Ok(verdict)
        })
        .await?;
    Ok(match verdict {
        CodeVerdict::Wrong => FieldErrors::default().with("code", codes::WRONG),
        _ => FieldErrors::default(),
    })
}

async fn by_passkey(visit: &Visit, input: ProofInput) -> Result<FieldErrors> {
    let passkeys = passkeys(visit)?;
    let (token, now) = (Token::parse(&input.ceremony), visit.app.clock.now());
    let proved = visit
        .write(move |conn, viewer| {
            let session = viewer.account()?;
            let found = who(conn, &passkeys, token, &input.credential, now)?;
            let theirs = found == Some(session.person_id);
            if theirs {
                store::prove(conn, session.session_id, now)?;
            }
            Ok(theirs)
        })
        .await?;
    Ok(if proved {
        FieldErrors::default()
    } else {
        FieldErrors::default().with("passkey", "This is not a passkey of your account. Please try again.")
    })
}

fn proof_page(
    visit: &Visit,
    status: StatusCode,
    viewer: &Viewer,
    person: &Credentials,
    next: &str,
    errors: FieldErrors,
) -> Answer {
    let form = pages::Proof {
        layout: visit.layout(viewer),
        has_password: person.password_hash.is_some(),
        has_code: person.totp_sealed.is_some(),
        has_passkey: person.has_passkey && visit.app.passkeys.is_some(),
        next: next.to_owned(),
        errors,
    };
    page(status, &form)
}
