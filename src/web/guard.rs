//! The one middleware: every request passes it on the way in and every response on the way out.

use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpMessage, HttpResponse};

use super::layout::ROBOTS;
use super::{Request, errors, multipart};
use crate::app::App;
use crate::error::AppError;
use crate::secrets;

/// Checks that a change was asked for by our own form, hands the request on, and sees to the headers, the cookies and
/// the page for an error.
pub async fn guard(
    mut incoming: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let started = Instant::now();
    let Some(app) = incoming.app_data::<Data<App>>().map(|data| data.get_ref().clone()) else {
        return Err(AppError::internal("no application behind the server").into());
    };
    let request = Request::new(&incoming, app);
    incoming.extensions_mut().insert(request.clone());
    let method = incoming.method().clone();
    let is_post = method == Method::POST;

    let entered = if is_post { admit(&mut incoming, &request).await } else { Ok(()) };
    let mut response = match entered {
        Ok(()) => next.call(incoming).await?.map_into_boxed_body(),
        Err(error) => incoming.into_response(errors::answer(&error, &request, is_post)),
    };

    if let Some(page) = error_page(&response, &request, is_post) {
        response = ServiceResponse::new(response.into_parts().0, page);
    }
    for cookie in request.take_cookies() {
        response.response_mut().add_cookie(&cookie)?;
    }
    set_headers(response.headers_mut(), &request);
    // The pattern, never the address itself: addresses hold secrets.
    let route = response.request().match_pattern().unwrap_or_else(|| "-".to_owned());
    let status = response.status().as_u16();
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    tracing::info!(request = request.id, %method, route, status, micros, "request");
    Ok(response)
}

/// More fields than any form of ours has.
const MOST_FIELDS: usize = 250;

/// Reads the form and makes sure that it is ours.
async fn admit(incoming: &mut ServiceRequest, request: &Request) -> Result<(), AppError> {
    let content_type = incoming.content_type().to_owned();
    if content_type == "multipart/form-data" && multipart::takes_files(incoming.path()) {
        return multipart::read(incoming, request).await;
    }
    let body = incoming.extract::<Bytes>().await.map_err(|_| AppError::TooLarge)?;
    if is_one_click(incoming.path(), &body) {
        return Ok(());
    }
    if !body.is_empty() && content_type != "application/x-www-form-urlencoded" {
        return Err(AppError::invalid("form", "This form was sent in a way that is not understood here."));
    }
    if body.iter().filter(|byte| **byte == b'&').count() >= MOST_FIELDS {
        return Err(AppError::TooLarge);
    }
    request.set_body(body);
    check_token(incoming.headers(), request)
}

/// Whether what was sent so far came from a form of ours.
pub(super) fn check_token(headers: &HeaderMap, request: &Request) -> Result<(), AppError> {
    if !asked_by_ourselves(headers, request.app.config.public_url.origin()) {
        return Err(AppError::ForeignForm);
    }
    // A script that has a fresh token for an old form sends it in the header.
    let header = headers.get("x-csrf-token").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let sent = header.or_else(|| request.fields().into_iter().find(|(name, _)| name == "csrf").map(|(_, token)| token));
    match sent {
        Some(token) if secrets::same(&token, &request.csrf_token()) => Ok(()),
        _ => Err(AppError::StaleForm),
    }
}

/// RFC 8058: a mail client posts `List-Unsubscribe=One-Click` with no cookie and no form of ours; the secret in the
/// address is all that it has, and stopping mail is all that it can do.
fn is_one_click(path: &str, body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    let is_the_link = path.strip_prefix("/unsubscribe/").is_some_and(|secret| !secret.contains('/'));
    is_the_link && text.contains("List-Unsubscribe") && text.contains("One-Click")
}

/// Whether the browser says that a page of ours sent this. Where it says nothing, the token in the form decides. The
/// origin is `null` on an honest form too, since our pages ask for no referrer.
fn asked_by_ourselves(headers: &HeaderMap, origin: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(sent)) => sent == origin || sent == "null",
        (None, None) => true,
    }
}

/// The page for the error behind a response, ours or actix's own.
fn error_page(response: &ServiceResponse, request: &Request, is_post: bool) -> Option<HttpResponse> {
    let error = response.response().error()?;
    let theirs = match (error.as_error::<AppError>(), response.status()) {
        (Some(ours), _) => return Some(errors::answer(ours, request, is_post)),
        (None, StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED) => AppError::NotFound,
        (None, StatusCode::PAYLOAD_TOO_LARGE) => AppError::TooLarge,
        (None, status) if status.is_client_error() => AppError::invalid("form", "This request could not be read."),
        (None, _) => AppError::internal(error.to_string()),
    };
    Some(errors::answer(&theirs, request, is_post))
}

fn set_headers(headers: &mut HeaderMap, request: &Request) {
    // A page that shows what others wrote in a frame has a policy of its own, and so has the service worker.
    let own_policy = headers.contains_key(header::CONTENT_SECURITY_POLICY);
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    if !own_policy {
        set("content-security-policy", &policy(&request.nonce, "frame-src 'none'"));
    }
    if request.forgets_session() {
        set("clear-site-data", "\"cache\", \"storage\"");
    }
    set("x-content-type-options", "nosniff");
    set("referrer-policy", "no-referrer");
    set("cross-origin-opener-policy", "same-origin");
    set("cross-origin-resource-policy", "same-origin");
    set("permissions-policy", "camera=(), geolocation=(), microphone=(), interest-cohort=()");
    set("x-request-id", &request.id);
    if request.app.config.public_url.is_https() {
        set("strict-transport-security", "max-age=31536000; includeSubDomains");
    }
    // Nothing is for search engines unless a page says that it is.
    if !headers.contains_key(ROBOTS) {
        headers.insert(HeaderName::from_static(ROBOTS), HeaderValue::from_static("noindex"));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
}

/// What our own pages may load (Content Security Policy, Level 3), and what they may show in a frame.
pub(super) fn policy(nonce: &str, frames: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; worker-src 'self'; manifest-src 'self'; {frames}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}
