//! A function a request.

pub mod feed;
pub mod memorial;
pub mod months;
pub mod position;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::cache::Cache;
use super::model::{Order, Place};
use super::pages::{Around, Home, JournalPage, UpdatePage, Welcome};
use super::store;
use crate::accounts::{Viewer, Visit};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::db::ids::{DraftId, SiteId, UpdateId, WishId};
use crate::error::Result;
use crate::glance::{self, Pinned};
use crate::journal::{self, Update};
use crate::photos::{self, FaceHtml, Illustrated, OfUpdates, OfWishes};
use crate::sites::{self, Attention, FrontDoor, MemberState, Role, SiteScope};
use crate::web::{Answer, Layout, Reader, listed_page, page};
use crate::wishes::{
    self, About, AllHearts, Answers, COMMENTS_A_PAGE, HeartsFor, Mine, Target, Thanked, VisitorForm, Waiting, Wish,
};

pub async fn home(visit: Visit) -> Answer {
    let (viewer, (mine, last, portraits, waited_on)) = visit
        .read(|conn, viewer| {
            let mine = sites::list_my_sites(conn, viewer)?;
            let ids: Vec<SiteId> = mine.iter().map(|it| it.site.id).collect();
            let last = if ids.is_empty() { HashMap::new() } else { journal::last_updates(conn, &ids)? };
            let with_photos = mine.iter().filter(|it| it.site.glance.photo_count > 0);
            let with_photos: Vec<SiteId> = with_photos.map(|it| it.site.id).collect();
            let portraits = photos::find_portraits(conn, &with_photos)?;
            let organized = mine.iter().filter(|it| it.role == Role::Organizer && it.state == MemberState::Active);
            let organized: Vec<SiteId> = organized.map(|it| it.site.id).collect();
            let waited_on =
                if organized.is_empty() { HashSet::new() } else { wishes::list_waited_on(conn, &organized)? };
            Ok((mine, last, portraits, waited_on))
        })
        .await?;
    let layout = visit.layout(&viewer);
    match viewer.person() {
        None => page(StatusCode::OK, &Welcome { layout }),
        Some(_) => {
            let now = visit.app.clock.now();
            page(StatusCode::OK, &Home::new(layout, mine, &last, &portraits, now)?.where_something_waits(&waited_on))
        }
    }
}

/// What stands on one page of the journal, the same for all who may see it.
pub struct Content {
    pub updates: Vec<Update>,
    pub comments: HashMap<UpdateId, Vec<Wish>>,
    /// The newest answers to the comments and wishes.
    pub answers: Answers,
    /// The words of those updates that have photos, with them.
    pub illustrated: IllustratedUpdates,
    pub wishes: Vec<Wish>,
    /// The photos that came with words.
    pub of_wishes: OfWishes,
    pub pinned: Pinned,
    /// The cover and the portrait of the page.
    pub face: FaceHtml,
    targets: Vec<Target>,
    hearts: Arc<HashMap<Target, AllHearts>>,
}

/// The same, with what is one viewer's own.
pub struct Journal {
    pub content: Arc<Content>,
    pub hearts: HeartsFor,
    pub attention: Attention,
    /// What waits for the viewer to decide about it.
    pub waiting: Waiting,
    /// Who thanks the viewer, where no mail says so.
    pub thanked: Option<Thanked>,
    /// The viewer's own draft that is not posted yet, and when they saved it.
    pub draft: Option<(DraftId, Timestamp)>,
    /// The newest update, while mail about it can still be stopped by this viewer.
    pub stoppable: Option<UpdateId>,
}

/// How many well wishes stand on the page itself.
pub const WISHES_ON_PAGE: i64 = 5;

pub async fn journal(visit: Visit, cache: Data<Cache>, slug: Path<String>, place: Query<Place>) -> Answer {
    let (slug, place) = (slug.into_inner(), place.into_inner());
    let asked_for = place.clone();
    let now = visit.app.clock.now();
    let since = now - visit.app.config.undo_sending;
    let (viewer, (scope, journal)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load(conn, viewer, &slug)?;
            let journal = if scope.access.may_read() {
                Ok(load_journal(conn, &scope, &cache, &asked_for, since, now)?)
            } else {
                Err(FaceHtml::new(&photos::find_face(conn, &scope)?)?)
            };
            Ok((scope, journal))
        })
        .await?;
    let layout = visit.layout(&viewer);
    match journal {
        Err(face) => page(StatusCode::OK, &FrontDoor::new(layout, &scope).with_face(face.cover, face.portrait)),
        Ok(journal) => {
            let outbox = visit.app.mailer.outbox_folder().map(|folder| folder.display().to_string());
            // The page under its plain address is listed, and not once more under others that show the same.
            let is_plain = place.order() == Order::Newest && place.before().is_none();
            let listed = is_listed(&viewer, &scope) && !(is_plain && visit.address.contains('?'));
            let layout = Layout { indexable: listed, ..layout };
            let visitor =
                VisitorForm::find(&visit.app.vault, &scope, viewer.person(), wishes::about_page(&scope), now)?;
            let journal = JournalPage::new(layout, &scope, journal, &place, outbox, now).with_visitor(visitor);
            listed_page(listed, &journal)
        }
    }
}

/// Search engines may list what everyone may read, where the family has said so.
fn is_listed(viewer: &Viewer, scope: &SiteScope) -> bool {
    scope.site.is_indexable() && viewer.person().is_none()
}

/// How whoever is asking likes to read, where that decides what is read.
fn reader_of(viewer: &Viewer) -> Reader {
    viewer.account().map_or_else(|_| Reader::default(), |person| Reader::of(&person.language, &person.time_zone))
}

fn load_journal(
    conn: &mut Conn,
    scope: &SiteScope,
    cache: &Cache,
    place: &Place,
    since: Timestamp,
    now: Timestamp,
) -> Result<Journal> {
    let is_first = place.order() == Order::Newest && place.before().is_none();
    // Whoever finds nothing in memory is told of their own hearts with all the others.
    let mut mine = None;
    let mut load = |conn: &mut Conn| {
        let (content, found) = load_content(conn, scope, place)?;
        mine = Some(found);
        Ok(content)
    };
    let content = if is_first { cache.get(scope, || load(conn))? } else { Arc::new(load(conn)?) };
    let all = content.hearts.clone();
    let hearts = match mine {
        Some(mine) => HeartsFor::new(all, scope.person_id, mine),
        None => wishes::with_mine(conn, scope.person_id, &content.targets, all)?,
    };
    let attention = sites::attention(conn, scope)?;
    let waiting = wishes::find_waiting(conn, scope)?;
    // Whoever is reached by mail is told by mail.
    let asks = is_first && scope.has_thanks;
    let thanked = if asks { wishes::find_thanks_to_tell(conn, scope, now)? } else { None };
    let draft = if is_first && scope.access.may_write() { journal::find_latest_own(conn, scope)? } else { None };
    let stoppable = if is_first { find_stoppable(conn, scope, &content, since)? } else { None };
    Ok(Journal { content, hearts, attention, waiting, thanked, draft, stoppable })
}

/// Asks only for a moment after an update was posted.
fn find_stoppable(conn: &mut Conn, scope: &SiteScope, content: &Content, since: Timestamp) -> Result<Option<UpdateId>> {
    let fresh = content.updates.first().filter(|update| {
        update.published_at > since && journal::may_change(&scope.access, scope.person_id, update.author_id)
    });
    match fresh {
        Some(update) if journal::can_be_stopped(conn, update.id)? => Ok(Some(update.id)),
        _ => Ok(None),
    }
}

fn load_content(conn: &mut Conn, scope: &SiteScope, place: &Place) -> Result<(Content, Mine)> {
    let (updates, is_first) = match place.order() {
        Order::Newest => (journal::list_updates(conn, scope, place.before())?, place.before().is_none()),
        Order::Oldest => (journal::list_from_beginning(conn, scope, place.after())?, false),
    };
    let comments = wishes::latest_comments(conn, &updates)?;
    let list_words = if scope.site.has_book() { wishes::list_book } else { wishes::list_wishes };
    let wishes = if is_first { list_words(conn, scope, None, WISHES_ON_PAGE + 1)? } else { Vec::new() };
    let said: Vec<WishId> = wishes.iter().chain(comments.values().flatten()).map(|wish| wish.id).collect();
    let (illustrated, of_wishes, face) = if is_first {
        let around = photos::list_of_journal(conn, scope, &ids(&updates), &said)?;
        (illustrate_with(scope, &updates, &around.updates)?, around.wishes, FaceHtml::new(&around.face)?)
    } else {
        let of_wishes = photos::list_of_wishes(conn, scope, &said)?;
        (illustrate(conn, scope, &updates)?, of_wishes, FaceHtml::default())
    };
    let pinned = if is_first { glance::load_pinned(conn, scope)? } else { Pinned::default() };
    // Answers come without photos.
    let answers = wishes::latest_answers(conn, wishes.iter().chain(comments.values().flatten()))?;
    let said = said.into_iter().chain(answers.values().flatten().map(|answer| answer.id)).map(Target::Wish);
    let targets: Vec<Target> = updates.iter().map(|update| Target::Update(update.id)).chain(said).collect();
    let (hearts, mine) = wishes::all_hearts(conn, scope.person_id, &targets)?;
    Ok((Content { updates, comments, answers, illustrated, wishes, of_wishes, pinned, face, targets, hearts }, mine))
}

/// The words of those updates that have photos, with them; one query for all.
pub fn illustrate(conn: &mut Conn, scope: &SiteScope, updates: &[Update]) -> Result<IllustratedUpdates> {
    let photos = photos::list_of_updates(conn, scope, &ids(updates))?;
    illustrate_with(scope, updates, &photos)
}

/// The words of updates with their photos.
pub type IllustratedUpdates = HashMap<UpdateId, Arc<Illustrated>>;

fn ids(updates: &[Update]) -> Vec<UpdateId> {
    updates.iter().map(|update| update.id).collect()
}

fn illustrate_with(scope: &SiteScope, updates: &[Update], photos: &OfUpdates) -> Result<IllustratedUpdates> {
    let path = scope.site.path();
    let mut illustrated = HashMap::new();
    for update in updates {
        let theirs = photos.get(&update.id).map(Vec::as_slice).unwrap_or_default();
        if let Some(body) = photos::illustrate(&path, &update.body_html, theirs)? {
            illustrated.insert(update.id, body);
        }
    }
    Ok(illustrated)
}

#[derive(Default, Deserialize)]
pub struct CommentPlace {
    before: Option<WishId>,
}

pub async fn update(visit: Visit, path: Path<(String, UpdateId)>, place: Query<CommentPlace>) -> Answer {
    let ((slug, id), before) = (path.into_inner(), place.before);
    let (viewer, (scope, update, body, said, of_wishes, hearts, around)) = visit
        .read(move |conn, viewer| {
            let scope = SiteScope::load_to_read(conn, viewer, &slug)?;
            let update = journal::get_update(conn, &scope, id)?;
            let body = illustrate(conn, &scope, std::slice::from_ref(&update))?.remove(&id);
            let mut comments = wishes::list_comments(conn, &update, before, COMMENTS_A_PAGE + 1)?;
            let place = (&wishes::Place::on(About::Update(id)), None);
            wishes::add_own_held(conn, &scope, place, before, &mut comments, COMMENTS_A_PAGE + 1)?;
            let answers = wishes::latest_answers(conn, &comments)?;
            let ids: Vec<WishId> = comments.iter().map(|comment| comment.id).collect();
            let of_wishes = photos::list_of_wishes(conn, &scope, &ids)?;
            let said = ids.into_iter().chain(answers.values().flatten().map(|answer| answer.id)).map(Target::Wish);
            let targets: Vec<Target> = std::iter::once(Target::Update(update.id)).chain(said).collect();
            let hearts = wishes::hearts_for(conn, scope.person_id, &targets)?;
            let sending = if journal::may_change(&scope.access, scope.person_id, update.author_id) {
                Some(journal::get_sending(conn, update.id)?)
            } else {
                None
            };
            let beside = journal::find_neighbours(conn, &scope, (update.published_at, update.id))?;
            let receipts = store::find_receipts(conn, &scope, &update)?;
            let around = Around { sending, beside, receipts };
            Ok((scope, update, body, (comments, answers), of_wishes, hearts, around))
        })
        .await?;
    let listed = is_listed(&viewer, &scope);
    let layout = Layout { indexable: listed, ..visit.layout(&viewer) };
    let now = visit.app.clock.now();
    let about = (About::Update(update.id), update.comments_closed.is_some());
    let visitor = VisitorForm::find(&visit.app.vault, &scope, viewer.person(), about, now)?;
    let shown = UpdatePage::new(layout, &scope, update, body, said, &hearts, around).with_photos(&scope, &of_wishes);
    listed_page(listed, &shown.with_visitor(visitor))
}
