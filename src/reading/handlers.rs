//! A function a request.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::cache::Cache;
use super::pages::{Home, JournalPage, UpdatePage, Welcome};
use crate::accounts::{Viewer, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{DraftId, SiteId, UpdateId, WishId};
use crate::error::Result;
use crate::journal::{self, Update};
use crate::sites::{self, Attention, FrontDoor, SiteScope};
use crate::web::{Answer, Layout, listed_page, page};
use crate::wishes::{self, AllHearts, HeartsFor, Target, Wish};

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
    match viewer.person() {
        None => page(StatusCode::OK, &Welcome { layout }),
        Some(_) => page(StatusCode::OK, &Home::new(layout, mine, &last)),
    }
}

#[derive(Default, Deserialize)]
pub struct Place {
    /// The time (microseconds) and the id of the last update on the page before.
    before: Option<i64>,
    id: Option<UpdateId>,
}

/// What stands on one page of the journal, the same for all who may see it.
pub struct Content {
    pub updates: Vec<Update>,
    pub comments: HashMap<UpdateId, Vec<Wish>>,
    pub wishes: Vec<Wish>,
    targets: Vec<Target>,
    hearts: Arc<HashMap<Target, AllHearts>>,
}

/// The same, with what is one viewer's own.
pub struct Journal {
    pub content: Arc<Content>,
    pub hearts: HeartsFor,
    pub attention: Attention,
    /// The viewer's own draft that is not posted yet, and when they saved it.
    pub draft: Option<(DraftId, Timestamp)>,
    /// The newest update, while mail about it can still be stopped by this viewer.
    pub stoppable: Option<UpdateId>,
}

/// How many well wishes stand on the page itself.
pub const WISHES_ON_PAGE: i64 = 5;

pub async fn journal(visit: Visit, cache: Data<Cache>, slug: Path<String>, place: Query<Place>) -> Answer {
    let slug = slug.into_inner();
    let before = place.before.zip(place.id).map(|(micros, id)| (Timestamp::from_micros(micros), id));
    let since = visit.app.clock.now() - visit.app.config.undo_sending;
    let (viewer, (scope, journal)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load(conn, viewer, &slug)?;
            let journal =
                if scope.access.may_read() { Some(load_journal(conn, &scope, &cache, before, since)?) } else { None };
            Ok((scope, journal))
        })
        .await?;
    let layout = visit.layout(&viewer);
    match journal {
        None => page(StatusCode::OK, &FrontDoor::new(layout, &scope)),
        Some(journal) => {
            let outbox = visit.app.mailer.outbox_folder().map(|folder| folder.display().to_string());
            let listed = is_listed(&viewer, &scope);
            let layout = Layout { indexable: listed, ..layout };
            listed_page(listed, &JournalPage::new(layout, &scope, journal, before.is_some(), outbox))
        }
    }
}

/// Search engines may list what everyone may read, where the family has said so.
fn is_listed(viewer: &Viewer, scope: &SiteScope) -> bool {
    scope.site.is_indexable() && viewer.person().is_none()
}

type Before = Option<(Timestamp, UpdateId)>;

fn load_journal(
    conn: &mut Conn,
    scope: &SiteScope,
    cache: &Cache,
    before: Before,
    since: Timestamp,
) -> Result<Journal> {
    let content = match before {
        None => cache.get(scope, || load_content(conn, scope, None))?,
        Some(_) => Arc::new(load_content(conn, scope, before)?),
    };
    let hearts = wishes::with_mine(conn, scope.person_id, &content.targets, content.hearts.clone())?;
    let attention = sites::attention(conn, scope)?;
    let draft = match before {
        None if scope.access.may_write() => journal::find_latest_own(conn, scope)?,
        _ => None,
    };
    let stoppable = find_stoppable(conn, scope, &content, since)?;
    Ok(Journal { content, hearts, attention, draft, stoppable })
}

/// Asks only for a moment after an update was posted.
fn find_stoppable(conn: &mut Conn, scope: &SiteScope, content: &Content, since: Timestamp) -> Result<Option<UpdateId>> {
    let fresh = content.updates.first().filter(|update| {
        update.published_at > since && journal::may_change(&scope.access, scope.person_id, update.author_id)
    });
    match fresh {
        Some(update) if journal::get_sending(conn, update.id)?.can_be_stopped() => Ok(Some(update.id)),
        _ => Ok(None),
    }
}

fn load_content(conn: &mut Conn, scope: &SiteScope, before: Before) -> Result<Content> {
    let updates = journal::list_updates(conn, scope, before)?;
    let comments = wishes::latest_comments(conn, &updates)?;
    let wishes =
        if before.is_none() { wishes::list_wishes(conn, scope, None, WISHES_ON_PAGE + 1)? } else { Vec::new() };
    let said = wishes.iter().chain(comments.values().flatten()).map(|wish| Target::Wish(wish.id));
    let targets: Vec<Target> = updates.iter().map(|update| Target::Update(update.id)).chain(said).collect();
    let hearts = wishes::all_hearts(conn, &targets)?;
    Ok(Content { updates, comments, wishes, targets, hearts })
}

#[derive(Default, Deserialize)]
pub struct CommentPlace {
    after: Option<WishId>,
}

/// How many comments stand on one page of them.
pub const COMMENTS_A_PAGE: i64 = 100;

pub async fn update(visit: Visit, path: Path<(String, UpdateId)>, place: Query<CommentPlace>) -> Answer {
    let ((slug, id), after) = (path.into_inner(), place.after);
    let (viewer, (scope, update, comments, hearts, sending)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_read(conn, viewer, &slug)?;
            let update = journal::get_update(conn, &scope, id)?;
            let comments = wishes::list_comments(conn, &update, after, COMMENTS_A_PAGE + 1)?;
            let said = comments.iter().map(|comment| Target::Wish(comment.id));
            let targets: Vec<Target> = std::iter::once(Target::Update(update.id)).chain(said).collect();
            let hearts = wishes::hearts_for(conn, scope.person_id, &targets)?;
            let sending = if journal::may_change(&scope.access, scope.person_id, update.author_id) {
                Some(journal::get_sending(conn, update.id)?)
            } else {
                None
            };
            Ok((scope, update, comments, hearts, sending))
        })
        .await?;
    let listed = is_listed(&viewer, &scope);
    let layout = Layout { indexable: listed, ..visit.layout(&viewer) };
    listed_page(listed, &UpdatePage::new(layout, &scope, update, comments, &hearts, sending))
}
