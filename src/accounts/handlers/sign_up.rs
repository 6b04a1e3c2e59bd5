//! Signing up, and confirming the address.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use jiff::SignedDuration;
use serde::Deserialize;

use crate::accounts::model::{NewSignUp, SignUpInput, Viewer};
use crate::accounts::store::{self, SignUp};
use crate::accounts::{Visit, pages};
use crate::db::Conn;
use crate::db::ids::SignUpId;
use crate::error::{AppError, FieldErrors, Result};
use crate::jobs::{self, Kind, NewJob};
use crate::mail::{self, Purpose};
use crate::secrets::password::Verdict;
use crate::secrets::{Secret, Token};
use crate::web::{Answer, Flash, page, see_other};

/// How long a new account waits for its address to be confirmed.
pub const CONFIRM_WITHIN: SignedDuration = SignedDuration::from_hours(48);

pub async fn new(visit: Visit) -> Answer {
    let (viewer, ()) = visit.read(|_, _| Ok(())).await?;
    page(StatusCode::OK, &pages::SignUp::new(visit.layout(&viewer), SignUpInput::default(), FieldErrors::default()))
}

/// The answer, and the work, are the same whether or not the address has an account: the worker finds out, and the mail
/// says which.
pub async fn create(visit: Visit) -> Answer {
    visit.app.limits.strangers.count_network(visit.client)?;
    let input: SignUpInput = visit.form()?;
    let new = match input.parse() {
        Ok(new) => new,
        Err(errors) => {
            let form = pages::SignUp::new(visit.layout(&Viewer::anonymous()), input, errors);
            return page(StatusCode::UNPROCESSABLE_ENTITY, &form);
        }
    };
    let email = new.email.to_string();
    let hash = visit.app.hasher.hash(new.password.clone()).await?;
    if visit.app.limits.unasked_mail.count(new.email.mailbox()).is_ok() {
        remember(&visit, new, hash).await?;
    }
    page(StatusCode::OK, &pages::SignUpSent { layout: visit.layout(&Viewer::anonymous()), email })
}

async fn remember(visit: &Visit, new: NewSignUp, password_hash: String) -> Result<()> {
    let (now, browser_hash) = (visit.app.clock.now(), visit.browser().hash());
    let work = move |conn: &mut Conn| {
        let id = SignUpId::generate();
        let sign_up = SignUp {
            id,
            name: new.name,
            email: new.email.to_string(),
            email_key: new.email.key().to_owned(),
            password_hash,
            browser_hash,
            expires_at: now + CONFIRM_WITHIN,
        };
        store::insert_sign_up(conn, &sign_up, now)?;
        jobs::enqueue(conn, Kind::ConfirmEmail, NewJob { sign_up_id: Some(id), ..NewJob::default() }, now)
    };
    visit.app.db.write(work).await?;
    visit.app.ring();
    Ok(())
}

pub async fn show_confirmation(visit: Visit, token: Path<String>) -> Answer {
    let sign_up = pending(&visit, &token).await?;
    let same_browser = sign_up.as_ref().is_some_and(|it| it.browser_hash == visit.browser().hash());
    confirmation_page(&visit, StatusCode::OK, sign_up, same_browser, FieldErrors::default())
}

#[derive(Deserialize)]
struct ConfirmInput {
    #[serde(default)]
    password: String,
}

/// In the browser that signed up, one press will do. Elsewhere the password is asked for too: otherwise somebody could
/// sign up with a stranger's address and wait for the stranger to press the button.
pub async fn confirm(visit: Visit, token: Path<String>) -> Answer {
    visit.app.limits.sign_in_by_network.count_network(visit.client)?;
    let input: ConfirmInput = visit.form()?;
    let Some(sign_up) = pending(&visit, &token).await? else {
        return confirmation_page(&visit, StatusCode::OK, None, false, FieldErrors::default());
    };
    if sign_up.browser_hash != visit.browser().hash() {
        let stored = Some(sign_up.password_hash.clone());
        if visit.app.hasher.verify(Secret::new(input.password), stored).await? == Verdict::Wrong {
            let wrong =
                FieldErrors::default().with("password", "This is not the password that you chose when you signed up.");
            return confirmation_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, Some(sign_up), false, wrong);
        }
    }
    let (now, entrance) = (visit.app.clock.now(), visit.entrance());
    let work = move |conn: &mut Conn| match store::complete_sign_up(conn, &sign_up, now)? {
        Some(person) => entrance.admit(conn, person).map(Some),
        None => Ok(None),
    };
    let Some(session) = visit.app.db.write(work).await? else {
        return confirmation_page(&visit, StatusCode::OK, None, false, FieldErrors::default());
    };
    visit.keep_session(&session);
    visit.set_flash(Flash::SignedIn);
    see_other("/")
}

async fn pending(visit: &Visit, token: &str) -> Result<Option<SignUp>> {
    let token = Token::parse(token).ok_or(AppError::NotFound)?;
    let now = visit.app.clock.now();
    visit
        .app
        .db
        .read(move |conn| {
            let found = mail::find_token(conn, Purpose::ConfirmEmail, &token)?;
            let Some(id) = found.filter(|it| it.expires_at > now).and_then(|it| it.sign_up_id) else { return Ok(None) };
            store::find_sign_up(conn, id)
        })
        .await
}

fn confirmation_page(
    visit: &Visit,
    status: StatusCode,
    sign_up: Option<SignUp>,
    same_browser: bool,
    errors: FieldErrors,
) -> Answer {
    let layout = visit.layout(&Viewer::anonymous());
    match sign_up {
        Some(sign_up) => page(status, &pages::ConfirmEmail { layout, email: sign_up.email, same_browser, errors }),
        None => page(StatusCode::GONE, &pages::LinkIsOver::confirmation(layout)),
    }
}
