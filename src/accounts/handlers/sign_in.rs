//! Signing in and out.

use actix_web::http::StatusCode;
use actix_web::web::Query;
use serde::Deserialize;

use crate::accounts::model::{Viewer, safe_next};
use crate::accounts::store::{self, Credentials};
use crate::accounts::{Visit, pages};
use crate::error::{FieldErrors, Result};
use crate::mail::EmailAddress;
use crate::secrets::Secret;
use crate::secrets::password::Verdict;
use crate::web::{Answer, Flash, page, see_other};

#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct SignInInput {
    email: String,
    password: String,
    next: String,
}

pub async fn new(visit: Visit, query: Query<Next>) -> Answer {
    let (viewer, ()) = visit.read(|_, _| Ok(())).await?;
    let next = safe_next(&query.next).unwrap_or_default().to_owned();
    let form =
        pages::SignIn { layout: visit.layout(&viewer), email: String::new(), next, errors: FieldErrors::default() };
    page(StatusCode::OK, &form)
}

/// A wrong address and a wrong password answer alike, and take alike long.
pub async fn create(visit: Visit) -> Answer {
    let input: SignInInput = visit.form()?;
    let key = EmailAddress::parse(&input.email).map(|email| email.key().to_owned()).unwrap_or_default();
    visit.app.limits.sign_in_by_network.count_network(visit.client)?;
    visit.app.limits.sign_in_by_address.count(key.clone())?;
    let next = safe_next(&input.next).unwrap_or("/").to_owned();
    match authenticate(&visit, key, Secret::new(input.password)).await? {
        Some(person) => {
            visit.sign_in(person.id).await?;
            visit.set_flash(Flash::SignedIn);
            see_other(next)
        }
        None => {
            let errors = FieldErrors::default()
                .with("email", "This address and password do not belong together. Please check both.");
            let layout = visit.layout(&Viewer::anonymous());
            page(StatusCode::UNPROCESSABLE_ENTITY, &pages::SignIn { layout, email: input.email, next, errors })
        }
    }
}

async fn authenticate(visit: &Visit, email_key: String, password: Secret) -> Result<Option<Credentials>> {
    let found = visit.app.db.read(move |conn| store::find_person_by_email(conn, &email_key)).await?;
    let stored = found.as_ref().and_then(|person| person.password_hash.clone());
    let verdict = visit.app.hasher.verify(password.clone(), stored.clone()).await?;
    if let (Verdict::RightButOutdated, Some(person), Some(old)) = (verdict, &found, stored) {
        let (id, new) = (person.id, visit.app.hasher.hash(password).await?);
        visit.app.db.write(move |conn| store::update_password_hash(conn, id, &old, &new)).await?;
    }
    Ok(found.filter(|_| verdict != Verdict::Wrong))
}

pub async fn destroy(visit: Visit) -> Answer {
    if let Some(token) = visit.session.clone() {
        visit.app.db.write(move |conn| store::delete_session(conn, &token)).await?;
    }
    visit.forget_session();
    visit.set_flash(Flash::SignedOut);
    see_other("/")
}
