//! Signing in with a password, and with a code where a second factor is on; and signing out.

use actix_web::http::StatusCode;
use actix_web::web::Query;
use serde::Deserialize;

use crate::accounts::codes::{self, Verdict as CodeVerdict};
use crate::accounts::model::{MOST_WRONG_CODES, Step, Viewer, safe_next};
use crate::accounts::store::{self, Credentials};
use crate::accounts::{Visit, pages};
use crate::db::Conn;
use crate::error::{FieldErrors, Result};
use crate::mail::EmailAddress;
use crate::secrets::password::Verdict;
use crate::secrets::{Secret, Token};
use crate::web::{Answer, Flash, page, see_other};

#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    pub next: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct SignInInput {
    email: String,
    password: String,
    code: String,
    /// Stands for the password that was right a moment ago.
    ceremony: String,
    next: String,
}

pub async fn new(visit: Visit, query: Query<Next>) -> Answer {
    let (viewer, ()) = visit.read(|_, _| Ok(())).await?;
    let next = safe_next(&query.next).unwrap_or_default();
    page(StatusCode::OK, &pages::SignIn::new(&visit, &viewer, String::new(), next, FieldErrors::default()))
}

/// A wrong address and a wrong password answer alike, and take alike long.
pub async fn create(visit: Visit) -> Answer {
    let input: SignInInput = visit.form()?;
    visit.app.limits.sign_in_by_network.count_network(visit.client)?;
    let next = safe_next(&input.next).unwrap_or("/").to_owned();
    if let Some(ceremony) = Token::parse(&input.ceremony) {
        return try_code(&visit, ceremony, input.code, next).await;
    }
    let key = EmailAddress::parse(&input.email).map(|email| email.key().to_owned()).unwrap_or_default();
    visit.app.limits.sign_in_by_address.count(key.clone())?;
    let Some(person) = authenticate(&visit, key, Secret::new(input.password)).await? else {
        return refused(&visit, input.email, &next, WRONG);
    };
    let (entrance, now) = (visit.entrance(), visit.app.clock.now());
    let work = move |conn: &mut Conn| {
        let current = store::lock_person(conn, person.id, now)?;
        // The password was another one while this one was looked at.
        if current.password_hash != person.password_hash {
            return Ok(Entered::No);
        }
        if current.totp_sealed.is_none() {
            return entrance.admit(conn, person.id).map(Entered::In);
        }
        store::insert_ceremony(conn, Some(person.id), &Step::Code { wrong: 0 }, now).map(Entered::Code)
    };
    let ceremony = match visit.app.db.write(work).await? {
        Entered::In(token) => {
            visit.keep_session(&token);
            visit.set_flash(Flash::SignedIn);
            return see_other(next);
        }
        Entered::Code(ceremony) => ceremony,
        Entered::No => return refused(&visit, input.email, &next, WRONG),
    };
    if input.code.trim().is_empty() {
        return code_page(&visit, StatusCode::OK, &ceremony, next, FieldErrors::default());
    }
    try_code(&visit, ceremony, input.code, next).await
}

const WRONG: &str = "This address and password do not belong together. Please check both.";

/// What a right password led to.
enum Entered {
    In(Token),
    /// The code is missing, and this stands for the password.
    Code(Token),
    No,
}

fn refused(visit: &Visit, email: String, next: &str, problem: &str) -> Answer {
    let errors = FieldErrors::default().with("email", problem);
    let form = pages::SignIn::new(visit, &Viewer::anonymous(), email, next, errors);
    page(StatusCode::UNPROCESSABLE_ENTITY, &form)
}

pub(super) async fn authenticate(visit: &Visit, email_key: String, password: Secret) -> Result<Option<Credentials>> {
    let mut found = visit.app.db.read(move |conn| store::find_person_by_email(conn, &email_key)).await?;
    let stored = found.as_ref().and_then(|person| person.password_hash.clone());
    let verdict = visit.app.hasher.verify(password.clone(), stored.clone()).await?;
    if let (Verdict::RightButOutdated, Some(person), Some(old)) = (verdict, &mut found, stored) {
        let (id, new) = (person.id, visit.app.hasher.hash(password).await?);
        person.password_hash = Some(new.clone());
        visit.app.db.write(move |conn| store::update_password_hash(conn, id, &old, &new)).await?;
    }
    Ok(found.filter(|_| verdict != Verdict::Wrong))
}

/// What a code led to.
enum Tried {
    In(Token, CodeVerdict),
    Wrong,
    /// Too late, or too often: from the beginning.
    Over,
}

async fn try_code(visit: &Visit, ceremony: Token, code: String, next: String) -> Answer {
    let (app, entrance, now) = (visit.app.clone(), visit.entrance(), visit.app.clock.now());
    let token = ceremony.clone();
    let work = move |conn: &mut Conn| {
        let Some((Some(person), Step::Code { wrong })) = store::find_ceremony(conn, &token, now)? else {
            return Ok(Tried::Over);
        };
        let Some(person) = store::find_person(conn, person)? else { return Ok(Tried::Over) };
        match codes::take(&app, conn, &person, &code, now)? {
            CodeVerdict::Wrong if wrong + 1 < MOST_WRONG_CODES => {
                store::update_ceremony(conn, &token, &Step::Code { wrong: wrong + 1 })?;
                Ok(Tried::Wrong)
            }
            CodeVerdict::Wrong => {
                store::take_ceremony(conn, &token, now)?;
                Ok(Tried::Over)
            }
            right => {
                store::take_ceremony(conn, &token, now)?;
                Ok(Tried::In(entrance.admit(conn, person.id)?, right))
            }
        }
    };
    match visit.app.db.write(work).await? {
        Tried::In(session, verdict) => {
            visit.keep_session(&session);
            visit.set_flash(signed_in(verdict));
            see_other(next)
        }
        Tried::Wrong => {
            let errors = FieldErrors::default().with("code", codes::WRONG);
            code_page(visit, StatusCode::UNPROCESSABLE_ENTITY, &ceremony, next, errors)
        }
        Tried::Over => {
            let problem = "That took too long, or the code was wrong too often. Please sign in from the beginning.";
            refused(visit, String::new(), &next, problem)
        }
    }
}

pub(super) fn signed_in(verdict: CodeVerdict) -> Flash {
    if verdict == CodeVerdict::Recovery { Flash::RecoveryCodeUsed } else { Flash::SignedIn }
}

fn code_page(visit: &Visit, status: StatusCode, ceremony: &Token, next: String, errors: FieldErrors) -> Answer {
    let (layout, ceremony) = (visit.layout(&Viewer::anonymous()), ceremony.reveal().to_owned());
    page(status, &pages::Code { layout, ceremony, next, errors })
}

pub async fn destroy(visit: Visit) -> Answer {
    if let Some(token) = visit.session.clone() {
        visit.app.db.write(move |conn| store::delete_session(conn, &token)).await?;
    }
    visit.forget_session();
    visit.set_flash(Flash::SignedOut);
    see_other("/")
}
