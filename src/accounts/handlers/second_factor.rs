//! The second factor: turning it on with a first code, recovery codes, and turning it off.

use actix_web::http::StatusCode;
use serde::Deserialize;

use crate::accounts::model::{Notice, Viewer};
use crate::accounts::store::{self, Credentials};
use crate::accounts::{Visit, notices, pages};
use crate::db::Conn;
use crate::db::ids::PersonId;
use crate::error::{AppError, FieldErrors, Result};
use crate::secrets::second_factor::{Authenticator, RECOVERY_CODES, RecoveryCode};
use crate::web::{Answer, Flash, page, see_other};

const ALREADY_ON: AppError = AppError::Conflict("The second step is on already.");
const NOT_ON: AppError = AppError::Conflict("The second step is not on.");

pub async fn show(visit: Visit) -> Answer {
    let (viewer, person, codes_left) = proven(&visit).await?;
    if person.totp_sealed.is_some() {
        return page(StatusCode::OK, &pages::SecondFactor { layout: visit.layout(&viewer), codes_left });
    }
    let authenticator = Authenticator::generate(&person.email)?;
    set_up_page(&visit, StatusCode::OK, &viewer, &person, &authenticator, FieldErrors::default())
}

async fn proven(visit: &Visit) -> Result<(Viewer, Credentials, i64)> {
    let (viewer, (person, codes)) = visit
        .read(|conn, viewer| {
            let id = viewer.proven_account()?.person_id;
            Ok((store::find_person(conn, id)?, store::count_recovery_codes(conn, id)?))
        })
        .await?;
    Ok((viewer, person.ok_or(AppError::SignInRequired)?, codes))
}

fn set_up_page(
    visit: &Visit,
    status: StatusCode,
    viewer: &Viewer,
    person: &Credentials,
    authenticator: &Authenticator,
    errors: FieldErrors,
) -> Answer {
    let (qr_path, qr_size) = authenticator.qr()?;
    let form = pages::SecondFactorSetUp {
        layout: visit.layout(viewer),
        has_password: person.password_hash.is_some(),
        secret: authenticator.in_groups(),
        sealed: authenticator.seal_for_form(&visit.app.vault, person.id)?,
        qr_path,
        qr_size,
        errors,
    };
    page(status, &form)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SetUpInput {
    secret: String,
    code: String,
}

/// Only a right code turns it on: it shows that the app has the secret.
pub async fn turn_on(visit: Visit) -> Answer {
    let input: SetUpInput = visit.form()?;
    let (viewer, person, _) = proven(&visit).await?;
    if person.totp_sealed.is_some() {
        return Err(ALREADY_ON);
    }
    visit.app.limits.codes.count(person.id.to_string())?;
    let given = Authenticator::unseal_from_form(&visit.app.vault, person.id, &input.secret, &person.email)?;
    let authenticator = match given {
        Some(authenticator) => authenticator,
        None => Authenticator::generate(&person.email)?,
    };
    let now = visit.app.clock.now();
    let Some(step) = authenticator.step_of(&input.code, now) else {
        let problem = "This is not the code of now. Check that the time on your phone is right, and write the six digits that the app shows.";
        let errors = FieldErrors::default().with("code", problem);
        return set_up_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, &viewer, &person, &authenticator, errors);
    };
    let (sealed, device) = (authenticator.seal(&visit.app.vault, person.id)?, visit.device.clone());
    let codes = visit
        .write(move |conn, viewer| {
            let id = viewer.proven_account()?.person_id;
            if !store::insert_second_factor(conn, id, &sealed, step, now)? {
                return Err(ALREADY_ON);
            }
            notices::tell(conn, id, Notice::SecondFactorOn, &device, now)?;
            renew(conn, id)
        })
        .await?;
    page(StatusCode::OK, &pages::RecoveryCodes { layout: visit.layout(&viewer), codes, just_on: true })
}

fn renew(conn: &mut Conn, person: PersonId) -> Result<Vec<String>> {
    let codes: Vec<RecoveryCode> = (0..RECOVERY_CODES).map(|_| RecoveryCode::generate()).collect();
    let hashes: Vec<_> = codes.iter().map(RecoveryCode::hash).collect();
    store::replace_recovery_codes(conn, person, &hashes)?;
    Ok(codes.iter().map(RecoveryCode::in_groups).collect())
}

pub async fn new_codes(visit: Visit) -> Answer {
    let (viewer, _, _) = proven(&visit).await?;
    let (now, device) = (visit.app.clock.now(), visit.device.clone());
    let codes = visit
        .write(move |conn, viewer| {
            let id = viewer.proven_account()?.person_id;
            if store::lock_person(conn, id, now)?.totp_sealed.is_none() {
                return Err(NOT_ON);
            }
            notices::tell(conn, id, Notice::RecoveryCodes, &device, now)?;
            renew(conn, id)
        })
        .await?;
    page(StatusCode::OK, &pages::RecoveryCodes { layout: visit.layout(&viewer), codes, just_on: false })
}

pub async fn turn_off(visit: Visit) -> Answer {
    let (now, device) = (visit.app.clock.now(), visit.device.clone());
    visit
        .write(move |conn, viewer| {
            let id = viewer.proven_account()?.person_id;
            if !store::delete_second_factor(conn, id, now)? {
                return Err(NOT_ON);
            }
            notices::tell(conn, id, Notice::SecondFactorOff, &device, now)
        })
        .await?;
    visit.set_flash(Flash::SecondFactorOff);
    see_other("/account")
}
