//! Errors as pages: what happened, that nothing was lost, and what to do now.

use actix_web::http::StatusCode;
use actix_web::http::header::{LOCATION, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use askama::Template;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::{Request, page, static_base};
use crate::error::AppError;

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignInRequired => StatusCode::UNAUTHORIZED,
            Self::ProofRequired => StatusCode::FORBIDDEN,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::ForeignForm | Self::StaleForm => StatusCode::FORBIDDEN,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The guard puts the page in; this is for what fails outside it.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

#[derive(Template)]
#[template(path = "web/error.html")]
struct ErrorPage {
    static_base: String,
    title: &'static str,
    sentences: Vec<String>,
    /// The reference to give to whoever runs the installation.
    reference: Option<String>,
    kept: Vec<Kept>,
    sign_in: bool,
    /// Where to prove that it is really them.
    proof: Option<&'static str>,
    /// As whom an organizer sees their page just now, and the token of the form that ends it.
    perspective: Option<(&'static str, String, String)>,
}

/// Something that somebody wrote, given back.
struct Kept {
    label: &'static str,
    text: String,
}

#[derive(Template)]
#[template(path = "web/stale_form.html")]
struct StaleFormPage {
    static_base: String,
    csrf: String,
    action: String,
    kept: Vec<Kept>,
    fields: Vec<(String, String)>,
}

/// The fields that hold somebody's own words.
const WORDS: [(&str, &str); 5] = [
    ("title", "Title"),
    ("body", "Your update"),
    ("message", "Your message"),
    ("addresses", "The addresses"),
    ("first_name", "First name"),
];

/// The answer to a request that failed.
pub(super) fn answer(error: &AppError, request: &Request, is_post: bool) -> HttpResponse {
    if matches!(error, AppError::Internal(_) | AppError::Unavailable(_)) {
        tracing::error!(request = request.id, %error, "request failed");
    }
    if request.wants_json {
        return json_answer(error, request);
    }
    let rendered = match error {
        AppError::SignInRequired if !is_post => return first("/sign-in", &request.address),
        AppError::ProofRequired if !is_post => return first(PROOF, &request.address),
        AppError::SignInRequired | AppError::StaleForm => stale_form(request),
        _ => error_page(error, request, is_post),
    };
    rendered.unwrap_or_else(|error| {
        tracing::error!(request = request.id, %error, "the error page failed too");
        HttpResponse::InternalServerError().finish()
    })
}

/// The same for a script: a word for what is in the way, and for a form what is wrong with which field.
fn json_answer(error: &AppError, request: &Request) -> HttpResponse {
    let body = match error {
        AppError::Invalid(fields) => {
            let mut errors = serde_json::Map::new();
            for (field, problem) in fields.iter() {
                errors.entry(field).or_insert_with(|| problem.into());
            }
            json!({ "errors": errors })
        }
        AppError::Conflict(sentence) => json!({ "error": "conflict", "message": sentence }),
        AppError::Internal(_) | AppError::Unavailable(_) => json!({ "error": word(error), "reference": request.id }),
        _ => json!({ "error": word(error) }),
    };
    let mut response = HttpResponse::build(error.status_code());
    if let AppError::TooMany { retry_after_seconds } = error {
        response.insert_header((RETRY_AFTER, *retry_after_seconds));
    }
    response.json(body)
}

fn word(error: &AppError) -> &'static str {
    match error {
        AppError::NotFound => "not-found",
        AppError::SignInRequired => "sign-in",
        AppError::ProofRequired => "proof",
        AppError::Invalid(_) => "invalid",
        AppError::Conflict(_) => "conflict",
        AppError::ForeignForm => "foreign-form",
        AppError::StaleForm => "stale-form",
        AppError::TooLarge => "too-large",
        AppError::TooMany { .. } => "too-many",
        AppError::Unavailable(_) => "unavailable",
        AppError::Internal(_) => "internal",
    }
}

/// Where somebody who is signed in proves that it is really them.
const PROOF: &str = "/account/proof";

/// Another page first, and then back to this one.
fn first(page: &str, address: &str) -> HttpResponse {
    let next = utf8_percent_encode(address, NON_ALPHANUMERIC);
    HttpResponse::SeeOther().insert_header((LOCATION, format!("{page}?next={next}"))).finish()
}

/// The form is from before a sign-in or sign-out. It came from our own page, so it is shown to the person, who may
/// send it again as they are now.
fn stale_form(request: &Request) -> super::Answer {
    let fields: Vec<_> = request.fields().into_iter().filter(|(name, _)| name != "csrf" && !is_secret(name)).collect();
    page(
        StatusCode::FORBIDDEN,
        &StaleFormPage {
            static_base: static_base(),
            csrf: request.csrf_token(),
            action: request.address.clone(),
            kept: kept(&fields),
            fields,
        },
    )
}

/// What proves who somebody is does not stand in a page, not even in theirs.
fn is_secret(field: &str) -> bool {
    field.contains("password") || field == "code"
}

fn error_page(error: &AppError, request: &Request, is_post: bool) -> super::Answer {
    let (title, sentences): (_, Vec<String>) = match error {
        AppError::NotFound => (
            "There is nothing here",
            vec![
                "The address may be mistyped, or what was here is gone, or it is not for everyone to see.".to_owned(),
                "If somebody invited you, open the link in their mail again. If you have an account, sign in.".to_owned(),
            ],
        ),
        AppError::ProofRequired => (
            "Is it still you?",
            vec!["You signed in a while ago. To change what guards your account, show once more that it is you, and then do this again. Nothing was changed.".to_owned()],
        ),
        AppError::Invalid(fields) => {
            ("Something is missing", fields.iter().map(|(_, problem)| problem.to_owned()).collect())
        }
        AppError::Conflict(sentence) => ("That no longer fits", vec![(*sentence).to_owned()]),
        AppError::ForeignForm => (
            "This did not come from our own page",
            vec!["Another site tried to send this form in your name. Nothing was changed. If it was you, go back, load the page again and try once more.".to_owned()],
        ),
        AppError::TooLarge => (
            "This is too much at once",
            vec!["What was sent is larger than this form takes. Go back: your words are still in the form. Please shorten them.".to_owned()],
        ),
        AppError::TooMany { retry_after_seconds } => (
            "One moment, please",
            vec![format!("That was a lot in a short time. Please wait {} and try again.", wait(*retry_after_seconds))],
        ),
        AppError::Unavailable(_) => (
            "Tidings is out of reach just now",
            vec!["Something that we need does not answer. What was saved before is safe. Please try again in a minute.".to_owned()],
        ),
        AppError::SignInRequired | AppError::StaleForm | AppError::Internal(_) => (
            "Something went wrong on our side",
            vec!["It is not your fault. What was saved before is safe; what you just sent was not saved. Please try again in a minute.".to_owned()],
        ),
    };
    let broke = matches!(error, AppError::Internal(_) | AppError::Unavailable(_));
    let fields = if is_post { request.fields() } else { Vec::new() };
    let mut response = page(
        error.status_code(),
        &ErrorPage {
            static_base: static_base(),
            title,
            sentences,
            reference: broke.then(|| request.id.clone()),
            kept: kept(&fields),
            sign_in: matches!(error, AppError::NotFound),
            proof: matches!(error, AppError::ProofRequired).then_some(PROOF),
            perspective: request.perspective_here().map(|it| (it.as_whom.name(), it.path(), request.csrf_token())),
        },
    )?;
    if let AppError::TooMany { retry_after_seconds } = error {
        response.headers_mut().insert(RETRY_AFTER, (*retry_after_seconds).into());
    }
    Ok(response)
}

fn kept(fields: &[(String, String)]) -> Vec<Kept> {
    WORDS
        .iter()
        .filter_map(|(name, label)| {
            let (_, text) = fields.iter().find(|(field, text)| field == name && !text.trim().is_empty())?;
            Some(Kept { label, text: text.clone() })
        })
        .collect()
}

fn wait(seconds: u64) -> String {
    match seconds {
        ..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}
