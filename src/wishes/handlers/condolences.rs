//! The book of condolence, to be read and to be printed. What is left in it is a wish like any other, and comes the same way.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::encouragement::wishes_page;
use crate::accounts::Visit;
use crate::db::ids::WishId;
use crate::error::FieldErrors;
use crate::photos;
use crate::sites::SiteScope;
use crate::web::{Answer, page, see_other};
use crate::wishes::model::WishInput;
use crate::wishes::pages::BookOnPaper;
use crate::wishes::store;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Place {
    before: Option<WishId>,
    after: Option<WishId>,
    /// Whether it is to be printed.
    paper: Option<String>,
}

/// How much of the book is put on paper at once.
pub const ON_PAPER: i64 = 400;

/// Where there is no book, there are well wishes: an address that was kept still leads to the words.
pub async fn index(visit: Visit, slug: Path<String>, place: Query<Place>) -> Answer {
    let (slug, place) = (slug.into_inner(), place.into_inner());
    if place.paper.is_some() {
        return on_paper(visit, slug, place.after).await;
    }
    let wishes = format!("/p/{slug}/wishes");
    let list = wishes_page(&visit, slug, true, place.before, WishInput::fresh(), FieldErrors::default()).await?;
    if list.is_condolences() { page(StatusCode::OK, &list) } else { see_other(wishes) }
}

async fn on_paper(visit: Visit, slug: String, after: Option<WishId>) -> Answer {
    let (viewer, (scope, wishes, photos)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_read(conn, viewer, &slug)?;
            let wishes = store::list_book_from(conn, &scope, after, ON_PAPER + 1)?;
            let ids: Vec<WishId> = wishes.iter().map(|wish| wish.id).collect();
            let photos = photos::list_of_wishes(conn, &scope, &ids)?;
            Ok((scope, wishes, photos))
        })
        .await?;
    if !scope.site.has_book() {
        return see_other(format!("{}/wishes", scope.site.path()));
    }
    page(StatusCode::OK, &BookOnPaper::new(visit.layout(&viewer), &scope, wishes, &photos, after.is_none()))
}
