//! The phrases that are known to hurt, for the script that hints at them.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Path;

use crate::error::AppError;
use crate::web::Answer;
use crate::wishes::hints as list;

/// The same for everybody. Its address holds a hash of it, so that browsers may keep it for ever; an older address answers with
/// today's, but not to be kept.
pub async fn hints(path: Path<(String, String)>) -> Answer {
    let (language, version) = path.into_inner();
    let found = list::in_language(&language).ok_or(AppError::NotFound)?;
    let kept = if version == found.version { "public, max-age=31536000, immutable" } else { "no-cache" };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, kept))
        .body(found.json.as_str()))
}
