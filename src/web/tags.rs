//! What a browser or a feed reader has already (RFC 9110, 13.1.2).

use actix_web::HttpRequest;
use actix_web::http::header::IF_NONE_MATCH;

/// Whether whoever asks has already what this tag, in its quotation marks, stands for.
pub fn has_already(request: &HttpRequest, tag: &str) -> bool {
    let known = request.headers().get_all(IF_NONE_MATCH).filter_map(|it| it.to_str().ok());
    known
        .flat_map(|it| it.split(','))
        .any(|it| matches!(it.trim().trim_start_matches("W/"), it if it == tag || it == "*"))
}
