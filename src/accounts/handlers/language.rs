//! In which language and time zone somebody reads.

use actix_web::http::StatusCode;

use crate::accounts::model::ReadingInput;
use crate::accounts::{Visit, pages, store};
use crate::error::FieldErrors;
use crate::web::{Answer, Flash, page, see_other};

pub async fn edit(visit: Visit) -> Answer {
    let (viewer, input) = visit
        .read(|_, viewer| {
            let person = viewer.account()?;
            Ok(ReadingInput { language: person.language.clone(), time_zone: person.time_zone.clone() })
        })
        .await?;
    page(StatusCode::OK, &pages::Language::new(visit.layout(&viewer), &input, FieldErrors::default()))
}

pub async fn update(visit: Visit) -> Answer {
    let input: ReadingInput = visit.form()?;
    let (language, zone) = match input.parse() {
        Ok(chosen) => chosen,
        Err(errors) => {
            let (viewer, ()) = visit.read(|_, viewer| viewer.account().map(|_| ())).await?;
            let form = pages::Language::new(visit.layout(&viewer), &input, errors);
            return page(StatusCode::UNPROCESSABLE_ENTITY, &form);
        }
    };
    let now = visit.app.clock.now();
    visit
        .write(move |conn, viewer| store::update_reading(conn, viewer.account()?.person_id, language, &zone, now))
        .await?;
    visit.set_flash(Flash::ReadingChanged);
    see_other("/account/language")
}
