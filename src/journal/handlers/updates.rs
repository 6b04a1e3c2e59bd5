//! The desk for a new update, and for one that is published.

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::{conflict_page, desk_page, load_around, name_of};
use crate::accounts::{Viewer, Visit};
use crate::db::Conn;
use crate::db::ids::UpdateId;
use crate::error::{FieldErrors, Result};
use crate::journal::changing::{self, Changed};
use crate::journal::desk::DeskInput;
use crate::journal::model::Update;
use crate::journal::pages::{Deletion, Mode, Theirs};
use crate::journal::scaffolds::Scaffold;
use crate::journal::{saving, store};
use crate::photos::{self, WithForm};
use crate::sites::{SiteHead, SiteScope};
use crate::web::{Answer, Flash, page, see_other};

/// An update that the viewer may change, on a page that they may write on.
pub(super) fn load_to_change(
    conn: &mut Conn,
    viewer: &Viewer,
    slug: &str,
    id: UpdateId,
) -> Result<(SiteScope, Update)> {
    let scope = SiteScope::load_to_write(conn, viewer, slug)?;
    let update = saving::load_to_change(conn, &scope, id)?;
    Ok((scope, update))
}

#[derive(Default, Deserialize)]
pub struct Start {
    scaffold: Option<String>,
}

pub async fn new(visit: Visit, slug: Path<String>, start: Query<Start>) -> Answer {
    let slug = slug.into_inner();
    let (viewer, around) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_write(conn, viewer, &slug)?;
            load_around(conn, scope, None)
        })
        .await?;
    let scaffold = start.scaffold.as_deref().and_then(Scaffold::from_word);
    let body = scaffold.map(|it| it.text(&around.scope.site.first_name)).unwrap_or_default();
    let input = DeskInput { body, ..DeskInput::default() };
    desk_page(&visit, &viewer, &around, Mode::New, input, FieldErrors::default()).await
}

pub async fn edit(visit: Visit, path: Path<(String, UpdateId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (viewer, (around, version)) = visit
        .read(move |conn, viewer| {
            let (scope, update) = load_to_change(conn, viewer, &slug, id)?;
            let version = store::get_version(conn, update.id)?;
            Ok((load_around(conn, scope, Some(id))?, version))
        })
        .await?;
    let input = DeskInput {
        title: version.title.unwrap_or_default(),
        body: version.body,
        audience: version.audience.as_str().to_owned(),
        seen: version.at.as_micros().to_string(),
        update: id.to_string(),
        ..DeskInput::default()
    };
    desk_page(&visit, &viewer, &around, Mode::Change(id), input, FieldErrors::default()).await
}

pub async fn update(visit: Visit, path: Path<(String, UpdateId)>) -> Answer {
    let ((slug, id), mut input) = (path.into_inner(), visit.form::<DeskInput>()?);
    input.update = id.to_string();
    let brought = WithForm::take_in(&visit, &slug).await?;
    if !brought.is_whole() {
        let mut errors = FieldErrors::default();
        brought.add_problems(&mut errors);
        let (viewer, around) = visit
            .read(move |conn, viewer| {
                let (scope, _) = load_to_change(conn, viewer, &slug, id)?;
                load_around(conn, scope, Some(id))
            })
            .await?;
        return desk_page(&visit, &viewer, &around, Mode::Change(id), input, errors).await;
    }
    let (now, back, sent) = (visit.app.clock.now(), format!("/p/{slug}/updates/{id}"), input.clone());
    let (viewer, scope, changed, by) = visit
        .write(move |conn, viewer| {
            let (scope, _) = load_to_change(conn, viewer, &slug, id)?;
            let changed = changing::change(conn, &scope, id, &sent, now)?;
            if let Changed::Done = &changed {
                brought.attach(conn, &scope, id, now)?;
            }
            let by = match &changed {
                Changed::Conflict(version) => name_of(conn, version.by)?,
                Changed::Done | Changed::Refused(_) => String::new(),
            };
            Ok((viewer.clone(), scope, changed, by))
        })
        .await?;
    match changed {
        Changed::Done => {
            visit.set_flash(Flash::UpdateChanged);
            see_other(back)
        }
        Changed::Conflict(version) => {
            conflict_page(&visit, &viewer, &scope, input, Theirs::of_update(&scope, id, *version, by))
        }
        Changed::Refused(errors) => {
            let (viewer, around) = visit.read(move |conn, _| load_around(conn, scope, Some(id))).await?;
            desk_page(&visit, &viewer, &around, Mode::Change(id), input, errors).await
        }
    }
}

pub async fn confirm_deletion(visit: Visit, path: Path<(String, UpdateId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (viewer, (scope, update)) = visit.read(move |conn, viewer| load_to_change(conn, viewer, &slug, id)).await?;
    page(StatusCode::OK, &Deletion { layout: visit.layout(&viewer), head: SiteHead::new(&scope), update })
}

pub async fn destroy(visit: Visit, path: Path<(String, UpdateId)>) -> Answer {
    let (slug, id) = path.into_inner();
    let (back, now) = (format!("/p/{slug}"), visit.app.clock.now());
    visit
        .write(move |conn, viewer| {
            let (_, update) = load_to_change(conn, viewer, &slug, id)?;
            store::delete_update(conn, update.id)?;
            photos::enqueue_discarding(conn, now)
        })
        .await?;
    visit.set_flash(Flash::UpdateDeleted);
    see_other(back)
}
