//! What a device needs while there is no network: the service worker, and the one page that it keeps.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use askama::Template;

use super::assets::static_addresses;
use super::{Answer, Request, page, static_base};
use crate::error::AppError;

/// The script that a browser keeps running for us. It changes with every version of the static files, whose addresses
/// it holds, and a browser that sees it changed replaces what it kept.
pub async fn service_worker() -> Answer {
    let (base, kept) = (static_base(), serde_json::to_string(&static_addresses()).map_err(AppError::internal)?);
    let script = format!("import {{ serve }} from \"{base}/js/worker.js\";\n\nserve({kept});\n");
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/javascript; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header(("service-worker-allowed", "/"))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; script-src 'self'; connect-src 'self'"))
        .body(script))
}

#[derive(Template)]
#[template(path = "web/offline.html")]
struct OfflinePage {
    static_base: String,
    nonce: String,
}

/// What is shown where nothing can be reached: the same for everybody, since it is kept on devices.
pub async fn offline_page(request: Request) -> Answer {
    page(StatusCode::OK, &OfflinePage { static_base: static_base(), nonce: request.nonce.clone() })
}
