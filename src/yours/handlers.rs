//! A function a request.

use std::fs::File;

use actix_web::HttpResponse;
use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use tokio_util::io::ReaderStream;

use super::erasure::{self, Outcome};
use super::model::ErasureInput;
use super::{archive, pages};
use crate::accounts::Visit;
use crate::clock::Timestamp;
use crate::error::{AppError, FieldErrors, Result};
use crate::record::{self, What};
use crate::sites;
use crate::web::{Answer, Flash, page, see_other};

pub async fn data(visit: Visit) -> Answer {
    let (viewer, ()) = visit.read(|_, viewer| viewer.account().map(|_| ())).await?;
    page(StatusCode::OK, &pages::Data { layout: visit.layout(&viewer) })
}

/// The copy is written whole before its first byte leaves, so that what breaks on the way is an error and not half a file.
pub async fn download(visit: Visit) -> Answer {
    let (viewer, person) = visit.read(|_, viewer| Ok(viewer.proven_account()?.person_id)).await?;
    visit.app.limits.exports.count(person.to_string())?;
    let now = visit.app.clock.now();
    let file = archive::write(&visit.app, &viewer, now).await?;
    visit
        .write(move |conn, viewer| {
            let person = viewer.proven_account()?.person_id;
            record::note_where_organizing(conn, person, What::Exported, now)
        })
        .await?;
    attachment(file, now)
}

fn attachment(file: File, now: Timestamp) -> Answer {
    let size = file.metadata().map_err(AppError::internal)?.len();
    let name = format!("tidings-{}.zip", now.to_jiff().strftime("%Y-%m-%d"));
    let stream = ReaderStream::new(tokio::fs::File::from_std(file));
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/zip"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(SizedStream::new(size, stream)))
}

pub async fn confirm_erasure(visit: Visit) -> Answer {
    let form = erasure_page(&visit, ErasureInput::default(), FieldErrors::default()).await?;
    page(StatusCode::OK, &form)
}

async fn erasure_page(visit: &Visit, input: ErasureInput, errors: FieldErrors) -> Result<pages::Erasure> {
    let (viewer, alone) =
        visit.read(|conn, viewer| sites::list_solely_organized(conn, viewer.proven_account()?.person_id)).await?;
    let email = viewer.account()?.email.clone();
    Ok(pages::Erasure::new(visit.layout(&viewer), email, &alone, input, errors))
}

/// All of it is one transaction; what cannot be part of it, the mail that lies in a folder, goes when it has succeeded.
pub async fn erase(visit: Visit) -> Answer {
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
    let addresses = match outcome {
        Outcome::Erased(addresses) => addresses,
        Outcome::Alone => {
            return page(StatusCode::CONFLICT, &erasure_page(&visit, input, FieldErrors::default()).await?);
        }
    };
    if let Err(error) = visit.app.mailer.forget(&addresses).await {
        tracing::error!(%error, "could not delete the mail in the outbox of somebody who was erased");
    }
    visit.forget_session();
    visit.set_perspective(None);
    visit.set_flash(Flash::Erased);
    see_other("/")
}
