//! Passkeys: the list, adding one, and signing in with one.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::Deserialize;

use crate::accounts::model::{Notice, Step, Viewer, safe_next};
use crate::accounts::{Visit, notices, pages, store};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{PasskeyId, PersonId};
use crate::error::{AppError, FieldErrors, Result};
use crate::secrets::Token;
use crate::secrets::passkeys::{Passkeys, Question};
use crate::text;
use crate::web::{Answer, Flash, page, see_other};

const NAME_CHARS: usize = 60;

/// The one who speaks to authenticators, where there can be passkeys at all.
pub(super) fn passkeys(visit: &Visit) -> Result<Passkeys> {
    visit.app.passkeys.clone().ok_or(AppError::Conflict(pages::NO_PASSKEYS))
}

/// Whose passkey answered. The question is used up, whether or not the answer was right.
pub(super) fn who(
    conn: &mut Conn,
    passkeys: &Passkeys,
    ceremony: Option<Token>,
    answer: &str,
    now: Timestamp,
) -> Result<Option<PersonId>> {
    let Some(ceremony) = ceremony else { return Ok(None) };
    let Some((None, Step::Who { state })) = store::take_ceremony(conn, &ceremony, now)? else { return Ok(None) };
    let Some(named) = passkeys.named_in(answer) else { return Ok(None) };
    let Some((id, person, credential)) = store::find_passkey(conn, &named)? else { return Ok(None) };
    let Some(credential) = passkeys.check(&state, answer, &credential)? else { return Ok(None) };
    store::update_passkey(conn, id, &credential, now)?;
    Ok(Some(person))
}

/// A question for the browser, and the secret under which its answer is expected.
fn asked(ceremony: &Token, question: &str) -> Answer {
    let options: serde_json::Value = serde_json::from_str(question).map_err(AppError::internal)?;
    Ok(HttpResponse::Ok().json(serde_json::json!({ "ceremony": ceremony.reveal(), "options": options })))
}

/// Asks whoever is there to say who they are: to sign in, or to show that it is them.
pub async fn ask_who(visit: Visit) -> Answer {
    visit.app.limits.ceremonies.count_network(visit.client)?;
    let Question { options, state } = passkeys(&visit)?.ask_who()?;
    let now = visit.app.clock.now();
    let work = move |conn: &mut Conn| store::insert_ceremony(conn, None, &Step::Who { state }, now);
    asked(&visit.app.db.write(work).await?, &options)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PasskeyInput {
    name: String,
    ceremony: String,
    credential: String,
    next: String,
}

/// A passkey stands for the device and for whoever unlocked it: no code is asked for.
pub async fn sign_in(visit: Visit) -> Answer {
    visit.app.limits.sign_in_by_network.count_network(visit.client)?;
    let input: PasskeyInput = visit.form()?;
    let next = safe_next(&input.next).unwrap_or("/").to_owned();
    let (passkeys, entrance, now) = (passkeys(&visit)?, visit.entrance(), visit.app.clock.now());
    let ceremony = Token::parse(&input.ceremony);
    let work = move |conn: &mut Conn| match who(conn, &passkeys, ceremony, &input.credential, now)? {
        Some(person) => entrance.admit(conn, person).map(Some),
        None => Ok(None),
    };
    if let Some(session) = visit.app.db.write(work).await? {
        visit.keep_session(&session);
        visit.set_flash(Flash::SignedIn);
        return see_other(next);
    }
    let problem = "This passkey does not open an account here. Please try again, or sign in another way.";
    let errors = FieldErrors::default().with("passkey", problem);
    let form = pages::SignIn::new(&visit, &Viewer::anonymous(), String::new(), &next, errors);
    page(StatusCode::UNPROCESSABLE_ENTITY, &form)
}

pub async fn index(visit: Visit) -> Answer {
    list_page(&visit, StatusCode::OK, String::new(), FieldErrors::default()).await
}

async fn list_page(visit: &Visit, status: StatusCode, typed: String, errors: FieldErrors) -> Answer {
    let (viewer, passkeys) =
        visit.read(|conn, viewer| store::list_passkeys(conn, viewer.proven_account()?.person_id)).await?;
    let available = visit.app.passkeys.is_some();
    page(status, &pages::PasskeyList { layout: visit.layout(&viewer), passkeys, available, typed, errors })
}

pub async fn ask_for_new(visit: Visit) -> Answer {
    visit.app.limits.ceremonies.count_network(visit.client)?;
    let (_, (person, email, known)) = visit
        .read(|conn, viewer| {
            let person = viewer.proven_account()?;
            Ok((person.person_id, person.email.clone(), store::list_credentials(conn, person.person_id)?))
        })
        .await?;
    let Question { options, state } = passkeys(&visit)?.ask_for_new(*person.as_bytes(), &email, &known)?;
    let now = visit.app.clock.now();
    let work = move |conn: &mut Conn, viewer: &Viewer| {
        let person = viewer.proven_account()?.person_id;
        store::insert_ceremony(conn, Some(person), &Step::NewPasskey { state }, now)
    };
    asked(&visit.write(work).await?, &options)
}

pub async fn create(visit: Visit) -> Answer {
    let input: PasskeyInput = visit.form()?;
    let mut errors = FieldErrors::default();
    let name = errors.take("name", text::line(&input.name, "a name for the passkey", NAME_CHARS));
    let Some(name) = name else {
        return list_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, input.name, errors).await;
    };
    let (passkeys, now, device) = (passkeys(&visit), visit.app.clock.now(), visit.device.clone());
    let ceremony = Token::parse(&input.ceremony);
    let added = visit
        .write(move |conn, viewer| {
            let (person, passkeys) = (viewer.proven_account()?.person_id, passkeys?);
            let Some(ceremony) = ceremony else { return Ok(Err(UNUSABLE)) };
            let taken = store::take_ceremony(conn, &ceremony, now)?;
            let Some((Some(asked), Step::NewPasskey { state })) = taken else { return Ok(Err(UNUSABLE)) };
            let Some(new) = passkeys.take_new(&state, &input.credential)?.filter(|_| asked == person) else {
                return Ok(Err(UNUSABLE));
            };
            if !store::insert_passkey(conn, person, &name, &new, now)? {
                return Ok(Err("This passkey is registered here already."));
            }
            notices::tell(conn, person, Notice::PasskeyAdded, &device, now)?;
            Ok(Ok(()))
        })
        .await?;
    match added {
        Ok(()) => {
            visit.set_flash(Flash::PasskeyAdded);
            see_other("/account/passkeys")
        }
        Err(problem) => {
            let errors = FieldErrors::default().with("name", problem);
            list_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, input.name, errors).await
        }
    }
}

const UNUSABLE: &str =
    "The passkey could not be added: that took too long, or the answer was not right. Please try again.";

pub async fn rename(visit: Visit, passkey: Path<String>) -> Answer {
    let id = PasskeyId::parse(&passkey).ok_or(AppError::NotFound)?;
    let input: PasskeyInput = visit.form()?;
    visit
        .write(move |conn, viewer| {
            let person = viewer.account()?.person_id;
            let name = text::line(&input.name, "a name for the passkey", NAME_CHARS)
                .map_err(|problem| AppError::invalid("name", problem))?;
            store::rename_passkey(conn, person, id, &name)
        })
        .await?;
    visit.set_flash(Flash::PasskeyRenamed);
    see_other("/account/passkeys")
}

/// The last way into an account cannot be removed.
pub async fn remove(visit: Visit, passkey: Path<String>) -> Answer {
    let id = PasskeyId::parse(&passkey).ok_or(AppError::NotFound)?;
    let (now, device) = (visit.app.clock.now(), visit.device.clone());
    visit
        .write(move |conn, viewer| {
            let id_of_person = viewer.proven_account()?.person_id;
            store::lock_person(conn, id_of_person, now)?;
            store::delete_passkey(conn, id_of_person, id)?;
            let left = store::find_person(conn, id_of_person)?;
            if !left.is_some_and(|person| person.has_account()) {
                return Err(AppError::Conflict(
                    "This passkey is the only way into your account. Set a password or add another passkey first.",
                ));
            }
            notices::tell(conn, id_of_person, Notice::PasskeyRemoved, &device, now)
        })
        .await?;
    visit.set_flash(Flash::PasskeyRemoved);
    see_other("/account/passkeys")
}
