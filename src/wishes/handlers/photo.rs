//! One photo, with what people say to it.

use actix_web::web::{Path, Query};

use crate::accounts::Visit;
use crate::db::ids::PhotoId;
use crate::photos;
use crate::web::Answer;
use crate::wishes::model::Target;
use crate::wishes::pages::{BelowPhoto, heart_form};
use crate::wishes::store;

/// The page is the photos' own; what stands below the photo is read with it.
pub async fn photo(visit: Visit, path: Path<(String, PhotoId)>, place: Query<photos::In>) -> Answer {
    let target = Target::Photo(path.1);
    photos::show_with(
        visit,
        path,
        place,
        move |conn, scope| {
            let hearts = store::hearts_for(conn, scope.person_id, &[target])?;
            Ok(heart_form(scope, &hearts, target, &target.path(&scope.site.path())))
        },
        |layout, hearts| BelowPhoto { layout, hearts }.html(),
    )
    .await
}
