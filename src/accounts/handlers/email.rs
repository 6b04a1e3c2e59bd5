//! Another e-mail address: asked for here, confirmed from the new one, stopped or taken back from the old one.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::Deserialize;

use crate::accounts::model::Viewer;
use crate::accounts::store::{self, EmailChange, Stopped};
use crate::accounts::{Visit, pages};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::SessionId;
use crate::error::{AppError, FieldErrors, Result};
use crate::jobs::{self, Kind, NewJob};
use crate::mail::{self, EmailAddress, Purpose};
use crate::secrets::{Secret, Token};
use crate::web::{Answer, Flash, page, see_other};

pub async fn edit(visit: Visit) -> Answer {
    let (viewer, now_email) = visit.read(|_, viewer| Ok(viewer.proven_account()?.email.clone())).await?;
    form_page(&visit, StatusCode::OK, &viewer, now_email, String::new(), FieldErrors::default())
}

fn form_page(
    visit: &Visit,
    status: StatusCode,
    viewer: &Viewer,
    now_email: String,
    typed: String,
    errors: FieldErrors,
) -> Answer {
    page(status, &pages::EmailForm { layout: visit.layout(viewer), now_email, typed, errors })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct EmailInput {
    email: String,
}

/// The answer is the same whether or not somebody has the new address here: only its owner learns that.
pub async fn create(visit: Visit) -> Answer {
    let input: EmailInput = visit.form()?;
    let (viewer, (id, now_email)) =
        visit.read(|_, viewer| viewer.proven_account().map(|person| (person.person_id, person.email.clone()))).await?;
    let same = EmailAddress::parse(&now_email).map(|email| email.key().to_owned()).unwrap_or_default();
    let new = EmailAddress::parse(&input.email).and_then(|email| {
        if email.key() == same { Err("This is your address already.".to_owned()) } else { Ok(email) }
    });
    let new = match new {
        Ok(new) => new,
        Err(problem) => {
            let errors = FieldErrors::default().with("email", problem);
            return form_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, &viewer, now_email, input.email, errors);
        }
    };
    visit.app.limits.email_changes.count(id.to_string())?;
    let email = new.to_string();
    if visit.app.limits.unasked_mail.count(new.mailbox()).is_ok() {
        let now = visit.app.clock.now();
        visit
            .write(move |conn, viewer| {
                let change = store::insert_email_change(conn, viewer.proven_account()?.person_id, &new, now)?;
                let about = NewJob { email_change_id: Some(change), ..NewJob::default() };
                jobs::enqueue(conn, Kind::EmailChange, about.clone(), now)?;
                jobs::enqueue(conn, Kind::EmailChangeNotice, about, now)
            })
            .await?;
    }
    page(StatusCode::OK, &pages::EmailSent { layout: visit.layout(&viewer), email, now_email })
}

/// What a link is about, while it works.
fn find(conn: &mut Conn, purpose: Purpose, token: &Token, now: Timestamp) -> Result<Option<EmailChange>> {
    let found = mail::find_token(conn, purpose, token)?.filter(|it| it.expires_at > now);
    let Some(id) = found.and_then(|it| it.email_change_id) else { return Ok(None) };
    let Some(change) = store::find_email_change(conn, id)? else { return Ok(None) };
    let is_over = purpose == Purpose::EmailChange && store::is_superseded(conn, &change)?;
    Ok((!is_over).then_some(change))
}

async fn look_up(visit: &Visit, purpose: Purpose, token: &str) -> Result<(Viewer, Option<EmailChange>)> {
    let (token, now) = (Token::parse(token).ok_or(AppError::NotFound)?, visit.app.clock.now());
    visit.read(move |conn, _| find(conn, purpose, &token, now)).await
}

fn over(visit: &Visit) -> Answer {
    page(StatusCode::GONE, &pages::LinkIsOver::email(visit.layout(&Viewer::anonymous())))
}

/// One press by whoever reads a mailbox does not give their address to an account that is not theirs: it takes being
/// signed in with that account as well.
fn asked_by(viewer: &Viewer, change: &EmailChange) -> Result<SessionId> {
    let person = viewer.account()?;
    if person.person_id == change.person_id {
        Ok(person.session_id)
    } else {
        Err(AppError::Conflict(
            "Another account than the one that you are signed in with asked for this. Sign in with that one, and open the \
             link again.",
        ))
    }
}

pub async fn show_change(visit: Visit, token: Path<String>) -> Answer {
    let (viewer, found) = look_up(&visit, Purpose::EmailChange, &token).await?;
    let Some(change) = found else { return over(&visit) };
    asked_by(&viewer, &change)?;
    page(StatusCode::OK, &pages::EmailConfirm { layout: visit.layout(&viewer), email: change.email })
}

/// Whoever presses has the mailbox, and is signed in with the account.
pub async fn confirm(visit: Visit, token: Path<String>) -> Answer {
    let (token, now) = (Token::parse(&token).ok_or(AppError::NotFound)?, visit.app.clock.now());
    let work = move |conn: &mut Conn, viewer: &Viewer| {
        let Some(change) = find_and_lock(conn, Purpose::EmailChange, &token, now)? else { return Ok(None) };
        let this = asked_by(viewer, &change)?;
        let done = store::confirm_email_change(conn, &change, Some(this), now)?;
        if done {
            mail::take_token(conn, Purpose::EmailChange, &token)?;
        }
        Ok(Some((change.email, done)))
    };
    match visit.write(work).await? {
        None => over(&visit),
        Some((email, false)) => {
            let (viewer, ()) = visit.read(|_, _| Ok(())).await?;
            page(StatusCode::CONFLICT, &pages::EmailTaken { layout: visit.layout(&viewer), email })
        }
        Some((_, true)) => {
            visit.set_flash(Flash::EmailChanged);
            see_other("/account")
        }
    }
}

/// What a link is about, once nobody else can change it: of a confirmation and a stop at the same moment, the second sees
/// what the first has done.
fn find_and_lock(conn: &mut Conn, purpose: Purpose, token: &Token, now: Timestamp) -> Result<Option<EmailChange>> {
    let Some(change) = find(conn, purpose, token, now)? else { return Ok(None) };
    store::lock_person(conn, change.person_id, now)?;
    find(conn, purpose, token, now)
}

pub async fn show_stop(visit: Visit, token: Path<String>) -> Answer {
    let (viewer, found) = look_up(&visit, Purpose::EmailStop, &token).await?;
    let Some(change) = found else { return over(&visit) };
    let (confirmed, old_email) = (change.confirmed_at.is_some(), change.old_email);
    page(StatusCode::OK, &pages::EmailStop { layout: visit.layout(&viewer), old_email, confirmed })
}

/// Before the change, it is called off. After it, the old address is put back and everybody is signed out: whoever did
/// this may have been in the account, so that a new password is mailed to the old address at once.
pub async fn stop(visit: Visit, token: Path<String>) -> Answer {
    let (token, now) = (Token::parse(&token).ok_or(AppError::NotFound)?, visit.app.clock.now());
    // A password that nobody knows.
    let closed = visit.app.hasher.hash(Secret::new(Token::generate().reveal().to_owned())).await?;
    let work = move |conn: &mut Conn| {
        let Some(change) = find_and_lock(conn, Purpose::EmailStop, &token, now)? else { return Ok(None) };
        let outcome = store::stop_email_change(conn, &change, &closed, now)?;
        if matches!(outcome, Stopped::PutBack) {
            let about = NewJob { person_id: Some(change.person_id), ..NewJob::default() };
            jobs::enqueue(conn, Kind::PasswordReset, about, now)?;
        }
        Ok(Some((change.old_email, outcome)))
    };
    let Some((old_email, outcome)) = visit.app.db.write(work).await? else { return over(&visit) };
    visit.app.ring();
    let (viewer, ()) = visit.read(|_, _| Ok(())).await?;
    page(StatusCode::OK, &pages::EmailStopped { layout: visit.layout(&viewer), old_email, outcome })
}
