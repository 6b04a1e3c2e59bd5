//! Words that are not for everyone, for whom they are for.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};

use super::encouragement::{ListPlace, targets};
use crate::accounts::{Viewer, Visit};
use crate::db::Conn;
use crate::db::ids::WishId;
use crate::error::Result;
use crate::photos;
use crate::sites::SiteScope;
use crate::web::{Answer, page};
use crate::wishes::pages::{Found, PrivatePage};
use crate::wishes::store::{self, WISHES_A_PAGE};

/// For organizers, the person, and who has written something; for all others there is no such page.
pub async fn private(visit: Visit, slug: Path<String>, place: Query<ListPlace>) -> Answer {
    let (slug, before) = (slug.into_inner(), place.before);
    let (viewer, (scope, found)) = visit.read(move |conn, viewer| load(conn, viewer, &slug, before)).await?;
    page(StatusCode::OK, &PrivatePage::new(visit.layout(&viewer), &scope, found))
}

fn load(conn: &mut Conn, viewer: &Viewer, slug: &str, before: Option<WishId>) -> Result<(SiteScope, Found)> {
    let scope = SiteScope::load_to_read(conn, viewer, slug)?;
    if !scope.access.may_organize() && !scope.is_person() && store::count_private(conn, &scope)? == 0 {
        // Whoever would be an organizer with their account is asked to sign in.
        SiteScope::load_to_organize(conn, viewer, slug)?;
    }
    let wishes = store::list_private(conn, &scope, before, WISHES_A_PAGE + 1)?;
    let answers = store::list_private_answers(conn, &wishes)?;
    let hearts = store::hearts_for(conn, scope.person_id, &targets(&wishes, &answers))?;
    let ids: Vec<WishId> = wishes.iter().map(|wish| wish.id).collect();
    let photos = photos::list_of_wishes(conn, &scope, &ids)?;
    Ok((scope, Found { wishes, answers, hearts, photos }))
}
