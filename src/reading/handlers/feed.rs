//! The updates for somebody's feed reader.

use actix_web::http::header::{CACHE_CONTROL, ETAG};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};

use crate::accounts::Visit;
use crate::db::ids::UpdateId;
use crate::error::AppError;
use crate::journal;
use crate::photos;
use crate::reading::feed;
use crate::secrets::Token;
use crate::sites::SiteScope;
use crate::web::{Answer, has_already};

/// The access is looked up each time, and before anything is said of whether something has changed.
pub async fn show(visit: Visit, request: HttpRequest, token: Path<String>) -> Answer {
    let limits = &visit.app.limits;
    limits.feeds_by_network.count_network(visit.client)?;
    let token = Token::parse(&token).ok_or(AppError::NotFound)?;
    let (hash, url) = (token.hash(), visit.app.config.public_url.clone());
    let (_, found) = visit
        .read(move |conn, _| {
            let scope = SiteScope::load_by_feed(conn, hash)?;
            let updates = journal::list_updates(conn, &scope, None)?;
            let ids: Vec<UpdateId> = updates.iter().map(|update| update.id).collect();
            let photos = photos::list_of_updates(conn, &scope, &ids)?;
            Ok((scope, updates, photos))
        })
        .await?;
    // Counted for addresses that there are only: others are never kept in memory.
    limits.feeds.count(token.derive("feed"))?;
    let (scope, updates, photos) = found;
    let (xml, tag) = feed::write(&scope, &updates, &photos, &url, token.reveal())?;
    let is_known = has_already(&request, &tag);
    let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((ETAG, tag)).insert_header((CACHE_CONTROL, "private, no-cache"));
    Ok(if is_known { answer.finish() } else { answer.content_type("application/atom+xml; charset=utf-8").body(xml) })
}
