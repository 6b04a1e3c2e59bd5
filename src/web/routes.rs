//! A line of the URL table.

use actix_web::{FromRequest, Handler, Responder, Route, guard, web};

/// One address, one method, one handler.
pub struct Entry {
    /// `GET` (which answers HEAD too) or `POST`.
    pub method: &'static str,
    /// The address, with its parameters in braces.
    pub path: &'static str,
    /// What actix needs of it.
    pub route: Route,
}

/// Shows something; changes nothing, however often it is asked.
pub fn get<H, Args>(path: &'static str, handler: H) -> Entry
where
    H: Handler<Args>,
    Args: FromRequest + 'static,
    H::Output: Responder + 'static,
{
    let reads = guard::Any(guard::Get()).or(guard::Head());
    Entry { method: "GET", path, route: web::route().guard(reads).to(handler) }
}

/// Changes something.
pub fn post<H, Args>(path: &'static str, handler: H) -> Entry
where
    H: Handler<Args>,
    Args: FromRequest + 'static,
    H::Output: Responder + 'static,
{
    Entry { method: "POST", path, route: web::post().to(handler) }
}
