//! The frame around every page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, ContentType, HeaderName, HeaderValue, LOCATION};
use askama::Template;

use super::{Answer, Reader, Request, static_base};
use crate::error::AppError;

/// What search engines may do with a page.
pub(super) const ROBOTS: &str = "x-robots-tag";

/// What the frame shows and what the forms in it carry.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The name of whoever is signed in.
    pub viewer: Option<String>,
    /// Whether that is an account, or only somebody let in by a link in a mail.
    pub has_account: bool,
    /// For every form.
    pub csrf: String,
    /// For every script; empty where none runs.
    pub nonce: String,
    /// Where static files are.
    pub static_base: String,
    /// What was just done.
    pub flash: Option<String>,
    /// As whom an organizer sees their page just now, and the page's address.
    pub perspective: Option<(&'static str, String)>,
    /// Whether search engines may list this page.
    pub indexable: bool,
    /// How the viewer likes to read.
    pub reader: Reader,
    /// An opaque word for whoever is signed in, the same on every page: what a device keeps of their writing is theirs
    /// alone. Empty if nobody is.
    pub person: String,
}

impl Layout {
    /// The frame for a visit.
    pub fn new(request: &Request, viewer: Option<String>, has_account: bool) -> Self {
        Self {
            viewer,
            has_account,
            csrf: request.csrf_token(),
            nonce: request.nonce.clone(),
            static_base: static_base(),
            flash: request.say_flash(),
            perspective: request.perspective_here().map(|it| (it.as_whom.name(), it.path())),
            indexable: false,
            reader: Reader::default(),
            person: String::new(),
        }
    }

    /// Writes dates and times as the viewer likes to read them.
    pub fn reads_in(&mut self, language: &str, time_zone: &str) {
        self.reader = Reader::of(language, time_zone);
    }
}

/// Answers with a page.
pub fn page(status: StatusCode, template: &impl Template) -> Answer {
    let html = template.render().map_err(AppError::internal)?;
    Ok(HttpResponse::build(status).content_type(ContentType::html()).body(html))
}

/// Answers with a page that search engines may list, or may not.
pub fn listed_page(listed: bool, template: &impl Template) -> Answer {
    let mut answer = page(StatusCode::OK, template)?;
    if listed {
        answer.headers_mut().insert(HeaderName::from_static(ROBOTS), HeaderValue::from_static("all"));
    }
    Ok(answer)
}

/// Answers a script.
pub fn json(status: StatusCode, value: &serde_json::Value) -> Answer {
    Ok(HttpResponse::build(status).json(value))
}

/// Answers with a page that shows other pages of ours in a frame.
pub fn framing_page(request: &Request, template: &impl Template) -> Answer {
    let mut answer = page(StatusCode::OK, template)?;
    let policy = super::guard::policy(&request.nonce, "frame-src 'self'");
    let policy = HeaderValue::from_str(&policy).map_err(AppError::internal)?;
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    Ok(answer)
}

/// What is to stand in such a frame: a page of ours, to be looked at only. No script runs in it and no form is sent; it is of
/// our origin, since its photos are shown to whoever is signed in.
pub fn framed_page(request: &Request, template: &impl Template) -> Answer {
    let mut answer = page(StatusCode::OK, template)?;
    let policy = super::guard::policy(&request.nonce, "frame-src 'none'");
    let policy = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'; sandbox allow-same-origin");
    let policy = HeaderValue::from_str(&policy).map_err(AppError::internal)?;
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    Ok(answer)
}

/// What is to stand in such a frame: a mail as its receiver has it, with its own styles, and nothing else of ours in reach.
pub fn framed_mail(html: String) -> Answer {
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'none'; \
                  base-uri 'none'; frame-ancestors 'self'; sandbox allow-popups";
    Ok(HttpResponse::Ok().content_type(ContentType::html()).insert_header((CONTENT_SECURITY_POLICY, policy)).body(html))
}

/// After a change: look here (RFC 9110, 15.4.4).
pub fn see_other(address: impl Into<String>) -> Answer {
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, address.into())).finish())
}
