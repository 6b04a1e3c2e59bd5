//! For a page that was kept on a device while there was no network: a token that fits the session as it is now, and who is
//! signed in, so that what one person has written is never sent as another.

use actix_web::http::StatusCode;
use serde_json::json;

use crate::accounts::Visit;
use crate::web::{self, Answer};

pub async fn show(visit: Visit) -> Answer {
    let (viewer, ()) = visit.read(|_, _| Ok(())).await?;
    let person = viewer.person().map(|person| person.person_id.to_string());
    web::json(StatusCode::OK, &json!({ "csrf": visit.csrf_token(), "person": person }))
}
