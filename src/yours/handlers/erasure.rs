//! The erasure of somebody with an account; whoever has none is sent a mail.

use actix_web::http::StatusCode;

use super::by_mail;
use crate::accounts::{self, SessionScope, Viewer, Visit};
use crate::db::Conn;
use crate::db::ids::PersonId;
use crate::error::{FieldErrors, Result};
use crate::sites;
use crate::web::{Answer, Flash, page, see_other};
use crate::yours::erasure::{self, Outcome};
use crate::yours::model::ErasureInput;
use crate::yours::pages;

/// Who wants to be erased.
enum Who {
    /// Somebody who has just proved that this is their account.
    Account,
    /// Somebody who came by a link in a mail and could come in no other way.
    ByMail(PersonId),
}

/// A link in a mail is enough for nobody who has an account.
fn who(conn: &mut Conn, viewer: &Viewer) -> Result<Who> {
    let by_link = viewer.person().filter(|person| person.scope == SessionScope::Pages);
    if let Some(person) = by_link
        && !accounts::can_sign_in(conn, person.person_id)?
    {
        return Ok(Who::ByMail(person.person_id));
    }
    viewer.proven_account().map(|_| Who::Account)
}

pub async fn show(visit: Visit) -> Answer {
    let (viewer, who) = visit.read(who).await?;
    match who {
        Who::Account => {
            page(StatusCode::OK, &erasure_page(&visit, ErasureInput::default(), FieldErrors::default()).await?)
        }
        Who::ByMail(_) => page(StatusCode::OK, &pages::ErasureByMail::new(visit.layout(&viewer), &viewer, false)),
    }
}

async fn erasure_page(visit: &Visit, input: ErasureInput, errors: FieldErrors) -> Result<pages::Erasure> {
    let (viewer, alone) =
        visit.read(|conn, viewer| sites::list_solely_organized(conn, viewer.proven_account()?.person_id)).await?;
    let place = pages::Place { email: viewer.account()?.email.clone(), action: "/account/erasure".to_owned() };
    Ok(pages::Erasure::new(visit.layout(&viewer), place, &alone, input, errors))
}

/// All of it is one transaction; what cannot be part of it, the mail that lies in a folder, goes when it has succeeded.
pub async fn erase(visit: Visit) -> Answer {
    let (viewer, asker) = visit.read(who).await?;
    if let Who::ByMail(person) = asker {
        return by_mail::ask(&visit, &viewer, person).await;
    }
    let input: ErasureInput = visit.form()?;
    let words = match input.parse() {
        Ok(words) => words,
        Err(errors) => {
            return page(StatusCode::UNPROCESSABLE_ENTITY, &erasure_page(&visit, input, errors).await?);
        }
    };
    let now = visit.app.clock.now();
    let outcome =
        visit.write(move |conn, viewer| erasure::erase(conn, viewer.proven_account()?.person_id, words, now)).await?;
    match outcome {
        Outcome::Erased(addresses) => goodbye(&visit, &addresses).await,
        Outcome::Alone => page(StatusCode::CONFLICT, &erasure_page(&visit, input, FieldErrors::default()).await?),
    }
}

/// After an erasure: the mail that still lies here goes too, and this browser forgets who it was.
pub async fn goodbye(visit: &Visit, addresses: &[String]) -> Answer {
    if let Err(error) = visit.app.mailer.forget(addresses).await {
        tracing::error!(%error, "could not delete the mail in the outbox of somebody who was erased");
    }
    visit.forget_session();
    visit.set_perspective(None);
    visit.set_flash(Flash::Erased);
    see_other("/")
}
