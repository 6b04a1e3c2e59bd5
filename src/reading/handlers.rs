//! A function a request.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use serde::Deserialize;

use super::pages::{Home, JournalPage, UpdatePage, Welcome};
use crate::accounts::{Viewer, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{SiteId, UpdateId, WishId};
use crate::error::Result;
use crate::journal::{self, Update};
use crate::sites::{self, Attention, FrontDoor, SiteScope};
use crate::web::{Answer, page};
use crate::wishes::{self, HeartsFor, Wish};

pub async fn home(visit: Visit) -> Answer {
    let (viewer, (mine, last)) = visit
        .read(|conn, viewer| {
            let mine = sites::list_my_sites(conn, viewer)?;
            let ids: Vec<SiteId> = mine.iter().map(|it| it.site.id).collect();
            let last = if ids.is_empty() { HashMap::new() } else { journal::last_updates(conn, &ids)? };
            Ok((mine, last))
        })
        .await?;
    let layout = visit.layout(&viewer);
    match viewer {
        Viewer::Anonymous => page(StatusCode::OK, &Welcome { layout }),
        Viewer::Person(_) => page(StatusCode::OK, &Home::new(layout, mine, &last)),
    }
}

#[derive(Default, Deserialize)]
pub struct Place {
    /// The time (microseconds) and the id of the last update on the page before.
    before: Option<i64>,
    id: Option<UpdateId>,
}

/// What stands on one page of the journal.
pub struct Journal {
    pub updates: Vec<Update>,
    pub comments: HashMap<UpdateId, Vec<Wish>>,
    pub wishes: Vec<Wish>,
    pub hearts: HeartsFor,
    pub attention: Attention,
}

/// How many well wishes stand on the page itself.
pub const WISHES_ON_PAGE: i64 = 5;

pub async fn journal(visit: Visit, slug: Path<String>, place: Query<Place>) -> Answer {
    let slug = slug.into_inner();
    let before = place.before.zip(place.id).map(|(micros, id)| (Timestamp::from_micros(micros), id));
    let (viewer, (scope, journal)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load(conn, viewer, &slug)?;
            let journal = if scope.access.may_read() { Some(load_journal(conn, &scope, before)?) } else { None };
            Ok((scope, journal))
        })
        .await?;
    let layout = visit.layout(&viewer);
    match journal {
        None => page(StatusCode::OK, &FrontDoor::new(layout, &scope)),
        Some(journal) => {
            let outbox = visit.app.mailer.outbox_folder().map(|folder| folder.display().to_string());
            page(StatusCode::OK, &JournalPage::new(layout, &scope, journal, before.is_some(), outbox))
        }
    }
}

fn load_journal(conn: &mut Conn, scope: &SiteScope, before: Option<(Timestamp, UpdateId)>) -> Result<Journal> {
    let updates = journal::list_updates(conn, scope, before)?;
    let comments = wishes::latest_comments(conn, &updates)?;
    let wishes =
        if before.is_none() { wishes::list_wishes(conn, scope, None, WISHES_ON_PAGE + 1)? } else { Vec::new() };
    let update_ids: Vec<UpdateId> = updates.iter().map(|update| update.id).collect();
    let wish_ids: Vec<WishId> = wishes.iter().chain(comments.values().flatten()).map(|wish| wish.id).collect();
    let hearts = wishes::hearts_for(conn, scope.person_id, &update_ids, &wish_ids)?;
    let attention = sites::attention(conn, scope)?;
    Ok(Journal { updates, comments, wishes, hearts, attention })
}

#[derive(Default, Deserialize)]
pub struct CommentPlace {
    after: Option<WishId>,
}

/// How many comments stand on one page of them.
pub const COMMENTS_A_PAGE: i64 = 100;

pub async fn update(visit: Visit, path: Path<(String, UpdateId)>, place: Query<CommentPlace>) -> Answer {
    let ((slug, id), after) = (path.into_inner(), place.after);
    let (viewer, (scope, update, comments, hearts)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_read(conn, viewer, &slug)?;
            let update = journal::get_update(conn, &scope, id)?;
            let comments = wishes::list_comments(conn, &update, after, COMMENTS_A_PAGE + 1)?;
            let ids: Vec<WishId> = comments.iter().map(|comment| comment.id).collect();
            let hearts = wishes::hearts_for(conn, scope.person_id, &[update.id], &ids)?;
            Ok((scope, update, comments, hearts))
        })
        .await?;
    page(StatusCode::OK, &UpdatePage::new(visit.layout(&viewer), &scope, update, comments, &hearts))
}
