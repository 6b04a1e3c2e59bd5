//! Stylesheets, scripts and icons, from inside the binary. `build.rs` packs them.

use actix_web::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};

use super::Answer;
use crate::error::AppError;

struct Asset {
    name: &'static str,
    content_type: &'static str,
    plain: &'static [u8],
    gzip: &'static [u8],
    brotli: &'static [u8],
}

mod packed {
    use super::Asset;
    include!(concat!(env!("OUT_DIR"), "/assets.rs"));
}
use packed::{ASSETS, VERSION};

/// What the address of every static file begins with.
pub fn static_base() -> String {
    format!("/static/{VERSION}")
}

/// The addresses of all of them.
pub(super) fn static_addresses() -> Vec<String> {
    ASSETS.iter().map(|asset| format!("{}/{}", static_base(), asset.name)).collect()
}

/// Answers with a static file. One of an older version is answered with today's, but not to be kept.
pub async fn serve_asset(request: HttpRequest, path: Path<(String, String)>) -> Answer {
    let (version, name) = path.into_inner();
    let asset = ASSETS.iter().find(|asset| asset.name == name).ok_or(AppError::NotFound)?;
    let accepted = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accepts =
        |coding: &str| accepted.split(',').any(|item| item.split(';').next().unwrap_or_default().trim() == coding);
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, asset.content_type)).insert_header((VARY, "accept-encoding")).insert_header(
        (CACHE_CONTROL, if version == VERSION { "public, max-age=31536000, immutable" } else { "no-cache" }),
    );
    let body = if accepts("br") && asset.brotli.len() < asset.plain.len() {
        response.insert_header((CONTENT_ENCODING, "br"));
        asset.brotli
    } else if accepts("gzip") && asset.gzip.len() < asset.plain.len() {
        response.insert_header((CONTENT_ENCODING, "gzip"));
        asset.gzip
    } else {
        asset.plain
    };
    Ok(response.body(body))
}
