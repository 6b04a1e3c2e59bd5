//! The copy that somebody takes away.

use std::fs::File;

use actix_web::HttpResponse;
use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use tokio_util::io::ReaderStream;

use crate::accounts::Visit;
use crate::clock::Timestamp;
use crate::error::AppError;
use crate::record::{self, What};
use crate::web::{Answer, page};
use crate::yours::{archive, pages};

pub async fn show(visit: Visit) -> Answer {
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
